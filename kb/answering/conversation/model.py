"""A follow-up -> a question that stands alone, in the words of a language model, where code finds nothing made up."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from contextlib import closing
from typing import TYPE_CHECKING

from kb import prompts
from kb.answering.conversation.mention import MARKER
from kb.answering.conversation.rules import standalone
from kb.answering.conversation.turn import Standalone, Turn
from kb.language import thai
from kb.language.segment import language, word_spans, words
from kb.retrieval.asking import content_words

if TYPE_CHECKING:
    from llama_index.core.llms import LLM

TURNS_TOLD = 3
LONGEST_TOLD = 400  # characters of an answer; a follow-up is about how it begins
LENGTHS = 4.0  # a question that stands alone is at most so many times as long as the follow-up and the last question
MOST_SAID = 1000  # characters; a model that rambles on is not read further

_LABEL = re.compile(r"^\s*(?:(?:last |standalone |rewritten )?question|คำถาม)\s*:\s*", re.IGNORECASE)
_NUMBER = re.compile(r"\d+(?:[.,:]\d+)*")


def by_model(llm: LLM, question: str, history: Sequence[Turn], adapter: str | None = None) -> Standalone:
    """As `standalone`, worded by a language model.

    The rules say whether a question is a follow-up at all; one that stands alone is not shown to the model. What the
    model says is taken only when it is one question in the same language whose every name and number stands in the
    question or in the history; else the rules' own wording is.

    Args:
        llm: A model that may write: whether it may is for the caller to decide.
        question: As typed.
        history: The turns before it, the oldest first.
        adapter: Which adapter speaks; None is the base model.
    """
    ruled = standalone(question, history)
    if not ruled.rewritten:
        return ruled
    turns = [(turn.standalone, MARKER.sub("", turn.answer)[:LONGEST_TOLD]) for turn in history[-TURNS_TOLD:]]
    said = _said(llm, prompts.standalone(question, turns, language(question)), adapter)
    problem = _problem(said, question, history)
    if problem:
        return Standalone(ruled.text, True, f"{ruled.why}; by rule, since {problem}")
    return Standalone(said, True, "worded by the language model")


def _said(llm: LLM, prompt: str, adapter: str | None) -> str:
    """The first line that the model says."""
    text = ""
    with closing(llm.stream_complete(prompt, adapter=adapter)) as pieces:
        for piece in pieces:
            text = piece.text
            if "\n" in text.strip() or len(text) > MOST_SAID:
                break
    first = (text.strip().splitlines() or [""])[0]
    return _LABEL.sub("", first).strip().strip('"“”')


def _problem(said: str, question: str, history: Sequence[Turn]) -> str:
    """Why what a model said is not taken; empty when it is."""
    frame = history[-1].standalone
    if not content_words(said):
        return "the model said nothing"
    if language(said) != language(question):
        return "the model changed the language"
    if len(said) > LENGTHS * (len(question) + len(frame)):
        return "the model said more than a question"
    told = " ".join([question, *(part for turn in history for part in (turn.standalone, MARKER.sub("", turn.answer)))])
    known = set(words(told))
    for made_up in _particulars(said):
        if not set(words(made_up)) <= known:
            return f"“{made_up}” was not spoken of"
    return ""


def _particulars(said: str) -> Iterator[str]:
    """Numbers, words with a capital inside the sentence, and words that no Thai dictionary has."""
    yield from _NUMBER.findall(said)
    for start, end in word_spans(said):
        word = said[start:end]
        if (start and word[0].isupper()) or (thai.has_thai(word) and len(word) > 1 and word not in thai.dictionary()):
            yield word
