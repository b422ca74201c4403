"""An amount with the name of what is measured -> the amount with its adjective: a height of 30 m, 30 m high."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from kb.answering.verify import lexicon_en
from kb.answering.verify.tokens import Token

_MEASURES = {"height": "high", "length": "long", "width": "wide", "breadth": "wide", "depth": "deep", "age": "old"}
_OWNER_OF = {"his": "he", "its": "it", "their": "they"}
_HAS = frozenset(["has", "have", "had", "with"])
_IS = frozenset(["is", "was"])


def measured(found: Sequence[Token]) -> list[Token]:
    """Its height is 30 m, it has a height of 30 m, the height of X is 30 m -> X is 30 m high."""
    said = [_high(found, k) for k in range(len(found))]
    for k, token in enumerate(said):
        if token.low in _MEASURES and (turned := _turned(said, k)) is not None:
            return turned
    return said


def _high(found: Sequence[Token], k: int) -> Token:
    """30 m tall -> 30 m high."""
    tall = found[k].low == "tall" and k > 0 and _amount(found, k - 1)
    return replace(found[k], key="high", low="high") if tall else found[k]


def _turned(found: list[Token], k: int) -> list[Token] | None:
    how = _MEASURES[found[k].low]
    adjective = replace(found[k], key=how, low=how, article="", breaks=0)
    before = found[k - 1] if k else None
    if before is not None and before.low in _HAS:
        if k + 2 < len(found) and found[k + 1].low == "of" and _amount(found, k + 2):
            be = replace(before, key="is", low="is", role="aux", verb=True)
            return [*found[: k - 1], be, found[k + 2], adjective, *found[k + 3 :]]
        return None
    be_at = next((j for j in range(k + 1, len(found)) if found[j].low in _IS), None)
    if be_at is None or not _amount(found, be_at + 1):
        return None
    told = [found[be_at], found[be_at + 1], adjective, *found[be_at + 2 :]]
    if be_at > k + 2 and found[k + 1].low == "of" and found[k].article:
        return [*found[:k], replace(found[k + 2], breaks=found[k].breaks), *found[k + 3 : be_at], *told]
    if be_at > k + 1 or before is None:
        return None
    if before.role == "poss":
        return [*found[: k - 1], *told]
    if before.low in lexicon_en.OWNERS:
        who = _OWNER_OF.get(before.low, "it")
        return [*found[: k - 1], replace(before, low=who, key=who), *told]
    return None


def _amount(found: Sequence[Token], k: int) -> bool:
    return k < len(found) and found[k].role == "number" and found[k].key.count(":") == 2
