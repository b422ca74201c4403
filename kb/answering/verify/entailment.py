"""The facts of a claim, passages -> the places whose facts prove them all."""

from __future__ import annotations

from collections.abc import Sequence

from kb.answering.verify.bridges import inverse, plain, shorter
from kb.answering.verify.clauses import facts
from kb.answering.verify.places import Passage, Place
from kb.answering.verify.relations import Spoken, claimed, follows, read
from kb.answering.verify.tokens import Token, tokens

Known = Sequence[tuple[Place, Spoken]]


def entailed(claim: Sequence[Token], passages: Sequence[Passage]) -> list[Place]:
    """The places whose facts prove every fact of an English claim; none where one is not proven."""
    if any(token.low[:1] >= "\u0e00" for token in claim):
        return []
    claim = plain(claim)
    places = [(place, read(tuple(plain(place.tokens)))) for known in passages for place in known.places(claim)]
    if used := _proving(claimed(claim), places):
        return used
    if (turned := inverse(claim)) and (used := _proving(claimed(turned), places)):
        return used
    for known in passages:
        sentences = [tokens(known.text, *span) for span in known.spans]
        for short in shorter(claim, facts(claim), sentences):
            if used := _proving(claimed(short), places):
                return used
    return []


def _proving(claim: Spoken, places: Known) -> list[Place]:
    """For every fact of a claim a place that proves it, each place once."""
    used: list[Place] = []
    for fact in claim.facts if claim.whole else ():
        proves = (place for place, said in places if any(follows(claim, fact, said, one) for one in said.facts))
        place = next(proves, None)
        if place is None:
            return []
        used.append(place)
    one = any(fact.restricts for fact in claim.facts)
    return [] if one and len({place.span for place in used}) > 1 else list(dict.fromkeys(used))
