"""An English sentence -> who did what to whom, and what caused what, turned about: of the reported family."""
# ruff: noqa: E501 - a wording, a pattern and a list of words are read whole

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator

from kb.evaluation.claims.case import Draw, Place
from kb.evaluation.claims.report_english_persons import PASSIVE, persons, several
from kb.evaluation.claims.wording import lowered, names, raised

_BECAUSE = re.compile(r"^([^,;:]{15,100}),? because ([^,;:]{10,100})\.$")
_DID_TO = re.compile(
    r"^(?P<one>(?:The |An? )?[A-Z]?[\w’' -]{2,45}?) (?P<verb>defeated|attacked|killed|replaced|follows|followed|preceded|influenced|inspired|produced|caused|contained|surrounded|regulates|activates|"
    r"inhibits|affects|destroys|recognizes|founded|wrote|directed|taught|met|visited|asked|told|betrayed|employed|exceeds|determines|binds to|leads to|led to|depends on|relies on|resulted in|belongs to|"
    r"is part of|is a type of|is followed by|is caused by|was caused by|was succeeded by|is named after|was named after|is derived from|was replaced by) (?P<two>(?:the |an? )?[\w’' -]{3,60})(?=\.$|, )"
)
_CONTRAST = re.compile(
    r"^(?P<one>(?:The |An? )?[A-Za-z][\w’' -]{2,40}?)(?P<says> (?:is|are|was|were|has|have|had|can|may|acts?|primarily|mostly|only) [^;:]{6,120}), (?P<link>while|whereas|and|but) (?P<two>(?:the |an? )?[\w’' -]{3,40}?)(?P<also> (?:is|are|was|were|has|have|had|can|may|acts?|primarily|mostly|only) [^;:]{6,120})\.$"
)
_NO_SUBJECT = re.compile(
    r"\b(?:of|in|who|that|which|to|by|not|no|there|is|are|was|also|after|once|so|with|nothing|originally|\w+ing)\b"
)
_EQUALS = re.compile(
    r"\b(?:and|or|with|between|rival\w*|marr\w+|merge\w*|both|together|met|same|near|like|border\w*|via|namely|called|as)\b|[,;(&/–]"
)
_ALONE = re.compile(
    r"['’]s\b|[.,;)]|$| (?:is|was|are|were|has|had|have|can|could|will|would|may|to|in|of|on|at|by|for|from|after|before|as|when|who|that|which|did|does|[a-z]{3,}ed|became|began|led|won|took|made|wrote|gave)\b"
)
_CAPITAL_BEFORE = re.compile(r"[A-Z][\w’-]* $")
VAGUE = re.compile(
    r"\b(?:It|He|She|They|This|That|These|Those|There|I|We|You|Its|His|Her|Their|Such|Some|Others?|Both|One|All|What|Which|Who|If|When|While|Although|Because|Since|But|And|As|In|On|At|By|For|To|From|With|During|After|Before|However|Thus|Also|Many|Most|Several|Each|Another)\b"
)


def roles(text: str, place: Place, draw: Draw) -> Iterator[str]:
    """X is made by Y -> Y is made by X; X causes Y -> Y causes X; A because B -> B because A; two names swapped."""
    if (found := PASSIVE.match(text)) and not re.search(
        r"\b(?:that|which|who|and|it|they|he|as)\b", f"{found['what']} {found['who']}", re.IGNORECASE
    ):
        was = found["be"] in ("was", "were")
        be = ("were" if was else "are") if several(found["who"]) else ("was" if was else "is")
        yield f"{raised(found['who'])} {be} {found['verb']} by {lowered(found['what'], place.passage)}."
    if (
        (turned := _DID_TO.match(text))
        and not VAGUE.match(turned["one"])
        and not re.search(
            r"\b(?:it|they|that|which|who|this|not|of|and|by|to|in|for|is|are|was|had|have|has|as)\b",
            f"{turned['one']} {turned['two']}",
        )
    ):
        yield f"{raised(turned['two'])} {turned['verb']} {lowered(turned['one'], place.passage)}."
    if (because := _BECAUSE.match(text)) and not re.search(r"\b(?:is|was|are|not|only|just|this)$", because.group(1)):
        yield f"{raised(because.group(2))} because {lowered(because.group(1), place.passage)}."
    if (found := _CONTRAST.match(text)) and _two_things(found["one"], found["two"]):
        yield f"{raised(found['two'])}{found['says']}, {found['link']} {lowered(found['one'], place.passage)}{found['also']}."
    yield from _exchanged(text)


def _two_things(one: str, other: str) -> bool:
    """Whether the subjects of two clauses are short names of two things."""
    if VAGUE.search(one) or VAGUE.search(other) or _NO_SUBJECT.search(f"{one} {other}"):
        return False
    return not {*one.lower().split()} >= {*other.lower().split()}


def _exchanged(text: str) -> Iterator[str]:
    """Two names of one sentence, each where the other was."""
    known = [found.span() for found in persons(text)]
    known += [found.span() for found in names(text) if not any(start <= found.start() < end for start, end in known)]
    if (
        first := re.match(r"[A-Z][\w’-]+(?: [A-Z][\w’-]+)?(?= (?:was|is|had|has|[a-z]+ed)\b)", text)
    ) and not VAGUE.match(first.group()):
        known += [] if any(start == 0 for start, _ in known) else [first.span()]
    for (start, end), (begin, stop) in itertools.pairwise(sorted(known)):
        one, between, other = text[start:end], text[end:begin], text[begin:stop]
        if (
            not 4 < len(between) < 60
            or _EQUALS.search(between)
            or {*one.split()} & {*other.split()}
            or re.match(r"['’]", text[stop:])
        ):
            continue
        alone = all(
            _ALONE.match(text[stop_:]) and not _CAPITAL_BEFORE.search(text[:start_])
            for start_, stop_ in ((start, end), (begin, stop))
        )
        if alone and bool(persons(one)) == bool(persons(other)):
            yield text[:start] + other + between + one + text[stop:]
