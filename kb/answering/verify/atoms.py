"""Text -> its smallest pieces: words, runs of digits, marks."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import regex

from kb.answering.verify.lexicon_th import CLASSIFIERS
from kb.language import thai

Kind = Literal["word", "digits", "mark"]

# Dotted abbreviations that are one word; the dots of others end sentences.
_THAI_SHORT = (
    "พ.ศ. ค.ศ. จ.ศ. ร.ศ. ฮ.ศ. ม.ค. ก.พ. มี.ค. เม.ย. พ.ค. มิ.ย. ก.ค. ส.ค. ก.ย. ต.ค. พ.ย. ธ.ค. ตร.กม. "
    "ตร.ม. ตร.ว. กม. ซม. มม. กก. ชม. นน. น. ม. ก. บ."
)
_SHORT = "|".join(regex.escape(short) for short in sorted(_THAI_SHORT.split(), key=len, reverse=True))
_ATOM = regex.compile(
    rf"(?P<short>(?<![\u0E00-\u0E4E])(?:{_SHORT})|(?<!\p{{L}})(?:\p{{Latin}}\.){{2,}}|(?<!\p{{L}})\p{{Latin}}\.\p{{Latin}}(?![\p{{L}}]))"
    r"|(?P<digits>\p{Nd}{1,3}(?:,\p{Nd}{3})+(?![\p{Nd}])(?:\.\p{Nd}+)?"
    r"|(?<![\p{Nd}.,/-])[1-9๑-๙]\p{Nd}{0,2}(?:[ \u00a0\u2009\u202f]\p{Nd}{3})+"
    r"(?![\p{Nd}/-]|[.,]\p{Nd}|[ \u00a0]\p{Nd})|\p{Nd}+(?:\.\p{Nd}+)?)"
    r"|(?P<thai>[\u0E01-\u0E2E\u0E30-\u0E3A\u0E40-\u0E45\u0E47-\u0E4E]+)"
    r"|(?P<word>[\p{Han}\p{Hiragana}\p{Katakana}]"
    r"|(?:(?![\u0E00-\u0E7F\p{Han}\p{Hiragana}\p{Katakana}\p{Nd}])[\p{L}\p{M}\p{N}])+"
    r"(?:['’](?:(?![\u0E00-\u0E7F])\p{L})+)?)"
    r"|(?P<mark>[^\s\p{L}\p{M}\p{N}])"
    r"|(?P<rest>\S)"
)
_ENDING = regex.compile(r"(?P<base>.+?)(?P<end>n['’]t|['’](?:s|re|ve|ll|d|m))$", regex.IGNORECASE)
_SPELLED = {"won": "will", "ca": "can", "sha": "shall"}  # wo-n't, ca-n't
_NEGATED = ("ไม่", "ห้าม")
_ONE_WORD = frozenset(
    [
        "ไม่ว่า",
        "ไม่เพียง",
        "ไม่เพียงแต่",
        "ไม่นาน",
        "ไม่ช้า",
        "ห้ามล้อ",
        "ไม้",
        "ผู้คน",
        "ผู้ใหญ่",
        "ผู้หญิง",
        "ผู้ชาย",
        "การเมือง",
        "การเงิน",
        "การค้า",
        "ความรู้",
        "การ์ตูน",
        "การ์ด",
    ]
)
TOLD = frozenset(["เตือน", "สั่ง", "แนะนำ", "ชม", "เชิญ", "ตอบ"])
# Words of a list of classifiers or helpers that the dictionary joins with what they stand before.
_GROUPED = regex.compile(
    "(ทุก|บาง|หลาย|แต่ละ)(คน|แห่ง|ตัว|วัน|ปี|เดือน|สัปดาห์|ครั้ง|ชนิด|ประเภท|ฝ่าย|อย่าง|สิ่ง|ด้าน|เรื่อง|ที่|หน|ราย)"
    "|(มา|ไป|ออก|เข้า|กลับ)(จาก|ยัง|สู่|ถึง)|(ตั้ง|สร้าง|จัด|เกิด)(ขึ้น)"
    "|(ยัง)(มี|เป็น|ได้|คง|ถูก|อยู่)"
    "|(ถูก|ได้รับ)(ปรับ|อนุญาต|แต่งตั้ง|เลือก|จับ|ฆ่า|รางวัล|เลือกตั้ง|บาดเจ็บ|การ|มอบหมาย)"
)
_BEING = frozenset(["เป็นต้น", "เป็นต้นมา", "เป็นเวลา", "เป็นจำนวน", "เป็นกลาง", "เป็นประจำ", "เป็นไป", "เป็นลม", "เป็นธรรม"])
_COUNTED = regex.compile(
    "(หนึ่ง|สอง|สาม|สี่|ห้า|หก|เจ็ด|แปด|เก้า|สิบ)(ปี|วัน|เดือน|เมตร|บาท|คืน|เท่า|ตัน|ไร่|" + "|".join(sorted(CLASSIFIERS)) + ")"
)
_RECEIVED = frozenset(["มอบ", "เชิญ", "เลือก", "แต่งตั้ง", "คัดเลือก", "รางวัล"])
MOST_DIGITS = 40  # a longer run is no number that anyone reads


@dataclass(frozen=True, slots=True)
class Atom:
    """A piece of text; `low` is what is compared, `spaced` whether white space stands before it."""

    text: str
    low: str
    kind: Kind
    start: int
    end: int
    spaced: bool


def atoms(text: str, start: int, end: int) -> list[Atom]:
    """The pieces of `text[start:end]`, in order; white space is in none."""
    found: list[Atom] = []
    for match in _ATOM.finditer(text, start, end):
        begin, stop = match.span()
        spaced = begin == start or text[begin - 1].isspace()
        kind = match.lastgroup
        if kind == "thai":
            found.extend(_thai(match.group(), begin, spaced))
        elif kind == "word":
            found.extend(_contracted(match.group(), begin, spaced))
        elif kind == "short":
            found.append(Atom(match.group(), _without_dots(match.group()), "word", begin, stop, spaced))
        elif kind == "digits" and stop - begin <= MOST_DIGITS:
            found.append(Atom(match.group(), match.group(), "digits", begin, stop, spaced))
        else:
            found.append(Atom(match.group(), match.group(), "mark" if kind == "mark" else "word", begin, stop, spaced))
    return found


def _without_dots(short: str) -> str:
    low = short.lower()
    return low.rstrip(".") if low[0] < "\u0e00" else low


def _thai(run: str, begin: int, spaced: bool) -> list[Atom]:
    found = []
    for word in thai.newmm(run):
        for part in _thai_parts(word):
            found.append(Atom(part, part, "word", begin, begin + len(part), spaced))
            begin, spaced = begin + len(part), False
    return found


def _thai_parts(word: str) -> tuple[str, ...]:
    """A word, its negation apart."""
    for negation in _NEGATED:
        if word.startswith(negation) and len(word) > len(negation) and word not in _ONE_WORD:
            return negation, word[len(negation) :]
    if word.startswith("ผู้") and len(word) > 5 and word not in _ONE_WORD:
        return "ผู้", word[3:]
    for prefix in ("การ", "ความ"):
        if word.startswith(prefix) and len(word) > len(prefix) + 2 and word not in _ONE_WORD:
            return prefix, word[len(prefix) :]
    if word.startswith("คำ") and word[2:] in TOLD:
        return "คำ", word[2:]
    if (counted := _COUNTED.fullmatch(word)) is not None:
        return counted.group(1), counted.group(2)
    if word.startswith("รับ") and word[3:] in _RECEIVED:
        return "รับ", word[3:]
    if word == "มิได้":
        return "มิ", "ได้"
    if (grouped := _GROUPED.fullmatch(word)) is not None:
        first, second = (part for part in grouped.groups() if part)
        return first, second
    if word in ("คนใน", "เหล็กใน", "ตัวใน"):
        return word[:-2], "ใน"
    if word.endswith("เป็น") and len(word) > 4 and word not in ("จำเป็น",):
        return word[:-4], "เป็น"
    if word.startswith("เป็น") and len(word) > 4 and word not in _BEING:
        return "เป็น", word[4:]
    return (word,)


def _contracted(text: str, begin: int, spaced: bool) -> list[Atom]:
    """A word, what is written together with it apart: don't, John's."""
    end = begin + len(text)
    if text.lower() == "cannot":
        return [
            Atom(text[:3], "can", "word", begin, begin + 3, spaced),
            Atom(text[3:], "not", "word", begin + 3, end, False),
        ]
    match = _ENDING.match(text)
    if match is None:
        return [Atom(text, text.lower().replace("’", "'"), "word", begin, end, spaced)]
    base, ending = match.group("base"), match.group("end").lower().replace("’", "'")
    cut = begin + len(base)
    low = base.lower()
    if ending == "n't":
        low, ending = _SPELLED.get(low + "n" if low == "wo" else low, low), "not"
    return [Atom(base, low, "word", begin, cut, spaced), Atom(text[len(base) :], ending, "word", cut, end, False)]
