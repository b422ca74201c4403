"""A fragment and the last question -> the Thai question that was meant."""

from __future__ import annotations

import re

from kb.answering.conversation import thai_words as words
from kb.answering.conversation.english_frames import stem
from kb.answering.conversation.thai_phrases import Clause, Topic, read
from kb.language.segment import language, word_spans

_THAI = re.compile("[\u0e01-\u0e4e]")
_LEADING_WHO = re.compile(r"^(?:ใคร|ผู้ใด)(?:บ้าง)?(?:ที่)?(?:เป็น)?(?:คน|ผู้)?(?:ที่)?\s*")
_LEADING_WHY = re.compile(r"^(?:ทำไม|เพราะเหตุใด|เหตุใด|เพราะอะไร)(?:ถึง|จึง)?\s*")
_LEADS = re.compile(r"^(?:สำหรับ|ของ|ใน|ที่|ตอน|ช่วง|เมื่อ|ถ้าเป็น|ถ้า|หาก|กรณี|กับ|โดย|ระหว่าง)\s*")
_TIME_END = frozenset({"ของ", "ที่"})


def joined(left: str, right: str) -> str:
    """Two pieces as Thai is written: without a space between Thai letters, with one beside any other script."""
    if not left.strip():
        return right.lstrip()
    if not right.strip():
        return left.rstrip()
    both = _THAI.match(left.rstrip()[-1]) and _THAI.match(right.lstrip()[0])
    space = left != left.rstrip() or right != right.lstrip()
    return f"{left.rstrip()}{'' if both and not space else ' '}{right.lstrip()}"


def spaced(left: str, right: str) -> str:
    """Two pieces with a space between them."""
    return f"{left.strip()} {right.strip()}".strip()


def asked_too(frame: str, asked: str, clause: Clause) -> str:
    """The last question with another question word: "ใครสร้างสะพาน" and "ปีไหน" give "สร้างสะพานปีไหน"."""
    if language(frame) != "th":
        return spaced(stem(frame), asked)
    before = read(frame)
    rest = frame
    for start, end in reversed(before.asked):
        leading = _LEADING_WHO.match(frame) or _LEADING_WHY.match(frame) if start == 0 else None
        rest = joined(rest[:start].rstrip(), rest[leading.end() if leading else end :])
    rest = re.sub(r"(?:อยู่|ใน|เมื่อ|ที่|คือ|เป็น|โดย|ของ|ครั้งละ|คนละ)+$", "", rest.replace("บ้าง", "").strip()).strip()
    if not rest:
        return spaced(frame, asked)
    why = [frame_word for frame_word in words.WHY if asked.startswith(frame_word)]
    return joined(asked, rest) if why else joined(rest, asked)


def substituted(frame: str, fragment: str) -> str:
    """The last question with a fragment in the place of what it answers to.

    Args:
        frame: The last question, standing alone; in any language.
        fragment: A noun phrase, or one behind a preposition.
    """
    if language(frame) != "th":
        return spaced(stem(frame), fragment)
    leads = _LEADS.match(fragment)
    bare = fragment[leads.end() :] if leads and leads.end() < len(fragment) else fragment
    if leads and leads.group().strip() == "ของ" and "ของ" in frame:
        return _owner(frame, bare)
    own = _kind(bare)
    span = _time(frame) if own == "time" else _person(frame) if own == "person" else None
    if own == "time" and span is None:
        return spaced(frame, fragment)
    if (
        span is None
        and leads
        and leads.group().strip() in ("ใน", "ที่", "ถ้า", "ถ้าเป็น", "หาก", "กรณี", "ตอน", "ช่วง", "เมื่อ")
    ):
        return spaced(frame, fragment)
    if span is None:
        span = _topic(frame, bare)
    if span is None:
        return spaced(frame, fragment)
    return joined(joined(frame[: span[0]], bare), frame[span[1] :])


def _owner(frame: str, owner: str) -> str:
    """The last question with another owner behind "of"."""
    start = frame.rindex("ของ") + len("ของ")
    clause = read(frame)
    ends = [topic.end for topic in (clause.subject, clause.object, *clause.others) if topic and topic.end > start]
    return joined(joined(frame[:start], owner), frame[min(ends, default=len(frame)) :])


def _kind(text: str) -> str:
    first = [text[start:end] for start, end in word_spans(text)][:1] or [""]
    if first[0] in words.TIME_NOUNS or text.startswith(
        ("วัน", "เดือน", "ปี", "ฤดู", "หน้าฝน", "หน้าหนาว", "หน้าร้อน", "พ.ศ", "ค.ศ")
    ):
        return "time"
    person = first[0] in words.PERSON_NOUNS or first[0].startswith(("ผู้", "นัก"))
    return "person" if person else ""


def _time(frame: str) -> tuple[int, int] | None:
    """Where a question says when, if not what it asks for."""
    asked = read(frame).asked
    spans = word_spans(frame)
    for place, (start, end) in enumerate(spans):
        if frame[start:end] not in words.TIME_NOUNS or any(a <= start < b for a, b in asked):
            continue
        if place + 1 < len(spans) and frame[slice(*spans[place + 1])] in words.ASKING:
            continue
        last = place
        while last + 1 < len(spans) and _goes_on(frame, spans[last + 1]):
            last += 1
        return start, spans[last][1]
    return None


def _goes_on(frame: str, span: tuple[int, int]) -> bool:
    word = frame[slice(*span)]
    return word in words.TIME_NOUNS or word.isdigit() or word in ("ที่", "แรก", "แล้ว", "หน้า", "ฝน", "หนาว", "ร้อน")


def _person(frame: str) -> tuple[int, int] | None:
    for start, end in word_spans(frame):
        word = frame[start:end]
        if word in words.PERSON_NOUNS or (word.startswith("ผู้") and len(word) > 5):
            return start, end
    return None


def _topic(frame: str, fragment: str) -> tuple[int, int] | None:
    """The subject of a question, else its object; of "the price of X" only X."""
    clause = read(frame)
    topic = clause.subject or clause.object
    if topic is None:
        return next(((other.start, other.end) for other in clause.others), None)
    return _narrowed(topic, fragment)


def _narrowed(topic: Topic, fragment: str) -> tuple[int, int]:
    """Without the relation in front: the fragment of "ราคาเรือแจว" replaces "เรือแจว", unless it is a relation, too."""
    if fragment.startswith(("ค่า", "ราคา", "ความ")):
        return topic.start, topic.end
    for relation in sorted(words.RELATIONS, key=len, reverse=True):
        rest = topic.text[len(relation) :]
        if topic.text.startswith(relation) and len(rest.strip()) > 2 and not fragment.startswith(relation):
            rest = rest.lstrip().removeprefix("ของ").removeprefix("สำหรับ").lstrip()
            return topic.end - len(rest), topic.end
    return topic.start, topic.end
