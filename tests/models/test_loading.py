"""A language model in memory: what it computes, what its tokenizer has, how much room it takes."""

from __future__ import annotations

import dataclasses
import json
import os
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import torch

from kb.errors import MemoryPlanError, ModelUnavailable
from kb.models import identity, loading
from kb.models.loading import Compute, Loaded, Precision, Source, load, prepare_language_model
from tests.models import tiny_language
from tests.models.tiny_language import KINDS, Kind
from tests.models_fixtures import SMOLLM2, generated

PLAIN = Precision("none", "float32")


def _load(folder: Path, models: Path, precision: Precision = PLAIN) -> Loaded:
    return load(prepare_language_model(str(folder), models, precision, download=False), "cpu")


def _logits(model: Any, tokenizer: Any) -> torch.Tensor:
    inputs = tokenizer("Who founded the league?", return_tensors="pt")
    if model.config.is_encoder_decoder:
        inputs["decoder_input_ids"] = inputs["input_ids"][:, :4]
    with torch.no_grad():
        logits: torch.Tensor = model(**inputs).logits
    return logits


@pytest.mark.parametrize("kind", KINDS)
def test_it_computes_what_transformers_computes(kind: Kind, tmp_path: Path) -> None:
    original, tokenizer = tiny_language.tiny(kind)
    loaded = _load(tiny_language.write(kind, tmp_path / "model"), tmp_path / "models")
    assert torch.equal(_logits(loaded.model, loaded.tokenizer), _logits(original, tokenizer))
    assert loaded.family == ("seq2seq" if kind == "t5" else "causal")
    assert not loaded.model.training
    assert not any(weight.requires_grad for weight in loaded.model.parameters())


@pytest.mark.parametrize("compute", ["bfloat16", "float16"])
@pytest.mark.parametrize("kind", ["mistral", "t5"])
def test_other_types_are_as_transformers_casts_them(kind: Kind, compute: Compute, tmp_path: Path) -> None:
    import transformers

    folder = tiny_language.write(kind, tmp_path / "model")
    auto = transformers.AutoModelForSeq2SeqLM if kind == "t5" else transformers.AutoModelForCausalLM
    oracle = auto.from_pretrained(folder, dtype=getattr(torch, compute)).eval()
    loaded = _load(folder, tmp_path / "models", Precision("none", compute))
    types = {name: weight.dtype for name, weight in oracle.named_parameters()}
    assert {name: weight.dtype for name, weight in loaded.model.named_parameters()} == types
    assert torch.equal(_logits(loaded.model, loaded.tokenizer), _logits(oracle, loaded.tokenizer))


def test_real_weights_in_four_bits_still_answer(smollm_nf4: Loaded) -> None:
    assert generated(smollm_nf4, "What is the capital of France?", 8).startswith("The capital of France is Paris")


def test_the_base_digest_is_the_same_in_every_precision(smollm: Loaded, smollm_nf4: Loaded, tmp_path: Path) -> None:
    from kb.models.embedded import EMBEDDED
    from kb.models.weights import weights_digest

    assert smollm.base_digest == smollm_nf4.base_digest == weights_digest(EMBEDDED[SMOLLM2])
    folder = tiny_language.write("mistral", tmp_path / "model")
    digests = {
        _load(folder, tmp_path / "models", precision).base_digest
        for precision in (PLAIN, Precision("nf4", "float32"), Precision("nf4", "bfloat16", double=False))
    }
    assert len(digests) == 1


def test_weights_are_digested_once_and_again_when_they_change(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tiny_language.write("mistral", tmp_path / "model")
    read: list[str] = []
    real = identity.sha256
    monkeypatch.setattr(identity, "sha256", lambda path: (read.append(path.name), real(path))[1])
    first = identity.original_digest("a", folder, tmp_path / "models")
    assert sorted(read) == ["model.safetensors", "tokenizer.json"]
    read.clear()
    assert identity.original_digest("a", folder, tmp_path / "models") == first
    assert read == []
    (folder / "tokenizer.json").write_text((folder / "tokenizer.json").read_text() + "\n")
    assert identity.original_digest("a", folder, tmp_path / "models") != first


@pytest.mark.parametrize(
    ("pad", "unknown", "more", "expected"),
    [
        ("<pad>", "<unk>", [], "<pad>"),
        (None, "<unk>", [], "<unk>"),
        ("</s>", "<unk>", [], "<unk>"),
        (None, None, ["<|endoftext|>"], "<|endoftext|>"),
        (None, "</s>", [], "</s>"),
    ],
)
def test_the_pad_token_is_one_that_is_known_and_ends_nothing(
    pad: str | None, unknown: str | None, more: list[str], expected: str, tmp_path: Path
) -> None:
    from tokenizers import Tokenizer, models
    from transformers import PreTrainedTokenizerFast

    words = ["a", "</s>", *(word for word in ("<unk>", "<pad>") if word in (unknown, pad)), *more]
    whole = Tokenizer(models.WordLevel({word: i for i, word in enumerate(words)}, unk_token=unknown or "a"))
    tokenizer = PreTrainedTokenizerFast(tokenizer_object=whole, eos_token="</s>", pad_token=pad, unk_token=unknown)
    loading._complete(tokenizer)
    assert tokenizer.pad_token == expected
    assert len(tokenizer) == len(words), "no token was added, so no embedding is missing"


def test_the_generation_config_keeps_what_ends_an_answer_and_no_sampling(tmp_path: Path) -> None:
    folder = tiny_language.write("mistral", tmp_path / "model")
    told = {"eos_token_id": [2, 4], "do_sample": True, "temperature": 0.7, "top_p": 0.9, "top_k": 20, "max_length": 20}
    (folder / "generation_config.json").write_text(json.dumps(told))
    config = _load(folder, tmp_path / "models").model.generation_config
    assert (config.eos_token_id, config.pad_token_id, config.do_sample) == ([2, 4], 3, False)
    assert {config.temperature, config.top_p, config.top_k, config.max_length} == {None}


def test_without_a_generation_config_the_configuration_says_what_ends_an_answer(tmp_path: Path) -> None:
    folder = tiny_language.write("t5", tmp_path / "model")
    (folder / "generation_config.json").unlink()
    config = _load(folder, tmp_path / "models").model.generation_config
    assert (config.eos_token_id, config.pad_token_id, config.decoder_start_token_id) == (2, 3, 3)


def test_nothing_is_said_on_the_screen(tmp_path: Path) -> None:
    folder = tiny_language.write("chatml", tmp_path / "model")
    program = (
        "import sys; from pathlib import Path; from kb.models.loading import *\n"
        "for bits in ('none', 'nf4'):\n"
        "    wanted = Precision(bits, 'float32')\n"
        "    source = prepare_language_model(sys.argv[1], Path(sys.argv[2]), wanted, download=False)\n"
        "    loaded = load(source, 'cpu')\n"
        "    loaded.model.generate(**loaded.tokenizer('a', return_tensors='pt'), max_new_tokens=2)\n"
    )
    command = [sys.executable, "-W", "error", "-c", program, str(folder), str(tmp_path / "models")]
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
    assert (done.stdout, done.stderr) == ("", "")


def test_no_code_of_a_folder_is_ever_run(tmp_path: Path) -> None:
    folder = tiny_language.write("mistral", tmp_path / "model")
    marker = tmp_path / "ran"
    (folder / "modeling.py").write_text(f"open({str(marker)!r}, 'w')")
    config = json.loads((folder / "config.json").read_text())
    (folder / "config.json").write_text(
        json.dumps({**config, "model_type": "new-thing", "auto_map": {"AutoConfig": "modeling.Config"}})
    )
    with pytest.raises(ModelUnavailable, match="code of its own"):
        _load(folder, tmp_path / "models")
    assert not marker.exists()


def test_a_full_gpu_says_what_to_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise torch.OutOfMemoryError("CUDA out of memory")

    folder = tiny_language.write("mistral", tmp_path / "model")
    monkeypatch.setattr(loading, "_open", full)
    with pytest.raises(MemoryPlanError, match="kb doctor --plan"):
        _load(folder, tmp_path / "models")


def test_four_bits_and_float32_have_gradients_after_evaluation(tmp_path: Path) -> None:
    """On a CPU with AVX512-BF16 bitsandbytes would take a kernel without them, for good, at the first look."""
    loaded = _load(tiny_language.write("mistral", tmp_path / "model"), tmp_path / "models", Precision("nf4", "float32"))
    before = _logits(loaded.model, loaded.tokenizer)
    inputs = torch.randn(1, 3, 32, requires_grad=True)
    loaded.model(inputs_embeds=inputs).logits.sum().backward()
    assert inputs.grad is not None
    assert inputs.grad.abs().sum() > 0
    assert torch.equal(_logits(loaded.model, loaded.tokenizer), before)


@pytest.mark.parametrize(
    ("compute", "shape", "packs"),
    [
        ("bfloat16", (64, 128), True),
        ("bfloat16", (48, 128), False),
        ("bfloat16", (64, 96), False),
        ("float32", (64, 128), False),
        ("float16", (64, 128), False),
    ],
)
def test_the_kernel_of_avx512_bf16_is_left_to_bfloat16_and_sizes_that_fit(
    compute: Compute, shape: tuple[int, int], packs: bool
) -> None:
    state = SimpleNamespace(dtype=torch.float32, shape=shape, blocksize=64)
    layer = SimpleNamespace(weight=SimpleNamespace(quant_state=state), support_avx512bf16_for_cpu=True)
    norm = SimpleNamespace(weight=torch.ones(2))
    loading._settle(SimpleNamespace(modules=lambda: [norm, layer]), compute)
    assert layer.support_avx512bf16_for_cpu == packs
    assert state.dtype == getattr(torch, compute)


_WORK = 16.0  # MiB that modules, tokenizer and threads take beside any weights
_MEASURED = """
import sys, threading, torch; from pathlib import Path
from kb.models.loading import *
wanted = Precision(*sys.argv[4:6])
def prepared(folder): return prepare_language_model(folder, Path(sys.argv[2]), wanted, download=False)
def touched(source):
    model = load(source, "cpu").model
    for weight in [*model.parameters(), *model.buffers()]: weight.data.view(torch.uint8).max()
    return model
small = touched(prepared(sys.argv[3]))  # everything is imported now
def resident():  # not Pss: that of a library falls when another process opens it
    return int(open("/proc/self/smaps_rollup").read().split("Rss:")[1].split()[0]) / 1024
peak, over = [0.0], threading.Event()
before = resident()
def watch():
    while not over.wait(0.005): peak[0] = max(peak[0], resident() - before)
watcher = threading.Thread(target=watch); watcher.start()
source = prepared(sys.argv[1])
if sys.argv[6] == "load": model = touched(source)
over.set(); watcher.join()
print(peak[0])
"""


def _peak(folder: Path, models: Path, precision: Precision, what: str) -> float:
    """MiB, anonymous and file-backed, above what the imports take; every weight is touched."""
    tiny = folder.parent / f"{folder.name}-tiny"
    if not tiny.exists():
        tiny_language.write("mistral", tiny)
    asked = (str(tiny), precision.quantisation, precision.compute)
    command = [sys.executable, "-c", _MEASURED, str(folder), str(models), *asked, what]
    root = str(Path(__file__).parents[2])
    done = subprocess.run(
        command, env={**os.environ, "PYTHONPATH": root}, capture_output=True, text=True, check=True, cwd=root
    )
    return float(done.stdout)


@pytest.fixture(scope="module")
def sharded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A Mistral of 220 MB in bfloat16, in three files."""
    import transformers

    folder = tmp_path_factory.mktemp("sharded")
    sizes = {"hidden_size": 1024, "intermediate_size": 3584, "num_hidden_layers": 8, "num_attention_heads": 8}
    config = transformers.MistralConfig(**sizes, num_key_value_heads=2, vocab_size=512, pad_token_id=3)
    model = transformers.MistralForCausalLM(config).to(torch.bfloat16)
    model.save_pretrained(folder, max_shard_size="80MB")
    tiny_language.tokenizer("mistral").save_pretrained(folder)
    return folder


def test_the_first_load_holds_less_than_a_shard_and_a_half_beside_the_result(sharded: Path, tmp_path: Path) -> None:
    shard = max(path.stat().st_size for path in sharded.glob("*.safetensors")) / 2**20
    peak = _peak(sharded, tmp_path, Precision("nf4", "float32"), "prepare")
    made = sum(path.stat().st_size for path in tmp_path.rglob("*.safetensors")) / 2**20
    assert 50 < made < 60
    assert peak < 1.5 * shard + made + _WORK


@pytest.mark.parametrize("precision", [Precision("nf4", "float32"), Precision("none", "bfloat16")])
def test_a_later_load_holds_the_model_once(sharded: Path, tmp_path: Path, precision: Precision) -> None:
    source = prepare_language_model(str(sharded), tmp_path, precision, download=False)
    model = sum(path.stat().st_size for path in source.folder.glob("*.safetensors")) / 2**20
    assert _peak(sharded, tmp_path, precision, "load") < 1.1 * model + _WORK


def test_weights_that_are_converted_do_not_lie_there_twice(sharded: Path, tmp_path: Path) -> None:
    model = 2 * sum(path.stat().st_size for path in sharded.glob("*.safetensors")) / 2**20
    assert _peak(sharded, tmp_path, Precision("none", "float32"), "load") < 1.1 * model + _WORK


def test_a_source_is_a_value() -> None:
    source = Source("name", Path("folder"), "digest", PLAIN)
    assert dataclasses.replace(source, name="other") != source
