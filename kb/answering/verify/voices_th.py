"""A Thai clause that says who was acted on -> the same clause with who acts first."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from kb.answering.verify.tokens import COMMA, SPACE, Token
from kb.answering.verify.words import key

_SUFFERS = frozenset(["ถูก", "โดน", "ได้รับ"])
_LONGEST_DOER = 8  # tokens
_LONGEST_VERB = 3  # tokens
# Verb -> (what stands before who acts, the verb for who acts, how the one acted on is joined: "" as object).
_CONVERSE = {
    "แพ้": (("", "ชนะ", ""), ("ต่อ", "ชนะ", ""), ("แก่", "ชนะ", "")),
    "เรียน": (("กับ", "สอน", ""), ("จาก", "สอน", "to"), ("กับ", "สอน", "to")),
    "ได้รับ": (("จาก", "มอบ", "to"), ("จาก", "ให้", "to")),
    "รับ": (("จาก", "มอบ", "to"),),
    "ยืม": (("จาก", "", "ให้"),),
    "เช่า": (("จาก", "", "ให้"),),
    "ซื้อ": (("จาก", "ขาย", "to"),),
}
ACTS = frozenset(acts or "ให้" for ways in _CONVERSE.values() for _, acts, _ in ways)
_GOES_ON = ("prep", "number", "adverb")
_JOINTS = ("sub", "relative", "coord")


def active(found: Sequence[Token], whole: bool) -> Iterator[list[Token]]:
    """X (ถูก, ได้รับการ) V โดย Y, X ได้รับการ V จาก Y, X ถูก Y V -> Y V X, for every end that Y or V may have.

    `whole`: with all that follows, as a claim needs it; else without what may be about X rather than Y.
    """
    for k, token in enumerate(found):
        if token.low in ("โดย", "จาก"):
            yield from _by(found, k, whole)
        if token.low in _CONVERSE:
            yield from _conversed(found, k, whole)
    for k, token in enumerate(found):
        if token.low in ("ถูก", "โดน"):
            yield from _suffered(found, k)
    if whole:
        yield from _without_doer(found)
        yield from _undergone(found)


def _by(found: Sequence[Token], by: int, whole: bool) -> Iterator[list[Token]]:
    helper = next((k for k in range(by - 1, max(-1, by - 8), -1) if found[k].low in _SUFFERS), None)
    if found[by].low == "จาก" and (helper is None or found[helper].low != "ได้รับ"):
        return
    for stands, verb, after in _verbs(found, by, helper):
        start = _start(found, stands)
        if start < stands and verb < after <= by:
            for end in _ends(found, by + 1, whole):
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
        ways = [(by - 1, by - 1, by), (verb, verb, by)]
        after = by
        while after > 2 and found[after - 1].role in _GOES_ON:
            after -= 1
        if after < by:  # X สร้าง เมื่อปี 2507 โดย Y
            ways.append((after - 1, after - 1, after))
        return list(dict.fromkeys(ways))
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


def _conversed(found: Sequence[Token], k: int, whole: bool) -> Iterator[list[Token]]:
    """X แพ้ Y -> Y ชนะ X; X เรียนกับ Y -> Y สอน X; X ยืม O จาก Y -> Y ให้ X ยืม O."""
    start = _start(found, k)
    for link, acts, gives in _CONVERSE[found[k].low]:
        at = (
            next((j for j in range(k, min(k + _LONGEST_DOER, len(found))) if found[j].low == link), None) if link else k
        )
        if at is None or start == k or (not gives and link and at != k + 1):
            continue
        for end in _ends(found, at + 1, whole) if at + 1 < len(found) else ():
            doer, done = found[at + 1 : end], found[start:k]
            verb = replace(found[k], key=key(acts or "ให้"), low=acts or "ให้", breaks=0)
            if not gives:
                turned = [*doer, verb, *done]
            elif gives == "ให้":
                turned = [*doer, replace(verb, role="prep"), *done, *found[k:at]]
            else:
                turned = [*doer, verb, *found[k + 1 : at], replace(verb, key=key("ให้"), low="ให้", role="prep"), *done]
            stop = len(found) if whole else _adverbials(found, end)
            yield [*found[:start], *_joined(turned), *found[end:stop]]


def _undergone(found: Sequence[Token]) -> Iterator[list[Token]]:
    """X ถูก V, X ได้รับการ V -> V X, where nobody is said to do it."""
    for k, token in enumerate(found):
        if token.low in _SUFFERS and 0 < k < len(found) - 1 and found[k + 1].role == "":
            start, end = _start(found, k), k + 2
            while end < len(found) and (found[end].low == "ขึ้น" or (found[end].verb and not found[end].role)):
                end += 1
            if start < k:
                yield [*found[:start], *_joined(found[k + 1 : end]), *_joined(found[start:k]), *found[end:]]


def _without_doer(found: Sequence[Token]) -> Iterator[list[Token]]:
    """เริ่มก่อสร้างทางรถไฟ -> ทางรถไฟเริ่มก่อสร้าง, where nobody is said to do it."""
    start = 0
    while start < len(found) and found[start].role in _GOES_ON and not found[start].verb:
        start += 1
    stop = start
    while stop < len(found) and (found[stop].verb or found[stop].role in ("aux", "modal", "not")):
        stop += 1
    end = stop
    while end < len(found) and found[end].role in ("", "pointed") and not (end > stop and found[end].verb):
        end += 1
    if start < stop < end:
        yield [*found[:start], *_joined(found[stop:end]), *_joined(found[start:stop]), *found[end:]]


def _start(found: Sequence[Token], helper: int) -> int:
    """Where the words that are acted on begin."""
    start = helper
    while start > 0 and found[start - 1].role not in _JOINTS and not (found[start].breaks >= COMMA and start < helper):
        start -= 1
    return start


def _ends(found: Sequence[Token], start: int, whole: bool) -> list[int]:
    """Where the words for a doer may end, the farthest first: a name has one space at most.

    Of a source, what follows such a space may be the doer of the verb after it.
    """
    spaces, ends = 0, []
    for end in range(start + 1, min(start + _LONGEST_DOER, len(found)) + 1):
        last = end == len(found)
        if whole or last or not (spaces and found[end].verb and not found[end].breaks):
            ends.append(end)
        if last or found[end].breaks >= COMMA or found[end].role in ("prep", "aux", "modal", "not", "number", *_JOINTS):
            break
        spaces += found[end].breaks >= SPACE
        if spaces > 1:
            break
    if whole and start + 1 < len(found) <= start + _LONGEST_DOER and len(found) not in ends:
        ends.append(len(found))
    return ends[::-1]


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
