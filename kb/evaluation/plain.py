"""The same documents and questions through plain LlamaIndex -> what it ranks."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from importlib.metadata import version
from typing import TYPE_CHECKING

from kb.durable import becoming_file
from kb.evaluation.datasets import Query
from kb.evaluation.sets import RankingSet
from kb.evaluation.shelf import Shelf

if TYPE_CHECKING:
    from llama_index.core import VectorStoreIndex

    from kb.models.embedding import KBEmbedding

CHUNK, OVERLAP = 1024, 200  # what SentenceSplitter has when nothing is said
DEPTH = 50
_BATCH = 256

Orders = dict[str, tuple[str, ...]]


def rank(known: RankingSet, queries: Sequence[Query], shelf: Shelf) -> Orders:
    """What a user of LlamaIndex gets who takes its defaults and the same encoder, and sets nothing.

    `SentenceSplitter` with 1,024 tokens and an overlap of 200, counted by the tokenizer of the encoder (its own would
    be downloaded); no prefixes; a `VectorStoreIndex` with its own vector store and retriever, asked for 50 passages
    instead of 2. The score of a document is the maximum over its chunks.

    The rankings are kept beside the index of the set: nothing of ours changes them.

    Args:
        known: Documents.
        queries: What to ask.
        shelf: Where the models are and the rankings are kept.

    Returns:
        Query id -> documents, best first.
    """
    folder = shelf.folder(known.corpus) / "plain"
    embedding = _bare_embedding(shelf)
    file = folder / f"{_digest(known, queries, embedding.identity.digest)}.json"
    if file.exists():
        return {query: tuple(found) for query, found in json.loads(file.read_text(encoding="utf-8")).items()}
    orders = search(index(known.judged.documents, embedding, shelf), queries, shelf)
    folder.mkdir(parents=True, exist_ok=True)
    with becoming_file(file) as incoming:
        incoming.write_text(json.dumps(orders, ensure_ascii=False), encoding="utf-8")
    return orders


def index(documents: Mapping[str, str], embedding: KBEmbedding, shelf: Shelf) -> VectorStoreIndex:
    """The documents in an index of LlamaIndex."""
    from llama_index.core import Document, VectorStoreIndex
    from llama_index.core.node_parser import SentenceSplitter

    def tokens(text: str) -> list[int]:
        return [0] * embedding.count_tokens([text])[0]

    splitter = SentenceSplitter(chunk_size=CHUNK, chunk_overlap=OVERLAP, tokenizer=tokens)
    nodes = splitter.get_nodes_from_documents([Document(text=text, id_=name) for name, text in documents.items()])
    made: VectorStoreIndex = VectorStoreIndex([], embed_model=embedding, transformations=[splitter])
    for start in range(0, len(nodes), _BATCH):
        made.insert_nodes(nodes[start : start + _BATCH])
        shelf.progress("plain LlamaIndex: encode", min(start + _BATCH, len(nodes)), len(nodes))
    return made


def search(made: VectorStoreIndex, queries: Sequence[Query], shelf: Shelf) -> Orders:
    """What the index ranks for each question."""
    retriever = made.as_retriever(similarity_top_k=DEPTH)
    orders = {}
    for number, query in enumerate(queries, start=1):
        best: dict[str, float] = {}
        for hit in retriever.retrieve(query.text):
            name, score = str(hit.node.ref_doc_id), float(hit.score or 0.0)
            best[name] = max(best.get(name, score), score)
        orders[query.id] = tuple(sorted(best, key=lambda name: (-best[name], name)))
        shelf.progress("plain LlamaIndex: questions", number, len(queries))
    return orders


def _bare_embedding(shelf: Shelf) -> KBEmbedding:
    from kb.models.embedding import open_embedding

    bare = shelf.settings.embedding.model_copy(update={"query_prefix": "", "passage_prefix": ""})
    return open_embedding(shelf.settings.model_copy(update={"embedding": bare}), shelf.models)


def _digest(known: RankingSet, queries: Sequence[Query], embedder: str) -> str:
    documents = sorted(known.judged.documents.items())
    asked = sorted((query.id, query.text) for query in queries)
    made_of = [version("llama-index-core"), embedder, CHUNK, OVERLAP, DEPTH, documents, asked]
    return hashlib.sha256(json.dumps(made_of).encode()).hexdigest()[:16]
