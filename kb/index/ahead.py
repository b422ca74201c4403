"""A slow function over items -> its results in order, computed ahead in a thread."""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable, Iterator, Sequence
from typing import TypeVar

Item = TypeVar("Item")
Result = TypeVar("Result")

_AHEAD = 32  # results that may wait
_PATIENCE = 5.0  # seconds to wait for the thread after the consumer gave up


def ahead(function: Callable[[Item], Result], items: Sequence[Item]) -> Iterator[Result]:
    """Yield function(item) for every item; an error inside the function is raised here.

    Args:
        function: Called in one other thread, in order.
        items: What to call it with.
    """
    results: queue.Queue[tuple[Result | None, BaseException | None]] = queue.Queue(_AHEAD)
    stop = threading.Event()

    def work() -> None:
        for item in items:
            try:
                result: tuple[Result | None, BaseException | None] = (function(item), None)
            except BaseException as error:  # handed to the consumer, who raises it
                result = (None, error)
            while not stop.is_set():
                try:
                    results.put(result, timeout=0.1)
                    break
                except queue.Full:
                    continue
            if stop.is_set() or result[1] is not None:
                return

    thread = threading.Thread(target=work, name="kb-read-ahead", daemon=True)
    thread.start()
    try:
        for _ in items:
            value, error = results.get()
            if error is not None:
                raise error
            yield value  # type: ignore[misc]
    finally:
        stop.set()
        thread.join(_PATIENCE)
