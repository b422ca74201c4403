"""Adapters for a base of four linear modules, written without torch."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np

from kb.models.lora import CONFIG, WEIGHTS

LINEAR = {f"model.layers.{layer}.self_attn.{name}": (8, 6) for layer in (0, 1) for name in ("q_proj", "v_proj")}


def adapter(storage: Path, name: str = "math", rank: int = 2, seed: int = 0, **config: Any) -> Path:
    """An adapter for LINEAR, written without torch."""
    folder = storage / name
    folder.mkdir(parents=True)
    random = np.random.default_rng(seed)
    tensors = {}
    for module, (inputs, outputs) in LINEAR.items():
        tensors[f"base_model.model.{module}.lora_A.weight"] = random.normal(size=(rank, inputs)).astype(np.float32)
        tensors[f"base_model.model.{module}.lora_B.weight"] = random.normal(size=(outputs, rank)).astype(np.float32)
    save(folder, tensors)
    values = {"peft_type": "LORA", "r": rank, "lora_alpha": 4, "target_modules": ["q_proj", "v_proj"], **config}
    (folder / CONFIG).write_text(json.dumps(values))
    return folder


def save(folder: Path, tensors: dict[str, np.ndarray]) -> None:
    from safetensors.numpy import save_file

    save_file(tensors, folder / WEIGHTS)


def load(folder: Path) -> dict[str, np.ndarray]:
    from safetensors.numpy import load_file

    return dict(load_file(folder / WEIGHTS))


def change(folder: Path, **config: Any) -> None:
    values = json.loads((folder / CONFIG).read_text())
    (folder / CONFIG).write_text(json.dumps({**values, **config}))
