"""What a root holds and what the catalog knows of it -> what is to be done."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path

from kb.index.scan import FileStat, Listing
from kb.index.snapshot import DocumentRow, RootRow


@dataclass(frozen=True, slots=True)
class Job:
    """One file to read: its place, what it looked like, and the document it replaces (None: a new one)."""

    root: int
    relative: str
    path: Path
    found: FileStat
    sha256: str
    known: DocumentRow | None


@dataclass(slots=True)
class Plan:
    """Everything that one root needs; nothing is done yet."""

    root: RootRow
    jobs: list[Job] = field(default_factory=list)
    moved: list[tuple[DocumentRow, str, FileStat]] = field(default_factory=list)
    touched: list[tuple[DocumentRow, FileStat]] = field(default_factory=list)
    gone: list[DocumentRow] = field(default_factory=list)
    unchanged: int = 0
    failed: dict[str, str] = field(default_factory=dict)
    known: int = 0


@dataclass(frozen=True, slots=True)
class Scope:
    """Parts of a root that are looked at ("": all, else a path and what lies below it), and files named."""

    below: frozenset[str] = frozenset({""})
    named: frozenset[str] = frozenset()

    def holds(self, path: str) -> bool:
        """Whether a relative path is looked at."""
        return any(not part or path == part or path.startswith(f"{part}/") for part in self.below)


def sha256_of(path: Path) -> str:
    """The SHA-256 of a file's bytes, in hex.

    Raises:
        OSError: It cannot be read.
    """
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def plan(
    root: RootRow,
    known: Iterable[DocumentRow],
    listing: Listing,
    scope: Scope,
    digest: Callable[[Path], str] = sha256_of,
) -> Plan:
    """Compare a listing with the catalog; only files whose size or time is new are read, for their digest.

    Args:
        root: The root.
        known: Its documents.
        listing: What it holds now.
        scope: Which part is looked at.
        digest: Path -> SHA-256 in hex.
    """
    todo = Plan(root)
    rows = {row.relative: row for row in known if scope.holds(row.relative)}
    todo.known = sum(row.state == "ok" for row in rows.values())
    todo.failed = {
        path: reason for path, reason in listing.refused.items() if scope.holds(path) or listing.unknown(path)
    }
    files = {path: found for path, found in listing.files.items() if scope.holds(path)}
    gone = {path: row for path, row in rows.items() if _is_gone(row, files, listing)}
    for path, found in sorted(files.items()):
        _compare(todo, (path, found), rows.get(path), scope, digest)
    _find_moves(todo, gone)
    todo.gone = list(gone.values())
    return todo


def _is_gone(row: DocumentRow, files: dict[str, FileStat], listing: Listing) -> bool:
    """Whether its file is no longer there; exclusions outlive their files."""
    seen = row.relative in files or listing.unknown(row.relative)
    return not seen and row.state != "excluded" and not listing.refused.get(row.relative, "").startswith("cannot")


def _compare(
    todo: Plan, file: tuple[str, FileStat], row: DocumentRow | None, scope: Scope, digest: Callable[[Path], str]
) -> None:
    relative, found = file
    excluded = row is not None and row.state == "excluded"
    if excluded and relative not in scope.named:
        return
    if row is not None and not excluded and (row.size, row.mtime) == (found.size, found.mtime):
        _keep(todo, row)
        return
    path = Path(todo.root.path) if todo.root.kind == "file" else Path(todo.root.path) / relative
    try:
        sha256 = digest(path)
    except OSError as error:
        todo.failed[relative] = f"cannot be read ({error.strerror})"
        return
    if row is not None and not excluded and row.sha256 == sha256:
        todo.touched.append((row, found))
        _keep(todo, row)
    else:
        todo.jobs.append(Job(todo.root.id, relative, path, found, sha256, row))


def _keep(todo: Plan, row: DocumentRow) -> None:
    if row.state == "failed":
        todo.failed[row.relative] = row.reason
    else:
        todo.unchanged += 1


def _find_moves(todo: Plan, gone: dict[str, DocumentRow]) -> None:
    """New files that hold what a vanished one held are that document."""
    homeless: dict[tuple[str, str], list[DocumentRow]] = {}
    for row in sorted(gone.values(), key=lambda row: row.relative, reverse=True):
        homeless.setdefault((row.sha256, _suffix(row.relative)), []).append(row)
    jobs = []
    for job in todo.jobs:
        rows = homeless.get((job.sha256, _suffix(job.relative))) if job.known is None else None
        if rows:
            row = rows.pop()
            todo.moved.append((row, job.relative, job.found))
            del gone[row.relative]
        else:
            jobs.append(job)
    todo.jobs = jobs


def _suffix(path: str) -> str:
    return Path(path).suffix.lower()
