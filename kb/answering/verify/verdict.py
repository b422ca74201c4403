"""A claim and the quotes that are cited for it -> whether they prove it, where, and why."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from kb.answering.verify import additions, additions_th, drops, drops_th
from kb.answering.verify.additions_th import FORM
from kb.answering.verify.bridges import inverse, plain, shorter
from kb.answering.verify.clauses import facts
from kb.answering.verify.moves import moved
from kb.answering.verify.pieces import divided
from kb.answering.verify.pieces_th import told_apart
from kb.answering.verify.names_th import called
from kb.answering.verify.places import Place, passage
from kb.answering.verify.readings import readings
from kb.answering.verify.readings_th import named
from kb.answering.verify.reasons import Reason, reason
from kb.answering.verify.relations import Spoken, claimed, follows, read
from kb.answering.verify.sides import Issue, Sides
from kb.answering.verify.tokens import Token, tokens
from kb.answering.verify.units import meant
from kb.answering.verify.voices import active
from kb.answering.verify.voices_th import ACTS
from kb.language import segment

Status = Literal["supported", "partial", "contradicted", "not_found"]
Similarity = Callable[[str, Sequence[str]], Sequence[float]]

MOST_TRIES = 40
MOST_NAMES = 3  # full names of a claim that are shortened
MOST_NEAR = 6  # places that are looked at for what the source says instead
MOST_READINGS = 12  # of a claim that may be in the passive
LEFT_OUT = 0.03  # what a word that must not be left out takes from a place, in shares of the claim
DEEPEST = 2  # how often a joined claim is divided
ENOUGH = 0.5  # of the claim's words: a sentence with fewer says nothing about it


@dataclass(frozen=True, slots=True)
class Proof:
    """`quotes[quote][start:end]` proves the claim, or a clause of it."""

    quote: int
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether quotes prove a claim.

    `why` is for a reader; `supported_text` is, for a partial verdict, the claim cut to what is proven, where that
    reads; `score`, 0 to 1, orders claims by how well they are borne out.
    """

    status: Status
    why: str
    proofs: tuple[Proof, ...] = ()
    supported_text: str | None = None
    score: float = 0.0


@dataclass(frozen=True, slots=True)
class _Tried:
    """One place tried for a claim, and what stands against it."""

    sides: Sides
    place: Place
    issues: tuple[Issue, ...]

    @property
    def rank(self) -> tuple[bool, float, int]:
        left_out = sum(issue.place[1] - issue.place[0] for issue in self.issues if issue.kind == "dropped")
        return not self.issues, self.sides.coverage() - LEFT_OUT * left_out, -len(self.issues)


def verify(claim: str, quotes: Sequence[str], similarity: Similarity | None = None) -> Verdict:
    """Check a claim against the texts that are cited for it.

    Args:
        claim: A sentence or clause, in the language of the quotes.
        quotes: Canonical texts, each a sentence to a passage.
        similarity: Cosines (0 to 1) of a claim to sentences; it only orders what is not proven.

    Returns:
        The verdict; "supported" only if every word of the claim is accounted for by one place, and nothing there that
        limits it is left out.
    """
    checker = _Checker(claim, quotes)
    return checker.verdict(similarity)


def entailing(claim: Spoken, places: Sequence[tuple[Place, Spoken]]) -> list[Place]:
    """For every fact of a claim a place that proves it; none where one is not proven."""
    used: list[Place] = []
    for fact in claim.facts if claim.whole else ():
        place = next((place for place, said in places if any(follows(claim, fact, said, one) for one in said.facts)), None)
        if place is None:
            return []
        used.append(place)
    one = any(fact.restricts for fact in claim.facts)
    return [] if one and len({place.span for place in used}) > 1 else used


class _Checker:
    """The claim and the sentences it is checked against, in the order in which they share its words."""

    def __init__(self, claim: str, quotes: Sequence[str]) -> None:
        self.claim = claim
        self.passages = [passage(number, text) for number, text in enumerate(quotes)]
        self._words = [token for one in self.passages for token in one.said()]
        self._letters = "".join(token.low for token in self._words)
        self._proven: dict[tuple[int, tuple[str, ...]], list[_Tried]] = {}

    def verdict(self, similarity: Similarity | None) -> Verdict:
        if not self.claim.strip():
            return Verdict("not_found", "there is no claim to check")
        if (proof := self._verbatim()) is not None:
            return Verdict("supported", "the source says so word for word", (proof,), None, 1.0)
        thai = segment.language(self.claim) == "th"
        spans = [(0, len(self.claim))] if thai else segment.sentences(self.claim)
        found = [list(tokens(self.claim, start, end)) for start, end in spans]
        known = {token.key for token in self._words}
        found = [[replace(token, key=meant(token.key, known)) for token in words] for words in found]
        found = [words for words in found if any(token.content for token in words)]
        if not found:
            return Verdict("not_found", "the claim says nothing that could be checked")
        if (strange := self._strange(found)) is not None:
            return strange
        best: list[_Tried] = []
        for words in found:
            tried = self.proven(words, DEEPEST)
            best.append(tried[0] if tried else _nothing(words))
            if tried and not tried[0].issues:
                best.extend(tried[1:])
        if all(not one.issues for one in best):
            return Verdict("supported", "the source says so", _proofs(best), None, 1.0)
        return self._unproven(found, best, similarity)

    def _verbatim(self) -> Proof | None:
        """Where the claim stands as it is, from the start of a sentence to the end of one."""
        wanted = self.claim.strip()
        for number, known in enumerate(self.passages):
            at = known.text.find(wanted)
            while at >= 0:
                end = at + len(wanted)
                if any(start == at for start, _ in known.spans) and any(stop == end for _, stop in known.spans):
                    return Proof(number, at, end)
                at = known.text.find(wanted, at + 1)
        return None

    def _strange(self, found: Sequence[Sequence[Token]]) -> Verdict | None:
        """A claim in another language than all quotes."""
        known = {segment.language(known.text) for known in self.passages} - {"other"}
        own = segment.language(self.claim)
        if own == "other" or not known or own in known:
            return None
        names = {"th": "Thai", "en": "English"}
        return Verdict("not_found", f"the claim is in {names[own]}, the source is not: what it says cannot be compared")

    def proven(self, claim: Sequence[Token], depth: int) -> list[_Tried]:
        """The place that proves a claim, or one for each of its clauses; else the one that comes nearest, alone."""
        known = (depth, tuple(token.key for token in claim))
        if known not in self._proven:
            self._proven[known] = self._prove(claim, depth)
        return self._proven[known]

    def _prove(self, claim: Sequence[Token], depth: int) -> list[_Tried]:
        best: _Tried | None = None
        for tried in itertools.islice(self._tries(claim), MOST_TRIES):
            if best is None or tried.rank > best.rank:
                best = tried
            if not tried.issues:
                return [tried]
        if found := self.entailed(claim):
            return found
        if depth and self._all_said(claim):
            if halves := self._halves(divided(claim), depth, one=False) or self._halves(told_apart(claim), depth, one=True):
                return halves
        if depth == DEEPEST:
            near = [*self._nearest(claim), *([best] if best else ())]
            best = max(near, key=lambda tried: tried.rank, default=None)
        return [best] if best is not None else []

    def _halves(self, ways: Iterator[tuple[list[Token], list[Token]]], depth: int, *, one: bool) -> list[_Tried]:
        """The places that prove both halves of a claim; `one`: only if that is one place."""
        for left, right in ways:
            first = self.proven(left, depth - 1)
            if not first or first[0].issues:
                continue
            second = self.proven(right, depth - 1)
            if second and not second[0].issues and not (one and {_span(first[0]), _span(second[0])} != {_span(first[0])}):
                return [*first, *second]
        return []

    def _all_said(self, claim: Sequence[Token]) -> bool:
        """Whether some passage holds each word of meaning: else no way to divide the claim makes it proven."""
        needed = [token for token in claim if token.content]
        if not all("\u0e00" < token.low[:1] < "\u0e50" for token in needed[:1]):
            return True
        return _Held(self._words).all_but_turned(needed)

    def entailed(self, claim: Sequence[Token]) -> list[_Tried]:
        """The places whose facts prove every fact of a claim; none where one is not proven."""
        if any(token.low[:1] >= "\u0e00" for token in claim):
            return []
        claim = plain(claim)
        places = [(place, read(tuple(plain(place.tokens)))) for known in self.passages for place in known.places(claim)]
        used = entailing(claimed(claim), places)
        if not used and (turned := inverse(claim)):
            used = entailing(claimed(turned), places)
        for known in self.passages if not used else ():
            sentences = [tokens(known.text, *span) for span in known.spans]
            for short in shorter(claim, facts(claim), sentences):
                used = used or entailing(claimed(short), places)
        return [_Tried(Sides(claim, place.tokens), place, ()) for place in dict.fromkeys(used)]

    def _tries(self, claim: Sequence[Token]) -> Iterator[_Tried]:
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
        said = [list(claim), *itertools.islice(called(claim, self._letters), MOST_NAMES), *(list(other) for other in named(claim) if len(other) == len(claim))]
        turned = (itertools.islice(active(one), MOST_READINGS) for one in said)
        return [*said, *itertools.chain.from_iterable(turned)]

    def _nearest(self, claim: Sequence[Token]) -> Iterator[_Tried]:
        """The claim beside the likeliest places, none of which has all its words."""
        for known in self.passages:
            for place in itertools.islice(known.places(claim), MOST_NEAR):
                yield _tried(claim, place, nearest=True)

    def _unproven(
        self, found: Sequence[Sequence[Token]], best: Sequence[_Tried], similarity: Similarity | None
    ) -> Verdict:
        worst = min(best, key=lambda one: one.rank)
        coverage = sum(one.sides.coverage() for one in best) / len(best)
        told: Reason = reason(worst.sides, worst.issues)
        kept = [one for one in best if not one.issues]
        status: Status = told.status
        text = None
        if kept and len(found) > 1:
            status = "partial"
            text = " ".join(
                self.claim[one.sides.claim[0].start :][: one.sides.claim[-1].end - one.sides.claim[0].start]
                for one in kept
            )
        elif status != "contradicted" and coverage >= ENOUGH:
            status, text = self._cut(found[0])
        score = max(
            0.0,
            0.9 * coverage
            - 0.12 * sum(issue.kind in ("changed", "moved") for issue in worst.issues)
            - 0.03 * len(worst.issues),
        )
        if similarity is not None and self.passages and (sentences := self._sentences()):
            score = 0.6 * score + 0.3 * max(similarity(self.claim, sentences))
        return Verdict(status, told.why, _proofs(kept), text, min(score, 0.95))

    def _cut(self, claim: Sequence[Token]) -> tuple[Status, str | None]:
        """The first clause of a claim that is proven alone, else nothing of it."""
        for left, right in divided(claim):
            for piece in (left, right):
                tried = self.proven(piece, 0)
                if tried and not tried[0].issues:
                    whole = piece == left and piece == list(claim[: len(piece)])
                    return "partial", self.claim[: piece[-1].end].rstrip(" ,;") + "." if whole else None
        return "not_found", None

    def _sentences(self) -> list[str]:
        return [known.text[start:end] for known in self.passages for start, end in known.spans]


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
        return word in self._letters or any(
            word[:cut] in self._letters and word[cut:] in self._letters for cut in cuts
        )


def _tried(claim: Sequence[Token], place: Place, *, nearest: bool = False) -> _Tried:
    """A claim beside a place; `nearest`: all that stands against it, else what shows first."""
    sides = Sides(claim, place.tokens)
    if sides.coverage() < ENOUGH:
        return _Tried(sides, place, (Issue("added", (0, len(claim))),))
    dropped = drops_th.dropped if sides.thai else drops.dropped
    added = additions_th.added if sides.thai else additions.added
    issues = added(sides)
    if not issues or nearest:
        issues = [*issues, *moved(sides), *dropped(sides)]
    known = [j for j in sides.pairs if j is not None]
    if place.shared_end and len(sides.place) - 1 in known[:-1]:
        issues.append(Issue("moved", place=(len(sides.place) - 1, len(sides.place))))
    return _Tried(sides, place, tuple(issues))


def _span(tried: _Tried) -> tuple[int, int, int]:
    return (tried.place.quote, *tried.place.span)


def _nothing(claim: Sequence[Token]) -> _Tried:
    return _Tried(Sides(claim, ()), Place(0, (0, 0), ()), (Issue("added", (0, len(claim))),))


def _proofs(tried: Sequence[_Tried]) -> tuple[Proof, ...]:
    return tuple(dict.fromkeys(Proof(one.place.quote, *one.place.span) for one in tried))
