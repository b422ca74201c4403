"""A question -> what kind of thing it wants: a computation, a shorter text, something written."""

from __future__ import annotations

import re
from typing import NamedTuple

from kb.models.quantities import computes


class Form(NamedTuple):
    """Three things that can be seen in a question, English or Thai, without knowing what it is about.

    Args:
        computes: It brings what it takes to compute the answer.
        shortens: It wants a text in fewer words.
        tells: It tells to write or to work out something, and asks nothing.
    """

    computes: bool
    shortens: bool
    tells: bool


def form_of(question: str) -> Form:
    """Look at the words and the numbers of a question."""
    plain = question.lower()
    tells = _TELLS.search(plain) and not _ASKS.search(plain)
    return Form(computes(question), bool(_SHORTENS.search(plain)), bool(tells))


_COUNT = r"(?:\d+|a|one|two|three|four|five|six|seven|eight|nine|ten|a few|some|a couple of|two or three)"
_PIECE = r"(?:short |single |simple )?(?:words?|sentences?|lines?|paragraphs?|points?)"
_SHORTENS = re.compile(
    r"\bsummar\w+|\b(?:sum (?:it )?up|abstract (?:of|for)|an? abstract|overview|outline|gist"
    r"|in (?:short|brief|a nutshell)|briefly|brief|roughly"
    r"|condense\w*|compress|shorten|recap\w*|bullet points?|tl;?dr|essence|essentials|takeaways?"
    r"|highlights|boil (?:\w+ ){1,5}down|rundown|digest of|bottom line|down to|blurb)\b"
    r"|\b(?:main|key|(?:\w+ )?most important) (?:points?|ideas?|arguments?|findings?|things?|facts?|message)\b"
    r"|\bshort(?:er)? (?:version|text|form|message|paragraph|account|note)\b|\b(?:all in all|overall)\W*$"
    r"|\bwhat (?:is|are) .{1,60}\babout\W*$"
    r"|(?:นี้|นั้น)\s*เกี่ยวกับ(?:เรื่อง)?อะไร|ใน\s*(?:หนึ่ง|สอง|สาม|ห้า|\d+)\s*(?:ประโยค|คำ|บรรทัด)"
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
_VERBS = (
    "summari[sz]e|sum|give|write|make|put|turn|cut|list|describe|explain|tell|draft|provide|outline|sketch|retell|condense"
    "|shorten|recap|compress|reduce|boil|prepare|produce|create|compose|rewrite|rephrase|trim|highlight|extract|brief|pick"
    "|solve|find|compute|calculate|work|evaluate|simplify|add|subtract|multiply|divide|convert|expand|factori[sz]e|factor"
    "|round|differentiate|integrate|split"
)
_TELLS = re.compile(
    rf"(?:^|[.,:;?!]\s+|\b(?:please|you|and|to|me)\s+)(?:please\s+|briefly\s+)?(?:{_VERBS})\b|\bplease\b"
    r"|ขอ(?!ง|ทราบ|ให้|บ|า|น|ด|ข)|ช่วย(?!เหลือ|บอก)|เขียน(?!โดย|ว่า|ขึ้น|เมื่อ|ใน)|^ทำ|เล่า|อธิบาย|บรรยาย|เรียบเรียง|ร่าง(?!กาย)"
    r"|ให้หน่อย|ให้ที|สรุป|ย่อ|จง(?!บอก)|แก้สมการ|คำนวณ|แปลง|เปลี่ยน.*เป็น|รวบ"
)
