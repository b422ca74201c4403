"""An English sentence -> sentences that its passage does not prove: the second family used while developing."""
# ruff: noqa: E501, SIM905 - a wording, a pattern and a list of words are read whole

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from kb.evaluation.claims.case import Draw, Place, Rewrite, as_cased, swapped
from kb.evaluation.claims.second_english_amounts import dates, far_numbers, numbers, units
from kb.evaluation.claims.wording import YEAR, digits, names

_BASE = {
    "became": "become", "began": "begin", "won": "win", "took": "take", "made": "make", "led": "lead", "built": "build", "wrote": "write",
    "held": "hold", "gave": "give", "found": "find", "sent": "send", "lost": "lose", "kept": "keep", "brought": "bring", "grew": "grow",
    "used": "use", "caused": "cause", "received": "receive", "provided": "provide", "reached": "reach", "developed": "develop",
    "established": "establish", "destroyed": "destroy", "defeated": "defeat", "attended": "attend", "announced": "announce",
    "introduced": "introduce", "produced": "produce", "formed": "form", "signed": "sign", "agreed": "agree", "moved": "move",
    "returned": "return", "proposed": "propose", "opened": "open", "joined": "join", "helped": "help", "created": "create",
    "published": "publish", "discovered": "discover", "continued": "continue", "launched": "launch", "spread": "spread",
}  # fmt: skip
_FINITE = re.compile(
    rf"(?<=[a-z] )(?P<verb>{'|'.join(_BASE)})(?= (?:the|an?|to|in|his|her|its|their|that|into|by|from|about|some|many|over|up)\b)"
)
_NOT_FINITE = re.compile(
    r"\b(?:was|were|been|be|is|are|being|has|have|had|and|or|which|that|who|the|an?|not|never|by|of|to|could|would|also|first|then|later|often|being|soon) $",
    re.IGNORECASE,
)
_NEVER = re.compile(r"\b(?:never|no longer)\b")
_IS = re.compile(
    r"\b(is|are|was|were|has|have|had|can|would) (?=[a-z]+(?:ed|en|ing|ly)\b|the\b|an?\b|based|built|made|found|known|held)"
)
_OPPOSITES = (
    ("early", "late"), ("majority", "minority"), ("victory", "defeat"), ("permanent", "temporary"), ("rural", "urban"), ("imported", "exported"),
    ("ancient", "modern"), ("simple", "complex"), ("natural", "artificial"), ("similar", "different"), ("success", "failure"),
    ("upper", "lower"), ("summer", "winter"), ("fast", "slow"), ("with", "without"), ("present", "absent"), ("expensive", "cheap"),
    ("peace", "war"), ("strengthened", "weakened"), ("expanded", "shrank"), ("cold", "hot"), ("heavy", "light"),
    ("major", "minor"), ("independent", "dependent"), ("active", "inactive"), ("common", "rare"), ("small", "large"), ("high", "low"),
    ("long", "short"), ("inner", "outer"), ("import", "export"), ("agreed", "disagreed"), ("attack", "retreat"), ("married", "divorced"),
)  # fmt: skip
_TURNS = {one: other for pair in _OPPOSITES for one, other in (pair, pair[::-1]) if pair[0] != "with" or one == "with"}
_TURN = re.compile(rf"(?<![-’])\b(?:{'|'.join(word for word in _TURNS if word != 'with')})\b(?![-’])")
_NATIONS = (
    "British French German Spanish Italian Chinese Russian Japanese Dutch Polish Greek Turkish Swedish Indian Mexican Canadian Australian "  # swapped at will
    "Portuguese Norwegian Danish Egyptian Persian"
).split()
_NATION = re.compile(rf"\b(?:{'|'.join(_NATIONS)})\b(?![- ](?:Empire|Revolution))")
_FIRST_NAMES = "Edward George Robert Walter Frederick Arthur Margaret Helen Alice Charles Richard Hugo Oscar Clara Ellen Victor".split()
_LAST_NAMES = "Hartley Bradford Whitmore Lindqvist Okafor Moreau Castellano Petrov Ashworth Tanaka Fitzgerald Kowalski Mendoza".split()
_FROM_TO = re.compile(
    r"\bfrom ((?:the )?[A-Z][\w’-]+(?: [A-Z][\w’-]+)?) to ((?:the )?[A-Z][\w’-]+(?: [A-Z][\w’-]+)?)(?= |,|\.)"
)
_INSTEAD = re.compile(r"\b(?P<one>[a-z]{5,}) (?:rather than|instead of) (?P<other>[a-z]{5,})(?=[.,])")
_OVER = re.compile(
    r"\b((?:the|an?) (?:[a-z]+ )?[a-z]{4,}) (causes?|caused|influenced|replaced|replaces|precedes|preceded|follows|leads to|led to|depends on|"
    r"produces|produced|attacks|destroys|surrounds|surrounded|contains|supplies|activates) ((?:the|an?) (?:[a-z]+ )?[a-z]{4,})(?=[.,;])",
    re.IGNORECASE,
)
_BY_NAME = re.compile(r"(?<= by )(?:[A-Z][\w’-]+)(?: [A-Z][\w’-]+)*")
_MANY = {
    "a few": "most", "each": "not one", "majority": "minority", "nearly all": "hardly any", "almost all": "hardly any", "at least": "at most",
    "up to": "at least", "mainly": "solely", "primarily": "solely", "largely": "entirely", "commonly": "seldom", "typically": "without exception",
    "widely": "hardly", "many": "no", "some": "no", "most": "few", "several": "no", "mostly": "entirely", "often": "without exception",
    "usually": "invariably", "generally": "in every case", "sometimes": "at no time", "almost every": "hardly any", "various": "no",
    "numerous": "no", "always": "only sometimes", "all": "hardly any", "every": "hardly any",
}  # fmt: skip
_MUCH = re.compile(rf"\b(?:{'|'.join(sorted(_MANY, key=len, reverse=True))})\b", re.IGNORECASE)
_MORE = (
    (re.compile(r"\bone of the (?=(?:most|\w+est)\b)"), ("the ", "not one of the ")),
    (re.compile(r"\bthe (?=(?:largest|oldest|biggest|highest|longest|richest|tallest|greatest|first|earliest)\b(?! (?:two|three|four|five|few)\b))"), ("the second ", "the third ")),
    (re.compile(r"\bmore than (?=[\d$£])"), ("fewer than ", "no more than ")),
    (re.compile(r"\bless than (?=[\d$£])|\bfewer than (?=\d)"), ("more than ", "well over ")),
    (re.compile(r"\b(?<!the )most (?=(?:important|common|powerful|popular|influential|successful|famous|notable|significant)\b)"), ("least ",)),
    (re.compile(r"\b(?:higher|greater|larger|bigger|longer|older|stronger|faster|better|earlier) than\b"), ("the same as", "no different from")),
    (re.compile(r"\btwice as\b"), ("half as", "three times as")),
    (re.compile(r"\bover (?=\d)"), ("under ", "barely half of ")),
    (re.compile(r"\bmore (?=[a-z]+(?:ful|ous|ive|ent|ant|al|able|ed|ly|ic|ing)\b)"), ("no more ", "equally ")),
    (re.compile(r"\bsuperior to\b"), ("inferior to",)),
    (re.compile(r"\bnearly (?=\d)|\balmost (?=\d)"), ("well over ", "twice ")),
)  # fmt: skip
_LEAD = re.compile(
    rf"^((?:In|On|During|After|Before|By) [^,]*?(?:{YEAR}|\d{{1,2}}(?:st|nd|rd|th) century)[^,]{{0,30}}), (?=[A-Za-z])"
)
_VAGUE = re.compile(
    r"^(?:It|He|She|They|This|That|These|Those|There|Its|His|Her|Their|Such|Some|Others?|Both|One|All|However|Also|As|If|When|While|Although|In|On|At|By|For|But|And|To|What)\b"
)
_SAYS = re.compile(
    r"^(?P<who>(?:The |A |An )?[A-Z]?[\w’ -]{3,45}?) (?P<says>(?:is|was|are|were|has|have|had|became|began|made|led|took|won|published|received) [^;:()]{15,140})\.$"
)


def negation(text: str, place: Place, draw: Draw) -> Iterator[str]:
    """Did -> did not, failed to; is -> is no longer, is hardly; never -> always."""
    if found := _NEVER.search(text):
        yield swapped(text, found, "always" if found.group() == "never" else "still")
        return
    if re.search(r"\b(?:not|no|nor|neither|if|only|hardly|without|n't)\b", text, re.IGNORECASE):
        return
    if (
        (found := _FINITE.search(text))
        and not _NOT_FINITE.search(text[: found.start()])
        and not re.search(r"-$", text[: found.start()])
    ):
        base = _BASE[found["verb"]]
        yield swapped(text, found, f"did not {base}")
        yield swapped(text, found, f"failed to {base}")
        yield swapped(text, found, f"never {found['verb']}")
    if found := _IS.search(text):
        yield swapped(text, found, f"{found.group(1)} never ")
        yield swapped(text, found, f"{found.group(1)}n't " if found.group(1) != "can" else "can't ")
    if re.match(r"(?:The|A|An|This|These|It|He|They) ", text) and len(text) < 150 and "," not in text:
        yield f"It is not true that {text[0].lower()}{text[1:]}"


def opposite(text: str, place: Place, draw: Draw) -> Iterator[str]:
    """Early -> late, where the passage does not hold both."""
    for found in _TURN.finditer(text):
        other = _TURNS[found.group()]
        if not re.search(rf"\b{other}\b", place.passage, re.IGNORECASE) and not re.match(
            r"(?: of| as|-)", text[found.end() :]
        ):
            yield swapped(text, found, other)


def half_names(text: str, place: Place, draw: Draw) -> Iterator[str]:
    """Half of a name, or a nation, changed for another."""
    for found in re.finditer(r"(?<=[a-z,] )([A-Z][a-z]{2,}) ([A-Z][a-z]{3,})\b", text):
        first, last = found.groups()
        if {first, last} & {
            "The",
            "United",
            "New",
            "North",
            "South",
            "West",
            "East",
            "Great",
            "World",
            "House",
            "High",
        }:
            continue
        yield swapped(
            text, found, f"{first} {draw.random.choice([name for name in _LAST_NAMES if name not in place.passage])}"
        )
        yield swapped(
            text, found, f"{draw.random.choice([name for name in _FIRST_NAMES if name not in place.passage])} {last}"
        )
    for found in _NATION.finditer(text):
        if found.start():
            yield swapped(text, found, draw.random.choice([name for name in _NATIONS if name[:4] not in place.passage]))
    for found in names(text):
        if found.group().count(" ") == 0 and (other := draw.stranger(place.passage, found.group())):
            yield swapped(text, found, other)


def roles(text: str, place: Place, draw: Draw) -> Iterator[str]:
    """From A to B -> from B to A; A causes B -> B causes A; by A -> by another of the passage."""
    for found in _FROM_TO.finditer(text):
        yield swapped(text, found, f"from {found.group(2)} to {found.group(1)}")
    if instead := _INSTEAD.search(text):
        one, other = instead["one"], instead["other"]
        yield swapped(text, instead, instead.group().replace(one, "\0").replace(other, one).replace("\0", other))
    if (over := _OVER.search(text)) and not re.search(
        r"\b(?:it|they|this|that|which|them|who|these|what)\b", over.group()
    ):
        yield swapped(text, over, f"{over.group(3)} {over.group(2)} {over.group(1)}")
    for found in _BY_NAME.finditer(text):
        others = [
            name.group()
            for name in names(place.passage)
            if name.group() not in place.text and not set(name.group().split()) & set(found.group().split())
        ]
        if others:
            yield swapped(text, found, draw.random.choice(others))


def quantifiers(text: str, place: Place, draw: Draw) -> Iterator[str]:
    """Many -> no; at least -> at most; mainly -> solely."""
    for found in _MUCH.finditer(text):
        word, before, after = found.group().lower(), text[: found.start()], text[found.end() :]
        if re.search(
            r"\b(?:the|not|as|so|too|how|than|this|that|an?|very|his|her|their|its|of|and|them|us|more|is|most|for|in|one|no|large|great|for the) $",
            before,
            re.IGNORECASE,
        ) and word not in ("majority", "at least", "up to"):
            continue
        if word in ("most", "many", "all", "some", "several") and re.match(
            r" (?:\w+(?:ed|ly|ous|ful|ive|al|ant|ent)\b|of (?:the )?(?:time|\w+est)|as |other|that|but|but )", after
        ):
            continue
        if word == "each" and not re.match(r" (?:of|[a-z]+ (?:has|is|was|had))\b", after):
            continue
        if (re.match(r" \d", after) and word in ("some", "several")) or (
            word in ("up to", "at least") and not re.match(r" (?:\d|\w+ (?:per|years|days))", after)
        ):
            continue
        if word == "all" and (
            of := re.match(r" (?=(?:the|these|those|his|her|their|its)\b)(?!the (?:morning|day|time|way|while))", after)
        ):
            after = f" of {after[of.end() :]}"
        turned = _MANY[word]
        if after.startswith(" of ") and turned in ("no", "not one"):
            turned = "none" if turned == "no" else turned
        yield f"{before}{as_cased(found.group(), turned)}{after}"


def comparatives(text: str, place: Place, draw: Draw) -> Iterator[str]:
    """One of the largest -> the largest; the oldest -> the second oldest; more than 5 -> fewer than 5."""
    for pattern, others in _MORE:
        for found in pattern.finditer(text):
            if not re.search(r"\b(?:no|not|never|of) $", text[: found.start()]):
                yield swapped(text, found, draw.random.choice(others))


def stitched(text: str, place: Place, draw: Draw) -> Iterator[str]:
    """The time of one sentence with the event of the next; who one speaks of, with what the next says of another."""
    lead, lead_after = _LEAD.match(place.text), _LEAD.match(place.after)
    if lead and lead_after and not digits(lead.group(1)) & digits(lead_after.group(1)):
        yield f"{lead.group(1)}, {place.after[lead_after.end() :]}"
        yield f"{lead_after.group(1)}, {place.text[lead.end() :]}"
    one, other = _SAYS.match(place.text), _SAYS.match(place.after)
    if not one or not other or _VAGUE.match(one["who"]) or _VAGUE.match(other["who"]):
        return
    if one["says"].split()[0] != other["says"].split()[0] or re.search(
        r"\b(?:who|that|if|how|which)\b", f"{one['who']} {other['who']}"
    ):
        return
    if {*one["who"].lower().split()} & {*other["who"].lower().split()} - {"the", "a", "an", "of"}:
        return
    yield f"{one['who']} {other['says']}."
    yield f"{other['who']} {one['says']}."


NEGATIVES: Mapping[str, Sequence[Rewrite]] = {
    "numbers": (numbers,),
    "negation": (negation, opposite),
    "names": (half_names,),
    "roles": (roles,),
    "units": (units,),
    "dates": (dates,),
    "quantifiers": (quantifiers,),
    "comparatives": (comparatives,),
    "neighbour": (far_numbers,),
    "stitched": (stitched,),
}
