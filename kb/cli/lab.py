"""lab: what a model says closed-book, and beside it what it says with sources."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.text import Text

from kb.cli.beside import Column, show_beside
from kb.cli.frame import Desk, Reply
from kb.cli.render import place, show_prose
from kb.cli.screen import amount, console, prose_width
from kb.cli.verify import STYLES, WORDS
from kb.cli.wrap import flat, one_line, visible, wrap

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from rich.console import Console

    from kb.answering.lab import Comparison, Said, Side, Task

ABOUT = "See what a language model says from memory, and what it says when it may read; each sentence is checked."
HEADINGS: Mapping[Side, str] = {"closed": "Closed-book", "grounded": "With sources"}
MARKS = {"supported": "✓", "partial": "~", "contradicted": "✗", "not_found": "?"}
_TAIL = 8  # lines of a growing text that are shown

_File = Annotated[str, typer.Argument(metavar="FILE", help="A document as kb documents shows it, or the path of one.")]
_Model = Annotated[
    str | None,
    typer.Option(
        "--model",
        metavar="NAME",
        help="mistral, embedded, http, a Hugging Face name or a folder; else the llm.profile of the settings.",
    ),
]


def summarize(desk: Desk, file: _File, *, model: _Model = None) -> Reply:
    """Let a model sum up a document it knows by name alone, and again when it has read it."""
    return _compared(desk, "summarize", file, model)


def explain(
    desk: Desk,
    subject: Annotated[
        str, typer.Argument(metavar="FILE|TOPIC", help="A document, or what the documents are asked about.")
    ],
    *,
    model: _Model = None,
) -> Reply:
    """Let a model explain a document or a topic, from memory and with sources."""
    return _compared(desk, "explain", subject, model)


def ask(
    desk: Desk,
    question: Annotated[str, typer.Argument(metavar="QUESTION", help="In any language.")],
    *,
    model: _Model = None,
) -> Reply:
    """Let a model answer a question, from memory and with the passages that fit it best."""
    return _compared(desk, "ask", question, model)


COMMANDS = (summarize, explain, ask)


def _compared(desk: Desk, task: Task, subject: str, model: str | None) -> Reply:
    with desk.knowledge_base() as base, watching(quiet=desk.json) as watch:
        found = base.lab(task, subject, model, watch=watch, progress=watch.progress)
    return Reply(found.as_dict(), lambda screen: show_comparison(screen, found))


def show_comparison(screen: Console, found: Comparison) -> None:
    """Both answers side by side, each sentence with its verdict, and what was read."""
    screen.print(Text(f"{flat(found.model)}: {found.task} {flat(found.subject)}", style="ask"))
    screen.print()
    show_beside(screen, _column("closed", found.closed), _column("grounded", found.grounded))
    show_verdicts(screen, HEADINGS["closed"], found.closed)
    show_verdicts(screen, HEADINGS["grounded"], found.grounded)
    for source in found.sources:
        where = f"[{source.number}] {place(source.document, source.page)}  "
        room = max(prose_width(screen) - len(where), 20)
        screen.print(Text.assemble((where, "place"), (one_line(source.text, room), "quiet")), soft_wrap=True)
    for note in found.notes:
        show_prose(screen, Text(note, style="quiet"), indent=0)


def _column(side: Side, said: Said) -> Column:
    ended = "" if said.finish == "stop" else f", {said.finish}"
    below = f"{said.tokens:,} tokens, {said.seconds:.1f} s{ended}"
    if said.checks:
        proven = sum(one.status == "supported" for one in said.checks)
        below = f"{proven} of {len(said.checks)} sentences proven; {below}"
    return Column(HEADINGS[side], said.text or "(nothing)", below)


def show_verdicts(screen: Console, heading: str, said: Said) -> None:
    """What the documents say to each sentence."""
    if not said.checks:
        return
    screen.print(Text(f"{heading}, held against the documents", style="ask"))
    for one in said.checks:
        mark, style = MARKS[one.status], STYLES[one.status]
        proof = ", ".join(dict.fromkeys(place(cited.document, cited.page) for cited in one.citations))
        why = proof if one.status == "supported" else f"{WORDS[one.status]}: {one.why}"
        line = Text.assemble(flat(one.claim), (f"  ({flat(why)})", "quiet"))
        for at, wrapped in enumerate(wrap(line, prose_width(screen) - 2)):
            screen.print(Text.assemble((" " if at else mark, style), " ", wrapped), soft_wrap=True)
    screen.print()


class Watching:
    """Shows on stderr which model will speak, how far its loading is, and what it says while it says it.

    On a terminal the growing text stands in a few lines that vanish in the end; elsewhere a line tells of each step.
    """

    def __init__(self, screen: Console, live: bool, headings: Mapping[Side, str]) -> None:
        self._screen = screen
        self._headings = headings
        self._live = live
        self._step = ""
        self._text = ""
        self._told: set[str] = set()

    def announced(self, profile: Any, plan: Any) -> None:  # noqa: ANN401 - kb.models' Profile, and Plan or None
        """Why this model, and what memory it will take."""
        self._screen.print(Text(flat(profile.reason), style="quiet"), soft_wrap=True)
        if plan is not None:
            self._screen.print(Text(visible(plan.as_text()), style="quiet"), soft_wrap=True)

    def progress(self, stage: str, done: int, total: int) -> None:
        """How far the loading is."""
        of = f" {amount(stage, done)} of {amount(stage, total)}" if total > 1 else ""
        self._now(stage, f"{stage}{of}")

    def begins(self, side: Side, name: str) -> None:
        """A side begins."""
        self._text = ""
        self._now(f"{side} {name}", f"{self._headings[side]}, {flat(name)}:")

    def says(self, side: Side, delta: str) -> None:
        """More of its text."""
        self._text += delta

    def shown(self) -> Text:
        """What stands on the terminal now: the step, and the end of its text."""
        width = prose_width(self._screen)
        lines = [Text(one_line(self._step, width), style="quiet")] if self._step else []
        tail = visible(self._text[-_TAIL * width :]).split("\n")
        wrapped = [line for paragraph in tail for line in wrap(Text(paragraph), width)]
        return Text("\n").join([*lines, *wrapped[-_TAIL:]])

    def _now(self, key: str, step: str) -> None:
        self._step = step
        if not self._live and key not in self._told:
            self._told.add(key)
            self._screen.print(Text(step, style="quiet"), soft_wrap=True)


@contextmanager
def watching(headings: Mapping[Side, str] | None = None, *, quiet: bool = False) -> Iterator[Watching]:
    """Watch the work; with `quiet` nothing is shown. `headings` are what the two sides are called."""
    from rich.console import Console
    from rich.live import Live

    screen = Console(quiet=True) if quiet else console(stderr=True)
    watch = Watching(screen, screen.is_terminal and not quiet, headings or HEADINGS)
    if quiet or not screen.is_terminal:
        yield watch
        return
    with Live(get_renderable=watch.shown, console=screen, transient=True, refresh_per_second=8):
        yield watch
