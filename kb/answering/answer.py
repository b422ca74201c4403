"""The shape of an answer, in Python and as JSON."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import Any, Literal

from kb.retrieval.source import Source

Mode = Literal["quote", "compose", "task"]
Status = Literal["answered", "declined"]


@dataclass(frozen=True, slots=True)
class Citation:
    """The exact words that prove a sentence.

    `quote` equals the canonical text of `document` from `start` to `end` (characters). `number` counts from 1 in
    order of first use; `page` counts from 1 as a viewer does and is that of `start`, None where a format has no pages.
    """

    number: int
    document: str
    page: int | None
    page_end: int | None
    start: int
    end: int
    quote: str


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence that is shown, and the numbers of the citations that prove it."""

    text: str
    status: Literal["supported", "computed"]
    citations: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Dropped:
    """A drafted sentence that is not shown, and why."""

    text: str
    status: Literal["partial", "contradicted", "not_found"]
    why: str


@dataclass(frozen=True, slots=True)
class Seconds:
    """Where the time of an answer went, in seconds."""

    retrieve: float = 0.0
    quote: float = 0.0
    draft: float = 0.0
    verify: float = 0.0
    total: float = 0.0


@dataclass(frozen=True, slots=True)
class Answer:
    """What was asked, what is answered, and all that proves it."""

    question: str
    standalone_question: str
    status: Status
    reason: str
    mode: Mode
    text: str
    sentences: tuple[Sentence, ...] = ()
    dropped: tuple[Dropped, ...] = ()
    draft: str | None = None
    citations: tuple[Citation, ...] = ()
    sources: tuple[Source, ...] = ()
    model: str | None = None
    adapter: str | None = None
    adapter_reason: str | None = None
    receipt: str | None = None
    seconds: Seconds = field(default_factory=Seconds)

    def as_dict(self) -> dict[str, Any]:
        """The same as plain lists, dicts, strings and numbers, ready for JSON."""
        return asdict(self)
