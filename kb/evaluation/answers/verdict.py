"""Scores -> a card, whether it passes the bar, and the file it is kept in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kb.answering.permission import ANSWER_ACCURACY, QUOTE_ACCURACY, meets, questions
from kb.errors import AdapterError
from kb.evaluation.answers.questions import QuestionFile
from kb.models.adapters import REJECTED, Adapter
from kb.models.base_card import Base, write
from kb.models.cards import ADAPTER, BASE, CARD, Card, Score, write_card

if TYPE_CHECKING:
    from kb.settings import Settings

TASK = "answers"
Scores = Mapping[str, Score]


@dataclass(frozen=True, slots=True)
class Judged:
    """Which questions were asked, of which base model, and with which adapter, if any."""

    asked: QuestionFile
    base: Base
    adapter: Adapter | None


def card(judged: Judged, quoted: Scores, composed: Scores, settings: Settings) -> Card:
    """The card, and what it lacks to pass.

    A base model's has the model's scores, an adapter's those of the adapter beside what else its card says, and its
    base model's on the same questions, where that has been judged. With the scores of the one that is judged stands
    `quote_accuracy`: the answer accuracy of quote mode on the same questions.

    Args:
        judged: What was judged.
        quoted: The scores of quote mode.
        composed: Those of the model or the adapter.
        settings: Seed, context, length of answers, and the bar.
    """
    its = dict(composed)
    if ANSWER_ACCURACY in quoted:
        its[QUOTE_ACCURACY] = quoted[ANSWER_ACCURACY]
    fields = {**_fields(judged, settings), **_about(judged, its)}
    made = Card(**fields)
    reasons = meets(made, settings.answer.bar)
    return replace(made, passed=not reasons, reasons=reasons)


def _fields(judged: Judged, settings: Settings) -> dict[str, Any]:
    """What every card says of what was judged."""
    asked, base, llm = judged.asked, judged.base, settings.llm
    how: dict[str, Any] = {"questions": asked.name, "questions_digest": asked.digest}
    how |= {"context": llm.context, "max_new_tokens": llm.max_new_tokens, "temperature": llm.temperature}
    old = judged.adapter.card if judged.adapter else None
    return {
        "task": old.task if old else TASK,
        "grounded": True,
        "base": base.model,
        "base_digest": base.base_digest,
        "quantisation": base.quantisation,
        "prompt_digest": base.prompt_digest,
        "data_digest": old.data_digest if old else asked.digest,
        "seed": old.seed if old else llm.seed,
        "settings": {**(old.settings if old else {}), **how},
        "examples": old.examples if old else (),
        "passed": False,
    }


def _about(judged: Judged, its: Scores) -> dict[str, Any]:
    """Name and scores."""
    if judged.adapter is None:
        return {"name": judged.base.model, "scores": {BASE: its}}
    old = judged.adapter.card
    found = dict(old.scores) if old else {}
    found[ADAPTER] = {**found.get(ADAPTER, {}), **its}
    own = judged.base.card
    if own is not None and not judged.base.unfit and own.data_digest == judged.asked.digest:
        found[BASE] = {**found.get(BASE, {}), **own.scores[BASE]}
    return {"name": judged.adapter.name.removesuffix(REJECTED) if old is None else old.name, "scores": found}


def keep(made: Card, base: Base, adapter: Adapter | None) -> tuple[Path, str]:
    """Write a card, unless the one that is there is of the same and says more.

    Returns:
        Its file, and what else there is to know about it; empty: nothing.

    Raises:
        AdapterError: The adapter's folder went away meanwhile.
        StorageError: No room, or the folder may not be written.
    """
    before, who = (adapter.card, ADAPTER) if adapter else (None if base.unfit else base.card, BASE)
    if before is not None and before.prompt_digest == made.prompt_digest:
        more, n = _questions(before, who), _questions(made, who)
        if more > n:
            note = f"the card that is there stays: it is of {more} questions, this would be one of {n}"
            return adapter.folder / CARD if adapter else base.file, note
    if adapter is None:
        return write(base, made), ""
    if not adapter.folder.is_dir():
        raise AdapterError(f"{adapter.folder} is gone", "Judge the adapter again when it is there")
    write_card(made, adapter.folder / CARD)
    passed = adapter.name.endswith(REJECTED) and made.passed
    return adapter.folder / CARD, f"it passed: rename its folder to {made.name}" if passed else ""


def _questions(of: Card, who: str) -> int:
    return sum(questions(of.scores.get(who, {})))
