"""An English sentence -> its numbers, dates and units written as others write them: of the reported family."""
# ruff: noqa: E501 - a wording, a pattern and a list of words are read whole

from __future__ import annotations

import re
from collections.abc import Iterator

from kb.evaluation.claims.case import Draw, Place, as_cased, swapped
from kb.evaluation.claims.slots import BUDDHIST, english_words, ordinal
from kb.evaluation.claims.wording import MONTH, NUMBER, YEAR, is_year

_WORDS = {english_words(number): number for number in range(2, 100)}
_SPELT = re.compile(
    rf"(?<![-\w])(?:{'|'.join(sorted(_WORDS, key=len, reverse=True))})\b(?![-’]|'s| (?:hundred|thousand|million|billion|and|or|to) )",
    re.IGNORECASE,
)
_NTH = [
    "first",
    "second",
    "third",
    "fourth",
    "fifth",
    "sixth",
    "seventh",
    "eighth",
    "ninth",
    "tenth",
    "eleventh",
    "twelfth",
    "thirteenth",
    "fourteenth",
    "fifteenth",
    "sixteenth",
    "seventeenth",
    "eighteenth",
    "nineteenth",
    "twentieth",
]
_NTH_WORD = re.compile(
    rf"(?<=the )({'|'.join(_NTH[1:])})(?= [a-z])(?! of\b| time| (?:most|largest|half|person|party)\b)"
)
_COUNTED = re.compile(r" (?:[a-z]+ ){0,2}[a-z]+s\b")
_LABEL = re.compile(
    rf"(?:{MONTH}|No\.|[A-Z][\w-]*|[$£(#]|\b(?i:of|articles?|chapter|page|to|and|or|between|from|than|aged?|season|number|code)) ?$"
)
_DATE = re.compile(rf"\b(?:(?P<d>\d{{1,2}}) (?P<m>{MONTH})|(?P<m2>{MONTH}) (?P<d2>\d{{1,2}})),? (?P<y>{YEAR})\b")
_DAY_AND_MONTH = re.compile(rf"\b(?P<m>{MONTH}) (?P<d>\d{{1,2}})(?!\d|,? \d)")
_MONTH_YEAR = re.compile(rf"\b({MONTH}),? ({YEAR})\b(?![-–/])")
_FROM_TO = re.compile(r"\bfrom (\d{4}) (?:to|until) (\d{4})\b")
_SPAN = re.compile(rf"\(({YEAR})[–-]({YEAR})\)")
_IN_YEAR = re.compile(rf"\b([Ii])n ({YEAR})\b(?![-–/s]| and| or| to|\))")
_PLAIN_YEAR = re.compile(rf"(?<=\b(?:of|by|to) )({YEAR})\b(?![-–/s]| and| or| to|\)|,\d)")
_SINCE = re.compile(rf"\b([Ss])ince ({YEAR})\b")
_DECADE = re.compile(r"\bthe (early |late |mid-)?(19\d0)s\b")
_CENTURY_WORD = re.compile(rf"\b({'|'.join(_NTH[9:])})(?:-first)?[ -]centur(y|ies)\b")
_CENTURY = re.compile(r"\b(\d{1,2})(?:st|nd|rd|th)(?= and \d{1,2}th centuries|[ -]centur(?:y|ies)\b)")
_DECADES = {"1920": "twenties", "1930": "thirties", "1940": "forties", "1950": "fifties", "1960": "sixties", "1970": "seventies", "1980": "eighties", "1990": "nineties"}  # fmt: skip
_UNITS = (
    (re.compile(r"(?<=\d) ?%"), " percent"),
    (re.compile(r"(?<=\w) (?:percent|per cent)\b(?= (?:of|more|in|and)|[.,)])"), " per cent"),
    (re.compile(r"(?<=\d) (?:percent|per cent)\b"), " %"),
    (re.compile(r"(?<=\w) meters per second squared\b"), " m/s²"),
    (re.compile(r"(?<=\w) (meter)(s?)\b"), r" metre\2"),
    (re.compile(r"(?<=\w) (metre)(s?)\b"), r" meter\2"),
    (re.compile(r"(?<=\d) N\b"), " newtons"),
    (re.compile(r"(?<=\d) kelvins\b"), " K"),
    (re.compile(r"(?<=\d) °C\b"), " deg C"),
    (re.compile(r"(?<=\d) °C\b"), " degrees C"),
    (re.compile(r"(?<=\d) ha\b"), " hectares"),
    (re.compile(r"(?<=\d) kgf\b"), " kilogram-force"),
    (re.compile(r"\b(\d[\d,]*)-acre(?= |\))"), r"\1 acre"),
    (re.compile(r"\bper year\b"), "a year"),
    (re.compile(r"(?<=\w) times a (year|week|day|month)\b"), r" times per \1"),
    (re.compile(r"\bhalf an hour\b"), "half-an-hour"),
    (re.compile(r"\ba quarter of an hour\b"), "15 minutes"),
    (re.compile(r"\bhalf an hour\b"), "thirty minutes"),
    (re.compile(r"\bhalf a mile\b"), "0.5 miles"),
    (re.compile(r"(\d+)-minute\b"), r"\1-min"),
    (re.compile(r"\b(one|two|three|four|five|six|ten|\d+)-(year|hour|minute|week|day|month|mile)(?= [a-z]+)"), r"\1 \2"),
    (re.compile(r"(?<=\d) (?:grams|g)\b"), " grammes"),
    (re.compile(r"(?<=\d) tons\b"), " t"),
)  # fmt: skip


_PARTS = (
    ("half of", "1/2 of"), ("two-thirds", "2/3"), ("two thirds", "2/3"), ("a dozen", "12"), ("three-quarters", "3/4"), ("one-third", "1/3"), ("a third of", "1/3 of"),
)  # fmt: skip
_NOT_A_COUNT = re.compile(
    r"(?:\b(?:or|to|and|the|of|some|about|between|hundred|or|those|these|past|half|for|Top|Chapter)|\d|,) $"
)


def numerals(text: str, place: Place, draw: Draw) -> Iterator[str]:
    """2,400 -> 2400; 18 -> eighteen; 5 million -> 5,000,000, five million; two thirds -> 2/3."""
    for found in NUMBER.finditer(text):
        yield from _respelt(text, found)
    for found in re.finditer(r"(?<![\w.,-])(\d{1,3}(?:\.\d+)?) (million|billion)\b(?! and)", text):
        value = float(found.group(1)) * (1e6 if found.group(2) == "million" else 1e9)
        yield swapped(text, found, f"{value:,.0f}")
        if found.group(1).isdigit() and text[found.start() - 1] not in "$£€":
            yield swapped(text, found, english_words(int(found.group(1))), 1)
    for word, other in _PARTS:
        if part := re.search(rf"\b{word}\b", text, re.IGNORECASE):
            yield swapped(text, part, as_cased(part.group(), other))


def spelt(text: str, place: Place, draw: Draw) -> Iterator[str]:
    """Six -> 6; three hundred -> 300; the third -> the 3rd."""
    for found in _SPELT.finditer(text):
        before = text[: found.start()]
        if before and not _NOT_A_COUNT.search(before) and _COUNTED.match(text[found.end() :]):
            yield swapped(text, found, str(_WORDS[found.group().lower()]))
    for found in re.finditer(r"(?<=[\d\w] )(?:hundred|thousand)\b(?=[ .,])", text):
        if small := re.search(rf"(?<![-\w])({'|'.join(list(_WORDS)[:18])}) $", text[: found.start()], re.IGNORECASE):
            value = _WORDS[small.group(1).lower()] * (100 if found.group() == "hundred" else 1000)
            if not re.match(r" (?:and |thousand|million|[a-z]+ty\b)", text[found.end() :]):
                yield f"{text[: small.start()]}{value}{text[found.end() :]}"
    for found in _NTH_WORD.finditer(text):
        yield swapped(text, found, ordinal(_NTH.index(found.group()) + 1))


def _respelt(text: str, found: re.Match[str]) -> Iterator[str]:
    """One number of digits without its commas, or in words."""
    number = found.group()
    plain = number.replace(",", "")
    if re.match(r" (?:million|billion|trillion|[a-z]+th\b)|\)| ?°|%", text[found.end() :]) or _LABEL.search(
        text[: found.start()]
    ):
        if "," in number and not re.match(r" ?°", text[found.end() :]):
            yield swapped(text, found, plain)
        return
    if "," in number:
        yield swapped(text, found, plain)
    if plain.isdigit() and not (is_year(plain) and "," not in number) and 1 < int(plain) < 10**6:
        if _COUNTED.match(text[found.end() :]):
            yield swapped(text, found, _british(int(plain)))
    elif "," not in number and plain.isdigit() and _COUNTED.match(text[found.end() :]) and not is_year(plain):
        yield swapped(text, found, f"{int(plain):,}")


def _british(number: int) -> str:
    """A whole number in words as the British write it: "one hundred and fifty"."""
    rest = number % 100
    if number > 100 and rest and number < 1000:
        return f"{english_words(number - rest)} and {english_words(rest)}"
    return english_words(number)


def days(text: str, place: Place, draw: Draw) -> Iterator[str]:
    """7 December 1941 -> Dec 7, 1941, 7th December 1941; December 7 -> 7 December; May 2011 -> May of 2011."""
    for found in _DATE.finditer(text):
        day, month, year = found["d"] or found["d2"], found["m"] or found["m2"], found["y"]
        yield swapped(text, found, f"{month[:3]} {day}, {year}" if len(month) > 4 else f"{day} {month} {year}")
        yield swapped(text, found, f"{ordinal(int(day))} {month} {year}")
        if int(day) > 12:
            yield swapped(text, found, f"{day}.{_month(month):02}.{year}")
    if not _DATE.search(text) and (day_found := _DAY_AND_MONTH.search(text)):
        yield swapped(text, day_found, f"{int(day_found['d'])} {day_found['m']}")
        yield swapped(text, day_found, f"{day_found['m']} {ordinal(int(day_found['d']))}")
    for found in _MONTH_YEAR.finditer(text):
        if not re.search(r"\d,? $", text[: found.start()]):
            yield swapped(text, found, f"{found.group(1)} of {found.group(2)}")


def years(text: str, place: Place, draw: Draw) -> Iterator[str]:
    """From 1914 to 1918 -> between 1914 and 1918; in 1941 -> in 1941 A.D., in 2484 BE, during 1941."""
    for found in _FROM_TO.finditer(text):
        yield swapped(text, found, f"between {found.group(1)} and {found.group(2)}")
    for found in _SPAN.finditer(text):
        yield swapped(text, found, f"({found.group(1)} to {found.group(2)})")
    for found in _IN_YEAR.finditer(text):
        ad = "AD" if text[found.end() :][:1] == "." else "A.D."
        yield swapped(text, found, f"{found.group(1)}n {found.group(2)} {ad}")
        yield swapped(text, found, f"{found.group(1)}n {int(found.group(2)) + BUDDHIST} BE")
        yield swapped(text, found, f"{'During' if found.group(1) == 'I' else 'during'} {found.group(2)}")
    for found in _SINCE.finditer(text):
        yield swapped(text, found, f"{found.group(1)}ince the year {found.group(2)}")
    for found in _PLAIN_YEAR.finditer(text):
        if not _MONTH_YEAR.search(text):
            yield swapped(text, found, f"{found.group()} CE")


def ages(text: str, place: Place, draw: Draw) -> Iterator[str]:
    """The 1960s -> the nineteen-sixties; the 19th century -> the nineteenth century; BC -> BCE."""
    for found in _DECADE.finditer(text):
        if name := _DECADES.get(found.group(2)):
            yield swapped(text, found, f"the {found.group(1) or ''}nineteen-{name}")
            yield swapped(text, found, f"the {found.group(1) or ''}{found.group(2)}’s")
    for found in _CENTURY.finditer(text):
        yield swapped(text, found, _NTH[int(found.group(1)) - 1] if int(found.group(1)) <= 20 else "twenty-first")
    for found in _CENTURY_WORD.finditer(text):
        yield swapped(text, found, f"{ordinal(_NTH.index(found.group(1)) + 1)} centur{found.group(2)}")
    for one, other in (("BC", "BCE"), ("CE", "AD"), ("AD", "CE")):
        if era := re.search(rf"(?<=\d ){one}\b", text):
            yield swapped(text, era, other)


def _month(name: str) -> int:
    names = MONTH[3:-1].split("|")
    return names.index(name) + 1


def units(text: str, place: Place, draw: Draw) -> Iterator[str]:
    """60% -> 60 percent; $5 million -> 5 million US dollars; 400 meters -> 400 metres."""
    for pattern, by in _UNITS:
        if found := pattern.search(text):
            yield text[: found.start()] + found.expand(by) + text[found.end() :]
    if found := re.search(r"(?<![A-Z])(?<![A-Z] )\$(\d[\d,.]*\d|\d)( million| billion)?(?![\d-])", text):
        if re.match(r" (?:in|on|for|from|to|of|at|per|a|each|by|and|over|was|is)\b|[.,;)]", text[found.end() :]):
            yield swapped(text, found, f"{found.group(1)}{found.group(2) or ''} US dollars")
        yield swapped(text, found, f"US${found.group(1)}{found.group(2) or ''}")
    if found := re.search(r"£(\d[\d,.]*\d|\d)( million)?(?![\d-])", text):
        yield swapped(text, found, f"{found.group(1)}{found.group(2) or ''} pounds")
    if found := re.search(r"(?<=\d )(minutes|hours|years|months|weeks|seconds)\b(?! old)", text):
        short = {"minutes": "mins", "hours": "hrs", "years": "yrs", "months": "mos.", "weeks": "wks", "seconds": "s"}
        yield swapped(text, found, short[found.group(1)])
    if found := re.search(r"\b(?:two|three|four|five|six|seven|ten|twelve|twenty) (minutes|hours)\b", text):
        yield swapped(text, found, {"minutes": "mins", "hours": "hrs"}[found.group(1)], 1)
