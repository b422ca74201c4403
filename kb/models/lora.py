"""An adapter's folder -> which LoRA it holds, from JSON and headers alone; or why it is not safe to load."""

from __future__ import annotations

import json
import math
import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NoReturn, TypeVar

from kb.errors import AdapterError
from kb.models.tensors import Tensor, read_header

Number = TypeVar("Number", int, float)
CONFIG, WEIGHTS = "adapter_config.json", "adapter_model.safetensors"
RESIDENT_TYPE_BYTES = 4  # LoRA weights are kept in float32, as peft keeps them, on a base of any type
_DANGEROUS = (".bin", ".pt", ".pth", ".ckpt", ".pkl", ".pickle", ".joblib", ".py", ".pyc", ".so")
_LARGEST_CONFIG = 1_000_000  # bytes
_MOST_FILES = 1000
_TYPES = ("F32", "F16", "BF16")
_KEY = re.compile(r"(?:base_model\.model\.)?(?P<module>[\w.]+)\.lora_(?P<side>[AB])\.weight")
_PATTERN = re.compile(r"\^?[\w.-]+")  # of names; an expression of any other kind could take for ever to match
# What adapter_config.json may say. The first are used or checked; the next only tell where the adapter comes from, or
# say again what the weights say; the last change what a model computes, and must be as they are in plain LoRA.
_USED = ("peft_type", "r", "lora_alpha", "use_rslora", "rank_pattern", "alpha_pattern", "target_modules")
_TOLD = (
    "auto_mapping", "base_model_name_or_path", "eva_config", "exclude_modules", "inference_mode", "init_lora_weights",
    "layers_pattern", "layers_to_transform", "lora_dropout", "peft_version", "qalora_group_size", "revision",
    "task_type", "megatron_core",
)  # fmt: skip
_PLAIN = (
    "alora_invocation_tokens", "arrow_config", "bias", "corda_config", "ensure_weight_tying", "fan_in_fan_out",
    "kasa_config", "layer_replication", "loftq_config", "lora_bias", "lora_ga_config", "megatron_config",
    "modules_to_save", "monteclora_config", "target_parameters", "trainable_token_indices", "use_bdlora", "use_dora",
    "use_qalora", "velora_config",
)  # fmt: skip
_KNOWN = frozenset((*_USED, *_TOLD, *_PLAIN))
# pissa, olora, corda, loftq and lora_ga begin by changing the base, which is shared here.
_KEEPING_THE_BASE = (True, False, None, "gaussian", "eva", "orthogonal")
_TASKS = (None, "CAUSAL_LM", "SEQ_2_SEQ_LM")


@dataclass(frozen=True, slots=True)
class Pair:
    """The two matrices that an adapter puts beside one linear module: A (rank, inputs) and B (outputs, rank).

    `keys` are their names in the file. What they compute is scaled by `alpha` through the rank, or its root (rsLoRA).
    """

    rank: int
    inputs: int
    outputs: int
    alpha: float
    keys: tuple[str, str]


@dataclass(frozen=True, slots=True)
class Lora:
    """A plain LoRA (Hu et al. 2021): outputs + scale * B A inputs, for each of its modules."""

    pairs: Mapping[str, Pair]
    config: Mapping[str, Any]

    @property
    def rank(self) -> int:
        """The greatest of all modules, and of those that the configuration only speaks of."""
        said: list[int] = [self.config["r"], *(self.config.get("rank_pattern") or {}).values()]
        return max(*said, *(pair.rank for pair in self.pairs.values()))

    @property
    def targets(self) -> tuple[str, ...]:
        """The last part of the modules' names, each once."""
        return tuple(sorted({module.rpartition(".")[2] for module in self.pairs}))

    @property
    def bytes(self) -> int:
        """The room it takes beside the base while it is loaded."""
        numbers = sum(pair.rank * (pair.inputs + pair.outputs) for pair in self.pairs.values())
        return numbers * RESIDENT_TYPE_BYTES

    def scale(self, module: str) -> float:
        """What B A is multiplied by."""
        pair = self.pairs[module]
        return pair.alpha / (math.sqrt(pair.rank) if self.config.get("use_rslora") else pair.rank)


def read_lora(folder: Path) -> Lora:
    """What the folder holds.

    Raises:
        AdapterError: A file is missing, damaged, of another kind, or could run code; which, and what to do.
    """
    _only_safe_files(folder)
    config = _config(folder / CONFIG)
    return Lora(_pairs(folder / WEIGHTS, config), config)


def _only_safe_files(folder: Path) -> None:
    count = 0
    for root, folders, names in os.walk(folder):
        count += len(names) + len(folders)
        if count > _MOST_FILES:
            raise AdapterError(f"{folder} holds more than {_MOST_FILES} files", "Keep only the adapter in it")
        for name in (*folders, *names):
            _is_safe(Path(root, name), folder)
    for name in (CONFIG, WEIGHTS):
        if not (folder / name).is_file():
            raise AdapterError(f"{folder} has no {name}", "Export the adapter again with save_pretrained of peft")


def _is_safe(path: Path, folder: Path) -> None:
    if path.suffix.lower() in _DANGEROUS:
        what = f"{path} could run code when it is loaded; only safetensors are"
        raise AdapterError(what, "Delete the file if the adapter does not need it, else export it as safetensors")
    if path.is_symlink() and not leads_into(path, folder):
        raise AdapterError(f"{path} leads out of its folder", "Put the file itself there")


def leads_into(path: Path, folder: Path) -> bool:
    """Whether a path, all links followed, ends somewhere in the folder."""
    try:
        return path.resolve().is_relative_to(folder.resolve())
    except (OSError, RuntimeError):  # links in a circle
        return False


def _config(path: Path) -> dict[str, Any]:
    try:
        if path.stat().st_size > _LARGEST_CONFIG:
            _refuse(path, "it", "is too large")
        values = json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise AdapterError(f"Cannot read {path}: {error.strerror}", "Export the adapter again") from None
    except (ValueError, RecursionError) as error:
        raise AdapterError(f"{path} is no JSON: {error}", "Export the adapter again") from None
    if not isinstance(values, dict):
        _refuse(path, "it", "is no JSON object")
    for name in values:
        if name not in _KNOWN:
            _refuse(path, _short(name), "is not known here; it may change what the adapter does")
    _plain_lora(path, values)
    _ranks(path, values)
    return values


def _plain_lora(path: Path, values: Mapping[str, Any]) -> None:
    if values.get("peft_type") != "LORA":
        _refuse(path, "peft_type", f"is {_short(values.get('peft_type'))}; only LORA is loaded")
    for name in _PLAIN:
        if values.get(name) not in (None, False, "none", [], {}):
            _refuse(path, name, f"is {_short(values[name])}; only plain LoRA is loaded, without it")
    if values.get("init_lora_weights", True) not in _KEEPING_THE_BASE:
        said = f"is {_short(values['init_lora_weights'])}, which changes the base model"
        _refuse(path, "init_lora_weights", said, "Convert it to plain LoRA with peft, and export it again")
    if values.get("task_type") not in _TASKS:
        _refuse(path, "task_type", f"is {_short(values['task_type'])}; {_TASKS[1]} and {_TASKS[2]} are loaded")
    mapping = values.get("auto_mapping") or {}
    library = mapping.get("parent_library", "transformers") if isinstance(mapping, dict) else None
    if not isinstance(library, str) or library.partition(".")[0] != "transformers":
        _refuse(path, "auto_mapping", f"names classes of {_short(library)}, which are never loaded")


def _ranks(path: Path, values: Mapping[str, Any]) -> None:
    if not _positive(values.get("r")) or not isinstance(values["r"], int):
        _refuse(path, "r", f"must be a whole number from 1 (got {_short(values.get('r'))})")
    if not _positive(values.get("lora_alpha", 8)):
        _refuse(path, "lora_alpha", f"must be a number above 0 (got {_short(values['lora_alpha'])})")
    if not isinstance(values.get("use_rslora", False), bool):
        _refuse(path, "use_rslora", f"must be true or false (got {_short(values['use_rslora'])})")
    for name in ("rank_pattern", "alpha_pattern"):
        table = values.get(name) or {}
        if not isinstance(table, dict):
            _refuse(path, name, f"must be a table (got {_short(table)})")
        for pattern, value in table.items():
            if not _PATTERN.fullmatch(pattern):
                _refuse(path, name, f"holds {_short(pattern)}; only names of modules are read")
            if not _positive(value) or (name == "rank_pattern" and not isinstance(value, int)):
                _refuse(path, f"{name}.{pattern}", f"must be a number above 0 (got {_short(value)})")
    targets = values.get("target_modules")
    if not isinstance(targets, (str, list)) or not all(isinstance(target, str) for target in targets) or not targets:
        _refuse(path, "target_modules", f"must be names of modules (got {_short(targets)})")


def _pairs(path: Path, config: Mapping[str, Any]) -> dict[str, Pair]:
    try:
        header = read_header(path)
    except (OSError, ValueError, RecursionError) as error:
        raise AdapterError(f"{path} is damaged: {error}", "Export the adapter again") from None
    sides: dict[str, dict[str, Tensor]] = {}
    for tensor in header.values():
        found = _KEY.fullmatch(tensor.name)
        if not found:
            _refuse(path, _short(tensor.name), "is no weight of plain LoRA")
        if tensor.dtype not in _TYPES or len(tensor.shape) != 2 or min(tensor.shape) < 1:
            _refuse(
                path, tensor.name, f"is {tensor.dtype} {list(tensor.shape)}; a matrix of {', '.join(_TYPES)} is due"
            )
        if sides.setdefault(found["module"], {}).setdefault(found["side"], tensor) is not tensor:
            _refuse(path, tensor.name, "is there twice, with and without its prefix")
    if not sides:
        _refuse(path, "it", "holds no weights")
    return {module: _pair(path, module, both, config) for module, both in sides.items()}


def _pair(path: Path, module: str, both: Mapping[str, Tensor], config: Mapping[str, Any]) -> Pair:
    if len(both) != 2:
        _refuse(path, module, f"has no lora_{'B' if 'A' in both else 'A'}")
    (rank, inputs), (outputs, same) = both["A"].shape, both["B"].shape
    said = _said(config, "rank_pattern", module, config["r"])
    if not rank == same == said:
        _refuse(path, module, f"has rank {rank} in lora_A, {same} in lora_B and {said} in {CONFIG}")
    alpha = _said(config, "alpha_pattern", module, config.get("lora_alpha", 8))
    return Pair(rank, inputs, outputs, alpha, (both["A"].name, both["B"].name))


def _said(config: Mapping[str, Any], patterns: str, module: str, otherwise: Number) -> Number:
    """What the first pattern that is the end of the module's name says, as peft reads it."""
    table: Mapping[str, Number] = config.get(patterns) or {}
    return next((value for key, value in table.items() if re.match(rf"(.*\.)?({key})$", module)), otherwise)


def _positive(value: object) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool) and 0 < value < 1e9


def _refuse(path: Path, field: str, why: str, fix: str = "Export the adapter again as plain LoRA") -> NoReturn:
    raise AdapterError(f"{path}: {field} {why}", fix)


def _short(value: object) -> str:
    text = repr(value)
    return text if len(text) <= 60 else f"{text[:57]}..."
