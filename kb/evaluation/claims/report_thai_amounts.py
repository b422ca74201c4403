"""A Thai sentence -> its numbers, dates and units written as others write them: of the reported family."""
# ruff: noqa: E501 - a wording, a pattern and a list of words are read whole

from __future__ import annotations

import re
from collections.abc import Iterator

from kb.evaluation.claims.case import Draw, Place, swapped
from kb.evaluation.claims.slots import BUDDHIST, THAI_DIGITS, THAI_MONTHS, THAI_SHORT_MONTHS, thai_words
from kb.evaluation.claims.wording import NUMBER, is_year
from kb.evaluation.claims.wording_thai import CLASSIFIER, THAI_MONTH

_PLAIN = str.maketrans("๐๑๒๓๔๕๖๗๘๙", "0123456789")
_SPELT = {thai_words(number): number for number in range(3, 13)}
_SPELT_WORD = re.compile(
    rf"(?:(?<=[^ก-๙])|(?<=มี)|(?<=เป็น)|(?<=อีก)|(?<=ทั้ง)|(?<=แบ่งออกเป็น)|(?<=จำนวน))({'|'.join(sorted(_SPELT, key=len, reverse=True))})(?={CLASSIFIER})"
)
_LABEL = re.compile(r"(?:พ\.ศ\.|ค\.ศ\.|ปี|วันที่|[A-Za-z]) ?$")
_NO_AMOUNT = re.compile(rf"[.)\]]| {THAI_MONTH}|[-–]")
_DATE = re.compile(rf"(?<![\d–-])(\d{{1,2}}) ({THAI_MONTH}) ?(พ\.ศ\.|ค\.ศ\.)? ?(\d{{4}})")
_BUDDHIST_YEAR, _COMMON_YEAR = (
    re.compile(r"พ\.ศ\. ?(2[345]\d\d)(?!\d)"),
    re.compile(r"ค\.ศ\. ?(1[5-9]\d\d|20\d\d)(?!\d)"),
)
_YEAR_BEFORE_APRIL = re.compile(r"(?:มกราคม|กุมภาพันธ์|มีนาคม) (?:พ\.ศ\.|ค\.ศ\.)? ?$")
_BARE_YEAR = re.compile(r"(?<=ปี )(2[45]\d\d)(?!\d|[–-])")
_CENTURY = re.compile(r"(?<!คริสต์)(?<!พุทธ)ศตวรรษที่ ?(\d{1,2})|คริสต์ศตวรรษที่ ?(\d{1,2})")
_UNITS = (
    (re.compile(r"(?<=\d) ?(?:กิโลเมตร|กม\.)(?!ต่อ|²|/| ?ต่อ)"), (" ก.ม.", " km")),
    (re.compile(r"(?<=\d) ?ตารางกิโลเมตร"), (" ตร.กม.", " km²")),
    (re.compile(r"(?<=\d) ?(?:กิโลกรัม|กก\.)"), (" ก.ก.", " kg")),
    (re.compile(r"(?<=\d) ?(?:เซนติเมตร|ซม\.|เซ็นติเมตร)"), (" ซ.ม.", " cm")),
    (re.compile(r"(?<=\d) ?เมตร(?!ิ)"), (" ม.", " m")),
    (re.compile(r"(?<=\d) ?มิลลิเมตร"), (" ม.ม.", " mm")),
    (re.compile(r"(?<=\d) ?(?:%|เปอร์เซนต์|เปอร์เซ็นต์)"), (" เปอร์เซ็นต์", "%")),
    (re.compile(r"ร้อยละ ?(\d[\d.,]*\d|\d)"), (r"\1 %", r"\1 เปอร์เซ็นต์")),
    (re.compile(r"(?<=\d) ?(?:องศาเซลเซียส|°C)"), (" องศา ซ.", " ℃")),
    (re.compile(r"(?<=\d) ?ตารางเมตร"), (" ตร.ม.", " m²")),
    (re.compile(r"(?<=\d) ?(?:ดอลลาร์สหรัฐ|ดอลล่าร์สหรัฐ|เหรียญสหรัฐ)(?:อเมริกา)?"), (" ดอลลาร์อเมริกัน", " USD")),
    (re.compile(r"(?<=\d) ?ชั่วโมง"), (" ชม.", " ชั่วโมง")),
    (re.compile(r"(?<=\d) ?กิโลเมตรต่อชั่วโมง"), (" กม./ชม.", " กิโลเมตร/ชั่วโมง")),
    (re.compile(r"(?<=\d) ?ไมล์ต่อชั่วโมง"), (" ไมล์/ชม.", " ไมล์/ชั่วโมง")),
    (re.compile(r"(?<=\d) ?บาทต่อ"), (" บาท/", " บ. ต่อ")),
    (re.compile(r"ปีละ (\d[\d,.]*\d|\d) ([ก-๙]{2,8})(?=$| )"), (r"\1 \2ต่อปี", r"\1 \2ทุกปี")),
)  # fmt: skip


def numerals(text: str, place: Place, draw: Draw) -> Iterator[str]:
    """9,291 -> 9291, ๙,๒๙๑, in words."""
    for found in NUMBER.finditer(text):
        number, after = found.group(), text[found.end() :]
        plain = number.replace(",", "")
        if _LABEL.search(text[: found.start()]) or is_year(plain) or _NO_AMOUNT.match(after):
            continue
        counts = re.match(rf" ?{CLASSIFIER}", after)
        if "," in number and "." not in number:
            yield swapped(text, found, plain)
            if int(plain) < 10**7 and counts:
                yield f"{text[: found.start()].rstrip()} {thai_words(int(plain))}{after.lstrip()}"
        if draw.random.random() < 0.5:
            yield swapped(text, found, number.translate(THAI_DIGITS))
        if counts and plain.isdigit() and "," not in number and 1 < int(plain) < 1000:
            before = text[: found.start()].rstrip()
            yield f"{before}{'' if re.search('[ก-๙]$', before) else ' '}{thai_words(int(plain))}{after.lstrip()}"
        if counts and plain.isdigit() and "," not in number and len(plain) == 4:
            yield swapped(text, found, f"{int(plain):,}")


def spelt(text: str, place: Place, draw: Draw) -> Iterator[str]:
    """19 ล้าน -> 19,000,000, สิบเก้าล้าน; ๕ -> 5; สาม -> 3."""
    for found in re.finditer(r"(?<![\d.,–-])(\d{1,3}) ?ล้าน(?!ล้าน|กว่า)", text):
        yield swapped(text, found, f"{thai_words(int(found.group(1)))}ล้าน")
        yield swapped(text, found, f"{int(found.group(1)) * 1_000_000:,} ".translate(THAI_DIGITS))
    for found in re.finditer(r"(?<![๐-๙.,])[๐-๙]+(?:,[๐-๙]{3})*(?![๐-๙.,])", text):
        yield swapped(text, found, found.group().translate(_PLAIN))
    for found in _SPELT_WORD.finditer(text):
        if not re.search("(?:ที่|หนึ่ง|สิบ|ร้อย|พัน|หมื่น|แสน|ล้าน)$", text[: found.start()]):
            yield swapped(text, found, f" {_SPELT[found.group(1)]} ").replace("  ", " ")


def days(text: str, place: Place, draw: Draw) -> Iterator[str]:
    """6 ตุลาคม พ.ศ. 2516 -> 6 ต.ค. พ.ศ. 2516, ๖ ตุลาคม พ.ศ. ๒๕๑๖, 6 ตุลาคม ค.ศ. 1973."""
    for found in _DATE.finditer(text):
        day, month, era, year = found.groups()
        short = THAI_SHORT_MONTHS[THAI_MONTHS.index(month)]
        yield swapped(text, found, f"{day} {short} {era + ' ' if era else ''}{year}")
        yield swapped(text, found, f"{day} {month} {era + ' ' if era else ''}{year}".translate(THAI_DIGITS))
        after_1940 = int(year) >= (2484 if int(year) > 2200 else 1941)
        if era and (after_1940 or month not in THAI_MONTHS[:3]):
            other = int(year) - BUDDHIST if int(year) > 2200 else int(year) + BUDDHIST
            yield swapped(text, found, f"{day} {month} {'ค.ศ.' if int(year) > 2200 else 'พ.ศ.'} {other}")


def years(text: str, place: Place, draw: Draw) -> Iterator[str]:
    """พ.ศ. 2516 -> ค.ศ. ๑๙๗๓, พ.ศ. 2516 (ค.ศ. 1973), ปี 2516; ค.ศ. 1973 -> พุทธศักราช 2516."""
    for found in _BUDDHIST_YEAR.finditer(text):
        year, before = int(found.group(1)), text[: found.start()]
        if year >= 2484 or not _YEAR_BEFORE_APRIL.search(before):
            yield swapped(text, found, f"ค.ศ. {year - BUDDHIST}".translate(THAI_DIGITS))
            yield swapped(text, found, f"พ.ศ. {year} (ค.ศ. {year - BUDDHIST})")
        if not before.endswith("ปี ") and not re.search(r"ปี ?$|\d $|[ก-๙]ม $|[ก-๙]น ?$|[ก-๙]์ ?$", before):
            yield swapped(text, found, f"ปี {year}")
    for found in _COMMON_YEAR.finditer(text):
        year, before = int(found.group(1)), text[: found.start()]
        if year >= 1941 or not _YEAR_BEFORE_APRIL.search(before):
            yield swapped(text, found, f"พุทธศักราช {year + BUDDHIST}")
            yield swapped(text, found, f"พ.ศ. {year + BUDDHIST}")
        yield swapped(text, found, f"ค.ศ. {year}".translate(THAI_DIGITS))


def ages(text: str, place: Place, draw: Draw) -> Iterator[str]:
    """ปี 2516 -> ปี พ.ศ. 2516; ศตวรรษที่ 19 -> ศตวรรษที่ ๑๙."""
    for found in _BARE_YEAR.finditer(text):
        yield swapped(text, found, f"พ.ศ. {found.group(1)}")
        if int(found.group(1)) >= 2484:
            yield swapped(text, found, f"ค.ศ. {int(found.group(1)) - BUDDHIST}")
    for found in _CENTURY.finditer(text):
        number = found.group(1) or found.group(2)
        start = "คริสต์" if found.group(2) else ""
        yield swapped(text, found, f"{start}ศตวรรษที่ {number.translate(THAI_DIGITS)}")
        yield swapped(text, found, f"{start}ศตวรรษที่{thai_words(int(number))}")


def units(text: str, place: Place, draw: Draw) -> Iterator[str]:
    """87 ตารางกิโลเมตร -> 87 km²; ร้อยละ 60 -> 60 %; 744 เมตร -> 744 m."""
    for pattern, others in _UNITS:
        for found in pattern.finditer(text):
            by = found.expand(draw.random.choice(others)) if found.groups() else draw.random.choice(others)
            gap = " " if by[0].isdigit() and found.start() and text[found.start() - 1] > "\u0e00" else ""
            claim = (text[: found.start()] + gap + by + text[found.end() :]).rstrip()
            if "".join(claim.split()) != "".join(text.split()):
                yield claim
