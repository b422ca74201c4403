"""The options that say which documents are looked at -> Filters."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from kb.index.scope import Filters

Within = Annotated[
    str | None,
    typer.Option("--in", metavar="PATTERN", help="Only documents in this folder or of this name: 'letters/*.txt'."),
]
Type = Annotated[str | None, typer.Option("--type", metavar="TYPE", help="Only txt, md or pdf.")]
Language = Annotated[str | None, typer.Option("--language", metavar="LANGUAGE", help="Only th, en or other.")]
Since = Annotated[
    str | None, typer.Option("--since", metavar="DATE", help="Modified on this day or later: 2024-05-31.")
]
Before = Annotated[str | None, typer.Option("--before", metavar="DATE", help="Modified before this day.")]


def filters_of(
    within: str | None, kind: str | None, language: str | None, since: str | None, before: str | None
) -> Filters | None:
    """The filters that were typed; None where there are none.

    Raises:
        FilterError: A value is impossible.
    """
    if all(value is None for value in (within, kind, language, since, before)):
        return None
    from kb.index.scope import Filters, read_day

    first = None if since is None else read_day(since, "since")
    end = None if before is None else read_day(before, "before")
    return Filters(within, kind, language, first, end)
