"""What a Thai place says beyond the claim -> whether leaving it out makes the claim say something else.

Unlike English sentences, Thai ones do not mark where a phrase ends, so a run may be left out unless something speaks
against it: it bounds or denies what is kept, it is what the words after it belong to, or it changes who is meant.
"""

from __future__ import annotations

from kb.answering.verify.doers_th import governs
from kb.answering.verify.lexicon_en import listed
from kb.answering.verify.lexicon_th import KIN
from kb.answering.verify.limits_th import BOUNDS_NEXT, beside_its_like, bounds, light, narrowed
from kb.answering.verify.sides import Issue, Run, Sides
from kb.answering.verify.tokens import SPACE

_LIGHT_PREPS = listed("ใน ที่ ณ เมื่อ @ ของ แห่ง ตลอด ตาม เป็นเวลา ทาง อย่าง จำนวน มูลค่า ด้วย_ ยัง to")


def dropped(sides: Sides) -> list[Issue]:
    """The runs of the place that may not be left out."""
    return [Issue("dropped", place=run) for run in sides.left_over() if _matters(sides, run)]


def _matters(sides: Sides, run: Run) -> bool:
    start, end = run
    found = sides.place[start:end]
    if sides.in_brackets(start, end):
        return False
    if bounds(sides, run) or beside_its_like(sides, run) or narrowed(sides, run):
        return True
    if start == 0 and _leads_to_relative(sides, end):
        return any(token.role == "not" for token in found)
    if all(light(token) for token in found):
        if found[-1].low in ("ก่อน", "หลัง") and sides.edge(end):
            return False  # มาก่อน
        if found[-1].low == "ถึง" and end < len(sides.place) and sides.place[end].role == "number":
            return start > 0 and sides.place[start - 1].role == "number"  # as much as; from five | to ten
        if [token.low for token in found] == ["ต่อ"] and (sides.edge(end) or sides.place[end].role == "adverb"):
            return False  # ตกต่ออีกห้าวัน
        if [token.low for token in found] == ["ให้"] and start and sides.place[start - 1].low in ("เปิด", "จัด", "พร้อม"):
            return False  # เปิดให้บริการ
        opens = start == 0 and found[0].low == "โดย" and found[-1].low == "มี"
        return not opens and any(token.role == "prep" and token.low not in _LIGHT_PREPS for token in found)
    return _needed_before(sides, start) or _owns(sides, run) or governs(sides, run)


def _leads_to_relative(sides: Sides, end: int) -> bool:
    """Whether all before `end` only leads to a noun that a clause after it tells about: ... แต่งงานกับ X | ซึ่งเป็นแพทย์."""
    if sides.place[end - 1].low in ("ของ", "แห่ง") or sides.place[end - 1].low in KIN:
        return False
    j = end
    while j < len(sides.place) and sides.place[j].role in ("", "guard") and not sides.place[j].verb and j - end < 8:
        j += 1
    if end >= len(sides.place) or not sides.kept[end]:
        return False
    return end < j < len(sides.place) and sides.place[j].role == "relative" and sides.place[j].low in ("ซึ่ง", "ผู้", "อัน")


def _needed_before(sides: Sides, start: int) -> bool:
    """Whether what is kept right before the run asks for more."""
    if not start or sides.place[start].breaks >= SPACE:
        return False
    before = sides.place[start - 1]
    if before.role == "not" or before.low in ("เป็น", "คือ", "กว่า"):
        return True
    if before.low in BOUNDS_NEXT:
        return True
    return before.role == "prep" and before.low not in _LIGHT_PREPS


def _owns(sides: Sides, run: Run) -> bool:
    """Whether the run says whose, or of whom, what follows it is: the sister of Anna is not Anna."""
    end = run[1]
    if end >= len(sides.place) or sides.place[end].breaks >= SPACE or not sides.place[end].content:
        return False
    last = sides.place[end - 1]
    if sides.place[end].verb or _lets(sides, run):
        return False
    return last.low in KIN or (last.role == "prep" and last.low not in ("ใน", "ณ", "เมื่อ", "@", "จำนวน"))


def _lets(sides: Sides, run: Run) -> bool:
    """X ให้ | Y ทำ, ..., โดย | Y ทำ: Y does it, where X does nothing else and nothing is done by Y."""
    start, end = run
    before = sides.place[start : end - 1]
    lets = sides.place[end - 1].low == "ให้" and not any(token.verb for token in before)
    adds = sides.place[end - 1].low == "โดย" and start == 0 and len(before) > 1 and not before[-1].verb
    if not (lets or adds):
        return False
    for j in range(end, len(sides.place)):
        if sides.place[j].verb:
            return sides.kept[j]
        if adds and sides.place[j].breaks >= SPACE:
            return False
    return False
