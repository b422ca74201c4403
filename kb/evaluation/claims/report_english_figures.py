"""An English sentence -> sentences with another number, unit or date: of the family that is reported."""
# ruff: noqa: E501, SIM905 - a wording, a pattern and a list of words are read whole

from __future__ import annotations

import re
from collections.abc import Iterator

from kb.evaluation.claims.case import Draw, Place, as_cased, swapped
from kb.evaluation.claims.slots import english_words, ordinal
from kb.evaluation.claims.wording import BOUNDED, MONTH, NUMBER, YEAR, digits, is_year

_SMALL = {english_words(number): number for number in range(2, 31)}
_COUNT_WORD = re.compile(
    rf"(?<![-\w])(?:{'|'.join(sorted(_SMALL, key=len, reverse=True))})\b(?=[ -](?:of the |[a-z]+ly )?[a-z]{{3,}})(?! (?:of (?:us|them)|hundred|thousand|or|to|and)\b|[’'])",
    re.IGNORECASE,
)
_OVER = re.compile(r"\b(?:more than|at least|over|well over|in excess of) \$?$", re.IGNORECASE)
_UNDER = re.compile(r"\b(?:fewer than|at most|up to|within|almost|nearly|no more than) \$?$", re.IGNORECASE)
# "those below 60 pay nothing": a lower bound there says less, not more
_CONDITION = re.compile(r"\b(?:less than|under|below|above|exceeding|beyond) \$?$", re.IGNORECASE)
_KINDS = (
    "seconds minutes hours days weeks months years decades centuries".split(),
    "second minute hour day week month year decade century".split(),
    "millimetres centimetres metres kilometres inches feet yards miles".split(),
    "grams kilograms tonnes ounces pounds tons".split(),
    "hundred thousand million billion trillion".split(),
    "acres hectares".split(),
    "dollars pounds euros francs yen rupees".split(),
    "litres gallons pints barrels".split(),
)
_SPELLINGS = {
    "meters": "metres",
    "kilometers": "kilometres",
    "km": "kilometres",
    "ft": "feet",
    "mi": "miles",
    "mm": "millimetres",
    "kg": "kilograms",
}
_FAR = {
    "acres": ("hectares", "square miles"),
    "hectares": ("acres", "square miles"),
    "%": (" per mille", " times"),
    "percent": ("per mille", "times"),
    "per cent": ("per mille", "times"),
}
_UNIT = re.compile(
    r"(?P<gap>(?<=\d)[ -]?|(?<=\w) )(?P<unit>seconds|minutes|hours|days|weeks|months|years|decades|centuries|(?:second|minute|hour|day|week|month|year|decade|century)(?= )|millimetres|mm|centimetres|metres|meters|kilometres|kilometers|km|"
    r"inches|feet|ft|yards|miles|mi|grams|kilograms|kg|tonnes|ounces|tons|hundred|thousand|million|billion|acres|hectares|dollars|percent|per cent|%|°C|kelvins|pounds|degrees|newtons|N)(?![\w²-]| of age)"
)
_NUMERAL = re.compile(
    r"(?:\d|\b(?:two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|fifteen|twenty|thirty|forty|fifty|sixty|hundred|thousand|million|several|many|few|half a|a|one|per|each|every))$",
    re.IGNORECASE,
)
_LIMITED = re.compile(
    r"\b(?:within|over|more than|at least|up to|less than|fewer than|under|below|above|nearly|almost|at most|exceeding|approximately|in excess of)(?: [a-z]+)? \$?[\w.,-]+$",
    re.IGNORECASE,
)
_PER = re.compile(r"\b(?:per|each|every) (year|month|week|day|hour|second)\b")
_NO_DATE = re.compile(
    r"\b(?:by|since|before|after|until|than|between|from|to|and|pre|post) (?:the |early |late |mid-)?$", re.IGNORECASE
)
_MONTHS = MONTH[3:-1].split("|")
_WEEKDAYS = "Monday Tuesday Wednesday Thursday Friday Saturday Sunday".split()
_SEASONS = {
    "spring": "autumn",
    "autumn": "spring",
    "summer": "winter",
    "winter": "summer",
    "morning": "evening",
    "evening": "morning",
    "afternoon": "morning",
    "midnight": "noon",
}
_NTH = "tenth eleventh twelfth thirteenth fourteenth fifteenth sixteenth seventeenth eighteenth nineteenth twentieth".split()


def numbers(text: str, place: Place, draw: Draw) -> Iterator[str]:
    """A number a little or a lot off; a bound set tighter than it was; another number word."""
    known = digits(place.passage)
    for found in NUMBER.finditer(text):
        plain, before = found.group().replace(",", ""), text[: found.start()]
        if (
            is_year(plain)
            or re.search(rf"(?:{MONTH}|[A-Z]\w*|[/–-]) ?$", before)
            or re.match(rf" {MONTH}|[–-]|th|st|nd|rd| (?:and|or|to) \d", text[found.end() :])
        ):
            continue
        if (bound := _bound(before)) is None:
            continue
        value = float(plain)
        factor = draw.random.choice(
            (1.2, 1.5, 2.5, 4) if bound > 0 else (0.2, 0.4, 0.6) if bound < 0 else (0.25, 0.6, 0.9, 1.1, 1.3, 3)
        )
        other = round(value * factor, 1) if "." in plain else max(2, round(value * factor))
        if other == value:
            other = value + (1 if bound >= 0 else -1)
        said = f"{other:,.1f}" if "." in plain else f"{int(other):,}" if "," in found.group() else str(int(other))
        if said.replace(",", "") not in known and english_words(int(other)) not in place.passage.lower() and other > 0:
            yield swapped(text, found, said)
    for found in _COUNT_WORD.finditer(text):
        value, bound = _SMALL[found.group().lower()], _bound(text[: found.start()])
        if bound is None or (
            re.search(
                r"\b(?:of|the first|the last|or|and|to|these|those|twenty|another|other|next) $",
                text[: found.start()],
                re.IGNORECASE,
            )
            and found.group().lower() == "two"
        ):
            continue
        steps = (-1,) if bound < 0 else (1, 2, 3, 5) if bound > 0 or value < 5 else (-2, -1, 2, 4)
        other = value + draw.random.choice(steps)
        if (
            other > 1
            and str(other) not in known
            and not re.search(rf"\b{english_words(other)}\b", place.passage, re.IGNORECASE)
        ):
            yield swapped(text, found, as_cased(found.group(), english_words(other)))


def _bound(before: str) -> int | None:
    """1 where a number is a lower bound, -1 where it is an upper one, 0 where it is none; None where one cannot say."""
    if _CONDITION.search(before):
        return None
    if _OVER.search(before):
        return 1
    if _UNDER.search(before):
        return -1
    return None if BOUNDED.search(before) else 0


def units(text: str, place: Place, draw: Draw) -> Iterator[str]:
    """Years -> weeks; million -> thousand; per day -> per month; $ -> yen."""
    for found in _UNIT.finditer(text):
        unit, before = found["unit"], text[: found.start()]
        plain = _SPELLINGS.get(unit, unit)
        if (
            not _NUMERAL.search(before)
            or _LIMITED.search(before)
            or (
                plain in ("second", "hundred", "thousand")
                and not re.search(r"\d$|\b(?:two|three|four|five|six|seven|eight|nine|ten|forty|fifty)$", before)
            )
        ):
            continue
        if re.search(r"\b(?:a|one|each|every|per)$", before) and plain not in (
            "second",
            "minute",
            "hour",
            "day",
            "week",
            "month",
            "year",
            "decade",
            "century",
        ):
            continue
        others = [
            *_FAR.get(unit, ()),
            *(
                other
                for kind in _KINDS
                if plain in kind
                for other in kind
                if other != plain and plain not in ("acres", "hectares")
            ),
        ]
        others = [other for other in others if other.strip() not in text]
        if (unit in ("pounds", "second") and not re.search(r"\d$", before)) or not others:
            continue
        yield swapped(text, found, draw.random.choice(others), "unit")
    for found in re.finditer(r"(?:\bUS)?\$(\d[\d,.]*\d|\d)( million| billion)?", text):
        yield swapped(
            text,
            found,
            f"{found.group(1)}{found.group(2) or ''} {draw.random.choice(('yen', 'rupees', 'pesos', 'francs'))}",
        )
    for found in _PER.finditer(text):
        yield swapped(
            text,
            found,
            draw.random.choice(
                [unit for unit in ("hour", "day", "week", "month", "year", "decade") if unit != found.group(1)]
            ),
            1,
        )


def years(text: str, place: Place, draw: Draw) -> Iterator[str]:
    """A year one, five or a hundred off; since for until."""
    known = digits(place.passage)
    for found in re.finditer(
        rf"(?<![-–/\d$])\b({YEAR})(s?)\b(?![-–/]|,\d| (?:sq|square|km|people|workers|miles|metres|feet|m|species|pounds|kilometres)\b)",
        text,
    ):
        year, plural = found.groups()
        if _NO_DATE.search(text[: found.start()]):
            continue
        other = str(
            int(year)
            + (draw.random.choice((-30, -10, 10, 40)) if plural else draw.random.choice((-100, -5, -1, 1, 3, 6, 12)))
        )
        if other not in known and other + "s" not in place.passage:
            yield swapped(text, found, other + plural)
    if turned := re.search(rf"\b(since|until) (?={YEAR}|the (?:early |late )?\d|{MONTH})", text, re.IGNORECASE):
        other = {"since": "until", "until": "since"}[turned.group(1).lower()]
        yield swapped(text, turned, as_cased(turned.group(), other), 1)


def days(text: str, place: Place, draw: Draw) -> Iterator[str]:
    """Another month, day, weekday, season or time of day."""
    known = digits(place.passage)
    for found in re.finditer(rf"\b{MONTH}\b(?! [a-z]+ed\b)", text):
        free = [name for name in _MONTHS if name not in place.passage and name != "May"]
        if (free and found.group() not in ("March", "May")) or re.match(r" \d", text[found.end() :]):
            yield swapped(text, found, draw.random.choice(free))
    for found in re.finditer(rf"(?<=[a-z] )(\d{{1,2}})(?=, {YEAR})|\b(\d{{1,2}}) (?={MONTH})", text):
        day = int(found.group(1) or found.group(2))
        other_day = day % 28 + 1 if str(day % 28 + 1) not in known else (day + 6) % 28 + 1
        if str(other_day) not in known:
            yield swapped(text, found, str(other_day) + ("" if found.group(1) else " "))
    for found in re.finditer(rf"\b(?:{'|'.join(_WEEKDAYS)})\b", text):
        yield swapped(text, found, draw.random.choice([day for day in _WEEKDAYS if day not in place.passage]))
    for found in re.finditer(
        rf"\b(?:in|the|this|that|one|every|of) (?:early |late |following |next )?({'|'.join(_SEASONS)})\b", text
    ):
        other = _SEASONS[found.group(1)]
        if other not in place.passage:
            yield swapped(text, found, other, 1)


def ages(text: str, place: Place, draw: Draw) -> Iterator[str]:
    """Another century, the other era."""
    known = digits(place.passage)
    for found in re.finditer(r"\b(\d{1,2})(?:st|nd|rd|th)(?=[ -]centur)", text):
        if str(int(found.group(1)) + 1) not in known and int(found.group(1)) < 21:
            yield swapped(text, found, ordinal(int(found.group(1)) + 1))
    for found in re.finditer(rf"\b({'|'.join(_NTH)})(?=[ -]centur)", text):
        yield swapped(text, found, _NTH[_NTH.index(found.group()) - 2])
    for one, other in (("BC", "AD"), ("BCE", "CE"), ("AD", "BC"), ("CE", "BCE")):
        if era := re.search(rf"(?<=\d ){one}\b|\b{one}(?= \d)", text):
            yield swapped(text, era, other)


def neighbours(text: str, place: Place, draw: Draw) -> Iterator[str]:
    """A number of the sentence before or after in place of one of the sentence."""
    there = list(NUMBER.finditer(f"{place.before} \n {place.after}"))
    own = digits(place.text)
    said = {found.group().lower() for found in _COUNT_WORD.finditer(place.text)}
    for found in NUMBER.finditer(text):
        number, before = found.group(), text[: found.start()]
        if (
            BOUNDED.search(before)
            or _bound(before) != 0
            or _NO_DATE.search(before)
            or re.search(rf"(?:{MONTH}|[A-Z]\w+|[/–-]) ?$", before)
            or re.match(rf" {MONTH}|[–-]|(?:th|st|nd)\b", text[found.end() :])
        ):
            continue
        for other in there:
            plain = other.group().replace(",", "")
            if (
                plain in own
                or is_year(plain) != is_year(number.replace(",", ""))
                or (plain.isdigit() and int(plain) < 31 and english_words(int(plain)) in said)
            ):
                continue
            yield swapped(text, found, other.group())


def neighbour_words(text: str, place: Place, draw: Draw) -> Iterator[str]:
    """A number of the sentence before or after, in digits or in words, in place of a word for a number."""
    around = f"{place.before} \n {place.after}"
    own = digits(place.text) | {str(_SMALL[found.group().lower()]) for found in _COUNT_WORD.finditer(place.text)}
    words = {found.group().lower(): _SMALL[found.group().lower()] for found in _COUNT_WORD.finditer(around)}
    figures = {found.group(): int(found.group()) for found in NUMBER.finditer(around) if found.group().isdigit()}
    for found in _COUNT_WORD.finditer(text):
        if BOUNDED.search(text[: found.start()]) or _bound(text[: found.start()]) != 0:
            continue
        for said, value in {**words, **figures}.items():
            if str(value) not in own and value < 200:
                yield swapped(text, found, as_cased(found.group(), said))
