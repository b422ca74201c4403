"""A 4-bit file of multilingual-e5-small -> float32 tensors, and a Hugging Face folder."""

from __future__ import annotations

import json
import mmap
import struct
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from kb.errors import ModelUnavailable

MAGIC = b"E5S1"
BLOCK = 32  # weights that share one scale
BLOCK_BYTES = 2 + BLOCK // 2  # a float16 scale, then two weights a byte
_FLOAT32, _Q4_0 = 0, 1

FloatArray = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Shape:
    """The sizes of the encoder, as the file's header gives them."""

    hidden: int
    layers: int
    heads: int
    inner: int
    vocabulary: int
    positions: int
    types: int
    epsilon: float


@dataclass(frozen=True, slots=True)
class _Entry:
    kind: int
    count: int
    offset: int
    size: int


class PackedModel:
    """The tensors of one E5S1 file, read by memory map: a tensor costs memory only when it is asked for.

    Layout: the magic, a header of int32 (version, hidden, layers, heads, inner, vocabulary, positions, types), the
    LayerNorm epsilon as float32, the block length as int32; the tokenizer's pieces; then a directory of tensors.
    A tensor is float32, or Q4_0: blocks of 32 weights, each a float16 scale and 16 bytes whose low nibbles are the
    first 16 weights and whose high nibbles the last 16; weight = (nibble - 8) * scale.

    Raises:
        ModelUnavailable: The file is not of this layout.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        try:
            with path.open("rb") as file:
                self._bytes = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
            cursor = _Cursor(self._bytes)
            self.shape = _read_header(cursor)
            _skip_tokenizer(cursor)
            self._entries = dict(_read_directory(cursor))
            self._check()
        except (OSError, ValueError, struct.error, UnicodeDecodeError) as error:
            raise ModelUnavailable(
                f"{path} is not a packed e5 model ({error})", "Remove its folder and run: kb models pull"
            ) from None

    def names(self) -> list[str]:
        """The names of all tensors, in the order of the file."""
        return list(self._entries)

    def tensor(self, name: str, *shape: int) -> FloatArray:
        """One tensor as float32, de-quantised where it is packed, reshaped to `shape`."""
        entry = self._entries[name]
        raw = np.frombuffer(self._bytes, np.uint8, entry.size, entry.offset)
        values = raw.view("<f4").astype(np.float32) if entry.kind == _FLOAT32 else unpack(raw)
        return values.reshape(shape)

    def word_blocks(self) -> npt.NDArray[np.uint8]:
        """The packed word embeddings, one row of bytes a token, (vocabulary, hidden / 32 * 18); still on disk."""
        entry = self._entries["emb.word"]
        raw = np.frombuffer(self._bytes, np.uint8, entry.size, entry.offset)
        return raw.reshape(self.shape.vocabulary, -1)

    def _check(self) -> None:
        for name, entry in self._entries.items():
            expected = entry.count * 4 if entry.kind == _FLOAT32 else entry.count // BLOCK * BLOCK_BYTES
            if entry.kind not in (_FLOAT32, _Q4_0) or entry.size != expected:
                raise ValueError(f"tensor {name} has an unknown form")
            if entry.offset + entry.size > len(self._bytes):
                raise ValueError(f"tensor {name} ends behind the end of the file")
        words = self._entries.get("emb.word")
        if words is None or words.count != self.shape.vocabulary * self.shape.hidden:
            raise ValueError("the word embeddings do not fit the header")


def unpack(raw: npt.NDArray[np.uint8]) -> FloatArray:
    """Q4_0 bytes -> float32 weights, 32 for every 18 bytes, in one flat array."""
    blocks = raw.reshape(-1, BLOCK_BYTES)
    scales = np.ascontiguousarray(blocks[:, :2]).view("<f2").astype(np.float32)
    weights = np.empty((len(blocks), BLOCK), np.float32)
    half = BLOCK // 2
    weights[:, :half] = blocks[:, 2:] & 15
    weights[:, half:] = blocks[:, 2:] >> 4
    weights -= 8.0
    weights *= scales
    return weights.reshape(-1)


class _Cursor:
    """Reads little-endian values one after the other."""

    def __init__(self, data: mmap.mmap) -> None:
        self.data = data
        self.position = 0

    def read(self, form: str) -> tuple[Any, ...]:
        values = struct.unpack_from("<" + form, self.data, self.position)
        self.position += struct.calcsize("<" + form)
        return values

    def text(self, length: int) -> str:
        self.position += length
        return self.data[self.position - length : self.position].decode("ascii")


def _read_header(cursor: _Cursor) -> Shape:
    (magic, version) = cursor.read("4si")
    if magic != MAGIC or version != 1:
        raise ValueError("the first bytes are not E5S1, version 1")
    hidden, layers, heads, inner, vocabulary, positions, types = sizes = cursor.read("7i")
    epsilon, block = cursor.read("fi")
    if block != BLOCK or min(sizes) < 1 or sizes[0] % BLOCK:
        raise ValueError("the header holds impossible sizes")
    # the file keeps float32's nearest to 1e-12; the model's own value is the decimal
    return Shape(hidden, layers, heads, inner, vocabulary, positions, types, float(f"{epsilon:.6g}"))


def _skip_tokenizer(cursor: _Cursor) -> None:
    pieces, _bos, _eos, _pad, _unknown, letters = cursor.read("5iQ")
    cursor.position += (pieces + 1) * 4 + pieces * 4 + letters
    _mappings, mapping_bytes = cursor.read("iI")
    cursor.position += mapping_bytes


def _read_directory(cursor: _Cursor) -> Iterator[tuple[str, _Entry]]:
    (tensors,) = cursor.read("i")
    for _ in range(tensors):
        (length,) = cursor.read("H")
        name = cursor.text(length)
        kind, count, offset, size = cursor.read("BIQQ")
        yield name, _Entry(kind, count, offset, size)


_EMBEDDINGS = {
    "emb.word": "embeddings.word_embeddings.weight",
    "emb.pos": "embeddings.position_embeddings.weight",
    "emb.type": "embeddings.token_type_embeddings.weight",
    "emb.ln": "embeddings.LayerNorm",
}
_LAYER = {
    "q": "attention.self.query",
    "k": "attention.self.key",
    "v": "attention.self.value",
    "ao": "attention.output.dense",
    "aln": "attention.output.LayerNorm",
    "fi": "intermediate.dense",
    "fo": "output.dense",
    "oln": "output.LayerNorm",
}
_PART = {"w": "weight", "b": "bias"}


def hub_name(name: str) -> str:
    """The name that Hugging Face's BertModel gives a tensor of the file: l0.q.w -> encoder.layer.0...query.weight."""
    if name in _EMBEDDINGS:
        return _EMBEDDINGS[name]
    head, part = name.rsplit(".", 1)
    if head in _EMBEDDINGS:
        return f"{_EMBEDDINGS[head]}.{_PART[part]}"
    layer, block = head.split(".")
    return f"encoder.layer.{int(layer[1:])}.{_LAYER[block]}.{_PART[part]}"


def tensor_shape(name: str, shape: Shape) -> tuple[int, ...]:
    """The shape of a tensor of the file, outputs before inputs as torch keeps them."""
    tables = {"emb.word": shape.vocabulary, "emb.pos": shape.positions, "emb.type": shape.types}
    if name in tables:
        return tables[name], shape.hidden
    block = name.split(".")[-2]
    outputs = shape.inner if block == "fi" else shape.hidden
    if name.endswith(".b") or block in ("ln", "aln", "oln"):
        return (outputs,)
    return outputs, shape.inner if block == "fo" else shape.hidden


def write_configuration(folder: Path, shape: Shape) -> None:
    """Write what transformers and sentence-transformers read beside weights and tokenizer.json."""
    bert = {
        "architectures": ["BertModel"], "model_type": "bert", "hidden_act": "gelu", "hidden_size": shape.hidden,
        "num_hidden_layers": shape.layers, "num_attention_heads": shape.heads, "intermediate_size": shape.inner,
        "vocab_size": shape.vocabulary, "max_position_embeddings": shape.positions,
        "type_vocab_size": shape.types, "layer_norm_eps": shape.epsilon, "pad_token_id": 0,
        "attention_probs_dropout_prob": 0.1, "hidden_dropout_prob": 0.1, "initializer_range": 0.02,
        "position_embedding_type": "absolute", "torch_dtype": "float32", "tokenizer_class": "XLMRobertaTokenizer",
    }  # fmt: skip
    tokenizer = {
        "tokenizer_class": "PreTrainedTokenizerFast", "model_max_length": shape.positions,
        "bos_token": "<s>", "cls_token": "<s>", "eos_token": "</s>", "sep_token": "</s>",
        "pad_token": "<pad>", "unk_token": "<unk>", "mask_token": "<mask>",
    }  # fmt: skip
    steps = ["Transformer", "Pooling", "Normalize"]
    modules = [
        {
            "idx": i,
            "name": str(i),
            "path": f"{i}_{step}" if i else "",
            "type": f"sentence_transformers.models.{step}",
        }
        for i, step in enumerate(steps)
    ]
    pooling = {"word_embedding_dimension": shape.hidden, "pooling_mode_mean_tokens": True}
    (folder / "1_Pooling").mkdir(exist_ok=True)
    (folder / "2_Normalize").mkdir(exist_ok=True)
    files: dict[str, object] = {
        "config.json": bert,
        "tokenizer_config.json": tokenizer,
        "modules.json": modules,
        "sentence_bert_config.json": {"max_seq_length": shape.positions, "do_lower_case": False},
        "1_Pooling/config.json": pooling,
    }
    for name, content in files.items():
        (folder / name).write_text(json.dumps(content, indent=1) + "\n", encoding="utf-8")


def write_safetensors(model: PackedModel, path: Path, progress: Callable[[int, int], None]) -> None:
    """De-quantise every tensor into one safetensors file of float32, one tensor in memory at a time.

    The format: the header's length as uint64, the header as JSON (type, shape, byte range), then the raw values.
    """
    names = model.names()
    header: dict[str, Any] = {"__metadata__": {"format": "pt"}}
    end = 0
    for name in names:
        shape = tensor_shape(name, model.shape)
        start, end = end, end + 4 * int(np.prod(shape))
        header[hub_name(name)] = {"dtype": "F32", "shape": list(shape), "data_offsets": [start, end]}
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % 8)
    with path.open("wb") as file:
        file.write(struct.pack("<Q", len(text)) + text)
        for done, name in enumerate(names, start=1):
            file.write(model.tensor(name, *tensor_shape(name, model.shape)).tobytes())
            progress(done, len(names))
