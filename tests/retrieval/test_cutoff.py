from __future__ import annotations

import random
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kb.index.lexical import terms
from kb.retrieval.cutoff import STEEP, Bounds, Candidate, auto_top_k, figure, near_duplicates, share_within

WIDE = Bounds(1, 10, 10_000)
THAI = (
    "ประภาคารตั้งอยู่บนเกาะเล็กกลางทะเล สร้างขึ้นในปี 1904 เพื่อเตือนเรือที่แล่นผ่านแนวหิน ผู้ดูแลประภาคารจุดตะเกียงทุกคืน "
    "และจดบันทึกสภาพอากาศไว้ในสมุด ปัจจุบันไฟทำงานด้วยไฟฟ้า นักท่องเที่ยวขึ้นบันไดไปชมวิวได้"
)
ENGLISH = (
    "The lighthouse stands on a small island. It was built in 1904 to warn ships of the reef, and its keeper lit the "
    "lamp every night and wrote the weather into a book. Today the lamp is electric, and visitors may climb the stairs."
)


def passage(text: str, document: int = 1, start: int = 0) -> Candidate:
    return Candidate(document, start, start + len(text), text, tuple(terms(text)))


def triples(words: list[str]) -> set[tuple[str, ...]]:
    return {tuple(words[i : i + 3]) for i in range(len(words) - 2)}


class TestNearDuplicates:
    def test_the_same_text_in_two_files_fills_one_place(self) -> None:
        assert near_duplicates([passage(ENGLISH), passage(THAI, 2), passage(ENGLISH, 3)], 0.8) == [None, None, 0]

    @pytest.mark.parametrize("text", [ENGLISH, THAI])
    def test_small_edits_do_not_hide_a_copy(self, text: str) -> None:
        edited = text.replace("1904", "1907").replace("electric", "automatic").replace("ไฟฟ้า", "แบตเตอรี่")
        assert near_duplicates([passage(text), passage(edited, 2)], 0.8) == [None, 0]

    @pytest.mark.parametrize("text", [ENGLISH, THAI])
    def test_a_short_passage_repeats_the_long_one_that_holds_it_but_not_the_reverse(self, text: str) -> None:
        part = text[: len(text) // 3]
        assert near_duplicates([passage(text), passage(part, 2)], 0.8) == [None, 0]
        assert near_duplicates([passage(part, 2), passage(text)], 0.8) == [None, None]

    def test_overlapping_spans_of_one_document_are_seen_by_their_characters(self) -> None:
        first, second = Candidate(7, 0, 100, "x", ("x",)), Candidate(7, 15, 105, "y", ("y",))
        elsewhere = Candidate(8, 15, 105, "z", ("z",))
        assert near_duplicates([first, second, elsewhere], 0.8) == [None, 0, None]
        assert share_within(second, first) == pytest.approx(85 / 90)
        assert near_duplicates([first, second], 0.95) == [None, None]

    def test_a_copy_of_a_dropped_copy_repeats_the_kept_one(self) -> None:
        assert near_duplicates([passage(ENGLISH), passage(ENGLISH, 2), passage(ENGLISH, 3)], 0.8) == [None, 0, 0]

    def test_of_two_kept_ones_it_repeats_the_one_that_holds_more(self) -> None:
        half, other = "a b c d e f g h", "e f g h i j k l m n o p"
        assert near_duplicates([passage(half), passage(other, 2), passage("f g h i j k l", 3)], 0.5) == [None, None, 1]

    def test_passages_of_few_words_or_none(self) -> None:
        alone = [passage("Introduction"), passage("introduction", 2), passage("* * *", 3), passage("* * *", 4)]
        assert near_duplicates([*alone, passage("---", 5), passage("Introduction to maps", 6)], 0.8) == [
            None, 0, None, 2, None, None,
        ]  # fmt: skip

    def test_nothing_and_one(self) -> None:
        assert near_duplicates([], 0.8) == []
        assert near_duplicates([passage(ENGLISH)], 0.8) == [None]

    @settings(deadline=None, max_examples=200)
    @given(st.lists(st.text("abc ", max_size=30), max_size=8), st.sampled_from([0.3, 0.5, 0.8, 1.0]))
    def test_it_is_containment_of_word_triples(self, texts: list[str], sameness: float) -> None:
        passages = [Candidate(i, 0, 0, text, tuple(text.split())) for i, text in enumerate(texts)]
        kept: list[int] = []
        expected: list[int | None] = []
        for i, one in enumerate(passages):
            best = max(((_contained(one, passages[k]), -k) for k in kept), default=(-1.0, 0))
            expected.append(-best[1] if best[0] >= sameness else None)
            if expected[-1] is None:
                kept.append(i)
        assert near_duplicates(passages, sameness) == expected


def _contained(one: Candidate, other: Candidate) -> float:
    """By the definition, for passages of any length."""
    mine, theirs = list(one.terms) or [one.text.strip()], list(other.terms) or [other.text.strip()]
    if len(mine) < 3 or len(theirs) < 3:
        width, others = min(3, len(mine)), min(3, len(theirs))
        if width != others:
            return 0.0
        runs = [{tuple(w[i : i + width]) for i in range(len(w) - width + 1)} for w in (mine, theirs)]
        return len(runs[0] & runs[1]) / len(runs[0])
    return len(triples(mine) & triples(theirs)) / len(triples(mine))


class TestAutoTopK:
    def test_a_steep_drop_ends_it(self) -> None:
        found = auto_top_k([0.85, 0.83, 0.81, 0.012, 0.01], [10] * 5, WIDE)
        assert (found.k, found.why) == (3, "k = 3: P falls from .81 to .012 after place 3")

    def test_a_plateau_goes_on_to_the_most(self) -> None:
        found = auto_top_k([0.3] * 20, [10] * 20, Bounds(1, 8, 10_000))
        assert (found.k, found.why) == (8, "k = 8: P is still .30 at place 8, which is the most")

    def test_a_slow_fall_ends_where_little_is_left(self) -> None:
        found = auto_top_k([0.9, 0.4, 0.1, 0.03, 0.026, 0.01], [10] * 6, WIDE)
        assert found.k == 4
        assert found.why == "k = 4: P falls from .03 to .026 after place 4, below 3% of the best, .90"

    def test_the_least_is_kept_after_a_drop(self) -> None:
        found = auto_top_k([0.9, 0.01, 0.01, 0.01], [10] * 4, Bounds(3, 10, 10_000))
        assert (found.k, found.why) == (3, "k = 3: P falls from .90 to .01 after place 1, but 3 is the least")

    def test_the_budget_ends_it(self) -> None:
        found = auto_top_k([0.9, 0.9, 0.9], [100, 100, 100], Bounds(2, 10, 250))
        assert (found.k, found.why) == (2, "k = 2: 3 passages have 300 tokens, more than the budget of 250")

    @pytest.mark.parametrize("budget", [1, 99])
    def test_a_budget_below_the_first_passage_keeps_it(self, budget: int) -> None:
        found = auto_top_k([0.9, 0.9], [100, 100], Bounds(2, 10, budget))
        assert (found.k, found.why) == (1, f"k = 1: 2 passages have 200 tokens, more than the budget of {budget}")
        assert auto_top_k([0.9], [100], Bounds(1, 10, budget)).k == 1

    @pytest.mark.parametrize(
        ("scores", "bounds", "k", "why"),
        [
            ([], WIDE, 0, "k = 0: no passage is left"),
            ([0.7], WIDE, 1, "k = 1: there are no more"),
            ([0.7, 0.6], WIDE, 2, "k = 2: there are no more"),
            ([0.0] * 6, WIDE, 1, "k = 1: P is 0 from place 1 on"),
            ([0.0] * 6, Bounds(3, 5, 999), 3, "k = 3: P is 0 from place 1 on, but 3 is the least"),
            ([0.9, 0.01], Bounds(5, 5, 999), 2, "k = 2: there are no more"),
            ([0.9] + [0.01] * 9, Bounds(5, 5, 999), 5, "k = 5: as many as were asked for"),
            ([0.2, 0.19, 0.03], WIDE, 3, "k = 3: there are no more"),
            ([1.0, 0.004], WIDE, 1, "k = 1: P falls from 1.00 to .004 after place 1"),
        ],
    )
    def test_its_edges(self, scores: list[float], bounds: Bounds, k: int, why: str) -> None:
        found = auto_top_k(scores, [10] * len(scores), bounds)
        assert (found.k, found.why) == (k, why)

    @settings(deadline=None, max_examples=300)
    @given(st.lists(st.floats(0, 1), min_size=1, max_size=30), st.integers(1, 5), st.integers(0, 20), st.randoms())
    def test_it_stays_within_its_bounds_and_stops_at_the_first_drop(
        self, scores: list[float], least: int, more: int, shelf: random.Random
    ) -> None:
        scores = sorted(scores, reverse=True)
        lengths = [shelf.randint(1, 300) for _ in scores]
        bounds = Bounds(least, least + more, shelf.randint(1, 2000))
        k = auto_top_k(scores, lengths, bounds).k
        assert 1 <= k <= min(bounds.most, len(scores))
        assert k == 1 or sum(lengths[:k]) <= bounds.budget
        beyond_least = range(bounds.least, k)
        assert bounds.least == bounds.most or all(scores[place] >= STEEP * scores[0] for place in beyond_least)
        if k < min(bounds.most, len(scores)) and sum(lengths[: k + 1]) <= bounds.budget:
            assert scores[k] < STEEP * scores[0] or scores[k] == 0

    @pytest.mark.parametrize(("least", "most", "budget"), [(0, 3, 9), (4, 3, 9), (1, 3, 0), (-1, -1, 9)])
    def test_bounds_that_contradict_themselves_are_refused(self, least: int, most: int, budget: int) -> None:
        with pytest.raises(ValueError, match=r"cannot be had|room for nothing"):
            Bounds(least, most, budget)


def test_a_probability_is_shown_with_what_tells_it_from_nothing() -> None:
    shown = [figure(p) for p in (1.0, 0.805, 0.5, 0.1, 0.04, 0.0421, 0.004, 0.0)]
    assert shown == ["1.00", ".81", ".50", ".10", ".04", ".042", ".004", ".00"]
    assert all(a != b for a, b in pairwise(shown))


@pytest.mark.parametrize(
    ("p", "shown"),
    [
        (0.0, ".00"),
        (0.0004, "<.001"),
        (0.0006, ".001"),
        (0.004, ".004"),
        (0.02, ".02"),
        (0.814, ".81"),
        (0.999, "1.00"),
    ],
)
def test_a_probability_shows_what_it_is(p: float, shown: str) -> None:
    assert figure(p) == shown
