"""A Thai quote -> its places: runs of phrases between spaces, since Thai sentences end with nothing."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass

from kb.answering.verify.names import in_place_of, personal, subject
from kb.answering.verify.places import Place
from kb.answering.verify.sides import CONDITIONS, REPORTED
from kb.answering.verify.tokens import SPACE, Token, tokens
from kb.language import segment
from kb.language.segment import Span

LONGEST = 24  # phrases of one place
WIDEST = 600  # characters of one place
MOST_PLACES = 8
FARTHEST = 8  # phrases back to what a pronoun, or a missing subject, stands for


@dataclass(frozen=True, slots=True)
class _Line:
    """A line: its tokens, and where its phrases begin in them."""

    words: tuple[Token, ...]
    starts: tuple[int, ...]

    def phrase(self, k: int) -> tuple[Token, ...]:
        """The tokens of phrase `k`."""
        return self.words[self.starts[k] : self.end(k)]

    def end(self, k: int) -> int:
        """Where phrase `k` ends."""
        return self.starts[k + 1] if k + 1 < len(self.starts) else len(self.words)


class Phrases:
    """One quote, cut at its spaces once."""

    def __init__(self, number: int, text: str) -> None:
        self.number = number
        self.text = text
        self.spans: list[Span] = segment.sentences(text)
        self._lines = [_line(text, start, end) for start, end in _lines(text)]

    def places(self, claim: Collection[str]) -> Iterator[Place]:
        """The runs of phrases that share most words with a claim, the shortest of them first."""
        wanted = set(claim)
        found: list[tuple[float, int, int, int, int]] = []
        for at, line in enumerate(self._lines):
            found.extend(self._windows(at, line, wanted))
        found.sort()
        for _, _, at, first, last in found[:MOST_PLACES]:
            yield from self._written(self._lines[at], first, last)

    def _windows(self, at: int, line: _Line, wanted: set[str]) -> Iterator[tuple[float, int, int, int, int]]:
        """(minus the words shared, phrases, line, first, last) of every run that begins and ends with a shared word."""
        held = [wanted.intersection(token.key for token in line.phrase(k)) for k in range(len(line.starts))]
        for first in range(len(held)):
            if not held[first]:
                continue
            shared: set[str] = set()
            for last in range(first, min(first + LONGEST, len(held))):
                if line.words[line.end(last) - 1].end - line.words[line.starts[first]].start > WIDEST and last > first:
                    break
                if held[last] - shared:
                    shared |= held[last]
                    yield -sum(1.0 if len(key) > 1 else 0.3 for key in shared), last - first, at, first, last

    def _written(self, line: _Line, first: int, last: int) -> Iterator[Place]:
        """A run as it is, then with what its pronouns or its missing subject stand for."""
        if _conditional(line, first, last):
            return
        words = line.words[line.starts[first] : line.end(last)]
        span = (words[0].start, words[-1].end)
        yield Place(self.number, span, words)
        bare = words[0].verb or words[0].role in ("aux", "modal", "adverb", "prep", "number")
        if not (bare or any(personal(token) for token in words)):
            return
        for start, about in self._subjects(line, first):
            written: list[Token] = []
            for token in words:
                written.extend(in_place_of(token, about) if personal(token) else [token])
            if written == list(words):
                written = _with_subject(words, about)
            yield Place(self.number, (start, span[1]), tuple(written))

    def _subjects(self, line: _Line, first: int) -> list[tuple[int, tuple[Token, ...]]]:
        """Where the nearest subject before a phrase begins, and that of the whole line, each with its tokens."""
        found = []
        for k in [*range(first - 1, max(-1, first - 1 - FARTHEST), -1), 0]:
            about = subject(line.words[line.starts[k] : line.starts[first]]) if k < first else ()
            if about and not any(personal(token) for token in about):
                found.append((about[0].start, about))
                if len(found) == 1 and k:
                    continue
            if len(found) > 1:
                break
        return list(dict.fromkeys(found))[:2]


def _with_subject(words: tuple[Token, ...], about: tuple[Token, ...]) -> list[Token]:
    """A run with a subject before its first verb."""
    at = next((k for k, token in enumerate(words) if token.verb or token.role in ("aux", "modal", "not")), 0)
    return [*words[:at], *about, *words[at:]]


def _conditional(line: _Line, first: int, last: int) -> bool:
    """Whether what stands just before or after a run makes it a condition, an exception or hearsay."""
    before = line.phrase(first - 1) if first else ()
    after = line.phrase(last + 1) if last + 1 < len(line.starts) else ()
    if after and after[0].low in CONDITIONS:
        return True
    return bool(before) and (before[0].low in CONDITIONS or before[-1].low in REPORTED or before[-1].key in REPORTED)


def _lines(text: str) -> Iterator[Span]:
    start = 0
    for line in text.split("\n"):
        if line.strip():
            yield start, start + len(line)
        start += len(line) + 1


def _line(text: str, start: int, end: int) -> _Line:
    words = tokens(text, start, end)
    return _Line(words, tuple(k for k, token in enumerate(words) if k == 0 or token.breaks >= SPACE))
