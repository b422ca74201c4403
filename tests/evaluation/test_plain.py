"""Plain LlamaIndex with an encoder whose vectors can be written down."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from llama_index.core.base.embeddings.base import BaseEmbedding

from kb.evaluation import plain, sets
from kb.evaluation.datasets import Query
from kb.evaluation.shelf import Shelf
from kb.settings import Settings
from tests.evaluation.sets_fixtures import beir_folder

WORDS = ["wings", "lift", "planes", "heat", "flows", "engines", "boats", "what", "filler"]


class WordEmbedding(BaseEmbedding):
    """One dimension for each known word, unit length; a token is a word."""

    asked: list[str] = []  # noqa: RUF012

    @property
    def identity(self) -> Any:
        return type("Identity", (), {"digest": "words"})

    def count_tokens(self, texts: list[str]) -> list[int]:
        return [len(text.split()) for text in texts]

    def _get_text_embedding(self, text: str) -> list[float]:
        self.asked.append(text)
        counts = np.array([text.lower().split().count(word) for word in WORDS], dtype=float) + 1e-6
        return (counts / np.linalg.norm(counts)).tolist()  # type: ignore[no-any-return]

    def _get_query_embedding(self, query: str) -> list[float]:
        return self._get_text_embedding(query)

    async def _aget_query_embedding(self, query: str) -> list[float]:
        return self._get_query_embedding(query)


def ask(text: str) -> Query:
    return Query(text, text, "fit")


def test_documents_are_ranked_by_cosine(tmp_path: Path) -> None:
    shelf = Shelf(tmp_path, Settings())
    documents = {"a": "wings lift planes", "b": "heat flows", "c": "planes engines"}
    index = plain.index(documents, WordEmbedding(), shelf)  # type: ignore[arg-type]
    queries = [ask("wings lift"), ask("engines planes"), ask("heat")]
    assert {name: found[0] for name, found in plain.search(index, queries, shelf).items()} == {
        "wings lift": "a", "engines planes": "c", "heat": "b",
    }  # fmt: skip
    assert plain.search(index, queries, shelf)["engines planes"] == ("c", "a", "b")


def test_a_document_scores_as_its_best_chunk_of_a_thousand_tokens(tmp_path: Path) -> None:
    shelf = Shelf(tmp_path, Settings())
    sentence = "filler " * 9 + "filler. "
    documents = {"long": sentence * 150 + "boats boats boats.", "short": "boats heat"}
    embedding = WordEmbedding()
    embedding.asked.clear()
    index = plain.index(documents, embedding, shelf)  # type: ignore[arg-type]
    sizes = sorted(len(text.split()) for text in embedding.asked)
    assert len(sizes) == 3
    assert max(sizes) <= 1024
    # 1,503 words in two chunks that share at most 200
    assert 1503 <= sizes[1] + sizes[2] <= 1703
    (found,) = plain.search(index, [ask("boats")], shelf).values()
    assert found == ("short", "long")


def test_rankings_are_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    known = sets.open_set(str(beir_folder(tmp_path / "mine")), tmp_path)
    shelf = Shelf(tmp_path / "storage", Settings())
    monkeypatch.setattr(plain, "_bare_embedding", lambda shelf: WordEmbedding())
    first = plain.rank(known, known.asked(), shelf)
    assert (first["q1"][0], first["q2"][0], set(first["q3"][:2])) == ("d1", "d2", {"d1", "d3"})
    (file,) = (shelf.folder(known.corpus) / "plain").iterdir()
    file.write_text(json.dumps({**first, "q1": ["kept"]}))
    assert plain.rank(known, known.asked(), shelf) == {**first, "q1": ("kept",)}
    fewer = plain.rank(known, known.asked()[:2], shelf)
    assert {name: found[0] for name, found in fewer.items()} == {"q1": "d1", "q2": "d2"}


def test_the_encoder_is_the_same_without_prefixes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    opened = []
    monkeypatch.setattr("kb.models.embedding.open_embedding", lambda *given: opened.append(given))
    settings = Settings()
    plain._bare_embedding(Shelf(tmp_path, settings))
    ((asked, models),) = opened
    assert (asked.embedding.query_prefix, asked.embedding.passage_prefix) == ("", "")
    assert asked.embedding.model == settings.embedding.model
    assert models == tmp_path / "models"
