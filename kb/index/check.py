"""A catalog and its vector base, everything against everything -> findings."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np

from kb.errors import StorageError
from kb.index import base as base_file
from kb.index import lexical, postings
from kb.index.catalog import Catalog, Snapshot
from kb.index.stamp import read_stamp
from kb.index.vectors import VectorIndex
from kb.index.writer import chunk_digest

_SAMPLE = 5  # offenders that a finding names


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that does not agree.

    `part` is what is wrong; `derived` says whether it can be made again from the catalog, `repaired` whether it was.
    """

    part: str
    what: str
    fix: str
    derived: bool = False
    repaired: bool = False


def check(catalog: Catalog, repair: bool = False) -> list[Finding]:
    """Verify a catalog and what is derived from it.

    Args:
        catalog: For `repair` opened by the one writer.
        repair: Make the lexical index and the vector base again where they do not agree.

    Returns:
        What was found, before a repair; empty when everything agrees.
    """
    try:
        with catalog.read() as snapshot:
            findings = [finding for look in _LOOKS for finding in look(snapshot)]
            findings += [*_base(catalog, snapshot), *_postings(snapshot)]
    except StorageError as error:
        return [Finding("catalog", error.what, error.fix)]
    return [_repaired(catalog, finding) if repair and finding.derived else finding for finding in findings]


def _sqlite(snapshot: Snapshot) -> Iterator[Finding]:
    answers = [row[0] for row in snapshot.rows("PRAGMA integrity_check")]
    if answers != ["ok"]:
        yield Finding("catalog", f"SQLite reports damage: {answers[0]}", "Run `kb index --rebuild`")
    broken = snapshot.rows("PRAGMA foreign_key_check")
    if broken:
        yield Finding("catalog", f"{len(broken)} rows refer to nothing", "Run `kb index --rebuild`")


def _spans(snapshot: Snapshot) -> Iterator[Finding]:
    wrong = []
    for (document_id,) in snapshot.rows("SELECT id FROM documents"):
        text = snapshot.text(document_id)
        sql = "SELECT id, start, end, digest, text FROM chunks WHERE document = ?"
        for id_, start, end, digest, chunk in snapshot.rows(sql, (document_id,)):
            if text[start:end] != chunk or chunk_digest(chunk) != digest:
                wrong.append(id_)
    if wrong:
        yield Finding("chunks", f"{_some(wrong)} are not their document's text", "Run `kb index --rebuild`")


def _vectors(snapshot: Snapshot) -> Iterator[Finding]:
    ids = snapshot.chunk_ids()
    stored = {row[0] for row in snapshot.rows("SELECT chunk FROM vectors")}
    missing = sorted(stored.symmetric_difference(ids.tolist()))
    if missing:
        yield Finding("vectors", f"{_some(missing)} have no vector", "Run `kb index --rebuild`")
        return
    width = snapshot.dimension() * 4
    odd = [row[0] for row in snapshot.rows("SELECT chunk FROM vectors WHERE length(vector) <> ?", (width,))]
    if not odd:
        for block, rows in snapshot.vector_blocks(ids):
            off = ~(np.abs(np.linalg.norm(rows.astype(np.float64), axis=1) - 1) < 1e-3)
            odd += block[off].tolist()
    if odd:
        yield Finding("vectors", f"{_some(odd)} have a vector that is not of length 1", "Run `kb index --rebuild`")


def _words(snapshot: Snapshot) -> Iterator[Finding]:
    fix = "Run `kb check --repair`"
    rows = snapshot.rows(
        "SELECT c.id, c.text, w.words FROM chunks c LEFT JOIN chunk_words w ON w.rowid = c.id ORDER BY c.id"
    )
    wrong = [id_ for id_, text, words in rows if words != " ".join(lexical.terms(text))]
    extra = [
        row[0] for row in snapshot.rows("SELECT rowid FROM chunk_words WHERE rowid NOT IN (SELECT id FROM chunks)")
    ]
    if wrong or extra:
        yield Finding("words", f"The search words of {_some(wrong + extra)} are wrong", fix, derived=True)


def _pages(snapshot: Snapshot) -> Iterator[Finding]:
    counted = snapshot.rows(
        "SELECT d.id FROM documents d WHERE d.pages <> (SELECT count(*) FROM pages p WHERE p.document = d.id) "
        "OR d.pages <> (SELECT coalesce(max(number), 0) FROM pages p WHERE p.document = d.id)"
    )
    backwards = snapshot.rows(
        "SELECT DISTINCT p.document FROM pages p JOIN pages q ON q.document = p.document AND q.number = p.number + 1 "
        "WHERE q.start < p.start"
    )
    wrong = sorted({row[0] for row in [*counted, *backwards]})
    if wrong:
        yield Finding("pages", f"The pages of {_some(wrong, 'document')} are out of order", "Run `kb index --rebuild`")


def _states(snapshot: Snapshot) -> Iterator[Finding]:
    sql = (
        "SELECT d.id FROM documents d WHERE d.state <> 'ok' AND (d.text <> '' OR EXISTS "
        "(SELECT 1 FROM chunks c WHERE c.document = d.id))"
    )
    wrong = [row[0] for row in snapshot.rows(sql)]
    if wrong:
        yield Finding("documents", f"{_some(wrong, 'document')} should hold nothing", "Run `kb index --rebuild`")


def _changes(snapshot: Snapshot) -> Iterator[Finding]:
    known = snapshot.meta()["base"]
    sql = "SELECT count(*) FROM changes WHERE generation <= ? OR generation > ?"
    if snapshot.rows(sql, (known["generation"], snapshot.generation))[0][0]:
        yield Finding("changes", "The change log holds other generations than it should", "Run `kb index --rebuild`")


def _base(catalog: Catalog, snapshot: Snapshot) -> Iterator[Finding]:
    """The file byte by byte, and the chunks that base and change log lead to against those of the catalog."""
    fix = "Run `kb check --repair`"
    known = snapshot.meta()["base"]
    if not known["key"]:
        return
    path = catalog.folder / base_file.FILE
    stamp = read_stamp(path)
    opened = base_file.open_base(path, known["key"], snapshot.dimension())
    if stamp is None or opened is None or not base_file.sound(path, stamp, whole=True):
        state = "is damaged or of another state" if path.exists() else "is missing"
        yield Finding("vectors.faiss", f"{path} {state}; searches do without it", fix, derived=True)
        return
    view = VectorIndex(catalog).view(snapshot)
    held = np.union1d(np.setdiff1d(opened.ids, view.removed), view.tail_ids)
    if not np.array_equal(held, snapshot.chunk_ids()):
        yield Finding(
            "vectors.faiss", f"{path} and the change log do not lead to the catalog's chunks", fix, derived=True
        )


def _postings(snapshot: Snapshot) -> Iterator[Finding]:
    """The file byte by byte, and its chunks with the change log against those of the catalog."""
    known = snapshot.meta()["base"]
    if not known["key"]:
        return
    path = snapshot.folder / postings.FILE
    opened = postings.open_postings(path, known["key"])
    if opened is None or not postings.sound(path, opened.stamp, whole=True):
        what = f"{path} {'is damaged or of another state' if path.exists() else 'is missing'}; searches do without it"
        yield Finding(postings.FILE, what, "Run `kb check --repair`", derived=True)
        return
    ops = dict(snapshot.changes_since(known["generation"]))  # an id never comes back: its last op stands
    gone, new = (np.array([id_ for id_, op in ops.items() if op == each], dtype=np.int64) for each in ("remove", "add"))
    if not np.array_equal(np.union1d(np.setdiff1d(opened.ids, gone), new), snapshot.chunk_ids()):
        what = f"{path} and the change log do not lead to the catalog's chunks"
        yield Finding(postings.FILE, what, "Run `kb check --repair`", derived=True)


def _repaired(catalog: Catalog, finding: Finding) -> Finding:
    if finding.part == "words":
        with catalog.read() as snapshot:
            rows = snapshot.rows("SELECT id, text FROM chunks ORDER BY id")
        with catalog.write() as writer:
            writer.replace_words((id_, " ".join(lexical.terms(text))) for id_, text in rows)
    VectorIndex(catalog).rewrite()
    return Finding(finding.part, finding.what, "Repaired", derived=True, repaired=True)


def _some(ids: list[int], noun: str = "chunk") -> str:
    shown = ", ".join(str(id_) for id_ in ids[:_SAMPLE])
    return f"{len(ids)} {noun}{'s' if len(ids) > 1 else ''} ({shown}{', ...' if len(ids) > _SAMPLE else ''})"


_LOOKS: tuple[Callable[[Snapshot], Iterator[Finding]], ...] = (
    *(_sqlite, _spans, _vectors, _words, _pages, _states, _changes),
)
