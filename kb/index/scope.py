"""Filters on documents -> the chunks that a search may look at."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, date, datetime, time

import numpy as np
from numpy.typing import NDArray

from kb.errors import FilterError
from kb.index.filters import Filters, read_day
from kb.index.globs import matcher
from kb.index.listing import near_names
from kb.index.snapshot import DocumentRow, Snapshot, as_json

__all__ = ["Filters", "chunks_within", "outside", "read_day"]

_KEPT = 16  # filters whose chunks are remembered


def chunks_within(snapshot: Snapshot, filters: Filters) -> NDArray[np.int64] | None:
    """The chunks of the documents that pass.

    Args:
        snapshot: What is searched.
        filters: What a document must be.

    Returns:
        Chunk ids, ascending, shape (n,); None where nothing is asked for: all chunks.

    Raises:
        FilterError: No document passes, or none that could be read.
    """
    if not filters:
        return None
    kept: dict[Filters, NDArray[np.int64]] = snapshot.memory.setdefault("scopes", {})
    if filters not in kept:
        ids = _chunks_of(snapshot, _documents_within(snapshot, filters))
        if not len(ids):
            raise FilterError(*_why_empty(filters, snapshot.documents()))
        if len(kept) >= _KEPT:
            kept.clear()
        kept[filters] = ids
    return kept[filters]


def _documents_within(snapshot: Snapshot, filters: Filters) -> list[int]:
    """The ids of the documents that pass, told by columns and paths alone: 100,000 rows take their time."""
    sql = (
        "SELECT id, path FROM documents WHERE (?1 IS NULL OR type = ?1) AND (?2 IS NULL OR language = ?2) AND "
        "(?3 IS NULL OR (mtime > 0 AND mtime >= ?3)) AND (?4 IS NULL OR (mtime > 0 AND mtime < ?4))"
    )
    days = [None if day is None else _midnight(day) for day in (filters.since, filters.before)]
    found = snapshot.rows(sql, (filters.type, filters.language, *days))
    if filters.within is None:
        return [row[0] for row in found]
    shared = {path for _, path in found} if _is_absolute(filters.within) else _shared_paths(snapshot)
    fits, test = matcher(filters.within), _name_test(filters.within)
    rows = snapshot.documents_by_id([id_ for id_, path in found if path in shared])
    alone = [id_ for id_, path in found if path not in shared and fits(path)]
    return alone + [row.id for row in rows.values() if test(row)]


def _shared_paths(snapshot: Snapshot) -> set[str]:
    """Relative paths that several roots have: their documents are shown with the name of their root."""
    if len(snapshot.roots()) < 2:
        return set()
    return {row[0] for row in snapshot.rows("SELECT path FROM documents GROUP BY path HAVING count(*) > 1")}


def outside(filters: Filters, row: DocumentRow) -> str | None:
    """Why a document is filtered out, in words; None when it is not."""
    reasons = [why(row) for test, why in _conditions(filters) if not test(row)]
    return " and ".join(reasons) or None


def _passing(filters: Filters, rows: Sequence[DocumentRow]) -> list[DocumentRow]:
    tests = [test for test, _ in _conditions(filters)]
    return [row for row in rows if all(test(row) for test in tests)]


Test = Callable[[DocumentRow], bool]


def _conditions(filters: Filters) -> Iterator[tuple[Test, Callable[[DocumentRow], str]]]:
    """For each condition a test, and what to say of a document that fails it."""
    kind, language, since, before = filters.type, filters.language, filters.since, filters.before
    if filters.within is not None:
        fits, pattern = _name_test(filters.within), filters.within
        yield fits, lambda row: f"its name {row.name} does not fit --in {pattern!r}"
    if kind is not None:
        yield lambda row: row.type == kind, lambda row: f"its type is {row.type}, not {kind}"
    if language is not None:
        yield lambda row: row.language == language, lambda row: f"its language is {row.language}, not {language}"
    if since is not None:
        first = _midnight(since)
        yield lambda row: _dated(row) and row.mtime >= first, lambda row: f"{_when(row)}, not since {since}"
    if before is not None:
        end = _midnight(before)
        yield lambda row: _dated(row) and row.mtime < end, lambda row: f"{_when(row)}, not before {before}"


def _name_test(pattern: str) -> Test:
    """Whether a document's name fits, or, for a pattern that begins with a slash, its absolute path."""
    fits = matcher(pattern)
    if _is_absolute(pattern):
        negated = pattern.strip().startswith("!")
        each = all if negated else any
        return lambda row: each((fits(row.path), fits(f"/{row.name}")))
    return lambda row: fits(row.name)


def _is_absolute(pattern: str) -> bool:
    return pattern.strip().lstrip("!").startswith("/")


def _dated(row: DocumentRow) -> bool:
    """Whether the day of the last change is known; what was added without a file has none."""
    return row.mtime > 0


def _when(row: DocumentRow) -> str:
    return f"it was modified on {_day(row.mtime)}" if _dated(row) else "the day it was modified is not known"


def _day(mtime: int) -> date:
    return datetime.fromtimestamp(mtime // 10**9).date()


def _midnight(day: date) -> int:
    """The first nanosecond of a day on this machine, since 1970."""
    moment = datetime.combine(day, time.min)
    try:
        return int(moment.timestamp()) * 10**9
    except (OverflowError, ValueError, OSError):  # the years 1 and 9999 have no local time everywhere
        return int(moment.replace(tzinfo=UTC).timestamp()) * 10**9


def _chunks_of(snapshot: Snapshot, documents: Sequence[int]) -> NDArray[np.int64]:
    sql = "SELECT id FROM chunks INDEXED BY chunks_document WHERE document IN (SELECT value FROM json_each(?))"
    found = snapshot.rows(sql, (as_json(documents),))
    return np.sort(np.fromiter((row[0] for row in found), dtype=np.int64, count=len(found)))


def _why_empty(filters: Filters, rows: Sequence[DocumentRow]) -> tuple[str, str]:
    """What to say when no chunk passes."""
    inside = _passing(filters, rows)
    lists = "`kb documents` lists what there is"
    readable = [row for row in rows if row.state == "ok"]
    if not readable:
        return "No document is indexed", "kb index FOLDER"
    if inside:
        first = inside[0]
        state = f"could not be read: {first.reason}" if first.state == "failed" else "was taken out by kb remove"
        others = f" (and {len(inside) - 1} more that cannot be searched)" if len(inside) > 1 else ""
        return f"{filters} leaves only {first.name}, which {state.rstrip('.')}{others}", lists
    alone = {single: len(_passing(single, readable)) for single in filters.alone()}
    nobody = [single for single, count in alone.items() if not count]
    if not nobody:
        each = ", ".join(f"{single} {count}" for single, count in alone.items())
        return f"No document passes {filters} together; each alone leaves some: {each}", "Leave one of them out"
    return f"No document passes {nobody[0]}; {_what_there_is(nobody[0], readable)}", lists


def _what_there_is(single: Filters, rows: Sequence[DocumentRow]) -> str:
    if single.since is not None or single.before is not None:
        days = sorted(_day(row.mtime) for row in rows if _dated(row))
        return f"they were modified between {days[0]} and {days[-1]}" if days else "none has a known day"
    for name in ("type", "language"):
        if getattr(single, name) is not None:
            counts = {value: sum(getattr(row, name) == value for row in rows) for value in _values(rows, name)}
            return "there are " + ", ".join(f"{count:,} {value}" for value, count in counts.items())
    near = near_names(single.within or "", [row.name for row in rows])
    example = f"did you mean {near[0]}?" if near else f"for example {rows[0].name}"
    count = "there is 1 document" if len(rows) == 1 else f"there are {len(rows):,} documents"
    return f"{count}, {example}"


def _values(rows: Sequence[DocumentRow], name: str) -> list[str]:
    return sorted({getattr(row, name) for row in rows})
