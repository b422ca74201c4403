"""A number of chunks -> a catalog of that size, written without reader and encoder."""

from __future__ import annotations

import random
from collections.abc import Iterable, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from kb.index import lexical
from kb.index.catalog import Catalog, Identity
from kb.index.nearest import unit
from kb.index.vectors import VectorIndex
from kb.index.writer import NewChunk, NewDocument, chunk_digest

DIMENSION = 384
IDENTITY = Identity({"model": "made", "digest": "1", "dimension": DIMENSION}, {"reader": "made"})
PER_DOCUMENT = 10


def made_texts(count: int, seed: int = 0, words: int = 120) -> list[str]:
    """Texts of about a chunk's length whose words follow Zipf's law."""
    numbers = np.random.default_rng(seed)
    ranks = np.arange(1, 60_001)
    drawn = numbers.choice(len(ranks), size=(count, words), p=(1 / ranks) / (1 / ranks).sum())
    return [" ".join(f"w{number}" for number in row) for row in drawn]


def made_vectors(count: int, seed: int = 0) -> NDArray[np.float32]:
    """Unit vectors in clusters, as an embedder makes them."""
    numbers = np.random.default_rng(seed)
    centres = numbers.normal(size=(2000, DIMENSION)).astype(np.float32)
    noise = numbers.normal(size=(count, DIMENSION)).astype(np.float32)
    return unit(centres[numbers.integers(0, len(centres), count)] + 0.6 * noise + 2.0)


def fill(folder: Path, texts: Sequence[str], vectors: NDArray[np.float32]) -> Catalog:
    """A writable catalog of these chunks, ten a document, with its vector base."""
    return pour(folder, [(texts, vectors)])


def pour(folder: Path, blocks: Iterable[tuple[Sequence[str], NDArray[np.float32]]]) -> Catalog:
    """The same out of blocks of chunks, which are never all in memory."""
    folder.mkdir(parents=True)
    catalog = Catalog.create(folder, IDENTITY)
    with catalog.write() as writer:
        root = writer.add_root("/made", "folder")
    done = 0
    for texts, vectors in blocks:
        for first in range(0, len(texts), 10_000):
            with catalog.write() as writer:
                for at in range(first, min(first + 10_000, len(texts)), PER_DOCUMENT):
                    part = slice(at, at + PER_DOCUMENT)
                    writer.put(root, *made_document(f"{done + at:07}.txt", texts[part], vectors[part]))
        done += len(texts)
    VectorIndex(catalog).maintain()
    return catalog


def made_document(path: str, texts: Sequence[str], vectors: NDArray[np.float32]) -> tuple[NewDocument, list[NewChunk]]:
    """A document whose chunks are these texts, two line ends between them."""
    chunks, start = [], 0
    for text, vector in zip(texts, vectors, strict=True):
        words = " ".join(lexical.terms(text))
        chunks.append(NewChunk(start, start + len(text), text, chunk_digest(text), words, vector.tobytes()))
        start += len(text) + 2
    sha256 = f"{random.Random(path).getrandbits(256):064x}"
    return NewDocument(path, sha256, start, 1, "txt", "en", "\n\n".join(texts)), chunks
