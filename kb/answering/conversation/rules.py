"""A question and the history -> the question that needs no history, by rule."""

from __future__ import annotations

from collections.abc import Sequence

from kb.answering.conversation import english, thai
from kb.answering.conversation.turn import Standalone, Turn
from kb.errors import QuestionError
from kb.language.segment import language
from kb.retrieval.query import clean_question

LONGEST = 300  # characters; whoever writes more says what is meant

ALONE = "it stands alone"
FIRST = "nothing was asked before"


def standalone(question: str, history: Sequence[Turn]) -> Standalone:
    """Complete a follow-up by what was spoken of; leave every other question as it is.

    Args:
        question: As typed.
        history: The turns before it, the oldest first; they only tell what is meant and prove nothing.

    Returns:
        The question that was meant, in the language it was asked in; byte for byte the one that was asked where it
        names what it is about, where it is longer than 300 characters, or where nothing tells what it means.
    """
    told = [turn for turn in history if turn.standalone.strip()]
    if not told:
        return Standalone(question, False, FIRST)
    known = language(question)
    if len(question) > LONGEST or known not in ("en", "th"):
        return Standalone(question, False, ALONE)
    rewritten = (thai if known == "th" else english).rewrite(question, told)
    if rewritten is None or _same(rewritten[0], question):
        return Standalone(question, False, ALONE)
    return Standalone(rewritten[0], True, rewritten[1])


def _same(text: str, question: str) -> bool:
    return text.strip(" ?.!").casefold() == " ".join(question.split()).strip(" ?.!").casefold()


def differs(question: str, understood: str) -> bool:
    """Whether a question was understood as another one; spaces, quote marks and stray signs make none.

    Args:
        question: As typed.
        understood: `Answer.standalone_question`.
    """
    try:
        return clean_question(question) != clean_question(understood)
    except QuestionError:  # no word in one of them
        return question.strip() != understood.strip()
