"""What only the claim says -> whether it may, and what the place says instead."""

from __future__ import annotations

from kb.answering.verify import lexicon_en, lexicon_th
from kb.answering.verify.sides import HEADS, Issue, Sides

_PRONOUNS = lexicon_en.PRONOUNS | lexicon_th.PRONOUNS
_OWNERS = lexicon_en.OWNERS | {"her"}
_JOINTS = frozenset(["and", "but", "while", "whereas", "และ", "แต่", "ส่วน", "ขณะที่", "ในขณะที่", "โดย", "ซึ่ง"])
_THAI_HELPERS = frozenset(["ได้", "อยู่", "ที่", "ซึ่ง"])
_ACTOR = frozenset(["เป็น", "ผู้"])  # เป็นผู้ออกแบบ, ออกแบบ: the same
_BE = frozenset(["is", "was", "were", "are"])
_LONGEST_NAME = 8  # tokens of what a pronoun stands for


def added(sides: Sides) -> list[Issue]:
    """The words of the claim that nothing in the place stands for and that may not stand there without."""
    issues = []
    for i in sides.unpaired():
        if not (_joint(sides, i) or _pronoun(sides, i) or _helper(sides, i)):
            instead = _instead(sides, i)
            issues.append(Issue("added" if instead is None else "changed", (i, i + 1), instead or (0, 0)))
    return issues


def _joint(sides: Sides, i: int) -> bool:
    token = sides.claim[i]
    if token.role == "relative":
        return True
    return token.low in _JOINTS and i < len(sides.claim) - 1


def _helper(sides: Sides, i: int) -> bool:
    """A word that only the form asks for: "in" before a date, "was" for a comma."""
    token, after = sides.claim[i], sides.after(i)
    if token.low in _THAI_HELPERS:
        return not (
            after is not None and after > 0 and sides.place[after - 1].role == "not" and not sides.kept[after - 1]
        )
    if token.key == "@" and after is not None:
        governor = sides.place[after - 1] if after else None
        return (
            governor is None
            or governor.role not in ("prep", "guard")
            or governor.low in ("in", "on", "at", "during", "@")
        )
    if token.low in _ACTOR and any(
        0 <= k < len(sides.claim) and sides.claim[k].low in _ACTOR - {token.low} for k in (i - 1, i + 1)
    ):
        return True
    if token.low == "มี" and after is not None and sides.place[after].role == "number":
        return sides.before(i) == after - 1
    if token.low in _BE and after is not None and after > 0:
        before = sides.before(i)
        return (
            sides.place[after].breaks >= sides.edge_strength
            and before == after - 1
            and sides.claim[i - 1].role in ("", "number")
        )
    return False


def _pronoun(sides: Sides, i: int) -> bool:
    """A pronoun stands for the words that the place has in its stead."""
    token = sides.claim[i]
    if token.low not in _PRONOUNS | _OWNERS:
        return False
    after, before = sides.after(i), sides.before(i)
    if token.low in lexicon_th.PRONOUNS and (after is None or after == 0 or sides.edge(after)):
        return True
    if after is not None:
        start = after
        while start > 0 and not sides.kept[start - 1] and after - start < _LONGEST_NAME:
            start -= 1
            if sides.place[start].breaks >= sides.edge_strength:
                break
        if _stands_for(sides, token.low, start, after):
            return True
    if before is None:
        return False
    end = before + 1
    while (
        end < len(sides.place)
        and not sides.kept[end]
        and end - before <= _LONGEST_NAME
        and not (end > before + 1 and sides.edge(end))
    ):
        if sides.place[end].role in HEADS and sides.place[end].low != "of":
            break
        end += 1
    return _stands_for(sides, token.low, before + 1, end)


def _stands_for(sides: Sides, pronoun: str, start: int, end: int) -> bool:
    """Mark `start:end` of the place as said by the pronoun, if it can be."""
    run = sides.place[start:end]
    if not run or any(token.verb or token.role in ("sub", "relative", "not", "modal", "guard") for token in run):
        return False
    if not any(token.role in ("", "pronoun") for token in run):
        return False
    if any(token.role == "prep" and token.low not in ("of", "ของ", "แห่ง") for token in run):
        whole = start == 0 and run[0].role == "" and end < len(sides.place) and sides.place[end].verb
        if not whole:
            return False
    others = lexicon_en.SHE if pronoun in lexicon_en.HE else lexicon_en.HE if pronoun in lexicon_en.SHE else frozenset()
    if any(token.low in others for token in run):
        return False
    owner = run[-1].role in ("poss", "pronoun")
    if (pronoun in lexicon_en.OWNERS and not owner) or (pronoun not in _OWNERS and run[-1].role == "poss"):
        return False
    for j in range(start, end):
        sides.kept[j] = True
    return True


def _instead(sides: Sides, i: int) -> tuple[int, int] | None:
    """What the place says where the claim says token `i`: a word of the same kind that is left over there."""
    token = sides.claim[i]
    before, after = sides.before(i), sides.after(i)
    low = -1 if before is None else before
    high = len(sides.place) if after is None or after < low else after
    near = [j for j in range(low + 1, high) if not sides.kept[j] and _same_kind(token, sides.place[j])]
    if not near and token.role == "number":
        near = [j for j, other in enumerate(sides.place) if not sides.kept[j] and _same_kind(token, other)]
    return (near[0], near[0] + 1) if near else None


def _same_kind(one: object, other: object) -> bool:
    from kb.answering.verify.tokens import Token

    assert isinstance(one, Token)
    assert isinstance(other, Token)
    if one.role == "number" or other.role == "number":
        return one.role == other.role and one.key.split(":")[0] == other.key.split(":")[0]
    if opposite(one.key, other.key) or opposite(one.low, other.low):
        return True
    return one.role == other.role and one.name and other.name


def _opposites() -> frozenset[tuple[str, str]]:
    from kb.answering.verify.words import key

    pairs = [(key(one), key(other)) for one, other in (*lexicon_en.OPPOSITES, *lexicon_th.OPPOSITES)]
    return frozenset(pairs + [(other, one) for one, other in pairs])


_OPPOSITES = _opposites()


def opposite(one: str, other: str) -> bool:
    """Whether two keys are opposites: of the list, or one the other with a prefix that denies it."""
    if (one, other) in _OPPOSITES:
        return True
    if not (one.isascii() and other.isascii()):
        return False
    return any(
        longer == prefix + shorter
        for prefix in lexicon_en.NEGATING
        for longer, shorter in ((one, other), (other, one))
        if len(shorter) > 3
    )
