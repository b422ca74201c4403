"""A Thai sentence -> sentences that say the same, or less, in other words: the family used while developing."""
# ruff: noqa: E501 - a wording, a pattern and a list of words are read whole

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from kb.evaluation.claims.case import Draw, Place, Rewrite, swapped
from kb.evaluation.claims.slots import BUDDHIST, THAI_DIGITS, THAI_MONTHS, THAI_SHORT_MONTHS, thai_words
from kb.evaluation.claims.wording import NUMBER, is_year
from kb.evaluation.claims.wording_thai import CLASSIFIER, CONNECTED, THAI_MONTH, is_person, is_thai_name

_YEAR = r"(?:พ\.ศ\.|ค\.ศ\.)? ?\d{4}"
_DATE = rf"(?:วันที่ )?\d{{1,2}} {THAI_MONTH} {_YEAR}"
_TIME = rf"(?:เมื่อ(?:วันที่ )?\d{{1,2}} {THAI_MONTH} {_YEAR}|ในวันที่ \d{{1,2}} {THAI_MONTH} {_YEAR}|(?:ใน|เมื่อ)ปี(?: พ\.ศ\.| ค\.ศ\.)? ?\d{{4}}|(?:ใน|เมื่อ) (?:พ\.ศ\.|ค\.ศ\.) \d{{4}})"
_LEADING_TIME = re.compile(rf"^({_TIME}) (.{{15,110}})$")
_TRAILING_TIME = re.compile(rf"^(.{{15,110}}?) ?({_TIME})$")
_BEFORE_1941 = re.compile(r"(?:มกราคม|กุมภาพันธ์|มีนาคม|ม\.ค\.|ก\.พ\.|มี\.ค\.) (?:พ\.ศ\.|ค\.ศ\.)? ?$")
_CLAUSES = re.compile(r"และ|ซึ่ง|โดย|แต่|จน|ก่อน|หลัง|เมื่อ|จึง|เพราะ|ทำให้| ที่|รวมถึง|ต่อมา|\d{4}")
_BECAUSE = re.compile(r"^เนื่องจาก(\S{8,70}) (\S{0,40}?)จึง(\S.{5,70})$")
_ALTHOUGH = re.compile(r"^แม้ว่า(.{8,80}?) แต่(.{8,80})$")
_LEADING_WORD = re.compile(
    r"^(?:นอกจากนี้|นอกจากนั้น|อย่างไรก็ตาม|อย่างไรก็ดี|ทั้งนี้|ยิ่งไปกว่านั้น|ตัวอย่างเช่น|ดังนั้น|ด้วยเหตุนี้|ในขณะเดียวกัน|ในที่สุด|ต่อมา|จากนั้น|หลังจากนั้น) ?(?=[ก-ฮเแโใไ])"
)
_TRAILING_WORD = re.compile(r" ?(?:อีกด้วย|ด้วยเช่นกัน|เช่นกัน|เป็นอย่างมาก|เป็นอย่างยิ่ง|ในที่สุด|เป็นต้น)$")
_BRACKETS = re.compile(r" ?\((?![^()]*(?:ยกเว้น|เว้นแต่|ไม่|เฉพาะ|นอกจาก|เพียง))[^()]{3,80}\)")
_MADE_BY = re.compile(
    r"(?<=[ ก-๙])(แต่ง|เขียน|กำกับ|กำกับการแสดง|สร้าง|ออกแบบ|ประพันธ์|ก่อตั้ง|ผลิต|พัฒนา|ค้นพบ|จัดพิมพ์|เรียบเรียง|กำกับภาพยนตร์|อำนวยการสร้าง|จัดจำหน่าย|ดำเนินรายการ)"
    r"(?<!อำนวยการผลิต)(?<!การผลิต)โดย ?([^\s,()]{3,30}(?: [^\s,()และ]{3,30})?)(?=$| และ| ใน| ซึ่ง| โดย| เมื่อ)"
)
_HE = re.compile(
    r"^(เขา|เธอ|ท่าน) ?(?=(?:ได้|เป็น|มี|เกิด|เคย|สำเร็จ|จบ|เริ่ม|เข้า|ถูก|ยัง|แต่งงาน|สมรส|ศึกษา|เสียชีวิต|ลาออก|ย้าย|ดำรง|รับ))"
)
_NOBODY = re.compile(
    r"^(?=(?:เกิดเมื่อ|เกิดวันที่|เสียชีวิตเมื่อ|สำเร็จการศึกษา|จบการศึกษา|สมรสกับ|แต่งงานกับ|ถึงแก่กรรม|ดำรงตำแหน่ง|ได้รับเลือก|ได้รับรางวัล|เริ่มเข้า))"
)
_ANEW = re.compile(
    r"^(?:เขา(?!ได้แก่)|เธอ|ท่าน|มัน|พวกเขา|พระองค์|ใน(?:ปี|วันที่| พ\.ศ\.| ค\.ศ\.)|เมื่อ(?:วันที่|ปี)|ปัจจุบัน|ขณะนั้น|ทั้งสอง|คน|ชาว|รัฐบาล|ภาพยนตร์|บริษัท|โรงเรียน|สโมสร|สงคราม|ประเทศ)"
)
_PERSON_WORDS = re.compile(r"บิดา|มารดา|พ่อ|แม่|น้อง|พี่|บุตร|ลูก|ภรรยา|สามี|เพื่อน|ตัวละคร")
_WORDS = {thai_words(number): number for number in range(2, 13)}
_WORD = re.compile(rf"(?<![ก-๙])?({'|'.join(sorted(_WORDS, key=len, reverse=True))})(?={CLASSIFIER})")
_BE, _CE = re.compile(r"พ\.ศ\. ?(2[345]\d\d)"), re.compile(r"ค\.ศ\. ?(1[6-9]\d\d|20\d\d)")
_UNITS = (
    (re.compile(r"(?<=\d) ?ตารางกิโลเมตร"), " ตร.กม."),
    (re.compile(r"(?<=\d) ?กิโลเมตร(?!ต่อ)"), " กม."),
    (re.compile(r"(?<=\d) ?กม\.(?!²|/)"), " กิโลเมตร"),
    (re.compile(r"(?<=\d) ?กิโลกรัม"), " กก."),
    (re.compile(r"(?<=\d) ?เซนติเมตร"), " ซม."),
    (re.compile(r"(?<=\d) ?ซม\."), " เซนติเมตร"),
    (re.compile(r"(?<=\d) ?เมตร"), " ม."),
    (re.compile(r"(?<=\d) ?(?:%|เปอร์เซ็นต์|เปอร์เซนต์)"), None),
    (re.compile(r"ร้อยละ ?(\d[\d.,]*\d|\d)"), r"\1%"),
    (re.compile(r"(?<=\d) ?ชั่วโมง"), " ชม."),
)


def time_moved(text: str, place: Place, draw: Draw) -> Iterator[str]:
    """The time from the start to the end, or from the end to the start."""
    if (found := _LEADING_TIME.match(text)) and _movable(found.group(2)) and found.group(2).count(" ") <= 3:
        yield f"{found.group(2)} {found.group(1)}"
    if (found := _TRAILING_TIME.match(text)) and _movable(found.group(1)) and found.group(1).count(" ") <= 1:
        yield f"{found.group(2)} {found.group(1)}"


def _movable(text: str) -> bool:
    """Whether a text is one clause that is whole."""
    return not (
        _CLAUSES.search(text) or CONNECTED.match(text) or re.search("(?:คือ|ได้แก่|ของ|ให้|ที่|ว่า|กับ|จาก|โดย|เธอ|เป็น)$", text)
    )


def clauses_turned(text: str, place: Place, draw: Draw) -> Iterator[str]:
    """The reason after what it explains; what happened before what it happened in spite of."""
    if found := _BECAUSE.match(text):
        reason, who, what = found.groups()
        yield f"{who}{what} เนื่องจาก{reason}"
    if found := _ALTHOUGH.match(text):
        yield f"{found.group(2).removeprefix('ก็')} แม้ว่า{found.group(1)}"


def dropped(text: str, place: Place, draw: Draw) -> Iterator[str]:
    """Without a linking word, an emphasis or a bracket."""
    if found := _LEADING_WORD.match(text):
        yield text[found.end() :]
    if found := _TRAILING_WORD.search(text):
        yield text[: found.start()]
    if found := _BRACKETS.search(text):
        yield re.sub(" {2,}", " ", swapped(text, found, " " if found.group()[0] == " " else "")).strip()
    if (found := _LEADING_TIME.match(text)) and not re.search("ไม่|ทุก|ทั้งหมด|แรก|สุด|เพียง|เท่านั้น", text):
        yield found.group(2)


def joined(text: str, place: Place, draw: Draw) -> Iterator[str]:
    """Two pieces that follow each other, as one sentence."""
    after = place.after
    if (
        not 25 <= len(after) <= 130
        or len(text) > 150
        or not _begins_anew(after, place.title)
        or not _begins_anew(text, place.title)
        or re.search(r"(?:\d|แล้ว|อดีต|แต่ [^ ]+|หลังการแต่งตั้ง)$", text)
        or not re.search("ได้|เป็น|มี|ถูก|เริ่ม|ไป|มา", after)
        or re.search(r"[?!\"“”():]|\d\.|ๆ$", text + after)
    ):
        return
    if CONNECTED.match(text) or after.count(" ") > 4:
        return
    yield f"{text} {draw.random.choice(('และ', 'และ', 'ส่วน'))}{after}"


def _begins_anew(text: str, title: str) -> bool:
    """Whether a piece is a sentence of its own as far as its beginning shows."""
    return (bool(_ANEW.match(text)) or text.startswith(title)) and "จึง" not in text[:16]


def by_turned(text: str, place: Place, draw: Draw) -> Iterator[str]:
    """แต่งโดย X -> ซึ่ง X เป็นผู้แต่ง."""
    if found := _MADE_BY.search(text):
        verb, doer = found.groups()
        yield swapped(text, found, f" ซึ่ง{doer}เป็นผู้{verb}").replace("  ", " ")
        if found.end() == len(text) and text.startswith(place.title):
            yield f"{doer}เป็นผู้{verb}{place.title}"


def named(text: str, place: Place, draw: Draw) -> Iterator[str]:
    """The name of the person an article is about in place of a pronoun, or of nothing; a pronoun in place of the name."""
    title = place.title
    if not is_thai_name(title) or not is_person(title, place.passage) or _PERSON_WORDS.search(f"{place.before} {text}"):
        return
    found = _HE.match(text) or _NOBODY.match(text)
    if found and title in place.passage.partition(place.text)[0]:
        yield f"{title} {text[found.end() :].lstrip()}"
    if " " in title and re.match(rf"(?:นาย|นาง|นางสาว)?{re.escape(title)} ?(?=ได้|เป็น|เกิด|เคย|จบ|สำเร็จ)", text):
        who = "เธอ" if re.search(rf"(?:นาง|นางสาว){re.escape(title)}|หญิง", place.passage) else "เขา"
        yield re.sub(rf"^(?:นาย|นาง|นางสาว)?{re.escape(title)} ?", who, text)


def numerals(text: str, place: Place, draw: Draw) -> Iterator[str]:
    """1,200 -> 1200, ๑,๒๐๐, in words; two -> 2."""
    for found in NUMBER.finditer(text):
        number = found.group()
        if not is_year(number):
            yield swapped(text, found, number.translate(THAI_DIGITS))
        if "," in number and "." not in number:
            yield swapped(text, found, number.replace(",", ""))
        plain = number.replace(",", "")
        if (
            plain.isdigit()
            and not is_year(number)
            and int(plain) > 1
            and re.match(rf" ?{CLASSIFIER}", text[found.end() :])
        ) and (int(plain) <= 20 or int(plain) % 100 == 0):
            yield text[: found.start()] + thai_words(int(plain)) + text[found.end() :].lstrip()
    for found in re.finditer(r"(?<![\d.,])(\d{1,3}) ล้าน(?!ล้าน)", text):
        yield swapped(text, found, f"{int(found.group(1)) * 1_000_000:,} ")
    for found in _WORD.finditer(text):
        if not re.search(r"[ก-๙]?(?:ที่|หนึ่ง|สิบ|ร้อย|พัน|หมื่น|แสน|ล้าน|ทั้ง)$", text[: found.start()]):
            yield swapped(text, found, f" {_WORDS[found.group(1)]} ").replace("  ", " ")


def eras(text: str, place: Place, draw: Draw) -> Iterator[str]:
    """พ.ศ. 2516 -> ค.ศ. 1973 and back; months shortened; Thai digits in dates."""
    for found in _BE.finditer(text):
        if int(found.group(1)) < 2484 and _BEFORE_1941.search(text[: found.start()]):  # the year began in April
            continue
        yield swapped(text, found, f"ค.ศ. {int(found.group(1)) - BUDDHIST}")
        yield swapped(text, found, f"พ.ศ. {found.group(1).translate(THAI_DIGITS)}")
    for found in _CE.finditer(text):
        if int(found.group(1)) < 1941 and _BEFORE_1941.search(text[: found.start()]):
            continue
        yield swapped(text, found, f"พ.ศ. {int(found.group(1)) + BUDDHIST}")
    if month := re.search(rf"(?<=\d )({THAI_MONTH})(?= (?:พ\.ศ\. ?|ค\.ศ\. ?)?\d{{4}})", text):
        yield swapped(text, month, THAI_SHORT_MONTHS[THAI_MONTHS.index(month.group(1))])


def units(text: str, place: Place, draw: Draw) -> Iterator[str]:
    """135 กิโลเมตร -> 135 กม.; ร้อยละ 60 -> 60%."""
    for pattern, by in _UNITS:
        if found := pattern.search(text):
            if by is not None:
                yield text[: found.start()] + found.expand(by) + text[found.end() :]
            elif number := re.search(r"\d[\d.,]*$", text[: found.start()]):
                yield f"{text[: number.start()]}ร้อยละ {number.group()}{text[found.end() :]}"


POSITIVES: Mapping[str, Sequence[Rewrite]] = {
    "order": (time_moved, clauses_turned),
    "dropped": (dropped,),
    "joined": (joined,),
    "voice": (by_turned,),
    "pronoun": (named,),
    "numerals": (numerals,),
    "eras": (eras,),
    "units": (units,),
}
