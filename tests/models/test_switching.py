"""One model, many adapters: every output is that of peft alone, the base's is that of before, none ever mix."""

from __future__ import annotations

import random
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
import torch

from kb.errors import Busy
from kb.models.loading import Loaded, Precision, load, prepare_language_model
from kb.models.residents import Residents
from tests.models.adapters_fixtures import IDS, logits, plain, random_adapter, residents, under, with_card
from tests.models.tiny_language import KINDS, Kind, tiny


def wide(folder: Path) -> Path:
    """A model whose layers bitsandbytes can pack for a CPU with AVX512-BF16: 64 inputs or a multiple."""
    from transformers import MistralConfig, MistralForCausalLM

    sizes = {"hidden_size": 64, "intermediate_size": 128, "num_hidden_layers": 2, "num_attention_heads": 4}
    words = tiny("mistral")[1]
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(0)
        config = MistralConfig(vocab_size=len(words), num_key_value_heads=2, initializer_range=0.3, **sizes)
        MistralForCausalLM(config).save_pretrained(folder)
    words.save_pretrained(folder)
    return folder


@pytest.mark.parametrize("kind", KINDS)
def test_each_adapter_speaks_as_with_peft_alone_and_the_base_as_before(tmp_path: Path, kind: Kind) -> None:
    """Switching there and back, in every order: the largest difference is 0."""
    model = tiny(kind)[0]
    made = {
        "one": random_adapter(model, tmp_path, "one", seed=1),
        "two": random_adapter(model, tmp_path, "two", seed=2, rank=3, lora_alpha=7, use_rslora=True),
        "few": random_adapter(model, tmp_path, "few", seed=3, target_modules=["v_proj", "v"]),
    }
    expected: dict[str | None, torch.Tensor] = {name: logits(plain(tiny(kind)[0], one)) for name, one in made.items()}
    expected[None] = logits(model)
    assert len({tuple(values.flatten()[:50].tolist()) for values in expected.values()}) == 4
    ours = residents(tmp_path, model)

    order = [None, "one", None, "two", "one", "few", "two", None, "few", "few", None, "one", "two"]
    for name in order:
        assert torch.equal(under(ours, name), expected[name])
        assert torch.equal(logits(model), expected[None])


def test_ranks_and_scales_of_single_modules_are_those_of_peft(tmp_path: Path) -> None:
    patterns = {
        "rank_pattern": {"q_proj": 5, "layers.1.mlp.up_proj": 1},
        "alpha_pattern": {"q_proj": 11, "mlp.up_proj": 3},
    }
    adapter = random_adapter(tiny("mistral")[0], tmp_path, "one", **patterns)

    ours = under(residents(tmp_path, tiny("mistral")[0]), "one")

    assert torch.equal(ours, logits(plain(tiny("mistral")[0], adapter)))
    random_adapter(tiny("mistral")[0], tmp_path, "two", rank_pattern=patterns["rank_pattern"])
    assert not torch.equal(under(residents(tmp_path, tiny("mistral")[0]), "two"), ours)


@pytest.mark.parametrize("precision", [Precision("nf4", "float32"), Precision("nf4", "bfloat16", double=False)])
def test_adapters_on_a_base_in_4_bits(tmp_path: Path, precision: Precision) -> None:
    folder = wide(tmp_path / "model")
    source = prepare_language_model(str(folder), tmp_path / "models", precision, download=False)
    adapters = tmp_path / "adapters"
    made = [
        random_adapter(load(source, "cpu").model, adapters, name, seed=seed) for seed, name in enumerate(("one", "two"))
    ]
    base = load(source, "cpu")
    assert type(base.model.model.layers[0].self_attn.q_proj).__name__ == "Linear4bit"
    before = logits(base.model)
    ours = Residents(base, adapters, 8, 256)

    for adapter in (*made, *reversed(made)):
        assert torch.equal(under(ours, adapter.name), logits(plain(load(source, "cpu").model, adapter)))
        assert torch.equal(under(ours, None), before)


def test_an_adapter_stays_in_float32_on_a_base_in_bfloat16_as_with_peft(tmp_path: Path) -> None:
    adapter = random_adapter(tiny("mistral")[0], tmp_path, "one", size=0.01)
    model = tiny("mistral")[0].to(torch.bfloat16)

    ours = under(residents(tmp_path, model), "one")

    assert ours.dtype == torch.bfloat16
    assert torch.equal(ours, logits(plain(tiny("mistral")[0].to(torch.bfloat16), adapter)))
    assert not torch.equal(ours, logits(model))


def test_what_is_written_is_what_peft_alone_writes(tmp_path: Path) -> None:
    model, words = tiny("chatml")
    adapter = random_adapter(model, tmp_path, "one")
    prompt = words("Who founded the league?", return_tensors="pt")
    options = {"max_new_tokens": 20, "do_sample": False}
    ours = residents(tmp_path, model)

    base = model.generate(**prompt, **options)
    with ours.active("one") as speaking:
        said = speaking.generate(**prompt, **options)
    assert torch.equal(said, plain(tiny("chatml")[0], adapter).generate(**prompt, **options))
    assert not torch.equal(said, base)
    assert torch.equal(model.generate(**prompt, **options), base)


def test_no_adapter_ever_asked_for_leaves_the_model_and_peft_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "peft", None)  # importing it now is an error
    model = tiny("chatml")[0]
    ours = residents(tmp_path, model)

    with ours.active(None) as speaking:
        assert speaking is model
    assert ours.names() == ()


def test_loading_draws_no_random_number_and_needs_no_gradient(tmp_path: Path) -> None:
    model = tiny("chatml")[0]
    random_adapter(model, tmp_path, "one")
    ours = residents(tmp_path, model)
    state = torch.get_rng_state()

    with ours.active("one") as speaking:
        assert torch.equal(torch.get_rng_state(), state)
        assert not any(weights.requires_grad for weights in speaking.parameters())
        assert not any(module.training for module in speaking.modules() if isinstance(module, torch.nn.Dropout))
        assert not speaking(input_ids=torch.tensor(IDS)).logits.requires_grad


def test_an_exception_in_the_block_leaves_the_base_and_the_lock_free(tmp_path: Path) -> None:
    model = tiny("chatml")[0]
    random_adapter(model, tmp_path, "a")
    ours, before = residents(tmp_path, model), logits(model)

    with pytest.raises(ZeroDivisionError), ours.active("a"):
        1 / 0  # noqa: B018

    assert torch.equal(logits(model), before)
    assert torch.equal(under(ours, None), before)


def test_a_thread_that_waits_for_itself_is_told_so(tmp_path: Path) -> None:
    model = tiny("chatml")[0]
    random_adapter(model, tmp_path, "a")
    ours = residents(tmp_path, model)

    with ours.active("a") as speaking:
        inside = logits(speaking)
        for again in (lambda: under(ours, None), lambda: ours.evict("a")):
            with pytest.raises(Busy, match="still writing an answer"):
                again()
        assert torch.equal(logits(speaking), inside)
    assert torch.equal(under(ours, "a"), inside)


def test_a_block_that_ends_in_another_thread_frees_the_lock(tmp_path: Path) -> None:
    """A stream that nobody reads to its end is closed by whichever thread collects it."""
    model = tiny("chatml")[0]
    random_adapter(model, tmp_path, "a")
    ours, before = residents(tmp_path, model), logits(model)

    def stream() -> Iterator[int]:
        with ours.active("a"):
            yield 1
            yield 2

    begun = stream()
    assert next(begun) == 1
    closing = threading.Thread(target=begun.close)
    closing.start()
    closing.join()

    assert torch.equal(under(ours, None), before)
    assert torch.equal(under(ours, None), before)


def test_requests_of_many_threads_never_mix(tmp_path: Path) -> None:
    """Four threads, 60 rounds each, three adapters and the base in any order, two of them loaded at a time."""
    model = tiny("chatml")[0]
    for seed, name in enumerate("abc"):
        random_adapter(model, tmp_path, name, seed=seed, rank=2 + seed)
    names: list[str | None] = [None, "a", "b", "c"]
    alone = residents(tmp_path, tiny("chatml")[0])
    expected = {name: under(alone, name) for name in names}
    ours, wrong, done = residents(tmp_path, model, most=2), [], []
    start = threading.Barrier(4)

    def ask(seed: int) -> None:
        choice = random.Random(seed)
        start.wait()
        for _ in range(60):
            name = choice.choice(names)
            with ours.active(name) as speaking:
                for _ in range(2):
                    if not torch.equal(logits(speaking), expected[name]):
                        wrong.append(name)
            done.append(name)

    threads = [threading.Thread(target=ask, args=(seed,)) for seed in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(120)

    assert (len(done), wrong) == (240, [])
    assert len(ours.names()) <= 2


def test_adapters_on_the_real_small_model_loaded_as_the_program_does(smollm: Loaded, tmp_path: Path) -> None:
    """SmolLM2-135M with mapped weights, left as it was: the fixture is everyone's."""
    with_card(
        random_adapter(smollm.model, tmp_path, "one", size=0.02, rank=8),
        base=smollm.name,
        base_digest=smollm.base_digest,
    )
    before = logits(smollm.model)
    ours = Residents(smollm, tmp_path, 8, 256)

    first = under(ours, "one")
    assert not torch.equal(first, before)
    assert torch.equal(under(ours, None), before)
    assert torch.equal(under(ours, "one"), first)
    ours.evict("one")
    assert torch.equal(logits(smollm.model), before)
