"""Adapters on disk -> several loaded on one base model, and one request at a time that speaks with one of them."""

from __future__ import annotations

import contextlib
import threading
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kb.errors import AdapterError, Busy, MemoryPlanError
from kb.models.adapters import Adapter, check, find
from kb.models.lora_layers import LoraLayers, linear_modules, read_weights

if TYPE_CHECKING:
    from kb.models.loading import Loaded


@dataclass(frozen=True, slots=True)
class _Resident:
    """An adapter as it was when it was loaded, and where it is."""

    adapter: Adapter
    slot: str


class Residents:
    """A base model and the adapters that are loaded beside it; the longest unused ones go when room is needed.

    No adapter asked for: peft is not imported, and the model stays what it is.

    Args:
        loaded: The base model.
        folder: Where the adapters are: storage/adapters.
        most: How many stay loaded.
        most_rank: The highest rank that is loaded.
        room: Bytes for all loaded adapters together, from the memory plan; None when nothing limits them.
    """

    def __init__(self, loaded: Loaded, folder: Path, most: int, most_rank: int, room: int | None = None) -> None:
        self.loaded = loaded
        self._folder = folder
        self._most = most
        self._most_rank = most_rank
        self._room = room
        self._lock = threading.Lock()
        self._owner: int | None = None
        self._layers = LoraLayers(loaded.model)
        self._linear: dict[str, tuple[int, int]] = {}
        self._residents: dict[str, _Resident] = {}  # the longest unused first

    @contextlib.contextmanager
    def active(self, name: str | None) -> Iterator[Any]:
        """The model with one adapter taking part, or none, for as long as the block lasts.

        One block at a time: others wait. An adapter that is not loaded is, one that changed on disk is loaded anew.
        After the block, however it ends, no adapter takes part.

        Args:
            name: Of an adapter; None for the base model, whose output is what it was before any adapter was loaded.

        Yields:
            The model (always the same object).

        Raises:
            AdapterError: There is no such adapter, or it is not safe, or does not belong to this base.
            MemoryPlanError: It alone is larger than the room for adapters.
            Busy: This thread is in such a block already; waiting for itself would last for ever.
        """
        with self._turn():
            slot = None if name is None else self._ready(name)
            try:
                self._layers.choose(slot)
                yield self.loaded.model
            finally:
                self._layers.choose(None)

    def names(self) -> tuple[str, ...]:
        """The adapters that are loaded, the most recently used last."""
        return tuple(self._residents)

    def evict(self, name: str) -> None:
        """Free the memory of an adapter; nothing happens when it is not loaded.

        Raises:
            Busy: This thread is in a block of `active`.
        """
        with self._turn():
            self._drop(name)

    @contextlib.contextmanager
    def _turn(self) -> Iterator[None]:
        me = threading.get_ident()
        if self._owner == me:
            raise Busy(
                "The language model is still writing an answer for this thread", "Read it to its end or close it"
            )
        with self._lock:
            self._owner = me
            try:
                yield
            finally:
                self._owner = None

    def _ready(self, name: str) -> str:
        """The slot of an adapter, loaded as it is on disk now."""
        try:
            adapter = find(self._folder, name)
        except AdapterError:
            self._drop(name)
            raise
        known = self._residents.pop(name, None)
        if known and known.adapter != adapter:
            self._layers.remove(known.slot)
            known = None
        self._residents[name] = known or self._load(adapter)
        return self._residents[name].slot

    def _load(self, adapter: Adapter) -> _Resident:
        self._linear = self._linear or linear_modules(self.loaded.model)
        lora = check(adapter, self.loaded.base_digest, self._linear, self._most_rank)
        deque(read_weights(adapter.folder, lora), 0)  # what is wrong comes to light before another one makes way
        self._make_room(adapter)
        slot = self._layers.add(lora, adapter.folder)
        if find(self._folder, adapter.name) != adapter:
            self._layers.remove(slot)
            raise AdapterError(f"Adapter {adapter.name} changed while it was loaded", "Ask again")
        return _Resident(adapter, slot)

    def _make_room(self, adapter: Adapter) -> None:
        if self._room is not None and adapter.bytes > self._room:
            what = f"Adapter {adapter.name} takes {adapter.bytes:,} bytes, and {self._room:,} are left for adapters"
            raise MemoryPlanError(what, "Train it with a lower rank, or lower llm.context in settings.toml")
        while self._residents and not self._has_room_for(adapter):
            self._drop(next(iter(self._residents)))

    def _has_room_for(self, adapter: Adapter) -> bool:
        taken = sum(resident.adapter.bytes for resident in self._residents.values())
        return len(self._residents) < self._most and (self._room is None or taken + adapter.bytes <= self._room)

    def _drop(self, name: str) -> None:
        resident = self._residents.pop(name, None)
        if resident:
            self._layers.remove(resident.slot)
