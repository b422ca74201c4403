"""An independent check of what is shown of hostile drafts."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from kb.answering.answer import Answer, Sentence
from kb.answering.ask import Ask
from kb.answering.events import Drafted, Event, Judged
from kb.answering.verify import verify
from kb.errors import KBError
from kb.knowledge_base import KnowledgeBase
from kb.language.segment import sentences
from tests.answering.compose.hostile import Case, drafts
from tests.answering.compose.world import CANARY, PAPERS, saying, voice
from tests.scripted_llm import ScriptedLLM

__all__ = ["Tally", "check", "drafts", "faults_of", "unproven"]

_MARK_LEFT = re.compile(r"[\[［【〔⟦❲⁅〖〚]\s*[^\s\w]?\s*\d|[①-⑳❶-❿⑴-⒇]|[⁰¹²³⁴-⁹]")
_OBEYED = re.compile(rf"(?<!Say )(?<!answer only ){CANARY}")  # said, and not quoted as what a source tells one to say
_NOT = re.compile(r"\b(?:not|never|no|none|cannot)\b|n't\b|ไม่|มิได้", re.IGNORECASE)


@dataclass(slots=True)
class Tally:
    """What was done: drafts, of which so many were answered out of the draft, sentences shown and left out, faults."""

    drafts: int = 0
    composed: int = 0
    shown: int = 0
    dropped: int = 0
    broken: int = 0
    faults: list[tuple[Case, list[str]]] = field(default_factory=list)

    def __str__(self) -> str:
        exceptions = sum("EXCEPTION" in fault for _, found in self.faults for fault in found)
        return (
            f"{self.drafts} hostile drafts: {self.composed} answered out of the draft, {self.shown} sentences shown, "
            f"{self.dropped} left out, {self.broken} models that failed and said so; {exceptions} exceptions, "
            f"{len(self.faults) - exceptions} drafts of which something was shown that is not proven, or obeyed"
        )

    def add(self, case: Case, found: list[str]) -> None:
        """Count a draft that was checked."""
        self.drafts += 1
        if found:
            self.faults.append((case, found))


def check(base: KnowledgeBase, case: Case, tally: Tally | None = None) -> list[str]:
    """Answer a draft, and say what is wrong with what is shown; nothing is right.

    The check is not that of the program: characters are read again in the catalog, `verify` is run anew on the quotes
    alone, numbers and denials of a sentence are looked for in its quotes, and whether anything a source asked for was
    done.

    Args:
        base: Over the shelf of `tests.answering.compose.world`.
        case: The draft.
        tally: Where to count what was shown; None: nowhere.
    """
    llm = saying(case.draft, case.pieces, answer=100_000)
    told: list[Event] = []
    try:
        told.extend(base._read().engine.stream(Ask(case.question, voice=voice(llm, case.wanted))))
    except Exception as error:  # counted, and shown with its case
        broke = isinstance(error, KBError) and "the model broke" in str(error) and case.wanted == "compose"
        if tally is not None and broke:
            tally.broken += 1
        return [] if broke else [f"EXCEPTION {type(error).__name__}: {error}"]
    answer = told[-1]
    if not isinstance(answer, Answer) or any(isinstance(one, Answer) for one in told[:-1]):
        return ["the last event, and it alone, is the answer"]
    faults = [*faults_of(told, answer), *_prompt(llm), *_numbering(answer)]
    if tally is not None:
        composed = answer.mode == "compose" and answer.status == "answered"
        tally.composed += composed
        tally.shown += len(answer.sentences) if composed else 0
        tally.dropped += len(answer.dropped)
    for sentence in answer.sentences:
        faults.extend(unproven(base, answer, sentence))
    return faults


def faults_of(told: Sequence[Event], answer: Answer) -> Iterator[str]:
    if answer.draft is not None and "".join(one.delta for one in told if isinstance(one, Drafted)) != answer.draft:
        yield "the draft is not what was told of it"
    shown = " ".join(one.shown for one in told if isinstance(one, Judged) and one.shown)
    if answer.mode == "compose" and " ".join(sentence.text for sentence in answer.sentences) != shown:
        yield "the sentences are not those that were judged"
    if (answer.model, answer.adapter) not in (("scripted", None), (None, None)):
        yield f"the writer is {answer.model}, {answer.adapter}"


def _prompt(llm: ScriptedLLM) -> Iterator[str]:
    for prompt, _ in llm.asked:
        fence = re.search(r"(?:begins with|ขึ้นต้นด้วย) (\S+) ", prompt)
        lines = [line for line in prompt.splitlines() if fence and line.startswith(fence[1])]
        if len(lines) != len(PAPERS) + 1:
            yield f"{len(lines)} lines open or end sources"
        yield from (f"{token} in the prompt" for token in ("<|im_", "</s>", "[INST]", "<<SYS>>") if token in prompt)


def _numbering(answer: Answer) -> Iterator[str]:
    if [citation.number for citation in answer.citations] != list(range(1, len(answer.citations) + 1)):
        yield "citations are not numbered from 1"
    used = list(dict.fromkeys(number for sentence in answer.sentences for number in sentence.citations))
    if used != [citation.number for citation in answer.citations]:
        yield f"citations are used as {used}"
    if answer.mode == "compose" and answer.status == "answered":
        shown = (f"{one.text} {''.join(f'[{n}]' for n in one.citations)}" for one in answer.sentences)
        if answer.text != " ".join(shown):
            yield "the text is not its sentences with their markers"


def unproven(base: KnowledgeBase, answer: Answer, sentence: Sentence) -> Iterator[str]:
    said = f"{sentence.text!r} {sentence.citations}"
    cited = [answer.citations[number - 1] for number in sentence.citations]
    if not cited:
        yield f"{said} cites nothing"
        return
    with base._read().catalog.read() as snapshot:
        for citation in cited:
            row = snapshot.find(citation.document)
            if row is None or snapshot.text(row.id)[citation.start : citation.end] != citation.quote:
                yield f"{said}: {citation.document} does not say {citation.quote!r} there"
    quotes = [citation.quote for citation in cited]
    if answer.mode == "quote":
        if quotes != [sentence.text]:
            yield f"{said} is not its quote"
        return
    yield from (f"{said}: {fault}" for fault in _against(sentence.text, quotes))


def _against(text: str, quotes: list[str]) -> Iterator[str]:
    """What speaks against quotes alone proving a text."""
    blanked = [re.sub(r"\[\d+\]", lambda mark: " " * len(mark[0]), quote) for quote in quotes]
    if "supported" not in (verify(text, quotes).status, verify(text, blanked).status):
        yield f"verify says no to {quotes}"
    together = " ".join(quotes)
    for number in re.findall(r"\d+", text):
        if int(number) not in [int(one) for one in re.findall(r"\d+", together)]:
            yield f"{number} is in no quote {quotes}"
    parts = [part for quote in quotes for part in _sentences_of(quote)]
    if bool(_NOT.search(text)) not in [bool(_NOT.search(part)) for part in parts if _shares(text, part)]:
        yield f"it denies where the quotes do not, or the other way round: {quotes}"
    if _OBEYED.search(text):
        yield "it says what a source told the model to say"
    marks = [mark for mark in _MARK_LEFT.findall(text) if mark not in together]
    if marks or any(unicodedata.category(sign) in ("Cf", "Cc", "So", "Sm") for sign in text if sign not in together):
        yield "a marker or a sign that no quote holds is left in it"


def _sentences_of(quote: str) -> list[str]:
    whole = [quote[start:end] for start, end in sentences(quote)]
    return [*whole, *(piece for piece in re.split(r"\s+", quote) if re.search("[ก-๛]", piece))]


def _shares(text: str, part: str) -> bool:
    """Whether two sentences speak of the same, by their letters in threes."""
    threes = [{one[k : k + 3] for k in range(len(one) - 2)} for one in (text.lower(), part.lower())]
    return 3 * len(threes[0] & threes[1]) >= len(min(threes, key=len))
