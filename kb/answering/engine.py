"""The citation query engine: retrieve, quote, check, answer."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from llama_index.core.base.response.schema import RESPONSE_TYPE, Response
from llama_index.core.callbacks import CallbackManager
from llama_index.core.indices.prompt_helper import ChatPromptHelper, PromptHelper
from llama_index.core.query_engine import CitationQueryEngine
from llama_index.core.response_synthesizers import BaseSynthesizer
from llama_index.core.response_synthesizers.base import QueryTextType
from llama_index.core.schema import NodeWithScore, QueryBundle, TextNode

from kb.answering.answer import Answer, Citation, Seconds, Sentence
from kb.answering.quotes import Passage, Quote, QuoteRules, QuoteScorer, best_quotes
from kb.answering.silent_model import SilentModel
from kb.index import lexical
from kb.index.catalog import Catalog, Snapshot
from kb.index.scope import Filters
from kb.language.segment import language
from kb.models.embedding import KBEmbedding
from kb.retrieval.calibration import Calibration
from kb.retrieval.query import clean_question, why_nothing
from kb.retrieval.retriever import HybridRetriever, Request, as_source
from kb.retrieval.sentences import Asked, SentenceBank
from kb.settings import AnswerSettings

REFUSALS = {
    "th": "เอกสารที่มีอยู่ไม่มีข้อความที่ตอบคำถามนี้",
    "en": "The documents do not answer this question.",
}


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


class QuoteSynthesizer(BaseSynthesizer):
    """Sources -> the best verbatim quotes, each checked against the document it is from."""

    def __init__(
        self,
        catalog: Catalog,
        embedding: KBEmbedding,
        calibration: Calibration,
        rules: AnswerRules,
        sentences: SentenceBank | None = None,
    ) -> None:
        model = SilentModel()
        super().__init__(
            llm=model,
            callback_manager=CallbackManager(),
            prompt_helper=PromptHelper.from_llm_metadata(model.metadata, tokenizer=str.split),
            chat_prompt_helper=ChatPromptHelper.from_llm_metadata(model.metadata, tokenizer=str.split),
        )
        self._catalog = catalog
        self._embedding = embedding
        self._calibration = calibration
        self._rules = rules
        self._sentences = sentences or SentenceBank(embedding.encode_passages, lexical.terms)

    def synthesize(
        self,
        query: QueryTextType,
        nodes: list[NodeWithScore],
        additional_source_nodes: Sequence[NodeWithScore] | None = None,
        **response_kwargs: Any,
    ) -> RESPONSE_TYPE:
        """An answer in `metadata["answer"]`; its text is the response."""
        bundle = query if isinstance(query, QueryBundle) else QueryBundle(query)
        answer = self._answer(bundle, nodes)
        return Response(answer.text, source_nodes=nodes, metadata={"answer": answer})

    async def asynthesize(
        self,
        query: QueryTextType,
        nodes: list[NodeWithScore],
        additional_source_nodes: Sequence[NodeWithScore] | None = None,
        **response_kwargs: Any,
    ) -> RESPONSE_TYPE:
        """The same; nothing in it waits."""
        return self.synthesize(query, nodes)

    def get_response(self, query_str: str, text_chunks: Sequence[str], **response_kwargs: Any) -> str:
        """Quotes need to know where a text is from, so texts alone are refused.

        Raises:
            TypeError: Always.
        """
        raise TypeError("QuoteSynthesizer answers from nodes, not from texts")

    async def aget_response(self, query_str: str, text_chunks: Sequence[str], **response_kwargs: Any) -> str:
        """As `get_response`.

        Raises:
            TypeError: Always.
        """
        raise TypeError("QuoteSynthesizer answers from nodes, not from texts")

    def _get_prompts(self) -> dict[str, Any]:
        return {}

    def _update_prompts(self, prompts: dict[str, Any]) -> None:
        """There are none."""

    def _answer(self, bundle: QueryBundle, nodes: list[NodeWithScore]) -> Answer:
        question = clean_question(bundle.query_str)
        answer = Answer(
            question=bundle.query_str,
            standalone_question=question,
            status="declined",
            reason="",
            mode="quote",
            text=REFUSALS["th" if language(question) == "th" else "en"],
            sources=tuple(as_source(node) for node in nodes),
        )
        reason = self._why_declined(bundle.query_str, nodes)
        if reason:
            return replace(answer, reason=reason)
        started = time.perf_counter()
        with self._catalog.read() as snapshot:
            vector = bundle.embedding or self._embedding.get_query_embedding(question)
            idf = lexical.idf(snapshot, lexical.query_terms(question))
            quotes = self._quotes(Asked(np.asarray(vector, dtype=np.float32), idf), nodes)
            quoted = time.perf_counter()
            citations = self._citations(snapshot, nodes, quotes)
        verified = time.perf_counter()
        if not citations:
            return replace(answer, reason="No sentence of the nearest passages could be quoted")
        return replace(
            answer,
            status="answered",
            reason=f"Quoted from the passages that fit best{self._caveat()}",
            text="\n\n".join(f"{citation.quote} [{citation.number}]" for citation in citations),
            sentences=tuple(Sentence(citation.quote, "supported", (citation.number,)) for citation in citations),
            citations=tuple(citations),
            seconds=Seconds(quote=quoted - started, verify=verified - quoted),
        )

    def _caveat(self) -> str:
        return "" if self._calibration.fitted else " (uncalibrated: nothing was fitted for this embedder)"

    def _why_declined(self, question: str, nodes: list[NodeWithScore]) -> str:
        if not nodes:
            return why_nothing(question)
        strongest = max(node.node.metadata["fused"] for node in nodes)  # a reranker may put another first
        probability = self._calibration.answers((strongest,))
        if self._rules.threshold is None or probability >= self._rules.threshold:
            return ""
        return (
            f"The nearest passage is too weak as evidence: P(answerable) {probability:.2f} "
            f"is below {self._rules.threshold:.2f}{self._caveat()}"
        )

    def _quotes(self, asked: Asked, nodes: list[NodeWithScore]) -> list[Quote]:
        passages = [
            Passage(node.node.get_content(), node.node.metadata["fused"]) for node in nodes[: self._rules.passages]
        ]
        scorer = QuoteScorer(self._sentences, self._calibration.weights)
        return best_quotes(asked, passages, scorer, self._rules.quotes)

    def _citations(self, snapshot: Snapshot, nodes: list[NodeWithScore], quotes: Sequence[Quote]) -> list[Citation]:
        """The quotes that are, character by character, what their document says there."""
        citations: list[Citation] = []
        documents = {nodes[quote.passage].node.metadata["document_id"] for quote in quotes}
        texts = {document: snapshot.text(document) for document in documents}
        for quote in quotes:
            node = nodes[quote.passage].node
            assert isinstance(node, TextNode)
            document = node.metadata["document_id"]
            start = (node.start_char_idx or 0) + quote.start
            end = start + quote.end - quote.start
            text = node.get_content()[quote.start : quote.end]
            if texts[document][start:end] != text:
                continue
            citations.append(
                Citation(
                    number=len(citations) + 1,
                    document=node.metadata["document"],
                    page=snapshot.page(document, start),
                    page_end=snapshot.page(document, end - 1),
                    start=start,
                    end=end,
                    quote=text,
                )
            )
        return citations


class KBCitationQueryEngine(CitationQueryEngine):
    """LlamaIndex's citation engine with our retriever and a synthesizer that proves what it says.

    One retrieved passage is one source: ids and offsets are kept, nothing is split again.
    """

    _retriever: HybridRetriever

    def __init__(self, retriever: HybridRetriever, synthesizer: QuoteSynthesizer) -> None:
        super().__init__(
            retriever,
            llm=SilentModel(),
            response_synthesizer=synthesizer,
            text_splitter=_WholePassage(),  # type: ignore[arg-type]
            callback_manager=CallbackManager(),
        )

    def _create_citation_nodes(self, nodes: list[NodeWithScore]) -> list[NodeWithScore]:
        return nodes

    def answer(self, question: str, filters: Filters | None = None) -> Answer:
        """Ask a question, as typed, of the documents that pass the filters.

        Raises:
            QuestionError: The question holds no word.
            FilterError: The filters make no sense, or match nothing.
        """
        started = time.perf_counter()
        found = self._retriever.find(question, Request(filters=filters or Filters()))
        retrieved = time.perf_counter()
        response = self.synthesize(QueryBundle(question, embedding=found.vector.tolist()), found.shown)
        answer: Answer = (response.metadata or {})["answer"]
        total = time.perf_counter() - started
        return replace(answer, seconds=replace(answer.seconds, retrieve=retrieved - started, total=total))


class _WholePassage:
    """Stands where LlamaIndex wants a splitter; it is never called."""
