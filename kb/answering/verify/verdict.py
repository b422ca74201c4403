"""A claim and the quotes that are cited for it -> whether they prove it, where, and why."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from kb.answering.verify.cutting import cut
from kb.answering.verify.places import passage
from kb.answering.verify.proving import DEEPEST, ENOUGH, Prover, Tried, nothing
from kb.answering.verify.reasons import reason
from kb.answering.verify.statements import asks, tells
from kb.answering.verify.support import support
from kb.answering.verify.tokens import Token, tokens
from kb.answering.verify.units import meant
from kb.language import segment

Status = Literal["supported", "partial", "contradicted", "not_found"]
Similarity = Callable[[str, Sequence[str]], Sequence[float]]

_BREAKS_OFF = frozenset(["modal", "not", "coord"])  # roles of a last word


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


class _Checker:
    """The claim and the sentences it is checked against, in the order in which they share its words."""

    def __init__(self, claim: str, quotes: Sequence[str]) -> None:
        self.claim = claim
        self.passages = [passage(number, text) for number, text in enumerate(quotes)]
        self._prover = Prover(self.passages)

    def verdict(self, similarity: Similarity | None) -> Verdict:
        if not self.claim.strip():
            return Verdict("not_found", "there is no claim to check")
        if (proof := self._verbatim()) is not None:
            return Verdict("supported", "the source says so word for word", (proof,), None, 1.0)
        thai = segment.language(self.claim) == "th"
        spans = [(0, len(self.claim))] if thai else segment.sentences(self.claim)
        found = [list(tokens(self.claim, start, end)) for start, end in spans]
        known = {token.key for token in self._prover.words}
        found = [[replace(token, key=meant(token.key, known)) for token in words] for words in found]
        found = [words for words in found if any(token.content for token in words)]
        if not found or not _states(self.claim, found):
            return Verdict("not_found", "the claim says nothing that could be checked")
        if (strange := self._strange(found)) is not None:
            return strange
        best: list[Tried] = []
        for words in found:
            tried = self._prover.proven(words, DEEPEST)
            best.append(tried[0] if tried else nothing(words))
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

    def _unproven(
        self, found: Sequence[Sequence[Token]], best: Sequence[Tried], similarity: Similarity | None
    ) -> Verdict:
        worst = min(best, key=lambda one: one.rank)
        told = reason(worst.sides, worst.issues)
        proving = [one for one in best if not one.issues]
        status: Status = told.status
        text, why = None, told.why
        if proving and len(found) > 1:
            status = "partial"
            spans = ((one.sides.claim[0].start, one.sides.claim[-1].end) for one in proving)
            text = " ".join(self.claim[start:end] for start, end in spans)
        elif status != "contradicted" and sum(one.sides.coverage() for one in best) >= ENOUGH * len(best):
            part = cut(self.claim, found[0], self._prover)
            proving, text = list(part.proving), part.text
            status = "partial" if proving else status
            if part.rest and (left := self._prover.proven(part.rest, DEEPEST)) and left[0].issues:
                why = reason(left[0].sides, left[0].issues).why
        score = support(
            [token for words in found for token in words],
            [tokens(known.text, *span) for known in self.passages for span in known.spans],
            contradicted=told.status == "contradicted",
            similar=self._similar(similarity),
        )
        return Verdict(status, why, _proofs(proving), text, score)

    def _similar(self, similarity: Similarity | None) -> float:
        sentences = [known.text[start:end] for known in self.passages for start, end in known.spans]
        return max(similarity(self.claim, sentences)) if similarity is not None and sentences else 0.0


def _states(claim: str, found: Sequence[Sequence[Token]]) -> bool:
    """Whether a claim can be true: no question, not broken off, and more than a word that tells nothing of another."""
    every = [token for words in found for token in words]
    return tells(every) and not asks(claim) and every[-1].role not in _BREAKS_OFF


def _proofs(tried: Sequence[Tried]) -> tuple[Proof, ...]:
    return tuple(dict.fromkeys(Proof(one.place.quote, *one.place.span) for one in tried))
