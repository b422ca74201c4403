"""verify: a claim, or every sentence of a file -> whether the documents prove it."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.table import Table
from rich.text import Text

from kb.cli.frame import Desk, Reply
from kb.cli.render import place, show_prose, show_quote
from kb.cli.screen import patience, progress_bars
from kb.cli.wrap import flat

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from rich.console import Console

    from kb.answering.checking import Checked

WORDS: Mapping[str, str] = {
    "supported": "supported",
    "partial": "partly",
    "contradicted": "contradicted",
    "not_found": "not found",
}
STYLES: Mapping[str, str] = {"supported": "good", "partial": "ask", "contradicted": "bad", "not_found": "bad"}


def verify(
    desk: Desk,
    claim: Annotated[str | None, typer.Argument(metavar="CLAIM", help="A sentence to check.")] = None,
    *,
    file: Annotated[
        Path | None, typer.Option("--file", metavar="FILE", help="Check every sentence of this file instead.")
    ] = None,
    quote: Annotated[
        list[str] | None,
        typer.Option("--quote", metavar="TEXT", help="Check against this text, not the documents; may be repeated."),
    ] = None,
) -> Reply:
    """Check a claim, or a whole file, against the documents."""
    if (claim is None) == (file is None):
        raise typer.BadParameter("Give a claim, or --file FILE")
    with desk.knowledge_base() as base:
        if claim is not None:
            with patience("Checking ...", quiet=desk.json):
                checked = base.verify(claim, quote)
            return Reply(checked.as_dict(), lambda screen: show_checked(screen, checked))
        with progress_bars(quiet=desk.json) as progress:
            every = base.verify_file(str(file), quote, progress)
    counts: Counter[str] = Counter(one.status for one in every)
    document: dict[str, Any] = {
        "file": str(file),
        "counts": {status: counts[status] for status in WORDS},
        "claims": [one.as_dict() for one in every],
    }
    return Reply(document, lambda screen: show_table_of(screen, every))


def show_checked(screen: Console, checked: Checked) -> None:
    """The verdict, why, and the words that prove it."""
    screen.print(Text(WORDS[checked.status], style=STYLES[checked.status]))
    show_prose(screen, Text(flat(checked.why), style="quiet"), indent=0)
    for citation in checked.citations:
        where = place(citation.document, citation.page, citation.page_end)
        screen.print(Text.assemble((f"[{citation.number}] ", "ask"), (where, "place")))
        show_quote(screen, citation.quote, 0, len(citation.quote))


def show_table_of(screen: Console, every: Sequence[Checked]) -> None:
    """One row for each sentence, and how many of each verdict there are."""
    table = Table(box=None, header_style="ask", padding=(0, 2, 0, 0))
    for name in ("verdict", "sentence", "proof, or why not"):
        table.add_column(name, overflow="fold")
    for one in every:
        proof = "; ".join(_proof(citation.document, citation.page, citation.quote) for citation in one.citations)
        said = proof if one.status == "supported" else "; ".join(part for part in (one.why, proof) if part)
        table.add_row(Text(WORDS[one.status], style=STYLES[one.status]), Text(flat(one.claim)), Text(flat(said)))
    screen.print(table, soft_wrap=False)
    counts: Counter[str] = Counter(one.status for one in every)
    told = ", ".join(f"{counts[status]} {word}" for status, word in WORDS.items() if counts[status])
    screen.print(f"{len(every)} sentences: {told}")


def _proof(document: str, page: int | None, quote: str) -> str:
    return f"{place(document, page)}: »{quote}«"
