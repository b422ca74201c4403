"""kb lab: what is shown where, and what goes wrong."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import pytest
import typer
from rich.cells import cell_len
from rich.console import Console
from typer.testing import CliRunner, Result

from kb.answering.answer import Citation
from kb.answering.checking import Checked
from kb.answering.lab import Comparison, Given, Said
from kb.cli import lab
from kb.cli.beside import Column, show_beside
from kb.cli.frame import Desk, command
from kb.cli.screen import THEME
from kb.errors import DocumentError, KBError, ModelUnavailable, QuestionError

CLOSED = "The league was founded by King Alfred in 1066, as everyone knows, and it sells ice."
GROUNDED = "It was founded by a man with red hair.\n\n1. It closed in October.\n2. \x1b[31mNobody knows why."
THAI = "สมาคมก่อตั้งโดยชายผมแดงและปิดตัวลงในเดือนตุลาคมโดยไม่มีใครทราบสาเหตุที่แท้จริงของเรื่องนี้เลยแม้แต่คนเดียว"


def comparison(closed: str = CLOSED, grounded: str = GROUNDED, finish: str = "stop") -> Comparison:
    proof = Citation(1, "story.pdf", 3, 3, 100, 146, "The league was founded by a man with red hair.")
    checks = (
        Checked("It was founded by a man with red hair.", "supported", "the source says so", (proof,)),
        Checked("Nobody knows why.", "not_found", "no place in the source says this"),
    )
    source = Given(1, "story.pdf", 3, 100, 140, "The league was founded by a man with red hair.")
    return Comparison(
        "ask",
        "Who founded the league?",
        "scripted",
        Said(None, closed, 18, 1.25, finish, (Checked(closed, "contradicted", "the source says a man, not a king"),)),
        Said(None, grounded, 1019, 2.5, "stop", checks),
        (source, Given(2, "notes.txt", None, 0, 4, "Dogs")),
        ("Closed-book: the model got the question alone",),
    )


@dataclass
class Profile:
    reason: str = "embedded: there is no GPU"


class Plan:
    def as_text(self) -> str:
        return "weights   538 MB\nfree    9,000 MB"


@dataclass
class Base:
    """The double of a knowledge base: it tells what it was made to do, then returns or raises."""

    outcome: Comparison | BaseException = field(default_factory=comparison)
    asked: list[tuple[Any, ...]] = field(default_factory=list)

    def __enter__(self) -> Base:
        return self

    def __exit__(self, *_: object) -> None:
        self.asked.append(("closed",))

    def lab(self, task: str, subject: str, model: str | None, *, watch: Any, progress: Any) -> Comparison:
        self.asked.append((task, subject, model))
        if isinstance(self.outcome, KBError):
            raise self.outcome
        watch.announced(Profile(), Plan())
        progress("loading scripted", 0, 1)
        progress("loading scripted", 1, 1)
        watch.begins("closed", "scripted")
        watch.says("closed", CLOSED)
        if isinstance(self.outcome, BaseException):
            raise self.outcome
        watch.begins("grounded", "scripted")
        watch.says("grounded", GROUNDED)
        return self.outcome


@pytest.fixture
def base(monkeypatch: pytest.MonkeyPatch) -> Base:
    made = Base()
    monkeypatch.setattr(Desk, "knowledge_base", lambda desk: made)
    return made


@pytest.fixture
def run() -> Callable[..., Result]:
    app = typer.Typer(help=lab.ABOUT)
    for function in lab.COMMANDS:
        command(app)(function)
    return lambda *arguments: CliRunner().invoke(app, list(arguments))


@pytest.mark.parametrize("task", ["summarize", "explain", "ask"])
def test_each_command_does_its_task_with_the_model_that_was_named(base: Base, run: Any, task: str) -> None:
    assert run(task, "story.pdf", "--model", "embedded").exit_code == 0
    assert run(task, "story.pdf").exit_code == 0
    assert base.asked == [(task, "story.pdf", "embedded"), ("closed",), (task, "story.pdf", None), ("closed",)]


def test_both_answers_stand_beside_each_other(base: Base, run: Any) -> None:
    lines = run("ask", "Who founded the league?").stdout.splitlines()
    assert lines == [
        "scripted: ask Who founded the league?",
        "",
        "Closed-book                                                  With sources",
        "The league was founded by King Alfred in 1066, as everyone   It was founded by a man with red hair.",
        "knows, and it sells ice.",
        "0 of 1 sentences proven; 18 tokens, 1.2 s                    1. It closed in October.",
        "                                                             2. \ufffd[31mNobody knows why.",
        "                                                             1 of 2 sentences proven; 1,019 tokens, 2.5 s",
        "",
        "Closed-book, held against the documents",
        "✗ The league was founded by King Alfred in 1066, as everyone knows, and it sells ice.",
        "  (contradicted: the source says a man, not a king)",
        "",
        "With sources, held against the documents",
        "✓ It was founded by a man with red hair.  (story.pdf, page 3)",
        "? Nobody knows why.  (not found: no place in the source says this)",
        "",
        "[1] story.pdf, page 3  The league was founded by a man with red hair.",
        "[2] notes.txt  Dogs",
        "Closed-book: the model got the question alone",
    ]


def test_the_reason_and_the_plan_are_told_on_stderr_before_the_answer(base: Base, run: Any) -> None:
    assert run("ask", "Who?").stderr.splitlines() == [
        "embedded: there is no GPU",
        "weights   538 MB",
        "free    9,000 MB",
        "loading scripted",
        "Closed-book, scripted:",
        "With sources, scripted:",
    ]


def test_json_is_one_document_and_nothing_else(base: Base, run: Any) -> None:
    result = run("ask", "Who?", "--json")
    assert json.loads(result.stdout) == json.loads(json.dumps(comparison().as_dict()))
    assert result.stderr == ""


def test_a_cut_or_empty_answer_is_shown_as_such(base: Base, run: Any) -> None:
    base.outcome = comparison(closed="", finish="length")
    shown = run("ask", "Who?").stdout
    assert "(nothing)" in shown
    assert "18 tokens, 1.2 s, length" in shown


@pytest.mark.parametrize(
    "error",
    [
        DocumentError("There is no document 'gone.pdf'", "Name one of kb documents, or a file"),
        QuestionError("The question holds no word to look for", "Ask with at least one word or number"),
        ModelUnavailable("nope is neither a folder nor a model name", "Correct it"),
    ],
)
def test_what_cannot_be_done_is_one_line(base: Base, run: Any, error: KBError) -> None:
    base.outcome = error
    result = run("summarize", "gone.pdf")
    assert (result.exit_code, result.stdout, result.stderr.splitlines()) == (1, "", [str(error)])
    as_json = run("summarize", "gone.pdf", "--json")
    assert as_json.exit_code == 1
    assert json.loads(as_json.stdout)["error"]["type"] == type(error).__name__


def test_an_interrupted_answer_ends_with_130(base: Base, run: Any) -> None:
    base.outcome = KeyboardInterrupt()
    result = run("ask", "Who?")
    assert (result.exit_code, result.stdout) == (130, "")
    assert base.asked[-1] == ("closed",)


def test_wrong_usage_is_2(base: Base, run: Any) -> None:
    assert run("ask").exit_code == 2
    assert run("ask", "a", "b").exit_code == 2
    assert base.asked == []


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def screen_of(width: int) -> tuple[Console, Terminal]:
    terminal = Terminal()
    return Console(file=terminal, force_terminal=True, color_system=None, theme=THEME, width=width), terminal


@pytest.mark.parametrize("width", [20, 40, 62, 63, 80, 100, 140, 300])
def test_columns_fit_any_terminal_in_any_script(width: int) -> None:
    screen, terminal = screen_of(width)
    show_beside(screen, Column("Closed-book", CLOSED, "18 tokens"), Column("With sources", THAI, "7 tokens"))
    lines = terminal.getvalue().splitlines()
    assert max(cell_len(line) for line in lines) <= min(width, 160)
    beside = any("Closed-book" in line and "With sources" in line for line in lines)
    assert beside == (width >= 63)
    if not beside:
        assert "".join(line for line in lines if line.strip()) == "".join(
            part.replace(" ", "") if part == THAI else part
            for part in ("Closed-book", *_wrapped(CLOSED, width), "18 tokens", "With sources", THAI, "7 tokens")
        )
    else:
        column = (min(width, 160) - 3) // 2 + 3
        right = [_from_cell(line, column) for line in lines]
        assert "".join(right) == f"With sources{THAI}7 tokens"


def _wrapped(text: str, width: int) -> list[str]:
    from rich.text import Text

    from kb.cli.wrap import wrap

    return [line.plain for line in wrap(Text(text), width)]


def _from_cell(line: str, cell: int) -> str:
    """What of a line stands from a cell on."""
    for at in range(len(line) + 1):
        if cell_len(line[:at]) == cell:
            return line[at:]
    return ""


def test_on_a_terminal_the_growing_text_is_shown_and_goes_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TERM", "xterm-256color")
    terminal = Terminal()
    monkeypatch.setattr("sys.stderr", terminal)
    with lab.watching() as watch:
        watch.announced(Profile(), None)
        watch.progress("downloading x", 500_000_000, 1_000_000_000)
        assert watch.shown().plain == "downloading x 500.0 MB of 1000.0 MB"
        watch.begins("closed", "scripted")
        for word in ("one ", "two\n", "\x1b[2J", THAI):
            watch.says("closed", word)
        shown = watch.shown().plain
        assert shown.replace("\n", "|") == f"Closed-book, scripted:|one two|\ufffd[2J{THAI[:-13]}|{THAI[-13:]}"
        assert "\x1b" not in shown
        for _ in range(2000):
            watch.says("closed", "many words ")
        assert len(watch.shown().plain.splitlines()) == 9
    assert "embedded: there is no GPU" in terminal.getvalue()
    assert "\x1b[?25h" in terminal.getvalue()  # the cursor is back


def test_an_interrupt_on_a_terminal_leaves_it_in_order(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TERM", "xterm-256color")
    terminal = Terminal()
    monkeypatch.setattr("sys.stderr", terminal)

    def interrupted() -> None:
        with lab.watching() as watch:
            watch.begins("closed", "scripted")
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        interrupted()
    assert terminal.getvalue().rfind("\x1b[?25h") > terminal.getvalue().rfind("\x1b[?25l")  # the cursor is back
