"""The packed file against values written by hand, and against safetensors."""

from __future__ import annotations

import json
import struct
from pathlib import Path

import numpy as np
import pytest

from kb.errors import ModelUnavailable
from kb.models.e5 import PackedModel, hub_name, tensor_shape, unpack, write_configuration, write_safetensors
from tests.models import tiny


@pytest.fixture
def packed_file(tmp_path: Path) -> Path:
    path = tmp_path / "tiny.bin"
    path.write_bytes(tiny.packed(tiny.tensors()))
    return path


def test_one_block_is_unpacked_low_nibbles_first() -> None:
    nibbles = list(range(16)) + list(range(15, -1, -1))
    raw = np.float16(0.5).tobytes() + bytes(nibbles[i] | nibbles[i + 16] << 4 for i in range(16))
    expected = [(nibble - 8) * 0.5 for nibble in nibbles]
    assert unpack(np.frombuffer(raw, np.uint8)).tolist() == expected


def test_every_tensor_comes_back_as_it_was_packed(packed_file: Path) -> None:
    model = PackedModel(packed_file)
    for name, expected in tiny.tensors().items():
        np.testing.assert_array_equal(model.tensor(name, *tensor_shape(name, model.shape)), expected)
    assert model.shape.epsilon == 1e-12
    assert model.shape.layers == tiny.LAYERS


def test_word_blocks_are_the_word_embeddings_row_by_row(packed_file: Path) -> None:
    model = PackedModel(packed_file)
    rows = unpack(model.word_blocks()[[4, 1]]).reshape(2, -1)
    np.testing.assert_array_equal(rows, tiny.tensors()["emb.word"][[4, 1]])


def test_safetensors_hold_the_same_values_under_the_names_of_bert(packed_file: Path, tmp_path: Path) -> None:
    from safetensors.numpy import load_file

    model, told = PackedModel(packed_file), []
    write_safetensors(model, tmp_path / "model.safetensors", lambda done, total: told.append((done, total)))
    written = load_file(tmp_path / "model.safetensors")
    for name, expected in tiny.tensors().items():
        np.testing.assert_array_equal(written[hub_name(name)], expected)
    assert len(written) == len(tiny.tensors())
    assert told[-1] == (len(written), len(written))


def test_transformers_finds_every_weight_it_looks_for(packed_file: Path, tmp_path: Path) -> None:
    from transformers import BertConfig, BertModel

    model = PackedModel(packed_file)
    write_configuration(tmp_path, model.shape)
    config = BertConfig(**json.loads((tmp_path / "config.json").read_text()))
    wanted = {name for name in BertModel(config, add_pooling_layer=False).state_dict() if "position_ids" not in name}
    assert wanted == {hub_name(name) for name in model.names()}


@pytest.mark.parametrize(
    ("place", "bytes_there"),
    [(0, b"GGUF"), (4, struct.pack("<i", 2)), (40, b"\xff\xff\xff\xff"), (8, struct.pack("<i", 33))],
)
def test_another_file_is_refused(packed_file: Path, place: int, bytes_there: bytes) -> None:
    content = bytearray(packed_file.read_bytes())
    content[place : place + len(bytes_there)] = bytes_there
    packed_file.write_bytes(content)
    with pytest.raises(ModelUnavailable, match=r"tiny\.bin is not a packed e5 model"):
        PackedModel(packed_file)


@pytest.mark.parametrize("size", [0, 3, 50, 400, -1])
def test_a_cut_file_is_refused(packed_file: Path, size: int) -> None:
    packed_file.write_bytes(packed_file.read_bytes()[:size])
    with pytest.raises(ModelUnavailable, match="not a packed e5 model"):
        PackedModel(packed_file)
