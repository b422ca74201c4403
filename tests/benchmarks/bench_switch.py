"""Milliseconds to switch between adapters of one running model, beside peft's way, and whether outputs stay the same.

A random model of Mistral's shape: 32 layers of 7 linear modules. Ours is a whole round of `Residents.active`: a look at
the disk, the adapter in, the adapter out. Run: python -m tests.benchmarks.bench_switch [rounds] [hidden...]
"""

from __future__ import annotations

import gc
import logging
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import torch

from kb.models.adapters import Adapter
from kb.models.residents import Residents
from tests.benchmarks.compare import Fact, Outcome, Row
from tests.models.adapters_fixtures import loaded, plain, random_adapter

_LAYERS = 32
_NAMES = ("one", "two", "three", "four", "five", "six", "seven", "eight")
_BOUND = 30.0  # ms
_SETTLING = 2.1  # seconds until files count as old, so that the look at the disk is what it is in daily use
_IDS = torch.arange(5, 37).reshape(1, 32)


def mistral(hidden: int) -> Any:
    """Random weights, the same each time; 4 heads to a key-value head, as Mistral has."""
    from transformers import MistralConfig, MistralForCausalLM

    torch.manual_seed(0)
    config = MistralConfig(
        vocab_size=512,
        hidden_size=hidden,
        intermediate_size=hidden * 7 // 2,
        num_hidden_layers=_LAYERS,
        num_attention_heads=8,
        num_key_value_heads=2,
    )
    return MistralForCausalLM(config).eval().requires_grad_(False)


def main(rounds: int = 31, *hidden: int) -> int:
    """Print a table for each width; 3 when a bound is missed."""
    logging.getLogger("bitsandbytes").setLevel(logging.ERROR)  # its import tells of kernels that are optional
    missed = []
    for width in hidden or (256, 768):
        with tempfile.TemporaryDirectory() as folder:
            outcome = bench(width, rounds, Path(folder))
        print(outcome.as_text() + "\n", flush=True)
        missed += outcome.missed
    return 3 if missed else 0


def bench(hidden: int, rounds: int, storage: Path) -> Outcome:
    """Measure one width, ours and peft's on models of their own, one after the other."""
    model = mistral(hidden)
    adapters = [random_adapter(model, storage, name, seed=seed) for seed, name in enumerate(_NAMES)]
    expected = {None: _logits(model), **{one.name: _logits(plain(mistral(hidden), one)) for one in adapters[:3]}}
    gc.collect()
    theirs = _plain_rounds(mistral(hidden), adapters[:2], rounds)
    gc.collect()
    time.sleep(_SETTLING)
    residents = Residents(loaded(model), storage, len(_NAMES), 256)
    loading = [_ms(lambda name=name: _enter(residents, name)) for name in _NAMES[:3]]
    modules, apart = _modules(model), _apart(residents, expected)
    evicting = _ms(lambda: residents.evict(_NAMES[2]))
    there, back = _our_rounds(residents, _NAMES[:2], rounds)
    for name in _NAMES:
        _enter(residents, name)
    there_of_eight, back_of_eight = _our_rounds(residents, _NAMES, rounds)
    both = [sum(pair) for pair in zip(there, back, strict=True)]
    return Outcome(
        f"switch: hidden {hidden}, {rounds} rounds",
        [Row("there and back, 2 loaded; plain: peft's", "ms", both, theirs)],
        [
            Fact("LoRA modules", modules, "", wanted=_LAYERS * 7),
            Fact("largest difference to a fresh load", apart, "", wanted=0),
            Fact("to an adapter, 2 loaded", statistics.median(there), "ms", most=_BOUND),
            Fact("back to the base, 2 loaded", statistics.median(back), "ms", most=_BOUND),
            Fact("to an adapter, 8 loaded", statistics.median(there_of_eight), "ms", most=_BOUND),
            Fact("back to the base, 8 loaded", statistics.median(back_of_eight), "ms", most=_BOUND),
            Fact("slowest round, 2 loaded", max(both), "ms"),
            Fact("loading the first, layers wrapped for it", loading[0], "ms"),
            Fact("loading a third", loading[2], "ms"),
            Fact("evicting it", evicting, "ms"),
            Fact("bytes of one adapter", adapters[0].bytes, "B"),
        ],
    )


def _our_rounds(residents: Residents, names: Sequence[str], rounds: int) -> tuple[list[float], list[float]]:
    """Milliseconds to each of the adapters in turn, and back."""
    there, back = [], []
    for at in range(rounds + 1):
        block = residents.active(names[at % len(names)])
        there.append(_ms(block.__enter__))
        back.append(_ms(lambda block=block: block.__exit__(None, None, None)))
    return there[1:], back[1:]


def _plain_rounds(model: Any, adapters: Sequence[Adapter], rounds: int) -> list[float]:
    """peft's own way to the same: set_adapter, then disable_adapter for what the base says."""
    peft_model = plain(model, adapters[0])
    peft_model.load_adapter(str(adapters[1].folder), "other", torch_device="cpu")

    def there_and_back(name: str) -> None:
        peft_model.set_adapter(name, inference_mode=True)
        with peft_model.disable_adapter():
            pass

    names = ("default", "other")
    return [_ms(lambda at=at: there_and_back(names[at % 2])) for at in range(rounds + 1)][1:]


def _apart(residents: Residents, expected: dict[str | None, torch.Tensor]) -> float:
    """The largest difference of any output, to and fro."""
    differences = []
    for name in (*expected, *reversed(list(expected)), *expected):
        with residents.active(name) as model:
            differences.append((_logits(model) - expected[name]).abs().max().item())
    return max(differences)


def _enter(residents: Residents, name: str) -> None:
    with residents.active(name):
        pass


def _logits(model: Any) -> torch.Tensor:
    with torch.no_grad():
        return model(input_ids=_IDS).logits


def _modules(model: Any) -> int:
    from peft.tuners.lora import LoraLayer

    return sum(isinstance(module, LoraLayer) for module in model.modules())


def _ms(what: Callable[[], object]) -> float:
    start = time.perf_counter()
    what()
    return (time.perf_counter() - start) * 1000


if __name__ == "__main__":
    sys.exit(main(*map(int, sys.argv[1:])))
