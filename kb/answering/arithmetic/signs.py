"""A text with sums in it -> numbers, operators, relations and words."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Literal

from kb.answering.verify.atoms import Atom, atoms
from kb.answering.verify.numbers import number, value

Kind = Literal["number", "operator", "relation", "perhaps", "open", "close", "word", "stop"]

_MARKS: dict[str, tuple[Kind, str]] = {
    **dict.fromkeys("+＋", ("operator", "+")),
    **dict.fromkeys("-−–‐‑", ("operator", "-")),
    **dict.fromkeys("×*·∙⋅", ("operator", "×")),
    **dict.fromkeys("÷/∕⁄", ("operator", "÷")),
    "^": ("operator", "^"),
    **dict.fromkeys("=＝", ("relation", "=")),
    **dict.fromkeys("≈≃≅", ("relation", "≈")),
    "<": ("relation", "<"),
    ">": ("relation", ">"),
    "≤": ("relation", "≤"),
    "≥": ("relation", "≥"),
    "≠": ("relation", "≠"),
    **dict.fromkeys("([{", ("open", "(")),
    **dict.fromkeys(")]}", ("close", ")")),
    **dict.fromkeys(",;:?!.|—→⇒", ("stop", "")),
}
_TWO = {"==": "=", "<=": "≤", ">=": "≥", "!=": "≠", "~=": "≈", "=<": "≤", "**": "^"}
_ARROWS = ("=>", "->")
_OPERATORS = {
    **{"plus": "+", "minus": "-", "times": "×", "multiplied": "×", "divided": "÷", "over": "÷"},
    **{"บวก": "+", "ลบ": "-", "คูณ": "×", "หาร": "÷", "remainder": "r", "r": "r", "เศษ": "r", "เหลือเศษ": "r"},
}
_OF = ("of", "ของ")
_JOINED = frozenset(["by", "ด้วย", "กับ", "ออก", "เพิ่ม"])  # what follows an operator in words
_EQUAL = {"equals": "=", "equal": "=", "เท่ากับ": "="}
_PERHAPS = frozenset(["is", "are", "makes", "make", "gives", "leaves", "ได้", "เป็น", "คือ", "เหลือ"])
_PERCENT = frozenset(["%", "％", "percent", "เปอร์เซ็นต์", "เปอร์เซนต์"])
_PERCENT_BEFORE = "ร้อยละ"
_HALF = "ครึ่ง"
_POWERS = {"²": 2, "³": 3}
_ONE = frozenset(["one", "หนึ่ง", "a", "an"])
_MONEY = frozenset("$€£¥฿₹₩")


@dataclass(frozen=True, slots=True)
class Sign:
    """A piece of a sum: `text` is its own sign (one of + - × ÷ ^ r, a relation, a word), `value` a number's.

    `percent`: the value was written as hundredths. `free`: a number that says nothing by itself, such as the word one.
    """

    kind: Kind
    text: str
    start: int
    end: int
    value: Fraction = Fraction(0)
    percent: bool = False
    free: bool = False


def signs(text: str, start: int, end: int) -> list[Sign]:
    """The pieces of `text[start:end]`, in order; money signs and quotation marks are in none."""
    pieces = atoms(text, start, end)
    found: list[Sign] = []
    at = 0
    while at < len(pieces):
        sign, taken = _numeral(pieces, at) or _mark(pieces, at, found) or _word(pieces, at, found)
        if sign is not None:
            found.append(sign)
        at += taken
    return found


Read = tuple[Sign | None, int]
"""What begins at a piece, and how many pieces it takes; no sign for what means nothing in a sum."""


def _numeral(pieces: Sequence[Atom], at: int) -> Read | None:
    first = pieces[at]
    if first.low == _PERCENT_BEFORE and at + 1 < len(pieces) and (read := _amount(pieces, at + 1)) is not None:
        amount, taken = read
        return _number(pieces, at, taken + 1, amount / 100, percent=True), taken + 1
    read = _amount(pieces, at)
    if read is None:
        return None
    amount, taken = read
    if first.kind == "digits" and at and pieces[at - 1].text.isalpha() and not first.spaced and first.text.isascii():
        name = pieces[at - 1].text.isascii() and pieces[at - 1].low not in ("x",)  # A4 is a name
        if name:
            return Sign("word", first.low, first.start, first.end), 1
    if _low(pieces, at + taken) in _PERCENT:
        return _number(pieces, at, taken + 1, amount / 100, percent=True), taken + 1
    if _low(pieces, at + taken) == "per" and _low(pieces, at + taken + 1) == "cent":
        return _number(pieces, at, taken + 2, amount / 100, percent=True), taken + 2
    return _number(pieces, at, taken, amount), taken


def _number(pieces: Sequence[Atom], at: int, taken: int, amount: Fraction, percent: bool = False) -> Sign:
    start, end = pieces[at].start, pieces[at + taken - 1].end
    written = " ".join(piece.text for piece in pieces[at : at + taken]).replace(" %", "%")
    return Sign("number", written, start, end, amount, percent, free=taken == 1 and pieces[at].low in _ONE)


def _amount(pieces: Sequence[Atom], at: int) -> tuple[Fraction, int] | None:
    """A number in digits or words, mixed ones such as 2 1/2 too; places in an order are none."""
    first = pieces[at]
    if first.kind == "digits" and (mixed := _mixed(pieces, at)) is not None:
        return mixed
    if first.kind == "digits" and _low(pieces, at + 1) in ("/", "⁄", "∕"):
        return value(first.low), 1
    if first.low.startswith(_HALF):
        return Fraction(1, 2), 2 if first.low == _HALF and _low(pieces, at + 1) == "หนึ่ง" else 1
    found = None if first.text in _POWERS else number(pieces, at)
    if found is None or not found[0].startswith("n:"):
        return None
    return Fraction(found[0][2:]), found[1]


def _mixed(pieces: Sequence[Atom], at: int) -> tuple[Fraction, int] | None:
    rest = pieces[at + 1 : at + 4]
    if len(rest) == 3 and [piece.kind for piece in rest] == ["digits", "mark", "digits"] and rest[1].text in "/⁄":
        whole, above, below = (value(pieces[k].low) for k in (at, at + 1, at + 3))
        glued = rest[0].spaced and not rest[1].spaced and not rest[2].spaced
        if glued and 0 < above < below and whole.denominator == 1:
            return whole + above / below, 4
    if len(rest) and not rest[0].spaced and len(rest[0].text) == 1 and unicodedata.category(rest[0].text) == "No":
        part = unicodedata.numeric(rest[0].text, None)
        if part is not None and 0 < part < 1:
            return value(pieces[at].low) + Fraction(part).limit_denominator(1000), 2
    return None


def _mark(pieces: Sequence[Atom], at: int, before: Sequence[Sign]) -> Read | None:
    piece = pieces[at]
    if piece.text in _POWERS:
        return Sign("operator", f"^{_POWERS[piece.text]}", piece.start, piece.end), 1
    if piece.kind != "mark":
        return None
    pair = piece.text + (pieces[at + 1].text if at + 1 < len(pieces) and not pieces[at + 1].spaced else "")
    if pair in _ARROWS:
        return Sign("stop", "", piece.start, pieces[at + 1].end), 2
    if pair in _TWO:
        return _pair(pieces, at, _TWO[pair])
    if piece.text not in _MARKS:
        return None, 1
    kind, text = _MARKS[piece.text]
    sign = Sign(kind, text, piece.start, piece.end)
    return (_operator(sign, pieces, at, before) if kind == "operator" else sign), 1


def _pair(pieces: Sequence[Atom], at: int, text: str) -> Read:
    start, end = pieces[at].start, pieces[at + 1].end
    if text != "^":
        return Sign("relation", text, start, end), 2
    between = at and pieces[at - 1].kind == "digits" and _begins_number(pieces, at + 2)
    return (Sign("operator", "^", start, end) if between and not pieces[at].spaced else None), 2


def _operator(sign: Sign, pieces: Sequence[Atom], at: int, before: Sequence[Sign]) -> Sign | None:
    """An operator, unless the mark is a bullet, a hyphen in a word, a dash, emphasis, or the stroke of km/h."""
    begins = at + 1 < len(pieces)
    lettered = begins and pieces[at + 1].text[0].isalpha() and not _begins_number(pieces, at + 1)
    if not lettered:
        emphasis = pieces[at].text == "*" and not _begins_number(pieces, at + 1)
        return None if emphasis else sign
    glued = not pieces[at + 1].spaced
    if sign.text == "÷" and glued:
        return replace(sign, kind="word")
    if sign.text == "-" and glued and not pieces[at].spaced:
        return replace(sign, kind="word")
    return replace(sign, kind="stop") if sign.text == "-" and _ends_equation(before) else sign


def _ends_equation(before: Sequence[Sign]) -> bool:
    """Whether an equation stands before a dash that a word follows: it is over then."""
    since = [sign.kind for sign in before]
    clause = since[len(since) - since[::-1].index("stop") :] if "stop" in since else since
    return "relation" in clause and clause[-1] not in ("operator", "relation")


def _word(pieces: Sequence[Atom], at: int, before: Sequence[Sign]) -> Read:
    piece, low = pieces[at], pieces[at].low
    if piece.text in _MONEY:
        return None, 1
    joined = 2 if _low(pieces, at + 1) in _JOINED else 1
    if _is_operator(pieces, at, joined, before):
        text = "×" if low in _OF or low == "x" else _OPERATORS[low]
        return Sign("operator", text, piece.start, pieces[at + joined - 1].end), joined
    if low in _EQUAL:
        return Sign("relation", "=", piece.start, piece.end), 2 if _low(pieces, at + 1) == "to" else 1
    kind: Kind = "perhaps" if low in _PERHAPS else "word"
    return Sign(kind, low, piece.start, piece.end), 1


def _is_operator(pieces: Sequence[Atom], at: int, joined: int, before: Sequence[Sign]) -> bool:
    """Whether a word is an operator here: a number follows, and something that can be computed with came before."""
    low = pieces[at].low
    if not before or not _begins_number(pieces, at + joined):
        return False
    if low in _OF:
        of = before[-1]
        parted = len(before) > 2 and before[-2].text == "÷" and before[-3].kind == "number"
        return of.kind == "number" and (of.percent or of.value.denominator > 1 or parted)
    if low == "x":
        return any(sign.kind in ("number", "close") for sign in before[-3:])
    return low in _OPERATORS and any(sign.kind in ("number", "close") for sign in before[-6:])


def _begins_number(pieces: Sequence[Atom], at: int) -> bool:
    """Whether a number or a bracket begins at a piece, behind a money sign or a minus."""
    while at < len(pieces) and (pieces[at].text in _MONEY or pieces[at].text in "-−"):
        at += 1
    return at < len(pieces) and (pieces[at].text in ("(", "[", "{") or _amount(pieces, at) is not None)


def _low(pieces: Sequence[Atom], at: int) -> str:
    return pieces[at].low if at < len(pieces) else ""


_ANNOTATED = re.compile(r"<<([^<>]*)>>")
_FRACTION = re.compile(r"\\d?frac\{([^{}]*)\}\{([^{}]*)\}")
_WRAPPED = re.compile(r"\\(?:text|boxed|mathrm|textbf|mathbf)\{([^{}]*)\}")
_COMMANDS = {
    "times": "×",
    "cdot": "×",
    "div": "÷",
    "approx": "≈",
    "leq": "≤",
    "geq": "≥",
    "neq": "≠",
    "le": "≤",
    "ge": "≥",
}
_COMMAND = re.compile(r"\\(" + "|".join(sorted(_COMMANDS, key=len, reverse=True)) + r")(?![A-Za-z])")
_REST = re.compile(r"\\[()\[\],;! ]|\\(?:left|right|quad|qquad)(?![A-Za-z])|\\(?=[%$])|`|#")


def plain(text: str) -> str:
    """The same number of characters, with LaTeX, code marks and headings put as they are written by hand."""

    def ending(new: str, old: str) -> str:
        return " " * (len(old) - len(new)) + new

    def inside(match: re.Match[str]) -> str:
        return " " * (match.start(1) - match.start()) + match[1] + " " * (match.end() - match.end(1))

    text = _FRACTION.sub(lambda m: ending(f"(({m[1]})/({m[2]}))", m[0]), text)
    text = _COMMAND.sub(lambda m: ending(_COMMANDS[m[1]], m[0]), _WRAPPED.sub(inside, text))
    return _REST.sub(lambda m: " " * len(m[0]), text)


def notes_apart(text: str) -> tuple[str, list[tuple[int, int]]]:
    """A text without what stands in <<...>>, blanked, and where that stands: sums that a model notes for itself."""
    spans = [match.span(1) for match in _ANNOTATED.finditer(text)]
    return _ANNOTATED.sub(lambda m: " " * len(m[0]), text), spans
