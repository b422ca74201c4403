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
    yield from _done(found)
    yield from named(found)
    yield from _afterwards(found)


def asserted(before: Sequence[Token]) -> bool:
    """Whether nothing before makes what follows a condition, a denial or hearsay."""
    return not any(token.role == "not" or token.low in CONDITIONS or token.key in REPORTED for token in before)


def _shares(found: Tokens) -> Iterator[Tokens]:
    """ภาพเขียน 900 ภาพ ซึ่งส่วนใหญ่ขายไป -> ภาพเขียนส่วนใหญ่ขายไป."""
    for k in range(1, len(found) - 2):
        apart = found[k].role == "guard" and found[k].breaks
        if (apart or (found[k].low == "ซึ่ง" and found[k + 1].role == "guard")) and asserted(found[:k]):
            for owner in found[max(0, k - 3) : k]:
                if owner.role == "":
                    yield (
                        replace(owner, breaks=STOP),
                        *(replace(token, breaks=0) for token in found[k : k + 1] if apart),
                        *found[k + 1 :],
                    )


def _done(found: Tokens) -> Iterator[Tokens]:
    """มีพระพุทธรูปสูง 4 เมตร ซึ่งช่างเป็นผู้ปั้น -> ช่างปั้นพระพุทธรูป, for the nouns that may be meant."""
    for k in range(2, len(found) - 2):
        if (
            found[k].low not in ("ซึ่ง", "ที่")
            or found[k].role != "relative"
            or found[k + 1].role
            or not asserted(found[:k])
        ):
            continue
        said = [token for token in found[k + 1 :] if token.low not in ("เป็น", "ผู้")]
        verb = next((n for n, token in enumerate(said) if n and token.verb and not token.role), None)
        if verb is None:
            continue
        for start in range(k - 1, max(-1, k - _LONGEST_NAME), -1):
            if _opens_noun(found, start):
                end = next((j for j in range(start + 1, k) if found[j].role or found[j].verb or found[j].breaks), k)
                noun = [replace(token, breaks=0) for token in found[start:end]]
                yield (*said[: verb + 1], *noun, *said[verb + 1 :])


def _opens_noun(found: Sequence[Token], start: int) -> bool:
    """Whether a noun begins at a place: after a verb, a preposition or a space."""
    token, before = found[start], found[start - 1] if start else None
    if token.role or token.verb:
        return False
    return before is None or bool(token.breaks) or before.verb or before.role in ("prep", "aux", "coord", "relative")


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
                replace(found[copula], key=key("คือ"), role="aux"),
                *(replace(token, breaks=0) for token in found[start:copula]),
            )


def _copulas(found: Sequence[Token]) -> Iterator[tuple[int, int]]:
    """(place of a word that says two names are of one thing, where the phrase before it begins)."""
    for copula in range(1, len(found) - 1):
        if found[copula].low in ("คือ", "ได้แก่", "ชื่อ", "นามว่า"):
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
