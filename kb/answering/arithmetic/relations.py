"""A sentence and the numbers that are known -> whether its sums are right, and nothing in it is from nowhere."""

from __future__ import annotations

import operator
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from itertools import pairwise
from typing import Literal

from kb.answering.arithmetic.runs import Run, UnreadableError, evaluate, runs
from kb.answering.arithmetic.signs import Sign
from kb.answering.verify.units import UNITS

Status = Literal["computed", "contradicted", "not_found"]

_HOLDS: dict[str, Callable[[Fraction, Fraction], bool]] = {
    "=": operator.eq,
    "<": operator.lt,
    ">": operator.gt,
    "≤": operator.le,
    "≥": operator.ge,
    "≠": operator.ne,
}
_DECIMALS_OF_ROUNDED = 2  # 10 / 3 = 3.33 is read as rounded, 10 / 3 = 3 is not
_SHOWN_DIGITS = 12
_HUNDRED = Fraction(100)
_LONGEST_SHOWN = 60


@dataclass(frozen=True, slots=True)
class Judgement:
    """What became of a sentence; `results` are numbers that may be used from now on."""

    status: Status
    why: str
    results: frozenset[Fraction] = frozenset()


@dataclass
class _Sentence:
    """What is found out about one sentence, relation by relation."""

    text: str
    known: set[Fraction]
    results: set[Fraction] = field(default_factory=set)
    recomputed: list[str] = field(default_factory=list)
    unknown: list[str] = field(default_factory=list)
    wrong: str = ""

    def written(self, start: int, end: int) -> str:
        """A part of the sentence on one line, shortened."""
        part = " ".join(self.text[start:end].split())
        return part if len(part) <= _LONGEST_SHOWN else f"{part[: _LONGEST_SHOWN - 1]}…"


def judge(text: str, found: Sequence[Sign], known: set[Fraction]) -> Judgement:
    """Recompute every equation of a sentence.

    Args:
        text: What the signs were read from.
        found: The signs of the sentence.
        known: The numbers of the question and of earlier correct results.

    Returns:
        "contradicted" where an equation is wrong; "not_found" where a number is from nowhere, or a sum cannot be
        recomputed; else "computed".
    """
    sentence = _Sentence(text, known)
    loose: list[Run] = []
    for clause in _clauses(found):
        segments, relations = _segments(clause)
        loose += _chains(sentence, segments, relations)
    for run in loose:
        _require(sentence, run, sentence.known | sentence.results)
    if sentence.wrong:
        return Judgement("contradicted", sentence.wrong)
    if sentence.unknown:
        return Judgement("not_found", sentence.unknown[0])
    said = "; ".join(sentence.recomputed)
    why = f"recomputed: {said}" if said else "every number in it is in the question or an earlier result"
    return Judgement("computed", why, frozenset(sentence.results))


def known_as(sign: Sign) -> set[Fraction]:
    """The values by which a number may be known: 20 % is .2, and may stand as 20."""
    return {sign.value, sign.value * 100} if sign.percent else {sign.value}


def _clauses(found: Sequence[Sign]) -> list[list[Sign]]:
    clauses: list[list[Sign]] = [[]]
    for sign in found:
        if sign.kind == "stop":
            clauses.append([])
        else:
            clauses[-1].append(sign)
    return [clause for clause in clauses if clause]


def _segments(clause: Sequence[Sign]) -> tuple[list[list[Sign]], list[str]]:
    """What stands between the relations of a clause, and the relations."""
    segments: list[list[Sign]] = [[]]
    relations: list[str] = []
    for at, sign in enumerate(clause):
        if sign.kind == "relation" or (sign.kind == "perhaps" and _says_equal(segments[-1], clause[at + 1 :])):
            relations.append(sign.text if sign.kind == "relation" else "=")
            segments.append([])
        else:
            segments[-1].append(sign)
    return segments, relations


def _says_equal(before: Sequence[Sign], after: Sequence[Sign]) -> bool:
    """Whether a word such as "is" stands between a sum and a number."""
    told = runs(before)
    return bool(told) and not told[-1].lone and bool(after) and after[0].kind in ("number", "open")


def _chains(sentence: _Sentence, segments: Sequence[Sequence[Sign]], relations: Sequence[str]) -> list[Run]:
    """Check every chain of relations; returns the runs that are in none."""
    parts = [runs(segment) for segment in segments]
    loose, chain = parts[0][:-1], [("", run) for run in parts[0][-1:]]
    for relation, part in zip(relations, parts[1:], strict=True):
        chain += [(relation, run) for run in part[:1]]
        if len(part) > 1:  # another chain begins with the last run, unless the clause ends here
            loose += _closed(sentence, chain) + part[1:-1]
            chain = [("", part[-1])]
    return loose + _closed(sentence, chain)


def _closed(sentence: _Sentence, chain: Sequence[tuple[str, Run]]) -> list[Run]:
    """Check a chain; a single member says nothing of its own and is returned."""
    if len(chain) < 2:
        return [run for _, run in chain]
    try:
        _check(sentence, chain)
    except UnreadableError as error:
        sentence.unknown.append(f"it cannot be recomputed: {error}")
    except ZeroDivisionError:
        sentence.wrong = sentence.wrong or "it divides by zero"
    return []


def _check(sentence: _Sentence, chain: Sequence[tuple[str, Run]]) -> None:
    members = [run for _, run in chain]
    allowed = sentence.known | sentence.results
    if any(run.lone and run.numbers[0].percent for run in members):
        allowed.add(_HUNDRED)
    alone = all(run.lone for run in members)
    values: list[Fraction] = []
    if any(sign.text == "r" for run in members for sign in run.signs):
        _check_remainder(sentence, members)
        return
    for run in members:
        amount, parts = evaluate(run)
        result = run.result if values else run.lone
        values.append(amount)
        if alone or not result:
            _require(sentence, run, allowed)
        allowed = allowed | parts
    for at, ((_, left), (relation, right)) in enumerate(pairwise(chain)):
        _compare(sentence, (left, values[at]), relation, (right, values[at + 1]))
    sentence.recomputed.append(sentence.written(members[0].start, members[-1].end))
    for run, amount in zip(members, values, strict=True):
        sentence.results |= {amount, abs(amount)} | (known_as(run.numbers[0]) if run.lone else set())


def _compare(sentence: _Sentence, left: tuple[Run, Fraction], relation: str, right: tuple[Run, Fraction]) -> None:
    (first, was), (second, said) = left, right
    if _holds(relation, left, right):
        return
    if first.lone and second.lone and relation == "=" and first.unit != second.unit:
        sentence.unknown.append("it gives an amount in another unit, which is not recomputed")
        return
    left_side, right_side = (sentence.written(run.start, run.end) for run in (first, second))
    told = f"{left_side} is {shown(was)}, not {right_side}" + ("" if second.lone else f", which is {shown(said)}")
    if relation not in ("=", "≈") or first.lone:
        told = f"{left_side} {relation} {right_side} is not so"
    sentence.wrong = sentence.wrong or told


def _holds(relation: str, left: tuple[Run, Fraction], right: tuple[Run, Fraction]) -> bool:
    (first, was), (second, said) = left, right
    if relation in _HOLDS and _HOLDS[relation](was, said):
        return True
    if relation not in ("=", "≈"):
        return False
    if _rounded(second, said, was, relation) or _rounded(first, was, said, relation):
        return True
    return _as_percent(first, was, second) or _same_amount(left, right)


def _rounded(run: Run, said: Fraction, exact: Fraction, relation: str) -> bool:
    """Whether a lone number is the exact value, rounded to its decimals.

    With "=" only what no decimals can write may be rounded, and to two places or more.
    """
    if not run.lone:
        return False
    places = _places(run.numbers[0])
    if relation == "=" and (places < _DECIMALS_OF_ROUNDED or _is_finite(exact)):
        return False
    unit = Fraction(1, 10**places) / (100 if run.numbers[0].percent else 1)
    return abs(exact - said) <= unit / 2


def _places(sign: Sign) -> int:
    """How many decimals a number is written with."""
    digits = sign.text.rstrip("% ").rpartition(".")
    return len(digits[2]) if digits[1] and digits[2].isdecimal() else 0


def _is_finite(amount: Fraction) -> bool:
    rest = amount.denominator
    for prime in (2, 5):
        while rest % prime == 0:
            rest //= prime
    return rest == 1


def _as_percent(first: Run, was: Fraction, second: Run) -> bool:
    """Whether a share times 100 is given as a percentage: 15 / 20 × 100 = 75 %."""
    if not (second.lone and second.numbers[0].percent) or any(sign.percent for sign in first.numbers):
        return False
    hundred = any(sign.value == _HUNDRED for sign in first.numbers)
    return hundred and was == second.numbers[0].value * 100


def _same_amount(left: tuple[Run, Fraction], right: tuple[Run, Fraction]) -> bool:
    """Whether two lone numbers are one amount in two units: 2 hours = 120 minutes."""
    (first, was), (second, said) = left, right
    one, other = UNITS.get(first.unit), UNITS.get(second.unit)
    if not (first.lone and second.lone) or one is None or other is None:
        return False
    return one[0] == other[0] and was * one[1] == said * other[1]


def _check_remainder(sentence: _Sentence, members: Sequence[Run]) -> None:
    """17 ÷ 5 = 3 r 2: holds where 17 = 3 × 5 + 2 and the remainder is less than what was divided by."""
    kinds = [[sign.text if sign.kind == "operator" else sign.kind for sign in run.signs] for run in members]
    if kinds != [["number", "÷", "number"], ["number", "r", "number"]]:
        raise UnreadableError("a remainder is of a division of two numbers")
    (whole, by), (times, rest) = ([sign.value for sign in run.numbers] for run in members)
    _require(sentence, members[0], sentence.known | sentence.results)
    said = sentence.written(members[0].start, members[1].end)
    if by == 0:
        raise ZeroDivisionError
    if whole == times * by + rest and 0 <= rest < abs(by) and times.denominator == 1:
        sentence.recomputed.append(said)
        sentence.results |= {times, rest}
    else:
        sentence.wrong = sentence.wrong or f"{said} is not so: the remainder is {shown(whole % by)}"


def _require(sentence: _Sentence, run: Run, allowed: set[Fraction]) -> None:
    """Every number of a run must be known."""
    for sign in run.numbers:
        if not sign.free and not known_as(sign) & allowed:
            sentence.unknown.append(f"{sign.text} is neither in the question nor an earlier result")


def shown(amount: Fraction) -> str:
    """A value as people write it: all its decimals where there are few."""
    if amount.denominator == 1:
        return f"{amount.numerator:,}"
    if _is_finite(amount):
        decimal = f"{float(amount):,.{_SHOWN_DIGITS}f}".rstrip("0")
        if Fraction(decimal.replace(",", "")) == amount:
            return decimal
    return f"about {float(amount):.6g}"
