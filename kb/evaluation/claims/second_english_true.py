"""An English sentence -> sentences that say the same, or less, in other words: the second family used while developing."""
# ruff: noqa: E501, SIM905 - a wording, a pattern and a list of words are read whole

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from kb.evaluation.claims.case import Draw, Place, Rewrite, swapped
from kb.evaluation.claims.slots import BUDDHIST, MONTHS, english_words, ordinal
from kb.evaluation.claims.wording import MONTH, NUMBER, YEAR, is_year, lowered, raised

_CLAUSES = re.compile(r"[,;:]| (?:that|which|who|because|when|while|and|but|or|although|if|whose|since|as|to) ")
_WHEN = rf"(?:In|On|By) (?:{MONTH} )?(?:\d{{1,2}},? )?(?:{MONTH} )?{YEAR}|In the (?:early |late )?{YEAR}s"
_LEADING_WHEN = re.compile(
    rf"^((?:In|On) (?:{MONTH} )?(?:\d{{1,2}},? )?(?:{MONTH} )?{YEAR}),? ((?:the|a|an|[A-Z])[^;:]*)\.$"
)
_TRAILING_WHEN = re.compile(rf"^([^,;:]+?) ((?:in|on) (?:{MONTH} )?(?:\d{{1,2}},? )?(?:{MONTH} )?{YEAR})\.$")
_LEADING_PHRASE = re.compile(
    r"^((?:Due to|Because of|Despite|In spite of|During|Following|Unlike|Besides|Instead of|Apart from|Under|Within|Throughout|Along with|"
    r"As a result of|In addition to|With the exception of|Until|Prior to) [^,;:]{4,60}), ([^,;:]{20,140})\.$"
)
_HALVES = re.compile(r"^([^;:]{25,130}); ([^;:]{25,130})\.$")
_APPOSITION = re.compile(
    r"(?<=[a-z]), (?:an?|the) [a-z][^,;:()]{4,60}, (?=(?:was|is|were|are|had|has|launched|led|became|made|said|began|took|wrote)\b)"
)
_TAIL = re.compile(
    r", (?:causing|making|leaving|giving|allowing|including|resulting in|leading to|thus|thereby|while|whereas|with) [^.;]{8,120}\.$"
)
_VERB_IN_TAIL = re.compile(
    r"^, (?:including|with|such as).*, (?:is|are|was|were|has|have|had)\b|^, .*\b(?:was|were) helping\b"
)
_SECOND = re.compile(r"(?:, and|; |, but) (?:(?:the|it|he|she|they|this|these|its|his|their|a|an) )[^;]{12,140}\.$")
_ALSO = re.compile(
    r"(?<= )(?:also|eventually|subsequently|later|soon|initially|originally|finally|thus|therefore|furthermore|indeed) (?=[a-z])"
)
_DELICATE = re.compile(
    r"\b(?:no|not|never|none|nor|neither|only|without|except|exception|cannot|unless|if|whether|either|both|rather|former|latter)\b",
    re.IGNORECASE,
)
_DONE = (
    "founded built defeated designed published invaded destroyed captured discovered developed introduced abolished rejected signed "
    "established organized launched opened formed adopted created replaced occupied controlled attacked"
).split()
_ACTIVE = re.compile(
    rf"^((?:The )?[A-Z][\w’-]+(?: (?:of (?:the )?)?[A-Z][\w’-]+){{0,3}}) ({'|'.join(_DONE)}) ((?:the|an?|several|many) [^,;:]{{4,70}}?)( in {YEAR})?\.$"
)
_PLURAL = re.compile(r"^(?:several|many|the \w+ies\b|the (?:\w+ )?\w+[^s\W]s\b(?! of))")
_THE_THING = re.compile(r"^The (?:[a-z][\w’-]+ ){0,2}[a-z][\w’-]+ (?=(?:is|was|has|had)\b)")
_TENS = {english_words(n): n for n in range(20, 100)}
_TENS_WORD = re.compile(
    rf"(?<!-)\b(?:{'|'.join(sorted(_TENS, key=len, reverse=True))})\b(?! (?:hundred|thousand|million)|[-’'])"
)
_HUNDREDS = re.compile(
    r"\b(two|three|four|five|six|seven|eight|nine) (hundred|thousand)\b(?! (?:and )?(?:[a-z]+(?:ty|teen)\b|one|two|three|four|five|six|seven|eight|nine))"
)
_CENTURY = re.compile(r"\b(\d{1,2})(?:st|nd|rd|th)[ -]centur(y|ies)\b")
_ORDINALS = {11: "eleventh", 12: "twelfth", 13: "thirteenth", 14: "fourteenth", 15: "fifteenth", 16: "sixteenth", 17: "seventeenth", 18: "eighteenth",
             19: "nineteenth", 20: "twentieth", 21: "twenty-first"}  # fmt: skip
_DAY_FIRST = re.compile(rf"\b(\d{{1,2}}) ({MONTH}) ({YEAR})\b")
_MONTH_FIRST = re.compile(rf"\b({MONTH}) (\d{{1,2}}), ({YEAR})\b")
_MONTH_YEAR = re.compile(rf"(?<=[Ii]n )({MONTH}) ({YEAR})\b")
_SOLE_YEAR = re.compile(rf"(?<=[Ii]n )({YEAR})\b(?![-–/s]| and| or| to)")
_UNITS = (
    (re.compile(r"(?<=\d)%"), " per cent"),
    (re.compile(r"(?<=\d) percent\b"), " pct"),
    (re.compile(r"(?<=\d) square (?:kilometers|kilometres)\b|(?<=\d) km2\b"), " km²"),
    (re.compile(r"(?<=\d) square miles\b"), " sq mi"),
    (re.compile(r"(?<=\d) sq mi\b"), " square miles"),
    (re.compile(r"(?<=\d) (?:kilometers|kilometres)\b"), " kms"),
    (re.compile(r"(?<=\d) km\b(?! ?[2²/])"), " kilometers"),
    (re.compile(r"(?<=\d) feet\b"), " ft"),
    (re.compile(r"(?<=\d) (?:ft)\b"), " feet"),
    (re.compile(r"(?<=\d) inches\b"), " in."),
    (re.compile(r"(?<=\d) (?:meters|metres)\b"), " m"),
    (re.compile(r"(?<=\d) mph\b"), " miles per hour"),
    (re.compile(r"(?<=\d) minutes\b"), " min"),
    (re.compile(r"(?<=\d) hours\b"), " h"),
    (re.compile(r"(?<=\d) billion\b"), " bn"),
    (re.compile(r"(?<=\d) ?°C\b"), " degrees centigrade"),
    (re.compile(r"(?<=\d) years\b(?! old)"), " yrs"),
)


def cleft(text: str, place: Place, draw: Draw) -> Iterator[str]:
    """In 1973, X did Y -> It was in 1973 that X did Y."""
    if (found := _LEADING_WHEN.match(text)) and not _CLAUSES.search(found.group(2)):
        yield f"It was {lowered(found.group(1), place.passage)} that {lowered(found.group(2), place.passage)}."
    if (found := _TRAILING_WHEN.match(text)) and not _CLAUSES.search(found.group(1)) and not _DELICATE.search(text):
        yield f"It was {found.group(2)} that {lowered(found.group(1), place.passage)}."


def phrase_last(text: str, place: Place, draw: Draw) -> Iterator[str]:
    """Due to A, B -> B due to A; the halves about a semicolon change places."""
    if found := _LEADING_PHRASE.match(text):
        yield f"{raised(found.group(2))} {found.group(1)[0].lower()}{found.group(1)[1:]}."
    if (found := _HALVES.match(text)) and not re.match(
        r"(?:however|thus|therefore|it|he|she|they|this|these|instead|the former|the latter|others|so|for|such|that)\b",
        found.group(2),
    ):
        yield f"{raised(found.group(2))}; {lowered(found.group(1), place.passage)}."


def dropped(text: str, place: Place, draw: Draw) -> Iterator[str]:
    """Without an apposition, a participle at the end, the second clause, or an adverb that only links."""
    if found := _APPOSITION.search(text):
        yield swapped(text, found, " ")
    if (
        (found := _TAIL.search(text))
        and not _DELICATE.search(text)
        and found.start() > 40
        and not _VERB_IN_TAIL.match(found.group())
    ):
        yield f"{text[: found.start()]}."
    if (
        (found := _SECOND.search(text))
        and not _DELICATE.search(text)
        and "," not in text[: found.start()]
        and found.start() > 30
    ):
        yield f"{text[: found.start()]}."
    if (found := _ALSO.search(text)) and not _DELICATE.search(text):
        yield swapped(text, found, "")


def joined(text: str, place: Place, draw: Draw) -> Iterator[str]:
    """Two sentences that follow each other, joined as others would."""
    after = place.after
    if not after.endswith(".") or re.match(
        r"(?:However|But|And|Thus|Therefore|Instead|So|Yet|Or|For|In fact|Also|Then|Conversely|That is|If|What|How|\w+ing|Similarly|Among|Of)\b",
        after,
    ):
        return
    if len(text) + len(after) > 250 or re.search(r"[?!\"“;:()–]", text + after) or not after[0].isupper():
        return
    second = lowered(after, place.passage)
    yield draw.random.choice(
        (
            f"{text[:-1]}, whereas {second}",
            f"{text[:-1]} – {second}",
            f"{text} In addition, {second}",
            f"{text[:-1]}, and also, {second}",
        )
    )


def made_passive(text: str, place: Place, draw: Draw) -> Iterator[str]:
    """X founded Y -> Y was founded by X."""
    if (found := _ACTIVE.match(text)) and not re.search(r"\b(?:and|or|that|who|which|not|by|as|to)\b", text):
        who, verb, what, when = found.groups()
        yield f"{raised(what)} {'were' if _PLURAL.match(what) else 'was'} {verb} by {lowered(who, place.passage)}{when or ''}."


def unnamed(text: str, place: Place, draw: Draw) -> Iterator[str]:
    """The war was ... -> It was ...; read beside its sentence."""
    if (
        not place.origin.startswith("sherlock")
        and (found := _THE_THING.match(text))
        and not re.search(r"(?:people|man|woman|king|president|doctor|user|\w+ (?:who|of)) $", found.group())
    ):
        yield f"It {text[found.end() :]}"


def numerals(text: str, place: Place, draw: Draw) -> Iterator[str]:
    """40,000 -> 40 000, 40 thousand; 62 -> sixty-two."""
    for found in NUMBER.finditer(text):
        number = found.group()
        plain = number.replace(",", "")
        if "," in number and "." not in number:
            yield swapped(text, found, number.replace(",", " "))
            if plain.endswith("000") and len(plain) < 7:
                yield swapped(text, found, f"{plain[:-3]} thousand")
        elif plain.isdigit() and not is_year(plain) and 20 < int(plain) < 100 and _counts(text, found):
            yield swapped(text, found, english_words(int(plain)))


def spoken(text: str, place: Place, draw: Draw) -> Iterator[str]:
    """1.5 million -> 1,500,000; thirty -> 30; seven hundred -> 700; the second -> the 2nd."""
    for found in re.finditer(r"(?<![\d.,])(\d{1,3}\.\d) million\b", text):
        yield swapped(text, found, f"{round(float(found.group(1)) * 1_000_000):,}")
    for found in _TENS_WORD.finditer(text):
        if found.start():
            yield swapped(text, found, str(_TENS[found.group()]))
    for found in _HUNDREDS.finditer(text):
        scale = 100 if found.group(2) == "hundred" else 1000
        yield swapped(text, found, f"{_small(found.group(1)) * scale:,}")
    for word, sign in (("second", "2nd"), ("third", "3rd"), ("fourth", "4th"), ("fifth", "5th")):
        for found in re.finditer(rf"(?<=the ){word}(?= [a-z])", text):
            yield swapped(text, found, sign)


def _counts(text: str, found: re.Match[str]) -> bool:
    """Whether a number counts something, and is no label or day."""
    before, after = text[: found.start()], text[found.end() :]
    return bool(re.match(r" [a-z]", after)) and not re.search(
        rf"(?:{MONTH}|[A-Z]\w*|\$|\(|[Aa]rticles?|and|to|or|age|aged) ?$", before
    )


def _small(word: str) -> int:
    return next(number for number in range(2, 10) if english_words(number) == word)


def eras(text: str, place: Place, draw: Draw) -> Iterator[str]:
    """6 October 1973 -> 1973-10-06, the 6th of October 1973; 17th -> seventeenth century; 1526 -> 1526 CE, B.E. 2069."""
    for pattern, order in ((_DAY_FIRST, (0, 1, 2)), (_MONTH_FIRST, (1, 0, 2))):
        for found in pattern.finditer(text):
            day, month, year = (found.group(place + 1) for place in order)
            yield swapped(text, found, f"the {ordinal(int(day))} of {month} {year}")
            yield swapped(text, found, f"{year}-{MONTHS.index(month) + 1:02}-{int(day):02}")
    for found in _MONTH_YEAR.finditer(text):
        yield swapped(text, found, f"{found.group(1)[:3]}. {found.group(2)}")
    for found in _CENTURY.finditer(text):
        if word := _ORDINALS.get(int(found.group(1))):
            yield swapped(text, found, f"{word} centur{found.group(2)}")
    for found in _SOLE_YEAR.finditer(text):
        yield swapped(text, found, f"{found.group(1)} CE")
        yield swapped(text, found, f"B.E. {int(found.group(1)) + BUDDHIST}")


def units(text: str, place: Place, draw: Draw) -> Iterator[str]:
    """60% -> 60 per cent; 5 feet -> 5 ft; $5 -> USD 5."""
    for pattern, by in _UNITS:
        if found := pattern.search(text):
            yield swapped(text, found, by)
    if found := re.search(r"(?<![A-Z])\$(?=\d)", text):
        yield swapped(text, found, "USD ")


POSITIVES: Mapping[str, Sequence[Rewrite]] = {
    "order": (cleft, phrase_last),
    "dropped": (dropped,),
    "joined": (joined,),
    "voice": (made_passive,),
    "pronoun": (unnamed,),
    "numerals": (numerals, spoken),
    "eras": (eras,),
    "units": (units,),
}
