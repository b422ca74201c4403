"""A draft -> its claims; a joined claim -> its clauses."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from kb.answering.verify import pieces_th
from kb.answering.verify.names import subject
from kb.answering.verify.tokens import BOTH, COMMA, STOP, Token, tokens
from kb.language import segment
from kb.language.segment import Span

_JOINTS = frozenset(["and", "but", "while", "whereas", "และ", "แต่", "ส่วน", "ขณะที่", "ในขณะที่", "โดย"])
_DENIES = frozenset(["not", "never", "ไม่", "มิ", "ไม่เคย"])
_SHORTEST = 2  # words of meaning in a clause


def claims(text: str) -> list[Span]:
    """Where the claims of a draft stand: its sentences, cut at joints between clauses that can stand alone.

    Args:
        text: A draft, one language or mixed.

    Returns:
        Spans without white space at their ends, in order, disjoint.
    """
    spans: list[Span] = []
    for start, end in segment.sentences(text):
        found = tokens(text, start, end)
        cuts = [k for k in _joints(found) if subject(found[:k]) and subject(found[k + 1 :])]
        begin = start
        for k in cuts:
            stop = found[k].start
            while stop > begin and (text[stop - 1].isspace() or text[stop - 1] in ",;"):
                stop -= 1
            if stop > begin:
                spans.append((begin, stop))
                begin = found[k].start
        spans.append((begin, end))
    return spans


def _joints(found: Sequence[Token]) -> list[int]:
    """The tokens that join two clauses, each with a verb and words enough of its own."""
    joints = []
    for k in range(1, len(found) - 1):
        token = found[k]
        apart = token.breaks >= COMMA
        right = k + 1 if token.low in _JOINTS else k
        joined = token.low in _JOINTS or token.breaks in (STOP, BOTH)
        if joined and _clause(found[:k], apart) and _clause(found[right:], apart):
            joints.append(k)
    return joints


def _clause(found: Sequence[Token], apart: bool) -> bool:
    """Whether tokens can be a clause: words enough, and a verb unless a comma sets them apart."""
    return sum(token.content for token in found) >= _SHORTEST and (apart or any(token.verb for token in found))


def divided(found: Sequence[Token]) -> Iterator[tuple[list[Token], list[Token]]]:
    """Every way to cut a claim into two that must both be true."""
    if 2 * sum("\u0e00" < token.low[:1] < "\u0e50" for token in found) > len(found):
        yield from pieces_th.divided(found)
        return
    for k in _joints(found):
        left, right = list(found[:k]), list(found[k + 1 if found[k].low in _JOINTS else k :])
        head = right[0]
        if head.verb or head.role in ("aux", "modal") or head.low in _DENIES:
            if head.role == "" and not head.low.endswith("ed") and head.low[:1] < "\u0e00":
                yield left, _opened(right)  # travel, pay: perhaps a noun
            about = subject(left)
            if not about:
                continue
            right = [*about, *right]
        yield left, _opened(right)
    yield from _relatives(found)


def _relatives(found: Sequence[Token]) -> Iterator[tuple[list[Token], list[Token]]]:
    """X, which V1, V2 -> X V2 and X V1."""
    for k in range(1, len(found) - 1):
        if (
            found[k].role == "relative"
            and found[k + 1].role in ("", "aux", "modal", "not")
            and not found[k + 1].name
            and found[k].low in ("which", "who", "ซึ่ง")
        ):
            start = k - 1
            while start > 0 and not (
                found[start - 1].verb
                or found[start].breaks >= COMMA
                or (found[start - 1].role in ("prep", "coord", "sub") and found[start - 1].low != "of")
            ):
                start -= 1
            about = found[start:k]
            for end in _ends_of_relative(found, k):
                yield (
                    [*found[:k], *(replace(token, breaks=0) for token in found[end:])],
                    _opened([*about, *found[k + 1 : end]]),
                )


def _ends_of_relative(found: Sequence[Token], k: int) -> list[int]:
    """Where the relative clause that begins at `k` may end: at a comma, in Thai before any verb."""
    if found[k].low < "\u0e00":
        return [next((j for j in range(k + 1, len(found)) if found[j].breaks >= COMMA), len(found))]
    return [j for j in range(k + 3, len(found)) if found[j].verb or found[j].breaks]


def _opened(found: list[Token]) -> list[Token]:
    return [replace(found[0], breaks=STOP), *found[1:]] if found else found
