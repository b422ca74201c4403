"""Ranked lists and hits -> numbers with 95 % intervals."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

RESAMPLES = 2000


@dataclass(frozen=True, slots=True)
class Interval:
    """A mean over `n` questions and its 95 % bootstrap interval."""

    value: float
    low: float
    high: float
    n: int


def ndcg(ranked: Sequence[str], judged: Mapping[str, int], k: int) -> float:
    """Normalised discounted cumulative gain at `k`: gain / log2(rank + 1), over that of the best order.

    Järvelin & Kekäläinen, Cumulated gain-based evaluation of IR techniques, 2002, with linear gains as trec_eval has
    them. 0 where nothing is judged relevant.

    Args:
        ranked: Distinct document ids, best first.
        judged: Document id -> gain; what is absent has gain 0.
        k: How many ranks count.
    """
    gains = [judged.get(document, 0) for document in ranked[:k]]
    ideal = _discounted(sorted(judged.values(), reverse=True)[:k])
    return _discounted(gains) / ideal if ideal else 0.0


def recall(ranked: Sequence[str], judged: Mapping[str, int], k: int) -> float:
    """The share of the relevant documents (gain above 0) among the first `k`; 0 where there is none."""
    relevant = {document for document, gain in judged.items() if gain > 0}
    return len(relevant.intersection(ranked[:k])) / len(relevant) if relevant else 0.0


def hit(ranked: Sequence[str], judged: Mapping[str, int], k: int) -> float:
    """1 where a relevant document is among the first `k`, else 0."""
    return float(any(judged.get(document, 0) > 0 for document in ranked[:k]))


def reciprocal_rank(ranked: Sequence[str], judged: Mapping[str, int], k: int) -> float:
    """1 / rank of the first relevant document among the first `k`, else 0 (its mean is the MRR)."""
    ranks = (rank for rank, document in enumerate(ranked[:k], start=1) if judged.get(document, 0) > 0)
    return 1.0 / next(ranks, float("inf"))


def mean(values: Sequence[float], seed: int = 0) -> Interval:
    """The mean and its percentile bootstrap interval (Efron 1979; 2,000 resamples of whole questions).

    Raises:
        ValueError: There is no value.
    """
    if not values:
        raise ValueError("no values to take the mean of")
    sample = np.asarray(values, dtype=np.float64)
    draws = np.random.default_rng(seed).integers(len(sample), size=(RESAMPLES, len(sample)))
    low, high = np.percentile(sample[draws].mean(axis=1), [2.5, 97.5])
    return Interval(float(sample.mean()), float(low), float(high), len(sample))


def paired(values: Sequence[float], others: Sequence[float], seed: int = 0) -> Interval:
    """The mean of `values - others`, question by question, and its bootstrap interval.

    Both sides are resampled together, so what makes a question hard for both does not widen the interval.

    Raises:
        ValueError: The two differ in length, or are empty.
    """
    return mean([value - other for value, other in zip(values, others, strict=True)], seed)


def _discounted(gains: Sequence[int]) -> float:
    return sum(gain / float(np.log2(rank + 1)) for rank, gain in enumerate(gains, start=1))
