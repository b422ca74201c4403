"""Which adapters stay loaded: within count and bytes, as they are on disk now, and never one that is broken."""

from __future__ import annotations

import gc
import shutil
import weakref
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import torch

from kb.errors import AdapterError, MemoryPlanError
from kb.models.adapters import Adapter
from kb.models.lora import WEIGHTS
from kb.models.lora_layers import LoraLayers
from tests.models.adapters_fixtures import card, loaded, logits, plain, random_adapter, residents, under, with_card
from tests.models.tiny_language import tiny


class _Memory:
    """Weights of adapters that are still somewhere in memory."""

    def __init__(self, model: Any) -> None:
        self._model = model
        self._seen: list[weakref.ref[torch.Tensor]] = []

    def look(self) -> None:
        self._seen += [weakref.ref(weights) for name, weights in self._model.named_parameters() if "lora_" in name]

    def bytes(self) -> int:
        gc.collect()
        alive = {id(weights): weights for reference in self._seen if (weights := reference()) is not None}
        return sum(weights.nbytes for weights in alive.values())


def test_the_longest_unused_goes_when_there_are_too_many(tmp_path: Path) -> None:
    model = tiny("chatml")[0]
    made = {name: random_adapter(model, tmp_path, name, seed=seed) for seed, name in enumerate("abc")}
    ours, memory, before = residents(tmp_path, model, most=2), _Memory(model), logits(model)

    first = under(ours, "a")
    memory.look()
    under(ours, "b")
    memory.look()
    under(ours, "a")
    assert ours.names() == ("b", "a")
    under(ours, "c")
    memory.look()

    assert ours.names() == ("a", "c")
    assert memory.bytes() == made["a"].bytes + made["c"].bytes
    assert torch.equal(under(ours, "a"), first)
    assert torch.equal(under(ours, None), before)


def test_the_longest_unused_go_when_bytes_run_short(tmp_path: Path) -> None:
    model = tiny("chatml")[0]
    small = [random_adapter(model, tmp_path, name, rank=2, seed=seed) for seed, name in enumerate("abcd")]
    large = random_adapter(model, tmp_path, "large", rank=5)
    assert large.bytes == 2.5 * small[0].bytes
    ours, memory = residents(tmp_path, model, room=4 * small[0].bytes), _Memory(model)

    for name in "abcd":
        under(ours, name)
        memory.look()
    assert ours.names() == ("a", "b", "c", "d")
    under(ours, "large")
    memory.look()

    assert ours.names() == ("d", "large")
    assert memory.bytes() == small[0].bytes + large.bytes


def test_an_adapter_that_is_larger_than_the_room_is_refused_and_none_makes_way(tmp_path: Path) -> None:
    model = tiny("chatml")[0]
    small, large = random_adapter(model, tmp_path, "a", rank=2), random_adapter(model, tmp_path, "large", rank=9)
    ours = residents(tmp_path, model, room=large.bytes - 1)
    under(ours, "a")

    with pytest.raises(MemoryPlanError, match=f"takes {large.bytes:,} bytes, and {large.bytes - 1:,} are left"):
        under(ours, "large")

    assert ours.names() == ("a",)
    assert small.bytes < large.bytes


def test_evicting_frees_the_memory_and_the_last_leaves_the_model_as_it_was(tmp_path: Path) -> None:
    model = tiny("chatml")[0]
    modules = [(name, type(module)) for name, module in model.named_modules()]
    for name in "ab":
        random_adapter(model, tmp_path, name)
    ours, memory = residents(tmp_path, model), _Memory(model)
    for name in "ab":
        under(ours, name)
    memory.look()

    ours.evict("a")
    ours.evict("a")
    ours.evict("unknown")
    assert ours.names() == ("b",)
    half = memory.bytes()
    ours.evict("b")

    assert (half > 0, memory.bytes()) == (True, 0)
    assert [(name, type(module)) for name, module in model.named_modules()] == modules
    assert torch.equal(
        under(ours, "a"), logits(plain(tiny("chatml")[0], random_adapter(tiny("chatml")[0], tmp_path, "a")))
    )


def test_an_adapter_that_changed_on_disk_is_loaded_anew(tmp_path: Path) -> None:
    model = tiny("chatml")[0]
    random_adapter(model, tmp_path, "a", seed=1)
    random_adapter(model, tmp_path / "elsewhere", "new", seed=2)
    ours = residents(tmp_path, model)
    old = under(ours, "a")

    shutil.copyfile(tmp_path / "elsewhere" / "new" / WEIGHTS, tmp_path / "a" / WEIGHTS)

    under(residents(tmp_path / "elsewhere", tiny("chatml")[0]), "new")
    assert torch.equal(under(ours, "a"), under(residents(tmp_path / "elsewhere", tiny("chatml")[0]), "new"))
    assert not torch.equal(under(ours, "a"), old)
    assert ours.names() == ("a",)


def test_a_file_that_is_overwritten_does_not_change_what_is_loaded(tmp_path: Path) -> None:
    """The weights are in memory of their own: neither a map that changes under way nor one that became too short."""
    model = tiny("chatml")[0]
    adapter = random_adapter(model, tmp_path, "a")
    ours = residents(tmp_path, model)

    with ours.active("a") as speaking:
        before = logits(speaking)
        with (adapter.folder / WEIGHTS).open("r+b") as file:
            file.write(bytes(4096))
            file.truncate(4096)
        assert torch.equal(logits(speaking), before)


def test_an_adapter_that_went_from_disk_is_no_longer_used(tmp_path: Path) -> None:
    model = tiny("chatml")[0]
    adapter, before = random_adapter(model, tmp_path, "a"), logits(model)
    ours = residents(tmp_path, model)
    under(ours, "a")

    shutil.rmtree(adapter.folder)

    with pytest.raises(AdapterError, match="There is no adapter 'a'"):
        under(ours, "a")
    assert ours.names() == ()
    assert torch.equal(under(ours, None), before)


def test_an_adapter_that_changes_while_it_is_loaded_is_not_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    model = tiny("chatml")[0]
    random_adapter(model, tmp_path, "a", seed=1)
    before, add = logits(model), LoraLayers.add

    def changing(layers: LoraLayers, *arguments: Any) -> str:
        random_adapter(tiny("chatml")[0], tmp_path, "a", seed=2)
        return add(layers, *arguments)

    monkeypatch.setattr(LoraLayers, "add", changing)
    ours = residents(tmp_path, model)

    with pytest.raises(AdapterError, match="changed while it was loaded"):
        under(ours, "a")
    assert ours.names() == ()
    assert torch.equal(under(ours, None), before)


def _spoil(adapter: Adapter, value: float) -> None:
    from safetensors.torch import load_file, save_file

    tensors = load_file(adapter.folder / WEIGHTS)
    list(tensors.values())[-1][-1, -1] = value
    save_file(tensors, adapter.folder / WEIGHTS)


@pytest.mark.parametrize("value", [float("nan"), float("inf"), float("-inf")])
def test_weights_that_are_not_finite_are_refused_before_another_makes_way(tmp_path: Path, value: float) -> None:
    model = tiny("chatml")[0]
    random_adapter(model, tmp_path, "good")
    _spoil(random_adapter(model, tmp_path, "bad"), value)
    ours = residents(tmp_path, model, most=1)
    under(ours, "good")

    with pytest.raises(AdapterError, match=r"bad.* holds values that are not finite"):
        under(ours, "bad")

    assert ours.names() == ("good",)


def _another_base(storage: Path) -> None:
    with_card(random_adapter(tiny("chatml")[0], storage, "bad"), base="owner/other", base_digest="1" * 64)


def _another_shape(storage: Path) -> None:
    random_adapter(tiny("phi")[0], storage, "bad")


def _another_family(storage: Path) -> None:
    random_adapter(tiny("t5")[0], storage, "bad")


def _too_large(storage: Path) -> None:
    random_adapter(tiny("chatml")[0], storage, "bad", rank=257)


@pytest.mark.parametrize(
    ("make", "why"),
    [
        (_another_base, "was made for owner/other"),
        (_another_shape, "which this model has not"),
        (_another_family, "which this model has not"),
        (_too_large, "has rank 257"),
    ],
)
def test_what_does_not_belong_is_refused_and_the_others_go_on(
    tmp_path: Path, make: Callable[[Path], None], why: str
) -> None:
    model = tiny("chatml")[0]
    with_card(random_adapter(model, tmp_path, "good"))
    make(tmp_path)
    ours = residents(tmp_path, model)
    good, before = under(ours, "good"), under(ours, None)

    with pytest.raises(AdapterError, match=why):
        under(ours, "bad")

    assert torch.equal(under(ours, "good"), good)
    assert torch.equal(under(ours, None), before)


@pytest.mark.parametrize("first", [True, False])
def test_a_failure_in_the_middle_of_loading_leaves_the_model_as_it_was(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, first: bool
) -> None:
    model = tiny("chatml")[0]
    for name in "ab":
        random_adapter(model, tmp_path, name, seed=ord(name))
    ours, before = residents(tmp_path, model), logits(model)
    good = None if first else under(ours, "a")
    fill = LoraLayers._fill
    calls = iter(range(100))

    def failing(layers: LoraLayers, *arguments: Any) -> None:
        if next(calls) == 5:
            raise torch.OutOfMemoryError("no room")
        fill(layers, *arguments)

    monkeypatch.setattr(LoraLayers, "_fill", failing)
    with pytest.raises(torch.OutOfMemoryError):
        under(ours, "b")
    monkeypatch.undo()

    assert torch.equal(logits(model), before)
    assert not any(weights.is_meta for weights in model.parameters())
    assert ours.names() == (() if first else ("a",))
    if good is not None:
        assert torch.equal(under(ours, "a"), good)
    assert torch.equal(under(ours, "b"), under(residents(tmp_path, tiny("chatml")[0]), "b"))


def test_a_card_of_this_base_is_taken(tmp_path: Path) -> None:
    model = tiny("chatml")[0]
    assert card("a").base_digest == loaded(model).base_digest
    with_card(random_adapter(model, tmp_path, "a"))

    assert not torch.equal(under(residents(tmp_path, model), "a"), logits(model))
