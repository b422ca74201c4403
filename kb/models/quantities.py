"""A question -> whether it brings what it takes to compute the answer."""

from __future__ import annotations

import re
from collections.abc import Iterable

from kb.language.segment import word_spans


def computes(question: str) -> bool:
    """Whether a question brings a formula, one quantity and an operation, or two and the wish for a number.

    Numbers that only name something (years, dates, pages, rooms, V8) are no quantities, and who asks who, why or where
    wants nothing computed. Words are those of English and Thai.
    """
    plain = question.lower().translate(_DIGITS)
    if _NO_NUMBER_WANTED.search(plain):
        return False
    bare = _NAMING.sub(_GAP, plain)
    years = sum(len(_YEAR.findall(found.group())) for found in _YEARS.finditer(bare))
    bare = _YEARS.sub(_GAP, bare)
    quantities = _count(bare)
    if _NUMBER_WANTED.search(plain) and quantities + (years if _YEARS_WANTED.search(plain) else 0) >= 2:
        return True
    one_will_do = quantities > 0 and _OPERATION.search(plain)
    return bool(one_will_do or _FORMULA.search(bare) or _SELF_CONTAINED.search(plain))


def _count(text: str) -> int:
    """How many numbers there are, in digits or words; number words side by side, or with "or" between, are one."""
    text = _PART.sub("half", _NUMBER.sub(" 0 ", text))
    count, end, last = 0, 0, ""
    for start, stop in word_spans(text):
        word = text[start:stop]
        before = "" if text[end:start].strip(" -") else last
        last, end = _kind(word, before), stop
        count += word == "0" or (last == "words" != before and word not in _SCALES)
    return count


def _kind(word: str, before: str) -> str:
    """What a word is behind one of the kind `before`: digits, words (a number in words), or "" for anything else."""
    if word == "0":
        return "digits"
    if word in _SCALES:
        return before
    if word in _WORDS or _THAI_WORD.fullmatch(word):
        return "words"
    return "words" if word in ("or", "หรือ") and before == "words" else ""


def _any(patterns: Iterable[str]) -> re.Pattern[str]:
    return re.compile("|".join(f"(?:{pattern})" for pattern in patterns))


_GAP = " . "
_DIGITS = str.maketrans("๐๑๒๓๔๕๖๗๘๙−–", "0123456789--")
_NUMBER = re.compile(r"\d(?:[\d.,:]*\d)?")  # a time of day or a ratio is one

# Numbers in words. "one" and "a" say too little; scales count only behind a number.
_SCALES = frozenset(("hundred", "thousand", "million", "billion", "ร้อย", "พัน", "หมื่น", "แสน", "ล้าน"))
_WORDS = frozenset(
    (
        *("two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve", "thirteen"),
        *("fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen", "twenty", "thirty", "forty", "fifty"),
        *("sixty", "seventy", "eighty", "ninety", "half", "halves", "thirds", "quarters", "fifths", "sixths"),
        *("eighths", "tenths", "dozen", "twice", "double", "triple", "thrice"),
    )
)
_PART = re.compile(r"\b(?:a|one)[ -](?:third|quarter|fifth|sixth|eighth|tenth)\b")
_THAI_DIGIT = "สอง|สาม|สี่|ห้า|หก|เจ็ด|แปด|เก้า|สิบ"
_THAI_SCALE = "ร้อย|พัน|หมื่น|แสน|ล้าน|เอ็ด|ยี่"
_THAI_WORD = re.compile(f"(?:{_THAI_SCALE})*(?:{_THAI_DIGIT})(?:{_THAI_DIGIT}|{_THAI_SCALE})*|ครึ่ง|โหล")

_MONTH = (
    "(?:jan(?:uary)?|feb(?:ruary)?|march|april|may|june|july|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?"
    "|dec(?:ember)?|มกราคม|กุมภาพันธ์|มีนาคม|เมษายน|พฤษภาคม|มิถุนายน|กรกฎาคม|สิงหาคม|กันยายน|ตุลาคม|พฤศจิกายน|ธันวาคม)"
)
_SMALL = "(?:two|three|four|five|six|seven|eight|nine|ten|eleven|twelve)"
_LABEL = (
    r"\b(?:page|chapter|clause|section|room|number|table|zone|article|paragraph|figure|form|part|box|boxe|volume"
    r"|episode|season|level|type|line|flight|model|version|class|grade|route|platform|kilomet(?:re|er))s?\b|\bno\.|หน้า|บทที่|บท|ข้อ|ห้อง|หมายเลข|ตาราง|มาตรา|สาย"
    "|เขต|ไตรมาส|วันที่|กล่อง|ฉบับ|ตอน|ภาค|เที่ยวบิน|รุ่น|อันดับ|ที่"
)
_UNIT_SIGN = "k?m|cm|mm|k?g|l|ml|kb|mb|h"
_NAMING = _any(
    (
        rf"\d+(?:\s*(?:and|to|-|และ|ถึง)\s*\d+)?(?:st|nd|rd|th)?\s*(?:of\s+)?{_MONTH}(?:\s*\d{{4}})?",  # 4 and 5 May
        rf"\b{_MONTH}\s+\d+(?:,?\s+\d{{4}})?",  # May 4, 1902
        r"\d+/\d+/\d+",
        rf"(?:{_LABEL})\s*\d[\d.]*(?:\s*(?:to|and|-|ถึง|และ)\s*(?:หน้า\s*)?\d+)?",  # pages 3 to 7
        rf"ที่\s*(?:{_THAI_DIGIT})+(?:\s*(?:และ|ถึง)\s*(?:ที่)?(?:{_THAI_DIGIT})+)?",  # the ninth and tenth
        r"(?<![\d,.])\d+(?:-\d+)+(?![\d,.]*\d)",  # 2001-02, telephone numbers
        # the two masons, the first 6 weeks: things that are known already
        rf"\b(?:the|these|those)\s+(?:(?:first|last|next|other|same|upper|lower)\s+)*(?:\d[\d.,]*(?![\d.,]*\s*%)|{_SMALL})\b",
        r"\d+\s*[\u0e01-\u0e4e]{1,12}(?:แรก|สุดท้าย|นี้|นั้น)",
        r"\d[\d.,]*\s*(?:million|billion|thousand|hundred|ล้าน|พัน|หมื่น|แสน)?\s*(?:years? ago|ปีก่อน|ปีที่แล้ว)",
        rf"(?<!\w)(?!\d{{1,2}}[xyz]\b)(?!\d+(?:{_UNIT_SIGN})\b)(?=[a-z\d]*[a-z])(?=[a-z\d]*\d)[a-z\d]+",  # V8, 700Z
    )
)
_ONE_YEAR = r"(?:1\d|2[0-6])\d\ds?(?![\d,.]*\d)"
_YEAR = re.compile(_ONE_YEAR)
_YEARS = re.compile(
    r"(?:\b(?:in|since|from|to|of|until|till|before|after|between|around|year)\s+(?:the\s+)?"
    rf"|(?:พ\.ศ\.|ค\.ศ\.|ปี|ระหว่าง|เมื่อ|ตั้งแต่)\s*){_ONE_YEAR}"
    r"(?:\s*(?:,|and|or|to|until|-|และ|หรือ|ถึง|กับ)\s*(?:in\s+|ปี\s*|พ\.ศ\.\s*|ค\.ศ\.\s*)?"
    rf"(?:{_ONE_YEAR}|\d\d\b(?!\s*%)))*"
)
_YEARS_WANTED = _any(
    (r"\bhow many years\b", r"\b(?:which|what) year\b", "กี่ปี|ปีใด|ปีไหน", r"(?:พ\.ศ\.|ค\.ศ\.)\s*(?:ใด|ไหน|อะไร|เท่าไร)")
)
_NO_NUMBER_WANTED = _any(
    (
        r"(?:^|[.!?]\s+)(?:who|whose|whom|why|where)\b[^.!?]*[.!?\s]*$",  # in the last sentence
        "ใคร|ทำไม|ที่ไหน|ที่ใด|เพราะเหตุใด|เพราะอะไร",
    )
)
_NUMBER_WANTED = _any(
    (
        r"\bhow (?:many|much|long|far|old|tall|high|wide|deep|heavy|fast|big|large|late|thick)\b",
        r"\bwhat(?:'s|’s)|\bwhat (?:is|are|was|were|will|would|do i|does it)\b",
        r"\bwhat do(?:es)?\b.*\b(?:cost|pay|weigh|earn|get)\b|\bdetermine\b",
        r"\bwhat (?:percent\w*|fraction|share|part|time|amount|number|speed|distance|average|\w+ is)\b",
        r"\bwhen (?:do|does|will|is|are)\b",
        r"\b(?:plus|minus|times|which number|which year)\b|บวก|ลบ|คูณ|หาร",
        r"\b(?:total|altogether|in all)\b|\bwhich is (?:more|less|larger|smaller|cheaper)\b",
        r"(?:^|[.,;:]\s+|\bplease\s+)(?:solve|find|compute|calculate|work out|evaluate|add|subtract|multiply|divide)\b",
        r"(?:^|[.,;:]\s+)(?:split|share)\b|กี่|เท่าไร|เท่าไหร่|เท่าใด|คืออะไร|เมื่อไร|เมื่อใด|(?:ปี|พ\.ศ\.|ค\.ศ\.)\s*ใด",
        "มากกว่า|จงหา|คำนวณ",
    )
)
_FORMULA = _any(
    (
        r"(?:\d|\)|\b[a-z][²³]?)\s*[+*/×÷^=]\s*-?(?:\d|\(|[a-z]\b)",  # a * b
        r"(?:\d|\b[xyz][²³]?|\))\s+-\s+(?:\d|[xyz]\b|\()",  # 7 - 2, but not 2001-02
        r"(?:\d|\)|\b[xyz])-(?:[xyz]\b|\()",
        r"\d\s?\([^)]*[-+*/×÷][^)]*\)",  # 7(x - 2)
        r"\b\d{1,2}[xyz]\b|\b[xyz][²³^]|[²³]\s*[-+]",
    )
)
_OPERATION = _any(
    (
        r"\bsquare root|\bas a (?:decimal )?fraction|\bdiagonal of|\bperimeter of|\bcircles?\b|\bspheres?\b",
        r"\bremainder when|\bprobability|\bderivative|\bsimplify\b|\bconvert\s+\d|\b(?:multipl|divid)\w+ by \d",
        r"\d\s*(?:%|per ?cent)\s+of\s+\d|\bround \d",
        r"ปัดเศษ|(?:ร้อยละ\s*\d[\d.,]*|\d\s*(?:%|เปอร์เซ็นต์))\s*ของ\s*\d",
        r"รากที่สอง|เป็นเศษส่วน|เศษที่ได้|เส้นรอบรูป|วงกลม|ทรงกลม|ความน่าจะเป็น|โอกาส(?:ที่|ออก)|(?:หาร|คูณ)ด้วย\s*\d|แปลง\s*\d",
    )
)
_UNIT = (
    "(?:(?:second|minute|hour|day|week|month|year|mile|gram|kilo|kilogram|ton|inch|inche|(?:milli|centi|kilo)?met(?:re|er)"
    "|lit(?:re|er))s?|feet|foot)"
)
_THAI_UNIT = "(?:วินาที|นาที|ชั่วโมง|วัน|สัปดาห์|เดือน|ปี|มิลลิเมตร|เซนติเมตร|กิโลเมตร|เมตร|นิ้ว|ฟุต|ไมล์|กิโลกรัม|กรัม|ตัน|ลิตร)"
_SELF_CONTAINED = _any(
    (
        r"\bsum of the first \d",
        rf"\bhow many {_UNIT} (?:are |is |make |go )?(?:there )?(?:in |into )?(?:[a-z]+|[\d.,]+) {_UNIT}\b",
        rf"{_THAI_UNIT}\s*(?:มี|เท่ากับ|คิดเป็น|เป็น)\s*กี่\s*{_THAI_UNIT}",
    )
)
