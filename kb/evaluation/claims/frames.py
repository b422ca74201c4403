"""Frames -> cases with every slot filled."""

from __future__ import annotations

import random
from collections.abc import Iterator

from kb.evaluation.claims.case import Case, Expected, Family
from kb.evaluation.claims.slots import filled


def cases(rules: Family, language: str, cls: str, expected: Expected, chance: random.Random) -> Iterator[Case]:
    """Cases of one class without end, each wording in its turn; nothing where no frame has the class."""
    wordings = [
        (frame, wording)
        for frame in rules.frames
        for wording in (frame.true if expected == "supported" else frame.false).get(cls, ())
    ]
    while wordings:
        chance.shuffle(wordings)
        for frame, wording in wordings:
            values = filled(frame, rules.pools, chance)
            claim, passage = wording.format(**values), frame.passage.format(**values)
            yield Case(language, cls, expected, claim[:1].upper() + claim[1:], (passage,), f"written: {frame.name}")
