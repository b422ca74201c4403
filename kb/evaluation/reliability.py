"""Predicted P(relevant) beside what was relevant -> reliability diagram and expected calibration error."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from kb.evaluation.metrics import Interval
from kb.evaluation.ranking import Ranked

BINS = 10
PASSAGES = 10
_RESAMPLES = 1000

Judgement = tuple[float, bool]  # P(relevant), is it relevant
Probabilities = Callable[[Sequence[float]], Sequence[float]]
Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Bin:
    """Passages with about the same P: its mean, the share of them that is relevant, and how many there are."""

    predicted: float
    observed: float
    n: int


def judged(
    ranked: Sequence[Ranked], relevant: Callable[[str, str], bool], probabilities: Probabilities
) -> list[list[Judgement]]:
    """P and truth of the first ten passages of each query, one list a query.

    A passage is relevant when its document is: where a document is one paragraph, that is what was annotated.

    Args:
        ranked: What was found.
        relevant: (query id, document) -> whether it is relevant.
        probabilities: The fused scores of all passages of a query, best first -> P(relevant) of each.
    """
    found = []
    for one in ranked:
        p = probabilities([score for _, score in one.passages])
        found.append([(p[i], relevant(one.query.id, name)) for i, (name, _) in enumerate(one.passages[:PASSAGES])])
    return found


def bins(judgements: Sequence[Judgement]) -> list[Bin]:
    """Ten bins of as nearly as possible the same number of passages, by rising P; fewer where there are fewer."""
    p, y = _columns([judgements])
    order = np.argsort(p, kind="stable")
    return [
        Bin(float(p[part].mean()), float(y[part].mean()), len(part))
        for part in np.array_split(order, BINS)
        if len(part)
    ]


def error(queries: Sequence[Sequence[Judgement]], seed: int = 0) -> Interval:
    """The expected calibration error over all passages, and its bootstrap interval over the queries that found some.

    ECE = sum over bins b of n_b / n * |mean(P in b) - share relevant in b|

    Naeini, Cooper & Hauskrecht 2015, "Obtaining well calibrated probabilities using Bayesian binning"; bins of equal
    mass after Nguyen & O'Connor 2015, "Posterior calibration and exploratory analysis for NLP models". Resampling adds
    noise, and an absolute value turns noise into error, so the percentiles of the resamples lie too high; the interval
    is therefore the basic one (twice the value less the percentiles; Davison & Hinkley 1997), cut off at 0.

    Raises:
        ValueError: There is no passage.
    """
    queries = [query for query in queries if query]
    if not queries:
        raise ValueError("no passages to judge")
    p, y = _columns(queries)
    ends = np.cumsum([len(query) for query in queries])
    rows = [np.arange(end - len(query), end) for end, query in zip(ends, queries, strict=True)]
    random = np.random.default_rng(seed)
    value = _error(p, y)
    drawn = []
    for _ in range(_RESAMPLES):
        some = np.concatenate([rows[i] for i in random.integers(len(rows), size=len(rows))])
        drawn.append(_error(p[some], y[some]))
    low, high = np.percentile(drawn, [2.5, 97.5])
    return Interval(value, max(0.0, 2 * value - float(high)), max(0.0, 2 * value - float(low)), len(queries))


def _error(p: Floats, y: Floats) -> float:
    parts = np.array_split(np.argsort(p, kind="stable"), BINS)
    gaps = [abs(float(p[part].sum() - y[part].sum())) for part in parts]
    return sum(gaps) / len(p)


def _columns(queries: Sequence[Sequence[Judgement]]) -> tuple[Floats, Floats]:
    flat = [judgement for query in queries for judgement in query]
    return np.asarray([p for p, _ in flat], np.float64), np.asarray([y for _, y in flat], np.float64)
