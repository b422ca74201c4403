"""A folder is looked over before anything of it is opened: each thing that is wrong has its own words."""

from __future__ import annotations

import json
import shutil
import struct
from pathlib import Path
from typing import Any

import pytest
import torch
from safetensors.torch import load_file, save_file

from kb.errors import ModelUnavailable
from kb.models.checkpoint import vet
from kb.models.loading import Precision, Source, load, prepare_language_model
from kb.models.tensors import mapped, read_header, write
from tests.models import tiny_language

WEIGHTS = "model.safetensors"


@pytest.fixture(scope="module")
def original(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tiny_language.write("mistral", tmp_path_factory.mktemp("original") / "model")


@pytest.fixture
def folder(original: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(original, tmp_path / "model"))


def _change(path: Path, **values: Any) -> None:
    path.write_text(json.dumps({**json.loads(path.read_text()), **values}))


def test_a_whole_folder_says_what_it_is(folder: Path, tmp_path: Path) -> None:
    found = vet(folder)
    assert (found.family, found.quantisation, found.shards) == ("causal", "none", (folder / WEIGHTS,))
    assert found.weight_bytes == sum(tensor.nbytes for tensor in load_file(folder / WEIGHTS).values())
    assert vet(tiny_language.write("t5", tmp_path / "t5")).family == "seq2seq"


def test_an_adapter_is_told_from_a_model(tmp_path: Path) -> None:
    with pytest.raises(ModelUnavailable, match=r"holds no model: config\.json is missing"):
        vet(tmp_path)
    (tmp_path / "adapter_config.json").write_text("{}")
    with pytest.raises(ModelUnavailable, match="holds an adapter, not a model"):
        vet(tmp_path)


@pytest.mark.parametrize("name", ["pytorch_model.bin", "model.pt", "tf_model.h5"])
def test_pickles_alone_are_refused(folder: Path, name: str) -> None:
    (folder / WEIGHTS).rename(folder / name)
    with pytest.raises(ModelUnavailable, match=f"only as {name}, which can run code"):
        vet(folder)


def test_no_weights_at_all_are_named(folder: Path) -> None:
    (folder / WEIGHTS).unlink()
    with pytest.raises(ModelUnavailable, match="has no weights"):
        vet(folder)


@pytest.mark.parametrize("name", ["config.json", "tokenizer_config.json"])
def test_code_of_its_own_is_refused(folder: Path, name: str) -> None:
    _change(folder / name, auto_map={"AutoModelForCausalLM": "modeling.Thing"})
    with pytest.raises(ModelUnavailable, match=rf"wants to run code of its own \({name} has auto_map\)"):
        vet(folder)


def test_a_tokenizer_is_needed(folder: Path) -> None:
    (folder / "tokenizer.json").unlink()
    with pytest.raises(ModelUnavailable, match="holds no tokenizer"):
        vet(folder)


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b"\xff\xfe"])
def test_a_damaged_configuration_is_named(folder: Path, content: bytes) -> None:
    (folder / "config.json").write_bytes(content)
    with pytest.raises(ModelUnavailable, match=r"config\.json is damaged"):
        vet(folder)


def test_a_cut_file_is_refused_wherever_it_is_cut(folder: Path) -> None:
    whole = (folder / WEIGHTS).read_bytes()
    for length in [*range(0, len(whole), 997), 7, 8, 9, len(whole) - 1]:
        (folder / WEIGHTS).write_bytes(whole[:length])
        with pytest.raises(ModelUnavailable, match=r"model\.safetensors is damaged"):
            vet(folder)
    (folder / WEIGHTS).write_bytes(whole + b"\0")
    with pytest.raises(ModelUnavailable, match=r"model\.safetensors is damaged"):
        vet(folder)


@pytest.mark.parametrize(
    "header",
    [
        {"a": {"dtype": "F32", "shape": [2], "data_offsets": [0, 4]}},
        {"a": {"dtype": "F32", "shape": [1], "data_offsets": [4, 8]}},
        {"a": {"dtype": "PICKLE", "shape": [1], "data_offsets": [0, 4]}},
        {"a": {"dtype": "F32", "shape": [-1], "data_offsets": [0, -4]}},
        {"a": {"dtype": "F32", "shape": 1, "data_offsets": [0, 4]}},
        {"a": 7},
        [1],
        {
            "a": {"dtype": "U8", "shape": [4], "data_offsets": [0, 4]},
            "b": {"dtype": "U8", "shape": [2], "data_offsets": [2, 4]},
        },
    ],
)
def test_a_header_that_lies_is_refused(folder: Path, header: Any) -> None:
    text = json.dumps(header).encode()
    (folder / WEIGHTS).write_bytes(struct.pack("<Q", len(text)) + text + bytes(4))
    with pytest.raises(ModelUnavailable, match=r"model\.safetensors is damaged \(its header"):
        vet(folder)


def _index(folder: Path, **places: str) -> None:
    whole = load_file(folder / WEIGHTS)
    first = dict(list(whole.items())[:5])
    save_file(first, folder / "model-00001-of-00002.safetensors")
    save_file({k: v for k, v in whole.items() if k not in first}, folder / "model-00002-of-00002.safetensors")
    files = {name: f"model-0000{1 if name in first else 2}-of-00002.safetensors" for name in whole}
    (folder / "model.safetensors.index.json").write_text(json.dumps({"weight_map": {**files, **places}}))
    (folder / WEIGHTS).unlink()


def test_the_parts_of_an_index_are_all_looked_at(folder: Path) -> None:
    before = vet(folder).weight_bytes
    _index(folder)
    assert vet(folder).weight_bytes == before
    assert len(vet(folder).shards) == 2
    (folder / "model-00002-of-00002.safetensors").unlink()
    with pytest.raises(ModelUnavailable, match="1 of its 2 weight files are missing"):
        vet(folder)


def test_an_index_that_names_what_is_not_there_is_refused(folder: Path) -> None:
    _index(folder, extra="model-00001-of-00002.safetensors")
    with pytest.raises(ModelUnavailable, match="tensor extra is in none of its files"):
        vet(folder)


@pytest.mark.parametrize("place", ["../other.safetensors", "/etc/passwd", "sub/x.safetensors", "x.bin"])
def test_an_index_that_leaves_the_folder_is_refused(folder: Path, place: str) -> None:
    _index(folder, extra=place)
    with pytest.raises(ModelUnavailable, match="files that are no weights of this folder"):
        vet(folder)


def test_other_quantisations_are_refused(folder: Path) -> None:
    _change(folder / "config.json", quantization_config={"quant_method": "gptq", "bits": 4})
    with pytest.raises(ModelUnavailable, match=r"quantised in a form that is not supported \(gptq\)"):
        vet(folder)


def test_a_model_that_does_not_write_is_refused(folder: Path, tmp_path: Path) -> None:
    _change(folder / "config.json", model_type="wav2vec2")
    source = Source("x", folder, "0", Precision("none", "float32"))
    with pytest.raises(ModelUnavailable, match="A model of type wav2vec2 does not write text"):
        load(source, "cpu")
    with pytest.raises(ModelUnavailable, match="A model of type wav2vec2 does not write text"):
        prepare_language_model(str(folder), tmp_path / "models", Precision("nf4", "float32"), download=False)


def test_a_weight_that_is_missing_is_never_made_up(folder: Path) -> None:
    weights = load_file(folder / WEIGHTS)
    del weights["model.layers.1.mlp.down_proj.weight"]
    save_file(weights, folder / WEIGHTS, metadata={"format": "pt"})
    with pytest.raises(ModelUnavailable, match=r"lacks weights that the model needs \(model\.layers\.1\.mlp\.down"):
        load(Source("x", folder, "0", Precision("none", "float32")), "cpu")


def test_a_weight_of_another_shape_is_refused(folder: Path) -> None:
    weights = load_file(folder / WEIGHTS)
    weights["model.norm.weight"] = torch.ones(5)
    save_file(weights, folder / WEIGHTS, metadata={"format": "pt"})
    with pytest.raises(ModelUnavailable, match=r"lacks weights that the model needs \(model\.norm\.weight\)"):
        load(Source("x", folder, "0", Precision("none", "float32")), "cpu")


def test_what_is_written_is_read_by_safetensors_and_by_us(tmp_path: Path) -> None:
    random = torch.Generator().manual_seed(3)
    tensors = {
        "bytes": torch.randint(0, 255, (7, 1), dtype=torch.uint8, generator=random),
        "half": torch.randn(3, 5, generator=random).to(torch.bfloat16),
        "float": torch.randn(2, 3, 4, generator=random),
        "turned": torch.randn(4, 6, generator=random).T,
        "number": torch.tensor(2.5),
        "none": torch.empty(0, 4),
    }
    assert write(tmp_path / WEIGHTS, tensors) == sum(tensor.nbytes for tensor in tensors.values())
    theirs, ours = load_file(tmp_path / WEIGHTS), mapped([tmp_path / WEIGHTS])
    assert theirs.keys() == ours.keys() == tensors.keys()
    for name, tensor in tensors.items():
        assert torch.equal(theirs[name], tensor), name
        assert torch.equal(ours[name][...], tensor), name
        assert ours[name].get_shape() == list(tensor.shape)
    for tensor in read_header(tmp_path / WEIGHTS).values():
        size = theirs[tensor.name].element_size()
        assert tensor.start % size == 0, f"{tensor.name} is not aligned"


def test_writing_to_a_mapped_tensor_does_not_reach_the_file(tmp_path: Path) -> None:
    write(tmp_path / WEIGHTS, {"a": torch.ones(4)})
    before = (tmp_path / WEIGHTS).read_bytes()
    tensor = mapped([tmp_path / WEIGHTS])["a"][...]
    tensor.zero_()
    assert (tmp_path / WEIGHTS).read_bytes() == before
    assert torch.equal(mapped([tmp_path / WEIGHTS])["a"][...], torch.ones(4))
