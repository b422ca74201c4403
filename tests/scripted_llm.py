"""A language model whose words are written in the test."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from typing import Any

from llama_index.core.llms import CompletionResponse, CompletionResponseGen, CustomLLM, LLMMetadata
from pydantic import Field, PrivateAttr


class ScriptedLLM(CustomLLM):
    """Says what a function of (prompt, adapter) says, word by word; its tokens are words and signs.

    `asked` holds (prompt, adapter) of every call, `closed` how many streams were ended by who reads them, `said` how
    many pieces were said. `cut` may cut a text otherwise; an exception among its pieces is raised there.
    """

    _says: Callable[[str, str | None], str] = PrivateAttr()
    _context: int = PrivateAttr()
    _answer: int = PrivateAttr()
    _cut: Callable[[str], Iterable[str | BaseException]] = PrivateAttr()
    asked: list[tuple[str, str | None]] = Field(default_factory=list)
    closed: int = 0
    said: int = 0
    told: bool = True

    def __init__(
        self,
        says: Callable[[str, str | None], str],
        context: int = 4096,
        answer: int = 100,
        cut: Callable[[str], Iterable[str | BaseException]] | None = None,
    ) -> None:
        super().__init__()
        self._says, self._context, self._answer = says, context, answer
        self._cut = cut or (lambda text: re.findall(r"\s*\S+", text))

    @property
    def metadata(self) -> LLMMetadata:
        return LLMMetadata(context_window=self._context, num_output=self._answer, model_name="scripted")

    def count_tokens(self, text: str) -> int:
        return len(re.findall(r"\w+|[^\w\s]", text))

    def complete(self, prompt: str, formatted: bool = False, **kwargs: Any) -> CompletionResponse:
        *_, last = self.stream_complete(prompt, formatted, **kwargs)
        return last

    def stream_complete(
        self, prompt: str, formatted: bool = False, adapter: str | None = None, **kwargs: Any
    ) -> CompletionResponseGen:
        self.asked.append((prompt, adapter))
        text, tokens, finish = "", 0, "stop"
        try:
            for piece in self._cut(self._says(prompt, adapter)):
                if tokens == self._answer:
                    finish = "length"
                    break
                if isinstance(piece, BaseException):
                    raise piece
                text += piece
                tokens += 1
                self.said += 1
                yield CompletionResponse(text=text, delta=piece)
        except GeneratorExit:
            self.closed += 1
            raise
        facts = {"completion_tokens": tokens, "finish_reason": finish, "adapter": adapter}
        yield CompletionResponse(text=text, delta="", additional_kwargs=facts if self.told else {})
