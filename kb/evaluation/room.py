"""A measurement and the bounds it must reach -> its lines, taken where the data and the knowledge bases are."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import TypeVar

from kb.evaluation import retrieval, sets
from kb.evaluation.datasets import Question
from kb.evaluation.lines import Bound, Line
from kb.evaluation.retrieval import RetrievalReport
from kb.evaluation.shelf import Shelf
from kb.progress import Progress

MOST_QUESTIONS = 300
"""How many questions of one kind are asked for quotes and refusals; of more, every n-th, so that all articles count."""

Bounds = Mapping[tuple[str, str], Bound]
Value = TypeVar("Value")


@dataclass(frozen=True, slots=True)
class Room:
    """Where an exam is taken: the data, the knowledge bases, and whom to tell how far it is."""

    data: Path
    shelf: Shelf
    progress: Progress
    _reports: dict[str, RetrievalReport] = field(default_factory=dict)

    def retrieval(self, name: str) -> RetrievalReport:
        """How a set is ranked; measured once."""
        if name not in self._reports:
            known = sets.open_set(name, self.data)
            self._reports[name] = retrieval.measure(known, self.shelf, None, partial(self._told, name))
        return self._reports[name]

    def _told(self, name: str, what: str, done: int, total: int) -> None:
        self.progress(f"{name}: {what}", done, total)

    def watched(self, what: str, total: int, function: Callable[[str], Value]) -> Callable[[str], Value]:
        """The same function, each call of which is one step of `total`."""
        done = 0

        def call(question: str) -> Value:
            nonlocal done
            value = function(question)
            done += 1
            self.progress(what, done, total)
            return value

        return call


@dataclass(frozen=True, slots=True)
class Exam:
    """What `kb evaluate NAME` measures: `take` gives the lines, `bounds` what some of them must reach.

    A bound belongs to the lines of its part with its measure, whatever stands behind that in brackets.
    """

    about: str
    take: Callable[[Room], list[Line]]
    bounds: Bounds = field(default_factory=dict)

    def lines(self, room: Room) -> list[Line]:
        """Take the exam."""
        return [replace(line, bound=self._bound(line)) for line in self.take(room)]

    def _bound(self, line: Line) -> Bound | None:
        for (part, measure), bound in self.bounds.items():
            if part == line.part and measure == line.measure.partition(" (")[0]:
                return bound
        return None


def thinned(questions: Sequence[Question], most: int = MOST_QUESTIONS) -> list[Question]:
    """Every n-th question, n the least that leaves at most `most`."""
    return list(questions[:: max(1, -(-len(questions) // most))])
