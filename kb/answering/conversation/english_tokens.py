"""An English text -> words with the part they play; some of them -> a noun phrase and what it names."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

import regex

from kb.answering.conversation import english_words as words

Span = tuple[int, int]
Role = Literal["asked", "subject", "object", "after"]
"""What is asked for (which year), who does it, what it is done to, or what a preposition leads to."""

_TOKEN = regex.compile(
    r"\b(?:Mr|Mrs|Ms|Dr|St|Prof)\.|(?<![\p{L}])\p{Lu}\.(?=\s?\p{Lu})"  # short forms and initials with their stop
    r"|[£$€]?[\p{L}\p{N}](?:[\p{L}\p{M}\p{N}]|[-–&.,:/](?=[\p{L}\p{N}])|['’](?=\p{L}))*"
    r"|[^\s\p{L}\p{N}]"
)
_POSSESSIVE = re.compile(r"['’]s$|s['’]$")
_YEAR = re.compile(r"1\d{3}s?$|20\d{2}s?$")
_GRADES = ("most", "more", "least", "less", "very")
_NO_NAME = frozenset({"I"})


@dataclass(frozen=True, slots=True)
class Token:
    """A word or a sign, where it stands, and the part it plays: a kind of `english_words.KIND`, else "word"."""

    text: str
    start: int
    end: int
    kind: str

    @property
    def lower(self) -> str:
        """The word in lower case."""
        return self.text.lower()

    @property
    def capital(self) -> bool:
        """Whether it is written like a name."""
        return self.text[0].isupper() and self.text not in _NO_NAME


@dataclass(frozen=True, slots=True)
class Phrase:
    """A noun phrase of a text: its words without what stands before it, and the role it has."""

    text: str
    start: int
    end: int
    role: Role
    tokens: tuple[Token, ...]
    preposition: str = ""

    @property
    def head(self) -> str:
        """The noun it is about, in lower case: the last word before "of" and the like."""
        before: list[Token] = []
        for token in self.tokens:
            if before and token.kind == "prep":
                break
            before.append(token)
        return _POSSESSIVE.sub("", before[-1].lower) if before else ""

    @property
    def named(self) -> bool:
        """Whether it is, or begins with, a name."""
        return any(token.capital for token in self.tokens if token.kind == "word")

    @property
    def definite(self) -> bool:
        """Whether it points to one thing that is known: a name, or with "the"."""
        return self.named or self.tokens[0].lower == "the"

    @property
    def time(self) -> bool:
        """Whether it tells when."""
        return self.head in words.TIMES or bool(_YEAR.match(self.head)) or self.tokens[0].lower in words.TIMES

    @property
    def person(self) -> bool:
        """Whether it is somebody: by a title, a noun for people, or the look of a full name."""
        lower = [token.lower.rstrip(".") for token in self.tokens]
        if lower[0] in words.PERSON_TITLE or words.singular(self.head) in words.PERSONS:
            return True
        names = [token for token in self.tokens if token.capital]
        there = any(word in words.PLACES or word in words.RELATIONS for word in lower)
        return len(names) == len(self.tokens) and 2 <= len(names) <= 4 and not there and not self.many

    @property
    def many(self) -> bool:
        """Whether it is several."""
        return not self.time and words.is_many(self.head) and not (self.named and self.tokens[-1].capital)

    @property
    def place(self) -> bool:
        """Whether one can be there."""
        return self.head in words.PLACES or any(token.lower in words.PLACES for token in self.tokens if token.capital)

    def core(self) -> Phrase:
        """What "the height of the tower" is about: the tower."""
        if self.head not in words.RELATIONS:
            return self
        for place, token in enumerate(self.tokens):
            if token.lower == "of" and place + 1 < len(self.tokens):
                rest = self.tokens[place + 1 :]
                cut = rest[0].start - self.start
                return replace(self, text=self.text[cut:], start=rest[0].start, tokens=rest).core()
        return self


def tokens(text: str) -> list[Token]:
    """The words and signs of a text with the parts they play; a capital inside a sentence is a name."""
    found: list[Token] = []
    for match in _TOKEN.finditer(text):
        word = match.group()
        kind = words.KIND.get(word.lower().replace("’", "'"), "word")
        if not (word[0].isalnum() or word[0] in "£$€"):
            kind = "sign"
        elif kind in ("modal", "adv") and word[0].isupper() and _inside(found):
            kind = "word"  # "May" the month, "Last" of a title
        elif kind == "adv" and found and (found[-1].kind in ("det", "poss") or found[-1].lower in _GRADES):
            kind = "word"  # "the first room", "the most expensive room"
        found.append(Token(word, match.start(), match.end(), kind))
    return found


def _inside(before: Sequence[Token]) -> bool:
    return bool(before) and before[-1].text not in ".?!:"
