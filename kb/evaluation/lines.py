"""A measured value beside the bound it must reach."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any, Literal

from kb.evaluation.metrics import Interval


@dataclass(frozen=True, slots=True)
class Bound:
    """What a value must be: at least, or at most, `limit`; or surely above it: with its whole interval.

    A value that must be at most `limit` may also be higher while its interval still reaches down to `reaching`.
    """

    side: Literal["at least", "at most", "surely above"]
    limit: float
    reaching: float | None = None

    def __str__(self) -> str:
        """As it is printed beside a value."""
        or_reaching = "" if self.reaching is None else f", or the interval reaches {self.reaching:g}"
        return f"{self.side} {self.limit:g}{or_reaching}"

    def reached_by(self, measured: Interval) -> bool:
        """Whether a value keeps the bound; exactly on it does, but is not surely above."""
        if self.side == "surely above":
            return measured.low > self.limit
        if self.side == "at least":
            return measured.value >= self.limit
        return measured.value <= self.limit or (self.reaching is not None and measured.low <= self.reaching)


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
        bound = None if self.bound is None else asdict(self.bound)
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
