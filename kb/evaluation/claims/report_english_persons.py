"""An English sentence -> who did it to whom said the other way, or under another name: of the reported family."""
# ruff: noqa: E501, SIM905 - a wording, a pattern and a list of words are read whole

from __future__ import annotations

import re
from collections.abc import Iterator

from kb.evaluation.claims.case import Draw, Place, swapped
from kb.evaluation.claims.wording import lowered, raised

BASES = (
    "announce compile characterize lead assist support publish rank activate cause produce kill recognize aid provide regulate mediate correct accelerate "
    "determine oppose describe stir contradict influence surround follow help criticize identify eliminate detect protect destroy attack separate include "
    "contain develop propose discover invent establish introduce found create write accept reject design win carry secure transform eliminate reduce "
    "appoint formulate unify explain use reach enter receive open close join fill visit attend control prevent inhibit bind release present engulf trap "
    "trigger represent affect record sell buy own teach defend defeat invade occupy replace adopt launch organize approve abolish observe express shock impress"
).split()
_IRREGULAR = {"lead": ("led", "led"), "write": ("wrote", "written"), "win": ("won", "won"), "bind": ("bound", "bound"), "sell": ("sold", "sold"),
              "buy": ("bought", "bought"), "teach": ("taught", "taught")}  # fmt: skip


def _past(base: str) -> str:
    if base in _IRREGULAR:
        return _IRREGULAR[base][0]
    if base.endswith("e"):
        return f"{base}d"
    if base.endswith("y") and base[-2] not in "aeiou":
        return f"{base[:-1]}ied"
    doubled = {"trap": "trapped", "control": "controlled", "regret": "regretted"}
    return doubled.get(base, f"{base}ed")


def _done(base: str) -> str:
    return _IRREGULAR[base][1] if base in _IRREGULAR else _past(base)


def _does(base: str) -> str:
    if base.endswith(("s", "sh", "ch", "x")):
        return f"{base}es"
    return f"{base[:-1]}ies" if base.endswith("y") and base[-2] not in "aeiou" else f"{base}s"


_BY_DONE = {_done(base): base for base in BASES}
_BY_DOES = {_does(base): base for base in BASES}
PASSIVE = re.compile(
    rf"^(?P<lead>(?:Conversely|For example|In humans|However|Thus), )?(?P<what>(?!There |I |We |This )[A-Za-z][^,;:()]{{1,110}}?) (?P<be>is|are|was|were) (?P<how>[a-z]+ly )?(?P<verb>{'|'.join(_BY_DONE)}) by (?P<who>[^;:()]{{3,90}}?)"
    r"(?P<tail>(?: (?:in|on|during|after|before|since) (?:the )?(?:early |late )?[\dA-Z][^;:()]{1,90}|, which [^;:]{5,120})?)\.$"
)
_LISTED = re.compile(r"^[^,]+, (?:[^,]+, )*and [^,]+$|^[^,]+, [^,]+ and [^,]+$")
_NOT_ALONE = re.compile(r"\b(?:that|which|who|when|if|not|because|while|but|or|as|either|than|what)\b", re.IGNORECASE)
_ACTIVE = re.compile(
    rf"^(?P<who>(?:[A-Z][\w’'-]+)(?: [\w’'-]+){{0,5}}?) (?P<verb>{'|'.join({*map(_past, BASES), *_BY_DOES})}) (?P<what>(?:the|an?|his|its|their|many|several|some|two|three|four|these|both|all|[A-Z][a-z]+)\b[^,;:()]{{3,75}}?)"
    r"(?P<tail>(?: in (?:the )?(?:early |late )?\d{4}s?| on \d{1,2} [A-Z][a-z]+ \d{4})?)\.$"
)
_ANY_VERB = re.compile(
    r"\b(?:is|are|was|were|has|have|had|can|could|will|would|may|must|by|of|and|or|in|to|at|with|for|that|which|who|when|if|not|because|as|while|but|than|there|where|what|how)\b"
)
_MEN = (
    "James Frank Albert Isaac Galileo Robert Louis Richard Andy Andrew Pat Patrick John William George Charles Thomas David Michael Paul Peter Henry Edward Walter Oliver Arthur "
    "Frederick Joseph Daniel Mark Steven Stephen Martin Alexander Benjamin Samuel Adam Jack Harry Philip Phillip Lewis Eric Carl Karl Hans Martin Ernst Max Niels Werner Wernher Hugo "
    "Hugh Neil Buzz Bill Bob Jim Tom Dan Ben Sam Joe Mike Steve Scott Brian Kevin Keith Roger Ralph Leonard Leon Edwin Howard Harold Herbert Gene Mel Cleavon Dilip Hassan Omar Ali "
    "Muhammad Nathan Ryan Jason Justin Kenneth Kurt Luke Matthew Nicholas Noel Perry Ronald Roy Russell Sean Simon Stanley Stuart Timothy Tony Vincent Wayne Luis Jose Juan Sherlock Julius"
).split()
_WOMEN = (
    "Mary Anna Anne Ann Jane Elizabeth Margaret Sarah Susan Helen Alice Emma Emily Joyce Veronica Nina Madeline Jessica Jennifer Julia Julie Kate Katherine Catherine Laura Linda Lisa "
    "Maria Marie Martha Michelle Nancy Nicole Rachel Rebecca Rosa Ruth Sandra Victoria Virginia Irene Barbara Carol Caroline Charlotte Christina Claire Diana Dorothy Drew Eleanor Florence Grace"
).split()
_PERSON = re.compile(
    rf"(?<![\w-])({'|'.join(_MEN + _WOMEN)}) ((?:[A-Z]\. |[A-Z][a-z]+ )?[A-Z][a-z]{{3,}})\b(?! [A-Z]|['’]s [A-Z])"
)
_LONGER_NAME = re.compile(
    r"\b(?!(?:Sir|Mr|Mrs|Dr|Miss|In|On|At|When|While|After|Before|By|For|And|But|As|The|With|From|If|Inspector|President|Justice|Emperor|King|Queen|Minister|Senator|General)\b)[A-Z][\w’-]*\.? $"
)
_NO_PERSON = frozenset(
    """
    University College School Library House Street Road Inn Court Company Island Islands River Lake County City Park Award Prize Bay Cross Hall Show Band Corporation Foundation
    Institute Church Hospital Museum Airport Station Stadium Center Centre Bridge Square Avenue Group
    """.split()
)
_BEGINS = re.compile(rf"^(?:Mr\.? |Dr\.? |Sir )?(?:{'|'.join(_MEN + _WOMEN)}) [A-Z]")
_FRONT = re.compile(
    r"^((?:The )?[A-Z][\w’-]+(?: [A-Z][\w’-]+){0,2}) (?=(?:was|is|had|has|can|will|also|\w+ed|became|won|led)\b)"
)
_PLURAL = re.compile(
    r"^((?:The |Many |Some |These |Most |Several )?(?:[A-Za-z-]+ ){0,3}[a-z]{3,}s) (are|were|have|can) (?!not\b)(.+)$"
)
_PLAIN_PLURAL = re.compile(
    r"(?!The |His |My |Her |Its |Their |There |Such |Some |Most |Several |Many |Other |Fresh |Since |If |Once |While |When |Although |Sometimes |As |Because |All |Both |Few |No |What |Here |Also |Those |Next |One |Two |Three |Four |Five )(?!.*\b(?:of|and|in|this|his|was|is|the|both)\b)"
)
_SHORT_FOR = re.compile(r"\b((?:[A-Za-z-]+ ){1,5}[A-Za-z-]+) \(([A-Z]{2,5})\)")


def made_active(text: str, place: Place, draw: Draw) -> Iterator[str]:
    """X is mediated by Y -> Y mediates X; it is Y that mediates X."""
    found = PASSIVE.match(text)
    if not found or _NOT_ALONE.search(found["who"]) or _NOT_ALONE.search(found["what"]):
        return
    who, what, tail = found["who"], found["what"], found["tail"]
    if re.search(r"\b(?:he|she|it|they|his|her|its|their)\b", f"{who} {tail}") or (
        "," in who and not _LISTED.match(who)
    ):
        return
    what = {"It": "it", "He": "him", "She": "her", "They": "them"}.get(what, what)
    verb = _active(found["be"], _BY_DONE[found["verb"]], who)
    how, lead = found["how"] or "", found["lead"] or ""
    moved = "" if tail.startswith(",") else tail
    yield f"{lead}{who if lead else raised(who)} {how}{verb} {what if lead else lowered(what, place.passage)}{moved}."
    if not tail and not how and not lead:
        yield f"It {'is' if found['be'] in ('is', 'are') else 'was'} {who} that {_active(found['be'], _BY_DONE[found['verb']], who)} {lowered(what, place.passage)}."


def _active(be: str, base: str, who: str) -> str:
    """The verb of a passive for its doer."""
    if be in ("was", "were"):
        return _past(base)
    return base if several(who) else _does(base)


def several(who: str) -> bool:
    """Whether a doer reads as more than one."""
    head = re.split(r" (?:of|in|on|with|from|to|for|between|at|called|including) ", who)[0]
    return " and " in head or bool(re.search(r"(?<![su’'i])s$|\b(?:cells|people|men|children)$", head))


def made_passive(text: str, place: Place, draw: Draw) -> Iterator[str]:
    """Y mediates X -> X is mediated by Y."""
    found = _ACTIVE.match(text)
    if not found or _ANY_VERB.search(found["who"].lower()) or _NOT_ALONE.search(found["what"]):
        return
    who, verb, what, tail = found["who"], found["verb"], found["what"], found["tail"]
    if re.search(r"\b(?:and|by|\w+ing|to)\b", what) or who.split()[0] in ("In", "On", "At", "Then", "It", "This"):
        return
    pronouns = {"I": "me", "He": "him", "She": "her", "They": "them", "We": "us"}
    doer = pronouns.get(who, lowered(who, place.passage))
    if re.search(r" (?:also|then|soon|later)$", who) or (
        doer == who and who[0].isupper() and place.passage.count(who) < 2 and not persons(who)
    ):
        return
    if who in pronouns and re.match(r"(?:his|her|their|my|our)\b", what):
        return
    past = verb not in _BY_DOES
    be = ("were" if past else "are") if several(what) else ("was" if past else "is")
    base = next(base for base in BASES if verb in (_past(base), _does(base)))
    yield f"{raised(what)} {be} {_done(base)} by {doer}{tail}."


def persons(text: str) -> list[re.Match[str]]:
    """Where full names of people stand, as far as their words show."""
    return [
        found
        for found in _PERSON.finditer(text)
        if not {*found.group().split()} & _NO_PERSON and not _LONGER_NAME.search(text[: found.start()])
    ]


def renamed(text: str, place: Place, draw: Draw) -> Iterator[str]:
    """James Clerk Maxwell -> Maxwell; Maxwell -> James Maxwell where the passage calls one so; an abbreviation spelled out."""
    for found in persons(text):
        last = found.group(2).split()[-1]
        if last in place.title or re.search(r"\b(?:Sir|Lord|Lady|Dame) $", text[: found.start()]):
            continue
        if len(re.findall(rf"\b{last}\b", place.passage)) >= 2 and not re.search(
            rf"\b(?!{found.group(1)})[A-Z][a-z]+ {last}\b", place.passage
        ):
            yield swapped(text, found, last)
    for full in persons(place.passage.replace(place.text, " ")):
        last = full.group(2).split()[-1]
        alone = (
            None
            if last in place.title
            else re.search(
                rf"(?<![A-Z.] )(?<![A-Z][a-z]{{2}} )(?<![a-z] [A-Z]\. )\b{last}\b(?!['’]s? [A-Z]|-| [A-Z])", text
            )
        )
        if alone and not re.search(rf"[A-Z]\w*\.? {last}", text) and text.count(last) == 1:
            yield swapped(text, alone, full.group())
    for pair in _SHORT_FOR.finditer(place.passage):
        words, short = pair.group(1).split(), pair.group(2)
        long = words[-len(short) :]
        if [word[0].upper() for word in long] != list(short):
            continue
        if (alone := re.search(rf"(?<![-(/]){short}\b(?![-)/s])", text)) and f"({short})" not in text:
            yield swapped(text, alone, " ".join(long))


def spoken_of(text: str, place: Place, draw: Draw) -> Iterator[str]:
    """X did -> he, she, it or they did; he did -> the one that the sentence before begins with did."""
    named = {found.group() for found in persons(place.before)}
    he = re.match(r"(He|She|His|Her) (?=[a-z])", text)
    if he and len(named) == 1 and _BEGINS.match(place.before):
        (name,) = named
        female = name.split()[0] in _WOMEN
        if female == (he.group(1) in ("She", "Her")) and name.split()[-1] not in text:
            yield f"{name}{'’s' if he.group(1) in ('His', 'Her') else ''} {text[he.end() :]}"
    if found := _FRONT.match(text):
        name = found.group(1)
        known = [one for one in persons(name) if one.group() == name]
        if known and len({one.group() for one in persons(text)}) == 1:
            yield f"{'She' if name.split()[0] in _WOMEN else 'He'} {text[found.end() :]}"
        elif name in ("Holmes", "Iqbal"):
            yield f"He {text[found.end() :]}"
        elif not known and name == place.title:
            yield f"It {text[found.end() :]}"
    if (found := _PLURAL.match(text)) and found.group(2) in ("are", "can") and _PLAIN_PLURAL.match(found.group(1)):
        yield f"They {found.group(2)} {found.group(3)}"
