"""A question, its sources and a model -> a prompt that leaves room for the answer."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from kb import prompts
from kb.answering.material import beginning
from kb.errors import QuestionError
from kb.language.segment import language

if TYPE_CHECKING:
    from llama_index.core.llms import LLM

    from kb.retrieval.source import Source

FRAME = 96  # tokens that a chat template may add, where the model does not show its own
MARGIN = 8  # tokens by which a count of the whole may differ from what is sent
LEAST = 48  # tokens of a source with which an answer makes sense


@dataclass(frozen=True, slots=True)
class Prompted:
    """A prompt, and which sources are in it: source `given[k]` has the number k + 1."""

    text: str
    given: tuple[int, ...]
    notes: tuple[str, ...] = ()


def prompted(question: str, sources: Sequence[Source], llm: LLM) -> Prompted:
    """Put the sources that fit under a question, best first, in tokens of the model with its chat template around them.

    A source that does not fit is passed over for a shorter one behind it; where none fits, the first is cut.

    Args:
        question: Clean.
        sources: Best first; at least one.
        llm: Counts tokens, and says how large its context and its answer are.

    Raises:
        QuestionError: The question leaves no room for a source.
    """
    budget = _Budget(question, llm)
    given: list[int] = []
    shown: list[tuple[str, str]] = []
    for at, source in enumerate(sources):
        one = (_place(source), source.text)
        if budget.left([*shown, one]) >= 0:
            given.append(at)
            shown.append(one)
    if not given:
        return _first_cut(budget, sources[0])
    notes = () if len(given) == len(sources) else (f"{len(given)} of {len(sources)} passages fit the context",)
    return Prompted(budget.prompt(shown), tuple(given), notes)


class _Budget:
    """How many tokens are left for sources."""

    def __init__(self, question: str, llm: LLM) -> None:
        self._question = question
        self._language = language(question)
        self.count, self._framed = counter(llm), _framed(llm)
        self.context, self.answer = llm.metadata.context_window, max(llm.metadata.num_output, 1)

    def prompt(self, shown: Sequence[tuple[str, str]]) -> str:
        return prompts.compose(self._question, shown, self._language)

    def left(self, shown: Sequence[tuple[str, str]]) -> int:
        """Tokens that are left beside these sources and the answer; below 0 they do not fit."""
        return self.context - self.answer - MARGIN - self._framed(self.prompt(shown))


def _first_cut(budget: _Budget, source: Source) -> Prompted:
    room = budget.left([(_place(source), "")])
    end = beginning(source.text, room, budget.count) if room >= LEAST else 0
    if end == 0:
        raise QuestionError(
            f"{budget.context} tokens of context leave no room for a source beside the question and an answer of "
            f"{budget.answer}",
            "Ask with fewer words, raise llm.context, or lower llm.max_new_tokens",
        )
    part = f"the first {end:,} of {len(source.text):,} characters of one passage fit the context"
    return Prompted(budget.prompt([(_place(source), source.text[:end].rstrip())]), (0,), (part,))


def counter(llm: LLM) -> Callable[[str], int]:
    """What counts the tokens of a text, nothing added.

    Raises:
        TypeError: The model cannot count.
    """
    count: Callable[[str], int] | None = getattr(llm, "count_tokens", None)
    if count is None:
        raise TypeError(f"{type(llm).__name__} cannot count tokens")
    return count


def _framed(llm: Any) -> Callable[[str], int]:  # noqa: ANN401 - an LLM with or without a format of its own
    """What counts a prompt with the chat template around it."""
    count, layout = counter(llm), getattr(llm, "format", None)
    if layout is None:
        return lambda prompt: count(prompt) + FRAME
    from llama_index.core.llms import ChatMessage

    return lambda prompt: count(layout([ChatMessage(prompt)]))


def _place(source: Source) -> str:
    return source.document if source.page is None else f"{source.document}, page {source.page}"
