"""Values -> what a person sees: results on stdout, progress and errors on stderr."""

from __future__ import annotations

import os
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from rich.console import Console
from rich.theme import Theme

from kb.cli.wrap import flat
from kb.progress import Progress

if TYPE_CHECKING:
    from rich.progress import TaskID


# Without a terminal prose is wrapped at this width; tables are as wide as their content.
PLAIN_WIDTH = 100

THEME = Theme(
    {
        "quote": "not dim bold yellow",
        "place": "cyan",
        "quiet": "dim",
        "good": "green",
        "bad": "red",
        "ask": "bold",
    }
)


def console(*, stderr: bool = False) -> Console:
    """A console that is coloured only on a terminal, honours NO_COLOR, and never cuts a table in a pipe."""
    terminal = Console(stderr=stderr, theme=THEME, highlight=False, emoji=False, markup=False, soft_wrap=True)
    if not terminal.is_terminal:
        terminal.width = 10_000
    return terminal


def prose_width(screen: Console) -> int:
    """How many cells a line of prose may take."""
    return min(screen.width, PLAIN_WIDTH if not screen.is_terminal else 110)


def error_line(message: str) -> None:
    """One line on stderr."""
    console(stderr=True).print(" ".join(flat(message).split()), style="bad")


@contextmanager
def progress_bars(*, quiet: bool = False) -> Iterator[Progress]:
    """One bar for each stage on a terminal, one line for each stage elsewhere; all on stderr.

    Yields:
        A function of (stage, done, total) that may be called from any thread; a total of 0 means unknown.
    """
    screen = console(stderr=True)
    if quiet:
        yield lambda stage, done, total: None
    elif screen.is_terminal:
        with _bars(screen) as report:
            yield report
    else:
        yield _lines(screen)


@contextmanager
def _bars(screen: Console) -> Iterator[Progress]:
    from rich.progress import BarColumn, TextColumn, TimeRemainingColumn
    from rich.progress import Progress as Bars

    columns = (TextColumn("{task.description}"), BarColumn(), TextColumn("{task.fields[of]}"), TimeRemainingColumn())
    stages: dict[str, TaskID] = {}
    lock = threading.Lock()
    with Bars(*columns, console=screen, transient=True) as bars:

        def report(stage: str, done: int, total: int) -> None:
            with lock:
                task = stages.get(stage)
                if task is None:
                    task = stages[stage] = bars.add_task(stage, total=total or None, of="")
                of = f"{amount(stage, done)} of {amount(stage, total)}" if total else amount(stage, done)
                bars.update(task, completed=done, total=total or None, of=of)

        yield report


def amount(stage: str, count: int) -> str:
    """How much: megabytes of what is downloaded, else a number."""
    return f"{count / 1e6:.1f} MB" if stage.startswith("downloading") else f"{count:,}"


def _lines(screen: Console) -> Progress:
    begun: set[str] = set()

    def report(stage: str, done: int, total: int) -> None:
        if stage not in begun:
            begun.add(stage)
            screen.print(f"{stage}: {amount(stage, total)}" if total > 1 else stage, style="quiet")

    return report


@contextmanager
def patience(message: str, *, after: float = 0.7, quiet: bool = False) -> Iterator[None]:
    """Say what is going on, on a terminal only and only when it takes longer than `after` seconds."""
    screen = console(stderr=True)
    if quiet or not screen.is_terminal:
        yield
        return
    status = screen.status(message)
    timer = threading.Timer(after, status.start)
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()
        timer.join()
        status.stop()


def prepare_streams() -> None:
    """A closed stream swallows what is written; a character that an encoding lacks is escaped."""
    for name in ("stdout", "stderr"):
        stream = getattr(sys, name)
        if stream is None:
            setattr(sys, name, Path(os.devnull).open("w", encoding="utf-8"))  # noqa: SIM115 - it stays open
        elif hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")
