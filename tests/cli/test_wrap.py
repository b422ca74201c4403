"""Lines fit, and neither a word nor a cluster is broken."""

from __future__ import annotations

import regex
from hypothesis import given, settings
from hypothesis import strategies as st
from rich.cells import cell_len
from rich.text import Text

from kb.cli.wrap import flat, one_line, shorten, wrap
from kb.language.segment import word_spans

THAI = "ผู้อำนวยการกำลังดำเนินโครงการน้ำดื่มสะอาดที่จังหวัดเชียงใหม่ตั้งแต่ปีพ.ศ. ๒๕๖๐ เป็นต้นมา"
WORDS = ["ที่", "น้ำ", "กำลัง", "เป็น", "ดำเนิน", "ปู่", "the", "Holmes", "£4", "e\u0301tude", "日本", " ", " ", "\n"]
texts = st.lists(st.sampled_from(WORDS), max_size=40).map("".join)


def plain(text: str, width: int) -> list[str]:
    return [line.plain for line in wrap(Text(text), width)]


def test_english_breaks_at_spaces() -> None:
    assert plain("the quick  brown\nfox jumps", 10) == ["the quick", "brown fox", "jumps"]


def test_a_word_that_fits_exactly_stays_on_its_line() -> None:
    assert plain("abc defg", 8) == ["abc defg"]
    assert plain("abc defg", 7) == ["abc", "defg"]


def test_thai_breaks_between_words() -> None:
    starts = {start for start, _ in word_spans(THAI)} | {THAI.index("๒๕๖๐"), len(THAI)}
    lines = plain(THAI, 20)
    assert len(lines) > 3
    at = 0
    for line in lines:
        at = THAI.index(line, at) + len(line)
        assert THAI[at : at + 1] == " " or at in starts, line


def test_a_word_wider_than_the_line_is_broken_between_clusters() -> None:
    assert plain("abcdefgh", 3) == ["abc", "def", "gh"]
    assert "".join(plain("น้ำน้ำน้ำ", 2)) == "น้ำน้ำน้ำ"


def test_style_stays_on_its_characters() -> None:
    text = Text("one two three four")
    text.stylize("bold", 4, 13)
    lines = wrap(text, 8)
    assert [line.plain for line in lines] == ["one two", "three", "four"]
    bold = [line.plain[span.start : span.end].strip() for line in lines for span in line.spans if span.style == "bold"]
    assert " ".join(bold) == "two three"


def test_what_steers_a_terminal_is_shown_not_obeyed() -> None:
    assert flat("a\x1b[2Jb\tc\u202ed\x9be") == "a\ufffd[2Jb c\ufffdd\ufffde"
    assert plain("red \x1b[31m text", 80) == ["red \ufffd[31m text"]


@given(texts, st.integers(1, 30))
@settings(deadline=None)
def test_nothing_is_lost_and_no_cluster_is_cut(text: str, width: int) -> None:
    lines = plain(text, width)
    assert "".join("".join(lines).split()) == "".join(text.split())
    clusters = [cluster for cluster in regex.findall(r"\X", text) if not cluster.isspace()]
    assert [c for line in lines for c in regex.findall(r"\X", line) if not c.isspace()] == clusters
    for line in lines:
        assert cell_len(line) <= width or len(regex.findall(r"\X", line)) == 1, (line, width)


@given(texts, st.data())
@settings(deadline=None)
def test_shorten_keeps_the_span(text: str, data: st.DataObject) -> None:
    starts = [m.start() for m in regex.finditer(r"\X", text)] + [len(text)]
    start, end = sorted((data.draw(st.sampled_from(starts)), data.draw(st.sampled_from(starts))))
    around = data.draw(st.integers(0, 20))
    excerpt, first, last = shorten(text, start, end, around)
    assert excerpt[first:last] == text[start:end]
    assert len(excerpt) <= end - start + 2 * around + 4


def test_shorten_cuts_between_words() -> None:
    text = "It was on the fourth of March that he paid four pounds a week to the clerk of the office."
    start = text.index("four pounds a week")
    assert shorten(text, start, start + 18, 20)[0] == "… March that he paid four pounds a week to the clerk of the …"


def test_one_line_says_that_it_was_cut() -> None:
    assert one_line("short", 10) == "short"
    assert one_line("a line\nthat is  longer", 12) == "a line that…"
