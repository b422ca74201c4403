"""The facts of a sentence -> what its nouns tell beside them: a distance of 30 km, the engineer David Marsh."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from kb.answering.verify.clauses import Fact
from kb.answering.verify.phrases_en import BESIDE, OBJECT, SUBJECT, Phrase, parts
from kb.answering.verify.tokens import Token


def told(found: Sequence[Token], facts: Sequence[Fact]) -> list[Fact]:
    """X is Y, for every second name, title and amount that stands beside a noun."""
    made = told_beside(found, facts)
    for fact in facts:
        if fact.hearsay:
            continue
        if not any(found[k].role == "not" for k in fact.group):
            made.extend(_is(first, second.words) for first, second in _as(fact))
        for phrase in fact.phrases:
            made.extend(_amounts(found, phrase, fact))
            made.extend(_titles(found, phrase))
    return made


def _is(who: Phrase, what: tuple[int, ...], more: Sequence[Phrase] = ()) -> Fact:
    return Fact(None, phrases=[Phrase(SUBJECT, who.words), Phrase(OBJECT, what), *more])


def told_beside(found: Sequence[Token], facts: Sequence[Fact]) -> list[Fact]:
    """X is Y, for X, a Y, and the Y, X."""
    made = []
    for fact in facts:
        for phrase in fact.phrases if not fact.hearsay else ():
            before = next((one for one in fact.phrases if one.words[-1] == phrase.words[0] - 1), None)
            if phrase.slot == BESIDE and before is not None and _second_name(found, before, phrase):
                made.append(_is(before, phrase.words))
    return made


def _second_name(found: Sequence[Token], before: Phrase, phrase: Phrase) -> bool:
    """Whether a phrase between commas names again what stands before it, and is no further part of a list."""
    after = phrase.words[-1] + 1
    if found[phrase.words[0]].role == "coord" or (after < len(found) and found[after].role == "coord"):
        return False
    named = all(found[j].name for j in phrase.words) and found[before.words[0]].article == "the"
    return bool(found[phrase.words[0]].article) or named


def _as(fact: Fact) -> Iterator[tuple[Phrase, Phrase]]:
    """They appointed X as Y."""
    for phrase in fact.phrases:
        if phrase.slot == "as":
            yield from ((one, phrase) for one in fact.phrases if one.slot == (SUBJECT if fact.passive else OBJECT))


def _amounts(found: Sequence[Token], phrase: Phrase, fact: Fact) -> Iterator[Fact]:
    """A distance of 30 km: the distance is 30 km, from and to what the sentence says."""
    for part in parts(found, phrase.words):
        for n in range(1, len(part) - 1):
            if found[part[n]].low == "of" and found[part[n + 1]].key.count(":") == 2:
                others = [
                    one for one in fact.phrases if one.slot not in (SUBJECT, OBJECT, BESIDE) and one is not phrase
                ]
                yield _is(Phrase(SUBJECT, tuple(part[:n])), tuple(part[n + 1 :]), others)


def _titles(found: Sequence[Token], phrase: Phrase) -> Iterator[Fact]:
    """The engineer David Marsh: David Marsh is the engineer."""
    words = phrase.words
    first = next((n for n, j in enumerate(words) if found[j].name), 0)
    if not first or any(found[j].role != "" for j in words[:first]) or not found[words[0]].article:
        return
    if all(found[j].name for j in words[first:]):
        yield _is(Phrase(SUBJECT, words[first:]), words[:first])
