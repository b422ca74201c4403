"""evaluate: how well this knowledge base does, on public data sets or on your own."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any, Literal

import typer
from typer.core import TyperGroup

from kb.cli.frame import Desk, Reply
from kb.cli.screen import progress_bars

ABOUT = "Take the exams, or measure and compare retrieval on any data set; alone, it takes all exams."
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


COMMANDS = (exams, retrieval, compare, ablation)
