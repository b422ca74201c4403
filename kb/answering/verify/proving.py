"""A claim, and sentences -> the places that prove it, or the one that comes nearest and what stands against it."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from kb.answering.verify import additions, additions_th, drops, drops_th
from kb.answering.verify.additions_th import FORM
from kb.answering.verify.entailment import entailed
from kb.answering.verify.moves import moved
from kb.answering.verify.names_th import called
from kb.answering.verify.pieces import divided
from kb.answering.verify.pieces_th import told_apart
from kb.answering.verify.places import Passage, Place
from kb.answering.verify.readings import readings
from kb.answering.verify.readings_th import named
from kb.answering.verify.sides import Issue, Sides
from kb.answering.verify.tokens import Token
from kb.answering.verify.voices import active
from kb.answering.verify.voices_th import ACTS

MOST_TRIES = 40  # places, readings and wordings that are compared with one clause
MOST_IN_ALL = 240  # with a claim and all its clauses
MOST_NAMES = 3  # full names of a claim that are shortened
MOST_NEAR = 6  # places that are looked at for what the source says instead
MOST_READINGS = 12  # of a claim that may be in the passive
LEFT_OUT = 0.03  # what a word that must not be left out takes from a place, in shares of the claim
DEEPEST = 2  # how often a joined claim is divided
ENOUGH = 0.5  # of the claim's words: a sentence with fewer says nothing about it


@dataclass(frozen=True, slots=True)
class Tried:
    """One place tried for a claim, and what stands against it."""

    sides: Sides
    place: Place
    issues: tuple[Issue, ...]

    @property
    def rank(self) -> tuple[bool, float, int]:
        """How near it comes: proven or not, how many words it holds, how little stands against it."""
        left_out = sum(issue.place[1] - issue.place[0] for issue in self.issues if issue.kind == "dropped")
        return not self.issues, self.sides.coverage() - LEFT_OUT * left_out, -len(self.issues)


class Prover:
    """The passages a claim is checked against, and what was found of each of its clauses."""

    def __init__(self, passages: Sequence[Passage]) -> None:
        self.passages = passages
        self.words = [token for one in passages for token in one.said()]
        self._letters = "".join(token.low for token in self.words)
        self._left = MOST_IN_ALL
        self._proven: dict[tuple[int, tuple[str, ...]], list[Tried]] = {}

    def proven(self, claim: Sequence[Token], depth: int) -> list[Tried]:
        """The place that proves a claim, or one for each of its clauses; else the one that comes nearest, alone."""
        known = (depth, tuple(token.key for token in claim))
        if known not in self._proven:
            self._proven[known] = self._prove(claim, depth)
        return self._proven[known]

    def _prove(self, claim: Sequence[Token], depth: int) -> list[Tried]:
        best: Tried | None = None
        for tried in itertools.islice(self._tries(claim), min(MOST_TRIES, self._left)):
            self._left -= 1
            if best is None or tried.rank > best.rank:
                best = tried
            if not tried.issues:
                return [tried]
        if used := entailed(claim, self.passages):
            return [Tried(Sides(claim, place.tokens), place, ()) for place in used]
        if depth and self._all_said(claim):
            apart = self._halves(divided(claim), depth, one=False)
            apart = apart or self._halves(told_apart(claim), depth, one=True)
            if apart:
                return apart
        if depth == DEEPEST:
            near = [*self._nearest(claim), *([best] if best else ())]
            best = max(near, key=lambda tried: tried.rank, default=None)
        return [best] if best is not None else []

    def _halves(self, ways: Iterator[tuple[list[Token], list[Token]]], depth: int, *, one: bool) -> list[Tried]:
        """The places that prove both halves of a claim; `one`: only if that is one place."""
        for left, right in ways:
            first = self.proven(left, depth - 1)
            if not first or first[0].issues:
                continue
            second = self.proven(right, depth - 1)
            if (
                second
                and not second[0].issues
                and not (one and {_span(first[0]), _span(second[0])} != {_span(first[0])})
            ):
                return [*first, *second]
        return []

    def _all_said(self, claim: Sequence[Token]) -> bool:
        """Whether some passage holds each word of meaning: else no way to divide the claim makes it proven."""
        needed = [token for token in claim if token.content]
        if not all("\u0e00" < token.low[:1] < "\u0e50" for token in needed[:1]):
            return True
        return _Held(self.words).all_but_turned(needed)

    def _tries(self, claim: Sequence[Token]) -> Iterator[Tried]:
        """Every place and every wording that may prove a claim, the likeliest first."""
        wordings = self._wordings(claim)
        wanted = [[token for token in wording if token.content] for wording in wordings]
        for known in self.passages:
            for place in known.places(claim):
                held = _Held(place.tokens)
                if not any(held.all_but_turned(needed) for needed in wanted):
                    continue
                for reading in readings(place.tokens):
                    held = _Held(reading)
                    for wording, needed in zip(wordings, wanted, strict=True):
                        if held.all(needed):
                            yield _tried(wording, replace(place, tokens=reading))

    def _wordings(self, claim: Sequence[Token]) -> list[Sequence[Token]]:
        """The claim, and what says the same of the same people."""
        short = itertools.islice(called(claim, self.words), MOST_NAMES)
        swapped = (list(other) for other in named(claim) if len(other) == len(claim))
        said = [list(claim), *short, *swapped]
        turned = (itertools.islice(active(one), MOST_READINGS) for one in said)
        return [*said, *itertools.chain.from_iterable(turned)]

    def _nearest(self, claim: Sequence[Token]) -> Iterator[Tried]:
        """The claim beside the likeliest places, none of which has all its words."""
        for known in self.passages:
            for place in itertools.islice(known.places(claim), MOST_NEAR):
                yield _tried(claim, place, nearest=True)


class _Held:
    """What words some tokens hold; Thai ones, cut in whatever way."""

    def __init__(self, found: Sequence[Token]) -> None:
        self._keys = {token.key for token in found}
        self._letters = "".join(token.low for token in found)

    def all(self, needed: Sequence[Token]) -> bool:
        """Whether all words of meaning of a claim are there."""
        missing = [token for token in needed if token.key not in self._keys]
        if any(not "\u0e00" < token.low[:1] < "\u0e50" for token in missing):
            return False
        return all(token.low in FORM or self._written(token.low) for token in missing)

    def all_but_turned(self, needed: Sequence[Token]) -> bool:
        """The same but for verbs that tell from the other side what happened."""
        return self.all([token for token in needed if token.low not in ACTS])

    def _written(self, word: str) -> bool:
        """Whether a word, or two that it may be cut into, stands there."""
        cuts = range(2, len(word) - 1)
        return word in self._letters or any(word[:cut] in self._letters and word[cut:] in self._letters for cut in cuts)


def _tried(claim: Sequence[Token], place: Place, *, nearest: bool = False) -> Tried:
    """A claim beside a place; `nearest`: all that stands against it, else what shows first."""
    sides = Sides(claim, place.tokens)
    if sides.coverage() < ENOUGH:
        return Tried(sides, place, (Issue("added", (0, len(claim))),))
    dropped = drops_th.dropped if sides.thai else drops.dropped
    added = additions_th.added if sides.thai else additions.added
    issues = added(sides)
    if not issues or nearest:
        issues = [*issues, *moved(sides), *dropped(sides)]
    known = [j for j in sides.pairs if j is not None]
    if place.shared_end and len(sides.place) - 1 in known[:-1]:
        issues.append(Issue("moved", place=(len(sides.place) - 1, len(sides.place))))
    return Tried(sides, place, tuple(issues))


def _span(tried: Tried) -> tuple[int, int, int]:
    return (tried.place.quote, *tried.place.span)


def nothing(claim: Sequence[Token]) -> Tried:
    """No place at all, for a claim."""
    return Tried(Sides(claim, ()), Place(0, (0, 0), ()), (Issue("added", (0, len(claim))),))
