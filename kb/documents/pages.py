"""Pages of raw text -> one canonical text and where each page starts."""

from __future__ import annotations

import collections
import re
from collections.abc import Sequence

from kb.language import thai
from kb.language.normalize import WRAPPED_THAI, canonical, seam, visible_width

_DIGITS = re.compile(r"[0-9๐-๙]+")
_SYMBOLS = re.compile("[\uf020-\uf0ff]")  # private-use characters of Symbol and Wingdings: ornaments
_BLANK = re.compile(r"\s+")
_INDENTED = re.compile(r"[ \t\u3000]")

FURNITURE_LINES = 2  # looked at on either end of a page
FURNITURE_PAGES = 3  # a line is furniture when it stands on at least this many pages
FURNITURE_SHARE = 0.4  # and on this share of them (left and right pages may differ)
SHORTEST_PAGE = 4  # lines: a shorter page keeps them all
MOST_INDENTED = 0.4  # share of indented lines above which an indent says nothing about paragraphs


def join(pages: Sequence[str]) -> tuple[str, list[int]]:
    """Join pages to one text that is canonical as a whole.

    Running headers, footers and page numbers are taken out, but for the first page they stand on; a paragraph that
    flows over a page's end stays one paragraph.

    Args:
        pages: Raw text of each page, line breaks as on the page.

    Returns:
        The canonical text, and for each page the offset (in code points) at which it starts; an empty page starts
        where the next one does, or at the end, so that bisect_right(starts, offset) is the page of a character.
    """
    lines = without_furniture([_mended(page).split("\n") for page in pages])
    bodies = [canonical(_with_paragraphs(page)) for page in lines]
    text, starts = _joined(bodies, [_seam(before, after) for before, after in _neighbours(lines, bodies)])
    if canonical(text) != text:  # two pages that would change each other stay paragraphs of their own
        text, starts = _joined(bodies, ["\n\n"] * len(bodies))
    return text, starts


def _mended(page: str) -> str:
    page = _SYMBOLS.sub("", page.replace("\uf0b7", "•").replace("\uf0a7", "▪"))
    return thai.without_gaps(page) if thai.has_thai(page) else page


def without_furniture(pages: Sequence[Sequence[str]]) -> list[list[str]]:
    """Pages without the lines at their ends that repeat from page to page (numbers in them aside)."""
    filled = [[line for line in page if line.strip()] for page in pages]
    seen: collections.Counter[tuple[bool, str]] = collections.Counter()
    for page in filled:
        if len(page) >= SHORTEST_PAGE:
            seen.update({(True, _key(line)) for line in page[:FURNITURE_LINES]})
            seen.update({(False, _key(line)) for line in page[-FURNITURE_LINES:]})
    least = max(FURNITURE_PAGES, FURNITURE_SHARE * sum(len(page) >= SHORTEST_PAGE for page in filled))
    furniture = {key for key, count in seen.items() if count >= least}
    kept: set[str] = set()
    return [_stripped(list(page), furniture, kept) for page in pages]


def _stripped(page: list[str], furniture: set[tuple[bool, str]], kept: set[str]) -> list[str]:
    if sum(bool(line.strip()) for line in page) < SHORTEST_PAGE:
        return page
    for top in (True, False):
        numbers = [index for index, line in enumerate(page) if line.strip()]
        ends = numbers[:FURNITURE_LINES] if top else numbers[-FURNITURE_LINES:]
        drop = set()
        for index in ends:
            key = _key(page[index])
            if (top, key) in furniture:
                if key in kept or not any(sign.isalpha() for sign in key):
                    drop.add(index)
                kept.add(key)
        page = [line for index, line in enumerate(page) if index not in drop]
    return page


def _key(line: str) -> str:
    return _DIGITS.sub("#", _BLANK.sub("", line)).casefold()


def _with_paragraphs(lines: Sequence[str]) -> str:
    """A page's text with a blank line before each indented line, where only some lines are indented."""
    filled = [line for line in lines if line.strip()]
    indented = sum(bool(_INDENTED.match(line)) for line in filled)
    if not 0 < indented <= MOST_INDENTED * len(filled):
        return "\n".join(lines)
    return "\n".join(f"\n{line}" if _INDENTED.match(line) and line.strip() else line for line in lines)


def _neighbours(lines: Sequence[list[str]], bodies: Sequence[str]) -> list[tuple[list[str], list[str]]]:
    """Each page with text beside the one with text before it; an empty pair for the others."""
    pairs: list[tuple[list[str], list[str]]] = []
    last: list[str] = []
    for page, body in zip(lines, bodies, strict=True):
        pairs.append((last, page) if body else ([], []))
        last = page if body else last
    return pairs


def _seam(before: Sequence[str], after: Sequence[str]) -> str:
    """What stands between two pages."""
    upper, lower = [line for line in before if line.strip()], [line for line in after if line.strip()]
    if not upper or not lower or _INDENTED.match(lower[0]):
        return "\n\n"
    last, first = canonical(upper[-1]), canonical(lower[0])
    width = max(visible_width(line.strip()) for line in upper)
    if not last or not first or width < WRAPPED_THAI:
        return "\n\n"
    found = seam(last + " " * upper[-1].endswith(" "), first, width)
    return "" if found == "-" else found


def _joined(bodies: Sequence[str], seams: Sequence[str]) -> tuple[str, list[int]]:
    parts: list[str] = []
    starts: list[int] = []
    length = 0
    for body, between in zip(bodies, seams, strict=True):
        if body and length:
            parts.append(between)
            length += len(between)
        starts.append(length)
        parts.append(body)
        length += len(body)
    for number in range(len(bodies) - 2, -1, -1):
        if not bodies[number]:
            starts[number] = starts[number + 1]
    return "".join(parts), starts
