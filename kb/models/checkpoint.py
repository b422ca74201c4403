"""A folder -> what model it holds, or why it is not opened; read from its small files and headers."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from kb.errors import ModelUnavailable
from kb.models.tensors import Tensor, read_header

Family = Literal["causal", "seq2seq"]
Quantisation = Literal["none", "nf4"]

WEIGHTS, INDEX = "model.safetensors", "model.safetensors.index.json"
TOKENIZERS = ("tokenizer.json", "tokenizer.model", "spiece.model", "vocab.json")
_PICKLES = ("*.bin", "*.pt", "*.pth", "*.ckpt", "*.h5", "*.msgpack", "*.pkl")


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """A language model on disk, safe to open. `weight_bytes` is the room of its tensors as they lie there."""

    folder: Path
    config: dict[str, Any]
    family: Family
    shards: tuple[Path, ...]
    quantisation: Quantisation
    weight_bytes: int

    @property
    def double(self) -> bool:
        """Whether the scales of 4-bit weights are quantised as well."""
        return bool(self.config.get("quantization_config", {}).get("bnb_4bit_use_double_quant", False))


def vet(folder: Path) -> Checkpoint:
    """Look a folder over before anything of it is opened: no weight is read, no code is run.

    Raises:
        ModelUnavailable: It holds no model, only pickled weights, code of its own, damaged or missing weights, no
            tokenizer, or weights quantised in a way that is not supported.
    """
    config = _config(folder)
    shards = _shards(folder)
    tensors = _tensors(folder, shards)
    if not any((folder / name).is_file() for name in TOKENIZERS):
        raise ModelUnavailable(f"{folder} holds no tokenizer", "Put the model's tokenizer.json beside its weights")
    return Checkpoint(
        folder=folder,
        config=config,
        family="seq2seq" if config.get("is_encoder_decoder") else "causal",
        shards=shards,
        quantisation=_quantisation(folder, config),
        weight_bytes=sum(tensor.bytes for tensor in tensors),
    )


def _config(folder: Path) -> dict[str, Any]:
    if not (folder / "config.json").is_file():
        if (folder / "adapter_config.json").is_file():
            raise ModelUnavailable(f"{folder} holds an adapter, not a model", "Put it under storage/adapters")
        raise ModelUnavailable(f"{folder} holds no model: config.json is missing", "Name another folder or model")
    config = _read(folder / "config.json")
    for name in ("config.json", "tokenizer_config.json"):
        if (folder / name).is_file() and "auto_map" in _read(folder / name):
            raise ModelUnavailable(
                f"{folder} wants to run code of its own ({name} has auto_map), which is never done",
                "Choose a model whose architecture transformers knows",
            )
    return config


def _read(path: Path) -> dict[str, Any]:
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise _damaged(path, str(error)) from None
    if not isinstance(content, dict):
        raise _damaged(path, "it holds no JSON object")
    return content


def _shards(folder: Path) -> tuple[Path, ...]:
    if (folder / INDEX).is_file():
        places = _read(folder / INDEX).get("weight_map")
        if not isinstance(places, dict) or not places:
            raise _damaged(folder / INDEX, "it names no weights")
        names = sorted(set(map(str, places.values())))
        if any(Path(name).name != name or not name.endswith(".safetensors") for name in names):
            raise _damaged(folder / INDEX, "it names files that are no weights of this folder")
    elif (folder / WEIGHTS).is_file():
        names = [WEIGHTS]
    else:
        raise _without_weights(folder)
    missing = [name for name in names if not (folder / name).is_file()]
    if missing:
        raise ModelUnavailable(
            f"{folder} is not complete: {len(missing)} of its {len(names)} weight files are missing ({missing[0]})",
            "Run kb models pull again, or copy the missing files",
        )
    return tuple(folder / name for name in names)


def _without_weights(folder: Path) -> ModelUnavailable:
    pickles = [path.name for pattern in _PICKLES for path in sorted(folder.glob(pattern))]
    if pickles:
        return ModelUnavailable(
            f"{folder} has its weights only as {pickles[0]}, which can run code when it is opened",
            "Choose a model with safetensors weights; no other form is loaded",
        )
    return ModelUnavailable(f"{folder} has no weights ({WEIGHTS} or {INDEX})", "Name another folder or model")


def _tensors(folder: Path, shards: Iterable[Path]) -> list[Tensor]:
    tensors: dict[str, Tensor] = {}
    for shard in shards:
        try:
            tensors |= read_header(shard)
        except (ValueError, OSError) as error:
            raise _damaged(shard, str(error)) from None
    if (folder / INDEX).is_file():
        absent = [name for name in _read(folder / INDEX)["weight_map"] if name not in tensors]
        if absent:
            raise _damaged(folder / INDEX, f"tensor {absent[0]} is in none of its files")
    return list(tensors.values())


def _quantisation(folder: Path, config: dict[str, Any]) -> Quantisation:
    facts = config.get("quantization_config")
    if facts is None:
        return "none"
    facts = facts if isinstance(facts, dict) else {}
    if (facts.get("load_in_4bit") or facts.get("_load_in_4bit")) and facts.get("bnb_4bit_quant_type") == "nf4":
        return "nf4"
    method = facts.get("quant_method", "unknown")
    raise ModelUnavailable(
        f"{folder} is quantised in a form that is not supported ({method})", "Choose the original model, or NF4 weights"
    )


def _damaged(path: Path, why: str) -> ModelUnavailable:
    return ModelUnavailable(f"{path} is damaged ({why})", "Fetch or copy it again")
