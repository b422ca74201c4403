"""A prompt and a voice -> the text of a draft as it grows, and how it ended."""

from __future__ import annotations

import time
from collections.abc import Generator, Iterator
from contextlib import closing
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from kb.answering.ask import Voice

CHARACTERS = 16  # a token never stands for more on the average; a draft is cut where it has them all

Ended = Literal["complete", "cut", "broken"]


class Draft:
    """One draft, which can be read once.

    `text` is what was said so far; `ended` is "cut" where the model was at its limit and "broken" where it failed, and
    `error` says how; `seconds` is the time in which the model was waited for.

    Args:
        prompt: What the model is asked.
        voice: Who speaks.
    """

    def __init__(self, prompt: str, voice: Voice) -> None:
        self._prompt = prompt
        self._voice = voice
        self.text = ""
        self.ended: Ended = "complete"
        self.error: Exception | None = None
        self.seconds = 0.0

    def deltas(self) -> Generator[str, None, None]:
        """The text piece by piece. Closing the iterator ends the model's turn; what the model raises is kept."""
        llm = self._voice.llm
        most = max(llm.metadata.num_output, 1) * CHARACTERS
        with closing(_Responses(self._prompt, self._voice)) as responses:
            while (response := self._next(responses)) is not None:
                delta = response.delta if response.delta is not None else (response.text or "")[len(self.text) :]
                if (response.additional_kwargs or {}).get("finish_reason") in ("length", "cancelled"):
                    self.ended = "cut"
                self.text += delta
                if delta:
                    yield delta
                if len(self.text) >= most:
                    self.ended = "cut"
                    return

    def _next(self, responses: _Responses) -> Any:  # noqa: ANN401 - a CompletionResponse, or None
        began = time.perf_counter()
        try:
            return next(responses, None)
        except Exception as error:  # whatever it is, the sentences before it are still proven
            self.ended, self.error = "broken", error
            return None
        finally:
            self.seconds += time.perf_counter() - began


class _Responses:
    """The responses of a model, asked for when the first one is wanted."""

    def __init__(self, prompt: str, voice: Voice) -> None:
        self._prompt = prompt
        self._voice = voice
        self._stream: Iterator[Any] | None = None

    def __iter__(self) -> Iterator[Any]:
        return self

    def __next__(self) -> Any:  # noqa: ANN401 - a CompletionResponse
        if self._stream is None:
            if self._voice.told is not None:
                self._voice.told(self._prompt)
            adapter = self._voice.permission.adapter
            self._stream = iter(self._voice.llm.stream_complete(self._prompt, adapter=adapter))
        return next(self._stream)

    def close(self) -> None:
        """End the model's turn."""
        getattr(self._stream, "close", lambda: None)()
