"""receipts: what made each answer; one of them in full; and the same question asked again."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer
from rich.text import Text

from kb.cli.adapters import ListByDefault
from kb.cli.columns import Columns, Row, room_below, show_columns
from kb.cli.frame import Desk, Reply
from kb.cli.questions import open_writer
from kb.cli.render import show_answer, show_prose
from kb.cli.screen import patience
from kb.cli.wrap import flat, one_line

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from rich.console import Console

    from kb.answering.receipts import Listed, Receipt, Replay

ABOUT = "List what made each answer, show one receipt in full, or ask its question again; alone, it lists them."
GROUP = ListByDefault
_DIGEST = 16  # hexadecimal digits that tell two files apart
_ID_WIDTH = 27
_NARROWEST = 20
_STYLES = {"damaged": "bad", "interrupted": "quiet"}
_Id = Annotated[
    str, typer.Argument(metavar="ID|last", help="As kb receipts lists it; its beginning is enough where it is alone.")
]
_Most = Annotated[int, typer.Option("--most", metavar="N", min=1, help="So many, newest first.")]


def _list(desk: Desk, *, most: _Most = 20) -> Reply:
    """List the receipts: when, what was asked, what came of it, and whether a quoted document changed since."""
    with desk.knowledge_base() as base:
        kept = base.receipts()
    shown = kept[:most]
    document = {"receipts": [one.as_dict() for one in shown], "kept": len(kept)}
    return Reply(document, lambda screen: show_receipts(screen, shown, len(kept)))


def show(desk: Desk, receipt: _Id) -> Reply:
    """Show an answer with all that made it: documents, model, settings, and their digests."""
    with desk.knowledge_base() as base:
        found = base.receipt(receipt)
    return Reply(found.as_dict(), lambda screen: show_receipt(screen, found))


def replay(desk: Desk, receipt: _Id) -> Reply:
    """Ask the question of a receipt again, and say what is otherwise: the answer, the documents, the settings."""
    with desk.knowledge_base() as base:
        found = base.receipt(receipt)
        asked = found.request
        open_writer(base, asked.standalone_question, asked.mode, asked.adapter, quiet=desk.json)
        with patience("Asking again ...", quiet=desk.json):
            replayed = base.replay(found.id)
    return Reply(replayed.as_dict(), lambda screen: show_replay(screen, replayed))


_list.__name__ = "list"
COMMANDS = (_list, show, replay)


def show_receipts(screen: Console, shown: Sequence[Listed], kept: int) -> None:
    """One line for each, its question below it."""
    if not kept:
        screen.print('No answer was given yet: kb ask "..."')
        return
    columns = Columns(("receipt", "answer", "quotes"), left=(0, 1, 2), yielding=2)
    room = max(room_below(screen, _ID_WIDTH), _NARROWEST)
    rows = [
        Row((one.id, _outcome(one), _quoted(one)), _STYLES.get(one.status, ""), one_line(flat(_about(one)), room))
        for one in shown
    ]
    show_columns(screen, columns, rows)
    if kept > len(shown):
        screen.print(f"and {kept - len(shown):,} older: kb receipts --most {kept}", style="quiet")


def show_receipt(screen: Console, receipt: Receipt) -> None:
    """The question, the answer, and what made it."""
    from kb.answering.conversation import differs

    asked, answer = receipt.request, receipt.answer
    show_prose(screen, Text(flat(asked.question), style="ask"), indent=0)
    if differs(asked.question, asked.standalone_question):
        show_prose(screen, Text(f"Understood as: {flat(asked.standalone_question)}", style="quiet"), indent=0)
    screen.print()
    if answer is None:
        show_prose(screen, Text("It was interrupted before there was an answer", style="bad"), indent=0)
        screen.print()
    else:
        show_answer(screen, answer)
    facts = [*_asked(receipt), *_made_of(receipt)]
    width = max(len(name) for name, _ in facts)
    for name, value in facts:
        show_prose(screen, Text.assemble((f"{name:<{width}}  ", "quiet"), flat(value)), indent=2)


def show_replay(screen: Console, replayed: Replay) -> None:
    """Whether the answer is the same, what is not, and the answer of today where it is another."""
    show_prose(screen, Text(flat(replayed.receipt.request.question), style="ask"), indent=0)
    if replayed.identical:
        screen.print(f"Identical to receipt {replayed.receipt.id}", style="good", soft_wrap=True)
    else:
        screen.print(f"Not the same as receipt {replayed.receipt.id}", style="bad", soft_wrap=True)
        _items(screen, replayed.differences)
    if replayed.changes:
        screen.print("Documents since then")
        _items(screen, [f"{change.document}: {change.why}" for change in replayed.changes])
    if replayed.circumstances:
        screen.print("What else is otherwise")
        _items(screen, replayed.circumstances)
    if not replayed.identical:
        screen.print()
        screen.print("The answer now", style="ask")
        show_answer(screen, replayed.answer)


def _items(screen: Console, items: Iterable[str]) -> None:
    for item in items:
        show_prose(screen, Text(f"- {flat(item)}"), indent=2)


def _outcome(one: Listed) -> str:
    if one.status != "complete":
        return one.status
    return one.mode or "" if one.outcome == "answered" else one.outcome or ""


def _quoted(one: Listed) -> str:
    names = [flat(document.document) for document in one.documents if document.cited]
    said = ", ".join(names)
    return f"{said} (changed since)" if one.stale else said


def _about(one: Listed) -> str:
    return f"its file {one.why}" if one.status == "damaged" else one.question


def _asked(receipt: Receipt) -> list[tuple[str, str]]:
    asked = receipt.request
    facts = [("receipt", receipt.id), ("made", receipt.made)]
    given = [("mode asked for", asked.mode), ("adapter asked for", asked.adapter), ("filters", str(asked.filters))]
    facts += [(name, value) for name, value in given if value]
    if asked.history:
        facts.append(("turns before", f"{len(asked.history)}"))
    return facts


def _made_of(receipt: Receipt) -> list[tuple[str, str]]:
    now = receipt.circumstances
    facts = []
    for document in receipt.documents:
        digest = document.sha256[:_DIGEST] if document.sha256 else "changed while it was answered from"
        facts.append(("quoted" if document.cited else "read", f"{document.document}  {digest}"))
    if receipt.writer is not None:
        for name, value in receipt.writer.as_dict().items():
            if value is not None:
                facts.append((name.replace("_", " "), value[:_DIGEST] if "digest" in name else str(value)))
    embedder = (now.index.get("embedder") or {}).get("model")
    facts += [("embedder", str(embedder))] if embedder else []
    return [
        *facts,
        ("generation", f"{now.generation}"),
        ("calibration", now.calibration[:_DIGEST]),
        ("kb", now.version),
    ]
