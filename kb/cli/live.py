"""The events of an answer -> what a person sees while it is made."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import TYPE_CHECKING

from rich.text import Text

from kb.answering.answer import Answer
from kb.answering.conversation import differs
from kb.answering.events import Drafted, Event, Judged, Retrieved
from kb.cli.render import show_answer, show_prose
from kb.cli.screen import console
from kb.cli.wrap import flat

if TYPE_CHECKING:
    from rich.console import Console
    from rich.status import Status

    from kb.answering.answer import Citation

# Characters of a draft that are shown while it is not judged yet.
TAIL = 60


def show_events(screen: Console, question: str, events: Iterable[Event]) -> Answer:
    """Show an answer as it is made.

    What the question was understood as comes first; then each sentence as soon as it is proven, on a terminal only;
    last the quotes. What is drafted and not judged yet stands in a line of its own that goes away, and in a pipe
    nowhere.

    Args:
        screen: Where results go.
        question: As typed.
        events: Of this question; the last is the answer.

    Returns:
        The answer.
    """
    with _Draft(console(stderr=True), quiet=not screen.is_terminal) as draft:
        told = False
        for event in events:
            if isinstance(event, Retrieved):
                show_understood(screen, question, event.standalone_question)
            elif isinstance(event, Drafted):
                draft.add(event.delta)
            elif isinstance(event, Judged):
                draft.clear()
                if screen.is_terminal and event.shown is not None:
                    show_prose(screen, Text(_sentence(event.shown, event.citations), style="ask"), indent=0)
                    told = True
            else:
                answer = event if isinstance(event, Answer) else None
    assert answer is not None, "an answer is the last event"
    _show_rest(screen, answer, told)
    return answer


def show_understood(screen: Console, question: str, understood: str) -> None:
    """What a follow-up was taken for, where that is not what was typed."""
    if differs(question, understood):
        show_prose(screen, Text(f"Understood as: {flat(understood)}", style="quiet"), indent=0)


def _show_rest(screen: Console, answer: Answer, told: bool) -> None:
    """The whole answer; where its sentences were shown already, the quotes that prove them."""
    if told and answer.status == "answered" and answer.mode != "quote":
        screen.print()
        answer = replace(answer, mode="quote", draft=None)
    show_answer(screen, answer)


def _sentence(text: str, citations: Iterable[Citation]) -> str:
    return flat(text) + "".join(f" [{citation.number}]" for citation in citations)


class _Draft:
    """One line on a terminal that shows the end of what is drafted, until it is judged."""

    def __init__(self, screen: Console, *, quiet: bool) -> None:
        self._screen = screen
        self._quiet = quiet or not screen.is_terminal
        self._text = ""
        self._status: Status | None = None

    def __enter__(self) -> _Draft:
        return self

    def __exit__(self, *_: object) -> None:
        self.clear()

    def add(self, delta: str) -> None:
        """More of the draft."""
        if self._quiet:
            return
        self._text += delta
        if self._status is None:
            self._status = self._screen.status("")
            self._status.start()
        self._status.update(Text(f"Drafting, not checked yet: {flat(self._text)[-TAIL:]}", style="quiet"))

    def clear(self) -> None:
        """Take the line away."""
        self._text = ""
        if self._status is not None:
            self._status.stop()
            self._status = None
