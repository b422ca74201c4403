"""Calibration error and its bins against an example worked out by hand."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest

from kb.evaluation import reliability
from kb.evaluation.datasets import Query
from kb.evaluation.ranking import Ranked
from kb.evaluation.reliability import Bin


def twenty() -> list[tuple[float, bool]]:
    """Two passages in each of ten bins: P 0.05, 0.05, 0.15, 0.15 ... 0.95, 0.95; the upper five bins are relevant."""
    return [(0.05 + 0.1 * (number // 2), number >= 10) for number in range(20)]


def test_bins_hold_the_same_number_by_rising_p() -> None:
    found = reliability.bins(twenty()[::-1])
    assert [one.n for one in found] == [2] * 10
    assert [one.predicted for one in found] == pytest.approx([0.05 + 0.1 * number for number in range(10)])
    assert [one.observed for one in found] == [0.0] * 5 + [1.0] * 5


def test_error_by_hand() -> None:
    # the gaps are .05 .15 .25 .35 .45 .45 .35 .25 .15 .05, each of weight 1/10
    assert reliability.error([[judgement] for judgement in twenty()]).value == pytest.approx(0.25)


def test_bins_of_unequal_size_weigh_by_their_passages() -> None:
    # 11 passages: the first bin holds two, (0 + 1) / 2 relevant at P .5 - no gap; nine more at P .9, all relevant
    found = reliability.error([[(0.5, False), (0.5, True)], [(0.9, True)] * 9])
    assert found.value == pytest.approx(9 * 0.1 / 11)


def test_what_is_said_and_true_has_no_error() -> None:
    assert reliability.error([[(0.0, False), (1.0, True)]] * 10).value == 0.0
    assert reliability.bins([(0.5, True)]) == [Bin(0.5, 1.0, 1)]


def test_the_interval_holds_the_error_and_narrows_with_questions() -> None:
    random = np.random.default_rng(0)

    def sample(count: int) -> list[list[tuple[float, bool]]]:
        p = random.random((count, 10))
        return [[(float(x), bool(random.random() < x * x)) for x in row] for row in p]

    few, many = reliability.error(sample(50)), reliability.error(sample(800))
    # P is x, the share that is relevant x squared: the mean gap is 1/2 - 1/3
    assert many.value == pytest.approx(1 / 6, abs=0.01)
    assert few.low <= 1 / 6 <= few.high
    assert many.low <= 1 / 6 <= many.high
    assert many.high - many.low < few.high - few.low


def test_questions_that_found_nothing_do_not_count() -> None:
    some: list[list[tuple[float, bool]]] = [[(0.5, True), (0.25, False)]]
    assert reliability.error([[], *some, [], []]) == reliability.error(some)
    assert reliability.error([[], *some]).n == 1


def test_only_the_first_ten_passages_of_a_question_are_judged() -> None:
    passages = tuple((f"d{number}", 1.0 - number / 100) for number in range(12))
    ranked = [Ranked(Query("q", "?", "fit"), {}, passages)]
    asked: list[int] = []

    def halved(scores: Sequence[float]) -> list[float]:
        asked.append(len(scores))
        return [score / 2 for score in scores]

    found = reliability.judged(ranked, lambda query, name: (query, name) == ("q", "d1"), halved)
    assert found == [[(score / 2, name == "d1") for name, score in passages[:10]]]
    assert asked == [12]


def test_nothing_to_judge_is_refused() -> None:
    with pytest.raises(ValueError, match="no passages"):
        reliability.error([[]])
