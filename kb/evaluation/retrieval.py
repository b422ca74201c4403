"""A data set -> how well its documents are found: tables, JSON, pictures."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from kb.durable import becoming_file
from kb.errors import FilterError, QuestionError, StorageError
from kb.evaluation import measures, pictures, ranking, reliability, sets
from kb.evaluation.datasets import Query
from kb.evaluation.lines import Line
from kb.evaluation.reliability import Bin, Judgement
from kb.evaluation.sets import Asked, RankingSet
from kb.evaluation.shelf import Shelf
from kb.evaluation.tools import tool
from kb.progress import Progress, silent

if TYPE_CHECKING:
    from kb.knowledge_base import KnowledgeBase
    from kb.settings import Settings

SCHEMA = 1
TIMED = 100


@dataclass(frozen=True, slots=True)
class Job:
    """What to measure: a name or a path, which half, and where results go (None: beside the index of the set)."""

    dataset: str
    half: Asked | None = None
    out: Path | None = None
    data: Path | None = None


@dataclass(frozen=True, slots=True)
class RetrievalReport:
    """What was measured on one set.

    `values` is leg -> measure -> query -> value; `curves` leg -> ndcg or recall -> mean at rank 1, 2, ... 50;
    `seconds` step -> its time for each of some queries; `judgements` P and truth of the first passages of every query.
    """

    set: Mapping[str, Any]
    config: Mapping[str, Any]
    lines: tuple[Line, ...]
    values: Mapping[str, Mapping[str, Mapping[str, float]]]
    curves: Mapping[str, Mapping[str, Sequence[float]]]
    seconds: Mapping[str, Sequence[float]]
    judgements: Sequence[Sequence[Judgement]]

    @property
    def bins(self) -> list[Bin]:
        """The reliability diagram."""
        return reliability.bins([judgement for query in self.judgements for judgement in query])

    def times(self) -> dict[str, dict[str, float]]:
        """Step -> median and 90th percentile, in milliseconds."""
        return {
            step: {"median": 1000 * float(np.median(taken)), "p90": 1000 * float(np.quantile(taken, 0.9))}
            for step, taken in self.seconds.items()
        }

    def as_dict(self) -> dict[str, Any]:
        """Plain values, ready for JSON; what `kb evaluate compare` reads."""
        return {
            "schema": SCHEMA,
            "set": dict(self.set),
            "config": dict(self.config),
            "measures": [line.as_dict() for line in self.lines],
            "milliseconds": self.times(),
            "curves": self.curves,
            "reliability": [asdict(one) for one in self.bins],
            "values": self.values,
        }

    def as_text(self) -> str:
        """Tables for people."""
        head = f"{self.set['name']}: {self.set['documents']} documents, {self.set['queries']} questions"
        half = "" if self.set["half"] == "all" else f" of the half {self.set['half']!r}"
        rows = [_row(line) for line in self.lines]
        times = [f"  {step:<14}{t['median']:>8.2f} {t['p90']:>8.2f}" for step, t in self.times().items()]
        return "\n".join(
            [f"{head}{half}, mean (95 % bootstrap interval)", *rows, "", "milliseconds    median      90 %", *times]
        )


def run(job: Job, settings: Settings, storage: Path, progress: Progress | None = None) -> tuple[RetrievalReport, Path]:
    """Index a set, ask its questions and write down what came of it.

    Returns:
        The report, and the folder that holds it as JSON and pictures.

    Raises:
        DataError: There is no such set, or it is malformed.
        ToolsMissing: ir-measures or matplotlib is not installed.
        StorageError: The results cannot be written.
    """
    for name in ("ir_measures", "matplotlib"):
        tool(name)
    known = sets.open_set(job.dataset, sets.data_folder(job.data))
    report = measure(known, Shelf(storage, settings, progress), job.half, progress or silent)
    folder = job.out or storage / "evaluation" / known.corpus / "results"
    write(report, folder)
    return report, folder


def measure(known: RankingSet, shelf: Shelf, half: Asked | None, progress: Progress) -> RetrievalReport:
    """Ask every question of a half and measure each leg and the whole."""
    queries, judgements = known.asked(half), known.judged.judgements
    with shelf.open(known.corpus, known.judged.documents) as kb:
        seconds = _timed(queries, kb)
        ranked = ranking.watched(queries, kb.rankings, lambda done: progress("questions", done, len(queries)))
        calibration = kb.calibration()
        config = {
            "embedder": kb.embedding().identity.as_dict(),
            "calibration": calibration.as_dict(),
            "settings": shelf.settings.model_dump(mode="json"),
        }
    judged = reliability.judged(ranked, known.relevant, calibration.relevant)
    values = ranking.values(ranked, judgements)
    about = {
        "name": known.name,
        "half": half or known.half,
        "documents": len(known.judged.documents),
        "queries": len(queries),
        "digest": known.digest(),
    }
    return RetrievalReport(
        set=about,
        config=config,
        lines=(*ranking.lines(values), *_calibration(judged)),
        values=values,
        curves={leg: measures.curves(ranking.orders(ranked, leg), judgements) for leg in ranking.LEGS},
        seconds=seconds,
        judgements=judged,
    )


def write(report: RetrievalReport, folder: Path) -> None:
    """Write the JSON and the pictures.

    Raises:
        StorageError: The folder cannot be written.
    """
    stem = f"{report.set['name']}-{report.set['half']}"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with becoming_file(folder / f"{stem}.json") as file:
            file.write_text(json.dumps(report.as_dict(), ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
        title = f"{report.set['name']} ({report.set['queries']} questions)"
        pictures.by_rank(report.curves, title, folder / f"{stem}-by-rank.png")
        if any(report.judgements):
            flat = [judgement for query in report.judgements for judgement in query]
            pictures.scores(flat, title, folder / f"{stem}-scores.png")
            pictures.reliability({report.set["name"]: report.bins}, folder / f"{stem}-reliability.png")
    except OSError as error:
        raise StorageError(f"{folder} cannot be written: {error.strerror}", "Name another with --out") from None


def _calibration(judged: Sequence[Sequence[Judgement]]) -> list[Line]:
    if not any(judged):
        return []
    return [Line("calibration", "expected calibration error", reliability.error(judged))]


def _timed(queries: Sequence[Query], kb: KnowledgeBase) -> dict[str, list[float]]:
    """Step -> its seconds for up to TIMED queries, asked before all others so that nothing is warm but the models."""
    taken: dict[str, list[float]] = {}
    some = queries[:: max(1, -(-len(queries) // TIMED))]
    for query in (some[0], *some):  # the first one loads the models
        try:
            seconds = kb.explain(query.text).seconds
        except (QuestionError, FilterError):
            continue
        for step, value in {**seconds, "total": sum(seconds.values())}.items():
            taken.setdefault(step, []).append(value)
    return {step: values[1:] or values for step, values in taken.items()}


def _row(line: Line) -> str:
    value = line.interval
    return f"  {line.part:<13}{line.measure:<42}{value.value:>7.4f} ({value.low:.4f} to {value.high:.4f})"
