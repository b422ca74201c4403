"""The citation query engine of LlamaIndex: retrieve, quote or draft, check, answer."""

from __future__ import annotations

from collections.abc import Generator, Iterator, Sequence
from typing import Any

from llama_index.core.base.response.schema import RESPONSE_TYPE, Response
from llama_index.core.callbacks import CallbackManager
from llama_index.core.indices.prompt_helper import ChatPromptHelper, PromptHelper
from llama_index.core.query_engine import CitationQueryEngine
from llama_index.core.response_synthesizers import BaseSynthesizer
from llama_index.core.response_synthesizers.base import QueryTextType
from llama_index.core.schema import NodeWithScore, QueryBundle

from kb.answering.answer import Answer
from kb.answering.ask import Ask, Voice
from kb.answering.events import Event
from kb.answering.flow import Flow
from kb.answering.quoting import AnswerRules, Found, Quoter
from kb.answering.silent_model import SilentModel
from kb.retrieval.retriever import HybridRetriever, Request

__all__ = ["AnswerRules", "Ask", "KBCitationQueryEngine", "ProvenSynthesizer", "Voice"]


class ProvenSynthesizer(BaseSynthesizer):
    """Sources -> an answer whose every sentence is proven by the document it cites.

    Args:
        quoter: Says whether sources are evidence, and quotes them.
        voice: Who writes; without one the answer is quotes.
    """

    def __init__(self, quoter: Quoter, voice: Voice | None = None) -> None:
        model = SilentModel()  # LlamaIndex asks nobody: who writes is asked by the flow
        super().__init__(
            llm=model,
            callback_manager=CallbackManager(),
            prompt_helper=PromptHelper.from_llm_metadata(model.metadata, tokenizer=str.split),
            chat_prompt_helper=ChatPromptHelper.from_llm_metadata(model.metadata, tokenizer=str.split),
        )
        self.flow = Flow(quoter)
        self._voice = voice

    def synthesize(
        self,
        query: QueryTextType,
        nodes: list[NodeWithScore],
        additional_source_nodes: Sequence[NodeWithScore] | None = None,
        **response_kwargs: Any,
    ) -> RESPONSE_TYPE:
        """An answer in `metadata["answer"]`; its text is the response."""
        bundle = query if isinstance(query, QueryBundle) else QueryBundle(query)
        found = Found(nodes, bundle.embedding)
        answer = _last(self.flow.stream(Ask(bundle.query_str, voice=self._voice), lambda question: found))
        return Response(answer.text, source_nodes=nodes, metadata={"answer": answer})

    async def asynthesize(
        self,
        query: QueryTextType,
        nodes: list[NodeWithScore],
        additional_source_nodes: Sequence[NodeWithScore] | None = None,
        **response_kwargs: Any,
    ) -> RESPONSE_TYPE:
        """The same; nothing in it waits, unless a voice writes."""
        if self._voice is None:
            return self.synthesize(query, nodes)
        import asyncio

        return await asyncio.to_thread(self.synthesize, query, nodes)

    def get_response(self, query_str: str, text_chunks: Sequence[str], **response_kwargs: Any) -> str:
        """What is proven must be known by its place, so texts alone are refused.

        Raises:
            TypeError: Always.
        """
        raise TypeError("ProvenSynthesizer answers from nodes, not from texts")

    async def aget_response(self, query_str: str, text_chunks: Sequence[str], **response_kwargs: Any) -> str:
        """As `get_response`.

        Raises:
            TypeError: Always.
        """
        raise TypeError("ProvenSynthesizer answers from nodes, not from texts")

    def _get_prompts(self) -> dict[str, Any]:
        return {}

    def _update_prompts(self, prompts: dict[str, Any]) -> None:
        """There are none: what a model is asked stands in `kb.prompts`."""


class KBCitationQueryEngine(CitationQueryEngine):
    """LlamaIndex's citation engine with our retriever and a synthesizer that proves what it says.

    One retrieved passage is one source: ids and offsets are kept, nothing is split again. `query` and `aquery` answer
    with the voice of the synthesizer, `answer` and `stream` with that of the question.
    """

    _retriever: HybridRetriever

    def __init__(self, retriever: HybridRetriever, synthesizer: ProvenSynthesizer) -> None:
        super().__init__(
            retriever,
            llm=SilentModel(),
            response_synthesizer=synthesizer,
            text_splitter=_WholePassage(),  # type: ignore[arg-type]
            callback_manager=CallbackManager(),
        )
        self._flow = synthesizer.flow

    def _create_citation_nodes(self, nodes: list[NodeWithScore]) -> list[NodeWithScore]:
        return nodes

    def stream(self, ask: Ask) -> Generator[Event, None, None]:
        """Answer a question, and tell what happens meanwhile.

        A sentence of a draft is told as proven text only after its verdict. Closing the iterator ends a draft within a
        token, and leaves everything as it was.

        Args:
            ask: The question, where to look, and who may write.

        Yields:
            `Retrieved`, `Quoted`, then `Drafted` and `Judged` where somebody writes, and last exactly one `Answer`.

        Raises:
            QuestionError: The question holds no word; or, where a draft was asked for, leaves no room for a source.
            FilterError: The filters make no sense, or match nothing.
            KBError: A draft was asked for and the model failed before anything was proven.
        """

        def find(question: str) -> Found:
            found = self._retriever.find(question, Request(filters=ask.filters))
            return Found(found.shown, found.vector.tolist())

        return self._flow.stream(ask, find)

    def answer(self, ask: Ask) -> Answer:
        """The last event of `stream`.

        Raises:
            KBError: As `stream`.
        """
        return _last(self.stream(ask))


def _last(events: Iterator[Event]) -> Answer:
    *_, answer = events
    assert isinstance(answer, Answer)
    return answer


class _WholePassage:
    """Stands where LlamaIndex wants a splitter; it is never called."""
