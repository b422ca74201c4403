"""What tests of streams share: patience that ends, a model that waits, one that fails."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any, TypeVar

from llama_index.core.llms import ChatMessage

from kb.models.language_model import KBLanguageModel
from tests.models.scripted_model import the_model

QUESTION = "Who founded the league?"
LONG = "one two three four five six seven eight nine ten " * 5
THAI = "ภูเขาไฟฟูจิสูง ๓,๗๗๖ เมตร 🦊"
PATIENCE = 30.0  # seconds after which something hangs
Result = TypeVar("Result")


def patiently(work: Callable[[], Result]) -> Result:
    """What the work gives; a failure instead of a suite that hangs."""
    done: list[Any] = []

    def run() -> None:
        try:
            done.append((work(), None))
        except BaseException as error:
            done.append((None, error))

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    thread.join(PATIENCE)
    assert done, "it hangs"
    result, error = done[0]
    if error is not None:
        raise error
    return result  # type: ignore[no-any-return]


class Gate:
    """Holds the model before a forward pass until it is opened."""

    def __init__(self, llm: KBLanguageModel, at: int) -> None:
        self.reached, self._open, self._at = threading.Event(), threading.Event(), at
        the_model(llm).before = self._pass

    def _pass(self, number: int) -> None:
        if number == self._at:
            self.reached.set()
            assert self._open.wait(PATIENCE), "the gate was never opened"

    def open(self) -> None:
        self._open.set()


def messages() -> list[ChatMessage]:
    return [ChatMessage(role="user", content=QUESTION)]


def failing(error: Exception, at: int) -> Callable[[int], None]:
    def before(number: int) -> None:
        if number == at:
            raise error

    return before
