"""A Thai sentence -> sentences that say the same, or less, in other words: the family that is reported."""
# ruff: noqa: E501 - a wording, a pattern and a list of words are read whole

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from kb.evaluation.claims.case import Draw, Place, Rewrite, swapped
from kb.evaluation.claims.report_thai_amounts import ages, days, numerals, spelt, units, years
from kb.evaluation.claims.wording_thai import CONNECTED, THAI_MONTH, is_person, is_thai_name, tokens

_YEAR = r"(?:พ\.ศ\.|ค\.ศ\.) ?\d{4}|ปี (?:พ\.ศ\. ?|ค\.ศ\. ?)?\d{4}"
_WHEN = rf"(?:ใน|เมื่อ)(?:วันที่ \d{{1,2}} {THAI_MONTH} (?:พ\.ศ\. |ค\.ศ\. )?\d{{4}}|(?:ช่วง)?(?: ?{_YEAR}))"
_FIRST_WHEN = re.compile(rf"^({_WHEN}) ?([ก-ฮเแโใไ][^\d()]{{12,110}})$")
_LAST_WHEN = re.compile(rf"^([ก-ฮเแโใไ][^\d()]{{14,110}}?) ?({_WHEN})$")
_MANY_CLAUSES = re.compile(r"และ|ซึ่ง|โดย|แต่|จน|จึง|เพราะ|ทำให้|ต่อมา| ที่|ก็| เป็น|หรือ|พร้อม|หลัง|ก่อน|ว่า")
_TAKES_WHEN = re.compile(
    r"^(.{4,60}?)(ได้รับ|ถูก|เริ่ม|เกิด|ก่อตั้ง|สร้าง|เปิด|ออก|จัด|เสียชีวิต|ประกาศ|ย้าย|สำเร็จ|แต่งงาน|ชนะ|ลาออก|เดินทาง)(.*)$"
)
_THREE = re.compile(
    r"(?<![ก-๙] )(?<=[ก-๙])(คือ|ได้แก่|เช่น|ทั้ง|ของ|ใน|กับ|จาก|ต่อ|ระหว่าง|เป็น|มี) ?([ก-๙]{2,22}),? ([ก-๙]{2,22}),? และ ?([ก-๙]{2,22})$"
)
_PAIR = re.compile(r"(?:ทั้ง)([ก-๙]{2,20})และ([ก-๙]{2,20})(?=$| )")
_BECAUSE = re.compile(r"^([^()\d]{15,90}?) ?(เนื่องจาก|เพราะ)(?!ว่า)(?:ว่า)?([^()]{10,90})$")
_WHILE = re.compile(r"^([^()]{15,90}?) (?:ในขณะที่|ขณะที่)([^()]{25,90})$")
_AFTER = re.compile(r"^(หลังจาก[^ ]{8,70}|เมื่อ[^ \d]{8,60}|แม้[^ ]{8,60}) ([ก-ฮเแโใไ][^ ]{12,110})$")
_LINK_FIRST = re.compile(
    r"^(?:และ|โดย|แต่|ซึ่ง|ทั้งนี้|โดยที่|อย่างไรก็ตาม ?|นอกจากนี้ ?|นอกจากนั้น ?|กล่าวคือ ?|ในขณะเดียวกัน ?|ในเวลาต่อมา ?|ต่อมา ?|หลังจากนั้น ?|จากนั้น ?|ในที่สุด ?|อีกทั้ง|รวมทั้ง|ตัวอย่างเช่น ?|ดังนั้น ?)(?=(?:ใน|เขา|เธอ|ท่าน|พวกเขา|มี|เป็น|ได้|ประเทศ|รัฐบาล|เมือง|ผู้|คน|ชาว|กอง|บริษัท|มหาวิทยาลัย|การ|เมื่อ|ทหาร)[ก-๙])"
)
_LAST_PLACE_TIME = re.compile(
    rf"(?<=[ก-๙]{{3}}) ?(?:(?:เมื่อ|ใน)(?:วันที่ \d{{1,2}} {THAI_MONTH} (?:พ\.ศ\. |ค\.ศ\. )?\d{{4}}| ?{_YEAR}))$"
)
_DEGREE = re.compile(
    r"(?<=[ก-๙]{2})(?:มากๆ|อย่างยิ่ง|อย่างสูง|อย่างแพร่หลาย|อย่างชัดเจน|อย่างสมบูรณ์|โดยตรง|โดยสมบูรณ์|ได้เป็นอย่างดี|ค่อนข้าง|โดยเฉพาะ|อย่างหนัก|อย่างง่ายดาย|เป็นพิเศษ|ทั้งสิ้น|ร่วมกัน|เรื่อย ๆ|อย่างกว้างขวาง|อย่างมีประสิทธิภาพ|เสียด้วย)(?= |$)"
)
_LATIN = re.compile(
    r" ?\((?:อังกฤษ|ญี่ปุ่น|ฝรั่งเศส|เยอรมัน|ละติน|จีน|เกาหลี|สเปน|อิตาลี|ชื่อวิทยาศาสตร์|[A-Za-z])[^()ก-๙]*(?:: ?[^()]*)?\)"
)
_LIST_TAIL = re.compile(r"(?:,| )? ?(?:เป็นต้น|ฯลฯ|อีกด้วย|นั่นเอง|ด้วยเช่นกัน|ก็ตาม|แล้วก็ตาม)$")
_WHICH_TAIL = re.compile(r"(?<=[ก-๙]{4})(?: ซึ่ง|ซึ่ง| อันเป็น| ทั้งนี้| แต่)[^()\d]{10,130}$")
_DELICATE = re.compile("ไม่|มิ|ทุก|เฉพาะ|เพียง|เท่านั้น|ยกเว้น|หาก|ถ้า|อาจ|ห้าม|เว้น|แรก|สุด|ทั้งหมด|กว่า")
_SUBJECT_AGAIN = re.compile(r"^(เขา|เธอ|ท่าน|มัน|พระองค์|พวกเขา)(?=ได้|เป็น|มี|เคย|ถูก|ยัง|เริ่ม|เดินทาง|เข้า|ย้าย|สำเร็จ|จบ)")
_FRESH = re.compile(
    r"^(?:เขา(?!ได้แก่)|เธอ|ท่าน|มัน|พวกเขา|พระองค์|ปัจจุบัน|ทั้งสอง|ชาว|รัฐบาล|ภาพยนตร์|บริษัท|โรงเรียน|สโมสร|ประเทศ|กองทัพ|ประชาชน|มหาวิทยาลัย|สงคราม|ผู้|นักวิทยาศาสตร์|ระบบ|เซลล์|แรง|ทฤษฎี|อังกฤษ|เยอรมนี|ฝรั่งเศส|รัสเซีย|ญี่ปุ่น|สยาม|ไทย|ทหาร|การ[ก-๙]{6})"
)
_MADE = re.compile(
    r"(?:ถูก|ได้รับการ)(ก่อตั้ง|สร้าง|ออกแบบ|เขียน|ผลิต|พัฒนา|ค้นพบ|แต่งตั้ง|กระตุ้น|ควบคุม|ตีพิมพ์|กำกับ|โจมตี|ทำลาย|ยึดครอง|เรียก|แปล|สนับสนุน|ปกครอง|เสนอ|แนะนำ|ประดิษฐ์|จับกุม|คัดเลือก|ผลักดัน|เผยแพร่|จดจำ|เชิญ)(?:ขึ้น)?(?:โดย|จาก) ?([^\s,()]{3,40})(?=$| )"
)
_WORK_BY = re.compile(
    r"(?<=[ก-๙ ])(กำกับ|แต่ง|เขียน|ผลิต|ออกแบบ|ประพันธ์|ตีพิมพ์|จัดจำหน่าย|เรียบเรียง|พากย์เสียง|นำแสดง|อำนวยการสร้าง|ขับร้อง|แปล)โดย ?([^\s,()]{3,30}(?: [^\s,()]{3,25})?)(?=$| และ| ใน| ซึ่ง| ร่วม| ออก)"
)
_WORKS = frozenset(("ก่อตั้ง", "สร้าง", "ออกแบบ", "เขียน", "ผลิต", "พัฒนา", "ค้นพบ", "ประดิษฐ์", "แปล", "ตีพิมพ์", "กำกับ", "เสนอ"))
_PASSED_TO = re.compile(
    r"^([ก-๙ ]{4,40}?)(ถูก|ได้รับการ)(โจมตี|ยึดครอง|แต่งตั้ง|สนับสนุน|จับกุม|ทำลาย|ปกครอง|ค้นพบ|ตีพิมพ์|สร้าง|ก่อตั้ง|ออกแบบ)โดย ?([^\s,()]{3,40})$"
)
_KINDS = (("อำเภอ", "อำเภอแห่งนี้"), ("วัด", "วัดแห่งนี้"), ("โรงเรียน", "โรงเรียนแห่งนี้"), ("ปลา", "ปลาชนิดนี้"), ("นก", "นกชนิดนี้"), ("สโมสร", "สโมสรแห่งนี้"), ("เขื่อน", "เขื่อนแห่งนี้"), ("มหาวิทยาลัย", "มหาวิทยาลัยแห่งนี้"),
          ("แม่น้ำ", "แม่น้ำสายนี้"), ("เกาะ", "เกาะแห่งนี้"), ("สถานี", "สถานีแห่งนี้"), ("อุทยาน", "อุทยานแห่งนี้"), ("จังหวัด", "จังหวัดแห่งนี้"), ("ตำบล", "ตำบลแห่งนี้"), ("ท่าอากาศยาน", "ท่าอากาศยานแห่งนี้"), ("สนาม", "สนามแห่งนี้"), ("ภาวะ", "ภาวะนี้"), ("ราชวงศ์", "ราชวงศ์นี้"))  # fmt: skip


def time_inside(text: str, place: Place, draw: Draw) -> Iterator[str]:
    """ในปี 2516 A ได้รับ B -> A ได้รับ B เมื่อปี 2516 as one reads it inside the clause, or A in 2516 ได้รับ B."""
    found = _FIRST_WHEN.match(text)
    if (
        found
        and not _MANY_CLAUSES.search(found.group(2))
        and found.group(2).count(" ") <= 1
        and not CONNECTED.match(found.group(2))
    ):
        if not _TAKES_WHEN.match(found.group(2)):
            return
        yield f"{found.group(2)}{found.group(1)}"
        if (parts := _TAKES_WHEN.match(found.group(2))) and not re.search(r"(?:ได้|ที่|การ|ผู้|ไม่|จะ|ถูก)$", parts.group(1)):
            yield f"{parts.group(1)} {found.group(1)} {parts.group(2)}{parts.group(3)}"
    last = _LAST_WHEN.match(text)
    if (
        last
        and not _MANY_CLAUSES.search(last.group(1))
        and last.group(1).count(" ") <= 1
        and not CONNECTED.match(last.group(1))
        and not re.match("ได้|มี|ถูก", last.group(1))
    ) and _TAKES_WHEN.match(last.group(1)):
        yield f"{last.group(2)} {last.group(1)}"


def listed(text: str, place: Place, draw: Draw) -> Iterator[str]:
    """ได้แก่ A B และ C -> ได้แก่ C A และ B; ทั้ง A และ B -> ทั้ง B และ A."""
    if re.search("ตามลำดับ|จากนั้น|แล้วจึง", text):
        return
    if found := _THREE.search(text):
        word, one, two, three = found.groups()
        sure = word in ("คือ", "ได้แก่", "เช่น") or not re.search("(?:ของ|ใน|จาก|กับ|ที่|การ|ความ)", f"{two}{three}")
        if sure and not re.match("อื่น", three):
            yield swapped(
                text,
                found,
                f"{word}{'' if word in ('ของ', 'ใน', 'จาก', 'ทั้ง', 'เป็น', 'มี') else ' '}{three} {one} และ{two}",
            )
    if found := _PAIR.search(text):
        yield swapped(text, found, f"ทั้ง{found.group(2)}และ{found.group(1)}")


def turned(text: str, place: Place, draw: Draw) -> Iterator[str]:
    """A เพราะ B -> เพราะ B A; หลังจาก A B -> B หลังจาก A; A ขณะที่ B -> B ขณะที่ A."""
    if (
        (found := _BECAUSE.match(text))
        and not CONNECTED.match(text)
        and "จึง" not in text
        and not re.search("(?:ไม่ใช่|ส่วนหนึ่ง|เป็น|ไม่ได้|มิใช่)$", found.group(1))
    ):
        whole = _FRESH.match(found.group(1)) or found.group(1).startswith(place.title)
        if whole and not re.search('"| (?:และ|แต่|ซึ่ง|ทำให้)|^ ?(?:ใน|ตาม|จาก)', found.group(3)):
            yield f"{found.group(2)}{found.group(3).strip()} {found.group(1)}"
    if (found := _WHILE.match(text)) and not CONNECTED.match(text) and _FRESH.match(text):
        yield f"{found.group(2).strip()} ขณะที่{found.group(1)}"
    if (
        (found := _AFTER.match(text))
        and not re.match("ก็|จึง|และ|แต่|ซึ่ง|ได้|มี|ถูก|เป็น", found.group(2))
        and not re.search("ก็|จึง", found.group(2)[:25])
    ):
        yield f"{found.group(2)}{found.group(1)}"


def dropped(text: str, place: Place, draw: Draw) -> Iterator[str]:
    """Without the word that links it, the name in other letters, the degree, the time or the clause at the end."""
    if found := _LINK_FIRST.match(text):
        yield text[found.end() :]
    if (
        (found := _LATIN.search(text))
        and len(text) - len(found.group()) > 25
        and draw.random.random() < 0.4
        and "((" not in text
    ):
        less = re.sub(" {2,}", " ", swapped(text, found, " ")).strip()
        if less.count("(") == less.count(")") and not re.match(r"[^ก-๙]*\)", text[found.end() :]):
            yield less
    if (found := _LIST_TAIL.search(text)) and "เช่น" not in text:
        yield text[: found.start()].rstrip(" ,")
    if _DELICATE.search(text):
        return
    if found := _DEGREE.search(text):
        yield re.sub(" {2,}", " ", swapped(text, found, "")).strip()
    if (
        (found := _LAST_PLACE_TIME.search(text))
        and found.start() > 22
        and not re.search(r"\d|(?:ที่|ของ|เป็น|คือ|ว่า|ตั้งแต่|จนถึง|ถึง|และ)$", text[: found.start()])
    ):
        yield text[: found.start()].rstrip()
    if (
        (found := _WHICH_TAIL.search(text))
        and found.start() > 25
        and not CONNECTED.match(text)
        and not re.search("(?:ของ|ใน|ที่|เป็น|คือ|มี|และ|กับ)$", text[: found.start()])
    ):
        yield text[: found.start()].rstrip()


def joined(text: str, place: Place, draw: Draw) -> Iterator[str]:
    """Two pieces of one subject in one; two that follow each other, or that stand about a third, as one sentence."""
    after = place.after
    if len(text) > 160 or re.search(r"[?!\"“”():]|\d\.|ๆ$", text + after):
        return
    one, other = _SUBJECT_AGAIN.match(text), _SUBJECT_AGAIN.match(after)
    if one and other and one.group() == other.group() and 25 <= len(after) <= 140 and "แต่" not in after[:12]:
        yield f"{text} และ{after[other.end() :]}"
    if _stands(text, place) and _stands(after, place) and 25 <= len(after) <= 140:
        yield f"{text}; {after}"
        yield f"{text} ทั้งนี้{after}"
    if (
        _stands(place.before, place)
        and _stands(after, place)
        and 25 <= len(after) <= 130
        and len(place.before) < 130
        and not re.match("เขา|เธอ|ท่าน|มัน|พวกเขา", after)
    ) and not re.search(r"[?!\"“”():]|\d\.|ๆ$", place.before):
        yield f"{place.before} และ{after}"


def _stands(text: str, place: Place) -> bool:
    """Whether a piece is a sentence of its own as far as it shows."""
    begins = bool(_FRESH.match(text)) or (bool(place.title) and text.startswith(place.title))
    ends = not re.search(r"(?:\d|แล้ว|อดีต|และ|หรือ|แต่ [^ ]+|ของ|ที่|เป็น|คือ|ว่า|โดย)$", text)
    return begins and ends and "จึง" not in text[:20] and bool(re.search("ได้|เป็น|มี|ถูก|เริ่ม|ไป|มา|ทำ|ใช้", text[3:]))


def doer_first(text: str, place: Place, draw: Draw) -> Iterator[str]:
    """A ถูกสร้างโดย B -> B สร้าง A; กำกับโดย B -> มี B เป็นผู้กำกับ; A ซึ่ง B สร้าง."""
    if found := _PASSED_TO.match(text):
        what, _, verb, who = found.groups()
        if not re.search("(?:ซึ่ง|ที่|และ|ได้|จะ|มี|เคย|ไม่)$", what.strip()) and not CONNECTED.match(what):
            yield f"{who}{verb}{what.strip()}"
    found = _MADE.search(text)
    if (
        found
        and found.group(1) in _WORKS
        and not re.search("(?:ได้|ไม่|การ|จาก|ที่|ซึ่ง|จะ|มี|และ|เคย|ยัง)$", text[: found.start()].rstrip())
    ):
        yield re.sub(" {2,}", " ", swapped(text, found, f" เป็นผลงานการ{found.group(1)}ของ{found.group(2)}"))
    found = _WORK_BY.search(text)
    if (
        not found
        or (found.start(1), found.group(1)) not in tokens(text)
        or re.search("(?:การ|ถูก|ผู้|นัก|ร่วม|รับ|ได้)$", text[: found.start()])
    ):
        return
    verb, who = found.groups()
    before = text[: found.start()]
    if before.endswith(("ที่", "ซึ่ง")):
        yield swapped(text, found, f"{who}{verb}")
    elif not text[found.end() :].startswith(" และ"):
        yield re.sub(" {2,}", " ", swapped(text, found, f" โดยมี{who}เป็นผู้{verb}")).strip()
        if found.end() == len(text) and is_thai_name(before.strip()) and not re.search(r"(?:และ|ได้|เป็น)", before):
            yield f"{who}{verb}{before.strip()}"


def named(text: str, place: Place, draw: Draw) -> Iterator[str]:
    """What the article is about by its kind (วัดแห่งนี้), by name where a piece leaves it out, or by a pronoun."""
    title = place.title
    if not is_thai_name(title) or re.search("บิดา|มารดา|บุตร|น้อง|พี่|ตัวละคร|ภรรยา|สามี", f"{place.before} {text}"):
        return
    if text.startswith(title) and text.count(title) == 1 and not is_person(title, place.passage):
        rest = text[len(title) :].lstrip()
        for start, spoken in _KINDS:
            if title.startswith(start) and re.match("เป็น|มี|ตั้ง|อยู่|ได้|ถูก|พบ|แบ่ง|เดิม|จัด|เริ่ม|สร้าง|เปิด", rest):
                yield f"{spoken}{rest}"
    if is_person(title, place.passage) and " " in title:
        if he := re.match(
            "(?:เขา|เธอ|ท่าน)(?=ได้|เป็น|มี|เกิด|เคย|สำเร็จ|จบ|เริ่ม|เข้า|ถูก|ยัง|ชนะ|ย้าย|เดินทาง|แต่งงาน|ศึกษา)", text
        ):
            yield f"{title}{text[he.end() :]}"
        if found := re.match(
            rf"(?:นาย|นาง|นางสาว|พล\S{{1,12}} ?)?{re.escape(title)} ?(?=ได้|เป็น|เกิด|เคย|จบ|สำเร็จ|เริ่ม|มี|เข้า|ย้าย)", text
        ):
            yield f"{draw.random.choice(('เขา', 'บุคคลผู้นี้')) if 'นาง' not in found.group() and 'หญิง' not in place.passage else 'เธอ'}{text[found.end() :]}"
    known = [start for start, _ in _KINDS if title.startswith(start)]
    first = place.passage.startswith(title) and place.passage.find(text) < 330
    if (
        known
        and first
        and re.match(
            "ตั้งอยู่|เป็น(?:วัด|ปลา|นก|อำเภอ|โรงเรียน|เกาะ|แม่น้ำ|เขื่อน|มหาวิทยาลัย|ตำบล|สถานี)|มีพื้นที่|มีเนื้อที่|มีความยาว|มีขนาด|มีรูปร่าง|มีถิ่น|พบ(?:ใน|ที่|ได้)|อาศัยอยู่",
            text,
        )
    ):
        yield f"{title}{text}"


POSITIVES: Mapping[str, Sequence[Rewrite]] = {
    "order": (time_inside, listed, turned),
    "dropped": (dropped,),
    "joined": (joined,),
    "voice": (doer_first,),
    "pronoun": (named,),
    "numerals": (numerals, spelt),
    "eras": (days, years, ages),
    "units": (units,),
}
