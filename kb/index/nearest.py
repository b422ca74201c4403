"""Base, tail and removed ids -> the nearest chunks, scored exactly."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import faiss
import numpy as np
from numpy.typing import NDArray

from kb.errors import KBError
from kb.index.base import EXACT, Base
from kb.index.snapshot import Snapshot

Ids = NDArray[np.int64]
Vectors = NDArray[np.float32]

_ROUNDING = 2.0**-11 + 1e-6  # |q.x - q.fp16(x)| for unit vectors: half a unit in the last of 11 bits, by Cauchy-Schwarz
_WIDEST = 32_768
_SearchParameters: Any = faiss.SearchParameters  # FAISS adds the keywords at run time
_RefineParameters: Any = faiss.IndexRefineSearchParameters
_Bitmap: Any = faiss.IDSelectorBitmap  # takes an array since FAISS wraps it at run time
_FACTOR = 40  # vectors looked at in fp16, chosen by the codes, per chunk that is asked for
_LEAST = 800  # and at least so many; e5: recall@10 1.000 at 100,000 and at 1,000,000 chunks, recall@50 .999 and 1.000
_SPARE = 16  # of those, so many more than asked for are scored exactly


@dataclass(frozen=True, slots=True)
class Wanted:
    """A unit query, how many chunks, and among which ids (ascending; None: all)."""

    query: Vectors
    k: int
    only: Ids | None = None


@dataclass(frozen=True, slots=True)
class View:
    """The vectors of one generation: those of `base` without `removed`, and the tail (ascending ids)."""

    generation: int
    base: Base | None
    removed: Ids
    tail_ids: Ids
    tail: Vectors

    def advanced(self, snapshot: Snapshot) -> View:
        """The same at a later generation, by the change log."""
        ops: dict[int, str] = {}
        for chunk, op in snapshot.changes_since(self.generation):
            ops[chunk] = op  # an id never comes back: its last op stands
        gone = np.array(sorted(id_ for id_, op in ops.items() if op == "remove"), dtype=np.int64)
        new = np.array(sorted(id_ for id_, op in ops.items() if op == "add"), dtype=np.int64)
        stays = ~np.isin(self.tail_ids, gone)
        in_base = self.base.ids[_places(self.base, gone)] if self.base and len(self.base.ids) else gone[:0]
        tail_ids, tail = self.tail_ids, self.tail
        if not stays.all():
            tail_ids, tail = tail_ids[stays], tail[stays]
        if len(new):
            tail_ids, tail = np.concatenate([tail_ids, new]), np.concatenate([tail, snapshot.vectors(new)])
        removed = np.union1d(self.removed, in_base) if len(in_base) else self.removed  # union1d loads numpy.ma: 30 ms
        return View(snapshot.generation, self.base, removed, tail_ids, tail)

    def changes(self) -> int:
        """How many chunks the base does not have right."""
        return len(self.removed) + len(self.tail_ids)


def unit(vectors: Vectors) -> Vectors:
    """Rows of length 1, shape (n, d); zero rows stay zero."""
    lengths = np.linalg.norm(vectors.astype(np.float64), axis=1, keepdims=True)
    close = np.abs(lengths - 1) < 1e-6
    return np.ascontiguousarray(np.where(close, vectors, vectors / np.maximum(lengths, 1e-30)), dtype=np.float32)


def checked_vectors(vectors: NDArray[np.float32], shape: tuple[int, int]) -> NDArray[np.float32]:
    """Unit rows as they are stored.

    Raises:
        KBError: The encoder gave something else than finite vectors of this shape.
    """
    if vectors.shape != shape or not np.isfinite(vectors).all():
        raise KBError(
            f"The embedder gave vectors of shape {vectors.shape} where {shape} finite numbers were due",
            "Run `kb index --rebuild` after choosing another embedding.model",
        )
    return unit(np.asarray(vectors, dtype=np.float32)).astype("<f4", copy=False)


def exact(vectors: Vectors, query: Vectors) -> NDArray[np.float64]:
    """Inner products in double precision, so that equal vectors score equal wherever they are stored."""
    return np.asarray(np.einsum("nd,d->n", vectors.astype(np.float64), query.astype(np.float64)))


def best(ids: Ids, scores: NDArray[np.float64], k: int) -> tuple[Ids, NDArray[np.float64]]:
    """The k highest scores, best first, equal ones by id."""
    order = np.lexsort((ids, -scores))[: max(k, 0)]
    return ids[order], scores[order]


def nearest(view: View, snapshot: Snapshot, wanted: Wanted) -> tuple[Ids, NDArray[np.float64]]:
    """The nearest chunks of a view: ids and cosines, best first, equal ones by id."""
    if wanted.k < 1:
        return np.empty(0, dtype=np.int64), np.empty(0)
    ids, scores = _tail_hits(view, wanted)
    if view.base is not None and len(view.base.ids):
        base_ids, base_scores = _base_hits(view, view.base, snapshot, wanted)
        ids, scores = np.concatenate([ids, base_ids]), np.concatenate([scores, base_scores])
    return best(ids, scores, wanted.k)


def _tail_hits(view: View, wanted: Wanted) -> tuple[Ids, NDArray[np.float64]]:
    ids, vectors = view.tail_ids, view.tail
    if wanted.only is not None:
        keep = np.isin(ids, wanted.only)
        ids, vectors = ids[keep], vectors[keep]
    if len(ids) > 4 * wanted.k + 64:
        rough = vectors @ wanted.query
        border = len(rough) - wanted.k
        near = rough >= np.partition(rough, border)[border] - 1e-5
        ids, vectors = ids[near], vectors[near]
    return ids, exact(vectors, wanted.query)


def _base_hits(view: View, base: Base, snapshot: Snapshot, wanted: Wanted) -> tuple[Ids, NDArray[np.float64]]:
    """The k best of the base, with exact scores from the catalog.

    The half-precision scores are off by at most `_ROUNDING`: the search widens until what it did not look at cannot
    be better than the k-th exact score. Compressed codes have no such bound; they look far enough from the start.
    """
    compressed = base.kind != EXACT and wanted.only is None
    if compressed:
        ids, rough = _compressed_hits(view, base, wanted)
        return best(ids, exact(snapshot.vectors(ids), wanted.query), wanted.k)
    total = len(base.ids)
    wide = min(total, 2 * wanted.k + 32)
    while True:
        ids, rough = _flat_hits(view, base, wanted, wide)
        kept, scores = best(ids, exact(snapshot.vectors(ids), wanted.query), wanted.k)
        proven = len(scores) == wanted.k and rough[-1] + _ROUNDING <= scores[-1]
        if proven or len(ids) < wide or wide >= min(total, _WIDEST):
            return kept, scores
        wide = min(total, 4 * wide)


def _flat_hits(view: View, base: Base, wanted: Wanted, wide: int) -> tuple[Ids, NDArray[np.float32]]:
    """(ids, half-precision scores) of the base's nearest chunks that are still there, best first."""
    codes: Any = faiss.downcast_index(base.index.index)
    if base.kind != EXACT:
        codes = faiss.downcast_index(codes.refine_index)
    parameters: Any = None
    if wanted.only is not None or len(view.removed):
        bits = _searched(view, base, wanted.only)
        parameters = _SearchParameters(sel=_Bitmap(bits))
    scores, places = codes.search(wanted.query[None, :], wide, params=parameters)
    found = places[0] >= 0
    return base.ids[places[0][found]], scores[0][found]


def _searched(view: View, base: Base, only: Ids | None) -> NDArray[np.uint8]:
    """A bit for each vector of the base: whether it is there and allowed."""
    there = np.full(len(base.ids), only is None)
    if only is not None:
        there[_places(base, only)] = True
    there[_places(base, view.removed)] = False
    return np.packbits(there, bitorder="little")


def _places(base: Base, ids: Ids) -> Ids:
    """Where ids stand in the base; those that it lacks are left out."""
    at: Ids = np.minimum(np.searchsorted(base.ids, ids), len(base.ids) - 1)
    found: Ids = at[base.ids[at] == ids]
    return found


def _compressed_hits(view: View, base: Base, wanted: Wanted) -> tuple[Ids, NDArray[np.float32]]:
    """(ids, half-precision scores) of nearly all of the base's nearest chunks, best first."""
    refined: Any = faiss.downcast_index(base.index.index)
    wide = wanted.k + _SPARE
    looked_at = max(_FACTOR * wanted.k, _LEAST)
    reach = wide + 2 * wide * len(view.removed) // len(base.ids) + min(len(view.removed), _SPARE)
    while True:
        reach = min(reach, len(base.ids))
        parameters = _RefineParameters(k_factor=max(1.0, looked_at / reach))
        scores, places = refined.search(wanted.query[None, :], reach, params=parameters)
        ids = base.ids[places[0][places[0] >= 0]]
        there = ~np.isin(ids, view.removed)
        if there.sum() >= wide or reach == len(base.ids):
            return ids[there][:wide], scores[0][: len(ids)][there][:wide]
        reach, looked_at = 4 * reach, 4 * looked_at
