"""Thai words cut in two ways -> the same cuts on both sides."""

from __future__ import annotations

import difflib
import itertools
from collections.abc import Sequence
from dataclasses import dataclass, replace

from kb.answering.verify import words
from kb.answering.verify.tokens import Token

SHORTEST = 3  # letters of a shared part
REACH = 2  # tokens on either side of a strange one


@dataclass(frozen=True, slots=True)
class _Run:
    """Tokens that are written together, each with its place among all."""

    tokens: tuple[tuple[int, Token], ...]

    @property
    def text(self) -> str:
        """What is written."""
        return "".join(token.low for _, token in self.tokens)


def harmonised(claim: Sequence[Token], place: Sequence[Token]) -> tuple[Sequence[Token], Sequence[Token]]:
    """Both sides, with Thai runs that hold the same letters cut alike.

    The dictionary cuts a run by what stands around it; the same name can come out in other pieces elsewhere.
    """
    known, wanted = {token.key for token in place}, {token.key for token in claim}
    strange = [i for i, token in enumerate(claim) if _thai(token) and token.key not in known]
    left = [j for j, token in enumerate(place) if _thai(token) and token.key not in wanted]
    if not strange or not left:
        return claim, place
    cuts: tuple[dict[int, set[int]], dict[int, set[int]]] = ({}, {})
    others = _runs(place, left)
    for mine in _runs(claim, strange):
        for theirs in others:
            _match(mine, theirs, cuts)
    return _cut(claim, cuts[0]), _cut(place, cuts[1])


def _thai(token: Token) -> bool:
    return "\u0e00" < token.low[:1] < "\u0e4f" and token.role != "number" and len(token.low) == token.end - token.start


def _runs(found: Sequence[Token], odd: Sequence[int]) -> list[_Run]:
    """The strange tokens, each with the neighbours it is written together with."""
    runs: list[_Run] = []
    last = -1
    for k in odd:
        if k <= last:
            continue
        first = last = k
        while first > 0 and k - first < REACH and _together(found, first - 1):
            first -= 1
        while last + 1 < len(found) and (last - k < REACH or last + 1 in odd) and _together(found, last):
            last += 1
        runs.append(_Run(tuple((at, found[at]) for at in range(first, last + 1))))
    return runs


def _together(found: Sequence[Token], k: int) -> bool:
    """Whether token `k` and the next are Thai and written without a gap."""
    return _thai(found[k]) and _thai(found[k + 1]) and found[k].end == found[k + 1].start


def _match(claim: _Run, place: _Run, cuts: tuple[dict[int, set[int]], dict[int, set[int]]]) -> None:
    """Cut both runs, inside every part that they share, wherever one of them is cut there."""
    shared = difflib.SequenceMatcher(None, claim.text, place.text, autojunk=False).get_matching_blocks()
    for a, b, length in shared:
        if length < SHORTEST:
            continue
        mine = {cut - a for cut in _offsets(claim) if a <= cut <= a + length}
        theirs = {cut - b for cut in _offsets(place) if b <= cut <= b + length}
        for cut in mine | theirs:
            inside = 0 < cut < length
            if inside or _torn(claim, a, cut, theirs):
                _note(claim, a + cut, cuts[0])
            if inside or _torn(place, b, cut, mine):
                _note(place, b + cut, cuts[1])


def _torn(run: _Run, begin: int, cut: int, others: set[int]) -> bool:
    """Whether the token over the edge of a shared part is cut amiss.

    It begins where the other side has no cut, or what is beyond the edge is a word of form or stands first: น้ำตาล is
    not cut because the other side says น้ำ.
    """
    at = 0
    for _, token in run.tokens:
        end = at + len(token.low)
        if at < begin + cut < end:
            beyond = token.low[begin + cut - at :] if cut else token.low[: begin - at]
            torn = not cut or at - begin not in others  # what comes last in a Thai word only describes it
            return torn or words.role(beyond) in ("prep", "aux", "modal", "not", "relative", "coord", "adverb")
        at = end
    return False


def _offsets(run: _Run) -> list[int]:
    return [0, *itertools.accumulate(len(token.low) for _, token in run.tokens)]


def _note(run: _Run, offset: int, cuts: dict[int, set[int]]) -> None:
    """Write down a cut at an offset of a run, if it falls inside a token."""
    at = 0
    for k, token in run.tokens:
        if at < offset < at + len(token.low):
            cuts.setdefault(k, set()).add(offset - at)
        at += len(token.low)


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
            if words.role(low) == "free":
                begin = end
                continue
            parts.append(
                replace(token, key=words.key(low), low=low, start=token.start + begin, end=token.start + end,
                        breaks=token.breaks if begin == 0 else 0, role=words.role(low), verb=words.is_verb(low))
            )  # fmt: skip
            begin = end
    return parts
