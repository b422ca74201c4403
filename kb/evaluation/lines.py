"""A measured value beside the bound it must reach."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

from kb.evaluation.metrics import Interval


@dataclass(frozen=True, slots=True)
class Bound:
    """What a value must be: at least, or at most, `limit`; or surely above it: with its whole interval."""

    side: Literal["at least", "at most", "surely above"]
    limit: float

    def reached_by(self, measured: Interval) -> bool:
        """Whether a value keeps the bound; exactly on it does, but is not surely above."""
        if self.side == "surely above":
            return measured.low > self.limit
        return measured.value >= self.limit if self.side == "at least" else measured.value <= self.limit


@dataclass(frozen=True, slots=True)
class Line:
    """One measured value: `part` is what was measured (a leg, quotes, refusal), `measure` how."""

    part: str
    measure: str
    interval: Interval
    bound: Bound | None = None

    @property
    def reached(self) -> bool | None:
        """Whether the bound is reached; None where there is none."""
        return None if self.bound is None else self.bound.reached_by(self.interval)

    def as_dict(self) -> dict[str, Any]:
        """Plain values, ready for JSON."""
        bound = None if self.bound is None else {"side": self.bound.side, "limit": self.bound.limit}
        value = self.interval
        return {
            "part": self.part,
            "measure": self.measure,
            "value": value.value,
            "low": value.low,
            "high": value.high,
            "n": value.n,
            "bound": bound,
            "reached": self.reached,
        }
