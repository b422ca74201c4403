"""A Thai run of phrases -> the other sentences it contains."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from kb.answering.verify.sides import CONDITIONS, REPORTED
from kb.answering.verify.tokens import SPACE, STOP, Token
from kb.answering.verify.words import key

_THEN = frozenset(["หลังจากนั้น", "จากนั้น", "ต่อมา", "ภายหลัง"])
_LONGEST_NAME = 6  # tokens
Tokens = tuple[Token, ...]


def read(found: Tokens) -> Iterator[Tokens]:
    """What follows from a run word for word."""
    yield from _shares(found)
    yield from _doers(found)
    yield from named(found)
    yield from _afterwards(found)


def asserted(before: Sequence[Token]) -> bool:
    """Whether nothing before makes what follows a condition, a denial or hearsay."""
    return not any(token.role == "not" or token.low in CONDITIONS or token.key in REPORTED for token in before)


def _shares(found: Tokens) -> Iterator[Tokens]:
    """ภาพเขียน 900 ภาพ ซึ่งส่วนใหญ่ขายไป -> ภาพเขียนส่วนใหญ่ขายไป."""
    for k in range(1, len(found) - 2):
        if found[k].low == "ซึ่ง" and found[k + 1].role == "guard" and asserted(found[:k]):
            for owner in found[max(0, k - 3) : k]:
                if owner.role == "":
                    yield (replace(owner, breaks=STOP), *found[k + 1 :])


def _doers(found: Tokens) -> Iterator[Tokens]:
    """ผู้ทำประตูแรกคือ X -> X ทำประตูแรก."""
    for copula, start in _copulas(found):
        if found[start].low == "ผู้" and copula > start + 1:
            did = found[start + 1 + (found[start + 1].low == "ที่") : copula]
            for end in _ends(found, copula + 1):
                yield (*found[copula + 1 : end], *did)


def named(found: Sequence[Token]) -> Iterator[Tokens]:
    """X คือ Y -> Y คือ X."""
    for copula, start in _copulas(found):
        for end in _ends(found, copula + 1)[-1:]:
            yield (
                *found[copula + 1 : end],
                found[copula],
                *(replace(token, breaks=0) for token in found[start:copula]),
            )


def _copulas(found: Sequence[Token]) -> Iterator[tuple[int, int]]:
    """(place of a word that says two names are of one thing, where the phrase before it begins)."""
    for copula in range(1, len(found) - 1):
        if found[copula].low in ("คือ", "ได้แก่"):
            start = copula - 1
            while start > 0 and not found[start].breaks:
                start -= 1
            yield copula, start


def _ends(found: Sequence[Token], start: int) -> list[int]:
    """Where a name that begins at a place may end: it has one space at most."""
    spaces, ends = 0, []
    for end in range(start + 1, min(start + _LONGEST_NAME, len(found)) + 1):
        ends.append(end)
        if end == len(found) or found[end].role not in ("", "number") or found[end].verb:
            break
        spaces += found[end].breaks >= SPACE
        if spaces > 1:
            break
    return ends


def _afterwards(found: Tokens) -> Iterator[Tokens]:
    """S1 หลังจากนั้น S2 -> S2 หลังจาก S1."""
    for k in range(2, len(found) - 2):
        if found[k].low in _THEN and found[k].breaks:
            after = replace(found[k], key=key("หลังจาก"), low="หลังจาก", role="sub", breaks=0)
            yield (*found[k + 1 :], after, *(replace(token, breaks=0) for token in found[:k]))
