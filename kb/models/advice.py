"""A task that does not fit -> what to change, the least loss first, and what would fit."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any

from kb.models.costs import BYTES, Costs, Task, Training, gib
from kb.models.geometry import NAMED

STEP = 256  # tokens: contexts and examples are tried in these steps
_MOST_CHANGES = 3
_MOST_TOKENS = 1 << 20  # where a model's positions set no limit
_LOW_RANK = 8
_NEWER = "a GPU of compute capability 8 or more, whose attention writes down no scores,"
_SERVER = "a server that keeps the model elsewhere (llm.profile http) saves all of it"
_NONE = "and no model of the table fits: use a server (llm.profile http)"


@dataclass(frozen=True, slots=True)
class _Change:
    """One thing to do differently."""

    text: str
    costs: Costs
    task: Task


def needed(costs: Costs, task: Task) -> int:
    """Bytes on the device."""
    return sum(line.bytes for line in costs.lines(task))


def fits(costs: Costs, task: Task) -> bool:
    """Whether the device has the room."""
    return needed(costs, task) <= costs.room.free


def largest(costs: Costs, task: Task) -> Task | None:
    """The same task with the longest context, or the longest examples to learn from, that fits; None if none does."""
    limit = costs.geometry.positions or _MOST_TOKENS
    if task.training:
        training = task.training
        return _longest(costs, limit, lambda tokens: replace(task, training=replace(training, tokens=tokens)))
    return _longest(costs, limit, lambda tokens: _with_context(task, tokens))


def _with_context(task: Task, tokens: int) -> Task:
    """Another context; the answer keeps its length where that leaves half for the prompt."""
    return replace(task, context=tokens, max_new_tokens=min(task.max_new_tokens, tokens // 2))


def _longest(costs: Costs, limit: int, of: Callable[[int], Task]) -> Task | None:
    """By bisection: more tokens never take less."""
    if not fits(costs, of(STEP)):
        return None
    low, high = 1, max(limit // STEP, 1)  # low fits
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if fits(costs, of(middle * STEP)) else (low, middle - 1)
    return of(low * STEP)


def changes(costs: Costs, task: Task) -> tuple[str, ...]:
    """The three changes that help and take least away, in that order, each with what it saves.

    Whether one of them is enough is said; where all together are not, so is the largest model that would fit. A smaller
    model, a newer GPU and a server are among the three only where nothing else is left.
    """
    asked = needed(costs, task)
    found: list[str] = []
    together = _Change("", costs, task)
    for change in _candidates(costs, task):
        saved = asked - needed(change.costs, change.task)
        if saved <= 0:
            continue
        found.append(_said(change, saved))
        together = _joined(together, change, costs, task)
        if len(found) == _MOST_CHANGES:
            break
    smaller = _smaller(costs, task)
    if len(found) == _MOST_CHANGES:
        if not fits(together.costs, together.task):
            rest = f"the largest model that fits is {smaller.costs.geometry.name}" if smaller else _NONE
            found[-1] += f"; all three together are not enough, {rest}"
        return tuple(found)
    newer = _Change(_NEWER, replace(costs, room=replace(costs.room, fused=True)), task)
    for last in (smaller, newer):
        saved = asked - needed(last.costs, last.task) if last else 0
        if last and saved > 0:
            found.append(_said(last, saved))
    return (*found, _SERVER)[:_MOST_CHANGES]


def _said(change: _Change, saved: int) -> str:
    enough = ", which is enough" if fits(change.costs, change.task) else ""
    return f"{change.text} saves {gib(saved)}{enough}"


def _candidates(costs: Costs, task: Task) -> Iterator[_Change]:
    """What could be changed, the smallest loss first."""
    if task.training:
        yield from _cheaper_training(costs, task, task.training)
    yield from _fewer_adapters(costs, task)
    yield from _denser(costs, task)
    if task.batch > 1:
        yield _Change(f"one prompt at a time instead of {task.batch}", costs, replace(task, batch=1))
    yield from _shorter(costs, task)


def _fewer_adapters(costs: Costs, task: Task) -> Iterator[_Change]:
    count = len(task.adapters)
    if count > 1:
        kept = max(task.adapters, key=lambda adapter: adapter[1])
        yield _Change(f"1 resident adapter instead of {count}", costs, replace(task, adapters=(kept,)))
    elif count:
        yield _Change("no resident adapter", costs, replace(task, adapters=()))


def _denser(costs: Costs, task: Task) -> Iterator[_Change]:
    precision = costs.precision
    if precision.quantisation == "nf4" and not precision.double:
        dense = replace(costs, precision=replace(precision, double=True))
        yield _Change("double quantisation", dense, task)
    if BYTES[precision.compute] == BYTES["float32"] and costs.room.device == "cuda":
        yield _Change("compute float16", replace(costs, precision=replace(precision, compute="float16")), task)
    if precision.quantisation == "none":
        training = task.training and replace(task.training, method="qlora")
        dense = replace(costs, precision=replace(precision, quantisation="nf4"))
        yield _Change("quantisation nf4", dense, replace(task, training=training))


def _shorter(costs: Costs, task: Task) -> Iterator[_Change]:
    """The longest shorter context that is enough, else half of it."""
    if task.training:
        tokens, what = task.training.tokens, "examples of {} tokens instead of {}"
    else:
        tokens, what = task.context, "context {} instead of {}"
    fitting = largest(costs, task)
    if fitting is not None:
        found = fitting.training.tokens if fitting.training else fitting.context
    else:
        found = max(tokens // 2 // STEP, 1) * STEP
    if found >= tokens:
        return
    training = task.training and replace(task.training, tokens=found)
    shorter = replace(task, training=training) if training else _with_context(task, found)
    yield _Change(what.format(found, tokens), costs, shorter)


def _cheaper_training(costs: Costs, task: Task, training: Training) -> Iterator[_Change]:
    if training.optimizer == "adamw":
        yield _Change("optimizer adamw8bit", costs, replace(task, training=replace(training, optimizer="adamw8bit")))
    if not training.checkpointing:
        yield _Change("gradient checkpointing", costs, replace(task, training=replace(training, checkpointing=True)))
    if training.batch > 1:
        times = training.accumulation * training.batch
        single = replace(training, batch=1, accumulation=times)
        yield _Change(f"batch 1 instead of {training.batch}, accumulated {times} times", costs,
                      replace(task, training=single))  # fmt: skip
    if training.rank > _LOW_RANK:
        low = replace(training, rank=_LOW_RANK)
        yield _Change(f"rank {_LOW_RANK} instead of {training.rank}", costs, replace(task, training=low))


def _joined(so_far: _Change, change: _Change, costs: Costs, task: Task) -> _Change:
    """A change on top of others: what it sets, the rest as it has become."""
    settings = _difference(change.task, task)
    training = so_far.task.training
    if training and change.task.training and task.training:
        settings["training"] = replace(training, **_difference(change.task.training, task.training))
    precision = replace(so_far.costs.precision, **_difference(change.costs.precision, costs.precision))
    return _Change("", replace(so_far.costs, precision=precision), replace(so_far.task, **settings))


def _difference(new: object, old: object) -> dict[str, Any]:
    names: tuple[str, ...] = tuple(type(new).__slots__)  # type: ignore[attr-defined]
    return {name: getattr(new, name) for name in names if getattr(new, name) != getattr(old, name)}


def _smaller(costs: Costs, task: Task) -> _Change | None:
    """The largest of the named models that fits with what was asked, in 4 bits if need be."""
    dense = replace(costs, precision=replace(costs.precision, quantisation="nf4"))
    bare = replace(task, adapters=())
    fitting = [
        _Change(f"{model.name}, a smaller model,", smaller, bare)
        for model in NAMED.values()
        if model.family == costs.geometry.family
        and model.parameters() < costs.geometry.parameters()
        and (task.training or (model.positions or _MOST_TOKENS) >= task.context)
        and fits(smaller := replace(dense, geometry=model), bare)
    ]
    return max(fitting, key=lambda change: change.costs.geometry.parameters(), default=None)
