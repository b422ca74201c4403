"""A Thai sentence -> sentences that its passage does not prove: the family that is reported."""
# ruff: noqa: E501, SIM905 - a wording, a pattern and a list of words are read whole

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator, Mapping, Sequence

from kb.evaluation.claims.case import Draw, Place, Rewrite, swapped
from kb.evaluation.claims.report_thai_figures import days, neighbours, numbers, units, years
from kb.evaluation.claims.wording_thai import CLASSIFIER, CONNECTED, COUNTRIES, PROVINCES, is_thai_name, tokens

_DENIED = {
    "ได้รับ": "ไม่ได้รับ", "ถูก": "ไม่ถูก", "เริ่ม": "ยังไม่ได้เริ่ม", "ประกอบด้วย": "ไม่มี", "อาศัยอยู่": "ไม่ได้อาศัยอยู่", "ช่วย": "ไม่ช่วย", "ทำให้": "ไม่ได้ทำให้", "ต้องการ": "ไม่ต้องการ", "เชื่อ": "ไม่เชื่อ",
    "ส่งผล": "ไม่ส่งผล", "แสดง": "ไม่แสดง", "ออกฉาย": "ไม่ได้ออกฉาย", "เดินทาง": "ไม่ได้เดินทาง", "เกิดขึ้น": "ไม่เคยเกิดขึ้น", "ประสบความสำเร็จ": "ไม่ประสบความสำเร็จ", "เข้าร่วม": "ปฏิเสธที่จะเข้าร่วม", "เปิด": "ไม่ได้เปิด",
    "ประกาศ": "ไม่ได้ประกาศ", "นำ": "ไม่ได้นำ", "ผลิต": "ไม่ได้ผลิต", "สนับสนุน": "ไม่สนับสนุน", "ยอมรับ": "ไม่ยอมรับ", "รู้จัก": "ไม่รู้จัก", "มี": "ไม่มี", "เป็น": "ไม่ใช่", "สามารถ": "ไม่สามารถ", "ทำงาน": "ไม่ได้ทำงาน",
    "ครอบคลุม": "ไม่ครอบคลุม", "ตั้งอยู่": "ไม่ได้ตั้งอยู่", "จำหน่าย": "ไม่ได้จำหน่าย", "ชนะ": "พลาดการชนะ", "นิยม": "ไม่นิยม", "กำหนด": "ไม่ได้กำหนด", "เสนอ": "ไม่ได้เสนอ", "ใช้": "ไม่ใช้", "พบ": "ไม่พบ",
}  # fmt: skip
_NEVER_AFTER = frozenset(
    "ไม่ ไม่ได้ มิ มิได้ ที่ ซึ่ง หาก ถ้า อาจ เพื่อ ให้ จะ การ ว่า หรือ ความ ผู้ กลาย ได้ มา ไป เข้า เข้ามา จัด ถือ นับ คิด เรียก โดย ก็ ยัง ทั้ง จาก ใน และ ตาม เพราะ เนื่องจาก ด้วย ของ นัก เมื่อ แล้ว จึง มัก เคย ต้อง ทำ แบ่ง ออก เปลี่ยน เห็น ปรากฏ กัน สร้าง เลี้ยง แต่ง ตั้ง ชื่อ นำ รวม ให้ ปลูก อย่าง เพียง กว่า ใช้ ออกมา วาง ช่อง".split()
)
_NO = re.compile("ไม่|มิได้|มิใช่|ห้าม|หาก|ถ้า|อาจ|หรือ|เว้น|เพียง|เท่านั้น|ยกเลิก")
_TAKEN_OUT = re.compile(
    "ไม่(?:ได้|เคย|สามารถ|ค่อย)?(?=(?:มี|ใช้|เป็น|ถูก|ต้อง|พบ|รับ|เข้า|ทำ|ให้|ยอม|สนใจ|เกี่ยว|ตอบ|เห็นด้วย|ปรากฏ))"
)
_OPPOSED = (
    "เริ่มต้น สิ้นสุด|เริ่ม เลิก|เข้า ออก|ขึ้น ลง|ตอนเหนือ ตอนใต้|ทิศเหนือ ทิศใต้|ทิศตะวันออก ทิศตะวันตก|ตะวันตกเฉียงเหนือ ตะวันออกเฉียงใต้|เพศชาย เพศหญิง|ตัวเมีย ตัวผู้|พี่สาว น้องสาว|พ่อ แม่|บิดา มารดา|ลูกชาย ลูกสาว|"
    "หลังสุด หน้าสุด|ด้านหน้า ด้านหลัง|ครีบหลัง ครีบท้อง|ลำต้น ราก|สีขาว สีดำ|สีแดง สีเขียว|สีเหลือง สีม่วง|สีน้ำตาล สีฟ้า|ชัยชนะ ความพ่ายแพ้|พ่ายแพ้ มีชัย|มิตร ศัตรู|พันธมิตร คู่ศึก|โจมตี ปกป้อง|"
    "ได้เปรียบ เสียเปรียบ|กำไร ขาดทุน|จ้าง ไล่ออก|เกิดก่อน เกิดหลัง|รัก เกลียด|สุข ทุกข์|ฉลาด โง่|รวย จน|สดใส หม่นหมอง|ตื้น ลึก|อ่อน แก่|หนา บาง|แห้ง เปียก|กลม เหลี่ยม|ร้อน หนาว|สว่าง มืด|ตื่น หลับ|กลางวัน กลางคืน|หน้าร้อน หน้าหนาว|"
    "ฤดูร้อน ฤดูหนาว|เจริญ เสื่อม|แข็ง นุ่ม|อุดมสมบูรณ์ แห้งแล้ง|เหมือน ต่าง|คล้าย ต่างจาก|แตกต่าง เหมือนกัน|ปลอดภัย อันตราย|ส่วนบน ส่วนล่าง|ตอนบน ตอนล่าง|พบได้บ่อย พบได้ยาก|หายาก พบทั่วไป|เดินหน้า ถอยหลัง|ตกต่ำ รุ่งเรือง|ฟ้อง ถอนฟ้อง|ล้มละลาย ร่ำรวย|"
    "เพิ่มขึ้น ลดน้อยลง|ขยาย หด|รวมกัน แยกกัน|ผูกพัน แตกแยก|ช่วยเหลือ ขัดขวาง|กระตุ้น ยับยั้ง|ยับยั้ง กระตุ้น|ดูดซึม ขับออก|เป็นมิตร ดุร้าย|ราบ ชัน|ปรองดอง บาดหมาง|ฝ่ายสัมพันธมิตร ฝ่ายมหาอำนาจกลาง|พุทธ คริสต์|อิสลาม พุทธ|ปฏิเสธ ตกลง|เห็นด้วย คัดค้าน"
)
_TURNED = {one: other for pair in _OPPOSED.split("|") for one, other in [tuple(pair.split(" ", 1))]}
_CITIES = "ลิสบอน ออสโล ไคโร โทรอนโต ดับลิน ปราก เฮลซิงกิ ลิมา มะนิลา ชิคาโก ซีแอตเทิล บูดาเปสต์".split()
_KNOWN_CITIES = "ลอนดอน ปารีส โตเกียว ปักกิ่ง เบอร์ลิน โรม มอสโก นิวยอร์ก วอชิงตัน เวียนนา ฮ่องกง บอสตัน เคมบริดจ์ ลาฮอร์ ดามัสกัส โซล มิลาน ฮาวาย แคลิฟอร์เนีย สต็อกโฮล์ม กรุงเทพ กรุงเทพฯ อยุธยา ธนบุรี".split()
_LANDS = "เปรู โปแลนด์ นอร์เวย์ เคนยา ชิลี โรมาเนีย เนปาล คิวบา โมร็อกโก ยูเครน ไอร์แลนด์ โคลอมเบีย".split()
_MORE_COUNTRIES = frozenset(
    (
        *COUNTRIES,
        "เซอร์เบีย",
        "ออสเตรีย",
        "อังกฤษ",
        "สหรัฐฯ",
        "สหรัฐ",
        "สยาม",
        "ซูรินาม",
        "เกาหลีใต้",
        "ไทย",
        "ลาว",
        "พม่า",
        "อัฟกานิสถาน",
        "ซูดาน",
        "สหรัฐอเมริกา",
        "ออสเตรีย-ฮังการี",
    )
)
_TWO = re.compile(
    r"([ก-๙]{3,24}?)(โจมตี|ชนะ|เอาชนะ|ยึด|บุก|ประกาศสงครามกับ|ช่วย|ควบคุม|ปกครอง|ผลิต|กระตุ้น|ทำลาย|สนับสนุน|ก่อให้เกิด|กิน|สร้าง|ล้อมรอบ|แต่งงานกับ|ส่งเสริม|นำไปสู่|มาจาก|ขึ้นอยู่กับ|เป็นส่วนหนึ่งของ|เป็นบุตรของ|ต่อต้าน)([ก-๙]{3,24})(?=$| )"
)
_BY_DOER = re.compile(r"([ก-๙]{3,30}?)(ถูก|ได้รับการ)([ก-๙]{3,12})โดย ?([ก-๙]{3,30})(?=$| )")
_BETWEEN = re.compile(r"จาก ?([ก-๙]{3,24}?)(ไปถึง|จนถึง|ไปยัง|มายัง)([ก-๙]{3,24})(?=$| )")
_ACTS = re.compile("ได้|เป็น|เปิด|ประกาศ|จึง|ก็|ที่|ซึ่ง|ว่า|ต่อ|ของ|โดย|เข้า|ยื่น|ใช้|ปฏิเสธ|สัญญา|ใน พ")
_WHY = re.compile(r"^([^()\d]{12,80}?) ?(?:เนื่องจาก|เพราะ)(?!ว่า|ฉะนั้น|เหตุ)([^()\d]{10,80})$")
_AMOUNTS = {
    "บาง": ("แทบทุก", "เกือบทุก"), "หลาย": ("แทบทุก", "เพียงหนึ่ง"), "ส่วนใหญ่": ("เพียงส่วนน้อย", "ทั้งหมดโดยไม่มียกเว้น"), "ส่วนมาก": ("เพียงส่วนน้อย",), "มัก": ("นาน ๆ ครั้งจึง",), "มักจะ": ("นาน ๆ ครั้งจึงจะ",), "ทุก": ("เพียงบาง", "แค่บาง"),
    "ทั้งหมด": ("เพียงส่วนเดียว",), "บางครั้ง": ("ตลอดเวลา",), "เสมอ": ("นาน ๆ ครั้ง",), "บ่อยครั้ง": ("แทบไม่เคย",), "บางส่วน": ("เกือบทั้งหมด",), "โดยทั่วไป": ("ในกรณียกเว้นเท่านั้น",), "อย่างน้อย": ("ไม่เกิน",), "จำนวนมาก": ("จำนวนน้อยนิด",),
    "เกือบ": ("ห่างไกลจาก",), "ราว": ("ไม่ถึงครึ่งของ",), "ประมาณ": ("มากกว่าสองเท่าของ",), "ทั่ว": ("เพียงมุมหนึ่งของ",), "เพียง": ("มากมายถึง",), "กว่า": ("ไม่ถึง",), "มากมาย": ("น้อยนิด",), "แต่ละ": ("เพียงหนึ่ง",), "ทั้งสอง": ("เพียงหนึ่งใน",),
    "หลากหลาย": ("เพียงแบบเดียว",), "อาจ": ("ย่อมต้อง",), "นานา": ("เพียงหนึ่ง",), "หลายๆ": ("แทบทุก",), "ต่างๆ": ("เพียงหนึ่งเดียว",), "ตลอด": ("เพียงบางช่วงของ",),
}  # fmt: skip
_DEGREES = (
    ("ใหญ่ที่สุด", "ใหญ่อันดับสิบ"), ("สูงที่สุด", "สูงอันดับสิบ"), ("มากที่สุด", "มากอันดับแปด"), ("ยาวที่สุด", "ยาวอันดับเจ็ด"), ("เก่าแก่ที่สุด", "เก่าแก่อันดับห้า"), ("สำคัญที่สุด", "สำคัญน้อยที่สุด"), ("รุนแรงที่สุด", "รุนแรงน้อยที่สุด"), ("ต่ำที่สุด", "สูงเป็นประวัติการณ์"),
    ("ดีที่สุด", "ด้อยที่สุด"), ("เล็กที่สุด", "ใหญ่โตที่สุด"), ("ใหญ่สุด", "ใหญ่อันดับสิบ"), ("สูงสุด", "ต้อยต่ำที่สุด"), ("มากกว่า", "ไม่มากไปกว่า"), ("น้อยกว่า", "ไม่น้อยไปกว่า"), ("ใหญ่กว่า", "ไม่ใหญ่ไปกว่า"), ("เล็กกว่า", "ไม่เล็กไปกว่า"), ("สูงกว่า", "เตี้ยกว่า"), ("ต่ำกว่า", "เหนือกว่า"),
    ("ยาวกว่า", "ไม่ยาวไปกว่า"), ("กว้างกว่า", "แคบกว่า"), ("เร็วกว่า", "ไม่เร็วไปกว่า"), ("ดีกว่า", "ด้อยกว่า"), ("ง่ายกว่า", "ยุ่งยากกว่า"), ("ครั้งแรก", "ครั้งที่เจ็ด"), ("คนแรก", "คนที่หก"), ("แห่งแรก", "แห่งที่ห้า"), ("เรื่องแรก", "เรื่องที่สี่"), ("อันดับแรก", "อันดับสุดท้าย"),
    ("อันดับสอง", "อันดับเก้า"), ("ที่สอง", "ที่เก้า"), ("เป็นสองเท่า", "เป็นครึ่งหนึ่ง"), ("สองเท่า", "สิบเท่า"), ("เท่ากับ", "น้อยกว่ามากเมื่อเทียบกับ"), ("มากขึ้น", "น้อยลงเรื่อย ๆ"), ("เพิ่มขึ้น", "ลดน้อยลง"), ("ลดลง", "ทวีขึ้น"), ("คล้ายกับ", "ต่างจาก"), ("คล้าย", "ไม่คล้าย"), ("ขนาดเล็ก", "ขนาดมหึมา"),
    ("ขนาดใหญ่", "ขนาดจิ๋ว"), ("ขนาดกลาง", "ขนาดยักษ์"), ("แข็งแกร่ง", "อ่อนปวกเปียก"), ("ราคาถูก", "ราคาแพง"), ("อย่างมาก", "เพียงเล็กน้อย"), ("เป็นจำนวนมาก", "เพียงไม่กี่ราย"), ("สุดท้าย", "แรกสุด"), ("พอ ๆ กับ", "น้อยกว่า"), ("น้อยที่สุด", "มากมายที่สุด"), ("กว่า ", "ไม่ถึง "),
)  # fmt: skip


def negation(text: str, place: Place, draw: Draw) -> Iterator[str]:
    """ได้รับ -> ไม่ได้รับ; a ไม่ taken out; wrapped in ไม่เป็นความจริงที่ว่า."""
    if found := _TAKEN_OUT.search(text):
        if not re.search("หรือ ?$|ถ้า|หาก", text[: found.start()]) and "แต่" not in text:
            yield swapped(text, found, "")
        return
    if _NO.search(text):
        return
    words = tokens(text)
    for number, (start, word) in enumerate(words):
        before = next((other for _, other in reversed(words[:number]) if other.strip()), "")
        if (
            word in _DENIED
            and before
            and before not in _NEVER_AFTER
            and not re.match("ว่า|ของ|ไป|มา", text[start + len(word) :])
        ):
            yield text[:start] + _DENIED[word] + text[start + len(word) :]
            break
    whole = place.title and text.startswith(place.title) and len(text) > len(place.title) + 20
    if whole and len(text) < 130 and draw.random.random() < 0.4 and re.search("เป็น|มี|ได้|ตั้ง|พบ", text):
        yield f"เป็นเรื่องไม่จริงที่{text}"


def opposite(text: str, place: Place, draw: Draw) -> Iterator[str]:
    """ครีบหลัง -> ครีบท้อง, where the passage does not hold both."""
    for start, word in tokens(text):
        other = _TURNED.get(word)
        if (
            other
            and other not in place.passage
            and "ไม่" not in text[max(0, start - 12) : start]
            and word not in ("เข้า", "ขึ้น", "สร้าง", "พ่อ", "แม่", "แก่", "บาง", "จน", "รัก")
        ):
            yield text[:start] + other + text[start + len(word) :]


def other_names(text: str, place: Place, draw: Draw) -> Iterator[str]:
    """Another country, city or province; another article's name where the sentence begins with its own."""
    for start, word in tokens(text):
        before = text[:start]
        pool = (
            _LANDS
            if word in _MORE_COUNTRIES
            else _CITIES
            if word in _KNOWN_CITIES
            else ("เพชรบูรณ์", "ร้อยเอ็ด", "สตูล", "ชุมพร", "กำแพงเพชร", "สระบุรี")
            if word in PROVINCES
            else ()
        )
        if (
            not pool
            or re.search("(?:ภาษา|ชื่อ|อ่าว|ทะเล|วัด|ถนน|แม่น้ำ|เพลง|พริก|ขนม|อาหาร|เหรียญ|สงคราม|[-–])$", before)
            or re.match(" ?:|-|ใต้|เหนือ", text[start + len(word) :])
        ):
            continue
        yield (
            before
            + draw.random.choice([name for name in pool if name not in place.passage])
            + text[start + len(word) :]
        )
    title = place.title
    if is_thai_name(title) and text.startswith(title):
        same = [
            name for name in draw.strangers if name[:3] == title[:3] and name not in place.passage and title not in name
        ]
        if same:
            yield draw.random.choice(same) + text[len(title) :]


def roles(text: str, place: Place, draw: Draw) -> Iterator[str]:
    """A โจมตี B -> B โจมตี A; A ถูก V โดย B -> B ถูก V โดย A; A เพราะ B -> B เพราะ A."""
    said = dict(tokens(text))
    for found in _BY_DOER.finditer(text):
        what, was, verb, who = found.groups()
        alone = found.start() == 0 or text[found.start() - 1] == " "
        if (
            alone
            and said.get(found.start(2))
            and not re.search("(?:ซึ่ง|ที่|และ|ได้|จะ|มี|เคย|ไม่|มัก)$", what)
            and not CONNECTED.match(what)
        ):
            yield swapped(text, found, f"{who}{was}{verb}โดย{what}")
    for found in _TWO.finditer(text):
        one, verb, two = found.groups()
        if (
            _is_thing(one, text, found.start())
            and said.get(found.start(2)) == verb
            and found.start(3) in said
            and not CONNECTED.match(two)
            and not re.search("(?:ให้|ว่า|ที่|ซึ่ง|กัน|ได้|และ)", two)
        ):
            yield swapped(text, found, f"{two}{verb}{one}")
    for found in _BETWEEN.finditer(text):
        yield swapped(text, found, f"จาก{found.group(3)}{found.group(2)}{found.group(1)}")
    why = _WHY.match(text)
    if (
        why
        and not CONNECTED.match(text)
        and "จึง" not in text
        and not re.search("(?:ไม่ใช่|เป็น|ไม่ได้|คือ)$", why.group(1).strip())
    ):
        yield f"{why.group(2).strip()} เพราะ{why.group(1)}"
    spots = [(start, word) for start, word in tokens(text) if word in _MORE_COUNTRIES]
    for (start, one), (begin, two) in itertools.pairwise(spots):
        between = text[start + len(one) : begin]
        if (
            one not in two
            and two not in one
            and 4 < len(between) < 60
            and _ACTS.search(between)
            and not re.search("และ|กับ|,|ระหว่าง|หรือ|-|ได้แก่|คือ|ร่วม", between)
            and not re.search("ภาษา$|ระหว่าง ?$", text[:start])
        ):
            yield text[:start] + two + between + one + text[begin + len(two) :]


def _is_thing(one: str, text: str, start: int) -> bool:
    """Whether what stands before a verb reads as a name or a noun of its own."""
    starts = start == 0 or text[start - 1] == " "
    known = re.match(
        "กองทัพ|รัฐบาล|เซลล์|ระบบ|บริษัท|โมเลกุล|แอนติ|ไวรัส|แบคทีเรีย|ฮอร์โมน|ปลา|นก|ทหาร|ประเทศ|จักรวรรดิ|มหาวิทยาลัย|แรง|ทฤษฎี", one
    )
    return (
        starts
        and bool(known or one in _MORE_COUNTRIES)
        and not CONNECTED.match(one)
        and not re.search(
            "(?:การ|ซึ่ง|ที่|และ|ได้|จะ|มี|เคย|ไม่|มัก|ยัง|ก็|เพื่อ|ให้|ถูก|ทำ|เข้า|ว่า)$|^(?:เขา|เธอ|ท่าน|มัน|พวกเขา)$", one
        )
    )


def quantifiers(text: str, place: Place, draw: Draw) -> Iterator[str]:
    """บาง -> แทบทุก; ทุก -> เพียงบาง; อาจ -> ย่อมต้อง."""
    for start, word in tokens(text):
        if word not in _AMOUNTS or re.search(
            "(?:ไม่|ที่|มา|อีก|ไม่ได้|มาก|น้อย|สูง|ยิ่ง|ดี|ใหญ่|เล็ก|เร็ว|ต่ำ|ยาว|ก่อน|นาน|เป็น) ?$", text[:start]
        ):
            continue
        after = text[start + len(word) :]
        if word in ("หลาย", "บาง", "ทุก", "แต่ละ", "นานา", "หลายๆ") and not re.match(
            f" ?(?:{CLASSIFIER}|สาย|พื้นที่|ส่วน|ประการ|อย่าง|แบบ|ด้าน|ครอบครัว|ฝ่าย|แนว|พันธุ์|ชาติ)", after
        ):
            continue
        if word in ("เกือบ", "ประมาณ", "เพียง", "อย่างน้อย", "ราว", "กว่า") and not re.match(r" ?[\d๐-๙]", after):
            continue
        if word == "ทั้งหมด" and (re.match(r" ?\d", after) or text[:start].endswith("จาก") or "หรือ" in text):
            continue
        if (
            (word == "เสมอ" and re.match(r" ?\d", after))
            or (word == "ทั่ว" and not re.match("โลก|ประเทศ|ทั้ง|ยุโรป", after))
            or (word == "มัก" and after.startswith("ตัน"))
        ):
            continue
        if word == "อาจ" and (re.match("ไม่|าร|จะไม่", after) or "ไม่" in text[:start]):
            continue
        if (word in ("ต่างๆ", "ตลอด") and (not after.strip() or re.match("จน|ไป|เวลา|รวม", after))) or (
            word == "ทุก" and re.match(" ?วันนี้", after)
        ):
            continue
        yield text[:start] + draw.random.choice(_AMOUNTS[word]) + after


def comparatives(text: str, place: Place, draw: Draw) -> Iterator[str]:
    """ใหญ่ที่สุด -> ใหญ่อันดับสิบ; มากกว่า -> ไม่มากไปกว่า."""
    for word, other in _DEGREES:
        start = text.find(word)
        if start < 0 or re.search("(?:ไม่|มิ|หนึ่งในสิ่งที่) ?$", text[:start]) or other in place.passage:
            continue
        if word == "กว่า " and (
            not re.match(r"\d", text[start + len(word) :])
            or re.search("(?:มาก|น้อย|สูง|ต่ำ|ใหญ่|เล็ก|ดี|เรียก|ยาว)$", text[:start])
        ):
            continue
        if word in ("คล้าย", "มากกว่า", "สูงสุด") and re.match("กับ|คลึง|ๆ", text[start + len(word) :]):
            continue
        yield text[:start] + other + text[start + len(word) :]


NEGATIVES: Mapping[str, Sequence[Rewrite]] = {
    "numbers": (numbers,),
    "negation": (negation, opposite),
    "names": (other_names,),
    "roles": (roles,),
    "units": (units,),
    "dates": (years, days),
    "quantifiers": (quantifiers,),
    "comparatives": (comparatives,),
    "neighbour": (neighbours,),
    "stitched": (),  # whom a piece speaks of is seldom said in it: two pieces made into one are too often true
}
