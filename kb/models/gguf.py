"""A GGUF file of a Llama model -> float32 safetensors, and a Hugging Face folder."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kb.errors import ModelUnavailable
from kb.models import tensors
from kb.models.hub import INSTALL
from kb.progress import Progress

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    FloatArray = npt.NDArray[np.float32]

CONVERSION = 1  # of the files made out of a GGUF file; another number makes them anew
WEIGHTS = "model.safetensors"
_CONTROL = 3  # the type of a token that is never text
_LAYER = {
    "attn_q": "self_attn.q_proj", "attn_k": "self_attn.k_proj", "attn_v": "self_attn.v_proj",
    "attn_output": "self_attn.o_proj", "ffn_gate": "mlp.gate_proj", "ffn_up": "mlp.up_proj",
    "ffn_down": "mlp.down_proj", "attn_norm": "input_layernorm", "ffn_norm": "post_attention_layernorm",
}  # fmt: skip
_OUTSIDE = {"token_embd": "model.embed_tokens", "output_norm": "model.norm", "output": "lm_head"}


class LlamaFile:
    """The facts and tensors of one GGUF file, read by memory map: a tensor costs memory only when it is asked for.

    The layout is that of the `gguf` package. Q4_1 weights are nibble * scale + least, Q8_0 ones are int8 * scale, with
    float16 scales for each 32; neither fits 16 bits exactly, so they become float32.

    Raises:
        ModelUnavailable: It is not a GGUF file of a Llama model, or the package that reads it is not installed.
    """

    def __init__(self, path: Path) -> None:
        try:
            from gguf import GGUFReader
        except ModuleNotFoundError:
            raise ModelUnavailable(
                "The embedded language model needs packages that are not installed (gguf)", INSTALL
            ) from None
        try:
            self._reader = GGUFReader(path)
            self._tensors = {tensor.name: tensor for tensor in self._reader.tensors}
            kind = self.fact("general.architecture"), self.fact("tokenizer.ggml.pre")
        except (ValueError, KeyError, IndexError, OverflowError) as error:
            raise ModelUnavailable(
                f"{path} is not a GGUF model ({error})", "Remove its folder and run: kb models pull"
            ) from None
        if kind != ("llama", "smollm"):
            raise ModelUnavailable(f"{path} holds a model of another kind ({kind[0]}, {kind[1]})", "Report this")

    def fact(self, name: str) -> Any:  # noqa: ANN401 - text, number or list, as the file says
        """One value of the file's metadata."""
        return self._reader.fields[name].contents()

    def shapes(self) -> dict[str, tuple[int, ...]]:
        """The shape of every tensor by its Hugging Face name, outputs before inputs, in the order of the file."""
        return {hub_name(name): tuple(map(int, reversed(t.shape))) for name, t in self._tensors.items()}

    def tensor(self, name: str) -> FloatArray:
        """One tensor of the file as float32, under its name there, rows of query and key in Hugging Face's order."""
        import numpy as np
        from gguf.quants import dequantize

        packed = self._tensors[name]
        values = np.ascontiguousarray(dequantize(packed.data, packed.tensor_type), dtype=np.float32)
        if name.endswith(("attn_q.weight", "attn_k.weight")):
            count = "head_count" if name.endswith("attn_q.weight") else "head_count_kv"
            values = unpermuted(values, int(self.fact(f"llama.attention.{count}")))
        return values

    def names(self) -> list[str]:
        """The names of all tensors, as in the file."""
        return list(self._tensors)


def unpermuted(weights: FloatArray, heads: int) -> FloatArray:
    """Rows of a query or key matrix in GGUF's order (pairs side by side) -> Hugging Face's (halves one after another).

    Both rotate the same pairs; see `LlamaModel.permute` in llama.cpp's convert_hf_to_gguf.py, which this undoes.
    """
    rows, columns = weights.shape
    return weights.reshape(heads, rows // heads // 2, 2, columns).swapaxes(1, 2).reshape(rows, columns)


def hub_name(name: str) -> str:
    """The name that LlamaForCausalLM gives a tensor: blk.0.attn_q.weight -> model.layers.0.self_attn.q_proj.weight."""
    *place, block, part = name.split(".")
    return f"model.layers.{place[1]}.{_LAYER[block]}.{part}" if place else f"{_OUTSIDE[block]}.{part}"


def convert(path: Path, folder: Path, progress: Progress) -> None:
    """Write everything that transformers reads into `folder`, one tensor in memory at a time.

    Raises:
        ModelUnavailable: The file is not what it should be.
    """
    file = LlamaFile(path)
    write_configuration(file, folder)
    write_tokenizer(file, folder)
    names, shapes = file.names(), file.shapes()
    with (folder / WEIGHTS).open("wb") as out:
        tensors.begin(out, {name: ("F32", shape) for name, shape in shapes.items()})
        for done, name in enumerate(names, start=1):
            out.write(file.tensor(name).data)
            progress("unpacking the language model", done, len(names))


def write_configuration(file: LlamaFile, folder: Path) -> None:
    """Write config.json and generation_config.json."""
    special = {
        "bos_token_id": int(file.fact("tokenizer.ggml.bos_token_id")),
        "eos_token_id": int(file.fact("tokenizer.ggml.eos_token_id")),
        "pad_token_id": int(file.fact("tokenizer.ggml.padding_token_id")),
    }
    config = {
        "architectures": ["LlamaForCausalLM"], "model_type": "llama", "hidden_act": "silu",
        "hidden_size": int(file.fact("llama.embedding_length")),
        "num_hidden_layers": int(file.fact("llama.block_count")),
        "num_attention_heads": int(file.fact("llama.attention.head_count")),
        "num_key_value_heads": int(file.fact("llama.attention.head_count_kv")),
        "intermediate_size": int(file.fact("llama.feed_forward_length")),
        "vocab_size": int(file.fact("llama.vocab_size")),
        "max_position_embeddings": int(file.fact("llama.context_length")),
        # the file keeps float32's nearest to 1e-5; the model's own value is the decimal
        "rms_norm_eps": float(f"{file.fact('llama.attention.layer_norm_rms_epsilon'):.6g}"),
        "rope_theta": float(file.fact("llama.rope.freq_base")),
        "tie_word_embeddings": "output.weight" not in file.names(),
        "attention_bias": False, "mlp_bias": False, "attention_dropout": 0.0, "dtype": "float32", **special,
    }  # fmt: skip
    _write(folder / "config.json", config)
    _write(folder / "generation_config.json", special)


def write_tokenizer(file: LlamaFile, folder: Path) -> None:
    """Write tokenizer.json and tokenizer_config.json: byte-level BPE in which every digit stands alone.

    That is what "smollm" means in `tokenizer.ggml.pre`; nothing is put before or after a text.
    """
    tokens: list[str] = file.fact("tokenizer.ggml.tokens")
    kinds: list[int] = file.fact("tokenizer.ggml.token_type")
    merges: list[str] = file.fact("tokenizer.ggml.merges")
    bytes_, digits = {"type": "ByteLevel", "add_prefix_space": False, "trim_offsets": True, "use_regex": True}, "Digits"
    control = {
        "single_word": False, "lstrip": False, "rstrip": False, "normalized": False, "special": True,
    }  # fmt: skip
    whole = {
        "version": "1.0", "truncation": None, "padding": None, "normalizer": None, "post_processor": None,
        "added_tokens": [
            {"id": number, "content": token, **control}
            for number, (token, kind) in enumerate(zip(tokens, kinds, strict=True))
            if kind == _CONTROL
        ],
        "pre_tokenizer": {"type": "Sequence", "pretokenizers": [{"type": digits, "individual_digits": True}, bytes_]},
        "decoder": {**bytes_, "add_prefix_space": True},
        "model": {
            "type": "BPE", "dropout": None, "unk_token": None, "continuing_subword_prefix": None,
            "end_of_word_suffix": None, "fuse_unk": False, "byte_fallback": False, "ignore_merges": False,
            "vocab": {token: number for number, token in enumerate(tokens)},
            "merges": [merge.split(" ") for merge in merges],
        },
    }  # fmt: skip
    facts = {
        "tokenizer_class": "PreTrainedTokenizerFast", "clean_up_tokenization_spaces": False, "add_prefix_space": False,
        "model_max_length": int(file.fact("llama.context_length")),
        "chat_template": file.fact("tokenizer.chat_template"),
        **{
            f"{name}_token": tokens[int(file.fact(f"tokenizer.ggml.{key}_token_id"))]
            for name, key in (("bos", "bos"), ("eos", "eos"), ("unk", "unknown"), ("pad", "padding"))
        },
    }  # fmt: skip
    _write(folder / "tokenizer.json", whole)
    _write(folder / "tokenizer_config.json", facts)


def _write(path: Path, content: dict[str, Any]) -> None:
    path.write_text(json.dumps(content, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
