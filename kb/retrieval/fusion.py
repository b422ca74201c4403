"""Ranked lists -> one list."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace


@dataclass(frozen=True, slots=True)
class FusionWeights:
    """How cosines and BM25 scores are made comparable.

    `low` and `high` are the cosines of unrelated and of identical text for the embedder; `dense` is the share of the
    dense leg, 0 to 1.
    """

    low: float
    high: float
    dense: float

    def share(self, cosine: float) -> float:
        """Where a cosine stands in the range of the embedder: 0 unrelated, 1 identical."""
        return (cosine - self.low) / (self.high - self.low)


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
    fused = []
    for chunk, cosine in cosines.items():
        lexical = bm25.get(chunk, 0.0)
        share = lexical / mass if mass > 0 else 0.0
        score = weights.dense * weights.share(cosine) + (1.0 - weights.dense) * share
        fused.append(Fused(chunk, score, cosine, lexical))
    return ranked(fused)


def combine(original: Sequence[Fused], variants: Sequence[Sequence[Fused]], share: float = 0.5) -> list[Fused]:
    """One list out of those of a question and of its variants.

    score = (1 - share) * original + share * the best of original and variants

    A mixture of CombSUM and CombMAX (Fox & Shaw 1994). With share at most one half, however many variants there are,
    the question itself has at least half the weight, and a variant that finds nothing better changes nothing.

    Args:
        original: The fused list of the question as asked.
        variants: The fused lists of its variants; what one of them lacks counts as not better.
        share: The weight of the best variant, 0 to .5.

    Returns:
        The passages of `original`, best first; equal scores in order of chunk id.
    """
    best = {hit.chunk: hit.score for hit in original}
    for hits in variants:
        for hit in hits:
            if hit.score > best.get(hit.chunk, hit.score):
                best[hit.chunk] = hit.score
    return ranked([replace(hit, score=(1 - share) * hit.score + share * best[hit.chunk]) for hit in original])


def balanced(parts: Sequence[Sequence[Fused]]) -> list[list[Fused]]:
    """The lists of the parts of a compound question, scaled so that each has the best score of the best of them.

    Else the runners-up of the part that is answered best drown the one passage that answers the other.
    """
    tops = [max((hit.score for hit in hits), default=0.0) for hits in parts]
    highest = max(tops, default=0.0)
    scales = [highest / top if top > 0 else 1.0 for top in tops]
    return [[replace(hit, score=hit.score * by) for hit in hits] for hits, by in zip(parts, scales, strict=True)]


def ranked(hits: Sequence[Fused]) -> list[Fused]:
    """Best first; equal scores in order of chunk id."""
    return sorted(hits, key=lambda hit: (-hit.score, hit.chunk))
