"""Numbers, operators and words -> runs that can be computed, and their exact values."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction

from kb.answering.arithmetic.signs import Sign

# May stand between an operator and its number.
_FILLERS = frozenset(["a", "the", "another", "about", "only", "baht", "thb", "usd", "us", "rs", "อีก", "ประมาณ", "บาท"])
_MOST_SIGNS = 200
_DEEPEST = 30  # brackets in brackets
_MOST_BITS = 4096
_HIGHEST_POWER = 64


class UnreadableError(Exception):
    """What a sum holds that cannot be computed, in words."""


@dataclass(frozen=True, slots=True)
class Run:
    """Numbers and operators that belong together, without the words between them; `unit` is the first word after it.

    `broken`: an operator lacks a number, or there is none on one side of it but a name.
    """

    signs: tuple[Sign, ...]
    broken: bool = False
    unit: str = ""

    @property
    def start(self) -> int:
        """Where it begins in the text."""
        return self.signs[0].start

    @property
    def end(self) -> int:
        """Where it ends in the text."""
        return self.signs[-1].end

    @property
    def numbers(self) -> list[Sign]:
        """Its numbers; exponents of ² and ³ are none."""
        return [sign for sign in self.signs if sign.kind == "number"]

    @property
    def lone(self) -> bool:
        """Whether it is a number alone, be it with a minus before it."""
        return len(self.numbers) == 1 and all(sign.kind != "operator" or sign.text in "+-" for sign in self.signs)

    @property
    def result(self) -> bool:
        """Whether it can be what comes out of a sum: a number alone, or one written as 3/4."""
        parted = [sign.text if sign.kind == "operator" else sign.kind for sign in self.signs] == [
            "number",
            "÷",
            "number",
        ]
        return self.lone or (parted and self.signs[0].end == self.signs[1].start == self.signs[2].start - 1)


@dataclass
class _Scanner:
    done: list[Run] = field(default_factory=list)
    held: list[Sign] = field(default_factory=list)
    unit: str = ""
    named: bool = False  # a word stands right before the sign in hand
    broken: bool = False
    apart: bool = False  # a word stands between the last number and the sign in hand

    @property
    def waiting(self) -> bool:
        """Whether a number must follow."""
        return bool(self.held) and self.held[-1].kind in ("operator", "open") and not _is_power(self.held[-1])

    def take(self, sign: Sign) -> None:
        match sign.kind:
            case "word" | "perhaps":
                self._word(sign)
            case "number":
                if self.held and not self.waiting:
                    self.close()
                self._hold(sign)
            case "open":
                self._open(sign)
            case "close":
                if _depth(self.held) and not self.waiting:
                    self._hold(sign)
            case "operator":
                self._operator(sign)

    def _word(self, sign: Sign) -> None:
        if self.waiting and sign.text not in _FILLERS:
            self.broken = True
            self.close()
        elif self.held:
            self.unit = self.unit or sign.text
            self.apart = True
        self.named = True

    def _open(self, sign: Sign) -> None:
        if self.held and not self.waiting:
            if self.apart:
                self.close()
            else:
                self.held.append(replace(sign, kind="operator", text="×"))
        self._hold(sign)

    def _operator(self, sign: Sign) -> None:
        signed = sign.text in "+-" and (bool(self.held) or not self.named)
        if (self.held and not self.waiting) or signed:
            self._hold(sign)
        else:
            self.broken = True

    def _hold(self, sign: Sign) -> None:
        self.held.append(sign)
        self.named = self.apart = False
        if sign.kind == "number":
            self.unit = ""

    def close(self) -> None:
        """End the run in hand."""
        broken = self.broken or self.waiting
        while self.waiting:
            self.held.pop()
        for part in _split(self.held):
            if any(sign.kind == "number" for sign in part):
                self.done.append(Run(tuple(part), broken, self.unit))
        self.held, self.unit, self.broken, self.apart = [], "", False, False


def runs(found: Sequence[Sign]) -> list[Run]:
    """The runs among signs without relations and stops, in order: a new one begins where two numbers meet."""
    scanner = _Scanner()
    for sign in found:
        scanner.take(sign)
    scanner.close()
    return scanner.done


def evaluate(run: Run) -> tuple[Fraction, set[Fraction]]:
    """The exact value of a run, and those of its parts.

    Raises:
        UnreadableError: It is broken, too long, or too large.
        ZeroDivisionError: It divides by zero.
    """
    if run.broken:
        raise UnreadableError("a name or nothing stands where a number should be")
    if len(run.signs) > _MOST_SIGNS:
        raise UnreadableError("a sum is too long")
    reading = _Reading(run.signs)
    amount = reading.sum(0)
    if reading.at != len(run.signs):
        raise UnreadableError("a sum does not read as one")
    return amount, reading.parts


class _Reading:
    """Descends from sums to products, signs, powers and brackets."""

    def __init__(self, found: Sequence[Sign]) -> None:
        self.found = found
        self.at = 0
        self.parts: set[Fraction] = set()

    def sum(self, depth: int) -> Fraction:
        amount = self._product(depth)
        while (operator := self._operator("+-")) is not None:
            right = self._product(depth)
            amount = self._part(amount + right if operator == "+" else amount - right)
        return amount

    def _product(self, depth: int) -> Fraction:
        amount = self._signed(depth)
        while (operator := self._operator("×÷")) is not None:
            right = self._signed(depth)
            amount = self._part(amount * right if operator == "×" else amount / right)
        return amount

    def _signed(self, depth: int) -> Fraction:
        minus = False
        while (operator := self._operator("+-")) is not None:
            minus ^= operator == "-"
        amount = self._power(depth)
        return -amount if minus else amount

    def _power(self, depth: int) -> Fraction:
        amount = self._atom(depth)
        sign = self._here()
        if sign is None or sign.kind != "operator" or not sign.text.startswith("^"):
            return amount
        self.at += 1
        power = Fraction(sign.text[1:]) if _is_power(sign) else self._signed(depth)
        if power.denominator != 1 or abs(power) > _HIGHEST_POWER:
            raise UnreadableError("a power is not a small whole number")
        return self._part(amount ** int(power))

    def _atom(self, depth: int) -> Fraction:
        sign = self._here()
        if sign is None or depth > _DEEPEST:
            raise UnreadableError("a sum does not read as one")
        self.at += 1
        if sign.kind == "number":
            return self._part(sign.value)
        if sign.kind != "open":
            raise UnreadableError("a sum does not read as one")
        amount = self.sum(depth + 1)
        closing = self._here()
        if closing is None or closing.kind != "close":
            raise UnreadableError("a bracket is not closed")
        self.at += 1
        return amount

    def _operator(self, wanted: str) -> str | None:
        sign = self._here()
        if sign is None or sign.kind != "operator" or sign.text not in wanted:
            return None
        self.at += 1
        return sign.text

    def _here(self) -> Sign | None:
        return self.found[self.at] if self.at < len(self.found) else None

    def _part(self, amount: Fraction) -> Fraction:
        if amount.numerator.bit_length() + amount.denominator.bit_length() > _MOST_BITS:
            raise UnreadableError("a number is too large")
        self.parts.add(amount)
        return amount


def _is_power(sign: Sign) -> bool:
    """Whether an operator is ² or ³, which need no number after them."""
    return sign.kind == "operator" and len(sign.text) > 1 and sign.text[0] == "^"


def _depth(found: Sequence[Sign]) -> int:
    return sum((sign.kind == "open") - (sign.kind == "close") for sign in found)


def _split(found: list[Sign]) -> list[list[Sign]]:
    """Cut at brackets that are not closed: what stands before one is a run of its own."""
    opened: list[int] = []
    for at, sign in enumerate(found):
        if sign.kind == "open":
            opened.append(at)
        elif sign.kind == "close" and opened:
            opened.pop()
    parts, begin = [], 0
    for at in opened:
        before = found[begin:at]
        if before and before[-1].kind == "operator" and before[-1].start == found[at].start:
            before = before[:-1]  # the × that was put before the bracket
        parts.append(before)
        begin = at + 1
    return [*parts, found[begin:]]
