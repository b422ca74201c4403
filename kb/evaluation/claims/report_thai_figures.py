"""A Thai sentence -> sentences with another number, unit or date: of the family that is reported."""
# ruff: noqa: E501, SIM905 - a wording, a pattern and a list of words are read whole

from __future__ import annotations

import re
from collections.abc import Iterator

from kb.evaluation.claims.case import Draw, Place, swapped
from kb.evaluation.claims.slots import BUDDHIST, THAI_DIGITS, THAI_MONTHS, thai_words
from kb.evaluation.claims.wording import NUMBER, digits, is_year
from kb.evaluation.claims.wording_thai import BOUNDED_THAI, CLASSIFIER, THAI_MONTH

_WORDS = {thai_words(number): number for number in range(2, 21)}
_COUNT_WORD = re.compile(
    rf"(?:(?<=[^ก-๙])|(?<=มี)|(?<=เป็น)|(?<=อีก)|(?<=จำนวน)|(?<=ครั้ง))({'|'.join(sorted(_WORDS, key=len, reverse=True))})(?={CLASSIFIER})"
)
_LOWER = re.compile("(?:มากกว่า|กว่า|เกิน|อย่างน้อย|ไม่ต่ำกว่า|สูงถึง|ถึง|มากถึง) ?$")
_UPPER = re.compile("(?:ไม่เกิน|น้อยกว่า|ต่ำกว่า|ไม่ถึง|เกือบ|ภายใน|เพียง|แค่) ?$")
_LABEL = re.compile(
    "(?:ที่|มาตรา|หมายเลข|รุ่น|ชั้น|เลข|ช่อง|พ\\.ศ\\.|ค\\.ศ\\.|ปี|ภาค|ตอน|รหัส|หน้า|เวลา|หมู่|เบอร์|ข้อ|ประมาณ|ราว|ร่วม|อายุ|[A-Za-z/.:–-]) ?$"
)
_KINDS = (
    "วินาที นาที ชั่วโมง วัน สัปดาห์ เดือน ปี ทศวรรษ".split(),
    "มิลลิเมตร เซนติเมตร เมตร กิโลเมตร นิ้ว ฟุต หลา ไมล์ วา".split(),
    "กรัม กิโลกรัม ตัน ปอนด์ ออนซ์ ขีด".split(),
    "ตารางเมตร ตารางกิโลเมตร ไร่ ตารางวา เอเคอร์ เฮกตาร์".split(),
    "บาท ดอลลาร์ เยน ยูโร ปอนด์ หยวน วอน".split(),
    "ล้าน แสน หมื่น พัน".split(),
)
_SHORT = {"ซม.": "เซนติเมตร", "กม.": "กิโลเมตร", "กก.": "กิโลกรัม", "ตร.กม.": "ตารางกิโลเมตร", "ตร.ม.": "ตารางเมตร", "ม.": "เมตร", "ก.ม.": "กิโลเมตร", "ซ.ม.": "เซนติเมตร", "ชม.": "ชั่วโมง", "ดอลลาร์สหรัฐ": "ดอลลาร์", "ดอลล่าร์": "ดอลลาร์", "เหรียญสหรัฐ": "ดอลลาร์"}  # fmt: skip
_OTHER = {"%": (" ‰", " ส่วนในล้านส่วน"), "เปอร์เซ็นต์": ("ส่วนในล้านส่วน", "จุด"), "คน": ("ครอบครัว", "คณะ"), "แห่ง": ("จังหวัด", "คัน"), "ครั้ง": ("เดือน", "ชั่วโมง"), "ตอน": ("ภาค", "ปี"), "ชนิด": ("วงศ์", "ตัว"), "เรื่อง": ("ตอน", "ชุด"), "ตัว": ("ฝูง", "ชนิด"), "องศาเซลเซียส": ("เคลวิน", "องศาฟาเรนไฮต์")}  # fmt: skip
_UNIT = re.compile(
    rf"(?<=[\d๐-๙])(?P<gap> ?)(?P<unit>ตารางกิโลเมตร|ตร\.กม\.|ตารางเมตร|ตร\.ม\.|กิโลเมตร|กม\.|ก\.ม\.|เซนติเมตร|ซม\.|ซ\.ม\.|มิลลิเมตร|เมตร(?!ิ)|กิโลกรัม|กก\.|กรัม(?!ม)|ตัน|ปอนด์|นิ้ว|ฟุต|ไมล์|ไร่|ล้าน(?!ล้าน)|ดอลลาร์สหรัฐ|ดอลล่าร์|ดอลลาร์|เหรียญสหรัฐ|บาท|เยน|"
    rf"วินาที|นาที|ชั่วโมง|สัปดาห์|วัน(?!ที่|รุ่ง)|เดือน(?!ที่| ?\d| ?{THAI_MONTH})|ปี(?!ที่|ก่อน| ?พ)|ทศวรรษ|องศาเซลเซียส|%|เปอร์เซ็นต์|คน(?!ที่|แรก)|แห่ง|ครั้ง(?!ที่|แรก)|ตอน(?!ที่)|ชนิด|เรื่อง|ตัว(?!อ|แ))"
)
_DAYS = "จันทร์ อังคาร พุธ พฤหัสบดี ศุกร์ เสาร์ อาทิตย์".split()
_TIMES = {
    "เช้า": "เย็น",
    "ฤดูหนาว": "ฤดูร้อน",
    "ฤดูร้อน": "ฤดูฝน",
    "ฤดูใบไม้ผลิ": "ฤดูใบไม้ร่วง",
    "เที่ยงคืน": "เที่ยงวัน",
    "ต้นปี": "ปลายปี",
    "ปลายปี": "ต้นปี",
    "ปลายเดือน": "ต้นเดือน",
    "ต้นเดือน": "ปลายเดือน",
}


def numbers(text: str, place: Place, draw: Draw) -> Iterator[str]:
    """A number a little or a lot off, in the digits it has; a bound set where the passage does not set it."""
    known = digits(place.passage)
    for found in NUMBER.finditer(text):
        plain, before, after = found.group().replace(",", ""), text[: found.start()], text[found.end() :]
        if is_year(plain) or _LABEL.search(before) or re.match(rf" ?(?:{THAI_MONTH}|[)\].:–-]|กว่า)|–|-", after):
            continue
        bound = 1 if _LOWER.search(before) else -1 if _UPPER.search(before) else 0
        value = float(plain)
        factor = draw.random.choice(
            (1.3, 2.2, 4) if bound > 0 else (0.3, 0.5, 0.7) if bound < 0 else (0.3, 0.7, 0.9, 1.15, 1.6, 2.6)
        )
        other = round(value * factor, 1) if "." in plain else max(2, round(value * factor))
        other = value + (1 if bound >= 0 else -1) if other == value else other
        said = f"{other:,.1f}" if "." in plain else f"{int(other):,}" if "," in found.group() else str(int(other))
        if said.replace(",", "") not in known and other > 0 and thai_words(int(other)) not in place.passage:
            yield swapped(text, found, said if draw.random.random() < 0.8 else said.translate(THAI_DIGITS))
    for found in _COUNT_WORD.finditer(text):
        value, before = _WORDS[found.group(1)], text[: found.start()]
        if _LABEL.search(before) or re.search("(?:หนึ่ง|สิบ|ร้อย|ทั้ง|พัน|หมื่น|ล้าน)$", before):
            continue
        other = value + draw.random.choice((1, 2, 3)) if not _UPPER.search(before) else value - 1
        if other > 1 and thai_words(other) not in place.passage and str(other) not in known:
            yield swapped(text, found, thai_words(other), 1)


def units(text: str, place: Place, draw: Draw) -> Iterator[str]:
    """ซม. -> กิโลเมตร; ปี -> สัปดาห์; ล้าน -> พัน; คน -> ครอบครัว."""
    for found in _UNIT.finditer(text):
        before = text[: found.start()]
        if re.search(
            r"(?:ปี|พ\.ศ\.|ค\.ศ\.|ภายใน|ไม่เกิน|มากกว่า|น้อยกว่า|เกิน|อย่างน้อย|ชั้น|ที่|กว่า|ถึง|เกือบ) ?[\d,.]+$", before
        ) or (found["unit"] == "คน" and re.search(r"\d{4}$", before)):
            continue
        unit = _SHORT.get(found["unit"], found["unit"])
        others = [*_OTHER.get(unit, ()), *(other for kind in _KINDS if unit in kind for other in kind if other != unit)]
        others = [other for other in others if other.strip() not in text]
        if others:
            yield swapped(
                text,
                found,
                draw.random.choice(others).strip() if found["gap"] else f" {draw.random.choice(others).strip()}",
                "unit",
            )


def years(text: str, place: Place, draw: Draw) -> Iterator[str]:
    """A year one, seven or a hundred off, the wrong year of the other era; another century or decade."""
    known = digits(place.passage)
    for found in re.finditer(r"(พ\.ศ\.|ค\.ศ\.|ปี|พุทธศักราช) ?(\d{4})(?!\d|–|-)", text):
        if re.search("(?:ก่อน|หลัง|ตั้งแต่|จนถึง|ถึง|ภายใน|ก่อนปี|หลังปี) ?$", text[: found.start()]):
            continue
        year = int(found.group(2)) + draw.random.choice((-100, -7, -1, 1, 5, 9, 13))
        if not {str(year), str(year + BUDDHIST), str(year - BUDDHIST)} & known:
            yield swapped(text, found, str(year), 2)
        if found.group(1) == "ค.ศ." and int(found.group(2)) < 2100:
            wrong = int(found.group(2)) + BUDDHIST + draw.random.choice((-3, 4, 10))
            if str(wrong) not in known:
                yield swapped(text, found, f"พ.ศ. {wrong}")
    for found in re.finditer(r"(?:ศตวรรษที่|ทศวรรษ(?:ที่)?) ?(\d{2,4})", text):
        other = str(int(found.group(1)) + (1 if len(found.group(1)) < 3 else 20))
        if other not in known:
            yield swapped(text, found, other, 1)


def days(text: str, place: Place, draw: Draw) -> Iterator[str]:
    """Another day, month, weekday or season."""
    known = digits(place.passage)
    for found in re.finditer(rf"(?<![\d–-])(\d{{1,2}}) (?={THAI_MONTH})", text):
        day = int(found.group(1)) % 28 + 1
        day = day if str(day) not in known else (day + 8) % 28 + 1
        if str(day) not in known:
            yield swapped(text, found, str(day), 1)
    for found in re.finditer(THAI_MONTH, text):
        free = [name for name in THAI_MONTHS if name not in place.passage]
        if not re.search("ถึง ?$|[-–] ?$", text[: found.start()]) and not re.match(r" ?[-–]|ถึง", text[found.end() :]):
            yield swapped(text, found, draw.random.choice(free))
    for found in re.finditer(rf"วัน(?P<day>{'|'.join(_DAYS)})(?!ศักดิ์|ที่เป็น)", text):
        yield swapped(text, found, draw.random.choice([day for day in _DAYS if day not in place.passage]), "day")
    for found in re.finditer(rf"(?:{'|'.join(_TIMES)})(?!ว|ม)", text):
        if _TIMES[found.group()] not in place.passage:
            yield swapped(text, found, _TIMES[found.group()])


def neighbours(text: str, place: Place, draw: Draw) -> Iterator[str]:
    """A number of the piece before or after, or of the one after next, in digits of either kind."""
    own = digits(place.text)
    around = place.passage.replace(place.text, " ")
    near = (
        place.before + " \n " + place.after + " \n " + around.partition(place.after)[2][:120]
        if place.after
        else place.before + " \n "
    )
    for found in NUMBER.finditer(text):
        number, before = found.group().replace(",", ""), text[: found.start()]
        year = is_year(number)
        if not year and (
            BOUNDED_THAI.search(before)
            or _LABEL.search(before)
            or _UPPER.search(before)
            or re.match(rf" ?(?:{THAI_MONTH}|[)\].:–-])", text[found.end() :])
        ):
            continue
        if year and re.search("(?:ก่อน|หลัง|ตั้งแต่|ถึง|จน) ?(?:ปี ?)?(?:พ\\.ศ\\. ?|ค\\.ศ\\. ?)?$|[-–] ?$", before):
            continue
        for other in NUMBER.finditer(near):
            plain = other.group().replace(",", "")
            if plain in own or is_year(plain) != year or ("." in plain) != ("." in number):
                continue
            if year and (int(number) > 2200) != (int(plain) > 2200):
                continue
            if not year and plain.isdigit() and int(plain) < 100 and thai_words(int(plain)) in place.text:
                continue
            yield swapped(
                text, found, other.group() if draw.random.random() < 0.8 else other.group().translate(THAI_DIGITS)
            )
