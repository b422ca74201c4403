"""evaluate: how well this knowledge base does, on public data sets or on your own."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer
from rich.text import Text
from typer.core import TyperGroup

from kb.cli.columns import Columns, Row, show_columns
from kb.cli.frame import Desk, Interrupted, Reply, error_document
from kb.cli.render import show_prose
from kb.cli.screen import console, error_line, progress_bars
from kb.cli.wrap import flat

if TYPE_CHECKING:
    from collections.abc import Mapping

    from rich.console import Console

    from kb.evaluation.answers.exam import AnswersReport, Halted
    from kb.models.cards import Score
    from kb.models.memory import Plan
    from kb.models.profiles import Profile

ABOUT = "Take the exams, judge a model, or measure and compare retrieval on any data set; alone, it takes all exams."
_HALF = Annotated[
    Literal["report", "fit", "all"] | None,
    typer.Option("--half", help="Which questions; of the public sets report, of others all."),
]
_DATA = Annotated[Path | None, typer.Option("--data", metavar="DIR", help="The folder of the public data sets.")]


class ExamsByDefault(TyperGroup):
    """A group whose bare name takes all exams."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:  # noqa: ANN401 - typer's own, not public
        """Read the arguments; options without a command are those of `exams`."""
        bare = not args or (args[0].startswith("-") and args[0] not in ctx.help_option_names)
        return super().parse_args(ctx, ["exams", *args] if bare else args)


def exams(
    desk: Desk,
    names: Annotated[list[str] | None, typer.Argument(metavar="NAME", help="Which exams; without any, all.")] = None,
    data: _DATA = None,
) -> Reply:
    """Score retrieval, quotes and refusals on held-out questions, beside the bounds they must reach."""
    from kb.evaluation import report

    with progress_bars(quiet=desk.json) as progress:
        result = report.run(tuple(names or ()), data, desk.settings(), desk.storage, progress)
    return Reply(result.as_dict(), lambda screen: screen.print(result.as_text()))


def retrieval(
    desk: Desk,
    dataset: Annotated[
        str,
        typer.Argument(
            metavar="DATASET",
            help="A BEIR folder, a SQuAD .json, a .jsonl of questions, or the name of a public set such as scifact.",
        ),
    ],
    out: Annotated[
        Path | None, typer.Option("--out", metavar="FOLDER", help="Where to write the JSON and the pictures.")
    ] = None,
    half: _HALF = None,
    data: _DATA = None,
) -> Reply:
    """Measure how well the documents of a data set are found: each leg, the whole, and the time of each step."""
    from kb.evaluation.retrieval import Job, run

    with progress_bars(quiet=desk.json) as progress:
        report, folder = run(Job(dataset, half, out, data), desk.settings(), desk.storage, progress)
    text = f"{report.as_text()}\n\nJSON and pictures are in {folder}"
    return Reply({**report.as_dict(), "folder": str(folder)}, lambda screen: screen.print(text))


def compare(
    desk: Desk,
    a: Annotated[Path, typer.Argument(metavar="A.json", help="What `kb evaluate retrieval` wrote.")],
    b: Annotated[Path, typer.Argument(metavar="B.json", help="The same set, measured with something changed.")],
) -> Reply:
    """Test whether B is better than A, question by question."""
    from kb.evaluation.compare import compare as compared

    result = compared(a, b)
    return Reply(result.as_dict(), lambda screen: screen.print(result.as_text()))


def ablation(
    desk: Desk,
    names: Annotated[
        list[str] | None, typer.Argument(metavar="SET", help="Which public sets; without any, all.")
    ] = None,
    half: _HALF = None,
    data: _DATA = None,
) -> Reply:
    """Put each step of retrieval off in turn and show what every set loses."""
    from kb.evaluation.ablation import run
    from kb.evaluation.shelf import Shelf

    with progress_bars(quiet=desk.json) as progress:
        shelf = Shelf(desk.storage, desk.settings(), progress)
        result = run(names or (), data, shelf, half)
    return Reply(result.as_dict(), lambda screen: screen.print(result.as_text()))


def answers(
    desk: Desk,
    adapter: Annotated[
        str | None, typer.Option("--adapter", metavar="NAME", help="Judge this adapter instead of the base model.")
    ] = None,
    model: Annotated[
        str | None, typer.Option("--model", metavar="NAME", help="Which: a profile, a Hugging Face name, a folder.")
    ] = None,
    data: Annotated[
        Path | None,
        typer.Option("--data", metavar="FILE.jsonl", help="Your own questions about what is indexed, one a line."),
    ] = None,
    most: Annotated[
        int | None, typer.Option("--most", metavar="N", min=1, help="Ask so many questions at most.")
    ] = None,
) -> Reply:
    """Judge whether a model may write answers by itself: ask it questions whose answers are known, write its card.

    Your own questions are JSON objects with "question", "answers" ([] where the documents do not answer it) and
    "document" (where the answer stands, or whose topic an unanswerable one is on).
    """
    from kb.evaluation.answers.exam import Halted, Job, run

    def announce(profile: Profile, plan: Plan | None) -> None:
        if not desk.json:
            console(stderr=True).print(Text(flat(profile.reason), style="quiet"), soft_wrap=True)

    try:
        with progress_bars(quiet=desk.json) as progress:
            report = run(Job(adapter, model, data, most), desk.settings(), desk.storage, progress, announce)
    except Halted as halted:
        return _halted(halted)
    return Reply(report.as_dict(), lambda screen: show_answers(screen, report))


def _halted(halted: Halted) -> Reply:
    how_far = f"{halted.done} of {halted.total} answers in mode {halted.mode} are kept"
    error = Interrupted(f"Interrupted: {how_far}, no card was written", "The same command goes on from there")
    return Reply(error_document(error), lambda screen: error_line(str(error)), code=130)


def show_answers(screen: Console, report: AnswersReport) -> None:
    """Each measure for quotes and for the model, the verdict, and where the card is."""
    counts = ", ".join(f"{n} {kind}" for kind, n in report.asked.counts().items())
    who = report.model if report.adapter is None else f"{report.adapter} on {report.model}"
    about = f"{flat(who)}, {len(report.asked.questions)} questions ({flat(report.asked.name)}): {counts}"
    show_prose(screen, Text(f"{about}; mean (95 % bootstrap interval)", style="quiet"), indent=0)
    measures = dict.fromkeys((*report.quoted, *report.composed))
    rows = [Row(_cells(report, name)) for name in measures]
    show_columns(screen, Columns(("measure", "quotes", "the model", "needed"), left=(0, 3), yielding=0), rows)
    verdict = Text.assemble(("passed", "good") if report.passed else ("did not pass", "bad"))
    verdict.append(": answer.mode auto lets it write" if report.passed else ": answer.mode auto stays with quotes")
    show_prose(screen, verdict, indent=0)
    for reason in report.reasons:
        show_prose(screen, Text(f"- {flat(reason)}"), indent=2)
    show_prose(screen, Text(f"Its card is {report.card}"), indent=0)
    if report.note:
        show_prose(screen, Text(flat(report.note)), indent=0)


def _cells(report: AnswersReport, name: str) -> tuple[str, ...]:
    both = (_cell(report.quoted, name), _cell(report.composed, name))
    return name.replace("_", " "), *both, report.needed.get(name, "")


def _cell(scores: Mapping[str, Score], name: str) -> str:
    score = scores.get(name)
    if score is None:
        return ""
    digits = 2 if name == "seconds" else 3
    return f"{score.value:.{digits}f} ({score.low:.{digits}f} to {score.high:.{digits}f}) of {score.n:,}"


COMMANDS = (exams, answers, retrieval, compare, ablation)
