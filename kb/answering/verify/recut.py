"""Thai words cut in two ways -> the same cuts on both sides."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from kb.answering.verify import words
from kb.answering.verify.tokens import Token


def harmonised(claim: Sequence[Token], place: Sequence[Token]) -> tuple[Sequence[Token], Sequence[Token]]:
    """Both sides, with Thai runs that hold the same letters cut alike.

    The dictionary cuts a run by what stands around it; the same name can come out in other pieces elsewhere.
    """
    known, wanted = {token.key for token in place}, {token.key for token in claim}
    strange = [i for i, token in enumerate(claim) if _thai(token) and token.key not in known]
    left = [j for j, token in enumerate(place) if _thai(token) and token.key not in wanted]
    if not strange or not left:
        return claim, place
    runs, other = _runs(claim, strange), _runs(place, left)
    cuts: tuple[dict[int, set[int]], dict[int, set[int]]] = ({}, {})
    for mine, text in runs:
        for theirs, beside in other:
            _match(claim, mine, text, place, theirs, beside, cuts)
    return _cut(claim, cuts[0]), _cut(place, cuts[1])


def _thai(token: Token) -> bool:
    return "\u0e00" < token.low[:1] < "\u0e4f" and token.role != "number" and len(token.low) == token.end - token.start


def _runs(found: Sequence[Token], odd: Sequence[int]) -> list[tuple[range, str]]:
    """The strange tokens, each with the neighbours it is written together with, and their text."""
    runs: list[tuple[range, str]] = []
    for k in odd:
        if runs and k in runs[-1][0]:
            continue
        first = last = k
        while first > 0 and k - first < 2 and _thai(found[first - 1]) and found[first - 1].end == found[first].start:
            first -= 1
        while (
            last + 1 < len(found)
            and (last - k < 2 or last + 1 in odd)
            and _thai(found[last + 1])
            and found[last].end == found[last + 1].start
        ):
            last += 1
        run = range(first, last + 1)
        runs.append((run, "".join(found[at].low for at in run)))
    return runs


def _match(  # noqa: PLR0913 - two sides of three things each
    claim: Sequence[Token],
    mine: range,
    text: str,
    place: Sequence[Token],
    theirs: range,
    beside: str,
    cuts: tuple[dict[int, set[int]], dict[int, set[int]]],
) -> None:
    """Cut both runs at all the cuts of their longest common part."""
    a, b, length = _longest(text, beside)
    if length < 4 or 2 * length < min(len(text), len(beside)):
        return
    inside = {cut - a for cut in _offsets(claim, mine) if a <= cut <= a + length} | {
        cut - b for cut in _offsets(place, theirs) if b <= cut <= b + length
    }
    for cut in inside:
        _note(claim, mine, a + cut, cuts[0])
        _note(place, theirs, b + cut, cuts[1])


def _longest(one: str, other: str) -> tuple[int, int, int]:
    """Where the longest common part of two short strings stands: (start, start, length)."""
    best = (0, 0, 0)
    above: dict[int, int] = {}
    for i, sign in enumerate(one):
        row: dict[int, int] = {}
        for j, twin in enumerate(other):
            if sign == twin:
                row[j] = above.get(j - 1, 0) + 1
                if row[j] > best[2]:
                    best = (i - row[j] + 1, j - row[j] + 1, row[j])
        above = row
    return best


def _offsets(found: Sequence[Token], run: range) -> list[int]:
    offsets, at = [0], 0
    for k in run:
        at += len(found[k].low)
        offsets.append(at)
    return offsets


def _note(found: Sequence[Token], run: range, offset: int, cuts: dict[int, set[int]]) -> None:
    """Write down a cut at an offset of a run, if it falls inside a token."""
    at = 0
    for k in run:
        if at < offset < at + len(found[k].low):
            cuts.setdefault(k, set()).add(offset - at)
        at += len(found[k].low)


def _cut(found: Sequence[Token], cuts: dict[int, set[int]]) -> Sequence[Token]:
    if not cuts:
        return found
    parts: list[Token] = []
    for k, token in enumerate(found):
        begin = 0
        for end in [*sorted(cuts.get(k, ())), len(token.low)]:
            if k not in cuts:
                parts.append(token)
                break
            low = token.low[begin:end]
            parts.append(
                replace(token, key=words.key(low), low=low, start=token.start + begin, end=token.start + end,
                        breaks=token.breaks if begin == 0 else 0, role=token.role if begin == 0 and token.role else "")
            )  # fmt: skip
            begin = end
    return parts
