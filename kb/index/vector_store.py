"""The catalog as a LlamaIndex FaissVectorStore."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NoReturn

import numpy as np
from fsspec import AbstractFileSystem  # type: ignore[import-untyped]
from llama_index.core.bridge.pydantic import PrivateAttr
from llama_index.core.indices.query.embedding_utils import get_top_k_mmr_embeddings
from llama_index.core.schema import BaseNode
from llama_index.core.vector_stores.types import (
    MetadataFilters,
    VectorStoreQuery,
    VectorStoreQueryMode,
    VectorStoreQueryResult,
)
from llama_index.core.vector_stores.utils import build_metadata_filter_fn
from llama_index.vector_stores.faiss import FaissVectorStore
from numpy.typing import NDArray

from kb.errors import KBError
from kb.index import nodes as added_nodes
from kb.index.catalog import Catalog, Snapshot
from kb.index.vectors import VectorIndex
from kb.settings import IndexSettings

_MMR_PREFETCH = 4.0


class CatalogVectorStore(FaissVectorStore):
    """Search and change a catalog by LlamaIndex: `VectorStoreIndex.from_vector_store(store, embed_model=...)`.

    Node ids are chunk ids as text; similarities are cosines; a node's metadata names document, page and type. Nodes
    that are added here live in the catalog beside the mirrored files. Changes need a catalog opened for writing.

    Args:
        catalog: The catalog; the caller closes it.
        settings: When the vector base changes its shape.
    """

    stores_text: bool = True

    _catalog: Catalog = PrivateAttr()
    _vectors: VectorIndex = PrivateAttr()

    def __init__(self, catalog: Catalog, settings: IndexSettings | None = None) -> None:
        super().__init__(faiss_index=None)
        self._catalog = catalog
        self._vectors = VectorIndex(catalog, settings)

    @classmethod
    def class_name(cls) -> str:
        """The name LlamaIndex prints."""
        return "CatalogVectorStore"

    @property
    def client(self) -> Any:  # noqa: ANN401 - LlamaIndex's signature
        """The FAISS index under the newest view; None while everything fits the flat tail."""
        with self._catalog.read() as snapshot:
            base = self._vectors.view(snapshot).base
        return None if base is None else base.index

    def search(
        self,
        snapshot: Snapshot,
        vector: Sequence[float] | NDArray[Any],
        k: int,
        allowed: Sequence[int] | NDArray[np.int64] | None = None,
    ) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
        """The k nearest chunks of a snapshot: ids and cosines, best first; see `VectorIndex.search`."""
        return self._vectors.search(snapshot, vector, k, allowed)

    def query(self, query: VectorStoreQuery, **kwargs: Any) -> VectorStoreQueryResult:
        """Nearest nodes, by default or by MMR (`mmr_threshold`, `mmr_prefetch_factor` as keywords).

        Raises:
            ValueError: Another mode, or no query embedding.
        """
        if query.query_embedding is None:
            raise ValueError("CatalogVectorStore needs a query embedding")
        if query.mode not in (VectorStoreQueryMode.DEFAULT, VectorStoreQueryMode.MMR):
            raise ValueError(f"CatalogVectorStore does not know the mode {query.mode.value}: use default or mmr")
        wanted = query.similarity_top_k
        with self._catalog.read() as snapshot:
            allowed = _allowed(snapshot, query)
            if query.mode == VectorStoreQueryMode.MMR:
                ids, scores = self._diverse(snapshot, query, allowed, kwargs)
            else:
                ids, scores = self._vectors.search(snapshot, query.query_embedding, wanted, allowed)
            found = added_nodes.as_nodes(snapshot, ids.tolist())
        return VectorStoreQueryResult(nodes=found, similarities=scores.tolist(), ids=[str(id_) for id_ in ids])

    def add(self, nodes: Sequence[BaseNode], **add_kwargs: Any) -> list[str]:
        """Store nodes with their embeddings; one with a known node id takes the old one's place.

        Returns:
            Their new ids.
        """
        ids = added_nodes.add(self._catalog, nodes)
        self._vectors.maintain()
        return [str(id_) for id_ in ids]

    def delete(self, ref_doc_id: str, **delete_kwargs: Any) -> None:
        """Take a document out; a mirrored file is excluded until it is named again. An unknown one is no error."""
        added_nodes.delete_document(self._catalog, ref_doc_id)
        self._vectors.maintain()

    def delete_nodes(
        self,
        node_ids: list[str] | None = None,
        filters: MetadataFilters | None = None,
        **delete_kwargs: Any,
    ) -> None:
        """Take single nodes out, by chunk id or by the id they were added with, those that pass the filters."""
        with self._catalog.read() as snapshot:
            ids = _chosen(snapshot, node_ids, filters)
        with self._catalog.write() as writer:
            writer.remove_chunks(ids)
        self._vectors.maintain()

    def get_nodes(self, node_ids: list[str] | None = None, filters: MetadataFilters | None = None) -> list[BaseNode]:
        """Nodes by id (None: all), those that pass the filters."""
        with self._catalog.read() as snapshot:
            return added_nodes.as_nodes(snapshot, _chosen(snapshot, node_ids, filters))

    def clear(self) -> None:
        """Empty the catalog; the files stay."""
        with self._catalog.read() as snapshot:
            documents, roots = snapshot.documents(), snapshot.roots()
        with self._catalog.write() as writer:
            for document in documents:
                writer.delete(document.id)
            for root in roots:
                writer.drop_root(root.id)
        self._vectors.maintain()

    def persist(self, persist_path: str = "", fs: AbstractFileSystem | None = None) -> None:
        """Write the vector base anew; everything is durable without it. The path is the catalog's own.

        Args:
            persist_path: Ignored.
            fs: Ignored.
        """
        if self._catalog.writable:
            self._vectors.rewrite()

    @classmethod
    def from_persist_path(cls, persist_path: str, fs: AbstractFileSystem | None = None) -> NoReturn:
        """Not how this store is opened.

        Raises:
            KBError: Always.
        """
        raise KBError("A CatalogVectorStore opens a catalog, not a persisted file", "Use CatalogVectorStore(catalog)")

    def __reduce__(self) -> NoReturn:
        raise TypeError("a CatalogVectorStore holds connections and locks: open its catalog again in the other process")

    def _diverse(
        self, snapshot: Snapshot, query: VectorStoreQuery, allowed: list[int] | None, kwargs: dict[str, Any]
    ) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
        """Maximal marginal relevance over the nearest (Carbonell and Goldstein 1998), by LlamaIndex's own function."""
        vector = query.query_embedding or []
        wide = int(query.similarity_top_k * float(kwargs.get("mmr_prefetch_factor", _MMR_PREFETCH)))
        ids, scores = self._vectors.search(snapshot, vector, wide, allowed)
        threshold = query.mmr_threshold if query.mmr_threshold is not None else kwargs.get("mmr_threshold")
        _, places = get_top_k_mmr_embeddings(
            vector,
            [row.tolist() for row in snapshot.vectors(ids)],
            similarity_top_k=query.similarity_top_k,
            embedding_ids=list(range(len(ids))),
            mmr_threshold=threshold,
        )
        return ids[places], scores[places]


def _allowed(snapshot: Snapshot, query: VectorStoreQuery) -> list[int] | None:
    """The chunk ids that node_ids, doc_ids and filters leave; None: all."""
    if not query.node_ids and not query.doc_ids and (query.filters is None or not query.filters.filters):
        return None
    ids: set[int] | None = None
    if query.node_ids:
        ids = set(added_nodes.chunk_ids(snapshot, query.node_ids))
    if query.doc_ids:
        documents = added_nodes.document_ids(snapshot, query.doc_ids)
        of_documents = {id_ for document in documents for id_ in snapshot.chunk_ids_of(document)}
        ids = of_documents if ids is None else ids & of_documents
    candidates = sorted(ids) if ids is not None else None
    return _filtered(snapshot, candidates, query.filters)


def _chosen(snapshot: Snapshot, node_ids: Sequence[str] | None, filters: MetadataFilters | None) -> list[int]:
    ids = None if node_ids is None else added_nodes.chunk_ids(snapshot, node_ids)
    return _filtered(snapshot, ids, filters)


def _filtered(snapshot: Snapshot, ids: list[int] | None, filters: MetadataFilters | None) -> list[int]:
    candidates = snapshot.chunk_ids().tolist() if ids is None else ids
    if filters is None or not filters.filters:
        return candidates
    told = {node.node_id: node.metadata for node in added_nodes.as_nodes(snapshot, candidates)}
    passes = build_metadata_filter_fn(lambda node_id: told[node_id], filters)
    return [id_ for id_ in candidates if str(id_) in told and passes(str(id_))]
