"""Four bits, made once: the same bits as transformers and bitsandbytes make on the fly, whatever happens meanwhile."""

from __future__ import annotations

import dataclasses
import errno
import importlib
import json
import os
import resource
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import torch

from kb.errors import ModelUnavailable, StorageError
from kb.models import folders, quantise
from kb.models.checkpoint import vet
from kb.models.loading import Compute, Precision, Source, load, prepare_language_model
from kb.models.tensors import mapped
from tests.models import tiny_language
from tests.models.tiny_language import Kind

KINDS: tuple[Kind, ...] = ("mistral", "gemma", "phi", "t5")
EXACT = Precision("nf4", "float32")
PROMPT = "Who founded the league?"


def _on_the_fly(folder: Path, dtype: torch.dtype, *, double: bool) -> Any:
    """The oracle: transformers quantises while it loads."""
    import transformers

    config = transformers.AutoConfig.from_pretrained(folder)
    auto = transformers.AutoModelForSeq2SeqLM if config.is_encoder_decoder else transformers.AutoModelForCausalLM
    four_bits = transformers.BitsAndBytesConfig(
        load_in_4bit=True,
        bnb_4bit_quant_type="nf4",
        bnb_4bit_use_double_quant=double,
        bnb_4bit_compute_dtype=dtype,
    )
    model = auto.from_pretrained(folder, quantization_config=four_bits, dtype=dtype, device_map={"": "cpu"}).eval()
    for module in model.modules():  # the exact path, as everywhere but on CPUs with AVX512-BF16
        if hasattr(module, "support_avx512bf16_for_cpu"):
            module.support_avx512bf16_for_cpu = False
    return model


def _logits(model: Any, tokenizer: Any) -> torch.Tensor:
    inputs = tokenizer(PROMPT, return_tensors="pt")
    if model.config.is_encoder_decoder:
        inputs["decoder_input_ids"] = inputs["input_ids"][:, :4]
    with torch.no_grad():
        logits: torch.Tensor = model(**inputs).logits
    return logits


def _prepare(folder: Path, models: Path, precision: Precision = EXACT) -> Source:
    return prepare_language_model(str(folder), models, precision, download=False)


@pytest.mark.parametrize("double", [True, False])
@pytest.mark.parametrize("kind", KINDS)
def test_every_tensor_is_bit_for_bit_what_is_made_on_the_fly(kind: Kind, double: bool, tmp_path: Path) -> None:
    original = tiny_language.write(kind, tmp_path / "model")
    oracle = _on_the_fly(original, torch.float32, double=double)
    oracle.save_pretrained(tmp_path / "saved")
    source = _prepare(original, tmp_path / "models", Precision("nf4", "float32", double))
    ours, theirs = (
        {name: tensor[...] for name, tensor in mapped(folder.glob("*.safetensors")).items()}
        for folder in (source.folder, tmp_path / "saved")
    )
    assert any(name.endswith("quant_state.bitsandbytes__nf4") for name in ours)
    assert set(theirs) <= set(ours)
    assert {name.rpartition("lm_head")[1] for name in set(ours) - set(theirs)} <= {"lm_head"}, "only what is tied"
    for name, expected in theirs.items():
        assert torch.equal(ours[name], expected), name
    loaded = load(source, "cpu")
    assert torch.equal(_logits(loaded.model, loaded.tokenizer), _logits(oracle, loaded.tokenizer))


@pytest.mark.parametrize("compute", ["float32", "float16"])
@pytest.mark.parametrize("kind", KINDS)
def test_computing_in_another_type_than_was_stored_is_as_on_the_fly(
    kind: Kind, compute: Compute, tmp_path: Path
) -> None:
    model, tokenizer = tiny_language.tiny(kind)
    original = tmp_path / "model"
    model.to(torch.bfloat16).save_pretrained(original)
    tokenizer.save_pretrained(original)
    loaded = load(_prepare(original, tmp_path / "models", Precision("nf4", compute)), "cpu")
    oracle = _on_the_fly(original, getattr(torch, compute), double=True)
    types = {name: weight.dtype for name, weight in oracle.named_parameters()}
    assert {name: weight.dtype for name, weight in loaded.model.named_parameters()} == types
    assert set(types.values()) >= {torch.uint8, getattr(torch, compute)}
    assert torch.equal(_logits(loaded.model, tokenizer), _logits(oracle, tokenizer))


def test_pieces_are_put_together_as_if_there_were_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(quantise, "_CHUNK", 64 * 5)
    bnb = importlib.import_module("bitsandbytes.functional")
    values = torch.randn(37, 61, generator=torch.Generator().manual_seed(1))
    for double in (True, False):
        packed, state = quantise.quantised(values, double=double)
        expected, their = bnb.quantize_4bit(
            values, blocksize=64, compress_statistics=double, quant_type="nf4", quant_storage=torch.uint8
        )
        assert torch.equal(packed, expected)
        ours, theirs = state.as_dict(packed=True), their.as_dict(packed=True)
        assert ours.keys() == theirs.keys()
        assert all(torch.equal(ours[name], theirs[name]) for name in ours)


def test_several_files_are_written_and_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    original = tiny_language.write("mistral", tmp_path / "model")
    whole = load(_prepare(original, tmp_path / "whole"), "cpu")
    monkeypatch.setattr(quantise, "_SHARD", 20_000)
    source = _prepare(original, tmp_path / "models")
    assert len(vet(source.folder).shards) > 3
    parts = load(source, "cpu")
    assert torch.equal(_logits(parts.model, parts.tokenizer), _logits(whole.model, whole.tokenizer))


def test_what_was_made_is_found_again_without_the_hub(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    original = tiny_language.write("mistral", tmp_path / "model")
    models, first = tmp_path / "models", _prepare(original, tmp_path / "models")
    monkeypatch.setattr(quantise, "quantise", lambda *_: pytest.fail("quantised again"))
    assert _prepare(original, models) == first
    assert first.base_digest == _prepare(original, models, Precision("none", "float32")).base_digest
    named = models / "owner" / "model.nf4"
    named.parent.mkdir()
    first.folder.rename(named)
    monkeypatch.setattr("kb.models.loading.prepare", lambda *_, **__: pytest.fail("asked for the original"))
    source = prepare_language_model("owner/model", models, Precision("nf4", "float32"), download=False)
    assert (source.folder, source.base_digest) == (named, first.base_digest)


def test_another_original_in_that_folder_is_quantised_anew(tmp_path: Path) -> None:
    original = tiny_language.write("mistral", tmp_path / "model")
    first = _prepare(original, tmp_path / "models")
    tiny_language.write("mistral", original, seed=1)
    second = _prepare(original, tmp_path / "models")
    assert second.base_digest != first.base_digest
    assert second.folder == first.folder
    assert folders.damaged_files(second.folder) == []


def test_weights_that_come_in_four_bits_are_taken_as_they_are(tmp_path: Path) -> None:
    original = tiny_language.write("mistral", tmp_path / "model")
    oracle = _on_the_fly(original, torch.float32, double=False)
    oracle.save_pretrained(tmp_path / "bits")
    tiny_language.tokenizer("mistral").save_pretrained(tmp_path / "bits")
    source = _prepare(tmp_path / "bits", tmp_path / "models", Precision("none", "float32"))
    assert source.folder == tmp_path / "bits"
    assert source.precision == Precision("nf4", "float32", double=False)
    loaded = load(source, "cpu")
    assert torch.equal(_logits(loaded.model, loaded.tokenizer), _logits(oracle, loaded.tokenizer))


_KILLED = """
import os, signal, sys
from pathlib import Path
from kb.models import folders, quantise
from kb.models.loading import Precision, prepare_language_model
die = lambda *_, **__: os.kill(os.getpid(), signal.SIGKILL)
module, name = sys.argv[3].split(".")
setattr({"quantise": quantise, "folders": folders}[module], name, die)
prepare_language_model(sys.argv[1], Path(sys.argv[2]), Precision("nf4", "float32"), download=False)
"""


@pytest.mark.parametrize("victim", ["quantise._packed", "quantise.write_manifest", "folders.sync"])
def test_a_kill_leaves_nothing_that_counts_and_the_next_run_cleans_up(tmp_path: Path, victim: str) -> None:
    original, models = tiny_language.write("mistral", tmp_path / "model"), tmp_path / "models"
    command = [sys.executable, "-c", _KILLED, str(original), str(models), victim]
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])}
    killed = subprocess.run(command, env=environment, capture_output=True, check=False)
    assert killed.returncode == -signal.SIGKILL, killed.stderr.decode()
    assert list(models.glob(".incoming-*")), "the kill came before anything was written"
    assert not list(models.rglob("*.nf4"))
    assert folders.damaged_files(_prepare(original, models).folder) == []
    assert not list(models.glob(".incoming-*"))


def test_no_room_while_converting_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    original, models = tiny_language.write("mistral", tmp_path / "model"), tmp_path / "models"

    def full(path: Path, _tensors: object) -> int:
        path.write_bytes(b"half")
        raise OSError(errno.ENOSPC, "full")

    monkeypatch.setattr(quantise, "write", full)
    with pytest.raises(StorageError, match="has no room left"):
        _prepare(original, models)
    assert not [path for path in models.rglob("*") if path.name != ".lock" and ".known" not in path.parts]


_LIMITED = """
import resource, signal, sys
from pathlib import Path
from kb.errors import StorageError
from kb.models.loading import Precision, prepare_language_model
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[3]), int(sys.argv[3])))
try: prepare_language_model(sys.argv[1], Path(sys.argv[2]), Precision("nf4", "float32"), download=False)
except StorageError as error: print(error)
"""


def test_a_file_that_may_not_grow_is_a_storage_error(tmp_path: Path) -> None:
    original, models = tiny_language.write("mistral", tmp_path / "model"), tmp_path / "models"
    command = [sys.executable, "-c", _LIMITED, str(original), str(models), "30000"]
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
    assert "may not hold files of this size" in done.stdout
    assert not list(models.glob(".incoming-*"))
    assert not list(models.rglob("*.safetensors"))
    assert resource.getrlimit(resource.RLIMIT_FSIZE)[0] != 30000


def test_a_disk_without_the_room_is_refused_before_anything_is_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    original, models = tiny_language.write("mistral", tmp_path / "model"), tmp_path / "models"
    monkeypatch.setattr(folders.shutil, "disk_usage", lambda _: type("Usage", (), {"free": 1000})())
    monkeypatch.setattr(quantise, "quantise", lambda *_: pytest.fail("began"))
    with pytest.raises(StorageError, match=r"No room for the 4-bit weights of .* are needed and the disk of"):
        _prepare(original, models)


def test_an_unknown_architecture_is_refused(tmp_path: Path) -> None:
    original = tiny_language.write("mistral", tmp_path / "model")
    config = json.loads((original / "config.json").read_text())
    (original / "config.json").write_text(json.dumps({**config, "model_type": "new-thing"}))
    with pytest.raises(ModelUnavailable, match="is of an unknown kind"):
        _prepare(original, tmp_path / "models")


def test_on_a_gpu_the_whole_tensor_goes_to_the_device(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without one here: what would be moved, and that the result comes back."""
    order = quantise.Order(vet(tiny_language.write("mistral", tmp_path / "model")), "0", True, "cuda")
    asked: list[object] = []
    values = torch.ones(64, 64)

    class OnDevice:
        def to(self, device: object) -> torch.Tensor:
            asked.append(device)
            return values

    packed = quantise._packed("layer.weight", OnDevice(), order)
    assert asked == ["cuda"]
    here = quantise._packed("layer.weight", values, dataclasses.replace(order, device="cpu"))
    assert packed.keys() == here.keys()
    assert all(torch.equal(packed[name], here[name]) for name in here)
