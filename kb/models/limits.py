"""What a call asks of a language model, within what is allowed -> a request that fits its context."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from dataclasses import dataclass, field

from kb.errors import QuestionError


@dataclass(frozen=True, slots=True)
class Limits:
    """How much may be asked and said, in tokens; what a call does not name itself is taken from here.

    Attributes:
        context: Of prompt and answer together.
        max_new_tokens: Of an answer at most.
        temperature: 0 takes the likeliest token each time; above, tokens are drawn with the seed.
    """

    context: int
    max_new_tokens: int
    temperature: float = 0.0
    seed: int = 0


@dataclass(frozen=True, slots=True)
class Call:
    """The keywords that every call of a language model takes.

    Attributes:
        adapter: Who speaks; None is the base model.
        max_new_tokens: In place of that of `Limits`, like temperature and seed.
        stop: Strings that end the answer; they are not part of it.
        cancel: Set it from any thread, and the answer ends within a token.
    """

    adapter: str | None = None
    max_new_tokens: int | None = None
    temperature: float | None = None
    seed: int | None = None
    stop: Sequence[str] = ()
    cancel: threading.Event | None = None


@dataclass(frozen=True, slots=True)
class Request:
    """What is asked of a model.

    Attributes:
        ids: The prompt, special tokens included.
        most: New tokens at most.
        adapter: Who speaks; None is the base model.
        temperature: 0 takes the likeliest token each time; above, tokens are drawn with the seed.
        stop: Strings that end the answer; they are not part of it.
        cancel: The caller's; once it is set, the answer ends within a token.
        dropped: Set by whoever reads the answer when he goes away.
    """

    ids: tuple[int, ...]
    most: int
    adapter: str | None = None
    temperature: float = 0.0
    seed: int = 0
    stop: tuple[str, ...] = ()
    cancel: threading.Event | None = None
    dropped: threading.Event = field(default_factory=threading.Event)

    @property
    def over(self) -> bool:
        """Whether nobody waits for the rest of the answer; at the end of the process nobody does."""
        cancelled = self.cancel is not None and self.cancel.is_set()
        return cancelled or self.dropped.is_set() or not threading.main_thread().is_alive()

    @classmethod
    def of(cls, ids: Sequence[int], call: Call, limits: Limits, stop: Sequence[str] = ()) -> Request:
        """What a call asks for; the answer may be as long as the context leaves room for.

        Args:
            ids: The prompt.
            call: Its keywords.
            limits: What they leave open.
            stop: Strings that end every answer.

        Raises:
            QuestionError: The prompt fills the context, or a keyword has an impossible value.
        """
        most = limits.max_new_tokens if call.max_new_tokens is None else call.max_new_tokens
        temperature = limits.temperature if call.temperature is None else call.temperature
        if most < 1:
            raise QuestionError(f"max_new_tokens is {most}", "Ask for 1 or more")
        if not temperature >= 0:  # nan as well
            raise QuestionError(f"temperature is {temperature}", "Ask for 0 or more")
        if len(ids) >= limits.context:
            raise QuestionError(
                f"The prompt has {len(ids)} tokens, and the model has room for {limits.context} of prompt and answer",
                "Shorten it, or raise llm.context where the model and the memory allow that",
            )
        return cls(
            ids=tuple(ids),
            most=min(most, limits.context - len(ids)),
            adapter=call.adapter,
            temperature=temperature,
            seed=limits.seed if call.seed is None else call.seed,
            stop=(*((call.stop,) if isinstance(call.stop, str) else call.stop), *stop),
            cancel=call.cancel,
        )
