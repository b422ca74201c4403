"""A claim that calls a thing more fully than its sentence does -> the claim as the sentence would say it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from kb.answering.verify import lexicon_en
from kb.answering.verify.clauses import Fact
from kb.answering.verify.measures import measured
from kb.answering.verify.names import subject
from kb.answering.verify.phrases_en import SUBJECT
from kb.answering.verify.tokens import STOP, Token
from kb.answering.verify.words import key

_BE = frozenset(["is", "was"])

Sentence = Sequence[Token]


def uncleft(found: Sequence[Token]) -> list[Token]:
    """It was in 1990 that the mill closed -> the mill closed in 1990."""
    if len(found) < 5 or found[0].low != "it" or found[1].low not in _BE:
        return list(found)
    that = next(
        (k for k in range(3, len(found)) if found[k].role == "relative" and found[k].low in ("that", "who")), None
    )
    if that is None or any(token.verb or token.role in ("not", "sub") for token in found[2:that]):
        return list(found)
    what, rest = found[2:that], found[that + 1 :]
    acts = rest and (rest[0].verb or rest[0].role in ("aux", "modal", "not"))
    return [*what, *rest] if acts else [*rest, *what]


def plain(found: Sequence[Token]) -> list[Token]:
    """What is told in a roundabout way, told straight: clefts, "there are", "a height of"."""
    return measured(_spans(_there(uncleft(found))))


def _spans(found: list[Token]) -> list[Token]:
    """Between 1963 and 1977 -> from 1963 to 1977."""
    for k in range(len(found) - 3):
        one, link, other = found[k + 1 : k + 4]
        if found[k].low == "between" and one.role == other.role == "number" and link.low == "and":
            start = replace(found[k], key="from", low="from")
            found = [*found[:k], start, one, replace(link, key="to", low="to", role="prep"), *found[k + 3 :]]
    return found


def _there(found: list[Token]) -> list[Token]:
    """There are 30 beds in the ward -> the ward has 30 beds."""
    if len(found) < 5 or found[0].low != "there" or found[1].low not in _BE | {"are", "were"}:
        return found
    where = [k for k in range(3, len(found)) if found[k].role == "prep" and found[k].low in ("in", "on", "at")]
    if len(where) != 1 or any(token.verb or token.breaks for token in found[2:]):
        return found
    has = replace(found[1], key="has", low="has")
    return [replace(found[where[0] + 1], breaks=STOP), *found[where[0] + 2 :], has, *found[2 : where[0]]]


_UPSIDE = {one: other for pair in lexicon_en.OPPOSITES for one, other in (pair, pair[::-1]) if one.endswith("er")}


def inverse(found: Sequence[Token]) -> list[Token] | None:
    """A is taller than B -> B is shorter than A."""
    than = next((k for k, token in enumerate(found) if token.low == "than"), None)
    if than is None or than < 3 or than + 1 >= len(found):
        return None
    at = than - 2 if found[than - 2].low in ("more", "less") else than - 1
    adjective, be = found[at], found[at - 1]
    other = _UPSIDE.get(adjective.low) or {"more": "less", "less": "more"}.get(adjective.low)
    if (
        other is None
        or be.low not in _BE | {"are", "were"}
        or any(token.verb or token.breaks for token in found[than + 1 :])
    ):
        return None
    first = replace(found[than + 1], breaks=STOP)
    turned = replace(adjective, key=key(other), low=other)
    return [first, *found[than + 2 :], be, turned, *found[at + 1 : than + 1], *found[: at - 1]]


def shorter(claim: Sequence[Token], facts: Sequence[Fact], passage: Sequence[Sentence]) -> Iterator[list[Token]]:
    """The claim without the words that only tell which thing it is about, where the passage tells that elsewhere.

    The voyage from A to B took 5 weeks -> the voyage took 5 weeks; the school's fee -> the fee.
    """
    for fact in facts:
        words = [j for phrase in fact.phrases if SUBJECT in (phrase.home, phrase.slot) for j in phrase.words]
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
