"""SmolLM2 out of its GGUF file: what the model's own makers say about it."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from kb.errors import ModelUnavailable
from kb.models.gguf import convert, hub_name, unpermuted
from kb.models.loading import Loaded
from kb.models.tensors import read_header
from kb.progress import silent
from tests.models_fixtures import SMOLLM2, generated


@pytest.fixture(scope="module")
def folder(models_folder: Path, smollm: Loaded) -> Path:
    return models_folder / SMOLLM2


def test_the_configuration_is_that_of_the_model_card(folder: Path) -> None:
    config = json.loads((folder / "config.json").read_text())
    card = {
        "hidden_size": 576, "num_hidden_layers": 30, "num_attention_heads": 9, "num_key_value_heads": 3,
        "intermediate_size": 1536, "vocab_size": 49152, "max_position_embeddings": 8192, "rms_norm_eps": 1e-05,
        "rope_theta": 100000.0, "tie_word_embeddings": True, "bos_token_id": 1, "eos_token_id": 2,
    }  # fmt: skip
    assert {name: config[name] for name in card} == card


def test_special_tokens_and_template_are_those_of_the_model_card(smollm: Loaded) -> None:
    tokenizer = smollm.tokenizer
    assert (tokenizer.bos_token, tokenizer.eos_token, tokenizer.unk_token) == (
        "<|im_start|>",
        "<|im_end|>",
        "<|endoftext|>",
    )
    assert tokenizer.pad_token == "<|endoftext|>", "a pad that is not what ends an answer"
    text = tokenizer.apply_chat_template(
        [{"role": "user", "content": "Hi"}], tokenize=False, add_generation_prompt=True
    )
    assert text == (
        "<|im_start|>system\nYou are a helpful AI assistant named SmolLM, trained by Hugging Face<|im_end|>\n"
        "<|im_start|>user\nHi<|im_end|>\n<|im_start|>assistant\n"
    )
    ids = tokenizer(text).input_ids
    assert ids[:3] == [1, 9690, 198], "one <|im_start|>, and nothing put before it"
    assert ids.count(1) == 3
    assert tokenizer.decode(ids) == text


@pytest.mark.parametrize(
    ("text", "pieces"),
    [
        ("in 2024", ["in", "Ġ", "2", "0", "2", "4"]),
        (" 12  34", ["Ġ", "1", "2", "ĠĠ", "3", "4"]),
        ("½ cup", ["Â½", "Ġcup"]),
        ("a<|im_end|>", ["a", "<|im_end|>"]),
    ],
)
def test_digits_stand_alone_and_special_tokens_are_whole(smollm: Loaded, text: str, pieces: list[str]) -> None:
    assert smollm.tokenizer.convert_ids_to_tokens(smollm.tokenizer(text).input_ids) == pieces


@pytest.mark.parametrize("text", ["สวัสดีครับ น้ำแข็ง 1,500 บาท", "tabs\t\tand\n\n  lines", "don't, we'll — “quoted”"])
def test_every_text_comes_back(smollm: Loaded, text: str) -> None:
    assert smollm.tokenizer.decode(smollm.tokenizer(text).input_ids) == text


def test_it_knows_the_capital_of_france(smollm: Loaded) -> None:
    assert generated(smollm, "What is the capital of France?", 12) == "The capital of France is Paris.<|im_end|>"


def test_the_file_it_was_made_from_is_gone_and_the_weights_are_float32(folder: Path) -> None:
    assert not list(folder.glob("*.gguf"))
    header = read_header(folder / "model.safetensors")
    assert {tensor.dtype for tensor in header.values()} == {"F32"}
    assert header["model.layers.29.mlp.down_proj.weight"].shape == (576, 1536)
    assert "lm_head.weight" not in header, "tied to the embeddings"


def test_rotary_rows_go_back_to_halves() -> None:
    """The definition, written out: head by head, pair i of GGUF holds rows i and i + half of Hugging Face."""
    heads, size = 2, 6
    rows = np.arange(heads * size, dtype=np.float32).reshape(-1, 1)
    packed = np.concatenate(
        [rows[head * size + i + half * size // 2] for head in range(heads) for i in range(size // 2) for half in (0, 1)]
    ).reshape(-1, 1)
    assert np.array_equal(unpermuted(packed, heads), rows)


def test_names_are_those_of_llama() -> None:
    assert hub_name("blk.7.attn_k.weight") == "model.layers.7.self_attn.k_proj.weight"
    assert hub_name("blk.0.ffn_norm.weight") == "model.layers.0.post_attention_layernorm.weight"
    assert hub_name("token_embd.weight") == "model.embed_tokens.weight"
    assert hub_name("output_norm.weight") == "model.norm.weight"


@pytest.mark.parametrize("content", [b"", b"GGUF", b"GGUF\x03\0\0\0" + bytes(16), b"not a model" * 9])
def test_a_file_that_is_none_is_refused(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "model.gguf").write_bytes(content)
    with pytest.raises(ModelUnavailable, match=r"is not a GGUF model|another kind"):
        convert(tmp_path / "model.gguf", tmp_path, silent)
