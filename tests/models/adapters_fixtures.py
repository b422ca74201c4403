"""Adapters for tests: random weights that fit any model, and two that are really trained, each with a way of speaking.

`random_adapter(model, folder, ...)` writes an adapter as peft saves one, with weights that show in the output at once.
`trained(loaded model, tokenizer, folder)` writes "shout" (answers in capital letters, one word) and "ending" (ends
every answer with "The end."), trained by plain peft in a few seconds.
"""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Sequence
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from kb.models.adapters import Adapter, find
from kb.models.cards import CARD, Card, Score, write_card
from kb.models.lora_layers import linear_modules

ALL_LINEAR = "all-linear"
BASE_DIGEST = "0" * 64


def loaded(model: Any, tokenizer: Any = None, name: str = "tiny") -> Any:
    """What `kb.models.loading.load` gives, as far as adapters look at it."""
    return SimpleNamespace(name=name, model=model, tokenizer=tokenizer, base_digest=BASE_DIGEST)


def card(name: str, **changes: Any) -> Card:
    """A card of an adapter that passed, for a base with BASE_DIGEST."""
    score = Score(0.9, 0.8, 1.0, 100)
    passed = Card(
        name=name,
        task="summarize",
        grounded=True,
        base="tiny",
        base_digest=BASE_DIGEST,
        quantisation="none",
        prompt_digest="p",
        data_digest="d",
        seed=0,
        passed=True,
        examples=("Summarise the chapter.", "สรุปบทนี้"),
        scores={"base": {"accuracy": Score(0.5, 0.4, 0.6, 100)}, "adapter": {"accuracy": score}},
        settings={"steps": 60},
    )
    return dataclasses.replace(passed, **changes)


def random_adapter(
    model: Any, storage: Path, name: str, *, seed: int = 0, rank: int = 4, size: float = 0.5, **config: Any
) -> Adapter:
    """Write storage/<name>/ as `save_pretrained` of peft does, for a model that nobody has put LoRA layers into.

    Args:
        model: Whose linear modules are changed; it is not touched.
        storage: The folder of adapters.
        name: Of the adapter.
        seed: Of the weights.
        rank: Of the matrices, where `rank_pattern` says nothing else.
        size: How large B A is beside what comes in: .5 changes nearly every token of a random model.
        config: More of adapter_config.json; `target_modules` is a list of names or "all-linear".
    """
    import torch
    from safetensors.torch import save_file

    folder = storage / name
    folder.mkdir(parents=True, exist_ok=True)
    targets = config.setdefault("target_modules", ALL_LINEAR)
    random = torch.Generator().manual_seed(seed)
    weights = {}
    for module, (inputs, outputs) in linear_modules(model).items():
        if not _is_target(module, targets):
            continue
        its = next((r for key, r in config.get("rank_pattern", {}).items() if f".{module}".endswith(f".{key}")), rank)
        a = torch.randn(its, inputs, generator=random) / inputs**0.5
        b = torch.randn(outputs, its, generator=random) * size / its**0.5
        weights[f"base_model.model.{module}.lora_A.weight"] = a
        weights[f"base_model.model.{module}.lora_B.weight"] = b
    save_file(weights, folder / "adapter_model.safetensors", metadata={"format": "pt"})
    values = {"peft_type": "LORA", "task_type": None, "r": rank, "lora_alpha": rank, **config}
    (folder / "adapter_config.json").write_text(json.dumps(values), encoding="utf-8")
    return find(storage, name)


def with_card(adapter: Adapter, **changes: Any) -> Adapter:
    """The same adapter, with a card beside it."""
    write_card(card(adapter.name, **changes), adapter.folder / CARD)
    return find(adapter.folder.parent, adapter.name)


def plain(model: Any, adapter: Adapter) -> Any:
    """The oracle: the adapter opened by peft itself on that model, which is changed in place."""
    import warnings

    from peft import PeftModel

    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "`is_gradient_checkpointing` is deprecated", FutureWarning)
        return PeftModel.from_pretrained(model, str(adapter.folder), torch_device="cpu").eval()


def _is_target(module: str, targets: str | Sequence[str]) -> bool:
    if targets == ALL_LINEAR:
        return not module.endswith("lm_head")
    return any(f".{module}".endswith(f".{target}") for target in targets)
