"""Answers, sources, documents -> lines and tables."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from rich.table import Table
from rich.text import Text

from kb.cli.screen import prose_width
from kb.cli.wrap import flat, one_line, shorten, visible, wrap

if TYPE_CHECKING:
    from rich.console import Console

    from kb.answering.answer import Answer, Citation, Dropped
    from kb.retrieval.source import Source

# Characters of context shown on each side of a quote.
CONTEXT = 160
_INDENT = 4


def place(document: str, page: int | None, page_end: int | None = None) -> str:
    """Where something stands, as a person says it."""
    document = flat(document)
    if page is None:
        return document
    if page_end is not None and page_end != page:
        return f"{document}, pages {page}-{page_end}"
    return f"{document}, page {page}"


def show_answer(screen: Console, answer: Answer) -> None:
    """What a model wrote, as far as it is proven, and the quotes, each in its context; or the refusal."""
    if answer.status == "declined":
        _show_refusal(screen, answer)
        show_dropped(screen, answer.dropped)
        return
    if answer.mode != "quote":
        for line in answer.text.splitlines():
            show_prose(screen, Text(line, style="ask"), indent=0)
        screen.print()
    for citation in answer.citations:
        screen.print(_heading(citation.number, place(citation.document, citation.page, citation.page_end)))
        text, start, end = context_of(citation, answer.sources)
        show_quote(screen, *shorten(text, start, end, CONTEXT))
        screen.print()
    show_dropped(screen, answer.dropped)
    if "uncalibrated" in answer.reason or (answer.mode == "quote" and answer.draft is not None):
        show_prose(screen, Text(answer.reason, style="quiet"), indent=0)


def show_dropped(screen: Console, dropped: Sequence[Dropped]) -> None:
    """What a model wrote and nothing proves."""
    if not dropped:
        return
    screen.print(f"Left out, since the documents do not prove it: {len(dropped)}", style="quiet")
    for one in dropped:
        show_prose(screen, Text(f"- {flat(one.text)}  ({flat(one.why)})", style="quiet"), indent=2)
    screen.print()


def _show_refusal(screen: Console, answer: Answer) -> None:
    show_prose(screen, Text(answer.text, style="ask"), indent=0)
    if answer.reason:
        show_prose(screen, Text(answer.reason, style="quiet"), indent=0)
    if answer.sources:
        nearest = answer.sources[0]
        screen.print()
        screen.print(Text.assemble(("Nearest: ", "quiet"), (place(nearest.document, nearest.page), "place")))
        show_prose(screen, Text(one_line(nearest.text, 2 * prose_width(screen)), style="quiet"))
    screen.print()


def context_of(citation: Citation, sources: Sequence[Source]) -> tuple[str, int, int]:
    """The passage a quote was taken from, and where in it the quote stands; the quote alone when no source holds it."""
    for source in sources:
        if source.document == citation.document and source.start <= citation.start and citation.end <= source.end:
            return source.text, citation.start - source.start, citation.end - source.start
    return citation.quote, 0, len(citation.quote)


def show_quote(screen: Console, text: str, start: int, end: int) -> None:
    """A quote highlighted inside its context; between »« where there are no colours."""
    text = visible(text)
    if screen.color_system is None:
        text = f"{text[:start]}»{text[start:end]}«{text[end:]}"
        show_prose(screen, Text(text))
        return
    styled = Text(text, style="quiet")
    styled.stylize("quote", start, end)
    show_prose(screen, styled)


def show_prose(screen: Console, text: Text, indent: int = _INDENT) -> None:
    """A text broken into lines that fit, each paragraph on its own."""
    for paragraph in text.split("\n\n"):
        for line in wrap(paragraph, max(prose_width(screen) - indent, 8)):
            screen.print(Text(" " * indent) + line, soft_wrap=True)


def _heading(number: int, where: str) -> Text:
    return Text.assemble((f"[{number}] ", "ask"), (where, "place"))


def show_sources(screen: Console, sources: Sequence[Source]) -> None:
    """Ranked passages with their score and place."""
    for rank, source in enumerate(sources, start=1):
        heading = Text.assemble(
            (f"{rank}. ", "ask"), (place(source.document, source.page), "place"), (f"  {source.score:.2f}", "quiet")
        )
        screen.print(heading)
        show_prose(screen, Text(source.text))
        screen.print()


def show_table(screen: Console, columns: Sequence[str], rows: Sequence[Mapping[str, object]]) -> None:
    """A table of the named fields; None is left blank, numbers stand to the right."""
    table = Table(box=None, header_style="ask", padding=(0, 2, 0, 0))
    for name in columns:
        numeric = any(isinstance(row[name], int | float) and not isinstance(row[name], bool) for row in rows)
        table.add_column(name, justify="right" if numeric else "left", overflow="fold")
    for row in rows:
        table.add_row(*(Text(_cell(row[name])) for name in columns))
    if screen.is_terminal:
        screen.print(table, soft_wrap=False)
        return
    with screen.capture() as padded:
        screen.print(table, soft_wrap=False)
    screen.print("\n".join(line.rstrip() for line in padded.get().splitlines()))


def _cell(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return f"{value:,}" if isinstance(value, int) else flat(str(value))
