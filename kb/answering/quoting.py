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
from kb.index import lexical
from kb.index.catalog import Catalog
from kb.models.embedding import KBEmbedding
from kb.retrieval.calibration import Calibration
from kb.retrieval.query import why_nothing
from kb.retrieval.sentences import Asked, SentenceBank
from kb.settings import AnswerSettings


@dataclass(frozen=True, slots=True)
class AnswerRules:
    """How quotes are cut, and below which P(answerable) is declined; None never declines."""

    quotes: QuoteRules
    threshold: float | None
    passages: int = 3

    @classmethod
    def of(cls, settings: AnswerSettings, calibration: Calibration) -> AnswerRules:
        """The rules that the settings ask for."""
        threshold = calibration.threshold_at(settings.max_false_refusal) if settings.refuse else None
        return cls(QuoteRules(settings.quotes, settings.quote_characters), threshold)


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

    @property
    def caveat(self) -> str:
        """What a reason ends with where nothing was fitted for the embedder."""
        return "" if self._calibration.fitted else " (uncalibrated: nothing was fitted for this embedder)"

    def why_declined(self, question: str, hits: Sequence[NodeWithScore]) -> str:
        """Why passages are no evidence for a question, in words; empty: they are.

        Args:
            question: As typed.
            hits: Best first.
        """
        if not hits:
            return why_nothing(question)
        strongest = max(hit.node.metadata["fused"] for hit in hits)  # a reranker may put another first
        probability = self._calibration.answers((strongest,))
        if self._rules.threshold is None or probability >= self._rules.threshold:
            return ""
        return (
            f"The nearest passage is too weak as evidence: P(answerable) {probability:.2f} "
            f"is below {self._rules.threshold:.2f}{self.caveat}"
        )

    def quotes(self, question: str, found: Found) -> tuple[tuple[Citation, ...], Seconds]:
        """The best quotes that stand, character by character, in their documents, and the seconds it took.

        Args:
            question: Clean.
            found: The passages.
        """
        started = time.perf_counter()
        with self.catalog.read() as snapshot:
            vector = found.vector or self._embedding.get_query_embedding(question)
            idf = lexical.idf(snapshot, lexical.query_terms(question))
            quotes = self._best(Asked(np.asarray(vector, dtype=np.float32), idf, text=question), found.hits)
            quoted = time.perf_counter()
            read = [cite(snapshot, found.hits[quote.passage], quote.start, quote.end, 0) for quote in quotes]
        there = [citation for citation in read if citation is not None]
        numbered = tuple(replace(citation, number=number) for number, citation in enumerate(there, start=1))
        return numbered, Seconds(quote=quoted - started, verify=time.perf_counter() - quoted)

    def _best(self, asked: Asked, hits: Sequence[NodeWithScore]) -> list[Quote]:
        passages = [Passage(hit.node.get_content(), hit.node.metadata["fused"]) for hit in hits[: self._rules.passages]]
        scorer = QuoteScorer(self._sentences, self._calibration.weights)
        return best_quotes(asked, passages, scorer, self._rules.quotes)
