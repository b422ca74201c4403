"""An adapter's files: whatever is damaged, unsafe or no plain LoRA is refused, by file and field."""

from __future__ import annotations

import struct
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kb.errors import AdapterError
from kb.models.adapters import check, discover, find
from kb.models.cards import CARD, write_card
from kb.models.lora import CONFIG, WEIGHTS, read_lora
from tests.models.adapters_fixtures import BASE_DIGEST, card
from tests.models.lora_files import LINEAR, adapter, change, load, save


def _truncated(folder: Path) -> None:
    content = (folder / WEIGHTS).read_bytes()
    (folder / WEIGHTS).write_bytes(content[:-7])


def _long_header(folder: Path) -> None:
    (folder / WEIGHTS).write_bytes(struct.pack("<Q", 1 << 60) + b"{}")


def _deep_header(folder: Path) -> None:
    text = b"[" * 100_000
    (folder / WEIGHTS).write_bytes(struct.pack("<Q", len(text)) + text)


def _renamed(old: str, new: str) -> Callable[[Path], None]:
    def rename(folder: Path) -> None:
        save(folder, {name.replace(old, new): array for name, array in load(folder).items()})

    return rename


def _first(array: Callable[[np.ndarray], np.ndarray]) -> Callable[[Path], None]:
    def replace(folder: Path) -> None:
        tensors = load(folder)
        name = min(tensors)
        save(folder, {**tensors, name: array(tensors[name])})

    return replace


def _one_missing(folder: Path) -> None:
    tensors = load(folder)
    del tensors[min(tensors)]
    save(folder, tensors)


def _file(name: str) -> Callable[[Path], None]:
    def write(folder: Path) -> None:
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_bytes(b"x")

    return write


def _link(name: str, target: str) -> Callable[[Path], None]:
    def link(folder: Path) -> None:
        (folder / name).unlink(missing_ok=True)
        (folder / name).symlink_to(target)

    return link


def _without(name: str) -> Callable[[Path], None]:
    return lambda folder: (folder / name).unlink()


def _config(**values: Any) -> Callable[[Path], None]:
    return lambda folder: change(folder, **values)


DAMAGE: dict[str, tuple[Callable[[Path], None], str]] = {
    "pickled weights": (_file("adapter_model.bin"), "adapter_model.bin could run code"),
    "what trainers leave": (_file("training_args.bin"), "training_args.bin could run code"),
    "pickle below": (_file("checkpoint-1/optimizer.PT"), "optimizer.PT could run code"),
    "code": (_file("modeling.py"), "modeling.py could run code"),
    "no weights": (_without(WEIGHTS), f"has no {WEIGHTS}"),
    "no configuration": (_without(CONFIG), f"has no {CONFIG}"),
    "a link out": (_link(WEIGHTS, "/etc/passwd"), "leads out of its folder"),
    "a link in a circle": (_link("x", "x"), "leads out of its folder"),
    "truncated": (_truncated, "is damaged: its header describes"),
    "impossible header": (_long_header, "is damaged: its header is cut off"),
    "nested header": (_deep_header, "is damaged"),
    "half a pair": (_one_missing, "has no lora_A"),
    "ranks that differ": (_first(lambda a: np.vstack([a, a])), "has rank 4 in lora_A, 2 in lora_B"),
    "no matrix": (_first(lambda a: a.ravel()), r"is F32 \[16\]; a matrix"),
    "integers": (_first(lambda a: a.astype(np.int8)), "is I8"),
    "DoRA weights": (_renamed("lora_B.weight", "lora_magnitude_vector"), "is no weight of plain LoRA"),
    "whole modules": (_renamed("self_attn.q_proj.lora_A.weight", "norm.weight"), "is no weight of plain LoRA"),
    "another method": (_config(peft_type="IA3"), "peft_type is 'IA3'; only LORA"),
    "no method": (_config(peft_type=None), "peft_type is None"),
    "unknown key": (_config(evil="x"), "'evil' is not known here"),
    "DoRA": (_config(use_dora=True), "use_dora is True; only plain LoRA"),
    "whole modules said": (_config(modules_to_save=["lm_head"]), "modules_to_save is"),
    "biases": (_config(bias="all"), "bias is 'all'"),
    "code by configuration": (_config(megatron_config={"a": 1}, megatron_core="evil"), "megatron_config is"),
    "layers copied": (_config(layer_replication=[[0, 4]]), "layer_replication is"),
    "foreign classes": (_config(auto_mapping={"parent_library": "evil"}), "names classes of 'evil'"),
    "foreign classes alike": (_config(auto_mapping={"parent_library": "transformers_evil"}), "names classes of"),
    "a base that is changed": (_config(init_lora_weights="pissa"), "'pissa', which changes the base model"),
    "another task": (_config(task_type="SEQ_CLS"), "task_type is 'SEQ_CLS'"),
    "no rank": (_config(r=None), "r must be a whole number"),
    "rank of nothing": (_config(r=0), "r must be a whole number"),
    "rank that is a lie": (_config(r=8), "has rank 2 in lora_A, 2 in lora_B and 8 in"),
    "rank that is a lie for some": (_config(rank_pattern={"q_proj": 4}), "and 4 in adapter_config.json"),
    "alpha that is none": (_config(lora_alpha="x"), "lora_alpha must be a number"),
    "a pattern for ever": (_config(rank_pattern={"(a+)+$": 2}), r"rank_pattern holds '\(a\+\)\+\$'"),
    "alpha of nothing": (_config(alpha_pattern={"q_proj": 0}), "alpha_pattern.q_proj must be a number"),
    "no targets": (_config(target_modules=None), "target_modules must be names"),
    "no JSON": (lambda folder: (folder / CONFIG).write_text("{"), "adapter_config.json is no JSON"),
    "a list": (lambda folder: (folder / CONFIG).write_text("[]"), "is no JSON object"),
    "a card of nonsense": (lambda folder: (folder / CARD).write_text("{}"), r"card.json: schema is None"),
    "another's card": (lambda folder: write_card(card("cite"), folder / CARD), "name is cite"),
}


@pytest.mark.parametrize("case", DAMAGE)
def test_a_bad_adapter_is_refused_with_its_reason_and_hides_no_other(tmp_path: Path, case: str) -> None:
    damage, why = DAMAGE[case]
    for name in ("a", "bad", "z"):
        adapter(tmp_path, name)
    damage(tmp_path / "bad")

    found = {one.name: one.state for one in discover(tmp_path)}

    assert found == {"a": "unjudged", "bad": "refused", "z": "unjudged"}
    with pytest.raises(AdapterError, match=why) as refused:
        find(tmp_path, "bad")
    assert "bad" in str(refused.value)
    (listed,) = (one for one in discover(tmp_path) if one.name == "bad")
    assert listed.why == str(refused.value)
    with pytest.raises(AdapterError, match=why):
        check(listed, BASE_DIGEST, LINEAR, 256)


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=5,
)
_KEYS = (
    "peft_type", "r", "lora_alpha", "use_rslora", "rank_pattern", "alpha_pattern", "target_modules", "auto_mapping",
    "init_lora_weights", "task_type", "bias", "exclude_modules", "layers_to_transform", "use_dora",
)  # fmt: skip


@settings(deadline=None)
@given(st.dictionaries(st.sampled_from(_KEYS), _JSON, min_size=1, max_size=2))
def test_any_configuration_is_read_or_refused(tmp_path_factory: pytest.TempPathFactory, config: dict[str, Any]) -> None:
    folder = adapter(tmp_path_factory.mktemp("any"), **config)
    try:
        lora = read_lora(folder)
    except AdapterError:
        return
    assert lora.rank >= 2
    assert all(lora.scale(module) > 0 for module in lora.pairs)


@settings(deadline=None)
@given(st.data())
def test_any_change_of_the_header_is_read_or_refused(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    folder = adapter(tmp_path_factory.mktemp("any"))
    content = bytearray((folder / WEIGHTS).read_bytes())
    for _ in range(data.draw(st.integers(1, 4))):
        content[data.draw(st.integers(0, 700))] = data.draw(st.integers(0, 255))
    (folder / WEIGHTS).write_bytes(content)

    try:
        lora = check(find(folder.parent, "math"), BASE_DIGEST, LINEAR, 256)
    except AdapterError:
        return
    assert {module: (pair.inputs, pair.outputs) for module, pair in lora.pairs.items()} == LINEAR
