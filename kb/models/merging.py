"""A base model's files + an adapter -> one model in bfloat16, for use elsewhere."""

from __future__ import annotations

import json
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from kb.durable import sync
from kb.errors import StorageError
from kb.models.adapters import Adapter, check
from kb.models.checkpoint import INDEX, Checkpoint, vet
from kb.models.folders import storage_errors
from kb.models.tensors import mapped, write
from kb.progress import Progress, silent

if TYPE_CHECKING:
    import torch
    from bitsandbytes.functional import QuantState

    from kb.models.loading import Source

_SHARD = 2 << 30  # bytes of a file that is written; it is collected in memory
_STATE = ".quant_state.bitsandbytes__nf4"  # ends the name of what says how a 4-bit weight is to be read
_KEPT = (".json", ".txt", ".model", ".jinja")
_NOT_KEPT = ("config.json", INDEX, "manifest.json", "card.json", "revision.json")


def export_merged(adapter: Adapter, source: Source, target: Path, progress: Progress = silent) -> Path:
    """Write a copy of the base with the adapter added to its weights; it needs neither peft nor this program.

    W + scale * B A is computed in float32, one module after the other, from the files: a loaded model has no part in
    it, and what is in memory is one output file (2 GiB). 4-bit weights are unpacked, so that the copy computes what
    the adapter on them did; the original weights are nearer to what was trained on them in 16 bits.

    Args:
        adapter: From `discover` or `find`.
        source: The base, from `prepare_language_model`.
        target: The folder to make.
        progress: Called with ("merging", tensors done, tensors in all).

    Raises:
        AdapterError: The adapter does not fit this base.
        ModelUnavailable: The base's files are damaged.
        StorageError: `target` is there already, or there is no room for it.
    """
    if target.exists():
        raise StorageError(f"{target} is there already", "Name another folder, or delete it")
    checkpoint = vet(source.folder)
    merging = _Merging(adapter, source, checkpoint)
    with storage_errors(target.parent):
        target.parent.mkdir(parents=True, exist_ok=True)
        incoming = Path(tempfile.mkdtemp(prefix=f".{target.name}-", dir=target.parent))
        try:
            _write_shards(merging.tensors(progress), incoming)
            _copy_descriptions(checkpoint, incoming)
            incoming.chmod(0o755)
            for path in (*incoming.iterdir(), incoming):
                sync(path)
            incoming.rename(target)
        except BaseException:
            shutil.rmtree(incoming, ignore_errors=True)
            raise
        sync(target.parent)
    return target


class _Merging:
    """The tensors of a base by name, with those of an adapter added."""

    def __init__(self, adapter: Adapter, source: Source, checkpoint: Checkpoint) -> None:
        self._files = mapped(checkpoint.shards)
        self._packed = {name.removesuffix(_STATE) for name in self._files if name.endswith(_STATE)}
        self._folder = adapter.folder
        self.lora = check(adapter, source.base_digest, self._linear(), most_rank=adapter.rank)

    def _linear(self) -> dict[str, tuple[int, int]]:
        """(inputs, outputs) of what has a matrix for a weight."""
        shapes = {
            name: self._quant_state(name).shape if name in self._packed else file.get_shape()
            for name, file in self._files.items()
            if name.endswith(".weight")
        }
        return {name.removesuffix(".weight"): (s[1], s[0]) for name, s in shapes.items() if len(s) == 2}

    def tensors(self, progress: Progress) -> Iterator[tuple[str, torch.Tensor]]:
        """Every tensor of the merged model, numbers in bfloat16."""
        import torch

        from kb.models.lora_layers import read_weights

        weights = {f"{module}.weight": (module, a, b) for module, a, b in read_weights(self._folder, self.lora)}
        names = [name for name in self._files if self._described_by(name) not in self._packed]
        for done, name in enumerate(names):
            progress("merging", done, len(names))
            values = self._unpacked(name) if name in self._packed else self._files[name][...]
            if name in weights:
                module, a, b = weights[name]
                values = values.to(torch.float32) + (b @ a) * self.lora.scale(module)
            yield name, values.to(torch.bfloat16, copy=True) if values.is_floating_point() else values.clone()
        progress("merging", len(names), len(names))

    def _described_by(self, name: str) -> str:
        """The weight that a tensor says something about, such as its scales; empty where it is no such tensor."""
        stem, found, _part = name.partition(".weight.")
        return f"{stem}.weight" if found else ""

    def _unpacked(self, name: str) -> torch.Tensor:
        from bitsandbytes.functional import dequantize_4bit

        return dequantize_4bit(self._files[name][...], self._quant_state(name))

    def _quant_state(self, name: str) -> QuantState:
        import torch
        from bitsandbytes.functional import QuantState

        parts = {
            key.removeprefix(f"{name}."): self._files[key][...] for key in self._files if key.startswith(f"{name}.")
        }
        return QuantState.from_dict(parts, device=torch.device("cpu"))


def _write_shards(tensors: Iterator[tuple[str, torch.Tensor]], folder: Path) -> None:
    files: list[list[str]] = []
    shard: dict[str, torch.Tensor] = {}
    total = 0

    def flush() -> None:
        nonlocal total
        total += write(folder / f"part-{len(files)}", shard)
        files.append(list(shard))
        shard.clear()

    for name, values in tensors:
        if shard and sum(one.nbytes for one in shard.values()) + values.nbytes > _SHARD:
            flush()
        shard[name] = values
    flush()
    _name_shards(folder, files, total)


def _name_shards(folder: Path, files: list[list[str]], total: int) -> None:
    """Give the files the names that transformers looks for, and an index where there are several."""
    if len(files) == 1:
        (folder / "part-0").rename(folder / "model.safetensors")
        return
    where: dict[str, str] = {}
    for number, names in enumerate(files):
        file = f"model-{number + 1:05}-of-{len(files):05}.safetensors"
        (folder / f"part-{number}").rename(folder / file)
        where |= dict.fromkeys(names, file)
    index = {"metadata": {"total_size": total}, "weight_map": where}
    (folder / INDEX).write_text(json.dumps(index, indent=1) + "\n", encoding="utf-8")


def _copy_descriptions(checkpoint: Checkpoint, folder: Path) -> None:
    for path in sorted(checkpoint.folder.iterdir()):
        if path.is_file() and path.suffix in _KEPT and path.name not in _NOT_KEPT and not path.name.startswith("."):
            shutil.copyfile(path, folder / path.name)
    config = {
        name: value for name, value in checkpoint.config.items() if name not in ("quantization_config", "torch_dtype")
    }
    (folder / "config.json").write_text(json.dumps({**config, "dtype": "bfloat16"}, indent=1) + "\n", encoding="utf-8")
