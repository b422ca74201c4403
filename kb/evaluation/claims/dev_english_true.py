"""An English sentence -> sentences that say the same, or less, in other words: the family used while developing."""
# ruff: noqa: E501 - a wording, a pattern and a list of words are read whole

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from kb.evaluation.claims.case import Draw, Place, Rewrite, swapped
from kb.evaluation.claims.slots import english_words
from kb.evaluation.claims.wording import MONTH, NUMBER, YEAR, is_year, lowered, raised

_CLAUSES = re.compile(r"[,;:]| (?:that|which|who|because|when|while|and|but|or|although|if|whose) ")
_TIME = rf"(?:in|on|by|during) (?:{MONTH} )?(?:\d{{1,2}}, )?{YEAR}|on \d{{1,2}} {MONTH} {YEAR}|in the {YEAR}s"
_LEADING_TIME = re.compile(rf"^({_TIME}), (.+)\.$", re.IGNORECASE)
_TRAILING_TIME = re.compile(rf"^(.+) ({_TIME})\.$")
_LEADING_CLAUSE = re.compile(r"^(Although|Because|While|When|After|Before|Since|If) ([^,]+), ([^,]+)\.$")
_TRAILING_CLAUSE = re.compile(r"^([^,]+?),? (although|because|after|when|if) ([^,]+)\.$")
_HANGING = re.compile(r" that\b|\b(?:time|day|moment|point|case|only|even|then|except)$|^(?:And|Then|But)\b")
_LEADING_WORD = re.compile(
    r"^(However|In addition|Additionally|Moreover|Furthermore|For example|Therefore|Thus|Nevertheless|As a result|Consequently|"
    r"In particular|Meanwhile|Eventually|Finally|Subsequently|Similarly|In fact|For instance|In contrast|Instead|Later), "
)
_INSIDE = re.compile(
    r", (?:however|therefore|for example|for instance|in fact|too|in turn|of course|as well)(?! as\b),? "
)
_BRACKETS = re.compile(r" \((?![^()]*\b(?:except|unless|if|only|excluding|other than|not|but|apart)\b)[^()]{3,80}\)")
_RELATIVE = re.compile(r"(?<=[a-z]), which [^,;]{5,90}, (?=(?:is|was|are|were|has|had|have|can|could|will|would)\b)")
_DELICATE = re.compile(
    r"\b(?:no|not|never|none|only|all|every|any|most|few|first|last|fewer|none|nothing|nobody|without|cannot|n't|\w+est)\b",
    re.IGNORECASE,
)
_BY = re.compile(
    r"^((?:The |A |An )?[^,;:()]{3,45}?) (was|were) (founded|written|built|directed|designed|composed|invented|discovered|"
    r"established|created|published|signed|killed|captured|led|produced|introduced|developed|made|used|conducted|defeated|"
    r"provided|followed|supported|owned|described|organized|replaced) by ([^,;:()]{3,45}?)((?: in| on)(?: \w+)? \d{4})?\.$"
)
_PAST = {"written": "wrote", "built": "built", "made": "made", "led": "led"}
_PRONOUN = re.compile(r"^(He|She|It|They) (was|is|were|are|had|has|have|\w+ed|became|made|took|began|held|won|led)\b")
_SUBJECT = re.compile(
    r"^((?:The )?[A-Z][\w’-]+(?: (?:of |the )?[A-Z][\w’-]+){0,3}) (?:was|is|were|are|had|has|have|\w+ed|became|began)\b"
)
_DATE_DAY_FIRST = re.compile(rf"\b(\d{{1,2}}) ({MONTH}) ({YEAR})\b")
_DATE_MONTH_FIRST = re.compile(rf"\b({MONTH}) (\d{{1,2}}), ({YEAR})\b")
_BARE_YEAR = re.compile(r"\b[Ii]n (1[0-9]\d\d)(?=[,.]| [a-z])(?! and| or| to)")
_SMALL = {english_words(number): number for number in range(2, 21)}
_SMALL_WORD = re.compile(rf"\b(?:{'|'.join(_SMALL)})\b(?! of\b| thousand| hundred| million)")
_UNITS = (
    (re.compile(r"(?<=\d)(?: percent| per cent)\b"), "%"),
    (re.compile(r"(?<=\d)%"), " percent"),
    (re.compile(r"(?<=\d) (?:kilometers|kilometres)\b(?!/)"), " km"),
    (re.compile(r"(?<=\d) km\b(?! ?[2²/])"), " kilometres"),
    (re.compile(r"(?<=\d) square kilometers\b|(?<=\d) km²|(?<=\d) km2"), " square kilometres"),
    (re.compile(r"(?<=\d) (?:meters|metres)\b"), " m"),
    (re.compile(r"(?<=\d) (?:m)\b(?! ?[2²/])"), " metres"),
    (re.compile(r"(?<=\d) mi\b"), " miles"),
    (re.compile(r"(?<=\d) miles\b"), " mi"),
    (re.compile(r"(?<=\d) (?:kilograms|kilogrammes)\b"), " kg"),
    (re.compile(r"(?<=\d) ft\b"), " feet"),
    (re.compile(r"(?<=\d) °C\b|(?<=\d)°C\b"), " degrees Celsius"),
    (re.compile(r"(?<=\d) (?:hours)\b"), " hrs"),
)


def time_moved(text: str, place: Place, draw: Draw) -> Iterator[str]:
    """In 1973, X did Y -> X did Y in 1973, and back."""
    if (found := _LEADING_TIME.match(text)) and not _CLAUSES.search(found.group(2)):
        yield f"{raised(found.group(2))} {lowered(found.group(1), place.passage)}."
    if (found := _TRAILING_TIME.match(text)) and not _CLAUSES.search(found.group(1)):
        yield f"{raised(found.group(2))}, {lowered(found.group(1), place.passage)}."


def clauses_turned(text: str, place: Place, draw: Draw) -> Iterator[str]:
    """Although A, B -> B, although A, and back."""
    if found := _LEADING_CLAUSE.match(text):
        word, first, second = found.groups()
        yield f"{raised(second.removeprefix('then '))} {word.lower()} {lowered(first, place.passage)}."
    if (found := _TRAILING_CLAUSE.match(text)) and not _HANGING.search(found.group(1)) and len(found.group(1)) > 12:
        first, word, second = found.groups()
        if second.startswith("which "):
            return
        yield f"{raised(word)} {second}, {lowered(first, place.passage)}."


def dropped(text: str, place: Place, draw: Draw) -> Iterator[str]:
    """Without an adverb, a bracket, a relative clause that only tells more, or the time."""
    if found := _LEADING_WORD.match(text):
        yield raised(text[found.end() :])
    if found := _INSIDE.search(text):
        yield swapped(text, found, " ")
    if found := _BRACKETS.search(text):
        yield swapped(text, found, "")
    if found := _RELATIVE.search(text):
        yield swapped(text, found, " ")
    if (found := _LEADING_TIME.match(text)) and not _DELICATE.search(text):
        yield f"{raised(found.group(2))}."


def joined(text: str, place: Place, draw: Draw) -> Iterator[str]:
    """Two sentences that follow each other, as one."""
    after = place.after
    if not after.endswith(".") or re.match(r"(?:However|But|And|Thus|Therefore|Instead|So|Yet|Or)\b", after):
        return
    if len(text) + len(after) > 260 or re.search(r"[?!\"“;:()]", text + after):
        return
    link = draw.random.choice((", and ", "; ", ", while "))
    yield f"{text[:-1]}{link}{lowered(after, place.passage)}"


def made_active(text: str, place: Place, draw: Draw) -> Iterator[str]:
    """X was founded by Y -> Y founded X."""
    if (found := _BY.match(text)) and not re.search(
        r"\b(?:and|or|that|who|which|not|he|she|they|it)\b", text, re.IGNORECASE
    ):
        done, _, verb, doer, when = found.groups()
        yield f"{raised(doer)} {_PAST.get(verb, verb)} {lowered(done, place.passage)}{when or ''}."


def named(text: str, place: Place, draw: Draw) -> Iterator[str]:
    """He was ... -> the name that the sentence before begins with was ..., where that names one alone."""
    pronoun, subject = _PRONOUN.match(text), _SUBJECT.match(place.before)
    if not pronoun or not subject or pronoun.group(1) == "They":
        return
    name = subject.group(1)
    person = name.count(" ") > 0 and not name.startswith("The ")
    if (pronoun.group(1) in ("He", "She")) != person or len(re.findall(r" [A-Z]\w+ [A-Z]\w+", place.before)) > 0:
        return
    if name.split()[0] not in ("In", "On", "At", "It", "He", "She", "This", "These", "There", "They", "A"):
        yield name + text[pronoun.end(1) :]


def numerals(text: str, place: Place, draw: Draw) -> Iterator[str]:
    """1,200 -> 1200; 7 million -> 7,000,000; eleven -> 11; 5 -> five."""
    for found in NUMBER.finditer(text):
        number = found.group()
        if "," in number and "." not in number:
            plain = int(number.replace(",", ""))
            yield swapped(text, found, str(plain))
            if plain % 1000 == 0 and plain < 1_000_000:
                yield swapped(text, found, english_words(plain))
        elif (
            number.isdigit()
            and not is_year(number)
            and 1 < int(number) < 21
            and not re.search(rf"(?:{MONTH}|[A-Z]\w+|\$|\() ?$", text[: found.start()])
            and not re.match(rf" (?:{MONTH}|of|%|percent)|[,]? \d|%|\)", text[found.end() :])
        ):
            yield swapped(text, found, english_words(int(number)))
    for found in re.finditer(r"(?<![\d.,$-])(\d{1,3}) million(?! [a-z]+ million)", text):
        yield swapped(text, found, f"{int(found.group(1)) * 1_000_000:,}")
    for found in _SMALL_WORD.finditer(text):
        if found.start() > 0 and not re.search(r"-$|\bor $", text[: found.start()]) and text[found.end()] not in "-'’":
            yield swapped(text, found, str(_SMALL[found.group()]))


def eras(text: str, place: Place, draw: Draw) -> Iterator[str]:
    """6 October 1973 -> October 6, 1973; in 1526 -> in AD 1526; the 1960s -> the 1960's."""
    if found := _DATE_DAY_FIRST.search(text):
        day, month, year = found.groups()
        yield swapped(text, found, f"{month} {day}, {year}")
        yield swapped(text, found, f"{day} {month[:3]} {year}")
    if found := _DATE_MONTH_FIRST.search(text):
        month, day, year = found.groups()
        yield swapped(text, found, f"{day} {month} {year}")
        yield swapped(text, found, f"{month[:3]}. {day}, {year}")
    for found in _BARE_YEAR.finditer(text):
        yield swapped(text, found, f"AD {found.group(1)}", 1)
        yield swapped(text, found, f"the year {found.group(1)}", 1)


def units(text: str, place: Place, draw: Draw) -> Iterator[str]:
    """60 percent -> 60%; 135 km -> 135 kilometres."""
    for pattern, by in _UNITS:
        if found := pattern.search(text):
            yield swapped(text, found, by)
    if found := re.search(r"(?<![A-Z])\$(\d[\d,.]*\d|\d)(?: (million|billion))?", text):
        scale = f" {found.group(2)}" if found.group(2) else ""
        yield swapped(text, found, f"{found.group(1)}{scale} dollars")


POSITIVES: Mapping[str, Sequence[Rewrite]] = {
    "order": (time_moved, clauses_turned),
    "dropped": (dropped,),
    "joined": (joined,),
    "voice": (made_active,),
    "pronoun": (named,),
    "numerals": (numerals,),
    "eras": (eras,),
    "units": (units,),
}
