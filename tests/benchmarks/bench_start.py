"""Process start -> the first search result over a large corpus: seconds and memory of both sides.

Ours is the command `kb search`; the plain side loads what it persisted, and its encoder, and retrieves. Both print
their first result in a fresh process with the page cache warm. Memory is the peak of Pss over the whole process tree,
sampled in runs of their own, which are not timed. Opening alone starts when everything is imported and ends with the
first hits for a given vector, without an encoder.
"""

from __future__ import annotations

import hashlib
import json
import statistics
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from kb.documents.identity import pipeline
from kb.index.catalog import Identity
from kb.models.embedding import open_embedding
from kb.models.weights import prepare_reference
from kb.settings import Settings
from tests.benchmarks import ours, plain
from tests.benchmarks.compare import Fact, Options, Outcome, Row, alternate
from tests.benchmarks.corpus import Chunks, distinct, multiplied, once
from tests.benchmarks.processes import Memory, Run, python, run

FULL, QUICK = 100_000, 5_000
FASTER, LIGHTER, OPENS_FASTER = 4.0, 2.0, 50.0
MEMORY_PAIRS = 3
QUESTION = "Who paid Jabez Wilson for copying the encyclopaedia?"


@dataclass(frozen=True)
class Sides:
    """The commands of both sides over the same corpus."""

    folder: Path
    reference: Path

    def search(self, *, watched: bool) -> dict[str, Callable[[], Run]]:
        """From the start of the process to the first result."""
        ours_command = python("kb", "search", "--json", "--storage", self.folder / "ours", "--", QUESTION)
        plain_command = python("tests.benchmarks.plain", "search", self.reference, self.folder / "plain", QUESTION)
        return {
            "ours": lambda: run(ours_command, watched=watched),
            "plain": lambda: run(plain_command, watched=watched),
        }

    def opening(self) -> dict[str, Callable[[], Run]]:
        """From the imports to the hits of a given vector."""
        vector = self.folder / "query.npy"
        return {
            "ours": lambda: run(python("tests.benchmarks.ours", "opening", self.folder / "ours", vector)),
            "plain": lambda: run(python("tests.benchmarks.plain", "opening", self.folder / "plain", vector)),
        }


def bench(options: Options, data: Path) -> Outcome:
    """Measure."""
    count = QUICK if options.quick else FULL
    sides = prepare(options, data, count)
    timed = alternate(sides.search(watched=False), options.pairs)
    weighed = alternate(sides.search(watched=True), 1 if options.quick else MEMORY_PAIRS)
    opened = alternate(sides.opening(), options.pairs)
    for one in (timed, weighed):
        assert all(run.output.strip() for runs in one.values() for run in runs), "a search found nothing"
    rows = [
        Row(
            "start to the first result",
            "s",
            [one.first_output for one in timed["ours"]],
            [one.first_output for one in timed["plain"]],
            bound=FASTER,
        ),
        *_memory(_peaks(weighed["ours"]), _peaks(weighed["plain"])),
        Row(
            "opening alone, to the hits of a vector",
            "s",
            [one.marks["found"] - one.marks["imported"] for one in opened["ours"]],
            [one.marks["found"] - one.marks["imported"] for one in opened["plain"]],
            bound=OPENS_FASTER,
        ),
    ]
    floors = [
        _floor("a Python that does nothing", "pass"),
        _floor("importing numpy, faiss and openvino", "import numpy, faiss, openvino"),
        _floor("importing llama_index.core", "import llama_index.core"),
    ]
    return Outcome(f"Start over {count:,} chunks", rows, floors, ["aims: 6 times as fast, .35 of the memory"])


def prepare(options: Options, data: Path, count: int) -> Sides:
    """Both indexes over the same chunks, made once and kept in the cache."""
    settings = Settings()
    models = options.storage / "models"
    reference = prepare_reference(settings.embedding.model, models, download=settings.models.download)
    embedding = open_embedding(settings, models)
    made_with = Identity(embedding.identity.as_dict(), pipeline(settings.splitter)).as_meta()
    key = hashlib.sha256(json.dumps(made_with, sort_keys=True).encode()).hexdigest()[:8]
    folder = options.cache / f"start-{count}-{key}"

    def make(unfinished: Path) -> None:
        chunks = multiplied(distinct(data, options.cache, embedding, quick=options.quick), count)
        np.save(unfinished / "query.npy", embedding.encode_queries([QUESTION])[0])
        _make_ours(unfinished / "ours", models, chunks)
        plain.build(chunks.texts, chunks.vectors, unfinished / "plain")

    return Sides(once(folder, make), reference)


def _make_ours(storage: Path, models: Path, chunks: Chunks) -> None:
    storage.mkdir()
    (storage / "models").symlink_to(models.resolve(), target_is_directory=True)
    ours.build(storage, chunks)


def _peaks(runs: list[Run]) -> list[Memory]:
    return [one.memory for one in runs if one.memory is not None]


def _memory(ours_peaks: list[Memory], plain_peaks: list[Memory]) -> list[Row]:
    def row(what: str, part: str, bound: float | None = None) -> Row:
        return Row(
            what,
            "MiB",
            [getattr(peak, part) for peak in ours_peaks],
            [getattr(peak, part) for peak in plain_peaks],
            bound=bound,
        )

    return [
        row("peak memory (Pss)", "total", LIGHTER),
        row("  of it anonymous", "anonymous"),
        row("  of it file-backed", "file"),
    ]


def _floor(what: str, code: str) -> Fact:
    command = [*python("timeit")[:1], "-c", code]
    return Fact(f"floor: {what}", statistics.median(run(command).seconds for _ in range(3)), "s")
