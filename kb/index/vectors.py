"""The catalog's vectors -> the nearest chunks: a mapped base, a flat tail of later chunks, a set of removed ids."""

from __future__ import annotations

import threading
import uuid
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from kb.durable import becoming_file
from kb.index import base as base_file
from kb.index import postings
from kb.index.base import EXACT, Base, Source
from kb.index.catalog import Catalog
from kb.index.connection import storage_errors
from kb.index.nearest import View, Wanted, best, exact, nearest, unit
from kb.index.snapshot import Snapshot, ascending
from kb.index.stamp import untouched
from kb.settings import IndexSettings

COMPRESSED = "RaBitQfs,Refine(SQfp16)"
_FEW = 2_000  # so many vectors are kept flat, without an index
_FEWER = 300  # so many allowed ones are searched faster straight from the catalog


class VectorIndex:
    """Search over the vectors of a catalog; thread-safe; everything in it can be made again from the catalog."""

    def __init__(self, catalog: Catalog, settings: IndexSettings | None = None) -> None:
        self._catalog = catalog
        self._settings = settings or IndexSettings()
        self._path = catalog.folder / base_file.FILE
        self._words = catalog.folder / postings.FILE
        self._lock = threading.Lock()
        self._view: View | None = None

    def search(
        self,
        snapshot: Snapshot,
        vector: Sequence[float] | NDArray[Any],
        k: int,
        allowed: Sequence[int] | NDArray[np.int64] | None = None,
    ) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
        """The k nearest chunks by inner product of unit vectors.

        Args:
            snapshot: What to search.
            vector: The query, shape (d,); its length does not matter.
            k: How many at most.
            allowed: Only these chunk ids.

        Returns:
            Chunk ids and cosines, best first, equal ones by id.
        """
        query = unit(np.asarray(vector, dtype=np.float32)[None, :])[0]
        if allowed is not None and len(allowed) <= _FEWER:
            known = snapshot.known_chunks(allowed)
            return best(known, exact(snapshot.vectors(known), query), k)
        only = None if allowed is None else ascending(allowed)
        return nearest(self.view(snapshot), snapshot, Wanted(query, k, only))

    def view(self, snapshot: Snapshot) -> View:
        """The vectors of a snapshot's generation; the newest one is kept."""
        with self._lock:
            view = self._view
            if view is not None and view.generation == snapshot.generation:
                return view
            fresh = self._derive(view, snapshot)
            if view is None or fresh.generation > view.generation:
                self._view = fresh
            return fresh

    def maintain(self) -> bool:
        """Write the base anew when it is unusable or has fallen behind; only for the one writer.

        Returns:
            Whether it was written.

        Raises:
            StorageError: The disk is full or read-only; the catalog keeps everything.
        """
        with self._catalog.read() as snapshot:
            known, view = _known_base(snapshot), self.view(snapshot)
            if not known["key"] and not snapshot.chunk_count():
                return False
            behind = view.changes() > self._settings.rewrite_share * (len(view.base.ids) if view.base else 0)
            if not behind and self._on_disk(view, known["key"], snapshot.dimension()):
                return False
        self.rewrite()
        return True

    def _on_disk(self, view: View, key: str, dimension: int) -> bool:
        """Whether the base file is the one that the catalog knows, and sound."""
        if postings.open_postings(self._words, key) is None:
            return False
        mapped = view.base.stamp if view.base is not None else None
        if mapped is not None and mapped.key == key and untouched(self._path, mapped):
            return mapped.kind == self._kind(mapped.count)
        return base_file.open_base(self._path, key, dimension) is not None

    def rewrite(self) -> None:
        """Write the base of the present generation, vectors and words; only for the one writer.

        Raises:
            StorageError: The disk is full or read-only; the catalog keeps everything.
        """
        key = uuid.uuid4().hex
        with storage_errors(self._path):
            with self._catalog.read() as snapshot:
                generation = snapshot.generation
                source = _source(snapshot)
                # both take their places together: a reader in between finds neither, and does without
                with becoming_file(self._path) as vectors, becoming_file(self._words) as words:
                    base_file.write(vectors, key, generation, source, self._kind(len(source.ids)))
                    postings.write(words, self._catalog.file, key, generation)
            with self._catalog.write() as writer:
                writer.know_base(key, generation)
        with self._lock:
            self._view = None

    def _kind(self, count: int) -> str:
        return EXACT if count <= self._settings.exact_chunks else COMPRESSED

    def _derive(self, view: View | None, snapshot: Snapshot) -> View:
        known = _known_base(snapshot)
        if view is not None and known["generation"] <= view.generation <= snapshot.generation:
            return view.advanced(snapshot)
        mapped = base_file.open_base(self._path, known["key"], snapshot.dimension()) if known["key"] else None
        if mapped is not None and mapped.stamp is not None:
            return _over(mapped, mapped.stamp.generation, snapshot.dimension()).advanced(snapshot)
        source = _source(snapshot)
        if len(source.ids) > _FEW:
            return _over(
                base_file.build(source, self._kind(len(source.ids))), snapshot.generation, snapshot.dimension()
            )
        empty = np.empty(0, dtype=np.int64)
        return View(snapshot.generation, None, empty, source.ids, snapshot.vectors(source.ids))


def _over(base: Base, generation: int, dimension: int) -> View:
    empty = np.empty(0, dtype=np.int64)
    return View(generation, base, empty, empty, np.empty((0, dimension), dtype=np.float32))


def _known_base(snapshot: Snapshot) -> dict[str, Any]:
    known: dict[str, Any] = snapshot.meta()["base"]
    return known


def _source(snapshot: Snapshot) -> Source:
    ids = snapshot.chunk_ids()
    sample = (
        snapshot.vectors(ids[:: max(1, len(ids) // 16_384)])
        if len(ids)
        else np.zeros((1, snapshot.dimension()), np.float32)
    )
    return Source(ids, snapshot.dimension(), sample, lambda: snapshot.vector_blocks(ids))
