"""The chunks of an index, in memory -> what is found in any part of them, as if nothing else were indexed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from kb.answering.evidence import PASSAGES, Passage, signs
from kb.evaluation.shelf import document
from kb.index import lexical
from kb.index.bm25 import K1, B, weight
from kb.index.snapshot import Snapshot
from kb.retrieval.calibration import Calibration
from kb.retrieval.cutoff import auto_top_k
from kb.retrieval.fusion import Fused, FusionWeights, fuse
from kb.retrieval.plan import Plan
from kb.retrieval.sentences import Asked, SentenceBank, contenders, distinct, settle, weigh

Vectors = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Reader:
    """How evidence is read: what was fitted, which steps of retrieval there are, and how sentences are encoded."""

    calibration: Calibration
    plan: Plan
    bank: SentenceBank

    @property
    def weights(self) -> FusionWeights:
        """The range of the embedder and the share of the dense leg."""
        return self.calibration.weights


@dataclass(frozen=True, slots=True)
class World:
    """Chunks: the document of each, its text, its search words, and its unit vector (shape (n, d))."""

    documents: tuple[str, ...]
    texts: tuple[str, ...]
    words: tuple[tuple[str, ...], ...]
    vectors: Vectors
    _holding: dict[str, dict[int, int]] = field(default_factory=dict, repr=False)

    def __len__(self) -> int:
        return len(self.texts)

    @classmethod
    def of(cls, snapshot: Snapshot, named: Callable[[str], str] = document, most: int | None = None) -> World:
        """The chunks of an index.

        Args:
            snapshot: Where they stand.
            named: What a document is called here, given its name there.
            most: Of more chunks, so many, evenly spread; None: all.
        """
        ids = snapshot.chunk_ids()
        if most is not None and len(ids) > most:
            ids = ids[np.linspace(0, len(ids) - 1, most).astype(int)]
        rows, words = snapshot.chunks(ids.tolist()), snapshot.words(ids.tolist())
        names = {
            row.id: named(row.name) for row in snapshot.documents_by_id({r.document for r in rows.values()}).values()
        }
        chosen = [rows[chunk] for chunk in ids.tolist()]
        return cls(
            tuple(names[row.document] for row in chosen),
            tuple(row.text for row in chosen),
            tuple(tuple(words[chunk]) for chunk in ids.tolist()),
            snapshot.vectors(ids),
        )

    def only(self, kept: Callable[[str], bool]) -> World:
        """The chunks of some documents alone: words are as rare there as they are among these."""
        return self.at([place for place, name in enumerate(self.documents) if kept(name)])

    def at(self, places: Sequence[int]) -> World:
        """Some chunks alone."""
        return World(
            tuple(self.documents[place] for place in places),
            tuple(self.texts[place] for place in places),
            tuple(self.words[place] for place in places),
            self.vectors[list(places)],
        )

    def idf(self, question: str) -> dict[str, float]:
        """The weight of each search word of a question."""
        return {word: weight(len(self), len(self._places(word))) for word in lexical.query_terms(question)}

    def ranked(self, asked: Asked, reader: Reader, absent: Collection[int] = ()) -> list[Fused]:
        """The pool of a question, best first, its close contenders settled; `chunk` is a place in this world.

        Args:
            asked: The question.
            reader: How evidence is read.
            absent: Places that are not found; their words count all the same.
        """
        every = enumerate((self.vectors @ asked.vector).tolist())
        cosines = {place: cosine for place, cosine in every if place not in absent}
        mass = (K1 + 1) * sum(asked.idf.values())
        hits = fuse(cosines, self._bm25(asked), mass, reader.weights)[: reader.plan.pool]
        rules = reader.plan.sentences
        close = contenders(hits, rules) if rules else []
        if not close or rules is None:
            return hits
        groups = [[close[at] for at in own] for own in distinct([self.words[hit.chunk] for hit in close], rules)]
        texts = [self.texts[own[0].chunk] for own in groups]
        found = weigh(asked, texts, reader.bank, reader.weights, rules) if groups else []
        return settle(hits, {hit.chunk: value for own, value in zip(groups, found, strict=True) for hit in own})

    def passages(self, asked: Asked, reader: Reader, absent: Collection[int] = ()) -> list[Passage]:
        """The first sources of a question, or the nearest passage where none is kept; arguments as of `ranked`."""
        hits = self.ranked(asked, reader, absent)
        probabilities = reader.calibration.relevant([hit.score for hit in hits])
        kept = [at for at, p in enumerate(probabilities) if p >= reader.plan.least_relevance]
        lengths = [len(self.words[hits[at].chunk]) for at in kept]
        k = auto_top_k([probabilities[at] for at in kept], lengths, reader.plan.bounds).k
        return [
            Passage(self.texts[hits[at].chunk], hits[at].score, probabilities[at])
            for at in (kept[: min(k, PASSAGES)] or [0])
        ]

    def signs(self, question: str, vector: Vectors, reader: Reader, absent: Collection[int] = ()) -> dict[str, float]:
        """The evidence for a question in this world.

        Args:
            question: Clean.
            vector: What it is looked for with, of unit length.
            reader: How evidence is read.
            absent: As in `ranked`.
        """
        asked = Asked(vector, self.idf(question), tuple(lexical.terms(question)), question)
        return signs(asked, self.passages(asked, reader, absent), reader.bank, reader.weights)

    def _places(self, word: str) -> dict[int, int]:
        """How often the word stands in each chunk that holds it."""
        if not self._holding:
            self._holding[""] = {}
            for place, words in enumerate(self.words):
                for own, count in Counter(words).items():
                    self._holding.setdefault(own, {})[place] = count
        return self._holding.get(word, {})

    def _bm25(self, asked: Asked) -> dict[int, float]:
        mean = sum(map(len, self.words)) / max(1, len(self))
        scores: dict[int, float] = {}
        for word, idf in asked.idf.items():
            for place, count in self._places(word).items():
                share = count / (count + K1 * (1 - B + B * len(self.words[place]) / mean))
                scores[place] = scores.get(place, 0.0) + idf * (K1 + 1) * share
        return scores
