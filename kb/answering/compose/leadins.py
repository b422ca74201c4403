"""A drafted sentence -> the same without words that only say where it is from: "According to the document, ..."."""

from __future__ import annotations

import re

_KIND = r"(?:documents?|sources?|texts?|passages?|context|information|excerpts?|articles?|files?|pages?)"
_GIVEN = r"(?:(?:provided|given|quoted|above|first|second|third|same)\s+)?"
_THIS = rf"(?:(?:the|this|these|your)\s+)?{_GIVEN}{_KIND}(?:\s+(?:provided|given|above|\d{{1,2}}))?"
_FILE = r"[\w.-]{1,60}\.(?:txt|md|pdf|docx?|html?|csv)(?:,?\s+page\s+\d{1,4})?"
_SAYS = (
    r"(?:(?:also|clearly|explicitly)\s+)?(?:says|say|states|state|mentions|mention|notes|shows|show|indicates|indicate"
    r"|explains|reports|tells\s+us|reads)(?:\s+that\b|\s*:|(?=\s))"
)
_THAI_KIND = r"(?:เอกสาร|แหล่งข้อมูล|ข้อความ|บทความ|ข้อมูล|เนื้อหา)"
_THAI_GIVEN = r"(?:ที่ให้มา|ที่กำหนดให้|ที่ยกมา|ที่มีอยู่|ข้างต้น|ดังกล่าว|นี้)?\s*(?:ที่\s*)?(?:\d{1,2})?"
_THAI_SAYS = r"(?:ได้)?(?:ระบุ|กล่าว|บอก|แสดง|อธิบาย)(?:ไว้)?ว่า"
_LEAD_IN = re.compile(
    rf"""(?:
    (?:yes|no|sure|certainly|of\ course)\s*[,!:]\s+
    | (?:according\s+to|based\s+on|as\s+(?:stated|mentioned|described|noted|said|written)\s+in|as\s+per|from|in)\s+
      (?:{_THIS}|{_FILE})\s*[,:]\s*
    | (?:{_THIS}|{_FILE})\s+{_SAYS}\s*
    | it\s+(?:is|was)\s+(?:stated|mentioned|said|noted)(?:\s+in\s+{_THIS})?\s+that\s+
    | (?:states|says|mentions|indicates|notes)\s+that\s+
    | (?:ตาม|จาก|อ้างอิงจาก|ใน)(?:ที่)?(?:ข้อมูล(?:ใน|จาก|ของ)|เนื้อหา(?:ใน|จาก|ของ))?{_THAI_KIND}{_THAI_GIVEN}
      \s*(?:{_THAI_SAYS}|[,:])?\s*
    | {_THAI_KIND}{_THAI_GIVEN}\s*{_THAI_SAYS}\s*
    )""",
    re.IGNORECASE | re.VERBOSE,
)
_MOST = 3  # of them in a row: "Sure, according to the text, it says that"


def without_lead_in(text: str) -> str:
    """The sentence that such words lead in; the same text where there are none, or nothing follows them."""
    rest = text
    for _ in range(_MOST):
        found = _LEAD_IN.match(rest)
        if found is None or not any(sign.isalnum() for sign in rest[found.end() :]):
            break
        rest = rest[found.end() :]
    return rest
