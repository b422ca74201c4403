"""Rankings of chunks against measures worked out by hand."""

from __future__ import annotations

import math

import pytest

from kb.errors import FilterError, KBError, QuestionError
from kb.evaluation import ranking
from kb.evaluation.datasets import Query
from tests.evaluation.doubles import Hit, Rankings


def hits(*pairs: tuple[str, float]) -> list[Hit]:
    return [Hit(name, score) for name, score in pairs]


def test_a_document_scores_as_its_best_chunk() -> None:
    assert ranking.documents(hits(("a", 0.2), ("b", 0.5), ("a", 0.9), ("c", 0.5))) == ("a", "b", "c")


def test_document_names_lose_folder_and_ending() -> None:
    assert ranking.documents(hits(("texts/Q.E.D-001.txt", 1.0), ("b.txt", 0.5))) == ("Q.E.D-001", "b")


def test_every_leg_is_measured_and_the_whole_is_compared_with_the_better_one() -> None:
    found = {
        # relevant at rank 1 everywhere
        "one": Rankings(hits(("a", 1.0)), hits(("a", 1.0)), hits(("a", 1.0))),
        # dense at rank 2, lexical never, fused at rank 3
        "two": Rankings(hits(("x", 2.0), ("b", 1.0)), hits(("x", 1.0)), hits(("x", 3.0), ("y", 2.0), ("b", 1.0))),
    }
    told: list[int] = []
    ranked = ranking.watched([Query("1", "one", "fit"), Query("2", "two", "fit")], found.__getitem__, told.append)
    lines = ranking.lines(ranking.values(ranked, {"1": {"a": 1}, "2": {"b": 1}}))
    values = {(line.part, line.measure): line.interval.value for line in lines}
    second, third = 1 / math.log2(3), 1 / math.log2(4)
    assert values == pytest.approx(
        {
            ("dense", "ndcg@10"): (1 + second) / 2,
            ("dense", "recall@10"): 1.0,
            ("dense", "mrr@10"): 0.75,
            ("dense", "hit@1"): 0.5,
            ("lexical", "ndcg@10"): 0.5,
            ("lexical", "recall@10"): 0.5,
            ("lexical", "mrr@10"): 0.5,
            ("lexical", "hit@1"): 0.5,
            ("fused", "ndcg@10"): (1 + third) / 2,
            ("fused", "recall@10"): 1.0,
            ("fused", "mrr@10"): (1 + 1 / 3) / 2,
            ("fused", "hit@1"): 0.5,
            ("fused", "ndcg@10 over the better leg (dense)"): (third - second) / 2,
        }
    )
    assert {line.interval.n for line in lines} == {2}
    assert told == [1, 2]
    assert ranked[1].passages == (("x", 3.0), ("y", 2.0), ("b", 1.0))


@pytest.mark.parametrize("error", [QuestionError("no word"), FilterError("no such phrase")])
def test_a_question_that_cannot_be_asked_finds_nothing_and_counts(error: KBError) -> None:
    def ask(question: str) -> Rankings:
        if question == "?":
            raise error
        return Rankings(hits(("a", 1.0)), hits(("a", 1.0)), hits(("a", 1.0)))

    ranked = ranking.watched([Query("1", "?", "fit"), Query("2", "a", "fit")], ask, lambda done: None)
    values = ranking.values(ranked, {"1": {"a": 1}, "2": {"a": 1}})
    assert values["fused"]["ndcg@10"] == {"1": 0.0, "2": 1.0}
    assert values["dense"]["hit@1"] == {"1": 0.0, "2": 1.0}
