"""Rankings of chunks against measures worked out by hand."""

from __future__ import annotations

import math

import pytest

from kb.evaluation import ranking
from kb.evaluation.datasets import JudgedSet, Query, Question, QuestionSet
from kb.evaluation.ranking import Judged
from tests.evaluation.doubles import Hit, Rankings


def hits(*pairs: tuple[str, float]) -> list[Hit]:
    return [Hit(name, score) for name, score in pairs]


def test_a_document_scores_as_its_best_chunk() -> None:
    assert ranking.documents(hits(("a", 0.2), ("b", 0.5), ("a", 0.9), ("c", 0.5))) == ["a", "b", "c"]


def test_document_names_lose_folder_and_ending() -> None:
    assert ranking.documents(hits(("texts/Q.E.D-001.txt", 1.0), ("b.txt", 0.5))) == ["Q.E.D-001", "b"]


def test_every_leg_is_measured_and_the_whole_is_compared_with_the_better_one() -> None:
    found = {
        # relevant at rank 1 everywhere
        "one": Rankings(hits(("a", 1.0)), hits(("a", 1.0)), hits(("a", 1.0))),
        # dense at rank 2, lexical never, fused at rank 3
        "two": Rankings(hits(("x", 2.0), ("b", 1.0)), hits(("x", 1.0)), hits(("x", 3.0), ("y", 2.0), ("b", 1.0))),
    }
    lines = ranking.measure([Judged("one", {"a": 1}), Judged("two", {"b": 1})], found.__getitem__)
    values = {(line.part, line.measure): line.interval.value for line in lines}
    second, third = 1 / math.log2(3), 1 / math.log2(4)
    assert values == pytest.approx(
        {
            ("dense", "ndcg@10"): (1 + second) / 2,
            ("dense", "recall@10"): 1.0,
            ("dense", "mrr@10"): 0.75,
            ("lexical", "ndcg@10"): 0.5,
            ("lexical", "recall@10"): 0.5,
            ("lexical", "mrr@10"): 0.5,
            ("fused", "ndcg@10"): (1 + third) / 2,
            ("fused", "recall@10"): 1.0,
            ("fused", "mrr@10"): (1 + 1 / 3) / 2,
            ("fused", "ndcg@10 over the better leg (dense)"): (third - second) / 2,
        }
    )
    assert {line.interval.n for line in lines} == {2}


def test_only_answerable_questions_of_the_report_half_are_ranked() -> None:
    questions = (
        Question("1", "fit", ("x",), "p1", True, "fit"),
        Question("2", "report", ("x",), "p2", True, "report"),
        Question("3", "impossible", (), "p2", False, "report"),
    )
    known = QuestionSet("tiny", "en", {"p1": "x", "p2": "x"}, {"p1": "A", "p2": "B"}, questions)
    assert ranking.judged_questions(known) == [Judged("report", {"p2": 1})]


def test_only_queries_of_the_report_half_are_ranked() -> None:
    known = JudgedSet(
        "tiny", "en", {"d": "x"}, (Query("1", "a", "fit"), Query("2", "b", "report")), {"1": {"d": 1}, "2": {"d": 2}}
    )
    assert ranking.judged_queries(known) == [Judged("b", {"d": 2})]
