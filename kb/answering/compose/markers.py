"""Drafted text -> the text without its source markers, and which sources they name."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

import regex

_OPEN = r"[\[［【〔⟦❲⁅〖〚{｛⟨〈《<＜⦗「『⟪⦃]"
_CLOSE = r"[\]］】〕⟧❳⁆〗〛}｝⟩〉》>＞⦘」』⟫⦄]"
_SAID = (
    r"(?:\^|\#|@|n[or]\.?|(?:quoted\s+)?(?:source|src|ref|reference|citation|cite|document|doc|passage)s?"
    r"|แหล่งข้อมูล(?:ที่)?|แหล่งที่มา|แหล่ง|ที่มา|อ้างอิง|เอกสาร(?:ที่)?)\s*[:.\#=]?\s*"
)
_NUMBER = r"(?:\p{Nd}{1,40}|[⁰¹²³⁴-⁹₀-₉]{1,6}|[①-⑳⑴-⒇❶-❿➀-➓⓪⓵-⓾㉑-㉟])"
_BETWEEN = rf"(?:[ \t,;，、،&/|…~～―‐‑‒−–—-]|\\?{_OPEN}|\\?{_CLOSE}|\.\.|to\b|and\b|ถึง|และ|กับ){{1,12}}+"
_LIST = rf"{_NUMBER}(?:{_BETWEEN}(?:{_SAID})?{_NUMBER}){{0,40}}"
_LINK = r"(?:\((?:https?:|www\.|\#|/)[^()\s]{0,200}\))?"

_STRONG = regex.compile(
    rf"(?:\\\p{{L}}{{1,12}}|\\)?{_OPEN}(?:\s*\\?{_OPEN}){{0,8}}\s*\\?(?:{_SAID})?(?P<list>{_LIST})"
    rf"\s*(?:[†‡:#][^\[\]【】\n]{{0,40}}?)?\s*\\?{_CLOSE}(?:[ \t]*\\?{_CLOSE}){{0,8}}{_LINK}"
    rf"|[(（]\s*(?:see\s+|ดู)?{_SAID}(?P<list>{_LIST})\s*[)）]"
    rf"|<su[bp]>\s*(?P<list>{_LIST})\s*</su[bp]>"
    r"|(?:(?<=^|[\n.!?]\s*)(?:according\s+to|as\s+(?:stated|said|written)\s+in|from|in|per)\s+(?:the\s+)?sources?\s+"
    rf"(?P<list>{_NUMBER}(?:\s*(?:,|and|&)\s*{_NUMBER}){{0,9}})\s*[,:]\s*)"
    rf"|(?:ตาม|จาก)แหล่งข้อมูล(?:ที่)?\s*(?P<list>{_NUMBER})\s*[,:]?\s*",
    regex.IGNORECASE | regex.VERSION1,
)
# Brackets around nothing that could be said: [], (), [, ], [?], [x], [1.5].
_EMPTY = regex.compile(
    rf"[(（]\s*[)）]|{_OPEN}[^\p{{L}}\n]{{0,40}}?(?:\p{{L}}[^\p{{L}}\n]{{0,3}})?{_CLOSE}", regex.VERSION1
)
_UNCLOSED = regex.compile(
    rf"[\[［【〔⟦❲⁅]\s*(?:{_SAID})?(?P<list>{_LIST})?[\s,;–-]*$", regex.IGNORECASE | regex.VERSION1
)
_WEAK = regex.compile(
    rf"[(（]\s*(?P<list>{_LIST})\s*[)）]|⁽(?P<list>[⁰¹²³⁴-⁹]{{1,6}})⁾|(?P<list>[⁰¹²³⁴-⁹]{{1,6}}(?:[,˒ʼ][⁰¹²³⁴-⁹]{{1,6}})*)"
    r"|(?P<list>[①-⑳⑴-⒇❶-❿➀-➓⓪⓵-⓾㉑-㉟])|(?<=[.!?\p{L}])\^(?P<list>\p{Nd}{1,3})",
    regex.VERSION1,
)
_PARTS = regex.compile(rf"(?P<number>{_NUMBER})|(?P<range>[-–—―‐‑‒−~～…]|\.\.+|\bto\b|ถึง)", regex.IGNORECASE)
_BEFORE_STOP = regex.compile(r"\s*[.,;:!?…ฯ)\]]|\s*$|\s")
_ROUNDS = 6  # of nested markers
_LARGEST = 999_999  # nobody gives that many sources; a number above is known by none

Range = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Mark:
    """A marker that was taken out: it stood before character `at` of the text, and named these numbers, low to high."""

    at: int
    named: tuple[Range, ...]

    def numbers(self, known: int) -> Iterator[int]:
        """The sources it names that there are, counted from 1."""
        for low, high in self.named:
            yield from range(max(low, 1), min(high, known) + 1)


@dataclass(frozen=True, slots=True)
class Read:
    """A text without its markers.

    `text` still holds what may be a marker or may be said, such as "(1)" or "²"; `bare` is as long and has spaces
    there. `origin[k]` is where character `k` stood in what was read; one more at the end is its length.
    """

    text: str
    bare: str
    marks: tuple[Mark, ...]
    doubtful: tuple[Mark, ...]
    origin: tuple[int, ...]


def read(drafted: str, *, ended: bool = True) -> Read:
    """Take the markers out of a draft, in whatever form a model writes them.

    Args:
        drafted: Without invisible characters.
        ended: Whether no more text comes, so that a bracket left open is a marker left open.
    """
    text, origin, marks = drafted, list(range(len(drafted) + 1)), list[Mark]()
    patterns = (_STRONG, _EMPTY, _UNCLOSED) if ended else (_STRONG, _EMPTY)
    for _ in range(_ROUNDS):
        before = text
        for pattern in patterns:
            text, origin, marks = _without(pattern, text, origin, marks)
        if text == before:
            break
    doubtful = tuple(Mark(found.start(), named(found["list"])) for found in _WEAK.finditer(text))
    bare = _WEAK.sub(lambda found: " " * len(found.group()), text)
    return Read(text, bare, tuple(sorted(marks, key=lambda mark: mark.at)), doubtful, tuple(origin))


def named(listed: str | None) -> tuple[Range, ...]:
    """The numbers of a list such as "1, 3-5"; a number beyond all bounds is named as 0, which is none."""
    found: list[Range] = []
    through = False
    for part in _PARTS.finditer(listed or ""):
        if part["range"]:
            through = bool(found)
            continue
        number = _value(part["number"])
        if through and found[-1][0] == found[-1][1] and number and found[-1][0]:
            first = found.pop()[0]
            found.append((min(first, number), max(first, number)))
        else:
            found.append((number, number))
        through = False
    return tuple(found)


def left_open(drafted: str) -> bool:
    """Whether the end of a growing draft may be the beginning of a marker."""
    tail = drafted[-60:].rpartition("\n")[2]
    return any(tail.rfind(left) > max(tail.rfind(right) for right in rights) for left, rights in _PAIRS)


_PAIRS = (
    ("[", "]"), ("［", "］"), ("【", "】"), ("〔", "〕"), ("⟦", "⟧"), ("{", "}"), ("<", ">"), ("(", ")"), ("（", "）"),
    ("❲", "❳"), ("⁅", "⁆"), ("〖", "〗"), ("〚", "〛"),
)  # fmt: skip


def _without(
    pattern: regex.Pattern[str], text: str, origin: list[int], marks: list[Mark]
) -> tuple[str, list[int], list[Mark]]:
    """The text without what a pattern finds; a space keeps the words apart that stood on both sides."""
    kept: list[str] = []
    places: list[int] = []
    moved: list[tuple[int, int]] = []  # (up to here in the old text, so much shorter)
    added: list[Mark] = []
    last = length = 0
    for found in pattern.finditer(text):
        start, end = found.span()
        while start > last and text[start - 1] in " \t" and _BEFORE_STOP.match(text, end):
            start -= 1
        kept.append(text[last:start])
        places.extend(origin[last:start])
        length += start - last
        if found.groupdict().get("list"):
            added.append(Mark(length, named(found["list"])))
        if not _BEFORE_STOP.match(text, end) and start and not _one_number(text[start - 1], text[end]):
            kept.append(" ")
            places.append(origin[end])  # a cut here leaves the marker behind
            length += 1
        moved.append((end, end - length))
        last = end
    if not moved:
        return text, origin, marks
    kept.append(text[last:])
    places.extend(origin[last:])
    shifted = [Mark(_shifted(mark.at, moved), mark.named) for mark in marks]
    return "".join(kept), places, [*shifted, *added]


def _one_number(before: str, after: str) -> bool:
    """Whether no space is missing where a marker stood: beside one, or inside a number, which stays one."""
    return before.isspace() or (before.isdecimal() and after.isdecimal())


def _shifted(at: int, moved: list[tuple[int, int]]) -> int:
    shift = 0
    for end, shorter in moved:
        if at < end:
            break
        shift = shorter
    return max(0, at - shift)


def _value(number: str) -> int:
    """Its value in any script; 0 for one that is too large to be one."""
    if all(sign.isdecimal() for sign in number):
        digits = number.lstrip("0")
        return int(digits or "0") if len(digits) <= 6 else 0
    if len(number) == 1:
        return int(unicodedata.numeric(number))
    value = int("".join(str(unicodedata.digit(sign, 0)) for sign in number))
    return value if value <= _LARGEST else 0
