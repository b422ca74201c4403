"""A language model that is never asked: quote mode proves itself without one."""

from __future__ import annotations

from typing import Any, NoReturn

from llama_index.core.llms import CustomLLM, LLMMetadata

_ASKED = "quote mode asked a language model"


class SilentModel(CustomLLM):
    """Stands where LlamaIndex asks for a language model; every call to it is a mistake of ours and raises."""

    @property
    def metadata(self) -> LLMMetadata:
        """A name, and the context LlamaIndex plans with."""
        return LLMMetadata(model_name="none", context_window=4096, num_output=256)

    def complete(self, prompt: str, formatted: bool = False, **kwargs: Any) -> NoReturn:
        """Never answers.

        Raises:
            RuntimeError: Always.
        """
        raise RuntimeError(_ASKED)

    def stream_complete(self, prompt: str, formatted: bool = False, **kwargs: Any) -> NoReturn:
        """Never answers.

        Raises:
            RuntimeError: Always.
        """
        raise RuntimeError(_ASKED)
