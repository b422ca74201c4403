"""Our side, one command for each thing that is timed; what a user runs as `kb` is timed as `kb`."""

from __future__ import annotations

import sys
from pathlib import Path

from tests.benchmarks.processes import mark

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


if __name__ == "__main__":
    {"ingest": ingest, "encode": encode}[sys.argv[1]](*sys.argv[2:])
