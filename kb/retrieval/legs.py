"""A question and its variants -> what each leg finds, and one fused list."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from kb.index import lexical
from kb.index.snapshot import Snapshot
from kb.index.vector_store import CatalogVectorStore
from kb.retrieval.fusion import Fused, FusionWeights, balanced, combine, fuse
from kb.retrieval.query import Variant
from kb.retrieval.source import ALL

Vectors = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class LegHit:
    """A chunk at its place in a list; `rank` counts from 1, `score` is in the unit of the list."""

    chunk: int
    rank: int
    score: float


@dataclass(frozen=True, slots=True)
class Leg:
    """One ranked list: `leg` is dense (cosine), lexical (BM25) or fused, for one variant of the question."""

    variant: str
    leg: str
    hits: tuple[LegHit, ...]

    @classmethod
    def of(cls, variant: str, leg: str, pairs: Sequence[tuple[int, float]]) -> Leg:
        """A list of (chunk, score), best first."""
        return cls(variant, leg, tuple(LegHit(chunk, rank, score) for rank, (chunk, score) in enumerate(pairs, 1)))


@dataclass(frozen=True, slots=True)
class Searched:
    """Every list that was made: dense, lexical and fused for each variant, in this order; then what they combine to."""

    legs: tuple[Leg, ...]
    fused: list[Fused]


@dataclass(frozen=True, slots=True)
class Reach:
    """How many passages each leg may propose, and among which chunks (ascending ids; None: all)."""

    limit: int
    allowed: NDArray[np.int64] | None = None


def search_legs(
    snapshot: Snapshot,
    store: CatalogVectorStore,
    asked: Sequence[tuple[Variant, Vectors]],
    reach: Reach,
    weights: FusionWeights,
) -> Searched:
    """Both legs for every variant; whatever one of them proposes is scored by all, so fusion compares whole rows.

    Args:
        snapshot: What to search.
        store: The vectors of the catalog.
        asked: The variants with their unit vectors, the question itself first.
        reach: How far and where to look.
        weights: How the legs are fused.
    """
    dense = [_dense(snapshot, store, vector, reach) for _, vector in asked]
    words = [lexical.search(snapshot, variant.text, reach.limit, reach.allowed) for variant, _ in asked]
    found = np.unique([chunk for hits in dense for chunk, _ in hits] + [i for hits in words for i in hits.ids])
    ids = found.astype(np.int64)
    cosines = (snapshot.vectors(ids) @ np.stack([vector for _, vector in asked]).T) if len(ids) else np.empty((0, 0))
    legs: list[Leg] = []
    lists: list[list[Fused]] = []
    for number, (variant, _) in enumerate(asked):
        bm25 = lexical.score(snapshot, variant.text, ids)
        row = dict(zip(ids.tolist(), cosines[:, number].tolist(), strict=True)) if len(ids) else {}
        lists.append(fuse(row, bm25, words[number].mass, weights))
        legs += [
            Leg.of(variant.name, "dense", dense[number]),
            Leg.of(variant.name, "lexical", list(zip(words[number].ids, words[number].scores, strict=True))),
            Leg.of(variant.name, "fused", [(hit.chunk, hit.score) for hit in lists[-1]]),
        ]
    variants = list(zip((variant for variant, _ in asked), lists, strict=True))[1:]
    parts = balanced([hits for variant, hits in variants if variant.is_part])
    others = [hits for variant, hits in variants if not variant.is_part]
    combined = combine(lists[0], [*others, *parts])
    legs.append(Leg.of(ALL, "combined", [(hit.chunk, hit.score) for hit in combined]))
    return Searched(tuple(legs), combined)


def _dense(snapshot: Snapshot, store: CatalogVectorStore, vector: Vectors, reach: Reach) -> list[tuple[int, float]]:
    ids, cosines = store.search(snapshot, vector, reach.limit, reach.allowed)
    return list(zip(ids.tolist(), cosines.tolist(), strict=True))
