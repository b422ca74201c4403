"""A joined Thai claim -> its clauses."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import replace

from kb.answering.verify.lexicon_en import listed
from kb.answering.verify.names import subject
from kb.answering.verify.tokens import SPACE, STOP, Token

_JOINTS = listed("และ แต่ ส่วน ขณะที่ ในขณะที่ โดย อีกทั้ง ทั้งยัง พร้อมทั้ง รวมทั้ง ทว่า นอกจากนี้ นอกจากนั้น โดยที่ ต่อมา ขณะ")
MOST_WAYS = 24
_SHORTEST = 2  # words of meaning in a clause
_LONGEST_NOUN = 8  # tokens that a relative clause tells about
Halves = tuple[list[Token], list[Token]]


def divided(found: Sequence[Token]) -> Iterator[Halves]:
    """Every way to cut a claim into two that must both be true."""
    joints = [k for k in range(1, len(found) - 1) if found[k].low in _JOINTS]
    spaces = [
        k for k in range(1, len(found) - 1) if found[k].breaks >= SPACE and k not in joints and k - 1 not in joints
    ]
    ways = itertools.chain(
        itertools.chain.from_iterable(_halves(found[:k], found[k + 1 :]) for k in joints),
        _relatives(found),
        itertools.chain.from_iterable(_halves(found[:k], found[k:]) for k in spaces),
    )
    yield from itertools.islice(ways, MOST_WAYS)


def told_apart(found: Sequence[Token]) -> Iterator[Halves]:
    """N ที่ V1 V2 -> N V2 and N V1, which must be said of one N: in one place."""
    yield from itertools.islice(_relatives(found, ("ที่", "ผู้")), MOST_WAYS // 2)


def _halves(left: Sequence[Token], right: Sequence[Token]) -> Iterator[Halves]:
    """The two as they are, and the second with the first one's subject where it has none of its own."""
    if not (_clause(left) and _clause(right)):
        return
    head = right[0]
    bare = head.verb or head.role in ("aux", "modal", "not", "adverb")
    about = subject(left) if bare else ()
    if about:
        yield list(left), _opened([*about, *right])
    if not bare or head.role == "not" or head.low in ("มี", "ห้าม"):
        yield list(left), _opened(list(right))


def _clause(found: Sequence[Token]) -> bool:
    """Whether tokens can be a clause: words enough, and a predicate."""
    return sum(token.content for token in found) >= _SHORTEST and any(
        token.verb or token.role in ("aux", "modal", "not", "number") for token in found
    )


def _relatives(found: Sequence[Token], joints: Sequence[str] = ("ซึ่ง", "อัน")) -> Iterator[Halves]:
    """X ซึ่ง V1 V2 -> X V2 and X V1; X ซึ่ง Y V1 V2 -> X V2 and Y V1 X."""
    for k in range(1, len(found) - 1):
        if found[k].low not in joints or found[k].role != "relative":
            continue
        predicate = found[k + 1].verb or found[k + 1].role in ("aux", "modal", "not")
        ends = [j for j in range(k + 2, len(found) + 1) if j == len(found) or _opens(found[j]) or found[j].breaks]
        first = _noun_start(found, k)
        for end, start in itertools.product(ends[::-1], range(first, k)):
            about = found[start:k]
            told = found[k + 1 : end]
            rest = [*found[:k], *(replace(token, breaks=0) for token in found[end:])]
            if end == len(found) and start == 0:
                continue
            if predicate:
                yield rest, _opened([*about, *told])
            elif any(token.verb for token in told):
                yield rest, _opened([*told, *about])


def _opens(token: Token) -> bool:
    return token.verb or token.role in ("aux", "modal", "not")


def _noun_start(found: Sequence[Token], k: int) -> int:
    """Where the noun before a relative clause begins: a name may look like verbs, and has one space at most."""
    start, spaces = k - 1, 0
    while start > 0 and k - start < _LONGEST_NOUN:
        before = found[start - 1]
        spaces += found[start].breaks >= SPACE
        if before.verb or spaces > 1 or (before.role not in ("", "number") and before.low not in ("ของ", "แห่ง")):
            break
        start -= 1
    return start


def _opened(found: list[Token]) -> list[Token]:
    return [replace(found[0], breaks=STOP), *found[1:]] if found else found
