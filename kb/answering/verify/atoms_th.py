"""A Thai word of the dictionary -> the words in it that are compared apart: its negation, its helper, its number."""

from __future__ import annotations

from collections.abc import Callable

import regex

from kb.answering.verify.lexicon_th import CLASSIFIERS

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

_Ends = Callable[[str], bool]
"""Whether the rest of a word can stand alone."""


def _long(length: int) -> _Ends:
    return lambda rest: len(rest) > length


_PREFIXES: tuple[tuple[str, _Ends], ...] = (
    *((negation, _long(0)) for negation in _NEGATED),
    ("ผู้", _long(2)),
    ("การ", _long(2)),
    ("ความ", _long(2)),
    ("คำ", TOLD.__contains__),
    ("รับ", _RECEIVED.__contains__),
)


def parts(word: str) -> tuple[str, ...]:
    """The words in a word, in order; most are one."""
    if word == "มิได้":
        return "มิ", "ได้"
    for prefix, stands in _PREFIXES:
        if word.startswith(prefix) and word not in _ONE_WORD and stands(word[len(prefix) :]):
            return prefix, word[len(prefix) :]
    for pattern in (_COUNTED, _GROUPED):
        if (match := pattern.fullmatch(word)) is not None:
            first, second = (part for part in match.groups() if part)
            return first, second
    return _with_form(word)


def _with_form(word: str) -> tuple[str, ...]:
    """A word with "in" or "is" at its end or start."""
    if word in ("คนใน", "เหล็กใน", "ตัวใน"):
        return word[:-2], "ใน"
    if word.endswith("เป็น") and len(word) > 4 and word != "จำเป็น":
        return word[:-4], "เป็น"
    if word.startswith("เป็น") and len(word) > 4 and word not in _BEING:
        return "เป็น", word[4:]
    return (word,)
