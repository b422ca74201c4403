"""Settings -> the steps of retrieval, and what each may do."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from llama_index.core.postprocessor.types import BaseNodePostprocessor

from kb.retrieval.cutoff import Bounds
from kb.retrieval.fusion import FusionWeights
from kb.retrieval.paraphrase import Paraphraser
from kb.retrieval.postprocessors import AutoTopK, Diversity, NearDuplicateFilter, RelevanceFilter
from kb.retrieval.query import QueryRules
from kb.retrieval.sentences import SentenceRules
from kb.settings import RetrievalSettings

A_PART = 3  # passages at least for each part of a compound question


@dataclass(frozen=True, slots=True)
class Plan:
    """What each step may do; None where a step is off.

    `pool` is how many passages each leg may propose and how many of the fused ones are judged; `least_relevance` a
    P(relevant); `sameness` a share of word triples; `balance` the lambda of MMR. A paraphraser asks a language model
    whose card has passed.
    """

    pool: int = 50
    query: QueryRules = field(default_factory=QueryRules)
    sentences: SentenceRules | None = field(default_factory=SentenceRules)
    least_relevance: float = 0.0
    sameness: float | None = None
    bounds: Bounds = field(default_factory=lambda: Bounds(5, 5, sys.maxsize))
    balance: float = 1.0
    reranker: BaseNodePostprocessor | None = None
    paraphraser: Paraphraser | None = None

    @classmethod
    def of(cls, settings: RetrievalSettings, reranker: BaseNodePostprocessor | None = None) -> Plan:
        """What the settings ask for; the reranker is opened by the caller."""
        fixed = Bounds(settings.top_k, settings.top_k, settings.prompt_tokens)
        free = Bounds(settings.top_k_least, settings.top_k_most, settings.prompt_tokens)
        return cls(
            pool=settings.pool,
            query=QueryRules(keywords=settings.keywords, parts=settings.parts, scripts=settings.scripts),
            sentences=SentenceRules() if settings.sentences else None,
            least_relevance=settings.least_relevance,
            sameness=settings.sameness if settings.near_duplicates else None,
            bounds=free if settings.auto_top_k else fixed,
            balance=settings.mmr_lambda,
            reranker=reranker,
        )

    def postprocessors(
        self, weights: FusionWeights, top_k: int | None = None, parts: int = 1
    ) -> Iterator[tuple[str, BaseNodePostprocessor]]:
        """The steps after calibration with their names, in order.

        Args:
            weights: The range of the embedder.
            top_k: So many passages and not what the scores or the prompt suggest; None follows the plan.
            parts: Of how many parts the question is: each has a right to `A_PART` passages.
        """
        least = self.bounds.least if parts == 1 else min(max(self.bounds.least, A_PART * parts), self.bounds.most)
        bounds = replace(self.bounds, least=least) if top_k is None else Bounds(top_k, top_k, sys.maxsize)
        if self.reranker is not None:
            yield "reranker", self.reranker
        yield "relevance", RelevanceFilter(similarity_cutoff=self.least_relevance)
        if self.sameness is not None:
            yield "near-duplicate", NearDuplicateFilter(sameness=self.sameness)
        yield "top-k", AutoTopK(bounds=bounds, cut=False)
        yield "mmr", Diversity(balance=self.balance, range=weights, budget=bounds.budget)
