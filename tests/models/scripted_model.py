"""A language model that says what a test wrote down, through transformers' own `generate`."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from types import SimpleNamespace
from typing import Any

import torch
from transformers import LlamaConfig, LlamaForCausalLM
from transformers.modeling_outputs import CausalLMOutputWithPast

from kb.models.language_model import KBLanguageModel
from kb.models.limits import Limits
from tests.models.tiny_language import POSITIONS, Kind, tiny, tokenizer


class ScriptedModel(LlamaForCausalLM):
    """Says `script[speaker]`, token by token, and counts its forward passes.

    `before` is called with the number of each pass before it is made: it may wait, raise, or look around. `pause` is
    the time a pass takes, in seconds.
    """

    def __init__(self, script: dict[str | None, Sequence[int]], vocabulary: int) -> None:
        ids = {"vocab_size": vocabulary, "pad_token_id": 3, "bos_token_id": 1, "eos_token_id": 2}
        size = {"hidden_size": 8, "intermediate_size": 8, "num_hidden_layers": 1, "num_attention_heads": 1}
        super().__init__(LlamaConfig(**ids, **size, max_position_embeddings=POSITIONS))
        self.generation_config.use_cache = False  # each pass then gets the whole text
        self.script = script
        self.speaker: str | None = None
        self.before: Callable[[int], object] = lambda number: None
        self.pause = 0.0
        self.passes = 0
        self.prompts: list[list[int]] = []
        self.masks: list[list[int]] = []
        self._length = 0

    def forward(self, input_ids: torch.Tensor, attention_mask: Any = None, **kwargs: Any) -> CausalLMOutputWithPast:
        self.passes += 1
        self.before(self.passes)
        time.sleep(self.pause)
        said = self.script[self.speaker]
        length = input_ids.shape[1]
        if length != self._length + 1:
            self.prompts.append(input_ids[0].tolist())
        self._length = length
        logits = torch.zeros(1, length, self.config.vocab_size)
        logits[0, -1, said[(length - len(self.prompts[-1])) % len(said)]] = 10.0
        return CausalLMOutputWithPast(logits=logits)


class OneAtATime:
    """The shape of Residents: one model, and speakers instead of adapters."""

    def __init__(self, model: Any, words: Any, family: str = "causal", name: str = "test/tiny") -> None:
        self.loaded = SimpleNamespace(name=name, model=model, tokenizer=words, family=family)
        self._lock = threading.Lock()

    @contextmanager
    def active(self, name: str | None) -> Iterator[Any]:
        with self._lock:
            self.loaded.model.speaker = name
            try:
                yield self.loaded.model
            finally:
                self.loaded.model.speaker = None

    def wait(self) -> None:
        """Until no request runs."""
        with self._lock:
            return


def scripted(said: str | dict[str | None, str], limits: Limits | None = None, kind: Kind = "chatml") -> KBLanguageModel:
    """A language model that says a text, and its end token; a text for each adapter where there are several."""
    words = tokenizer(kind)
    texts: dict[str | None, str] = said if isinstance(said, dict) else {None: said}
    script = {name: [*words.encode(text, add_special_tokens=False), 2] for name, text in texts.items()}
    model = ScriptedModel(script, len(words)).eval()
    return KBLanguageModel(OneAtATime(model, words), limits or Limits(512, 256))  # type: ignore[arg-type]


def small(kind: Kind, limits: Limits | None = None, seed: int = 0) -> KBLanguageModel:
    """A tiny model with random weights."""
    model, words = tiny(kind, seed)
    residents = OneAtATime(model, words, "seq2seq" if kind == "t5" else "causal")
    return KBLanguageModel(residents, limits or Limits(512, 24))  # type: ignore[arg-type]


def the_model(llm: KBLanguageModel) -> ScriptedModel:
    """The scripted model in a language model."""
    model = llm.loaded.model
    assert isinstance(model, ScriptedModel)
    return model


def waits(llm: KBLanguageModel) -> None:
    """Until no request of this language model runs."""
    residents = llm.residents
    assert isinstance(residents, OneAtATime)
    residents.wait()
