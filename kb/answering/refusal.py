"""A question and its nearest passages -> a refusal that says why and what would help, or none."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from llama_index.core.schema import NodeWithScore

from kb import prompts
from kb.answering.evidence import Passage, group, signs
from kb.language.segment import language
from kb.retrieval.calibration import Calibration
from kb.retrieval.gates import Judged, judge
from kb.retrieval.query import why_nothing
from kb.retrieval.sentences import Asked, SentenceBank
from kb.settings import AnswerSettings

NAMED = 3  # nearest passages that a refusal names
_WHY = {
    "topic": "The evidence is too weak: the nearest passages seem to be about something else",
    "detail": "The evidence is too weak: the nearest passages are about it, but do not seem to say what is asked",
}
_ELSEWHERE = "search without --in, --type, --since or --before, or add documents with kb index FOLDER"
_WIDEN = f"Ask in other words, {_ELSEWHERE}; a higher answer.max_false_refusal refuses more, a lower one less"
_NOT_QUOTED = f"Ask without quote marks or in other words, {_ELSEWHERE}"


@dataclass(frozen=True, slots=True)
class Refusal:
    """The fixed words in the language of the question, and why: which test failed, what is nearest, what helps."""

    text: str
    reason: str


class Refuser:
    """Tells whether passages are evidence enough for an answer.

    Args:
        calibration: What the signs of evidence weigh.
        settings: `refuse` and `max_false_refusal` are read.
        bank: Cuts passages into sentences and encodes these; shared with what quotes them.
    """

    def __init__(self, calibration: Calibration, settings: AnswerSettings, bank: SentenceBank) -> None:
        self._calibration = calibration
        self._settings = settings
        self._bank = bank

    def judge(self, asked: Asked, hits: Sequence[NodeWithScore], passages: int) -> Refusal | None:
        """Why a question is declined; None: it is not.

        Args:
            asked: The question, with its text and all its words.
            hits: The sources, best first, at least one.
            passages: How many there are in the index.
        """
        if not self._settings.refuse:
            return None
        failed = [judged for judged in self.judged(asked, hits, passages) if not judged.passed]
        return Refusal(_fixed(asked.text), self._reason(failed[0], hits)) if failed else None

    def judged(self, asked: Asked, hits: Sequence[NodeWithScore], passages: int) -> list[Judged]:
        """What each test says of a question with at least one source."""
        read = [Passage(hit.node.get_content(), hit.node.metadata["fused"], hit.score or 0.0) for hit in hits]
        found = signs(asked, read, self._bank, self._calibration.weights)
        languages = group(asked.text, read[0].text)
        return judge(self._calibration.gates, languages, passages, found, self._settings.max_false_refusal)

    def _reason(self, judged: Judged, hits: Sequence[NodeWithScore]) -> str:
        fitted = "" if self._calibration.fitted else ", uncalibrated: nothing was fitted for this embedder"
        odds = f"P(answerable) {judged.p:.2f} is below {judged.least:.2f}{fitted}"
        return f"{_WHY[judged.test]} ({odds}). Nearest: {_nearest(hits)}. {_WIDEN}"


def nothing(question: str) -> Refusal:
    """The refusal of a question, as typed, that found no passage at all."""
    return Refusal(_fixed(question), f"{why_nothing(question)}. {_NOT_QUOTED}")


def _fixed(question: str) -> str:
    return prompts.refusal(language(question))


def _nearest(hits: Sequence[NodeWithScore]) -> str:
    """The documents and pages of the first sources, each named once."""
    places = []
    for hit in hits:
        page = hit.node.metadata.get("page")
        places.append(hit.node.metadata["document"] + (f", page {page}" if page is not None else ""))
    return "; ".join(list(dict.fromkeys(places))[:NAMED])
