"""Sources -> best verbatim quotes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from kb.answering.kinds import holds, kind
from kb.language.segment import Span, is_heading
from kb.retrieval.fusion import FusionWeights
from kb.retrieval.sentences import Asked, Cut, SentenceBank

ALONE = 120  # characters: a shorter quote may take a sentence of the next paragraph along


@dataclass(frozen=True, slots=True)
class Passage:
    """A source to quote from; `score` is its fused score, about 0 to 1."""

    text: str
    score: float


@dataclass(frozen=True, slots=True)
class QuoteRules:
    """How many quotes, and the length (characters) within which a sentence takes its neighbours along.

    That is the length of the first quote; each further one has half the room of the one before it, for it shows what
    else there is rather than the answer. The answer is in the first quote more often, in as many characters altogether.
    """

    wanted: int
    characters: int

    def room(self, number: int) -> int:
        """The characters of a quote; `number` counts from 0."""
        return self.characters >> number


@dataclass(frozen=True, slots=True)
class Quote:
    """`text[start:end]` of a passage, and how well it fits the question."""

    passage: int
    start: int
    end: int
    score: float


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence of a passage: its span there, its score alone, and which terms of the question it holds."""

    passage: int
    span: Span
    score: float
    terms: frozenset[str]


@dataclass(frozen=True, slots=True)
class QuoteScorer:
    """Scores sentences against a question.

    score = .3 * (cos - low) / (high - low) + .4 * the same of the best sentence of the passage + .1 * overlap
            + .1 if it holds the kind of answer asked for + 1.4 * score of the passage

    overlap is the share of the question's idf mass whose terms the sentence holds. A quote of several sentences has the
    score of the one it grew from, and .3 * its overlap as a whole. The weights come from the fit half of the data.
    """

    bank: SentenceBank
    range: FusionWeights
    dense: float = 0.3
    best: float = 0.4
    words: float = 0.1
    answers: float = 0.1
    passage: float = 1.4
    together: float = 0.3

    def sentences(self, asked: Asked, passages: Sequence[Passage]) -> list[Sentence]:
        """The sentences of all passages, in order."""
        found: list[Sentence] = []
        cuts = self.bank.cut([passage.text for passage in passages])
        pieces = [piece for cut in cuts for piece in cut.pieces]
        cosines = iter((self.bank.vectors(pieces) @ asked.vector).tolist() if pieces else [])
        for i, cut in enumerate(cuts):
            shares = [self.range.share(next(cosines)) for _ in cut.spans]
            above = self.best * max(shares, default=0.0) + self.passage * passages[i].score
            found += (self._sentence(asked, i, cut, at, above + self.dense * share) for at, share in enumerate(shares))
        return found

    def quote(self, asked: Asked, run: Sequence[Sentence], lead: Sentence) -> float:
        """The score of a run of sentences that grew from one of them."""
        return lead.score + self.together * asked.share(frozenset().union(*(sentence.terms for sentence in run)))

    def _sentence(self, asked: Asked, passage: int, cut: Cut, at: int, score: float) -> Sentence:
        held = frozenset(asked.idf.keys() & set(cut.terms[at]))
        score += self.words * asked.share(held)
        if holds(kind(asked.text), cut.pieces[at], asked.text):
            score += self.answers
        return Sentence(passage, cut.spans[at], score, held)


def best_quotes(asked: Asked, passages: Sequence[Passage], scorer: QuoteScorer, rules: QuoteRules) -> list[Quote]:
    """The sentences that fit a question best, each with the neighbours that it has room for.

    A sentence grows by its better neighbour as long as the quote stays within its room; a longer sentence is quoted
    whole.

    Args:
        asked: The question.
        passages: Where to quote from.
        scorer: What fits.
        rules: How many and how long.

    Returns:
        At most `rules.wanted` quotes, best first, none overlapping another; each is a run of whole sentences.
    """
    board = _Board(passages, scorer.sentences(asked, passages), rules.room(0), set())
    quotes: list[Quote] = []
    while len(quotes) < rules.wanted:
        board = replace(board, room=rules.room(len(quotes)))
        runs = [(lead, board.grown(lead)) for lead in range(len(board.sentences)) if board.may_lead(lead)]
        if not runs:
            break
        scored = [
            (scorer.quote(asked, [board.sentences[k] for k in run], board.sentences[lead]), run) for lead, run in runs
        ]
        score, run = max(scored, key=lambda pair: (pair[0], -pair[1][0]))
        board.taken.update(run)
        first, last = board.sentences[run[0]], board.sentences[run[-1]]
        quotes.append(Quote(first.passage, first.span[0], last.span[1], score))
    return quotes


@dataclass(frozen=True, slots=True)
class _Board:
    """All sentences of the passages, how long a quote may grow, and which sentences are quoted already."""

    passages: Sequence[Passage]
    sentences: Sequence[Sentence]
    room: int
    taken: set[int]

    def may_lead(self, k: int) -> bool:
        """Whether a quote may grow from this sentence: free, and not a heading whose text is quoted already."""
        return k not in self.taken and not (self._is_heading(k) and k + 1 in self.taken)

    def grown(self, lead: int) -> range:
        """A sentence and its better neighbours as long as they fit; a heading takes what it heads along."""
        first, last = lead, lead
        if self._is_heading(lead) and self._fits(lead + 1, first, last):
            last = lead + 1
        while fitting := [k for k in (first - 1, last + 1) if self._fits(k, first, last)]:
            better = max(fitting, key=lambda k: self.sentences[k].score)
            first, last = min(first, better), max(last, better)
        return range(first, last + 1)

    def _is_heading(self, k: int) -> bool:
        start, end = self.sentences[k].span
        text = self.passages[self.sentences[k].passage].text
        alone = (start == 0 or text[start - 1] == "\n") and text.startswith("\n", end)
        return alone and is_heading(text[start:end])

    def _fits(self, k: int, first: int, last: int) -> bool:
        """Whether a neighbour may join a run: free, of its passage, short enough, of its paragraph.

        A run leaves its paragraph only while it is too short to be understood alone.
        """
        if not 0 <= k < len(self.sentences) or k in self.taken:
            return False
        other, start, end = self.sentences[k], self.sentences[first].span[0], self.sentences[last].span[1]
        if other.passage != self.sentences[first].passage:
            return False
        text = self.passages[other.passage].text
        gap = text[end : other.span[0]] if k > last else text[other.span[1] : start]
        fits = max(end, other.span[1]) - min(start, other.span[0]) <= self.room
        return fits and ("\n" not in gap or end - start < ALONE)
