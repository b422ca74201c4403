"""A file of questions and gold answers, ours or the user's -> the questions of the exam."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from typing import Any, Literal

from kb.evaluation.datasets import DataError
from kb.language.segment import language

Kind = Literal["answerable", "same topic", "foreign"]
KINDS: tuple[Kind, ...] = ("answerable", "same topic", "foreign")
Texts = Callable[[str], str | None]
"""A document's name, with or without folder and ending -> its canonical text; None: no such document is indexed."""

OWN = Path(__file__).with_name("own.jsonl")
FORMAT = '{"question": "...", "answers": ["..."], "document": "NAME"}'
_LONGEST = 2_000  # characters of a question or an answer
_LARGEST = 50_000_000  # bytes of a file


@dataclass(frozen=True, slots=True)
class Question:
    """A question whose answer is known, or known to be missing.

    Args:
        text: The question.
        answers: Strings of the document, any of which answers it; none: the documents do not answer it.
        document: Where the answer stands; for a question without one, the document whose topic it is on. None without
            an answer: the question is foreign to all documents.
        line: Of its file, from 1.
    """

    text: str
    answers: tuple[str, ...]
    document: str | None
    line: int

    @property
    def kind(self) -> Kind:
        """Answerable, or which of the two kinds of unanswerable."""
        if self.answers:
            return "answerable"
        return "foreign" if self.document is None else "same topic"

    @property
    def language(self) -> str:
        """Of the question: "en", "th" or "other"."""
        return language(self.text)


@dataclass(frozen=True, slots=True)
class QuestionFile:
    """The questions of one file; `digest` is the SHA-256 of those that are asked."""

    name: str
    questions: tuple[Question, ...]

    @property
    def digest(self) -> str:
        """Changes with any question, answer or document."""
        said = [[one.text, *one.answers, one.document] for one in self.questions]
        return hashlib.sha256(json.dumps(said, ensure_ascii=False).encode()).hexdigest()

    def counts(self) -> dict[Kind, int]:
        """How many there are of each kind."""
        kinds = [one.kind for one in self.questions]
        return {kind: kinds.count(kind) for kind in KINDS}

    def at_most(self, most: int | None) -> QuestionFile:
        """So many questions, as evenly as can be from each kind and language and from the whole file."""
        if most is None or most >= len(self.questions):
            return self
        chosen = set(_spread(self.questions, most))
        return QuestionFile(self.name, tuple(one for one in self.questions if one.line in chosen))


def own() -> QuestionFile:
    """Our own set over the two sample documents: half English, half Thai, a third without an answer."""
    return read(OWN, "own")


def read(file: Path, name: str | None = None) -> QuestionFile:
    """Read questions, one JSON object a line.

    Args:
        file: Lines of FORMAT; `answers` is [] for a question that the documents do not answer, `document` may be left
            out. Other fields are ignored.
        name: What the file is called in the report; None takes its path.

    Raises:
        DataError: It is missing, empty, or a line makes no sense; which line and why.
    """
    questions = tuple(_question(line, number, file) for number, line in _lines(file))
    if not questions:
        raise DataError(f"{file} holds no question", f"Write one a line: {FORMAT}")
    seen: dict[str, int] = {}
    for one in questions:
        first = seen.setdefault(one.text, one.line)
        if first != one.line:
            raise DataError(f"{file}, line {one.line}: the question of line {first} once more", "Take one of them out")
    return QuestionFile(name or str(file), questions)


def check(file: QuestionFile, texts: Texts) -> None:
    """Hold the answers against the documents.

    Args:
        file: The questions.
        texts: What documents say.

    Raises:
        DataError: A document is not there, or does not hold an answer word for word; which line.
    """
    for one in file.questions:
        if one.document is None:
            continue
        where, text = f"{file.name}, line {one.line}", texts(one.document)
        if text is None:
            raise DataError(f"{where}: no document {one.document} is indexed", "kb documents lists what is there")
        for answer in one.answers:
            if answer not in text:
                what = f"{where}: {answer!r} does not stand in {one.document}"
                raise DataError(what, "Copy the answer out of the document")


def _lines(file: Path) -> Iterator[tuple[int, str]]:
    try:
        if file.stat().st_size > _LARGEST:
            raise DataError(f"{file} is larger than {_LARGEST // 10**6} MB", "Ask fewer questions")
        text = file.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise DataError(f"Cannot read {file}: {error.strerror}", "Name a file of questions with --data") from None
    except UnicodeDecodeError:
        raise DataError(f"{file} is no UTF-8 text", "Save it as UTF-8") from None
    for number, line in enumerate(text.split("\n"), start=1):
        if line.strip():
            yield number, line


def _question(line: str, number: int, file: Path) -> Question:
    try:
        row = json.loads(line)
        return _of(row, number)
    except (ValueError, RecursionError) as error:
        said = f"is no JSON: {error.msg}" if isinstance(error, json.JSONDecodeError) else str(error)
        raise DataError(f"{file}, line {number}: {said}", f"Write it as {FORMAT}") from None


def _of(row: Any, number: int) -> Question:  # noqa: ANN401 - whatever stands in a file
    if not isinstance(row, dict):
        raise ValueError("it is no JSON object")
    for name in ("question", "answers"):
        if name not in row:
            raise ValueError(f"{name} is missing")
    if not isinstance(row["answers"], list):
        raise ValueError("answers is no list")
    answers = tuple(_text(f"answers[{at}]", one) for at, one in enumerate(row["answers"]))
    document = None if row.get("document") is None else _text("document", row["document"])
    return Question(_text("question", row["question"]), answers, document, number)


def _text(name: str, value: object) -> str:
    if not isinstance(value, str) or not value.strip():
        raise ValueError(f"{name} is no text, or empty")
    if len(value) > _LONGEST:
        raise ValueError(f"{name} has {len(value):,} characters; {_LONGEST:,} are the most")
    return value.strip()


def _spread(questions: Sequence[Question], most: int) -> Iterator[int]:
    """Lines: of each kind and language every n-th, the larger groups giving more."""

    def group(one: Question) -> tuple[str, str]:
        return one.kind, one.language

    places: list[tuple[float, str, int]] = []
    for key, some in groupby(sorted(questions, key=group), key=group):
        lines = [one.line for one in some]
        places += [((at + 0.5) / len(lines), " ".join(key), line) for at, line in enumerate(_halving(lines))]
    return (line for *_, line in sorted(places)[:most])


def _halving(lines: Sequence[int]) -> list[int]:
    """The same lines in an order whose every beginning is spread over the whole (van der Corput, base 2)."""

    def place(at: int) -> float:
        return sum(float(bit) / 2.0 ** (depth + 1) for depth, bit in enumerate(reversed(f"{at:b}")))

    return [lines[at] for at in sorted(range(len(lines)), key=place)]
