"""calibrate: fit the refusal to your own documents."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kb.cli.frame import Desk, Reply
from kb.cli.screen import progress_bars

if TYPE_CHECKING:
    from rich.console import Console

    from kb.evaluation.metrics import Interval
    from kb.evaluation.own_corpus import Report

_KINDS = {
    "answered": "answered by a passage that is there",
    "passage missing": "their passage left out",
    "document missing": "their document left out",
}


def calibrate(desk: Desk) -> Reply:
    """Fit to your own documents when a question is declined, by questions made out of them; takes a few minutes."""
    from kb.evaluation.own_corpus import calibrate_corpus

    with desk.knowledge_base() as base, progress_bars(quiet=desk.json) as progress:
        report = calibrate_corpus(base, progress)
    return Reply(report.as_dict(), lambda screen: show_report(screen, report))


def show_report(screen: Console, report: Report) -> None:
    """What the calibration changes, and where it is written."""
    from rich.table import Table

    screen.print(f"{report.made} questions made out of {report.passages:,} passages; declined of the half held out:")
    table = Table("language", "questions", "before", "after", box=None, header_style="quiet", pad_edge=False)
    for change in report.changes:
        kind = f"{_KINDS[change.should]} ({change.before.n})"
        table.add_row(change.language, kind, _share(change.before), _share(change.after))
    screen.print(table)
    for language, why in report.kept.items():
        screen.print(f"{language}: left as it was; {why}")
    screen.print(f"Written to {report.file}. Delete it to go back to what was shipped.", soft_wrap=True)


def _share(value: Interval) -> str:
    return f"{value.value:.1%} ({value.low:.1%} to {value.high:.1%})"
