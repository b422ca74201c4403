"""The steps in order: a question -> sources, as a LlamaIndex retriever."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass

import numpy as np
from llama_index.core import VectorStoreIndex
from llama_index.core.callbacks import CallbackManager
from llama_index.core.retrievers import BaseRetriever
from llama_index.core.schema import NodeWithScore, QueryBundle, TextNode

from kb.errors import QuestionError
from kb.index import lexical
from kb.index.catalog import Catalog, Snapshot
from kb.language.normalize import canonical
from kb.models.embedding import KBEmbedding
from kb.retrieval.calibration import Calibration
from kb.retrieval.fusion import Fused, fuse
from kb.retrieval.source import Source, Step

ORIGINAL = "original"


@dataclass(frozen=True, slots=True)
class Ranking:
    """The two legs and what became of them, best first; `dense` and `lexical` hold (chunk id, raw score)."""

    dense: list[tuple[int, float]]
    lexical: list[tuple[int, float]]
    fused: list[Fused]


@dataclass(frozen=True, slots=True)
class Hit:
    """A passage by the name of its document, with a score in the unit of its leg."""

    document: str
    score: float


@dataclass(frozen=True, slots=True)
class Rankings:
    """Both legs and the fused list, best first, before anything is cut."""

    dense: list[Hit]
    lexical: list[Hit]
    fused: list[Hit]


@dataclass(frozen=True, slots=True)
class Pool:
    """How many passages each leg may propose, and how many are kept."""

    size: int
    top_k: int


class HybridRetriever(BaseRetriever):
    """Dense and lexical search over one snapshot of the catalog, fused and calibrated.

    The dense leg is the retriever of a `VectorStoreIndex`; whatever one leg proposes is scored by the other too, so
    that fusion compares complete pairs. `NodeWithScore.score` is P(relevant); the raw scores stand in
    `metadata["steps"]`.
    """

    def __init__(
        self, catalog: Catalog, index: VectorStoreIndex, embedding: KBEmbedding, calibration: Calibration, pool: Pool
    ) -> None:
        self._catalog = catalog
        self._embedding = embedding
        self._calibration = calibration
        self._pool = pool
        self._index = index
        super().__init__(callback_manager=CallbackManager())

    def rankings(self, question: str, limit: int | None = None) -> Rankings:
        """Both legs and their fusion, before anything is cut.

        Args:
            question: As typed.
            limit: How many passages each leg may propose; None takes the pool of the settings.

        Raises:
            QuestionError: The question holds no word.
        """
        with self._catalog.read() as snapshot:
            ranking = self._rank(snapshot, QueryBundle(question), limit or self._pool.size)
            fused = [(hit.chunk, hit.score) for hit in ranking.fused]
            return Rankings(*(_hits(snapshot, leg) for leg in (ranking.dense, ranking.lexical, fused)))

    def best(self, question: str, top_k: int | None = None) -> list[NodeWithScore]:
        """The best passages.

        Args:
            question: As typed.
            top_k: How many at most; None takes that of the settings.

        Raises:
            QuestionError: The question holds no word.
        """
        return self._best(QueryBundle(question), top_k or self._pool.top_k)

    def _retrieve(self, query_bundle: QueryBundle) -> list[NodeWithScore]:
        return self._best(query_bundle, self._pool.top_k)

    def _best(self, bundle: QueryBundle, top_k: int) -> list[NodeWithScore]:
        with self._catalog.read() as snapshot:
            ranking = self._rank(snapshot, bundle, max(top_k, self._pool.size))
            return self._nodes(snapshot, ranking, top_k)

    def _rank(self, snapshot: Snapshot, bundle: QueryBundle, limit: int) -> Ranking:
        text = clean_question(bundle.query_str)
        bundle = QueryBundle(text, embedding=bundle.embedding or self._embedding.get_query_embedding(text))
        hits = self._index.as_retriever(similarity_top_k=limit).retrieve(bundle)
        dense = [(int(hit.node.node_id), float(hit.score or 0.0)) for hit in hits]
        words = lexical.search(snapshot, text, limit)
        bm25 = dict(zip(words.ids, words.scores, strict=True))
        cosines = dict(dense)
        cosines.update(self._cosines(snapshot, [i for i in bm25 if i not in cosines], bundle.embedding or []))
        rest = lexical.search(snapshot, text, limit, allowed=[i for i in cosines if i not in bm25])
        bm25.update(zip(rest.ids, rest.scores, strict=True))
        fused = fuse(cosines, bm25, words.mass, self._calibration.weights)
        return Ranking(dense, list(zip(words.ids, words.scores, strict=True)), fused)

    @staticmethod
    def _cosines(snapshot: Snapshot, ids: Sequence[int], query: Sequence[float]) -> dict[int, float]:
        if not ids:
            return {}
        scores = snapshot.vectors(ids) @ np.asarray(query, dtype=np.float32)
        return dict(zip(ids, scores.tolist(), strict=True))

    def _nodes(self, snapshot: Snapshot, ranking: Ranking, top_k: int) -> list[NodeWithScore]:
        chosen = ranking.fused[:top_k]
        rows = snapshot.chunks([hit.chunk for hit in chosen])
        nodes = []
        for rank, hit in enumerate(chosen, start=1):
            row = rows[hit.chunk]
            document = snapshot.document(row.document)
            probability = self._calibration.relevant(hit.score)
            metadata = {
                "document": document.name,
                "document_id": row.document,
                "page": snapshot.page(row.document, row.start),
                "fused": hit.score,
                "steps": [asdict(step) for step in _steps(ranking, hit, rank, probability)],
            }
            node = TextNode(
                id_=str(hit.chunk),
                text=row.text,
                start_char_idx=row.start,
                end_char_idx=row.end,
                metadata=metadata,
                excluded_llm_metadata_keys=list(metadata),
                excluded_embed_metadata_keys=list(metadata),
            )
            nodes.append(NodeWithScore(node=node, score=probability))
        return nodes


def clean_question(question: str) -> str:
    """The question in canonical form.

    Raises:
        QuestionError: It holds no letter or digit.
    """
    text = canonical(question).strip()
    if not any(character.isalnum() for character in text):
        raise QuestionError("The question holds no word to look for", "Ask with at least one word or number")
    return text


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


def _steps(ranking: Ranking, hit: Fused, rank: int, probability: float) -> list[Step]:
    dense = _rank_in(ranking.dense, hit.chunk)
    words = _rank_in(ranking.lexical, hit.chunk)
    return [
        Step("dense", ORIGINAL, dense, hit.cosine, dense is not None, "cosine of question and passage"),
        Step("lexical", ORIGINAL, words, hit.bm25, words is not None, "BM25 of the words of the question"),
        Step("fusion", ORIGINAL, rank, hit.score, True, "weighted sum of both, each in its own range"),
        Step("calibration", ORIGINAL, rank, probability, True, "P(relevant) for this fused score"),
    ]


def _hits(snapshot: Snapshot, leg: Sequence[tuple[int, float]]) -> list[Hit]:
    rows = snapshot.chunks([chunk for chunk, _ in leg])
    return [Hit(snapshot.document(rows[chunk].document).name, score) for chunk, score in leg]


def _rank_in(hits: Sequence[tuple[int, float]], chunk: int) -> int | None:
    return next((rank for rank, (found, _) in enumerate(hits, start=1) if found == chunk), None)
