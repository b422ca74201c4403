"""A fact of a claim paired with one of a place -> whether anything left out makes the claim say more."""

from __future__ import annotations

from collections.abc import Sequence

from kb.answering.verify.align import same
from kb.answering.verify.clauses import Fact
from kb.answering.verify.names import PLACES
from kb.answering.verify.phrases_en import BESIDE, SUBJECT, Phrase, parts
from kb.answering.verify.sides import CONDITIONS, UNIVERSAL, kind
from kb.answering.verify.tokens import Token

_LOOSE = frozenset(["all", "every", "each", "both", "just", "mainly", "mostly", "also", "largely", "together", "last"])
_ALL = frozenset(["all", "every", "each"])
_DEGREES = frozenset(["better", "worse", "more", "less", "best", "worst", "most", "least", "else"])


class Rest:
    """What of a fact of a place no word of the claim stands for.

    Args:
        claim: The tokens and the fact of the claim.
        place: The tokens and all facts of the place.
        known: The fact of the place, and its phrases as in the active.
        pairs: Word of the claim -> word of the place.
    """

    def __init__(
        self,
        claim: tuple[Sequence[Token], Fact],
        place: tuple[Sequence[Token], Sequence[Fact]],
        known: tuple[Fact, Sequence[Phrase]],
        pairs: dict[int, int],
    ) -> None:
        self._claim, self._fact = claim
        self._place, self._others = place
        self._known, self._given = known
        self._pairs = pairs

    def harmless(self) -> bool:
        """Whether what is left out leaves the claim true."""
        return self._same_polarity() and self._nothing_limits() and self._heads() and self._numbers()

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
        if narrow and any(
            self._place[j].content for phrase in self._used() for j in phrase.words if self._bounds(phrase, j, found)
        ):
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
        compared = phrase.slot != "than" or any(
            j in found
            for j in range(phrase.words[0] - 3, phrase.words[0] - 1)
            if self._place[j].low in _DEGREES or self._place[j].low.endswith("er")
        )
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
        definite = self._place[part[0]].article == "the" or any(
            self._place[j].role in ("poss", "pronoun") for j in part
        )
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

    def _same_polarity(self) -> bool:
        """What is denied, what must or may be: alike on both sides."""
        used = {j for phrase in self._used() for j in phrase.words}
        return _modes(self._claim, self._fact, None) == _modes(self._place, self._known, used)


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
