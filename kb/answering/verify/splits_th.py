"""A word of the Thai dictionary -> the words that it joins."""

from __future__ import annotations

import regex

from kb.answering.verify.lexicon_en import listed
from kb.answering.verify.lexicon_th import CLASSIFIERS

TOLD = listed("เตือน สั่ง แนะนำ ชม เชิญ ตอบ")
_ONE_WORD = listed("""
    ไม่ว่า ไม่เพียง ไม่เพียงแต่ ไม่นาน ไม่ช้า ห้ามล้อ ไม้ ผู้คน ผู้ใหญ่ ผู้หญิง ผู้ชาย การเมือง การเงิน การค้า ความรู้ การ์ตูน การ์ด
    จำเป็น เป็นต้น เป็นต้นมา เป็นเวลา เป็นจำนวน เป็นกลาง เป็นประจำ เป็นไป เป็นลม เป็นธรรม
""")
_COUNTS = "|".join(sorted(CLASSIFIERS, key=len, reverse=True))
_WAYS = (
    "(ไม่|ห้าม)(.+)",
    "(ผู้)(.{3,})",
    "(การ|ความ)(.{3,})",
    f"(คำ)({'|'.join(sorted(TOLD))})",
    f"(หนึ่ง|สอง|สาม|สี่|ห้า|หก|เจ็ด|แปด|เก้า|สิบ)(ปี|วัน|เดือน|เมตร|บาท|คืน|เท่า|ตัน|ไร่|{_COUNTS})",
    "(รับ)(มอบ|เชิญ|เลือก|แต่งตั้ง|คัดเลือก|รางวัล)",
    "(มิ)(ได้)",
    "(ทุก|บาง|หลาย|แต่ละ)(คน|แห่ง|ตัว|วัน|ปี|เดือน|สัปดาห์|ครั้ง|ชนิด|ประเภท|ฝ่าย|อย่าง|สิ่ง|ด้าน|เรื่อง|ที่|หน|ราย)",
    "(มา|ไป|ออก|เข้า|กลับ)(จาก|ยัง|สู่|ถึง)",
    "(ตั้ง|สร้าง|จัด|เกิด)(ขึ้น)",
    "(ยัง)(มี|เป็น|ได้|คง|ถูก|อยู่)",
    "(ถูก|ได้รับ)(ปรับ|อนุญาต|แต่งตั้ง|เลือก|จับ|ฆ่า|รางวัล|เลือกตั้ง|บาดเจ็บ|การ|มอบหมาย)",
    "(คน|เหล็ก|ตัว)(ใน)",
    "(.+)(เป็น)",
    "(เป็น)(.+)",
)
_SPLIT = tuple(regex.compile(way) for way in _WAYS)


def parts(word: str) -> tuple[str, ...]:
    """The words that a word joins, which the dictionary cuts apart elsewhere; itself alone where it is one."""
    if word in _ONE_WORD:
        return (word,)
    for way in _SPLIT:
        if (found := way.fullmatch(word)) is not None:
            return found.group(1), found.group(2)
    return (word,)
