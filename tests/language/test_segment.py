"""Canonical text -> sentences, words."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kb.language.normalize import canonical
from kb.language.segment import grapheme_starts, identity, language, sentences, word_spans, words

ENGLISH = [
    ["Mr. Holmes met Dr. Watson at St. Bartholomew's.", "They spoke."],
    ["It weighs 3.5 kg, i.e. more than No. 7.", "Good."],
    ["“Is it true?” he asked.", "“It is!”", "“Then go.”"],
    ["J. R. R. Tolkien wrote it.", "He lived in the U.S. for no year."],
    ["Well... perhaps not.", "He left…", "She stayed."],
    ["He came at 5 p.m. on Monday.", "It was Jan. 3 then."],
    ["See the list [1].[2]", "Then go on."],
    ["He arrived (late.)", "Nobody cared."],
]


def shown(text: str) -> list[str]:
    return [text[start:end] for start, end in sentences(text)]


@pytest.mark.parametrize("expected", ENGLISH, ids=lambda one: one[0][:20])
def test_english_sentences(expected: list[str]) -> None:
    assert shown(" ".join(expected)) == expected


def test_a_heading_or_a_line_ends_a_sentence() -> None:
    assert shown("A CASE OF IDENTITY\n\nMy dear fellow\n- one\n- two") == [
        "A CASE OF IDENTITY",
        "My dear fellow",
        "- one",
        "- two",
    ]


def test_thai_sentences_are_cut_at_spaces_only() -> None:
    text = "เราใช้แบบจำลองทางการคำนวณในการกำหนดนิยามที่แน่ชัด เป็นที่เข้าใจกันว่าโจทย์ปัญหานั้นเป็นภารกิจ นั่นหมายความว่าโจทย์นั้นอาจได้รับการแก้"
    found = sentences(text)
    assert len(found) > 1
    assert all(start == 0 or text[start - 1] == " " for start, _ in found)


def test_mixed_text_is_cut_by_both_rules() -> None:
    text = "Siam entered the war in 1917. สยามประกาศสงครามกับเยอรมนีในปี พ.ศ. 2460 ในรัชสมัยของรัชกาลที่ 6"
    assert shown(text)[0] == "Siam entered the war in 1917."
    assert not any(part.endswith(("พ.ศ.", "ที่")) for part in shown(text))


def test_words_are_lower_case_thai_by_dictionary() -> None:
    assert words("Holmes’s Pipe, 221B; ประเทศไทย ๒๕๖๖") == ["holmes", "pipe", "221b", "ประเทศ", "ไทย", "2566"]
    assert words("ทฤษฎีความซับซ้อนในการคำนวณ") == ["ทฤษฎี", "ความ", "ซับซ้อน", "ใน", "การคำนวณ"]
    assert words("naïve") == ["naïve"]


@settings(deadline=None, max_examples=300)
@given(st.text(alphabet="กดทนาำเแัิ่้์ ๑1aB.’'“”!?…()\n-中", max_size=80).map(canonical))
def test_spans_are_ordered_trimmed_and_cover_what_is_visible(text: str) -> None:
    last = 0
    for start, end in sentences(text):
        assert last <= start < end <= len(text)
        assert not text[last:start].strip()
        assert text[start:end] == text[start:end].strip()
        last = end
    assert not text[last:].strip()
    spans = word_spans(text)
    assert all(a < b <= c for (a, b), (c, _) in pairwise(spans))


def test_graphemes_keep_marks_with_their_letters() -> None:
    assert grapheme_starts("กำ่เก้e\u0301👨‍👩‍👧") == [0, 3, 4, 6, 8, 13]


def test_language_by_script() -> None:
    assert [language(text) for text in ("hello", "สวัสดี world", "Привет", "123")] == ["en", "th", "other", "other"]


def test_libraries_are_named() -> None:
    assert {"pythainlp", "python-crfsuite", "regex"} <= set(identity())


def test_nothing_is_written_into_the_home_directory(tmp_path: Path) -> None:
    code = "from kb.language.segment import *; words('ประเทศไทย'); sentences('เขาไปตลาดเมื่อเช้านี้ ' * 5)"
    environment = {key: value for key, value in os.environ.items() if not key.startswith("PYTHAINLP")}
    subprocess.run([sys.executable, "-c", code], env={**environment, "HOME": str(tmp_path)}, check=True)
    assert list(tmp_path.iterdir()) == []


def test_real_thai_paragraphs_give_sentences_of_a_readable_size(data: Path) -> None:
    articles = json.loads((data / "xquad-dev-th.json").read_text(encoding="utf-8"))["data"]
    lengths = [
        end - start
        for article in articles[:6]
        for paragraph in article["paragraphs"]
        for start, end in sentences(canonical(paragraph["context"]))
    ]
    assert 60 < sum(lengths) / len(lengths) < 200


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("4. Climbing the tower", ["4. Climbing the tower"]),
        ("๑. ความเป็นมา", ["๑. ความเป็นมา"]),
        ("b. Tickets are cheap. Dogs are not.", ["b. Tickets are cheap.", "Dogs are not."]),
        ("IV. The Boscombe Valley Mystery", ["IV. The Boscombe Valley Mystery"]),
        ("It was in 4. Climbing went on.", ["It was in 4.", "Climbing went on."]),
        ("โรงครัวเปิดเวลา 10.00 น. ถึง 14.00 น. ทุกวัน", ["โรงครัวเปิดเวลา 10.00 น. ถึง 14.00 น. ทุกวัน"]),
        ("เปิดเมื่อ พ.ศ. ๒๕๔๑ โดยชุมชน", ["เปิดเมื่อ พ.ศ. ๒๕๔๑ โดยชุมชน"]),
    ],
)
def test_list_numbers_and_thai_abbreviations_end_nothing(text: str, expected: list[str]) -> None:
    assert [text[start:end] for start, end in sentences(text)] == expected
