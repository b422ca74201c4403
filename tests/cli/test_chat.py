"""Chat from a pipe, and its commands."""

from __future__ import annotations

import re
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from prompt_toolkit.application import create_app_session
from prompt_toolkit.input import create_pipe_input
from prompt_toolkit.output import DummyOutput

from kb.answering.answer import Answer, Dropped, Sentence
from kb.answering.conversation import Turn
from kb.answering.events import Drafted, Event, Judged, Retrieved
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


def test_a_follow_up_is_asked_with_what_was_said(book: Book, run: Run) -> None:
    first = book.answers["How much a week?"]
    assert isinstance(first, Answer)
    book.answers["And in winter?"] = replace(
        first, question="And in winter?", standalone_question="How much in winter?"
    )
    result = run("chat", stdin="How much a week?\nAnd in winter?\nWho won in 2030?\n?\n:new\nเปิดวันไหน\n")
    assert result.exit_code == 0
    one = Turn("How much a week?", "How much a week?", first.text)
    two = Turn("And in winter?", "How much in winter?", first.text)
    declined = Turn("Who won in 2030?", "Who won in 2030?", "")
    assert book.histories == [(), (one,), (one, two), (one, two, declined), ()]
    assert "The next question stands alone." in result.stdout


def test_what_a_question_was_understood_as_stands_before_its_answer(book: Book, run: Run) -> None:
    book.events["How much a week?"] = (Retrieved((), "How much does he pay\x1b[2J a week?"),)
    book.events["เปิดวันไหน"] = (Retrieved((), "เปิดวันไหน"),)
    lines = run("chat", stdin="How much a week?\nเปิดวันไหน\n").stdout.splitlines()
    assert lines[1] == "Understood as: How much does he pay�[2J a week?"
    assert lines[2] == "[1] holmes.txt"
    assert sum(line.startswith("Understood as") for line in lines) == 1


def test_only_the_last_turns_are_history(book: Book, run: Run) -> None:
    run("chat", stdin="How much a week?\n" * (chat.MOST_TURNS + 3))
    assert len(book.histories[-1]) == chat.MOST_TURNS


COMPOSED = ("The work is nominal.", "It is in London.", "The salary is 4 pounds a week.")


def composing(book: Book, *, stop: bool = False) -> None:
    """An answer that is drafted in three sentences, the second of which nothing proves."""
    quoted = book.answers["How much a week?"]
    assert isinstance(quoted, Answer)
    first = quoted.citations[0]
    second = replace(first, number=2, quote="The salary is 4 pounds a week")
    nominal, london, salary = COMPOSED
    book.events["How much a week?"] = (
        Retrieved(quoted.sources, "How much a week?"),
        Drafted(nominal[:8]),
        Drafted(nominal[8:] + " [1]"),
        Judged(nominal, nominal, "supported", "", (first,)),
        Drafted(london),
        Judged(london, None, "not_found", "no word of it"),
        Judged(salary, salary, "supported", "", (second,)),
    )
    book.answers["How much a week?"] = (
        KeyboardInterrupt()
        if stop
        else replace(
            quoted,
            mode="compose",
            text=f"{nominal} [1] {salary} [2]",
            sentences=(Sentence(nominal, "supported", (1,)), Sentence(salary, "supported", (2,))),
            citations=(first, second),
            dropped=(Dropped(london, "not_found", "no word of it"),),
            draft=" ".join(COMPOSED),
        )
    )


def test_a_pipe_shows_what_is_proven_and_nothing_of_the_draft(book: Book, run: Run) -> None:
    composing(book)
    result = run("chat", stdin="How much a week?\n")
    lines = result.stdout.splitlines()
    assert lines[1] == "The work is nominal. [1] The salary is 4 pounds a week. [2]"
    assert [line for line in lines if line.startswith("[")] == ["[1] holmes.txt", "[2] holmes.txt"]
    assert "Left out, since the documents do not prove it: 1" in lines
    assert result.stdout.count("London") == 1
    assert result.stderr == ""


def test_a_terminal_shows_each_sentence_once_when_it_is_proven(
    book: Book, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    composing(book)
    monkeypatch.setenv("FORCE_COLOR", "1")
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setenv("COLUMNS", "100")
    conversation = chat.Conversation(book, chat.console())  # type: ignore[arg-type]
    assert conversation.screen.is_terminal
    assert conversation.take("How much a week?")
    captured = capsys.readouterr()
    told = re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", captured.out)
    assert told.startswith("The work is nominal. [1]\nThe salary is 4 pounds a week. [2]\n\n[1] holmes.txt\n")
    assert told.count("The work is nominal. [1]") == 1
    assert "It is in London." not in told.split("Left out")[0]
    assert "Drafting, not checked yet" in captured.err
    assert "It is in London." in captured.err


def test_an_interrupt_in_the_middle_of_a_stream_leaves_the_conversation_as_it_was(book: Book, run: Run) -> None:
    composing(book, stop=True)
    result = run("chat", stdin="เปิดวันไหน\nHow much a week?\nWho won in 2030?\n:open 1\n")
    assert result.exit_code == 0
    assert "Interrupted; ask again, or leave with :quit" in result.stderr.splitlines()
    assert [turn.question for turn in book.histories[-1]] == ["เปิดวันไหน"]


def test_an_interrupt_between_two_events_ends_the_stream(book: Book, monkeypatch: pytest.MonkeyPatch) -> None:
    composing(book)
    ended: list[bool] = []
    ask_stream = book.ask_stream

    def watched(*arguments: Any, **options: Any) -> Iterator[Event]:
        try:
            yield from ask_stream(*arguments, **options)
        finally:
            ended.append(True)

    def interrupted(screen: object, question: str, events: Iterator[Event]) -> Answer:
        next(events)
        next(events)
        raise KeyboardInterrupt

    monkeypatch.setattr(book, "ask_stream", watched)
    monkeypatch.setattr(chat, "show_events", interrupted)
    conversation = chat.Conversation(book, chat.console())  # type: ignore[arg-type]
    assert conversation.take("How much a week?")
    assert ended == [True]
    assert (conversation.history, conversation.answers) == ([], [])


@pytest.mark.parametrize(("name", "begins"), [("talk.md", "# "), ("a b.HTML", "<!doctype html>")])
def test_the_conversation_is_exported(book: Book, run: Run, tmp_path: Path, name: str, begins: str) -> None:
    result = run("chat", stdin=f"How much a week?\n:new\nเปิดวันไหน\n:export {name}\n")
    assert result.exit_code == 0
    assert f"2 answers written to {name}" in result.stdout
    text = (tmp_path / name).read_text(encoding="utf-8")
    assert text.lower().startswith(begins)
    assert QUOTE in text
    assert THAI_QUOTE in text


@pytest.mark.parametrize(
    ("lines", "told"),
    [
        (":export talk.md\n", "Nothing to export yet: ask a question first"),
        ("เปิดวันไหน\n:export\n", ":export takes the name of a file, FILE.md or FILE.html"),
        ("เปิดวันไหน\n:export talk.pdf\n", ":export takes the name of a file, FILE.md or FILE.html"),
        ("เปิดวันไหน\n:export not/there/talk.md\n", "not/there/talk.md cannot be written: No such file or directory"),
    ],
)
def test_what_cannot_be_exported(book: Book, run: Run, tmp_path: Path, lines: str, told: str) -> None:
    result = run("chat", stdin=lines)
    assert result.exit_code == 0
    assert result.stderr.startswith(told)
    assert list(tmp_path.iterdir()) == []
