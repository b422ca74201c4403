"""What stands against a claim -> a status and a reason in words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from kb.answering.verify.additions import opposite
from kb.answering.verify.sides import Issue, Sides
from kb.answering.verify.tokens import Token


@dataclass(frozen=True, slots=True)
class Reason:
    """What a claim that is not proven is called, and why."""

    status: Literal["contradicted", "not_found"]
    why: str


def reason(sides: Sides, issues: Sequence[Issue]) -> Reason:
    """The weightiest thing that stands against a claim."""
    near = sides.coverage() >= 0.6
    for issue in issues:
        if issue.kind == "changed" and near:
            said, claimed = _said(sides.place, issue.place), _said(sides.claim, issue.claim)
            return Reason("contradicted", f"the source says “{said}”, the claim “{claimed}”")
    for issue in issues:
        if issue.kind == "added" and near and any(token.role == "not" for token in sides.claim[slice(*issue.claim)]):
            return Reason("contradicted", "the claim denies what the source says")
    for issue in issues:
        if (
            issue.kind == "dropped"
            and near
            and any(token.role == "not" for token in sides.place[slice(*issue.place)])
            and not _long(issue)
        ):
            return Reason("contradicted", "the claim leaves out that the source denies it")
    for issue in issues:
        if issue.kind == "moved":
            return Reason(
                "contradicted",
                f"the source does not say that of “{_said(sides.claim, issue.claim)}”: its words stand in another part",
            )
    missing = [_said(sides.claim, issue.claim) for issue in issues if issue.kind == "added"]
    if not near or (missing and len(missing) > 3):
        return Reason("not_found", "no place in the source says this")
    if missing:
        return Reason("not_found", f"the source does not say “{', '.join(missing)}” there")
    left = _said(sides.place, issues[0].place)
    return Reason("not_found", f"the source limits it: “{left}”")


def _long(issue: Issue) -> bool:
    return issue.place[1] - issue.place[0] > 4


def _said(found: Sequence[Token], run: tuple[int, int]) -> str:
    return " ".join(dict.fromkeys(token.low for token in found[slice(*run)]))


__all__ = ["Reason", "opposite", "reason"]
