"""Pages of raw text -> one canonical text and where each page starts."""

from __future__ import annotations

import bisect

from hypothesis import given, settings
from hypothesis import strategies as st

from kb.documents import pages
from kb.documents.pdf import better, damage
from kb.language.normalize import canonical

BODY = "The long line number one of a page that has some words\nand the second line of it which is about as long\nand"


def test_pages_start_where_their_text_starts() -> None:
    text, starts = pages.join(["First page.", "", "Third page.", ""])
    assert text == "First page.\n\nThird page."
    assert starts == [0, 13, 13, len(text)]
    assert [bisect.bisect_right(starts, offset) for offset in (0, 10, 13, len(text) - 1)] == [1, 1, 3, 3]


def test_a_paragraph_flows_over_the_end_of_a_page() -> None:
    first = "This sentence was begun on the first of the two pages and"
    text, starts = pages.join([f"{first}", "it is ended on the second one, where the story goes on."])
    assert text == f"{first} it is ended on the second one, where the story goes on."
    assert text[starts[1] :].startswith("it is ended")


def test_running_headers_and_page_numbers_go() -> None:
    raw = [f"THE BOOK\n{number}\n{BODY} so on {word}.\nLast line {word}" for number, word in enumerate("abcdef", 1)]
    text, _ = pages.join(raw)
    assert text.count("THE BOOK") == 1
    assert "\n3\n" not in text
    assert all(f"so on {word}." in text for word in "abcdef")


def test_short_pages_keep_all_their_lines() -> None:
    assert pages.join([f"Potato {number}" for number in range(9)])[0].count("Potato") == 9


@settings(deadline=None, max_examples=200)
@given(st.lists(st.text(alphabet="กดนาำเั่ ab-\n1.\uf70a\uf0b7ï", max_size=40), max_size=6))
def test_the_joined_text_is_canonical_and_pages_are_in_order(raw: list[str]) -> None:
    text, starts = pages.join(raw)
    assert canonical(text) == text
    assert len(starts) == len(raw)
    assert starts == sorted(starts)
    assert all(0 <= start <= len(text) for start in starts)
    assert all(start in (0, len(text)) or not text[start].isspace() for start in starts)


def test_the_gap_after_sara_am_closes_only_inside_a_word() -> None:
    assert pages.join(["จุดที่สำ คัญและอำ นาจ"])[0] == "จุดที่สำคัญและอำนาจ"
    assert pages.join(["เขาเป็นผู้นำ กลุ่มนี้มีคนมาก"])[0] == "เขาเป็นผู้นำ กลุ่มนี้มีคนมาก"


def test_the_less_damaged_reading_wins() -> None:
    assert damage("clean text") == 0
    assert better("Teeeest ttttext", "Test text") == "Test text"
    assert better("Test text", "Test text ") == "Test text"
    assert better("", "text") == "text"
    assert better("ﻲﺒﻴﺒﺣ habibi", "حبيبي habibi") == "حبيبي habibi"
