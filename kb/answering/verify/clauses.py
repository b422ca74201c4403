"""An English sentence -> its facts: verbs, each with who does it, to what, where and when."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from kb.answering.verify.groups_en import Group, groups
from kb.answering.verify.phrases_en import (
    BESIDE,
    JOINT_ROLES,
    OBJECT,
    SUBJECT,
    Phrase,
    antecedent,
    chunks,
    phrases,
    subject_phrases,
)
from kb.answering.verify.sides import AGO, REPORTED
from kb.answering.verify.tokens import COMMA, Token


@dataclass(slots=True)
class Fact:
    """One verb and what hangs on it; `verb` is None where only a form of "be" or nothing stands for it."""

    verb: int | None
    group: tuple[int, ...] = ()
    passive: bool = False
    phrases: list[Phrase] = field(default_factory=list)
    joint: str = ""  # the word that makes it depend on another fact: because, if
    hearsay: bool = False  # somebody says, thinks or wants it
    alone: bool = False  # in a relative clause
    restricts: bool = False  # one that says which of several is meant

    def words(self) -> Iterator[int]:
        """All places of the fact."""
        yield from self.group
        for phrase in self.phrases:
            yield from phrase.words


def facts(found: Sequence[Token]) -> list[Fact]:
    """The facts of a sentence, in the order of their verbs; one without a verb for a sentence that has none."""
    verbs = groups(found)
    if not verbs:
        return [Fact(None, (), False, [Phrase(p.slot, p.words) for p in phrases(found, 0, len(found), SUBJECT)])]
    reader = _Reader(found)
    for group in verbs:
        reader.read(group)
    return reader.finished()


class _Reader:
    """Verbs, in their order -> facts."""

    def __init__(self, found: Sequence[Token]) -> None:
        self._found = found
        self._made: list[Fact] = []
        self._end = 0  # of the last verb
        self._waiting: tuple[int, ...] = ()  # a subject whose verb comes after a clause about it

    def read(self, group: Group) -> None:
        """Share the words between the last verb and this one: what the last one is done to, who does this one."""
        fact = Fact(group.main, tuple(range(group.start, group.end)), group.passive)
        begin, start = self._end, group.start
        relative = self._relative(begin, start)
        fact.alone = relative is not None
        if relative is not None:
            self._about(fact, relative, start)
        elif start > begin and group.bare and not self._found[start].breaks:
            self._rest(begin, start)
            self._waits(antecedent(self._found, start))
            fact.phrases += subject_phrases(self._found, antecedent(self._found, start))
        elif not self._made:
            _first_subject(self._found, begin, start, fact)
        elif self._waiting and (self._found[start].breaks >= COMMA or not self._joint(begin, start)):
            self._rest(begin, start)
            fact.phrases += subject_phrases(self._found, self._waiting)
            self._waiting = ()
        else:
            self._follow(fact, group)
        self._made.append(fact)
        self._end = group.end

    def finished(self) -> list[Fact]:
        """The facts, the last one with what follows its verb."""
        self._rest(self._end, len(self._found))
        self._scope()
        return self._made

    def _scope(self) -> None:
        """What stands before the first clause holds for those that follow it: In 1990 A left and B came."""
        front = [phrase for phrase in self._made[0].phrases if phrase.home == "front"]
        for fact in self._made[1:]:
            timed = any(p.slot == "@" or self._found[k].low in AGO for p in fact.phrases for k in p.words)
            fact.phrases += [p for p in front if not fact.alone and (not timed or p.slot == SUBJECT)]

    def _rest(self, begin: int, end: int) -> None:
        if self._made:
            self._made[-1].phrases += phrases(self._found, begin, end, OBJECT)

    def _waits(self, noun: tuple[int, ...]) -> None:
        """A noun whose own verb is still to come: before it in its clause there is none."""
        last = self._found[self._end - 1] if self._made else None
        opens = not self._made or (noun and noun[0] > self._end and self._found[noun[0]].breaks >= COMMA)
        if opens or (last is not None and noun and self._found[noun[0] - 1].role in ("coord", "sub")):
            self._waiting = noun

    def _relative(self, begin: int, start: int) -> int | None:
        """Where a relative clause begins, if that is what this verb stands in."""
        for k in range(start - 1, begin - 1, -1):
            token = self._found[k]
            if token.role == "relative" and k > 0:
                return k
            if (token.breaks >= COMMA and k < start - 1) or token.role == "sub":
                return None
        return None

    def _about(self, fact: Fact, relative: int, start: int) -> None:
        found = self._found
        noun = antecedent(found, relative)
        if relative >= 1 and found[relative - 1].low == "of":  # a few of whom
            share = next((k for k in range(relative - 1, -1, -1) if found[k].breaks >= COMMA), relative - 1)
            noun = (*range(share, relative - 1), *antecedent(found, share))
        said = self._made[-1] if self._made else None
        if said is not None and found[relative].low == "that" and relative == self._end and said.verb is not None:
            fact.hearsay = found[said.verb].key in REPORTED
            _first_subject(found, relative + 1, start, fact)
            return
        if said is None:
            opening = Fact(None)
            _first_subject(found, 0, relative, opening)
            fact.phrases += [phrase for phrase in opening.phrases if phrase.slot not in (SUBJECT, BESIDE)]
        else:
            self._rest(self._end, relative)
        fact.restricts = found[relative].breaks < COMMA
        if relative == start - 1:
            fact.phrases.append(Phrase(SUBJECT, noun))
        elif found[relative].low == "where":
            _first_subject(found, relative + 1, start, fact)
        else:
            fact.phrases.append(Phrase(OBJECT, noun))
            _first_subject(found, relative + 1, start, fact)
        self._waits(noun)

    def _joint(self, begin: int, start: int) -> bool:
        return any(self._found[k].role in ("coord", "sub") for k in range(begin, start))

    def _follow(self, fact: Fact, group: Group) -> None:
        """A further verb: of the same subject after a joint, or with one of its own."""
        found, before = self._found, self._made[-1]
        begin, start = self._end, group.start
        last = found[start - 1]
        alone = start == begin or (group.bare and found[start].breaks >= COMMA)
        if alone or last.role == "coord" or (last.role == "sub" and group.bare):
            self._rest(begin, start - (last.role in ("coord", "sub")))
            subjects = [p for p in before.phrases if SUBJECT in (p.slot, p.home) and p.home != "front"]
            fact.phrases += subject_phrases(found, self._waiting) if self._waiting else subjects
            self._waiting = ()
            fact.joint = last.low if last.role == "sub" else before.joint
            fact.hearsay = before.hearsay and last.role == "coord"
            return
        self._new_clause(fact, begin, start)

    def _new_clause(self, fact: Fact, begin: int, start: int) -> None:
        found, before = self._found, self._made[-1]
        cut = next((k for k in range(start - 1, begin - 1, -1) if found[k].role == "sub"), None)
        if cut is None:
            cut = next(
                (k for k in range(begin, start) if found[k].breaks >= COMMA and _opens_clause(found, k, start)), None
            )
        if cut is None:
            cut = next((k for k in range(start - 2, begin - 1, -1) if found[k].role == "coord"), None)
        reported = before.verb is not None and found[before.verb].key in REPORTED
        if cut is None:
            fact.hearsay = reported or before.hearsay
            _first_subject(found, begin, start, fact)
            return
        self._rest(begin, cut)
        fact.hearsay = before.hearsay and found[cut].role == "coord"
        _first_subject(found, cut, start, fact)


def _opens_clause(found: Sequence[Token], k: int, start: int) -> bool:
    """Whether a new clause may begin at a comma: after it no word but an adverbial stands before another comma."""
    later = [j for j in range(k + 1, start) if found[j].breaks >= COMMA]
    return not later or _adverbial(found, k, later[0]) or found[k].role == "coord"


def _first_subject(found: Sequence[Token], begin: int, start: int, fact: Fact) -> None:
    """Fronted adverbials, a joint that makes the clause depend, and the subject before a verb."""
    while begin < start and found[begin].role in JOINT_ROLES:
        some = chunks(found, begin, start)
        if found[begin].role == "sub" and len(some) > 1 and some[0][1] - begin > 1:
            break  # after the war, the town grew
        if found[begin].role == "sub":
            fact.joint = found[begin].low
        begin += 1
    some = chunks(found, begin, start)
    plain = [n for n, (a, b) in enumerate(some) if not _adverbial(found, a, b)]
    enclosed = start < len(found) and found[start].breaks >= COMMA
    subject = (plain[0] if enclosed else plain[-1]) if plain else None
    for n, (a, b) in enumerate(some):
        if n == subject:
            fact.phrases += subject_phrases(found, range(a, b))
        elif n in plain:
            fact.phrases += [
                Phrase(BESIDE if p.slot == OBJECT else p.slot, p.words) for p in phrases(found, a, b, OBJECT)
            ]
        elif subject is None and n == len(some) - 1:
            cut = _after_adverbial(found, a, b)
            _front(found, a, cut, fact)
            fact.phrases += subject_phrases(found, range(cut, b))
        else:
            _front(found, a, b, fact)


def _front(found: Sequence[Token], a: int, b: int, fact: Fact) -> None:
    """In 1990, ...; of the 30 pupils, 10 ...: what stands before a clause."""
    for phrase in phrases(found, a, b, OBJECT):
        share = found[phrase.words[0]].low == "of"
        fact.phrases.append(Phrase(SUBJECT if share else phrase.slot, phrase.words, "front"))


def _adverbial(found: Sequence[Token], a: int, b: int) -> bool:
    if found[a].role in ("prep", "sub"):
        return True
    if found[a].role == "adverb" and not found[a].article:
        after = found[a + 1] if b - a > 1 else None
        return after is None or bool(after.article) or after.name or after.role == "pronoun"
    return found[b - 1].low in AGO or all(token.role == "number" for token in found[a:b] if token.role != "adverb")


def _after_adverbial(found: Sequence[Token], a: int, b: int) -> int:
    """In 1990 | Anna Keller; in the town | a fire; yesterday | he."""
    k = a
    while k < b and found[k].role == "adverb":
        k += 1
    if k < b and found[k].role != "prep":
        return k
    k += 1
    if k < b and found[k].role == "number":
        while (
            k < b
            and found[k].role == "number"
            and (found[k].start == found[k - 1].start or found[k - 1].role != "number")
        ):
            k += 1
        return k
    k += 1
    while k < b and not (found[k].article or found[k].role in ("pronoun", "number", "guard")):
        if found[k].role == "prep":
            k += 1
        k += 1
        if k < b and found[k - 1].role == "number":
            break
    return min(k, b)
