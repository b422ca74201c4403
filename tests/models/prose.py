"""English, Thai and mixed texts of many lengths, ours."""

from __future__ import annotations

_ENGLISH = (
    "The harbour master keeps three ledgers: one for the ships that arrive, one for those that leave, and a thin one "
    "for those that were expected and never came. On 14 March 1902 the third ledger gained a line. 'Heavy fog', he "
    "wrote, 'wind from the north-east, 17 knots; nothing seen of the Aurora.' Was she late, or lost? Insurance cost "
    "$3,400.50 then, and nobody could say whether it would be paid. The clerk's daughter, who read Thai and French, "
    "found the answer in a crate of tea eleven years later. "
)
_THAI = (
    "นายท่าเรือเก็บสมุดบัญชีไว้สามเล่ม เล่มหนึ่งสำหรับเรือที่เข้ามา เล่มหนึ่งสำหรับเรือที่ออกไป และเล่มบาง ๆ อีกเล่มสำหรับเรือที่ควรมาแต่ไม่เคยมาถึง "
    "เมื่อวันที่ ๑๔ มีนาคม พ.ศ. ๒๔๔๕ สมุดเล่มที่สามมีบรรทัดใหม่เพิ่มขึ้นว่า หมอกหนา ลมตะวันออกเฉียงเหนือ น้ำขึ้นสูงกว่าปกติ "
    "ไม่มีใครรู้ว่าเรือล่าช้าหรืออับปาง ค่าประกันภัยในเวลานั้นคือ 3,400.50 บาท "
)


def texts() -> list[str]:
    """Thirty-eight texts of 1 to about 600 tokens, long and short ones mixed, with repeats and a lone sign."""
    long = {"en": _ENGLISH * 6, "th": _THAI * 6, "mixed": (_ENGLISH + _THAI) * 3}
    cut = [text[:size] for size in (1, 2, 7, 20, 55, 120, 300, 640, 1100, 1700, 2600) for text in long.values()]
    extra = ["", "?", "เ", "fine \U0001f600 e\u0301 \ufb01", "aaaa" * 300]
    every = cut + extra
    return [every[(index * 17) % len(every)] for index in range(len(every))]  # 17 is prime to their number
