"""Search words -> what each adds to the BM25 of the chunks that hold it.

Robertson and Zaragoza 2009, eq. 3.15, with k1 = 1.2 and b = .75. Most of it is read from the mapped postings; chunks
that came later are asked of FTS5, and so is everything where there are no postings of this generation's base.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from itertools import chain

import numpy as np
from numpy.typing import NDArray

from kb.index import postings
from kb.index.postings import Postings
from kb.index.snapshot import Snapshot

K1, B = 1.2, 0.75
_KEPT = 64  # words whose later chunks are remembered

Ids = NDArray[np.int64]
Shares = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Word:
    """A search word: how many chunks hold it, and those (ascending) with what it adds to each, times its weight."""

    holding: int
    ids: Ids
    shares: Shares


@dataclass(frozen=True, slots=True)
class Corpus:
    """What BM25 needs of one generation; made by `corpus`.

    `count` chunks, `mean` words a chunk; `gone` marks the places of the postings that were removed since (None: none);
    chunks after the id `last` are not in the postings.
    """

    count: int
    mean: float
    base: Postings | None
    gone: NDArray[np.bool_] | None
    last: int
    newest: int
    _later: dict[str, tuple[Ids, Shares]] = field(default_factory=dict)

    def word(self, snapshot: Snapshot, term: str, only: Ids | None = None) -> Word:
        """A word of this generation.

        Args:
            snapshot: Where to look for what the postings lack.
            term: The search word.
            only: Give no other chunks than these ids, ascending; `holding` counts all the same.
        """
        ids, shares, held = self._of_base(term, only)
        if self.newest <= self.last:
            return Word(held, ids, shares)
        later, adds = self._of_later(snapshot, term, held)
        holding = held + len(later)
        if only is not None:
            keep = np.isin(later, only)
            later, adds = later[keep], adds[keep]
        return Word(holding, np.concatenate([ids, later]), np.concatenate([shares, adds]))

    def _of_base(self, term: str, only: Ids | None) -> tuple[Ids, Shares, int]:
        if self.base is None:
            return np.empty(0, dtype=np.int64), np.empty(0), 0
        places, frequencies = self.base.find(term)
        if self.gone is not None:
            keep = ~self.gone[places]
            places, frequencies = places[keep], frequencies[keep]
        held = len(places)
        if only is not None and held:
            wanted = _places(self.base.ids, only).astype(np.uint32)
            at = _places(places, wanted)
            places, frequencies = places[at], frequencies[at]
        often = frequencies.astype(np.float64)
        norm = K1 * (1 - B + B * self.base.lengths[places] / self.mean)
        return self.base.ids[places], often * (K1 + 1) / (often + norm), held

    def _of_later(self, snapshot: Snapshot, term: str, held: int) -> tuple[Ids, Shares]:
        """The same of the chunks after `last`, whose number with the `held` ones FTS5 weighs by.

        FTS5's bm25() of a one-word query is the same sum with its own idf, negated; that is taken out again.
        """
        kept = self._later.get(term)
        if kept is not None:
            return kept
        sql = "SELECT rowid, bm25(chunk_words) FROM chunk_words WHERE chunk_words MATCH ? AND rowid > ? ORDER BY rowid"
        found = snapshot.rows(sql, (f'"{term}"', self.last))
        pairs = np.fromiter(chain.from_iterable(found), dtype=np.float64, count=2 * len(found)).reshape(-1, 2)
        holding = held + len(found)
        theirs = math.log((self.count - holding + 0.5) / (holding + 0.5))
        later = pairs[:, 0].astype(np.int64), pairs[:, 1] / -(theirs if theirs > 0 else 1e-6)
        if len(self._later) >= _KEPT:
            self._later.clear()
        self._later[term] = later
        return later


def weight(chunks: int, holding: int) -> float:
    """log(1 + (N - n + .5) / (n + .5)): Robertson and Sparck Jones with the 1 that keeps it positive (as in Lucene)."""
    return math.log1p((chunks - holding + 0.5) / (holding + 0.5))


def corpus(snapshot: Snapshot) -> Corpus:
    """The corpus of a snapshot; its generation remembers it."""
    kept: Corpus | None = snapshot.memory.get("corpus")
    if kept is None:
        kept = snapshot.memory["corpus"] = _corpus(snapshot)
    return kept


def _corpus(snapshot: Snapshot) -> Corpus:
    known = snapshot.meta()["base"]
    base = postings.open_postings(snapshot.folder / postings.FILE, known["key"]) if known["key"] else None
    gone, last = None, 0
    if base is not None and len(base.ids):
        last = int(base.ids[-1])
        removed = [id_ for id_, op in snapshot.changes_since(known["generation"]) if op == "remove" and id_ <= last]
        if removed:
            gone = np.zeros(len(base.ids), dtype=np.bool_)
            gone[_places(base.ids, np.array(sorted(removed), dtype=np.int64))] = True
    count, total = _totals(snapshot)
    newest = snapshot.rows("SELECT coalesce(max(id), 0) FROM chunks")[0][0]
    return Corpus(count, total / max(count, 1), base, gone, last, newest)


def _totals(snapshot: Snapshot) -> tuple[int, int]:
    """How many rows FTS5 holds and how many words in all: its averages record, two numbers as SQLite writes them."""
    found = snapshot.rows("SELECT block FROM chunk_words_data WHERE id = 1")
    numbers, value = [], 0
    for byte in bytes(found[0][0]) if found else b"":
        value = value << 7 | byte & 0x7F
        if byte < 0x80:
            numbers.append(value)
            value = 0
    return (numbers[0], numbers[1]) if len(numbers) > 1 else (0, 0)


def _places(sorted_values: NDArray[np.integer], wanted: NDArray[np.integer]) -> NDArray[np.int64]:
    """Where values stand in an ascending array; those that it lacks are left out."""
    if not len(sorted_values):
        return np.empty(0, dtype=np.int64)
    at = np.minimum(np.searchsorted(sorted_values, wanted), len(sorted_values) - 1)
    found: NDArray[np.int64] = at[sorted_values[at] == wanted]
    return found
