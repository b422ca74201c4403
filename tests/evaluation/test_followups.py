"""The follow-ups, and how finding their passages is measured."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from kb.answering.answer import Answer
from kb.evaluation import followups
from kb.evaluation.datasets import Question, QuestionSet
from kb.evaluation.followups import Asked, Followup
from kb.retrieval.source import Source

ONE = Followup("a", "en", ("How tall is the mill?", "Who built it?"), "And when?", "mill", "in 1 860")


def source(document: str, text: str) -> Source:
    return Source(f"{document}.txt", None, 0, len(text), text, 0.9)


def test_there_are_enough_and_none_is_in_both_halves() -> None:
    fit, report = followups.read("fit"), followups.read("report")
    for language in followups.LANGUAGES:
        assert sum(one.language == language for one in fit) == 20
        assert sum(one.language == language for one in report) >= 60
    everything = [(one.turns, one.question) for one in (*fit, *report)]
    assert len(set(everything)) == len(everything)
    assert {one.id for one in fit} & {one.id for one in report} == set()
    assert all(one.turns and one.holds for one in (*fit, *report))


def test_every_question_is_asked_as_it_stands_alone() -> None:
    asked: list[str] = []
    searched: list[str] = []

    def ask(question: str) -> Answer:
        asked.append(question)
        return Answer(question, question, "answered", "", "quote", "Tom Reed built it.")

    def find(question: str) -> Sequence[Source]:
        searched.append(question)
        return [source("mill", "Built IN 1860.")] if "mill" in question else [source("mill", "It is red.")]

    played = followups.play(ONE, ask, find)
    assert asked == ["How tall is the mill?", "Who built the mill?"]
    assert searched == ["And when?", "Who built the mill, and when?"]
    assert played == Asked(ONE, "Who built the mill, and when?", True, False)


@pytest.mark.parametrize(
    ("found", "right"),
    [
        ([source("mill", "Built in 1860.")], True),
        ([source("barn", "Built in 1860.")], False),
        ([source("mill", "Built in 1861.")], False),
        ([*[source("barn", "x")] * 4, source("mill", "in 1860")], True),
        ([*[source("barn", "x")] * 5, source("mill", "in 1860")], False),
        ([], False),
    ],
)
def test_right_is_the_passage_of_the_document_among_the_first_five(found: list[Source], right: bool) -> None:
    declined = Answer("", "", "declined", "", "quote", "")
    assert followups.play(ONE, lambda question: declined, lambda question: found).found is right


def test_lines_by_language_with_what_rewriting_adds() -> None:
    thai = Followup("b", "th", ("ก",), "ข", "d", "h")
    asked = [Asked(ONE, "", True, False), Asked(ONE, "", True, True), Asked(thai, "", False, False)]
    values = {(line.part, line.measure): line.interval.value for line in followups.lines(asked)}
    assert values["English", "passage among the first 5"] == 1.0
    assert values["English", "passage among the first 5, as typed"] == 0.5
    assert values["English", "rewritten less as typed"] == 0.5
    assert values["Thai", "passage among the first 5"] == 0.0


def test_new_topics_that_are_left_alone_are_counted() -> None:
    texts = {"a": "A mill.", "b": "A barn."}
    questions = tuple(
        Question(str(at), text, ("x",), paragraph, True, "report")
        for at, (text, paragraph) in enumerate(
            [("Who built the mill?", "a"), ("How old is the mill?", "a"), ("Where is the barn?", "b"), ("And it?", "b")]
        )
    )
    line = followups.left_alone(QuestionSet("s", "en", texts, {"a": "A", "b": "B"}, questions))
    assert (line.interval.value, line.interval.n) == (0.75, 4)
