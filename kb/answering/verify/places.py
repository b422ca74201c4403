"""Quotes -> the places that may prove a claim: sentences, with what their pronouns stand for."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Protocol

from kb.answering.verify.tokens import Token
from kb.language import segment
from kb.language.segment import Span

MOST_SENTENCES = 6  # of one quote that are looked at closely


@dataclass(frozen=True, slots=True)
class Place:
    """A run of tokens that may prove a claim, and the span of the quote that is shown for it.

    `shared_end`: its last phrase may as well belong to what follows it, so it may stand nowhere else than there.
    """

    quote: int
    span: Span
    tokens: tuple[Token, ...]
    shared_end: bool = False


class Passage(Protocol):
    """A quote that knows its places."""

    text: str
    spans: list[Span]

    def said(self) -> list[Token]:
        """All its tokens."""
        ...

    def places(self, claim: Sequence[Token]) -> Iterator[Place]:
        """The places that share words with a claim, the likeliest first."""
        ...


@lru_cache(maxsize=64)
@lru_cache(maxsize=64)
def passage(number: int, text: str) -> Passage:
    """Read a quote in the way of its language; the last ones are kept, since a draft is checked claim by claim."""
    from kb.answering.verify.places_en import Sentences
    from kb.answering.verify.places_th import Phrases

    return Phrases(number, text) if segment.language(text) == "th" else Sentences(number, text)


def likeliest(claim: Collection[str], units: list[tuple[Token, ...]]) -> list[tuple[float, int]]:
    """Units of text by the share of the claim's words they hold, rare ones counting more: (score, unit), best first."""
    wanted = set(claim)
    held = [wanted.intersection(token.key for token in unit) for unit in units]
    counts: dict[str, int] = {}
    for keys in held:
        for key in keys:
            counts[key] = counts.get(key, 0) + 1
    scored = [(sum(1 / counts[key] + 0.5 for key in sorted(keys)), -k) for k, keys in enumerate(held) if keys]
    return [(score, -k) for score, k in sorted(scored, reverse=True)]


__all__ = ["MOST_SENTENCES", "Passage", "Place", "likeliest", "passage"]
