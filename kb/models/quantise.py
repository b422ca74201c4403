"""A checkpoint -> the same model in 4 bits, made once, a tensor at a time."""

from __future__ import annotations

import hashlib
import importlib
import json
import shutil
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from kb.errors import ModelUnavailable
from kb.models import gguf
from kb.models.checkpoint import INDEX, WEIGHTS, Checkpoint
from kb.models.folders import (
    becoming,
    check_room,
    local_folder,
    locked,
    read_manifest,
    storage_errors,
    write_manifest,
)
from kb.models.identity import stamp
from kb.models.tensors import mapped, write
from kb.models.threads import cores
from kb.models.weights import FOUR_BIT_SHARE, FOUR_BITS, manifest_of
from kb.progress import Progress

if TYPE_CHECKING:
    import torch

CONVERSION = (
    f"1 of {gguf.CONVERSION}"  # of the files made here, and of what they may come from; another makes them anew
)
BLOCK = 64  # weights that share a scale; the block of QLoRA (Dettmers et al. 2023)
NESTED_BLOCK = 256  # scales that share a scale of their own
_SHARD = 512 << 20  # bytes of a file that is written; it is collected in memory
_CHUNK = 1 << 17  # weights that a core quantises at a time, each taking some 20 bytes meanwhile
_NOT_KEPT = ("*.safetensors", "config.json", INDEX, "manifest.json", "revision.json", "card.json", ".*")


@dataclass(frozen=True, slots=True)
class Made:
    """A folder with 4-bit weights, and the digest of what they were made from."""

    folder: Path
    base_digest: str


@dataclass(frozen=True, slots=True)
class Order:
    """What is to be quantised, its digest, whether scales are quantised as well, and what computes."""

    checkpoint: Checkpoint
    base_digest: str
    double: bool
    device: Literal["cpu", "cuda"]


def folder_of(name: str, models: Path, *, double: bool) -> Path:
    """Where the 4-bit form of a model lies: owner/model.nf4, or model.nf4-single without double quantisation."""
    suffix = FOUR_BITS[0 if double else 1]
    local = local_folder(name)
    if local is None:
        return models / f"{name}{suffix}"
    place = hashlib.sha256(str(local.resolve()).encode()).hexdigest()[:12]
    return models / "local" / f"{local.resolve().name}-{place}{suffix}"


def find(name: str, models: Path, *, double: bool) -> Made | None:
    """The 4-bit form of a model, if it is there, whole, and of the weights that the name stands for now."""
    folder = folder_of(name, models, double=double)
    manifest = read_manifest(folder)
    if manifest is None or manifest.get("conversion") != CONVERSION:
        return None
    local, embedded = local_folder(name), manifest_of(name, models)
    if local is not None and manifest.get("stamp") != stamp(local):
        return None
    if embedded is not None and manifest.get("base_digest") != embedded["digest"]:
        return None
    return Made(folder, str(manifest["base_digest"]))


def make(name: str, models: Path, order: Order, progress: Progress) -> Made:
    """Quantise a model and keep the result; a kill or a full disk leaves nothing that would be taken for it.

    Raises:
        ModelUnavailable: Its architecture is unknown, or a package is missing.
        StorageError: There is no room for it.
    """
    folder = folder_of(name, models, double=order.double)
    with storage_errors(models), locked(models, progress):
        made = find(name, models, double=order.double)
        if made is not None:  # another process made it meanwhile
            return made
        check_room(models, int(order.checkpoint.weight_bytes * FOUR_BIT_SHARE), f"the 4-bit weights of {name}")
        facts = {
            "name": name, "base_digest": order.base_digest, "quantisation": "nf4", "double": order.double,
            "conversion": CONVERSION, "stamp": stamp(order.checkpoint.folder),
        }  # fmt: skip
        with becoming(folder, models) as incoming:
            quantise(order, incoming, lambda done, total: progress(f"quantising {name}", done, total))
            write_manifest(incoming, facts)
    return Made(folder, order.base_digest)


def quantise(order: Order, folder: Path, progress: Any) -> None:  # noqa: ANN401
    """Write the 4-bit form of a checkpoint into an empty folder, as transformers' save_pretrained would.

    The layers are those that transformers quantises by itself, the values those of bitsandbytes; both are bit for bit
    what `from_pretrained(quantization_config=...)` makes on the same device. At no time are more than one tensor of the
    original and one file of the result in memory.
    """
    checkpoint = order.checkpoint
    plan = _Plan(checkpoint, order.double)
    writer, done = _Writer(folder), 0
    for name, source in sorted(mapped(checkpoint.shards).items()):
        values = source[...]
        done += values.nbytes
        target = plan.target(name)
        if target is not None:
            writer.add(_packed(target, values, order) if target in plan.layers else {target: values.clone()})
        del values
        progress(done, checkpoint.weight_bytes)
    writer.close()
    for path in sorted(checkpoint.folder.iterdir()):
        if path.is_file() and not any(path.match(pattern) for pattern in _NOT_KEPT) and _describes(path):
            shutil.copyfile(path, folder / path.name)
    config = {**checkpoint.config, "quantization_config": plan.facts}
    (folder / "config.json").write_text(json.dumps(config, indent=1) + "\n", encoding="utf-8")


def _describes(path: Path) -> bool:
    return path.suffix in (".json", ".txt", ".model", ".jinja")


class _Plan:
    """Which tensors transformers would quantise, and what each is called in its model, which is built without weights.

    Raises:
        ModelUnavailable: transformers does not know the architecture, or puts its layers together from several tensors.
    """

    def __init__(self, checkpoint: Checkpoint, double: bool) -> None:
        from kb.models.loading import library, model_class

        transformers = library()
        import torch
        from transformers.conversion_mapping import get_model_conversion_mapping
        from transformers.quantizers.auto import AutoHfQuantizer

        try:
            config = transformers.AutoConfig.from_pretrained(
                checkpoint.folder, trust_remote_code=False, local_files_only=True
            )
        except (OSError, ValueError, KeyError) as error:
            raise ModelUnavailable(
                f"{checkpoint.folder} is of an unknown kind ({str(error).partition('.')[0]})", "Choose another model"
            ) from None
        four_bits = transformers.BitsAndBytesConfig(
            load_in_4bit=True, bnb_4bit_quant_type="nf4", bnb_4bit_use_double_quant=double
        )
        with torch.device("meta"):
            model = model_class(transformers, config)(config)
        self._names = set(model.state_dict())
        quantiser = AutoHfQuantizer.from_config(four_bits, pre_quantized=False)
        quantiser.preprocess_model(model=model, device_map={"": "cpu"}, dtype=None)
        self.layers = {name for name in self._names if quantiser.param_needs_quantization(model, name)}
        self.facts: dict[str, Any] = four_bits.to_dict()
        self._prefix, self._rules = model.base_model_prefix, get_model_conversion_mapping(model)
        self._meta = dict.fromkeys(self._names, True)
        self._folder = checkpoint.folder

    def target(self, name: str) -> str | None:
        """The name of a tensor of the checkpoint in the model, None where the model has no use for it."""
        from transformers.core_model_loading import WeightConverter, WeightRenaming, rename_source_key

        renamings = [rule for rule in self._rules if isinstance(rule, WeightRenaming)]
        converters = [rule for rule in self._rules if isinstance(rule, WeightConverter)]
        renamed, merged = rename_source_key(name, renamings, converters, self._prefix, self._meta)
        if merged is not None:
            raise ModelUnavailable(
                f"{self._folder} has layers that are put together from several tensors ({name})",
                'Set llm.quantisation to "none" for it',
            )
        known = renamed if renamed in self._names else name
        return known if known in self._names else None


def _packed(name: str, values: torch.Tensor, order: Order) -> dict[str, torch.Tensor]:
    """The tensors that stand for one quantised weight, under the names that transformers reads."""
    packed, state = quantised(values.to(order.device), double=order.double)
    parts = state.as_dict(packed=True)
    return {name: packed.cpu(), **{f"{name}.{part}": tensor.cpu() for part, tensor in parts.items()}}


def quantised(values: torch.Tensor, *, double: bool) -> tuple[torch.Tensor, Any]:
    """NF4 weights (weights / 2, 1) and bitsandbytes' QuantState, as its quantize_4bit gives them.

    On a CPU the blocks go through it in pieces, a thread for each core: they do not depend on each other, it takes 20
    bytes a weight, and torch's own threads wait for each other after each of its many small steps.
    """
    import torch

    bnb: Any = importlib.import_module("bitsandbytes.functional")
    facts: dict[str, Any] = {"blocksize": BLOCK, "quant_type": "nf4"}
    if values.device.type != "cpu":
        packed, whole = bnb.quantize_4bit(values, compress_statistics=double, **facts)
        return packed, whole
    with ThreadPoolExecutor(cores(), initializer=lambda: torch.set_num_threads(1)) as pool:
        work = partial(bnb.quantize_4bit, **facts)
        pieces = list(pool.map(work, torch.split(values.reshape(-1), _CHUNK)))
    packed = torch.cat([piece for piece, _state in pieces])
    scales = torch.cat([state.absmax for _piece, state in pieces])
    state: dict[str, Any] = {"absmax": scales}
    if double:
        offset = scales.mean()
        small, second = bnb.quantize_blockwise(scales - offset, blocksize=NESTED_BLOCK)
        state = {"absmax": small, "offset": offset, "state2": second}
    code = bnb.get_4bit_type("nf4", device=values.device)
    return packed, bnb.QuantState(shape=values.shape, dtype=values.dtype, code=code, **facts, **state)


class _Writer:
    """Tensors -> numbered safetensors files and their index."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._waiting: dict[str, torch.Tensor] = {}
        self._bytes, self._total = 0, 0
        self._files: list[tuple[Path, list[str]]] = []

    def add(self, tensors: dict[str, torch.Tensor]) -> None:
        """Take some tensors, and write a file when enough are there."""
        more = sum(tensor.nbytes for tensor in tensors.values())
        if self._waiting and self._bytes + more > _SHARD:
            self._flush()
        self._waiting |= tensors
        self._bytes += more

    def close(self) -> None:
        """Write what is left, and give the files their names."""
        self._flush()
        count = len(self._files)
        places: dict[str, str] = {}
        for number, (path, names) in enumerate(self._files, start=1):
            final = WEIGHTS if count == 1 else f"model-{number:05}-of-{count:05}.safetensors"
            path.rename(self._folder / final)
            places |= dict.fromkeys(names, final)
        if count > 1:
            index = {"metadata": {"total_size": self._total}, "weight_map": dict(sorted(places.items()))}
            (self._folder / INDEX).write_text(json.dumps(index, indent=1) + "\n", encoding="utf-8")

    def _flush(self) -> None:
        path = self._folder / f"part-{len(self._files)}"
        self._total += write(path, self._waiting)
        self._files.append((path, list(self._waiting)))
        self._waiting, self._bytes = {}, 0
