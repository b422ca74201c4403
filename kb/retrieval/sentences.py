"""Passages that score alike -> the one whose single sentences fit the question."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Generic, TypeVar

import numpy as np
from numpy.typing import NDArray

from kb.language.segment import Span, sentences
from kb.retrieval.fusion import Fused, FusionWeights, ranked

Vectors = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Asked:
    """The question as evidence: unit vector, idf of each of its search words, all its words in order, and its text."""

    vector: Vectors
    idf: Mapping[str, float]
    words: tuple[str, ...] = ()
    text: str = ""

    def share(self, terms: Collection[str]) -> float:
        """The share of the question's idf mass that these terms of it hold, 0 to 1."""
        mass = sum(self.idf.values())
        return sum(self.idf[term] for term in terms) / mass if mass > 0 else 0.0

    def pairs(self) -> dict[tuple[str, str], float]:
        """Neighbouring words of the question and what their joint occurrence weighs: the lesser of both idf."""
        return {
            (first, second): min(self.idf[first], self.idf[second])
            for first, second in pairwise(self.words)
            if first in self.idf and second in self.idf
        }


@dataclass(frozen=True, slots=True)
class Cut:
    """A passage cut into sentences: their spans in its text, their texts, and the search words of each in order."""

    spans: tuple[Span, ...]
    pieces: tuple[str, ...]
    terms: tuple[tuple[str, ...], ...]


class SentenceBank:
    """Passages -> sentences -> vectors, both remembered: the same passages are asked for again and again.

    Thread-safe; what two threads miss at once is computed twice.

    Args:
        encode: Texts -> unit vectors.
        terms: A text -> its search words in order.
        most: How many passages, and eight times as many vectors, are remembered; together some 10 KB a passage.
    """

    def __init__(
        self, encode: Callable[[Sequence[str]], Vectors], terms: Callable[[str], Sequence[str]], most: int = 500
    ) -> None:
        self._encode = encode
        self._terms = terms
        self._cuts: _Memory[Cut] = _Memory(most)
        self._vectors: _Memory[Vectors] = _Memory(8 * most)

    def cut(self, texts: Sequence[str]) -> list[Cut]:
        """Each text cut into sentences."""
        return self._cuts.of(texts, lambda missing: [self._made(text) for text in missing])

    def vectors(self, pieces: Sequence[str]) -> Vectors:
        """The unit vector of each sentence, shape (n, d); those not known yet are encoded together."""
        found = self._vectors.of(pieces, lambda missing: list(self._encode(missing)))
        return np.stack(found) if found else np.empty((0, 0), np.float32)

    def _made(self, text: str) -> Cut:
        spans = tuple(sentences(text))
        pieces = tuple(text[start:end] for start, end in spans)
        return Cut(spans, pieces, tuple(tuple(self._terms(piece)) for piece in pieces))


Value = TypeVar("Value")


class _Memory(Generic[Value]):
    """What was made for the texts that were asked for last."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._known: OrderedDict[str, Value] = OrderedDict()
        self._lock = threading.Lock()

    def of(self, texts: Sequence[str], make: Callable[[list[str]], Sequence[Value]]) -> list[Value]:
        with self._lock:
            found = {text: self._known[text] for text in texts if text in self._known}
        missing = [text for text in dict.fromkeys(texts) if text not in found]
        if missing:
            found.update(zip(missing, make(missing), strict=True))
        with self._lock:
            for text in texts:
                self._known[text] = found[text]
                self._known.move_to_end(text)
            while len(self._known) > self._most:
                self._known.popitem(last=False)
        return [found[text] for text in texts]


@dataclass(frozen=True, slots=True)
class SentenceRules:
    """Which passages and which of their sentences are looked at closely, and what counts there.

    Of the first `reach` passages those within `margin` of the best fused score compete, at most `most` of them, where
    passages that share `same` of their distinct words count as one. Of each the `telling` sentences
    that hold most of the question's words are read; all, where no sentence holds `enough` of its idf mass: then the
    question is in another language, or in other words. The numbers come from the fit half of the data.
    """

    margin: float = 0.06
    reach: int = 10
    most: int = 3
    same: float = 0.9
    telling: int = 2
    enough: float = 0.2
    cosine: float = 0.35
    overlap: float = 0.1
    pairs: float = 0.1


def contenders(hits: Sequence[Fused], rules: SentenceRules) -> list[Fused]:
    """The first passages of a fused list that are too close to call; empty when the best one stands alone."""
    close = [hit for hit in hits[: rules.reach] if hit.score >= hits[0].score - rules.margin]
    return close if len(close) > 1 else []


def distinct(words: Sequence[Collection[str]], rules: SentenceRules) -> list[list[int]]:
    """Which contenders are worth telling apart: those with nearly the same words as a better one are one with it.

    Args:
        words: The search words of each contender, best first.
        rules: How much is nearly the same, and how many different ones are looked at.

    Returns:
        Groups of places, the first of each standing for it; empty where there is only one.
    """
    sets = [frozenset(own) for own in words]
    groups: list[list[int]] = []
    for place, own in enumerate(sets):
        for group in groups:
            if len(own & sets[group[0]]) >= rules.same * len(own):
                group.append(place)
                break
        else:
            groups.append([place])
    return groups[: rules.most] if len(groups) > 1 else []


def telling(asked: Asked, passages: Sequence[Cut], rules: SentenceRules) -> list[list[int]]:
    """Which sentences of each passage are worth an encoding, in the order of their text."""
    shares = [[asked.share(asked.idf.keys() & set(terms)) for terms in passage.terms] for passage in passages]
    if max((share for own in shares for share in own), default=0.0) < rules.enough:
        return [list(range(len(own))) for own in shares]
    best = [sorted(range(len(own)), key=lambda at, own=own: -own[at])[: rules.telling] for own in shares]  # type: ignore[misc]
    return [sorted(own) for own in best]


def evidence(asked: Asked, passage: Cut, cosine: float, rules: SentenceRules) -> float:
    """How well the single sentences of a passage fit a question.

    .35 * the best (cos - low) / (high - low) of a sentence + .1 * the best share of the question's idf mass in two
    neighbouring sentences + .1 * the share of the idf mass of its word pairs that stand side by side somewhere in the
    passage. The idea of the first two is that of max-pooled passage evidence (Callan 1994; Dai & Callan 2019), one
    level below.

    Args:
        asked: The question.
        passage: Its sentences.
        cosine: The best of those that were read, in the range of the embedder; 0 for an empty passage.
        rules: What counts.
    """
    if not passage.spans:
        return 0.0
    held = [asked.idf.keys() & set(terms) for terms in passage.terms]
    overlap = max(asked.share(here | after) for here, after in zip(held, [*held[1:], set()], strict=True))
    wanted, mass = asked.pairs(), sum(asked.idf.values())
    there = {pair for terms in passage.terms for pair in pairwise(terms)}
    pairs = sum(weight for pair, weight in wanted.items() if pair in there) / mass if mass > 0 else 0.0
    return rules.cosine * cosine + rules.overlap * overlap + rules.pairs * pairs


def weigh(
    asked: Asked, texts: Sequence[str], bank: SentenceBank, weights: FusionWeights, rules: SentenceRules
) -> list[float]:
    """The evidence of each passage; their telling sentences are encoded together."""
    passages = bank.cut(texts)
    chosen = telling(asked, passages, rules)
    pieces = [passage.pieces[at] for passage, own in zip(passages, chosen, strict=True) for at in own]
    cosines = iter((bank.vectors(pieces) @ asked.vector).tolist() if pieces else [])
    best = [max((weights.share(next(cosines)) for _ in own), default=0.0) for own in chosen]
    return [evidence(asked, passage, cosine, rules) for passage, cosine in zip(passages, best, strict=True)]


def settle(hits: Sequence[Fused], found: Mapping[int, float]) -> list[Fused]:
    """Add to each contender how far its evidence lies above the mean of all contenders'; the rest stays as it is.

    Args:
        hits: A fused list, best first.
        found: The evidence of each contender, by chunk.

    Returns:
        The same passages, best first.
    """
    if not found:
        return list(hits)
    mean = sum(found.values()) / len(found)
    moved = {chunk: value - mean for chunk, value in found.items()}
    return ranked([replace(hit, score=hit.score + moved.get(hit.chunk, 0.0)) for hit in hits])
