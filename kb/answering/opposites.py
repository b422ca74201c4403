"""Words that deny, and pairs of words that say the opposite of each other, in English and Thai."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from functools import lru_cache

from kb.index import lexical

_ENGLISH = """
increase decrease | rise fall | more less | most least | more fewer | large small | largest smallest | big little
bigger smaller | biggest smallest | high low | higher lower | highest lowest | first last | before after
north south | northern southern | east west | eastern western | win lose | won lost | start end | begin end
began ended | open close | open shut | opened closed | old new | oldest youngest | older younger | oldest newest
early late | earlier later | earliest latest | long short | longer shorter | longest shortest | good bad | best worst
better worse | positive negative | above below | inside outside | always never | include exclude | accept reject
accept refuse | agree refuse | allow forbid | permit forbid | allow prohibit | support oppose | agree disagree
strong weak | stronger weaker | strongest weakest | strength weakness | fast slow | faster slower | rich poor
buy sell | bought sold | import export | maximum minimum | male female | men women | man woman | public private
up down | left right | upper lower | gain loss | gain lose | add remove | join leave | success failure | succeed fail
common rare | hot cold | major minor | majority minority | same different | many few | legal illegal
possible impossible | likely unlikely | known unknown | able unable | friend enemy | ally enemy | love hate
easy difficult | easy hard | simple complex | simple complicated | full empty | true false | internal external
parent child | husband wife | father mother | king queen | victory defeat | attack defend | create destroy
build destroy | appear disappear | connect disconnect | expand shrink | urban rural | domestic foreign | heavy light
dark light | deep shallow | wide narrow | thick thin | modern ancient | soft hard | wet dry | peace war | alive dead
present absent | forward backward | arrive depart | ascend descend | lend borrow | teach learn | safe dangerous
"""
_THAI = """
มากที่สุด น้อยที่สุด | ใหญ่ที่สุด เล็กที่สุด | สูงที่สุด ต่ำที่สุด | สูง ต่ำ | เพิ่ม ลด | เพิ่มขึ้น ลดลง
ก่อน หลัง | เหนือ ใต้ | ตะวันออก ตะวันตก | แรก สุดท้าย | ชนะ แพ้ | เปิด ปิด | เริ่ม สิ้นสุด | มาก น้อย
เก่า ใหม่ | ขึ้น ลง | เข้า ออก | ซื้อ ขาย | นำเข้า ส่งออก | ชาย หญิง | พ่อ แม่ | บิดา มารดา | ยาว สั้น
ดี เลว | บวก ลบ | ใน นอก | ใหญ่ เล็ก | ยอมรับ ปฏิเสธ | อนุญาต ห้าม | สนับสนุน คัดค้าน
แข็งแรง อ่อนแอ | เร็ว ช้า | รวย จน | สำเร็จ ล้มเหลว | เหมือน ต่าง
"""
_DENIALS = re.compile(
    r"\b(?:not|never|no|none|nor|neither|without|cannot|except|unlike|fail(?:s|ed)?|lack(?:s|ed)?|refus(?:e|es|ed)"
    r"|unable|other than|instead|besides|aside)\b|n['’]t\b|ไม่|มิได้|ยกเว้น|นอกจาก|ปราศจาก|ห้าม"
)


def denies(text: str) -> bool:
    """Whether a text holds a word that denies or excepts something."""
    return _DENIALS.search(text.lower()) is not None


def turned(asked: Iterable[str], said: Collection[str]) -> bool:
    """Whether one text says the opposite of a word of the other, and not the word itself.

    Args:
        asked: The search words of the one.
        said: Those of the other.
    """
    pairs = _pairs()
    return any(word not in said and not pairs[word].isdisjoint(said) for word in asked if word in pairs)


@lru_cache(maxsize=1)
def _pairs() -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for pair in f"{_ENGLISH}|{_THAI}".replace("\n", "|").split("|"):
        one, other = (lexical.terms(word) for word in pair.split()) if pair.strip() else ((), ())
        if len(one) == len(other) == 1:
            found.setdefault(one[0], set()).add(other[0])
            found.setdefault(other[0], set()).add(one[0])
    return found
