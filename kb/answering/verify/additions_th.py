"""What only a Thai claim says -> whether it may, and what the place says instead."""

from __future__ import annotations

from kb.answering.verify import additions
from kb.answering.verify.lexicon_en import listed
from kb.answering.verify.lexicon_th import CLASSIFIERS, PRONOUNS
from kb.answering.verify.sides import Issue, Sides
from kb.answering.verify.tokens import Token

# Words that only the form of a sentence asks for: aspect, direction, politeness, what joins a noun to its number.
_FORM = listed("""
    ได้ อยู่ กำลัง จะ มา ไป ไว้ ด้วย เอง กัน ทำการ แล้ว นั้น นี้ จึง ก็ ที่ ซึ่ง อัน ผู้ จำนวน เป็นจำนวน เป็นเวลา รวม ทั้งนี้ ต่อมา
    ร่วมกัน ซึ่งกันและกัน ขณะนั้น จากนั้น หลังจากนั้น ใน @ ณ ปรากฏ พบ_ เริ่ม เคย
""")
_BE = listed("เป็น คือ มี เคย ให้ ว่า")
_TIMES = listed("ปี วัน วันที่ เดือน ช่วง ช่วงเวลา ครั้ง")
_ARISES = listed("ตั้ง สร้าง จัด เกิด แต่ง ผลิต ทำ เขียน")
_SUFFER = listed("ถูก โดน ได้รับ")
FORM = CLASSIFIERS | _FORM | _TIMES
"""Words of meaning elsewhere that a claim may say without its source."""
_PREPS = tuple(
    listed(group)
    for group in (
        "ใน ที่ ณ เมื่อ @ ของ แห่ง ตอน ระหว่าง ภายใน ช่วง",
        "แก่ ให้ กับ ต่อ แด่",
        "ถึง ยัง สู่ ที่ ไปยัง จนถึง",
        "เป็นเวลา นาน ตลอด ใน",
        "สำหรับ เพื่อ ของ",
        "ด้วย โดย จาก",
        "เพราะ เนื่องจาก จึง ทำให้",
        "จาก ของ",
        "แต่ แม้ แม้ว่า ถึงแม้ ทว่า",
        "หลัง หลังจาก เมื่อ",
    )
)


def added(sides: Sides) -> list[Issue]:
    """The words of the claim that nothing in the place stands for and that may not stand there without."""
    strict = {issue.claim[0]: issue for issue in additions.added(sides)}
    return [issue for i, issue in strict.items() if not _may_stand(sides, i)]


def _may_stand(sides: Sides, i: int) -> bool:
    token = sides.claim[i]
    if token.role in ("not", "guard", "modal") and token.low != "จะ":
        return False
    if token.low in _FORM or (token.low in PRONOUNS and _subject_unsaid(sides, i)):
        return not _denied_there(sides, i)
    return (
        _form_of_be(sides, i)
        or _classifier(sides, i)
        or _other_preposition(sides, i)
        or _said_before(sides, i)
        or _suffers(sides, i)
        or _of(sides, i)
        or _cleft(sides, i)
        or _there(sides, i)
        or (token.key == "n:1" and i > 0 and sides.claim[i - 1].low.startswith(("per_", "annually")))
        or (token.low == "ขึ้น" and i > 0 and sides.claim[i - 1].low in _ARISES)
    )


def _denied_there(sides: Sides, i: int) -> bool:
    after = sides.after(i)
    return after is not None and after > 0 and sides.place[after - 1].role == "not" and not sides.kept[after - 1]


def _subject_unsaid(sides: Sides, i: int) -> bool:
    """Whether a pronoun stands before a verb that has no doer right before it in the place."""
    after = sides.after(i)
    if after is None or i + 1 >= len(sides.claim):
        return False
    k = after - 1
    while k >= 0 and sides.place[k].role in ("adverb", "coord", "relative", "aux") and not sides.place[k + 1].breaks:
        k -= 1
    return k < 0 or sides.edge(k + 1) or sides.place[k].role in ("number", "pronoun") or k + 1 < after


def _form_of_be(sides: Sides, i: int) -> bool:
    """เป็น, มี, ให้ between words that follow each other in the place."""
    if sides.claim[i].low not in _BE or _denied_there(sides, i):
        return False
    before, after = sides.before(i), sides.after(i)
    if sides.claim[i].low == "มี" and any(token.low in ("ที่", "ซึ่ง", "ผู้") for token in sides.claim[i + 2 :]):
        return (
            i == 0 or sides.claim[i].breaks > 0 or sides.claim[i - 1].role in ("number", "adverb", "coord")
        )  # มี N ที่ V
    if before is None or after is None:
        return False
    between = sides.place[before + 1 : after]
    return 0 < after - before <= 3 and all(token.role in ("aux", "adverb", "prep", "relative") for token in between)


def _classifier(sides: Sides, i: int) -> bool:
    """A word that only counts, beside a number of the place."""
    if sides.claim[i].low not in CLASSIFIERS - {"คู่", "ชุด"}:
        return False
    near = [k for k in (i - 1, i + 1) if 0 <= k < len(sides.claim)]
    return any(sides.claim[k].role in ("number", "guard") and _counts_nothing_else(sides, k) for k in near)


def _counts_nothing_else(sides: Sides, k: int) -> bool:
    """Whether the number of the place that token `k` stands for has no other word after it that counts."""
    j = sides.pairs[k]
    if j is None:
        return False
    return j + 1 >= len(sides.place) or sides.kept[j + 1] or sides.place[j + 1].low not in CLASSIFIERS


def _other_preposition(sides: Sides, i: int) -> bool:
    """A preposition or joint for another that means the same there."""
    before, after = sides.before(i), sides.after(i)
    low = -1 if before is None else before
    high = after if after is not None and after > low else min(len(sides.place), low + 4)
    theirs = {sides.place[j].low for j in range(low + 1, high) if not sides.kept[j]}
    return any(sides.claim[i].low in group and theirs & group for group in _PREPS)


def _said_before(sides: Sides, i: int) -> bool:
    """A noun that the claim says twice and the place once."""
    token = sides.claim[i]
    if token.role != "" or token.verb or not token.low:
        return False
    return any(other.key == token.key and sides.pairs[k] is not None for k, other in enumerate(sides.claim) if k != i)


def _suffers(sides: Sides, i: int) -> bool:
    """ถูก before a verb that has nothing it is done to after it in the place: สะพานสร้างในปี, สะพานถูกสร้างในปี."""
    if sides.claim[i].low not in _SUFFER:
        return False
    after, before = sides.after(i), sides.before(i)
    if after is None or before is None or after - before > 3 or after <= before:
        return False
    verb = after
    while verb + 1 < len(sides.place) and sides.place[verb + 1].verb and not sides.place[verb + 1].breaks:
        verb += 1
    return verb + 1 >= len(sides.place) or not _noun(sides.place[verb + 1])


def _noun(token: Token) -> bool:
    return token.role in ("", "pronoun") and not token.breaks


def _of(sides: Sides, i: int) -> bool:
    """ของ between two words of the place that stand side by side, or that are of one clause with a verb between."""
    if sides.claim[i].low not in ("ของ", "แห่ง"):
        return False
    before, after = sides.before(i), sides.after(i)
    return before is not None and after is not None and after - before == 1


def _cleft(sides: Sides, i: int) -> bool:
    """ปี 2511 เป็นปีที่ X: in 2511 X."""
    words = [token.low for token in sides.claim[i - 1 : i + 3]] if i else []
    if sides.claim[i].low == "เป็น":
        return len(words) > 2 and words[2] in _TIMES and sides.claim[i - 1].role == "number"
    return sides.claim[i].low in _TIMES and len(words) > 2 and words[0] == "เป็น" and sides.pairs[i - 1] is None


def _there(sides: Sides, i: int) -> bool:
    """ที่นั่น where the place has a place's name in its stead."""
    before = sides.before(i)
    if sides.claim[i].low not in ("ที่นั่น", "ที่นี่") or before is None or before + 1 >= len(sides.place):
        return False
    return not sides.kept[before + 1] and sides.place[before + 1].role in ("prep", "relative")
