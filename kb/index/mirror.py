"""Paths -> an index in line with them, through the real reader, splitter and encoder."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, cast

from kb.documents.readers import SUFFIXES, DocumentReader
from kb.errors import DocumentError
from kb.index.catalog import Catalog, Identity
from kb.index.storage import IndexStorage
from kb.index.sync import Synced, SyncParts, sync
from kb.progress import Progress
from kb.settings import Settings

if TYPE_CHECKING:
    from llama_index.core.schema import Document, TextNode

    from kb.documents.splitter import SpanSplitter
    from kb.models.embedding import KBEmbedding


@dataclass(frozen=True, slots=True)
class Run:
    """What one run is to do.

    `everything` adds all known roots to `paths`; `rebuild` makes a new index, of everything in any case; `prune` allows
    dropping most of a root, or a root that is missing.
    """

    paths: Sequence[Path]
    everything: bool
    rebuild: bool
    prune: bool
    progress: Progress


def mirror(
    storage: IndexStorage,
    embedding: Callable[[], KBEmbedding],
    identity: Callable[[], Identity],
    settings: Settings,
    run: Run,
) -> Synced:
    """Do one run under the writer's lock; `embedding` and `identity` are asked for once it is held.

    Raises:
        DocumentError: No named path is there, or a rebuild would lose a root that is missing.
        IndexMismatch: The index was made with another embedder or pipeline.
        Busy: Another process is writing.
        StorageError: The storage is full, read-only or damaged; what was indexed before is kept.
    """
    with ExitStack() as stack:
        writer = stack.enter_context(storage.writer())
        encode = embedding().encode_passages
        opened = writer.rebuild(identity(), encode) if run.rebuild else writer.open(identity())
        catalog = stack.enter_context(opened)
        reader = stack.enter_context(DocumentReader(settings.documents))
        parts = SyncParts(reader.read, _splitter(embedding(), settings), encode, run.progress)
        wanted = _with_known(catalog, run.paths) if run.everything or run.rebuild else run.paths
        synced = sync(catalog, wanted, parts, settings.index, prune=run.prune)
        if run.rebuild and not run.prune:
            _refuse_lost_roots(synced, wanted)
        _refuse_nothing(synced, wanted)
    return synced


def _refuse_nothing(synced: Synced, roots: Sequence[Path]) -> None:
    """A run that found no document at all, old or new, is a mistake in what was named."""
    seen = (synced.added, synced.changed, synced.renamed, synced.deleted, synced.unchanged, synced.failed)
    if not any(seen):
        places = ", ".join(str(root) for root in roots) or "what is indexed"
        raise DocumentError(
            f"There is no {', '.join(SUFFIXES)} file in {places}", "Put documents there, or name another folder"
        )


def _refuse_lost_roots(synced: Synced, roots: Sequence[Path]) -> None:
    """Give up a rebuilt index that lacks a root; the old one still answers."""
    names = {str(root) for root in roots}
    for name, reason in synced.failed:
        if name in names:
            raise DocumentError(
                f"{name}: {reason}; the index was not rebuilt",
                "Bring it back, or let its documents go with `kb index --rebuild --prune`",
            )


def _splitter(embedding: KBEmbedding, settings: Settings) -> Callable[[Document], list[TextNode]]:
    """The splitter as a function; it is made when the first document needs it."""

    @cache
    def splitter() -> SpanSplitter:
        from kb.documents.splitter import SpanSplitter

        return SpanSplitter(count_tokens=embedding.count_tokens, chunk_tokens=settings.splitter.chunk_tokens)

    return lambda document: cast("list[TextNode]", splitter().get_nodes_from_documents([document]))


def _with_known(catalog: Catalog, paths: Sequence[Path]) -> list[Path]:
    """These paths and every root known."""
    with catalog.read() as snapshot:
        roots = [Path(root.path) for root in snapshot.roots() if root.kind != "nodes"]
    return list(dict.fromkeys([*(path.resolve() for path in paths), *roots]))
