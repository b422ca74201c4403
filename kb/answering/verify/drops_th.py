"""What a Thai place says beyond the claim -> whether leaving it out makes the claim say something else.

Unlike English sentences, Thai ones do not mark where a phrase ends, so a run may be left out unless something speaks
against it: it bounds or denies what is kept, it is what the words after it belong to, or it changes who is meant.
"""

from __future__ import annotations

from collections.abc import Sequence

from kb.answering.verify.lexicon_en import listed
from kb.answering.verify.lexicon_th import CONDITIONS, REPORTED
from kb.answering.verify.sides import Issue, Run, Sides, kind
from kb.answering.verify.tokens import SPACE, Token

_LIGHT_PREPS = listed("ใน ที่ ณ เมื่อ @ ของ แห่ง ตลอด ตาม เป็นเวลา ทาง อย่าง จำนวน มูลค่า ด้วย_ ยัง to")
_JOINTS = ("coord", "sub")
_HARMLESS = listed("เสมอ ตลอดเวลา ทุก ทั้ง ทั้งหมด ทั้งสิ้น ล้วน แต่ละ ต่างๆ หมด ครบ")
_BOUNDS_NEXT = listed("""
    about_n at_least at_most less_than more_than กว่า เกือบ เกิน เพียง แค่ เฉพาะ ไม่เกิน แทบ น้อยกว่า มากกว่า ทุก รอง อดีต
""")
_BOUNDS_LAST = listed(
    "ครึ่งหนึ่ง ส่วนหนึ่ง ส่วนน้อย จำนวนหนึ่ง กึ่งหนึ่ง เท่านั้น กว่า เดียว ที่สุด มากที่สุด น้อยที่สุด แรก สุดท้าย บาง บางส่วน ส่วนใหญ่ ส่วนมาก หลาย น้อย ครึ่ง"
)
_KIN = listed("""
    พี่ น้อง พี่ชาย พี่สาว น้องชาย น้องสาว พ่อ แม่ บิดา มารดา ลูก ลูกชาย ลูกสาว บุตร บุตรชาย บุตรสาว ธิดา โอรส ภรรยา ภริยา สามี
    ปู่ ย่า ตา ยาย ลุง ป้า น้า อา หลาน เพื่อน ญาติ ทายาท ลูกศิษย์ ศิษย์ ผู้ช่วย รอง อดีต คู่แข่ง
""")
_MAKES = listed("แต่งตั้ง เลือก เลือกตั้ง ตั้ง เลื่อน บรรจุ จ้าง")
_KINDS = listed("ใหม่ เก่า ประจำ ชั่วคราว หญิง ชาย ต่างชาติ อาวุโส รายวัน พิเศษ สูงอายุ เด็ก ผู้ใหญ่ ต่างด้าว สามัญ กิตติมศักดิ์")
_BETWEEN = listed("พยายาม ตั้งใจ ปฏิเสธ อนุญาต ขอ สั่ง เลิก หยุด ได้รับอนุญาต เสนอ หวัง วางแผน คาด เชื่อ คิด เกือบ ยอม ขู่ สัญญา")
_REASONS = listed("เพราะ เนื่องจาก แม้ แม้ว่า ถึงแม้ ถึงแม้ว่า หลังจาก หลังจากที่ ขณะที่ ในขณะที่ จน จนกระทั่ง ทำให้ เพื่อ เพื่อให้")


def dropped(sides: Sides) -> list[Issue]:
    """The runs of the place that may not be left out."""
    return [Issue("dropped", place=run) for run in sides.left_over() if _matters(sides, run)]


def _matters(sides: Sides, run: Run) -> bool:
    start, end = run
    found = sides.place[start:end]
    if sides.in_brackets(start, end):
        return False
    if _bounds(sides, run) or _beside_its_like(sides, run) or _narrowed(sides, run):
        return True
    if start == 0 and _leads_to_relative(sides, end):
        return any(token.role == "not" for token in found)
    if all(_light(token) for token in found):
        if found[-1].low in ("ก่อน", "หลัง") and sides.edge(end):
            return False  # มาก่อน
        if found[-1].low == "ถึง" and end < len(sides.place) and sides.place[end].role == "number":
            return start > 0 and sides.place[start - 1].role == "number"  # as much as; from five | to ten
        opens = start == 0 and found[0].low == "โดย" and found[-1].low == "มี"
        return not opens and any(token.role == "prep" and token.low not in _LIGHT_PREPS for token in found)
    return _needed_before(sides, start) or _owns(sides, run) or _governs(sides, run)


def _leads_to_relative(sides: Sides, end: int) -> bool:
    """Whether all before `end` only leads to a noun that a clause after it tells about: ... แต่งงานกับ X | ซึ่งเป็นแพทย์."""
    if sides.place[end - 1].low in ("ของ", "แห่ง") or sides.place[end - 1].low in _KIN:
        return False
    j = end
    while j < len(sides.place) and sides.place[j].role in ("", "guard") and not sides.place[j].verb and j - end < 8:
        j += 1
    if end >= len(sides.place) or not sides.kept[end]:
        return False
    return end < j < len(sides.place) and sides.place[j].role == "relative" and sides.place[j].low in ("ซึ่ง", "ผู้", "อัน")


def _light(token: Token) -> bool:
    return token.low == "ร่วม" or token.role in (
        "adverb",
        "aux",
        "coord",
        "relative",
        "sub",
        "pronoun",
        "prep",
        "free",
        "modal",
    )


def _bounds(sides: Sides, run: Run) -> bool:
    """Whether a word of the run makes what is kept true only within limits, or only said by somebody."""
    start, end = run
    found = sides.place[start:end]
    if any(token.low in CONDITIONS - {"กว่า"} for token in found):
        return True
    more = end < len(sides.place)
    if more and any(token.low in REPORTED or token.key in REPORTED for token in found):
        return True
    for k in range(start, end):
        token = sides.place[k]
        if token.low.startswith(("per_", "annually")) and any(
            sides.kept[j] and sides.place[j].role == "number" for j in _beside(sides, k)
        ):
            return True
        if token.role == "modal" and token.low != "จะ" and _next(sides, k) >= end:
            return True
        if token.role in ("guard", "not") and _bounds_kept(sides, k, run):
            return True
    return False


def _beside(sides: Sides, k: int) -> list[int]:
    return [j for j in range(max(0, k - 2), min(len(sides.place), k + 3)) if j != k]


def _next(sides: Sides, k: int) -> int:
    """Where the next word that can be bounded after a token stands."""
    for j in range(k + 1, len(sides.place)):
        if sides.place[j].content or sides.place[j].low.startswith("per_") or sides.place[j].role == "guard":
            return j
    return len(sides.place)


def _last(sides: Sides, k: int) -> int:
    """Where the last word of meaning of the same phrase before a token stands; -1 where there is none."""
    for j in range(k - 1, -1, -1):
        if sides.place[j + 1].breaks >= SPACE:
            return -1
        if sides.place[j].content:
            return j
    return -1


def _bounds_kept(sides: Sides, k: int, run: Run) -> bool:
    """Whether a word that bounds or denies stands right beside a word that is kept."""
    token = sides.place[k]
    after, before = _next(sides, k), _last(sides, k)
    kept_after = run[1] <= after < len(sides.place) and sides.kept[after]
    kept_before = 0 <= before < run[0] and sides.kept[before]
    if token.low in _HARMLESS:
        return kept_after and _denied(sides, k)
    if token.role == "not":
        return kept_after or k + 1 == run[1] < len(sides.place)
    if token.low in _BOUNDS_NEXT:
        return kept_after or (token.low == "กว่า" and kept_before)
    if token.low in _BOUNDS_LAST:
        return kept_before
    return kept_after or kept_before


def _denied(sides: Sides, k: int) -> bool:
    return any(token.role == "not" and kept for token, kept in zip(sides.place[:k], sides.kept, strict=False))


def _beside_its_like(sides: Sides, run: Run) -> bool:
    """Whether a number is left out right beside one of its kind that is kept: in whose stead?"""
    start, end = run
    inside = [k for k in range(start, end) if kind(sides.place[k])]
    if not inside:
        return False
    for step, near in ((-1, inside[0]), (1, inside[-1])):
        j = near + step
        while 0 <= j < len(sides.place) and sides.place[j].role in ("prep", "coord", "adverb"):
            j += step
        if 0 <= j < len(sides.place) and sides.kept[j] and kind(sides.place[j]) == kind(sides.place[near]):
            same = (sides.place[j].start, sides.place[j].end) == (sides.place[near].start, sides.place[near].end)
            if not same and not sides.place[max(j, near)].breaks:
                return True
    kinds = {kind(sides.place[k]) for k in inside}
    spans = {(sides.place[k].start, sides.place[k].end) for k in inside}
    for j in (start - 1, end):
        if 0 <= j < len(sides.place) and kind(sides.place[j]) in kinds:
            return (sides.place[j].start, sides.place[j].end) not in spans
    return False


def _narrowed(sides: Sides, run: Run) -> bool:
    """Whether the run narrows what is kept and denied, or first, tallest, all of its kind."""
    start, end = run
    head = sides.place[start]
    if start == 0 and end < len(sides.place) and head.role == "prep" and head.low != "โดย":
        return _absolute(sides, end)
    if head.role in ("sub", "coord") or head.low in _REASONS or head.low == "ซึ่ง":
        return False
    if all(_light(token) and token.role != "prep" for token in sides.place[start:end]):
        return False
    for j in range(start - 1, -1, -1):
        token = sides.place[j]
        if sides.kept[j] and token.role == "not":
            return True
        if sides.kept[j] and token.low in ("ที่สุด", "มากที่สุด", "น้อยที่สุด", "แรก", "สุดท้าย", "เดียว", "ทุก", "เท่านั้น"):
            return head.role in ("prep", "relative") or token.low == "ทุก"
        if token.breaks >= SPACE or (token.verb and token.role == "" and sides.kept[j] and not _denied(sides, j)):
            return False
    return False


def _absolute(sides: Sides, at: int) -> bool:
    """Whether what is kept from a place on is denied, or said of all."""
    kept = [token for token, is_kept in zip(sides.place[at:], sides.kept[at:], strict=True) if is_kept]
    return any(token.role == "not" or token.low in ("ทุก", "ที่สุด", "เสมอ", "ทั้งหมด", "เท่านั้น") for token in kept)


def _needed_before(sides: Sides, start: int) -> bool:
    """Whether what is kept right before the run asks for more."""
    if not start or sides.place[start].breaks >= SPACE:
        return False
    before = sides.place[start - 1]
    if before.role == "not" or before.low in ("เป็น", "คือ", "กว่า"):
        return True
    if before.low in _BOUNDS_NEXT:
        return True
    return before.role == "prep" and before.low not in _LIGHT_PREPS


def _owns(sides: Sides, run: Run) -> bool:
    """Whether the run says whose, or of whom, what follows it is: the sister of Anna is not Anna."""
    start, end = run
    if end >= len(sides.place) or sides.place[end].breaks >= SPACE or not sides.place[end].content:
        return False
    last = sides.place[end - 1]
    if sides.place[end].verb or _lets(sides, run):
        return False
    return last.low in _KIN or (last.role == "prep" and last.low not in ("ใน", "ณ", "เมื่อ", "@", "จำนวน"))


def _lets(sides: Sides, run: Run) -> bool:
    """X ให้ | Y ทำ: Y does it, where X does nothing else."""
    start, end = run
    if sides.place[end - 1].low != "ให้" or any(token.verb for token in sides.place[start : end - 1]):
        return False
    return any(sides.place[j].verb and sides.kept[j] for j in range(end, len(sides.place)))


def _governs(sides: Sides, run: Run) -> bool:
    """Whether what follows the run belongs to a verb, or to a doer, in the run."""
    start, end = run
    if end >= len(sides.place):
        return False
    follows = sides.place[end]
    helped = sides.place[end - 1].role in ("aux", "modal", "not") and sides.place[end - 1].low not in ("เป็น", "มี", "คือ")
    if helped or _predicate(follows) or (follows.role == "adverb" and _predicate_after(sides, end)):
        return _other_doer(sides, run)
    if follows.breaks >= SPACE and (follows.role == "coord" or _clause_of_its_own(sides, end)):
        return False
    if follows.role == "coord":
        return False
    if _classed(sides, run) or _made(sides, run):
        return False
    if (
        start == 0
        and end > 1
        and (
            sides.place[end - 1].low in ("คือ", "ได้แก่")
            or (sides.place[end - 1].low == "เป็น" and sides.place[end - 2].role == "relative")
        )
    ):
        return False  # X ซึ่งเป็น | N ทำ: N does it
    return _own_verb(sides.place[start:end])


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
