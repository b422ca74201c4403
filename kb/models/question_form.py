"""A question -> what kind of thing it wants: a computation, a shorter text, an answer."""

from __future__ import annotations

import re
from typing import NamedTuple

from kb.models.quantities import computes


class Form(NamedTuple):
    """Three things that can be seen in a question, English or Thai, without knowing what it is about.

    Args:
        computes: It brings what it takes to compute the answer.
        shortens: It wants a text in fewer words.
        asks: It asks for something, rather than telling to do it.
    """

    computes: bool
    shortens: bool
    asks: bool


def form_of(question: str) -> Form:
    """Look at the words and the numbers of a question."""
    plain = question.lower()
    return Form(computes(question), bool(_SHORTENS.search(plain)), bool(_ASKS.search(plain)))


_COUNT = r"(?:\d+|a|one|two|three|four|five|six|seven|eight|nine|ten|a few|some|a couple of|two or three)"
_PIECE = r"(?:short |single |simple )?(?:words?|sentences?|lines?|paragraphs?|points?)"
_SHORTENS = re.compile(
    r"\bsummar\w+|\b(?:sum (?:it )?up|abstract of|an? abstract|overview|outline|gist|in (?:short|brief|a nutshell)"
    r"|briefly|brief|condense\w*|compress|shorten|recap\w*|bullet points?|tl;?dr|essence|essentials|takeaways?"
    r"|highlights of|boil (?:\w+ ){1,5}down|rundown|digest of|bottom line|down to|blurb)\b"
    r"|\b(?:main|key|most important) (?:points?|ideas?|arguments?|findings?|things?|facts?|message)\b"
    r"|\bshort(?:er)? (?:version|text|form|message|paragraph|account|note)\b|\b(?:all in all|overall)\W*$"
    rf"|\b(?:in|to|into) (?:at most )?{_COUNT} {_PIECE}\b"
    r"|สรุป|ใจความ|ประเด็น(?:หลัก|สำคัญ)|จับประเด็น|ภาพรวม|สาระสำคัญ|โดยรวม|คร่าว ?ๆ|พอสังเขป|เรื่องสำคัญ|เป็นข้อ ?ๆ|เนื้อหา|ให้เหลือ"
    # not a name in short (เรียกสั้น ๆ, ชื่อย่อ, ย่อมาจาก), nor another word (ย่อย, ย่อม, ยกย่อง, ย่อหน้า, ย่อท้อ)
    r"|รวบความ|รวบรัด|(?<!เรียก)สั้น ?ๆ|(?<!ชื่อ)(?<!เรียก)(?<!ตัว)(?<!อักษร)(?<!คำ)(?<!ยก)ย่อ(?!ย|ง|ม|หน้า|ท้อ)"
)
_ASKS = re.compile(
    r"\b(?:who|whom|whose|what|which|when|where|why|how|does|did|do|is|are|was|were|may|must|will|has|have|had|should)\b"
    r"|ใคร|อะไร|ไหน|เมื่อไร|เมื่อไหร่|ทำไม|อย่างไร|ยังไง|เท่าไร|เท่าไหร่|กี่|หรือไม่|หรือยัง|ไหม|ใด|แค่ไหน"
    r"|(?:คือ|ว่า|ของ|กับ|จาก|\?)\s*\??\s*$"  # left open, or a question mark
)
