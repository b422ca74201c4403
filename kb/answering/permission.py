"""What is wanted, which adapter a question is for, and the cards -> who may write the answer, and why."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Literal

from kb.models.adapters import Adapter
from kb.models.base_card import Base
from kb.models.cards import ADAPTER, Card, Score
from kb.models.cards import BASE as OF_BASE
from kb.models.routing import Route
from kb.settings import BarSettings

Wanted = Literal["quote", "compose", "auto"]
CITATION_PRECISION = "citation_precision"
ANSWER_ACCURACY = "answer_accuracy"
QUOTE_ACCURACY = "quote_accuracy"  # of quote mode on the same questions; it stands beside the model's own scores
FOREIGN_REFUSED = "foreign_refused"
SAME_TOPIC_REFUSED = "same_topic_refused"
FALSE_REFUSALS = "false_refusals"
_ROUNDING = 1e-9  # .98 - .02 is not less than .96


@dataclass(frozen=True, slots=True)
class Permission:
    """Who writes an answer.

    Args:
        mode: What happens: quotes, a draft that is checked against documents, or one whose equations are recomputed.
        wanted: What was asked for; "auto" falls back to quotes where nothing of a draft is proven.
        adapter: Who writes; None is the base model, or nobody in mode "quote".
        reason: In words, for people.
    """

    mode: Literal["quote", "compose", "task"]
    wanted: Wanted
    adapter: str | None
    reason: str


def permit(wanted: Wanted, route: Route, adapter: Adapter | None, base: Base, bar: BarSettings) -> Permission:
    """Decide who may write.

    Args:
        wanted: "auto" lets only those write whose card passes the bar; "compose" lets the one write whom the question
            is for, card or no card, and says so; "quote" nobody.
        route: Which adapter the question is for.
        adapter: That one; None where it is the base model.
        base: The base model that would be loaded, and its card.
        bar: What a card must show.
    """
    if wanted == "quote":
        return Permission("quote", wanted, None, "quotes were asked for")
    if wanted == "compose":
        return _by_name(route, adapter, base, bar)
    against = ""
    if adapter is not None:
        against = _against_adapter(adapter, base, bar)
        if not against:
            return _passed(adapter)
        against = f"adapter {adapter.name} may not write: {against}; "
    missing = against_base(base, bar)
    if missing:
        return Permission("quote", wanted, None, f"quotes: {against}{base.model} may not write: {missing}")
    return Permission("compose", wanted, None, f"{against}{base.model} writes: its card passes the bar")


def meets(card: Card, bar: BarSettings) -> tuple[str, ...]:
    """What a card lacks to pass the bar, in words; empty: it passes.

    The values count, not their intervals. A card of other measures, such as an adapter's for sums, lacks these.
    """
    scores = card.scores.get(OF_BASE if card.name == card.base else ADAPTER, {})
    quoted = scores.get(QUOTE_ACCURACY)
    least = quoted.value - bar.accuracy_margin if quoted else None
    found = (
        _counted(scores, bar),
        _held(scores, CITATION_PRECISION, lambda value: value >= bar.citation_precision, f"{bar.citation_precision:g}"),
        _accuracy(scores.get(ANSWER_ACCURACY), least),
        _held(scores, FOREIGN_REFUSED, lambda value: value >= bar.foreign_refused, f"{bar.foreign_refused:g}"),
        _held(scores, FALSE_REFUSALS, lambda value: value <= bar.false_refusals, f"{bar.false_refusals:g} at most"),
    )
    return tuple(text for text in found if text)


def needed(bar: BarSettings, quoted: Score | None) -> dict[str, str]:
    """What each measure of a card must be, in words; `quoted` is the answer accuracy of quote mode."""
    limits = {
        CITATION_PRECISION: f"at least {bar.citation_precision:g}",
        FOREIGN_REFUSED: f"at least {bar.foreign_refused:g}",
        FALSE_REFUSALS: f"at most {bar.false_refusals:g}",
    }
    if quoted is not None:
        limits[ANSWER_ACCURACY] = f"at least {quoted.value - bar.accuracy_margin:.3f}"
    return limits


def against_base(base: Base, bar: BarSettings) -> str:
    """What speaks against letting the base model write by itself; empty: its card passes the bar."""
    if base.unfit or base.card is None:
        return base.unfit
    return "; ".join(meets(base.card, bar))


def told(base: Base, bar: BarSettings) -> str:
    """Whether the base model may write by itself, in one line."""
    missing = against_base(base, bar)
    return f"{base.model} may not write by itself: {missing}" if missing else f"{base.model} may write: its card passes"


def _by_name(route: Route, adapter: Adapter | None, base: Base, bar: BarSettings) -> Permission:
    """Compose was asked for: whoever the question is for writes."""
    if adapter is None:
        who, against = base.model, against_base(base, bar)
    else:
        who, against = f"adapter {adapter.name}", _against_adapter(adapter, base, bar)
        if not against and not (adapter.card and adapter.card.grounded):
            against = "it was judged on what it computes, not on what it says of documents"
    caution = f", although {against}" if against else ": the card passes the bar"
    return Permission("compose", "compose", route.adapter, f"{who} writes because compose was asked for{caution}")


def _passed(adapter: Adapter) -> Permission:
    if adapter.card is not None and not adapter.card.grounded:
        said = f"adapter {adapter.name} writes: it passed, and is for questions that need no document"
        return Permission("task", "auto", adapter.name, said)
    return Permission("compose", "auto", adapter.name, f"adapter {adapter.name} writes: its card passes the bar")


def _against_adapter(adapter: Adapter, base: Base, bar: BarSettings) -> str:
    """What speaks against letting an adapter write by itself; empty: nothing."""
    card = adapter.card
    if adapter.state != "passed" or card is None:
        return adapter.why or "it did not pass"
    if not card.grounded:
        return ""
    if card.prompt_digest != base.prompt_digest:
        return f"its card is of other prompts: judge it again with kb evaluate answers --adapter {adapter.name}"
    return "; ".join(meets(card, bar))


def _counted(scores: Mapping[str, Score], bar: BarSettings) -> str:
    answerable, unanswerable = questions(scores)
    if answerable + unanswerable < bar.questions:
        return f"{answerable + unanswerable} questions were asked, {bar.questions} are needed"
    if answerable < bar.answerable:
        return f"{answerable} answerable questions were asked, {bar.answerable} are needed"
    if unanswerable < bar.unanswerable:
        return f"{unanswerable} unanswerable questions were asked, {bar.unanswerable} are needed"
    return ""


def questions(scores: Mapping[str, Score]) -> tuple[int, int]:
    """How many answerable and unanswerable questions stand behind scores."""
    asked = {name: score.n for name, score in scores.items()}
    return asked.get(ANSWER_ACCURACY, 0), asked.get(FOREIGN_REFUSED, 0) + asked.get(SAME_TOPIC_REFUSED, 0)


def _held(scores: Mapping[str, Score], name: str, holds: Callable[[float], bool], limit: str) -> str:
    score = scores.get(name)
    said = name.replace("_", " ")
    if score is None:
        return f"{said} was not measured"
    kept = holds(score.value) or holds(score.value + _ROUNDING) or holds(score.value - _ROUNDING)
    return "" if kept else f"{said} is {score.value:.3f}, {limit} is needed"


def _accuracy(score: Score | None, least: float | None) -> str:
    if score is None or least is None:
        return "answer accuracy was not measured beside that of quotes"
    if score.value >= least - _ROUNDING:
        return ""
    return f"answer accuracy is {score.value:.3f}, {least:.3f} is needed: what quotes reach, less the margin"
