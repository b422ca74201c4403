"""Questions, one after another -> answers, and a closer look at what proves them."""

from __future__ import annotations

import sys
from collections.abc import Generator, Iterator
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, TextIO

from rich.text import Text

from kb.answering.conversation import Turn
from kb.cli.frame import Desk, error_document
from kb.cli.library import show_synced
from kb.cli.live import show_events
from kb.cli.questions import open_writer
from kb.cli.render import place, show_quote, show_sources
from kb.cli.screen import console, error_line, patience, progress_bars
from kb.cli.wrap import shorten
from kb.errors import IndexMissing, KBError

if TYPE_CHECKING:
    from rich.console import Console

    from kb.answering.answer import Answer
    from kb.answering.events import Event
    from kb.knowledge_base import KnowledgeBase

HELP = {
    ":sources": "the passages behind the last answer, best first",
    ":open N": "quote N of the last answer in its wider context",
    ":export FILE": "write the conversation with its quotes to FILE.md or FILE.html",
    ":new": "forget what was said: the next question is about something else",
    ":help": "this list",
    ":quit": "leave (so does Ctrl-D); Ctrl-C clears the line or interrupts an answer",
}

# Characters shown on each side of a quote by :open.
WIDE_CONTEXT = 1200
# Turns that a follow-up may be about; older ones are forgotten.
MOST_TURNS = 20
TITLE = "Questions and answers"
_EXPORTED = (".md", ".markdown", ".html", ".htm")
# Characters more, so that the context can be cut between words.
_SLACK = 40


@dataclass(slots=True)
class Conversation:
    """A knowledge base, what it answered, and the screen that shows it.

    `history` tells what a follow-up is about; `answers` is all that was answered, for :export.
    """

    base: KnowledgeBase
    screen: Console
    json: bool = False
    history: list[Turn] = field(default_factory=list)
    answers: list[Answer] = field(default_factory=list)
    exchanges: list[dict[str, Any]] = field(default_factory=list)

    @property
    def last(self) -> Answer | None:
        """The last answer."""
        return self.answers[-1] if self.answers else None

    def take(self, line: str) -> bool:
        """Do what a line asks for; False when it says to leave. An error is shown and the conversation goes on."""
        try:
            if line.startswith(":"):
                return self._command(line)
            self._question(line)
        except KBError as error:
            self.exchanges.append({"question": line, **error_document(error)})
            error_line(str(error))
        except KeyboardInterrupt:
            error_line("Interrupted; ask again, or leave with :quit")
        return True

    def _question(self, question: str) -> None:
        answer = self._answered(question)
        self.answers.append(answer)
        told = answer.text if answer.status == "answered" else ""
        self.history = [*self.history, Turn(question, answer.standalone_question, told)][-MOST_TURNS:]
        if self.json:
            self.exchanges.append(answer.as_dict())

    def _answered(self, question: str) -> Answer:
        """The answer, shown as it is made; whatever interrupts it ends what is still being written."""
        open_writer(self.base, question, None, None, quiet=self.json)
        if self.json:
            return self.base.ask(question, history=self.history)
        with closing(self._events(question)) as events:
            return show_events(self.screen, question, events)

    def _events(self, question: str) -> Generator[Event]:
        """The events of an answer; the first one may take a while."""
        events = self.base.ask_stream(question, history=self.history)
        try:
            with patience("Looking ...", quiet=self.json):
                first = next(events)
            yield first
            yield from events
        finally:
            close = getattr(events, "close", None)
            if close is not None:
                close()

    def _command(self, line: str) -> bool:
        name, _, rest = line.partition(" ")
        if name == ":quit":
            return False
        argument = rest.strip()
        if name == ":help":
            self._help()
        elif name == ":sources":
            self._sources()
        elif name == ":open":
            self._open(argument)
        elif name == ":export":
            self._export(argument)
        elif name == ":new":
            self.history.clear()
            self.screen.print("The next question stands alone.", style="quiet")
        else:
            error_line(f"{name} is not a command; there are {', '.join(HELP)}")
        return True

    def _help(self) -> None:
        width = max(map(len, HELP)) + 1
        for command, meaning in HELP.items():
            self.screen.print(Text.assemble((f"{command:<{width}}", "ask"), meaning))

    def _export(self, name: str) -> None:
        """Write everything that was answered, what :new forgot included."""
        from kb.answering import export

        file = Path(name.strip("\"'")).expanduser()
        if not self.answers:
            error_line("Nothing to export yet: ask a question first")
        elif file.suffix.lower() not in _EXPORTED:
            error_line(":export takes the name of a file, FILE.md or FILE.html")
        else:
            export.write(self.answers, file, TITLE)
            count = len(self.answers)
            self.screen.print(f"{count} answer{'' if count == 1 else 's'} written to {file}", style="quiet")

    def _sources(self) -> None:
        if self.last is None or not self.last.sources:
            error_line("No sources yet: ask a question first")
        else:
            show_sources(self.screen, self.last.sources)

    def _open(self, number: str) -> None:
        citations = () if self.last is None else self.last.citations
        chosen = [citation for citation in citations if str(citation.number) == number]
        if not citations:
            error_line("No quotes to open: ask a question first")
        elif not chosen:
            error_line(f":open takes the number of a quote, 1 to {len(citations)}")
        else:
            citation = chosen[0]
            excerpt = self.base.open_context(citation, WIDE_CONTEXT + _SLACK)
            text, start = excerpt.before + excerpt.quote + excerpt.after, len(excerpt.before)
            self.screen.print(Text(place(citation.document, citation.page, citation.page_end), style="place"))
            show_quote(self.screen, *shorten(text, start, start + len(excerpt.quote), WIDE_CONTEXT))


def converse(base: KnowledgeBase, desk: Desk) -> list[dict[str, Any]]:
    """Index when nothing is indexed yet, then answer until the end of input.

    Returns:
        The answers and errors in order, in their JSON shapes; filled only for --json.
    """
    conversation = Conversation(base, console(stderr=desk.json), desk.json)
    _first_run(base, desk)
    if _at_terminal() and not desk.json:
        interact(conversation, desk.storage)
    else:
        _piped(conversation, sys.stdin)
    return conversation.exchanges


def _first_run(base: KnowledgeBase, desk: Desk) -> None:
    """Index the documents folder where nothing is indexed, be it that a first run was interrupted."""
    if _holds_documents(base):
        return
    notes = console(stderr=True)
    notes.print(f"Nothing is indexed yet: indexing {base.documents_folder}")
    with progress_bars(quiet=desk.json) as progress:
        synced = base.index((), progress=progress)
    show_synced(notes, synced)


def _holds_documents(base: KnowledgeBase) -> bool:
    try:
        return bool(base.documents())
    except IndexMissing:
        return False


def _at_terminal() -> bool:
    return sys.stdin is not None and sys.stdin.isatty() and sys.stdout.isatty()


def _piped(conversation: Conversation, lines: TextIO | None) -> None:
    for question in _questions(lines):
        if not conversation.json:
            conversation.screen.print(Text(f"> {question}", style="ask"))
        if not conversation.take(question):
            return


def _questions(lines: TextIO | None) -> Iterator[str]:
    if lines is None:
        return
    reconfigure = getattr(lines, "reconfigure", None)
    if reconfigure is not None:
        reconfigure(encoding="utf-8-sig", errors="replace")
    yield from (line.strip() for line in lines if line.strip())


def interact(conversation: Conversation, storage: Path) -> None:
    """Read lines with editing and a history that is kept in the storage, until Ctrl-D or :quit."""
    from prompt_toolkit import PromptSession
    from prompt_toolkit.completion import WordCompleter
    from prompt_toolkit.history import FileHistory, History, InMemoryHistory

    history: History = FileHistory(str(storage / "chat_history")) if _writable(storage) else InMemoryHistory()
    commands = WordCompleter([command.split()[0] for command in HELP], sentence=True)
    session: PromptSession[str] = PromptSession(history=history, completer=commands, complete_while_typing=False)
    conversation.screen.print("Ask a question in English or Thai. :help lists the commands.", style="quiet")
    while True:
        try:
            line = session.prompt("> ").strip()
        except KeyboardInterrupt:
            continue
        except EOFError:
            return
        if line and not conversation.take(line):
            return


def _writable(folder: Path) -> bool:
    probe = folder / "chat_history"
    try:
        probe.open("a").close()
    except OSError:
        return False
    return True
