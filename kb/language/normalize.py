"""Raw text -> canonical text."""

from __future__ import annotations

import itertools
import re
import unicodedata

import regex

from kb.language import thai

_LINE_ENDS = re.compile("\r\n?|[\x85\u2028]")
_PAGE_ENDS = re.compile("[\x0b\x0c\x1c-\x1e\u2029]+")
_SOFT_HYPHEN_AT_END = regex.compile(r"\xad[ \t]*\n[ \t]*(?=\p{L})")
# Invisible characters: zero-width space, directional marks, word joiner, soft hyphen, byte order mark, controls.
_INVISIBLE = re.compile(
    "[\x00-\x08\x0e-\x1b\x1f\x7f-\x84\x86-\x9f\xad\u200b\u200e\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f\ufeff\ufff9-\ufffc\ufffe\uffff]+"
)
# Joiners shape Arabic, Indic and emoji; elsewhere they are dirt.
_STRAY_JOINERS = re.compile("(?:^|(?<=[\x00-\u036f\u0e00-\u0e7f\u2000-\u200a]))[\u200c\u200d]+")
_SURROGATES = re.compile("[\ud800-\udfff]")
_SPACES = re.compile("[ \t\xa0\u1680\u2000-\u200a\u202f\u205f\u3000]+")
_INDENT = re.compile("\n +")
_BLANK_LINES = re.compile(" ?\n{2,}")

_MARKER = regex.compile(r"(?:[-*+•‣▪●○◦–—๏] |\(?(?:[0-9๐-๙]{1,3}|[IVXLC]{1,6})[.)] |\(?\p{Alpha}[)] |\||>|```|~~~)")
_HEADING = re.compile("#{1,6} ")
_LAST_WORD_HYPHEN = regex.compile(r"([\p{L}\p{M}]+)[-\u2010]$")
_FIRST_WORD = regex.compile(r"\p{Ll}+|\p{Thai}+")
_THAI_EDGE = re.compile("[\u0e01-\u0e4e]")
_ZERO_WIDTH_THAI = re.compile("[\u0e31\u0e34-\u0e3a\u0e47-\u0e4e]")
_BROKEN_WORD = regex.compile(r"\p{L}+[-\u2010] ?\n\p{L}+")
_WORD = regex.compile(r"\p{L}+(?:-\p{L}+)*")

LONGEST_WRAPPED_LINE = 160  # a longer line was not wrapped by anyone: its end is a paragraph's end
SHORT_LINE = 0.75  # a line this much shorter than its block was ended by its writer
RAGGED_LINE = 0.97  # a Thai line that had room for a word more may end a paragraph: its last word is kept apart
MOST_REPAIRS = 4  # rounds; two are enough for every damage that was seen
WRAPPED_THAI = 40  # narrower Thai blocks are lists of names, titles or verses, not running text


def canonical(text: str) -> str:
    """The one form in which text is stored, searched, shown and cited.

    NFC; damaged Thai repaired (`kb.language.thai`); zero-width characters, soft hyphens and controls out; runs of
    spaces collapsed; line breaks inside a paragraph joined, in running Thai without a space; line-end hyphens joined
    where the text itself shows the word; a blank line between paragraphs; one line break before a list item.

    Args:
        text: Any string, lone surrogates included.

    Returns:
        The canonical text: canonical(canonical(text)) == canonical(text). Takes time linear in the length.
    """
    text = _once(text)
    if thai.has_thai(text):  # one repair can uncover another in badly damaged text
        for _ in range(MOST_REPAIRS):
            again = _once(text)
            if again == text:
                break
            text = again
    return text


def _once(text: str) -> str:
    text = _PAGE_ENDS.sub("\n\n", _LINE_ENDS.sub("\n", text))
    if not text.isascii():
        text = _SOFT_HYPHEN_AT_END.sub("", text)
        text = _SURROGATES.sub("\ufffd", text)
    text = _INVISIBLE.sub("", text)
    if not text.isascii():
        text = _STRAY_JOINERS.sub("", unicodedata.normalize("NFC", text))
        text = unicodedata.normalize("NFC", text)
    text = _SPACES.sub(" ", text)
    text = _BLANK_LINES.sub("\n\n", _INDENT.sub("\n", text)).strip()
    if thai.has_thai(text):
        text = thai.with_marks_in_place(thai.with_letters(text))
    text = _joined_lines(text)
    if thai.has_thai(text):
        text = unicodedata.normalize("NFC", thai.repair(text)).strip()
    return text


def _joined_lines(text: str) -> str:
    if "\n" not in text:
        return text
    hyphens = _Hyphens(text)
    return "\n\n".join(_joined_block(block, hyphens) for block in text.split("\n\n"))


def _joined_block(block: str, hyphens: _Hyphens) -> str:
    """One block between blank lines, with every line break decided."""
    lines = block.split("\n")
    if len(lines) == 1:
        return block
    width = max(visible_width(line.rstrip()) for line in lines)
    parts = [lines[0]]
    for before, after in itertools.pairwise(lines):
        between = seam(before, after.rstrip(), width)
        parts[-1] = parts[-1].rstrip()
        if between == "-":
            parts[-1:] = hyphens.joined(parts[-1], after)
        else:
            parts.append(between)
        parts.append(after)
    return "".join(parts)


def visible_width(line: str) -> int:
    """The width of a line in characters, Thai marks aside."""
    return len(_ZERO_WIDTH_THAI.sub("", line))


def seam(before: str, after: str, width: int) -> str:
    """What stands between two lines that follow each other.

    Args:
        before, after: The lines, visible, without outer spaces; but `before` may end with one, which then stays.
        width: The width of the widest line around them.

    Returns:
        A paragraph's end, a line break before a list item, a space, nothing (inside running Thai), or "-": `before`
        ends with a hyphen, whose fate the words of the text decide.
    """
    spaced, before = before[-1] == " ", before.rstrip()
    if _HEADING.match(before) or _HEADING.match(after) or _ZERO_WIDTH_THAI.match(after):
        return "\n\n"
    if _MARKER.match(after):
        return "\n"
    length = visible_width(before)
    if length > LONGEST_WRAPPED_LINE:
        return "\n\n"
    if before[-1] in "-\u2010":
        return "-"
    first = min(len(after.split(" ", 1)[0]), 12)
    if length + 1 + first <= SHORT_LINE * width:
        return "\n\n"
    running = not spaced and width >= WRAPPED_THAI and _THAI_EDGE.match(before[-1]) and _THAI_EDGE.match(after[0])
    full = length + 1 + first > RAGGED_LINE * width
    return "" if running and (full or thai.belong_together(before, after)) else " "


class _Hyphens:
    """Whether a hyphen at a line's end belongs to the word, judged by the words of the text itself."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._words: set[str] | None = None

    def joined(self, before: str, after: str) -> list[str]:
        """The end of the line and the seam: the hyphen stays unless the text shows that it only broke a word."""
        left, right = _LAST_WORD_HYPHEN.search(before), _FIRST_WORD.match(after)
        if left is None:
            return [before, " "]
        if right is None or not self._broke(left.group(1), right.group()):
            return [before, ""]
        return [before[:-1], ""]

    def _broke(self, left: str, right: str) -> bool:
        if _THAI_EDGE.match(right[0]):  # Thai has no hyphens of its own; names with one stand elsewhere, too
            return bool(_THAI_EDGE.match(left[-1])) and f"{left[-3:]}-{right[:3]}" not in self._text
        if self._words is None:
            self._words = {word.lower() for word in _WORD.findall(_BROKEN_WORD.sub(" ", self._text))}
        left = left.lower()
        if left + right in self._words:
            return True
        return f"{left}-{right}" not in self._words and not (left in self._words and right in self._words)
