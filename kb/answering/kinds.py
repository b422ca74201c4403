"""A question -> the kind of answer it asks for, and whether a sentence holds one."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Literal

import regex

Kind = Literal["time", "number", "person", "place", "cause", "other"]

_WHICH_TH = "(?:ใด|ไหน|อะไร|เท่าไร|เท่าไหร่|เท่าใด)"
_KINDS: tuple[tuple[Kind, re.Pattern[str]], ...] = (
    (
        "time",
        re.compile(
            r"\bwhen\b|\b(?:what|which) (?:year|date|day|month|century|decade|time|era|season)\b|เมื่อไร|เมื่อไหร่|เมื่อใด"
            rf"|(?:ปี|วัน|วันที่|เดือน|ศตวรรษ|ศตวรรษที่|ช่วง|เวลา|พ\.ศ\.|ค\.ศ\.) ?(?:พ\.ศ\.|ค\.ศ\.)? ?{_WHICH_TH}"
        ),
    ),
    (
        "number",
        re.compile(
            r"\bhow (?:many|much|long|old|far|large|big|tall|high|often|fast|deep|wide|heavy)\b"
            r"|\bwhat (?:percent|percentage|number|amount|portion|fraction|proportion|age|size|height|length)\b"
            r"|กี่|เท่าไร|เท่าไหร่|เท่าใด|จำนวน"
        ),
    ),
    (
        "person",
        re.compile(
            r"\bwho(?:m|se)?\b|\b(?:what|which) (?:person|man|woman|king|queen|emperor|president|scientist|author)\b"
            r"|ใคร|ผู้ใด|คนใด|คนไหน|ชื่อ(?:ว่า)?อะไร"
        ),
    ),
    (
        "place",
        re.compile(
            r"\bwhere\b|\b(?:what|which) (?:city|country|state|place|location|region|county|town|river|continent)\b"
            r"|ที่ไหน|ที่ใด|(?:ประเทศ|เมือง|จังหวัด|แห่ง|อำเภอ|รัฐ)(?:ใด|ไหน|อะไร)|แห่งหนใด"
        ),
    ),
    ("cause", re.compile(r"\bwhy\b|ทำไม|เหตุใด|เพราะอะไร|สาเหตุ")),
)
_DIGITS = re.compile(r"[0-9๐-๙]+(?:[.,][0-9๐-๙]+)*")
_NUMBER_WORDS = regex.compile(
    r"\b(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|\w+teen|twenty|thirty|forty|fifty|sixty"
    r"|seventy|eighty|ninety|hundreds?|thousands?|millions?|billions?|half|third|quarter|dozen|first|second|twice"
    r"|once|several|both|single|double|triple|none)\b"
    r"|หนึ่ง|สอง|สาม|สี่|ห้า|หก|เจ็ด|แปด|เก้า|สิบ|ร้อย|พัน|หมื่น|แสน|ล้าน|ครึ่ง"
)
_TIMES = re.compile(
    r"\b(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?"
    r"|nov(?:ember)?|dec(?:ember)?|century|decades?|years?|winter|summer|spring|autumn|today|bc|ad"
    r"|(?:mon|tues|wednes|thurs|fri|satur|sun)days?|noon|midnight|dawn|dusk|morning|evening|night|hours?)\b"
    r"|มกราคม|กุมภาพันธ์|มีนาคม|เมษายน|พฤษภาคม|มิถุนายน|กรกฎาคม|สิงหาคม|กันยายน|ตุลาคม|พฤศจิกายน|ธันวาคม"
    r"|ศตวรรษ|ทศวรรษ|ปี|วัน|พ\.ศ\.|ค\.ศ\."
)
_CAUSES = re.compile(
    r"because|due to|since|as a result|in order|so that|led to|causes?|reason|therefore|owing"
    r"|เพราะ|เนื่องจาก|ทำให้|เหตุ|ส่งผล|จึง"
)
_NAME = regex.compile(r"\b\p{Lu}[\p{L}\p{M}’'\-]+")
_LATIN = re.compile("[a-z]")
_THAI = re.compile("[ก-ฮ]")
_OPENING = (
    "a an the this that these those it its he she they we i his her their our in on at by for from of to with as and "
    "but or if when while after before during since until because although though there here some many most all each "
    "every both no not one two three such other another however then thus who what which where why how did does do is "
    "are was were can could has have had"
)
_OPENERS = frozenset(_OPENING.split())


@lru_cache(maxsize=1024)
def kind(question: str) -> Kind:
    """The kind of answer a question asks for, by its words; "other" where they do not tell."""
    low = question.lower()
    return next((name for name, pattern in _KINDS if pattern.search(low)), "other")


def holds(wanted: Kind, sentence: str, question: str) -> bool | None:
    """Whether a sentence holds something of a kind that the question does not hold already.

    Args:
        wanted: The kind.
        sentence: Any text.
        question: What was asked.

    Returns:
        None where words alone cannot tell: names in Thai, which have no capitals, and the kind "other".
    """
    low, asked = sentence.lower(), question.lower()
    if wanted == "number":
        return _new(_DIGITS, low, asked) or _new(_NUMBER_WORDS, low, asked)
    if wanted == "time":
        return _new(_DIGITS, low, asked) or _new(_TIMES, low, asked)
    if wanted == "cause":
        return _CAUSES.search(low) is not None
    if wanted in ("person", "place") and _LATIN.search(low) and not _THAI.search(low):
        return any(word not in asked for word in names(sentence))
    return None


def names(text: str) -> list[str]:
    """The capitalised words of a text, lower-cased, without those that only open a sentence."""
    return [low for word in _NAME.findall(text) if (low := word.lower()) not in _OPENERS]


def numbers(text: str) -> list[str]:
    """The numbers of a text that are written in digits."""
    return _DIGITS.findall(text)


def _new(pattern: re.Pattern[str] | regex.Pattern[str], low: str, asked: str) -> bool:
    """Whether a pattern finds something that the question does not say."""
    known = set(pattern.findall(asked))
    return any(found not in known for found in pattern.findall(low))
