"""An English sentence -> sentences that say the same, or less, in other words: the family that is reported."""
# ruff: noqa: E501 - a wording, a pattern and a list of words are read whole

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from kb.evaluation.claims.case import Draw, Place, Rewrite, swapped
from kb.evaluation.claims.report_english_amounts import ages, days, numerals, spelt, units, years
from kb.evaluation.claims.report_english_persons import made_active, made_passive, renamed, spoken_of
from kb.evaluation.claims.wording import lowered, raised

_AUX = r"(?:is|was|are|were|has|have|had|can|could|will|would|may|might|must)"
_PREPOSITION = r"(?:In|On|At|For|By|Within|Among|Despite|With|Like|Under)"
_LEADING = re.compile(rf"^({_PREPOSITION} (?!order|that\b|which\b)[^,;:]{{3,60}}), (.+)$")
_CLAUSE = re.compile(
    r"\b(?:I|he|she|they|it|we|who|that|which|is|was|are|were|had|has|have|did|does|came|ran|went|stood|lay|sat|built|made|took|wrote|began|became|won|lost|led|found|held|gave|sent|left|met|told|saw|knew|set|put|got|let|kept|\w{3,}ed)\b|\w+ing [a-z]"
)
_SUBJECT_AUX = re.compile(rf"^((?!there )[^,;:()]{{3,55}}?) ({_AUX}) (?!not |n't )([^;:]{{12,}})$")
_SUBJECT_STOPS = re.compile(
    r"\b(?:and|or|who|that|which|when|if|as|than|but|there|did|does|do|said|took|led|made|\w{3,}ed)\b", re.IGNORECASE
)
_ONE_CLAUSE = re.compile(r"[,;:]| (?:that|which|who|because|when|while|and|but|or|if|whose|since|as|to|than) ")
_TRAILING = re.compile(
    r"^([^,;:]{18,110}?) ((?:by|without|after|before) [a-z]+ing [^,;:]{4,80}|(?:unless|while|as soon as|in order to) [^,;:]{8,80})\.$"
)
_LIST = re.compile(
    r"(?<= )(?<!between )((?:of|are|is|include|including|as|with|by|in|from|for|to|against|between|into|on) )([a-z]{3,}), ([a-z]{3,}),? and ([a-z]{3,})(?=[.;]$| (?:are|is|were|was)\b|\.)"
)
_NAMES_LIST = re.compile(
    r"(?<=[a-z] )((?:[A-Z][a-z]+ ?){1,3}), ((?:[A-Z][a-z]+ ?){1,3}),? and ((?:[A-Z][a-z]+ ?){1,3})(?=[.;]|, (?!(?:[A-Z][a-z]+|and)\b)| (?:are|were|is|was|had|have)\b)"
)
_KINDS_LIST = re.compile(
    r"\b([a-z]+(?:al|ic|ive|ous|ary|ed|able)), ([a-z]+(?:al|ic|ive|ous|ary|ed|able)),? and ([a-z]+(?:al|ic|ive|ous|ary|ed|able)) (?=[a-z]+s\b)"
)
_TWO_NAMES = re.compile(r"\b(?:both )?([A-Z][a-z]{2,}) and ([A-Z][a-z]{2,})(?= (?:are|were|have|had|both|in)\b|\.)")
_BUT = re.compile(
    r"^([^,;:]{20,120}), but ((?:the|it|he|she|they|this|these|his|her|its|their|a|an|I|we|there)\b[^;:]{12,120})\.$"
)
_WHEREAS = re.compile(r"^([^,;:]{20,120}), (?:while|whereas) ([^,;:]{15,120})\.$")
_SO = re.compile(r"^([^,;:]{20,110}), so (?!that|as|much|many)([^,;:]{12,110})\.$")
_MANNER = re.compile(
    r"(?<=[a-z] )(?:slowly|quickly|rapidly|gradually|suddenly|carefully|successfully|formally|officially|publicly|steadily|closely|deeply|intensely|"
    r"heavily|quietly|sharply|brightly|naturally|strongly|jointly|evidently|immediately|greatly|significantly|dramatically|extremely|very|quite|"
    r"highly|remarkably|ultimately|simply|merely|indeed|essentially|actually|freely|firmly|sluggishly|favourably|unusually|rather) (?=[a-z]+)"
)
_LAST_MANNER = re.compile(
    r",? (?:slowly|quickly|rapidly|gradually|suddenly|carefully|heavily|quietly|sharply|brightly|immediately|greatly|significantly|dramatically|steadily|accordingly|altogether|at once|in turn|as well|together)\.$"
)
_LAST_RELATIVE = re.compile(r"(?<![a-z] and [a-z]),? (?<=, )(?:which|who|whose|where|whom) [^;:]{10,150}\.$")
_TOO = re.compile(
    r", (?:as well as|along with|together with|such as|especially|particularly|notably|for example|like) [^.;:]{5,120}\.$"
)
_PAST_TIME = re.compile(
    r"(?<=[a-z]) (?:in|on|during) (?:the )?(?:early |late |mid-)?(?:[A-Z][a-z]+ )?(?:\d{1,2}, )?(?:1[0-9]|20)\d\d(?:s)?\.$|(?<=[a-z]) (?:in the (?:morning|evening|afternoon)|in \d{1,2}th century)\.$"
)
_DELICATE = re.compile(
    r"\b(?:no|not|never|none|nor|neither|nothing|only|all|every|any|few|first|last|without|cannot|unless|if|whether|most|more|less|than|\w+est|until|so)\b|n't\b|\d",
    re.IGNORECASE,
)
_PLAIN = re.compile(
    r"\b(a|an) (?:large|small|new|young|long|short|heavy|dark|famous|bright|sharp|huge|great|strong|beautiful|white|black|red|blue|broad|sturdy|major|important|public|famous|grey|tall|"
    r"yellow-backed|middle-sized|residential|separate|visible|special) (?=([a-z]{4,}))(?!\w+ (?:number|amount|deal|part|way|while|time|range)\b)(?!number|amount|deal|part|way|while|time|range|majority|portion|extent|many)"
)
_NEW_SUBJECT = re.compile(r"^(?:The|A|An|In|At|On|[A-Z][a-z]+ (?:is|was|are|were|has|had|[a-z]+ed))\b")
_LEANS = re.compile(
    r"^(?:However|But|And|Thus|Therefore|Instead|So|Yet|Or|Nor|For|In fact|Also|Then|Conversely|That is|Such|If|What|How|Similarly|Among|Of|This|These|Those|That|He|She|It|They|His|Her|Its|Their|Another|Other|Others|Both|Neither|Each|One|The (?:former|latter|other|second|same|first|last)|Moreover|Furthermore|Additionally|In addition|As a result|Hence|Consequently|Still|Finally|First|Second|Third|Later|Here|There|Nonetheless|Nevertheless|Meanwhile|Soon|Once|Afterwards|For (?:example|instance)|In (?:contrast|particular|turn|this|that|these|such))\b"
)
_SAME = re.compile(r"^((?:He|She|They|It|I|We|Holmes|Harvard|ABC|Iqbal)) (?!and\b|or\b|who\b)([a-z].*)$")


def inserted(text: str, place: Place, draw: Draw) -> Iterator[str]:
    """In many species, A is B -> A is, in many species, B; or B at the end, where the rest is one clause."""
    found = _LEADING.match(text)
    if not found or _CLAUSE.search(found.group(1)):
        return
    phrase, rest = found.groups()
    phrase = phrase[0].lower() + phrase[1:]
    if (parts := _SUBJECT_AUX.match(rest)) and not _SUBJECT_STOPS.search(parts.group(1)):
        yield f"{raised(parts.group(1))} {parts.group(2)}, {phrase}, {parts.group(3)}"
    if re.match(
        r"for (?:example|instance)|in (?:addition|fact|contrast|turn|particular|other)|on (?:the|one)|at (?:the )?(?:first|last|least)",
        phrase,
    ):
        return
    if not _ONE_CLAUSE.search(rest) and 18 < len(rest) < 130 and not re.match(r"there\b", rest):
        yield f"{raised(rest[:-1])} {phrase}."


def fronted(text: str, place: Place, draw: Draw) -> Iterator[str]:
    """A by doing B -> by doing B, A; A while B -> while B, A; A in order to do B -> in order to do B, A."""
    if (found := _TRAILING.match(text)) and not re.search(
        r"\b(?:that|which|who|when|if|not|and|but)\b", found.group(1)
    ):
        main, last = found.groups()
        if re.match(r"(?:But|And|Thus|However|There|Please|Prior|\w+ing)\b", main):
            return
        yield f"{raised(last)}, {lowered(main, place.passage)}."


def listed(text: str, place: Place, draw: Draw) -> Iterator[str]:
    """A, B and C -> C, A and B; A and B -> B and A."""
    if re.search(r"respectively|\bthen\b|\bfirst\b|\bfrom\b.*\bto\b", text):
        return
    if found := _LIST.search(text):
        before, *things = found.groups()
        yield swapped(text, found, f"{before}{things[2]}, {things[0]} and {things[1]}")
    for pattern in (_NAMES_LIST, _KINDS_LIST):
        if (found := pattern.search(text)) and not re.search(r"\b[A-Z][\w-]* $", text[: found.start()]):
            one, two, three = (thing.strip() for thing in found.groups())
            yield swapped(text, found, f"{three}, {one} and {two}" + (" " if pattern is _KINDS_LIST else ""))
    if (found := _TWO_NAMES.search(text)) and found.start() == 0:
        yield swapped(text, found, f"{found.group(2)} and {found.group(1)}")


def turned(text: str, place: Place, draw: Draw) -> Iterator[str]:
    """A, but B -> although A, B; A, whereas B -> B, whereas A; A, so B -> because A, B."""
    for pattern, first in ((_BUT, "Although"), (_SO, "Because")):
        if (found := pattern.match(text)) and not re.match(r"(?:Not|If|When|Although|While|Because)\b", text):
            yield f"{first} {lowered(found.group(1), place.passage)}, {found.group(2)}."
    if (found := _WHEREAS.match(text)) and not re.search(r"ing\b", found.group(2)[:12]):
        yield f"{raised(found.group(2))}, whereas {lowered(found.group(1), place.passage)}."


def dropped(text: str, place: Place, draw: Draw) -> Iterator[str]:
    """Without how it was done, the clause or the examples at the end, or when it was."""
    if (found := _LAST_RELATIVE.search(text)) and found.start() > 35 and text[: found.start()].count(",") < 2:
        yield f"{text[: found.start()].rstrip(',')}."
    if (
        (found := _TOO.search(text))
        and found.start() > 30
        and not re.search(r"\b(?:is|are|was|were)\b|, (?!and\b|or\b)[^,]*$", found.group()[1:])
    ):
        yield f"{text[: found.start()]}."
    if re.search(r"\b(?:not|no|never|so|too|as|how|without)\b", text):
        return
    if found := _MANNER.search(text):
        yield _articled(swapped(text, found, ""), found.start())
    if found := _LAST_MANNER.search(text):
        yield f"{text[: found.start()]}."
    if (found := _PAST_TIME.search(text)) and not _DELICATE.search(text[: found.start()]):
        yield f"{text[: found.start()]}."
    if found := _PLAIN.search(text):
        article = "an" if found.group(2)[0] in "aeiou" else "a"
        yield swapped(text, found, f"{article if found.group(1).islower() else article.capitalize()} ")


def _small(text: str, place: Place) -> str:
    """The text with a small first letter; as it is where it may begin with a name."""
    small = lowered(text, place.passage)
    known = re.search(rf"(?<=[a-z,] ){re.escape(text.split()[0])}\b", place.passage)
    return "" if small == text and not known and not re.match(r"[A-Z]\w* [A-Z]", text) else small


def _articled(text: str, at: int) -> str:
    """The text with a or an as the word at a place wants it, which may have lost its neighbour."""
    if found := re.search(r"\ban? $", text[:at]):
        return f"{text[: found.start()]}{'an' if text[at] in 'aeiou' else 'a'} {text[at:]}"
    return text


def joined(text: str, place: Place, draw: Draw) -> Iterator[str]:
    """Two sentences of one subject in one; two that follow each other, the later one first where it stands alone."""
    after = place.after
    if not after.endswith(".") or re.search(r"[?!\"“;:()–]", text + after) or len(text) + len(after) > 270:
        return
    one, other = _SAME.match(text), _SAME.match(after)
    if one and other and one.group(1) == other.group(1) and " and " not in text[-60:]:
        yield f"{text[:-1]} and {other.group(2)}"
    first, second = _small(text, place), _small(after, place)
    if not _LEANS.match(after) and not _LEANS.match(text) and not place.origin.startswith("sherlock"):
        if first and _NEW_SUBJECT.match(after):
            yield f"{after[:-1]}, and {first}"
        if second and _NEW_SUBJECT.match(after):
            yield f"{text[:-1]}; moreover, {second}"
    elif second and not re.match(r"(?:However|But|And|Thus|Therefore|Instead|So|Yet|Or|Nor|For|Then)\b", after):
        yield f"{text[:-1]}; {second}"


def apart(text: str, place: Place, draw: Draw) -> Iterator[str]:
    """The sentence before with the sentence after, where the one between is not needed."""
    before, after = place.before, place.after
    if not before.endswith(".") or not after.endswith(".") or len(before) + len(after) > 230:
        return
    if re.search(r"[?!\"“;:()–]", before + after) or _LEANS.match(after) or _LEANS.match(before):
        return
    if _NEW_SUBJECT.match(after) and _NEW_SUBJECT.match(before) and (second := _small(after, place)):
        yield f"{before[:-1]}, and {second}"


POSITIVES: Mapping[str, Sequence[Rewrite]] = {
    "order": (inserted, fronted, listed, turned),
    "dropped": (dropped,),
    "joined": (joined, apart),
    "voice": (made_active, made_passive),
    "pronoun": (renamed, spoken_of),
    "numerals": (numerals, spelt),
    "eras": (days, years, ages),
    "units": (units,),
}
