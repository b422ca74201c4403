"""A knowledge base small enough to work out by hand: a passage is a file, and its score the words it shares."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

from kb.answering.answer import Answer, Citation, Sentence
from kb.errors import IndexMismatch
from kb.retrieval.source import Source
from kb.settings import Settings


@dataclass(frozen=True)
class Hit:
    document: str
    score: float


@dataclass(frozen=True)
class Rankings:
    dense: list[Hit]
    lexical: list[Hit]
    fused: list[Hit]


@dataclass(frozen=True)
class Halved:
    """A calibration: P is half the score."""

    def relevant(self, fused: Sequence[float]) -> list[float]:
        return [min(1.0, score / 2) for score in fused]

    def as_dict(self) -> dict[str, Any]:
        return {"data": "by hand"}


@dataclass(frozen=True)
class Words:
    """An embedder that only has a name."""

    model: str = "words"

    @property
    def identity(self) -> Words:
        return self

    def as_dict(self) -> dict[str, Any]:
        return {"model": self.model}


@dataclass(frozen=True)
class Trace:
    seconds: dict[str, float]


@dataclass(frozen=True)
class Synced:
    failed: list[tuple[str, str]]


def answer(source: Source, *spans: tuple[int, int], declined: bool = False) -> Answer:
    """An answer that quotes spans of one source."""
    cited = [] if declined else spans
    citations = tuple(
        Citation(number, source.document, None, None, source.start + start, source.start + end, source.text[start:end])
        for number, (start, end) in enumerate(cited, start=1)
    )
    return Answer(
        question="?",
        standalone_question="?",
        status="declined" if declined else "answered",
        reason="",
        mode="quote",
        text="",
        sentences=tuple(Sentence(c.quote, "supported", (c.number,)) for c in citations),
        citations=citations,
        sources=(source,),
    )


class WordKnowledgeBase:
    """Dense counts shared words, lexical shared words of more than three letters, fused adds both.

    It quotes the first word that the best file does not share with the question, and declines where nothing is shared.
    """

    opened: list[WordKnowledgeBase]
    unreadable: str = ""
    mismatched = False

    def __init__(self, settings: Settings, storage: Path) -> None:
        self.settings, self.storage = settings, storage
        self.indexed: list[dict[str, Any]] = []

    @classmethod
    def open(cls, settings: Settings, storage: Path) -> Self:
        made = cls(settings, storage)
        cls.opened.append(made)
        return made

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None: ...

    def index(self, paths: Sequence[Path], *, rebuild: bool = False, prune: bool = False,
              progress: Callable[[str, int, int], None] | None = None) -> Synced:  # fmt: skip
        if self.mismatched and not rebuild:
            raise IndexMismatch("another embedder")
        self.indexed.append({"paths": paths, "rebuild": rebuild, "prune": prune})
        if progress:
            progress("encode", 1, 1)
        return Synced([(self.unreadable, "it is empty")] if self.unreadable else [])

    def rankings(self, question: str) -> Rankings:
        dense = self._shared(question, 0)
        lexical = self._shared(question, 3)
        both = {hit.document: hit.score for hit in dense}
        for hit in lexical:
            both[hit.document] = both.get(hit.document, 0) + hit.score
        return Rankings(dense, lexical, _best_first(both))

    def explain(self, question: str) -> Trace:
        self.rankings(question)
        return Trace({"encode": 0.25, "legs": 0.5})

    def calibration(self) -> Halved:
        return Halved()

    def embedding(self) -> Words:
        return Words()

    def ask(self, question: str) -> Answer:
        best = self.rankings(question).fused[0]
        text = (self.storage / "texts" / Path(best.document).name).read_text(encoding="utf-8")
        words = set(question.lower().split())
        new = next((word for word in text.split() if word.lower() not in words), text.split()[0])
        start = text.index(new)
        source = Source(best.document, None, 0, len(text), text, 0.5)
        return answer(source, (start, start + len(new)), declined=self.settings.answer.refuse and best.score == 0)

    def _shared(self, question: str, longer_than: int) -> list[Hit]:
        words = {word for word in question.lower().split() if len(word) > longer_than}
        scores = {
            f"texts/{file.name}": float(len(words & set(file.read_text(encoding="utf-8").lower().split())))
            for file in sorted((self.storage / "texts").iterdir())
        }
        return _best_first(scores)


def _best_first(scores: dict[str, float]) -> list[Hit]:
    return [Hit(name, score) for name, score in sorted(scores.items(), key=lambda item: (-item[1], item[0]))]
