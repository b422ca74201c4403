"""An English sentence -> sentences that its passage does not prove: the family that is reported."""
# ruff: noqa: E501, SIM905 - a wording, a pattern and a list of words are read whole

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from kb.evaluation.claims.case import Draw, Place, Rewrite, as_cased, swapped
from kb.evaluation.claims.report_english_figures import ages, days, neighbour_words, neighbours, numbers, units, years
from kb.evaluation.claims.report_english_persons import persons
from kb.evaluation.claims.report_english_roles import VAGUE, roles

_NEGATED = re.compile(
    r"\b(?:no|not|never|nor|neither|none|nobody|nothing|cannot|without|hardly|unless|if|whether|only|few|little|unlikely|impossible)\b|n['’]t\b",
    re.IGNORECASE,
)
_BE = re.compile(
    r"\b(is|are|was|were) (?=(?:an?|the|very|often|usually|now|one|based|named|located|used|known|called|part)\b|[a-z]+(?:ed|ing)\b)"
)
_MODAL = re.compile(
    r"\b(can|could|may|might|will|would|must|should) (?=(?:be|also|have|cause|take|make|lead|help|use|[a-z]{3,})\b)"
)
_MODALS = {"can": "is unable to", "could": "was unable to", "may": "can under no circumstances", "might": "could under no circumstances", "will": "will at no point", "would": "would at no point", "must": "need not", "should": "should by no means"}  # fmt: skip
_HAS = re.compile(r"\b(has|have|had) (?:an?|the|many|several|some|two|three|various) (?=[a-z])")
_PREFIXED = (
    "known unknown|able unable|equal unequal|stable unstable|likely unlikely|usual unusual|common uncommon|conscious unconscious|official unofficial|successful unsuccessful|"
    "complete incomplete|dependent independent|visible invisible|formal informal|organic inorganic|sufficient insufficient|effective ineffective|regular irregular|relevant irrelevant|"
    "mature immature|mobile immobile|perfect imperfect|moral immoral|legal illegal|honest dishonest|connected disconnected|appeared disappeared|approved disapproved|satisfied dissatisfied|"
    "healthy unhealthy|important unimportant|specific unspecific|clear unclear|certain uncertain|familiar unfamiliar|fortunate unfortunate|interesting uninteresting|remarkable unremarkable"
)
_TURNED = (
    "arrived departed|create destroy|created destroyed|creates destroys|entering leaving|friend enemy|guilty innocent|maximum minimum|dead alive|true false|dry wet|clean dirty|"
    "thick thin|wide narrow|prevent promote|prevents promotes|prevented promoted|reduce raise|reduced raised|reduces raises|remember forget|asleep awake|attack protect|attacks protects|"
    "inhibit stimulate|inhibits stimulates|inhibited stimulated|activate suppress|activates suppresses|activated suppressed|destroyed preserved|protect endanger|protects endangers|"
    "accepted refused|approved vetoed|allow prevent|allows prevents|allowing preventing|began stopped|begin stop|begins stops|started stopped|joined left|rising falling|rise fall|"
    "released withdrawn|praised condemned|built demolished|formed dissolved|founded abolished|expanding shrinking|increasing shrinking|gained forfeited|survived perished|win lose|"
    "married divorced|rejected welcomed|failed succeeded|acquired lost|bound separated|attached detached|absorb emit|absorbs emits|hot cold|light dark|soft hard|sweet bitter|"
    "silent talkative|loud quiet|calm agitated|beautiful ugly|happy sad|empty full|front back|above below|upper lower|older newer|winter summer|morning evening|night day|toward away from|"
    "adult juvenile|local foreign|domestic foreign|voluntarily unwillingly|quickly slowly|slowly rapidly|rapidly slowly|rarely regularly|temporarily permanently|simple complicated|"
    "peaceful violent|violent peaceful|mild severe|severe mild|chronic acute|acute chronic|positive negative|negative positive|inside outside|outside inside"
)
_OPPOSITES: dict[str, str] = {}
for _pair in f"{_PREFIXED}|{_TURNED}".split("|"):
    _one, _other = _pair.split(" ", 1)
    _OPPOSITES.setdefault(_one, _other)
    if " " not in _other:
        _OPPOSITES.setdefault(_other, _one)
_OPPOSITE = re.compile(rf"(?<![-’'])\b(?:{'|'.join(sorted(_OPPOSITES, key=len, reverse=True))})\b(?![-’'])")
_PLACES = "Lisbon Vienna Oslo Toronto Cairo Nairobi Chicago Seattle Dublin Prague Osaka Lima Manila Atlanta Melbourne Budapest Helsinki Santiago".split()
_A_PLACE = re.compile(
    r"(?:(?<=\b(?:in|to|at|of) )|(?<=\bfrom ))(?:London|Boston|Cambridge|Paris|Berlin|England|Scotland|France|Germany|Europe|Africa|Asia|America|India|China|Japan|Egypt|Denver|Colorado|Florida|Texas|Houston|"
    r"California|Chicago|Washington|Australia|Canada|Belgium|Iceland|Italy|Spain|Pakistan|Lahore|Sudan|Iran|Ghana|Ecuador|Quito|Louisiana|Ohio|Pennsylvania|Halifax|Yorkshire|Baltimore|Zürich|Edinburgh|"
    r"Southampton|Winchester|Hampshire|Berkshire|Reading|Allston|Massachusetts|Princeton)\b(?! [A-Z]|['’-])"
)
_CALLED = "Redfield Thornbury Calloway Ellsworth Marchetti Lindgren Okonjo Varga Beaumont Sinclair Hargrove Delacroix Novikov Pemberton".split()
_OF_A_KIND = re.compile(
    r"\b([A-Z][a-z’-]+(?: [A-Z][a-z’-]+)?) (?=(?:University|College|Park|County|River|Bridge|Library|Museum|Hall|Street|Road|Square|Island|Lake|Mountains?|School|Festival|Theatre|Forest|Company|Records|Station|Inn|Bay|Valley|Canal|Hospital|Church|Stadium|Award|Act)\b)"
)
_SHORT = re.compile(r"(?<![-/(\w])[A-Z]{3,4}(?![-/)\w])")
_SHORTS = "BDK RLM TCU WQS HVN PZO GXA".split()
_SOME = {
    "some": ("nearly all", "hardly any"), "many": ("nearly all", "almost no"), "several": ("virtually all", "none of the"), "most": ("only a minority of", "hardly any of the"), "all": ("only about half of", "almost none of"),
    "every": ("not every", "almost no"), "each": ("hardly any",), "often": ("on every occasion",), "usually": ("on rare occasions only", "in all cases"), "typically": ("in rare cases only", "in every single case"),
    "sometimes": ("in every case", "most of the time"), "generally": ("only in exceptional cases",), "normally": ("only in exceptional cases",), "frequently": ("hardly ever",), "rarely": ("nearly always",),
    "always": ("only occasionally",), "never": ("regularly",), "mostly": ("to a small extent",), "mainly": ("to a small extent",), "primarily": ("only marginally",), "largely": ("only marginally",),
    "partly": ("wholly",), "both": ("neither of the",), "various": ("exactly two",), "numerous": ("very few",), "a few": ("dozens of",), "a number of": ("almost no",), "the majority of": ("less than a tenth of",), "may": ("must inevitably",),
    "might": ("must inevitably",), "almost": ("nowhere near",), "nearly": ("nowhere near",), "entirely": ("only in part",), "completely": ("only in part",), "widely": ("almost nowhere",), "commonly": ("almost never",), "any": ("only one particular",),
    "at least": ("no more than",), "up to": ("well over",), "approximately": ("more than twice",), "about half": ("all",),
}  # fmt: skip
_SOME_WORD = re.compile(rf"\b(?:{'|'.join(sorted(_SOME, key=len, reverse=True))})\b", re.IGNORECASE)
_BEFORE_SOME = re.compile(
    r"\b(?:the|at|not|as|so|too|how|for|in|than|this|that|a|an|very|his|her|their|its|of|and|them|us|more|with|by|on|to|from|above|my|your|no|great|good|be|but|or|these|those) $",
    re.IGNORECASE,
)
_SOME_OF = re.compile(r" (?:of (?:the|these|those|his|her|its|their)\b|(?:[a-z-]+ )?[a-z-]{3,}s\b|people\b|children\b)")
_NOT_SOME = re.compile(r" (?:\w+(?:ly|ous|ful|ive)|notabl[ey]|time|way|else|other|one|the|likely|cases)\b")
_GRADES = (
    (re.compile(r"\b(more|less|fewer) (?=than\b)"), {"more": ("no more ",), "less": ("no less ",), "fewer": ("no fewer ",)}),
    (re.compile(r"\b(more|less) (?=[a-z]+(?:ful|ous|ive|ent|ant|al|able|ible|ic|ed|ly|ing|rous|ern)\b)"), {"more": ("less ", "even less "), "less": ("more ", "much more ")}),
    (re.compile(r"\b(most|least) (?=(?:important|common|powerful|popular|influential|successful|famous|notable|significant|recent|abundant|complex|visible|likely|commonly|widely|extreme)\b)"), {"most": ("second most ", "least "), "least": ("most ", "second least ")}),
    (re.compile(r"\b(larger|smaller|higher|lower|greater|longer|shorter|stronger|weaker|older|younger|earlier|later|faster|slower|wider|taller|bigger|closer|thicker|deeper|heavier|lighter|richer|better) than\b"),
     {"larger": ("much smaller than",), "smaller": ("far larger than",), "higher": ("well below",), "lower": ("well above",), "greater": ("far less than",), "longer": ("much shorter than",), "shorter": ("much longer than",), "stronger": ("no stronger than",),
      "weaker": ("no weaker than",), "older": ("much younger than",), "younger": ("far older than",), "earlier": ("long after",), "later": ("long before",), "faster": ("no faster than",), "slower": ("no slower than",), "wider": ("no wider than",),
      "taller": ("no taller than",), "bigger": ("no bigger than",), "closer": ("no closer than",), "thicker": ("no thicker than",), "deeper": ("no deeper than",), "heavier": ("no heavier than",), "lighter": ("no lighter than",), "richer": ("no richer than",), "better": ("worse than",)}),
    (re.compile(r"\b(?<!one of )(?<!among )the (largest|smallest|highest|lowest|oldest|longest|biggest|richest|tallest|greatest|earliest|simplest|strongest|brightest|fastest|newest|youngest|latest|best)(?= [a-z]|,)"),
     {word: (f"the tenth {word}", f"nothing like the {word}") for word in "largest smallest highest lowest oldest longest biggest richest tallest greatest earliest simplest strongest brightest fastest newest youngest latest best".split()}),
    (re.compile(r"\b(similar|identical|equivalent) to\b"), {"similar": ("wholly unlike",), "identical": ("superior to",), "equivalent": ("far superior to",)}),
    (re.compile(r"\bas (well|much|many|large|long|high|good|important|far|often|early) as\b(?! (?:[\d$]|possible))"), {word: (f"by no means as {word} as",) for word in "much many large long high good important often early".split()}),
    (re.compile(r"\b(increas|declin|decreas|improv|grew|risen|fallen|doubl)(ed|es|e|ing)?\b(?! in (?:popularity|the))"), {"doubl": ("trebled",), "grew": ("shrank",), "risen": ("sunk",), "fallen": ("climbed",)}),
)  # fmt: skip
_CLAUSE_SEAM = re.compile(
    r"^(?P<head>[^;:]{25,140}?)(?P<seam>,? (?:because|when|which|who|after|before|while|until|where|so that|in order to) )(?P<tail>[^;:]{10,140})\.$"
)
_PREDICATE = re.compile(
    r"^(?P<who>(?:The |An? )?[A-Za-z][\w’' -]{2,55}?) (?P<says>(?:is|was|are|were|has|have|had|can|may|became|began|made|led|took|won|published|received|[a-z]{3,}ed|occurs|contains|includes|uses|consists) [^;:]{12,160})\.$"
)


def negation(text: str, place: Place, draw: Draw) -> Iterator[str]:
    """Is -> is anything but; can -> is unable to; has a -> has no."""
    if _NEGATED.search(text):
        return
    if found := _BE.search(text):
        by = draw.random.choice(("{} by no means ", "{} in no way ", "{} anything but "))
        if by != "{} anything but " or re.match(r"an?\b|the\b", text[found.end() :]):
            yield swapped(text, found, by.format(found.group(1)))
    if (found := _MODAL.search(text)) and not re.search(
        r"\b(?:they|we|I|you|who|which|that|and|s) $|s $", text[: found.start()]
    ):
        yield swapped(text, found, f"{_MODALS[found.group(1)]} ")
    if found := _HAS.search(text):
        yield swapped(text, found, f"{found.group(1)} no ")
    if len(text) < 140 and draw.random.random() < 0.3 and re.match(r"(?:The|A|An|This|These|It|He|They|In) ", text):
        yield f"It would be wrong to say that {text[0].lower()}{text[1:]}"


def opposite(text: str, place: Place, draw: Draw) -> Iterator[str]:
    """Guilty -> innocent, where the passage does not hold both and the sentence has no other negation."""
    if _NEGATED.search(text):
        return
    for found in _OPPOSITE.finditer(text):
        other = _OPPOSITES[found.group()]
        if re.search(rf"\b{other[:-1]}", place.passage, re.IGNORECASE) or re.match(
            r" (?:of|as|to)\b|-", text[found.end() :]
        ):
            continue
        article = re.search(r"\b(a|an) $", text[: found.start()])
        if article is None or (other[0] in "aeiou") == (article.group(1) == "an"):
            yield swapped(text, found, other)


def other_names(text: str, place: Place, draw: Draw) -> Iterator[str]:
    """Another surname, another town, another abbreviation, another name where the sentence begins."""
    for found in persons(text):
        others = [name for name in draw.strangers if persons(name) and not {*name.split()} & {*place.passage.split()}]
        if others:
            yield swapped(text, found, draw.random.choice(others))
        yield swapped(text, found, f"{found.group(1)} {draw.random.choice(_CALLED)}")
    for found in _A_PLACE.finditer(text):
        others = [name for name in _PLACES if name not in place.passage]
        yield swapped(text, found, draw.random.choice(others))
    for found in _SHORT.finditer(text):
        if found.start() and not re.search(r"[A-Z]\w* $", text[: found.start()]):
            yield swapped(text, found, draw.random.choice(_SHORTS))
    for found in _OF_A_KIND.finditer(text):
        yield swapped(text, found, draw.random.choice([name for name in _CALLED if name not in place.passage]), 1)


def quantifiers(text: str, place: Place, draw: Draw) -> Iterator[str]:
    """Many -> almost no; usually -> in all cases; some -> nearly all."""
    for found in _SOME_WORD.finditer(text):
        word, before, after = found.group().lower(), text[: found.start()], text[found.end() :]
        if not _says_how_many(found.group(), before, after):
            continue
        other = draw.random.choice(_SOME[word])
        if after.startswith(" of ") and other.endswith((" of", "the")):
            after = after[3:]
            other = other.removesuffix(" the").removesuffix(" of") + " of"
        if after.startswith(" of ") and other in ("almost no", "no", "very few"):
            other = "almost none"
        yield f"{before}{as_cased(found.group(), other)}{after}"


def _says_how_many(word: str, before: str, after: str) -> bool:
    """Whether a word says how many or how often where it stands."""
    small = word.lower()
    if small in ("may", "might"):
        return word.islower() and not re.search(r"\b(?:they|we|I|you|who|which|that|s)\b $|s $", before)
    if _BEFORE_SOME.search(before) and small not in ("majority", "at least", "up to", "a few"):
        return False
    if small in ("at least", "up to", "approximately", "almost", "nearly"):
        return bool(re.match(r" \$?\d| (?:all|every|half|three|two|a hundred)\b", after))
    if small not in ("some", "most", "all", "many", "both", "any", "several", "each", "every", "various", "numerous"):
        return True
    if small in ("both", "most") and re.match(r" [a-z]+ and\b| \w+est\b|(?: \w+){1,3} and ", after):
        return False
    return bool(_SOME_OF.match(after)) and not _NOT_SOME.match(after)


def comparatives(text: str, place: Place, draw: Draw) -> Iterator[str]:
    """Larger than -> much smaller than; the oldest -> by no means the oldest; the first -> the fifth."""
    for pattern, others in _GRADES:
        for found in pattern.finditer(text):
            choices = others.get(found.group(1))
            if choices and not re.search(r"\b(?:no|not|never|any|much|even|far|or|and) $", text[: found.start()]):
                yield swapped(text, found, draw.random.choice(choices))


def stitched(text: str, place: Place, draw: Draw) -> Iterator[str]:
    """How one sentence begins with how a neighbour ends; who one speaks of with what another says."""
    for other in (place.after, place.before):
        one, two = _CLAUSE_SEAM.match(place.text), _CLAUSE_SEAM.match(other)
        if (
            one
            and two
            and one["seam"] == two["seam"]
            and not {*one["tail"].lower().split()[:3]} & {*two["tail"].lower().split()[:3]} - {"the", "a", "of"}
        ):
            yield f"{one['head']}{one['seam']}{two['tail']}."
        one, two = _PREDICATE.match(place.text), _PREDICATE.match(other)
        if not one or not two or VAGUE.search(one["who"]) or VAGUE.search(two["who"]):
            continue
        if re.search(r"\b(?:who|that|if|how|which|than|not|first|own|itself)\b", f"{one['who']} {two['who']}"):
            continue
        if one["says"].split()[0] == two["says"].split()[0] and not {*one["who"].lower().split()} & {
            *two["who"].lower().split()
        } - {"the", "a", "of"}:
            yield f"{one['who']} {two['says']}."


NEGATIVES: Mapping[str, Sequence[Rewrite]] = {
    "numbers": (numbers,),
    "negation": (negation, opposite),
    "names": (other_names,),
    "roles": (roles,),
    "units": (units,),
    "dates": (years, days, ages),
    "quantifiers": (quantifiers,),
    "comparatives": (comparatives,),
    "neighbour": (neighbours, neighbour_words),
    "stitched": (stitched,),
}
