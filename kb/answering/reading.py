"""The live index -> what answers questions from it, made anew when another index takes its place."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass

from llama_index.core import VectorStoreIndex

from kb.answering.engine import KBCitationQueryEngine, ProvenSynthesizer
from kb.answering.quoting import AnswerRules, Quoter
from kb.index.catalog import Catalog
from kb.index.storage import IndexStorage
from kb.index.vector_store import CatalogVectorStore
from kb.models.embedding import KBEmbedding
from kb.retrieval.calibration import Calibration
from kb.retrieval.plan import Plan
from kb.retrieval.retriever import HybridRetriever
from kb.settings import Settings


@dataclass(frozen=True, slots=True)
class Reading:
    """What answers questions from one live index."""

    catalog: Catalog
    retriever: HybridRetriever
    engine: KBCitationQueryEngine

    @classmethod
    def of(
        cls, catalog: Catalog, embedding: KBEmbedding, calibration: Calibration, plan: Plan, settings: Settings
    ) -> Reading:
        """Put together what answers from a catalog.

        Args:
            catalog: Of the live index; closed by whoever opened it.
            embedding: The embedder the index was made with.
            calibration: What its scores are read with.
            plan: The steps of retrieval.
            settings: `index` and `answer` are read.
        """
        store = CatalogVectorStore(catalog, settings.index)
        index = VectorStoreIndex.from_vector_store(store, embed_model=embedding, transformations=[embedding])
        retriever = HybridRetriever(catalog, index, embedding, calibration, plan)
        rules = AnswerRules.of(settings.answer)
        quoter = Quoter(catalog, embedding, calibration, rules, retriever.sentences)
        return cls(catalog, retriever, KBCitationQueryEngine(retriever, ProvenSynthesizer(quoter)))


class Readings:
    """The reading of whatever index is live; thread-safe.

    Args:
        storage: Where the live index is named.
        wire: Opens what `storage` names and puts the parts together.
    """

    def __init__(self, storage: IndexStorage, wire: Callable[[], Reading]) -> None:
        self._storage = storage
        self._wire = wire
        self._lock = threading.RLock()
        self._reading: Reading | None = None
        self._retired: Reading | None = None

    def live(self) -> Reading:
        """What answers from the live index.

        Raises:
            IndexMissing: Nothing is indexed here yet; said before a model is prepared.
        """
        with self._lock:
            folder = self._storage.current()
            if self._reading is not None and self._reading.catalog.folder != folder:
                self._retire()
            if self._reading is None:
                self._reading = self._wire()
            return self._reading

    def close(self) -> None:
        """Close every index that was opened; the object may be used again."""
        with self._lock:
            self._retire()
            self._retire()

    def _retire(self) -> None:
        """Put the old index aside; another thread may still answer from it, so it is closed by the next change."""
        if self._retired is not None:
            self._retired.catalog.close()
        self._retired, self._reading = self._reading, None
