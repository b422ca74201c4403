"""Answers -> what the exam looks at, kept from run to run, so that none is computed twice."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kb.models.folders import storage_errors

if TYPE_CHECKING:
    from kb.answering.answer import Answer

_NOT_ANSWERING = ("cli", "doctor", "evaluation", "server")
"""What of this program has no part in an answer."""


@dataclass(frozen=True, slots=True)
class Cited:
    """Where a quote stands (characters of the canonical text), and the quote."""

    document: str
    start: int
    quote: str


_NOWHERE = Cited("", 0, "")  # a number that no citation has


@dataclass(frozen=True, slots=True)
class Shown:
    """A sentence that is shown, and what it cites."""

    text: str
    citations: tuple[Cited, ...]


@dataclass(frozen=True, slots=True)
class Given:
    """What was answered to a question: the sentences shown, how many drafted ones were not, and the seconds it took.

    `draft` is what the model wrote; None where none wrote.
    """

    declined: bool
    shown: tuple[Shown, ...]
    dropped: int
    seconds: float
    draft: str | None = None

    @property
    def drafted(self) -> bool:
        """Whether a model wrote."""
        return self.draft is not None

    @classmethod
    def of(cls, answer: Answer) -> Given:
        """What of an answer is looked at."""
        cited = {one.number: Cited(one.document, one.start, one.quote) for one in answer.citations}
        shown = tuple(
            Shown(sentence.text, tuple(cited.get(number, _NOWHERE) for number in sentence.citations))
            for sentence in answer.sentences
        )
        declined = answer.status == "declined"
        return cls(declined, shown, len(answer.dropped), round(answer.seconds.total, 3), answer.draft)

    @classmethod
    def read(cls, values: Mapping[str, Any]) -> Given:
        """What `asdict` wrote."""
        shown = tuple(
            Shown(one["text"], tuple(Cited(**cited) for cited in one["citations"])) for one in values["shown"]
        )
        return cls(values["declined"], shown, values["dropped"], values["seconds"], values["draft"])


class Kept:
    """Answers in a file that grows by a line with each; a line that was cut by a kill is as if it were not there.

    Args:
        folder: Made when the first answer comes.
        key: Everything that makes an answer what it is; another key is another file.
    """

    def __init__(self, folder: Path, key: Mapping[str, Any]) -> None:
        told = json.dumps(key, sort_keys=True, ensure_ascii=False, default=str)
        self._file = folder / f"{hashlib.sha256(told.encode()).hexdigest()[:24]}.jsonl"
        text = self._file.read_text(encoding="utf-8", errors="replace") if self._file.exists() else ""
        self._given = dict(_read(text))
        self._torn = bool(text) and not text.endswith("\n")

    def __len__(self) -> int:
        return len(self._given)

    def get(self, question: str) -> Given | None:
        """What was answered before, or nothing."""
        return self._given.get(question)

    def put(self, question: str, given: Given) -> None:
        """Keep an answer.

        Raises:
            StorageError: No room, or the folder may not be written.
        """
        line = json.dumps({"question": question, **asdict(given)}, ensure_ascii=False)
        with storage_errors(self._file.parent):
            self._file.parent.mkdir(parents=True, exist_ok=True)
            with self._file.open("a", encoding="utf-8") as file:
                file.write(f"\n{line}\n" if self._torn else f"{line}\n")
        self._torn = False
        self._given[question] = given

    def forget(self) -> None:
        """Let go of every answer."""
        self._file.unlink(missing_ok=True)
        self._given, self._torn = {}, False


def program() -> str:
    """SHA-256 over the code of this program that has a part in an answer."""
    root = Path(__file__).parents[2]
    digest = hashlib.sha256()
    for file in sorted(root.rglob("*.py")):
        name = file.relative_to(root)
        if name.parts[0] not in _NOT_ANSWERING:
            digest.update(f"{name} {hashlib.sha256(file.read_bytes()).hexdigest()}\n".encode())
    return digest.hexdigest()


def _read(text: str) -> Iterator[tuple[str, Given]]:
    for line in text.split("\n"):
        try:
            values = json.loads(line)
            yield values["question"], Given.read(values)
        except (ValueError, KeyError, TypeError):
            continue  # nothing, or a line that was being written when the program was killed
