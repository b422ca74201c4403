"""The measures against values worked out by hand and against a slow second definition."""

from __future__ import annotations

import math
from itertools import permutations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kb.evaluation import measures, tools
from kb.evaluation.tools import ToolsMissing

RANKED = ["a", "b", "c", "d", "e"]


def value(ranked: list[str], judged: dict[str, int], measure: str) -> float:
    return measures.values({"q": ranked}, {"q": judged})[measure]["q"]


def test_ndcg_by_hand() -> None:
    # gains 0, 1, 0, 2 at ranks 1 to 4; the best order is 2, 1
    found = 1 / math.log2(3) + 2 / math.log2(5)
    best = 2 / math.log2(2) + 1 / math.log2(3)
    assert value(RANKED, {"b": 1, "d": 2}, "ndcg@10") == pytest.approx(found / best)


def test_ndcg_counts_relevant_documents_that_were_not_found() -> None:
    assert value(["a"], {"a": 1, "z": 1}, "ndcg@10") == pytest.approx(1 / (1 + 1 / math.log2(3)))


def test_only_ten_ranks_count() -> None:
    ranked = [f"d{number}" for number in range(12)]
    judged = dict.fromkeys(ranked, 1)
    assert value(ranked, judged, "ndcg@10") == pytest.approx(1.0)
    assert value(ranked, judged, "recall@10") == pytest.approx(10 / 12)
    assert value(ranked, {"d10": 1}, "mrr@10") == 0.0


@pytest.mark.parametrize(
    ("judged", "recall", "hit", "rank"),
    [
        ({"a": 1}, 1.0, 1.0, 1.0),
        ({"c": 1, "z": 1}, 0.5, 0.0, 1 / 3),
        ({"z": 1}, 0.0, 0.0, 0.0),
        ({"b": 0}, 0.0, 0.0, 0.0),
        ({}, 0.0, 0.0, 0.0),
    ],
)
def test_recall_hit_and_reciprocal_rank(judged: dict[str, int], recall: float, hit: float, rank: float) -> None:
    assert value(RANKED, judged, "recall@10") == pytest.approx(recall)
    assert value(RANKED, judged, "hit@1") == hit
    assert value(RANKED, judged, "mrr@10") == pytest.approx(rank)


def test_nothing_found_is_zero_and_kept() -> None:
    found = measures.values({"none": [], "one": ["a"]}, {"none": {"a": 1}, "one": {"a": 1}})
    assert found["ndcg@10"] == {"none": 0.0, "one": 1.0}
    assert list(found["hit@1"].items()) == [("none", 0.0), ("one", 1.0)]


def test_the_order_given_is_the_order_measured_whatever_the_names() -> None:
    # trec_eval would put equal scores in order of their names
    for ranked in (["z", "a", "m"], ["a", "z", "m"], ["m", "z", "a"]):
        assert value(ranked, {"z": 1}, "mrr@10") == pytest.approx(1 / (ranked.index("z") + 1))


judgements = st.dictionaries(st.sampled_from("abcdef"), st.integers(0, 3), max_size=5)


@settings(deadline=None, max_examples=50)
@given(st.permutations("abcdef"), judgements)
def test_ndcg_is_the_gain_over_the_best_of_all_orders(order: list[str], judged: dict[str, int]) -> None:
    def gain(ranked: tuple[str, ...]) -> float:
        return sum(judged.get(document, 0) / math.log(rank + 2, 2) for rank, document in enumerate(ranked))

    best = max(gain(ranked) for ranked in permutations("abcdef"))
    expected = gain(tuple(order)) / best if best else 0.0
    assert value(order, judged, "ndcg@10") == pytest.approx(expected)


def test_curves_are_the_means_at_each_rank() -> None:
    found = measures.curves({"1": ["x", "a"], "2": ["b"]}, {"1": {"a": 1}, "2": {"b": 1, "c": 1}})
    assert [len(values) for values in found.values()] == [50, 50]
    assert found["recall"][:3] == pytest.approx([0.25, 0.75, 0.75])
    second = 1 / math.log2(3)
    assert found["ndcg"][0] == pytest.approx(0.5)
    assert found["ndcg"][1] == pytest.approx((second + 1 / (1 + second)) / 2)


def test_a_library_that_is_missing_is_named_with_what_to_do() -> None:
    with pytest.raises(ToolsMissing, match=r"needs no_such_library, which is not installed\. Run: make evaluate"):
        tools.tool("no_such_library")
