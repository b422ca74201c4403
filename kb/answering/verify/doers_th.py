"""A run of a Thai place that a claim leaves out -> whether what follows belongs to a verb, or a doer, in it."""

from __future__ import annotations

from collections.abc import Sequence

from kb.answering.verify.lexicon_en import listed
from kb.answering.verify.sides import Run, Sides
from kb.answering.verify.tokens import SPACE, Token

_JOINTS = ("coord", "sub")
_MAKES = listed("แต่งตั้ง เลือก เลือกตั้ง ตั้ง เลื่อน บรรจุ จ้าง")
_KINDS = listed("""
    ใหม่ เก่า ประจำ ชั่วคราว หญิง ชาย ต่างชาติ อาวุโส รายวัน พิเศษ สูงอายุ เด็ก ผู้ใหญ่ ต่างด้าว สามัญ กิตติมศักดิ์
""")
_SHARES = listed("บาง หลาย ทุก ส่วนใหญ่ ส่วนมาก บางส่วน แต่ละ")
_BETWEEN = listed("""
    พยายาม ตั้งใจ ปฏิเสธ อนุญาต ขอ สั่ง เลิก หยุด ได้รับอนุญาต เสนอ หวัง วางแผน คาด เชื่อ คิด เกือบ ยอม ขู่ สัญญา
""")


def governs(sides: Sides, run: Run) -> bool:
    """Whether what follows the run belongs to a verb, or to a doer, in the run."""
    start, end = run
    if end >= len(sides.place):
        return False
    follows = sides.place[end]
    if start and follows.role == "guard" and any(token.low in _KINDS for token in sides.place[start:end]):
        return True  # employees | new | all
    helped = sides.place[end - 1].role in ("aux", "modal", "not") and sides.place[end - 1].low not in ("เป็น", "มี", "คือ")
    if helped or _predicate(follows) or (follows.role == "adverb" and _predicate_after(sides, end)):
        return _other_doer(sides, run)
    if follows.breaks >= SPACE and (follows.role == "coord" or _clause_of_its_own(sides, end)):
        return False
    if follows.role == "coord":
        return False
    if _classed(sides, run) or _made(sides, run):
        return False
    if start == 0 and _names(sides.place[:end]):
        return False
    return _own_verb(sides.place[start:end])


def _names(found: Sequence[Token]) -> bool:
    """X คือ, X ซึ่งเป็น | N ทำ: N does it."""
    if found[-1].low in ("คือ", "ได้แก่"):
        return True
    return len(found) > 1 and found[-1].low == "เป็น" and found[-2].role == "relative"


def _made(sides: Sides, run: Run) -> bool:
    """... แต่งตั้ง | X เป็น Y: X is Y."""
    if run[0] or sides.place[run[1] - 1].low not in _MAKES:
        return False
    after = next((token for token in sides.place[run[1] :] if token.role), None)
    return after is not None and after.low == "เป็น"


def _classed(sides: Sides, run: Run) -> bool:
    """X | เป็นคณะที่ | เก่าแก่: X is so; the oldest of its kind only where X is called one of that kind."""
    found = sides.place[run[0] : run[1]]
    if found[0].low != "เป็น" or found[-1].role != "relative" or len(found) > 4:
        return False
    most = any(
        token.role == "guard" and kept for token, kept in zip(sides.place[run[1] :], sides.kept[run[1] :], strict=True)
    )
    return not most or any(token.key == found[1].key for token in sides.place[: run[0]])


def _predicate(token: Token) -> bool:
    return token.verb or token.role in ("aux", "modal", "not")


def _predicate_after(sides: Sides, at: int) -> bool:
    j = next((j for j in range(at, len(sides.place)) if sides.place[j].role != "adverb"), len(sides.place))
    return j < len(sides.place) and _predicate(sides.place[j])


def _clause_of_its_own(sides: Sides, at: int) -> bool:
    """Whether what begins at a break has a subject and a verb that are both kept, and begins a clause of the claim."""
    i = next((i for i, j in enumerate(sides.pairs) if j is not None and j >= at), 0)
    i -= sides.pairs[i] != at  # a pronoun of the claim stands for it
    joint = i <= 0 or sides.claim[i].breaks >= SPACE or sides.claim[i - 1].role in ("coord", "relative", "sub")
    if sides.place[at].role != "" or not joint:
        return False
    for j in range(at + 1, len(sides.place)):
        if not sides.kept[j]:
            return False
        if sides.place[j].verb:
            return True
    return False


def _own_verb(found: Sequence[Token]) -> bool:
    """Whether a run has a verb that what follows it may belong to: not in a clause that tells of a noun before it."""
    return any(token.verb and token.low not in ("ได้", "อยู่", "เคย") for token in found)


def _other_doer(sides: Sides, run: Run) -> bool:
    """Whether the verb after the run has its doer in the run, or is only wanted, allowed or refused there."""
    start, end = run
    found = sides.place[start:end]
    if found[-1].role in ("coord", "sub") or found[-1].low in ("ต่อมา", "จากนั้น"):
        return _new_subject(found, start > 0 and sides.place[start].breaks >= SPACE)
    tail = next((k for k in range(len(found) - 1, -1, -1) if found[k].breaks >= SPACE or found[k].role in _JOINTS), 0)
    opens = tail > 0 or found[0].breaks >= SPACE
    last = [token for token in found[tail:] if token.role not in (*_JOINTS, "adverb")]
    if any(token.low in _BETWEEN for token in last[-2:]):
        return True
    if opens and any(token.low in _SHARES for token in last[1:]):
        return True  # in summer | some parts of it | dry up
    if start == 0 and sides.pairs[0] == end and sides.claim[0].verb:
        return False  # the claim does not say who
    if last and last[0].role == "" and not last[0].verb and (opens or start == 0):
        return tail > 0 or not _surname(sides, run)
    if last and last[0].low in ("ที่", "ผู้") and last[0].role == "relative":
        return _rules(sides, end)
    if start and any(token.low in _KINDS for token in found):
        return _rules(sides, end)  # employees | new | must
    return _new_subject(found, False)


def _surname(sides: Sides, run: Run) -> bool:
    """Whether the run goes on with the name that begins its clause: ดอนัลด์ | ทรัมป์ เป็น."""
    start, end = run
    if not start or any(token.role or token.verb for token in sides.place[start:end]):
        return False
    k = start - 1
    while k > 0 and not sides.place[k].breaks:
        k -= 1
    return sides.kept[start - 1] and all(token.role == "" and not token.verb for token in sides.place[k:start])


def _rules(sides: Sides, at: int) -> bool:
    """Whether what is kept from a place on is a rule, which holds only for whom it is made."""
    for j in range(at, len(sides.place)):
        if sides.place[j].breaks >= SPACE:
            return False
        if sides.kept[j] and sides.place[j].role in ("modal", "not"):
            return True
    return False


def _new_subject(found: Sequence[Token], opens: bool) -> bool:
    """Whether a clause with a doer of its own begins in a run: a noun after a break or a joint, then a verb."""
    noun = False
    for k, token in enumerate(found):
        if token.breaks >= SPACE and (k or opens):
            noun = token.role == "" and not token.verb
        elif token.role in ("coord", "sub"):
            noun = k + 1 < len(found) and found[k + 1].role == "" and not found[k + 1].verb
        elif token.role in ("prep", "relative", "number"):
            noun = False
        elif noun and _predicate(token):
            return True
    return False
