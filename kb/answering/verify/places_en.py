"""A quote whose sentences end with stops -> its places: sentences, with names for their pronouns."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import replace

from kb.answering.verify import lexicon_en
from kb.answering.verify.clauses import facts
from kb.answering.verify.names import (
    CALLED,
    TITLES,
    capital,
    full_names,
    in_place_of,
    personal,
    subject,
    without_place,
)
from kb.answering.verify.phrases_en import BESIDE, OBJECT, SUBJECT
from kb.answering.verify.places import MOST_SENTENCES, Place, likeliest
from kb.answering.verify.tokens import Token, tokens
from kb.language import segment

FARTHEST = 4  # sentences back to what a pronoun stands for
_THING, _THEM = frozenset(["it", "its"]), frozenset(["they", "their", "them", "theirs"])


class Sentences:
    """One quote, cut into sentences once."""

    def __init__(self, number: int, text: str) -> None:
        self.number = number
        self.text = text
        self.spans = segment.sentences(text)
        self._known: dict[int, list[Place]] = {}
        self._told: dict[int, list[tuple[int, ...]]] = {}
        self._names: dict[str, tuple[Token, ...]] | None = None

    def words(self, k: int) -> tuple[Token, ...]:
        """The tokens of sentence `k`."""
        return tokens(self.text, *self.spans[k])

    def said(self) -> list[Token]:
        """All its tokens."""
        return [token for k in range(len(self.spans)) for token in self.words(k)]

    def places(self, claim: Sequence[Token]) -> Iterator[Place]:
        """The sentences that share most words with a claim, each as it is, then with names written out."""
        for _, k in likeliest({token.key for token in claim}, [self.words(k) for k in range(len(self.spans))])[
            :MOST_SENTENCES
        ]:
            if k not in self._known:
                self._known[k] = [Place(self.number, self.spans[k], self.words(k)), *self._named(k)]
            yield from self._known[k]

    def _named(self, k: int) -> Iterator[Place]:
        """The sentence with what its pronouns stand for, with full names, and with short ones for things."""
        plain = self.words(k)
        seen = [list(plain)]
        for wide in (False, True):
            first, written = self._without_pronouns(k, plain, wide)
            for topic in (False, True):
                said = self._with_full_names(self._with_topic(k, written) if topic else written)
                if said not in seen:
                    seen.append(said)
                    yield Place(self.number, (self.spans[0 if topic else first][0], self.spans[k][1]), tuple(said))
        span, written = (self.spans[first][0], self.spans[k][1]), seen[1] if len(seen) > 1 else seen[0]
        about = subject(written)
        short = without_place(about)
        if len(short) < len(about) and self._only_one(about, short):
            at = next(j for j, token in enumerate(written) if token is about[0])
            yield Place(self.number, span, (*written[:at], *short, *written[at + len(about) :]))

    def _only_one(self, about: Sequence[Token], short: Sequence[Token]) -> bool:
        """Whether the passage knows only one thing of a kind: no other "museum of" anything stands in it."""
        head, place = short[-1].key, about[len(short) + 1].key if len(about) > len(short) + 1 else ""
        for k in range(len(self.spans)):
            words = self.words(k)
            for j in range(len(words) - 2):
                if words[j].key == head and words[j + 1].low == "of" and words[j + 2].key != place:
                    return False
        return True

    def _without_pronouns(self, k: int, plain: Sequence[Token], wide: bool) -> tuple[int, list[Token]]:
        """Names for pronouns, and the first sentence that is needed for it."""
        first = k
        written: list[Token] = []
        for at, token in enumerate(plain):
            found = None
            if personal(token):
                found = self._antecedent(k, (at, token), wide)
            if found is None:
                written.append(token)
                continue
            first = min(first, found[0])
            owns = token.low == "her" and at + 1 < len(plain) and plain[at + 1].role == "" and not plain[at + 1].breaks
            written.extend(in_place_of(replace(token, low="hers") if owns else token, found[1]))
        return first, written

    def _antecedent(self, k: int, what: tuple[int, Token], wide: bool) -> tuple[int, tuple[Token, ...]] | None:
        """What a pronoun of sentence `k` stands for: the nearest subject that fits, or (wide) any noun."""
        at, pronoun = what
        for before in range(k, max(-1, k - 1 - FARTHEST), -1):
            nouns = self._nouns(before, self._until(k, at, before))[::-1]
            about = subject(self.words(before))
            if not wide:
                nouns = [about] if about and about[-1].end <= self._until(k, at, before) else []
            if pronoun.low not in _THING | _THEM:
                nouns = [self._name(noun) for noun in nouns]
            fitting = [noun for noun in nouns if noun and _fits(self.text, pronoun, noun)]
            if fitting:
                return before, fitting[0]
        return None

    def _name(self, noun: tuple[Token, ...]) -> tuple[Token, ...]:
        """The names that a noun begins with: Anna Keller president -> Anna Keller."""
        return tuple(itertools.takewhile(lambda token: capital(self.text, token), noun))

    def _until(self, k: int, at: int, before: int) -> int:
        return self.words(k)[at].start if before == k else len(self.text)

    def _nouns(self, k: int, end: int) -> list[tuple[Token, ...]]:
        """Whom or what something is done to in sentence `k`, the first one last, after who acts."""
        words = self.words(k)
        if k not in self._told:
            said = [fact for fact in facts(words) if not fact.hearsay]
            slots = ((SUBJECT,), (OBJECT, "by", "of", BESIDE))
            self._told[k] = [p.words for some in slots for fact in said for p in fact.phrases if p.slot in some]
        nouns = [tuple(words[j] for j in spots) for spots in self._told[k]]
        return [noun for noun in dict.fromkeys(nouns) if noun[-1].end <= end and noun[0].role != "pronoun"]

    def _with_topic(self, k: int, written: list[Token]) -> list[Token]:
        """The club -> Redmoor Rovers, where the passage begins with that name and knows the club by no other."""
        named = self._topic()
        if not named or not k:
            return written
        said: list[Token] = []
        for at, token in enumerate(written):
            alone = at + 1 == len(written) or (written[at + 1].low != "of" and not capital(self.text, written[at + 1]))
            if token.article == "the" and token.low in CALLED and alone and token.key in self._called():
                said.extend(replace(part, breaks=token.breaks if n == 0 else 0) for n, part in enumerate(named))
            else:
                said.append(token)
        return said

    def _topic(self) -> tuple[Token, ...]:
        """What the passage begins with, if that is a name and no person's."""
        about = subject(self.words(0)) if self.spans else ()
        names = bool(about) and all(capital(self.text, token) and token.role == "" for token in about)
        lasting = names and not any(
            token.low in lexicon_en.HE | lexicon_en.SHE
            for k in range(1, min(3, len(self.spans)))
            for token in self.words(k)[:1]
        )
        return about if lasting else ()

    def _called(self) -> frozenset[str]:
        """The kinds of thing that stand in the passage with "the" before they were told of in any other way."""
        seen: dict[str, bool] = {}
        for k in range(len(self.spans)):
            for token in self.words(k):
                if token.low in CALLED:
                    seen.setdefault(token.key, token.article == "the")
        return frozenset(name for name, plain in seen.items() if plain)

    def _with_full_names(self, written: list[Token]) -> list[Token]:
        """A last name that stands alone, with the first names that it has before, where those are the only ones."""
        if self._names is None:
            self._names = full_names(self.text, [self.words(k) for k in range(len(self.spans))])
        said: list[Token] = []
        for at, token in enumerate(written):
            before = written[at - 1] if at else None
            named = before is not None and before.role == "" and capital(self.text, before)
            alone = before is None or token.breaks or not named or before.low in TITLES
            firsts = self._names.get(token.low, ()) if alone and token.role == "" and capital(self.text, token) else ()
            if firsts and firsts[0].start < token.start and _acts(written, at):
                said.extend(replace(part, breaks=token.breaks if n == 0 else 0) for n, part in enumerate(firsts))
                token = replace(token, breaks=0)
            said.append(token)
        return said


def _acts(found: Sequence[Token], at: int) -> bool:
    """Whether a name acts: a verb follows it, or "by", "under" or the like stands before it."""
    follows = at + 1 < len(found) and (found[at + 1].verb or found[at + 1].role in ("aux", "modal", "poss"))
    return follows or (at > 0 and (found[at - 1].low in ("by", "under") or found[at - 1].verb))


def _fits(text: str, pronoun: Token, noun: Sequence[Token]) -> bool:
    """Whether a pronoun may stand for a noun: "he" for names, "it" for one thing, "they" for several."""
    named = all(capital(text, token) for token in noun) and not noun[0].article
    if pronoun.low in _THEM:
        return noun[-1].low.endswith("s") or any(token.role in ("coord", "number", "guard") for token in noun)
    if pronoun.low in _THING:
        return not named and noun[0].role != "number" and not any(token.role in ("coord", "guard") for token in noun)
    return named
