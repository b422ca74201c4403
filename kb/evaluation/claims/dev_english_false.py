"""An English sentence -> sentences that its passage does not prove: the family used while developing."""
# ruff: noqa: E501 - a wording, a pattern and a list of words are read whole

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator, Mapping, Sequence

from kb.evaluation.claims.case import Draw, Place, Rewrite, as_cased, swapped
from kb.evaluation.claims.slots import english_words
from kb.evaluation.claims.wording import BOUNDED, MONTH, NUMBER, YEAR, digits, is_year, names

_SMALL = {english_words(number): number for number in range(2, 13)}
_SMALL_WORD = re.compile(rf"(?<!-)\b(?:{'|'.join(_SMALL)})\b(?! of\b|[-’'])", re.IGNORECASE)
_AUXILIARY = re.compile(
    r"\b(is|was|are|were|has|have|had|can|could|will|must|did|does)\b(?! (?:not|no|never|been not)\b|n['’]t)"
)
_NOT = re.compile(
    r"\b(is|was|are|were|has|have|had|did|does|do|could|would|will|must) not (?!only|just|necessarily|always|all)"
)
_OPPOSITES = (
    ("increased", "decreased"), ("increase", "decrease"), ("increases", "decreases"), ("rose", "fell"), ("accepted", "rejected"),
    ("allowed", "forbade"), ("allow", "forbid"), ("won", "lost"), ("successful", "unsuccessful"), ("possible", "impossible"),
    ("began", "ended"), ("beginning", "end"), ("inside", "outside"), ("supported", "opposed"), ("gained", "lost"),
    ("rich", "poor"), ("strong", "weak"), ("legal", "illegal"), ("public", "private"), ("internal", "external"),
    ("northern", "southern"), ("eastern", "western"), ("north", "south"), ("east", "west"), ("open", "closed"),
    ("included", "excluded"), ("includes", "excludes"), ("positive", "negative"), ("direct", "indirect"),
    ("voluntary", "compulsory"), ("entered", "left"), ("bought", "sold"), ("male", "female"), ("old", "new"),
)  # fmt: skip
_TURNS = {one: other for pair in _OPPOSITES for one, other in (pair, pair[::-1])}
_TURN = re.compile(rf"\b(?:{'|'.join(_TURNS)})\b", re.IGNORECASE)
_ACTING = re.compile(
    r"^ (?:defeated|founded|led|invaded|attacked|conquered|killed|taught|succeeded|replaced|appointed|sent|bought|sold|owned|"
    r"employed|supported|opposed|followed|captured|controlled|joined|married|invited|told|gave|asked|left|visited|"
    r"was (?:\w+ed|led|built|taken|written|sent) by|were \w+ed by|is \w+ed by) (?:the )?$"
)
_UNITS = (
    (r"(?<=\d) (?:percent|per cent)\b|(?<=\d)%", (" people", " times")),
    (r"(?<=\d) (?:kilometers|kilometres|km)\b", (" miles", " metres")),
    (r"(?<=\d) miles\b", (" kilometres", " feet")),
    (r"(?<=\d) (?:meters|metres|m)\b(?! ?[2²/])", (" kilometres", " feet")),
    (r"(?<=\d) (?:feet|ft)\b", (" metres", " miles")),
    (r"(?<=[\d\w]) million\b", (" billion", " thousand")),
    (r"(?<=[\d\w]) billion\b", (" million", " trillion")),
    (r"(?<=[\d\w]) years\b", (" months", " weeks")),
    (r"(?<=[\d\w]) months\b", (" years", " days")),
    (r"(?<=[\d\w]) days\b", (" weeks", " hours")),
    (r"(?<=[\d\w]) hours\b", (" minutes", " days")),
    (r"(?<=[\d\w]) minutes\b", (" hours", " seconds")),
    (r"(?<=\d) ?°C\b", ("°F", " K")),
)
_COUNTED = re.compile(rf"(?:\d|\b(?:{'|'.join(_SMALL)}|hundred|thousand))$", re.IGNORECASE)
_QUANTIFIERS = {
    "some": "all", "many": "all", "several": "all", "most": "all", "few": "most", "all": "no", "every": "no", "usually": "never",
    "often": "never", "always": "never", "sometimes": "always", "never": "always", "generally": "never", "both": "neither of",
    "none": "all", "frequently": "rarely", "rarely": "often", "mostly": "exclusively", "a number of": "all",
}  # fmt: skip
_QUANTIFIER = re.compile(
    r"\b(?:some|many|several|most|few|all|every|usually|often|always|sometimes|never|generally|none|frequently|rarely|mostly|"
    r"a number of)\b(?! of (?:the )?(?:\w+est|time)\b)",
    re.IGNORECASE,
)
_COMPARED = {
    "more": "less", "less": "more", "larger": "smaller", "smaller": "larger", "higher": "lower", "lower": "higher", "earlier": "later",
    "later": "earlier", "greater": "smaller", "fewer": "more", "better": "worse", "worse": "better", "longer": "shorter",
    "shorter": "longer", "largest": "smallest", "smallest": "largest", "highest": "lowest", "lowest": "highest", "oldest": "youngest",
    "faster": "slower", "slower": "faster", "stronger": "weaker", "older": "younger", "younger": "older", "closer": "farther",
    "richer": "poorer", "easier": "harder", "harder": "easier", "longest": "shortest", "best": "worst", "biggest": "smallest",
    "wider": "narrower", "deeper": "shallower", "earliest": "latest", "greatest": "smallest",
}  # fmt: skip
_COMPARATIVE = re.compile(rf"\b(?:{'|'.join(_COMPARED)})\b(?! or less| and more)", re.IGNORECASE)
_OPEN = re.compile(r"\b(?:by|since|before|after|until|than|between) (?:the year |AD |[A-Z][a-z]+ )?$", re.IGNORECASE)
_SPLIT = re.compile(
    r"^(?!(?:If|Although|Because|While|When|Since|In|On|At|As|After|Before|For|Though|By)\b)(?P<who>(?:The |A |An )?[A-Z]?[\w’ -]{2,50}?) (?P<verb>was|were|is|are|had|has|have) (?P<rest>[^;:()]{15,140})\.$"
)


def numbers(text: str, place: Place, draw: Draw) -> Iterator[str]:
    """Another number, a tenth to nine tenths away, that stands nowhere in the passage."""
    known = digits(place.passage)
    for found in NUMBER.finditer(text):
        number = found.group().replace(",", "")
        if is_year(number) or "." in number or BOUNDED.search(text[: found.start()]) or int(number) > 10**9:
            continue
        if re.search(rf"{MONTH} $|[A-Z]\w+ $", text[: found.start()]) or re.match(rf" {MONTH}", text[found.end() :]):
            continue
        other = max(2, round(int(number) * draw.random.choice((0.3, 0.5, 0.8, 1.2, 1.5, 2, 3)))) + 1
        if str(other) not in known and other != int(number) and not _spoken(other, place.passage):
            yield swapped(text, found, f"{other:,}" if "," in found.group() else str(other))
    for found in _SMALL_WORD.finditer(text):
        if BOUNDED.search(text[: found.start()]):
            continue
        free = [word for word, value in _SMALL.items() if not _spoken(value, place.passage) and str(value) not in known]
        yield swapped(text, found, as_cased(found.group(), draw.random.choice(free)))


def _spoken(number: int, text: str) -> bool:
    """Whether a text holds a small number as a word."""
    return number < 100 and re.search(rf"\b{english_words(number)}\b", text, re.IGNORECASE) is not None


def negation(text: str, place: Place, draw: Draw) -> Iterator[str]:
    """Is -> is not; is not -> is."""
    if found := _NOT.search(text):
        yield swapped(text, found, f"{found.group(1)} ")
    elif (found := _AUXILIARY.search(text)) and not re.search(
        r"\b(?:no|not|never|nor|neither|if|only)\b", text, re.IGNORECASE
    ):
        yield swapped(text, found, "cannot" if found.group() == "can" else f"{found.group()} not")


def opposite(text: str, place: Place, draw: Draw) -> Iterator[str]:
    """Increased -> decreased, where the sentence does not hold both."""
    for found in _TURN.finditer(text):
        other = _TURNS[found.group().lower()]
        if (
            not re.search(rf"\b{other}\b", place.passage, re.IGNORECASE)
            and not re.search(r"[-]$", text[: found.start()])
            and not found.group()[0].isupper()
        ):
            yield swapped(text, found, other)


def strange_names(text: str, place: Place, draw: Draw) -> Iterator[str]:
    """A name out of another article."""
    for found in names(text):
        if other := draw.stranger(place.passage, found.group()):
            yield swapped(text, found, other)


def near_names(text: str, place: Place, draw: Draw) -> Iterator[str]:
    """A name out of another sentence of the passage."""
    others = [found.group() for found in names(place.passage) if found.group() not in place.text]
    own = [found for found in names(text) if found.group() in place.text]
    if others and own:
        one, other = draw.random.choice(own), draw.random.choice(others)
        if not set(one.group().split()) & set(other.split()):
            yield swapped(text, one, other)


def roles(text: str, place: Place, draw: Draw) -> Iterator[str]:
    """A defeated B -> B defeated A."""
    first = re.match(r"(?:The )?[A-Z][\w’-]+(?: [A-Z][\w’-]+)*", text)
    spots = [found.span() for found in names(text)]
    if first and first.group() not in ("The", "In", "It", "He", "She", "They", "This"):
        spots.insert(0, first.span())
    for (start, end), (begin, stop) in itertools.pairwise(spots):
        if _ACTING.match(text[end:begin]):
            one, other = text[start:end], text[begin:stop]
            yield text[:start] + other + text[end:begin] + one.replace("The ", "the ", 1) + text[stop:]


def units(text: str, place: Place, draw: Draw) -> Iterator[str]:
    """135 km -> 135 miles."""
    for pattern, others in _UNITS:
        for found in re.finditer(pattern, text):
            if _COUNTED.search(text[: found.start()]):
                yield swapped(text, found, draw.random.choice(others))


def dates(text: str, place: Place, draw: Draw) -> Iterator[str]:
    """Another year, another month, before for after."""
    known = digits(place.passage)
    for found in re.finditer(rf"\b(?<![-–/]){YEAR}\b(?!s|[-–/])", text):
        if _OPEN.search(text[: found.start()]):
            continue
        other = str(int(found.group()) + draw.random.choice((-30, -11, -3, -2, 2, 4, 10, 19)))
        if other not in known:
            yield swapped(text, found, other)
    for found in re.finditer(rf"\b{MONTH}\b(?= \d|,)", text):
        other = draw.random.choice(
            [name for name in ("March", "June", "September", "November") if name not in place.passage] or [""]
        )
        if other:
            yield swapped(text, found, other)
    if when := re.search(rf"\b(after|before|until|since)\b(?= (?:the |{YEAR}|[A-Z]))", text):
        turned = {"after": "before", "before": "after", "until": "since", "since": "until"}[when.group()]
        yield swapped(text, when, turned)


def quantifiers(text: str, place: Place, draw: Draw) -> Iterator[str]:
    """Some -> all; often -> never."""
    for found in _QUANTIFIER.finditer(text):
        if re.search(
            r"\b(?:the|at|not|as|so|too|how|after|for|in|than|this|that|a|very|his|her|their|its|of|and|them|us) $",
            text[: found.start()],
            re.IGNORECASE,
        ):
            continue
        if found.group().lower() in ("most", "many", "all", "few") and re.match(
            r" (?:\w+(?:ed|ly|ous|ful|ive|al|ant|ent|of|other|that|but)\b|as )", text[found.end() :]
        ):
            continue
        yield swapped(text, found, as_cased(found.group(), _QUANTIFIERS[found.group().lower()]))


def comparatives(text: str, place: Place, draw: Draw) -> Iterator[str]:
    """Larger -> smaller."""
    for found in _COMPARATIVE.finditer(text):
        if found.group()[0].isupper() or re.search(
            r"\b(?:once|any|no|years?|days|weeks|months|or|and|at|the) $", text[: found.start()]
        ):
            continue
        yield swapped(text, found, _COMPARED[found.group()])


def neighbour(text: str, place: Place, draw: Draw) -> Iterator[str]:
    """A number from the sentence before or after."""
    for found in NUMBER.finditer(text):
        number = found.group()
        if BOUNDED.search(text[: found.start()]) or _OPEN.search(text[: found.start()]) or _dated(text, found):
            continue
        for other in NUMBER.finditer(f"{place.before} \n {place.after}"):
            same_kind = is_year(other.group()) == is_year(number) and ("." in number) == ("." in other.group())
            if same_kind and other.group().replace(",", "") not in digits(place.text):
                yield swapped(text, found, other.group())


def _dated(text: str, found: re.Match[str]) -> bool:
    """Whether a number is the day of a date."""
    return bool(re.search(rf"{MONTH} $", text[: found.start()]) or re.match(rf" {MONTH}", text[found.end() :]))


def stitched(text: str, place: Place, draw: Draw) -> Iterator[str]:
    """The subject of one sentence with what the next one says of another."""
    one, other = _SPLIT.match(place.text), _SPLIT.match(place.after)
    if not one or not other or one["verb"] != other["verb"]:
        return
    shared = {*one["who"].lower().split()} & {*other["who"].lower().split()} - {"the", "a", "of"}
    vague = r"(?:It|He|She|They|This|That|These|Those|There|Its|His|Her|Their|Such|Some|Others?|Both|One|All)\b"
    if shared or re.match(vague, one["who"]) or re.match(vague, other["who"]):
        return
    yield f"{one['who']} {one['verb']} {other['rest']}."
    yield f"{other['who']} {other['verb']} {one['rest']}."


NEGATIVES: Mapping[str, Sequence[Rewrite]] = {
    "numbers": (numbers,),
    "negation": (negation, opposite),
    "names": (strange_names, near_names),
    "roles": (roles,),
    "units": (units,),
    "dates": (dates,),
    "quantifiers": (quantifiers,),
    "comparatives": (comparatives,),
    "neighbour": (neighbour,),
    "stitched": (stitched,),
}
