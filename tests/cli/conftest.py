"""A knowledge base whose answers are written here, and a way to run commands over it."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from kb.answering.answer import Answer, Citation, Sentence
from kb.answering.conversation import Turn
from kb.answering.events import Event
from kb.answering.permission import Permission
from kb.answering.receipts import Listed, Receipt, Replay
from kb.cli.app import app
from kb.cli.frame import Desk
from kb.errors import DocumentError, IndexMissing, KBError, QuestionError
from kb.index.check import Finding
from kb.index.listing import Excerpt, IndexedDocument
from kb.index.scope import Filters
from kb.retrieval.source import Source, Step

PASSAGE = (
    "Mr. Wilson told us of the vacancy. The salary is 4 pounds a week, and the work is purely nominal. He went at once."
)
QUOTE = "The salary is 4 pounds a week, and the work is purely nominal."
THAI_PASSAGE = "สำนักงานตั้งอยู่ที่จังหวัดเชียงใหม่ เปิดทำการทุกวันจันทร์ถึงวันศุกร์ ผู้อำนวยการชื่อนายสมชาย"
THAI_QUOTE = "เปิดทำการทุกวันจันทร์ถึงวันศุกร์"


def answered(question: str, document: str, page: int | None, passage: str, quote: str) -> Answer:
    """An answer of one quote, whose passage starts at character 1,000 of its document."""
    start = 1000 + passage.index(quote)
    step = Step("dense", question, 1, 0.91, True, "")
    return Answer(
        question=question,
        standalone_question=question,
        status="answered",
        reason="Quoted from the passages that fit best",
        mode="quote",
        text=f"{quote} [1]",
        sentences=(Sentence(quote, "supported", (1,)),),
        citations=(Citation(1, document, page, page, start, start + len(quote), quote),),
        sources=(Source(document, page, 1000, 1000 + len(passage), passage, 0.93, (step,)),),
    )


def row(name: str, chunks: int, type_: str = "txt", reason: str = "") -> IndexedDocument:
    """A listed document, failed where there is a reason."""
    state = "failed" if reason else "ok"
    return IndexedDocument(name, f"/docs/{name}", "00", type_, "en", 0, chunks, 10, state, reason)


@dataclass
class Report:
    added: list[str] = field(default_factory=lambda: ["a.txt", "b.txt"])
    changed: list[str] = field(default_factory=list)
    renamed: list[str] = field(default_factory=list)
    deleted: list[str] = field(default_factory=list)
    unchanged: int = 1234
    failed: list[tuple[str, str]] = field(default_factory=lambda: [("bad.pdf", "needs a password")])
    chunks: int = 45
    stale_answers: int = 0
    seconds: float = 1.23456


@dataclass
class Book:
    """The double: it answers what its `answers` hold, raises the errors they hold, and notes what it was asked."""

    answers: dict[str, Answer | BaseException]
    rows: list[IndexedDocument] | None = None
    asked: list[Any] = field(default_factory=list)
    documents_folder: Path = Path("storage/documents")
    indexed: Report = field(default_factory=Report)
    findings: list[Finding] = field(default_factory=list)
    events: dict[str, tuple[Event, ...]] = field(default_factory=dict)
    histories: list[tuple[Turn, ...]] = field(default_factory=list)
    listed: list[Listed] = field(default_factory=list)
    kept: dict[str, Receipt] = field(default_factory=dict)
    replayed: dict[str, Replay] = field(default_factory=dict)

    def __enter__(self) -> Book:
        return self

    def __exit__(self, *_: object) -> None:
        self.asked.append("closed")

    def ask(
        self,
        question: str,
        mode: str | None = None,
        filters: Filters | None = None,
        adapter: str | None = None,
        history: Sequence[Turn] = (),
    ) -> Answer:
        *_, answer = self.ask_stream(question, mode, filters, adapter, history)
        assert isinstance(answer, Answer)
        return answer

    def ask_stream(
        self,
        question: str,
        mode: str | None = None,
        filters: Filters | None = None,
        adapter: str | None = None,
        history: Sequence[Turn] = (),
    ) -> Iterator[Event]:
        self.asked.append(question if filters is None or filters == Filters() else (question, str(filters)))
        self.histories.append(tuple(history))
        answer = self.answers[question]
        yield from self.events.get(question, ())
        if isinstance(answer, BaseException):
            raise answer
        yield answer if adapter is None else replace(answer, adapter_reason=f"{adapter}: named by you")

    def permission(self, question: str, mode: str | None = None, adapter: str | None = None) -> Permission:
        return Permission("quote", "auto", None, "no model is judged yet")

    def receipts(self) -> list[Listed]:
        return self.listed

    def receipt(self, id_: str) -> Receipt:
        self.asked.append(("receipt", id_))
        if id_ not in self.kept:
            raise DocumentError(f"There is no receipt {id_!r}", "kb receipts lists them")
        return self.kept[id_]

    def replay(self, id_: str) -> Replay:
        self.asked.append(("replay", id_))
        return self.replayed[id_]

    def search(self, question: str, top_k: int | None = None, filters: Filters | None = None) -> list[Source]:
        self.asked.append((question, top_k) if filters is None else (question, top_k, str(filters)))
        answer = self.answers[question]
        if isinstance(answer, BaseException):
            raise answer
        return list(answer.sources)

    def index(self, paths: Any = (), **options: Any) -> Report:
        options.pop("progress")("Reading", 1, 2)
        self.asked.append((tuple(paths), options))
        self.rows = [row("a.txt", 3)]
        return self.indexed

    def documents(self) -> list[IndexedDocument]:
        if self.rows is None:
            raise IndexMissing("Nothing is indexed in storage", "kb index FOLDER")
        return self.rows

    def remove(self, name: str) -> str:
        self.asked.append(("remove", name))
        return name

    def check(self, repair: bool = False) -> list[Finding]:
        self.asked.append(("check", repair))
        return [replace(finding, repaired=repair and finding.derived) for finding in self.findings]

    def open_context(self, citation: Citation, characters: int = 600) -> Excerpt:
        return Excerpt("Long before. ", citation.quote, " Long after.")


def make_book() -> Book:
    declined = Answer(
        "Who won in 2030?",
        "Who won in 2030?",
        "declined",
        "P(answerable) 0.11 is below 0.40",
        "quote",
        "The documents do not answer this question.",
        sources=(Source("letters/a.txt", None, 0, 10, "A letter from Bath.", 0.05),),
    )
    return Book(
        {
            "How much a week?": answered("How much a week?", "holmes.txt", None, PASSAGE, QUOTE),
            "เปิดวันไหน": answered("เปิดวันไหน", "office.pdf", 2, THAI_PASSAGE, THAI_QUOTE),
            "Who won in 2030?": declined,
            "?": QuestionError("The question holds no word to look for", "Ask with at least one word"),
            "broken": KeyError("kaput"),
            "slow": KeyboardInterrupt(),
        },
        rows=[
            row("holmes.txt", 1234),
            row("bad.pdf", 0, "pdf", "needs a password"),
        ],
    )


@pytest.fixture
def book(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Book:
    """The double in the place of every knowledge base that a command opens; the folder is empty."""
    made = make_book()
    monkeypatch.setattr(Desk, "knowledge_base", lambda desk: made)
    monkeypatch.chdir(tmp_path)
    return made


Run = Callable[..., Result]


@pytest.fixture
def run() -> Run:
    """Run `kb` with these arguments and this standard input."""

    def run_command(*arguments: str, stdin: str | None = None) -> Result:
        return CliRunner().invoke(app, list(arguments), input=stdin, prog_name="kb")

    return run_command


@pytest.fixture
def run_json(run: Run) -> Callable[..., tuple[int, Any]]:
    """Run `kb ... --json`; stdout must hold one JSON document and nothing else."""

    def run_command(*arguments: str, stdin: str | None = None) -> tuple[int, Any]:
        result = run(*arguments, "--json", stdin=stdin)
        return result.exit_code, json.loads(result.stdout)

    return run_command


__all__ = ["Book", "KBError", "Run", "make_book"]
