"""What is told while an answer is made, one after the other; the answer itself is the last."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from kb.answering.answer import Answer, Citation
from kb.retrieval.source import Source


@dataclass(frozen=True, slots=True)
class Retrieved:
    """The passages were found, for the question as it stands alone."""

    sources: tuple[Source, ...]
    standalone_question: str


@dataclass(frozen=True, slots=True)
class Quoted:
    """The words of the documents that fit best; the numbers are those of quote mode."""

    citations: tuple[Citation, ...]


@dataclass(frozen=True, slots=True)
class Drafted:
    """More text of the model, as it comes; nothing of it is proven yet, and markers stand in it."""

    delta: str


@dataclass(frozen=True, slots=True)
class Judged:
    """A sentence of the draft was judged.

    `text` is the sentence without its markers; `shown` what is shown of it: all, its proven clauses, or None;
    `citations` what proves that, with the numbers they have in the answer.
    """

    text: str
    shown: str | None
    status: Literal["supported", "computed", "partial", "contradicted", "not_found"]
    why: str
    citations: tuple[Citation, ...] = ()


Event = Retrieved | Quoted | Drafted | Judged | Answer
