"""An old catalog -> what a rebuilt one needs of it: roots, exclusions, and nodes that have no file to be read from."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from kb.errors import KBError
from kb.index import lexical
from kb.index.catalog import Catalog, DocumentRow, Snapshot, Writer
from kb.index.nearest import checked_vectors
from kb.index.writer import NewChunk, NewDocument, chunk_digest

Encode = Callable[[Sequence[str]], NDArray[np.float32]]


def carry_over(old: Snapshot, catalog: Catalog, encode: Encode | None) -> None:
    """Copy what cannot be read from the disk again, in one transaction.

    Args:
        old: The catalog that is replaced.
        catalog: The empty one.
        encode: Texts -> vectors; None where the embedder stays the same.

    Raises:
        KBError: Added nodes would need vectors of another embedder, and there is no `encode`.
    """
    with catalog.read() as fresh:
        same = old.meta()["embedder"] == fresh.meta()["embedder"]
        dimension = fresh.dimension()
    with catalog.write() as writer:
        for root in old.roots():
            root_id = writer.add_root(root.path, root.kind, root.mount)
            for row in old.documents_of(root.id):
                if row.state == "excluded":
                    writer.put(root_id, _described(row, ""), ())
                elif root.kind == "nodes":
                    vectors = _vectors(old, row, None if same else encode, (same, dimension))
                    _copy_nodes(old, writer, (row, root_id), vectors)


def _vectors(
    old: Snapshot, row: DocumentRow, encode: Encode | None, wanted: tuple[bool, int]
) -> dict[int, NDArray[np.float32]]:
    ids = old.chunk_ids_of(row.id)
    same, dimension = wanted
    if same:
        return dict(zip(ids, old.vectors(ids), strict=True))
    if encode is None:
        raise KBError(
            f"{row.name} was added as nodes and would be lost: they need vectors of the new embedder",
            "Give `rebuild` an encoder, or delete the document first",
        )
    texts = [chunk.text for chunk in old.chunks(ids).values()]
    return dict(zip(ids, checked_vectors(encode(texts), (len(ids), dimension)), strict=True))


def _copy_nodes(
    old: Snapshot, writer: Writer, place: tuple[DocumentRow, int], vectors: dict[int, NDArray[np.float32]]
) -> None:
    row, root_id = place
    document_id, _ = writer.open_document(root_id, _described(row, ""))
    chunks = [
        NewChunk(
            *(chunk.start, chunk.end, chunk.text, chunk_digest(chunk.text)),
            *(" ".join(lexical.terms(chunk.text)), vectors[id_].astype("<f4").tobytes()),
        )
        for id_, chunk in old.chunks(old.chunk_ids_of(row.id)).items()
    ]
    ids = writer.add_chunks(document_id, old.text(row.id), chunks)
    told = {id_: (node_id, data) for id_, node_id, data in old.rows("SELECT chunk, node_id, metadata FROM nodes")}
    pairs = zip(ids, old.chunk_ids_of(row.id), strict=True)
    writer.put_nodes((new, *told[id_]) for new, id_ in pairs if id_ in told)


def _described(row: DocumentRow, text: str) -> NewDocument:
    kept = NewDocument(row.relative, row.sha256, row.size, row.mtime, row.type, row.language, text)
    return replace(kept, state=row.state)
