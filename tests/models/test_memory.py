"""What is planned equals what torch allocates, and the advice holds what it promises."""

from __future__ import annotations

import dataclasses
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from transformers import AutoConfig, AutoModelForCausalLM, AutoModelForSeq2SeqLM

from kb.errors import MemoryPlanError
from kb.models.advice import STEP, fits, largest, needed
from kb.models.costs import Costs
from kb.models.devices import card, room_of
from kb.models.geometry import NAMED, Geometry
from kb.models.heap import give_back
from kb.models.loading import Loaded, Precision
from kb.models.memory import Plan, Room, Task, Training, plan
from tests.models.allocations import peak

GIB = 2**30
MISTRAL = NAMED["mistralai/Mistral-7B-Instruct-v0.3"]
SMOLLM = NAMED["HuggingFaceTB/SmolLM2-135M-Instruct"]
CPU = Room("cpu", 24 * GIB, 20 * GIB)
T4 = room_of(card("t4"))
FLOAT32, NF4 = Precision("none", "float32"), Precision("nf4", "float32")
HALF = Precision("nf4", "float16")

_SIZES = {
    "hidden_size": 256,
    "intermediate_size": 1024,
    "num_hidden_layers": 2,
    "num_attention_heads": 8,
    "vocab_size": 512,
}
_T5 = {"d_model": 256, "d_ff": 1024, "d_kv": 32, "num_layers": 2, "num_heads": 8, "vocab_size": 512}
MODELS: dict[str, dict[str, Any]] = {
    "llama": {"model_type": "llama", **_SIZES, "num_key_value_heads": 2},
    "mistral without window": {"model_type": "mistral", **_SIZES, "num_key_value_heads": 2, "sliding_window": None},
    "mistral beyond its window": {"model_type": "mistral", **_SIZES, "num_key_value_heads": 2, "sliding_window": 100},
    "gemma": {"model_type": "gemma", **_SIZES, "num_key_value_heads": 2, "head_dim": 32},
    "gemma2": {"model_type": "gemma2", **_SIZES, "num_key_value_heads": 2, "head_dim": 32},
    "phi": {"model_type": "phi", **_SIZES},
    "phi3": {"model_type": "phi3", **_SIZES, "num_key_value_heads": 2, "pad_token_id": 0},
    "qwen3": {"model_type": "qwen3", **_SIZES, "num_key_value_heads": 2, "head_dim": 32},
    "gpt_neox": {"model_type": "gpt_neox", **_SIZES},
    "t5": {"model_type": "t5", **_T5, "feed_forward_proj": "gated-gelu", "decoder_start_token_id": 0},
}  # fmt: skip


def built(facts: dict[str, Any]) -> Any:
    rest = dict(facts)
    config = AutoConfig.for_model(rest.pop("model_type"), **rest)
    config.decoder_start_token_id = 0
    auto = AutoModelForSeq2SeqLM if config.is_encoder_decoder else AutoModelForCausalLM
    return auto.from_config(config).eval()


def amount(planned: Plan, *whats: str) -> int:
    return sum(line.bytes for line in planned.lines if line.what in whats)


@pytest.mark.parametrize("tokens", [64, 512])
@pytest.mark.parametrize("name", MODELS)
def test_reading_a_prompt_allocates_what_is_planned(name: str, tokens: int, tmp_path: Path) -> None:
    model = built(MODELS[name])
    ids = torch.full((1, tokens), 7)

    def answer(prompt: torch.Tensor) -> None:
        with torch.no_grad():
            model.generate(
                prompt, attention_mask=torch.ones_like(prompt), max_new_tokens=2, min_new_tokens=2, do_sample=False,
                pad_token_id=0, eos_token_id=1,
            )  # fmt: skip

    answer(ids[:, :8])
    planned = plan(Geometry.of(MODELS[name], name), FLOAT32, Task(tokens + 2, max_new_tokens=2), CPU)
    taken = peak(lambda: answer(ids), tmp_path)
    assert amount(planned, "key-value cache", "activations") == pytest.approx(taken, rel=0.04)


@pytest.mark.parametrize(("checkpointing", "answers"), [(True, 16), (True, 255), (False, 16)])
@pytest.mark.parametrize("name", ["llama", "gemma", "gpt_neox"])
def test_a_step_of_training_allocates_what_is_planned(
    name: str, checkpointing: bool, answers: int, tmp_path: Path
) -> None:
    from peft import LoraConfig, inject_adapter_in_model

    facts = {**MODELS[name], "num_hidden_layers": 4, "vocab_size": 2048}
    model = inject_adapter_in_model(LoraConfig(r=8, target_modules="all-linear"), built(facts))
    model.train()
    if checkpointing:
        model.activation_checkpointing_enable({"use_reentrant": False})
    model.enable_input_require_grads()
    ids = torch.full((1, 256), 7)

    def step() -> None:
        hidden = model.base_model(input_ids=ids, use_cache=False).last_hidden_state
        scores = model.get_output_embeddings()(hidden[:, -answers - 1 : -1]).flatten(0, 1).float()
        torch.nn.functional.cross_entropy(scores, ids[0, -answers:]).backward()
        for parameter in model.parameters():
            parameter.grad = None

    step()
    training = Training("lora", 8, tokens=256, answers=answers, checkpointing=checkpointing)
    planned = plan(Geometry.of(facts, name), FLOAT32, Task(256, training=training), CPU)
    whats = ("gradients", "kept activations", "gradients at work", "scores of the vocabulary")
    assert amount(planned, *whats) == pytest.approx(peak(step, tmp_path), rel=0.1)


def test_weights_are_those_of_the_loaded_model(smollm: Loaded, smollm_nf4: Loaded) -> None:
    for loaded in (smollm, smollm_nf4):
        planned = plan(SMOLLM, loaded.precision, Task(1024), dataclasses.replace(CPU, device="cuda"))
        kept = {id(tensor): tensor.nbytes for tensor in loaded.model.parameters()}
        for parameter in loaded.model.parameters():
            state = getattr(parameter, "quant_state", None)
            if state is not None:
                kept |= {id(tensor): tensor.nbytes for tensor in (state.absmax, state.state2.absmax)}
        assert amount(planned, "weights", "4-bit weights", "other weights") == pytest.approx(
            sum(kept.values()), rel=2e-4
        )


def test_unpacking_is_planned_where_it_is_the_highest_moment(smollm_nf4: Loaded, tmp_path: Path) -> None:
    ids = torch.full((1, 64), 20)

    def answer() -> None:
        with torch.no_grad():
            smollm_nf4.model.generate(ids, attention_mask=torch.ones_like(ids), max_new_tokens=2, min_new_tokens=2)

    answer()
    planned = plan(SMOLLM, NF4, Task(66, max_new_tokens=2), CPU)
    assert amount(planned, "unpacked weights") > amount(planned, "activations")
    taken = peak(answer, tmp_path)
    assert amount(planned, "key-value cache", "activations", "unpacked weights") == pytest.approx(taken, rel=0.04)


def test_mistral_in_4_bits_weighs_what_is_known_of_it() -> None:
    double, single = (plan(MISTRAL, Precision("nf4", "float16", twice), Task(4096), T4) for twice in (True, False))
    assert 3.6e9 < amount(double, "4-bit weights", "other weights") < 4.2e9
    saved = amount(single, "4-bit weights") - amount(double, "4-bit weights")
    assert saved * 8 / MISTRAL.linear_parameters() == pytest.approx(0.373, abs=0.001)  # bits; QLoRA, section 3
    assert amount(double, "key-value cache") == 4096 * 128 * 1024


def test_a_gpu_without_a_fused_kernel_writes_scores_down() -> None:
    old, new = (plan(MISTRAL, HALF, Task(4096), room_of(card(name))) for name in ("t4", "l4"))
    scores = 2 * 4 * 32 * (4096 - 512) ** 2
    assert amount(old, "activations") - amount(new, "activations") > 0.8 * scores
    many = dataclasses.replace(MISTRAL, kv_heads=32)  # as many as heads: the memory-efficient kernel takes them
    assert amount(plan(many, HALF, Task(4096), T4), "activations") < scores / 2


def test_the_embedder_is_on_the_host() -> None:
    task = Task(1024, embedder_bytes=100 << 20)
    on_gpu, on_cpu = plan(SMOLLM, HALF, task, T4), plan(SMOLLM, NF4, task, CPU)
    assert amount(on_gpu, "embedder") == 0
    assert amount(on_cpu, "embedder") == 100 << 20
    assert on_gpu.host.bytes > 100 << 20


def test_everything_that_stays_has_a_line_and_the_lines_are_the_total() -> None:
    task = Task(2048, adapters=(("math", 7 << 20), ("cite", 9 << 20)))
    planned = plan(SMOLLM, FLOAT32, task, CPU)
    assert amount(planned, "adapter math", "adapter cite") == 16 << 20
    assert planned.total == sum(line.bytes for line in planned.lines)
    assert all(line.how for line in planned.lines)
    assert planned.as_dict()["total"] == planned.total
    assert "key-value cache" in planned.as_text()


_CONTEXTS = st.integers(256, 32_000)


@settings(deadline=None, max_examples=60)
@given(_CONTEXTS, _CONTEXTS, st.sampled_from([*NAMED.values()]), st.sampled_from([HALF, NF4, FLOAT32]))
def test_a_longer_context_never_takes_less(a: int, b: int, geometry: Geometry, precision: Precision) -> None:
    costs = Costs(geometry, precision, T4)
    assert needed(costs, Task(min(a, b), max_new_tokens=128)) <= needed(costs, Task(max(a, b), max_new_tokens=128))


@settings(deadline=None, max_examples=60)
@given(st.sampled_from([*NAMED.values()]), st.integers(1, 40), st.booleans())
def test_the_largest_that_fits_fits_and_a_step_more_does_not(geometry: Geometry, gib: int, train: bool) -> None:
    costs = Costs(geometry, HALF, room_of(card(str(gib))))
    task = Task(1024, max_new_tokens=128, training=Training(answers=64) if train else None)
    found = largest(costs, task)
    if found is None:
        assert not fits(costs, dataclasses.replace(task, context=STEP))
        return
    assert fits(costs, found)
    tokens = found.training.tokens if found.training else found.context
    if tokens + STEP <= (geometry.positions or 1 << 20):
        longer = found.training and dataclasses.replace(found.training, tokens=tokens + STEP)
        assert not fits(costs, dataclasses.replace(found, context=tokens + STEP, training=longer))


class TestRefusal:
    def test_it_names_the_three_changes_that_take_least_away(self) -> None:
        task = Task(8192, adapters=(("math", 160 << 20), ("cite", 160 << 20)))
        refused = plan(MISTRAL, Precision("none", "float16"), task, room_of(card("6")))
        assert not refused.fits
        assert [change.split(" saves ")[0] for change in refused.changes] == [
            "1 resident adapter instead of 2",
            "quantisation nf4",
            "context 4096 instead of 8192",
        ]
        with pytest.raises(MemoryPlanError, match=r"takes .* GiB, and a card of 6 GiB has 5\.75 GiB free") as caught:
            refused.check()
        assert "quantisation nf4 saves" in str(caught.value)

    def test_what_fits_is_not_refused(self) -> None:
        planned = plan(MISTRAL, HALF, Task(4096), T4)
        planned.check()
        assert planned.changes == ()
        assert planned.largest is not None
        assert planned.largest.context >= 4096

    def test_a_change_that_is_enough_is(self) -> None:
        asked = Task(16384)
        refused = plan(MISTRAL, HALF, asked, T4)
        assert refused.largest is not None
        assert refused.changes[0].startswith(f"context {refused.largest.context} instead of 16384 saves ")
        assert refused.changes[0].endswith("which is enough")
        assert plan(MISTRAL, HALF, refused.largest, T4).fits

    def test_training_is_made_cheaper_before_it_is_made_shorter(self) -> None:
        training = Training(tokens=2048, batch=4, rank=64, checkpointing=False)
        refused = plan(MISTRAL, HALF, Task(4096, training=training), T4)
        assert [change.split(" saves ")[0] for change in refused.changes] == [
            "optimizer adamw8bit",
            "gradient checkpointing",
            "batch 1 instead of 4, accumulated 64 times",
        ]

    def test_the_saving_that_is_named_is_the_one_that_comes(self) -> None:
        training = Training(tokens=2048, batch=4, rank=64, checkpointing=False)
        before = plan(MISTRAL, HALF, Task(4096, training=training), T4)
        dense = dataclasses.replace(training, checkpointing=True)
        after = plan(MISTRAL, HALF, Task(4096, training=dense), T4)
        said = f"gradient checkpointing saves {(before.total - after.total) / GIB:.2f} GiB"
        assert before.changes[1].startswith(said)

    def test_where_nothing_is_enough_a_smaller_model_is_named(self) -> None:
        refused = plan(MISTRAL, Precision("nf4", "float16", double=False), Task(2048, batch=2), room_of(card("3")))
        assert "all three together are not enough, the largest model that fits is " in refused.changes[-1]
        model = refused.changes[-1].rpartition(" ")[2]
        assert plan(NAMED[model], HALF, Task(2048, batch=2), room_of(card("3"))).fits

    def test_where_no_model_fits_a_server_is(self) -> None:
        refused = plan(SMOLLM, FLOAT32, Task(1024), Room("cpu", GIB, 50 << 20))
        assert "profile http" in refused.changes[-1]


def test_a_plan_imports_no_model_library() -> None:
    script = (
        "import sys\nfrom kb.models.memory import plan, Task, Room\nfrom kb.models.loading import Precision\n"
        "from kb.models.geometry import NAMED\n"
        "plan(NAMED['microsoft/phi-2'], Precision('nf4', 'float16'), Task(2048), Room('cuda', 1, 1))\n"
        "print({'torch', 'transformers', 'numpy', 'huggingface_hub'} & set(sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout == "set()\n"


def test_freed_blocks_go_back() -> None:
    script = (
        "import sys; from kb.models.heap import give_back\n"
        "if sys.argv[1] == 'yes': give_back()\n"
        "held = lambda: int(open('/proc/self/statm').read().split()[1]) * 4096 >> 20\n"
        "big = bytearray(31 << 20); del big\n"  # glibc now keeps blocks of this size in its heap
        "blocks = [bytearray(b'x') * (8 << 20) for _ in range(20)]\n"
        "full = held(); del blocks[:-1]; print(full - held())"
    )
    freed = {
        asked: int(subprocess.run([sys.executable, "-c", script, asked], capture_output=True, check=True).stdout)
        for asked in ("yes", "no")
    }
    assert freed["yes"] >= 19 * 8
    assert freed["no"] < 8
    give_back()
