"""Words that make a Thai sentence true only within limits -> whether what is left out is one of them."""

from __future__ import annotations

from kb.answering.verify.lexicon_en import listed
from kb.answering.verify.lexicon_th import CONDITIONS, REPORTED
from kb.answering.verify.sides import Run, Sides, kind
from kb.answering.verify.tokens import SPACE, Token

_HARMLESS = listed("เสมอ ตลอดเวลา ทุก ทั้ง ทั้งหมด ทั้งสิ้น ล้วน แต่ละ ต่างๆ หมด ครบ")
BOUNDS_NEXT = listed("""
    about_n at_least at_most less_than more_than กว่า เกือบ เกิน เพียง แค่ เฉพาะ ไม่เกิน แทบ น้อยกว่า มากกว่า ทุก รอง
    อดีต
""")
_BOUNDS_LAST = listed("""
    เท่านั้น กว่า เดียว ที่สุด มากที่สุด น้อยที่สุด แรก สุดท้าย บาง บางส่วน ส่วนใหญ่ ส่วนมาก หลาย น้อย ครึ่ง ครึ่งหนึ่ง
    ส่วนหนึ่ง ส่วนน้อย จำนวนหนึ่ง กึ่งหนึ่ง
""")
_GOES_ON = ("โดย", "ถึง", "จนถึง")  # what follows them belongs to what stands before
_REASONS = listed("เพราะ เนื่องจาก แม้ แม้ว่า ถึงแม้ ถึงแม้ว่า หลังจาก หลังจากที่ ขณะที่ ในขณะที่ จน จนกระทั่ง ทำให้ เพื่อ เพื่อให้")


def bounds(sides: Sides, run: Run) -> bool:
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
        if token.low.startswith(("per_", "annually")) and _beside_number(sides, k):
            return True
        if token.role == "modal" and token.low != "จะ" and _next(sides, k) >= end:
            return True
        if token.role in ("guard", "not") and _bounds_kept(sides, k, run):
            return True
    return False


def _beside_number(sides: Sides, k: int) -> bool:
    """Whether a number that is kept stands within two tokens."""
    near = range(max(0, k - 2), min(len(sides.place), k + 3))
    return any(sides.kept[j] and sides.place[j].role == "number" and kind(sides.place[j]) != "month" for j in near)


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
    if token.low in BOUNDS_NEXT:
        return kept_after or (token.low == "กว่า" and kept_before)
    if token.low in _BOUNDS_LAST:
        return kept_before
    return kept_after or kept_before


def _denied(sides: Sides, k: int) -> bool:
    return any(token.role == "not" and kept for token, kept in zip(sides.place[:k], sides.kept, strict=False))


def beside_its_like(sides: Sides, run: Run) -> bool:
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


def narrowed(sides: Sides, run: Run) -> bool:
    """Whether the run narrows what is kept and denied, or first, tallest, all of its kind."""
    start, end = run
    head = sides.place[start]
    tail = next((k for k in range(end - 1, start, -1) if sides.place[k].breaks >= SPACE), start)
    leads = tail == 0 or sides.place[tail].breaks >= SPACE
    if leads and end < len(sides.place) and sides.place[tail].role == "prep" and sides.place[tail].low not in _GOES_ON:
        return _absolute(sides, end)
    if head.role in ("sub", "coord") or head.low in _REASONS or head.low == "ซึ่ง":
        return False
    if all(light(token) and token.role != "prep" for token in sides.place[start:end]):
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


def light(token: Token) -> bool:
    """Whether a token says nothing of its own."""
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
