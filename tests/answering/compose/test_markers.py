"""Markers in whatever form they are written: what they name, and that nothing of them is left."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kb.answering.compose.markers import left_open, named, read

SENTENCE = "The toll was two pence"


def numbers(text: str, known: int = 9) -> list[int]:
    found = read(text)
    return [number for mark in found.marks for number in mark.numbers(known)]


@pytest.mark.parametrize(
    ("marker", "wanted"),
    [
        ("[1]", [1]),
        ("【1】", [1]),
        ("［１］", [1]),
        ("[๑]", [1]),
        ("[๑๒]", []),
        ("⟦1⟧", [1]),
        ("〔1〕", [1]),
        ("〖1〗", [1]),
        ("{1}", [1]),
        ("<1>", [1]),
        ("[١]", [1]),
        ("[१]", [1]),
        ("[𝟏]", [1]),
        ("[①]", [1]),
        ("[¹]", [1]),
        ("[^1]", [1]),
        ("[1, 2]", [1, 2]),
        ("[1][2]", [1, 2]),
        ("[1] [2]", [1, 2]),
        ("[1],[2]", [1, 2]),
        ("[1-3]", [1, 2, 3]),
        ("[3–1]", [1, 2, 3]),
        ("[1]-[3]", [1, 2, 3]),
        ("[1 to 3]", [1, 2, 3]),
        ("[๑ ถึง ๓]", [1, 2, 3]),
        ("[1 and 3]", [1, 3]),
        ("[8-999999]", [8, 9]),
        ("[[1]]", [1]),
        ("[1 [2]]", [1, 2]),
        ("[[1], [2]]", [1, 2]),
        ("[[[[[[1]]]]]]", [1]),
        ("[source 2]", [2]),
        ("[Source: 2]", [2]),
        ("(source 2)", [2]),
        ("(see sources 2 and 3)", [2, 3]),
        ("[แหล่งข้อมูล 2]", [2]),
        ("【4†source】", [4]),
        ("【4:0†L1-L9】", [4]),
        ("[1](http://example.org/a)", [1]),
        ("<sup>1</sup>", [1]),
        ("\\cite{1}", [1]),
        ("\\[1\\]", [1]),
        ("[0]", []),
        ("[10]", []),
        ("[99999999999999999999]", []),
        ("[" + "9" * 5000 + "]", []),
        ("[-1]", []),
        ("[1.5]", []),
        ("[]", []),
        ("[ , ]", []),
        ("[n]", []),
        ("[?]", []),
    ],
)
def test_a_marker_is_taken_out_and_names_the_sources_there_are(marker: str, wanted: list[int]) -> None:
    if len(marker) > 1000:  # nobody's number: what is left of it says nothing that a source says
        assert numbers(f"{SENTENCE} {marker}.") == wanted
        return
    for text, left in (
        (f"{SENTENCE} {marker}.", f"{SENTENCE}."),
        (f"{SENTENCE}.{marker}", f"{SENTENCE}."),
        (f"{SENTENCE} {marker}, and more", f"{SENTENCE}, and more"),
        (f"{marker} {SENTENCE}", f" {SENTENCE}"),
        (f"two{marker}pence", "two pence"),
    ):
        assert read(text).text == left
        assert numbers(text) == wanted


@pytest.mark.parametrize("text", ["The report [sic] says", "f(x) = 2", "a < b and c > d", "(the old one)", "[the old]"])
def test_what_says_something_is_no_marker(text: str) -> None:
    found = read(text)
    assert (found.text, found.bare, found.marks, found.doubtful) == (text, text, (), ())


@pytest.mark.parametrize(
    ("text", "bare", "wanted"),
    [
        ("It is 10 m².", "It is 10 m .", 2),
        ("Notice is 60 days (1).", "Notice is 60 days    .", 1),
        ("Notice is 60 days（1）.", "Notice is 60 days   .", 1),
        ("It rose.⁽¹⁾", "It rose.   ", 1),
        ("It rose ③", "It rose  ", 3),
        ("It rose.^2", "It rose.  ", 2),
    ],
)
def test_what_may_be_said_stays_and_is_blanked_beside_it(text: str, bare: str, wanted: int) -> None:
    found = read(text)
    assert (found.text, found.bare, found.marks) == (text, bare, ())
    assert [list(mark.numbers(9)) for mark in found.doubtful] == [[wanted]]


def test_a_marker_inside_a_number_leaves_one_number_and_empty_brackets_go() -> None:
    assert read("built in 18[2]71").text == "built in 1871"
    assert read("built in 1[6] [5]999").text == "built in 1999"
    assert read("f(x) () rose（ ）.").text == "f(x) rose."


def test_a_bracket_left_open_is_a_marker_only_at_the_end() -> None:
    assert read("It rose [1", ended=False).text == "It rose [1"
    assert (read("It rose [1").text, numbers("It rose [1")) == ("It rose", [1])
    assert read("It rose [").text == "It rose"


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("It rose. [1", True),
        ("It rose. [1]", False),
        ("It rose 【", True),
        ("(a", True),
        ("a\n", False),
        ("[1\nb", False),
    ],
)
def test_a_growing_draft_waits_for_a_bracket_to_close(text: str, wanted: bool) -> None:
    assert left_open(text) is wanted


def test_a_source_named_in_words_is_a_marker() -> None:
    assert read("According to source 2, it rose.").text == "it rose."
    assert numbers("It rose. As stated in the sources 1 and 3: it fell.") == [1, 3]
    assert numbers("ตามแหล่งข้อมูลที่ 2 งบคือ 30") == [2]


def test_a_place_in_the_text_is_that_of_the_draft() -> None:
    draft = "One [1] two【2】three (3) four[4]five."
    found = read(draft)
    assert found.text == "One two three (3) four five."
    for place, sign in enumerate(found.text):
        if not sign.isspace():
            assert draft[found.origin[place]] == sign
    assert [(mark.at, mark.named) for mark in found.marks] == [(3, ((1, 1),)), (7, ((2, 2),)), (22, ((4, 4),))]


written = st.lists(st.sampled_from([*"[]【】［］()<>{}⟦⟧12๑๒９¹²①^,-–†\\. \nab ก", "source ", " to "]), max_size=60)


@given(written.map("".join))
@settings(max_examples=300, deadline=None)
def test_whatever_is_written_is_read_once_and_in_order(text: str) -> None:
    found = read(text)
    assert len(found.origin) == len(found.text) + 1
    assert len(found.bare) == len(found.text)
    assert list(found.origin) == sorted(found.origin)
    assert all(
        text[at] == sign or sign == " " for at, sign in zip(found.origin, found.text, strict=False) if at < len(text)
    )
    assert [mark.at for mark in found.marks] == sorted(mark.at for mark in found.marks)


@given(st.text(max_size=80))
@settings(max_examples=200, deadline=None)
def test_a_list_of_anything_names_numbers_in_order(text: str) -> None:
    assert all(low <= high for low, high in named(text))
