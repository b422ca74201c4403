"""Two ranked lists -> one list."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class FusionWeights:
    """How cosines and BM25 scores are made comparable.

    `low` and `high` are the cosines of unrelated and of identical text for the embedder; `dense` is the share of the
    dense leg, 0 to 1.
    """

    low: float
    high: float
    dense: float


@dataclass(frozen=True, slots=True)
class Fused:
    """One passage after fusion. `score` is about 0 for chance and 1 for a perfect match of both legs."""

    chunk: int
    score: float
    cosine: float
    bm25: float


def fuse(cosines: Mapping[int, float], bm25: Mapping[int, float], mass: float, weights: FusionWeights) -> list[Fused]:
    """Rank passages by a weighted sum of two normalised scores.

    score = w * (cos - low) / (high - low) + (1 - w) * bm25 / mass

    A convex combination of normalised scores (Bruch, Gai & Ingber 2023, "An analysis of fusion functions for hybrid
    retrieval"), here with bounds that are known beforehand instead of read off the list: the range of the embedder,
    and the most a passage can reach, mass = (k1 + 1) * the sum of idf over the terms of the question. Terms that
    occur nowhere count in the mass, so that a lucky match of one term stays near 0.

    Args:
        cosines: Cosine of every candidate.
        bm25: BM25 of the candidates that hold a term of the question; the others count as 0.
        mass: The most that BM25 can reach for this question; 0 when it has no terms.
        weights: The range of the embedder and the share of the dense leg.

    Returns:
        All candidates, best first; equal scores in order of chunk id.
    """
    span = weights.high - weights.low
    fused = []
    for chunk, cosine in cosines.items():
        dense = (cosine - weights.low) / span
        lexical = bm25.get(chunk, 0.0)
        share = lexical / mass if mass > 0 else 0.0
        score = weights.dense * dense + (1.0 - weights.dense) * share
        fused.append(Fused(chunk, score, cosine, lexical))
    return sorted(fused, key=lambda hit: (-hit.score, hit.chunk))
