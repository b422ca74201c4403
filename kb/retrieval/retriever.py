"""The steps in order: a question -> sources, as a LlamaIndex retriever."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace

import numpy as np
from llama_index.core import VectorStoreIndex
from llama_index.core.callbacks import CallbackManager
from llama_index.core.retrievers import BaseRetriever
from llama_index.core.schema import NodeWithScore, QueryBundle, TextNode
from numpy.typing import NDArray

from kb.index import lexical
from kb.index.catalog import Catalog, Snapshot
from kb.index.phrases import chunks_holding
from kb.index.scope import Filters, chunks_within
from kb.index.vector_store import CatalogVectorStore
from kb.models.embedding import KBEmbedding
from kb.retrieval.calibration import Calibration
from kb.retrieval.fusion import Fused
from kb.retrieval.history import History
from kb.retrieval.legs import Leg, Reach, Vectors, search_legs
from kb.retrieval.plan import Plan
from kb.retrieval.query import Query, clean_question, understand
from kb.retrieval.sentences import Asked, SentenceBank, contenders, distinct, settle, weigh
from kb.retrieval.source import Source, Step

__all__ = ["HybridRetriever", "Rankings", "Request", "Retrieval", "as_source", "clean_question"]

MOST_JUDGED = 1000  # passages, whatever top-k is asked for


@dataclass(frozen=True, slots=True)
class Hit:
    """A passage by the name of its document, with a score in the unit of its leg."""

    document: str
    score: float


@dataclass(frozen=True, slots=True)
class Rankings:
    """Both legs of the question as asked and the fused list of everything, best first, before anything is cut."""

    dense: list[Hit]
    lexical: list[Hit]
    fused: list[Hit]


@dataclass(frozen=True, slots=True)
class Request:
    """What one search may ask for: a fixed number of passages, and where to look."""

    top_k: int | None = None
    filters: Filters = field(default_factory=Filters)


@dataclass(frozen=True, slots=True)
class Retrieval:
    """All that became of a question.

    `kept` are the sources in their order; `pool` is every candidate that was judged, best first, each with all its
    steps; both hold the same node objects. `vector` is the unit vector of the question; `seconds` are those of each
    part.
    """

    query: Query
    filters: Filters
    kept: list[NodeWithScore]
    pool: list[NodeWithScore]
    legs: tuple[Leg, ...]
    vector: Vectors
    seconds: dict[str, float]

    @property
    def shown(self) -> list[NodeWithScore]:
        """The sources, or the nearest passage where none was kept."""
        return self.kept or self.pool[:1]


class HybridRetriever(BaseRetriever):
    """Dense and lexical search over one snapshot of the catalog, fused, looked at closely, calibrated and cut.

    `NodeWithScore.score` is P(relevant); the raw scores stand in `metadata["steps"]`.
    """

    def __init__(
        self, catalog: Catalog, index: VectorStoreIndex, embedding: KBEmbedding, calibration: Calibration, plan: Plan
    ) -> None:
        self._catalog = catalog
        self._embedding = embedding
        self._calibration = calibration
        self._plan = plan
        assert isinstance(index.vector_store, CatalogVectorStore)
        self._store = index.vector_store
        self.sentences = SentenceBank(embedding.encode_passages, lexical.terms)
        super().__init__(callback_manager=CallbackManager())

    def find(self, question: str, request: Request | None = None) -> Retrieval:
        """The best passages, and how they came to be.

        Args:
            question: As typed.
            request: How many, and where to look.

        Raises:
            QuestionError: The question holds no word.
            FilterError: The filters make no sense, or match nothing.
        """
        request = request or Request()
        clock: dict[str, float] = {}
        with _timed(clock, "understand"):
            query = self._with_paraphrases(self.understand(question))
        with self._catalog.read() as snapshot:
            reach = max(self._plan.pool, min(request.top_k or 0, MOST_JUDGED))
            found = self._search(snapshot, query, request.filters, clock, reach)
            with _timed(clock, "read"):
                pool = self._nodes(snapshot, found, reach)
        kept = self._cut(pool, query, request.top_k, clock)
        return Retrieval(query, request.filters, kept, pool, found.legs, found.vector, clock)

    def rankings(self, question: str, limit: int | None = None) -> Rankings:
        """Both legs and their fusion, before anything is cut.

        Args:
            question: As typed.
            limit: How many passages each leg may propose; None takes the pool of the settings.

        Raises:
            QuestionError: The question holds no word.
        """
        with self._catalog.read() as snapshot:
            found = self._search(snapshot, self.understand(question), Filters(), {}, limit)
            dense, words = found.legs[:2]
            fused = [(hit.chunk, hit.score) for hit in found.fused]
            first = ([(hit.chunk, hit.score) for hit in leg.hits] for leg in (dense, words))
            return Rankings(*(_hits(snapshot, leg) for leg in (*first, fused)))

    def _retrieve(self, query_bundle: QueryBundle) -> list[NodeWithScore]:
        return self.find(query_bundle.query_str).shown

    def understand(self, question: str) -> Query:
        """A question as this retriever reads it.

        Raises:
            QuestionError: The question holds no word.
        """
        return understand(question, self._plan.query)

    def _with_paraphrases(self, query: Query) -> Query:
        asker = self._plan.paraphraser
        return replace(query, variants=query.variants + asker.variants(query.text)) if asker else query

    def encode(self, questions: Sequence[str]) -> Vectors:
        """Unit vectors of questions, shape (n, d)."""
        return self._embedding.encode_queries(questions)

    def _search(
        self, snapshot: Snapshot, query: Query, filters: Filters, clock: dict[str, float], limit: int | None = None
    ) -> _Found:
        with _timed(clock, "filter"):
            allowed = candidates(snapshot, query, filters)
        with _timed(clock, "encode"):
            vectors = self.encode([variant.text for variant in query.variants])
        with _timed(clock, "legs"):
            asked = list(zip(query.variants, vectors, strict=True))
            reach = Reach(limit or self._plan.pool, allowed)
            found = search_legs(snapshot, self._store, asked, reach, self._calibration.weights)
        with _timed(clock, "sentences"):
            judged = self._looked_at(snapshot, query, vectors[0], found.fused)
        fused = settle(found.fused, judged)
        return _Found(found.legs, fused, judged, vectors[0])

    def _looked_at(self, snapshot: Snapshot, query: Query, vector: Vectors, fused: list[Fused]) -> dict[int, float]:
        """The evidence of single sentences in each passage that is too close to call."""
        rules = self._plan.sentences
        close = contenders(fused, rules) if rules else []
        if not close or rules is None:
            return {}
        words = snapshot.words([hit.chunk for hit in close])
        groups = [[close[at] for at in group] for group in distinct([words[hit.chunk] for hit in close], rules)]
        if not groups:
            return {}
        idf = lexical.idf(snapshot, lexical.query_terms(query.text))
        asked = Asked(vector, idf, tuple(lexical.terms(query.text)))
        rows = snapshot.chunks([group[0].chunk for group in groups])
        texts = [rows[group[0].chunk].text for group in groups]
        found = weigh(asked, texts, self.sentences, self._calibration.weights, rules)
        return {hit.chunk: value for group, value in zip(groups, found, strict=True) for hit in group}

    def _nodes(self, snapshot: Snapshot, found: _Found, most: int) -> list[NodeWithScore]:
        chosen = found.fused[:most]
        rows = snapshot.chunks([hit.chunk for hit in chosen])
        documents = snapshot.documents_by_id({row.document for row in rows.values()})
        words = snapshot.words([hit.chunk for hit in chosen])
        vectors = self._vectors(snapshot, chosen)
        history = History.of(found.legs, found.evidence)
        nodes = []
        probabilities = self._calibration.relevant([hit.score for hit in chosen])
        for rank, (hit, own, probability) in enumerate(zip(chosen, vectors, probabilities, strict=True), start=1):
            row = rows[hit.chunk]
            metadata = {
                "document": documents[row.document].name,
                "document_id": row.document,
                "page": snapshot.page(row.document, row.start) if documents[row.document].pages else None,
                "fused": hit.score,
                "words": tuple(words[hit.chunk]),
                "steps": [step.as_dict() for step in history.steps(hit, rank, probability)],
            }
            node = TextNode(
                id_=str(hit.chunk),
                text=row.text,
                start_char_idx=row.start,
                end_char_idx=row.end,
                embedding=own,
                metadata=metadata,
                excluded_llm_metadata_keys=list(metadata),
                excluded_embed_metadata_keys=list(metadata),
            )
            nodes.append(NodeWithScore(node=node, score=probability))
        return nodes

    def _vectors(self, snapshot: Snapshot, chosen: Sequence[Fused]) -> Sequence[list[float] | None]:
        """What MMR compares; nothing while it looks at relevance alone."""
        if self._plan.balance == 1.0 or not chosen:
            return [None] * len(chosen)
        vectors: list[list[float]] = snapshot.vectors([hit.chunk for hit in chosen]).tolist()
        return vectors

    def _cut(
        self, pool: list[NodeWithScore], query: Query, top_k: int | None, clock: dict[str, float]
    ) -> list[NodeWithScore]:
        kept = list(pool)
        bundle = QueryBundle(query.text)
        parts = sum(variant.is_part for variant in query.variants) or 1
        for name, step in self._plan.postprocessors(self._calibration.weights, top_k, parts):
            with _timed(clock, name):
                kept = step.postprocess_nodes(kept, bundle)
        return kept


def candidates(snapshot: Snapshot, query: Query, filters: Filters) -> NDArray[np.int64] | None:
    """The chunks that a question may find, ascending; None: all.

    Raises:
        FilterError: The filters match nothing.
    """
    allowed = chunks_within(snapshot, filters)
    return chunks_holding(snapshot, query.phrases, allowed) if query.phrases else allowed


def as_source(hit: NodeWithScore) -> Source:
    """A retrieved node as the value that is shown."""
    node = hit.node
    assert isinstance(node, TextNode)
    metadata = node.metadata
    return Source(
        document=metadata["document"],
        page=metadata["page"],
        start=node.start_char_idx or 0,
        end=node.end_char_idx or 0,
        text=node.text,
        score=float(hit.score or 0.0),
        steps=tuple(Step(**step) for step in metadata["steps"]),
    )


@dataclass(frozen=True, slots=True)
class _Found:
    """Every list, the passages in their final order before anything is cut, and what was looked at closely."""

    legs: tuple[Leg, ...]
    fused: list[Fused]
    evidence: dict[int, float]
    vector: Vectors


def _hits(snapshot: Snapshot, leg: Sequence[tuple[int, float]]) -> list[Hit]:
    rows = snapshot.chunks([chunk for chunk, _ in leg])
    documents = snapshot.documents_by_id({row.document for row in rows.values()})
    return [Hit(documents[rows[chunk].document].name, score) for chunk, score in leg]


@contextmanager
def _timed(clock: dict[str, float], name: str) -> Iterator[None]:
    """Add the seconds of a block to the clock."""
    started = time.perf_counter()
    yield
    clock[name] = clock.get(name, 0.0) + time.perf_counter() - started
