"""A Thai amount that stands elsewhere than in the place -> whether it counts the same."""

from __future__ import annotations

from collections.abc import Sequence

from kb.answering.verify.lexicon_th import CLASSIFIERS
from kb.answering.verify.sides import Run, Sides
from kb.answering.verify.tokens import SPACE, Token

_MOST = 3  # tokens of a noun or of a verb that an amount may stand before or after


def counts_alike(sides: Sides, first: int, place: Run) -> bool:
    """บ้านเสียหาย 1,200 หลัง, บ้าน 1,200 หลังเสียหาย; สาขา 24 แห่ง, 24 สาขา: an amount beside its noun or its verb.

    Args:
        sides: A claim and a place.
        first: The first token of the claim's block.
        place: Where the block stands in the place.
    """
    before = sides.before(first)
    start, end = place
    if before is None:
        return False
    crossed = sides.place[before + 1 : start] if before < start else sides.place[end : before + 1]
    block = sides.place[start:end]
    if any(token.breaks >= SPACE for token in (*crossed, *block)[1:]):
        return False
    return (_amount(block) and _plain(crossed)) or (_amount(crossed) and _plain(block))


def _amount(found: Sequence[Token]) -> bool:
    """A number, with what counts."""
    if not found or found[0].role != "number":
        return False
    return len(found) == 1 or (len(found) == 2 and found[1].low in CLASSIFIERS)


def _plain(found: Sequence[Token]) -> bool:
    """A noun or a verb, not both."""
    if not 0 < len(found) <= _MOST or any(token.role not in ("", "aux", "adverb") for token in found):
        return False
    return all(token.verb or token.role for token in found) or not any(token.verb for token in found)
