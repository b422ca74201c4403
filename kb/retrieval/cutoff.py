"""Ranked passages -> which of them repeat another, and how many of them are enough."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate

SHINGLE = 3  # words
STEEP = 0.03  # of the best P; from the fit half of the data


@dataclass(frozen=True, slots=True)
class Candidate:
    """A passage, `start` to `end` (characters) of a document, and its search words in reading order."""

    document: int
    start: int
    end: int
    text: str
    terms: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Bounds:
    """The least and the most passages, and the tokens that all of them together may have.

    Raises:
        ValueError: `least` is below 1 or above `most`, or `budget` is below 1.
    """

    least: int
    most: int
    budget: int

    def __post_init__(self) -> None:
        if not 1 <= self.least <= self.most:
            raise ValueError(f"at least {self.least} and at most {self.most} passages cannot be had")
        if self.budget < 1:
            raise ValueError(f"a budget of {self.budget} tokens has room for nothing")


@dataclass(frozen=True, slots=True)
class TopK:
    """How many passages, and why, in one sentence with its numbers."""

    k: int
    why: str


def near_duplicates(candidates: Sequence[Candidate], sameness: float) -> list[int | None]:
    """Find the passages that say again what a better one said.

    A passage repeats a kept one when at least `sameness` of it is in the kept one: the larger of the containment of its
    word triples (Broder 1997, "On the resemblance and containment of documents": |A and B| / |A| over the sets of
    w-shingles, here w = 3) and, within one document, of its characters. Containment looks one way: a long passage
    does not repeat the short one that it holds, for it says more.

    Args:
        candidates: Best first.
        sameness: The least share, 0 to 1.

    Returns:
        For each candidate the index of the kept one that holds most of it, the earlier of equals; None where it is kept
        itself.
    """
    holders: dict[tuple[str, ...], list[int]] = {}
    kept: list[int] = []
    repeats: list[int | None] = []
    for place, candidate in enumerate(candidates):
        triples = shingles(candidate)
        shared = Counter(holder for triple in triples for holder in holders.get(triple, ()))
        shares = {
            other: max(shared[other] / len(triples), _overlap(candidate, candidates[other]))
            for other in kept
            if shared[other] or candidate.document == candidates[other].document
        }
        best = max(shares, key=lambda other: (shares[other], -other), default=None)
        if best is not None and shares[best] >= sameness:
            repeats.append(best)
            continue
        repeats.append(None)
        kept.append(place)
        for triple in triples:
            holders.setdefault(triple, []).append(place)
    return repeats


def share_within(candidate: Candidate, other: Candidate) -> float:
    """The share of a passage that is in another one, 0 to 1: of its word triples, or of its characters if more."""
    triples = shingles(candidate)
    return max(len(triples & shingles(other)) / len(triples), _overlap(candidate, other))


def shingles(candidate: Candidate) -> set[tuple[str, ...]]:
    """The distinct word triples of a passage; of fewer words, all of them; of none, its bare text."""
    words = candidate.terms or (candidate.text.strip(),)
    width = min(SHINGLE, len(words))
    return {words[i : i + width] for i in range(len(words) - width + 1)}


def auto_top_k(scores: Sequence[float], lengths: Sequence[int], bounds: Bounds) -> TopK:
    """Read off the scores how many passages are enough.

    The list ends before the first P below 3 % of the best one: a steep drop ends it, a plateau continues, and a
    question that nothing fits well gets more passages than one that a passage fits perfectly. The rule is that of min-p
    sampling (Nguyen et al. 2024, "Turning up the heat"), which keeps what has a share of the probability of
    the most probable.

    Args:
        scores: P(relevant), descending.
        lengths: Tokens of each passage.
        bounds: What k must stay within. The budget goes before `least`, and one passage is always kept.

    Returns:
        k, 0 only where there is no passage.
    """
    if not scores:
        return TopK(0, "k = 0: no passage is left")
    k, why = _before_the_drop(scores, bounds)
    room = max(1, sum(total <= bounds.budget for total in accumulate(lengths)))
    if k > room:
        k, why = (
            room,
            f"{room + 1} passages have {sum(lengths[: room + 1])} tokens, more than the budget of {bounds.budget}",
        )
    return TopK(k, f"k = {k}: {why}")


def _before_the_drop(scores: Sequence[float], bounds: Bounds) -> tuple[int, str]:
    found = len(scores)
    if bounds.least == bounds.most:
        return min(bounds.most, found), "as many as were asked for" if found >= bounds.most else "there are no more"
    floor = STEEP * scores[0]
    k = next((place for place in range(1, found) if scores[place] < floor or scores[place] <= 0), found)
    if k < min(bounds.least, found):
        return min(bounds.least, found), f"{_fall(scores, k)}, but {bounds.least} is the least"
    if k > bounds.most:
        return bounds.most, f"P is still {figure(scores[bounds.most - 1])} at place {bounds.most}, which is the most"
    return k, "there are no more" if k == found else _fall(scores, k)


def _fall(scores: Sequence[float], k: int) -> str:
    if scores[0] <= 0:
        return "P is 0 from place 1 on"
    before, after = scores[k - 1], scores[k]
    fall = f"P falls from {figure(before)} to {figure(after)} after place {k}"
    return fall if after < before / 2 else f"{fall}, below {STEEP:.0%} of the best, {figure(scores[0])}"


def figure(p: float) -> str:
    """A probability as it is shown: .81, 1.00, .004 where two places would show nothing, and <.001."""
    if 0 < p < 0.0005:
        return "<.001"
    return f"{p:.2f}".lstrip("0") if p == 0 or p >= 0.095 else f"{p:.3f}".lstrip("0").rstrip("0")


def _overlap(candidate: Candidate, other: Candidate) -> float:
    if candidate.document != other.document or candidate.end <= candidate.start:
        return 0.0
    return max(0, min(candidate.end, other.end) - max(candidate.start, other.start)) / (candidate.end - candidate.start)
