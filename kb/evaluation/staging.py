"""Corpora of question sets -> the scenes that gates are fitted and judged on."""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from kb.evaluation.datasets import Question
from kb.evaluation.scenes import Asking, Scene, Stage, between, reworded
from kb.evaluation.world import Reader, World
from kb.index import lexical
from kb.index.storage import IndexStorage
from kb.progress import Progress
from kb.retrieval.plan import Plan
from kb.retrieval.query import clean_question
from kb.retrieval.sentences import SentenceBank

if TYPE_CHECKING:
    from kb.knowledge_base import KnowledgeBase
    from kb.models.embedding import KBEmbedding
    from kb.retrieval.calibration import Calibration
    from kb.settings import Settings

GROUPS: Mapping[str, str] = {
    "xquad-en": "en",
    "xquad-th": "th",
    "squad2": "en",
    "iapp": "th",
    "clapnq": "en",
    "reworded-en": "en",
    "reworded-th": "th",
    "across-en": "across",
    "across-th": "across",
}
"""Set -> whose gates judge it."""

REPLACED = (0.2, 0.4, 0.6)  # of the telling words of a question that is put in other words
MOST_SENTENCES = 4000  # passages whose sentences are remembered


@dataclass(frozen=True, slots=True)
class Corpus:
    """The paragraphs of a set in memory, the questions that are put to them, and the article of each paragraph."""

    world: World
    questions: tuple[Question, ...]
    articles: Mapping[str, str]


def corpus(base: KnowledgeBase, questions: Sequence[Question], articles: Mapping[str, str]) -> Corpus:
    """Take a knowledge base that holds one file a paragraph into memory."""
    with IndexStorage(base.storage / "index").open() as catalog, catalog.read() as snapshot:
        return Corpus(World.of(snapshot), tuple(questions), articles)


def reader(calibration: Calibration, settings: Settings, embedding: KBEmbedding) -> Reader:
    """How these settings read evidence."""
    bank = SentenceBank(embedding.encode_passages, lexical.terms, MOST_SENTENCES)
    return Reader(calibration, Plan.of(settings.retrieval), bank)


def scenes(
    corpora: Mapping[str, Corpus],
    calibration: Calibration,
    settings: Settings,
    embedding: KBEmbedding,
    progress: Progress,
) -> dict[str, list[Scene]]:
    """All scenes of all sets; of XQuAD also reworded questions, and those of the other language.

    A reworded question has some of its words replaced by words that stand nowhere, and is looked for with the vector
    half-way between its own and that of its translation: close to it in meaning, and with few words in common.

    Args:
        corpora: Name of the set -> what is asked there.
        calibration: P(relevant) is read with it.
        settings: Steps of retrieval.
        embedding: Encodes questions and sentences.
        progress: Told (set, done, total).
    """
    read = reader(calibration, settings, embedding)
    found: dict[str, list[Scene]] = {}
    for name, own in corpora.items():
        asked = list(_asked(own.questions, embedding))
        found[name] = _staged(name, own, asked, read, progress)
    for language, other in (("en", "th"), ("th", "en")):
        here, there = corpora.get(f"xquad-{language}"), corpora.get(f"xquad-{other}")
        if here and there:
            asked = list(_reworded(here.questions, there.questions, embedding))
            found[f"reworded-{language}"] = _staged(f"reworded-{language}", here, asked, read, progress)
            asked = list(_asked(there.questions, embedding))
            found[f"across-{language}"] = _staged(f"across-{language}", here, asked, read, progress)
    return found


def _staged(name: str, own: Corpus, asked: Sequence[Asking], read: Reader, progress: Progress) -> list[Scene]:
    stage = Stage(own.world, own.articles, read)
    found = []
    for done, asking in enumerate(asked, start=1):
        found += list(stage.scenes(asking))
        progress(f"{name}: evidence", done, len(asked))
    return found


def _asked(questions: Sequence[Question], embedding: KBEmbedding) -> Iterator[Asking]:
    texts = [clean_question(question.text) for question in questions]
    for question, text, vector in zip(questions, texts, embedding.encode_queries(texts), strict=True):
        yield Asking(question, text, vector)


def _reworded(
    questions: Sequence[Question], translations: Sequence[Question], embedding: KBEmbedding
) -> Iterator[Asking]:
    others = {asking.known.id: asking.vector for asking in _asked(translations, embedding)}
    draw = random.Random(0)  # noqa: S311 - a sample, not a secret
    for asking in _asked(questions, embedding):
        if asking.known.id in others:
            text = reworded(asking.text, draw.choice(REPLACED), draw)
            yield Asking(asking.known, text, between(asking.vector, others[asking.known.id]))
