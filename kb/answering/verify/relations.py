"""Facts of a claim, facts of a sentence -> whether the one follow from the other."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from kb.answering.verify import lexicon_en
from kb.answering.verify.align import same
from kb.answering.verify.clauses import BESIDE, OBJECT, SUBJECT, Fact, Phrase, facts, parts
from kb.answering.verify.names import PLACES
from kb.answering.verify.nouns import told, told_beside
from kb.answering.verify.converse import CONVERSE
from kb.answering.verify.sides import CONDITIONS, UNIVERSAL, kind
from kb.answering.verify.tokens import Token
from kb.answering.verify.verbs_en import BE, HAVE
from kb.answering.verify.words import stem

_SLOTS = (
    frozenset(["in", "on", "at", "@", "during", "within", "inside"]),
    frozenset(["by", SUBJECT]),
    frozenset(["to", "into", "toward", "towards"]),
    frozenset(["with", "along", "alongside"]),
    frozenset(["for", "during"]),
    frozenset(["about", "concerning", "regarding", "on"]),
    frozenset(["until", "till", "to", "up_to"]),
    frozenset(["of", "from", "'s"]),
)
_FACTIVE = (
    frozenset(["because", "as", "since", "for"]),
    frozenset(["although", "though", "while", "whereas", "but"]),
    frozenset(["after", "when", "once", "as"]),
)
_HARMLESS = frozenset(["", "and", "but", "while", "whereas"])
_LOOSE = frozenset(["all", "every", "each", "both", "just", "mainly", "mostly", "also", "largely", "together", "last"])
_JOINING = ("coord", "sub", "relative", "free", "prep", "pronoun")
_ALL = frozenset(["all", "every", "each"])
_GIVING = frozenset(stem(word) for word in lexicon_en.listed("give lend send show offer pay teach tell grant award sell hand bring"))
_SUPPLYING = frozenset(stem(word) for word in lexicon_en.listed("supply provide present entrust equip furnish serve"))
_PEOPLE = lexicon_en.HE | lexicon_en.SHE
_DEGREES = frozenset(["better", "worse", "more", "less", "best", "worst", "most", "least", "else"])


@dataclass(frozen=True, slots=True)
class Spoken:
    """A sentence: its tokens and its facts."""

    tokens: Sequence[Token]
    facts: Sequence[Fact]

    @property
    def whole(self) -> bool:
        """Whether the facts hold every word that says something."""
        held = {k for fact in self.facts for k in fact.words()}
        if not self.facts or not self.facts[0].group:
            return False
        acted = all(fact.verb is None or any(SUBJECT in (p.slot, p.home) for p in fact.phrases) for fact in self.facts)
        return acted and all(k in held or token.role in _JOINING for k, token in enumerate(self.tokens))


def claimed(found: Sequence[Token]) -> Spoken:
    """A claim: its facts, what stands beside a noun as one of its own."""
    said = facts(found)
    beside = told_beside(found, said)
    apart = {phrase.words for one in beside for phrase in one.phrases if phrase.slot == OBJECT}
    for fact in said:
        fact.phrases = [p for p in fact.phrases if p.slot != BESIDE or p.words not in apart]
    return Spoken(found, [*said, *beside])


@lru_cache(maxsize=2048)
def read(found: tuple[Token, ...]) -> Spoken:
    """A sentence of a source: its facts, and what its nouns tell."""
    said = facts(found)
    return Spoken(found, [*said, *told(found, said)])


def deep(fact: Fact) -> list[Phrase]:
    """The phrases of a fact as they stand in the active: who is acted on is the object, "by" names the subject."""
    if not fact.passive:
        return fact.phrases
    turned = {SUBJECT: OBJECT, "by": SUBJECT}
    return [Phrase(turned.get(phrase.slot, phrase.slot), phrase.words, phrase.home) for phrase in fact.phrases]


def follows(claim: Spoken, fact: Fact, place: Spoken, known: Fact) -> bool:
    """Whether a fact of a claim follows from one fact of a place."""
    return _Comparison(claim, fact, place, known).follows()


class _Comparison:
    """One fact of a claim beside one of a place."""

    def __init__(self, claim: Spoken, fact: Fact, place: Spoken, known: Fact) -> None:
        self._claim, self._place = claim.tokens, place.tokens
        self._fact, self._known = fact, known
        self._wanted, self._given = deep(fact), deep(known)
        self._others = place.facts
        self._pairs: dict[int, int] = {}  # word of the claim -> word of the place
        self._turned = self._turned_verb = False
        self._converse()

    def follows(self) -> bool:
        """Whether the fact of the claim follows; of "X is Y" also Y is X."""
        if self._holds():
            return True
        self._turned = self._fact.verb is None and not self._compares() and not self._fact.passive
        self._pairs.clear()
        return self._turned and self._holds()

    def _holds(self) -> bool:
        return (
            self._same_verb()
            and self._same_joint()
            and all(self._phrase(phrase) for phrase in self._wanted)
            and self._together()
            and self._same_dates()
            and self._same_polarity()
            and self._nothing_limits()
            and self._heads()
            and self._numbers()
        )

    def _converse(self) -> None:
        """X sold it to Y: Y bought it from X."""
        if self._fact.verb is None or self._known.verb is None:
            return
        pair = (self._claim[self._fact.verb].key, self._place[self._known.verb].key)
        slots = CONVERSE.get(pair)
        if slots is not None:
            self._given = [Phrase(slots.get(p.slot, p.slot), p.words, p.home) for p in self._given]
            self._turned_verb = True

    def _same_verb(self) -> bool:
        fact, known = self._fact, self._known
        if known.hearsay != fact.hearsay:
            return False
        if fact.verb is None or known.verb is None:
            if fact.verb is not known.verb:
                return False
            mine, theirs = ({self._claim[k].key for k in fact.group} & _HAVING, {self._place[k].key for k in known.group} & _HAVING)
            return bool(mine) == bool(theirs)
        if not self._turned_verb and not same(self._claim[fact.verb], self._place[known.verb]):
            return False
        self._pairs[fact.verb] = known.verb
        return True

    def _same_joint(self) -> bool:
        mine, theirs = self._fact.joint, self._known.joint
        if mine == theirs:
            return True
        if theirs in CONDITIONS:
            return False
        return mine in _HARMLESS or any(mine in group and theirs in group for group in _FACTIVE)

    def _phrase(self, phrase: Phrase) -> bool:
        """Find every word of a phrase of the claim in a slot of the place that says the same of it."""
        if phrase.slot in (SUBJECT, OBJECT) and len(phrase.words) == 1 and self._pronoun(phrase):
            return True
        return all(self._word(phrase, i) for i in phrase.words)

    def _word(self, phrase: Phrase, i: int) -> bool:
        token = self._claim[i]
        taken = set(self._pairs.values())
        spots = [
            (j, given)
            for given in self._given
            for j in given.words
            if j not in taken and same(token, self._place[j]) and self._fits(phrase, i, given, j)
        ]
        spots += [(j, phrase) for j in self._known.group if j not in taken and same(token, self._place[j])]
        if spots:
            last = self._pairs.get(i - 1)
            j = min((j for j, _ in spots), key=lambda j: 99 if last is None else abs(j - last - 1))
            self._pairs[i] = j
            return True
        return self._may_add(token, i)

    def _may_add(self, token: Token, i: int) -> bool:
        """A word that only the form asks for."""
        if token.role in ("coord", "relative", "free", "poss") or token.low in ("of", *BE, *HAVE):
            return True
        if token.low in lexicon_en.OWNERS:
            return self._owned(token)
        return token.role == "prep" and i + 1 < len(self._claim) and self._claim[i + 1].role == "number"

    def _owned(self, token: Token) -> bool:
        """A word such as "his" for whoever owns it in the place, no "her" there."""
        others = lexicon_en.SHE if token.low in lexicon_en.HE else lexicon_en.HE if token.low in lexicon_en.SHE else frozenset()
        words = [self._place[j] for j in self._known.words()]
        owned = any(one.role == "poss" or one.low in ("of", *lexicon_en.OWNERS) for one in words)
        return owned and not any(one.low in others for one in words)

    def _fits(self, phrase: Phrase, i: int, given: Phrase, j: int) -> bool:
        """Whether a word has the same place in both: of the subject, of the object, after the same preposition."""
        one, other = phrase.slot, given.slot
        if self._claim[i].role == "adverb":
            return True
        if self._claim[i].role == "guard" and SUBJECT not in (one, other):
            return True
        if self._fact.verb is not None and self._claim[self._fact.verb].key in _SUPPLYING:
            if {one, other} in ({OBJECT, "with"}, {OBJECT, "to"}, {OBJECT, "for"}):
                return True
        if self._compares() and SUBJECT in (phrase.home, given.home) and phrase.home != given.home:
            return False
        if one == other and not (self._turned and one in (SUBJECT, OBJECT)):
            return True
        plain = (SUBJECT, OBJECT, BESIDE)
        if one in plain and other in plain:
            return (BESIDE in (one, other)) if not self._turned else {one, other} == {SUBJECT, OBJECT}
        if {one, other} == {OBJECT, "to"} and self._fact.verb is not None:
            return self._claim[self._fact.verb].key in _GIVING
        if one == SUBJECT or other == SUBJECT:
            return False
        if {one, other} & {OBJECT, BESIDE}:  # a word of a noun may stand after "of", "in", "for" beside it
            return self._claim[i].role == "number" or self._claim[i].role in ("adverb", "guard")
        return any(one in group and other in group for group in (*_SLOTS, *_FACTIVE))

    def _compares(self) -> bool:
        return any(phrase.slot in ("than", "as") for phrase in (*self._wanted, *self._given))

    def _pronoun(self, phrase: Phrase) -> bool:
        """A pronoun of the claim for whatever stands in its slot, a person for "he"."""
        token = self._claim[phrase.words[0]]
        if token.low not in lexicon_en.PRONOUNS:
            return False
        given = next((one for one in self._given if one.slot == phrase.slot), None)
        if given is None:
            return False
        first = self._place[given.words[0]]
        if first.role == "pronoun":
            if first.low != token.low:
                return False
        elif any(self._place[j].role in ("number", "guard", "not") for j in given.words) or (
            token.low in _PEOPLE and first.article
        ):
            return False
        for j in given.words:
            self._pairs[-1 - j] = j
        return True

    def _together(self) -> bool:
        """What stands beside a number in the claim stands beside it in the place."""
        for phrase in self._wanted:
            if any(self._claim[i].role == "number" for i in phrase.words):
                spots = {self._pairs[i] for i in phrase.words if i in self._pairs}
                homes = [one for one in self._given if one.home != "front" and spots & set(one.words)]
                if len({one.words for one in homes}) > 1:
                    return False
        return True

    def _same_dates(self) -> bool:
        """The parts of one date of the claim are parts of one date of the place."""
        spans: dict[int, int] = {}
        for i, j in self._pairs.items():
            if i >= 0 and self._claim[i].role == "number":
                start = spans.setdefault(self._claim[i].start, self._place[j].start)
                if start != self._place[j].start:
                    return False
        return True

    def _same_polarity(self) -> bool:
        """What is denied, what must or may be: alike on both sides."""
        used = {j for phrase in self._used() for j in phrase.words}
        return _modes(self._claim, self._fact, None) == _modes(self._place, self._known, used)

    def _used(self) -> list[Phrase]:
        found = set(self._pairs.values())
        return [phrase for phrase in self._given if any(j in found for j in phrase.words)]

    def _nothing_limits(self) -> bool:
        """Whether no word of the place that bounds what the claim repeats is left out."""
        found = set(self._pairs.values())
        left = [j for phrase in self._used() for j in phrase.words if j not in found]
        left += [j for j in self._known.group if j not in found]
        if any(self._place[j].role == "guard" and not self._loose(j) for j in left):
            return False
        if any(self._condition(phrase, found) for phrase in self._given if not set(phrase.words) & found):
            return False
        held = {*self._known.group, *(j for phrase in self._used() for j in phrase.words)}
        narrow = any(self._narrow(j) for j in found) or any(self._place[j].role == "not" for j in held)
        if narrow and any(
            phrase.slot not in (BESIDE, SUBJECT) and phrase.home != "front" and not set(phrase.words) & found
            for phrase in self._given
        ):
            return False
        if narrow and any(self._place[j].content for phrase in self._used() for j in phrase.words if self._bounds(phrase, j, found)):
            return False
        return self._whole_subject(found) and not self._broader(found)

    def _broader(self, found: set[int]) -> bool:
        """Whether the claim says of all what the place says of those of one kind: new employees -> employees."""
        first = next((phrase.words for phrase in self._given if phrase.slot == SUBJECT and not phrase.home), ())
        if not first or not set(first) & found or any(self._place[j].role in ("pronoun", "poss") for j in first):
            return False
        mine = min((i for i, j in self._pairs.items() if j in first), default=-1)
        definite = self._known.alone and mine >= 0 and self._claim[mine].article == "the"
        if definite or self._place[first[0]].article == "the":
            return False
        head = _head(self._place, list(first))
        several = self._place[head].low.endswith("s") or self._place[first[0]].article
        if self._place[head].name or not several or self._place[head].role != "":
            return False
        more = (phrase.words for phrase in self._given if phrase.home == SUBJECT and phrase.slot != BESIDE)
        own = [*first, *(j for words in more for j in words)]
        return any(j not in found and self._place[j].role == "" for j in own)

    def _whole_subject(self, found: set[int]) -> bool:
        """The subject is not one of several that a clause without commas tells apart, unless the claim says it too."""
        subjects = {j for phrase in self._given if phrase.slot == SUBJECT for j in phrase.words}
        for other in self._others:
            if other is self._known or not other.restricts:
                continue
            about = {j for phrase in other.phrases for j in phrase.words} & subjects & found
            if about and not any(self._place[j].name for j in about) and not self._tells(other):
                return False
        return True

    def _tells(self, other: Fact) -> bool:
        return other.verb is not None and any(same(token, self._place[other.verb]) for token in self._claim)

    def _condition(self, phrase: Phrase, found: set[int]) -> bool:
        """A condition, or what a comparison that is kept is with."""
        compared = phrase.slot != "than" or any(j in found for j in range(phrase.words[0] - 3, phrase.words[0] - 1) if self._place[j].low in _DEGREES or self._place[j].low.endswith("er"))
        return phrase.slot in CONDITIONS and compared

    def _bounds(self, phrase: Phrase, j: int, found: set[int]) -> bool:
        named = any(self._place[k].name and k in found for k in phrase.words)
        counts = phrase.slot == SUBJECT and (self._place[j].role == "number" or named)
        return j not in found and not counts and not self._place[j].name and self._place[j].low not in _DEGREES

    def _loose(self, j: int) -> bool:
        token = self._place[j]
        if token.low in _LOOSE:
            return True
        after = self._place[j + 1] if j + 1 < len(self._place) else None
        amount = after is not None and (after.role == "number" or after.low in ("handful", "few"))
        return token.low == "only" and amount

    def _narrow(self, j: int) -> bool:
        token = self._place[j]
        if token.low in _ALL:
            return False
        best = token.low.endswith("est") and len(token.low) > 5 and token.role in ("", "guard") and not token.name
        return token.low in UNIVERSAL or best or token.key.startswith("o:")

    def _heads(self) -> bool:
        """The noun that a phrase of the place is about is in the claim, where words of the phrase are."""
        found = set(self._pairs.values())
        for phrase in self._used():
            for part in parts(self._place, phrase.words):
                if set(part) & found and _head(self._place, part) not in found and not self._titled(part, found):
                    return False
                if not _named_whole(self._place, part, found) or self._loses_owner(part, found):
                    return False
        return True

    def _loses_owner(self, part: Sequence[int], found: set[int]) -> bool:
        """The king of France -> the king: which one is left out."""
        of = next((n for n, j in enumerate(part) if self._place[j].low == "of" and n), None)
        if of is None or self._place[part[0]].article != "the":
            return False
        return bool(found & set(part)) and not found & set(part[of:])

    def _titled(self, part: Sequence[int], found: set[int]) -> bool:
        """The goalkeeper Sam Ode -> the goalkeeper."""
        left = [j for j in part if j not in found]
        definite = self._place[part[0]].article == "the" or any(self._place[j].role in ("poss", "pronoun") for j in part)
        return definite and part[0] in found and all(self._place[j].name for j in left)

    def _numbers(self) -> bool:
        """No number of a kind is left out right beside one of that kind that the claim has."""
        found = set(self._pairs.values())
        for part in (part for phrase in self._used() for part in parts(self._place, phrase.words)):
            kinds = [(kind(self._place[j]), j in found) for j in part if self._place[j].role == "number"]
            kept = {name for name, is_kept in kinds if is_kept}
            if any(name in kept for name, is_kept in kinds if not is_kept):
                return False
        return True


_HAVING = frozenset(["has"])


def _modes(tokens: Sequence[Token], fact: Fact, used: set[int] | None) -> tuple[int, frozenset[str]]:
    """How often a fact is denied, and what it must, may or can be; of phrases only those that are used."""
    words = [tokens[k] for k in fact.words() if used is None or k in used or k in fact.group]
    denied = sum(token.role == "not" and token.low not in ("without", "nor") for token in words)
    modal = frozenset(tokens[k].key for k in fact.group if tokens[k].role == "modal")
    return denied, modal - {"will", "would"}


def _head(tokens: Sequence[Token], part: Sequence[int]) -> int:
    """The last word of meaning before "of"."""
    end = next((n for n, j in enumerate(part) if tokens[j].low == "of" and n), len(part))
    plain = [j for j in part[:end] if tokens[j].content and tokens[j].low not in _DEGREES]
    return plain[-1] if plain else part[0]


def _named_whole(tokens: Sequence[Token], part: Sequence[int], found: set[int]) -> bool:
    """Whether no "New" of "New France" is left out."""
    return not any(
        tokens[j].low in PLACES and tokens[j].role == "" and j not in found and j + 1 in found and tokens[j + 1].name
        for j in part
    )
