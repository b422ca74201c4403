"""What was answered to questions whose answers are known -> the scores of a card."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from kb.answering.compose.judging import proves
from kb.answering.permission import (
    ANSWER_ACCURACY,
    CITATION_PRECISION,
    FALSE_REFUSALS,
    FOREIGN_REFUSED,
    SAME_TOPIC_REFUSED,
)
from kb.answering.verify import verify
from kb.evaluation import metrics
from kb.evaluation.answers.given import Given, Shown
from kb.evaluation.answers.questions import Question, Texts
from kb.evaluation.quotes import squeeze
from kb.language.segment import sentences
from kb.models.cards import Score

SENTENCES_KEPT = "sentences_kept"
SECONDS = "seconds"
_DIGITS = str.maketrans("๐๑๒๓๔๕๖๗๘๙", "0123456789")
_NUMBER = re.compile(r"\d+(?:,\d{3})*(?:\.\d+)?")
_ERA = 543  # years that the Buddhist era is ahead of the common one


@dataclass(frozen=True, slots=True)
class Answered:
    """A question and what was answered to it."""

    question: Question
    given: Given


def scores(answered: Sequence[Answered], texts: Texts) -> dict[str, Score]:
    """Measure answers; each value with its 95 % bootstrap interval over whole questions, and its n.

    - citation_precision: of all sentences shown, the share that `Judge.right` finds right; n counts sentences.
      Without a shown sentence it is left out.
    - answer_accuracy, of the answerable questions: a gold answer stands in a shown sentence (spaces, case and the
      script of digits aside); a refusal counts as a miss. Beside it the same for each language.
    - foreign_refused, same_topic_refused: the share of these questions that was declined.
    - false_refusals: the share of the answerable questions that was declined.
    - sentences_kept: of the sentences shown and the drafted ones dropped, the share of the first; one that was cut to
      what is proven counts on both sides. Nothing for quotes.
    - seconds: from question to answer, the mean.

    Args:
        answered: Every question once.
        texts: What documents say.
    """
    judge = Judge(texts)
    known = [one for one in answered if one.question.answers]
    hits = {one.question.text: float(holds_answer(one)) for one in known}
    found = {
        CITATION_PRECISION: _share([judge.counted(one) for one in answered]),
        ANSWER_ACCURACY: _mean([hits[one.question.text] for one in known]),
        FOREIGN_REFUSED: _refused(answered, "foreign"),
        SAME_TOPIC_REFUSED: _refused(answered, "same topic"),
        FALSE_REFUSALS: _refused(answered, "answerable"),
        SENTENCES_KEPT: _share([_kept(one.given) for one in answered if one.given.drafted]),
        SECONDS: _mean([one.given.seconds for one in answered]),
    }
    for language in sorted({one.question.language for one in known}):
        some = [hits[one.question.text] for one in known if one.question.language == language]
        found[f"{ANSWER_ACCURACY}_{language}"] = _mean(some)
    return {name: score for name, score in found.items() if score is not None}


def holds_answer(answered: Answered) -> bool:
    """Whether a gold answer stands in a shown sentence; digits at its ends are not part of a longer number there."""
    shown = [_plain(one.text) for one in answered.given.shown]
    return any(_stands(_plain(answer), text) for answer in answered.question.answers for text in shown)


class Judge:
    """Whether shown sentences are right, found out anew from the documents: nothing of the answer is believed.

    Args:
        texts: What documents say.
    """

    def __init__(self, texts: Texts) -> None:
        self._texts = texts
        self._golds: dict[Question, list[str]] = {}

    def right(self, shown: Shown, question: Question) -> bool:
        """Whether a sentence that is shown is proven by what it cites, and is no wrong answer.

        It is when all of this holds:
        1. it has a citation, and each citation is, character by character, what its document says there;
        2. it is one of its citations, and then it is right; or the verifier, given nothing but their characters, finds
           it supported;
        3. each number in it that is written in digits stands in them: Thai digits as Western ones, years of either
           era; this looks at the texts without the verifier;
        4. it stands word for word in a citation, or it holds a gold answer, or the sentences of the document in which
           a gold answer stands do not contradict it. Without a gold answer there is nothing to contradict.
        """
        quotes = [cited.quote for cited in shown.citations]
        if not quotes or not all(self._says(cited.document, cited.start, cited.quote) for cited in shown.citations):
            return False
        if shown.text in quotes:
            return True
        if not proves(shown.text, quotes) or not _numbers_stand(shown.text, quotes):
            return False
        if any(shown.text in quote for quote in quotes) or _any_gold(shown.text, question):
            return True
        golds = self._gold_sentences(question)
        return not golds or verify(shown.text, golds).status != "contradicted"

    def counted(self, answered: Answered) -> tuple[int, int]:
        """How many sentences of an answer are right, and how many there are."""
        shown = answered.given.shown
        return sum(self.right(one, answered.question) for one in shown), len(shown)

    def _says(self, document: str, start: int, quote: str) -> bool:
        text = self._texts(document)
        return text is not None and bool(quote) and text[start : start + len(quote)] == quote

    def _gold_sentences(self, question: Question) -> list[str]:
        """The sentences of its document in which a gold answer stands."""
        if question not in self._golds:
            text = self._texts(question.document or "") or ""
            plain = [_plain(answer) for answer in question.answers]
            spans = [text[start:end] for start, end in sentences(text)] if plain else []
            self._golds[question] = [span for span in spans if any(_stands(gold, _plain(span)) for gold in plain)]
        return self._golds[question]


def _any_gold(text: str, question: Question) -> bool:
    return any(_stands(_plain(answer), _plain(text)) for answer in question.answers)


def _numbers_stand(text: str, quotes: Sequence[str]) -> bool:
    there = {number for quote in quotes for number in _numbers(quote)}
    return all(there & {number, number + _ERA, number - _ERA} for number in _numbers(text))


def _numbers(text: str) -> set[float]:
    return {float(found[0].replace(",", "")) for found in _NUMBER.finditer(text.translate(_DIGITS))}


def _plain(text: str) -> str:
    return squeeze(text).translate(_DIGITS)


def _stands(wanted: str, text: str) -> bool:
    before = r"(?<!\d)(?<!\d[.,])" if wanted[:1].isdigit() else ""
    after = r"(?![.,]?\d)" if wanted[-1:].isdigit() else ""
    return re.search(before + re.escape(wanted) + after, text) is not None


def _kept(given: Given) -> tuple[int, int]:
    return len(given.shown), len(given.shown) + given.dropped


def _refused(answered: Sequence[Answered], kind: str) -> Score | None:
    return _mean([float(one.given.declined) for one in answered if one.question.kind == kind])


def _mean(values: Sequence[float]) -> Score | None:
    if not values:
        return None
    found = metrics.mean(values)
    return _score(found.value, found.low, found.high, found.n)


def _share(counts: Sequence[tuple[int, int]], seed: int = 0) -> Score | None:
    """The sum of the first over the sum of the second; whole questions are resampled, n is the second sum."""
    pairs = np.asarray(counts, dtype=np.float64).reshape(-1, 2)
    value, total = pairs.sum(axis=0)
    if not total:
        return None
    picked = np.random.default_rng(seed).integers(len(pairs), size=(metrics.RESAMPLES, len(pairs)))
    sums = pairs[picked].sum(axis=1)
    some = sums[sums[:, 1] > 0]
    low, high = np.percentile(some[:, 0] / some[:, 1], [2.5, 97.5])
    return _score(value / total, low, high, int(total))


def _score(value: float, low: float, high: float, n: int) -> Score:
    return Score(float(value), float(min(low, value)), float(max(high, value)), n)
