"""What stands against a claim -> a status and a reason in words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from kb.answering.verify.sides import Issue, Sides
from kb.answering.verify.tokens import Token

_SHORT = 4  # tokens of a run whose denial is of what stands beside it


@dataclass(frozen=True, slots=True)
class Reason:
    """What a claim that is not proven is called, and why."""

    status: Literal["contradicted", "not_found"]
    why: str


NEAR = 0.6  # of the claim's words: with fewer, a place speaks of something else
MOST_NAMED = 3  # missing words that are named


def reason(sides: Sides, issues: Sequence[Issue]) -> Reason:
    """The weightiest thing that stands against a claim."""
    near = sides.coverage() >= NEAR
    if near and (found := _contradiction(sides, issues)) is not None:
        return found
    missing = [_said(sides.claim, issue.claim) for issue in issues if issue.kind == "added"]
    if not near or len(missing) > MOST_NAMED:
        return Reason("not_found", "no place in the source says this")
    if missing:
        return Reason("not_found", f"the source does not say “{', '.join(missing)}” there")
    moved = [issue for issue in issues if issue.kind == "moved"]
    if moved:
        said = _said(sides.claim, moved[0].claim) or _said(sides.place, moved[0].place)
        return Reason("contradicted", f"the source does not say that of “{said}”: the words stand in another part")
    return Reason("not_found", f"the source limits it: “{_said(sides.place, issues[0].place)}”")


def _contradiction(sides: Sides, issues: Sequence[Issue]) -> Reason | None:
    """What the source says otherwise, or denies, or does not deny."""
    for issue in issues:
        if issue.kind == "changed":
            said, claimed = _said(sides.place, issue.place), _said(sides.claim, issue.claim)
            return Reason("contradicted", f"the source says “{said}”, the claim “{claimed}”")
    for issue in issues:
        if issue.kind == "added" and _denies(sides.claim[slice(*issue.claim)]):
            return Reason("contradicted", "the claim denies what the source says")
    for issue in issues:
        if issue.kind == "dropped" and _denies(sides.place[slice(*issue.place)]):
            return Reason("contradicted", "the claim leaves out that the source denies it")
    return None


def _denies(found: Sequence[Token]) -> bool:
    """Whether a short run denies something."""
    return len(found) <= _SHORT and any(token.role == "not" for token in found)


def _said(found: Sequence[Token], run: tuple[int, int]) -> str:
    return " ".join(dict.fromkeys(token.low for token in found[slice(*run)]))
