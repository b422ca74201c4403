"""A sentence over the limit -> pieces within it."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import regex

from kb.language.segment import Span, grapheme_starts, word_spans

Counter = Callable[[list[str]], list[int]]

_CLAUSE_END = regex.compile(r"[,;:.!?…—–)\]”\"]$")
_UNSPACED = regex.compile(r"[\u0E01-\u0E5B\p{Han}\p{Hiragana}\p{Katakana}]")


@dataclass(frozen=True, slots=True)
class _Atom:
    """A stretch that is not cut: a word with what follows it up to the next."""

    start: int
    end: int
    tokens: int


def pieces(text: str, sentence: Span, count: Counter, limit: int) -> list[Span]:
    """Cut one sentence into pieces of at most `limit` tokens.

    Args:
        text: The whole text.
        sentence: The span to cut.
        count: Tokens of each text of a batch.
        limit: Tokens a piece may have.

    Returns:
        Spans without outer white space, in order: cut after a clause where one ends in the second half of a piece, else
        at a space, else between words, else (a word alone over the limit) between grapheme clusters.
    """
    done: list[Span] = []
    todo = [(sentence, limit)]
    while todo:
        span, target = todo.pop()
        atoms = _atoms(text, span, count, target)
        trimmed = (_trim(text, group[0].start, group[-1].end) for group in _groups(text, atoms, target))
        parts = [(start, end) for start, end in trimmed if start < end]
        for part, tokens in zip(parts, count([text[a:b] for a, b in parts]), strict=True):
            if tokens <= limit or target == 1:
                done.append(part)
            else:  # more tokens than its words had one by one: aim lower
                todo.append((part, max(1, target // 2)))
    return sorted(done)


def _atoms(text: str, sentence: Span, count: Counter, limit: int) -> list[_Atom]:
    start, end = sentence
    offsets = _word_starts(text, start, end)
    atoms: list[_Atom] = []
    spans = list(zip(offsets, [*offsets[1:], end], strict=True))
    for (left, right), tokens in zip(spans, count([text[a:b] for a, b in spans]), strict=True):
        if tokens <= limit:
            atoms.append(_Atom(left, right, tokens))
        else:
            atoms.extend(_clusters(text, left, right, count))
    return atoms


def _clusters(text: str, start: int, end: int, count: Counter) -> list[_Atom]:
    starts = [start + offset for offset in grapheme_starts(text[start:end])]
    spans = list(itertools.pairwise(starts))
    tokens_of = count([text[a:b] for a, b in spans])
    return [_Atom(a, b, tokens) for (a, b), tokens in zip(spans, tokens_of, strict=True)]


def _word_starts(text: str, start: int, end: int) -> list[int]:
    """Where a cut is allowed: after a space, and around words of scripts that are written without spaces."""
    piece = text[start:end]
    legal = set(grapheme_starts(piece))
    cuts = {0} | {found.end() for found in regex.finditer(r"\s+", piece)}
    for left, right in word_spans(piece):
        if _UNSPACED.match(piece[left]):
            cuts |= {left, right}
    return [start + cut for cut in sorted(cuts & legal) if cut < len(piece)]


def _groups(text: str, atoms: list[_Atom], limit: int) -> Iterator[list[_Atom]]:
    group: list[_Atom] = []
    size = 0
    for atom in atoms:
        if group and size + atom.tokens > limit:
            keep = _best_end(text, group, limit)
            yield group[:keep]
            group = group[keep:]
            size = sum(one.tokens for one in group)
        group.append(atom)
        size += atom.tokens
    if group:
        yield group


def _best_end(text: str, group: list[_Atom], limit: int) -> int:
    """How many atoms to keep: up to the last clause end of the second half, else the last space, else all."""
    total = sum(atom.tokens for atom in group)
    seen = total
    space = len(group)
    for keep in range(len(group), 0, -1):
        if 2 * seen < limit:
            break
        tail = text[group[keep - 1].start : group[keep - 1].end]
        if tail[-1:].isspace():
            if _CLAUSE_END.search(tail.rstrip()):
                return keep
            if space == len(group):
                space = keep
        seen -= group[keep - 1].tokens
    return space


def _trim(text: str, start: int, end: int) -> Span:
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    return start, end
