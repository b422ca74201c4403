"""Frames -> cases with every slot filled."""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Iterator
from typing import Any

from kb.evaluation.claims.case import Case, Expected, Family, Frame, Pools
from kb.evaluation.claims.slots import filled


class Fillings:
    """Values for the slots of frames.

    Args:
        pools: What may stand in a slot.
        chance: Draws them.
        most: How many fillings a frame has, so that claims share passages; None draws anew each time.
    """

    def __init__(self, pools: Pools, chance: random.Random, most: int | None = None) -> None:
        self.chance = chance
        self._pools, self._most = pools, most
        self._kept: dict[str, list[dict[str, Any]]] = defaultdict(list)

    def of(self, frame: Frame) -> dict[str, Any]:
        """A value for every slot of a frame."""
        kept = self._kept[frame.name]
        if self._most is not None and len(kept) >= self._most:
            return self.chance.choice(kept)
        kept.append(filled(frame, self._pools, self.chance))
        return kept[-1]


def cases(rules: Family, language: str, cls: str, expected: Expected, fillings: Fillings) -> Iterator[Case]:
    """Cases of one class without end, each wording in its turn; nothing where no frame has the class."""
    wordings = [
        (frame, wording)
        for frame in rules.frames
        for wording in (frame.true if expected == "supported" else frame.false).get(cls, ())
    ]
    while wordings:
        fillings.chance.shuffle(wordings)
        for frame, wording in wordings:
            values = fillings.of(frame)
            claim, passage = wording.format(**values), frame.passage.format(**values)
            yield Case(language, cls, expected, claim[:1].upper() + claim[1:], (passage,), f"written: {frame.name}")
