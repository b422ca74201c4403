"""Sources -> best verbatim quotes."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from kb.language.segment import Span, is_heading, sentences
from kb.retrieval.fusion import FusionWeights

Vectors = NDArray[np.float32]
ALONE = 120  # characters: a shorter quote may take a sentence of the next paragraph along


@dataclass(frozen=True, slots=True)
class Passage:
    """A source to quote from; `score` is its fused score, about 0 to 1."""

    text: str
    score: float


@dataclass(frozen=True, slots=True)
class Asked:
    """The question as evidence: its unit vector, and the idf of each of its terms."""

    vector: Vectors
    idf: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class QuoteRules:
    """How many quotes, and the length (characters) within which a sentence takes its neighbours along."""

    wanted: int
    characters: int


@dataclass(frozen=True, slots=True)
class Quote:
    """`text[start:end]` of a passage, and how well it fits the question."""

    passage: int
    start: int
    end: int
    score: float


@dataclass(frozen=True, slots=True)
class QuoteScorer:
    """Scores sentences against a question.

    score = .5 * (cos - low) / (high - low) + .5 * overlap + 1.2 * score of the passage, where overlap is the share of
    the question's idf mass whose terms the sentence holds. The weights come from the fit half of the data.
    """

    encode: Callable[[Sequence[str]], Vectors]
    terms: Callable[[str], Sequence[str]]
    range: FusionWeights
    dense: float = 0.5
    words: float = 0.5
    passage: float = 1.2

    def score(self, asked: Asked, passages: Sequence[Passage], spans: Sequence[tuple[int, Span]]) -> list[float]:
        """One score for each (passage, span), in order."""
        texts = [passages[i].text[start:end] for i, (start, end) in spans]
        if not texts:
            return []
        cosines = self.encode(texts) @ asked.vector
        span = self.range.high - self.range.low
        mass = sum(asked.idf.values())
        scores = []
        for (i, _), text, cosine in zip(spans, texts, cosines.tolist(), strict=True):
            found = set(self.terms(text))
            overlap = sum(idf for term, idf in asked.idf.items() if term in found) / mass if mass > 0 else 0.0
            dense = (cosine - self.range.low) / span
            scores.append(self.dense * dense + self.words * overlap + self.passage * passages[i].score)
        return scores


def best_quotes(asked: Asked, passages: Sequence[Passage], scorer: QuoteScorer, rules: QuoteRules) -> list[Quote]:
    """The sentences that fit a question best, each with the neighbours that it has room for.

    A sentence grows by its better neighbour as long as the quote stays within `rules.characters`; a longer sentence
    is quoted whole.

    Args:
        asked: The question.
        passages: Where to quote from.
        scorer: What fits.
        rules: How many and how long.

    Returns:
        At most `rules.wanted` quotes, best first, none overlapping another; each is a run of whole sentences.
    """
    spans = [(i, span) for i, passage in enumerate(passages) for span in sentences(passage.text)]
    board = _Board(passages, spans, scorer.score(asked, passages, spans), set())
    quotes: list[Quote] = []
    for best in sorted(range(len(spans)), key=lambda k: (-board.scores[k], k)):
        if len(quotes) == rules.wanted:
            break
        if board.may_lead(best):
            quotes.append(board.quote(best, rules.characters))
    return quotes


@dataclass(frozen=True, slots=True)
class _Board:
    """All sentences of the passages with their scores, and which of them are quoted already."""

    passages: Sequence[Passage]
    spans: Sequence[tuple[int, Span]]
    scores: Sequence[float]
    taken: set[int]

    def may_lead(self, k: int) -> bool:
        """Whether a quote may begin with this sentence: free, and not a heading whose text is quoted already."""
        return k not in self.taken and not (self._is_heading(k) and k + 1 in self.taken)

    def quote(self, best: int, room: int) -> Quote:
        """Take a sentence, and its better neighbours as long as they fit; a heading takes what it heads along."""
        first, last = best, best
        if self._is_heading(best) and self._fits(best + 1, first, last, room):
            last = best + 1
        while fitting := [k for k in (first - 1, last + 1) if self._fits(k, first, last, room)]:
            grown = max(fitting, key=lambda k: self.scores[k])
            first, last = min(first, grown), max(last, grown)
        self.taken.update(range(first, last + 1))
        return Quote(self.spans[best][0], self.spans[first][1][0], self.spans[last][1][1], self.scores[best])

    def _is_heading(self, k: int) -> bool:
        passage, (start, end) = self.spans[k]
        text = self.passages[passage].text
        alone = text[:start].endswith("\n") or start == 0
        return alone and text[end:].startswith("\n") and is_heading(text[start:end])

    def _fits(self, k: int, first: int, last: int, room: int) -> bool:
        """Whether a neighbour may join a run: free, of its passage, short enough, of its paragraph.

        A run leaves its paragraph only while it is too short to be understood alone.
        """
        if not 0 <= k < len(self.spans) or k in self.taken or self.spans[k][0] != self.spans[first][0]:
            return False
        (start, end), (other, other_end) = (self.spans[first][1][0], self.spans[last][1][1]), self.spans[k][1]
        text = self.passages[self.spans[k][0]].text
        gap = text[end:other] if k > last else text[other_end:start]
        fits = max(end, other_end) - min(start, other) <= room
        return fits and ("\n" not in gap or end - start < ALONE)
