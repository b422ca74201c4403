"""Settings and a storage -> the parts of a knowledge base, each opened once and shared."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from kb.progress import Progress
from kb.settings import Settings

if TYPE_CHECKING:
    from kb.answering.asking import Asker
    from kb.answering.checking import Checker
    from kb.answering.reading import Reading, Readings
    from kb.index.catalog import Identity
    from kb.index.storage import IndexStorage
    from kb.models.embedding import EmbedderIdentity, KBEmbedding
    from kb.models.speakers import Speakers
    from kb.retrieval.calibration import Calibration
    from kb.retrieval.plan import Plan
    from kb.retrieval.reranker import CrossEncoderReranker


class Parts:
    """What a knowledge base is put together from; thread-safe.

    Args:
        settings: Every knob.
        storage: The folder that holds the index and the models.
    """

    def __init__(self, settings: Settings, storage: Path) -> None:
        self.settings = settings
        self.storage = storage
        self._lock = threading.RLock()
        self._embedder: KBEmbedding | None = None
        self._reranker: CrossEncoderReranker | None = None
        self._readings: Readings | None = None
        self._speaking: Speakers | None = None
        self._asking: Asker | None = None

    def close(self) -> None:
        """Close the index; the object may be used again."""
        if self._readings is not None:
            self._readings.close()

    @property
    def documents_folder(self) -> Path:
        """What is indexed when nothing is named."""
        return self.settings.documents.folder or self.storage / "documents"

    @property
    def models_folder(self) -> Path:
        """Where prepared models are kept."""
        return self.storage / "models"

    def embedding(self, progress: Progress | None = None) -> KBEmbedding:
        """The embedder, prepared and opened by the first call.

        Raises:
            ModelUnavailable: It is not here and cannot be fetched.
        """
        from kb.models.embedding import open_embedding

        with self._lock:
            if self._embedder is None:
                self._embedder = open_embedding(self.settings, self.models_folder, progress)
            return self._embedder

    def calibration(self) -> Calibration:
        """What scores are read with.

        Raises:
            StorageError: The calibration file of this storage is damaged.
        """
        from kb.retrieval.calibration import load, uncalibrated

        identity = self._embedder_identity()
        found = load(identity.model, identity.digest, self.storage / "calibration") or uncalibrated(identity)
        weight = self.settings.retrieval.dense_weight
        return found if weight == "calibrated" else found.with_weight(weight)

    def _embedder_identity(self) -> EmbedderIdentity:
        from kb.models.embedding import known_identity

        if self._embedder is not None:
            return self._embedder.identity
        return known_identity(self.settings, self.models_folder) or self.embedding().identity

    def _identity(self) -> Identity:
        from kb.documents.identity import pipeline
        from kb.index.catalog import Identity

        return Identity(self._embedder_identity().as_dict(), pipeline(self.settings.splitter))

    def _speakers(self) -> Speakers:
        from kb.models.speakers import Speakers

        with self._lock:
            if self._speaking is None:
                self._speaking = Speakers(self.settings, self.storage, self.embedding)
            return self._speaking

    def _asker(self) -> Asker:
        from kb.answering.asking import Asker

        with self._lock:
            if self._asking is None:
                self._asking = Asker(self.settings, self.storage, self._read, self._speakers, self.calibration)
            return self._asking

    def _storage(self) -> IndexStorage:
        from kb.index.storage import IndexStorage

        return IndexStorage(self.storage / "index")

    def _read(self) -> Reading:
        from kb.answering.reading import Readings

        with self._lock:
            if self._readings is None:
                self._readings = Readings(self._storage(), self._wire)
            return self._readings.live()

    def _wire(self) -> Reading:
        from kb.answering.reading import Reading

        catalog = self._storage().open(self._identity())
        return Reading.of(catalog, self.embedding(), self.calibration(), self._plan(), self.settings)

    def _plan(self) -> Plan:
        from kb.retrieval.plan import Plan
        from kb.retrieval.reranker import open_reranker

        retrieval = self.settings.retrieval
        if retrieval.reranker is not None and self._reranker is None:
            download = self.settings.models.download
            self._reranker = open_reranker(
                retrieval.reranker, self.models_folder, retrieval.reranked, download=download
            )
        return Plan.of(retrieval, self._reranker)

    def _checker(self, quotes: Sequence[str] | None) -> Checker:
        from kb.answering.checking import Checker, in_index, in_quotes

        if quotes is not None:
            return Checker(in_quotes(quotes))
        reading = self._read()
        return Checker(in_index(reading.retriever, reading.catalog))
