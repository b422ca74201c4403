"""Changed documents -> rows of one write transaction."""

from __future__ import annotations

import hashlib
import json
import sqlite3
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from kb.index.schema import WORDS_TABLE
from kb.index.snapshot import as_json

Row = tuple[object, ...]


@dataclass(frozen=True, slots=True)
class NewChunk:
    """A chunk as it will be stored: `words` are search words joined by spaces, `vector` is float32 LE.

    Both stay unused when the document already has a chunk of this text (`new` is false).
    """

    start: int
    end: int
    text: str
    digest: bytes
    words: str = ""
    vector: bytes = b""
    new: bool = True


@dataclass(frozen=True, slots=True)
class NewDocument:
    """A document as it will be stored; `size` in bytes, `mtime` in nanoseconds, `page_starts` offsets into `text`."""

    path: str
    sha256: str
    size: int
    mtime: int
    type: str
    language: str = "other"
    text: str = ""
    page_starts: Sequence[int] = ()
    state: str = "ok"
    reason: str = ""


def chunk_digest(text: str) -> bytes:
    """Equal for equal texts: the first 16 bytes of SHA-256."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).digest()[:16]


class Writer:
    """The rows of one transaction; made by `Catalog.write`."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._run = connection.execute
        self._run_many = connection.executemany
        self.generation = int(self._run("SELECT value FROM meta WHERE key = 'generation'").fetchone()[0]) + 1

    def finish(self) -> None:
        """Let readers see that something changed."""
        self._run("UPDATE meta SET value = ? WHERE key = 'generation'", (str(self.generation),))

    def set_meta(self, key: str, value: object) -> None:
        """Store one value."""
        self._run("UPDATE meta SET value = ? WHERE key = ?", (json.dumps(value), key))

    def add_root(self, path: str, kind: str, mount: str = "") -> int:
        """The id of a root, made when it is new."""
        self._run(
            "INSERT INTO roots (path, kind, mount) VALUES (?, ?, ?) ON CONFLICT (path) DO NOTHING", (path, kind, mount)
        )
        return int(self._run("SELECT id FROM roots WHERE path = ?", (path,)).fetchone()[0])

    def drop_root(self, root_id: int) -> None:
        """Forget a root that has no documents left."""
        self._run("DELETE FROM roots WHERE id = ?", (root_id,))

    def adopt(self, inner: int, outer: int, prefix: str) -> None:
        """Move all documents of one root into another, below a prefix; the inner root is forgotten."""
        self._run("UPDATE documents SET root = ?, path = ? || path WHERE root = ?", (outer, prefix, inner))
        self.drop_root(inner)

    def put(self, root_id: int, document: NewDocument, chunks: Sequence[NewChunk]) -> int:
        """Store a document in place of what its path held; chunks with the same text keep their ids and vectors.

        Returns:
            The document's id.
        """
        document_id = self._put_row(root_id, document)
        self._run("DELETE FROM pages WHERE document = ?", (document_id,))
        numbered = [(document_id, number, start) for number, start in enumerate(document.page_starts, 1)]
        self._run_many("INSERT INTO pages (document, number, start) VALUES (?, ?, ?)", numbered)
        old: dict[bytes, list[int]] = {}
        for chunk_id, digest in self._run(
            "SELECT id, digest FROM chunks WHERE document = ? ORDER BY start DESC, id DESC", (document_id,)
        ):
            old.setdefault(digest, []).append(chunk_id)
        new = []
        for chunk in chunks:
            if old.get(chunk.digest):
                at = (chunk.start, chunk.end, old[chunk.digest].pop())
                self._run("UPDATE chunks SET start = ?1, end = ?2 WHERE id = ?3 AND (start <> ?1 OR end <> ?2)", at)
            else:
                new.append(chunk)
        self._remove_chunks([chunk_id for ids in old.values() for chunk_id in ids])
        self._add_chunks(document_id, new)
        return document_id

    def open_document(self, root_id: int, document: NewDocument) -> tuple[int, int]:
        """The id and the length of the text of a document that grows, made when it is new."""
        sql = "SELECT id, text FROM documents WHERE root = ? AND path = ?"
        found = self._run(sql, (root_id, document.path)).fetchone()
        return (int(found[0]), len(found[1])) if found else (self._put_row(root_id, document), 0)

    def move(self, document_id: int, root_id: int, path: str) -> None:
        """Give a document another path; its chunks stay as they are."""
        self._run("UPDATE documents SET root = ?, path = ? WHERE id = ?", (root_id, path, document_id))

    def touch(self, document_id: int, size: int, mtime: int) -> None:
        """Note that a file was looked at and holds what it held."""
        self._run("UPDATE documents SET size = ?, mtime = ? WHERE id = ?", (size, mtime, document_id))

    def delete(self, document_id: int) -> None:
        """Forget a document."""
        self._drop_content(document_id)
        self._run("DELETE FROM documents WHERE id = ?", (document_id,))

    def exclude(self, document_id: int) -> None:
        """Take a document out and keep it out until its file is named again."""
        self._drop_content(document_id)
        self._run(
            "UPDATE documents SET state = 'excluded', reason = '', text = '', pages = 0 WHERE id = ?", (document_id,)
        )

    def add_chunks(self, document_id: int, text: str, chunks: Sequence[NewChunk]) -> list[int]:
        """Append text and chunks to a document; offsets count from the start of the whole text."""
        self._run("UPDATE documents SET text = text || ? WHERE id = ?", (text, document_id))
        return self._add_chunks(document_id, chunks)

    def remove_chunks(self, ids: Sequence[int]) -> None:
        """Take single chunks out; the text of their documents stays."""
        self._remove_chunks(ids)

    def put_nodes(self, rows: Iterable[tuple[int, str, str]]) -> None:
        """Remember the (chunk id, node id, metadata JSON) of nodes that were added directly."""
        self._run_many("INSERT INTO nodes (chunk, node_id, metadata) VALUES (?, ?, ?)", rows)

    def replace_words(self, rows: Iterable[tuple[int, str]]) -> None:
        """Make the lexical index anew from (chunk id, search words)."""
        self._run("DROP TABLE chunk_words")
        self._run(WORDS_TABLE)
        self._run_many("INSERT INTO chunk_words (rowid, words) VALUES (?, ?)", rows)

    def know_base(self, key: str, generation: int) -> None:
        """Trust the vector base of this key, which holds a generation; forget the changes that led to it."""
        self._run("DELETE FROM changes WHERE generation <= ?", (generation,))
        self.set_meta("base", {"key": key, "generation": generation})

    def _put_row(self, root_id: int, document: NewDocument) -> int:
        sql = (
            "INSERT INTO documents (root, path, sha256, size, mtime, type, language, pages, state, reason, text) "
            "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (root, path) DO UPDATE SET sha256 = excluded.sha256, "
            "size = excluded.size, mtime = excluded.mtime, type = excluded.type, language = excluded.language, "
            "pages = excluded.pages, state = excluded.state, reason = excluded.reason, text = excluded.text"
        )
        values = (
            *(root_id, document.path, document.sha256, document.size, document.mtime, document.type),
            *(document.language, len(document.page_starts), document.state, document.reason, document.text),
        )
        self._run(sql, values)
        found = self._run("SELECT id FROM documents WHERE root = ? AND path = ?", (root_id, document.path))
        return int(found.fetchone()[0])

    def _drop_content(self, document_id: int) -> None:
        found = self._run("SELECT id FROM chunks WHERE document = ?", (document_id,)).fetchall()
        self._remove_chunks([row[0] for row in found])
        self._run("DELETE FROM pages WHERE document = ?", (document_id,))

    def _add_chunks(self, document_id: int, chunks: Sequence[NewChunk]) -> list[int]:
        last = self._run("SELECT seq FROM sqlite_sequence WHERE name = 'chunks'").fetchone()
        first = (int(last[0]) if last else 0) + 1
        numbered = list(enumerate(chunks, first))
        self._run_many(
            "INSERT INTO chunks (id, document, start, end, digest, text) VALUES (?, ?, ?, ?, ?, ?)",
            [(id_, document_id, c.start, c.end, c.digest, c.text) for id_, c in numbered],
        )
        self._run_many("INSERT INTO vectors (chunk, vector) VALUES (?, ?)", [(id_, c.vector) for id_, c in numbered])
        self._run_many("INSERT INTO chunk_words (rowid, words) VALUES (?, ?)", [(id_, c.words) for id_, c in numbered])
        self._log("add", [id_ for id_, _ in numbered])
        return [id_ for id_, _ in numbered]

    def _remove_chunks(self, ids: Sequence[int]) -> None:
        if not ids:
            return
        self._run_many("DELETE FROM chunk_words WHERE rowid = ?", [(id_,) for id_ in ids])
        self._run("DELETE FROM vectors WHERE chunk IN (SELECT value FROM json_each(?))", (as_json(ids),))
        self._run("DELETE FROM chunks WHERE id IN (SELECT value FROM json_each(?))", (as_json(ids),))
        self._log("remove", ids)

    def _log(self, op: str, ids: Iterable[int]) -> None:
        rows = [(self.generation, id_, op) for id_ in ids]
        self._run_many("INSERT INTO changes (generation, chunk, op) VALUES (?, ?, ?)", rows)
