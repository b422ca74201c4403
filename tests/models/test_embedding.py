"""The embedding as the knowledge base and LlamaIndex use it."""

from __future__ import annotations

import asyncio
import pickle
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest

from kb.errors import ModelUnavailable
from kb.models.embedding import KBEmbedding, open_embedding
from kb.models.identity import choose, known_identity
from kb.settings import Settings

TEXTS = ["The harbour master keeps three ledgers.", "", "นายท่าเรือเก็บสมุดบัญชีไว้สามเล่ม", "fog " * 90, "x"]


def test_order_is_kept_and_rows_are_unit(embedding: KBEmbedding) -> None:
    forward, backward = embedding.encode_passages(TEXTS), embedding.encode_passages(TEXTS[::-1])[::-1]
    assert forward.dtype == np.float32
    assert (forward * backward).sum(axis=1).min() > 0.9998
    others = forward @ forward.T - 2 * np.eye(len(TEXTS))
    assert others.max() < 0.95, "different texts have different vectors"


def test_nothing_in_nothing_out(embedding: KBEmbedding) -> None:
    assert embedding.encode_passages([]).shape == (0, 384)
    assert embedding.encode_queries([]).shape == (0, 384)
    assert embedding.count_tokens([]) == []
    assert embedding.get_text_embedding_batch([]) == []


def test_prefixes_are_added_inside(embedding: KBEmbedding, models_folder: Path) -> None:
    bare = open_embedding(Settings(embedding={"query_prefix": "", "passage_prefix": ""}), models_folder)
    text = "Who keeps the ledgers?"
    query, passage = embedding.encode_queries([text])[0], embedding.encode_passages([text])[0]
    np.testing.assert_allclose(bare.encode_queries([f"query: {text}"])[0], query, atol=1e-6)
    np.testing.assert_allclose(bare.encode_passages([f"passage: {text}"])[0], passage, atol=1e-6)
    assert query @ passage < 0.999
    assert bare.identity != embedding.identity


def test_llamaindex_gets_the_same_vectors(embedding: KBEmbedding) -> None:
    passages = embedding.encode_passages(TEXTS)
    np.testing.assert_allclose(embedding.get_text_embedding_batch(TEXTS), passages, atol=2e-3)
    np.testing.assert_allclose(embedding.get_text_embedding(TEXTS[0]), passages[0], atol=2e-3)
    query = embedding.encode_queries([TEXTS[0]])[0]
    np.testing.assert_allclose(embedding.get_query_embedding(TEXTS[0]), query, atol=1e-6)
    np.testing.assert_allclose(asyncio.run(embedding.aget_query_embedding(TEXTS[0])), query, atol=1e-6)


def test_threads_share_it(embedding: KBEmbedding) -> None:
    expected = embedding.encode_passages(TEXTS)
    with ThreadPoolExecutor(4) as pool:
        for vectors in pool.map(embedding.encode_passages, [TEXTS] * 8):
            np.testing.assert_allclose(vectors, expected, atol=2e-3)


def test_it_cannot_be_pickled_in_half(embedding: KBEmbedding) -> None:
    with pytest.raises(TypeError, match="cannot be pickled"):
        pickle.dumps(embedding)


def test_the_identity_is_known_without_opening_anything(embedding: KBEmbedding, models_folder: Path) -> None:
    assert known_identity(Settings(), models_folder) == embedding.identity
    assert embedding.identity.as_dict() == {
        "model": "intfloat/multilingual-e5-small",
        "digest": embedding.identity.digest,
        "dimension": 384,
        "query_prefix": "query: ",
        "passage_prefix": "passage: ",
        "engine": "openvino",
    }
    code = (
        "import sys; from pathlib import Path; from kb.settings import Settings; "
        f"from kb.models.identity import known_identity; known_identity(Settings(), Path({str(models_folder)!r})); "
        "sys.exit(any(heavy in sys.modules for heavy in ('numpy', 'llama_index', 'openvino', 'tokenizers')))"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_engines_have_identities_of_their_own(embedding: KBEmbedding, models_folder: Path, tmp_path: Path) -> None:
    torch = known_identity(Settings(embedding={"engine": "torch"}), models_folder)
    assert torch is not None
    assert (torch.engine, torch.dimension) == ("torch", 384)
    assert torch.digest != embedding.identity.digest
    assert known_identity(Settings(), tmp_path) is None


@pytest.mark.parametrize(
    ("name", "prefixes"),
    [
        ("intfloat/multilingual-e5-base", ("query: ", "passage: ")),
        ("intfloat/e5-small-v2", ("query: ", "passage: ")),
        ("intfloat/multilingual-e5-large-instruct", ("", "")),
        ("sentence-transformers/all-MiniLM-L6-v2", ("", "")),
        ("someone/pale5-smallish", ("", "")),
    ],
)
def test_prefixes_follow_the_family(name: str, prefixes: tuple[str, str]) -> None:
    choice = choose(Settings(embedding={"model": name}).embedding)
    assert (choice.query_prefix, choice.passage_prefix) == prefixes
    assert choice.engine == "torch"
    set_by_hand = choose(Settings(embedding={"model": name, "query_prefix": "Q "}).embedding)
    assert set_by_hand.query_prefix == "Q "


def test_the_fast_engine_refuses_a_model_it_does_not_know() -> None:
    settings = Settings(embedding={"model": "sentence-transformers/all-MiniLM-L6-v2", "engine": "openvino"})
    with pytest.raises(ModelUnavailable, match=r'embedding\.engine to "auto"'):
        choose(settings.embedding)


def test_missing_packages_are_named(models_folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "llama_index.embeddings.huggingface", None)
    with pytest.raises(ModelUnavailable, match=r"make models \(or pip install '\.\[models\]'\)"):
        open_embedding(Settings(embedding={"model": str(models_folder)}), models_folder)


def test_minilm_through_the_reference_path(models_folder: Path) -> None:
    settings = Settings(embedding={"model": "sentence-transformers/all-MiniLM-L6-v2"})
    minilm = open_embedding(settings, models_folder)
    vectors = minilm.encode_passages(["A cat sits on the mat.", "A kitten lies on a rug.", "Interest rates rose."])
    assert vectors[0] @ vectors[1] > 0.5 > 0.2 > vectors[0] @ vectors[2]
    assert minilm.count_tokens(["a cat", ""]) == [2, 0]
    assert known_identity(settings, models_folder) == minilm.identity


def test_a_folder_of_ones_own_is_digested_once_and_again_when_it_changes(models_folder: Path, tmp_path: Path) -> None:
    import shutil

    minilm = Settings(embedding={"model": "sentence-transformers/all-MiniLM-L6-v2"})
    open_embedding(minilm, models_folder)
    own = shutil.copytree(models_folder / minilm.embedding.model, tmp_path / "own")
    settings = Settings(embedding={"model": str(own)})
    assert known_identity(settings, tmp_path / "models") is None
    opened = open_embedding(settings, tmp_path / "models").identity
    assert known_identity(settings, tmp_path / "models") == opened
    config = own / "config.json"
    config.write_text(config.read_text() + "\n")
    assert known_identity(settings, tmp_path / "models") is None
    assert open_embedding(settings, tmp_path / "models").identity.digest != opened.digest
