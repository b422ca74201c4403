"""An English sentence -> sentences with another number, unit or date: of the second family used while developing."""
# ruff: noqa: E501 - a wording, a pattern and a list of words are read whole

from __future__ import annotations

import re
from collections.abc import Iterator

from kb.evaluation.claims.case import Draw, Place, swapped
from kb.evaluation.claims.slots import english_words
from kb.evaluation.claims.wording import BOUNDED, MONTH, NUMBER, YEAR, digits, is_year

_UNITS = (
    (r"(?<=\d) (?:square kilometers|square kilometres|km2|km²)", (" square metres", " hectares")),
    (r"(?<=\d) (?:square miles|sq mi)\b", (" square feet", " acres")),
    (r"\bcenturies\b", ("decades", "years")),
    (r"\bdecades\b", ("centuries", "months")),
    (r"(?<=[\d\w]) weeks\b", (" years", " hours")),
    (r"(?<=[\d\w]) years\b", (" decades", " days")),
    (r"(?<=[\d\w]) (?:tons|tonnes)\b", (" kilograms", " ounces")),
    (r"\bper year\b|(?<!of )(?<!half )(?<!for )(?<!in )(?<!about )\ba year\b", ("per week", "per day")),
    (r"\bper day\b", ("per year", "per month")),
    (r"(?<=[\d\w]) pounds\b", (" ounces", " dollars")),
    (r"(?<=[\d\w]) dollars\b", (" cents", " euros")),
    (r"\$(?=\d)", ("£", "€")),
    (r"£(?=\d)", ("$", "€")),
    (r"(?<=[\d\w]) (?:inches|in)\b(?=[.,])", (" feet", " yards")),
    (r"(?<=[\d\w]) thousand\b", (" hundred", " million")),
    (r"(?<=[\d\w]) (?:million)\b", (" hundred", " trillion")),
    (r"(?<=\d)%|(?<=\d) per ?cent\b", (" degrees", " kilometres")),
    (r"(?<=\d) (?:meters|metres)\b", (" inches", " yards")),
    (r"(?<=\d) (?:kilometers|kilometres|km)\b", (" feet", " yards")),
    (r"(?<=[\d\w]) minutes\b", (" days", " weeks")),
    (r"(?<=[\d\w]) hours\b", (" years", " seconds")),
    (r"(?<=[\d\w]) months\b", (" hours", " decades")),
    (r"(?<=[\d\w]) days\b", (" years", " minutes")),
)  # fmt: skip
_AMOUNT = re.compile(
    r"(?:\d|\b(?:two|three|four|five|six|seven|eight|nine|ten|twelve|twenty|thirty|forty|fifty|hundred|several|few))$"
)


def numbers(text: str, place: Place, draw: Draw) -> Iterator[str]:
    """A digit more, a digit less, two digits changed about; another number word; another ordinal."""
    known = digits(place.passage)
    for found in NUMBER.finditer(text):
        plain = found.group().replace(",", "")
        if (
            is_year(plain)
            or BOUNDED.search(text[: found.start()])
            or re.search(rf"(?:{MONTH}|[A-Z]\w+) $", text[: found.start()])
        ):
            continue
        if re.match(rf" {MONTH}", text[found.end() :]):
            continue
        for other in _misread(plain, draw):
            if other not in known and float(other) != float(plain):
                yield swapped(text, found, f"{int(other):,}" if "," in found.group() and "." not in other else other)
    for word, other in (("two", "three"), ("three", "five"), ("four", "seven"), ("five", "four"), ("six", "eight"), ("ten", "twenty"), ("half", "a quarter"),
                        ("second", "fourth"), ("third", "second"), ("twice", "four times"), ("twenty", "ninety"), ("hundred", "hundred and ten")):  # fmt: skip
        for found in re.finditer(rf"(?<![-\w])(?<!of )(?<!the first )(?<!last ){word}\b(?![-’]| of them)", text):
            if not re.search(rf"\b{other}\b", place.passage) and not BOUNDED.search(text[: found.start()]):
                yield swapped(text, found, other)


def _misread(plain: str, draw: Draw) -> Iterator[str]:
    """How one reads a number wrong."""
    if "." in plain:
        yield plain.replace(".", "", 1) if plain[0] != "0" else plain + "5"
        return
    if len(plain) > 1:
        yield plain[1] + plain[0] + plain[2:] if plain[0] != plain[1] and plain[1] != "0" else plain + "0"
        yield plain[:-1]
    yield plain + "0"


def units(text: str, place: Place, draw: Draw) -> Iterator[str]:
    """Square miles -> acres; a year -> per week."""
    for pattern, others in _UNITS:
        for found in re.finditer(pattern, text):
            free = not pattern.startswith("(?<=[")
            if free or _AMOUNT.search(text[: found.start()]):
                yield swapped(text, found, draw.random.choice(others))


def dates(text: str, place: Place, draw: Draw) -> Iterator[str]:
    """Another decade, century, season or day; digits changed about; early for late; before for after."""
    known = digits(place.passage)
    for found in re.finditer(rf"\b(?<![-–/])({YEAR})(s?)\b(?![-–/])", text):
        if re.search(r"\b(?:by|since|before|after|until|than) (?:the )?$", text[: found.start()], re.IGNORECASE):
            continue
        year, plural = found.groups()
        other = str(int(year) + draw.random.choice((-20, 20, 30))) if plural else year[:2] + year[3] + year[2]
        if other != year and other not in known and year[2:] != "00":
            yield swapped(text, found, other + plural)
    for found in re.finditer(r"\b(\d{1,2})(?:st|nd|rd|th) centur", text):
        if str(int(found.group(1)) - 1) not in known:
            yield swapped(text, found, f"{int(found.group(1)) - 1}th centur")
    yield from _days(text, place, draw)


def _days(text: str, place: Place, draw: Draw) -> Iterator[str]:
    """Another day or month; early for late; before for after."""
    known = digits(place.passage)
    for found in re.finditer(rf"\b(?:(\d{{1,2}}) (?={MONTH})|(?<=\w )(\d{{1,2}})(?=, {YEAR}))", text):
        day = int(found.group(1) or found.group(2))
        if str(other_day := day + 3 if day < 26 else day - 9) not in known:
            yield swapped(text, found, f"{other_day} " if found.group(1) else str(other_day))
    for found in re.finditer(r"\b(?<=the )(early|late|mid-)(?= ?\d{4})", text):
        yield swapped(text, found, {"early": "late", "late": "early", "mid-": "late "}[found.group(1)])
    for found in re.finditer(rf"\b{MONTH}\b(?= {YEAR})", text):
        other = draw.random.choice(
            [name for name in ("January", "May", "July", "October", "December") if name not in place.passage] or [""]
        )
        if other:
            yield swapped(text, found, other)
    if turned := re.search(r"(?<=[a-z]) (after|before) (?=[a-z]+ing\b|his|her|its|their|it|he|they|being)", text):
        yield swapped(text, turned, {"after": " before ", "before": " after "}[turned.group(1)])


def far_numbers(text: str, place: Place, draw: Draw) -> Iterator[str]:
    """A number from anywhere else in the passage, in digits or words."""
    others = {found.group() for found in NUMBER.finditer(place.passage)} - {
        found.group() for found in NUMBER.finditer(place.text)
    }
    for found in NUMBER.finditer(text):
        number = found.group()
        if BOUNDED.search(text[: found.start()]) or re.search(
            rf"(?:{MONTH}|[A-Z]\w+|\b(?i:by|since|before|after|until)) $", text[: found.start()]
        ):
            continue
        if re.match(rf" {MONTH}", text[found.end() :]):
            continue
        for other in sorted(others):
            plain = other.replace(",", "")
            if (
                is_year(plain) == is_year(number.replace(",", ""))
                and plain not in digits(place.text)
                and not _spoken(other, place.text)
            ):
                yield swapped(text, found, other)


def _spoken(number: str, text: str) -> bool:
    """Whether a text holds a small number as a word."""
    plain = number.replace(",", "")
    return (
        plain.isdigit()
        and int(plain) < 100
        and re.search(rf"\b{english_words(int(plain))}\b", text, re.IGNORECASE) is not None
    )
