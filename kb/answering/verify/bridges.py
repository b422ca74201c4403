"""A claim that calls a thing more fully than its sentence does -> the claim as the sentence would say it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from kb.answering.verify.clauses import SUBJECT, Fact
from kb.answering.verify.names import subject
from kb.answering.verify.tokens import STOP, Token

_BE = frozenset(["is", "was"])

Sentence = Sequence[Token]


def uncleft(found: Sequence[Token]) -> list[Token]:
    """It was in 1990 that the mill closed -> the mill closed in 1990."""
    if len(found) < 5 or found[0].low != "it" or found[1].low not in _BE:
        return list(found)
    that = next((k for k in range(3, len(found)) if found[k].role == "relative" and found[k].low in ("that", "who")), None)
    if that is None or any(token.verb or token.role in ("not", "sub") for token in found[2:that]):
        return list(found)
    what, rest = found[2:that], found[that + 1 :]
    acts = rest and (rest[0].verb or rest[0].role in ("aux", "modal", "not"))
    return [*what, *rest] if acts else [*rest, *what]


def shorter(claim: Sequence[Token], facts: Sequence[Fact], passage: Sequence[Sentence]) -> Iterator[list[Token]]:
    """The claim without the words that only tell which thing it is about, where the passage tells that elsewhere.

    The voyage from A to B took 5 weeks -> the voyage took 5 weeks; the school's fee -> the fee.
    """
    for fact in facts:
        words = [j for phrase in fact.phrases if phrase.home == SUBJECT or phrase.slot == SUBJECT for j in phrase.words]
        if not words or words != sorted(words):
            continue
        first, last = words[0], words[-1]
        if claim[first].article != "the":
            continue
        owner = next((k for k in range(first, last) if claim[k].role == "poss"), None)
        if owner is not None and _topic(claim[first:owner], passage):
            yield [*claim[:first], *claim[owner + 1 :]]
        cut = next((k for k in range(first + 1, last) if claim[k].role == "prep"), None)
        if cut is not None and owner is None and _told(claim[cut - 1], claim[cut : last + 1], passage):
            yield [*claim[:cut], *claim[last + 1 :]]


def _topic(owner: Sentence, passage: Sequence[Sentence]) -> bool:
    """Whether the passage is about somebody's: it begins with them."""
    about = {token.key for token in subject(passage[0])} if passage else set()
    return bool(owner) and all(token.key in about for token in owner)


def _told(head: Token, which: Sentence, passage: Sequence[Sentence]) -> bool:
    """Whether the passage says elsewhere which one it is, and knows no other one."""
    keys = [token.key for token in which]
    seen = False
    for sentence in passage:
        for k in range(len(sentence)):
            if [token.key for token in sentence[k : k + len(keys)]] == keys:
                seen = True
            elif k and sentence[k - 1].key == head.key and sentence[k].key == keys[0] and sentence[k].breaks < STOP:
                return False
    return seen
