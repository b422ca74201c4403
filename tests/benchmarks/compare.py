"""Two sides, run in turn -> medians, ratios and a table."""

from __future__ import annotations

import os
import statistics
import subprocess
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

PAIRS = 7
QUICK_PAIRS = 2

Value = TypeVar("Value")


@dataclass(frozen=True)
class Options:
    """How a benchmark is run: `quick` tries it out, with fewer pairs on less data; `storage` holds the models."""

    storage: Path
    cache: Path
    quick: bool = False

    @property
    def pairs(self) -> int:
        """How many times each side runs."""
        return QUICK_PAIRS if self.quick else PAIRS


@dataclass(frozen=True)
class Row:
    """One comparison. `ratio` says how many times ours is better, and `low` and `high` the extremes over the pairs.

    `better` is "less" for times and memory, "more" for throughput; `bound` is the ratio that must be reached.
    """

    what: str
    unit: str
    ours: Sequence[float]
    plain: Sequence[float]
    better: str = "less"
    bound: float | None = None

    @property
    def ratio(self) -> float:
        """Of the medians."""
        return self._of(statistics.median(self.ours), statistics.median(self.plain))

    @property
    def spread(self) -> tuple[float, float]:
        """The least and the greatest ratio of a pair."""
        ratios = [self._of(ours, plain) for ours, plain in zip(self.ours, self.plain, strict=True)]
        return min(ratios), max(ratios)

    def _of(self, ours: float, plain: float) -> float:
        return plain / ours if self.better == "less" else ours / plain


@dataclass(frozen=True)
class Fact:
    """A value without another side: a floor of this run, a count, an absolute time.

    `wanted` is what it must be, `least` and `most` between what it must stand.
    """

    what: str
    value: float
    unit: str
    wanted: float | None = None
    least: float | None = None
    most: float | None = None

    @property
    def missed(self) -> bool:
        """Whether it is not what it must be."""
        return (
            (self.wanted is not None and self.value != self.wanted)
            or (self.least is not None and self.value < self.least)
            or (self.most is not None and self.value > self.most)
        )


@dataclass
class Outcome:
    """What a benchmark found."""

    title: str
    rows: list[Row] = field(default_factory=list)
    facts: list[Fact] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    @property
    def missed(self) -> list[str]:
        """What does not reach its bound."""
        rows = [row.what for row in self.rows if row.bound is not None and row.ratio < row.bound]
        return rows + [fact.what for fact in self.facts if fact.missed]

    def as_text(self) -> str:
        """The table."""
        lines = [self.title, "-" * len(self.title)]
        if self.rows:
            lines.append(f"{'':<46}{'ours':>10}{'plain':>10}        ratio (least to greatest pair)")
        lines += [_row(row) for row in self.rows]
        lines += [
            f"{fact.what:<46}{_number(fact.value):>10}{'':>10} {fact.unit:<7}{_wanted(fact)}" for fact in self.facts
        ]
        lines += [f"  {note}" for note in self.notes]
        return "\n".join(line.rstrip() for line in lines)


def alternate(
    sides: Mapping[str, Callable[[], Value]], pairs: int, warming: Mapping[str, Callable[[], object]] | None = None
) -> dict[str, list[Value]]:
    """A B A B: one uncounted run of each side to warm the page cache, then `pairs` of each in turn.

    Args:
        sides: What to run, by name.
        pairs: How often.
        warming: Cheaper runs that touch the same files; None takes the sides themselves.
    """
    for warm in (warming or sides).values():
        warm()
    results: dict[str, list[Value]] = {name: [] for name in sides}
    for _ in range(pairs):
        for name, side in sides.items():
            results[name].append(side())
    return results


def machine() -> str:
    """The machine this runs on, and how busy it is before the first measurement."""
    cpu = "".join(line.split(":", 1)[1].strip() for line in _cpuinfo() if line.startswith("model name"))
    load = os.getloadavg()[0]
    return f"{cpu or 'unknown processor'}, {os.cpu_count()} cores, load {load:.2f} at the start"


def revision() -> str:
    """The commit that is measured."""
    done = subprocess.run(["git", "rev-parse", "--short", "HEAD"], capture_output=True, text=True, check=False)
    return done.stdout.strip() or "no revision"


def _cpuinfo() -> list[str]:
    lines = Path("/proc/cpuinfo").read_text().splitlines()
    end = lines.index("") if "" in lines else len(lines)
    return lines[:end]


def _row(row: Row) -> str:
    low, high = row.spread
    values = f"{_number(statistics.median(row.ours)):>10}{_number(statistics.median(row.plain)):>10}"
    bound = (
        "" if row.bound is None else f"  at least {row.bound:g}: {'reached' if row.ratio >= row.bound else 'MISSED'}"
    )
    return f"{row.what:<46}{values} {row.unit:<7}{row.ratio:6.2f} ({low:.2f} to {high:.2f}){bound}"


def _wanted(fact: Fact) -> str:
    bounds = (("must be", fact.wanted), ("at least", fact.least), ("at most", fact.most))
    asked = [f"{word} {bound:g}" for word, bound in bounds if bound is not None]
    return f"{', '.join(asked)}: {'MISSED' if fact.missed else 'reached'}" if asked else ""


def _number(value: float) -> str:
    if value == int(value) and abs(value) < 1e7:
        return str(int(value))
    return f"{value:.4f}" if abs(value) < 1 else f"{value:.1f}" if abs(value) >= 100 else f"{value:.2f}"
