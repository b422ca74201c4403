"""What the test server serves and makes of a request; its shapes are those of vLLM."""

from __future__ import annotations

import random
import re
import threading
import time
import uuid
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

MOST_TOKENS = 2000


@dataclass
class World:
    """What the server serves, and what was seen of its clients."""

    model: str = "tiny"
    loras: tuple[str, ...] = ()
    more: tuple[str, ...] = ()
    key: str | None = None
    context: int = 4096
    parents: bool = True
    template: bool = True
    listed: bool = True
    fault: str | None = None
    times: int = 0
    made: int = 0
    running: int = 0
    stopped: int = 0
    requests: list[dict[str, Any]] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def cards(self) -> list[dict[str, Any]]:
        """As vLLM lists them: base models with their length, adapters with their parent."""

        def card(name: str, **more: Any) -> dict[str, Any]:
            permission = [{"id": f"modelperm-{uuid.uuid4().hex}", "object": "model_permission", "allow_sampling": True}]
            shape = {"id": name, "object": "model", "created": int(time.time()), "owned_by": "vllm", "root": name}
            return {**shape, "parent": None, "max_model_len": None, "permission": permission, **more}

        if not self.listed:
            return []
        bases = [card(name, max_model_len=self.context) for name in (self.model, *self.more)]
        parent = self.model if self.parents else None
        return [*bases, *(card(name, root=f"/adapters/{name}", parent=parent) for name in self.loras)]

    def spoil(self) -> str | None:
        """The fault of this request."""
        with self.lock:
            if self.times < 1:
                return None
            self.times -= 1
            return self.fault


class Refusal(Exception):
    """An error in vLLM's shape."""

    def __init__(self, status: int, kind: str, message: str, param: str | None = None) -> None:
        super().__init__(message)
        self.status = status
        self.document = {"error": {"message": message, "type": kind, "param": param, "code": status}}


def tokens(text: str) -> list[str]:
    """Words with the white space behind them; Thai and other unbroken runs four characters at a time."""
    return [piece for piece in re.findall(r"[\x21-\x7e]+\s*|[^\x21-\x7e\s]{1,4}\s*|\s+", text) if piece]


@dataclass
class Asked:
    """A request that holds together."""

    body: dict[str, Any]
    chat: bool
    model: str
    prompt: str
    prompt_tokens: int
    max_tokens: int

    @classmethod
    def of(cls, body: Any, chat: bool, world: World) -> Asked:
        if not isinstance(body, dict):
            raise Refusal(400, "BadRequestError", "1 validation error: body: Input should be a valid dictionary")
        names = [world.model, *world.more, *world.loras]
        model = body.get("model") or world.model
        if model not in names:
            raise Refusal(404, "NotFoundError", f"The model `{model}` does not exist.", "model")
        prompt, told = cls._prompt(body, chat, world)
        length = len(tokens(told))
        most = body.get("max_tokens", world.context - length)
        cls._check_numbers(body, most)
        if length + most > world.context:
            message = (
                f"This model's maximum context length is {world.context} tokens. However, you requested {most} output "
                f"tokens and your prompt contains {length} input tokens, for a total of {length + most} tokens. "
                "Please reduce the length of the input prompt or the number of requested output tokens."
            )
            raise Refusal(400, "BadRequestError", message, "input_tokens")
        return cls(body, chat, model, prompt, length, min(most, MOST_TOKENS))

    @staticmethod
    def _prompt(body: dict[str, Any], chat: bool, world: World) -> tuple[str, str]:
        """What is answered, and all that is read."""
        if not chat:
            if not isinstance(body.get("prompt"), str):
                raise Refusal(400, "BadRequestError", "1 validation error: prompt: Field required")
            return body["prompt"], body["prompt"]
        messages = body.get("messages")
        if not isinstance(messages, list) or not messages:
            raise Refusal(400, "BadRequestError", "1 validation error: messages: Field required")
        if not world.template:
            message = "default chat template is no longer allowed, so you must provide a chat template"
            raise Refusal(400, "BadRequestError", message)
        for message in messages:
            if message.get("role") not in ("system", "user", "assistant") or not isinstance(
                message.get("content"), str
            ):
                raise Refusal(400, "BadRequestError", "1 validation error: messages: Input should be a valid message")
        return messages[-1]["content"], "\n".join(f"<|{m['role']}|>\n{m['content']}" for m in messages)

    @staticmethod
    def _check_numbers(body: dict[str, Any], most: Any) -> None:
        temperature = body.get("temperature", 1.0)
        if not isinstance(most, int) or most < 1:
            raise Refusal(400, "BadRequestError", f"max_tokens must be at least 1, got {most}.", "max_tokens")
        if not isinstance(temperature, int | float) or temperature < 0:
            message = f"temperature must be non-negative, got {temperature}."
            raise Refusal(400, "BadRequestError", message, "temperature")
        if body.get("stream_options") is not None and not body.get("stream"):
            raise Refusal(400, "BadRequestError", "Stream options can only be defined when `stream=True`.")

    def words(self, world: World) -> Iterator[tuple[str, str | None]]:
        """Tokens and, with the last, why it is the last."""
        system = next((m["content"] for m in self.body.get("messages", ()) if m["role"] == "system"), "")
        start = f"{self.model} {'chat' if self.chat else 'completion'}: " + (f"({system}) " if system else "")
        if self.body.get("temperature", 1.0) > 0:
            start += f"{random.Random(self.body.get('seed')).randrange(10**6)} "
        whole = start + self.prompt
        for mark in self.body.get("stop") or ():
            whole = whole.partition(mark)[0]
        pieces = tokens(whole)
        for number, piece in enumerate(pieces, start=1):
            last = "length" if number == self.max_tokens else "stop" if number == len(pieces) else None
            with world.lock:
                world.made += 1
            yield piece, last
            if last:
                return
