"""Quotes -> the places that may prove a claim: sentences, with what their pronouns stand for."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from kb.answering.verify import lexicon_en, lexicon_th
from kb.answering.verify.tokens import COMMA, STOP, Token, tokens
from kb.language import segment
from kb.language.segment import Span

FARTHEST = 4  # sentences back to what a pronoun stands for
_LONGEST_SUBJECT = 10
_THING = frozenset(["it", "its", "they", "their", "them", "มัน"])


@dataclass(frozen=True, slots=True)
class Place:
    """A run of tokens that may prove a claim, and the span of the quote that would be shown for it.

    `seam` is where two sentences meet, 0 where there is one: the words on both sides of it must be kept.
    """

    quote: int
    span: Span
    tokens: tuple[Token, ...]
    seam: int = 0


class Passage:
    """One quote, cut into sentences once; the places of a sentence are made when they are asked for."""

    def __init__(self, number: int, text: str) -> None:
        self.number = number
        self.text = text
        self.spans = segment.sentences(text)

    def words(self, k: int) -> tuple[Token, ...]:
        """The tokens of sentence `k`."""
        return tokens(self.text, *self.spans[k])

    def places(self, k: int) -> Iterator[Place]:
        """Sentence `k` as it is, then with its pronouns and short names written out, then with its neighbour."""
        plain = self.words(k)
        yield Place(self.number, self.spans[k], plain)
        named = self._named(k, plain)
        if named is not None:
            yield named
        if k + 1 < len(self.spans) and _is_thai(plain):
            following = self.words(k + 1)
            both = plain + (replace(following[0], breaks=STOP), *following[1:]) if following else plain
            yield Place(self.number, (self.spans[k][0], self.spans[k + 1][1]), both, len(plain))

    def _named(self, k: int, plain: tuple[Token, ...]) -> Place | None:
        """The sentence with names for its pronouns, if it has one and what it stands for is found."""
        first = k
        written: list[Token] = []
        own = subject(plain)
        for at, token in enumerate(plain):
            if token.role != "pronoun" or not _personal(token):
                written.append(token)
                continue
            found = self._antecedent(k, token) if at == 0 or not own or own[0].role == "pronoun" or token in own else (k, own)
            if found is None:
                written.append(token)
                continue
            first = min(first, found[0])
            written.extend(_in_place_of(token, found[1]))
        if _is_thai(plain) and plain and (plain[0].verb or plain[0].role in ("aux", "prep")) and len(written) == len(plain):
            found = self._antecedent(k, replace(plain[0], low="เขา"))
            if found is not None:
                first, written = found[0], [*found[1], *plain]
        written = self._full_names(written)
        if written == list(plain):
            return None
        return Place(self.number, (self.spans[first][0], self.spans[k][1]), tuple(written))

    def _antecedent(self, k: int, pronoun: Token) -> tuple[int, tuple[Token, ...]] | None:
        """The subject of the nearest sentence before that fits a pronoun."""
        for before in range(k - 1, max(-1, k - 1 - FARTHEST), -1):
            words = self.words(before)
            found = subject(words)
            if not found or found[0].role == "pronoun":
                continue
            if pronoun.low[:1] < "\u0e00" and _is_person(self.text, self.spans[before][0], found) == (pronoun.low in _THING):
                if pronoun.low in ("they", "their", "them"):
                    return before, found
                continue
            return before, found
        return None

    def _full_names(self, written: list[Token]) -> list[Token]:
        """A last name that stands alone, with the first names it has elsewhere in the passage, if those are the only ones."""
        if len(self.spans) < 2:
            return written
        full = self.names()
        said = []
        for at, token in enumerate(written):
            alone = token.role == "" and (at == 0 or not (written[at - 1].role == "" and _capital(self.text, written[at - 1])))
            if alone and token.low in full and _capital(self.text, token):
                said.extend(replace(part, breaks=token.breaks if n == 0 else 0) for n, part in enumerate(full[token.low]))
            said.append(token)
        return said

    def names(self) -> dict[str, tuple[Token, ...]]:
        """Last name -> the names before it, where the passage has one such person."""
        found: dict[str, set[tuple[str, ...]]] = {}
        kept: dict[str, tuple[Token, ...]] = {}
        for k in range(len(self.spans)):
            run: list[Token] = []
            for token in (*self.words(k), None):
                if token is not None and token.role == "" and _capital(self.text, token) and not (run and token.breaks):
                    run.append(token)
                    continue
                if len(run) in (2, 3):
                    last = run[-1].low
                    found.setdefault(last, set()).add(tuple(part.low for part in run[:-1]))
                    kept.setdefault(last, tuple(run[:-1]))
                run = [token] if token is not None and token.role == "" and _capital(self.text, token) else []
        return {last: kept[last] for last, firsts in found.items() if len(firsts) == 1}


def _personal(token: Token) -> bool:
    return token.low in lexicon_en.PRONOUNS | lexicon_en.OWNERS | lexicon_th.PRONOUNS | {"her"}


def _in_place_of(pronoun: Token, named: Sequence[Token]) -> list[Token]:
    written = [replace(token, breaks=pronoun.breaks if at == 0 else 0) for at, token in enumerate(named)]
    if pronoun.low in lexicon_en.OWNERS and written:
        written.append(replace(written[-1], key="'s", low="'s", role="poss", breaks=0, name=False))
    return written


def _capital(text: str, token: Token) -> bool:
    return text[token.start : token.start + 1].isupper()


def _is_person(text: str, start: int, found: Sequence[Token]) -> bool:
    """Two names or more, or a title, and no article before them."""
    article = re.match(r"(?:the|a|an)\b", text[start : start + 4], re.IGNORECASE) is not None or text[max(0, found[0].start - 4) : found[0].start].lower() == "the "
    names = [token for token in found if text[token.start : token.start + 1].isupper()]
    return not article and len(names) == len(found) and (len(names) >= 2 or len(found) == 1)


def _is_thai(found: Sequence[Token]) -> bool:
    return sum("\u0e00" < token.low[:1] < "\u0e50" for token in found) * 2 > len(found)


def subject(found: Sequence[Token]) -> tuple[Token, ...]:
    """What a sentence is about, as far as its words show: those before the first verb, an opening phrase aside."""
    start = 0
    if found and found[0].role in ("prep", "sub", "adverb", "number") or (found and found[0].key == "@"):
        start = next((j for j in range(1, len(found)) if found[j].breaks >= COMMA), 0)
        if not start:
            return ()
    end = start
    while end < len(found) and end - start < _LONGEST_SUBJECT:
        token = found[end]
        if token.verb or token.role in ("aux", "modal", "not", "relative", "sub", "coord") or (end > start and token.breaks >= COMMA):
            break
        if token.role == "prep" and token.low not in ("of", "ของ", "แห่ง"):
            break
        end += 1
    whole = end < len(found)
    return tuple(found[start:end]) if whole and end > start else ()


def rarity(passages: Sequence[Passage]) -> Counter[str]:
    """In how many sentences each key stands."""
    counts: Counter[str] = Counter()
    for passage in passages:
        for k in range(len(passage.spans)):
            counts.update({token.key for token in passage.words(k)})
    return counts
