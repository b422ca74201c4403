"""A sentence -> the other sentences it contains: in the active, out of its relative clauses, in other word order."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import replace

from kb.answering.verify import readings_th
from kb.answering.verify.sides import CONDITIONS, REPORTED
from kb.answering.verify.tokens import COMMA, STOP, Token
from kb.answering.verify.voices import active

MOST = 14  # readings of one sentence
_BE = frozenset(["is", "are", "was", "were"])
_OBJECT = frozenset(["that", "which", "whom", "who", "ที่", "ซึ่ง"])
_LONGEST_SUBJECT = 6  # tokens

Tokens = tuple[Token, ...]


def readings(found: Tokens) -> list[Tokens]:
    """The sentence itself, first, and what follows from it word for word."""
    said = [found]
    for plain in itertools.chain(
        [found], _shortened(found), _amounts(found), _shares(found), readings_th.read(found), _objects(found)
    ):
        if plain not in said:
            said.append(plain)
    turned = (tuple(other) for plain in list(said) for other in itertools.islice(active(plain, whole=False), MOST // 2))
    return list(dict.fromkeys([*said, *turned]))[:MOST]


def _shortened(found: Tokens) -> Iterator[Tokens]:
    """An employee who is dismissed -> a dismissed employee."""
    for k in range(1, len(found) - 3):
        said, ends = found[k + 2], found[k + 3]
        relative = found[k].role == "relative" and found[k + 1].low in _BE and said.verb
        if relative and said.low.endswith(("ed", "en", "t")) and ends.role not in ("prep", "coord") and not said.breaks:
            noun = found[k - 1]
            short = (*found[: k - 1], replace(said, breaks=noun.breaks), replace(noun, breaks=0), *found[k + 3 :])
            yield short
            yield from _amounts(short)


def _amounts(found: Tokens) -> Iterator[Tokens]:
    """Severance of 6 weeks -> 6 weeks of severance."""
    for k in range(1, len(found) - 2):
        noun, of, amount = found[k : k + 3]
        if noun.role == "" and of.low == "of" and amount.key.count(":") == 2:
            yield (*found[:k], replace(amount, breaks=noun.breaks), of, replace(noun, breaks=0), *found[k + 3 :])


def _shares(found: Tokens) -> Iterator[Tokens]:
    """Paintings, most of which were sold -> most of the paintings were sold."""
    for k in range(2, len(found) - 2):
        if (
            found[k].low in ("which", "whom")
            and found[k - 1].low == "of"
            and found[k - 2].breaks >= COMMA
            and k > 2
            and _asserted(found[:k])
        ):
            owner = replace(found[k - 3], breaks=0)
            yield (replace(found[k - 2], breaks=STOP), found[k - 1], owner, *found[k + 1 :])


def _objects(found: Tokens) -> Iterator[Tokens]:
    """A portrait that she painted -> she painted a portrait."""
    for k in range(1, len(found) - 2):
        if (
            found[k].role != "relative"
            or found[k].low not in _OBJECT
            or found[k + 1].role not in ("", "pronoun", "number")
        ):
            continue
        verb = next(
            (
                v
                for v in range(k + 2, min(k + 2 + _LONGEST_SUBJECT, len(found)))
                if found[v].verb and found[v].role == ""
            ),
            None,
        )
        if not _asserted(found[:k]):
            continue
        start = _noun_start(found, k)
        if verb is None or start == k or any(token.role not in ("", "pronoun") for token in found[k + 1 : verb]):
            continue
        end = next((j for j in range(verb + 1, len(found)) if found[j].breaks >= COMMA), len(found))
        what = [replace(token, breaks=0) for token in found[start:k]]
        yield (replace(found[k + 1], breaks=STOP), *found[k + 2 : verb + 1], *what, *found[verb + 1 : end])


def _asserted(before: Sequence[Token]) -> bool:
    """Whether nothing before makes what follows a condition, a denial or hearsay."""
    return not any(token.role == "not" or token.low in CONDITIONS or token.key in REPORTED for token in before)


def _noun_start(found: Sequence[Token], end: int) -> int:
    """Where the noun that ends before `end` begins."""
    start = end
    while (
        start > 0
        and not (start < end and found[start].article)
        and found[start - 1].role == ""
        and not found[start - 1].verb
        and not (start < end and found[start].breaks)
    ):
        start -= 1
    return start
