"""Words -> BM25 over FTS5."""

from __future__ import annotations

import importlib.metadata
import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain
from typing import Any

import numpy as np
import regex
import snowballstemmer
from numpy.typing import NDArray

from kb.index.snapshot import Snapshot
from kb.language import segment

Matches = tuple[NDArray[np.int64], NDArray[np.float64]]  # chunk ids, ascending, and what a term adds to each

K1, B = 1.2, 0.75
_LONGEST = 64  # characters of a search word; the rest of a longer run distinguishes nothing
_DENSE = 4_000_000  # ids between the first and the last chunk that are summed in one array
_KEPT = 64  # terms whose chunks are remembered
_PART = regex.compile(r"[\p{L}\p{N}\p{M}\p{Co}]+")
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
    return {"words": "1", "snowballstemmer": importlib.metadata.version("snowballstemmer")}


def terms(text: str) -> list[str]:
    """The search words of a text in reading order: lower-cased, English ones by their stem (Porter 1980)."""
    return [_stem(part[:_LONGEST]) for word in segment.words(text) for part in _PART.findall(word)]


def query_terms(text: str) -> list[str]:
    """The distinct search words of a question, English stop words left out unless nothing else remains."""
    parts = [part[:_LONGEST] for word in segment.words(text) for part in _PART.findall(word)]
    telling = [part for part in parts if part not in _STOP_WORDS]
    return [*dict.fromkeys(_stem(part) for part in telling or parts)]


def weight(chunks: int, holding: int) -> float:
    """log(1 + (N - n + .5) / (n + .5)): Robertson and Sparck Jones with the 1 that keeps it positive (as in Lucene)."""
    return math.log1p((chunks - holding + 0.5) / (holding + 0.5))


def idf(snapshot: Snapshot, words: Sequence[str]) -> dict[str, float]:
    """The weight of each search word; one that no chunk holds weighs most."""
    count = _count(snapshot)
    return {word: weight(count, len(_matches(snapshot, word, count)[0])) for word in words}


def search(snapshot: Snapshot, question: str, limit: int, allowed: Sequence[int] | None = None) -> LexicalHits:
    """The chunks with the highest BM25 (k1 = 1.2, b = .75) for a question; any of its words is enough.

    Args:
        snapshot: What to search.
        question: Plain text; quotes and operators are words like others, or nothing.
        limit: How many chunks at most.
        allowed: Only these chunk ids; statistics are those of all chunks.
    """
    count = _count(snapshot)
    matches = [_matches(snapshot, term, count) for term in query_terms(question)]
    mass = (K1 + 1) * sum(weight(count, len(ids)) for ids, _ in matches)
    if not count or not matches:
        return LexicalHits([], [], mass)
    ids, scores = _summed(matches)
    if allowed is not None:
        keep = np.isin(ids, np.fromiter(allowed, dtype=np.int64, count=len(allowed)))
        ids, scores = ids[keep], scores[keep]
    if len(ids) > limit > 0:
        near = scores >= np.partition(scores, len(scores) - limit)[len(scores) - limit]
        ids, scores = ids[near], scores[near]
    best = np.lexsort((ids, -scores))[:limit]
    return LexicalHits(ids[best].tolist(), scores[best].tolist(), mass)


def _summed(matches: Sequence[Matches]) -> Matches:
    """Every chunk that some term is in, ascending, with the sum of its terms' shares."""
    filled = [pair for pair in matches if len(pair[0])]
    if not filled:
        return np.empty(0, dtype=np.int64), np.empty(0)
    first = min(int(ids[0]) for ids, _ in filled)
    width = max(int(ids[-1]) for ids, _ in filled) - first + 1
    if width > _DENSE:
        found, where = np.unique(np.concatenate([ids for ids, _ in filled]), return_inverse=True)
        shares = np.concatenate([share for _, share in filled])
        return found, np.bincount(where, weights=shares, minlength=len(found)).astype(np.float64)
    sums = np.zeros(width)
    for ids, share in filled:
        sums[ids - first] += share  # a term has a chunk once
    places = np.flatnonzero(sums)
    return places + first, sums[places]


def _count(snapshot: Snapshot) -> int:
    if "chunk count" not in snapshot.memory:
        snapshot.memory["chunk count"] = snapshot.chunk_count()
    return int(snapshot.memory["chunk count"])


def _matches(snapshot: Snapshot, term: str, count: int) -> Matches:
    """The chunks that hold one term, with its share of their BM25; kept for the next question of this generation.

    FTS5's bm25() of a one-word query is the same sum of one term with its own idf, negated; its idf is taken out again.
    """
    kept: dict[str, Matches] = snapshot.memory.setdefault("matches", {})
    if term in kept:
        return kept[term]
    found = snapshot.rows(
        "SELECT rowid, bm25(chunk_words) FROM chunk_words WHERE chunk_words MATCH ? ORDER BY rowid", (f'"{term}"',)
    )
    pairs = np.fromiter(chain.from_iterable(found), dtype=np.float64, count=2 * len(found)).reshape(-1, 2)
    holding = len(found)
    theirs = math.log((count - holding + 0.5) / (holding + 0.5))
    theirs = theirs if theirs > 0 else 1e-6
    matches = pairs[:, 0].astype(np.int64), pairs[:, 1] * (-weight(count, holding) / theirs)
    if len(kept) >= _KEPT:
        kept.clear()
    kept[term] = matches
    return matches


@lru_cache(maxsize=200_000)
def _stem(word: str) -> str:
    """Porter leaves words of one or two letters as they are."""
    return str(_porter().stemWord(word)) if word.isascii() and len(word) > 2 else word


@lru_cache(maxsize=1)
def _porter() -> Any:  # noqa: ANN401 - the package has no types
    return snowballstemmer.stemmer("porter")
