"""A Thai question -> what it is about: the words before its verb, behind it, and what it asks for."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from kb.answering.conversation import thai_words as words
from kb.language.segment import word_spans

Span = tuple[int, int]

_TITLE = "|".join(map(re.escape, sorted(words.TITLES, key=len, reverse=True)))
_TITLED = re.compile(rf"(?<![ก-๎])(?:{_TITLE})\s?[ก-๎]{{2,}}(?: [ก-๎]{{2,20}}(?= |$))?")
_BY = re.compile(r"(?:โดย|ชื่อว่า|ชื่อ|คือ|เป็นผลงานของ)\s?((?![ใกา]ร)[ก-๎A-Za-z.]{3,}(?: [ก-๎A-Za-z]{3,20}(?= |$))?)")
_LATIN_NAME = re.compile(r"[A-Z][\w’'-]+(?: [A-Z][\w’'-]+)*")
RATE = re.compile(r"[ก-๎]{1,8}ละ$")  # each, a day
_ALSO_PARTS = ("ค่า", "ลูก", "พี่", "น้อง", "แม่", "พ่อ", "ผล", "สี", "เพลง", "เวลา")  # of longer nouns
_ASKED_NOUNS = ("ไหน", "ใด", "อะไร")


@dataclass(frozen=True, slots=True)
class Topic:
    """What a Thai question, or the beginning of an answer, is about."""

    text: str
    start: int
    end: int
    person: bool = False
    place: bool = False
    time: bool = False


@dataclass(frozen=True, slots=True)
class Word:
    """A Thai search word and where it stands."""

    text: str
    start: int
    end: int

    @property
    def asks(self) -> bool:
        """Whether it asks."""
        return self.text in words.ASKING

    @property
    def predicates(self) -> bool:
        """Whether it says what is done, or how something is."""
        return self.text in words.PREDICATES


@dataclass(frozen=True, slots=True)
class Clause:
    """A Thai question, read: its words, what it asks for, and its subject and object where it has them."""

    words: tuple[Word, ...]
    asked: tuple[Span, ...]
    subject: Topic | None
    object: Topic | None
    others: tuple[Topic, ...]
    predicate: int | None  # where it begins


def read(question: str) -> Clause:
    """Read a question by its small words; what is neither asking nor verb is a topic."""
    found = [Word(question[start:end], start, end) for start, end in word_spans(question)]
    content = [word for word in found if word.text not in words.PARTICLES]
    while content and content[0].text in words.TALK:
        content = content[1:]
    asked = _asked(content)
    free = [word for word in content if not any(start <= word.start < end for start, end in asked)]
    if free and asked and asked[0][0] < free[0].start:
        free = _after_leading(free, asks_who="ใคร" in question[: free[0].start])
    verb = _verb(free)
    if verb == 0:
        verb = _behind_name(question, free, asked)
    if verb is None:
        return Clause(tuple(found), asked, _topic(question, free), None, (), None)
    before, after = free[:verb], free[verb:]
    while after and (after[0].predicates or after[0].text in words.JOINERS | words.FILLING):
        after = after[1:]
    subject, (direct, others) = _topic(question, before), _objects(question, after)
    return Clause(tuple(found), asked, subject, direct, others, free[verb].start)


def topics(question: str) -> list[Topic]:
    """What a question is about, what a pronoun most likely means first."""
    clause = read(question)
    found = [topic for topic in (clause.subject, clause.object, *clause.others) if topic is not None]
    found = [core(question, topic) for topic in found]
    return sorted(found, key=lambda topic: (topic.time, topic.text in words.RELATIONS))


def core(question: str, topic: Topic) -> Topic:
    """What "the height of the tower" is about: the tower."""
    place = topic.text.find("ของ")
    head = topic.text[:place].strip() if place > 0 else ""
    if head in words.RELATIONS or (head and head.startswith(("ค่า", "ความ", "การ", "ผู้", "นัก"))):
        start = topic.start + place + len("ของ")
        return _of(question, start + (question[start] == " "), topic.end)
    for relation in sorted(words.RELATIONS, key=len, reverse=True):
        rest = topic.text[len(relation) :].strip()
        if topic.text.startswith(relation) and len(rest) > 2:
            alone = relation in _ALSO_PARTS or rest.startswith("สำหรับ")
            return topic if alone else _of(question, topic.end - len(rest), topic.end)
    return topic


def names(text: str) -> list[Topic]:
    """Who and what an answer names: titles with names, what stands behind "by", what its first sentence is about."""
    found = [Topic(match.group(), *match.span(), person=True) for match in _TITLED.finditer(text)]
    found += [Topic(match.group(1), *match.span(1), person=True) for match in _BY.finditer(text)]
    found += [Topic(match.group(), *match.span()) for match in _LATIN_NAME.finditer(text)]
    first = re.split(r"\n", text, maxsplit=1)[0][:200]
    subject = read(first).subject
    if subject is not None and len(subject.text) <= 60 and subject.text not in words.TITLES:
        found.append(subject)
    return found


def _asked(found: Sequence[Word]) -> tuple[Span, ...]:
    """The question words with the noun they ask for: กี่คน, ปีไหน, เท่าไร."""
    spans: list[Span] = []
    for place, word in enumerate(found):
        if not word.asks:
            continue
        start, end = word.start, word.end
        before = found[place - 1] if place else None
        if word.text in _ASKED_NOUNS and before and not before.predicates and before.end == start:
            start = before.start
            if before.text == "ที่" or before.text.isdigit():
                start = word.start if word.text == "อะไร" else start
        elif word.text in ("เท่าไร", "เท่าไหร่", "เท่าใด") and before and before.text in ("คนละ", "ละ", "วันที่", "ปีที่"):
            start = before.start
        if word.text == "กี่" and place + 1 < len(found):
            end = found[place + 1].end
        spans.append((start, end))
    return tuple(spans)


def _after_leading(free: list[Word], asks_who: bool) -> list[Word]:
    """What is said of whoever is asked for: without "is the one who"."""
    small = ("เป็น", "คือ", "คน", "ผู้", "ที่", "ได้") if asks_who else ("ที่", "ถึง", "จึง", "คือ")
    while free and free[0].text in small:
        free = free[1:]
    return free


def _verb(free: Sequence[Word]) -> int | None:
    """The place of the first verb; a noun made of verbs ("ที่พัก", "การเดิน") is none."""
    for place, word in enumerate(free):
        before = free[place - 1].text if place else ""
        if word.predicates and before not in ("การ", "ผู้", "นัก", "ที่", "เครื่อง", "ห้อง", "ลาน", "ค่า", "ของ", "ช่วง"):
            return place
    return None


def _behind_name(question: str, free: Sequence[Word], asked: Sequence[Span]) -> int:
    """The place of a verb behind a space, where what begins like a verb is a name of two words: "มานิตย์ ภู่อารีย์ เกิด"."""
    for place, word in enumerate(free[1:], start=1):
        spaced = question[word.start - 1 : word.start] == " "
        if spaced and word.predicates and not any(start < word.start for start, _ in asked):
            return place
    return 0


def _objects(question: str, after: list[Word]) -> tuple[Topic | None, tuple[Topic, ...]]:
    """What stands behind the verb, up to the next preposition, and what stands behind each preposition."""
    groups: list[list[Word]] = [[]]
    for word in after:
        if word.text in words.PREPOSITIONS or word.predicates:
            groups.append([])
        elif word.text not in words.JOINERS or groups[-1]:
            groups[-1].append(word)
    found = [_topic(question, group) for group in groups]
    found = [None if topic is None or RATE.match(topic.text) else topic for topic in found]
    return found[0], tuple(topic for topic in found[1:] if topic is not None)


def _topic(question: str, some: Sequence[Word]) -> Topic | None:
    trimmed = list(some)
    while trimmed and trimmed[-1].text in words.JOINERS | words.PREPOSITIONS | {"ของ"}:
        trimmed.pop()
    if len(trimmed) > 1 and trimmed[-1].text in words.RELATIONS and trimmed[-2].text not in ("ของ", "และ"):
        trimmed.pop()
    while trimmed and trimmed[0].text in words.PREPOSITIONS:
        trimmed.pop(0)
    return _of(question, trimmed[0].start, trimmed[-1].end) if trimmed else None


def _of(question: str, start: int, end: int) -> Topic:
    text = question[start:end]
    inside = [text[a:b] for a, b in word_spans(text)] or [""]
    person = bool(_TITLED.match(text)) or inside[0] in words.PERSON_NOUNS or inside[0].startswith(("ผู้", "นัก"))
    place = inside[0] in words.PLACE_NOUNS
    time = inside[0] in words.TIME_NOUNS or text.startswith(("วัน", "เดือน", "ปี", "ฤดู", "พ.ศ", "ค.ศ"))
    return Topic(text, start, end, person, place, time)
