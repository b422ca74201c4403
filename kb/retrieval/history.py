"""Ranked lists -> what each step up to calibration did with each passage."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from kb.retrieval.fusion import Fused
from kb.retrieval.legs import Leg, LegHit
from kb.retrieval.query import ORIGINAL
from kb.retrieval.source import ALL, Step


@dataclass(frozen=True, slots=True)
class History:
    """The place of every chunk in every list, and the evidence of those that were looked at closely."""

    places: dict[tuple[str, str], dict[int, LegHit]]
    variants: tuple[str, ...]
    evidence: dict[int, float]

    @classmethod
    def of(cls, legs: Sequence[Leg], evidence: dict[int, float]) -> History:
        """Read the lists."""
        places = {(leg.variant, leg.leg): {hit.chunk: hit for hit in leg.hits} for leg in legs}
        variants = dict.fromkeys(leg.variant for leg in legs if leg.variant != ALL)
        return cls(places, tuple(variants), evidence)

    def steps(self, hit: Fused, rank: int, probability: float) -> list[Step]:
        """The steps of one passage in order; the raw scores of the legs are those of the question as asked.

        Args:
            hit: The passage with its final score.
            rank: Its final place, from 1.
            probability: P(relevant).
        """
        return [
            self._of_leg(hit, "dense", hit.cosine, "cosine of question and passage"),
            self._of_leg(hit, "lexical", hit.bm25, "BM25 of the words of the question"),
            *self._of_fusion(hit),
            *self._of_sentences(hit, rank),
            Step("calibration", ALL, rank, probability, True, "P(relevant) for this score"),
        ]

    def _of_leg(self, hit: Fused, leg: str, score: float, why: str) -> Step:
        place = self.places[ORIGINAL, leg].get(hit.chunk)
        return Step(leg, ORIGINAL, place.rank if place else None, score, place is not None, why)

    def _of_fusion(self, hit: Fused) -> Iterator[Step]:
        for variant in self.variants:
            place = self.places[variant, "fused"][hit.chunk]
            why = "weighted sum of both, each in its own range"
            yield Step("fusion", variant, place.rank, place.score, True, why)
        if len(self.variants) > 1:
            place = self.places[ALL, "combined"][hit.chunk]
            why = "half the question as asked, half the best of all variants"
            yield Step("variants", ALL, place.rank, place.score, True, why)

    def _of_sentences(self, hit: Fused, rank: int) -> Iterator[Step]:
        if hit.chunk in self.evidence:
            mean = sum(self.evidence.values()) / len(self.evidence)
            own = self.evidence[hit.chunk]
            why = f"sentences fit by {own:.2f}, those of all {len(self.evidence)} too close to call by {mean:.2f}"
            yield Step("sentences", ALL, rank, hit.score, True, why)
