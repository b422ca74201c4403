"""A claim and a place -> which word of the claim stands for which word of the place."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from kb.answering.verify.tokens import Token
from kb.answering.verify.words import stem

Pairs = list[int | None]
"""For every token of the claim the token of the place it stands for, None where there is none."""

_LIGHT, _ADVERB = 0.34, 0.7  # the weight of a word that says nothing of its own
_LEAST = 0.7  # the weight of a run
_NEAR = 0.2  # what a run gains where it goes on from one that is taken already


@dataclass(frozen=True, slots=True)
class _Run:
    """`length` tokens of the claim from `i` that are those of the place from `j`."""

    i: int
    j: int
    length: int


def same(claim: Token, place: Token) -> bool:
    """Whether two tokens mean the same: one key, and for names the word as it is written or one that stands for it."""
    if claim.key != place.key:
        return False
    named = claim.name or place.name
    return not named or claim.low == place.low or stem(claim.low) != stem(place.low)


def align(claim: Sequence[Token], place: Sequence[Token]) -> Pairs:
    """Pair the tokens of the claim with those of the place, longest common runs first (greedy string tiling).

    Wise, M. (1993), "String similarity via greedy string tiling and running Karp-Rabin matching"; runs may move.
    """
    pairs: Pairs = [None] * len(claim)
    taken = [False] * len(place)
    where: dict[str, list[int]] = defaultdict(list)
    for j, token in enumerate(place):
        where[token.key].append(j)
    while (run := _best(claim, place, pairs, taken, where)) is not None:
        for step in range(run.length):
            pairs[run.i + step] = run.j + step
            taken[run.j + step] = True
    _light_words(claim, place, pairs, taken)
    _slide(claim, place, pairs)
    return pairs


def _best(
    claim: Sequence[Token], place: Sequence[Token], pairs: Pairs, taken: Sequence[bool], where: dict[str, list[int]]
) -> _Run | None:
    """The heaviest run that is left; among equals the one that goes on from its neighbours."""
    best, most = None, 0.0
    reach: dict[int, int] = {}
    for i in range(len(claim) - 1, -1, -1):
        longer: dict[int, int] = {}
        if pairs[i] is None:
            for j in where.get(claim[i].key, ()):
                if not taken[j] and same(claim[i], place[j]):
                    longer[j] = 1 + reach.get(j + 1, 0)
                    weight = _weight(claim, i, longer[j]) + _nearness(pairs, i, j, longer[j])
                    if weight > most and weight >= _LEAST:
                        best, most = _Run(i, j, longer[j]), weight
        reach = longer
    return best


def _weight(claim: Sequence[Token], start: int, length: int) -> float:
    return sum(
        1.0 if token.content else _ADVERB if token.role == "adverb" else _LIGHT
        for token in claim[start : start + length]
    )


def _nearness(pairs: Pairs, i: int, j: int, length: int) -> float:
    """How well a run fits those beside it: it should follow the last one and come before the next."""
    gain = 0.0
    before = next((pairs[k] for k in range(i - 1, -1, -1) if pairs[k] is not None), None)
    after = next((pairs[k] for k in range(i + length, len(pairs)) if pairs[k] is not None), None)
    if before is not None and before < j:
        gain += _NEAR / (j - before)
    if after is not None and after > j:
        gain += _NEAR / (after - j - length + 1 if after >= j + length else 1)
    return gain


def _slide(claim: Sequence[Token], place: Sequence[Token], pairs: Pairs) -> None:
    """Where a gap of the place can stand earlier or later with the same words, let it begin where a phrase does."""
    for i in range(1, len(claim)):
        before, after = pairs[i - 1], pairs[i]
        if before is None or after is None or after - before < 2:
            continue
        width = after - before - 1
        best, most = 0, place[before + 1].breaks + place[after].breaks
        step = 0
        while (
            i - 1 + step >= 0
            and pairs[i - 1 + step] == before + step
            and same(claim[i - 1 + step], place[after - 1 + step])
        ):
            step -= 1
            if before + step + 1 < 1:
                break
            strength = place[before + step + 1].breaks + place[after + step].breaks
            if strength > most:
                best, most = step, strength
        for back in range(0, best, -1):
            pairs[i - 1 + back] = after - 1 + back
        step = 0
        while (
            best == 0
            and i + step < len(claim)
            and pairs[i + step] == after + step
            and same(claim[i + step], place[before + 1 + step])
        ):
            step += 1
            strength = place[before + 1 + step].breaks + (
                place[after + step].breaks if after + step < len(place) else 3
            )
            if strength > most:
                best, most = step, strength
        for on in range(max(best, 0)):
            pairs[i + on] = before + 1 + on
        del width


def _light_words(claim: Sequence[Token], place: Sequence[Token], pairs: Pairs, taken: list[bool]) -> None:
    """Pair words without weight of their own, each with one that stands between the same neighbours."""
    for i, token in enumerate(claim):
        if pairs[i] is not None:
            continue
        after = next((pairs[k] for k in range(i + 1, len(pairs)) if pairs[k] is not None), None)
        before = next((pairs[k] for k in range(i - 1, -1, -1) if pairs[k] is not None), None)
        spots = [j for j in range(len(place)) if not taken[j] and same(token, place[j])]
        near = [j for j in spots if _between(j, before, after)]
        if near:
            best = min(near, key=lambda j: min(_gap(after, j), _gap(j, before)))
            pairs[i] = best
            taken[best] = True


def _between(j: int, before: int | None, after: int | None) -> bool:
    if before is not None and after is not None and before < after:
        return before < j < after
    return (
        (after is not None and 0 < after - j <= 3)
        or (before is not None and 0 < j - before <= 3)
        or (before is after is None)
    )


def _gap(one: int | None, other: int | None) -> float:
    return float("inf") if one is None or other is None else abs(one - other)
