"""`python -m tests.benchmarks.bench_durable [CHUNKS]`: how long one changed chunk takes to be on the disk and found.

Each round changes one chunk of a document of ten: search words, the transaction with synchronous=FULL, and whether the
vector base is due; the vector is given. Beside it the floor: 64 KiB, about what the log takes, written and synced.
"""

from __future__ import annotations

import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path

import numpy as np

from kb.index import lexical
from kb.index.catalog import Catalog
from kb.index.vectors import VectorIndex
from kb.index.writer import NewChunk, NewDocument
from tests.benchmarks.catalogs import PER_DOCUMENT, fill, made_document, made_texts, made_vectors

CHUNKS = 100_000
ROUNDS = 200
AIM_MS = 10.0


def main(arguments: list[str]) -> int:
    """Build, measure, print; nothing is asserted."""
    count = int(arguments[0]) if arguments else CHUNKS
    with tempfile.TemporaryDirectory(dir=os.environ.get("KB_BENCH_FOLDER")) as folder:
        vectors = made_vectors(count)
        with fill(Path(folder) / "index", made_texts(count), vectors) as catalog:
            index = VectorIndex(catalog)
            with catalog.read() as snapshot:
                index.search(snapshot, vectors[0], 10)
            stored, found = _rounds(catalog, index, count)
            floor = _floor(Path(folder) / "floor")
    print(f"one changed chunk in {count:,}, {ROUNDS} rounds   median   p90   worst   [ms]")
    for label, seconds in (("durable", stored), ("then found by a reader", found), ("floor: write and sync", floor)):
        ordered = sorted(value * 1e3 for value in seconds)
        spread = (statistics.median(ordered), ordered[len(ordered) * 9 // 10], ordered[-1])
        print(f"  {label:34}{spread[0]:8.2f}{spread[1]:8.2f}{spread[2]:8.2f}")
    print(f"  aim: {AIM_MS:.0f} ms durable")
    return 0


def _rounds(catalog: Catalog, index: VectorIndex, count: int) -> tuple[list[float], list[float]]:
    """Seconds until durable, and seconds of the first search after it."""
    numbers = np.random.default_rng(1)
    texts, fresh = made_texts(ROUNDS * PER_DOCUMENT, seed=2), made_vectors(ROUNDS, seed=3)
    stored, found = [], []
    documents = numbers.choice(count // PER_DOCUMENT, ROUNDS, replace=False) * PER_DOCUMENT
    for number, first in enumerate(documents.tolist()):
        with catalog.read() as snapshot:
            row = snapshot.find(f"{first:07}.txt")
            assert row is not None
            ids = snapshot.chunk_ids_of(row.id)
            old = [chunk.text for chunk in snapshot.chunks(ids).values()]
            vectors = snapshot.vectors(ids).copy()
        at = int(numbers.integers(PER_DOCUMENT))
        old[at], vectors[at] = texts[number], fresh[number]
        document, chunks = made_document(row.relative, old, vectors)
        stored.append(_timed(partial(_store, catalog, index, document, chunks, at)))

        def look(query: np.ndarray = fresh[number]) -> None:
            with catalog.read() as snapshot:
                assert index.search(snapshot, query, 1)[1][0] > 0.999

        found.append(_timed(look))
    return stored, found


def _store(catalog: Catalog, index: VectorIndex, document: NewDocument, chunks: list[NewChunk], at: int) -> None:
    changed = replace(chunks[at], words=" ".join(lexical.terms(chunks[at].text)))
    with catalog.write() as writer:
        writer.put(1, document, [*chunks[:at], changed, *chunks[at + 1 :]])
    index.maintain()


def _floor(path: Path) -> list[float]:
    with path.open("wb", buffering=0) as file:

        def write() -> None:
            file.write(b"x" * 65_536)
            os.fdatasync(file.fileno())

        return [_timed(write) for _ in range(ROUNDS)]


def _timed(action: Callable[[], None]) -> float:
    started = time.perf_counter()
    action()
    return time.perf_counter() - started


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
