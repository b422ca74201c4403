"""Our side, one command for each thing that is timed; what a user runs as `kb` is timed as `kb`."""

from __future__ import annotations

import hashlib
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from tests.benchmarks.processes import mark

if TYPE_CHECKING:
    from kb.index.writer import NewChunk, NewDocument
    from tests.benchmarks.corpus import Chunks

BUILT_TOGETHER = 2_000  # documents in one transaction when a large corpus is laid down


def ingest(models: str, file: str, folder: str, question: str) -> None:
    """One text, split, encoded and stored; the clock runs from `encoder ready` to `durable`.

    What happens in between: splitting, search words, encoding, one transaction that SQLite has put on the disk, and the
    FAISS base. Reading the file and bringing its text into canonical form happens before.
    """
    from llama_index.core.schema import Document

    from kb.documents.splitter import SpanSplitter
    from kb.index.catalog import Identity
    from kb.index.storage import IndexStorage
    from kb.index.sync import SyncParts, sync
    from kb.index.vectors import VectorIndex
    from kb.language.normalize import canonical
    from kb.language.segment import words
    from kb.models.embedding import open_embedding
    from kb.settings import Settings

    settings = Settings()
    embedding = open_embedding(settings, Path(models))
    embedding.encode_queries(["warm up"])
    words("warm up อุ่นเครื่อง")
    text = canonical(Path(file).read_text(encoding="utf-8"))
    document = Document(text=text, metadata={"type": "txt", "language": "en", "page_starts": []})
    splitter = SpanSplitter(count_tokens=embedding.count_tokens, chunk_tokens=settings.splitter.chunk_tokens)
    parts = SyncParts(
        lambda path: document,
        lambda read: splitter.get_nodes_from_documents([read]),  # type: ignore[arg-type, return-value]
        embedding.encode_passages,
    )
    mark("encoder ready")
    with (
        IndexStorage(Path(folder)).writer() as writer,
        writer.open(Identity(embedding.identity.as_dict(), {})) as catalog,
    ):
        synced = sync(catalog, [Path(file)], parts)
        mark("durable")
        with catalog.read() as snapshot:
            ids, cosines = VectorIndex(catalog).search(snapshot, embedding.encode_queries([question])[0], 5)
            for id_, cosine in zip(ids.tolist(), cosines.tolist(), strict=True):
                print(f"{cosine:.4f}\t{snapshot.chunks([id_])[id_].text[:80]!r}")
        mark(f"{synced.chunks} chunks")


def encode(models: str, chunks: str) -> None:
    """The floor of our side: the same chunks through the same encoder and nothing else."""
    import json

    from kb.models.embedding import open_embedding
    from kb.settings import Settings

    embedding = open_embedding(Settings(), Path(models))
    embedding.encode_queries(["warm up"])
    texts = json.loads(Path(chunks).read_text(encoding="utf-8"))
    mark("encoder ready")
    embedding.encode_passages(texts)
    mark("encoded")


def opening(storage: str, vector: str) -> None:
    """Open the index and search with a given vector, as the plain side does: no encoder, imports before the clock."""
    import numpy as np
    from llama_index.core import MockEmbedding, QueryBundle, VectorStoreIndex

    from kb.index.storage import IndexStorage
    from kb.index.vector_store import CatalogVectorStore

    query = QueryBundle("?", embedding=np.load(vector).tolist())
    embedding = MockEmbedding(embed_dim=len(query.embedding or []))
    mark("imported")
    with IndexStorage(Path(storage) / "index").open() as catalog:
        index = VectorStoreIndex.from_vector_store(
            CatalogVectorStore(catalog), embed_model=embedding, transformations=[embedding]
        )
        mark("opened")
        found = index.as_retriever(similarity_top_k=5).retrieve(query)
        mark("found")
    for hit in found:
        print(f"{hit.score:.4f}\t{hit.node.node_id}\t{hit.node.get_content()[:80]!r}")


def build(storage: Path, chunks: Chunks) -> None:
    """Lay down chunks whose vectors are known, each a document of its own, in the index of a storage.

    The identity of the index is that of the first file, which is indexed the ordinary way.
    """
    from kb.index.storage import IndexStorage
    from kb.index.vectors import VectorIndex
    from kb.knowledge_base import KnowledgeBase
    from kb.settings import Settings

    texts = storage / "first"
    texts.mkdir()
    (texts / "first.txt").write_text(chunks.texts[0], encoding="utf-8")
    with KnowledgeBase.open(Settings(), storage=storage) as kb:
        kb.index([texts])
    with IndexStorage(storage / "index").writer() as writer, writer.open(None) as catalog:  # type: ignore[arg-type]
        for start in range(0, len(chunks.texts), BUILT_TOGETHER):
            with catalog.write() as rows:
                root = rows.add_root(str(storage / "corpus"), "folder")
                for number in range(start, min(start + BUILT_TOGETHER, len(chunks.texts))):
                    document, chunk = _rows_of(number, chunks)
                    rows.put(root, document, [chunk])
        VectorIndex(catalog).maintain()


def _rows_of(number: int, chunks: Chunks) -> tuple[NewDocument, NewChunk]:
    from kb.index import lexical
    from kb.index.writer import NewChunk, NewDocument, chunk_digest
    from kb.language.segment import language

    text = chunks.texts[number]
    content = text.encode("utf-8")
    document = NewDocument(
        path=f"{number:07d}.txt",
        sha256=hashlib.sha256(content).hexdigest(),
        size=len(content),
        mtime=0,
        type="txt",
        language=language(text),
        text=text,
    )
    vector = chunks.vectors[number].astype("<f4").tobytes()
    return document, NewChunk(0, len(text), text, chunk_digest(text), " ".join(lexical.terms(text)), vector=vector)


if __name__ == "__main__":
    {"ingest": ingest, "encode": encode, "opening": opening}[sys.argv[1]](*sys.argv[2:])
