"""The real data -> distinct chunks with their vectors, and as many more like them as are asked for."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from kb.documents.splitter import SpanSplitter
from kb.evaluation import datasets
from kb.language.normalize import canonical
from kb.language.segment import word_spans
from kb.models.embedding import KBEmbedding

NOISE = 0.02
BLOCK = 512

Vectors = NDArray[np.float32]


@dataclass(frozen=True)
class Chunks:
    """Texts and their unit vectors, shape (n, d)."""

    texts: Sequence[str]
    vectors: Vectors


def texts_of(data: Path, *, quick: bool) -> Iterator[str]:
    """Every distinct text of the real data that people would index; a book alone when it is quick."""
    yield (data / "sherlock-1661.txt").read_text(encoding="utf-8")
    if quick:
        return
    for language in ("en", "th"):
        yield from datasets.squad(data / f"xquad-dev-{language}.json", language, language).paragraphs.values()
    yield from datasets.squad(data / "squad2-dev.json", "squad2", "en").paragraphs.values()
    yield from datasets.iapp(data / "iapp-dev.jsonl", "iapp", "report").paragraphs.values()
    for name in ("scifact", "cranfield"):
        yield from datasets.beir(data / "beir-dev" / name, name).documents.values()


def distinct(data: Path, cache: Path, embedding: KBEmbedding, *, quick: bool) -> Chunks:
    """Split the real data and encode each distinct chunk once; both are kept, block by block, for later runs."""
    folder = cache / f"{'book' if quick else 'distinct'}-{embedding.identity.digest[:8]}"
    folder.mkdir(parents=True, exist_ok=True)
    texts: list[str] = json.loads(_kept(folder / "texts.json", lambda: _as_json(_chunks(data, embedding, quick=quick))))
    vectors = []
    for start in range(0, len(texts), BLOCK):
        block = texts[start : start + BLOCK]
        kept = _kept(folder / f"{start:06d}.f32", lambda block=block: embedding.encode_passages(block).tobytes())
        vectors.append(np.frombuffer(kept, np.float32).reshape(len(block), -1))
    return Chunks(texts, np.concatenate(vectors))


def multiplied(chunks: Chunks, count: int, seed: int = 7) -> Chunks:
    """As many chunks as are asked for: the distinct ones, then copies with shuffled words and vectors moved a little.

    A copy's vector is the original's plus N(0, NOISE) in every dimension, at length 1 again.
    """
    draw = np.random.default_rng(seed)
    order = np.arange(count) % len(chunks.texts)
    vectors = chunks.vectors[order]
    copies = np.arange(count) >= len(chunks.texts)
    vectors[copies] += draw.normal(0, NOISE, (int(copies.sum()), vectors.shape[1])).astype(np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    words = [_words(text) for text in chunks.texts]
    texts = [
        _shuffled(*words[index], draw) if copy else chunks.texts[index]
        for index, copy in zip(order.tolist(), copies.tolist(), strict=True)
    ]
    return Chunks(texts, vectors)


def multiplied_blocks(
    chunks: Chunks, count: int, seed: int = 7, size: int = 10_000
) -> Iterator[tuple[list[str], Vectors]]:
    """As many chunks like the distinct ones as are asked for, a block at a time, so that all need never be in memory.

    As `multiplied` makes them; a copy's words are what stands between spaces.
    """
    for start in range(0, count, size):
        draw = np.random.default_rng((seed, start))
        order = np.arange(start, min(start + size, count))
        copies = order >= len(chunks.texts)
        places = order % len(chunks.texts)
        noise = draw.standard_normal((len(order), chunks.vectors.shape[1]), dtype=np.float32)
        vectors = chunks.vectors[places] + noise * (NOISE * copies[:, None]).astype(np.float32)
        vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
        texts = [chunks.texts[place] for place in places.tolist()]
        yield [_shuffled(t.split(), " ", draw) if c else t for t, c in zip(texts, copies, strict=True)], vectors


def once(folder: Path, make: Callable[[Path], None]) -> Path:
    """A folder that is made only when it is not there whole."""
    if not folder.exists():
        unfinished = folder.with_name(f"{folder.name}.unfinished-{os.getpid()}")
        unfinished.mkdir(parents=True)
        make(unfinished)
        unfinished.rename(folder)
    return folder


def _chunks(data: Path, embedding: KBEmbedding, *, quick: bool) -> list[str]:
    splitter = SpanSplitter(count_tokens=embedding.count_tokens)
    texts: dict[str, None] = {}
    for text in map(canonical, texts_of(data, quick=quick)):
        texts.update((text[start:end], None) for start, end in splitter.spans(text))
    return list(texts)


def _as_json(texts: Sequence[str]) -> bytes:
    return json.dumps(texts, ensure_ascii=False).encode("utf-8")


def _kept(file: Path, make: Callable[[], bytes]) -> bytes:
    """The content of a file that is written, whole, when it is not there."""
    if not file.exists():
        unfinished = file.with_name(f"{file.name}.{os.getpid()}")
        unfinished.write_bytes(make())
        unfinished.rename(file)
    return file.read_bytes()


def _words(text: str) -> tuple[list[str], str]:
    """The words of a text and what stands between them: nothing where most of them touch, as in Thai."""
    spans = word_spans(text)
    touching = sum(a[1] == b[0] for a, b in pairwise(spans))
    return [text[start:end] for start, end in spans], "" if touching > len(spans) / 2 else " "


def _shuffled(words: Sequence[str], between: str, draw: np.random.Generator) -> str:
    return between.join(words[index] for index in draw.permutation(len(words)))
