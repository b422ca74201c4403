"""A question -> paraphrases by a language model, if they come in time."""

from __future__ import annotations

import queue
import re
import threading
from collections.abc import Iterator
from itertools import islice

from llama_index.core.llms import LLM

from kb import prompts
from kb.errors import QuestionError
from kb.language import segment
from kb.retrieval.asking import content_words
from kb.retrieval.query import Variant, clean_question

MOST_LINES = 50  # of what a model says; a model that rambles on is not read further
LENGTHS = 3.0  # a paraphrase is at most so many times as long as the question, or as short

_LIST_MARK = re.compile(
    r"^\s*(?:[-*•–]+|\(?\d{1,2}[.):]|(?:question|paraphrase|คำถาม(?:ที่)?)\s*\d*\s*:)\s*", re.IGNORECASE
)
_NUMBER = re.compile(r"\d+(?:[.,]\d+)*")


class Paraphraser:
    """Asks a language model for paraphrases and never waits longer than a deadline.

    The model runs in a thread of its own. One that is late is left to end and what it says is dropped; until then no
    other run is started, so that a slow model is asked one question at a time. What it says is checked by code
    (`accepted`). Whether a model may be asked at all is for the caller to decide: only one whose card passed.

    Args:
        llm: Any language model of LlamaIndex.
        seconds: How long a question waits for it at most; above 0.
        wanted: How many paraphrases are asked for and given at most; at least 1.

    Raises:
        ValueError: `seconds` or `wanted` is too small.
    """

    def __init__(self, llm: LLM, seconds: float, wanted: int) -> None:
        if not seconds > 0 or wanted < 1:
            raise ValueError(f"{wanted} paraphrases in {seconds} seconds cannot be had")
        self._llm = llm
        self._seconds = seconds
        self._wanted = wanted
        self._running = threading.Lock()
        self.last_problem: str | None = None

    def variants(self, question: str) -> tuple[Variant, ...]:
        """Paraphrases named "paraphrase 1" and so on; none when the model is late, busy, wrong or raises.

        `last_problem` then says why; it is None after a call that brought one.

        Args:
            question: As typed or clean; one without a word has no paraphrases.
        """
        try:
            question = clean_question(question)
        except QuestionError as error:
            return self._nothing(error.what)
        said = self._said(question)
        if said is None:
            return ()
        kept = list(islice(accepted(question, said), self._wanted))
        if not kept:
            return self._nothing("nothing the model said is a paraphrase of the question")
        self.last_problem = None
        return tuple(Variant(f"paraphrase {number}", text) for number, text in enumerate(kept, start=1))

    def _nothing(self, why: str) -> tuple[Variant, ...]:
        self.last_problem = why
        return ()

    def _said(self, question: str) -> str | None:
        """What the model says in time; None, with the problem noted, if it does not."""
        if not self._running.acquire(blocking=False):
            self._nothing("the model is still busy with an earlier question")
            return None
        answers: queue.SimpleQueue[str | Exception] = queue.SimpleQueue()
        try:
            threading.Thread(target=self._run, args=(question, answers), name="paraphrases", daemon=True).start()
        except RuntimeError as error:  # the system gives no more threads
            self._running.release()
            answers.put(error)
        try:
            said = answers.get(timeout=self._seconds)
        except queue.Empty:
            self._nothing(f"the model took longer than {self._seconds:g} s")
            return None
        if isinstance(said, Exception):
            self._nothing(f"the model failed: {str(said) or type(said).__name__}")
            return None
        return said

    def _run(self, question: str, answers: queue.SimpleQueue[str | Exception]) -> None:
        """One run of the model; the next may start before anyone reads what this one said."""
        said: str | Exception
        try:
            prompt = prompts.paraphrase(question, segment.language(question), self._wanted)
            said = self._llm.complete(prompt).text
        except Exception as error:
            said = error
        finally:
            self._running.release()
        answers.put(said)


def accepted(question: str, said: str) -> Iterator[str]:
    """The lines that may stand for a question, each once.

    A line is taken when it holds a telling word, is in the language of the question, names the same numbers, is not the
    question itself and neither three times as long nor a third as short.

    Args:
        question: Clean.
        said: What a model wrote.
    """
    seen = {_key(question)}
    for line in said.splitlines()[:MOST_LINES]:
        try:
            text = clean_question(_LIST_MARK.sub("", line[: int(LENGTHS * len(question)) + 100]))
        except QuestionError:
            continue
        if _key(text) not in seen and _fits(question, text):
            seen.add(_key(text))
            yield text


def _fits(question: str, text: str) -> bool:
    return (
        len(question) / LENGTHS <= len(text) <= len(question) * LENGTHS
        and segment.language(text) == segment.language(question)
        and _numbers(text) == _numbers(question)
        and any(not word.isdigit() for word in content_words(text))
    )


def _numbers(text: str) -> set[str]:
    return {number.replace(",", "") for number in _NUMBER.findall(text)}


def _key(text: str) -> str:
    return " ".join(segment.words(text))
