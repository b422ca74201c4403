"""LlamaIndex nodes <-> chunks of the catalog."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence

import numpy as np
from llama_index.core.schema import BaseNode, MetadataMode, NodeRelationship, RelatedNodeInfo, TextNode

from kb.errors import KBError
from kb.index import lexical
from kb.index.catalog import Catalog, ChunkRow, DocumentRow, Snapshot
from kb.index.nearest import checked_vectors
from kb.index.sync import remove
from kb.index.writer import NewChunk, NewDocument, Writer, chunk_digest

ROOT = "llama-index:"  # the root of nodes that were added directly
_GAP = "\n\n"  # between the texts of one document's nodes


def as_nodes(snapshot: Snapshot, ids: Sequence[int]) -> list[BaseNode]:
    """Chunks as nodes, in this order; unknown ids are left out."""
    rows = snapshot.chunks(ids)
    documents = {id_: snapshot.document(id_) for id_ in {row.document for row in rows.values()}}
    nodes_root = _root_id(snapshot)
    extra = _metadata(snapshot, ids) if nodes_root is not None else {}
    return [_as_node(snapshot, row, documents[row.document], extra.get(row.id, {})) for row in rows.values()]


def add(catalog: Catalog, nodes: Sequence[BaseNode]) -> list[int]:
    """Store nodes with embeddings in one transaction; one with a known node id takes the old one's place.

    Returns:
        Their chunk ids.

    Raises:
        KBError: A node has no text, or embeddings have another dimension than the catalog.
    """
    if not nodes:
        return []
    if not all(node.get_content(metadata_mode=MetadataMode.NONE) for node in nodes):
        raise KBError("A node without text cannot be stored", "Leave it out")
    with catalog.read() as snapshot:
        dimension = snapshot.dimension()
        old = chunk_ids(snapshot, [node.node_id for node in nodes], by_chunk=False)
    given = np.array([node.get_embedding() for node in nodes], dtype=np.float32)
    vectors = checked_vectors(given, (len(nodes), dimension))
    by_document: dict[str, list[int]] = {}
    for at, node in enumerate(nodes):
        by_document.setdefault(node.ref_doc_id or node.node_id, []).append(at)
    ids = [0] * len(nodes)
    with catalog.write() as writer:
        writer.remove_chunks(old)
        root = writer.add_root(ROOT, "nodes")
        for name, places in by_document.items():
            chunks = [(nodes[at], vectors[at].tobytes()) for at in places]
            for at, id_ in zip(places, _append(writer, root, name, chunks), strict=True):
                ids[at] = id_
    return ids


def delete_document(catalog: Catalog, name: str) -> None:
    """Take a document out, whatever it came from; an unknown one is no error."""
    with catalog.read() as snapshot:
        found = document_ids(snapshot, [name])
        names = [snapshot.document(id_).path for id_ in found]
    for path in names:
        remove(catalog, path)


def chunk_ids(snapshot: Snapshot, node_ids: Iterable[str], by_chunk: bool = True) -> list[int]:
    """Chunk ids of nodes, by chunk id (if `by_chunk`) or by the id they were added with; unknown ones are left out."""
    wanted = list(node_ids)
    sql = "SELECT node_id, chunk FROM nodes WHERE node_id IN (SELECT value FROM json_each(?))"
    added = dict(snapshot.rows(sql, (json.dumps(wanted),)))
    numbers = [int(id_) for id_ in wanted if id_.isascii() and id_.isdigit()] if by_chunk else []
    return sorted({*added.values(), *snapshot.known_chunks(numbers).tolist()})


def document_ids(snapshot: Snapshot, names: Iterable[str]) -> list[int]:
    """Documents by the id they were added with, shown name, or absolute path; unknown ones are left out."""
    root = _root_id(snapshot)
    found = []
    for name in names:
        own = snapshot.rows("SELECT id FROM documents WHERE root = ? AND path = ?", (root, name))
        row = None if own else snapshot.find(name)
        found += [own[0][0]] if own else [row.id] if row is not None else []
    return found


def _append(writer: Writer, root: int, name: str, given: Sequence[tuple[BaseNode, bytes]]) -> list[int]:
    """Add nodes to their document, whose text is theirs one after another."""
    document_id, length = writer.open_document(root, NewDocument(name, "", 0, 0, "node"))
    text, chunks = "", []
    for node, vector in given:
        content = node.get_content(metadata_mode=MetadataMode.NONE)
        start = length + len(text)
        words = " ".join(lexical.terms(content))
        chunks.append(NewChunk(start, start + len(content), content, chunk_digest(content), words, vector))
        text += content + _GAP
    ids = writer.add_chunks(document_id, text, chunks)
    told = [json.dumps(node.metadata, ensure_ascii=False, default=str) for node, _ in given]
    writer.put_nodes((id_, node.node_id, data) for id_, (node, _), data in zip(ids, given, told, strict=True))
    return ids


def _as_node(snapshot: Snapshot, row: ChunkRow, document: DocumentRow, extra: dict[str, object]) -> TextNode:
    told = {
        "document": document.name,
        "page": snapshot.page(row.document, row.start),
        "type": document.type,
        "language": document.language,
        **extra,
    }
    name = document.relative if document.type == "node" else document.name
    return TextNode(
        id_=str(row.id),
        text=row.text,
        start_char_idx=row.start,
        end_char_idx=row.end,
        metadata=told,
        excluded_embed_metadata_keys=list(told),
        excluded_llm_metadata_keys=list(told),
        relationships={NodeRelationship.SOURCE: RelatedNodeInfo(node_id=name)},
    )


def _root_id(snapshot: Snapshot) -> int | None:
    return next((root.id for root in snapshot.roots() if root.kind == "nodes"), None)


def _metadata(snapshot: Snapshot, ids: Sequence[int]) -> dict[int, dict[str, object]]:
    sql = "SELECT chunk, metadata FROM nodes WHERE chunk IN (SELECT value FROM json_each(?))"
    return {chunk: json.loads(data) for chunk, data in snapshot.rows(sql, (json.dumps(list(ids)),))}
