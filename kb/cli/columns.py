"""Cells -> lines whose columns stand under each other, whatever the script."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from rich.cells import cell_len
from rich.text import Text

from kb.cli.screen import prose_width
from kb.cli.wrap import ELLIPSIS

if TYPE_CHECKING:
    from rich.console import Console

_GAP = 2
_INDENT = 2
_NARROWEST = 12


@dataclass(frozen=True, slots=True)
class Row:
    """One line of cells, and a line below it where there is something to add."""

    cells: Sequence[str]
    style: str = ""
    below: str = ""


@dataclass(frozen=True, slots=True)
class Columns:
    """The heads of the columns, which of them stand to the left, and the one that gives way where room is short."""

    heads: Sequence[str]
    left: Collection[int] = ()
    yielding: int | None = None


def show_columns(screen: Console, columns: Columns, rows: Sequence[Row]) -> None:
    """A table that fits the screen; widths are those of cells, so that Thai marks take none."""
    widths = [
        max(cell_len(cells[at]) for cells in (columns.heads, *(row.cells for row in rows)))
        for at in range(len(columns.heads))
    ]
    if columns.yielding is not None:
        over = _INDENT + sum(widths) + _GAP * (len(widths) - 1) - prose_width(screen)
        widths[columns.yielding] = min(widths[columns.yielding], max(_NARROWEST, widths[columns.yielding] - over))
    _show(screen, columns, Row(columns.heads, "ask"), widths)
    for row in rows:
        _show(screen, columns, row, widths)
        if row.below:
            screen.print(Text(" " * (_INDENT + widths[0] + _GAP) + row.below, style="quiet"), soft_wrap=True)


def room_below(screen: Console, first: int) -> int:
    """How many cells a line below a row may take, where the first column has so many."""
    return prose_width(screen) - _INDENT - first - _GAP


def _show(screen: Console, columns: Columns, row: Row, widths: Sequence[int]) -> None:
    cells = []
    for at, (cell, width) in enumerate(zip(row.cells, widths, strict=True)):
        shown = tail(cell, width)
        space = " " * (width - cell_len(shown))
        cells.append(shown + space if at in columns.left else space + shown)
    line = " " * _INDENT + (" " * _GAP).join(cells)
    screen.print(Text(line.rstrip(), style=row.style), soft_wrap=True)


def tail(text: str, cells: int) -> str:
    """The end of a name that is too wide: it tells more than the folders it begins with."""
    if cell_len(text) <= cells:
        return text
    from kb.language.segment import grapheme_starts

    return next((ELLIPSIS + text[at:] for at in grapheme_starts(text) if cell_len(text[at:]) < cells), ELLIPSIS)
