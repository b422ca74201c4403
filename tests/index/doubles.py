"""Transparent doubles: a document is its file's text, a chunk a paragraph, a vector comes from a hash of the text."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from llama_index.core.schema import Document, TextNode
from numpy.typing import NDArray

from kb.errors import DocumentError
from kb.index.catalog import Identity
from kb.index.sync import SyncParts

DIMENSION = 16
IDENTITY = Identity({"model": "double", "digest": "1", "dimension": DIMENSION}, {"reader": "double 1"})


def vector_of(text: str) -> NDArray[np.float32]:
    """A unit vector that is the same for the same text."""
    seed = int.from_bytes(hashlib.sha256(text.encode()).digest()[:8], "little")
    vector = np.random.default_rng(seed).normal(size=DIMENSION)
    return np.asarray(vector / np.linalg.norm(vector), dtype=np.float32)


def spans_of(text: str) -> list[tuple[int, int]]:
    """Paragraphs."""
    spans, at = [], 0
    for part in text.split("\n\n"):
        if part.strip():
            spans.append((at, at + len(part)))
        at += len(part) + 2
    return spans


class Parts:
    """Reads, splits and encodes, and counts what it was asked for. A form feed starts a page; BAD is a damaged file."""

    def __init__(self) -> None:
        self.read_paths: list[Path] = []
        self.encoded: list[str] = []

    def read(self, path: Path) -> Document:
        self.read_paths.append(path)
        text = path.read_text(encoding="utf-8")
        if text.startswith("BAD"):
            raise DocumentError("is damaged", "Mend it")
        pages = [0, *(at + 1 for at, letter in enumerate(text) if letter == "\f")] if "\f" in text else []
        return Document(text=text, metadata={"type": path.suffix[1:], "language": "en", "page_starts": pages})

    def split(self, document: Document) -> list[TextNode]:
        text = document.text
        return [TextNode(text=text[a:b], start_char_idx=a, end_char_idx=b) for a, b in spans_of(text)]

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        self.encoded += texts
        return np.array([vector_of(text) for text in texts])

    def parts(self) -> SyncParts:
        return SyncParts(self.read, self.split, self.encode)
