"""A claim that is proven in part -> its words that are proven, where they read alone."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from kb.answering.verify.names import subject
from kb.answering.verify.pieces import divided
from kb.answering.verify.proving import Prover, Tried
from kb.answering.verify.tokens import COMMA, STOP, Token
from kb.language.thai import has_thai

MOST = 8  # places to cut that are tried
_LEADS = ("sub", "relative", "coord")
_HANGS = ("prep", "modal", "aux", "not", "poss", "guard", *_LEADS)


@dataclass(frozen=True, slots=True)
class Cut:
    """What proves a part, its text (None where it does not read alone), and the words that are left."""

    proving: tuple[Tried, ...] = ()
    text: str | None = None
    rest: tuple[Token, ...] = ()


def cut(text: str, claim: Sequence[Token], prover: Prover) -> Cut:
    """The longest part of a claim that is proven and is a sentence of its own, from its start or to its end."""
    for start, end in itertools.islice(_parts(text, claim), MOST):
        found = prover.proven(list(claim[start:end]), 0)
        if found and not found[0].issues:
            begin = claim[start - 1].end if start else 0  # an article is no token
            rest = (*claim[:start], *claim[end + (end < len(claim) and claim[end].role == "coord") :])
            return Cut(tuple(found), _sentence(text[begin : claim[end - 1].end]), rest)
    for piece in itertools.chain.from_iterable(divided(claim)):
        found = prover.proven(piece, 0)
        if found and not found[0].issues:
            return Cut(tuple(found))
    return Cut()


def _parts(text: str, claim: Sequence[Token]) -> Iterator[tuple[int, int]]:
    """Where a claim may be cut, the longest parts first: before a joint or after a comma, whole clauses only.

    Thai, which puts spaces between clauses and not between words, is cut at spaces alone.
    """
    size = len(claim)
    cuts = [k for k in range(2, size - 1) if claim[k].role in _LEADS or claim[k].breaks >= COMMA]
    if has_thai(text):
        cuts = [k for k in cuts if text[claim[k].start - 1].isspace()]
    firsts = [(0, k) for k in cuts if claim[k - 1].role not in _HANGS and _clause(claim[:k])]
    starts = [
        k + 1 if claim[k].role == "coord" else k for k in cuts if claim[k].role == "coord" or claim[k].breaks == STOP
    ]
    lasts = [(k, size) for k in starts if size - k > 2 and _clause(claim[k:])]
    yield from sorted([*firsts, *lasts], key=lambda part: part[0] - part[1])


def _clause(found: Sequence[Token]) -> bool:
    """Whether words are a clause: about something, with a verb."""
    return bool(subject(found)) and found[0].role not in _LEADS and any(token.verb for token in found)


def _sentence(words: str) -> str:
    words = words.lstrip(" ,;:.")
    words = words[:1].upper() + words[1:].rstrip(" ,;")
    return words if has_thai(words) else f"{words}."
