"""Passages a second of the engines, each against LlamaIndex's HuggingFaceEmbedding as it comes, in interleaved pairs.

Run: python -m tests.benchmarks.bench_encoder [passages] [pairs]
"""

from __future__ import annotations

import statistics
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np

from kb.models.embedded import EMBEDDED
from kb.models.openvino_encoder import Arithmetic, OpenVinoEncoder
from kb.models.tokens import Tokens
from kb.models.weights import GRAPHS, prepare_reference
from tests.conftest import shared_data

_MODEL = "intfloat/multilingual-e5-small"
_PREFIX = "passage: "
_BATCH_TOKENS = 2048


def passages(count: int) -> list[str]:
    """Paragraphs of a real book, joined to about 800 characters (200 tokens)."""
    folder = shared_data()
    if folder is None:
        raise SystemExit("no real data: set KB_DATA or put it at ../shared/data")
    texts, text = [], ""
    for paragraph in (folder / "sherlock-1661.txt").read_text(encoding="utf-8").split("\n\n"):
        text = f"{text} {' '.join(paragraph.split())}".strip()
        if len(text) >= 700:
            texts.append(_PREFIX + text[:1000])
            text = ""
    return texts[5 : 5 + count]


def fast(folder: Path, arithmetic: Arithmetic) -> Callable[[Sequence[str]], np.ndarray]:
    """The engine of the knowledge base, tokenizer included."""
    tokens = Tokens(folder)
    encoder = OpenVinoEncoder(folder / EMBEDDED[_MODEL].packed, folder / GRAPHS, arithmetic)
    return lambda texts: encoder.encode(tokens.ids(texts, 512), _BATCH_TOKENS, lambda done: None)


def plain(folder: Path) -> Callable[[Sequence[str]], np.ndarray]:
    """HuggingFaceEmbedding with its default batch."""
    from llama_index.embeddings.huggingface import HuggingFaceEmbedding

    embedding = HuggingFaceEmbedding(str(folder))
    return lambda texts: np.array(embedding.get_text_embedding_batch(list(texts)))


def main(count: int = 100, pairs: int = 7) -> None:
    """Print passages a second, ratio and agreement of each engine."""
    folder = prepare_reference(_MODEL, Path("storage/models"), download=True)
    texts, reference = passages(count), plain(folder)
    expected = reference(texts[:20])
    for arithmetic in ("int8", "bfloat16"):
        engine = fast(folder, arithmetic)
        cosines = (engine(texts[:20]) * expected).sum(axis=1)
        engine(texts)
        times = [(_seconds(reference, texts), _seconds(engine, texts)) for _ in range(pairs)]
        ratio = statistics.median(slow / quick for slow, quick in times)
        rates = [count / statistics.median(column) for column in zip(*times, strict=True)]
        print(
            f"{arithmetic:9} {rates[1]:6.1f} passages/s, plain {rates[0]:6.1f}, ratio {ratio:.2f} (median of {pairs} "
            f"pairs), cosine to plain: least {cosines.min():.5f}, mean {cosines.mean():.5f}"
        )


def _seconds(engine: Callable[[Sequence[str]], np.ndarray], texts: Sequence[str]) -> float:
    start = time.perf_counter()
    engine(texts)
    return time.perf_counter() - start


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
