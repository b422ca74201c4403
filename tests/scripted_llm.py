"""A language model whose words are written in the test."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from llama_index.core.llms import CompletionResponse, CompletionResponseGen, CustomLLM, LLMMetadata
from pydantic import Field, PrivateAttr


class ScriptedLLM(CustomLLM):
    """Says what a function of (prompt, adapter) says, word by word; its tokens are words and signs.

    `asked` holds (prompt, adapter) of every call, `closed` how many streams were ended by who reads them.
    """

    _says: Callable[[str, str | None], str] = PrivateAttr()
    _context: int = PrivateAttr()
    _answer: int = PrivateAttr()
    asked: list[tuple[str, str | None]] = Field(default_factory=list)
    closed: int = 0
    told: bool = True

    def __init__(self, says: Callable[[str, str | None], str], context: int = 4096, answer: int = 100) -> None:
        super().__init__()
        self._says, self._context, self._answer = says, context, answer

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
        pieces = re.findall(r"\s*\S+", self._says(prompt, adapter))
        text = ""
        try:
            for piece in pieces[: self._answer]:
                text += piece
                yield CompletionResponse(text=text, delta=piece)
        except GeneratorExit:
            self.closed += 1
            raise
        finish = "stop" if len(pieces) <= self._answer else "length"
        facts = {"completion_tokens": min(len(pieces), self._answer), "finish_reason": finish, "adapter": adapter}
        yield CompletionResponse(text=text, delta="", additional_kwargs=facts if self.told else {})
