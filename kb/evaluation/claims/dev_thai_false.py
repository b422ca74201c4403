"""A Thai sentence -> sentences that its passage does not prove: the family used while developing."""
# ruff: noqa: E501, SIM905 - a wording, a pattern and a list of words are read whole

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from kb.evaluation.claims.case import Draw, Place, Rewrite, swapped
from kb.evaluation.claims.slots import BUDDHIST, THAI_MONTHS
from kb.evaluation.claims.wording import NUMBER, digits, is_year
from kb.evaluation.claims.wording_thai import BOUNDED_THAI, CLASSIFIER, COUNTRIES, THAI_MONTH, is_thai_name, tokens

_NEGATED = {
    "เป็น": "ไม่ได้เป็น", "มี": "ไม่มี", "สามารถ": "ไม่สามารถ", "ได้รับ": "ไม่ได้รับ", "ตั้งอยู่": "ไม่ได้ตั้งอยู่", "เคย": "ไม่เคย", "ต้อง": "ไม่ต้อง",
    "ประกอบด้วย": "ไม่ได้ประกอบด้วย", "สำเร็จการศึกษา": "ไม่ได้สำเร็จการศึกษา", "เริ่ม": "ไม่ได้เริ่ม", "เข้าร่วม": "ไม่ได้เข้าร่วม",
}  # fmt: skip
_NEVER_BEFORE = frozenset(
    "ไม่ ไม่ได้ มิ มิได้ ที่ ซึ่ง หาก ถ้า อาจ เพื่อ ให้ จะ การ ว่า โดย ก็ หรือ ไม่เคย ความ ผู้ กลาย ยัง ทั้ง ไม่มี ได้ มา ไป ใช้ เข้ามา ปรับปรุง จิตใจ จัด สุด ถือ แบ่ง นับ คิด เท่า แก้ไข เรียก รู้จัก".split()
)
_KEPT_NOT = frozenset("ว่า เพียง น้อยกว่า เกิน กี่ ต่ำกว่า แน่ ใช่ นาน ช้า แพ้ เหมือน".split())
_OPPOSITES = (
    ("เพิ่มขึ้น", "ลดลง"), ("ตะวันออก", "ตะวันตก"), ("เหนือ", "ใต้"), ("ชนะ", "แพ้"), ("อนุญาต", "ห้าม"), ("สนับสนุน", "ต่อต้าน"), ("เปิด", "ปิด"),
    ("สำเร็จ", "ล้มเหลว"), ("ยอมรับ", "ปฏิเสธ"), ("ซ้าย", "ขวา"), ("ภายใน", "ภายนอก"), ("บน", "ล่าง"), ("ทางตรง", "ทางอ้อม"),
    ("น้ำจืด", "น้ำเค็ม"), ("ตะวันออกเฉียงเหนือ", "ตะวันตกเฉียงใต้"), ("ชาย", "หญิง"), ("พี่ชาย", "น้องชาย"), ("เพิ่ม", "ลด"), ("ซื้อ", "ขาย"),
)  # fmt: skip
_TURNS = {one: other for pair in _OPPOSITES for one, other in (pair, pair[::-1])}
_UNITS = (
    (r"(?<=\d) ?ตารางกิโลเมตร", (" ตารางเมตร", " ไร่")),
    (r"(?<=\d) ?กิโลเมตร", (" ไมล์", " เมตร")),
    (r"(?<=\d) ?เมตร(?!ิ)", (" กิโลเมตร", " ฟุต")),
    (r"(?<=\d) ?เซนติเมตร", (" เมตร", " นิ้ว")),
    (r"(?<=\d) ?กิโลกรัม", (" กรัม", " ตัน")),
    (r"(?<=\d) ?ล้าน(?!ล้าน)", (" พันล้าน", " แสน")),
    (r"(?<=\d) ?บาท", (" ดอลลาร์สหรัฐ", " เยน")),
    (r"(?<=\d) ?ปี(?!ที่|ก่อน)", (" เดือน", " สัปดาห์")),
    (r"(?<=\d) ?เดือน", (" ปี", " วัน")),
    (r"(?<=\d) ?วัน(?!ที่)", (" เดือน", " ชั่วโมง")),
    (r"(?<=\d) ?ชั่วโมง", (" นาที", " วัน")),
    (r"(?<=\d) ?นาที", (" ชั่วโมง", " วินาที")),
    (r"(?<=\d) ?(?:%|เปอร์เซ็นต์)", (" คน", " เท่า")),
    (r"(?<=\d) ?ไร่", (" ตารางวา", " ตารางกิโลเมตร")),
    (r"(?<=\d) ?ตัว(?!อักษร)", (" ฝูง", " คู่")),
)
_QUANTIFIERS = {
    "บาง": "ทุก", "หลาย": "ทุก", "ส่วนใหญ่": "ทั้งหมด", "ส่วนมาก": "ทั้งหมด", "มัก": "ไม่เคย", "บางครั้ง": "ทุกครั้ง", "บ่อยครั้ง": "น้อยครั้ง", "เสมอ": "บางครั้ง",
    "บางส่วน": "ทั้งหมด", "โดยทั่วไป": "ในทุกกรณี", "มักจะ": "ไม่เคย", "บางคน": "ทุกคน", "ส่วนน้อย": "ส่วนใหญ่",
}  # fmt: skip
_COMPARED = (
    ("มากกว่า", "น้อยกว่า"), ("ใหญ่กว่า", "เล็กกว่า"), ("สูงกว่า", "ต่ำกว่า"), ("เร็วกว่า", "ช้ากว่า"), ("ใหญ่ที่สุด", "เล็กที่สุด"), ("มากที่สุด", "น้อยที่สุด"),
    ("สูงที่สุด", "ต่ำที่สุด"), ("สูงสุด", "ต่ำสุด"), ("ครั้งแรก", "ครั้งสุดท้าย"), ("คนแรก", "คนสุดท้าย"), ("ยาวกว่า", "สั้นกว่า"), ("ยาวที่สุด", "สั้นที่สุด"), ("ดีที่สุด", "แย่ที่สุด"),
    ("แห่งแรก", "แห่งสุดท้าย"), ("มากขึ้น", "น้อยลง"), ("แก่กว่า", "อ่อนกว่า"), ("เก่าแก่ที่สุด", "ใหม่ที่สุด"), ("ใหญ่ขึ้น", "เล็กลง"), ("สูงขึ้น", "ต่ำลง"),
)  # fmt: skip
_TURNED = {one: other for pair in _COMPARED for one, other in (pair, pair[::-1])}


def numbers(text: str, place: Place, draw: Draw) -> Iterator[str]:
    """Another number that stands nowhere in the passage."""
    known = digits(place.passage)
    for found in NUMBER.finditer(text):
        number = found.group().replace(",", "")
        if is_year(number) or "." in number or BOUNDED_THAI.search(text[: found.start()]) or int(number) > 10**9:
            continue
        if re.match(rf" ?(?:{THAI_MONTH}|\)|\]|\.|:|-|กว่า)", text[found.end() :]):
            continue
        other = max(2, round(int(number) * draw.random.choice((0.3, 0.5, 0.8, 1.2, 1.5, 2, 3)))) + 1
        if str(other) not in known and other != int(number):
            yield swapped(text, found, f"{other:,}" if "," in found.group() else str(other))


def negation(text: str, place: Place, draw: Draw) -> Iterator[str]:
    """ไม่ put in before the first verb that takes it, or taken out."""
    words = tokens(text)
    spoken = [word for _, word in words if word.strip()]
    for number, (start, word) in enumerate(words):
        before = next((other for _, other in reversed(words[:number]) if other.strip()), "")
        after = words[number + 1][1] if number + 1 < len(words) else ""
        if word in ("ไม่", "ไม่ได้") and before != "หรือ" and after.strip() and after not in _KEPT_NOT:
            yield text[:start] + text[start + len(word) :]
            return
        if word in _NEGATED and before not in _NEVER_BEFORE and before and not {"ไม่", "มิได้", "ไม่ได้"} & set(spoken):
            yield text[:start] + _NEGATED[word] + text[start + len(word) :]
            return


def opposite(text: str, place: Place, draw: Draw) -> Iterator[str]:
    """เพิ่มขึ้น -> ลดลง, where the passage does not hold both."""
    for start, word in tokens(text):
        if (other := _TURNS.get(word)) and other not in place.passage:
            yield text[:start] + other + text[start + len(word) :]


def strange_names(text: str, place: Place, draw: Draw) -> Iterator[str]:
    """The name the article is about, or a country, changed for another."""
    if is_thai_name(place.title) and place.title in text and (other := draw.stranger(place.passage, place.title)):
        yield text.replace(place.title, other)
    for start, word in tokens(text):
        if word in COUNTRIES and not re.search("ภาษา$|อ่าว$|ทะเล$", text[:start]):
            other = draw.random.choice([name for name in COUNTRIES if name not in place.passage])
            yield text[:start] + other + text[start + len(word) :]


def units(text: str, place: Place, draw: Draw) -> Iterator[str]:
    """135 กิโลเมตร -> 135 ไมล์."""
    for pattern, others in _UNITS:
        for found in re.finditer(pattern, text):
            if not re.search(r"(?:ปี|พ\.ศ\.|ค\.ศ\.) ?\d{4}$", text[: found.start()]):
                yield swapped(text, found, draw.random.choice(others))


def dates(text: str, place: Place, draw: Draw) -> Iterator[str]:
    """Another year, another month, the other era."""
    known = digits(place.passage)
    for found in re.finditer(r"(พ\.ศ\.|ค\.ศ\.|ปี) ?(\d{4})(?!\d)", text):
        year = int(found.group(2)) + draw.random.choice((-30, -11, -3, -2, 2, 4, 10, 19))
        if not {str(year), str(year + BUDDHIST), str(year - BUDDHIST)} & known:
            yield swapped(text, found, str(year), 2)
        if found.group(1) == "พ.ศ.":
            yield swapped(text, found, "ค.ศ.", 1)
    for found in re.finditer(THAI_MONTH, text):
        others = [name for name in THAI_MONTHS if name not in place.passage]
        yield swapped(text, found, draw.random.choice(others))


def quantifiers(text: str, place: Place, draw: Draw) -> Iterator[str]:
    """บาง -> ทุก; มัก -> ไม่เคย."""
    for start, word in tokens(text):
        if word not in _QUANTIFIERS or re.search("(?:ไม่|เป็น|ที่|มา|อีก|มี) ?$", text[:start]):
            continue
        if word in ("หลาย", "บาง") and not re.match(CLASSIFIER, text[start + len(word) :]):
            continue
        if word == "เสมอ" and re.match(r" ?\d", text[start + len(word) :]):
            continue
        yield text[:start] + _QUANTIFIERS[word] + text[start + len(word) :]


def comparatives(text: str, place: Place, draw: Draw) -> Iterator[str]:
    """มากกว่า -> น้อยกว่า."""
    for word, other in _TURNED.items():
        if (start := text.find(word)) >= 0 and other not in place.passage and not re.search("ไม่ ?$|เป็น$", text[:start]):
            yield text[:start] + other + text[start + len(word) :]


def neighbour(text: str, place: Place, draw: Draw) -> Iterator[str]:
    """A number from the sentence before or after."""
    for found in NUMBER.finditer(text):
        number = found.group()
        if not is_year(number) and BOUNDED_THAI.search(text[: found.start()]):
            continue
        for other in NUMBER.finditer(f"{place.before} \n {place.after}"):
            year = is_year(number)
            alike = is_year(other.group()) == year and ("." in number) == ("." in other.group())
            if alike and year:
                alike = (int(number) > 2200) == (int(other.group()) > 2200)
            if alike and other.group().replace(",", "") not in digits(place.text):
                yield swapped(text, found, other.group())


NEGATIVES: Mapping[str, Sequence[Rewrite]] = {
    "numbers": (numbers,),
    "negation": (negation, opposite),
    "names": (strange_names,),
    "roles": (),
    "units": (units,),
    "dates": (dates,),
    "quantifiers": (quantifiers,),
    "comparatives": (comparatives,),
    "neighbour": (neighbour,),
    "stitched": (),  # who a Thai piece speaks of is often unsaid: what is stitched of two is too often true
}
