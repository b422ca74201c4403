"""Two texts -> columns beside each other, or one below the other where room is short."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import zip_longest
from typing import TYPE_CHECKING

from rich.cells import cell_len
from rich.text import Text

from kb.cli.wrap import visible, wrap

if TYPE_CHECKING:
    from rich.console import Console

_GAP = 3
_NARROWEST = 30  # cells of a column; below it is no pleasure to read
_WIDEST = 160
_PLAIN = 120  # without a terminal


@dataclass(frozen=True, slots=True)
class Column:
    """A heading, a text, and a quiet line below it."""

    heading: str
    text: str
    below: str = ""

    def lines(self, width: int) -> Iterator[Text]:
        """As lines of at most so many cells; paragraphs and lists keep their lines."""
        yield from wrap(Text(self.heading, style="ask"), width)
        for paragraph in visible(self.text).split("\n"):
            yield from wrap(Text(paragraph), width) or [Text()]
        if self.below:
            yield from wrap(Text(self.below, style="quiet"), width)


def show_beside(screen: Console, left: Column, right: Column) -> None:
    """Show two texts so that they can be compared; words of any script stay whole."""
    room = min(screen.width, _WIDEST) if screen.is_terminal else _PLAIN
    width = (room - _GAP) // 2
    if width < _NARROWEST:
        for column in (left, right):
            for line in column.lines(room):
                screen.print(line, soft_wrap=True)
            screen.print()
        return
    for one, other in zip_longest(left.lines(width), right.lines(width), fillvalue=Text()):
        line = one + Text(" " * (width - cell_len(one.plain) + _GAP)) + other
        line.rstrip()
        screen.print(line, soft_wrap=True)
    screen.print()
