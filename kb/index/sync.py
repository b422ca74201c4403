"""Roots -> catalog: added, changed, renamed, deleted, unchanged."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from kb.errors import DocumentError, KBError
from kb.index.catalog import Catalog
from kb.index.ingest import Ingest, SyncParts
from kb.index.plan import Plan, Scope, plan
from kb.index.roots import Chosen, choose
from kb.index.scan import Listing, mount_of, scan_file, scan_folder
from kb.index.snapshot import DocumentRow, RootRow
from kb.index.vectors import VectorIndex
from kb.settings import IndexSettings

_GUARDED = 10  # documents: a smaller root may lose most of them without a question

__all__ = ["SyncParts", "Synced", "remove", "sync"]


@dataclass(slots=True)
class Synced:
    """What a run did: documents by what happened to them, `failed` with reasons, chunks now in the index, seconds.

    `stale_answers` counts the answers given before whose quoted documents are gone or others by now.
    """

    added: list[str] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)
    renamed: list[str] = field(default_factory=list)
    deleted: list[str] = field(default_factory=list)
    unchanged: int = 0
    failed: list[tuple[str, str]] = field(default_factory=list)
    chunks: int = 0
    stale_answers: int = 0
    seconds: float = 0.0


def sync(
    catalog: Catalog,
    paths: Sequence[Path],
    parts: SyncParts,
    settings: IndexSettings | None = None,
    *,
    prune: bool = False,
) -> Synced:
    """Make the catalog mirror roots; deletes only inside them, and commits document by document.

    Args:
        catalog: Opened by the one writer.
        paths: Folders and files; none: every root known.
        parts: What reads, splits and encodes.
        settings: When a run stops for fear of deleting too much, and when the vector base is written anew.
        prune: Delete even most of a root.

    Raises:
        DocumentError: None of the named roots is there.
        KBError: The run would delete most of a root; nothing was done.
        StorageError: The disk is full or read-only; finished documents are kept.
    """
    started = time.monotonic()
    settings = settings or IndexSettings()
    done = Synced()
    chosen = choose(catalog, paths)
    plans = _plans(catalog, chosen, done)
    if (paths or chosen.roots) and not plans and done.failed:
        raise DocumentError(*_nothing_there(done.failed))
    if not prune:
        for todo in plans:
            _guard(todo, settings.prune_share)
    for todo in plans:
        _settle(catalog, todo, done)
    ingest = Ingest(catalog, parts)
    ingest.run([job for todo in plans for job in todo.jobs])
    for todo in plans:
        _delete(catalog, todo.gone, done)
    _account(catalog, ingest, done)
    VectorIndex(catalog, settings).maintain()
    with catalog.read() as snapshot:
        done.chunks = snapshot.chunk_count()
    done.seconds = time.monotonic() - started
    return done


def remove(catalog: Catalog, name: str) -> DocumentRow:
    """Take a document out of the index and keep it out until its file is named again; the file stays.

    Raises:
        DocumentError: No document has this name.
    """
    with catalog.read() as snapshot:
        row = snapshot.find(name)
        kinds = {root.id: root.kind for root in snapshot.roots()}
    if row is None or row.state == "excluded":
        raise DocumentError(f"No document {name!r} is indexed", "`kb documents` lists them")
    with catalog.write() as writer:
        if kinds[row.root] == "nodes":
            writer.delete(row.id)
        else:
            writer.exclude(row.id)
    return row


def _plans(catalog: Catalog, chosen: Chosen, done: Synced) -> list[Plan]:
    done.failed += chosen.failed.items()
    plans = []
    for root, scope in chosen.roots.values():
        listing = _listing(root, scope, done)
        if listing is None:
            continue
        with catalog.read() as snapshot:
            known = snapshot.documents_of(root.id)
        plans.append(plan(root, known, listing, scope))
    return plans


def _listing(root: RootRow, scope: Scope, done: Synced) -> Listing | None:
    """What a root holds; None, and a failed row, where it cannot be seen."""
    path = Path(root.path)
    try:
        listing = scan_folder(path) if root.kind == "folder" else scan_file(path)
    except OSError as error:
        done.failed.append((root.path, f"cannot be listed ({error.strerror}); what was indexed from it is kept"))
        return None
    if not listing.files and root.mount != mount_of(path):
        done.failed.append((root.path, f"{root.mount} is not mounted; what was indexed from it is kept"))
        return None
    return listing


def _guard(todo: Plan, share: float) -> None:
    gone = sum(row.state == "ok" for row in todo.gone)
    if todo.known >= _GUARDED and gone > share * todo.known:
        raise KBError(
            f"{gone} of {todo.known} documents of {todo.root.path} are gone; nothing was changed",
            "If that is meant, run `kb index --prune`",
        )


def _settle(catalog: Catalog, todo: Plan, done: Synced) -> None:
    """Everything that needs no reading: moved and touched files."""
    done.unchanged += todo.unchanged
    if todo.moved or todo.touched:
        with catalog.write() as writer:
            for row, relative, found in todo.moved:
                writer.move(row.id, todo.root.id, relative)
                writer.touch(row.id, found.size, found.mtime)
            for row, found in todo.touched:
                writer.touch(row.id, found.size, found.mtime)
    with catalog.read() as snapshot:
        done.renamed += [snapshot.document(row.id).name for row, _, _ in todo.moved]
    names = {row.relative: row.reason for row, relative, _ in todo.moved if row.state == "failed"}
    done.failed += [*todo.failed.items(), *names.items()]


def _delete(catalog: Catalog, gone: Sequence[DocumentRow], done: Synced) -> None:
    for row in gone:
        with catalog.write() as writer:
            writer.delete(row.id)
        if row.state == "ok":
            done.deleted.append(row.name)


def _account(catalog: Catalog, ingest: Ingest, done: Synced) -> None:
    with catalog.read() as snapshot:
        done.added += [snapshot.document(id_).name for id_ in ingest.added]
        done.changed += [snapshot.document(id_).name for id_ in ingest.changed]
    done.failed += ingest.failed


def _nothing_there(failed: Sequence[tuple[str, str]]) -> tuple[str, str]:
    first, reason = failed[0]
    more = f" (and {len(failed) - 1} more)" if len(failed) > 1 else ""
    return f"{first}: {reason}{more}", "Check the path and run the command again; nothing was changed"
