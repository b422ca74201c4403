"""The measures against values worked out by hand and against a slow second definition."""

from __future__ import annotations

import math
from itertools import permutations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kb.evaluation import metrics

RANKED = ["a", "b", "c", "d", "e"]


def test_ndcg_by_hand() -> None:
    # gains 0, 1, 0, 2 at ranks 1 to 4; the best order is 2, 1
    found = 1 / math.log2(3) + 2 / math.log2(5)
    best = 2 / math.log2(2) + 1 / math.log2(3)
    assert metrics.ndcg(RANKED, {"b": 1, "d": 2}, 10) == pytest.approx(found / best)
    assert metrics.ndcg(RANKED, {"b": 1, "d": 2}, 3) == pytest.approx((1 / math.log2(3)) / best)


def test_ndcg_counts_relevant_documents_that_were_not_found() -> None:
    assert metrics.ndcg(["a"], {"a": 1, "z": 1}, 10) == pytest.approx(1 / (1 + 1 / math.log2(3)))


def test_ndcg_of_a_full_page_of_hits_is_one() -> None:
    assert metrics.ndcg(["a", "b"], {"a": 1, "b": 1, "c": 1}, 2) == pytest.approx(1.0)


@pytest.mark.parametrize(
    ("judged", "recall", "hit", "rank"),
    [
        ({"a": 1}, 1.0, 1.0, 1.0),
        ({"c": 1, "e": 1}, 0.5, 1.0, 1 / 3),
        ({"d": 1}, 0.0, 0.0, 0.0),
        ({"b": 0}, 0.0, 0.0, 0.0),
        ({}, 0.0, 0.0, 0.0),
    ],
)
def test_recall_hit_and_reciprocal_rank_at_three(
    judged: dict[str, int], recall: float, hit: float, rank: float
) -> None:
    assert metrics.recall(RANKED, judged, 3) == pytest.approx(recall)
    assert metrics.hit(RANKED, judged, 3) == hit
    assert metrics.reciprocal_rank(RANKED, judged, 3) == pytest.approx(rank)


judgements = st.dictionaries(st.sampled_from("abcdef"), st.integers(0, 3), max_size=5)


@settings(deadline=None)
@given(st.permutations("abcdef"), judgements, st.integers(1, 6))
def test_ndcg_is_the_gain_over_the_best_of_all_orders(order: list[str], judged: dict[str, int], k: int) -> None:
    def gain(ranked: tuple[str, ...]) -> float:
        return sum(judged.get(document, 0) / math.log(rank + 2, 2) for rank, document in enumerate(ranked[:k]))

    best = max(gain(ranked) for ranked in permutations("abcdef"))
    expected = gain(tuple(order)) / best if best else 0.0
    assert metrics.ndcg(order, judged, k) == pytest.approx(expected)


def test_mean_interval_agrees_with_the_normal_approximation() -> None:
    hits = [1.0] * 80 + [0.0] * 20
    interval = metrics.mean(hits)
    margin = 1.96 * math.sqrt(0.8 * 0.2 / 100)
    assert interval.value == pytest.approx(0.8)
    assert interval.n == 100
    assert interval.low == pytest.approx(0.8 - margin, abs=0.015)
    assert interval.high == pytest.approx(0.8 + margin, abs=0.015)


def test_intervals_are_the_same_every_time_and_follow_the_seed() -> None:
    values = np.random.default_rng(5).random(50).tolist()
    assert metrics.mean(values) == metrics.mean(values)
    assert metrics.mean(values, seed=1).low != metrics.mean(values).low


def test_a_constant_has_no_width() -> None:
    assert metrics.mean([0.25] * 9) == metrics.Interval(0.25, 0.25, 0.25, 9)


def test_pairing_removes_what_both_sides_share() -> None:
    hard = np.random.default_rng(1).random(200)
    interval = metrics.paired((hard + 0.1).tolist(), hard.tolist())
    assert interval.value == pytest.approx(0.1)
    assert interval.high - interval.low == pytest.approx(0.0, abs=1e-9)


def test_nothing_to_measure_is_refused() -> None:
    with pytest.raises(ValueError, match="no values"):
        metrics.mean([])
    with pytest.raises(ValueError, match="zip"):
        metrics.paired([1.0], [1.0, 2.0])
