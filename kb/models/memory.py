"""A model, a precision, a task and a device -> a table of what memory it takes, and whether it fits."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from kb.errors import MemoryPlanError
from kb.models.advice import changes, largest
from kb.models.costs import Costs, Line, Room, Task, Training, gib
from kb.models.geometry import Geometry

if TYPE_CHECKING:
    from kb.models.loading import Precision

__all__ = ["Line", "Plan", "Room", "Task", "Training", "gib", "plan"]


@dataclass(frozen=True, slots=True)
class Plan:
    """What a task takes, in bytes.

    Attributes:
        model: Its name.
        task: What was asked for.
        room: Where it would run.
        lines: What is on the device at the highest moment, a line each.
        host: The highest moment on the host while the model is loaded; not part of `total`.
        total: The sum of the lines; `free`: what the device has.
        largest: The same task with the longest context (training: the longest examples) that fits; None where nothing
            fits.
        changes: Where it does not fit: the three changes that take the least away, each of which helps.
    """

    model: str
    task: Task
    room: Room
    lines: tuple[Line, ...]
    host: Line
    total: int
    largest: Task | None
    changes: tuple[str, ...]

    @property
    def free(self) -> int:
        """Bytes that the device has free."""
        return self.room.free

    @property
    def fits(self) -> bool:
        """Whether the device has the room."""
        return self.total <= self.room.free

    def check(self) -> None:
        """Refuse what does not fit.

        Raises:
            MemoryPlanError: It does not; the message says what would.
        """
        if not self.fits:
            raise MemoryPlanError(f"{self.said()}", f"Change, the least loss first: {'; '.join(self.changes)}")

    def said(self) -> str:
        """The outcome in a sentence without a full stop."""
        where = self.room.name or {"cpu": "this machine", "cuda": "the GPU"}[self.room.device]
        what = f"{'Training ' if self.task.training else ''}{self.model} with {_extent(self.task)}"
        takes = f"{what} takes {gib(self.total)}, and {where} has {gib(self.room.free)} free"
        return takes if self.fits else f"{takes}, {gib(self.total - self.room.free)} too little"

    def as_dict(self) -> dict[str, Any]:
        """The plan as plain values."""
        return {
            "model": self.model,
            "device": self.room.name or self.room.device,
            "lines": [asdict(line) for line in self.lines],
            "host": asdict(self.host),
            "total": self.total,
            "free": self.free,
            "fits": self.fits,
            "task": asdict(self.task),
            "largest": asdict(self.largest) if self.largest else None,
            "changes": list(self.changes),
        }

    def as_text(self) -> str:
        """The plan as lines of text."""
        width = max(len(line.what) for line in (*self.lines, self.host))
        rows = [f"{line.what:<{width}}  {gib(line.bytes):>10}  {line.how}" for line in self.lines]
        rows.append(f"{'total':<{width}}  {gib(self.total):>10}  {gib(self.free)} free")
        rows.append(f"{self.host.what:<{width}}  {gib(self.host.bytes):>10}  {self.host.how}")
        return "\n".join((*rows, *self.advice()))

    def advice(self) -> tuple[str, ...]:
        """What follows: the largest settings that fit, or what to change."""
        if not self.fits:
            return (f"{self.said()}.", "What helps, the least loss first:", *(f"  {text}" for text in self.changes))
        if self.largest is None or self.largest == self.task:
            return (f"{self.said()}.",)
        return (f"{self.said()}; up to {_extent(self.largest)} would fit.",)


def plan(geometry: Geometry, precision: Precision, task: Task, room: Room) -> Plan:
    """Work out what memory a task takes before anything is loaded; nothing is read, nothing is imported.

    Args:
        geometry: The model's sizes.
        precision: How its weights are kept and what is computed in (`kb.models.loading.Precision`).
        task: What is asked for.
        room: The device: what it has, and what is free.
    """
    costs = Costs(geometry, precision, room)
    lines = tuple(costs.lines(task))
    total = sum(line.bytes for line in lines)
    return Plan(
        model=geometry.name,
        task=task,
        room=room,
        lines=lines,
        host=costs.host(task),
        total=total,
        largest=largest(costs, task),
        changes=changes(costs, task) if total > room.free else (),
    )


def _extent(task: Task) -> str:
    if task.training:
        at_once = f" x {task.training.batch}" if task.training.batch > 1 else ""
        return f"examples of {task.training.tokens:,} tokens{at_once}"
    return f"a context of {task.context:,} tokens{f' x {task.batch}' if task.batch > 1 else ''}"
