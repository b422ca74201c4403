"""A run of English words -> the phrases it holds: who, what, and what stands after which preposition."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from kb.answering.verify.tokens import COMMA, Token
from kb.answering.verify.verbs_en import acts

SUBJECT, OBJECT, BESIDE = "subject", "object", "beside"
JOINT_ROLES = ("coord", "sub", "relative")


@dataclass(frozen=True, slots=True)
class Phrase:
    """Words that fill one slot of a fact.

    `slot` is "subject", "object", "beside" (a second name of what stands before it), or the preposition they stand
    after; `words` are places of tokens, the preposition not among them.
    """

    slot: str
    words: tuple[int, ...]
    home: str = ""  # "subject" for what tells which one acts, "front" for what stands before it


def phrases(found: Sequence[Token], begin: int, end: int, first: str) -> list[Phrase]:
    """The phrases of a run of words, cut at prepositions (but "of"), commas and joints; the first one fills `first`."""
    made: list[Phrase] = []
    slot = first
    words: list[int] = []
    for k in range(begin, end):
        token = found[k]
        cut = token.breaks >= COMMA and k > begin
        head = token.role in ("prep", "sub") and token.low != "of"
        cut = cut or (token.low == "but" and k > begin)
        if (cut or head or _parallel(found, k, begin, end)) and words:
            made.append(Phrase(slot, tuple(words)))
            slot, words = (BESIDE if cut else slot), []
        if head:
            slot = token.low if token.key != "@" else "@"
            continue
        if token.role in ("coord", "relative") and not words:
            continue
        words.append(k)
    if words:
        made.append(Phrase(slot, tuple(words)))
    return made


def _parallel(found: Sequence[Token], k: int, begin: int, end: int) -> bool:
    """A joint between two amounts: 30 km long | and 12 km wide."""
    if found[k].role != "coord" or not begin < k < end - 1:
        return False
    return found[k + 1].role == "number" and any(found[j].role == "number" for j in range(begin, k))


def subject_phrases(found: Sequence[Token], words: Sequence[int]) -> list[Phrase]:
    """Who acts, and what tells which one: the farmers | around the town."""
    made = phrases(found, words[0], words[-1] + 1, SUBJECT) if words else []
    return [Phrase(BESIDE if p.slot == "by" else p.slot, p.words, SUBJECT if n else "") for n, p in enumerate(made)]


def antecedent(found: Sequence[Token], end: int) -> tuple[int, ...]:
    """The noun that ends before a place: back to a verb, a preposition but "of", a comma, a joint."""
    start = end - 1
    while start > 0:
        token, before = found[start], found[start - 1]
        several = before.role == "coord" and any(found[j].low == "of" for j in range(max(0, start - 6), start))
        if token.breaks >= COMMA or (before.role in ("aux", "modal", "not", *JOINT_ROLES) and not several):
            break
        if (before.role == "prep" and before.low != "of") or acts(found, start - 1):
            break
        start -= 1
    return tuple(range(start, end))


def chunks(found: Sequence[Token], begin: int, end: int) -> list[tuple[int, int]]:
    """Where the parts between commas stand."""
    cuts = [k for k in range(begin + 1, end) if found[k].breaks >= COMMA]
    return [(a, b) for a, b in itertools.pairwise([begin, *cuts, end]) if a < b]


def parts(tokens: Sequence[Token], words: Sequence[int]) -> Iterator[list[int]]:
    """The nouns that "and" joins in a phrase."""
    part: list[int] = []
    for j in words:
        if tokens[j].role == "coord":
            if part:
                yield part
            part = []
        else:
            part.append(j)
    if part:
        yield part
