"""Chat from a pipe, and its commands."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from prompt_toolkit.application import create_app_session
from prompt_toolkit.input import create_pipe_input
from prompt_toolkit.output import DummyOutput

from kb.cli import chat
from kb.index.listing import IndexedDocument
from tests.cli.conftest import QUOTE, THAI_QUOTE, Book, Run

RunJson = Callable[..., tuple[int, Any]]


def test_questions_from_a_pipe_are_answered_in_order(book: Book, run: Run) -> None:
    result = run("chat", stdin="How much a week?\n\n  เปิดวันไหน  \r\n")
    assert result.exit_code == 0
    lines = result.stdout.splitlines()
    assert [line for line in lines if line.startswith(("> ", "[1]"))] == [
        "> How much a week?",
        "[1] holmes.txt",
        "> เปิดวันไหน",
        "[1] office.pdf, page 2",
    ]
    assert book.asked == ["How much a week?", "เปิดวันไหน", "closed"]


def test_an_error_does_not_end_the_chat(book: Book, run: Run) -> None:
    result = run("chat", stdin="?\nslow\nHow much a week?\n")
    assert result.exit_code == 0
    assert result.stderr.splitlines() == [
        "The question holds no word to look for. Ask with at least one word",
        "Interrupted; ask again, or leave with :quit",
    ]
    assert f"»{QUOTE}«" in " ".join(result.stdout.split())


def test_the_commands(book: Book, run: Run) -> None:
    stdin = "เปิดวันไหน\n:sources\n:open 1\n:open 2\n:frob\n:help\n:quit\nHow much a week?\n"
    result = run("chat", stdin=stdin)
    assert result.exit_code == 0
    assert "1. office.pdf, page 2  0.93" in result.stdout
    assert f"    Long before. »{THAI_QUOTE}« Long after." in result.stdout
    assert all(command.split()[0] in result.stdout for command in chat.HELP)
    assert result.stderr.splitlines() == [
        ":open takes the number of a quote, 1 to 1",
        ":frob is not a command; there are :sources, :open N, :export FILE, :new, :help, :quit",
    ]
    assert "How much a week?" not in book.asked


@pytest.mark.parametrize("line", [":sources", ":open 1", ":open"])
def test_a_command_before_any_answer_says_what_to_do(book: Book, run: Run, line: str) -> None:
    result = run("chat", stdin=f"{line}\n")
    assert result.exit_code == 0
    assert result.stderr.rstrip().endswith("ask a question first")


@pytest.mark.parametrize("rows", [None, []], ids=["no index", "interrupted before the first document"])
def test_the_first_run_indexes(book: Book, run: Run, rows: list[IndexedDocument] | None) -> None:
    book.rows = rows
    result = run("chat", stdin="How much a week?\n")
    assert result.exit_code == 0
    assert book.asked[0] == ((), {})
    assert result.stderr.splitlines()[:3] == [
        "Nothing is indexed yet: indexing storage/documents",
        "Reading: 2",
        "2 added, 1,234 unchanged; 45 chunks, 1.2 s",
    ]
    assert "[1] holmes.txt" in result.stdout


def test_no_input_at_all_is_a_quiet_end(book: Book, run: Run) -> None:
    result = run("chat", stdin="")
    assert (result.exit_code, result.stdout, result.stderr) == (0, "", "")


def test_json_is_one_document_of_all_answers(book: Book, run_json: RunJson) -> None:
    code, document = run_json("chat", stdin="How much a week?\n?\n:sources\n")
    assert code == 0
    first, second = document["answers"]
    assert first["citations"][0]["quote"] == QUOTE
    assert second["question"] == "?"
    assert second["error"]["type"] == "QuestionError"


def typed(book: Book, folder: Path, *keys: str) -> None:
    """An interactive chat in which these keys are pressed, with a pause before each but the first."""
    conversation = chat.Conversation(book, chat.console())  # type: ignore[arg-type]
    with create_pipe_input() as keyboard, create_app_session(input=keyboard, output=DummyOutput()):

        def press() -> None:
            for key in keys:
                keyboard.send_text(key)
                time.sleep(0.3)

        typist = threading.Thread(target=press)
        typist.start()
        chat.interact(conversation, folder)
        typist.join()


def test_keys(book: Book, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    typed(book, tmp_path, "half a line\x03How much a week?\r:quit\r")
    assert book.asked == ["How much a week?"]
    assert QUOTE in " ".join(capsys.readouterr().out.split())
    typed(book, tmp_path, "\x04")


def test_history_outlives_the_chat(book: Book, tmp_path: Path) -> None:
    typed(book, tmp_path, "เปิดวันไหน\r\x04")
    book.asked.clear()
    typed(book, tmp_path, "", "\x1b[A", "\r\x04")
    assert book.asked == ["เปิดวันไหน"]


def test_history_is_kept_in_memory_where_nothing_can_be_written(book: Book, tmp_path: Path) -> None:
    typed(book, tmp_path / "not there", "How much a week?\r", "\x1b[A", "\r\x04")
    assert book.asked == ["How much a week?", "How much a week?"]
    assert not (tmp_path / "not there").exists()
