"""The commands of kb, in the order a newcomer needs them."""

from __future__ import annotations

from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from kb.cli import adapters, calibrate, doctor, evaluation, lab, library, machine, questions, receipts, verify
from kb.cli.frame import command
from kb.cli.screen import prepare_streams


class _InOrder(TyperGroup):
    """Lists groups of commands after the commands."""

    def list_commands(self, ctx: Any) -> list[str]:  # noqa: ANN401 - typer's own, not public
        return sorted(self.commands, key=lambda name: isinstance(self.commands[name], TyperGroup))


app = typer.Typer(
    name="kb",
    cls=_InOrder,
    help="A knowledge base on your own machine that shows the exact words that prove each sentence.",
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode="rich",
)


def _print_version(wanted: bool) -> None:
    if wanted:
        from importlib.metadata import version

        typer.echo(f"kb {version('kb')}")
        raise typer.Exit


@app.callback(invoke_without_command=True)
def _begin(
    context: typer.Context,
    version: Annotated[
        bool, typer.Option("--version", callback=_print_version, is_eager=True, help="Print the version.")
    ] = False,
) -> None:
    prepare_streams()
    if context.invoked_subcommand is None:
        typer.echo(context.get_help())


for _function in (
    library.index,
    questions.ask,
    questions.search,
    verify.verify,
    questions.why_not,
    questions.chat,
    library.documents,
    library.remove,
    library.check,
    calibrate.calibrate,
    library.sample,
    machine.models,
    doctor.doctor,
):
    command(app)(_function)

_adapters = typer.Typer(cls=adapters.ListByDefault, help=adapters.ABOUT)
for _part in adapters.COMMANDS:
    command(_adapters)(_part)
app.add_typer(_adapters, name="adapters")

_receipts = typer.Typer(cls=receipts.GROUP, help=receipts.ABOUT)
for _step in receipts.COMMANDS:
    command(_receipts)(_step)
app.add_typer(_receipts, name="receipts")

_lab = typer.Typer(help=lab.ABOUT)
for _task in lab.COMMANDS:
    command(_lab)(_task)
app.add_typer(_lab, name="lab")

_evaluate = typer.Typer(cls=evaluation.ExamsByDefault, help=evaluation.ABOUT)
for _measure in evaluation.COMMANDS:
    command(_evaluate)(_measure)
app.add_typer(_evaluate, name="evaluate")
