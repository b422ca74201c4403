"""Public data sets -> questions with answers, and queries with judgements."""

from __future__ import annotations

import hashlib
import json
import re
import unicodedata
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Literal

from kb.errors import KBError

Half = Literal["fit", "report"]
LONGEST_ID = 120


class DataError(KBError):
    """A data set is missing, or is not what its format says."""


@dataclass(frozen=True, slots=True)
class Question:
    """A question on the paragraph that answers it, or, where `answerable` is false, that seems to but does not.

    `answers` are gold strings that occur in the paragraph; empty for an unanswerable question.
    """

    id: str
    text: str
    answers: tuple[str, ...]
    paragraph: str
    answerable: bool
    half: Half


@dataclass(frozen=True, slots=True)
class QuestionSet:
    """Paragraphs and the questions on them.

    `paragraphs` is id -> text, where an id is also a safe file name; `articles` is paragraph id -> title of its
    article; `language` is that of the questions.
    """

    name: str
    language: str
    paragraphs: Mapping[str, str]
    articles: Mapping[str, str]
    questions: tuple[Question, ...]

    def of(self, half: Half) -> tuple[Question, ...]:
        """The questions of one half: fit what you like on `fit`, quote numbers from `report` only."""
        return tuple(question for question in self.questions if question.half == half)


@dataclass(frozen=True, slots=True)
class Query:
    """A query whose relevant documents are known."""

    id: str
    text: str
    half: Half


@dataclass(frozen=True, slots=True)
class JudgedSet:
    """Documents (id -> text), queries, and judgements (query id -> document id -> gain, 1 or more)."""

    name: str
    language: str
    documents: Mapping[str, str]
    queries: tuple[Query, ...]
    judgements: Mapping[str, Mapping[str, int]]

    def of(self, half: Half) -> tuple[Query, ...]:
        """The queries of one half."""
        return tuple(query for query in self.queries if query.half == half)


def half_of(key: str) -> Half:
    """The half an article title, passage title, claim id or query id belongs to.

    The parity of the SHA-256 of the NFC key, read as one number: even is fit, odd is report. So a translation of an
    article and the same article in another data set always fall into the same half.
    """
    digest = hashlib.sha256(unicodedata.normalize("NFC", key).encode()).digest()
    return "report" if digest[-1] % 2 else "fit"


def squad(file: Path, name: str, language: str) -> QuestionSet:
    """Read the SQuAD layout, 1.1 or 2.0.

    Raises:
        DataError: The file is missing or malformed.
    """
    paragraphs: dict[str, str] = {}
    articles: dict[str, str] = {}
    questions: list[Question] = []
    with _checked(file):
        for article in json.loads(_read(file))["data"]:
            title = article["title"]
            for number, paragraph in enumerate(article["paragraphs"]):
                identity = _new_id(f"{safe_name(title)}-{number:03d}", paragraphs, file)
                paragraphs[identity] = _text(paragraph["context"])
                articles[identity] = title
                questions.extend(_squad_question(entry, identity, half_of(title)) for entry in paragraph["qas"])
    return QuestionSet(name, language, paragraphs, articles, tuple(questions))


def iapp(file: Path, name: str, half: Half) -> QuestionSet:
    """Read the Thai Wikipedia questions, one JSON object a line; each article is one paragraph.

    Raises:
        DataError: The file is missing or malformed.
    """
    paragraphs: dict[str, str] = {}
    articles: dict[str, str] = {}
    questions: list[Question] = []
    for row, line in _rows(file):
        with _checked(file, line):
            identity = safe_name(row["article_id"])
            if paragraphs.setdefault(identity, _text(row["context"])) != row["context"]:
                raise ValueError(f"article {identity} comes with two different contexts")
            articles[identity] = row["title"]
            answers = tuple(_text(answer) for answer in row["answers"]["text"])
            questions.append(
                Question(row["question_id"], _text(row["question"]), answers, identity, bool(answers), half)
            )
    return QuestionSet(name, "th", paragraphs, articles, tuple(questions))


def clapnq(file: Path, name: str) -> QuestionSet:
    """Read questions that people typed into a search engine, one JSON object a line, each on one passage.

    Raises:
        DataError: The file is missing or malformed.
    """
    paragraphs: dict[str, str] = {}
    articles: dict[str, str] = {}
    questions: list[Question] = []
    for row, line in _rows(file):
        with _checked(file, line):
            passage = row["passages"][0]
            identity = safe_name(row["id"])
            paragraphs[identity] = _text(passage["text"])
            articles[identity] = passage["title"]
            answers = tuple(_text(part) for part in row["output"][0]["selected_sentences"]) if row["answerable"] else ()
            half = half_of(passage["title"])
            questions.append(Question(row["id"], _text(row["input"]), answers, identity, bool(answers), half))
    return QuestionSet(name, "en", paragraphs, articles, tuple(questions))


def across(questions: QuestionSet, paragraphs: QuestionSet, name: str) -> QuestionSet:
    """Ask the questions of one language on the paragraphs of another; answers are those of the paragraphs' language.

    Raises:
        DataError: The two are not translations of each other: their question ids differ.
    """
    others = {question.id: question for question in paragraphs.questions}
    if others.keys() != {question.id for question in questions.questions}:
        raise DataError(
            f"{questions.name} and {paragraphs.name} do not hold the same questions", "Take both from one source"
        )
    asked = tuple(replace(others[question.id], text=question.text) for question in questions.questions)
    return QuestionSet(name, questions.language, paragraphs.paragraphs, paragraphs.articles, asked)


def beir(folder: Path, name: str, language: str = "en") -> JudgedSet:
    """Read a BEIR folder: corpus.jsonl, queries.jsonl, qrels/test.tsv or what there is of its kind.

    Empty documents are left out, and queries without a relevant document.

    Raises:
        DataError: A file is missing or malformed, or a judgement names an unknown query.
    """
    documents: dict[str, str] = {}
    for row, line in _rows(folder / "corpus.jsonl"):
        with _checked(folder / "corpus.jsonl", line):
            title, text = row.get("title", "").strip(), row["text"].strip()
            if title or text:
                body = text if text.startswith(title) else f"{title}\n\n{text}"
                documents[_new_id(safe_name(row["_id"]), documents, folder / "corpus.jsonl")] = body
    judgements = _judgements(_judged_by(folder / "qrels"))
    queries: list[Query] = []
    for row, line in _rows(folder / "queries.jsonl"):
        with _checked(folder / "queries.jsonl", line):
            if row["_id"] in judgements:
                queries.append(Query(row["_id"], _text(row["text"]), half_of(row["_id"])))
    if unknown := judgements.keys() - {query.id for query in queries}:
        raise DataError(f"{folder}: judgements for the unknown query {min(unknown)}", "Check queries.jsonl")
    if len(queries) > len(judgements):
        raise DataError(f"{folder / 'queries.jsonl'}: a query occurs twice", "Give every query an id of its own")
    return JudgedSet(name, language, documents, tuple(queries), judgements)


def _squad_question(entry: Mapping[str, Any], paragraph: str, half: Half) -> Question:
    answerable = not entry.get("is_impossible", False)
    answers = tuple(dict.fromkeys(_text(answer["text"]) for answer in entry["answers"])) if answerable else ()
    if answerable and not answers:
        raise ValueError(f"question {entry['id']} is answerable but has no answer")
    return Question(entry["id"], _text(entry["question"]), answers, paragraph, answerable, half)


def _judged_by(folder: Path) -> Path:
    """The judgements of a BEIR folder: those for testing, else those for development, else the only ones."""
    named = [folder / f"{name}.tsv" for name in ("test", "dev")]
    others = sorted(folder.glob("*.tsv"))
    return next((file for file in named if file.exists()), others[0] if len(others) == 1 else named[0])


def _judgements(file: Path) -> dict[str, dict[str, int]]:
    judgements: dict[str, dict[str, int]] = {}
    rows = _read(file).split("\n")
    header = not rows[0].rpartition("\t")[2].strip().isdigit()
    for line, row in enumerate(rows, start=1):
        if (header and line == 1) or not row.strip():
            continue
        with _checked(file, line):
            query, document, gain = row.rstrip("\r").split("\t")
            if int(gain) > 0:
                judgements.setdefault(query, {})[safe_name(document)] = int(gain)
    return judgements


def first_row(file: Path) -> dict[str, Any]:
    """The first object of a file of JSON lines.

    Raises:
        DataError: There is none, or it is no object.
    """
    for row, line in _rows(file):
        with _checked(file, line):
            return dict(row)
    raise DataError(f"{file} is empty", "Name a file with one question a line")


def _rows(file: Path) -> Iterator[tuple[dict[str, Any], int]]:
    for line, text in enumerate(_read(file).split("\n"), start=1):
        if text.strip():
            with _checked(file, line):
                row = json.loads(text)
            yield row, line


def _read(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8")
    except OSError as error:
        raise DataError(
            f"Cannot read {file}: {error.strerror}", "Set KB_DATA to the folder that holds the data"
        ) from None
    except UnicodeDecodeError as error:
        raise DataError(f"{file} is not UTF-8 (byte {error.start})", "Fetch it again") from None


@contextmanager
def _checked(file: Path, line: int | None = None) -> Iterator[None]:
    """Turn what a malformed file raises into one line that names the file and the line."""
    place = f"{file}, line {line}" if line else str(file)
    try:
        yield
    except KeyError as error:
        raise DataError(f"{place}: {error.args[0]!r} is missing", "Fetch the file again") from None
    except (ValueError, TypeError, AttributeError) as error:
        raise DataError(f"{place}: {error}", "Fetch the file again") from None


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError(f"expected text, found {value!r:.40}")
    return value


def safe_name(identity: str) -> str:
    """An id that is also a file name; what is lost of long and of non-Latin ones is told apart by a digest."""
    safe = re.sub(r"[^\w.-]|^\.", "_", identity, flags=re.ASCII)
    if identity.isascii() and len(safe) <= LONGEST_ID:
        return safe
    return f"{safe[:LONGEST_ID]}-{hashlib.sha256(identity.encode()).hexdigest()[:12]}"


def _new_id(identity: str, known: Mapping[str, str], file: Path) -> str:
    if identity in known:
        raise DataError(f"{file}: {identity} occurs twice", "Fetch the file again")
    return identity
