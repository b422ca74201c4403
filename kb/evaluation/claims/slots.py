"""Kinds of slots -> values that can be written in many ways."""
# ruff: noqa: E501, SIM905 - a wording, a pattern and a list of words are read whole

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from kb.evaluation.claims.case import Frame, Pools
from kb.language import thai

THAI_DIGITS = str.maketrans("0123456789", "๐๑๒๓๔๕๖๗๘๙")
MONTHS = (
    "January February March April May June July August September October November December"  # in order
).split()
THAI_MONTHS = (
    "มกราคม กุมภาพันธ์ มีนาคม เมษายน พฤษภาคม มิถุนายน กรกฎาคม สิงหาคม กันยายน ตุลาคม พฤศจิกายน ธันวาคม"  # in order
).split()
THAI_SHORT_MONTHS = "ม.ค. ก.พ. มี.ค. เม.ย. พ.ค. มิ.ย. ก.ค. ส.ค. ก.ย. ต.ค. พ.ย. ธ.ค.".split()
BUDDHIST = 543  # years between the eras
_ONES = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen "
    "eighteen nineteen"
).split()
_TENS = "zero ten twenty thirty forty fifty sixty seventy eighty ninety".split()
_SCALES = ((1_000_000_000, "billion"), (1_000_000, "million"), (1_000, "thousand"), (100, "hundred"))


def english_words(number: int) -> str:
    """A whole number in words: "one thousand two hundred", "forty-five"."""
    for scale, name in _SCALES:
        if number >= scale:
            rest = english_words(number % scale) if number % scale else ""
            return f"{english_words(number // scale)} {name} {rest}".strip()
    if number < 20:
        return _ONES[number]
    return _TENS[number // 10] + (f"-{_ONES[number % 10]}" if number % 10 else "")


def thai_words(number: int) -> str:
    """A whole number in Thai words."""
    return str(thai.pythainlp_module("pythainlp.util").num_to_thaiword(number))


def ordinal(number: int) -> str:
    """1st, 2nd, 13th."""
    ending = {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return f"{number}{'th' if number % 100 in (11, 12, 13) else ending}"


@dataclass(frozen=True, slots=True)
class Amount:
    """A number: {n} 1,200 · {n:plain} 1200 · {n:words} · {n:Words} · {n:th} Thai words · {n:๑} Thai digits · {n:k} /1000."""

    value: int

    def __format__(self, how: str) -> str:
        forms = {
            "": lambda: f"{self.value:,}",
            "plain": lambda: str(self.value),
            "words": lambda: english_words(self.value),
            "Words": lambda: english_words(self.value).capitalize(),
            "th": lambda: thai_words(self.value),
            "๑": lambda: f"{self.value:,}".translate(THAI_DIGITS),
            "๑plain": lambda: str(self.value).translate(THAI_DIGITS),
            "k": lambda: f"{self.value / 1000:g}",
            "nth": lambda: ordinal(self.value),
            "up": lambda: f"{self.value + max(1, self.value // 7):,}",
            "down": lambda: f"{self.value - max(1, self.value // 7):,}",
            "ten": lambda: f"{self.value * 10:,}",
        }
        return forms[how]()


@dataclass(frozen=True, slots=True)
class Day:
    """A date, in the ways people write one; `be` stands for the Buddhist era."""

    day: date

    def __format__(self, how: str) -> str:
        day, month, year = self.day.day, self.day.month - 1, self.day.year
        forms = {
            "": f"{day} {MONTHS[month]} {year}",
            "mdy": f"{MONTHS[month]} {day}, {year}",
            "short": f"{day} {MONTHS[month][:3]} {year}",
            "mdyshort": f"{MONTHS[month][:3]}. {day}, {year}",
            "iso": self.day.isoformat(),
            "nth": f"the {ordinal(day)} of {MONTHS[month]} {year}",
            "my": f"{MONTHS[month]} {year}",
            "month": MONTHS[month],
            "year": str(year),
            "be": str(year + BUDDHIST),
            "th": f"{day} {THAI_MONTHS[month]} พ.ศ. {year + BUDDHIST}",
            "thbare": f"{day} {THAI_MONTHS[month]} {year + BUDDHIST}",
            "thce": f"{day} {THAI_MONTHS[month]} ค.ศ. {year}",
            "thshort": f"{day} {THAI_SHORT_MONTHS[month]} {year + BUDDHIST}",
            "thmy": f"เดือน{THAI_MONTHS[month]} พ.ศ. {year + BUDDHIST}",
            "thmyce": f"เดือน{THAI_MONTHS[month]} ปี ค.ศ. {year}",
            "thmonth": THAI_MONTHS[month],
        }
        if how.startswith("๑"):
            return format(self, how[1:]).translate(THAI_DIGITS)
        if how.startswith("next"):  # another month, another day
            return format(Day(self.day + timedelta(days=37)), how[4:])
        if how.startswith("later"):  # another year
            return format(Day(self.day + timedelta(days=1096)), how[5:])
        return forms[how]


@dataclass(frozen=True, slots=True)
class Person:
    """A person: {a} the full name · {a:last} · {a:first} · {a:he} · {a:He} · {a:him} · {a:his} · {a:th} เขา or เธอ."""

    name: str
    female: bool

    def __format__(self, how: str) -> str:
        he, him, his = ("she", "her", "her") if self.female else ("he", "him", "his")
        return {
            "": self.name,
            "last": self.name.split()[-1],
            "first": self.name.split()[0],
            "he": he,
            "He": he.capitalize(),
            "him": him,
            "his": his,
            "th": "เธอ" if self.female else "เขา",
        }[how]


def filled(frame: Frame, pools: Pools, chance: random.Random) -> dict[str, Any]:
    """A value for every slot, no two alike.

    Kinds: "person", "number LOW HIGH [STEP]", "day LOW HIGH" (years), or a key of the pools.
    """
    values: dict[str, Any] = {}
    for slot, kind in frame.slots.items():
        for _ in range(200):
            value = _drawn(kind.split(), pools, chance)
            if not any(_alike(value, other) for other in values.values()):
                values[slot] = value
                break
        else:
            raise ValueError(f"{frame.name}: no value left for {slot}")
    return values


def _drawn(kind: list[str], pools: Pools, chance: random.Random) -> Any:  # noqa: ANN401 - str or one of the above
    if kind[0] == "person":
        female = chance.random() < 0.5
        return Person(chance.choice(pools["women" if female else "men"]), female)
    if kind[0] == "number":
        return Amount(chance.randrange(int(kind[1]), int(kind[2]) + 1, int(kind[3]) if len(kind) > 3 else 1))
    if kind[0] == "day":
        start, end = date(int(kind[1]), 1, 1), date(int(kind[2]), 12, 28)
        return Day(start + timedelta(days=chance.randrange((end - start).days)))
    return chance.choice(pools[kind[0]])


def _alike(value: object, other: object) -> bool:
    if isinstance(value, Person) and isinstance(other, Person):
        return bool(set(value.name.split()) & set(other.name.split()))
    if isinstance(value, Amount) and isinstance(other, Amount):
        return value.value * 7 // 8 <= other.value <= value.value * 8 // 7 + 1
    if isinstance(value, Day) and isinstance(other, Day):
        return value.day.year == other.day.year or value.day.month == other.day.month
    return value == other
