"""Small facts of Thai that every family of rewrites needs: where years, names and words stand."""
# ruff: noqa: E501, SIM905 - a wording, a pattern and a list of words are read whole

from __future__ import annotations

import re

from kb.language import thai

THAI_MONTH = r"(?:มกราคม|กุมภาพันธ์|มีนาคม|เมษายน|พฤษภาคม|มิถุนายน|กรกฎาคม|สิงหาคม|กันยายน|ตุลาคม|พฤศจิกายน|ธันวาคม)"
CONNECTED = re.compile(
    r"^(?:และ|ซึ่ง|โดย|ที่|ทำให้|แต่|เพราะ|เนื่องจาก|จึง|เพื่อ|หรือ|กับ|ใน|จาก|ของ|ว่า|จน|แล้ว|ก็|ด้วย|รวม|เช่น|ได้แก่|คือ|ส่วน|อันเป็น|ตาม|เป็น|"
    r"อย่าง|นอกจาก|ต่อมา|หลังจาก|ก่อน|เมื่อ|ขณะ|สำหรับ|ทั้ง|รวมถึง|เนื่องด้วย|แม้|หาก|ถ้า|ดังนั้น|จากนั้น|ทว่า|อีก|ณ|แทน|ให้|ไป|มา|[(\d])"
)
BOUNDED_THAI = re.compile(
    r"(?:มากกว่า|น้อยกว่า|กว่า|เกิน|เกินกว่า|อย่างน้อย|ไม่ต่ำกว่า|ประมาณ|ราว|ราวๆ|เกือบ|ถึง|ร่วม|เพียง|ไม่เกิน|ต่ำกว่า|สูงกว่า|ประมาณการ|แค่|ที่|มาตรา|หมายเลข|"
    r"รุ่น|ชั้น|เลข|เลขที่|ช่อง|วันที่|พ\.ศ\.|ค\.ศ\.|ปี|ครั้งที่|สมัยที่|ภาค|ตอนที่|รหัส|หน้า|เวลา|รัชกาลที่|อันดับ|อันดับที่|ที่ ?|หมู่|หมู่ที่|เบอร์|ปีที่|คริสต์ศตวรรษที่|ข้อ|[A-Za-z]) ?$"
)
COUNTRIES = (
    "จีน ญี่ปุ่น ฝรั่งเศส เยอรมนี สเปน อิตาลี รัสเซีย อินเดีย เวียดนาม กัมพูชา มาเลเซีย สิงคโปร์ อินโดนีเซีย ฟิลิปปินส์ ออสเตรเลีย แคนาดา "  # names alone
    "เม็กซิโก บราซิล อาร์เจนตินา โปรตุเกส เนเธอร์แลนด์ เบลเยียม สวีเดน นอร์เวย์ เดนมาร์ก ฟินแลนด์ โปแลนด์ ฮังการี กรีซ ตุรกี อียิปต์ ซีเรีย อิหร่าน อิรัก"
).split()
PROVINCES = (
    "เชียงใหม่ เชียงราย ลำปาง ลำพูน แพร่ น่าน พะเยา สุโขทัย พิษณุโลก นครสวรรค์ ชลบุรี ระยอง จันทบุรี ตราด ราชบุรี เพชรบุรี กาญจนบุรี นครปฐม "  # names
    "ขอนแก่น อุดรธานี หนองคาย นครพนม สกลนคร อุบลราชธานี สุรินทร์ บุรีรัมย์ นครราชสีมา สงขลา ภูเก็ต กระบี่ พังงา ตรัง พัทลุง ปัตตานี ยะลา นราธิวาส"
).split()
CLASSIFIER = r"(?:คน|แห่ง|เรื่อง|ครั้ง|เดือน|วัน|ประเทศ|ตัว|องค์|คัน|เล่ม|ลำ|หลัง|ชนิด|ประเภท|ข้อ|กลุ่ม|จังหวัด|อำเภอ|ตำบล|ชั้น|เพลง|ทีม|รางวัล|เมตร|กิโลเมตร|บาท|ชั่วโมง|นาที|ปี|เมือง|สาย|เส้น|คู่|นาย|ฝ่าย)"


def tokens(text: str) -> list[tuple[int, str]]:
    """The words of a text with their offsets, spaces and signs among them."""
    found, place = [], 0
    for part in re.findall(r"[\u0e01-\u0e4e]+|[^\u0e01-\u0e4e]", text):
        for word in thai.newmm(part) if "\u0e00" < part[0] < "\u0e4f" else (part,):
            found.append((place, word))
            place += len(word)
    return found


def is_thai_name(title: str) -> bool:
    """Whether the title of an article is a short Thai name that can stand in a sentence."""
    return 3 <= len(title) <= 32 and bool(re.fullmatch(r"[\u0e01-\u0e4e. ]+", title))


def is_person(title: str, passage: str) -> bool:
    """Whether an article is about a person, as far as its passage shows."""
    return bool(re.search(rf"(?:นาย|นาง|นางสาว|พล\S{{1,12}}|ดร\.|พระ|ศาสตราจารย์\S*) ?{re.escape(title)}", passage)) or (
        title in passage
        and bool(re.search(r"เกิดเมื่อ|เกิดวันที่|นักแสดง|นักร้อง|นักเขียน|นักการเมือง|นักฟุตบอล", passage))
        and " " in title
    )
