"""Thai names -> how else the source calls those who bear them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from kb.answering.verify.tokens import SPACE, Token

_LONGEST_SURNAME = 5  # tokens


def called(claim: Sequence[Token], letters: str) -> Iterator[list[Token]]:
    """The claim with the first name alone of somebody whose full name stands in the source; `letters`: that, bare."""
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
