"""A receipt -> the same question asked again, and what is otherwise."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from kb.answering.answer import Answer
from kb.answering.receipts.changes import Change, changed
from kb.answering.receipts.receipt import Circumstances, Receipt
from kb.index.snapshot import Snapshot

UNLIKE = ("seconds", "receipt")
"""What two answers to one question never have in common."""

SCORES_AGREE = 1e-5
"""How far two scores may be apart and be called the same."""

_SHOWN = 60  # characters of a value in words
_BEFORE = 15  # of them before the first difference


@dataclass(frozen=True, slots=True)
class Replay:
    """A receipt, the answer of today, and how they differ.

    `identical`: all is the same, scores within 1e-5, but the seconds and the receipt's id. `differences` names each
    field that is not. `changes` are of documents; `circumstances` tells what else is otherwise (settings, program), in
    words.
    """

    receipt: Receipt
    answer: Answer
    identical: bool
    differences: tuple[str, ...]
    changes: tuple[Change, ...]
    circumstances: tuple[str, ...] = ()

    def as_dict(self) -> dict[str, Any]:
        """The same as plain values, ready for JSON."""
        return {
            "receipt": self.receipt.id,
            "question": self.receipt.request.question,
            "identical": self.identical,
            "differences": list(self.differences),
            "changes": [change.as_dict() for change in self.changes],
            "circumstances": list(self.circumstances),
            "answer": self.answer.as_dict(),
        }


def replay(
    receipt: Receipt,
    ask: Callable[[Receipt], Answer],
    snapshot: Snapshot,
    now: Circumstances | None = None,
) -> Replay:
    """Ask again what a receipt is of.

    Args:
        receipt: What was asked, and what came of it.
        ask: Asks the question of the receipt in its mode, with its adapter, filters and history.
        snapshot: Of the catalog of today.
        now: What answers depend on today; None leaves it out.

    Raises:
        KBError: Whatever `ask` raises.
    """
    answer = ask(receipt)
    found = differences(receipt.answer, answer)
    since = now.since(receipt.circumstances) if now else ()
    return Replay(receipt, answer, not found, found, changed(receipt, snapshot), since)


def differences(then: Answer | None, now: Answer) -> tuple[str, ...]:
    """Each field of two answers that differs, in words; of sources that moved, the first place is told."""
    if then is None:
        return ("the first answer was interrupted: there is nothing to compare",)
    was, is_ = ({k: v for k, v in one.as_dict().items() if k not in UNLIKE} for one in (then, now))
    return tuple(told for name in was if (told := _told(name, was[name], is_[name])))


def _told(name: str, was: Any, is_: Any) -> str:  # noqa: ANN401 - any value of JSON
    """The first difference between two values, under its dotted name; empty when there is none."""
    if isinstance(was, Mapping) and isinstance(is_, Mapping):
        parts = ((f"{name}.{key}", was.get(key), is_.get(key)) for key in was)
        return next((told for part in parts if (told := _told(*part))), "")
    if isinstance(was, list | tuple) and isinstance(is_, list | tuple):
        if len(was) != len(is_):
            return f"{name}: there were {len(was)}, there are {len(is_)}"
        pairs = enumerate(zip(was, is_, strict=True), start=1)
        return next((told for at, pair in pairs if (told := _told(f"{name} {at}", *pair))), "")
    return "" if _same(was, is_) else _otherwise(name, was, is_)


def _same(was: object, is_: object) -> bool:
    """Equality; a score may differ in its last digits, for FAISS sums in another order after a base was rewritten."""
    if isinstance(was, float) and isinstance(is_, float):
        return math.isclose(was, is_, rel_tol=SCORES_AGREE, abs_tol=SCORES_AGREE)
    return was == is_


def _otherwise(name: str, was: object, is_: object) -> str:
    """Two values, each from a little before the place where they part."""
    first, second = (" ".join(str(value).split()) for value in (was, is_))
    pairs = enumerate(zip(first, second, strict=False))
    alike = next((at for at, (a, b) in pairs if a != b), min(len(first), len(second)))
    begin = alike - _BEFORE if alike > 2 * _BEFORE else 0
    return f"{name}: was {_short(was, first[begin:], begin)}, is {_short(is_, second[begin:], begin)}"


def _short(value: object, text: str, begin: int) -> str:
    if value is None:
        return "nothing"
    shown = text if len(text) <= _SHOWN else f"{text[: _SHOWN - 1]}…"
    return repr(f"…{shown}" if begin else shown)
