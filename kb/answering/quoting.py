"""Passages -> whether they are evidence enough, and the best of their words, each checked against its document."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from llama_index.core.schema import NodeWithScore

from kb.answering.answer import Citation, Seconds
from kb.answering.citing import cite
from kb.answering.quotes import Passage, Quote, QuoteRules, QuoteScorer, best_quotes
from kb.answering.refusal import Refuser, nothing
from kb.index import lexical
from kb.index.catalog import Catalog, Snapshot
from kb.models.embedding import KBEmbedding
from kb.retrieval.calibration import Calibration
from kb.retrieval.query import clean_question
from kb.retrieval.sentences import Asked, SentenceBank
from kb.settings import AnswerSettings


@dataclass(frozen=True, slots=True)
class AnswerRules:
    """How quotes are cut, out of how many passages, and when none is shown."""

    quotes: QuoteRules
    answer: AnswerSettings
    passages: int = 3

    @classmethod
    def of(cls, settings: AnswerSettings) -> AnswerRules:
        """The rules that the settings ask for."""
        return cls(QuoteRules(settings.quotes, settings.quote_characters), settings)


@dataclass(frozen=True, slots=True)
class Found:
    """What was retrieved for a question, best first; `vector` is that of the question, None where nobody made it."""

    hits: list[NodeWithScore]
    vector: Sequence[float] | None = None


class Quoter:
    """Says whether passages are evidence enough, and quotes them.

    Args:
        catalog: Where every quote is read again.
        embedding: What the question and the sentences are encoded with.
        calibration: What scores are read with.
        rules: How much is quoted, and when nothing is.
        sentences: Remembers how passages are cut; None: one of its own.
    """

    def __init__(
        self,
        catalog: Catalog,
        embedding: KBEmbedding,
        calibration: Calibration,
        rules: AnswerRules,
        sentences: SentenceBank | None = None,
    ) -> None:
        self.catalog = catalog
        self._embedding = embedding
        self._calibration = calibration
        self._rules = rules
        self._sentences = sentences or SentenceBank(embedding.encode_passages, lexical.terms)
        self._refuser = Refuser(calibration, rules.answer, self._sentences)

    @property
    def caveat(self) -> str:
        """What a reason ends with where nothing was fitted for the embedder."""
        return "" if self._calibration.fitted else " (uncalibrated: nothing was fitted for this embedder)"

    def why_declined(self, question: str, found: Found) -> str:
        """Why passages are no evidence for a question, in words; empty: they are.

        Args:
            question: As typed.
            found: The passages.
        """
        if not found.hits:
            return nothing(question).reason
        with self.catalog.read() as snapshot:
            asked = self._asked(snapshot, clean_question(question), found)
            refusal = self._refuser.judge(asked, found.hits, snapshot.chunk_count())
        return refusal.reason if refusal else ""

    def quotes(self, question: str, found: Found) -> tuple[tuple[Citation, ...], Seconds]:
        """The best quotes that stand, character by character, in their documents, and the seconds it took.

        Args:
            question: Clean.
            found: The passages.
        """
        started = time.perf_counter()
        with self.catalog.read() as snapshot:
            quotes = self._best(self._asked(snapshot, question, found), found.hits)
            quoted = time.perf_counter()
            read = [cite(snapshot, found.hits[quote.passage], quote.start, quote.end, 0) for quote in quotes]
        there = [citation for citation in read if citation is not None]
        numbered = tuple(replace(citation, number=number) for number, citation in enumerate(there, start=1))
        return numbered, Seconds(quote=quoted - started, verify=time.perf_counter() - quoted)

    def _asked(self, snapshot: Snapshot, question: str, found: Found) -> Asked:
        """The question as evidence; its idf is that of the whole index."""
        vector = found.vector or self._embedding.get_query_embedding(question)
        idf = lexical.idf(snapshot, lexical.query_terms(question))
        return Asked(np.asarray(vector, dtype=np.float32), idf, tuple(lexical.terms(question)), question)

    def _best(self, asked: Asked, hits: Sequence[NodeWithScore]) -> list[Quote]:
        passages = [Passage(hit.node.get_content(), hit.node.metadata["fused"]) for hit in hits[: self._rules.passages]]
        scorer = QuoteScorer(self._sentences, self._calibration.weights)
        return best_quotes(asked, passages, scorer, self._rules.quotes)
