"""Names of exams -> what they measured, beside the bounds."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kb.evaluation.datasets import DataError
from kb.evaluation.exams import EXAMS
from kb.evaluation.lines import Line
from kb.evaluation.room import Room
from kb.evaluation.sets import data_folder
from kb.evaluation.shelf import Shelf
from kb.progress import Progress, silent

if TYPE_CHECKING:
    from kb.settings import Settings


@dataclass(frozen=True, slots=True)
class ExamReport:
    """The lines of one exam, and how long it took."""

    name: str
    about: str
    lines: tuple[Line, ...]
    seconds: float

    def as_dict(self) -> dict[str, Any]:
        """Plain values, ready for JSON."""
        lines = [line.as_dict() for line in self.lines]
        return {"name": self.name, "about": self.about, "seconds": self.seconds, "lines": lines}


@dataclass(frozen=True, slots=True)
class EvaluationReport:
    """What was measured with which embedder; every number is from the report half."""

    embedder: str
    exams: tuple[ExamReport, ...]

    @property
    def missed(self) -> tuple[tuple[str, Line], ...]:
        """The lines that do not reach their bound, each with the name of its exam."""
        return tuple((exam.name, line) for exam in self.exams for line in exam.lines if line.reached is False)

    def as_dict(self) -> dict[str, Any]:
        """Plain values, ready for JSON."""
        return {
            "embedder": self.embedder,
            "half": "report",
            "reached": not self.missed,
            "exams": [exam.as_dict() for exam in self.exams],
        }

    def as_text(self) -> str:
        """A table for people, one block for each exam."""
        blocks = [f"{self.embedder}, report half, mean (95 % bootstrap interval) n"]
        blocks += ["\n".join([f"{exam.name}: {exam.about}", *_rows(exam.lines)]) for exam in self.exams]
        bounded = sum(line.bound is not None for exam in self.exams for line in exam.lines)
        blocks.append(f"{bounded - len(self.missed)} of {bounded} bounds reached")
        return "\n\n".join(blocks)


def run(
    names: Sequence[str] | None,
    data: Path | None,
    settings: Settings,
    storage: Path,
    progress: Progress | None = None,
) -> EvaluationReport:
    """Take exams with the real knowledge base.

    Args:
        names: Which of EXAMS; None or empty takes all.
        data: The folder of data sets; None takes $KB_DATA, else ../shared/data.
        settings: The settings that are evaluated.
        storage: The storage whose models and calibration are evaluated; indexes are kept in its folder `evaluation`.
        progress: Told (what, done, total).

    Raises:
        DataError: An exam has no such name, or its data is missing or malformed.
    """
    chosen = tuple(names or EXAMS)
    if unknown := [name for name in chosen if name not in EXAMS]:
        raise DataError(f"There is no exam {unknown[0]!r}", f"Choose from {', '.join(EXAMS)}")
    tell = progress or silent
    folder = data_folder(data)
    room = Room(folder, Shelf(storage, settings, tell), tell)
    return EvaluationReport(settings.embedding.model, tuple(_taken(name, room) for name in chosen))


def _taken(name: str, room: Room) -> ExamReport:
    started = time.perf_counter()
    lines = EXAMS[name].lines(room)
    return ExamReport(name, EXAMS[name].about, tuple(lines), round(time.perf_counter() - started, 1))


def _rows(lines: Sequence[Line]) -> list[str]:
    """A row of each line, the columns as wide as what stands in them."""
    part = max((len(line.part) for line in lines), default=0)
    measure = max((len(line.measure) for line in lines), default=0)
    return [_row(line, max(16, part) + 2, max(56, measure) + 2) for line in lines]


def _row(line: Line, part: int, measure: int) -> str:
    value = line.interval
    digits = 1 if abs(value.value) > 10 else 3
    low, high = f"{value.low:.{digits}f}", f"{value.high:.{digits}f}"
    bound = "" if line.bound is None else f"{line.bound}: {_verdict(line)}"
    columns = f"  {line.part:<{part}}{line.measure:<{measure}}{value.value:>7.{digits}f} ({low} to {high}) {value.n}"
    return f"{columns:<{part + measure + 34}}{bound}".rstrip()


def _verdict(line: Line) -> str:
    return "reached" if line.reached else "MISSED"
