"""A Thai follow-up and the history -> the question that was meant."""

from __future__ import annotations

import re
from collections.abc import Sequence

from kb.answering.conversation import referents
from kb.answering.conversation import thai_words as words
from kb.answering.conversation.described import somebody_asked_for
from kb.answering.conversation.listed import items
from kb.answering.conversation.mention import Mention, years
from kb.answering.conversation.thai_frames import asked_too, joined, spaced, substituted
from kb.answering.conversation.thai_phrases import Clause, read, topics
from kb.answering.conversation.turn import Turn
from kb.language.segment import language, word_spans

Rewritten = tuple[str, str]
"""A question that stands alone, and how it came about."""

LONGEST_FRAGMENT = 30  # characters
LONGEST_HANGING = 10  # characters of what stands behind the verb of a question without a subject

_OPENER = re.compile(r"^(?:(?:แล้วก็|แล้ว|และ|ส่วน|แต่|งั้น|ถ้างั้น|อ๋อ|โอเค|ขอบคุณครับ|ขอบคุณค่ะ|ขอบคุณ|อืม)\s*(?!เสร็จ))+")
_CLOSER = re.compile(r"\s*(?:ล่ะ|ละ|หละ|หล่ะ)?\s*(?:ครับผม|ครับ|ค่ะ|คะ|จ๊ะ|จ้ะ|นะ)?\s*[?？]*\s*$")
_ABOUT_END = re.compile(r"(?:ล่ะ|หละ|หล่ะ|(?<=[^ลค])ละ)\s*(?:ครับผม|ครับ|ค่ะ|คะ|จ๊ะ|จ้ะ|นะ)?\s*[?？]*\s*$")
_SPOKEN = re.compile(r"^(?:(?:เป็น|ใน)?ภาษา(?:ไทย|อังกฤษ|จีน|ญี่ปุ่น|ฝรั่งเศส))")
_ORDINAL_WORDS = {"แรก": 0, "สอง": 1, "สาม": 2, "สี่": 3, "ห้า": 4, "หก": 5, "สุดท้าย": -1, "หนึ่ง": 0}
_CLASSIFIER = "|".join(sorted(words.CLASSIFIERS, key=len, reverse=True))
_ORDINAL = re.compile(
    r"^(?P<head>[ก-๎]{1,12}?)(?:(?:ที่\s?|(?<=ข้อ)\s?|(?<=หมายเลข)\s?)(?P<digit>[1-9๑-๙])(?!\d)"
    r"|ที่\s?(?P<word>หนึ่ง|สอง|สาม|สี่|ห้า|หก)|(?P<end>แรก|สุดท้าย))"
)
_OTHER = re.compile(rf"^(?:อีก(?:{_CLASSIFIER})(?:หนึ่ง)?|(?:{_CLASSIFIER})อื่น)(?:หนึ่ง)?")
_YEAR = re.compile(r"ปีนั้น|ปีดังกล่าว|ปีเดียวกัน|ในปีนี้")
_THERE = re.compile(r"ที่นั่น|ที่นั้น|ตรงนั้น")
_PERSON = re.compile(
    r"พวกเขา|พวกท่าน|พระองค์(?!ใด|ไหน|เจ้า|แรก|ที่)|คน(?:นั้น|นี้|ดังกล่าว)|(?:ผู้|บุคคล|ชาย|หญิง)(?:คน)?(?:นั้น|นี้|ดังกล่าว)"
)
_SINGLE_PERSONS = frozenset({"เขา", "เธอ", "ท่าน", "หล่อน"})
_MORE = re.compile(
    r"^(?:(?:ขอ|เล่า|บอก|อธิบาย)\s*(?:ต่อ|เพิ่ม(?:เติม)?|รายละเอียด(?:เพิ่ม(?:เติม)?)?)|มีอะไรอีก(?:ไหม|บ้าง)?|อะไรอีก|เพิ่มเติม|ต่อ|อีก)(?:หน่อย|สิ|เลย|ได้ไหม|ไหม|บ้าง)*$"
)
_BESIDE = "แล้ว"
_NOW = re.compile(
    r"(?:วัน|ปี|เดือน|สัปดาห์|เวลา|ตอน|ขณะ|ครั้ง|คราว|เท่า|เช่น|อย่าง|แบบ|ทั้ง|นอกจาก|จาก|หลังจาก|ต่อจาก|ช่วง|เร็ว|ๆ|แรก)\s*$"
)


def rewrite(question: str, history: Sequence[Turn]) -> Rewritten | None:
    """What a question means after these turns; None where it stands alone, or nothing tells what it means.

    Args:
        question: In Thai, as typed.
        history: One turn or more.
    """
    frame = " ".join(history[-1].standalone.split()).rstrip(" ?？")
    asked = " ".join(question.split())
    about = bool(_ABOUT_END.search(asked))
    opener = _OPENER.match(asked)
    body = _CLOSER.sub("", asked[opener.end() :] if opener else asked).strip()
    if not body:
        return None
    if _MORE.match(body):
        topic = referents.something(history)
        return (joined(topic.text, "มีรายละเอียดอะไรอีกบ้าง"), "หัวข้อของคำถามก่อนหน้า") if topic else None
    if about and _SPOKEN.match(body):
        return spaced(frame, body), "เติมจากคำถามก่อนหน้า"
    meant: list[tuple[str, str]] = []
    body = _counted(body, frame, history, meant)
    body = _pointed(body, history, meant)
    if body.startswith(_BESIDE):
        return spaced(frame, f"{body}ล่ะ"), _because(meant, "")
    clause = read(body)
    short = not clause.asked and len(body) <= LONGEST_FRAGMENT + sum(len(text) for _, text in meant)
    if short and (about or meant or (opener and clause.predicate is None)):
        return substituted(frame, body), _because(meant, f"นำ “{body}” ไปแทนในคำถามก่อนหน้า")
    if not _content(clause):
        return asked_too(frame, body, clause), _because(meant, "เติมจากคำถามก่อนหน้า")
    if not meant and _hangs(clause, opened=opener is not None):
        return _completed(body, clause, history)
    return (body, _because(meant, "")) if meant else None


def _counted(body: str, frame: str, history: Sequence[Turn], meant: list[tuple[str, str]]) -> str:
    """The item of a list in the place of "the second one"."""
    found = _ORDINAL.match(body) or _OTHER.match(body)
    if found is None:
        return body
    groups = found.groupdict()
    digit = groups.get("digit")
    word = groups.get("word") or groups.get("end")
    place = int(digit) - 1 if digit else _ORDINAL_WORDS.get(word or "", -1)
    for turn in reversed(history[-3:]):
        for text in (turn.answer, turn.standalone):
            listed = items(text)
            if -len(listed) <= place < len(listed) and _counts(groups.get("head"), listed):
                left = [item for item in listed if item not in frame] if word is None and digit is None else []
                item = left[0] if len(left) == 1 else listed[place]
                meant.append((found.group(), item))
                rest = body[found.end() :]
                own = turn is history[-1] and text == turn.answer
                return joined(item, rest) if rest.strip() or not own else f"{_BESIDE}{item}"
    return body


def _counts(head: str | None, listed: Sequence[str]) -> bool:
    """Whether a noun can stand for an item of a list: a classifier, or a noun of the items."""
    return head is None or head in words.CLASSIFIERS | {"หมายเลข"} or any(item.startswith(head) for item in listed)


def _pointed(body: str, history: Sequence[Turn], meant: list[tuple[str, str]]) -> str:
    """What is meant in the place of words that point back."""
    for pattern, find in ((_YEAR, _year), (_THERE, _there), (_PERSON, _who)):
        found = pattern.search(body)
        text = find(history) if found else None
        if found and text and not (find is _who and _told_before(body, found.start())):
            meant.append((found.group(), text.strip()))
            body = _put(body, found.start(), found.end(), text)
    body = _single(body, history, meant)
    return _noun_again(body, history, meant)


def _single(body: str, history: Sequence[Turn], meant: list[tuple[str, str]]) -> str:
    """Pronouns of one word: a word of the sentence, not the part of a name or of another word."""
    spans = word_spans(body)
    for place, (start, end) in enumerate(spans):
        word = body[start:end]
        if word not in _SINGLE_PERSONS | {"มัน"} or not _is_pronoun(body, spans, place):
            continue
        text = _who(history) if word in _SINGLE_PERSONS else _what(history)
        if not text or _told_before(body, start):
            return body
        meant.append((word, text.strip()))
        return _put(body, start, end, text)
    return body


def _told_before(body: str, start: int) -> bool:
    """Whether a question names, in front of a pronoun, what it is about, and not only something of theirs."""
    before = body[:start]
    if not before.strip() or before.rstrip().endswith("ของ"):
        return False
    clause = read(body)
    subject = clause.subject
    if subject is None or subject.end > start:  # cut in the middle of a word group, or read with the pronoun in it
        clause = read(before)
        subject = clause.subject
    if subject is None or subject.text in words.RELATIONS or any(at == subject.end for at, _ in clause.asked):
        return False
    return (clause.predicate is not None and clause.predicate < start) or before.endswith(
        (" ", "ว่า", "และ", "เพราะ", "ซึ่ง")
    )


def _is_pronoun(body: str, spans: Sequence[tuple[int, int]], place: int) -> bool:
    """Whether "เขา" is somebody: not a hill, not a horn, and no part of a name."""
    before = body[slice(*spans[place - 1])] if place else ""
    after = body[slice(*spans[place + 1])] if place + 1 < len(spans) else ""
    if before in ("ภู", "บน", "ยอด", "เชิง", "เทือก", "ตีน", "หุบ", "วัว", "น้ำ", "ไข"):
        return False
    goes_on = after in words.PREDICATES | words.JOINERS | words.PREPOSITIONS | words.ASKING | words.PARTICLES
    return goes_on or after in ("", "ชื่อ", "อายุ", "คือ", "ด้วย", "หรือ", "บ้าง") or before in words.PREDICATES | {"ของ"}


def _noun_again(body: str, history: Sequence[Turn], meant: list[tuple[str, str]]) -> str:
    """Such as "this company", "that hall", and classifiers alone ("that one")."""
    spans = word_spans(body)
    for place, (start, end) in enumerate(spans):
        if body[start:end] not in ("นั้น", "นี้", "ดังกล่าว") or place == 0:
            continue
        first = spans[place - 1][0]
        noun = body[first : spans[place - 1][1]]
        if _NOW.search(noun) or _NOW.search(body[:start]) or _told_already(body, spans, place):
            continue
        head = body[spans[place - 2][0] : spans[place - 2][1]] if place > 1 else ""
        if noun in words.CLASSIFIERS and head and head not in words.PREDICATES and head not in words.PREPOSITIONS:
            first, noun = spans[place - 2][0], head
        same = referents.called(history, noun) or _holding(history, noun)
        topic = same or referents.something(history)
        if topic is None:
            return body
        meant.append((body[first:end], topic.text))
        keep = same is None and noun not in words.CLASSIFIERS
        text = f"{noun}{' ' if keep else ''}{topic.text}" if keep else topic.text
        return _put(body, first, end, text)
    return body


def _told_already(body: str, spans: Sequence[tuple[int, int]], place: int) -> bool:
    """Whether what "นั้น" or "นี้" stands behind says itself what is meant: a name, or a noun phrase of several words."""
    first = place - 1
    small = words.PREDICATES | words.PREPOSITIONS | words.ASKING | {"ของ"}
    while first > 0 and body[slice(*spans[first - 1])] not in small and spans[first - 1][1] == spans[first][0]:
        first -= 1
    phrase = [body[slice(*span)] for span in spans[first:place]]
    long = len(phrase) > 2 and phrase[0] not in ("การ", "ความ", "ผู้")
    several = body[slice(*spans[place])] == "นั้น" and len(phrase) > 1 and phrase[-1] not in words.CLASSIFIERS
    return long or (several and phrase[0] not in ("การ", "ความ", "ผู้")) or _told_before(body, spans[first][0])


def _holding(history: Sequence[Turn], noun: str) -> Mention | None:
    """Something that was spoken of whose name begins with a noun."""
    for turn in reversed(history):
        for topic in topics(turn.standalone) if language(turn.standalone) == "th" else []:
            if topic.text.startswith(noun) and topic.text != noun:
                return Mention(topic.text)
    return None


def _hangs(clause: Clause, *, opened: bool) -> bool:
    """Whether a question says neither of whom nor of what it is asked: "สร้างเมื่อไหร่", "ราคาเท่าไหร่".

    One that was `opened` with "and" goes on about the same, even if it has an object.
    """
    subject = clause.subject.text if clause.subject else ""
    if subject:
        return clause.object is None and not clause.others and (subject in words.RELATIONS or _relational(subject))
    verb = next((word.text for word in clause.words if word.start == clause.predicate), "")
    others = [topic for topic in clause.others if not topic.time]
    if not verb or others:
        return False
    if clause.object is None:
        return True
    asks_who = clause.asked[:1] and clause.asked[0][0] == 0
    return not asks_who and (opened or verb in words.OF_SOMEBODY) and len(clause.object.text) <= LONGEST_HANGING


def _relational(subject: str) -> bool:
    return len(subject) <= 12 and subject.startswith(("ค่า", "ความ", "ผู้", "ราคา", "ชื่อ")) and " " not in subject


def _completed(body: str, clause: Clause, history: Sequence[Turn]) -> Rewritten | None:
    """The topic of the last turns where it is missing: behind "who built", else in front."""
    verb = next((word.text for word in clause.words if word.start == clause.predicate), "")
    people = somebody_asked_for(history[-1]) if verb in words.OF_PEOPLE else []
    topic = people[0] if people else referents.something(history) or referents.somebody(history)
    if topic is None or topic.text in body:
        return None
    who = clause.asked and body[clause.asked[0][0] : clause.asked[0][1]] in ("ใคร", "ผู้ใด") and clause.asked[0][0] == 0
    if clause.subject is not None:
        end = clause.subject.end
        text = spaced(
            joined(body[:end], f"ของ{topic.text}" if topic.text[:1] >= "ก" else f"ของ {topic.text}"), body[end:]
        )
        return text, f"เติม “{topic.text}” จากคำถามก่อนหน้า"
    name = f"{topic.text} " if " " in topic.text else topic.text
    text = joined(body, topic.text) if who and clause.object is None else joined(name, body)
    return text, f"เติม “{topic.text}” จากคำถามก่อนหน้า"


def _content(clause: Clause) -> bool:
    """Whether a question holds more than what it asks with."""
    return (
        clause.subject is not None or clause.object is not None or clause.predicate is not None or bool(clause.others)
    )


def _put(body: str, start: int, end: int, text: str) -> str:
    return joined(joined(body[:start], text), body[end:])


def _who(history: Sequence[Turn]) -> str | None:
    mention = referents.somebody(history)
    return None if mention is None else f"{mention.text} " if " " in mention.text else mention.text


def _what(history: Sequence[Turn]) -> str | None:
    mention = referents.something(history)
    return mention.text if mention else None


def _there(history: Sequence[Turn]) -> str | None:
    mention = referents.somewhere(history)
    return f"ที่{mention.text}" if mention else None


def _year(history: Sequence[Turn]) -> str | None:
    year = next(years(history), None)
    return f"ปี {year}" if year else None


def _because(meant: Sequence[tuple[str, str]], otherwise: str) -> str:
    told = "; ".join(f"“{word}” คือ {text}" for word, text in meant)
    return "; ".join(part for part in (told, otherwise) if part)
