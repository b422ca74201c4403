"""Merged copies: what peft merges, to the bit; the loaded model has no part in it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import torch
from safetensors.torch import load_file

from kb.errors import AdapterError, StorageError
from kb.models.loading import Precision, Source, load, prepare_language_model
from kb.models.merging import export_merged
from kb.models.residents import Residents
from tests.models.adapters_fixtures import BASE_DIGEST, logits, plain, random_adapter, with_card
from tests.models.tiny_language import Kind, tiny, write

PLAIN = Precision("none", "float32")


def source(kind: Kind, folder: Path) -> Source:
    return Source(kind, write(kind, folder), BASE_DIGEST, PLAIN)


def tensors(folder: Path) -> dict[str, torch.Tensor]:
    return {name: values for path in folder.glob("*.safetensors") for name, values in load_file(path).items()}


def same(ours: dict[str, torch.Tensor], theirs: Any) -> None:
    """Every tensor is the one of a model in memory, rounded to bfloat16."""
    expected = {name: values for name, values in theirs.state_dict().items() if name in ours}
    assert expected.keys() == ours.keys()
    for name, values in ours.items():
        assert values.dtype == torch.bfloat16
        assert torch.equal(values, expected[name].to(torch.bfloat16)), name


@pytest.mark.parametrize("kind", ["mistral", "phi", "t5"])
def test_a_merged_copy_is_what_peft_merges(tmp_path: Path, kind: Kind) -> None:
    base = source(kind, tmp_path / "base")
    adapter = random_adapter(tiny(kind)[0], tmp_path, "a", rank=3, lora_alpha=5, use_rslora=True)

    merged = export_merged(adapter, base, tmp_path / "merged")

    same(tensors(merged), plain(tiny(kind)[0], adapter).merge_and_unload())
    assert len(tensors(merged)) == len(tensors(base.folder))


def test_a_merged_copy_speaks_like_the_adapter(tmp_path: Path) -> None:
    """Its logits are as near to the adapter's as rounding to bfloat16 alone allows: 8 bits of mantissa."""
    base = source("mistral", tmp_path / "base")
    adapter = random_adapter(tiny("mistral")[0], tmp_path, "a", size=0.1)
    expected = logits(plain(tiny("mistral")[0], adapter))
    rounded = plain(tiny("mistral")[0], adapter).merge_and_unload()
    for weights in rounded.parameters():
        weights.data = weights.data.to(torch.bfloat16).to(torch.float32)

    merged = Source("merged", export_merged(adapter, base, tmp_path / "merged"), "", PLAIN)
    opened = load(merged, "cpu")

    ours = logits(opened.model)
    assert torch.equal(ours, logits(rounded))
    apart = (logits(tiny("mistral")[0]) - expected).abs().max()
    assert (ours - expected).abs().max() < 0.1 * apart
    assert json.loads((merged.folder / "config.json").read_text())["dtype"] == "bfloat16"
    assert opened.tokenizer("Who?")["input_ids"] == tiny("mistral")[1]("Who?")["input_ids"]


def test_a_base_in_4_bits_is_unpacked(tmp_path: Path) -> None:
    folder = write("mistral", tmp_path / "base")
    precision = Precision("nf4", "float32")
    base = prepare_language_model(str(folder), tmp_path / "models", precision, download=False)
    adapter = random_adapter(tiny("mistral")[0], tmp_path, "a")

    merged = export_merged(adapter, base, tmp_path / "merged")

    unpacked = load(base, "cpu").model.dequantize()
    same(tensors(merged), plain(unpacked, adapter).merge_and_unload())
    assert "quantization_config" not in json.loads((merged / "config.json").read_text())


def test_the_loaded_model_has_no_part_in_it(tmp_path: Path) -> None:
    base = source("chatml", tmp_path / "base")
    adapter = random_adapter(tiny("chatml")[0], tmp_path / "adapters", "a")
    opened = load(base, "cpu")
    ours = Residents(opened, tmp_path / "adapters", 8, 256)
    before = logits(opened.model)
    with ours.active("a") as speaking:
        under = logits(speaking)
        weights = {name: values.clone() for name, values in speaking.state_dict().items()}

        export_merged(adapter, base, tmp_path / "merged")

        assert torch.equal(logits(speaking), under)
        assert all(torch.equal(values, weights[name]) for name, values in speaking.state_dict().items())
    assert torch.equal(logits(opened.model), before)


def test_a_large_copy_comes_in_several_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    base = source("chatml", tmp_path / "base")
    adapter = random_adapter(tiny("chatml")[0], tmp_path, "a")
    whole = tensors(export_merged(adapter, base, tmp_path / "whole"))
    monkeypatch.setattr("kb.models.merging._SHARD", 20_000)

    parts = export_merged(adapter, base, tmp_path / "parts")

    assert len(list(parts.glob("model-*-of-*.safetensors"))) > 2
    both = tensors(parts)
    assert both.keys() == whole.keys()
    assert all(torch.equal(values, whole[name]) for name, values in both.items())
    opened = [load(Source("merged", folder, "", PLAIN), "cpu").model for folder in (parts, tmp_path / "whole")]
    assert torch.equal(*map(logits, opened))


def test_what_does_not_fit_is_not_merged(tmp_path: Path) -> None:
    base = source("chatml", tmp_path / "base")
    other = with_card(random_adapter(tiny("chatml")[0], tmp_path, "other"), base_digest="1" * 64)
    phi = random_adapter(tiny("phi")[0], tmp_path, "phi")

    with pytest.raises(AdapterError, match="was made for tiny, and this model has other weights"):
        export_merged(other, base, tmp_path / "merged")
    with pytest.raises(AdapterError, match="which this model has not"):
        export_merged(phi, base, tmp_path / "merged")
    assert not (tmp_path / "merged").exists()


def test_what_is_there_is_never_replaced(tmp_path: Path) -> None:
    base = source("chatml", tmp_path / "base")
    adapter = random_adapter(tiny("chatml")[0], tmp_path, "a")
    (tmp_path / "merged").mkdir()

    with pytest.raises(StorageError, match="is there already"):
        export_merged(adapter, base, tmp_path / "merged")


def test_a_disk_that_fills_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    base = source("chatml", tmp_path / "base")
    adapter = random_adapter(tiny("chatml")[0], tmp_path / "adapters", "a")
    (tmp_path / "out").mkdir()

    def full(path: Path, values: Any) -> int:
        path.write_bytes(b"half")
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("kb.models.merging.write", full)
    with pytest.raises(StorageError, match="has no room left"):
        export_merged(adapter, base, tmp_path / "out" / "merged")

    assert list((tmp_path / "out").iterdir()) == []


def test_progress_counts_every_tensor(tmp_path: Path) -> None:
    base = source("chatml", tmp_path / "base")
    seen: list[tuple[str, int, int]] = []

    export_merged(
        random_adapter(tiny("chatml")[0], tmp_path, "a"), base, tmp_path / "merged", lambda *facts: seen.append(facts)
    )

    total = len(tensors(base.folder))
    assert seen == [("merging", done, total) for done in range(total + 1)]
