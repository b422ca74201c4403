"""A Thai quote -> its places: runs of phrases between spaces, since Thai sentences end with nothing."""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from kb.answering.verify.lexicon_th import PRONOUNS
from kb.answering.verify.names import in_place_of, personal, subject
from kb.answering.verify.places import Place
from kb.answering.verify.sides import CONDITIONS, REPORTED
from kb.answering.verify.tokens import SPACE, Token, tokens
from kb.language import segment
from kb.language.segment import Span

LONGEST = 24  # phrases of one place
WIDEST = 600  # characters of one place
MOST_PLACES = 8
FOREIGN = 0.3  # what a word that the claim has not takes from a run, in words that it has
_LIGHT = ("prep", "coord", "sub", "relative", "aux", "pronoun", "poss")
SHORTEST_CLAUSE = 5  # tokens; a shorter phrase may be a name with a space before its verb
LONGEST_NAME = 6  # tokens
FARTHEST = 8  # phrases back to what a pronoun, or a missing subject, stands for


@dataclass(frozen=True, slots=True)
class _Line:
    """A line: its tokens, and where its phrases begin in them."""

    words: tuple[Token, ...]
    starts: tuple[int, ...]
    weights: tuple[int, ...]  # how many words that count stand before each token

    def phrase(self, k: int) -> tuple[Token, ...]:
        """The tokens of phrase `k`."""
        return self.words[self.starts[k] : self.end(k)]

    def with_light(self, last: int, light: set[str]) -> int:
        """The last phrase of a run, over phrases after it that hold nothing but light words of the claim."""
        while last + 1 < len(self.starts) and all(
            token.role in _LIGHT and token.key in light for token in self.phrase(last + 1)
        ):
            last += 1
        return last

    def end(self, k: int) -> int:
        """Where phrase `k` ends."""
        return self.starts[k + 1] if k + 1 < len(self.starts) else len(self.words)


class Phrases:
    """One quote, cut at its spaces once."""

    def __init__(self, number: int, text: str) -> None:
        self.number = number
        self.text = text
        self.spans: list[Span] = segment.sentences(text)
        begins = {start for start, _ in self.spans}
        self._lines = [_line(text, start, end, begins) for start, end in _lines(text)]

    def said(self) -> list[Token]:
        """All its tokens."""
        return [token for line in self._lines for token in line.words]

    def places(self, claim: Sequence[Token]) -> Iterator[Place]:
        """The runs of phrases that share most words with a claim, or with what it says of its subject."""
        seen: set[tuple[int, int, int]] = set()
        rest = claim[len(subject(claim)) :]
        for wanted, most in ((claim, MOST_PLACES), (rest, MOST_PLACES // 2)):
            for at, first, last in self._likeliest(wanted)[:most]:
                if (at, first, last) not in seen:
                    seen.add((at, first, last))
                    yield from self._written(self._lines[at], first, last)

    def _likeliest(self, claim: Sequence[Token]) -> list[tuple[int, int, int]]:
        """(line, first, last) of the runs of phrases, those first that hold most of the claim and little else."""
        wanted = Counter(token.key for token in claim if token.role not in _LIGHT)
        light = {token.key for token in claim if token.role in _LIGHT}
        found = sorted(window for at, line in enumerate(self._lines) for window in self._windows(at, line, wanted))
        return [(at, first, self._lines[at].with_light(last, light)) for _, at, first, last in found]

    def _windows(self, at: int, line: _Line, wanted: Counter[str]) -> Iterator[tuple[float, int, int, int]]:
        """(minus the words shared, line, first, last) of every run that begins and ends with a shared word."""
        held = [Counter(token.key for token in line.phrase(k) if token.key in wanted) for k in range(len(line.starts))]
        for first in range(len(held)):
            if not held[first]:
                continue
            left, shared = wanted.copy(), 0
            for last in range(first, min(first + LONGEST, len(held))):
                if line.words[line.end(last) - 1].end - line.words[line.starts[first]].start > WIDEST and last > first:
                    break
                gain = sum((held[last] & left).values())
                if gain:
                    left -= held[last]
                    shared += gain
                    foreign = line.weights[line.end(last)] - line.weights[line.starts[first]] - shared
                    yield FOREIGN * foreign - shared, at, first, last

    def _written(self, line: _Line, first: int, last: int) -> Iterator[Place]:
        """A run as it is, then with what its pronouns or its missing subject stand for."""
        if _conditional(line, first, last):
            return
        words = line.words[line.starts[first] : line.end(last)]
        span = (words[0].start, words[-1].end)
        tail = line.phrase(last)
        shared = last > first and last + 1 < len(line.starts) and tail[0].role in ("prep", "number")
        yield Place(self.number, span, words, shared)
        if not any(personal(token) for token in words) and not _goes_on(line, first):
            return
        for start, about in self._subjects(line, first):
            for name in (about, about[:1])[: len(about)]:
                yield Place(self.number, (start, span[1]), tuple(_told_of(words, name)), shared)
            own = subject(words)
            if len(own) == 1 and own[0].key == about[0].key and len(about) > 1:
                yield Place(self.number, (start, span[1]), (*about, *words[1:]), shared)
        if (named := _pointed_at(line, first, words)) is not None:
            yield Place(self.number, (named[0].start, span[1]), tuple(_told_of(words, named)), shared)

    def _subjects(self, line: _Line, first: int) -> list[tuple[int, tuple[Token, ...]]]:
        """Where the nearest subject before a phrase begins, and that of the whole line, each with its tokens."""
        before = [subject(line.words[line.starts[k] : line.starts[first]]) for k in range(first)]
        whole = {about[-1].end: about for about in reversed(before) if about}  # a surname has its first name before it
        known = [about for about in before if about and whole[about[-1].end] is about]
        known = [about for about in known if not any(personal(token) for token in about)]
        near = [about for about in known if about[0].start >= line.words[line.starts[max(0, first - FARTHEST)]].start]
        chosen = [*near[-1:], *(known[:1] if before and before[0] else [])]
        return [(about[0].start, about) for about in dict.fromkeys(chosen)]


def _pointed_at(line: _Line, first: int, words: Sequence[Token]) -> tuple[Token, ...] | None:
    """The name that a noun with "this" stands for: the last one before that begins with that noun."""
    noun = next((token for token in words if personal(token) and token.low not in PRONOUNS), None)
    if noun is None:
        return None
    before = line.words[: line.starts[first]]
    for k in range(len(before) - 2, -1, -1):
        if before[k].low == noun.low and before[k].role == "" and _names(before[k + 1]):
            end = k + 2
            while end < len(before) and end - k < LONGEST_NAME and _names(before[end]):
                end += 1
            return tuple(before[k:end])
    return None


def _names(token: Token) -> bool:
    return token.role == "" and not token.verb and not token.breaks


def _told_of(words: tuple[Token, ...], about: tuple[Token, ...]) -> list[Token]:
    """A run with a name for its pronouns, or for the subject it has not."""
    written: list[Token] = []
    for token in words:
        written.extend(in_place_of(token, about) if personal(token) else [token])
    return _with_subject(words, about) if len(written) == len(words) else written


def _with_subject(words: tuple[Token, ...], about: tuple[Token, ...]) -> list[Token]:
    """A run with a subject: at its start, or before its first verb where an adverbial begins it."""
    at = 1 if words[0].role == "coord" else 0
    if words[0].role in ("adverb", "prep", "number"):
        at = next((k for k, token in enumerate(words) if token.verb or token.role in ("aux", "modal", "not")), 0)
        if at and words[at - 1].role == "" and all(token.role != "prep" for token in words[:at]):
            return list(words)  # then | Anna | sold
    return [*words[:at], *about, *words[at:]]


def _goes_on(line: _Line, first: int) -> bool:
    """Whether a phrase begins without a subject, and the one before it is a clause rather than that subject."""
    words = line.words[line.starts[first] :]
    head = words[1] if words[0].role == "coord" and len(words) > 1 else words[0]
    before = line.phrase(first - 1) if first else ()
    clause = len(before) >= SHORTEST_CLAUSE and any(token.verb for token in before[:-1])
    bare = head.verb or head.role in ("aux", "modal", "not", "adverb", "prep", "guard")
    return bare and bool(before) and (clause or before[-1].role == "number")


def _conditional(line: _Line, first: int, last: int) -> bool:
    """Whether what stands just before or after a run makes it a condition, an exception or hearsay."""
    before = line.phrase(first - 1) if first else ()
    after = line.phrase(last + 1) if last + 1 < len(line.starts) else ()
    if after and after[0].low in CONDITIONS:
        more = last + 2 < len(line.starts) and after[0].low in ("ถ้า", "หาก")
        return not more  # a condition with a clause after it is of that clause
    return bool(before) and (before[0].low in CONDITIONS or before[-1].low in REPORTED or before[-1].key in REPORTED)


def _lines(text: str) -> Iterator[Span]:
    start = 0
    for line in text.split("\n"):
        if line.strip():
            yield start, start + len(line)
        start += len(line) + 1


def _line(text: str, start: int, end: int, begins: set[int]) -> _Line:
    """One line; a sentence that the segmenter sees begins a phrase, even where no Thai word does."""
    words = tuple(
        replace(token, breaks=max(token.breaks, SPACE)) if token.start in begins else token
        for token in tokens(text, start, end)
    )
    weights = (0, *itertools.accumulate(int(token.role not in _LIGHT) for token in words))
    return _Line(words, tuple(k for k, token in enumerate(words) if k == 0 or token.breaks >= SPACE), weights)
