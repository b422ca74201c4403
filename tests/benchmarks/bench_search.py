"""A question -> its passages: milliseconds of each leg, of the whole, and of a million chunks.

Each measurement runs in fresh processes with the page cache warm. The vectors are searched by one thread on both sides:
ours by the mapped base, the other by a numpy matrix in memory. The whole search is that of `KnowledgeBase.search`
beside LlamaIndex's retriever over the same chunks, each with its own encoder, in turns, process by process.

The million chunks have short texts (eight shuffled words of a real chunk), so that the catalog stays small; their
vectors are real ones, each moved a little.
"""

from __future__ import annotations

import json
import statistics
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from kb.index.storage import IndexStorage
from kb.index.vectors import VectorIndex
from kb.models.embedding import KBEmbedding, open_embedding
from kb.settings import Settings
from tests.benchmarks import bench_start, catalogs
from tests.benchmarks.compare import Fact, Options, Outcome, Row, alternate
from tests.benchmarks.corpus import Chunks, distinct, multiplied_blocks, once
from tests.benchmarks.processes import python, run
from tests.benchmarks.questions import five_words, mixed
from tests.benchmarks.searching import K

FULL, QUICK = 100_000, 5_000
LARGE, QUICK_LARGE = 1_000_000, 40_000
LARGE_RUNS = 3
FASTER_THAN_NUMPY, FASTER_IN_ALL = 5.0, 2.0
RECALL, MEMORY = 0.995, 200.0
ONE_THREAD = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}

Block = tuple[Sequence[str], NDArray[np.float32]]


@dataclass(frozen=True)
class _Asked:
    """Questions as files that the measuring processes read."""

    questions: Path
    vectors: Path
    words: Path


def bench(options: Options, data: Path) -> Outcome:
    """Measure."""
    count, large = (QUICK, QUICK_LARGE) if options.quick else (FULL, LARGE)
    sides = bench_start.prepare(options, data, count)
    embedding = open_embedding(Settings(), options.storage / "models")
    asked = _asked(options, data, embedding)
    folder = _in_shape(IndexStorage(sides.folder / "ours" / "index"))
    rows, facts = _vectors(folder, asked)
    facts += _words(folder, asked)
    row, encoding = _whole(sides, asked, options.pairs)
    facts += encoding
    facts += _large(_million(options, data, embedding, large), asked, large)
    notes = [
        f"aims: vectors 3 ms, words 5 ms, {LARGE:,} chunks 25 ms and 100 ms to open",
        f"the {large:,} chunks have short texts: eight words",
    ]
    return Outcome(f"Search over {count:,} and {large:,} chunks", [*rows, row], facts, notes)


def _in_shape(storage: IndexStorage) -> Path:
    """The live folder of an index that may have been made under other settings."""
    with storage.writer() as writer, writer.open(None) as catalog:
        VectorIndex(catalog, Settings().index).maintain()
    return storage.current()


def _vectors(folder: Path, asked: _Asked) -> tuple[list[Row], list[Fact]]:
    told = _told("vectors", folder, asked.vectors, environment=ONE_THREAD)
    row = Row("vectors, beside numpy (one thread)", "ms", told["ours"], told["plain"], bound=FASTER_THAN_NUMPY)
    return [row], [
        Fact(f"recall@{K} of the vectors against exact", told["recall"], "", least=RECALL),
        Fact("vectors, right after numpy swept the caches", told["swept"], "ms"),
    ]


def _words(folder: Path, asked: _Asked) -> list[Fact]:
    told = _told("words", folder, asked.words, environment=ONE_THREAD)
    return [
        fact
        for name, what in (("cold", "words, catalog just opened"), ("warm", "words, asked again"))
        for fact in (
            Fact(f"{what}: median", statistics.median(told[name]), "ms"),
            Fact(f"{what}: 9 of 10 within", _most(told[name]), "ms"),
        )
    ]


def _whole(sides: bench_start.Sides, asked: _Asked, pairs: int) -> tuple[Row, list[Fact]]:
    ours = lambda: _told("whole", sides.folder / "ours", asked.questions)  # noqa: E731
    plain = lambda: _told("plain", sides.reference, sides.folder / "plain", asked.questions)  # noqa: E731
    told = alternate({"ours": ours, "plain": plain}, pairs)
    assert all(one["hits"] for runs in told.values() for one in runs), "a search found nothing"
    medians = {name: [statistics.median(one["times"]) for one in runs] for name, runs in told.items()}
    slowest = [
        Fact(f"the whole search, {name}: 9 of 10 within", statistics.median(_most(one["times"]) for one in runs), "ms")
        for name, runs in told.items()
    ]
    what = "the whole search, encoder included"
    return Row(what, "ms", medians["ours"], medians["plain"], bound=FASTER_IN_ALL), slowest


def _large(folder: Path, asked: _Asked, count: int) -> list[Fact]:
    arguments = (folder / "index", asked.vectors, folder / "truth.npy")
    runs = [_told("large", *arguments, environment=ONE_THREAD) for _ in range(1 + LARGE_RUNS)][1:]  # one warms
    told = {**runs[0], **{what: statistics.median(one[what] for one in runs) for what in ("opened", "first", "memory")}}
    name = f"{count:,} chunks"
    return [
        Fact(f"{name}: opening", told["opened"], "ms"),
        Fact(f"{name}: anonymous memory after opening", told["memory"], "MiB", most=MEMORY),
        Fact(f"{name}:   of it before opening", told["before"], "MiB"),
        Fact(f"{name}: first search", told["first"], "ms"),
        Fact(f"{name}: search (median)", statistics.median(told["search"]), "ms"),
        Fact(f"{name}: recall@{K} against exact", told["recall"], "", least=RECALL),
        Fact(f"{name}: words (median)", statistics.median(told["words"]), "ms"),
        Fact(f"{name}: anonymous memory after all", told["after"], "MiB"),
    ]


def _asked(options: Options, data: Path, embedding: KBEmbedding) -> _Asked:
    folder = options.cache / "questions"
    folder.mkdir(parents=True, exist_ok=True)
    asked = _Asked(folder / "mixed.json", folder / f"{embedding.identity.digest[:8]}.npy", folder / "five.json")
    questions = mixed(data)
    asked.questions.write_text(json.dumps(questions, ensure_ascii=False), encoding="utf-8")
    asked.words.write_text(json.dumps(five_words(data), ensure_ascii=False), encoding="utf-8")
    np.save(asked.vectors, embedding.encode_queries(questions))
    return asked


def _million(options: Options, data: Path, embedding: KBEmbedding, count: int) -> Path:
    """The large catalog and the nearest chunks of the questions by brute force, made once and kept in the cache."""
    queries = embedding.encode_queries(mixed(data))

    def make(unfinished: Path) -> None:
        truth = _Truth(queries)
        chunks = distinct(data, options.cache, embedding, quick=options.quick)
        catalogs.pour(unfinished / "index", truth.watching(multiplied_blocks(_shortened(chunks), count))).close()
        np.save(unfinished / "truth.npy", truth.ids)

    return once(options.cache / f"large-{count}-{embedding.identity.digest[:8]}", make)


def _shortened(chunks: Chunks) -> Chunks:
    return Chunks([" ".join(text.split()[:8])[:60] for text in chunks.texts], chunks.vectors)


class _Truth:
    """The nearest chunks of each query, kept up to date while blocks pass by; ids count from 1 as the catalog's do."""

    def __init__(self, queries: NDArray[np.float32]) -> None:
        self._queries = queries
        self._passed = 0
        self._scores = np.empty((len(queries), 0), dtype=np.float32)
        self.ids = np.empty((len(queries), 0), dtype=np.int64)

    def watching(self, blocks: Iterator[Block]) -> Iterator[Block]:
        for texts, vectors in blocks:
            self._see(vectors)
            yield texts, vectors

    def _see(self, vectors: NDArray[np.float32]) -> None:
        new = np.broadcast_to(np.arange(len(vectors)) + self._passed + 1, (len(self._queries), len(vectors)))
        self._passed += len(vectors)
        scores = np.concatenate([self._scores, self._queries @ vectors.T], axis=1)
        best = np.argsort(-scores, axis=1, kind="stable")[:, :K]
        self.ids = np.take_along_axis(np.concatenate([self.ids, new], axis=1), best, axis=1)
        self._scores = np.take_along_axis(scores, best, axis=1)


def _told(way: str, *arguments: object, environment: dict[str, str] | None = None) -> dict[str, Any]:
    done = run(python("tests.benchmarks.searching", way, *arguments), environment=environment)
    return dict(json.loads(done.output.splitlines()[-1]))


def _most(values: Sequence[float]) -> float:
    """Nine of ten are at most this."""
    return sorted(values)[max(0, -(-9 * len(values) // 10) - 1)]
