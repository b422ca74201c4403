"""A transparent embedder: one dimension a word, so that every vector can be written by hand."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from kb.models.embedding import EmbedderIdentity, KBEmbedding

DIMENSION = 64


class WordEngine:
    """Counts the words of a text; each new word takes the next dimension, the last one is never used by a word."""

    dimension = DIMENSION

    def __init__(self) -> None:
        self.seen: dict[str, int] = {}
        self.encoded: list[str] = []

    def encode(self, texts: Sequence[str], batch_tokens: int, progress: Callable[[int], None]) -> NDArray[np.float32]:
        """Unit rows of word counts."""
        self.encoded.extend(texts)
        vectors = np.zeros((len(texts), DIMENSION), dtype=np.float32)
        for row, text in zip(vectors, texts, strict=True):
            for word in _words(text):
                row[self.seen.setdefault(word, len(self.seen) % (DIMENSION - 1))] += 1
            row[-1] += not row.any()
        return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)

    def count(self, texts: Sequence[str]) -> list[int]:
        """One token a word."""
        return [len(_words(text)) for text in texts]


def word_embedding() -> KBEmbedding:
    """A KBEmbedding over a WordEngine."""
    return KBEmbedding(EmbedderIdentity("tests/words", "words-1", DIMENSION, "", "", "words"), WordEngine())


def _words(text: str) -> list[str]:
    return text.lower().replace(".", " ").replace("?", " ").replace(",", " ").split()
