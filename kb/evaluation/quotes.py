"""Answers -> how often their quotes hold the gold answer."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import chain

from kb.answering.answer import Answer, Citation
from kb.evaluation import metrics
from kb.evaluation.datasets import Question
from kb.evaluation.lines import Line
from kb.language.normalize import canonical
from kb.language.segment import sentences

WANTED = 3

Ask = Callable[[str], Answer]


@dataclass(frozen=True, slots=True)
class Asked:
    """A question, the quotes it got with refusal off, and whether it was declined with refusal on."""

    question: Question
    answer: Answer
    declined: bool


def ask(question: Question, careful: Ask, open_handed: Ask) -> Asked:
    """Ask with refusal on; what is declined is asked again with refusal off.

    A question that passes the refusal gets the same quotes with and without it, so it is asked once.

    Args:
        question: The question.
        careful: Answers or declines.
        open_handed: Answers whatever the evidence.
    """
    answer = careful(question.text)
    declined = answer.status == "declined"
    return Asked(question, open_handed(question.text) if declined else answer, declined)


def measure(asked: Sequence[Asked], seed: int = 0) -> list[Line]:
    """Quote accuracy of answerable questions.

    A quote is right when it holds a gold answer as a contiguous substring, both sides canonical, case-folded and
    without spaces. Beside it stands a random window as long as each quote out of the source it was quoted from.

    Args:
        asked: Answerable questions, as they were answered.
        seed: Of the random windows.
    """
    shelf = random.Random(seed)  # noqa: S311 - a baseline, not a secret
    quotes = [[citation.quote for citation in one.answer.citations] for one in asked]
    windows = [[_window(one.answer, citation, shelf) for citation in one.answer.citations] for one in asked]
    lengths = [len(quote) for quote in chain.from_iterable(quotes)]
    hits = [_hits(one, found) for one, found in zip(asked, quotes, strict=True)]
    by_chance = [_hits(one, found) for one, found in zip(asked, windows, strict=True)]
    return [
        Line("quotes", "first quote holds the answer", metrics.mean([first for first, _ in hits])),
        Line("quotes", "one of three quotes holds the answer", metrics.mean([one for _, one in hits])),
        Line("quotes", "first, refusal on", metrics.mean(_unless_declined(asked, [first for first, _ in hits]))),
        Line("quotes", "one of three, refusal on", metrics.mean(_unless_declined(asked, [one for _, one in hits]))),
        Line("random window", "first window holds the answer", metrics.mean([first for first, _ in by_chance])),
        Line("random window", "one of three windows holds the answer", metrics.mean([one for _, one in by_chance])),
        Line("quotes", "first quote over the random window", metrics.paired(_firsts(hits), _firsts(by_chance))),
        Line("quotes", "characters in a quote", metrics.mean([float(length) for length in lengths] or [0.0])),
        Line("quotes", "quotes in an answer", metrics.mean([float(len(found)) for found in quotes])),
        Line("quotes", "fewer than three although the sources hold three sentences", metrics.mean(_short(asked))),
    ]


def holds(text: str, answers: Iterable[str]) -> bool:
    """Whether a text holds one of the gold answers, spaces and case aside."""
    squeezed = squeeze(text)
    return any(squeeze(answer) in squeezed for answer in answers)


def squeeze(text: str) -> str:
    """Canonical, case-folded, without white space."""
    return "".join(canonical(text).casefold().split())


def _hits(asked: Asked, quotes: Sequence[str]) -> tuple[float, float]:
    right = [holds(quote, asked.question.answers) for quote in quotes[:WANTED]]
    return float(right[:1] == [True]), float(any(right))


def _firsts(hits: Sequence[tuple[float, float]]) -> list[float]:
    return [first for first, _ in hits]


def _unless_declined(asked: Sequence[Asked], hits: Sequence[float]) -> list[float]:
    return [0.0 if one.declined else hit for one, hit in zip(asked, hits, strict=True)]


def _short(asked: Sequence[Asked]) -> list[float]:
    return [float(len(one.answer.citations) < min(WANTED, _sentences_in(one.answer))) for one in asked]


def _sentences_in(answer: Answer) -> int:
    return sum(len(sentences(source.text)) for source in answer.sources)


def _window(answer: Answer, citation: Citation, shelf: random.Random) -> str:
    text = next(
        source.text
        for source in answer.sources
        if source.document == citation.document and source.start <= citation.start and citation.end <= source.end
    )
    length = len(citation.quote)
    start = shelf.randint(0, max(0, len(text) - length))
    return text[start : start + length]
