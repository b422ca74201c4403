"""doctor: what this machine has, what is missing, and what would fit."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated

import typer
from rich.table import Table
from rich.text import Text

from kb.cli.frame import Desk, Reply

if TYPE_CHECKING:
    from rich.console import Console

    from kb.doctor import Finding
    from kb.models.memory import Plan
    from kb.models.profiles import Profile


def doctor(
    desk: Desk,
    *,
    plan: Annotated[bool, typer.Option("--plan", help="Show what memory a language model would take.")] = False,
    model: Annotated[
        str | None, typer.Option("--model", metavar="NAME", help="Which: a profile, a Hugging Face name, a folder.")
    ] = None,
    device: Annotated[
        str | None, typer.Option("--device", metavar="CARD", help="Where: t4, another card, GiB such as 15, or cpu.")
    ] = None,
    context: Annotated[
        int | None, typer.Option("--context", metavar="N", min=16, help="Tokens of prompt and answer together.")
    ] = None,
    train: Annotated[bool, typer.Option("--train", help="Plan the training of an adapter.")] = False,
) -> Reply:
    """Examine this machine and name the fix for what is missing, or plan a language model's memory."""
    if plan:
        return _plan(desk, model, device, context, train=train)
    if model or device or context or train:
        raise typer.BadParameter("--model, --device, --context and --train belong to --plan")
    return _examine(desk)


def _examine(desk: Desk) -> Reply:
    from kb.doctor import examine

    findings = examine(desk.settings_file, desk.storage)
    broken = any(finding.state == "broken" for finding in findings)
    document = {"ok": not broken, "findings": [asdict(finding) for finding in findings]}
    return Reply(document, lambda screen: show_examination(screen, findings), code=1 if broken else 0)


def _plan(desk: Desk, model: str | None, device: str | None, context: int | None, *, train: bool) -> Reply:
    from kb.doctor.planning import Wish, planned

    profile, plan = planned(desk.settings(), desk.storage, Wish(model, device, context, train))
    document = {"profile": asdict(profile), "plan": plan.as_dict()}
    return Reply(document, lambda screen: show_plan(screen, profile, plan), code=0 if plan.fits else 1)


_MARKS = {"ok": ("ok", "good"), "missing": ("missing", "quote"), "broken": ("BROKEN", "bad")}


def show_examination(screen: Console, findings: tuple[Finding, ...]) -> None:
    """One line for each finding, and below it the fix where there is one."""
    width = max(len(finding.name) for finding in findings)
    for finding in findings:
        mark, style = _MARKS[finding.state]
        screen.print(Text.assemble((f"{mark:<8}", style), (f"{finding.name:<{width}}  ", "ask"), finding.value))
        if finding.fix:
            screen.print(Text.assemble(" " * (width + 10), ("-> ", "quiet"), finding.fix))


def show_plan(screen: Console, profile: Profile, plan: Plan) -> None:
    """Why this model, what each thing takes and how that was worked out, and what follows."""
    from kb.models.memory import gib

    screen.print(Text(profile.reason, style="quiet"))
    table = Table(box=None, header_style="ask", padding=(0, 2, 0, 0), show_header=False)
    table.add_column(no_wrap=True)
    table.add_column(justify="right", no_wrap=True)
    table.add_column(overflow="fold")
    for line in plan.lines:
        table.add_row(line.what, gib(line.bytes), Text(line.how, style="quiet"))
    table.add_row(Text("total", style="ask"), Text(gib(plan.total), style="ask"), f"of {gib(plan.free)} free")
    table.add_row(plan.host.what, gib(plan.host.bytes), Text(plan.host.how, style="quiet"))
    screen.print(table, soft_wrap=False)
    first, *rest = plan.advice()
    screen.print(Text(first, style="good" if plan.fits else "bad"))
    for text in rest:
        screen.print(Text(text))
