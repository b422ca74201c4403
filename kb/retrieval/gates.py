"""Signs of evidence -> odds that a question is answered, by two tests, and the least odds that pass each."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Literal

Test = Literal["topic", "detail"]
Size = Literal["few", "many"]
SIZES: tuple[Size, ...] = ("few", "many")
PLAIN = "plain"  # the group of gates that read the fused score alone

TESTS: tuple[Test, ...] = ("topic", "detail")
"""Whether the passages are about what is asked, and whether they say what is asked of it."""

FEW, MANY = 25, 75
"""A corpus of at most FEW passages is judged as a handful, from MANY on as a collection, between as a mixture."""


@dataclass(frozen=True, slots=True)
class Gate:
    """One test for one kind of question.

    odds = intercept + the sum of weight * sign, in log odds; `least` lists (share, odds): with these least odds for
    every test together at most this share of answerable questions is refused.
    """

    intercept: float
    weights: Mapping[str, float]
    least: tuple[tuple[float, float], ...]

    def odds(self, signs: Mapping[str, float]) -> float:
        """The log odds that a question with these signs is answered."""
        return self.intercept + math.fsum(weight * signs[name] for name, weight in self.weights.items())

    def bar(self, share: float) -> float:
        """The least odds that wrongly refuse at most this share: those of the nearest stricter point; else none."""
        return max((odds for known, odds in self.least if known <= share + 1e-12), default=-math.inf)

    @classmethod
    def of(cls, values: Mapping[str, Any]) -> Gate:
        """What `as_dict` gave.

        Raises:
            KeyError, TypeError, ValueError: It is no gate.
        """
        least = tuple((float(share), float(odds)) for share, odds in values["least"])
        return cls(float(values["intercept"]), {k: float(v) for k, v in values["weights"].items()}, least)

    def as_dict(self) -> dict[str, Any]:
        """Plain values, ready for JSON."""
        return asdict(self)


@dataclass(frozen=True, slots=True)
class Judged:
    """What a test says: P(answered), and the least P that passes; 0 where it refuses nothing."""

    test: Test
    p: float
    least: float

    @property
    def passed(self) -> bool:
        """Whether the evidence is enough for this test."""
        return self.p >= self.least


def name(test: Test, group: str, size: Size) -> str:
    """What a gate is known by."""
    return f"{test} {group} {size}"


def judge(
    gates: Mapping[str, Gate], group: str, passages: int, signs: Mapping[str, float], share: float
) -> list[Judged]:
    """Put a question to both tests.

    Args:
        gates: By `name`; a test without a gate for this kind of question is left out, one without a gate for few
            passages below MANY.
        group: Of which languages the question and its passage are.
        passages: How many there are in the index.
        signs: Of the evidence.
        share: Of answerable questions, so many may be refused wrongly.
    """
    judged = []
    for test in TESTS:
        few, many = gates.get(name(test, group, "few")), gates.get(name(test, group, "many"))
        if many is None or (few is None and passages < MANY):
            continue
        small = few or many
        odds = _between(small.odds(signs), many.odds(signs), passages)
        bar = _between(small.bar(share), many.bar(share), passages)
        judged.append(Judged(test, probability(odds), probability(bar)))
    return judged


def plain(gates: Mapping[str, Gate]) -> dict[str, Gate]:
    """The gates for an embedder that nothing was fitted for: the best fused score alone, whatever the language.

    The other signs lean on how an embedder spreads its cosines; this one is brought into its range by fusion.
    """
    return {
        name("topic", group, size): gate
        for size in SIZES
        for group in ("en", "th", "across")
        if (gate := gates.get(name("topic", PLAIN, size))) is not None
    }


def probability(odds: float) -> float:
    """1 / (1 + exp(-odds)); 0 for minus infinity."""
    if odds >= 0:
        return 1.0 / (1.0 + math.exp(-odds))
    return math.exp(odds) / (1.0 + math.exp(odds))


def _between(few: float, many: float, passages: int) -> float:
    """Where a corpus of this size stands between a handful and a collection, by the logarithm of its size."""
    share = math.log(max(passages, 1) / FEW) / math.log(MANY / FEW)
    if share <= 0.0:
        return few
    return many if share >= 1.0 else (1.0 - share) * few + share * many
