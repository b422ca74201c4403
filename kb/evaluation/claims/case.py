"""A claim, what it is checked against, and whether that proves it."""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

Families = Literal["dev", "second", "report"]
Expected = Literal["supported", "refuted"]

POSITIVES = ("order", "dropped", "joined", "voice", "pronoun", "numerals", "eras", "units")
NEGATIVES = (
    "numbers",
    "negation",
    "names",
    "roles",
    "units",
    "dates",
    "quantifiers",
    "comparatives",
    "neighbour",
    "stitched",
)


@dataclass(frozen=True, slots=True)
class Case:
    """One claim with the passages it is checked against.

    `expected` is "refuted" for whatever the passages do not prove, false or only unsupported; `cls` says how the claim
    was made; `origin` where its text is from.
    """

    language: str
    cls: str
    expected: Expected
    claim: str
    quotes: tuple[str, ...]
    origin: str


@dataclass(frozen=True, slots=True)
class Place:
    """A sentence where it stands: `before` and `after` are its neighbours ("" where there is none)."""

    language: str
    text: str
    before: str
    after: str
    passage: str
    title: str
    origin: str


@dataclass(frozen=True, slots=True)
class Draw:
    """What a rewrite may draw on: chance, and names that stand in other articles."""

    random: random.Random
    strangers: Sequence[str] = ()

    def stranger(self, passage: str, like: str) -> str | None:
        """A name that is not in the passage, with as many words as another where one is found soon."""
        best = None
        for _ in range(40 if self.strangers else 0):
            name = self.random.choice(self.strangers)
            if any(word in passage for word in name.split()):
                continue
            best = name
            if name.count(" ") == like.count(" "):
                break
        return best


Rewrite = Callable[[str, Place, Draw], Iterable[str]]
"""A text (the sentence of the place, or a rewrite of it that says the same), its place -> claims."""

Pools = Mapping[str, tuple[str, ...]]
"""Kind of slot -> what may stand there; "women" and "men" are full names, together the kind "person"."""

Wordings = Mapping[str, Sequence[str]]


@dataclass(frozen=True, slots=True)
class Frame:
    """Sentences with slots, and what follows or does not follow from them.

    `slots` is slot -> kind (see `kb.evaluation.claims.slots`); `true` and `false` are class -> claims with the same
    slots.
    """

    name: str
    slots: Mapping[str, str]
    passage: str
    true: Wordings = field(default_factory=dict)
    false: Wordings = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Family:
    """All rewrites of one language that were written together: of real sentences by rule, and own frames."""

    positives: Mapping[str, Sequence[Rewrite]]
    negatives: Mapping[str, Sequence[Rewrite]]
    frames: Sequence[Frame]
    pools: Pools


def swapped(text: str, found: re.Match[str], by: str, group: int | str = 0) -> str:
    """The text with one group of a match replaced."""
    return text[: found.start(group)] + by + text[found.end(group) :]


def as_cased(like: str, word: str) -> str:
    """The word with a capital where `like` has one."""
    return word[:1].upper() + word[1:] if like[:1].isupper() else word
