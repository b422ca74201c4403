"""A book -> durable and searchable: chunks per second of both sides.

Inside the clock, with the encoder loaded and warm: ours splits the canonical text, cuts search words, encodes, commits
one transaction with synchronous=FULL and writes the FAISS base; the plain side is given the finished chunks, embeds
them into a `VectorStoreIndex` and persists it (which does not wait for the disk). Beside it the same with the start of
the process and the loading of the encoder inside.
"""

from __future__ import annotations

import json
import shutil
import statistics
import tempfile
from collections.abc import Callable
from pathlib import Path

from kb.documents.splitter import SpanSplitter
from kb.language.normalize import canonical
from kb.models.embedding import open_embedding
from kb.models.openvino_encoder import quickest
from kb.models.weights import prepare_reference
from kb.settings import Settings
from tests.benchmarks.compare import Fact, Options, Outcome, Row, alternate
from tests.benchmarks.processes import Run, python, run

BOUND = 2.3
QUESTION = "How much was Jabez Wilson paid a week?"
QUICK_CHARACTERS = 60_000
WARMING_CHARACTERS = 4_000


def bench(options: Options, data: Path) -> Outcome:
    """Measure."""
    settings = Settings()
    models = options.storage / "models"
    reference = prepare_reference(settings.embedding.model, models, download=settings.models.download)
    text = canonical((data / "sherlock-1661.txt").read_text(encoding="utf-8"))
    text = text[:QUICK_CHARACTERS] if options.quick else text
    with tempfile.TemporaryDirectory(dir=options.cache) as temporary:
        book = _Book(Path(temporary), models, reference)
        book.write("warming", text[:WARMING_CHARACTERS])
        count = book.write("book", text)
        floor = python("tests.benchmarks.ours", "encode", models, book.chunks("book"))
        sides: dict[str, Callable[[], Run]] = {
            "ours": lambda: book.ours("book"),
            "plain": lambda: book.plain("book"),
            "floor": lambda: run(floor),
        }
        warming = {"ours": lambda: book.ours("warming"), "plain": lambda: book.plain("warming")}
        runs = alternate(sides, options.pairs, warming)
    return _outcome(count, runs["ours"], runs["plain"], runs["floor"])


class _Book:
    """A text as a file and as the chunks our splitter makes of it."""

    def __init__(self, folder: Path, models: Path, reference: Path) -> None:
        self._folder = folder
        self._models = models
        self._reference = reference
        embedding = open_embedding(Settings(), models)
        self._splitter = SpanSplitter(
            count_tokens=embedding.count_tokens, chunk_tokens=Settings().splitter.chunk_tokens
        )

    def write(self, name: str, text: str) -> int:
        """Lay down a text; returns its number of chunks."""
        chunks = [text[start:end] for start, end in self._splitter.spans(text)]
        (self._folder / f"{name}.txt").write_text(text, encoding="utf-8")
        self.chunks(name).write_text(json.dumps(chunks), encoding="utf-8")
        return len(chunks)

    def chunks(self, name: str) -> Path:
        """The file of chunks."""
        return self._folder / f"{name}.json"

    def ours(self, name: str) -> Run:
        """One fresh process, one fresh index."""
        return self._run(python("tests.benchmarks.ours", "ingest", self._models, self._folder / f"{name}.txt"))

    def plain(self, name: str) -> Run:
        """The same for the other side."""
        return self._run(python("tests.benchmarks.plain", "ingest", self._reference, self.chunks(name)))

    def _run(self, command: list[str]) -> Run:
        index = self._folder / "index"
        shutil.rmtree(index, ignore_errors=True)
        return run([*command, str(index), QUESTION])


def _outcome(count: int, ours: list[Run], plain: list[Run], floor: list[Run]) -> Outcome:
    made = {name for one in ours for name in one.marks if name.endswith(" chunks")}
    assert made == {f"{count} chunks"}, f"the sides do not index the same chunks: {made}, {count}"
    rows = [
        Row("text to durable and searchable", "chunks/s", _rates(count, ours), _rates(count, plain), "more", BOUND),
        Row(
            "the same, from the start of the process",
            "chunks/s",
            [count / one.marks["durable"] for one in ours],
            [count / one.marks["durable"] for one in plain],
            "more",
        ),
        Row(
            "start of the process to a warm encoder",
            "s",
            [one.marks["encoder ready"] for one in ours],
            [one.marks["encoder ready"] for one in plain],
        ),
    ]
    encoding = [one.marks["encoded"] - one.marks["encoder ready"] for one in floor]
    facts = [
        Fact("chunks", count, ""),
        Fact("ours, text to durable (median)", statistics.median(_seconds(ours)), "s"),
        Fact("plain, chunks to persisted (median)", statistics.median(_seconds(plain)), "s"),
        Fact("floor: our encoder alone on these chunks", statistics.median(encoding), "s"),
    ]
    notes = [f"our encoder computes in {quickest()} on this processor, the plain side in float32"]
    return Outcome("Ingest of a book", rows, facts, notes)


def _seconds(runs: list[Run]) -> list[float]:
    return [one.marks["durable"] - one.marks["encoder ready"] for one in runs]


def _rates(count: int, runs: list[Run]) -> list[float]:
    return [count / seconds for seconds in _seconds(runs)]
