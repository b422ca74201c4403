"""A task and its subject -> what a model says closed-book, and beside it what it says with sources."""

from __future__ import annotations

import time
from bisect import bisect_right
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import asdict, dataclass, field, replace
from pathlib import PurePath
from typing import TYPE_CHECKING, Any, Literal, Protocol

from kb import prompts
from kb.answering.checking import Checked, Checker, in_text
from kb.answering.material import Material, Shelf, beginning
from kb.errors import QuestionError
from kb.language.segment import language

if TYPE_CHECKING:
    from llama_index.core.llms import LLM

    from kb.retrieval.retriever import HybridRetriever

Task = Literal["summarize", "explain", "ask"]
Side = Literal["closed", "grounded"]
_FRAME = 96  # tokens that a chat template may add around a prompt
_LEAST = 64  # tokens of sources with which a task makes sense
NOT_VERIFIED = "not verified: nobody has checked either text against the documents"


@dataclass(frozen=True, slots=True)
class Said:
    """What a model said.

    `adapter` is None for the base model; `tokens` are estimated where a server does not count them; `finish` is "stop",
    or "length" where the answer was cut; `checks` are its sentences, each held against the documents, None where nobody
    checked them.
    """

    adapter: str | None
    text: str
    tokens: int
    seconds: float
    finish: str = "stop"
    checks: tuple[Checked, ...] | None = None


@dataclass(frozen=True, slots=True)
class Given:
    """A source as it stood in the prompt: canonical text of `document` from `start` to `end` (characters).

    `page` is that of `start`; None where the format has none.
    """

    number: int
    document: str
    page: int | None
    start: int
    end: int
    text: str


@dataclass(frozen=True, slots=True)
class Comparison:
    """One task, done closed-book and with sources, and what of each the documents prove."""

    task: Task
    subject: str
    model: str
    closed: Said
    grounded: Said
    sources: tuple[Given, ...]
    notes: tuple[str, ...] = ()

    def as_dict(self) -> dict[str, Any]:
        """The same as plain lists, dicts, strings and numbers, ready for JSON."""
        return asdict(self)


class Watch(Protocol):
    """Is told how far the work is."""

    def announced(self, profile: Any, plan: Any) -> None:  # noqa: ANN401 - kb.models' Profile, and Plan or None
        """Which model will speak, and what memory it needs; before it is loaded."""

    def begins(self, side: Side, name: str) -> None:
        """A side begins; `name` is that of who speaks."""

    def says(self, side: Side, delta: str) -> None:
        """More text of a side."""


class Unwatched:
    """Nobody looks."""

    def announced(self, profile: Any, plan: Any) -> None:  # noqa: ANN401 - as Watch
        """Nothing is shown."""

    def begins(self, side: Side, name: str) -> None:
        """Nothing is shown."""

    def says(self, side: Side, delta: str) -> None:
        """Nothing is shown."""


@dataclass(frozen=True, slots=True)
class _Task:
    """What is asked of the model: the subject as it is named to it, and what the sources are taken from.

    `document` is the one it is about, None where it is about passages of many.
    """

    kind: prompts.Wanted
    subject: str
    language: str
    material: Sequence[Given]
    document: Material | None = None
    notes: list[str] = field(default_factory=list)

    def closed(self) -> str:
        return prompts.closed(self.kind, self.subject, self.language)

    def grounded(self, given: Sequence[Given]) -> str:
        sources = [(_place(source), source.text) for source in given]
        return prompts.grounded(self.kind, self.subject, sources, self.language)


class Lab:
    """Shows what a model says from memory and what it says when it may read.

    Args:
        llm: Opens the model; called when the subject is known to be sound.
        retriever: What finds passages; called only for a question or a topic.
        shelf: Where documents are found.
        checker: What holds sentences against the index; called only for a question or a topic.
    """

    def __init__(
        self,
        llm: Callable[[], LLM],
        retriever: Callable[[], HybridRetriever],
        shelf: Shelf,
        checker: Callable[[], Checker],
    ) -> None:
        self._llm = llm
        self._retriever = retriever
        self._shelf = shelf
        self._checker = checker

    def run(self, task: Task, subject: str, watch: Watch | None = None) -> Comparison:
        """Do a task twice, first without sources.

        Args:
            task: "summarize" a document, "explain" a document or a topic, or "ask" a question.
            subject: The name of an indexed document, the path of a file, a topic or a question.
            watch: Told how far it is.

        Raises:
            QuestionError: The subject is empty, or so long that no room is left for sources.
            DocumentError: There is no such document, or it cannot be read.
            IndexMissing: A question or topic, and nothing is indexed.
            ModelUnavailable: The model is not here.
            MemoryPlanError: It does not fit this machine.
        """
        watch = watch or Unwatched()
        work = self._task(task, subject)
        llm = self._llm()
        given = _fitting(work, llm)
        closed = _say(llm, work.closed(), ("closed", None), watch)
        grounded = _say(llm, work.grounded(given), ("grounded", None), watch)
        for side, said in (("closed-book", closed), ("with sources", grounded)):
            if said.finish == "length":
                work.notes.append(f"The answer {side} was cut after {said.tokens} tokens (llm.max_new_tokens)")
        name = llm.metadata.model_name
        checker = self._checker() if work.document is None else Checker(in_text(work.document))
        closed, grounded = (replace(said, checks=tuple(checker.text(said.text))) for said in (closed, grounded))
        return Comparison(task, work.subject, name, closed, grounded, tuple(given), tuple(work.notes))

    def _task(self, task: Task, subject: str) -> _Task:
        if task == "summarize":
            return _of_document(task, self._shelf.document(subject))
        if task == "explain" and subject.strip():
            found = self._shelf.find(subject)
            if found is not None:
                return _of_document(task, found)
            if _looks_like_a_file(subject):
                return _of_document(task, self._shelf.document(subject))
        return self._of_passages(task, subject)

    def _of_passages(self, task: Task, subject: str) -> _Task:
        from kb.retrieval.query import clean_question, why_nothing
        from kb.retrieval.retriever import as_source

        question = clean_question(subject)
        found = self._retriever().find(subject)
        sources = [as_source(node) for node in found.shown]
        if not sources:
            raise QuestionError(why_nothing(subject), "Ask about something that the documents speak of")
        given = [Given(n, s.document, s.page, s.start, s.end, s.text) for n, s in enumerate(sources, start=1)]
        notes = [f"Closed-book: the model got the {'question' if task == 'ask' else 'topic'} alone"]
        if not found.kept:
            notes.append("No passage seems to answer this; the nearest one was given")
        return _Task(task, question, language(question), given, notes=notes)


def compare_adapters(
    llm: LLM, a: str | None, b: str | None, question: str, watch: Watch | None = None
) -> tuple[Said, Said]:
    """What two adapters answer to one question, without sources.

    Args:
        llm: The model they belong to.
        a: The name of one; None or "none" is the base model.
        b: The other.
        question: In any language.
        watch: Told how far it is; the first is its closed side, the second its grounded one.

    Raises:
        QuestionError: The question holds no word.
        AdapterError: One of them cannot be used.
    """
    from kb.retrieval.query import clean_question

    asked = clean_question(question)
    prompt = prompts.closed("ask", asked, language(asked))
    first, second = (None if name == "none" else name for name in (a, b))
    watch = watch or Unwatched()
    return _say(llm, prompt, ("closed", first), watch), _say(llm, prompt, ("grounded", second), watch)


def _say(llm: LLM, prompt: str, who: tuple[Side, str | None], watch: Watch) -> Said:
    side, adapter = who
    watch.begins(side, adapter or llm.metadata.model_name)
    began, last = time.perf_counter(), None
    with closing(llm.stream_complete(prompt, adapter=adapter)) as pieces:
        for last in pieces:
            watch.says(side, last.delta or "")
    text, facts = ("", {}) if last is None else (last.text, last.additional_kwargs)
    tokens = facts.get("completion_tokens")
    counted = _counter(llm)(text) if tokens is None else tokens
    return Said(adapter, text.strip(), counted, time.perf_counter() - began, facts.get("finish_reason") or "stop")


def _of_document(task: Task, document: Material) -> _Task:
    whole = Given(1, document.name, document.page(0), 0, len(document.text), document.text)
    wanted: prompts.Wanted = "describe" if task == "explain" else "summarize"
    notes = ["Closed-book: the model got the name of the document alone"]
    return _Task(wanted, document.name, document.language, [whole], document, notes)


def _fitting(work: _Task, llm: LLM) -> list[Given]:
    """The sources, in their order, as far as they leave room for the answer; the first one is cut if it must."""
    count = _counter(llm)
    context, answer = llm.metadata.context_window, max(llm.metadata.num_output, 1)
    if getattr(llm, "estimates_tokens", False):
        work.notes.append("Tokens are estimated: the tokenizer is with the server")
    given: list[Given] = []
    for source in work.material:
        room = context - answer - _FRAME - count(work.grounded([*given, _cut(source, 0)]))
        end = beginning(source.text, room, count)
        if end == len(source.text):
            given.append(source)
        elif given:
            break
        elif room < _LEAST or end == 0:
            raise QuestionError(
                f"{context} tokens of context leave no room for sources beside an answer of {answer}",
                "Ask with less, raise llm.context, or lower llm.max_new_tokens",
            )
        else:
            work.notes.append(_part(work, end))
            return [_cut(source, end)]
    if len(given) < len(work.material):
        work.notes.append(f"With sources: {len(given)} of {len(work.material)} passages fit the context")
    return given


def _part(work: _Task, end: int) -> str:
    """How much of the first source is read."""
    starts = work.document.starts if work.document else ()
    pages = f" (to page {bisect_right(starts, end - 1)} of {len(starts)})" if starts else ""
    return f"With sources: the first {end:,} of {len(work.material[0].text):,} characters{pages} fit the context"


def _cut(source: Given, end: int) -> Given:
    return Given(
        source.number, source.document, source.page, source.start, source.start + end, source.text[:end].rstrip()
    )


def _counter(llm: LLM) -> Callable[[str], int]:
    count: Callable[[str], int] | None = getattr(llm, "count_tokens", None)
    if count is None:
        raise TypeError(f"{type(llm).__name__} cannot count tokens")
    return count


def _place(source: Given) -> str:
    return source.document if source.page is None else f"{source.document}, page {source.page}"


def _looks_like_a_file(subject: str) -> bool:
    from kb.documents.readers import SUFFIXES

    return PurePath(subject.strip()).suffix.lower() in SUFFIXES
