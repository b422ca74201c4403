"""Dates of either era and language -> year, month, day, coarsest first."""

from __future__ import annotations

from collections.abc import Sequence

from kb.answering.verify.atoms import Atom
from kb.answering.verify.numbers import ORDINALS, value

BUDDHIST = 543  # years ahead of the common era
_MONTHS = (
    "january jan มกราคม ม.ค.|"
    "february feb กุมภาพันธ์ ก.พ.|"
    "march mar มีนาคม มี.ค.|"
    "april apr เมษายน เม.ย.|"
    "may พฤษภาคม พ.ค.|"
    "june jun มิถุนายน มิ.ย.|"
    "july jul กรกฎาคม ก.ค.|"
    "august aug สิงหาคม ส.ค.|"
    "september sep sept กันยายน ก.ย.|"
    "october oct ตุลาคม ต.ค.|"
    "november nov พฤศจิกายน พ.ย.|"
    "december dec ธันวาคม ธ.ค."
)
MONTHS = {name: number for number, names in enumerate(_MONTHS.split("|"), 1) for name in names.split()}
_WORDS_TOO = frozenset(["may", "march", "mar", "sep", "jan", "dec"])  # a month only beside a number or a preposition
_THAI_NAMES = {number: names.split()[-2] for number, names in enumerate(_MONTHS.split("|"), 1)}
_COMMON = frozenset(["ค.ศ.", "คริสต์ศักราช", "คริสตศักราช", "a.d", "ad", "ce", "c.e"])
_BUDDHIST = frozenset(["พ.ศ.", "พุทธศักราช", "b.e", "be"])
_ERAS = {
    f"{of}{era} era": ahead
    for of in ("of the ", "in the ", "")
    for era, ahead in (("buddhist", BUDDHIST), ("common", 0), ("christian", 0))
}
_BEFORE_CHRIST = frozenset(["bc", "b.c", "bce", "b.c.e"])
_LABELS = frozenset(["วันที่", "วัน", "ที่", "ปี", "เดือน", "เมื่อ", "the", "of", "year"])
_BEFORE_MONTH = frozenset(
    [
        "in",
        "of",
        "since",
        "until",
        "till",
        "by",
        "from",
        "early",
        "late",
        "mid",
        "during",
        "last",
        "next",
        "this",
        "between",
        "and",
        "to",
        "each",
        "every",
    ]
)

_BEGINS = frozenset([*MONTHS, *ORDINALS, *_COMMON, *_BUDDHIST, "ปี", "เดือน", "year"])

Found = tuple[tuple[str, ...], int]
"""(keys, how many pieces it took); keys "n:YEAR", "month:M", "day:D"."""


def date(pieces: Sequence[Atom], at: int) -> Found | None:
    """The date, or the part of one, that begins at a piece; a number alone is none."""
    if pieces[at].kind != "digits" and pieces[at].low not in _BEGINS:
        return None
    for reader in (_iso, _slashed, _dashed, _day_first, _month_first, _year_with_era, _clock):
        if (found := reader(pieces, at)) is not None:
            return found
    return None


def month_name(key: str) -> str:
    """The English name of "month:3"."""
    return _MONTHS.split("|")[int(key.split(":")[1]) - 1].split()[0].capitalize()


def _low(pieces: Sequence[Atom], at: int) -> str:
    return pieces[at].low if 0 <= at < len(pieces) else ""


def _whole(pieces: Sequence[Atom], at: int) -> int | None:
    """The whole number at a piece."""
    if (
        0 <= at < len(pieces)
        and pieces[at].kind == "digits"
        and "." not in pieces[at].low
        and "," not in pieces[at].low
    ):
        return int(value(pieces[at].low))
    return None


def _day(pieces: Sequence[Atom], at: int) -> tuple[int, int] | None:
    """(day, pieces): 12, 12th, twelfth."""
    day = _whole(pieces, at)
    if day is not None and 1 <= day <= 31:
        glued = _low(pieces, at + 1) in ("st", "nd", "rd", "th") and not pieces[at + 1].spaced
        return day, 2 if glued else 1
    if _low(pieces, at) in ORDINALS and 1 <= ORDINALS[_low(pieces, at)] <= 31:
        return ORDINALS[_low(pieces, at)], 1
    return None


def _month(pieces: Sequence[Atom], at: int) -> tuple[int, int] | None:
    """(month, pieces), the dot of a short name included; in Thai with the word for month before it."""
    skipped = 1 if _low(pieces, at) == "เดือน" else 0
    name = _low(pieces, at + skipped)
    if name not in MONTHS or (name[0] < "\u0e00" and not pieces[at + skipped].text[0].isupper()):
        return None
    dotted = len(name) <= 4 and _low(pieces, at + skipped + 1) == "." and not pieces[at + skipped + 1].spaced
    return MONTHS[name], skipped + (2 if dotted else 1)


def _year(pieces: Sequence[Atom], at: int) -> tuple[str, int] | None:
    """(key, pieces) of the year that follows a month, with or without an era, in the common era."""
    place = at + 1 if _low(pieces, at) == "," else at
    while _low(pieces, place) in ("ปี", "of", "the", "year") and place - at < 3:
        place += 1
    if (found := _year_with_era(pieces, place)) is not None:
        return found[0][0], place + found[1] - at
    year = _whole(pieces, place)
    if year is None or not (
        1000 <= year <= 2700 or (year > 31 and place == at and year < 1000 and len(_low(pieces, place)) == 3)
    ):
        return None
    thai = _low(pieces, at - 1)[:1] >= "\u0e00"
    return f"n:{year - BUDDHIST if thai and year > 2300 else year}", place + 1 - at


def _with_year(pieces: Sequence[Atom], at: int, taken: int, keys: tuple[str, ...]) -> Found:
    year = _year(pieces, at + taken)
    return ((year[0], *keys), taken + year[1]) if year else (keys, taken)


def _day_first(pieces: Sequence[Atom], at: int) -> Found | None:
    day = _day(pieces, at)
    if day is None:
        return None
    place = at + day[1]
    place += _low(pieces, place) == "of"
    month = _month(pieces, place)
    if month is None:
        return None
    return _with_year(pieces, at, place + month[1] - at, (f"month:{month[0]}", f"day:{day[0]}"))


def _month_first(pieces: Sequence[Atom], at: int) -> Found | None:
    month = _month(pieces, at)
    if month is None:
        return None
    taken = month[1]
    day = _day(pieces, at + taken)
    number = _whole(pieces, at + taken)
    if day and number is not None and (_low(pieces, at + taken + 1) not in ("-", "–") or True):
        return _with_year(pieces, at, taken + day[1], (f"month:{month[0]}", f"day:{day[0]}"))
    if (year := _year(pieces, at + taken)) is not None:
        return (year[0], f"month:{month[0]}"), taken + year[1]
    if _low(pieces, at) in _WORDS_TOO and _low(pieces, at - 1) not in _BEFORE_MONTH:
        return None
    return (f"month:{month[0]}",), taken


def _iso(pieces: Sequence[Atom], at: int) -> Found | None:
    year, month, day = (_whole(pieces, at + step) for step in (0, 2, 4))
    marks = {_low(pieces, at + 1), _low(pieces, at + 3)}
    if year is None or month is None or day is None or marks not in ({"-"}, {"/"}):
        return None
    if 1000 <= year <= 2700 and 1 <= month <= 12 and 1 <= day <= 31:
        return (f"n:{year}", f"month:{month}", f"day:{day}"), 5
    return None


def _slashed(pieces: Sequence[Atom], at: int) -> Found | None:
    """Day first, as in most of the world; month first only where the second number can be no month."""
    first, second, year = (_whole(pieces, at + step) for step in (0, 2, 4))
    marks = {_low(pieces, at + 1), _low(pieces, at + 3)}
    if first is None or second is None or year is None or marks not in ({"/"}, {"."}) or not 1000 <= year <= 2700:
        return None
    year -= BUDDHIST if year > 2300 else 0
    if 12 >= second > 0 and 0 < first <= 31:
        return (f"n:{year}", f"month:{second}", f"day:{first}"), 5
    if second > 12 >= first > 0 and second <= 31:
        return (f"n:{year}", f"month:{first}", f"day:{second}"), 5
    return None


def _dashed(pieces: Sequence[Atom], at: int) -> Found | None:
    """2-Mar-1990."""
    day, year = _day(pieces, at), _whole(pieces, at + 4)
    month = _month(pieces, at + 2)
    if not day or day[1] > 1 or month is None or year is None or not 1000 <= year <= 2700:
        return None
    dashed = {_low(pieces, at + 1), _low(pieces, at + 3)} == {"-"}
    return ((f"n:{year}", f"month:{month[0]}", f"day:{day[0]}"), 5) if dashed else None


def _clock(pieces: Sequence[Atom], at: int) -> Found | None:
    """9 a.m., 9:30 pm, 21:30: minutes after midnight."""
    hour, minute, taken = _whole(pieces, at), 0, 1
    if hour is None or hour > 24:
        return None
    timed = _low(pieces, at + 1) == ":" and _whole(pieces, at + 2) is not None and len(_low(pieces, at + 2)) == 2
    if timed and not (pieces[at + 1].spaced or pieces[at + 2].spaced):
        minute, taken = _whole(pieces, at + 2) or 0, 3
    half = _low(pieces, at + taken)
    if half in ("am", "a.m", "pm", "p.m") and 1 <= hour <= 12:
        return (f"clock:{(hour % 12 + 12 * (half[0] == 'p')) * 60 + minute}",), taken + 1
    return ((f"clock:{hour * 60 + minute}",), taken) if taken == 3 and minute < 60 else None


def _year_with_era(pieces: Sequence[Atom], at: int) -> Found | None:
    """A year with its era beside it; "ปี 2533" is of the Buddhist one."""
    skipped = 1 if _low(pieces, at) in ("ปี", "year") else 0
    era = _low(pieces, at + skipped)
    if era in _COMMON | _BUDDHIST:
        year = _whole(pieces, at + skipped + 1)
        capital = era[0] >= "\u0e00" or pieces[at + skipped].text[0].isupper()
        if year is not None and capital:
            return (f"n:{year - BUDDHIST if era in _BUDDHIST else year}",), skipped + 2
    year = _whole(pieces, at + skipped)
    if year is None:
        return None
    after = _low(pieces, at + skipped + 1)
    capital = bool(after) and pieces[at + skipped + 1].text[0].isupper()
    if after in _BEFORE_CHRIST and capital:
        return (f"bc:{year}",), skipped + 2
    if after in _COMMON | _BUDDHIST and capital and after[0] < "\u0e00":
        return (f"n:{year - BUDDHIST if after in _BUDDHIST else year}",), skipped + 2
    named = " ".join(_low(pieces, at + skipped + step) for step in range(1, 5))
    for era, ahead in _ERAS.items():
        if named.startswith(era) and 1 <= year <= 2700:
            return (f"n:{year - ahead}",), skipped + 1 + len(era.split())
    if skipped and 1000 <= year <= 2700:
        thai = pieces[at].low == "ปี" and year > 2300
        return (f"n:{year - BUDDHIST if thai else year}",), 2
    return None
