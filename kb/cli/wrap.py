"""Styled text -> lines that fit a screen and never break a word or a grapheme cluster."""

from __future__ import annotations

import itertools
import re
from typing import TYPE_CHECKING

from rich.cells import cell_len
from rich.text import Text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kb.language.segment import Span

ELLIPSIS = "…"

_SPACES = re.compile(r"[^\S\n]")
# Control characters, and the marks that turn the direction of writing.
_STEERING = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")


def wrap(text: Text, width: int) -> list[Text]:
    """Break a text at white space, and inside Thai between words.

    Args:
        text: One paragraph; line breaks in it are taken for spaces.
        width: Cells in a line, at least 1.

    Returns:
        The lines, without white space at their ends; their words are those of `text`, in order. A word that is wider
        than a line is broken between grapheme clusters.
    """
    text = text.copy()
    text.plain = plain = flat(text.plain)
    breaks: list[int] = []
    line_start = used = 0
    for start, end in _pieces(plain, width):
        size = cell_len(plain[start:end])
        if used and used + cell_len(plain[start:end].rstrip()) > width:
            breaks.append(start)
            line_start, used = start, 0
        used = used + size if start > line_start else size
    lines = [_stripped(line) for line in text.divide(breaks)]
    return [line for line in lines if line.plain]


def visible(text: str) -> str:
    """The same number of characters, none of which steers a terminal: controls become U+FFFD, line breaks stay."""
    return _STEERING.sub("\ufffd", _SPACES.sub(" ", text))


def flat(text: str) -> str:
    """The same number of visible characters, on one line."""
    return visible(text).replace("\n", " ")


def _stripped(line: Text) -> Text:
    plain = line.plain
    stripped = line[len(plain) - len(plain.lstrip()) : len(plain.rstrip())]
    stripped.no_wrap = True
    return stripped


def _pieces(text: str, width: int) -> Iterator[Span]:
    """What stays together, each with the white space behind it."""
    cuts = _cuts(text)
    for start, end in zip([0, *cuts], [*cuts, len(text)], strict=True):
        if cell_len(text[start:end].rstrip()) <= width:
            yield start, end
        else:
            yield from _too_wide(text, start, end, width)


def _cuts(text: str) -> list[int]:
    cuts = {i for i in range(1, len(text)) if text[i - 1].isspace() and not text[i].isspace()}
    if any("\u0e00" <= c <= "\u0e7f" for c in text):
        from kb.language.segment import word_spans

        cuts.update(start for start, _ in word_spans(text) if start and "\u0e00" <= text[start - 1] <= "\u0e7f")
    return sorted(cuts)


def _too_wide(text: str, start: int, end: int, width: int) -> Iterator[Span]:
    from kb.language.segment import grapheme_starts

    clusters = [start + cut for cut in grapheme_starts(text[start:end])]
    line = start
    for left, right in itertools.pairwise(clusters):
        if left > line and cell_len(text[line:right].rstrip()) > width:
            yield line, left
            line = left
    yield line, end


def shorten(text: str, start: int, end: int, around: int) -> tuple[str, int, int]:
    """The span of a text with at most `around` characters of its context on each side, cut between words.

    Returns:
        The excerpt, with an ellipsis where something was cut, and the start and end of the span in it.
    """
    first = 0 if start <= around else _first_word(text, start - around, start)
    last = len(text) if len(text) - end <= around else _last_word(text, end, end + around)
    head = f"{ELLIPSIS} " if first else ""
    tail = f" {ELLIPSIS}" if last < len(text) else ""
    shift = len(head) - first
    return head + text[first:end] + text[end:last].rstrip() + tail, start + shift, end + shift


def _first_word(text: str, low: int, high: int) -> int:
    """The first place from `low` on where a word begins, `high` when there is none."""
    if text[low - 1].isspace():
        return low
    return low + min(_cuts(text[low:high]), default=high - low)


def _last_word(text: str, low: int, high: int) -> int:
    """The last place up to `high` where a word has ended, `low` when there is none."""
    if text[high].isspace():
        return high
    return low + max(_cuts(text[low:high]), default=0)


def one_line(text: str, cells: int) -> str:
    """The beginning of a text on one line of at most `cells` cells, cut between words or clusters."""
    line = " ".join(flat(text).split())
    if cell_len(line) <= cells:
        return line
    return wrap(Text(line), max(cells - 1, 1))[0].plain + ELLIPSIS
