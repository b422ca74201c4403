"""What a place says beyond the claim -> whether leaving it out keeps the claim true."""

from __future__ import annotations

from kb.answering.verify.limits import all_of, bare_plural, limits, narrows, reported, weighs
from kb.answering.verify.sides import AGO, CONDITIONS, HEADS, Issue, Run, Sides, kind
from kb.answering.verify.tokens import COMMA, Token

_FACTIVE = frozenset(
    [
        "because",
        "although",
        "though",
        "while",
        "whereas",
        "since",
        "as",
        "after",
        "เพราะ",
        "เนื่องจาก",
        "แม้",
        "แม้ว่า",
        "ขณะที่",
        "ในขณะที่",
        "หลังจาก",
        "หลังจากที่",
        "หลัง",
    ]
)
_NEVER = frozenset(
    ["of", "than", "ของ", "แห่ง", "กว่า", "if", "unless", "except"]
)  # what follows them belongs to what stands before
_INCOMPLETE = ("prep", "modal", "not", "poss", "sub", "relative", "guard")
_PARENTHESES = "([—–―"


def dropped(sides: Sides) -> list[Issue]:
    """The runs of the place that may not be left out."""
    return [
        Issue("dropped", place=run)
        for run in sides.left_over()
        if not may_drop(sides, run) or _beside_its_like(sides, run)
    ]


def _beside_its_like(sides: Sides, run: Run) -> bool:
    """Whether a run with a number is left out right beside a number of its kind that the claim has: in whose stead?"""
    if _swapped_ends(sides, run):
        return True
    left_out = {kind(token) for token in sides.place[run[0] : run[1]]} - {""}
    if (
        not left_out
        or sides.in_brackets(*run)
        or run[0] == 0
        or any(token.verb for token in sides.place[run[0] : run[1]])
    ):
        return False
    for j in (run[0] - 1, run[0] - 2, run[1], run[1] + 1):
        if 0 <= j < len(sides.place) and sides.kept[j] and kind(sides.place[j]) in left_out:
            span = (sides.place[j].start, sides.place[j].end)
            return any(
                (token.start, token.end) != span and kind(token) == kind(sides.place[j])
                for token in sides.place[run[0] : run[1]]
            )
    return False


def _swapped_ends(sides: Sides, run: Run) -> bool:
    """Whether the run begins with a number and one of its kind follows it, or ends with one like that before it."""
    inside = [token for token in sides.place[run[0] : run[1]] if token.role != "prep"]
    before = [token for token in sides.place[max(0, run[0] - 2) : run[0]] if token.role != "prep"]
    after = [token for token in sides.place[run[1] : run[1] + 2] if token.role != "prep"]
    if not inside or len(inside) < 2:
        return False
    first, last = kind(inside[0]), kind(inside[-1])
    return bool(first and after and kind(after[0]) == first) or bool(last and before and kind(before[-1]) == last)


def may_drop(sides: Sides, run: Run) -> bool:
    """Whether a run, or every phrase it can be cut into, may be left out."""
    start, end = run
    if sides.place[end - 1].low in AGO and all(token.role in ("number", "adverb") for token in sides.place[start:end]):
        return not narrows(sides, start)  # two years later
    if _title(sides, run):
        return True
    good = {start}
    for stop in range(start + 1, end + 1):
        if stop < end and not (
            sides.edge(stop)
            or sides.place[stop].role in HEADS
            or sides.place[stop].role in ("adverb", "number")
            or sides.place[stop].verb
        ):
            continue
        if any(_phrase(sides, (begin, stop), run) for begin in good):
            good.add(stop)
    return end in good


def _title(sides: Sides, run: Run) -> bool:
    """The engineer David Marsh -> David Marsh: a plain noun or two right before a name that is kept."""
    start, end = run
    if end >= len(sides.place) or end - start > 2 or not sides.place[end].name or sides.place[end].breaks:
        return False
    plain = all(token.role == "" and not token.name and not token.verb for token in sides.place[start:end])
    before = sides.place[start - 1] if start else None
    opens = before is None or before.verb or (before.role == "prep" and before.low not in _NEVER) or sides.edge(start)
    return plain and opens


def _phrase(sides: Sides, phrase: Run, run: Run) -> bool:
    """Whether one phrase of a run may be left out."""
    start, end = phrase
    core = [token for token in sides.place[start:end] if token.role not in ("adverb", "free")]
    if not core or _empty(sides, start, end, core):
        return True
    if core[0].low in CONDITIONS:
        return False
    if sides.in_brackets(start, end) or all_of(sides, start, core):
        return True
    if weighs(core):
        return bare_plural(sides, core)
    if _date_part(sides, start, end) or _joint(sides, start, end, core):
        return True
    return not limits(sides, phrase, run, core) and _whole(sides, phrase, run, core)


def _whole(sides: Sides, phrase: Run, run: Run, core: list[Token]) -> bool:
    """Whether a sentence can do without a phrase: enclosed, headed by a preposition or a joint, or opening."""
    start, end = phrase
    if start == 0 and _opens_relative(sides, end):
        return True
    if not _complete(sides, start, end, run):
        return False
    return _enclosed(sides, start, end) or _headed(sides, start, end, core) or _opening(sides, start, end)


def _empty(sides: Sides, start: int, end: int, core: list[Token]) -> bool:
    """เป็นผู้ before what somebody does."""
    doer = [token.low for token in core] == ["เป็น", "ผู้"]
    return doer and end < len(sides.place) and sides.place[end].role == ""


def _date_part(sides: Sides, start: int, end: int) -> bool:
    """A day or month of a date whose year is kept, or the year of one whose day is."""
    span = {(token.start, token.end) for token in sides.place[start:end]}
    beside = [sides.place[j] for j in (start - 1, end) if 0 <= j < len(sides.place) and sides.kept[j]]
    return len(span) == 1 and any((token.start, token.end) in span for token in beside) and not narrows(sides, start)


def _joint(sides: Sides, start: int, end: int, core: list[Token]) -> bool:
    """A lone joint between two clauses or a lone helper that nothing hangs on."""
    if len(core) != 1:
        return False
    if core[0].role == "pronoun" and start:
        return (
            sides.place[start - 1].role in ("sub", "prep") and sides.kept[start - 1]
        )  # before she came: before coming
    return core[0].role in ("coord", "relative") and core[0].low not in ("or", "nor", "หรือ")


def _complete(sides: Sides, start: int, end: int, run: Run) -> bool:
    """Whether the phrase is whole: it does not begin after a word that needs it, nor end on one that needs more."""
    before = sides.place[start - 1] if start else None
    if (
        before is not None
        and start == run[0]
        and not sides.edge(start)
        and before.role in ("prep", "poss", "modal", "not")
    ):
        return False
    last = sides.place[end - 1]
    return end == len(sides.place) or last.role not in _INCOMPLETE or (last.role == "sub" and last.low in _FACTIVE)


def _enclosed(sides: Sides, start: int, end: int) -> bool:
    """Between commas, brackets, or the ends of the sentence; not a sentence without its first words."""
    if not (sides.edge(start) and sides.edge(end)):
        return False
    if start == 0 or end == len(sides.place):
        return True
    first = sides.place[start]
    if first.role in (*HEADS, "adverb"):
        return True
    if sides.edge_strength < COMMA:
        return False
    return not any(token.verb for token in sides.place[start:end]) or first.low.endswith(("ing", "ed"))


def _headed(sides: Sides, start: int, end: int, core: list[Token]) -> bool:
    """A phrase that begins with a preposition or a joint and that ends where another begins."""
    head = core[0]
    verbs = any(token.verb for token in core[1:])
    if head.role not in HEADS or head.low in _NEVER or head.key in _NEVER or head.low in ("or", "nor", "หรือ"):
        return False
    closed = sides.edge(end)
    if head.role in ("sub", "relative") or verbs:
        return closed
    if len(core) < 2:
        return False
    if closed or core[-1].role == "number":
        return True
    follows = sides.place[end]
    return follows.role in (*HEADS, "aux", "modal", "not", "adverb") or follows.verb


def _opening(sides: Sides, start: int, end: int) -> bool:
    """What stands before the part that is kept: a clause of its own that ends with a joint."""
    if end >= len(sides.place):
        return False
    run = sides.place[start:end]
    last = run[-1]
    plain = not any(token.role == "not" or token.low in CONDITIONS for token in run) and not reported(run)
    verbs = any(token.verb for token in run)
    if start == 0 and verbs and last.role == "coord" and last.low not in ("or", "nor", "หรือ"):
        return plain and not any(token.role == "guard" for token in run[:2])
    if start == 0 and last.role == "sub" and last.low in _FACTIVE:
        return not any(token.low in CONDITIONS for token in run) and not reported(run)
    if start > 0 and verbs and run[0].verb and last.role == "coord" and last.low in ("and", "but", "และ", "แต่"):
        return sides.place[end].verb  # was born in A and | died in B
    return False


def _opens_relative(sides: Sides, end: int) -> bool:
    """Whether all before `end` only leads to what a kept relative clause is about, and is said as so."""
    run = sides.place[:end]
    plain = not any(token.role == "not" or token.low in CONDITIONS for token in run) and not reported(run)
    return plain and _before_relative(sides, end)


def _before_relative(sides: Sides, at: int) -> bool:
    """Whether the kept words from `at` on are what a relative clause that is kept too tells about."""
    if at and sides.place[at - 1].low in ("of", "'s", "ของ"):
        return False
    j = at
    while j < len(sides.place) and sides.kept[j] and not sides.place[j].verb and j - at < 8:
        j += 1
    follows = (
        j + 1 < len(sides.place) and sides.place[j].role == "relative" and sides.place[j].low not in ("that", "where")
    )
    return (
        bool(follows)
        and sides.kept[j + 1]
        and sides.place[j + 1].role in ("", "aux", "modal")
        and not sides.place[j + 1].name
    )
