"""Follow-ups of short conversations -> how often the passage that answers is found, with rewriting and without."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from kb.answering.conversation import Turn, standalone
from kb.errors import FilterError, QuestionError
from kb.evaluation import datasets, metrics, sets
from kb.evaluation.datasets import DataError, Half, QuestionSet
from kb.evaluation.lines import Line
from kb.evaluation.shelf import document
from kb.language.normalize import canonical

if TYPE_CHECKING:
    from kb.answering.answer import Answer
    from kb.documents.readers import DocumentReader
    from kb.retrieval.source import Source

LANGUAGES = {"en": "English", "th": "Thai"}
DEPTH = 5
MOST_NEW = 200
"""How many questions on another matter are asked in a language; of more, every n-th."""

_STORY = re.compile(r"^[IVX]+\. (?:A |THE )[A-Z’ -]+$", re.MULTILINE)
_SAMPLES = {"en": "lighthouse-guide.txt", "th": "mangrove-guide.pdf"}

Ask = Callable[[str], "Answer"]
Find = Callable[[str], Sequence["Source"]]


@dataclass(frozen=True, slots=True)
class Followup:
    """A question that needs the turns before it.

    `turns` are the questions before it as they were typed; right is a passage of `document` with the words `holds`.
    """

    id: str
    language: str
    turns: tuple[str, ...]
    question: str
    document: str
    holds: str


@dataclass(frozen=True, slots=True)
class Asked:
    """A follow-up, what it was taken for, and whether the passage was found so, and with the question as typed."""

    followup: Followup
    text: str
    found: bool
    found_as_typed: bool


def read(half: Half) -> tuple[Followup, ...]:
    """The follow-ups of one half, written for this purpose: rules are changed for those of "fit" only."""
    file = Path(__file__).with_name(f"{half}.jsonl")
    rows = map(json.loads, file.read_text(encoding="utf-8").splitlines())
    return tuple(Followup(**{**row, "turns": tuple(row["turns"])}) for row in rows)


def documents(language: str, data: Path, samples: Path, reader: DocumentReader) -> dict[str, str]:
    """What the follow-ups of a language are asked on (id -> text).

    English: XQuAD, the twelve stories of Sherlock Holmes and the sample handbook; Thai: XQuAD, the Wikipedia questions'
    report articles with those of the fit half that are asked about, and the sample guide.

    Args:
        language: "en" or "th".
        data: The folder of data sets.
        samples: The folder of sample documents.
        reader: Reads a sample.

    Raises:
        DataError: A file is missing or malformed.
        DocumentError: A sample cannot be read.
    """
    texts = dict(sets.xquad(language, data).paragraphs)
    sample = samples / _SAMPLES[language]
    if not sample.is_file():
        raise DataError(f"The sample {sample} is not there", "git checkout storage/documents")
    texts[sample.stem] = reader.read(sample).text
    return {**texts, **(_stories(data) if language == "en" else _articles(data))}


def play(followup: Followup, ask: Ask, find: Find) -> Asked:
    """Have a conversation: every question is rewritten, answered, and is history to the next.

    Args:
        followup: What is asked last, and what before.
        ask: Answers a question that stands alone.
        find: The passages for a question that stands alone, best first.
    """
    history: list[Turn] = []
    for typed in followup.turns:
        text = standalone(typed, history).text
        answer = ask(text)
        history.append(Turn(typed, text, answer.text if answer.status == "answered" else ""))
    text = standalone(followup.question, history).text
    as_typed = _finds(followup, followup.question, find)
    return Asked(followup, text, as_typed if text == followup.question else _finds(followup, text, find), as_typed)


def lines(asked: Sequence[Asked]) -> list[Line]:
    """The share of follow-ups whose passage is among the first DEPTH, by language, and without rewriting beside it."""
    measured = []
    for code, language in LANGUAGES.items():
        some = [one for one in asked if one.followup.language == code]
        with_rules, without = [float(one.found) for one in some], [float(one.found_as_typed) for one in some]
        measured += [
            Line(language, f"passage among the first {DEPTH}", metrics.mean(with_rules)),
            Line(language, f"passage among the first {DEPTH}, as typed", metrics.mean(without)),
            Line(language, "rewritten less as typed", metrics.paired(with_rules, without)),
        ]
    return measured


def left_alone(known: QuestionSet) -> Line:
    """The share of questions on another matter that are left as they are, byte for byte.

    Each question of the report half follows one that was asked, and answered, on another article.
    """
    asked = [question for question in known.of("report") if question.answerable]
    values = []
    for place, question in list(enumerate(asked))[:: max(1, -(-len(asked) // MOST_NEW))]:
        before = asked[(place + len(asked) // 2) % len(asked)]
        if known.articles[before.paragraph] != known.articles[question.paragraph]:
            history = [Turn(before.text, before.text, before.answers[0])]
            values.append(float(standalone(question.text, history).text == question.text))
    return Line("new topic", f"left as it is, {known.name}", metrics.mean(values))


def _finds(followup: Followup, question: str, find: Find) -> bool:
    try:
        passages = find(question)[:DEPTH]
    except (QuestionError, FilterError):
        return False
    wanted = _squeezed(followup.holds)
    return any(document(one.document) == followup.document and wanted in _squeezed(one.text) for one in passages)


def _squeezed(text: str) -> str:
    return "".join(canonical(text).casefold().split())


def _stories(data: Path) -> Mapping[str, str]:
    file = data / "sherlock-1661.txt"
    if not file.is_file():
        raise DataError(f"{file} is missing", "See the README.md of the data folder")
    text = file.read_text(encoding="utf-8")
    starts = [found.start() for found in _STORY.finditer(text)] + [len(text)]
    return {f"sherlock-{number:02d}": text[starts[number - 1] : starts[number]] for number in range(1, len(starts))}


def _articles(data: Path) -> Mapping[str, str]:
    fit, report = datasets.iapp(data / "iapp-train.jsonl", "iapp", "fit").paragraphs, sets.iapp(data).paragraphs
    asked = {followup.document for followup in read("fit")}
    return {**{name: text for name, text in fit.items() if name in asked}, **report}
