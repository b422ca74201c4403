"""Values of questions -> means with 95 % intervals, and whether two differ."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

RESAMPLES = 2000
DRAWS = 10_000


@dataclass(frozen=True, slots=True)
class Interval:
    """A mean over `n` questions and its 95 % bootstrap interval."""

    value: float
    low: float
    high: float
    n: int


def mean(values: Sequence[float], seed: int = 0) -> Interval:
    """The mean and its percentile bootstrap interval (Efron 1979; 2,000 resamples of whole questions).

    Raises:
        ValueError: There is no value.
    """
    if not values:
        raise ValueError("no values to take the mean of")
    sample = np.asarray(values, dtype=np.float64)
    random = np.random.default_rng(seed)
    means = [
        sample[random.integers(len(sample), size=(size, len(sample)))].mean(axis=1)
        for size in _batches(RESAMPLES, len(sample))
    ]
    low, high = np.percentile(np.concatenate(means), [2.5, 97.5])
    return Interval(float(sample.mean()), float(low), float(high), len(sample))


def paired(values: Sequence[float], others: Sequence[float], seed: int = 0) -> Interval:
    """The mean of `values - others`, question by question, and its bootstrap interval.

    Both sides are resampled together, so what makes a question hard for both does not widen the interval.

    Raises:
        ValueError: The two differ in length, or are empty.
    """
    return mean([value - other for value, other in zip(values, others, strict=True)], seed)


def randomised(values: Sequence[float], others: Sequence[float], seed: int = 0) -> float:
    """The p-value of the paired randomisation test, two-sided, on the difference of the means.

    If both sides were the same system, which of the two values of a question is whose would be chance: the signs of
    the differences are drawn 10,000 times, and p is the share of draws whose mean is at least as far from 0 as the
    measured one, the measured one counted among them (Fisher 1935; Smucker, Allan & Carterette 2007, "A comparison of
    statistical significance tests for information retrieval evaluation").

    Raises:
        ValueError: The two differ in length, or are empty.
    """
    if not values:
        raise ValueError("no values to compare")
    differences = np.asarray([value - other for value, other in zip(values, others, strict=True)], dtype=np.float64)
    random = np.random.default_rng(seed)
    measured = abs(float(differences.sum())) - 1e-12
    extreme = 0
    for size in _batches(DRAWS, len(differences)):
        signs = random.integers(2, size=(size, len(differences)), dtype=np.int8) * 2.0 - 1.0
        extreme += int((np.abs(signs @ differences) >= measured).sum())
    return (extreme + 1) / (DRAWS + 1)


def _batches(total: int, width: int) -> Iterator[int]:
    """How many rows of this width to draw at once, so that none takes more than 32 MB."""
    size = max(1, 4_000_000 // width)
    for start in range(0, total, size):
        yield min(size, total - start)
