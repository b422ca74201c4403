"""Facts of a claim, facts of a sentence -> whether the one follow from the other."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from kb.answering.verify import lexicon_en
from kb.answering.verify.align import same
from kb.answering.verify.clauses import Fact, facts
from kb.answering.verify.converse import CONVERSE
from kb.answering.verify.nouns import told, told_beside
from kb.answering.verify.phrases_en import BESIDE, OBJECT, SUBJECT, Phrase
from kb.answering.verify.rest_en import Rest
from kb.answering.verify.sides import CONDITIONS
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
_JOINING = ("coord", "sub", "relative", "free", "prep", "pronoun")
_GIVING = frozenset(
    stem(word) for word in lexicon_en.listed("give lend send show offer pay teach tell grant award sell hand bring")
)
_SUPPLYING = frozenset(stem(word) for word in lexicon_en.listed("supply provide present entrust equip furnish serve"))
_PEOPLE = lexicon_en.HE | lexicon_en.SHE


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
        self._alike = self._ways()
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
            and self._rest().harmless()
        )

    def _rest(self) -> Rest:
        place, known = (self._place, self._others), (self._known, self._given)
        return Rest((self._claim, self._fact), place, known, self._pairs)

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
            mine, theirs = (
                {self._claim[k].key for k in fact.group} & _HAVING,
                {self._place[k].key for k in known.group} & _HAVING,
            )
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
            if j not in taken and same(token, self._place[j]) and self._fits(phrase, i, given)
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
        others = (
            lexicon_en.SHE
            if token.low in lexicon_en.HE
            else lexicon_en.HE
            if token.low in lexicon_en.SHE
            else frozenset()
        )
        words = [self._place[j] for j in self._known.words()]
        owned = any(one.role == "poss" or one.low in ("of", *lexicon_en.OWNERS) for one in words)
        return owned and not any(one.low in others for one in words)

    def _fits(self, phrase: Phrase, i: int, given: Phrase) -> bool:
        """Whether a word has the same place in both: of the subject, of the object, after the same preposition."""
        slots = {phrase.slot, given.slot}
        role = self._claim[i].role
        if role == "adverb" or (role == "guard" and SUBJECT not in slots) or slots in self._alike:
            return True
        if self._compares() and SUBJECT in (phrase.home, given.home) and phrase.home != given.home:
            return False
        if len(slots) == 1:
            return not (self._turned and slots <= {SUBJECT, OBJECT})
        if slots <= {SUBJECT, OBJECT, BESIDE}:
            return slots == {SUBJECT, OBJECT} if self._turned else BESIDE in slots
        if slots & {SUBJECT, OBJECT, BESIDE}:
            return SUBJECT not in slots and role in ("number", "guard")
        return any(slots <= group for group in (*_SLOTS, *_FACTIVE))

    def _ways(self) -> tuple[set[str], ...]:
        """Slots that are the same of some verbs: give it to X, give X it; supply X with it, supply it to X."""
        verb = self._claim[self._fact.verb].key if self._fact.verb is not None else ""
        if verb in _SUPPLYING:
            return {OBJECT, "with"}, {OBJECT, "to"}, {OBJECT, "for"}
        return ({OBJECT, "to"},) if verb in _GIVING else ()

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


_HAVING = frozenset(["has"])
