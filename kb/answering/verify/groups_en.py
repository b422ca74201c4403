"""An English sentence -> its verbs, each with its helpers: must not have been built."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from kb.answering.verify.tokens import COMMA, Token
from kb.answering.verify.verbs_en import BE, HAVE, acts, participle

_DENIES = frozenset(["not", "n't", "never", "cannot"])


@dataclass(frozen=True, slots=True)
class Group:
    """`start:end` holds the words of a verb, `main` the one that says what is done."""

    start: int
    end: int
    main: int | None
    passive: bool = False
    bare: bool = False  # a participle without a helper


def groups(found: Sequence[Token]) -> list[Group]:
    """The verbs of a sentence, in order; one after "to" belongs to the one before it."""
    made: list[Group] = []
    k = 0
    while k < len(found):
        to_do = k > 0 and found[k - 1].low == "to" and found[k].role in ("", "aux")  # hangs on the verb before it
        group = None if to_do else _group(found, k)
        if group is None:
            k += 1
        else:
            made.append(group)
            k = max(group.end, k + 1)
    return [_with_adverbs(found, group) for group in made]


def _with_adverbs(found: Sequence[Token], group: Group) -> Group:
    """Later | coached: with the adverbs before it."""
    start = group.start
    while start > 0 and found[start - 1].role == "adverb" and not found[start].breaks:
        start -= 1
    opens = start == 0 or found[start].breaks
    return group if opens else replace(group, start=start)


def _group(found: Sequence[Token], start: int) -> Group | None:
    """The words of a verb that begin at a place: must not have been built; opened."""
    token = found[start]
    if token.role not in ("aux", "modal") and token.low not in _DENIES and not acts(found, start):
        return None
    if token.role == "" and token.key not in HAVE:
        passive = participle(token) and _follows_noun_bare(found, start)
        return Group(start, start + 1, start, passive, passive or token.low.endswith("ing"))
    k, be, modal = start, False, False
    while k < len(found) and (k == start or not found[k].breaks):
        if found[k].role not in ("aux", "modal", "not", "adverb"):
            break
        be = found[k].low in BE or (be and found[k].role in ("not", "adverb"))
        modal = found[k].role == "modal" or (modal and found[k].role in ("not", "adverb"))
        k += 1
    helped = found[start:k]
    if not any(part.role in ("aux", "modal") for part in helped):
        return Group(start, k + 1, k) if k < len(found) and _base(found, k) else None
    if k < len(found) and not found[k].breaks and found[k].role == "" and not found[k].article:
        if be and participle(found[k]) and not found[k].name:
            return Group(start, k + 1, k, True)
        if (be and found[k].low.endswith("ing") and not found[k].name) or modal:
            return Group(start, k + 1, k)
        if helped[-1].low in HAVE or (helped[-1].role in ("adverb", "not") and not be):
            return Group(start, k + 1, k) if participle(found[k]) else Group(start, k, None)
    return Group(start, k, None)


def _base(found: Sequence[Token], k: int) -> bool:
    return found[k].role == "" and not found[k].breaks and not found[k].article and not found[k].name


def _follows_noun_bare(found: Sequence[Token], at: int) -> bool:
    """Whether a participle stands for a relative clause: a bridge | designed by X; Designed by X, the bridge."""
    after = found[at + 1] if at + 1 < len(found) else None
    if after is None or after.role != "prep":
        return False
    return after.low == "by" or (at + 1 < len(found) and found[at].breaks >= COMMA) or at == 0
