"""A Thai clause that says who was acted on -> the same clause with who acts first."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from kb.answering.verify.tokens import COMMA, SPACE, Token

_SUFFERS = frozenset(["ถูก", "โดน", "ได้รับ"])
_LONGEST_DOER = 8  # tokens
_LONGEST_VERB = 3  # tokens
_GOES_ON = ("prep", "number", "adverb")
_JOINTS = ("sub", "relative", "coord")


def active(found: Sequence[Token], whole: bool) -> Iterator[list[Token]]:
    """X (ถูก, ได้รับการ) V โดย Y, X ได้รับการ V จาก Y, X ถูก Y V -> Y V X, for every end that Y or V may have.

    `whole`: with all that follows, as a claim needs it; else without what may be about X rather than Y.
    """
    for k, token in enumerate(found):
        if token.low in ("โดย", "จาก"):
            yield from _by(found, k, whole)
        if token.low in ("ถูก", "โดน"):
            yield from _suffered(found, k)


def _by(found: Sequence[Token], by: int, whole: bool) -> Iterator[list[Token]]:
    helper = next((k for k in range(by - 1, max(-1, by - 8), -1) if found[k].low in _SUFFERS), None)
    if found[by].low == "จาก" and (helper is None or found[helper].low != "ได้รับ"):
        return
    for stands, verb, after in _verbs(found, by, helper):
        start = _start(found, stands)
        if start < stands and verb < after <= by:
            for end in _ends(found, by + 1):
                doer, done = found[by + 1 : end], found[start:stands]
                turned = _joined([*doer, *found[verb:after], *done, *found[after:by]])
                stop = len(found) if whole else _adverbials(found, end)
                yield [*found[:start], *turned, *found[end:stop]]


def _verbs(found: Sequence[Token], by: int, helper: int | None) -> list[tuple[int, int, int]]:
    """(end of what is acted on, start of the verb, end of it), for every way to read what stands before a doer."""
    if helper is None:
        verb = by - 1
        while verb > 0 and found[verb - 1].verb and found[verb - 1].role == "" and by - verb < _LONGEST_VERB:
            verb -= 1
        return list(dict.fromkeys([(by - 1, by - 1, by), (verb, verb, by)]))
    ends = range(by, max(helper + 1, by - 6), -1)
    return [(helper, helper + 1, end) for end in ends if end == by or found[end].role != ""]


def _suffered(found: Sequence[Token], k: int) -> Iterator[list[Token]]:
    """X ถูก Y V ... -> Y V X ...: the words of names look like verbs."""
    start = _start(found, k)
    if start == k:
        return
    for cut in range(k + 3, min(k + 3 + _LONGEST_DOER, len(found) + 1)):
        if found[cut - 1].role == "":
            yield [*found[:start], *found[k + 1 : cut], *_joined(found[start:k]), *found[cut:]]


def _start(found: Sequence[Token], helper: int) -> int:
    """Where the words that are acted on begin."""
    start = helper
    while start > 0 and found[start - 1].role not in _JOINTS and not (found[start].breaks >= COMMA and start < helper):
        start -= 1
    return start


def _ends(found: Sequence[Token], start: int) -> Iterator[int]:
    """Where the words for a doer may end: a name has one space at most, and no verb follows what stands after it."""
    spaces = 0
    for end in range(start + 1, min(start + _LONGEST_DOER, len(found)) + 1):
        last = end == len(found)
        if not (spaces and not last and found[end].verb and not found[end].breaks):
            yield end
        if last or found[end].breaks >= COMMA or found[end].role in ("prep", "aux", "modal", "not", "number", *_JOINTS):
            return
        spaces += found[end].breaks >= SPACE
        if spaces > 1:
            return


def _adverbials(found: Sequence[Token], end: int) -> int:
    """Where the adverbials end that begin at `end`: what follows them has another subject."""
    stop = end
    while stop < len(found) and not found[stop].verb:
        goes_on = found[stop].role in _GOES_ON or (stop > end and not found[stop].breaks and found[stop].role == "")
        if not goes_on:
            break
        stop += 1
    return stop


def _joined(turned: Sequence[Token]) -> list[Token]:
    """The breaks that stood before words that moved do not move with them."""
    return [replace(token, breaks=0) if at and token.breaks < COMMA else token for at, token in enumerate(turned)]
