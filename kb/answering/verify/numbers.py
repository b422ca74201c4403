"""Numerals, in digits or words of either language -> values."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from fractions import Fraction

from kb.answering.verify.atoms import Atom
from kb.answering.verify.units import UNITS

_ONES = (
    "zero one two three four five six seven eight nine ten eleven "
    "twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen"
)
_TENS = "twenty thirty forty fifty sixty seventy eighty ninety"
SMALL = {word: value for value, word in enumerate(_ONES.split())} | {
    word: 20 + 10 * i for i, word in enumerate(_TENS.split())
}
SCALES = {
    "hundred": 100,
    "thousand": 10**3,
    "million": 10**6,
    "billion": 10**9,
    "trillion": 10**12,
    "bn": 10**9,
    "mn": 10**6,
    "dozen": 12,
}
_ORDINALS = (
    "zeroth first second third fourth fifth sixth seventh eighth ninth tenth eleventh "
    "twelfth thirteenth fourteenth fifteenth sixteenth seventeenth eighteenth nineteenth"
)
ORDINALS = {word: value for value, word in enumerate(_ORDINALS.split())} | {
    word[:-1] + "ieth": 20 + 10 * i for i, word in enumerate(_TENS.split())
}  # fmt: skip
ORDINALS |= {"hundredth": 100, "thousandth": 1000}
_PARTS = {
    word + ending: value
    for word, value in (
        ("third", 3),
        ("quarter", 4),
        ("fourth", 4),
        ("fifth", 5),
        ("sixth", 6),
        ("eighth", 8),
        ("tenth", 10),
    )
    for ending in ("", "s")
} | {"half": 2, "halves": 2}
_SUFFIX = frozenset(["st", "nd", "rd", "th"])
_THAI_ONES = {
    "ศูนย์": 0,
    "หนึ่ง": 1,
    "เอ็ด": 1,
    "สอง": 2,
    "ยี่": 2,
    "สาม": 3,
    "สี่": 4,
    "ห้า": 5,
    "หก": 6,
    "เจ็ด": 7,
    "แปด": 8,
    "เก้า": 9,
}
_THAI_SCALES = {"สิบ": 10, "ร้อย": 100, "พัน": 10**3, "หมื่น": 10**4, "แสน": 10**5, "ล้าน": 10**6}
_THAI_PART = re.compile("|".join(sorted([*_THAI_ONES, *_THAI_SCALES], key=len, reverse=True)))
_THAI_NUMBER = re.compile(f"(?:{_THAI_PART.pattern})+")

Found = tuple[str, int]
"""(key, how many pieces it took); the key is "n:VALUE" for a number and "o:VALUE" for a place in an order."""


def value(digits: str) -> Fraction:
    """The value of a run of decimal digits of any script, with thousands marked by commas or spaces."""
    kept = (sign for sign in digits if sign != "," and not sign.isspace())
    return Fraction("".join(sign if sign == "." else str(unicodedata.decimal(sign)) for sign in kept))


def number(pieces: Sequence[Atom], at: int) -> Found | None:
    """The number that begins at a piece, with all its words."""
    first = pieces[at]
    if first.kind == "digits":
        return _and_a_half(pieces, at, _digits(pieces, at))
    if first.kind != "word":
        return None
    if (
        len(first.text) == 1
        and not first.text.isalpha()
        and (fraction := unicodedata.numeric(first.text, None)) is not None
    ):
        return f"n:{Fraction(fraction).limit_denominator(1000)}", 1
    if _THAI_NUMBER.fullmatch(first.low):
        return _thai(pieces, at)
    return _and_a_half(pieces, at, _english(pieces, at))


def _and_a_half(pieces: Sequence[Atom], at: int, found: Found | None) -> Found | None:
    """Two and a half."""
    if found is None or not found[0].startswith("n:"):
        return found
    follows = [_low(pieces, at + found[1] + step) for step in range(3)]
    half = follows == ["and", "a", "half"]
    return (f"n:{Fraction(found[0][2:]) + Fraction(1, 2)}", found[1] + 3) if half else found


def _low(pieces: Sequence[Atom], at: int) -> str:
    return pieces[at].low if at < len(pieces) else ""


def _digits(pieces: Sequence[Atom], at: int) -> Found:
    amount, taken = value(pieces[at].low), 1
    follows = _low(pieces, at + 1)
    glued = at + 1 < len(pieces) and not pieces[at + 1].spaced
    if follows in _SUFFIX and glued:
        return f"o:{amount}", 2
    if (
        follows == "/"
        and glued
        and at + 2 < len(pieces)
        and pieces[at + 2].kind == "digits"
        and not pieces[at + 2].spaced
    ):
        below = value(pieces[at + 2].low)
        if 0 < amount < below <= 100 and _low(pieces, at + 3) != "/":
            return f"n:{amount / below}", 3
    if follows == "s" and glued and amount % 10 == 0 and amount > 100:
        return f"decade:{amount}", 2
    if follows in ("'", "’") and glued and _low(pieces, at + 2) == "s" and amount % 10 == 0 and 1000 <= amount < 2100:
        return f"decade:{amount}", 3
    while (scale := _scale(pieces, at + taken)) is not None:
        amount, taken = amount * scale, taken + 1
    return f"n:{amount}", taken


def _scale(pieces: Sequence[Atom], at: int) -> int | None:
    low = _low(pieces, at)
    if low == "-" and _low(pieces, at + 1) in SCALES:
        return None
    if low in SCALES:
        return SCALES[low]
    if low and _THAI_NUMBER.fullmatch(low):
        scale = 1
        for part in _THAI_PART.findall(low):
            if part not in _THAI_SCALES:
                return None
            scale *= _THAI_SCALES[part]
        return scale
    return None


def _thai(pieces: Sequence[Atom], at: int) -> Found:
    """Words such as ยี่สิบเอ็ด, over as many pieces as they take."""
    taken, words = 0, []
    while (
        at + taken < len(pieces)
        and _THAI_NUMBER.fullmatch(pieces[at + taken].low)
        and not (taken and pieces[at + taken].spaced)
    ):
        words.extend(_THAI_PART.findall(pieces[at + taken].low))
        taken += 1
    return f"n:{_thai_value(words)}", taken


def _thai_value(words: Sequence[str]) -> int:
    millions = section = 0
    digit: int | None = None
    for word in words:
        if word in _THAI_ONES:
            digit = (digit or 0) * 10 + _THAI_ONES[word] if digit is not None else _THAI_ONES[word]
        elif word == "ล้าน":
            millions, section, digit = (millions + section + (digit or 0) or 1) * 10**6, 0, None
        else:
            section, digit = section + (1 if digit is None else digit) * _THAI_SCALES[word], None
    return millions + section + (digit or 0)


def _english(pieces: Sequence[Atom], at: int) -> Found | None:
    """Words such as "two hundred and fifty thousand" or "twenty-first"."""
    low = pieces[at].low
    if low in ORDINALS:
        return f"o:{ORDINALS[low]}", 1
    if low == "half":
        return _half(pieces, at)
    if low not in SMALL and not (low in ("a", "an") and _low(pieces, at + 1) in SCALES):
        return None
    total, current, place = 0, 1 if low in ("a", "an") else SMALL[low], _next(pieces, at)
    while (grown := _grown(total, current, _low(pieces, place))) is not None:
        (total, current), place = grown, _next(pieces, place)
    low = _low(pieces, place)
    if low in ORDINALS and ORDINALS[low] < 100 and current % 10 == 0 and current % 100 != 10:
        return f"o:{total + current + ORDINALS[low]}", place + 1 - at
    if low in _PARTS and (low.endswith("s") or _low(pieces, place - 1) == "-"):
        return f"n:{Fraction(total + current, _PARTS[low])}", place + 1 - at
    while _low(pieces, place - 1) in ("-", "and"):
        place -= 1
    return f"n:{total + current}", place - at


def _half(pieces: Sequence[Atom], at: int) -> Found:
    """Half, half a million, half an hour."""
    if _low(pieces, at + 1) in ("a", "an"):
        if (scale := SCALES.get(_low(pieces, at + 2))) is not None:
            return f"n:{Fraction(scale, 2)}", 3
        if _low(pieces, at + 2) in UNITS:
            return "n:1/2", 2
    return "n:1/2", 1


def _grown(total: int, current: int, low: str) -> tuple[int, int] | None:
    """(millions and thousands so far, what is counted since) with one word more; None where it does not go on."""
    if low in SMALL:
        tens = 20 <= current % 100 < 100 and current % 10 == 0 and 0 < SMALL[low] < 10
        return (total, current + SMALL[low]) if SMALL[low] and (current % 100 == 0 or tens) else None
    if low in ("hundred", "dozen"):
        return total, (current or 1) * SCALES[low]
    return (total + (current or 1) * SCALES[low], 0) if low in SCALES else None


def _next(pieces: Sequence[Atom], place: int) -> int:
    """The next piece that may go on: over a hyphen, over "and" after a hundred or thousand."""
    follows = _low(pieces, place + 1)
    after = _low(pieces, place + 2)
    if follows == "-" and (after in SMALL or after in ORDINALS or after in _PARTS):
        return place + 2
    if follows == "and" and pieces[place].low in SCALES and after in SMALL and pieces[place].low != "dozen":
        return place + 2
    return place + 1
