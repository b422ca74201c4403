"""Means, intervals and tests against values worked out by hand and against slow second definitions."""

from __future__ import annotations

import math
from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kb.evaluation import metrics


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
    with pytest.raises(ValueError, match="no values"):
        metrics.randomised([], [])
    with pytest.raises(ValueError, match="zip"):
        metrics.randomised([1.0], [1.0, 2.0])


def test_more_values_than_fit_one_draw_are_resampled_alike() -> None:
    values = np.random.default_rng(3).random(5000)
    interval = metrics.mean(values.tolist())
    margin = 1.96 * float(values.std()) / math.sqrt(5000)
    assert interval.low == pytest.approx(interval.value - margin, abs=margin / 5)
    assert interval.high == pytest.approx(interval.value + margin, abs=margin / 5)


def exact(differences: list[float]) -> float:
    """The share of all choices of signs whose sum is at least as far from 0."""
    sums = [
        abs(sum(s * d for s, d in zip(signs, differences, strict=True)))
        for signs in product((1, -1), repeat=len(differences))
    ]
    return sum(found >= abs(sum(differences)) - 1e-9 for found in sums) / len(sums)


@settings(deadline=None, max_examples=25)
@given(st.lists(st.sampled_from([-1.0, -0.5, 0.0, 0.25, 0.5, 1.0]), min_size=1, max_size=9))
def test_the_randomisation_test_draws_from_all_choices_of_signs(differences: list[float]) -> None:
    found = metrics.randomised(differences, [0.0] * len(differences))
    assert found == pytest.approx(exact(differences), abs=0.02)


def test_a_difference_everywhere_is_no_chance_and_one_question_alone_may_be() -> None:
    hard = np.random.default_rng(1).random(30)
    assert metrics.randomised((hard + 0.1).tolist(), hard.tolist()) == pytest.approx(1 / 10_001)
    assert metrics.randomised([1.0], [0.0]) == 1.0
    assert metrics.randomised([0.5, 0.5], [0.5, 0.5]) == 1.0
