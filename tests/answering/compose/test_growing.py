"""Sentences out of a growing draft: each once, when it is whole, whatever the deltas."""

from __future__ import annotations

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kb.answering.compose.growing import LONGEST, Piece, Sentences


def cut(draft: str, seed: int | None = None) -> list[Piece]:
    """The pieces of a draft that comes at once, or in deltas of random lengths."""
    rng, sentences, found, at = random.Random(seed), Sentences(), [], 0
    while at < len(draft):
        step = len(draft) if seed is None else rng.choice((1, 1, 2, 5, 20))
        found += sentences.push(draft[at : at + step])
        at += step
    return [*found, *sentences.finish()]


def told(draft: str) -> list[tuple[str, tuple[int, ...]]]:
    return [(piece.text, piece.numbers(9)) for piece in cut(draft)]


def test_a_marker_belongs_to_the_sentence_it_stands_in_or_behind() -> None:
    assert told("It rose [1]. It fell. [2] It stood.[3][4]\nIt went") == [
        ("It rose.", (1,)),
        ("It fell.", (2,)),
        ("It stood.", (3, 4)),
        ("It went", ()),
    ]


def test_a_marker_at_the_start_of_a_line_belongs_to_that_line() -> None:
    assert told("[1] It rose.\n[2] It fell.\n\n[3]\n") == [("It rose.", (1,)), ("It fell.", (2, 3))]


def test_a_sentence_is_whole_when_the_next_one_has_begun() -> None:
    sentences = Sentences()
    heard = []
    for delta in ("The mill", " stood. ", "[1", "] ", "Its ", "wheel", " stopped. ", "[2]"):
        heard.append([piece.text for piece in sentences.push(delta)])
    assert heard == [[], [], [], [], ["The mill stood."], [], [], []]
    assert list(sentences.finish()) == [Piece("Its wheel stopped.", None, ((2, 2),))]


def test_a_marker_ends_a_thai_sentence_and_a_joining_word_carries_it_on() -> None:
    assert told("โครงการเริ่มต้นในปี 2561 ที่เชียงใหม่ [1] งบประมาณคือ 30 ล้านบาท[๒]ผู้จัดการคือนายสมชาย [1] ซึ่งเป็นวิศวกร [3]") == [
        ("โครงการเริ่มต้นในปี 2561 ที่เชียงใหม่", (1,)),
        ("งบประมาณคือ 30 ล้านบาท", (2,)),
        ("ผู้จัดการคือนายสมชาย ซึ่งเป็นวิศวกร", (1, 3)),
    ]


def test_the_marks_of_lists_headings_and_emphasis_are_no_words() -> None:
    draft = "# Answer: \n- **The mill** stood [1]\n2. Its `wheel` stopped. [2]\n* Two. (3) Three"
    assert [piece.bare or piece.text for piece in cut(draft)] == [
        "The mill stood", "Its wheel stopped.", "Two.", "Three",
    ]  # fmt: skip


def test_a_number_that_may_be_said_is_read_both_ways() -> None:
    assert cut("Notice is 60 days (1). It is 10 m².") == [
        Piece("Notice is 60 days (1).", "Notice is 60 days.", (), ((1, 1),)),
        Piece("It is 10 m².", "It is 10 m.", (), ((2, 2),)),
    ]


@pytest.mark.parametrize("draft", ["", " \n ", "[1]", "[1] 【2】 (3) ¹", "...", "**", "- \n- \n", "\u202e\u200b"])
def test_a_draft_without_a_word_has_no_sentence(draft: str) -> None:
    assert cut(draft) == []


def test_signs_nobody_sees_are_gone() -> None:
    assert told("The \u202emill\u202c sto\u200bod\x00.\x1b") == [("The mill stood.", ())]


def test_a_draft_without_an_end_is_cut_now_and_then() -> None:
    sentences, found = Sentences(), []
    for _ in range(1000):
        found += sentences.push("word after word ")
    assert len(found) == pytest.approx(16_000 / LONGEST, abs=1)
    assert all(len(piece.text) <= LONGEST + 20 for piece in found)


words = st.sampled_from(
    ["The mill", "stood.", "[1]", " ", " ", "\n", "[2", "]", "(3)", "²", "โครงการเริ่มต้นในปี 2561", "งบประมาณคือ 30 ล้านบาท",
     "Dr.", "A. B.", "?", "และ", "1.", "- ", "It", "“", "”", "【1】", "according to source 1, "]
)  # fmt: skip


@given(st.lists(words, max_size=25).map("".join), st.integers(0, 10**6))
@settings(max_examples=200, deadline=None)
def test_the_pieces_do_not_depend_on_where_the_deltas_are_cut(draft: str, seed: int) -> None:
    assert cut(draft, seed) == cut(draft)
