"""Quote accuracy on answers written by hand."""

from __future__ import annotations

import pytest

from kb.evaluation import quotes
from kb.evaluation.datasets import Question
from kb.evaluation.quotes import Asked
from kb.retrieval.source import Source
from tests.evaluation.doubles import answer

TEXT = "Bern is old. It has bears. The Aare flows."
SOURCE = Source("town.txt", None, 100, 100 + len(TEXT), TEXT, 0.9)
FIRST, SECOND, THIRD = (0, 12), (13, 26), (27, 42)


def question(*answers: str) -> Question:
    return Question("1", "?", answers, "town", True, "report")


def measured(*asked: Asked) -> dict[tuple[str, str], float]:
    return {(line.part, line.measure): line.interval.value for line in quotes.measure(asked)}


def test_first_and_one_of_three() -> None:
    values = measured(
        Asked(question("bears"), answer(SOURCE, FIRST, SECOND, THIRD), declined=False),
        Asked(question("Bern", "nothing"), answer(SOURCE, FIRST, SECOND, THIRD), declined=False),
        Asked(question("Zurich"), answer(SOURCE, FIRST, SECOND, THIRD), declined=False),
        Asked(question("Aare"), answer(SOURCE, FIRST, SECOND), declined=False),
    )
    assert values["quotes", "first quote holds the answer"] == 0.25
    assert values["quotes", "one of three quotes holds the answer"] == 0.5
    assert values["quotes", "characters in a quote"] == pytest.approx((4 * 12 + 4 * 13 + 3 * 15) / 11)
    assert values["quotes", "quotes in an answer"] == 2.75
    assert values["quotes", "fewer than three although the sources hold three sentences"] == 0.25


def test_a_decline_counts_as_a_miss_where_refusal_is_on() -> None:
    values = measured(
        Asked(question("Bern"), answer(SOURCE, FIRST), declined=True),
        Asked(question("Bern"), answer(SOURCE, FIRST), declined=False),
    )
    assert values["quotes", "first quote holds the answer"] == 1.0
    assert values["quotes", "first, refusal on"] == 0.5
    assert values["quotes", "one of three, refusal on"] == 0.5


def test_a_fourth_quote_does_not_count() -> None:
    values = measured(Asked(question("Aare"), answer(SOURCE, FIRST, FIRST, SECOND, THIRD), declined=False))
    assert values["quotes", "one of three quotes holds the answer"] == 0.0


def test_an_answer_without_quotes_is_a_miss() -> None:
    values = measured(Asked(question("Bern"), answer(SOURCE, declined=True), declined=True))
    assert values["quotes", "one of three quotes holds the answer"] == 0.0
    assert values["quotes", "characters in a quote"] == 0.0


def test_random_windows_come_from_the_quoted_source_and_are_as_long() -> None:
    whole = Source("a.txt", None, 0, 5, "right", 0.9)
    elsewhere = Source("b.txt", None, 0, 5, "wrong", 0.8)
    both = answer(whole, (0, 5))
    asked = Asked(question("right"), type(both)(**{**_fields(both), "sources": (elsewhere, whole)}), declined=False)
    assert measured(asked)["random window", "first window holds the answer"] == 1.0


def _fields(value: object) -> dict[str, object]:
    return {name: getattr(value, name) for name in type(value).__slots__}  # type: ignore[attr-defined]


def test_random_windows_hold_an_answer_as_often_as_chance_has_it() -> None:
    # one letter of ten is gold: a window of one letter hits it one time in ten
    source = Source("a.txt", None, 0, 10, "abcdefghiX", 0.9)
    asked = [Asked(question("X"), answer(source, (0, 1)), declined=False)] * 4000
    assert measured(*asked)["random window", "first window holds the answer"] == pytest.approx(0.1, abs=0.02)


def test_spaces_case_and_thai_spelling_are_put_aside() -> None:
    assert quotes.holds("The  NEW\nYork times", ["new york"])
    assert quotes.holds("การดําเนินงาน", ["ดำเนิน งาน"])
    assert not quotes.holds("New Jersey", ["new york"])
    assert not quotes.holds("anything", [])


def test_only_what_is_declined_is_asked_again() -> None:
    kept, refused = answer(SOURCE, FIRST), answer(SOURCE, SECOND)
    again: list[str] = []

    def open_handed(text: str) -> object:
        again.append(text)
        return refused

    one = quotes.ask(question("x"), lambda text: kept, open_handed)  # type: ignore[arg-type]
    assert (one.answer, one.declined, again) == (kept, False, [])
    two = quotes.ask(question("x"), lambda text: answer(SOURCE, declined=True), open_handed)  # type: ignore[arg-type]
    assert (two.answer, two.declined, again) == (refused, True, ["?"])
