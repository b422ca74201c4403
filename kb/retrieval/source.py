"""A passage that may answer a question, and how it came to be chosen."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

ALL = "all"  # where a step stands for all variants of a question


@dataclass(frozen=True, slots=True)
class Step:
    """What one step of retrieval did with a passage.

    `rank` counts from 1, None where the step does not rank or did not find the passage.
    """

    step: str
    variant: str
    rank: int | None
    score: float | None
    kept: bool
    why: str

    def as_dict(self) -> dict[str, Any]:
        """The same as a plain dict; hundreds are made for a question, and `dataclasses.asdict` is ten times slower."""
        return {name: getattr(self, name) for name in self.__slots__}


@dataclass(frozen=True, slots=True)
class Source:
    """A passage: `text` is the canonical text of `document` from `start` to `end` (characters).

    `score` is P(relevant), 0 to 1; `page` counts from 1 and is that of `start`, None where a format has no pages.
    """

    document: str
    page: int | None
    start: int
    end: int
    text: str
    score: float
    steps: tuple[Step, ...] = ()

    def as_dict(self) -> dict[str, Any]:
        """The same as plain lists, dicts, strings and numbers, ready for JSON."""
        return asdict(self)
