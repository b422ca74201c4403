"""A Thai sentence -> sentences that its passage does not prove: the family that is reported."""
# ruff: noqa: E501, SIM905 - a wording, a pattern and a list of words are read whole

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from kb.evaluation.claims.case import Draw, Place, Rewrite, swapped
from kb.evaluation.claims.slots import BUDDHIST, THAI_MONTHS, thai_words
from kb.evaluation.claims.wording import NUMBER, digits, is_year
from kb.evaluation.claims.wording_thai import (
    BOUNDED_THAI,
    CLASSIFIER,
    COUNTRIES,
    PROVINCES,
    THAI_MONTH,
    is_thai_name,
    tokens,
)

_NEGATED = {
    "เป็น": ("มิได้เป็น", "ไม่เคยเป็น"), "มี": ("ปราศจาก", "ไม่เคยมี"), "สามารถ": ("มิอาจ", "ไม่อาจ"), "ได้รับ": ("มิได้รับ", "ไม่เคยได้รับ"), "ตั้งอยู่": ("มิได้ตั้งอยู่",),
    "จัด": ("ไม่ได้จัด",), "ใช้": ("ไม่ได้ใช้", "เลิกใช้"), "พบ": ("ไม่พบ", "ไม่เคยพบ"), "เกิด": ("ไม่ได้เกิด",), "ประกาศ": ("ไม่เคยประกาศ",), "สร้าง": ("ไม่ได้สร้าง",),
    "ทำงาน": ("ไม่เคยทำงาน",), "ศึกษา": ("ไม่ได้ศึกษา",), "เล่น": ("ไม่ได้เล่น",), "เสียชีวิต": ("ยังไม่เสียชีวิต",), "ก่อตั้ง": ("ไม่ได้ก่อตั้ง",), "อยู่": ("ไม่ได้อยู่",),
    "ดำรงตำแหน่ง": ("ไม่เคยดำรงตำแหน่ง",), "แต่งงาน": ("ไม่เคยแต่งงาน",), "ชนะ": ("ไม่ชนะ",), "ต้อง": ("ห้าม", "ไม่จำเป็นต้อง"),
}  # fmt: skip
_FREE = frozenset("ได้ เคย ก็ จึง ยัง ต่อมา จะ เขา เธอ ท่าน มัน และ แต่ ซึ่ง".split())
_SENSITIVE = frozenset("ไม่ ไม่ได้ มิ มิได้ ห้าม หาก ถ้า อาจ หรือ ไม่เคย ไม่มี".split())
_OPPOSITES = (
    ("มาก", "น้อย"), ("ใหม่", "เก่า"), ("ร้อน", "เย็น"), ("กลางวัน", "กลางคืน"), ("ใน", "นอก"), ("แข็งแรง", "อ่อนแอ"), ("สูง", "ต่ำ"),
    ("ใหญ่", "เล็ก"), ("เร็ว", "ช้า"), ("ชนะเลิศ", "ตกรอบ"), ("ส่งออก", "นำเข้า"), ("สาธารณะ", "ส่วนตัว"), ("ถาวร", "ชั่วคราว"), ("เมือง", "ชนบท"), ("หนัก", "เบา"),
    ("เกิด", "ตาย"), ("รัฐบาล", "ฝ่ายค้าน"), ("เอกชน", "ราชการ"), ("ขาว", "ดำ"), ("กว้าง", "แคบ"), ("ทหาร", "พลเรือน"), ("บวก", "ลบ"), ("ง่าย", "ยาก"), ("ตัวผู้", "ตัวเมีย"),
)  # fmt: skip
_TURNS = {
    one: other
    for pair in _OPPOSITES
    for one, other in (pair, pair[::-1])
    if one not in ("ใน", "นอก", "ออก", "เมือง", "เกิด", "สูง", "มาก", "น้อย")
}
_PLACES = (
    "ลอนดอน ปารีส โตเกียว ปักกิ่ง เบอร์ลิน โรม มาดริด มอสโก นิวยอร์ก วอชิงตัน เวียนนา ฮ่องกง เซี่ยงไฮ้ สิงคโปร์ ไทเป ซิดนีย์"  # names alone
).split()
_SURNAMES = "วงศ์สว่าง ทองประเสริฐ ศรีวิไล พงศ์พานิช รัตนกุล เจริญผล สุขเกษม บุญยืน".split()
_NAMED = re.compile(r"(?:นาย|นาง|นางสาว|พลเอก|พันเอก|ดร\.|หลวง|ขุน|พระยา) ?([ก-๙]{3,18}) ([ก-๙]{4,18})(?= |$)")
_FROM_TO = re.compile(r"จาก ?([ก-๙]{3,30}?) ?(ไปยัง|ไปสู่|ถึง|มายัง|เป็น) ?([ก-๙]{3,30})(?= |$)")
_UNITS = (
    (r"(?<=\d) ?(?:ตารางกิโลเมตร|ตร\.กม\.)", (" ตารางวา", " เอเคอร์")),
    (r"(?<=\d) ?(?:กิโลเมตร|กม\.)", (" วา", " เซนติเมตร")),
    (r"(?<=\d) ?เมตร(?!ิ)", (" นิ้ว", " ไมล์")),
    (r"(?<=\d) ?(?:เซนติเมตร|ซม\.)", (" กิโลเมตร", " มิลลิเมตร")),
    (r"(?<=\d) ?(?:กิโลกรัม|กก\.)", (" ปอนด์", " มิลลิกรัม")),
    (r"(?<=\d) ?ล้าน(?!ล้าน)", (" หมื่น", " ล้านล้าน")),
    (r"(?<=\d) ?บาท", (" ยูโร", " สตางค์")),
    (r"(?<=\d) ?ปี(?!ที่|ก่อน)", (" วัน", " ทศวรรษ")),
    (rf"(?<=\d) ?เดือน(?!ที่| ?\d| ?{THAI_MONTH})", (" ชั่วโมง", " ทศวรรษ")),
    (r"(?<=\d) ?วัน(?!ที่)", (" ปี", " นาที")),
    (r"(?<=\d) ?ชั่วโมง", (" สัปดาห์", " ปี")),
    (r"(?<=\d) ?นาที", (" วัน", " เดือน")),
    (r"(?<=\d) ?(?:%|เปอร์เซ็นต์|เปอร์เซนต์)", (" องศา", " กิโลเมตร")),
    (r"(?<=\d) ?ดอลลาร์(?:สหรัฐ)?", (" บาท", " เยน")),
    (r"(?<=\d) ?คน(?![ก-๙])", (" ครัวเรือน", " เปอร์เซ็นต์")),
    (r"(?<=\d) ?ไร่", (" ไมล์", " ตารางเมตร")),
    (r"(?<=\d) ?ตอน(?!ที่)", (" ฤดูกาล", " ชั่วโมง")),
    (r"(?<=\d) ?ครั้ง(?!ที่)", (" ปี", " เท่า")),
)  # fmt: skip
_QUANTIFIERS = {
    "บาง": ("ไม่มี", "แทบทุก"), "หลาย": ("ไม่มี", "ทั้งสิ้นเพียงสอง"), "ส่วนใหญ่": ("ส่วนน้อย", "แทบไม่มีเลยที่"), "ส่วนมาก": ("ส่วนน้อย",), "มัก": ("แทบจะไม่",), "มักจะ": ("แทบจะไม่",),
    "ทุก": ("มีเพียงบาง", "แทบไม่มี"), "ทั้งหมด": ("บางส่วนเท่านั้น", "เพียงครึ่งเดียว"), "บางครั้ง": ("โดยไม่มีข้อยกเว้น",), "เสมอ": ("เป็นบางโอกาสเท่านั้น",), "บางส่วน": ("ทุกส่วน",),
    "โดยทั่วไป": ("โดยไม่มีข้อยกเว้น",), "อย่างน้อย": ("อย่างมาก",), "จำนวนมาก": ("เพียงหยิบมือ",), "เกือบ": ("เกินกว่า",),
    "ประมาณ": ("ไม่ถึงครึ่งของ",), "ทั่ว": ("เฉพาะบางส่วนของ",), "เพียง": ("มากถึง",),
}  # fmt: skip
_COMPARED = (
    ("มากกว่า", "พอๆ กับ"), ("น้อยกว่า", "เท่ากับ"), ("ใหญ่กว่า", "เท่ากับ"), ("สูงกว่า", "ไม่สูงไปกว่า"), ("ดีกว่า", "แย่กว่า"), ("ใหญ่ที่สุด", "ใหญ่เป็นอันดับสอง"),
    ("มากที่สุด", "มากเป็นอันดับสาม"), ("สูงที่สุด", "สูงเป็นอันดับสอง"), ("สูงสุด", "ปานกลาง"), ("ครั้งแรก", "ครั้งที่สอง"), ("คนแรก", "คนที่สาม"), ("ยาวที่สุด", "ยาวเป็นอันดับสอง"),
    ("ดีที่สุด", "ดีเป็นอันดับสอง"), ("แห่งแรก", "แห่งที่สอง"), ("มากขึ้น", "เท่าเดิม"), ("เพิ่มขึ้น", "คงเดิม"), ("ลดลง", "คงเดิม"), ("เล็กกว่า", "ใหญ่กว่า"), ("เก่าแก่ที่สุด", "เก่าแก่เป็นอันดับสอง"),
    ("สำคัญที่สุด", "ไม่สำคัญเลย"), ("เป็นหนึ่งใน", "ไม่ได้เป็นหนึ่งใน"), ("เป็นอันดับหนึ่ง", "เป็นอันดับสี่"), ("ค่อนข้าง", "ไม่"), ("กว่า ", "ไม่ถึง "), ("เล็กที่สุด", "ใหญ่ที่สุด"), ("ยิ่งกว่า", "น้อยกว่า"),
    ("ต่ำกว่า", "เกินกว่า"), ("ก่อนหน้า", "ภายหลัง"), ("อย่างมาก", "เพียงเล็กน้อย"), ("เป็นจำนวนมาก", "เป็นจำนวนน้อย"), ("มากมาย", "น้อยนิด"), ("ขนาดใหญ่", "ขนาดเล็ก"), ("ขนาดเล็ก", "ขนาดใหญ่"),
)  # fmt: skip


def numbers(text: str, place: Place, draw: Draw) -> Iterator[str]:
    """A digit more, a digit less, two digits changed about; a Thai number word for another."""
    known = digits(place.passage)
    for found in NUMBER.finditer(text):
        plain = found.group().replace(",", "")
        if is_year(plain) or "." in plain or BOUNDED_THAI.search(text[: found.start()]) or int(plain) > 10**9:
            continue
        if (
            re.match(rf" ?(?:{THAI_MONTH}|\)|\]|\.|:|-|–|กว่า)", text[found.end() :])
            or not text[: found.start()].strip()
        ):
            continue
        for other in _misread(plain):
            if other not in known and int(other) != int(plain):
                yield swapped(text, found, f"{int(other):,}" if "," in found.group() else other)
    for found in re.finditer(rf"(?<![่-๋])(สอง|สาม|สี่|ห้า|หก|เจ็ด|แปด|เก้า|สิบ)(?={CLASSIFIER})", text):
        if re.search("(?:ที่|ทั้ง|หนึ่ง|สิบ|ร้อย|ชั้น)$", text[: found.start()]):
            continue
        other = draw.random.choice([word for word in map(thai_words, range(3, 10)) if word not in place.passage])
        yield swapped(text, found, other)


def _misread(plain: str) -> Iterator[str]:
    """How one reads a number wrong."""
    if len(plain) > 1:
        if plain[0] != plain[1] and plain[1] != "0":
            yield plain[1] + plain[0] + plain[2:]
        yield plain[:-1]
    yield plain + "0"


def negation(text: str, place: Place, draw: Draw) -> Iterator[str]:
    """มิได้, ไม่เคย, ปราศจาก before the first verb that takes it after a name or a free word."""
    words = tokens(text)
    if {word for _, word in words} & _SENSITIVE:
        return
    for number, (start, word) in enumerate(words):
        before = words[number - 1][1] if number else ""
        spaced = not before.strip() and number > 1
        if word not in _NEGATED or not (spaced or before in _FREE or text[:start].endswith(place.title)):
            continue
        start_at = (start - len(before) if before in ("ได้", "เคย", "จะ") else start) if before in _FREE else start
        yield text[:start_at] + draw.random.choice(_NEGATED[word]) + text[start + len(word) :]
        return


def untrue(text: str, place: Place, draw: Draw) -> Iterator[str]:
    """ไม่เป็นความจริงที่ว่า before a whole sentence."""
    if text.startswith(place.title) and is_thai_name(place.title) and len(text) < 140:
        yield f"ไม่เป็นความจริงที่ว่า{text}"


def opposite(text: str, place: Place, draw: Draw) -> Iterator[str]:
    """ใหม่ -> เก่า, where the passage does not hold both."""
    for start, word in tokens(text):
        if (other := _TURNS.get(word)) and other not in place.passage:
            yield text[:start] + other + text[start + len(word) :]


def other_places(text: str, place: Place, draw: Draw) -> Iterator[str]:
    """A province, a city or a surname for another; the first half of the name the article is about."""
    for pool in (PROVINCES, _PLACES, COUNTRIES):
        for start, word in tokens(text):
            if word in pool and not re.search("ภาษา$|อ่าว$|ทะเล$|ชาว$", text[:start]):
                other = draw.random.choice([name for name in pool if name not in place.passage])
                yield text[:start] + other + text[start + len(word) :]
    for found in _NAMED.finditer(text):
        yield swapped(text, found, draw.random.choice([name for name in _SURNAMES if name not in place.passage]), 2)
    if is_thai_name(place.title) and len(place.title.split()) == 2 and place.title in text:
        first, last = place.title.split()
        yield text.replace(
            place.title, f"{first} {draw.random.choice([name for name in _SURNAMES if name not in place.passage])}", 1
        )
        if stranger := draw.stranger(place.passage, place.title):
            yield text.replace(place.title, f"{stranger.split()[0]} {last}", 1)


def roles(text: str, place: Place, draw: Draw) -> Iterator[str]:
    """จาก A ไป B -> จาก B ไป A."""
    for found in _FROM_TO.finditer(text):
        if found.group(2) != "เป็น":
            yield swapped(text, found, f"จาก{found.group(3)}{found.group(2)}{found.group(1)}")


def units(text: str, place: Place, draw: Draw) -> Iterator[str]:
    """135 กิโลเมตร -> 135 วา."""
    for pattern, others in _UNITS:
        for found in re.finditer(pattern, text):
            if not re.search(r"(?:ปี|พ\.ศ\.|ค\.ศ\.) ?\d{4}$|ชั้น \d$", text[: found.start()]):
                yield swapped(text, found, draw.random.choice(others))


def dates(text: str, place: Place, draw: Draw) -> Iterator[str]:
    """Two digits of a year changed about, the day or month before, a year of the other era that is too far."""
    known = digits(place.passage)
    for found in re.finditer(r"(พ\.ศ\.|ค\.ศ\.|ปี) ?(\d{4})(?!\d)", text):
        year = found.group(2)
        other = year[:2] + year[3] + year[2]
        if other != year and not {other, str(int(other) + BUDDHIST), str(int(other) - BUDDHIST)} & known:
            yield swapped(text, found, other, 2)
        if found.group(1) == "พ.ศ." and int(year) > 2300:
            yield swapped(text, found, f"ค.ศ. {int(year) - BUDDHIST - 10}")
    for found in re.finditer(rf"(?<![\d–-])(\d{{1,2}}) (?={THAI_MONTH})", text):
        day = int(found.group(1))
        other = str(day + 3 if day < 26 else day - 9)
        if other not in known:
            yield swapped(text, found, other, 1)
    for found in re.finditer(THAI_MONTH, text):
        other = THAI_MONTHS[(THAI_MONTHS.index(found.group()) + 5) % 12]
        if other not in place.passage:
            yield swapped(text, found, other)
    for found in re.finditer(r"ศตวรรษที่ ?(\d{1,2})", text):
        if str(int(found.group(1)) - 1) not in known:
            yield swapped(text, found, str(int(found.group(1)) - 1), 1)


def quantifiers(text: str, place: Place, draw: Draw) -> Iterator[str]:
    """บาง -> ไม่มี; ทุก -> แทบไม่มี; อย่างน้อย -> อย่างมาก."""
    for start, word in tokens(text):
        if word not in _QUANTIFIERS or re.search("(?:ไม่|ที่|มา|อีก|ไม่ได้) ?$", text[:start]):
            continue
        after = text[start + len(word) :]
        if word in ("หลาย", "บาง", "ทุก") and not re.match(CLASSIFIER, after):
            continue
        if word in ("เกือบ", "ประมาณ", "เพียง", "อย่างน้อย") and not re.match(r" ?[\d๐-๙]", after):
            continue
        if (word == "ทั้งหมด" and (re.match(r" ?\d", after) or text[:start].endswith("จาก"))) or (
            word == "มัก" and after.startswith("ตัน")
        ):
            continue
        if (word == "เสมอ" and re.match(r" ?\d", after)) or (word == "ทั่ว" and not re.match("โลก|ประเทศ|ทั้ง", after)):
            continue
        yield text[:start] + draw.random.choice(_QUANTIFIERS[word]) + after


def comparatives(text: str, place: Place, draw: Draw) -> Iterator[str]:
    """ใหญ่ที่สุด -> ใหญ่เป็นอันดับสอง; มากกว่า -> พอๆ กับ."""
    for word, other in _COMPARED:
        start = text.find(word)
        if start >= 0 and not re.search("ไม่|มิ", text[:start]) and other not in place.passage:
            if word == "กว่า " and not re.match(r"\d", text[start + len(word) :]):
                continue
            yield text[:start] + other + text[start + len(word) :]


def far_numbers(text: str, place: Place, draw: Draw) -> Iterator[str]:
    """A number from anywhere else in the passage."""
    others = {found.group() for found in NUMBER.finditer(place.passage)}
    for found in NUMBER.finditer(text):
        number = found.group()
        year = is_year(number)
        if re.match(r"\.|\)", text[found.end() :]) and not year:
            continue
        if not year and (
            BOUNDED_THAI.search(text[: found.start()]) or re.match(rf" ?{THAI_MONTH}", text[found.end() :])
        ):
            continue
        for other in sorted(others):
            plain = other.replace(",", "")
            if is_year(plain) != year or plain in digits(place.text) or ("." in plain) != ("." in number):
                continue
            if year and (int(number) > 2200) != (int(plain) > 2200):
                continue
            if not year and int(float(plain)) < 100 and thai_words(int(float(plain))) in place.text:
                continue
            yield swapped(text, found, other)


NEGATIVES: Mapping[str, Sequence[Rewrite]] = {
    "numbers": (numbers,),
    "negation": (negation, untrue, opposite),
    "names": (other_places,),
    "roles": (roles,),
    "units": (units,),
    "dates": (dates,),
    "quantifiers": (quantifiers,),
    "comparatives": (comparatives,),
    "neighbour": (far_numbers,),
    "stitched": (),  # who a Thai piece speaks of is often unsaid: what is stitched of two is too often true
}
