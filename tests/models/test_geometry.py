"""Sizes that are counted equal those of the models that transformers and peft build, without their weights."""

from __future__ import annotations

import dataclasses
from functools import cache
from typing import Any

import pytest
import torch
from transformers import AutoConfig, AutoModelForCausalLM, AutoModelForSeq2SeqLM

from kb.errors import ModelUnavailable
from kb.models.geometry import NAMED, Geometry

# The numbers of the published config.json of each model, in the words of that file.
_MISTRAL = {
    "model_type": "mistral", "hidden_size": 4096, "intermediate_size": 14336, "num_hidden_layers": 32,
    "num_attention_heads": 32, "num_key_value_heads": 8, "max_position_embeddings": 32768, "tie_word_embeddings": False,
}  # fmt: skip
_V3 = {**_MISTRAL, "vocab_size": 32768, "sliding_window": None}
_V1 = {**_MISTRAL, "vocab_size": 32000, "sliding_window": 4096}
_GEMMA = {"model_type": "gemma", "head_dim": 256, "vocab_size": 256000, "max_position_embeddings": 8192}
_GEMMA_2B = {
    **_GEMMA, "hidden_size": 2048, "intermediate_size": 16384, "num_hidden_layers": 18, "num_attention_heads": 8,
    "num_key_value_heads": 1,
}  # fmt: skip
_GEMMA_7B = {
    **_GEMMA, "hidden_size": 3072, "intermediate_size": 24576, "num_hidden_layers": 28, "num_attention_heads": 16,
    "num_key_value_heads": 16,
}  # fmt: skip
_SMOLLM = {
    "model_type": "llama", "hidden_size": 576, "intermediate_size": 1536, "num_hidden_layers": 30,
    "num_attention_heads": 9, "num_key_value_heads": 3, "vocab_size": 49152, "max_position_embeddings": 8192,
    "tie_word_embeddings": True,
}  # fmt: skip
_FLAN = {
    "model_type": "t5", "feed_forward_proj": "gated-gelu", "vocab_size": 32128, "d_kv": 64,
    "relative_attention_num_buckets": 32, "tie_word_embeddings": False, "is_encoder_decoder": True,
}  # fmt: skip
CONFIGS: dict[str, dict[str, Any]] = {
    "mistralai/Mistral-7B-Instruct-v0.3": _V3,
    "mistralai/Mistral-7B-v0.3": _V3,
    "mistralai/Mistral-7B-v0.1": _V1,
    "mistralai/Mistral-7B-Instruct-v0.1": _V1,
    "microsoft/phi-2": {
        "model_type": "phi", "hidden_size": 2560, "intermediate_size": 10240, "num_hidden_layers": 32,
        "num_attention_heads": 32, "vocab_size": 51200, "max_position_embeddings": 2048, "tie_word_embeddings": False,
    },
    "google/gemma-2b": _GEMMA_2B,
    "google/gemma-2b-it": _GEMMA_2B,
    "google/gemma-7b": _GEMMA_7B,
    "google/gemma-7b-it": _GEMMA_7B,
    "google/gemma-2-2b-it": {
        "model_type": "gemma2", "hidden_size": 2304, "intermediate_size": 9216, "num_hidden_layers": 26,
        "num_attention_heads": 8, "num_key_value_heads": 4, "head_dim": 256, "vocab_size": 256000,
        "sliding_window": 4096, "max_position_embeddings": 8192,
    },
    "HuggingFaceTB/SmolLM2-135M": _SMOLLM,
    "HuggingFaceTB/SmolLM2-135M-Instruct": _SMOLLM,
    "google/flan-t5-small": {**_FLAN, "d_model": 512, "d_ff": 1024, "num_layers": 8, "num_heads": 6},
    "google/flan-t5-base": {**_FLAN, "d_model": 768, "d_ff": 2048, "num_layers": 12, "num_heads": 12},
    "google/flan-t5-large": {**_FLAN, "d_model": 1024, "d_ff": 2816, "num_layers": 24, "num_heads": 16},
}  # fmt: skip
PUBLISHED = {
    "mistralai/Mistral-7B-Instruct-v0.3": 7_248_023_552,
    "mistralai/Mistral-7B-v0.1": 7_241_732_096,
    "microsoft/phi-2": 2_779_683_840,
    "google/gemma-2b": 2_506_172_416,
    "google/gemma-7b": 8_537_680_896,
    "google/gemma-2-2b-it": 2_614_341_888,
    "HuggingFaceTB/SmolLM2-135M-Instruct": 134_515_008,
    "google/flan-t5-small": 76_961_152,
    "google/flan-t5-base": 247_577_856,
    "google/flan-t5-large": 783_150_080,
}
_SMALL = {
    "hidden_size": 64,
    "intermediate_size": 160,
    "num_hidden_layers": 3,
    "num_attention_heads": 4,
    "vocab_size": 99,
}
OTHERS: dict[str, dict[str, Any]] = {
    "llama with biases": {"model_type": "llama", **_SMALL, "attention_bias": True, "mlp_bias": True},
    "llama without key heads": {"model_type": "llama", **_SMALL},
    "mistral by default": {"model_type": "mistral", **_SMALL, "num_attention_heads": 8},
    "qwen2": {"model_type": "qwen2", **_SMALL, "num_key_value_heads": 2, "tie_word_embeddings": True},
    "qwen2 with a window": {
        "model_type": "qwen2", **_SMALL, "num_key_value_heads": 4, "use_sliding_window": True, "sliding_window": 32,
        "max_window_layers": 1,
    },
    "qwen3": {"model_type": "qwen3", **_SMALL, "num_key_value_heads": 2},
    "gemma by default": {"model_type": "gemma", **_SMALL, "num_key_value_heads": 1},
    "gemma2 by default": {"model_type": "gemma2", **_SMALL, "num_key_value_heads": 2},
    "phi": {"model_type": "phi", **_SMALL},
    "phi3": {"model_type": "phi3", **_SMALL, "num_key_value_heads": 2, "pad_token_id": 0},
    "gpt_neox": {"model_type": "gpt_neox", **_SMALL},
    "t5 1.0": {"model_type": "t5", "d_model": 64, "d_ff": 128, "num_layers": 2, "num_heads": 4, "vocab_size": 99},
    "t5 with another decoder": {
        "model_type": "t5", "d_model": 64, "d_ff": 128, "d_kv": 8, "num_layers": 2, "num_decoder_layers": 3,
        "num_heads": 4, "vocab_size": 99, "feed_forward_proj": "gated-gelu", "tie_word_embeddings": False,
    },
}  # fmt: skip


@cache
def built(name: str) -> Any:
    """The model that transformers makes of a configuration, on no device."""
    facts = dict({**CONFIGS, **OTHERS}[name])
    config = AutoConfig.for_model(facts.pop("model_type"), **facts)
    auto = AutoModelForSeq2SeqLM if config.is_encoder_decoder else AutoModelForCausalLM
    with torch.device("meta"):
        return auto.from_config(config)


def geometry(name: str) -> Geometry:
    return NAMED.get(name) or Geometry.of(OTHERS[name], name)


def test_the_table_says_what_the_published_configurations_say() -> None:
    assert NAMED.keys() == CONFIGS.keys()
    for name, config in CONFIGS.items():
        assert Geometry.of(config, name) == dataclasses.replace(NAMED[name], source=""), name
        assert NAMED[name].source == f"https://huggingface.co/{name}/blob/main/config.json"


@pytest.mark.parametrize("name", [*CONFIGS, *OTHERS])
def test_parameters_are_those_of_transformers(name: str) -> None:
    counted = sum(parameter.numel() for parameter in built(name).parameters())
    if name.startswith("google/flan") or name == "t5 with another decoder":
        counted += built(name).lm_head.weight.numel()  # tied, until a checkpoint brings an output layer of its own
    assert geometry(name).parameters() == counted


def test_parameters_are_those_that_were_published() -> None:
    assert {name: NAMED[name].parameters() for name in PUBLISHED} == PUBLISHED


@pytest.mark.parametrize("name", [*CONFIGS, *OTHERS])
def test_quantised_weights_are_those_that_transformers_would_quantise(name: str) -> None:
    from transformers.quantizers.base import HfQuantizer
    from transformers.quantizers.quantizers_utils import should_convert_module

    model = built(name)
    kept = HfQuantizer.get_modules_to_not_convert(model, None, model._keep_in_fp32_modules)
    sizes = [
        module.weight.numel()
        for path, module in model.named_modules()
        if type(module) is torch.nn.Linear and should_convert_module(path, kept)
    ]
    assert geometry(name).linear_parameters() == sum(sizes)
    assert geometry(name).largest() == max(sizes)


@pytest.mark.parametrize(
    "name", ["mistralai/Mistral-7B-v0.1", "microsoft/phi-2", "google/gemma-2-2b-it", "google/flan-t5-small", "phi3"]
)
def test_lora_parameters_are_those_of_peft(name: str) -> None:
    from peft import LoraConfig, inject_adapter_in_model

    built.cache_clear()  # peft changes the model
    with torch.device("meta"):
        model = inject_adapter_in_model(LoraConfig(r=16, target_modules="all-linear"), built(name))
    built.cache_clear()
    trained = sum(parameter.numel() for parameter in model.parameters() if parameter.requires_grad)
    assert geometry(name).lora_parameters(16) == trained


@pytest.mark.parametrize("name", ["mistralai/Mistral-7B-v0.1", "google/gemma-2-2b-it", "qwen2 with a window",
                                  "mistral by default", "gemma2 by default", "microsoft/phi-2"])  # fmt: skip
def test_the_window_is_that_of_the_cache_of_transformers(name: str) -> None:
    from transformers import DynamicCache

    cache = DynamicCache(config=built(name).config)
    windows = [layer.sliding_window for layer in cache.layers if layer.is_sliding]
    assert (geometry(name).window, geometry(name).windowed) == ((windows or [None])[0], len(windows))


def test_the_cache_of_mistral_takes_128_kib_a_token() -> None:
    mistral = NAMED["mistralai/Mistral-7B-Instruct-v0.3"]
    assert mistral.cached(1) * 2 == 128 * 1024
    assert NAMED["mistralai/Mistral-7B-v0.1"].cached(9000) * 2 == 4095 * 128 * 1024


@pytest.mark.parametrize(
    ("config", "said"),
    [
        ({"model_type": "mamba"}, "architecture (mamba) is not known"),
        ({}, "architecture (None) is not known"),
        ({"model_type": "llama", **_SMALL, "hidden_size": "many"}, "hidden_size is 'many'"),
        ({"model_type": "llama", "hidden_size": 64}, "num_attention_heads is None"),
        ({"model_type": "phi", **_SMALL, "qk_layernorm": True}, "qk_layernorm"),
    ],
)
def test_what_cannot_be_read_is_said(config: dict[str, Any], said: str) -> None:
    with pytest.raises(ModelUnavailable, match="owner/model") as caught:
        Geometry.of(config, "owner/model")
    assert said in str(caught.value)
