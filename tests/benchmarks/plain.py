"""The other side: what a competent user of plain LlamaIndex writes, one command for each thing that is timed.

The same model (as `HuggingFaceEmbedding` opens it, float32), the same prefixes, the same chunks; a flat inner-product
index as the vector store; everything else as it comes.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tests.benchmarks.processes import mark

if TYPE_CHECKING:
    from llama_index.core import VectorStoreIndex
    from llama_index.core.schema import TextNode

TOP_K = 5
DIMENSION = 384


def ingest(model: str, chunks: str, folder: str, question: str) -> None:
    """Embed chunks and persist the index; the clock runs from `encoder ready` to `durable`."""
    from llama_index.core import VectorStoreIndex

    embedding = embed_model(model)
    embedding.get_query_embedding("warm up")
    nodes = nodes_of(json.loads(Path(chunks).read_text(encoding="utf-8")))
    mark("encoder ready")
    index = VectorStoreIndex(nodes, storage_context=new_storage(), embed_model=embedding)
    index.storage_context.persist(folder)
    mark("durable")
    show(index.as_retriever(similarity_top_k=TOP_K).retrieve(question))


def search(model: str, folder: str, question: str) -> None:
    """From nothing to the first result."""
    from llama_index.core import load_index_from_storage

    index = load_index_from_storage(stored(folder), embed_model=embed_model(model))
    show(index.as_retriever(similarity_top_k=TOP_K).retrieve(question))


def opening(folder: str, vector: str) -> None:
    """Open the index and search with a given vector: no encoder, imports before the clock."""
    import numpy as np
    from llama_index.core import MockEmbedding, QueryBundle, load_index_from_storage
    from llama_index.vector_stores.faiss import FaissVectorStore  # noqa: F401 - imported before the clock

    query = QueryBundle("?", embedding=np.load(vector).tolist())
    mark("imported")
    index = load_index_from_storage(stored(folder), embed_model=MockEmbedding(embed_dim=DIMENSION))
    mark("opened")
    found = index.as_retriever(similarity_top_k=TOP_K).retrieve(query)
    mark("found")
    show(found)


def build(texts: Sequence[str], vectors: Any, folder: Path) -> None:
    """Persist an index of chunks whose vectors are known, each chunk a document of its own."""
    from llama_index.core import MockEmbedding, VectorStoreIndex

    nodes = nodes_of(texts)
    for node, vector in zip(nodes, vectors, strict=True):
        node.embedding = vector.tolist()
    index: VectorStoreIndex = VectorStoreIndex(
        nodes, storage_context=new_storage(), embed_model=MockEmbedding(embed_dim=DIMENSION)
    )
    index.storage_context.persist(str(folder))


def nodes_of(texts: Sequence[str]) -> list[TextNode]:
    """Chunks as nodes with stable ids, each pointing to a document."""
    from llama_index.core.schema import NodeRelationship, RelatedNodeInfo, TextNode

    return [
        TextNode(
            id_=f"chunk-{number}",
            text=text,
            relationships={NodeRelationship.SOURCE: RelatedNodeInfo(node_id=f"document-{number}")},
        )
        for number, text in enumerate(texts)
    ]


def embed_model(model: str) -> Any:
    """The reference encoder with the prefixes the model was trained with."""
    from llama_index.embeddings.huggingface import HuggingFaceEmbedding

    return HuggingFaceEmbedding(model_name=model, query_instruction="query: ", text_instruction="passage: ")


def new_storage() -> Any:
    """An empty stock vector store."""
    import faiss
    from llama_index.core import StorageContext
    from llama_index.vector_stores.faiss import FaissVectorStore

    return StorageContext.from_defaults(vector_store=FaissVectorStore(faiss.IndexFlatIP(DIMENSION)))


def stored(folder: str) -> Any:
    """What was persisted."""
    from llama_index.core import StorageContext
    from llama_index.vector_stores.faiss import FaissVectorStore

    return StorageContext.from_defaults(vector_store=FaissVectorStore.from_persist_dir(folder), persist_dir=folder)


def show(found: Sequence[Any]) -> None:
    """Print what was found."""
    for hit in found:
        print(f"{hit.score:.4f}\t{hit.node.node_id}\t{hit.node.get_content()[:80]!r}", flush=True)


if __name__ == "__main__":
    {"ingest": ingest, "search": search, "opening": opening}[sys.argv[1]](*sys.argv[2:])
