"""models: which are there, and how one is fetched."""

from __future__ import annotations

import time
from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from kb.cli.frame import Desk, Reply
from kb.cli.render import show_table
from kb.cli.screen import console, progress_bars

if TYPE_CHECKING:
    from pathlib import Path

    from kb.models.weights import ModelInfo, Needs
    from kb.settings import BarSettings


def models(
    desk: Desk,
    action: Annotated[Literal["list", "pull"], typer.Argument(help="List them, or pull one.")] = "list",
    name: Annotated[
        str | None, typer.Argument(metavar="NAME", help="What to pull: a name of the list, or of Hugging Face.")
    ] = None,
) -> Reply:
    """List the models, or pull one so that it is ready without a network."""
    if action == "list":
        return _list_models(desk)
    if name is None:
        raise typer.BadParameter("name the model: kb models pull NAME")
    return _pull(desk, name)


def _list_models(desk: Desk) -> Reply:
    from kb.models.weights import catalogue

    bar, folder = desk.settings().answer.bar, desk.storage / "models"
    rows = [{**asdict(model), "card": _card(model, folder, bar)} for model in catalogue(folder)]
    names = ("name", "kind", "megabytes", "licence", "gated", "prepared", "card", "source")
    return Reply({"models": rows}, lambda screen: show_table(screen, names, rows))


def _card(model: ModelInfo, folder: Path, bar: BarSettings) -> str | None:
    """Whether a language model may write by itself, in a word or two; None for an embedding model."""
    from kb import prompts
    from kb.answering.permission import meets
    from kb.errors import AdapterError
    from kb.models.base_card import kept

    if model.kind != "language":
        return None
    try:
        card = kept(model.name, folder)
    except AdapterError:
        return "damaged"
    if card is None:
        return "not judged"
    if card.prompt_digest != prompts.digest():
        return "of other prompts"
    return "does not pass" if meets(card, bar) else "passes"


def _pull(desk: Desk, name: str) -> Reply:
    from kb.models.weights import Needs, needs, prepare

    started, models = time.perf_counter(), desk.storage / "models"
    download = desk.settings().models.download
    needed = needs(name, models) if download else Needs(0, 0)
    if needed.download:
        _say_and_check(name, needed, models, quiet=desk.json)
    with progress_bars(quiet=desk.json) as progress:
        folder = prepare(name, models, download=download, progress=progress)
    document = {
        "name": name,
        "folder": str(folder),
        "download_bytes": needed.download,
        "disk_bytes": needed.disk,
        "seconds": round(time.perf_counter() - started, 3),
    }
    return Reply(document, lambda screen: screen.print(f"{name} is ready in {folder}"))


def _say_and_check(name: str, needed: Needs, models: Path, *, quiet: bool) -> None:
    """Tell what a download takes before it begins, and refuse it where it cannot end."""
    from kb.models.folders import check_room, gigabytes

    if not quiet:
        text = f"{name}: {gigabytes(needed.download)} to download, {gigabytes(needed.disk)} of disk in all"
        console(stderr=True).print(text, style="quiet")
    check_room(models, needed.disk, name)
