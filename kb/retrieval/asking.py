"""A question -> its words that tell something."""

from __future__ import annotations

from kb.language import segment
from kb.language.segment import Span


def _set(listed: str) -> frozenset[str]:
    return frozenset(listed.split())


PRONOUNS = _set("it its they them their theirs he him his she her hers this these those there that itself themselves")
THAI_PRONOUNS = _set("มัน เขา เธอ ท่าน พวกเขา พวกมัน นี้ นั้น ดังกล่าว ตัวเขา เรื่องนี้ ที่นั่น ที่นี่")
_ENGLISH = PRONOUNS | _set("""
    a an the and or but nor so if then than as of in on at by for from to with into about between during under over
    after before through also too please according i me my we us our you your what when where which who whom whose why
    how am is are was were be been being do does did done has have had having can could will would shall should may
    might must not no don doesn didn isn aren wasn weren hasn haven hadn won wouldn couldn shouldn t ll re ve d s many
    much tell know explain describe name list give kind type sort any some such well plus just exactly actually
""")
THAI_JOINTS = _set("และ กับ แล้ว แล้วก็ รวมถึง รวมทั้ง อีกทั้ง ตลอดจน พร้อมทั้ง แถม")
THAI_SPACED_JOINTS = _set("ส่วน แต่")  # words of other meanings, too, where no space stands before them
THAI_BINDING = _set("ถึง ใน นอก จาก หรือ โดย ด้วย ที่ ซึ่ง ของ เพื่อ กับ แก่ ต่อ ตาม บน ณ")  # what they begin goes on
THAI_PARTICLES = _set("ครับ ค่ะ คะ บ้าง กัน นะ จ๊ะ หรอ เหรอ")
THAI_FIRST = _set("ใคร ทำไม เหตุใด เพราะเหตุใด ผู้ใด อะไร สิ่งใด")  # may stand at the head of a question
_THAI_ENDINGS = tuple(_set("อะไร ใคร ไหน เมื่อไร เมื่อไหร่ เท่าไร เท่าไหร่ อย่างไร ยังไง ใด"))
THAI_ASKING = _set("""
    อะไร ใคร ไหน ที่ไหน เมื่อไร เมื่อไหร่ เมื่อใด ทำไม เหตุใด เพราะเหตุใด เพราะอะไร อย่างไร ยังไง เท่าไร เท่าไหร่ เท่าใด
    กี่ ใด ผู้ใด สิ่งใด แห่งใด ไหม มั้ย หรือไม่ หรือเปล่า หรือยัง ไฉน ไร อันใด ทำไร อะไรบ้าง อย่างไรบ้าง
""")
_THAI = (
    THAI_ASKING
    | THAI_PRONOUNS
    | _set("""
    และ กับ แล้ว แล้วก็ ก็ หรือ แต่ ของ ที่ ซึ่ง อัน ใน นอก บน ณ จาก ถึง โดย ด้วย เพื่อ ให้ แก่ แด่ ต่อ ตาม เป็น คือ
    อยู่ มี ได้ ถูก ว่า จะ ต้อง ไป มา นะ ครับ ค่ะ คะ จ้ะ จ๊ะ บ้าง กัน อีก เมื่อ ตั้งแต่ ส่วน รวมถึง รวมทั้ง อีกทั้ง
    ช่วย บอก หน่อย อยาก ทราบ รู้ อยากรู้ อยากทราบ ชื่อ เรียก เรียกว่า คน ปี วัน วันที่ ครั้ง เรื่อง แบบ นี่ นั่น ๆ ฯ
    การ ความ นาย นาง ใช้ ทำ เขียน จำนวน ประมาณ ช่วง แห่ง ทั้ง ระหว่าง ค พ ศ
""")
)
FUNCTION_WORDS = _ENGLISH | _THAI


def content_spans(text: str) -> list[Span]:
    """Where the words stand that tell something, in order: all but those that ask, point or bind."""
    return [(start, end) for start, end in segment.word_spans(text) if _tells(text[start:end])]


def content_words(text: str) -> list[str]:
    """The words that tell something, as written, in order."""
    return [text[start:end] for start, end in content_spans(text)]


def thai_asks(word: str) -> bool:
    """Whether a Thai word asks."""
    return word in THAI_ASKING or word.endswith(_THAI_ENDINGS)


def _tells(word: str) -> bool:
    return word.lower() not in FUNCTION_WORDS and not thai_asks(word)
