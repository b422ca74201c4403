"""adapters: which there are, what their cards say, and what two of them answer to one question."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.text import Text
from typer.core import TyperGroup

from kb.cli.beside import Column, show_beside
from kb.cli.columns import Columns, Row, room_below, show_columns
from kb.cli.frame import Desk, Reply
from kb.cli.lab import watching
from kb.cli.render import show_prose
from kb.cli.wrap import flat, one_line

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from rich.console import Console

    from kb.answering.lab import Said, Side
    from kb.models.adapters import Adapter
    from kb.models.cards import Card, Score

ABOUT = "List the adapters, show the card of one, or compare what two of them answer; alone, it lists them."
_STYLES = {"passed": "good", "rejected": "bad", "refused": "bad", "unjudged": "quote"}
_BASE = "base model"
_SIDES: Mapping[Side, str] = {"closed": "First", "grounded": "Second"}
_DIGEST = 16  # hexadecimal digits that tell two models apart
_Name = Annotated[str, typer.Argument(metavar="NAME", help="As kb adapters lists it; none is the base model.")]
_One = Annotated[str, typer.Argument(metavar="A", help="The name of an adapter; none is the base model.")]
_Other = Annotated[str, typer.Argument(metavar="B", help="The name of another; none is the base model.")]
_Question = Annotated[str, typer.Argument(metavar="QUESTION", help="In any language.")]


class ListByDefault(TyperGroup):
    """A group whose bare name lists."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:  # noqa: ANN401 - typer's own, not public
        """Read the arguments; options without a command are those of `list`."""
        bare = not args or (args[0].startswith("-") and args[0] not in ctx.help_option_names)
        return super().parse_args(ctx, ["list", *args] if bare else args)


def _listed(desk: Desk) -> Reply:
    """List the adapters in the storage: what each is for, made for which model, and whether it passed."""
    with desk.knowledge_base() as base:
        there = base.adapters()
    folder, written = desk.storage / "adapters", _may_the_base_model_write(desk)
    document = {"adapters": [_summary(adapter) for adapter in there], "base_model": written}

    def shown(screen: Console) -> None:
        show_adapters(screen, there, str(folder))
        show_prose(screen, Text(flat(written), style="quiet"), indent=0)

    return Reply(document, shown)


def show(desk: Desk, name: _Name) -> Reply:
    """Show the card of an adapter, or with none of the base model: how it was judged, and what it is for."""
    from kb.models.routing import named

    if name == "none":
        return _show_base(desk)
    with desk.knowledge_base() as base:
        adapter = named(name, base.adapters())
    card = adapter.card.as_dict() if adapter.card else None
    written = _may_the_base_model_write(desk)
    document = {**_summary(adapter), "folder": str(adapter.folder), "card": card, "base_model": written}

    def shown(screen: Console) -> None:
        show_adapter(screen, adapter)
        show_prose(screen, Text(flat(written), style="quiet"), indent=2)

    return Reply(document, shown)


def compare(desk: Desk, a: _One, b: _Other, question: _Question) -> Reply:
    """Let two adapters answer one question without documents; nobody verifies either answer."""
    with desk.knowledge_base() as base, watching(_SIDES, quiet=desk.json) as watch:
        said = base.compare_adapters(a, b, question, watch=watch, progress=watch.progress)
    document = {"question": question, "answers": [asdict(one) for one in said], "verified": False}
    return Reply(document, lambda screen: show_answers(screen, question, said))


def _show_base(desk: Desk) -> Reply:
    """The card of the base model."""
    from kb.answering.permission import told
    from kb.models.base_card import find

    settings = desk.settings()
    base = find(settings, desk.storage)
    written, card = told(base, settings.answer.bar), base.card
    document = {"name": base.model, "base_model": written, "card": card.as_dict() if card else None}

    def shown(screen: Console) -> None:
        show_prose(screen, Text(flat(written), style="ask"), indent=0)
        if card is not None:
            facts = {"file": str(base.file), "quantisation": card.quantisation, "base digest": card.base_digest}
            settings = ", ".join(f"{key} {value}" for key, value in card.settings.items())
            _show_facts(screen, {**facts, "judged with": settings})
            _show_scores(screen, card.scores)

    return Reply(document, shown)


def _may_the_base_model_write(desk: Desk) -> str:
    """One line; what keeps the model from being chosen is said in its place."""
    from kb.answering.permission import told
    from kb.errors import KBError
    from kb.models.base_card import find

    try:
        settings = desk.settings()
        return told(find(settings, desk.storage), settings.answer.bar)
    except KBError as error:
        return f"The base model cannot be told: {error.what}"


_listed.__name__ = "list"
COMMANDS = (_listed, show, compare)


def show_adapters(screen: Console, there: Sequence[Adapter], folder: str) -> None:
    """A table, one line for each, and below it its first score, or why it did not pass."""
    if not there:
        show_prose(screen, Text(f"There is no adapter in {folder} yet: the base model answers"), indent=0)
        return
    columns = Columns(("name", "task", "base", "rank", "size", "state"), left=(0, 1, 2, 5), yielding=2)
    room = room_below(screen, max(len(adapter.name) for adapter in there))
    rows = []
    for adapter in there:
        card = adapter.card
        task, base = (flat(card.task), flat(card.base)) if card else ("", "")
        known = adapter.state != "refused"
        cells = (adapter.name, task, base, f"{adapter.rank}" if known else "", _size(adapter.bytes) if known else "")
        below = one_line(_first_score(card) if adapter.state == "passed" else adapter.why, max(room, 20))
        rows.append(Row((*map(flat, cells), adapter.state), "" if adapter.state == "passed" else "quiet", below))
    show_columns(screen, columns, rows)


def show_adapter(screen: Console, adapter: Adapter) -> None:
    """One adapter as a page."""
    screen.print(Text.assemble((flat(adapter.name), "ask"), "  ", (adapter.state, _STYLES[adapter.state])))
    card = adapter.card
    if adapter.why and not (card and card.reasons):
        show_prose(screen, Text(adapter.why), indent=2)
    _show_facts(screen, _facts(adapter))
    if card is None:
        return
    if card.scores:
        _show_scores(screen, card.scores)
    _show_items(screen, "Reasons", card.reasons)
    _show_items(screen, "Questions like these are for it", card.examples)


def show_answers(screen: Console, question: str, said: tuple[Said, Said]) -> None:
    """Two answers side by side, with what they took."""
    from kb.answering.lab import NOT_VERIFIED

    show_prose(screen, Text(question, style="ask"), indent=0)
    screen.print()
    show_beside(screen, _column(said[0]), _column(said[1]))
    show_prose(screen, Text(NOT_VERIFIED, style="bad"), indent=0)


def _summary(adapter: Adapter) -> dict[str, Any]:
    card = adapter.card
    return {
        "name": adapter.name,
        "task": card.task if card else None,
        "grounded": card.grounded if card else None,
        "base": card.base if card else None,
        "rank": adapter.rank,
        "targets": list(adapter.targets),
        "bytes": adapter.bytes,
        "digest": adapter.digest,
        "state": adapter.state,
        "why": adapter.why,
        "scores": card.as_dict()["scores"] if card else {},
    }


def _column(said: Said) -> Column:
    ended = "" if said.finish == "stop" else f", {said.finish}"
    below = f"{said.tokens:,} tokens, {said.seconds:.1f} s{ended}"
    return Column(said.adapter or _BASE, said.text or "(nothing)", below)


def _facts(adapter: Adapter) -> dict[str, str]:
    facts: dict[str, str] = {}
    if card := adapter.card:
        checked = "documents" if card.grounded else "no document: what it writes is recomputed"
        facts = {"task": card.task, "base": card.base, "checked against": checked}
        facts |= {"quantisation": card.quantisation, "base digest": card.base_digest[:_DIGEST]}
        settings = ", ".join(f"{key} {value}" for key, value in card.settings.items())
        facts |= {"trained with": f"{settings}; seed {card.seed}" if settings else f"seed {card.seed}"}
    if adapter.state != "refused":
        facts |= {"rank": str(adapter.rank), "changes": ", ".join(adapter.targets), "size": _size(adapter.bytes)}
    return {**facts, "folder": str(adapter.folder)}


def _show_facts(screen: Console, facts: Mapping[str, str]) -> None:
    width = max(map(len, facts))
    for name, value in facts.items():
        show_prose(screen, Text.assemble((f"{name:<{width}}  ", "quiet"), flat(value)), indent=2)


def _show_scores(screen: Console, scores: Mapping[str, Mapping[str, Score]]) -> None:
    """Each measure of the base and of the adapter, with its 95 % interval."""
    screen.print()
    whose = [who for who in ("base", "adapter") if who in scores]
    measures = dict.fromkeys(measure for who in whose for measure in scores[who])
    rows = [Row((flat(one), *(_interval(scores[who].get(one)) for who in whose))) for one in measures]
    show_columns(screen, Columns(("measure", *whose), left=(0,), yielding=0), rows)


def _show_items(screen: Console, heading: str, items: Sequence[str]) -> None:
    if items:
        screen.print()
        screen.print(Text(heading, style="ask"))
    for item in items:
        show_prose(screen, Text(f"- {flat(item)}"), indent=2)


def _first_score(card: Card | None) -> str:
    """The first measure of a card on one line."""
    scores = card.scores if card else {}
    for measure, score in scores.get("adapter", {}).items():
        base = scores.get("base", {}).get(measure)
        return f"{flat(measure)} {_range(score)}" + (f"; base {_range(base)}" if base else "")
    return ""


def _interval(score: Score | None) -> str:
    if score is None:
        return ""
    return f"{_range(score)} of {score.n:,}"


def _range(score: Score) -> str:
    return f"{score.value:.3f} ({score.low:.3f} to {score.high:.3f})"


def _size(count: int) -> str:
    return f"{count / 1e6:,.1f} MB"
