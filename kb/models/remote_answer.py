"""The chunks of a stream -> an answer, once it is whole."""

from __future__ import annotations

import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import openai
from llama_index.core.base.llms.types import ChatMessage, ChatResponse, CompletionResponse, MessageRole

from kb.errors import QuestionError

_NO_ANSWER = {"abort", "error"}  # reasons to finish that are none


@dataclass(frozen=True, slots=True)
class Ask:
    """What one call may set; None takes what the settings say. Setting `cancel` ends an answer with its next piece.

    Raises:
        QuestionError: A value that is impossible.
    """

    adapter: str | None = None
    max_new_tokens: int | None = None
    temperature: float | None = None
    seed: int | None = None
    stop: Sequence[str] = ()
    cancel: threading.Event = field(default_factory=threading.Event)

    def __post_init__(self) -> None:
        if self.max_new_tokens is not None and self.max_new_tokens < 1:
            raise QuestionError(f"max_new_tokens is {self.max_new_tokens}", "Ask for 1 or more")
        if self.temperature is not None and self.temperature < 0:
            raise QuestionError(f"temperature is {self.temperature:g}", "Ask for 0 or more")


@dataclass(frozen=True, slots=True)
class Request:
    """One request, as it is sent: with messages, or with a prompt that is formatted already."""

    ask: Ask
    body: dict[str, Any]

    def create(self, client: openai.OpenAI | openai.AsyncOpenAI) -> Any:  # noqa: ANN401 - a stream, or a promise of one
        """Send it."""
        return (client.chat.completions if "messages" in self.body else client.completions).create(**self.body)


@dataclass(slots=True)
class Said:
    """What has arrived of one answer."""

    request: Request
    text: str = ""
    finish: str | None = None
    usage: Any = None
    began: float = field(default_factory=time.perf_counter)

    def take(self, chunk: Any) -> str:  # noqa: ANN401 - the client checks nothing of what a server sends
        """Add a chunk; its text.

        Raises:
            ValueError: It is no chunk.
        """
        self.usage = getattr(chunk, "usage", None) or self.usage
        choices = getattr(chunk, "choices", None)
        if not isinstance(choices, list):
            raise ValueError("something that is no part of an answer")
        if not choices:
            return ""
        delta = getattr(choices[0], "delta", None)
        text = getattr(choices[0], "text", None) if delta is None else getattr(delta, "content", None)
        if not isinstance(text, str | None):
            raise ValueError("a part of an answer that is no text")
        self.finish = getattr(choices[0], "finish_reason", None) or self.finish
        self.text += text or ""
        if self.request.ask.cancel.is_set():
            self.finish = "cancelled"
        return text or ""

    @property
    def cancelled(self) -> bool:
        """Whether no more is wanted."""
        return self.finish == "cancelled"

    def check(self) -> None:
        """Refuse what ended before its end.

        Raises:
            ValueError: No reason to finish came, or one that is none.
        """
        if self.finish is None or self.finish in _NO_ANSWER:
            raise ValueError(f"it ended after {len(self.text)} characters with {self.finish or 'no reason to finish'}")

    @property
    def extras(self) -> dict[str, Any]:
        """Beside the text: why it ended, tokens (None where the server does not count), the adapter, seconds."""
        counts = ("prompt_tokens", "completion_tokens", "total_tokens")
        return {
            "finish_reason": self.finish,
            **{name: getattr(self.usage, name, None) for name in counts},
            "max_new_tokens": self.request.body["max_tokens"],
            "adapter": self.request.ask.adapter,
            "seconds": time.perf_counter() - self.began,
        }


def as_chat(said: Said, delta: str) -> ChatResponse:
    """A piece for who chats; the one without a delta is the whole."""
    message = ChatMessage(said.text, role=MessageRole.ASSISTANT)
    return ChatResponse(message=message, delta=delta, additional_kwargs={} if delta else said.extras)


def as_completion(said: Said, delta: str) -> CompletionResponse:
    """A piece for who completes; the one without a delta is the whole."""
    return CompletionResponse(text=said.text, delta=delta, additional_kwargs={} if delta else said.extras)
