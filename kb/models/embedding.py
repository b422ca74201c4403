"""Settings -> a LlamaIndex embedding."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from llama_index.core.base.embeddings.base import BaseEmbedding
from pydantic import PrivateAttr

from kb.models.e5 import FloatArray
from kb.models.engines import Engine, FastEngine, ReferenceEngine
from kb.models.identity import OPENVINO, EmbedderIdentity, choose, known_identity, remember
from kb.models.weights import prepare, prepare_reference
from kb.progress import Progress
from kb.settings import Settings

__all__ = ["EmbedderIdentity", "KBEmbedding", "known_identity", "open_embedding"]


class KBEmbedding(BaseEmbedding):
    """The embedder of a knowledge base, and an `embed_model` for anything of LlamaIndex.

    Prefixes are added inside. Vectors are unit rows of float32. Safe to share between threads: one lock around the
    engine. The fast engine loads its tokenizer and its weights when each is first used.
    """

    _identity: EmbedderIdentity = PrivateAttr()
    _engine: Engine = PrivateAttr()
    _batch_tokens: int = PrivateAttr()
    _lock: threading.RLock = PrivateAttr()

    def __init__(self, identity: EmbedderIdentity, engine: Engine, batch_tokens: int = 2048) -> None:
        super().__init__(model_name=identity.model, embed_batch_size=256)
        self._identity = identity
        self._engine = engine
        self._batch_tokens = batch_tokens
        self._lock = threading.RLock()

    @classmethod
    def class_name(cls) -> str:
        """The name LlamaIndex writes down."""
        return "KBEmbedding"

    def __getstate__(self) -> dict[str, Any]:
        raise TypeError("a KBEmbedding cannot be pickled: open it where it is needed")

    @property
    def identity(self) -> EmbedderIdentity:
        """What the catalog compares."""
        return self._identity

    def encode_passages(self, texts: Sequence[str], progress: Callable[[int], None] | None = None) -> FloatArray:
        """Encode texts that will be searched.

        Args:
            texts: Any strings; what is longer than the model reads (512 tokens) is cut at its end.
            progress: Called with the number of texts done so far.

        Returns:
            Unit vectors (texts, dimension), float32, in the order of the texts.
        """
        return self._encode(self._identity.passage_prefix, texts, progress)

    def encode_queries(self, texts: Sequence[str]) -> FloatArray:
        """Encode questions: unit vectors (texts, dimension), float32, in the order of the texts."""
        return self._encode(self._identity.query_prefix, texts, None)

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        """How many tokens each text has, without special tokens and prefixes."""
        with self._lock:
            return self._engine.count(texts)

    def _encode(self, prefix: str, texts: Sequence[str], progress: Callable[[int], None] | None) -> FloatArray:
        if not texts:
            return np.empty((0, self._identity.dimension), np.float32)
        with self._lock:
            return self._engine.encode([prefix + text for text in texts], self._batch_tokens, progress or _ignore)

    def _get_query_embedding(self, query: str) -> list[float]:
        return _plain(self.encode_queries([query]))[0]

    def _get_text_embedding(self, text: str) -> list[float]:
        return _plain(self.encode_passages([text]))[0]

    def _get_text_embeddings(self, texts: list[str]) -> list[list[float]]:
        return _plain(self.encode_passages(texts))

    async def _aget_query_embedding(self, query: str) -> list[float]:
        return await asyncio.to_thread(self._get_query_embedding, query)

    async def _aget_text_embedding(self, text: str) -> list[float]:
        return await asyncio.to_thread(self._get_text_embedding, text)

    async def _aget_text_embeddings(self, texts: list[str]) -> list[list[float]]:
        return await asyncio.to_thread(self._get_text_embeddings, texts)


def open_embedding(settings: Settings, models: Path, progress: Progress | None = None) -> KBEmbedding:
    """Open the embedder that the settings name, preparing its weights when they are missing.

    Args:
        settings: `embedding` says which, `models.download` whether anything may be fetched.
        models: Where models are kept, usually storage/models.
        progress: Called with (what, done, total) while something is prepared.

    Raises:
        ModelUnavailable: It is not here and cannot or may not be fetched, or needs the packages of `make models`.
        StorageError: `models` is full or read-only.
    """
    choice = choose(settings.embedding)
    download = settings.models.download
    if choice.engine == OPENVINO:
        folder = prepare(choice.model, models, download=download, progress=progress)
        engine: Engine = FastEngine(choice.model, folder)
    else:
        folder = prepare_reference(choice.model, models, download=download, progress=progress)
        engine = ReferenceEngine(folder)
    identity = known_identity(settings, models) or remember(choice, folder, engine.dimension, models)
    return KBEmbedding(identity, engine, choice.batch_tokens)


def _plain(vectors: FloatArray) -> list[list[float]]:
    rows: list[list[float]] = vectors.tolist()
    return rows


def _ignore(done: int) -> None:
    """Progress nobody asked for."""
