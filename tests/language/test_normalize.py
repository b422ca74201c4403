"""Raw text -> canonical text: known repairs, and what must hold for any text."""

from __future__ import annotations

import time
import unicodedata
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from kb.language.normalize import canonical

DAMAGED = {
    "ด าเนิน": "ดำเนิน",
    "ท า": "ทำ",
    "ท างาน": "ทำงาน",
    "ม าก": "มาก",
    "น ้า": "น้ำ",
    "อาศัยอ านาจตาม": "อาศัยอำนาจตาม",
    "ได้น าความ": "ได้นำความ",
    "บำารุง": "บำรุง",
    "(ค ำแปล)": "(คำแปล)",
    "เป ็ น": "เป็น",
    "ท ั ้ ง": "ทั้ง",
    "เ ป็น": "เป็น",
    "น\u0e4d\u0e49า": "น้ำ",
    "น\u0e49\u0e4dา": "น้ำ",
    "น\u0e33\u0e49": "น้ำ",
    "เเละ": "และ",
    "ประวัติศาสตร\uf70e": "ประวัติศาสตร์",
    "ที\uf70aสุด": "ที่สุด",
    "ป\uf710ก": "ปัก",
    "พ.ศ. ๒๕๖6": "พ.ศ. ๒๕๖๖",
    "้หนา ๑": "หน้า ๑",
    "่เลม ๑๔๐": "เล่ม ๑๔๐",
}
UNTOUCHED = [
    "ก็ ดี",
    "น้า ป้า อา",
    "มาตรา 17",
    "เดินไป มา ตามสบาย",
    "ฤๅษี",
    "เขาไปทำงานที่ธนาคาร แล้วกลับบ้าน",
    "ศ. ดร. สุรชาติ บำรุงสุข",
    "naïve café — “quoted” … 3.5 % of don't",
    "👨‍👩‍👧 family",
]
ALPHABET = st.one_of(
    st.text(max_size=60),
    st.text(alphabet="กขดทนมอรเแโใไาำะัิีึืุู็่้๊๋์ํๆฯ๏๑๒12 \n-\uf70a\uf70e\uf712\u200b", max_size=60),
    st.text(alphabet="abcXYZ .,-\n\t\u00ad\u2010\ufeff\r\x0c#*1)é\u0301\u200d", max_size=60),
)


@pytest.mark.parametrize("raw", DAMAGED)
def test_damaged_thai_is_repaired(raw: str) -> None:
    assert canonical(raw) == DAMAGED[raw]


@pytest.mark.parametrize("text", UNTOUCHED)
def test_text_that_is_right_stays(text: str) -> None:
    assert canonical(text) == text


@settings(deadline=None, max_examples=1500)
@given(ALPHABET)
@example("ก่ิ่ิ")
@example("ก\u0e4d า")
@example("-\n-\n-")
def test_canonical_of_canonical_is_the_same(raw: str) -> None:
    once = canonical(raw)
    assert canonical(once) == once


@settings(deadline=None, max_examples=500)
@given(st.text(alphabet=st.characters(max_codepoint=0x24F, exclude_categories=["Cc"]), max_size=80))
def test_latin_text_changes_only_in_space_hyphens_and_composition(raw: str) -> None:
    def letters(text: str) -> str:
        composed = unicodedata.normalize("NFC", text)
        return "".join(sign for sign in composed if not sign.isspace() and sign not in "-\u00ad")

    assert letters(canonical(raw)) == letters(raw)


@settings(deadline=None, max_examples=500)
@given(ALPHABET)
def test_what_comes_out_is_clean(raw: str) -> None:
    text = canonical(raw)
    assert unicodedata.is_normalized("NFC", text)
    assert text == text.strip()
    for never in ("  ", " \n", "\n ", "\n\n\n", "\r", "\t", "\ufeff", "\u200b", "\u00ad", "\uf70a", "\x00"):
        assert never not in text


def test_lines_of_a_paragraph_are_joined_and_paragraphs_kept() -> None:
    raw = "The quick brown fox jumps over\nthe lazy dog and then goes on\nto bed.\n\n\nNext   one.\r\n\r\n- a\r\n- b\n"
    joined = "The quick brown fox jumps over the lazy dog and then goes on to bed.\n\nNext one.\n\n- a\n- b"
    assert canonical(raw) == joined


def test_a_short_line_ends_a_paragraph() -> None:
    raw = "A HEADING\nThis line was wrapped by an editor at some width\nand this is its second line, about as long."
    assert canonical(raw).split("\n\n")[0] == "A HEADING"


def test_running_thai_is_joined_without_a_space_but_a_written_space_stays() -> None:
    first, second = "ความขัดแย้งดังกล่าวดูเหมือนจะตกหล่นไปจากความคิดคำนึง", "ความทรงจำของผู้คนร่วมสมัยไปแล้วเมื่อวันก่อนนี้เอง"
    assert canonical(f"{first}\n{second}") == first + second
    assert canonical(f"{first} \n{second}") == f"{first} {second}"


def test_a_line_end_hyphen_goes_only_when_the_text_shows_the_word() -> None:
    assert canonical("an international treaty of inter-\nnational law").endswith("of international law")
    assert canonical("his dressing-gown, the purple dressing-\ngown").endswith("purple dressing-gown")


def test_markdown_structure_stays() -> None:
    assert canonical("# Title\ntext\n* one\n* two") == "# Title\n\ntext\n* one\n* two"


def test_time_grows_with_the_length() -> None:
    def seconds(text: str) -> float:
        best = float("inf")
        for _ in range(3):
            start = time.perf_counter()
            canonical(text)
            best = min(best, time.perf_counter() - start)
        return best

    for unit in ("ก า", "a-\nb ", "ํ่", " \n", "เเ "):
        canonical(unit)
        assert seconds(unit * 40_000) < 40 * seconds(unit * 4_000) + 0.05, unit


def test_real_texts_are_stable(data: Path) -> None:
    for name in ("sherlock-1661.txt", "thai-pdf/text.clean.txt"):
        text = canonical((data / name).read_text(encoding="utf-8"))
        assert canonical(text) == text


def test_every_private_glyph_is_the_mark_that_its_name_says() -> None:
    # low-left, low and left variants of the Windows fonts, by name
    tones = ["MAI EK", "MAI THO", "MAI TRI", "MAI CHATTAWA", "THANTHAKHAT"]
    names = ["THO THAN", "SARA I", "SARA II", "SARA UE", "SARA UEE", *tones, *tones, "YO YING", "MAI HAN-AKAT"]
    names += ["NIKHAHIT", "MAITAIKHU", *tones, "SARA U", "SARA UU", "PHINTHU"]
    assert len(names) == 27
    for code, name in enumerate(names, 0xF700):
        assert unicodedata.name(canonical("ก" + chr(code))[1]).split("CHARACTER ")[1] == name, hex(code)


def test_a_thai_line_with_room_for_another_word_keeps_its_last_word_apart() -> None:
    full = "นอกจากนี้ศูนย์ยังเปิดเฉพาะวันเสาร์และวันอาทิตย์ในเดือนกันยายนและตุลาคมซึ่งเป็นช่วงมรสุม"
    short = "ปิดในช่วงสงกรานต์เพื่อให้เจ้าหน้าที่ทุกคนได้กลับบ้านไปหาครอบครัว"
    assert canonical(f"{full}\n{short}\nค่าเข้าชมสำหรับผู้ใหญ่") == f"{full}{short} ค่าเข้าชมสำหรับผู้ใหญ่"


def test_a_thai_word_that_was_broken_at_a_short_line_is_whole_again() -> None:
    full = "นอกจากนี้ศูนย์ยังเปิดเฉพาะวันเสาร์และวันอาทิตย์ในเดือนกันยายนและตุลาคมซึ่งเป็นช่วงมรสุม"
    short = "ปัจจัยพื้นฐานที่นำไปสู่สงครามและเหตุการณ์ทั้งหมดนั้นก็คือความ"
    assert canonical(f"{full}\n{short}\nขัดแย้งใหญ่ในยุโรป") == f"{full}{short}ขัดแย้งใหญ่ในยุโรป"
