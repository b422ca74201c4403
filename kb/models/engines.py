"""Texts -> unit vectors, by whichever engine the settings name."""

from __future__ import annotations

import contextlib
import importlib
import logging
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any, Protocol

import numpy as np

from kb.errors import ModelUnavailable
from kb.models.e5 import FloatArray
from kb.models.embedded import EMBEDDED
from kb.models.hub import INSTALL
from kb.models.openvino_encoder import OpenVinoEncoder
from kb.models.threads import share_cores
from kb.models.tokens import ShortTexts, Tokens
from kb.models.weights import GRAPHS


@contextlib.contextmanager
def quiet_transformers() -> Iterator[None]:
    """Keep its loading bars and its report on weights that an embedding does not use (the pooler) off the screen."""
    verbosity: Any = importlib.import_module("transformers.utils.logging")
    level, bars = verbosity.get_verbosity(), verbosity.is_progress_bar_enabled()
    verbosity.set_verbosity_error()
    verbosity.disable_progress_bar()
    try:
        yield
    finally:
        verbosity.set_verbosity(level)
        if bars:
            verbosity.enable_progress_bar()


_MANY = 60_000  # characters; a process that has encoded so many will encode more, and opens the whole tokenizer


class Engine(Protocol):
    """What turns texts, prefixes included, into vectors."""

    @property
    def dimension(self) -> int:
        """The length of a vector."""

    def encode(self, texts: Sequence[str], batch_tokens: int, progress: Callable[[int], None]) -> FloatArray:
        """Unit vectors (texts, dimension) in the order of the texts; `progress` gets the number done so far."""

    def count(self, texts: Sequence[str]) -> list[int]:
        """How many tokens each text has, without special ones."""


class FastEngine:
    """A packed model: tokenizers and OpenVINO, without torch."""

    def __init__(self, name: str, folder: Path) -> None:
        self._folder = folder
        self._packed = folder / EMBEDDED[name].packed
        self._characters = 0
        self._loaded_tokens: Tokens | None = None
        self._short_texts: ShortTexts | None = None
        self._loaded_encoder: OpenVinoEncoder | None = None

    @property
    def dimension(self) -> int:
        """The length of a vector."""
        return self._encoder.dimension

    def encode(self, texts: Sequence[str], batch_tokens: int, progress: Callable[[int], None]) -> FloatArray:
        """Encode texts sorted by length, so that little is padded, and give them back in their order."""
        rows = self._ids(texts, self._encoder.max_tokens)
        return self._encoder.encode(rows, batch_tokens, progress)

    def count(self, texts: Sequence[str]) -> list[int]:
        """How many tokens each text has, without special ones."""
        return self._tokens.count(texts)

    def _ids(self, texts: Sequence[str], longest: int) -> list[list[int]]:
        """A few questions do without the whole tokenizer, which takes most of a second and 250 MB to open."""
        if self._loaded_tokens is None:
            if self._short_texts is None:
                self._short_texts = ShortTexts(self._folder)
            self._characters += sum(map(len, texts))
            if self._characters <= _MANY and self._short_texts.fits(texts):
                return self._short_texts.ids(texts, longest)
        return self._tokens.ids(texts, longest)

    @property
    def _tokens(self) -> Tokens:
        if self._loaded_tokens is None:
            self._loaded_tokens = Tokens(self._folder)
        return self._loaded_tokens

    @property
    def _encoder(self) -> OpenVinoEncoder:
        if self._loaded_encoder is None:
            self._loaded_encoder = OpenVinoEncoder(self._packed, self._folder / GRAPHS)
        return self._loaded_encoder


class ReferenceEngine:
    """Any sentence-transformers folder through LlamaIndex's HuggingFaceEmbedding."""

    _BATCH = 32

    def __init__(self, folder: Path) -> None:
        share_cores()
        logging.getLogger("bitsandbytes").setLevel(logging.ERROR)  # its import tells of kernels that nobody needs here
        try:
            from llama_index.embeddings.huggingface import HuggingFaceEmbedding
        except ModuleNotFoundError as error:
            raise ModelUnavailable(
                f"This embedding model needs packages that are not installed ({error.name})", INSTALL
            ) from None
        try:
            with quiet_transformers():
                self._embedding: Any = HuggingFaceEmbedding(str(folder), embed_batch_size=self._BATCH)
        except (OSError, ValueError, KeyError) as error:
            raise ModelUnavailable(
                f"{folder} is not an embedding model that can be opened ({str(error).strip().partition(chr(10))[0]})",
                "Name a sentence-transformers model, or a folder that holds one",
            ) from None
        self._tokens = Tokens(folder) if (folder / "tokenizer.json").exists() else None

    @property
    def dimension(self) -> int:
        """The length of a vector."""
        return int(self._embedding._model.get_embedding_dimension())

    def encode(self, texts: Sequence[str], batch_tokens: int, progress: Callable[[int], None]) -> FloatArray:
        """Encode in batches of 32, each in the order given; `batch_tokens` does not apply."""
        vectors = np.empty((len(texts), self.dimension), np.float32)
        for start in range(0, len(texts), self._BATCH):
            rows = list(texts[start : start + self._BATCH])
            vectors[start : start + len(rows)] = self._embedding._get_text_embeddings(rows)
            progress(start + len(rows))
        return vectors

    def count(self, texts: Sequence[str]) -> list[int]:
        """How many tokens each text has, without special ones."""
        if self._tokens is not None:
            return self._tokens.count(texts)
        rows = self._embedding._model.tokenizer(list(texts), add_special_tokens=False)["input_ids"] if texts else []
        return [len(row) for row in rows]
