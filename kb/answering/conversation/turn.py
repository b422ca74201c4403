"""What was said -> a turn of the history; what a question means by itself -> a standalone question."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Turn:
    """A question that was asked and answered.

    `question` is as typed, `standalone` as it was understood; `answer` is the text of its answer, empty where it was
    declined. It tells what a later question is about and is never evidence.
    """

    question: str
    standalone: str
    answer: str


@dataclass(frozen=True, slots=True)
class Standalone:
    """A question that needs no history; `text` is the one that was asked, byte for byte, unless `rewritten`."""

    text: str
    rewritten: bool
    why: str
