"""A question and what finds its passages -> events, the last of them the answer."""

from __future__ import annotations

import time
from collections.abc import Callable, Generator
from dataclasses import dataclass, replace

from kb import prompts
from kb.answering.answer import Answer, Citation, Mode, Seconds, Sentence
from kb.answering.ask import Ask, Voice
from kb.answering.citing import Citations
from kb.answering.compose.composing import Composed, Composer
from kb.answering.compose.judging import Judge
from kb.answering.compose.prompting import prompted
from kb.answering.compose.working import heading, work
from kb.answering.events import Event, Quoted, Retrieved
from kb.answering.quoting import Found, Quoter
from kb.errors import KBError, QuestionError
from kb.language.segment import language
from kb.models.hub import first_line
from kb.retrieval.query import clean_question
from kb.retrieval.retriever import as_source

NOTHING_PROVEN = "Nothing of the draft is proven by the documents"
REFUSED = "The model found no answer in the passages it was given"


@dataclass(frozen=True, slots=True)
class _Quotes:
    """What stands when nothing is drafted: the quotes of the best passages, or a refusal; `found` what they are of."""

    answer: Answer
    found: Found
    weak: bool


class Flow:
    """Answers questions: with quotes, or with a draft of which only the proven sentences are shown.

    Args:
        quoter: Says whether passages are evidence, and quotes them.
    """

    def __init__(self, quoter: Quoter) -> None:
        self._quoter = quoter

    def stream(self, ask: Ask, find: Callable[[str], Found]) -> Generator[Event, None, None]:
        """Answer, and tell what happens meanwhile; closing the iterator ends a draft within a token.

        Args:
            ask: The question, and who may write.
            find: Finds the passages of a question; it is not called for what is worked out without documents.

        Raises:
            QuestionError: The question holds no word; or, where a draft was asked for, leaves no room for a source.
            KBError: A draft was asked for and the model failed before anything was proven.
        """
        started = time.perf_counter()
        question = clean_question(ask.standalone or ask.question)
        answer = yield from self._answer(ask, question, find)
        total = time.perf_counter() - started
        yield replace(answer, seconds=replace(answer.seconds, total=total))

    def _answer(self, ask: Ask, question: str, find: Callable[[str], Found]) -> Generator[Event, None, Answer]:
        voice = ask.voice
        if voice is None or voice.permission.mode == "quote":
            return (yield from self._quoted(ask, question, find, "quote")).answer
        if voice.permission.mode == "task":
            done = yield from work(ask.standalone or ask.question, voice)
            if done.sentences:
                return _worked(_blank(ask, question, "task"), done, voice)
            quotes = yield from self._quoted(ask, question, find, "quote")
            return _instead(quotes.answer, done, voice, "Nothing that was worked out holds")
        quotes = yield from self._quoted(ask, question, find, "compose")
        if quotes.weak:
            return quotes.answer
        return (yield from self._composed(question, quotes, voice))

    def _quoted(
        self, ask: Ask, question: str, find: Callable[[str], Found], mode: Mode
    ) -> Generator[Event, None, _Quotes]:
        """Retrieve, refuse or quote."""
        began = time.perf_counter()
        found = find(ask.standalone or ask.question)
        retrieved = time.perf_counter() - began
        blank = replace(_blank(ask, question, mode), sources=tuple(as_source(hit) for hit in found.hits))
        blank = replace(blank, seconds=Seconds(retrieve=retrieved))
        yield Retrieved(blank.sources, question)
        reason = self._quoter.why_declined(ask.standalone or ask.question, found)
        if reason:
            return _Quotes(replace(blank, reason=reason), found, weak=True)
        citations, seconds = self._quoter.quotes(question, found)
        yield Quoted(citations)
        blank = replace(blank, seconds=replace(seconds, retrieve=retrieved))
        if not citations:
            nothing = replace(blank, reason="No sentence of the nearest passages could be quoted")
            return _Quotes(nothing, found, weak=False)
        return _Quotes(self._of_quotes(blank, citations), found, weak=False)

    def _of_quotes(self, blank: Answer, citations: tuple[Citation, ...]) -> Answer:
        return replace(
            blank,
            status="answered",
            mode="quote",
            reason=f"Quoted from the passages that fit best{self._quoter.caveat}",
            text="\n\n".join(f"{citation.quote} [{citation.number}]" for citation in citations),
            sentences=tuple(Sentence(citation.quote, "supported", (citation.number,)) for citation in citations),
            citations=citations,
        )

    def _composed(self, question: str, quotes: _Quotes, voice: Voice) -> Generator[Event, None, Answer]:
        sources, hits = quotes.answer.sources, quotes.found.hits
        try:
            prompt = prompted(question, sources, voice.llm)
        except QuestionError as error:
            if voice.permission.wanted != "auto":
                raise
            return _with_reason(quotes.answer, error.what)
        order = [*prompt.given, *(at for at in range(len(sources)) if at not in prompt.given)]
        judge = Judge([sources[at].text for at in order], len(prompt.given))
        citations = Citations(self._quoter.catalog, [hits[at] for at in order])
        done = yield from Composer(voice, judge, citations).compose(prompt)
        return self._drafted(quotes.answer, done, voice)

    def _drafted(self, quotes: Answer, done: Composed, voice: Voice) -> Answer:
        """What a draft leaves to be shown: its proven sentences, quotes in their place, or a refusal."""
        if done.sentences:
            return _proven(quotes, done, voice, self._quoter.caveat)
        if not done.refused and voice.permission.wanted == "auto":
            return _instead(quotes, done, voice, NOTHING_PROVEN)
        if done.draft.error is not None and not done.refused:
            raise _failed(voice, done.draft.error)
        blank = replace(quotes, status="declined", mode="compose", sentences=(), citations=())
        blank = replace(blank, text=prompts.refusal(language(quotes.standalone_question)))
        reason = REFUSED if done.refused else NOTHING_PROVEN
        return _written(replace(blank, reason=_joined(reason, *done.notes, voice.permission.reason)), done, voice)


def _blank(ask: Ask, question: str, mode: Mode) -> Answer:
    return Answer(
        question=ask.question,
        standalone_question=question,
        status="declined",
        reason="",
        mode=mode,
        text=prompts.refusal(language(question)),
    )


def _written(answer: Answer, done: Composed, voice: Voice) -> Answer:
    """An answer with the draft that was made for it, and who made it."""
    seconds = replace(answer.seconds, draft=done.draft.seconds, verify=answer.seconds.verify + done.verify)
    return replace(
        answer,
        draft=done.draft.text,
        dropped=tuple(done.dropped),
        model=voice.model,
        adapter=voice.permission.adapter,
        seconds=seconds,
    )


def _proven(quotes: Answer, done: Composed, voice: Voice, caveat: str) -> Answer:
    counted = f"{done.kept} of {done.judged} drafted sentences proven by the documents{caveat}"
    answer = replace(
        quotes,
        status="answered",
        mode="compose",
        reason=_joined(counted, *done.notes, voice.permission.reason),
        text=" ".join(cited(sentence) for sentence in done.sentences),
        sentences=tuple(done.sentences),
        citations=done.citations,
    )
    return _written(answer, done, voice)


def cited(sentence: Sentence) -> str:
    """A sentence with its markers behind it: "It rose. [1][2]"."""
    marks = "".join(f"[{number}]" for number in sentence.citations)
    return f"{sentence.text} {marks}" if marks else sentence.text


def _worked(blank: Answer, done: Composed, voice: Voice) -> Answer:
    above = heading(voice.permission.adapter, voice.model, language(blank.standalone_question))
    counted = f"{len(done.sentences)} of {done.judged} steps hold when they are computed again"
    answer = replace(
        blank,
        status="answered",
        reason=_joined(counted, *done.notes, voice.permission.reason),
        text="\n".join([above, "", *(sentence.text for sentence in done.sentences)]),
        sentences=tuple(done.sentences),
    )
    return _written(answer, done, voice)


def _instead(quotes: Answer, done: Composed, voice: Voice, why: str) -> Answer:
    """Quotes, or the refusal that stands in their place, because a draft came to nothing."""
    drafted = why if done.draft.text.strip() else "The model wrote nothing"
    if done.draft.error is not None and not done.draft.text.strip():
        drafted = f"The model failed: {first_line(done.draft.error)}"
        done.notes.clear()
    return _written(_with_reason(quotes, _joined(drafted, *done.notes)), done, voice)


def _with_reason(quotes: Answer, why: str) -> Answer:
    mode: Mode = "quote" if quotes.status == "answered" else quotes.mode
    return replace(quotes, mode=mode, reason=_joined(why, quotes.reason))


def _joined(*reasons: str) -> str:
    return "; ".join(reason for reason in reasons if reason)


def _failed(voice: Voice, error: Exception) -> KBError:
    if isinstance(error, KBError):
        return error
    said = f"{voice.model} failed in the middle of an answer: {type(error).__name__}: {first_line(error)}"
    return KBError(said, 'Ask again, or with mode "quote"')
