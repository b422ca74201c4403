"""Adapters on disk: what is found, what is refused and why, what fits which base. No model library is needed."""

from __future__ import annotations

import json
import os
import shutil
import struct
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kb.errors import AdapterError
from kb.models.adapters import Adapter, check, discover, find
from kb.models.cards import CARD, write_card
from kb.models.lora import CONFIG, WEIGHTS, read_lora
from tests.models.adapters_fixtures import BASE_DIGEST, card

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


def test_every_state_is_told_apart(tmp_path: Path) -> None:
    for name in ("bare", "failed", "math", "scoreless", "summarize.rejected"):
        adapter(tmp_path, name)
    write_card(card("math"), tmp_path / "math" / CARD)
    write_card(card("failed", passed=False, reasons=("accuracy .2",)), tmp_path / "failed" / CARD)
    write_card(card("scoreless", passed=False, scores={}), tmp_path / "scoreless" / CARD)
    write_card(card("summarize"), tmp_path / "summarize.rejected" / CARD)
    (tmp_path / ".incoming-x").mkdir()
    (tmp_path / "notes.txt").write_text("no adapter")

    found = {one.name: (one.state, one.why) for one in discover(tmp_path)}

    assert found == {
        "bare": ("unjudged", "it has no card.json, so nothing is known about it"),
        "failed": ("rejected", "accuracy .2"),
        "math": ("passed", ""),
        "scoreless": ("unjudged", "it was not judged yet"),
        "summarize.rejected": ("rejected", "it did not pass"),
    }
    assert discover(tmp_path / "nowhere") == ()


def test_what_is_known_of_an_adapter(tmp_path: Path) -> None:
    adapter(tmp_path, rank=3)

    found = find(tmp_path, "math")

    assert (found.rank, found.targets) == (3, ("q_proj", "v_proj"))
    assert found.bytes == 4 * sum(array.size for array in load(tmp_path / "math").values())


def test_half_precision_weights_count_as_what_they_take_when_loaded(tmp_path: Path) -> None:
    folder = adapter(tmp_path)
    full = find(tmp_path, "math").bytes
    save(folder, {name: array.astype(np.float16) for name, array in load(folder).items()})

    assert find(tmp_path, "math").bytes == full


def test_the_digest_is_of_configuration_and_weights(tmp_path: Path) -> None:
    folder = adapter(tmp_path)
    first = find(tmp_path, "math").digest
    shutil.copytree(folder, tmp_path / "copy")
    assert find(tmp_path, "copy").digest == first

    write_card(card("math"), folder / CARD)
    assert find(tmp_path, "math").digest == first

    change(folder, lora_alpha=5)
    second = find(tmp_path, "math").digest
    tensors = load(folder)
    tensors[next(iter(tensors))][0, 0] += 1
    save(folder, tensors)
    assert len({first, second, find(tmp_path, "math").digest}) == 3


def test_a_change_of_one_byte_that_keeps_size_and_time_is_seen(tmp_path: Path) -> None:
    folder = adapter(tmp_path)
    before, facts = find(tmp_path, "math").digest, (folder / WEIGHTS).stat()
    content = bytearray((folder / WEIGHTS).read_bytes())
    content[-1] ^= 1
    with (folder / WEIGHTS).open("r+b") as file:
        file.write(content)
    os.utime(folder / WEIGHTS, ns=(facts.st_atime_ns, facts.st_mtime_ns))

    assert find(tmp_path, "math").digest != before


def test_files_that_stay_are_not_read_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kb.models.adapters._SETTLED", 0)
    adapter(tmp_path)
    first = find(tmp_path, "math")
    monkeypatch.setattr("kb.models.adapters.sha256", lambda path: pytest.fail(f"{path} was read again"))

    assert find(tmp_path, "math") is first


@pytest.mark.parametrize(
    "name", ["..", ".", "", "../math", "a/b", "/etc", ".hidden", "math/../math", "a\0b", "x" * 65, "m\n", "a.b", "ก"]
)
def test_a_name_that_is_none_finds_nothing(tmp_path: Path, name: str) -> None:
    adapter(tmp_path / "adapters")
    adapter(tmp_path, "outside")

    with pytest.raises(AdapterError, match=r"There is no adapter .*There are: math"):
        find(tmp_path / "adapters", name)


def test_an_unknown_name_names_those_there(tmp_path: Path) -> None:
    adapter(tmp_path, "math")
    adapter(tmp_path, "cite.rejected")

    with pytest.raises(
        AdapterError, match=r"There is no adapter 'maths'\. Did you mean math\? There are: cite.rejected"
    ):
        find(tmp_path, "maths")
    with pytest.raises(AdapterError, match="There are none in"):
        find(tmp_path / "empty", "math")


@pytest.mark.parametrize("name", ["auto", "none", "none.rejected", "with space", "a.b"])
def test_a_folder_with_an_impossible_name_is_listed_as_refused(tmp_path: Path, name: str) -> None:
    adapter(tmp_path, name)

    (found,) = discover(tmp_path)

    assert (found.state, found.name) == ("refused", name)
    assert "cannot be the name of an adapter" in found.why


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


def test_a_folder_that_is_a_link_out_of_storage_is_refused(tmp_path: Path) -> None:
    adapter(tmp_path / "elsewhere")
    (tmp_path / "adapters").mkdir()
    (tmp_path / "adapters" / "math").symlink_to(tmp_path / "elsewhere" / "math")

    with pytest.raises(AdapterError, match="leads out of"):
        find(tmp_path / "adapters", "math")


def test_an_adapter_of_the_shapes_of_its_base_fits(tmp_path: Path) -> None:
    adapter(tmp_path, rank=3, use_rslora=True, alpha_pattern={"layers.1.self_attn.v_proj": 9})

    lora = check(find(tmp_path, "math"), BASE_DIGEST, LINEAR, 3)

    assert {module: (pair.inputs, pair.outputs) for module, pair in lora.pairs.items()} == LINEAR
    assert lora.scale("model.layers.0.self_attn.v_proj") == 4 / 3**0.5
    assert lora.scale("model.layers.1.self_attn.v_proj") == 9 / 3**0.5


def _not_fitting(tmp_path: Path, found: Adapter, linear: dict[str, tuple[int, int]], most: int = 256) -> str:
    with pytest.raises(AdapterError) as refused:
        check(found, BASE_DIGEST, linear, most)
    return str(refused.value)


def test_an_adapter_of_another_base_does_not_fit(tmp_path: Path) -> None:
    folder = adapter(tmp_path)
    bare = find(tmp_path, "math")
    write_card(card("math", base="owner/model", base_digest="1" * 64), folder / CARD)

    said = _not_fitting(tmp_path, find(tmp_path, "math"), LINEAR)
    assert "was made for owner/model, and this model has other weights" in said

    fewer = {module: shape for module, shape in LINEAR.items() if ".1." not in module}
    assert "which this model has not as a linear module" in _not_fitting(tmp_path, bare, fewer)
    wider = dict.fromkeys(LINEAR, (9, 6))
    assert "of 8 inputs and 6 outputs; this model's has 9 and 6" in _not_fitting(tmp_path, bare, wider)
    more = {**LINEAR, "model.layers.2.self_attn.q_proj": (8, 6)}
    assert "it changes model.layers.2.self_attn.q_proj, and its file has no weights" in _not_fitting(
        tmp_path, bare, more
    )


def test_a_rank_above_the_cap_is_refused_wherever_it_is_said(tmp_path: Path) -> None:
    adapter(tmp_path, "large", rank=10_000)
    adapter(tmp_path, "hidden", rank_pattern={"of_nothing": 10_000})

    assert "has rank 10,000, and adapters.most_rank is 256" in _not_fitting(tmp_path, find(tmp_path, "large"), LINEAR)
    assert "has rank 10,000, and adapters.most_rank is 256" in _not_fitting(tmp_path, find(tmp_path, "hidden"), LINEAR)


def test_weights_that_hide_a_rank_are_refused(tmp_path: Path) -> None:
    """Rank 10,000 in one module of the file, while the configuration speaks of 2."""
    folder = adapter(tmp_path)
    tensors = load(folder)
    module = "base_model.model.model.layers.0.self_attn.q_proj"
    tensors[f"{module}.lora_A.weight"] = np.zeros((10_000, 8), np.float32)
    tensors[f"{module}.lora_B.weight"] = np.zeros((6, 10_000), np.float32)
    save(folder, tensors)
    with pytest.raises(AdapterError, match="has rank 10000 in lora_A"):
        find(tmp_path, "math")

    change(folder, rank_pattern={"layers.0.self_attn.q_proj": 10_000})
    assert "has rank 10,000" in _not_fitting(tmp_path, find(tmp_path, "math"), LINEAR)


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


def test_looking_at_adapters_loads_no_model_library() -> None:
    code = (
        "import sys, kb.models.adapters, kb.models.residents; print([m for m in ('torch', 'peft') if m in sys.modules])"
    )

    said = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert said.stdout.strip() == "[]"
