"""Quote + file -> does it stand there? Independent of kb: bytes of text files, pages as pypdfium2 extracts them."""

from __future__ import annotations

import difflib
import re
import unicodedata
from functools import cache
from pathlib import Path
from typing import Any

import pypdfium2

# Private-use glyphs of Windows Thai fonts, as the code page of those fonts lists them.
PRIVATE = dict(
    zip(
        map(chr, range(0xF700, 0xF71B)),
        "\u0e10\u0e34\u0e35\u0e36\u0e37\u0e48\u0e49\u0e4a\u0e4b\u0e4c\u0e48\u0e49\u0e4a\u0e4b"
        "\u0e4c\u0e0d\u0e31\u0e4d\u0e47\u0e48\u0e49\u0e4a\u0e4b\u0e4c\u0e38\u0e39\u0e3a",
        strict=True,
    )
)
# Spaces, hyphens, and what pdfium writes for a hyphen at a line's end (U+FFFE, in newer versions U+0002).
IGNORED = re.compile("[\\s\u200b\ufeff\\-\u2010\u2011\u00ad\ufffe\x02]+")
# FONGMAN, a bullet, that a font without a map to Unicode gives as its TIS-620 byte.
LONE_BYTE = re.compile("(?<!\\S)\u00ef(?!\\S)")
MARK = re.compile("[\u0e31\u0e34-\u0e3a\u0e47-\u0e4e\uf701-\uf70e\uf710-\uf71a]")
SARA_AM = re.compile("\u0e4d([\u0e48-\u0e4b]?)\u0e32")


def plain(text: str) -> str:
    """NFC without spaces and hyphens; Thai private-use marks mapped, SARA AM in one piece."""
    text = unicodedata.normalize("NFC", text)
    for glyph, letter in PRIVATE.items():
        text = text.replace(glyph, letter)
    text = IGNORED.sub("", LONE_BYTE.sub("\u0e4f", text))
    return SARA_AM.sub("\\1\u0e33", text).replace("\u0e33\u0e32", "\u0e33")


@cache
def file_text(path: Path) -> str:
    """A UTF-8 text file, plain."""
    return plain(path.read_bytes().decode("utf-8"))


@cache
def page_texts(path: Path) -> tuple[str, ...]:
    """The pages of a PDF by pdfium, plain."""
    document = pypdfium2.PdfDocument(path)
    pages = []
    for number in range(len(document)):
        try:
            pages.append(plain(page_text(document[number].get_textpage())))
        except pypdfium2.PdfiumError:
            pages.append("")
    document.close()
    return tuple(pages)


def page_text(page: Any) -> str:
    """What pdfium extracts, its stray marks put over the letter that pdfium's own boxes place them over.

    Where lines are justified pdfium sorts a mark that overhangs its letter to a later word: the box stays, the order
    in the text is wrong (page 6 of the booklet: "เซอรเบีย ... ชาตินิยม์" for "เซอร์เบีย ... ชาตินิยม").
    """
    signs = [chr(pypdfium2.raw.FPDFText_GetUnicode(page, number)) for number in range(page.count_chars())]
    strays = [number for number, sign in enumerate(signs) if MARK.match(sign) and _is_stray(page, number)]
    moved: dict[int, str] = {}
    for number in strays:
        home = _home(page, signs, number)
        moved[home] = moved.get(home, "") + signs[number]
        signs[number] = ""
    return "".join(sign + moved.get(number, "") for number, sign in enumerate(signs))


def _is_stray(page: Any, number: int) -> bool:
    """Whether a mark does not stand over the sign before it."""
    if number == 0:
        return True
    left, _, right, _ = page.get_charbox(number)
    before, _, after, _ = page.get_charbox(number - 1)
    return not before - (right - left) <= left <= after + (right - left)


def _home(page: Any, signs: list[str], number: int) -> int:
    """The letter below a mark: on its line, its right edge nearest to the mark's."""
    _, bottom, right, top = page.get_charbox(number)
    best, found = float("inf"), number
    for other, sign in enumerate(signs):
        if sign.strip() and not MARK.match(sign):
            _, _, edge, upper = page.get_charbox(other)
            if abs(bottom - upper) <= top - bottom and abs(edge - right) < best:
                best, found = abs(edge - right), other
    return found


def stands(quote: str, path: Path, page: int | None) -> bool:
    """Whether the quote occurs in the file, or on that page (from 1) of a PDF."""
    if page is None:
        return plain(quote) in file_text(path)
    pages = page_texts(path)
    return page <= len(pages) and plain(quote) in pages[page - 1]


def aligned(ours: str, theirs: str, step: int = 24) -> float:
    """The share of the characters of `theirs` (plain) that stand in the same order in `ours`.

    Patience alignment: stretches of `step` characters that are unique in both are anchors, difflib fills the gaps.
    """
    left, right = plain(ours), plain(theirs)
    return _common(left, right, step) / max(1, len(right))


def _common(left: str, right: str, step: int) -> int:
    chain = _chain(_anchors(left, right, step))
    total, at_left, at_right = 0, 0, 0
    for a, b in [*chain, (len(left), len(right))]:
        if a >= at_left and b >= at_right:
            gap = difflib.SequenceMatcher(None, left[at_left:a], right[at_right:b], autojunk=False)
            total += sum(block.size for block in gap.get_matching_blocks())
            size = min(step, len(left) - a)
            total, at_left, at_right = total + size, a + size, b + size
    return total


def _anchors(left: str, right: str, step: int) -> list[tuple[int, int]]:
    seen: dict[str, int | None] = {}
    for start in range(len(left) - step + 1):
        part = left[start : start + step]
        seen[part] = None if part in seen else start
    twice: set[str] = set()
    found: dict[str, int] = {}
    for start in range(len(right) - step + 1):
        part = right[start : start + step]
        if part in found:
            twice.add(part)
        found[part] = start
    return sorted((seen[p], at) for p, at in found.items() if p not in twice and seen.get(p) is not None)  # type: ignore[type-var,misc]


def _chain(anchors: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """The longest run of anchors that rises on both sides."""
    import bisect

    tails: list[int] = []
    at: list[int] = []
    back: list[int] = []
    for number, (_, b) in enumerate(anchors):
        place = bisect.bisect_left(tails, b)
        back.append(at[place - 1] if place else -1)
        tails[place : place + 1] = [b]
        at[place : place + 1] = [number]
    chain, number = [], at[-1] if at else -1
    while number >= 0:
        chain.append(anchors[number])
        number = back[number]
    return chain[::-1]
