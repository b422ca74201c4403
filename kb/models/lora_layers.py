"""A live model and LoRA weights -> LoRA layers in the model, of which one set, or none, takes part."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any, TypeAlias

from kb.errors import AdapterError
from kb.models.lora import WEIGHTS, Lora

Model: TypeAlias = Any  # a PreTrainedModel; transformers is not imported for its type
Tensor: TypeAlias = Any
Layer: TypeAlias = Any
PeftConfig: TypeAlias = Any


def linear_modules(model: Model) -> dict[str, tuple[int, int]]:
    """(inputs, outputs) of every linear module that an adapter may change, 4-bit ones too, by full name.

    An output layer that shares its weights with the embedding is not among them.
    """
    import torch

    embedding = model.get_input_embeddings().weight
    return {
        name: (module.in_features, module.out_features)
        for name, module in model.named_modules()
        if isinstance(module, torch.nn.Linear) and module.weight is not embedding
    }


def read_weights(folder: Path, lora: Lora) -> Iterator[tuple[str, Tensor, Tensor]]:
    """Module, A and B, in float32, one module after the other, each in memory of its own.

    peft keeps LoRA weights in float32 on a base of any type, and so adapters are judged. Memory of its own: a mapped
    file that changes would change an adapter that is speaking, and end the process where it became shorter.

    Raises:
        AdapterError: A value is not finite, or the file is no longer what `lora` says.
    """
    import torch
    from safetensors import SafetensorError, safe_open

    path = folder / WEIGHTS
    try:
        with safe_open(path, framework="pt", device="cpu") as file:
            for module, pair in lora.pairs.items():
                a, b = (file.get_tensor(key).to(torch.float32, copy=True) for key in pair.keys)
                if (*a.shape, *b.shape) != (pair.rank, pair.inputs, pair.outputs, pair.rank):
                    raise AdapterError(f"{path} changed while it was read", "Ask again")
                if not (a.isfinite().all() and b.isfinite().all()):
                    raise AdapterError(f"{path}: {module} holds values that are not finite", "Train the adapter again")
                yield module, a, b
    except (OSError, SafetensorError) as error:
        raise AdapterError(f"{path} cannot be read: {error}", "Export the adapter again") from None


class LoraLayers:
    """The LoRA layers of one model. Nothing here is safe to be called from two threads at a time.

    peft's own layers and arithmetic, put in place by its tuner. What is left out of peft's model class: the walk
    through all modules and the gradient flags of every loaded adapter at each switch (all layers are given one list of
    those that take part, and a switch changes that list), and anything that reads the whole state of the model (a
    4-bit weight is packed again for that). Weights are never merged, and the base's never touched.

    Args:
        model: A PreTrainedModel; its linear modules are wrapped in place when the first adapter comes.
    """

    def __init__(self, model: Model) -> None:
        self._model = model
        self._tuner: Any = None
        self._speaking: list[str] = []  # the slots that take part; every layer holds this very list
        self._count = 0
        self._slots: set[str] = set()

    def add(self, lora: Lora, folder: Path) -> str:
        """Put an adapter's weights beside the base's. It takes no part yet.

        Returns:
            The slot it is in, for `choose` and `remove`.

        Raises:
            AdapterError: As `read_weights`; the model is then as before.
        """
        self._count += 1
        slot = f"slot{self._count}"  # a folder's name may hold a dot, which a module's may not
        try:
            self._slots.add(slot)
            self._wrap(lora, slot)
            for module, *weights in read_weights(folder, lora):
                self._fill(self._model.get_submodule(module), slot, weights)
        except BaseException:
            self.remove(slot)
            raise
        self._rest()
        return slot

    def choose(self, slot: str | None) -> None:
        """Let one adapter take part, or none: then the model computes what it did before any was there."""
        self._speaking[:] = [slot] if slot else []

    def remove(self, slot: str) -> None:
        """Free an adapter's memory; with the last one the model is what it was before the first."""
        import torch
        from peft.functional import delete_adapter
        from peft.tuners.lora import LoraLayer

        self._rest()
        self._slots.discard(slot)
        if self._slots:
            delete_adapter(self._model, slot, prefix="lora_", layer_cls=LoraLayer)
            self._tuner.peft_config.pop(slot, None)
        else:
            self._unwrap()
        if torch.cuda.is_available():
            torch.cuda.empty_cache()

    def _unwrap(self) -> None:
        for name, layer in self._layers():
            self._model.set_submodule(name, layer.get_base_layer())
        if hasattr(self._model, "peft_config"):
            del self._model.peft_config
        self._tuner = None

    def _wrap(self, lora: Lora, slot: str) -> None:
        import torch
        from peft import LoraModel

        config = _peft_config(lora)
        with torch.device("meta"):  # no memory and no random numbers for weights that are replaced at once
            if self._tuner is None:
                self._tuner = LoraModel(self._model, config, slot)
            else:
                self._tuner.peft_config[slot] = config
                self._tuner.inject_adapter(self._model, slot)

    def _fill(self, layer: Layer, slot: str, weights: list[Tensor]) -> None:
        from torch.nn import Parameter

        device = layer.get_base_layer().weight.device
        for side, values in zip((layer.lora_A, layer.lora_B), weights, strict=True):
            side[slot].weight = Parameter(values.to(device), requires_grad=False)

    def _rest(self) -> None:
        """Give all layers the list of those that take part, with none in it."""
        self.choose(None)
        for _, layer in self._layers():
            layer.set_adapter(self._speaking, inference_mode=True)
            if layer.active_adapters is not self._speaking:
                raise RuntimeError("this version of peft copies the list of active adapters: set them layer by layer")
        if self._tuner is not None:
            self._tuner.active_adapter = []

    def _layers(self) -> list[tuple[str, Layer]]:
        from peft.tuners.lora import LoraLayer

        return [(name, module) for name, module in self._model.named_modules() if isinstance(module, LoraLayer)]


def _peft_config(lora: Lora) -> PeftConfig:
    """What peft needs to know: the very modules that have weights, whatever pattern found them in training."""
    from peft import LoraConfig

    rank, alpha = lora.config["r"], lora.config.get("lora_alpha", 8)
    return LoraConfig(
        r=rank,
        lora_alpha=alpha,
        use_rslora=bool(lora.config.get("use_rslora")),
        target_modules=sorted(lora.pairs),
        rank_pattern={module: pair.rank for module, pair in lora.pairs.items() if pair.rank != rank},
        alpha_pattern={module: pair.alpha for module, pair in lora.pairs.items() if pair.alpha != alpha},
        init_lora_weights=False,
        inference_mode=True,
    )
