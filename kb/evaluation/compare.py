"""Two measurements of one set -> what is better, what is worse, and what may be chance."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Literal

from kb.evaluation import metrics
from kb.evaluation.datasets import DataError
from kb.evaluation.metrics import Interval
from kb.evaluation.retrieval import SCHEMA

LEVEL = 0.05

Verdict = Literal["better", "worse", "no difference"]


@dataclass(frozen=True, slots=True)
class Comparison:
    """One measure of one leg: both means, the mean of the differences B - A with its interval, and p."""

    leg: str
    measure: str
    a: float
    b: float
    difference: Interval
    p: float

    @property
    def verdict(self) -> Verdict:
        """What B is, beside A: a difference counts when p is below 5 %."""
        if self.p >= LEVEL:
            return "no difference"
        return "better" if self.difference.value > 0 else "worse"


@dataclass(frozen=True, slots=True)
class Comparisons:
    """Every measure of every leg, B beside A, question by question."""

    name: str
    questions: int
    rows: tuple[Comparison, ...]

    def as_dict(self) -> dict[str, Any]:
        """Plain values, ready for JSON."""
        rows = [{**asdict(row), "verdict": row.verdict} for row in self.rows]
        return {"set": self.name, "questions": self.questions, "level": LEVEL, "comparisons": rows}

    def as_text(self) -> str:
        """A table for people."""
        head = f"{self.name}, {self.questions} questions: B - A, 95 % bootstrap interval, paired randomisation test"
        note = f"Each line is tested alone: of twenty lines without a difference, one has p below {LEVEL:g} by chance"
        return "\n".join([head, *map(_row, self.rows), "", note])


def compare(a: Path, b: Path) -> Comparisons:
    """Compare two files that `kb evaluate retrieval` wrote.

    Raises:
        DataError: A file is missing or none of those, or the two are not about the same questions on the same texts.
    """
    first, second = _read(a), _read(b)
    _same(first, second, a, b)
    rows = [
        _compared(leg, measure, values, second["values"][leg][measure])
        for leg, by_measure in first["values"].items()
        for measure, values in by_measure.items()
    ]
    return Comparisons(first["set"]["name"], first["set"]["queries"], tuple(rows))


def _compared(leg: str, measure: str, a: Mapping[str, float], b: Mapping[str, float]) -> Comparison:
    before, after = list(a.values()), [b[query] for query in a]
    return Comparison(
        leg,
        measure,
        a=sum(before) / len(before),
        b=sum(after) / len(after),
        difference=metrics.paired(after, before),
        p=metrics.randomised(after, before),
    )


def _same(first: Mapping[str, Any], second: Mapping[str, Any], a: Path, b: Path) -> None:
    """Refuse what cannot be paired."""
    one, two = first["set"], second["set"]
    if one["digest"] != two["digest"]:
        raise DataError(
            f"{a} measures {one['name']} and {b} measures {two['name']}, with other documents, questions or judgements",
            "Compare two measurements of one set",
        )
    if one["half"] != two["half"]:
        raise DataError(
            f"{a} asks the half {one['half']!r} and {b} the half {two['half']!r}",
            "Measure both with the same --half",
        )
    for leg, by_measure in first["values"].items():
        for measure, values in by_measure.items():
            if values.keys() != second["values"].get(leg, {}).get(measure, {}).keys():
                raise DataError(
                    f"{a} and {b} do not hold {measure} of {leg} for the same questions", "Measure both anew"
                )


def _read(file: Path) -> dict[str, Any]:
    try:
        content = json.loads(file.read_text(encoding="utf-8"))
        if content["schema"] != SCHEMA:
            raise ValueError(f"schema {content['schema']} is not {SCHEMA}")
        for name in ("name", "digest", "half", "queries"):
            content["set"][name]
        if not content["values"]:
            raise ValueError("no values")
    except OSError as error:
        raise DataError(f"Cannot read {file}: {error.strerror}", "Name a file that exists") from None
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        reason = f"{error} is missing" if isinstance(error, KeyError) else str(error)
        raise DataError(
            f"{file} is no measurement of retrieval: {reason}", "Name the JSON that `kb evaluate retrieval` wrote"
        ) from None
    return dict(content)


def _row(row: Comparison) -> str:
    d = row.difference
    means = f"{row.a:.4f} -> {row.b:.4f}"
    gap = f"{d.value:+.4f} ({d.low:+.4f} to {d.high:+.4f})"
    return f"  {row.leg:<10}{row.measure:<11}{means}   {gap}   p {row.p:.4f}   {row.verdict}"
