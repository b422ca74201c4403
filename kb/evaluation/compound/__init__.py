"""Two-part questions -> how often both of their passages are among the sources."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from kb.evaluation import datasets, metrics
from kb.evaluation.datasets import Half, QuestionSet
from kb.evaluation.lines import Line

Rank = Callable[[str], Sequence[str]]
"""A question -> the names of the documents it finds, best first, each once."""

DEPTHS = (5, 3)
EVERY = 3  # of the Thai articles that only surround the ones asked about, one in three: that is enough to hide them


@dataclass(frozen=True, slots=True)
class Compound:
    """A question in two parts; `gold` are the two paragraphs that answer one part each, `set` where they are from."""

    id: str
    language: str
    question: str
    gold: tuple[str, str]
    set: str


def read(half: Half) -> tuple[Compound, ...]:
    """The questions of one half, English and Thai, written for this purpose; their paragraphs are of the same half."""
    file = Path(__file__).with_name(f"{half}.jsonl")
    rows = map(json.loads, file.read_text(encoding="utf-8").splitlines())
    return tuple(
        Compound(row["id"], row["language"], row["question"], (row["gold"][0], row["gold"][1]), row["set"])
        for row in rows
    )


def documents(language: str, data: Path) -> dict[str, str]:
    """What the questions of a language are asked on (id -> text): their paragraphs, among several hundred others.

    English: XQuAD, and around it SQuAD 2 (less the paragraphs that XQuAD has, too) and CLAP NQ. Thai: XQuAD, the
    Wikipedia questions' report articles, and one in three of the fit ones.

    Raises:
        DataError: A file is missing or malformed.
    """
    known = datasets.squad(data / f"xquad-dev-{language}.json", f"xquad-{language}", language)
    around = _around_thai(data) if language == "th" else _around_english(known, data)
    return {**known.paragraphs, **dict(around)}


def lines(asked: Sequence[Compound], on: Rank, off: Rank, depths: Sequence[int | None] = DEPTHS) -> list[Line]:
    """The share of questions with both paragraphs among the first, with parts and without, and the difference.

    Args:
        asked: Questions; of one language, or of both where `on` and `off` know which corpus a question belongs to.
        on: Ranks with the parts of a question as variants.
        off: The same without.
        depths: How many of the first count; None: all that are named, which are then called the sources.
    """
    found = {name: [rank(question.question) for question in asked] for name, rank in (("on", on), ("off", off))}
    measured = []
    for depth in depths:
        both = {
            name: [_both(question, order[:depth]) for question, order in zip(asked, orders, strict=True)]
            for name, orders in found.items()
        }
        measure = f"both passages among the {f'first {depth}' if depth else 'sources'}"
        measured += [
            Line("parts on", measure, metrics.mean(both["on"])),
            Line("parts off", measure, metrics.mean(both["off"])),
            Line("parts", f"{measure}: on less off", metrics.paired(both["on"], both["off"])),
        ]
    return measured


def _both(question: Compound, order: Sequence[str]) -> float:
    return float(set(question.gold) <= set(order))


def _around_english(known: QuestionSet, data: Path) -> Iterator[tuple[str, str]]:
    there = {_squeezed(text) for text in known.paragraphs.values()}
    for name, text in datasets.squad(data / "squad2-dev.json", "squad2", "en").paragraphs.items():
        if _squeezed(text) not in there:
            yield f"squad2-{name}", text
    yield from datasets.clapnq(data / "clapnq-dev.jsonl", "clapnq").paragraphs.items()


def _around_thai(data: Path) -> Iterator[tuple[str, str]]:
    yield from datasets.iapp(data / "iapp-dev.jsonl", "iapp", "report").paragraphs.items()
    gold = {name for question in read("fit") for name in question.gold}
    fit = datasets.iapp(data / "iapp-train.jsonl", "iapp", "fit").paragraphs
    for number, (name, text) in enumerate(fit.items()):
        if number % EVERY == 0 or name in gold:
            yield name, text


def _squeezed(text: str) -> str:
    return "".join(text.split())
