"""kb receipts: what is listed, what one of them tells, and what a replay says."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from kb.answering.receipts import Change, Circumstances, Listed, ReadDocument, Receipt, Replay, Request, Writer
from tests.cli.conftest import Book, Run

FIRST, SECOND, THIRD = (f"20250301-12000{n}-000000-abcd" for n in range(3))
CIRCUMSTANCES = Circumstances(
    generation=7,
    index={"embedder": {"model": "double"}, "pipeline": {}},
    calibration="c" * 64,
    settings={},
    version="1.2",
)
READ = (ReadDocument("holmes.txt", "a" * 64, True), ReadDocument("office.pdf", None, False))


def listed(id_: str, question: str = "How much a week?", **values: Any) -> Listed:
    given = {"outcome": "answered", "mode": "quote", "documents": READ, **values}
    return Listed(id_, "2025-03-01T12:00:00.000+00:00", given.pop("status", "complete"), question, **given)


@pytest.fixture
def receipt(book: Book) -> Receipt:
    """The receipt of an answer of the book, which knows it as "last" and by its id."""
    answer = book.answers["How much a week?"]
    assert not isinstance(answer, BaseException)
    request = Request(question="How much?", standalone_question="How much a week?", mode="compose", adapter="cite")
    made = Receipt(
        request=request,
        answer=replace(answer, receipt=FIRST),
        documents=READ,
        circumstances=CIRCUMSTANCES,
        writer=Writer(model="small", base_digest="b" * 64, seed=0, temperature=0.0),
        id=FIRST,
        made="2025-03-01T12:00:00.000+00:00",
    )
    book.kept = {FIRST: made, "last": made}
    return made


def replay_of(book: Book, receipt: Receipt, **values: Any) -> None:
    assert receipt.answer is not None
    given = {"identical": True, "differences": (), "changes": (), **values}
    book.replayed = {FIRST: Replay(receipt, replace(receipt.answer, receipt=None), **given)}


def test_receipts_are_listed_with_their_questions(book: Book, run: Run) -> None:
    book.listed = [
        listed(
            THIRD, "Who\x1b[31m?", status="damaged", outcome=None, mode=None, documents=(), why="its end is missing"
        ),
        listed(SECOND, "เปิดวันไหน", stale=True),
        listed(FIRST, "Who won?", outcome="declined", documents=READ[1:]),
    ]
    lines = [line.split() for line in run("receipts").stdout.splitlines()]
    assert lines[0] == ["receipt", "answer", "quotes"]
    assert lines[1] == [THIRD, "damaged"]
    assert lines[2] == ["its", "file", "its", "end", "is", "missing"]
    assert lines[3:5] == [[SECOND, "quote", "holmes.txt", "(changed", "since)"], ["เปิดวันไหน"]]
    assert lines[5:] == [[FIRST, "declined"], ["Who", "won?"]]


def test_the_newest_are_listed_unless_more_are_wanted(
    book: Book, run: Run, run_json: Callable[..., tuple[int, Any]]
) -> None:
    book.listed = [listed(f"20250301-120000-{n:06}-abcd", f"Question {n}?") for n in range(25, 0, -1)]
    said = run("receipts").stdout
    assert said.count("Question") == 20
    assert "and 5 older: kb receipts --most 25" in said
    assert run("receipts", "--most", "25").stdout.count("Question") == 25
    code, document = run_json("receipts", "list", "--most", "1")
    assert (code, document["kept"], len(document["receipts"])) == (0, 25, 1)
    assert document["receipts"][0] == {
        "id": "20250301-120000-000025-abcd",
        "made": "2025-03-01T12:00:00.000+00:00",
        "status": "complete",
        "question": "Question 25?",
        "outcome": "answered",
        "mode": "quote",
        "model": None,
        "documents": [
            {"document": "holmes.txt", "sha256": "a" * 64, "cited": True},
            {"document": "office.pdf", "sha256": None, "cited": False},
        ],
        "why": "",
        "stale": None,
    }


def test_nothing_was_asked_yet(book: Book, run: Run, run_json: Callable[..., tuple[int, Any]]) -> None:
    assert "No answer was given yet" in run("receipts").stdout
    assert run_json("receipts") == (0, {"receipts": [], "kept": 0})


def test_one_is_shown_with_all_that_made_it(receipt: Receipt, run: Run) -> None:
    said = run("receipts", "show", "last").stdout
    facts = [line.split() for line in said.splitlines()]
    assert said.startswith("How much?\nUnderstood as: How much a week?\n")
    assert "»The salary is 4 pounds a week, and the work is purely nominal.«" in " ".join(said.split())
    for fact in (
        ["receipt", FIRST],
        ["mode", "asked", "for", "compose"],
        ["adapter", "asked", "for", "cite"],
        ["quoted", "holmes.txt", "a" * 16],
        ["model", "small"],
        ["base", "digest", "b" * 16],
        ["temperature", "0.0"],
        ["embedder", "double"],
        ["generation", "7"],
        ["kb", "1.2"],
    ):
        assert fact in facts, fact
    assert "read               office.pdf  changed while it was answered from" in said


def test_the_json_of_one_is_what_is_kept(receipt: Receipt, run_json: Callable[..., tuple[int, Any]]) -> None:
    code, document = run_json("receipts", "show", FIRST)
    assert code == 0
    assert document["answer"]["citations"][0]["document"] == "holmes.txt"
    assert document["writer"]["base_digest"] == "b" * 64
    assert document["request"]["standalone_question"] == "How much a week?"


def test_an_interrupted_answer_is_shown_as_one(book: Book, receipt: Receipt, run: Run) -> None:
    book.kept["last"] = replace(receipt, answer=None, status="interrupted", documents=())
    assert "It was interrupted before there was an answer" in run("receipts", "show", "last").stdout


def test_an_unknown_receipt_is_one_line(book: Book, run: Run, run_json: Callable[..., tuple[int, Any]]) -> None:
    result = run("receipts", "show", "2024")
    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr.splitlines() == ["There is no receipt '2024'. kb receipts lists them"]
    assert run_json("receipts", "replay", "2024")[1]["error"]["type"] == "DocumentError"


def test_the_same_answer_is_called_identical(
    book: Book, receipt: Receipt, run: Run, run_json: Callable[..., tuple[int, Any]]
) -> None:
    replay_of(book, receipt)
    said = run("receipts", "replay", "last").stdout
    assert said.splitlines() == ["How much?", f"Identical to receipt {FIRST}"]
    assert ("replay", FIRST) in book.asked
    code, document = run_json("receipts", "replay", "last")
    assert (code, document["identical"], document["receipt"]) == (0, True, FIRST)


def test_what_is_otherwise_is_listed_before_the_answer_of_today(book: Book, receipt: Receipt, run: Run) -> None:
    change = Change("holmes.txt", "quote gone", "it changed since; [1] is not in it any more", gone=(1,))
    replay_of(
        book,
        receipt,
        identical=False,
        differences=("text: was 'a', is 'b'",),
        changes=(change,),
        circumstances=("settings.llm.seed was 0, is 7",),
    )
    lines = run("receipts", "replay", "last").stdout.splitlines()
    assert lines[:9] == [
        "How much?",
        f"Not the same as receipt {FIRST}",
        "  - text: was 'a', is 'b'",
        "Documents since then",
        "  - holmes.txt: it changed since; [1] is not in it any more",
        "What else is otherwise",
        "  - settings.llm.seed was 0, is 7",
        "",
        "The answer now",
    ]
    assert lines[9].startswith("[1] holmes.txt")
