"""A claim and the sentences it is checked against -> a number that orders claims by how well they are borne out."""

from __future__ import annotations

import math
from collections.abc import Callable, Collection, Sequence
from itertools import pairwise

from kb.answering.verify.additions import opposite
from kb.answering.verify.tokens import Token

# Weights of a logistic regression, fitted on the fit half of the clapnq and wice claims and rounded.
HELD, TOGETHER = 0.7, 1.2  # the share of the claim's words, and of its neighbouring pairs, that the source holds
NUMBER, NAME = -1.1, -0.5  # for each that the source does not hold
TURNED, BOUND = -0.6, -0.6  # for each word whose opposite it holds; for each "not", "all", "must" it does not
CONTRADICTED = -1.7
SIMILAR = 2.0  # times the cosine of the nearest sentence
MOST = 3  # of one kind that count
NEAR = 4  # tokens between two words of a pair
HIGHEST = 0.95  # of a claim that is not proven


def support(claim: Sequence[Token], source: Sequence[Sequence[Token]], *, contradicted: bool, similar: float) -> float:
    """How well a claim that is not proven is borne out.

    Args:
        claim: Its tokens.
        source: The tokens of every sentence.
        contradicted: Whether the source says otherwise.
        similar: The cosine of the nearest sentence, 0 where it is not known.

    Returns:
        0 to HIGHEST.
    """
    content = [token for token in claim if token.content]
    around = [{token.key for token in one} for one in source]
    known = frozenset[str]().union(*around)
    near = max((_window(around, k) for k in range(len(around))), key=lambda keys: _share(content, keys), default=known)
    strange = [token for token in content if token.key not in near]
    total = (
        HELD * _share(content, known)
        + TOGETHER * _together(content, source)
        + NUMBER * _count(claim, lambda token: token.role == "number" and token.key not in known)
        + NAME * _count(claim, lambda token: token.name and token.key not in known)
        + TURNED * _count(strange, lambda token: any(opposite(token.key, other) for other in known))
        + BOUND * _count(claim, lambda token: token.role in ("guard", "not", "modal") and token.key not in near)
        + CONTRADICTED * contradicted
        + SIMILAR * similar
    )
    return HIGHEST / (1 + math.exp(-total))


def _window(around: Sequence[set[str]], k: int) -> frozenset[str]:
    """The keys of a sentence and of its neighbours."""
    return frozenset[str]().union(*around[max(0, k - 1) : k + 2])


def _share(content: Sequence[Token], keys: Collection[str]) -> float:
    return sum(token.key in keys for token in content) / max(1, len(content))


def _count(found: Sequence[Token], holds: Callable[[Token], bool]) -> int:
    return min(MOST, sum(holds(token) for token in found))


def _together(content: Sequence[Token], source: Sequence[Sequence[Token]]) -> float:
    """The share of neighbouring words of the claim that stand near each other, in that order, in one sentence."""
    wanted = list(pairwise(token.key for token in content))
    held: set[tuple[str, str]] = set()
    for sentence in source:
        keys = [token.key for token in sentence]
        for k, key in enumerate(keys):
            held.update((key, other) for other in keys[k + 1 : k + 1 + NEAR])
    return sum(pair in held for pair in wanted) / max(1, len(wanted))
