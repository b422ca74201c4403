"""Passages that score alike -> the one whose single sentences fit the question."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from kb.language.segment import Span, sentences
from kb.retrieval.fusion import Fused, FusionWeights, ranked

Vectors = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Asked:
    """The question as evidence: its unit vector, the idf of each of its search words, and all its words in order."""

    vector: Vectors
    idf: Mapping[str, float]
    words: tuple[str, ...] = ()

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
class PassageSentences:
    """The sentences of a passage: spans in its text, unit vectors (n, d), and the search words of each in order."""

    spans: tuple[Span, ...]
    vectors: Vectors
    terms: tuple[tuple[str, ...], ...]


class SentenceBank:
    """Texts -> their sentences with vectors, remembered: the same passages are asked for again and again.

    Thread-safe; what two threads miss at once is computed twice.

    Args:
        encode: Texts -> unit vectors.
        terms: A text -> its search words in order.
        most: How many passages are remembered; one takes some 10 KB.
    """

    def __init__(
        self, encode: Callable[[Sequence[str]], Vectors], terms: Callable[[str], Sequence[str]], most: int = 500
    ) -> None:
        self._encode = encode
        self._terms = terms
        self._most = most
        self._known: OrderedDict[str, PassageSentences] = OrderedDict()
        self._lock = threading.Lock()

    def of(self, texts: Sequence[str]) -> list[PassageSentences]:
        """The sentences of each text; those not known yet are encoded together."""
        with self._lock:
            found = {text: self._known[text] for text in texts if text in self._known}
        missing = [text for text in dict.fromkeys(texts) if text not in found]
        found.update(zip(missing, self._made(missing), strict=True))
        with self._lock:
            for text in texts:
                self._known[text] = found[text]
                self._known.move_to_end(text)
            while len(self._known) > self._most:
                self._known.popitem(last=False)
        return [found[text] for text in texts]

    def _made(self, texts: Sequence[str]) -> list[PassageSentences]:
        spans = [tuple(sentences(text)) for text in texts]
        pieces = [[text[start:end] for start, end in own] for text, own in zip(texts, spans, strict=True)]
        flat = [piece for own in pieces for piece in own]
        vectors = self._encode(flat) if flat else np.empty((0, 0), np.float32)
        made, at = [], 0
        for own, cut in zip(pieces, spans, strict=True):
            words = tuple(tuple(self._terms(piece)) for piece in own)
            made.append(PassageSentences(cut, vectors[at : at + len(own)], words))
            at += len(own)
        return made


@dataclass(frozen=True, slots=True)
class SentenceRules:
    """Which passages are looked at closely, and what counts there.

    Passages within `margin` of the best fused score compete, at most `most` of them. The weights come from the fit
    half of the data.
    """

    margin: float = 0.1
    most: int = 10
    cosine: float = 0.35
    overlap: float = 0.1
    pairs: float = 0.1


def contenders(hits: Sequence[Fused], rules: SentenceRules) -> list[Fused]:
    """The first passages of a fused list that are too close to call; empty when the best one stands alone."""
    close = [hit for hit in hits[: rules.most] if hit.score >= hits[0].score - rules.margin]
    return close if len(close) > 1 else []


def evidence(asked: Asked, passage: PassageSentences, weights: FusionWeights, rules: SentenceRules) -> float:
    """How well the single sentences of a passage fit a question.

    .35 * the best (cos - low) / (high - low) of a sentence + .1 * the best share of the question's idf mass in two
    neighbouring sentences + .1 * the share of the idf mass of its word pairs that stand side by side somewhere in the
    passage. The idea of the first two is that of max-pooled passage evidence (Callan 1994; Dai & Callan 2019), one
    level below.
    """
    if not passage.spans:
        return 0.0
    cosine = weights.share(float((passage.vectors @ asked.vector).max()))
    held = [asked.idf.keys() & set(terms) for terms in passage.terms]
    overlap = max(asked.share(here | after) for here, after in zip(held, [*held[1:], set()], strict=True))
    wanted, mass = asked.pairs(), sum(asked.idf.values())
    there = {pair for terms in passage.terms for pair in pairwise(terms)}
    pairs = sum(weight for pair, weight in wanted.items() if pair in there) / mass if mass > 0 else 0.0
    return rules.cosine * cosine + rules.overlap * overlap + rules.pairs * pairs


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
