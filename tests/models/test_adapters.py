"""Adapters on disk: which there are, and what fits which base. No model library is needed."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from kb.errors import AdapterError
from kb.models.adapters import Adapter, check, discover, find
from kb.models.cards import CARD, write_card
from kb.models.lora import WEIGHTS
from tests.models.adapters_fixtures import BASE_DIGEST, card
from tests.models.lora_files import LINEAR, adapter, change, load, save


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


def test_looking_at_adapters_loads_no_model_library() -> None:
    code = (
        "import sys, kb.models.adapters, kb.models.residents; print([m for m in ('torch', 'peft') if m in sys.modules])"
    )

    said = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert said.stdout.strip() == "[]"
