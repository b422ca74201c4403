"""The catalog through LlamaIndex: retrieval, insertion, deletion, filters, without any global of LlamaIndex."""

from __future__ import annotations

import pickle
from collections.abc import Iterator

import pytest
from llama_index.core import VectorStoreIndex
from llama_index.core.base.embeddings.base import BaseEmbedding
from llama_index.core.callbacks import CallbackManager
from llama_index.core.schema import Document, TextNode
from llama_index.core.vector_stores.types import (
    MetadataFilter,
    MetadataFilters,
    VectorStoreQuery,
    VectorStoreQueryMode,
)

from kb.errors import KBError, StorageError
from kb.index.catalog import Catalog, Identity
from kb.index.check import check
from kb.index.sync import sync
from kb.index.vector_store import CatalogVectorStore
from tests.index.doubles import DIMENSION, IDENTITY, vector_of
from tests.index.shelf import Shelf


class HashEmbedding(BaseEmbedding):
    """Equal texts have equal vectors."""

    def _get_query_embedding(self, query: str) -> list[float]:
        return [float(number) for number in vector_of(query)]

    async def _aget_query_embedding(self, query: str) -> list[float]:
        return self._get_query_embedding(query)

    def _get_text_embedding(self, text: str) -> list[float]:
        return self._get_query_embedding(text)


@pytest.fixture
def catalog(shelf: Shelf) -> Iterator[Catalog]:
    """Two files of two chunks, opened for writing."""
    shelf.put("a.txt", "red fox", "grey wolf")
    shelf.put("b.md", "green frog", "red fox too")
    shelf.sync()
    with shelf.writing() as opened:
        yield opened


@pytest.fixture
def store(catalog: Catalog) -> CatalogVectorStore:
    return CatalogVectorStore(catalog)


@pytest.fixture
def index(store: CatalogVectorStore) -> VectorStoreIndex:
    embedding = HashEmbedding(callback_manager=CallbackManager([]))
    return VectorStoreIndex.from_vector_store(
        store, embed_model=embedding, transformations=[embedding], callback_manager=CallbackManager([])
    )


def ask(index: VectorStoreIndex, text: str, k: int = 1, **kwargs: object) -> list[str]:
    found = index.as_retriever(similarity_top_k=k, **kwargs).retrieve(text)  # type: ignore[arg-type]
    return [node.get_content() for node in found]


def query(store: CatalogVectorStore, text: str, k: int = 4, **more: object) -> list[str]:
    vector = [float(number) for number in vector_of(text)]
    result = store.query(VectorStoreQuery(query_embedding=vector, similarity_top_k=k, **more))  # type: ignore[arg-type]
    assert result.ids == [node.node_id for node in result.nodes or []]
    return [node.get_content() for node in result.nodes or []]


def test_a_retriever_finds_chunks_with_ids_offsets_and_names(index: VectorStoreIndex) -> None:
    found = index.as_retriever(similarity_top_k=2).retrieve("grey wolf")
    node = found[0].node
    assert isinstance(node, TextNode)
    assert (node.node_id, node.text, node.start_char_idx, node.end_char_idx) == ("2", "grey wolf", 9, 18)
    assert node.metadata == {"document": "a.txt", "page": None, "type": "txt", "language": "en"}
    assert node.ref_doc_id == "a.txt"
    assert found[0].score == pytest.approx(1.0)
    assert found[1].score == pytest.approx(
        max(float(vector_of("grey wolf") @ vector_of(t)) for t in ("red fox", "green frog", "red fox too"))
    )


def test_inserted_nodes_live_beside_the_files(index: VectorStoreIndex, catalog: Catalog) -> None:
    index.insert_nodes([TextNode(text="blue whale", id_="n1"), TextNode(text="black cat", id_="n2")])
    assert ask(index, "blue whale") == ["blue whale"]
    index.insert_nodes([TextNode(text="white cat", id_="n2", metadata={"year": 1999})])
    with catalog.read() as snapshot:
        assert sorted(row.name for row in snapshot.documents()) == ["a.txt", "b.md", "n1", "n2"]
    assert check(catalog) == []
    index.delete_nodes(["n1"])
    assert ask(index, "blue whale") != ["blue whale"]
    node = index.vector_store.get_nodes(["n2"])[0]
    assert (node.get_content(), node.metadata["year"], node.ref_doc_id) == ("white cat", 1999, "n2")
    assert check(catalog) == []


def test_a_document_is_inserted_and_deleted_whole(index: VectorStoreIndex, catalog: Catalog) -> None:
    nodes = [TextNode(text=text, id_=text) for text in ("part one", "part two")]
    for node in nodes:
        node.relationships["1"] = Document(text="", id_="letter").as_related_node_info()  # type: ignore[index]
    index.insert_nodes(nodes[:1])
    index.insert_nodes(nodes[1:])
    with catalog.read() as snapshot:
        row = snapshot.find("letter")
        assert row is not None
        assert snapshot.text(row.id) == "part one\n\npart two\n\n"
        assert len(snapshot.chunk_ids_of(row.id)) == 2
    assert ask(index, "part two") == ["part two"]
    index.delete_ref_doc("letter")
    index.delete_ref_doc("never there")
    with catalog.read() as snapshot:
        assert snapshot.find("letter") is None
    assert check(catalog) == []


def test_deleting_a_file_through_llama_index_excludes_it(index: VectorStoreIndex, catalog: Catalog) -> None:
    index.delete_ref_doc("a.txt")
    with catalog.read() as snapshot:
        row = snapshot.find("a.txt")
        assert row is not None
        assert row.state == "excluded"
    assert set(ask(index, "grey wolf", 4)) == {"green frog", "red fox too"}


def test_node_ids_doc_ids_and_filters_are_honoured(store: CatalogVectorStore) -> None:
    assert query(store, "red fox", node_ids=["2", "3"], k=4) == sorted(
        ["grey wolf", "green frog"], key=lambda text: -float(vector_of("red fox") @ vector_of(text))
    )
    assert query(store, "red fox", node_ids=[], k=1) == ["red fox"]
    assert set(query(store, "red fox", doc_ids=["b.md"])) == {"green frog", "red fox too"}
    assert query(store, "red fox", doc_ids=["b.md"], node_ids=["1", "3"]) == ["green frog"]
    assert query(store, "red fox", doc_ids=["none"]) == []
    filters = MetadataFilters(filters=[MetadataFilter(key="type", value="md")])
    assert set(query(store, "red fox", filters=filters)) == {"green frog", "red fox too"}
    assert [node.node_id for node in store.get_nodes(filters=filters)] == ["3", "4"]
    assert [node.node_id for node in store.get_nodes(["4", "9", "1"])] == ["1", "4"]


def test_mmr_turns_away_from_what_it_has(index: VectorStoreIndex, store: CatalogVectorStore) -> None:
    index.insert_nodes([TextNode(text="red fox", id_="twin")])
    plain = ask(index, "red fox", 2)
    assert plain == ["red fox", "red fox"]
    diverse = query(store, "red fox", 2, mode=VectorStoreQueryMode.MMR, mmr_threshold=0.1)
    assert len(set(diverse)) == 2
    by_keyword = ask(index, "red fox", 2, vector_store_query_mode="mmr", vector_store_kwargs={"mmr_threshold": 0.1})
    assert by_keyword == diverse
    with pytest.raises(ValueError, match="hybrid"):
        query(store, "red fox", mode=VectorStoreQueryMode.HYBRID)
    with pytest.raises(ValueError, match="embedding"):
        store.query(VectorStoreQuery(query_str="red fox"))


def test_what_does_not_fit_is_refused(store: CatalogVectorStore, catalog: Catalog) -> None:
    with pytest.raises(KBError, match="shape"):
        store.add([TextNode(text="x", embedding=[1.0] * (DIMENSION + 1))])
    with pytest.raises(KBError, match="without text"):
        store.add([TextNode(text="", embedding=[1.0] * DIMENSION)])
    with pytest.raises(TypeError):
        pickle.dumps(store)
    with pytest.raises(KBError, match="CatalogVectorStore"):
        CatalogVectorStore.from_persist_path("x")
    reader = CatalogVectorStore(Catalog.open(catalog.folder, IDENTITY))
    assert query(reader, "red fox", 1) == ["red fox"]
    with pytest.raises(StorageError, match="opened for reading"):
        reader.delete("a.txt")


def test_clear_and_persist(store: CatalogVectorStore, catalog: Catalog) -> None:
    store.persist()
    assert check(catalog) == []
    store.clear()
    assert query(store, "red fox") == []
    with catalog.read() as snapshot:
        assert (snapshot.documents(), snapshot.roots()) == ([], [])
    assert check(catalog) == []


def test_a_rebuild_keeps_added_nodes(shelf: Shelf) -> None:
    shelf.put("a.txt", "red fox")
    shelf.sync()
    with shelf.writing() as catalog:
        node = TextNode(
            text="blue whale", id_="n1", metadata={"year": 1999}, embedding=vector_of("blue whale").tolist()
        )
        CatalogVectorStore(catalog).add([node])
    other = Identity({**IDENTITY.embedder, "digest": "2"}, IDENTITY.pipeline)
    with shelf.storage.writer() as writer:
        with pytest.raises(KBError, match="would be lost"), writer.rebuild(other):
            pass
        for identity, encode in ((IDENTITY, None), (other, shelf.parts.encode)):
            with writer.rebuild(identity, encode) as catalog:
                sync(catalog, (), shelf.parts.parts())
                assert check(catalog) == []
                store = CatalogVectorStore(catalog)
                assert query(store, "blue whale", 1) == ["blue whale"]
                assert store.get_nodes(["n1"])[0].metadata["year"] == 1999
