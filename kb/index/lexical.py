"""Texts and questions -> search words -> the chunks that hold them, by BM25."""

from __future__ import annotations

import importlib.metadata
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
import regex
import snowballstemmer
from numpy.typing import NDArray

from kb.index.bm25 import K1, Ids, Word, corpus, weight
from kb.index.snapshot import Snapshot, ascending
from kb.language import segment

Scored = tuple[Ids, NDArray[np.float64]]  # chunk ids, ascending, with their BM25

_LONGEST = 64  # characters of a search word; the rest of a longer run distinguishes nothing
_DENSE = 4_000_000  # ids between the first and the last chunk that are summed in one array
_FEW = 2_000  # so many allowed chunks are looked up word by word; more are picked out of all that were found
_PART = regex.compile(r"[\p{L}\p{N}\p{M}\p{Co}]+")
_DIGIT = regex.compile(r"(?![0-9])\p{Nd}")
_ENGLISH = (
    "a about after all also am an and any are as at be been before being both but by can could did do does doing "
    "for from had has have having he her here him his how i if in into is it its itself just me more most my no "
    "nor not of off on once only or other our out over own same she should so some such than that the their them "
    "then there these they this those through to too under until up us very was we were what when where which "
    "while who whom whose why will with would you your "
)
_STOP_WORDS = frozenset(_ENGLISH.split())


@dataclass(frozen=True, slots=True)
class LexicalHits:
    """Chunks that hold words of a question, best first.

    `scores` are BM25, positive; `mass` is the bound that no chunk reaches: (k1 + 1) * the sum of idf over the
    question's distinct terms, terms that no chunk holds included.
    """

    ids: list[int]
    scores: list[float]
    mass: float


def identity() -> dict[str, str]:
    """The versions that change what a search word is."""
    return {"words": "2", "snowballstemmer": importlib.metadata.version("snowballstemmer")}


def terms(text: str) -> list[str]:
    """The search words of a text in reading order: lower-cased, English ones by their stem (Porter 1980).

    Decimal digits of every script become 0 to 9.
    """
    return [_stem(part) for part in _parts(text)]


def query_terms(question: str) -> list[str]:
    """The distinct search words of a question, English stop words left out unless nothing else remains."""
    parts = _parts(question)
    telling = [part for part in parts if part not in _STOP_WORDS]
    return [*dict.fromkeys(_stem(part) for part in telling or parts)]


def _parts(text: str) -> list[str]:
    plain = _DIGIT.sub(lambda found: str(unicodedata.decimal(found[0])), text)
    return [part[:_LONGEST] for word in segment.words(plain) for part in _PART.findall(word)]


def idf(snapshot: Snapshot, words: Sequence[str]) -> dict[str, float]:
    """The weight of each search word; one that no chunk holds weighs most."""
    known = corpus(snapshot)
    nothing = np.empty(0, dtype=np.int64)
    return {word: weight(known.count, known.word(snapshot, word, nothing).holding) for word in words}


def search(
    snapshot: Snapshot, question: str, limit: int, allowed: Sequence[int] | NDArray[np.int64] | None = None
) -> LexicalHits:
    """The chunks with the highest BM25 (k1 = 1.2, b = .75) for a question; any of its words is enough.

    Args:
        snapshot: What to search.
        question: Plain text; quotes and operators are words like others, or nothing.
        limit: How many chunks at most.
        allowed: Only these chunk ids; statistics are those of all chunks.
    """
    only = None if allowed is None else ascending(allowed)
    (ids, scores), mass = _scored(snapshot, question, only)
    if len(ids) > limit > 0:
        near = scores >= np.partition(scores, len(scores) - limit)[len(scores) - limit]
        ids, scores = ids[near], scores[near]
    best = np.lexsort((ids, -scores))[:limit]
    return LexicalHits(ids[best].tolist(), scores[best].tolist(), mass)


def score(snapshot: Snapshot, question: str, ids: Sequence[int] | NDArray[np.int64]) -> dict[int, float]:
    """The BM25 of these chunks for a question; those that hold none of its words are left out."""
    (found, scores), _ = _scored(snapshot, question, ascending(ids))
    return dict(zip(found.tolist(), scores.tolist(), strict=True))


def _scored(snapshot: Snapshot, question: str, only: Ids | None) -> tuple[Scored, float]:
    """All chunks with a word of the question, ascending, and the bound that no score reaches."""
    known = corpus(snapshot)
    few = only if only is not None and len(only) <= _FEW else None
    words = [known.word(snapshot, term, few) for term in query_terms(question)]
    weights = [weight(known.count, word.holding) for word in words]
    ids, scores = _summed(words, weights)
    if only is not None and few is None:
        keep = np.isin(ids, only)
        ids, scores = ids[keep], scores[keep]
    return (ids, scores), (K1 + 1) * sum(weights)


def _summed(words: Sequence[Word], weights: Sequence[float]) -> Scored:
    """Every chunk that holds some word, with the sum of what its words add."""
    filled = [(word.ids, word.shares * weight) for word, weight in zip(words, weights, strict=True) if len(word.ids)]
    if not filled:
        return np.empty(0, dtype=np.int64), np.empty(0)
    first = min(int(ids[0]) for ids, _ in filled)
    width = max(int(ids[-1]) for ids, _ in filled) - first + 1
    total = sum(len(ids) for ids, _ in filled)
    if width > _DENSE or width > 256 * total:
        found, where = np.unique(np.concatenate([ids for ids, _ in filled]), return_inverse=True)
        shares = np.concatenate([share for _, share in filled])
        return found, np.bincount(where, weights=shares, minlength=len(found)).astype(np.float64)
    sums = np.zeros(width)
    for ids, share in filled:
        sums[ids - first] += share  # a word has a chunk once
    places = np.flatnonzero(sums)
    return places + first, sums[places]


@lru_cache(maxsize=200_000)
def _stem(word: str) -> str:
    """Porter leaves words of one or two letters as they are."""
    return str(_porter().stemWord(word)) if word.isascii() and len(word) > 2 else word


@lru_cache(maxsize=1)
def _porter() -> Any:  # noqa: ANN401 - the package has no types
    return snowballstemmer.stemmer("porter")
