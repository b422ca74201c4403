"""A 4-bit model that was quantised once -> memory, against quantising while loading, each in fresh processes.

The model has Mistral-7B's geometry (Jiang et al. 2023) with fewer layers and random weights in bfloat16. A load ends
when every weight lies in memory. The plain side is `from_pretrained` of transformers with a BitsAndBytesConfig.
Run by hand: python -m tests.benchmarks.bench_load whole FOLDER [LAYERS]  (32 layers take 20 GB of disk)
"""

from __future__ import annotations

import json
import math
import os
import shutil
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from kb.models import tensors
from tests.benchmarks.compare import Fact, Options, Outcome, Row, alternate
from tests.benchmarks.corpus import once
from tests.benchmarks.processes import MEBIBYTE, Memory, Run, mark, python, run

FASTER = 10.0
LAYERS, HIDDEN, INNER, HEADS, KV_HEADS, WORDS = 4, 4096, 14336, 32, 8, 32768
SHARD = 5_000_000_000  # bytes, as Mistral's own files
_LOAD_ONLY = "load"  # of runs whose memory is watched: a forward pass unpacks each layer
_ME = "tests.benchmarks.bench_load"


def bench(options: Options, data: Path) -> Outcome:
    """Measure; `data` is not needed."""
    layers = 1 if options.quick else LAYERS
    original = once(options.cache / f"mistral-{layers}-layers", lambda folder: write_mistral(folder, layers))
    with tempfile.TemporaryDirectory(dir=options.cache) as place:
        first = run(python(_ME, "ours", original, Path(place) / "watched", _LOAD_ONLY), watched=True)
        once_more = run(python(_ME, "ours", original, place, _LOAD_ONLY))
        shutil.rmtree(Path(place) / "watched")
        sides: dict[str, Callable[[], Run]] = {
            "ours": lambda: run(python(_ME, "ours", original, place)),
            "plain": lambda: run(python(_ME, "plain", original)),
        }
        timed = alternate(sides, options.pairs, {"ours": sides["ours"]})
        later = run(python(_ME, "ours", original, place, _LOAD_ONLY), watched=True)
        on_the_fly = run(python(_ME, "plain", original, _LOAD_ONLY), watched=True)
        made = _weights(Path(place))
    floor = run(python(_ME, "imports", original), watched=True)
    rows = [
        Row("later load, every weight in memory", "s", *_seconds(timed, "opening", "loaded"), bound=FASTER),
        Row("  and one forward pass of a token", "s", *_seconds(timed, "opening", "forward")),
        Row("start of the process to the first token", "s", *_seconds(timed, None, "forward")),
        *_memory("peak memory (Pss) of a later load", later.memory, on_the_fly.memory),
    ]
    shard = max(path.stat().st_size for path in original.glob("*.safetensors")) / 2**20
    base = _total(floor.memory)
    facts = [
        Fact("floor: the same imports and a tiny forward pass", base, "MiB"),
        Fact("the quantised model on disk", made, "MiB"),
        Fact("first load: peak above the floor", _total(first.memory) - base, "MiB", most=1.5 * shard + made),
        Fact("later load: peak above the floor", _total(later.memory) - base, "MiB", most=1.1 * _resident(made)),
        Fact("first load, once", once_more.marks["loaded"] - once_more.marks["opening"], "s"),
    ]
    return Outcome(f"Loading {layers} layers of Mistral-7B's geometry in 4 bits", rows, facts)


def _resident(made: float) -> float:
    """MiB of the model in memory: embeddings and head are float32 there and bfloat16 on disk."""
    return made + 2 * WORDS * HIDDEN * 2 / 2**20


def _weights(folder: Path) -> float:
    return sum(path.stat().st_size for path in folder.rglob("*.safetensors")) / 2**20


def _total(memory: Memory | None) -> float:
    assert memory is not None
    return memory.total


def _seconds(timed: dict[str, list[Run]], begin: str | None, end: str) -> tuple[list[float], list[float]]:
    ours, plain = (
        [one.marks[end] - (one.marks[begin] if begin else 0.0) for one in timed[side]] for side in ("ours", "plain")
    )
    return ours, plain


def _memory(what: str, ours: Memory | None, plain: Memory | None) -> list[Row]:
    assert ours is not None
    assert plain is not None
    parts = {what: "total", "  of it anonymous": "anonymous", "  of it file-backed": "file"}
    return [Row(name, "MiB", [getattr(ours, part)], [getattr(plain, part)]) for name, part in parts.items()]


def write_mistral(folder: Path, layers: int) -> None:
    """Write random weights in bfloat16, a tensor in memory at a time, with a tokenizer of 500 words beside them."""
    import torch
    import transformers

    from tests.models import tiny_language

    sizes = {"hidden_size": HIDDEN, "intermediate_size": INNER, "num_hidden_layers": layers, "vocab_size": WORDS}
    config = transformers.MistralConfig(
        **sizes, num_attention_heads=HEADS, num_key_value_heads=KV_HEADS, pad_token_id=3, dtype="bfloat16"
    )
    config.architectures = ["MistralForCausalLM"]
    config.save_pretrained(folder)
    tiny_language.tokenizer("mistral").save_pretrained(folder)
    random, places = torch.Generator().manual_seed(0), {}
    files = list(_files(_shapes(layers)))
    for number, shapes in enumerate(files, start=1):
        name = f"model-{number:05}-of-{len(files):05}.safetensors"
        places |= dict.fromkeys(shapes, name)
        with (folder / name).open("wb") as file:
            tensors.begin(file, {each: ("BF16", shape) for each, shape in shapes.items()})
            for shape in shapes.values():
                values = torch.empty(shape, dtype=torch.bfloat16).normal_(0, 0.02, generator=random)
                file.write((values if len(shape) > 1 else torch.ones_like(values)).view(torch.uint8).numpy().data)
    total = sum(2 * math.prod(shape) for shape in _shapes(layers).values())
    index = {"metadata": {"total_size": total}, "weight_map": places}
    (folder / "model.safetensors.index.json").write_text(json.dumps(index), encoding="utf-8")


def _shapes(layers: int) -> dict[str, tuple[int, ...]]:
    small = HIDDEN // HEADS * KV_HEADS
    shapes: dict[str, tuple[int, ...]] = {"model.embed_tokens.weight": (WORDS, HIDDEN)}
    block = {
        "self_attn.q_proj": (HIDDEN, HIDDEN), "self_attn.k_proj": (small, HIDDEN), "self_attn.v_proj": (small, HIDDEN),
        "self_attn.o_proj": (HIDDEN, HIDDEN), "mlp.gate_proj": (INNER, HIDDEN), "mlp.up_proj": (INNER, HIDDEN),
        "mlp.down_proj": (HIDDEN, INNER), "input_layernorm": (HIDDEN,), "post_attention_layernorm": (HIDDEN,),
    }  # fmt: skip
    for layer in range(layers):
        shapes |= {f"model.layers.{layer}.{name}.weight": shape for name, shape in block.items()}
    return {**shapes, "model.norm.weight": (HIDDEN,), "lm_head.weight": (WORDS, HIDDEN)}


def _files(shapes: dict[str, tuple[int, ...]]) -> Iterator[dict[str, tuple[int, ...]]]:
    part: dict[str, tuple[int, ...]] = {}
    size = 0
    for name, shape in shapes.items():
        more = 2 * math.prod(shape)
        if part and size + more > SHARD:
            yield part
            part, size = {}, 0
        part[name], size = shape, size + more
    yield part


def _import() -> None:
    """Everything that both sides import, so that only loading is timed."""
    import bitsandbytes  # noqa: F401
    import transformers
    from transformers.models.mistral import modeling_mistral  # noqa: F401

    from kb.models import loading, quantise  # noqa: F401

    transformers.logging.disable_progress_bar()


def ours(original: str, models: str, what: str = "") -> None:
    """Our load; the first time in a folder it quantises."""
    from kb.models.loading import Precision, load, prepare_language_model

    _import()
    mark("opening")
    source = prepare_language_model(original, Path(models), Precision("nf4", "float32"), download=False)
    _finish(load(source, "cpu").model, what)


def plain(original: str, what: str = "") -> None:
    """Transformers quantises while it loads."""
    import torch
    import transformers

    _import()
    mark("opening")
    four_bits = transformers.BitsAndBytesConfig(
        load_in_4bit=True, bnb_4bit_quant_type="nf4", bnb_4bit_use_double_quant=True, bnb_4bit_compute_dtype="float32"
    )
    model = transformers.AutoModelForCausalLM.from_pretrained(
        original, quantization_config=four_bits, dtype=torch.float32, device_map={"": "cpu"}
    ).eval()
    for module in model.modules():  # both compute as on any other processor
        if hasattr(module, "support_avx512bf16_for_cpu"):
            module.support_avx512bf16_for_cpu = False
    _finish(model, what)


def imports(original: str) -> None:
    """What is in memory without any model, once it has computed something."""
    import torch

    _import()
    torch.nn.functional.linear(torch.ones(1, 8), torch.ones(8, 8)).sum()
    print(Path(original).name)


def _finish(model: Any, what: str) -> None:
    import torch

    for weight in [*model.parameters(), *model.buffers()]:
        weight.data.view(torch.uint8).max()
    mark("loaded")
    if what == _LOAD_ONLY:
        return
    with torch.no_grad():
        best = model(input_ids=torch.tensor([[1]])).logits.argmax().item()
    mark("forward")
    print(best)


def whole(place: str, layers: str = "32") -> None:
    """The whole model: written, quantised, loaded, one token; printed and taken away again."""
    original, models = Path(place) / "original", Path(place) / "models"
    started = time.perf_counter()
    original.mkdir(parents=True)
    write_mistral(original, int(layers))
    print(f"{layers} layers, {_weights(original) / MEBIBYTE:.2f} GiB, written in {time.perf_counter() - started:.0f} s")
    try:
        for what in ("first load", "later load"):
            one = run(python(_ME, "ours", original, models), watched=True)
            marks, memory = one.marks, one.memory
            assert memory is not None
            print(
                f"{what}: {marks['loaded'] - marks['opening']:.1f} s, {one.seconds:.1f} s with start and a token; "
                f"peak {memory.total:.0f} MiB, {memory.anonymous:.0f} anonymous, {memory.file:.0f} file-backed",
                flush=True,
            )
        print(f"on disk {_weights(models):.0f} MiB")
    finally:
        shutil.rmtree(place)


if __name__ == "__main__":
    os.environ.setdefault("HF_HUB_OFFLINE", "1")
    {"ours": ours, "plain": plain, "imports": imports, "whole": whole}[sys.argv[1]](*sys.argv[2:])
