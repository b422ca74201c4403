"""Words that make a sentence true only within limits: not, all, only, tallest, if, it is said."""

from __future__ import annotations

from collections.abc import Sequence

from kb.answering.verify.sides import REPORTED, UNIVERSAL, Run, Sides
from kb.answering.verify.tokens import COMMA, Token


def limits(sides: Sides, phrase: Run, run: Run, core: list[Token]) -> bool:
    """Whether a phrase makes what is kept hearsay, or narrows what is true within limits only."""
    start, end = phrase
    if start == run[0] == 0 and reported(core):
        return True
    return narrows(sides, start) and not (sides.edge(start) and sides.edge(end) and _apart(sides, core))


def reported(run: Sequence[Token]) -> bool:
    """Whether somebody says, thinks or wants what follows; a request or a claim at the start is a noun."""
    return any(token.key in REPORTED or token.low in REPORTED for token in run[1:])


def _apart(sides: Sides, core: list[Token]) -> bool:
    """Whether a phrase between commas says something of its own; between the spaces of Thai an adverbial does not."""
    if core[0].role in ("sub", "coord", "relative"):
        return True
    if sides.edge_strength < COMMA:
        return core[0].role not in ("prep", "number")
    return not any(token.verb or token.role in ("prep", "number") for token in core[:1])


def narrows(sides: Sides, start: int) -> bool:
    """Whether what stands before is true only within limits: not, all, only, first, tallest."""
    for j in range(start - 1, -1, -1):
        token = sides.place[j]
        if token.low == "most" and j + 1 < len(sides.place) and sides.place[j + 1].low == "of":
            continue
        if sides.kept[j] and (
            token.low in UNIVERSAL or token.role == "not" or _superlative(token) or token.key.startswith("o:")
        ):
            return True
        if token.breaks >= sides.edge_strength + 1:
            return False
    return False


def _superlative(token: Token) -> bool:
    if token.low == "most":
        return True
    return token.low.endswith("est") and len(token.low) > 5 and token.role in ("", "guard") and not token.name


def weighs(core: list[Token]) -> bool:
    """Only words that bound or deny what stands beside them."""
    return all(token.role in ("guard", "not", "modal", "poss") for token in core)


def bare_plural(sides: Sides, core: list[Token]) -> bool:
    """every, all -> nothing, where nothing is denied."""
    denied = any(token.role == "not" and kept for token, kept in zip(sides.place, sides.kept, strict=True))
    return not denied and all(token.low in ("every", "all", "each", "ทุก") for token in core)


def all_of(sides: Sides, start: int, core: list[Token]) -> bool:
    """All 30 members -> all members."""
    kept = start and sides.kept[start - 1] and sides.place[start - 1].low in ("all", "ทั้งหมด")
    return bool(kept) and all(token.role == "number" for token in core)
