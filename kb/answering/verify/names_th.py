"""Thai names -> how else the source calls those who bear them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from kb.answering.verify.tokens import SPACE, Token

_LONGEST_SURNAME = 5  # tokens


def called(claim: Sequence[Token], source: Sequence[Token]) -> Iterator[list[Token]]:
    """The claim with the first name alone of somebody whose full name stands in the source, or its noun alone.

    A noun only where the source gives nothing else of that kind a name: บริษัทน้ำใส, บริษัท.
    """
    letters = "".join(token.low for token in source)
    yield from _first_names(claim, letters)
    end = 1
    while (
        end < min(len(claim), _LONGEST_SURNAME)
        and not claim[end].role
        and not claim[end].breaks
        and not claim[end].verb
    ):
        end += 1
    acts = end < len(claim) and (claim[end].verb or claim[end].role in ("aux", "modal", "not"))
    known = "".join(token.low for token in claim[:end]) in letters
    if end > 1 and acts and known and not claim[0].role and _only_one(claim, source):
        yield [claim[0], *claim[end:]]


def _only_one(claim: Sequence[Token], source: Sequence[Token]) -> bool:
    """Whether all that the source says after the claim's first noun is nothing or the same name."""
    after = [
        source[k + 1].low
        for k in range(len(source) - 1)
        if source[k].low == claim[0].low
        and not source[k + 1].role
        and not source[k + 1].verb
        and not source[k + 1].breaks
    ]
    return set(after) == {claim[1].low}


def _first_names(claim: Sequence[Token], letters: str) -> Iterator[list[Token]]:
    for k in range(1, len(claim)):
        if claim[k].breaks < SPACE or claim[k].role or claim[k - 1].role or not _thai(claim[k]):
            continue
        name = claim[k - 1].low
        end = k
        while (
            end < min(len(claim), k + _LONGEST_SURNAME) and not claim[end].role and (end == k or not claim[end].breaks)
        ):
            if name + claim[end].low not in letters:
                break
            name += claim[end].low
            end += 1
        if end > k:
            yield [*claim[:k], *claim[end:]]


def _thai(token: Token) -> bool:
    return "\u0e00" < token.low[:1] < "\u0e50"
