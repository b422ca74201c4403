"""Text -> tokens that can be compared: words, numbers with their units, dates, and the breaks between them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import lru_cache

from kb.answering.verify import words
from kb.answering.verify.atoms import Atom, atoms
from kb.answering.verify.dates import BUDDHIST, date
from kb.answering.verify.lexicon_th import CLASSIFIERS
from kb.answering.verify.numbers import number
from kb.answering.verify.phrases import phrase
from kb.answering.verify.splits_th import TOLD
from kb.answering.verify.units import BEFORE, LETTERS, LONGEST, UNITS

SPACE, COMMA, STOP, OPEN, CLOSE, BOTH = 1, 2, 3, 4, 5, 6  # strengths of a break; from OPEN on it is a bracket or a dash


@dataclass(frozen=True, slots=True)
class Token:
    """What stands at `start:end` of the text.

    Equal keys mean the same. `low` is the word as it is written, `role` that of `kb.answering.verify.words.role`, or
    "number" or "poss"; `breaks` is the strength of the break before it; `name` says whether it reads as a name, `verb`
    as a verb, `article` is the one before it.
    """

    key: str
    low: str
    role: str
    start: int
    end: int
    breaks: int = 0
    name: bool = False
    verb: bool = False
    article: str = ""

    @property
    def content(self) -> bool:
        """Whether it says something of its own."""
        return self.role in ("", "number", "pointed")


_BREAKS = {
    **dict.fromkeys(",،、", COMMA),
    **dict.fromkeys(";:{}。.!?…", STOP),
    **dict.fromkeys("([", OPEN),
    **dict.fromkeys(")]", CLOSE),
    **dict.fromkeys("—–―", BOTH),
}
_ABOUT = frozenset(["about", "around", "some", "approximately", "roughly", "circa", "c", "ca", "ประมาณ", "ราว"])
_OVER, _UNDER = frozenset(["over", "above", "exceeding", "เกิน", "กว่า"]), frozenset(["under", "below"])
_AT = frozenset(["in", "on", "at", "during", "เมื่อ", "ใน", "ณ"])
_LABELS = frozenset(["วันที่", "ปี", "เดือน", "พ.ศ.", "ค.ศ."])
_POINTING = frozenset(["นี้", "นั้น", "ดังกล่าว"])
_MEASURED = frozenset(["long", "wide", "high", "tall", "deep", "thick", "across"])  # 5 in long
_MILLIONS = {"m": 10**6, "k": 10**3}  # £5m
_BETWEEN_YEARS = frozenset(["-", "–", "—", "/", ",", "ถึง", "จนถึง", "และ", "หรือ", "กับ", "ปี", "ใน"])
_TO = frozenset(["-", "–", "—", "to", "ถึง", "จนถึง"])


@lru_cache(maxsize=4096)
def tokens(text: str, start: int, end: int) -> tuple[Token, ...]:
    """The tokens of `text[start:end]`, in order; articles and other words without weight are in none."""
    return tuple(_Reader(text, atoms(text, start, end)).read())


class _Reader:
    """Pieces -> tokens, one place after the other."""

    def __init__(self, text: str, pieces: Sequence[Atom]) -> None:
        self._text = text
        self._pieces = pieces
        self._at = 0
        self._found: list[Token] = []
        self._break = STOP
        self._article = ""
        self._era = 0  # the place after a year of the Buddhist era

    def read(self) -> list[Token]:
        while self._at < len(self._pieces):
            if not (self._date() or self._quantity() or self._phrase()):
                self._one()
        return _with_units_shared(self._found)

    def _low(self, step: int = 0) -> str:
        place = self._at + step
        return self._pieces[place].low if 0 <= place < len(self._pieces) else ""

    def _note_space(self) -> None:
        """A Thai space before the word that is read now, for it or for the next one that counts."""
        first = self._pieces[self._at]
        if first.spaced and self._found and "\u0e00" < first.low[:1] < "\u0e50" and self._ends_phrase(self._found[-1]):
            self._break = max(self._break, SPACE)

    def _add(self, key: str, low: str, role: str, taken: int) -> None:
        first, last = self._pieces[self._at], self._pieces[self._at + taken - 1]
        self._note_space()
        name = role == "" and first.text[:1].isupper() and self._break < STOP
        verb = role in ("", "aux", "modal") and (role != "" or words.is_verb(low)) and not name
        self._found.append(Token(key, low, role, first.start, last.end, self._break, name, verb, self._article))
        self._article = ""
        self._break = 0

    def _ends_phrase(self, last: Token) -> bool:
        """Whether a Thai space after a token ends a phrase: not between a bare number and what it counts."""
        if last.role == "number":
            return not last.low[-1:].isdigit() or last.key.startswith(("month", "day")) or " " in last.low.strip()
        return "\u0e00" < self._text[last.end - 1] < "\u0e50"

    def _date(self) -> bool:
        found = date(self._pieces, self._at)
        if found is None:
            return False
        keys, taken = found
        if self._found and self._found[-1].low in _AT and self._found[-1].key != "@":
            self._found[-1] = replace(self._found[-1], key="@", role="prep")
        thai = any("\u0e00" < piece.low[:1] < "\u0e50" for piece in self._pieces[self._at : self._at + taken])
        low = self._text[self._pieces[self._at].start : self._pieces[self._at + taken - 1].end]
        for key in keys:
            self._add(key, low, "number", taken)
        self._at += taken
        self._era = self._at if thai else 0
        return True

    def _quantity(self) -> bool:
        if self._low() in ("us", "u.s") and self._low(1) == "$" and not self._spaced(1):
            self._at += 1
        before = 1 if self._low() in BEFORE and self._at + 1 < len(self._pieces) else 0
        sign = 1 if not before and self._low() in ("-", "−") and self._minus() else 0
        found = number(self._pieces, self._at + before + sign)
        if found is None or (before and not found[0].startswith("n:")):
            return False
        key, taken = found
        taken += before + sign
        year = key.startswith("n:") and taken == 1 and len(self._low()) == 4 and "1000" <= self._low() <= "2100"
        if year and self._found and self._found[-1].low in _AT and not self._break:
            self._found[-1] = replace(self._found[-1], key="@", role="prep")
        if key.startswith("n:"):
            amount = Fraction(key[2:]) * (-1 if sign else 1)
            amount = self._common_year(amount)
            if before and self._low(taken) in _MILLIONS and not self._spaced(taken):
                amount, taken = amount * _MILLIONS[self._low(taken)], taken + 1
            unit, more = self._unit(taken, self._low() if before else "")
            key, taken = _quantity_key(amount, unit), taken + more
        self._mark_bound(key)
        low = self._text[self._pieces[self._at].start : self._pieces[self._at + taken - 1].end]
        self._add(key, low, "number", taken)
        self._at += taken
        return True

    def _minus(self) -> bool:
        piece = self._pieces[self._at]
        follows = self._pieces[self._at + 1] if self._at + 1 < len(self._pieces) else None
        before = self._at == 0 or piece.spaced or self._pieces[self._at - 1].low in ("(", "[")
        return before and follows is not None and follows.kind == "digits" and not follows.spaced

    def _common_year(self, amount: Fraction) -> Fraction:
        """A bare year that shares the Buddhist era of the one just before it, in the common era."""
        piece, before = self._pieces[self._at], self._pieces[self._at - 1].low if self._at else ""
        near = self._era and self._at - self._era <= 3 and piece.low.isdigit() and before in _BETWEEN_YEARS
        if near and 2300 < amount < 2700 and amount.denominator == 1:
            self._era = self._at + 1
            return amount - BUDDHIST
        return amount

    def _unit(self, taken: int, before: str) -> tuple[str, int]:
        """The unit after a number (or before it), and how many pieces it takes."""
        if before:
            more = 1 if before in ("$", "us$") and self._low(taken) in ("dollars", "usd") else 0
            return before, more
        place = taken
        if self._low(place) == "-" and not self._spaced(place) and self._low(place + 1) in UNITS:
            place += 1
        slashed = "".join(self._low(place + step) for step in range(3))
        if slashed in UNITS and self._low(place + 1) == "/":
            return slashed, place + 3 - taken
        glued = f"{self._low(place)}{self._low(place + 1)}"
        if glued in UNITS and self._low(place + 1) and not self._spaced(place + 1):
            return glued, place + 2 - taken
        for length in range(LONGEST, 0, -1):
            name = " ".join(self._low(place + step) or "?" for step in range(length))
            if name in UNITS and (name not in LETTERS or self._unit_letters(place, name)):
                return name, place + length - taken
        return "", 0

    def _spaced(self, step: int) -> bool:
        place = self._at + step
        return place < len(self._pieces) and self._pieces[place].spaced

    def _unit_letters(self, step: int, name: str) -> bool:
        if name == "in" and self._low(step + 1) not in _MEASURED:
            return False
        initial = len(name) == 1 and self._pieces[self._at + step].text.isupper() and self._low(step + 1) == "."
        last = self._at + step + 2 >= len(self._pieces)
        return self._pieces[self._at + step - 1].kind == "digits" and (last or not initial)

    def _mark_bound(self, key: str) -> None:
        """About 30, over 30: the word before a number bounds it."""
        if not self._found or self._break:
            return
        last = self._found[-1]
        for listed, bound in ((_ABOUT, "about_n"), (_OVER, "more_than"), (_UNDER, "less_than")):
            if last.low in listed:
                self._found[-1] = replace(last, key=words.key(bound), role="guard")

    def _phrase(self) -> bool:
        found = phrase(self._pieces, self._at)
        if found is not None:
            self._said(*found)
        return found is not None

    def _one(self) -> None:
        piece = self._pieces[self._at]
        if piece.kind == "mark":
            self._mark(piece)
            self._at += 1
        elif (
            piece.low == "no"
            and self._low(1) == "."
            and self._at + 2 < len(self._pieces)
            and self._pieces[self._at + 2].kind == "digits"
        ):
            self._at += 2
        else:
            self._said(piece.low, 1)

    def _mark(self, piece: Atom) -> None:
        follows = self._pieces[self._at + 1] if self._at + 1 < len(self._pieces) else None
        glued = not piece.spaced and follows is not None and not follows.spaced
        numbered = bool(self._found) and self._found[-1].role == "number"
        if piece.low in "-–—" and numbered and follows is not None and follows.kind == "digits":
            self._add("to", "to", "prep", 1)
        elif piece.low == "&":
            self._add("and", "and", "coord", 1)
        elif piece.low == "%":
            self._add("%", "%", "", 1)
        elif piece.low == "." and follows is not None:
            return  # of an abbreviation or a number: the end of a sentence ends the text
        elif piece.low == "-" and not glued:
            self._break = max(self._break, STOP)
        else:
            this = _BREAKS.get(piece.low, 0)
            self._break = BOTH if {this, self._break} == {OPEN, CLOSE} else max(self._break, this)

    def _said(self, low: str, taken: int) -> None:
        role = "poss" if low == "'s" and self._found else words.role(low)
        if low == "'s" and self._found and self._found[-1].role in ("pronoun", "relative"):
            low, role = "is", "aux"
        if low in _POINTING and self._found and self._found[-1].low in CLASSIFIERS and not self._break:
            if len(self._found) > 1 and self._found[-2].role == "" and not self._found[-1].breaks:
                self._found.pop()  # อาคารหลังนี้: this building
            if self._found and self._found[-1].role == "":
                self._found[-1] = replace(self._found[-1], role="pointed", verb=False)
        if low == "ความ" and self._found and self._found[-1].low == "มี" and not self._break:
            self._found.pop()  # มีความสูง: สูง
        if role == "free" or not low:
            self._note_space()
            self._article = low if low in ("a", "an", "the") else ""
        if low == "คำ" and self._low(taken) in TOLD:
            role = "free"  # ได้รับคำเตือน: was warned
        if role == "free" or not low or (low in _LABELS and self._low(taken)[:1].isdigit()):
            self._at += taken
            return
        self._add(words.key(low), low, role, taken)
        self._at += taken


def _quantity_key(amount: Fraction, unit: str) -> str:
    if not unit:
        return f"n:{amount}"
    dimension, factor = UNITS[unit]
    if not amount:
        return f"n:0:{unit}"
    return f"n:{amount * factor}:{dimension}"


def _with_units_shared(found: list[Token]) -> list[Token]:
    """5 and 10 km, 4 million to 62 million euros: the unit of the second number is that of the first."""
    for i in range(len(found) - 3, -1, -1):
        first, link, second = found[i : i + 3]
        linked = second.key.count(":") == 2 and (link.low in _TO or link.role == "coord")
        if linked and first.key.startswith("n:") and first.key.count(":") == 1 and not _reads_as_year(first):
            dimension = second.key.split(":")[2]
            names = [name for name in UNITS if UNITS[name][0] == dimension and second.low.lower().endswith(name)]
            if names:
                factor = UNITS[max(names, key=len)][1]
                found[i] = replace(first, key=f"n:{Fraction(first.key[2:]) * factor}:{dimension}")
    return found


def _reads_as_year(token: Token) -> bool:
    return token.low.isdigit() and len(token.low) == 4
