"""Gates: odds by their formula, bars that promise, and what the size of a corpus changes."""

from __future__ import annotations

import math

import pytest

from kb.retrieval.gates import FEW, MANY, Gate, Judged, judge, plain, probability

LOOSE = Gate(1.0, {"lead": 2.0}, ((0.05, -1.0),))
STRICT = Gate(0.0, {"lead": 1.0, "strength": 3.0}, ((0.01, -2.0), (0.05, 0.5), (0.1, 1.5)))
DETAIL = Gate(0.5, {"order": 1.0}, ((0.05, 0.0),))
SIGNS = {"lead": 0.2, "strength": 0.1, "order": -2.0}


def test_odds_are_the_intercept_and_the_weighted_signs() -> None:
    assert STRICT.odds(SIGNS) == pytest.approx(0.0 + 1.0 * 0.2 + 3.0 * 0.1)


def test_the_bar_is_that_of_the_nearest_stricter_share() -> None:
    bars = [STRICT.bar(share) for share in (0.001, 0.01, 0.049, 0.05, 0.07, 0.9)]
    assert bars == [-math.inf, -2.0, -2.0, 0.5, 0.5, 1.5]


def test_a_share_that_too_little_was_seen_for_refuses_nothing() -> None:
    (judged,) = judge({"topic en many": STRICT}, "en", 1000, SIGNS, 0.001)
    assert (judged.least, judged.passed) == (0.0, True)


def test_few_passages_are_judged_by_another_gate_than_many_and_between_by_both() -> None:
    gates = {"topic en few": LOOSE, "topic en many": STRICT}
    few, middle, many = (judge(gates, "en", n, SIGNS, 0.05)[0] for n in (FEW, round(math.sqrt(FEW * MANY)), MANY))
    assert (few.p, few.least) == pytest.approx((probability(1.4), probability(-1.0)))
    assert (many.p, many.least) == pytest.approx((probability(0.5), probability(0.5)))
    assert middle.p == pytest.approx(probability((1.4 + 0.5) / 2), abs=0.01)
    assert middle.least == pytest.approx(probability((-1.0 + 0.5) / 2), abs=0.01)
    assert judge(gates, "en", 1, SIGNS, 0.05) == [few]


def test_a_test_without_a_gate_for_few_passages_waits_for_many() -> None:
    gates = {"topic en few": LOOSE, "topic en many": STRICT, "detail en many": DETAIL}
    assert [judged.test for judged in judge(gates, "en", MANY - 1, SIGNS, 0.05)] == ["topic"]
    assert judge(gates, "en", MANY, SIGNS, 0.05)[1] == Judged("detail", probability(-1.5), 0.5)
    assert judge(gates, "th", MANY, SIGNS, 0.05) == []


def test_probability_never_overflows() -> None:
    assert [probability(odds) for odds in (-math.inf, -5000.0, 0.0, 5000.0)] == [0.0, 0.0, 0.5, 1.0]


def test_a_gate_is_read_back_as_it_was_written() -> None:
    assert Gate.of(STRICT.as_dict()) == STRICT


def test_an_embedder_that_nothing_was_fitted_for_is_judged_by_the_fused_score_alone() -> None:
    gates = {"topic en few": LOOSE, "topic plain few": STRICT, "topic plain many": DETAIL, "detail en many": DETAIL}
    assert plain(gates) == {
        f"topic {group} {size}": gate
        for group in ("en", "th", "across")
        for size, gate in (("few", STRICT), ("many", DETAIL))
    }
