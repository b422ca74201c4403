"""What is asked, and who may write the answer."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from kb.index.scope import Filters

if TYPE_CHECKING:
    from llama_index.core.llms import LLM

    from kb.answering.permission import Permission


@dataclass(frozen=True, slots=True)
class Voice:
    """Who writes a draft: a language model with what it is permitted, which is "compose" or "task".

    `llm` must count tokens (`count_tokens`), and take the keyword `adapter`; `model` is its name; `told` is given the
    prompt before the model is.
    """

    llm: LLM
    model: str
    permission: Permission
    told: Callable[[str], object] | None = None


@dataclass(frozen=True, slots=True)
class Ask:
    """One question.

    `question` is as typed; `standalone` the same as it is understood without what was said before, None where that is
    the question itself; without a voice the answer is quotes.
    """

    question: str
    standalone: str | None = None
    filters: Filters = field(default_factory=Filters)
    voice: Voice | None = None
