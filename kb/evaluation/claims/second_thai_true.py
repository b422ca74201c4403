"""A Thai sentence -> sentences that say the same, or less, in other words: the second family used while developing."""
# ruff: noqa: E501 - a wording, a pattern and a list of words are read whole

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from kb.evaluation.claims.case import Draw, Place, Rewrite, swapped
from kb.evaluation.claims.slots import BUDDHIST, THAI_DIGITS, THAI_MONTHS, thai_words
from kb.evaluation.claims.wording import NUMBER, is_year
from kb.evaluation.claims.wording_thai import CLASSIFIER, CONNECTED, THAI_MONTH, is_person, is_thai_name, tokens

_YEAR = r"(?:พ\.ศ\.|ค\.ศ\.)? ?\d{4}"
_WHEN = rf"(?:วันที่ )?\d{{1,2}} {THAI_MONTH} {_YEAR}"
_IN_YEAR = re.compile(r"^(?:ใน|เมื่อ)(?:ปี)? ?((?:พ\.ศ\.|ค\.ศ\.)? ?\d{4}) ([ก-๙].{15,120})$")
_ON_DAY = re.compile(rf"^(?:ใน|เมื่อ)({_WHEN}) ([ก-๙].{{15,120}})$")
_LEADING_PHRASE = re.compile(
    r"^((?:หลังจาก|ภายหลัง|ก่อน|ระหว่าง|ในช่วง|ตั้งแต่|สำหรับ|ภายใต้|ใน(?:สมัย|ระหว่าง|เดือน|ทวีป|ประเทศ))[^ ]{4,60}) ([ก-๙][^ ]{12,90}(?: [^ ]{3,40}){0,2})$"
)
_SEVERAL = re.compile(r"และ|ซึ่ง|โดย|แต่|จน|จึง|เพราะ|ทำให้|ต่อมา|\d{4}| ที่|ก็")
_TAIL = re.compile(r" (?:ซึ่ง|โดยมี|อันเป็น|รวมถึง|รวมทั้ง|เช่น|ได้แก่|ทำให้|เพื่อ)[^()\"“”]{6,140}$")
_EMPHASIS = re.compile(
    r"(?<!เป็น)อย่างมาก|เป็นจำนวนมาก(?= )|เป็นต้นมา|อย่างเป็นทางการ|อย่างต่อเนื่อง|อย่างรวดเร็ว|ด้วยกัน$|เป็นอันดับแรก|ในเวลาต่อมา|ขึ้นมา(?= )"
)
_ALSO = re.compile(r"(?<=[ก-๙])(?:ยัง)(?=ได้รับ|เป็น|มี|เคย)|(?<= )(?:ทั้งนี้|อนึ่ง|กล่าวคือ) ?")
_DELICATE = re.compile("ไม่|มิ|ทุก|เฉพาะ|เพียง|เท่านั้น|ยกเว้น|หาก|ถ้า|อาจ|ห้าม|เว้น")
_ANEW = re.compile(
    r"^(?:เขา(?!ได้แก่)|เธอ|ท่าน|มัน|พวกเขา|พระองค์|ใน(?:ปี|วันที่| พ\.ศ\.| ค\.ศ\.)|เมื่อ(?:วันที่|ปี)|ปัจจุบัน|ทั้งสอง|ชาว|รัฐบาล|ภาพยนตร์|บริษัท|โรงเรียน|สโมสร|ประเทศ)"
)
_DID = "แต่ง|เขียน|กำกับ|สร้าง|ออกแบบ|ประพันธ์|ก่อตั้ง|ผลิต|พัฒนา|ค้นพบ|จัดทำ|ควบคุม|ดูแล|บริหาร|ขับร้อง|พากย์|ตีพิมพ์|จัดพิมพ์"
_MADE_BY = re.compile(
    rf"(?:ถูก|ได้รับการ)({_DID})(?:ขึ้น)?โดย ?([^\s,()]{{3,30}}(?: [^\s,()]{{3,25}})?)(?=$| และ| ใน| ซึ่ง| เมื่อ)"
)
_BARE_BY = re.compile(rf"(?<=[ ก-๙])({_DID})โดย ?(?=[^\s,()]{{3,30}})(?!ใช้|มี|การ|ไม่|เฉพาะ)")
_TITLES = re.compile(r"^(?:พล\.?อ\.|พล\S{2,10}|ดร\.|ศาสตราจารย์|นาย|นาง|นางสาว|หม่อม\S*|พระ\S*|คุณหญิง) ?")
_BE, _CE = re.compile(r"พ\.ศ\. ?(2[345]\d\d)"), re.compile(r"ค\.ศ\. ?(1[6-9]\d\d|20\d\d)")
_BEFORE_1941 = re.compile(r"(?:มกราคม|กุมภาพันธ์|มีนาคม) (?:พ\.ศ\.|ค\.ศ\.)? ?$")
_UNITS = (
    (re.compile(r"(?<=\d) ?ตารางกิโลเมตร"), " กม.²"),
    (re.compile(r"(?<=\d) ?ตร\.กม\."), " ตารางกิโลเมตร"),
    (re.compile(r"(?<=\d) ?กม\.(?!²|/)"), " กิโลเมตร"),
    (re.compile(r"(?<=\d) ?กิโลเมตร(?!ต่อ)"), " กิโล"),
    (re.compile(r"(?<=\d) ?กก\."), " กิโลกรัม"),
    (re.compile(r"(?<=\d) ?กิโลกรัม"), " กิโล"),
    (re.compile(r"(?<=\d) ?เซนติเมตร"), " เซ็นติเมตร"),
    (re.compile(r"(?<=\d) ?มิลลิเมตร"), " มม."),
    (re.compile(r"(?<=\d) ?(?:%|เปอร์เซนต์)"), " เปอร์เซ็นต์"),
    (re.compile(r"ร้อยละ ?(\d[\d.,]*\d|\d)"), r"\1 เปอร์เซ็นต์"),
    (re.compile(r"(?<=\d) ?องศาเซลเซียส"), "°C"),
    (re.compile(r"(?<=\d) ?°C"), " องศาเซลเซียส"),
    (re.compile(r"(?<=\d) ?ตารางเมตร"), " ตร.ม."),
    (re.compile(r"(?<=\d) ?ดอลลาร์สหรัฐ"), " เหรียญสหรัฐ"),
)
_LARGE = (("ล้าน", 1_000_000), ("แสน", 100_000), ("หมื่น", 10_000), ("พัน", 1_000))


def time_turned(text: str, place: Place, draw: Draw) -> Iterator[str]:
    """ในปี 2516 X -> X เมื่อปี 2516, ปี 2516 เป็นปีที่ X; หลังจาก A B -> B หลังจาก A."""
    if (found := _IN_YEAR.match(text)) and _whole(found.group(2)):
        yield f"{found.group(2)} เมื่อปี {found.group(1).strip()}"
        yield f"ปี {found.group(1).strip()} เป็นปีที่{found.group(2)}"
    if (found := _ON_DAY.match(text)) and _whole(found.group(2)):
        yield f"{found.group(2)} ณ {found.group(1)}"
        yield f"{found.group(1)} เป็นวันที่{found.group(2)}"
    if (found := _LEADING_PHRASE.match(text)) and _whole(found.group(2)) and not _SEVERAL.search(found.group(1)):
        yield f"{found.group(2)} {found.group(1)}"


def _whole(text: str) -> bool:
    """Whether a text is one clause, subject and all, as far as it shows."""
    open_end = re.search("(?:คือ|ได้แก่|ของ|ให้|ที่|ว่า|กับ|จาก|โดย|เป็น)$", text)
    return (
        not (_SEVERAL.search(text) or CONNECTED.match(text) or open_end)
        and text.count(" ") <= 3
        and not re.match("ได้|มี|ถูก", text)
    )


def dropped(text: str, place: Place, draw: Draw) -> Iterator[str]:
    """Without what follows ซึ่ง, โดยมี, ได้แก่ at the end; without an emphasis."""
    if (
        (found := _TAIL.search(text))
        and not _DELICATE.search(text)
        and found.start() > 28
        and not CONNECTED.match(text)
    ):
        yield text[: found.start()]
    if (found := _EMPHASIS.search(text)) and not _DELICATE.search(text):
        yield re.sub(" {2,}", " ", swapped(text, found, "")).strip()
    if (found := _ALSO.search(text)) and not _DELICATE.search(text):
        yield re.sub(" {2,}", " ", swapped(text, found, "")).strip()


def joined(text: str, place: Place, draw: Draw) -> Iterator[str]:
    """Two sentences that follow each other, joined as others would."""
    after = place.after
    if not 30 <= len(after) <= 140 or len(text) > 150 or re.search(r"[?!\"“”():]|\d\.|ๆ$", text + after):
        return
    if re.match("ใน|เมื่อ", after):
        return
    for piece in (text, after):
        if not (_ANEW.match(piece) or piece.startswith(place.title)) or "จึง" in piece[:16]:
            return
        if re.search(r"(?:\d|แล้ว|อดีต|และ|แต่ [^ ]+)$", piece) or not re.search("ได้|เป็น|มี|ถูก|เริ่ม|ไป|มา", piece):
            return
    yield f"{text} {draw.random.choice(('ขณะที่', 'อีกทั้ง', 'นอกจากนี้ ', 'ทั้งยังปรากฏว่า'))}{after}"


def by_turned(text: str, place: Place, draw: Draw) -> Iterator[str]:
    """ถูกสร้างโดย X -> ซึ่ง X สร้าง; แต่งโดย X -> ได้รับการแต่งโดย X."""
    if found := _MADE_BY.search(text):
        verb, doer = found.groups()
        yield swapped(text, found, f" ซึ่ง{doer}เป็นผู้{verb}").replace("  ", " ")
    if (
        (found := _BARE_BY.search(text))
        and (found.start(1), found.group(1)) in tokens(text)
        and not re.search("(?:การ|ถูก|ผู้|นัก|อำนวยการ|ร่วม|รับ)$", text[: found.start()])
    ):
        yield swapped(text, found, f"ได้รับการ{found.group(1)}โดย")


def named(text: str, place: Place, draw: Draw) -> Iterator[str]:
    """The person an article is about by the first name alone, or by a pronoun."""
    title = place.title
    if not is_thai_name(title) or " " not in title or not is_person(title, place.passage):
        return
    if re.search("บิดา|มารดา|บุตร|น้อง|พี่|ตัวละคร|ภรรยา|สามี", text):
        return
    first = _TITLES.sub("", title).split(" ")[0]
    if title in text and text.count(title) == 1 and len(first) > 2:
        yield text.replace(title, first, 1)
    if found := re.match(rf"(?:{_TITLES.pattern[1:]})?{re.escape(title)} ?(?=ได้|เป็น|เกิด|เคย|จบ|สำเร็จ|เริ่ม)", text):
        yield f"ท่าน{text[found.end() :]}"
    if (
        found := re.match(r"(?:เขา|เธอ|ท่าน)(?=ได้|เป็น|มี|เกิด|เคย|สำเร็จ|จบ|เริ่ม|เข้า|ถูก)", text)
    ) and title in place.passage.partition(place.text)[0]:
        yield f"{first}{text[found.end() :]}"


def numerals(text: str, place: Place, draw: Draw) -> Iterator[str]:
    """12,000 -> 1.2 หมื่น, 12 พัน; 5 คน -> ห้าคน, ๕ คน; ๕ -> 5; 1.5 ล้าน -> 1,500,000."""
    for found in NUMBER.finditer(text):
        number = found.group()
        plain = number.replace(",", "")
        if "," in number and "." not in number:
            yield swapped(text, found, number.replace(",", "").translate(THAI_DIGITS))
            name, size = next((name, size) for name, size in _LARGE if int(plain) >= size)
            if int(plain) % (size // 10) == 0:
                yield text[: found.start()] + f"{int(plain) / size:g} {name}" + text[found.end() :].lstrip()
        elif (
            plain.isdigit()
            and not is_year(plain)
            and 1 < int(plain) < 100
            and re.match(rf" ?{CLASSIFIER}", text[found.end() :])
        ):
            yield text[: found.start()].rstrip() + thai_words(int(plain)) + text[found.end() :].lstrip()
            yield swapped(text, found, plain.translate(THAI_DIGITS))
    for found in re.finditer(r"(?<![\d.,])(\d{1,3}\.\d) ?ล้าน(?!ล้าน)", text):
        yield swapped(text, found, f"{round(float(found.group(1)) * 1_000_000):,} ")
    for found in re.finditer(r"(?<![๐-๙.,])[๐-๙]+(?![๐-๙.,])", text):
        yield swapped(text, found, str(int(found.group())))


def eras(text: str, place: Place, draw: Draw) -> Iterator[str]:
    """พ.ศ. 2516 -> พุทธศักราช 2516, คริสต์ศักราช 1973; วันที่ 6 ตุลาคม -> 6/10/2516; ศตวรรษ in words."""
    for found in _BE.finditer(text):
        yield swapped(text, found, f"พุทธศักราช {found.group(1)}")
        if int(found.group(1)) >= 2484 or not _BEFORE_1941.search(text[: found.start()]):  # the year began in April
            yield swapped(text, found, f"คริสต์ศักราช {int(found.group(1)) - BUDDHIST}")
    for found in _CE.finditer(text):
        yield swapped(text, found, f"คริสต์ศักราช {found.group(1)}")
        if int(found.group(1)) >= 1941 or not _BEFORE_1941.search(text[: found.start()]):
            yield swapped(text, found, f"พ.ศ. {int(found.group(1)) + BUDDHIST}".translate(THAI_DIGITS))
    if day_found := re.search(rf"(?<![\d–-])(\d{{1,2}}) ({THAI_MONTH}) (?:พ\.ศ\. ?|ค\.ศ\. ?)?(\d{{4}})", text):
        day, month, year = day_found.groups()
        yield swapped(text, day_found, f"{day}/{THAI_MONTHS.index(month) + 1}/{year}")
        yield swapped(text, day_found, f"{day} เดือน{month} ปี {year}")


def units(text: str, place: Place, draw: Draw) -> Iterator[str]:
    """135 กม. -> 135 กิโลเมตร; 60% -> 60 เปอร์เซ็นต์."""
    for pattern, by in _UNITS:
        if found := pattern.search(text):
            yield (text[: found.start()] + found.expand(by) + text[found.end() :]).rstrip()


POSITIVES: Mapping[str, Sequence[Rewrite]] = {
    "order": (time_turned,),
    "dropped": (dropped,),
    "joined": (joined,),
    "voice": (by_turned,),
    "pronoun": (named,),
    "numerals": (numerals,),
    "eras": (eras,),
    "units": (units,),
}
