from __future__ import annotations

import importlib.util
import json
import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from llama_index.core.schema import NodeWithScore, TextNode

from kb.errors import ModelUnavailable
from kb.knowledge_base import KnowledgeBase
from kb.retrieval.reranker import CrossEncoderReranker, open_reranker, probabilities_of
from kb.settings import RetrievalSettings, Settings
from tests.word_engine import word_embedding

torch = pytest.importorskip("torch")
transformers = pytest.importorskip("transformers")
pytest.importorskip("sentence_transformers")

WORDS = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "the", "cat", "dog", "sat", "ran", "who", "far"]


class Scripted:
    """Gives the logit that stands in the passage itself."""

    asked: list[tuple[str, str]]

    def predict(self, pairs: list[tuple[str, str]], **options: Any) -> np.ndarray:
        self.asked = pairs
        return np.array([float(text) for _, text in pairs])


def tiny(folder: Path, labels: int, kind: str = "BertForSequenceClassification") -> Path:
    """A BERT of two layers with random weights, as its makers would publish it."""
    torch.manual_seed(labels)
    configuration = transformers.BertConfig(
        vocab_size=len(WORDS), hidden_size=16, num_hidden_layers=2, num_attention_heads=2, intermediate_size=32,
        max_position_embeddings=24, num_labels=labels, initializer_range=1.0,
    )  # fmt: skip
    getattr(transformers, kind)(configuration).save_pretrained(folder)
    (folder / "vocab.txt").write_text("\n".join(WORDS), encoding="utf-8")
    transformers.BertTokenizer(str(folder / "vocab.txt")).save_pretrained(folder)
    return folder


@pytest.fixture(scope="module", params=[1, 2])
def published(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tiny(tmp_path_factory.mktemp(f"labels-{request.param}"), request.param)


def hits(*texts: str) -> list[NodeWithScore]:
    return [NodeWithScore(node=TextNode(text=text), score=0.9 - 0.1 * i) for i, text in enumerate(texts)]


def last(hit: NodeWithScore) -> tuple[int, float, bool, str]:
    step = hit.node.metadata["steps"][-1]
    assert (step["step"], step["variant"]) == ("reranker", "all")
    return step["rank"], step["score"], step["kept"], step["why"]


def sigmoid(z: float) -> float:
    return 1 / (1 + float(np.exp(-z)))


class TestOrder:
    def test_the_first_are_ordered_and_the_rest_stays_behind(self) -> None:
        nodes, encoder = hits("-1", "2", "0", "5", "-9"), Scripted()
        found = CrossEncoderReranker(encoder, "tiny", first=3).postprocess_nodes(nodes, query_str="who")
        assert found == [nodes[1], nodes[2], nodes[0], nodes[3], nodes[4]]
        assert encoder.asked == [("who", "-1"), ("who", "2"), ("who", "0")]
        low = sigmoid(-1)
        assert [hit.score for hit in found] == pytest.approx([sigmoid(2), 0.5, low, low, low])

    def test_each_node_tells_its_old_place_and_both_scores(self) -> None:
        nodes = hits("-1", "2", "9")
        CrossEncoderReranker(Scripted(), "tiny", first=2).postprocess_nodes(nodes, query_str="who")
        assert [last(hit) for hit in nodes] == [
            (2, pytest.approx(sigmoid(-1)), True, "from place 1 to 2: P .27 by tiny, .90 before"),
            (1, pytest.approx(sigmoid(2)), True, "from place 2 to 1: P .88 by tiny, .80 before"),
            (3, pytest.approx(sigmoid(-1)), True, "not read, being behind the first 2: P .27, .70 before"),
        ]

    def test_a_low_score_behind_is_not_raised(self) -> None:
        nodes = [*hits("3"), NodeWithScore(node=TextNode(text="9"), score=0.01)]
        found = CrossEncoderReranker(Scripted(), first=1).postprocess_nodes(nodes, query_str="who")
        assert [hit.score for hit in found] == pytest.approx([sigmoid(3), 0.01])

    def test_equal_scores_keep_their_order(self) -> None:
        nodes = hits("1", "1", "1")
        assert CrossEncoderReranker(Scripted()).postprocess_nodes(nodes, query_str="who") == nodes

    def test_nothing_and_no_question(self) -> None:
        assert CrossEncoderReranker(Scripted()).postprocess_nodes([], query_str="who") == []
        with pytest.raises(ValueError, match="question"):
            CrossEncoderReranker(Scripted()).postprocess_nodes(hits("1"))


@settings(deadline=None)
@given(st.lists(st.tuples(st.floats(-700, 700), st.floats(-700, 700)), min_size=1, max_size=9))
def test_probabilities_are_sigmoid_and_softmax(rows: list[tuple[float, float]]) -> None:
    one = torch.tensor([first for first, _ in rows], dtype=torch.float64)
    two = torch.tensor(rows, dtype=torch.float64)
    assert probabilities_of(one.numpy()) == pytest.approx(torch.sigmoid(one).tolist(), abs=1e-12)
    assert probabilities_of(one.numpy()[:, None]) == pytest.approx(torch.sigmoid(one).tolist(), abs=1e-12)
    assert probabilities_of(two.numpy()) == pytest.approx(torch.softmax(two, dim=1)[:, 1].tolist(), abs=1e-12)


class TestModels:
    def test_it_gives_what_transformers_gives(self, published: Path, tmp_path: Path) -> None:
        texts = ["the cat sat", "the dog ran far", "cat"]
        reranker = open_reranker(str(published), tmp_path, 20, download=False)
        model = transformers.BertForSequenceClassification.from_pretrained(published).eval()
        tokenizer = transformers.BertTokenizer.from_pretrained(published)
        expected = []
        for text in texts:
            with torch.no_grad():
                logits = model(**tokenizer("who sat", text, return_tensors="pt")).logits[0]
            expected.append(float(torch.sigmoid(logits[0]) if len(logits) == 1 else torch.softmax(logits, 0)[1]))
        assert len(set(expected)) == 3
        assert reranker.probabilities("who sat", texts) == pytest.approx(expected, abs=1e-5)
        found = reranker.postprocess_nodes(hits(*texts), query_str="who sat")
        assert [hit.score for hit in found] == pytest.approx(sorted(expected, reverse=True), abs=1e-5)

    def test_a_pair_longer_than_the_model_is_cut(self, published: Path, tmp_path: Path) -> None:
        reranker = open_reranker(str(published), tmp_path, 20, download=False)
        long, longer = reranker.probabilities("who", ["cat " * 24, "cat " * 500])
        assert long == pytest.approx(longer, abs=1e-6)

    def test_three_labels_are_refused(self, tmp_path: Path) -> None:
        with pytest.raises(ModelUnavailable, match="has 3 labels"):
            open_reranker(str(tiny(tmp_path / "nli", 3)), tmp_path, 20, download=False)

    def test_a_model_without_a_head_is_refused(self, tmp_path: Path) -> None:
        with pytest.raises(ModelUnavailable, match=r"not a cross-encoder \(BertModel\)"):
            open_reranker(str(tiny(tmp_path / "bare", 1, "BertModel")), tmp_path, 20, download=False)

    def test_pickled_weights_are_refused(self, published: Path, tmp_path: Path) -> None:
        folder = shutil.copytree(published, tmp_path / "pickled")
        (folder / "model.safetensors").rename(folder / "pytorch_model.bin")
        with pytest.raises(ModelUnavailable, match="no weights as safetensors"):
            open_reranker(str(folder), tmp_path, 20, download=False)

    def test_code_that_comes_with_a_model_is_not_run(self, published: Path, tmp_path: Path) -> None:
        folder = shutil.copytree(published, tmp_path / "code")
        configuration = json.loads((folder / "config.json").read_text(encoding="utf-8"))
        configuration |= {"model_type": "own", "auto_map": {"AutoConfig": "own.Own", "AutoModel": "own.Own"}}
        (folder / "config.json").write_text(json.dumps(configuration), encoding="utf-8")
        (folder / "own.py").write_text(f"open({str(tmp_path / 'ran')!r}, 'w')\n", encoding="utf-8")
        with pytest.raises(ModelUnavailable, match="cannot be opened as a cross-encoder"):
            open_reranker(str(folder), tmp_path, 20, download=False)
        assert not (tmp_path / "ran").exists()

    @pytest.mark.parametrize("content", [None, "not json", "[]"])
    def test_a_folder_that_holds_no_model_is_refused(self, content: str | None, tmp_path: Path) -> None:
        if content is not None:
            (tmp_path / "config.json").write_text(content, encoding="utf-8")
        with pytest.raises(ModelUnavailable, match="no configuration"):
            open_reranker(str(tmp_path), tmp_path, 20, download=False)

    def test_damaged_weights_are_refused(self, published: Path, tmp_path: Path) -> None:
        folder = shutil.copytree(published, tmp_path / "damaged")
        (folder / "model.safetensors").write_bytes(b"\x08\0\0\0\0\0\0\0{broken}")
        with pytest.raises(ModelUnavailable, match="cannot be opened"):
            open_reranker(str(folder), tmp_path, 20, download=False)

    def test_a_missing_folder_is_named_with_its_setting(self, tmp_path: Path) -> None:
        with pytest.raises(ModelUnavailable, match=r"no folder .*retrieval\.reranker"):
            open_reranker(str(tmp_path / "nowhere"), tmp_path, 20, download=False)

    def test_a_missing_package_is_named_with_its_cure(
        self, published: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        found = importlib.util.find_spec
        monkeypatch.setattr(
            importlib.util, "find_spec", lambda name, *rest: None if "sentence" in name else found(name, *rest)
        )
        with pytest.raises(ModelUnavailable, match=r"sentence-transformers.*make models"):
            open_reranker(str(published), tmp_path, 20, download=False)


def test_a_reranker_in_the_settings_reads_the_passages_of_a_search(tmp_path: Path) -> None:
    folder = tiny(tmp_path / "cross", 1)
    (tmp_path / "papers").mkdir()
    for name in ("cat", "dog"):
        (tmp_path / "papers" / f"{name}.txt").write_text(f"the {name} sat far", encoding="utf-8")
    retrieval = RetrievalSettings(least_relevance=0.0, near_duplicates=False, reranker=str(folder))
    with KnowledgeBase.open(Settings(retrieval=retrieval), storage=tmp_path / "storage") as base:
        base._embedder = word_embedding()
        base.index([tmp_path / "papers"])
        sources = base.search("who sat far", top_k=2)
    own = open_reranker(str(folder), tmp_path / "models", 20, download=False)
    expected = dict(zip(("cat.txt", "dog.txt"), own.probabilities("who sat far", [
        "the cat sat far", "the dog sat far"]), strict=True))  # fmt: skip
    assert {source.document: pytest.approx(source.score) for source in sources} == expected
    assert [source.document for source in sources] == sorted(expected, key=lambda name: -expected[name])
    assert [step.step for step in sources[0].steps].count("reranker") == 1
