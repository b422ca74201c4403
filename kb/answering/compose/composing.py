"""A question, its passages and a voice -> a draft, judged sentence by sentence while it is written."""

from __future__ import annotations

import re
import time
from collections.abc import Generator, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from kb import prompts
from kb.answering.answer import Citation, Dropped, Sentence
from kb.answering.compose.drafting import Draft
from kb.answering.compose.growing import Piece, Sentences
from kb.answering.compose.judging import Judge, Judgement
from kb.answering.compose.prompting import Prompted
from kb.answering.events import Drafted, Judged
from kb.models.hub import first_line

if TYPE_CHECKING:
    from kb.answering.ask import Voice
    from kb.answering.citing import Citations

REPEATS = 3  # sentences that were said before, after which a model goes in circles
ASTRAY = 6  # sentences in a row of which nothing is proven, after which no more is waited for
_NO_ANSWER = re.compile(
    r"(?:the\s+)?(?:(?:provided|given)\s+)?(?:documents?|sources?|texts?|passages?|context)\s+(?:do|does|did)(?:\s+not|n['’]t)\s+"
    r"(?:answer\s+(?:this|the|that|your)\s+question|(?:contain|provide|give|include|have)\s+(?:an?|the|any|enough)?\s*"
    r"(?:answer|information))",
    re.IGNORECASE,
)
_STOPS = tuple(".!?…。！？\"'”’)")


@dataclass(slots=True)
class Composed:
    """What became of a draft.

    `refused` says that the model said the fixed refusal before anything that is proven; `notes` is what a reader
    should know; `judged` counts the sentences, `kept` those of which something is shown; `verify` is in seconds.
    """

    draft: Draft
    sentences: list[Sentence] = field(default_factory=list)
    dropped: list[Dropped] = field(default_factory=list)
    citations: tuple[Citation, ...] = ()
    refused: bool = False
    notes: list[str] = field(default_factory=list)
    judged: int = 0
    kept: int = 0
    verify: float = 0.0

    def note_the_end(self) -> None:
        """Write down why the draft is not complete, where it is not."""
        if self.draft.error is not None:
            self.notes.append(f"the model broke off: {first_line(self.draft.error)}")
        elif self.draft.ended == "cut":
            self.notes.append("the draft was cut at its limit (llm.max_new_tokens)")


class Composer:
    """Lets a voice draft, and shows nothing of it that is not proven.

    Args:
        voice: Who writes.
        judge: Knows the texts of the sources.
        citations: Reads in the catalog what proves a sentence.
    """

    def __init__(self, voice: Voice, judge: Judge, citations: Citations) -> None:
        self._voice = voice
        self._judge = judge
        self._citations = citations
        self._said: set[str] = set()
        self._repeats = 0
        self._astray = 0

    def compose(self, prompt: Prompted) -> Generator[Drafted | Judged, None, Composed]:
        """Draft and judge; yields what happens, returns what became of it."""
        done = Composed(Draft(prompt.text, self._voice), notes=list(prompt.notes))
        sentences = Sentences()
        with closing(done.draft.deltas()) as deltas:
            for delta in deltas:
                yield Drafted(delta)
                yield from self._judged(sentences.push(delta), done)
                if done.refused or self._lost():
                    break
            else:
                yield from self._rest(sentences, done)
        if self._lost():
            done.notes.append(f"the draft {self._lost()} and was ended")
        done.citations = self._citations.all
        return done

    def _lost(self) -> str:
        """Why no more of a draft is waited for; empty: it may go on."""
        if self._repeats >= REPEATS:
            return "went in circles"
        return "strayed from the documents" if self._astray >= ASTRAY else ""

    def _rest(self, sentences: Sentences, done: Composed) -> Iterator[Judged]:
        """What is left when the model has ended; a last sentence in which it was cut off is not judged."""
        left = list(sentences.finish())
        done.note_the_end()
        cut = done.draft.ended == "cut" and left and not left[-1].text.endswith(_STOPS)
        last = left.pop() if left and (cut or done.draft.ended == "broken") else None
        yield from self._judged(iter(left), done)
        if last is not None:
            yield _dropped(done, last.text, Judgement("not_found", "the draft breaks off in this sentence"))

    def _judged(self, pieces: Iterator[Piece], done: Composed) -> Iterator[Judged]:
        for piece in pieces:
            began = time.perf_counter()
            said = _letters(piece.text)
            if said in self._said:
                self._repeats += 1
                continue
            self._said.add(said)
            if is_refusal(piece.text):
                if not done.kept:
                    done.refused = True
                    return
                judgement = Judgement("not_found", "it says that the documents do not answer")
            else:
                judgement = self._judge.judge(piece)
            event = self._shown(piece, judgement, done)
            self._astray = 0 if event.shown else self._astray + 1
            done.verify += time.perf_counter() - began
            yield event

    def _shown(self, piece: Piece, judgement: Judgement, done: Composed) -> Judged:
        """Keep what is proven and still stands in its documents."""
        kept: list[tuple[str, tuple[Citation, ...]]] = []
        for proven in judgement.shown:
            if citations := self._citations.of(proven.supports):
                kept.append((proven.text, citations))
        if not kept:
            gone = Judgement("not_found", "the document that says so has changed since it was read")
            return _dropped(done, piece.text, gone if judgement.shown else judgement)
        done.judged += 1
        done.kept += 1
        status, why = judgement.status, judgement.why
        if status == "supported" and len(kept) < len(judgement.shown):
            status, why = "partial", "a document has changed since it was read"
        if status != "supported":
            status = "partial"
            done.dropped.append(Dropped(piece.text, "partial", why))
        done.sentences.extend(Sentence(text, "supported", _numbers(citations)) for text, citations in kept)
        every = tuple(dict.fromkeys(citation for _, citations in kept for citation in citations))
        return Judged(piece.text, " ".join(text for text, _ in kept), status, why, every)


def is_refusal(sentence: str) -> bool:
    """Whether a sentence begins with the fixed refusal in one of its languages, or nearly says it in English.

    Args:
        sentence: Without markers.
    """
    said = _letters(sentence)
    return said.startswith(tuple(_letters(text) for text in prompts.REFUSALS.values())) or bool(
        _NO_ANSWER.match(sentence.lstrip(" \"“'"))
    )


def _letters(text: str) -> str:
    return "".join(sign for sign in text.casefold() if sign.isalnum())


def _dropped(done: Composed, text: str, judgement: Judgement) -> Judged:
    done.judged += 1
    status = "not_found" if judgement.status == "supported" else judgement.status
    done.dropped.append(Dropped(text, status, judgement.why))
    return Judged(text, None, status, judgement.why)


def _numbers(citations: Sequence[Citation]) -> tuple[int, ...]:
    return tuple(sorted({citation.number for citation in citations}))
