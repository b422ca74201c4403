"""Questions -> how often the sentence that answers is among the few passages that reach the prompt."""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from kb.evaluation import metrics
from kb.evaluation.lines import Line
from kb.evaluation.quotes import squeeze
from kb.language.normalize import canonical
from kb.language.segment import sentences, word_spans

if TYPE_CHECKING:
    from kb.evaluation.datasets import Question, QuestionSet
    from kb.evaluation.shelf import Shelf
    from kb.settings import Settings

EDITED = 0.03
"""The share of the words of a copy that are dropped or replaced."""

Select = Callable[[str], Sequence[str]]  # a question -> texts of passages, best first


@dataclass(frozen=True, slots=True)
class Wanted:
    """A question and the sentences, squeezed, each of which answers it."""

    text: str
    sentences: tuple[str, ...]


def wanted(questions: Iterable[Question], versions: Mapping[str, Sequence[str]]) -> list[Wanted]:
    """The sentences of a question's paragraph that hold a gold answer.

    Args:
        questions: Answerable ones.
        versions: Paragraph id -> its texts: the paragraph, and copies of it where there are any.

    Returns:
        One for each question; those whose answer runs over the end of a sentence are left out.
    """
    found = []
    for question in questions:
        answers = [squeeze(answer) for answer in question.answers]
        lines = [line for text in versions[question.paragraph] for line in _squeezed_sentences(text)]
        telling = tuple(dict.fromkeys(line for line in lines if any(answer in line for answer in answers)))
        if telling:
            found.append(Wanted(question.text, telling))
    return found


def measure(asked: Sequence[Wanted], select: Select, plain: Select) -> list[Line]:
    """Compare the selected passages with the same number of characters from the top of the plain list.

    Plain gets, for each question, the mean number of characters that were selected over all questions, its last passage
    cut. So selecting gains by spending its characters where a question needs them, and by not spending them twice.

    Args:
        asked: What to ask.
        select: What reaches the prompt.
        plain: The list it was selected from, nothing filtered, long enough for that many characters.
    """
    chosen = [select(one.text) for one in asked]
    spent = [sum(map(len, texts)) for texts in chosen]
    room = round(sum(spent) / len(spent))
    ours = [_holds(texts, one) for texts, one in zip(chosen, asked, strict=True)]
    theirs = [_holds(cut_to(plain(one.text), room), one) for one in asked]
    return [
        Line("selected", "the sentence that answers is among them", metrics.mean(ours)),
        Line("plain top-k", "the same in as many characters", metrics.mean(theirs)),
        Line("selected", "over plain top-k", metrics.paired(ours, theirs)),
        Line("selected", "passages", metrics.mean([float(len(texts)) for texts in chosen])),
        Line("selected", "characters", metrics.mean([float(count) for count in spent])),
    ]


def cut_to(texts: Iterable[str], characters: int) -> list[str]:
    """The first texts as far as the characters reach, the last one cut."""
    kept = []
    for text in texts:
        if characters <= 0:
            break
        kept.append(text[:characters])
        characters -= len(text)
    return kept


def twice(questions: QuestionSet, seed: int = 0) -> dict[str, list[str]]:
    """Every paragraph and a near-duplicate of it, three of a hundred words dropped or replaced by others of its own.

    The words of gold answers are left alone, so that both versions answer the same questions.

    Args:
        questions: The set; the answers of both halves are kept whole.
        seed: Which words are edited, and how.

    Returns:
        Paragraph id -> [the paragraph, its copy].
    """
    shelf = random.Random(seed)  # noqa: S311 - a test corpus, not a secret
    answers: dict[str, list[str]] = {}
    for question in questions.questions:
        answers.setdefault(question.paragraph, []).extend(question.answers)
    return {name: [text, edited(text, answers.get(name, ()), shelf)] for name, text in questions.paragraphs.items()}


def edited(text: str, kept: Iterable[str], shelf: random.Random) -> str:
    """The text with some words dropped or replaced by others of it, none of them in a string of `kept`."""
    spans = word_spans(text)
    held = [found.span() for string in kept for found in re.finditer(re.escape(string), text)]
    free = [span for span in spans if not any(start < span[1] and span[0] < end for start, end in held)]
    words = [text[start:end] for start, end in spans]
    many = min(len(free), max(1, round(EDITED * len(spans))))
    for start, end in sorted(shelf.sample(free, many), reverse=True):
        others = [word for word in words if word != text[start:end]]
        word = shelf.choice(others) if others and shelf.random() < 0.5 else ""
        gap = 1 if not word and text[end : end + 1] == " " else 0
        text = text[:start] + word + text[end + gap :]
    return text


def take(known: QuestionSet, asked: Sequence[Question], shelf: Shelf, *, doubled: bool = False) -> list[Line]:
    """Measure on one set, every paragraph of it indexed.

    Args:
        known: The set.
        asked: Those of its questions that are asked, answerable ones of one half.
        shelf: Where it is indexed, with the settings that are evaluated.
        doubled: Index a near-duplicate of every paragraph beside it.
    """
    from kb.knowledge_base import KnowledgeBase

    versions = twice(known) if doubled else {name: [text] for name, text in known.paragraphs.items()}
    corpus = {
        f"{name}{suffix}": text
        for name, texts in versions.items()
        for suffix, text in zip(("", "-copy"), texts, strict=False)
    }
    name = f"{known.name}-twice" if doubled else known.name
    with shelf.open(name, corpus) as base, KnowledgeBase.open(plain(base.settings), storage=base.storage) as bare:

        def select(question: str) -> list[str]:
            return [source.text for source in base.search(question)]

        def rank(question: str) -> list[str]:
            return [source.text for source in bare.search(question)]

        return measure(wanted(asked, versions), select, rank)


def plain(settings: Settings) -> Settings:
    """The same ranking with everything shown, nothing selected."""
    off = {
        "least_relevance": 0.0,
        "near_duplicates": False,
        "auto_top_k": False,
        "top_k": settings.retrieval.pool,
        "prompt_tokens": 10**9,
        "mmr_lambda": 1.0,
        "reranker": None,
    }
    return settings.model_copy(update={"retrieval": settings.retrieval.model_copy(update=off)})


def _holds(texts: Iterable[str], one: Wanted) -> float:
    return float(any(line in squeeze(text) for text in texts for line in one.sentences))


@lru_cache(maxsize=4096)
def _squeezed_sentences(text: str) -> tuple[str, ...]:
    whole = canonical(text)
    return tuple(squeeze(whole[start:end]) for start, end in sentences(whole))
