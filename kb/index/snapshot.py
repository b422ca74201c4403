"""One read transaction on the catalog -> rows, texts, pages and vectors that belong together."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain
from pathlib import Path, PurePath
from typing import Any

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class ChunkRow:
    """A span of a document: `text == documents.text[start:end]`; offsets in characters."""

    id: int
    document: int
    start: int
    end: int
    text: str


@dataclass(frozen=True, slots=True)
class DocumentRow:
    """A document as the catalog knows it.

    `name` is its relative path, prefixed with its root's name where that is ambiguous; `path` is absolute; `size` in
    bytes; `mtime` in nanoseconds (-1: look again next time); `pages` is 0 for formats without pages; `state` is
    ok, failed or excluded, with a `reason` when it failed; `relative` is its path inside its root.
    """

    id: int
    name: str
    path: str
    sha256: str
    type: str
    language: str
    pages: int
    state: str
    reason: str
    size: int
    mtime: int
    root: int
    relative: str


@dataclass(frozen=True, slots=True)
class RootRow:
    """A folder or file that is mirrored, or the place of nodes that were added directly (kind nodes)."""

    id: int
    path: str
    kind: str
    mount: str


_DOCUMENT = (
    "SELECT d.id, d.path, d.sha256, d.type, d.language, d.pages, d.state, d.reason, d.size, d.mtime, d.root, "
    "r.path, r.kind FROM documents d JOIN roots r ON r.id = d.root"
)


class Snapshot:
    """What the catalog held at one generation; made by `Catalog.read`.

    `memory` keeps what was found out about this generation; all its snapshots share it.
    """

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self.generation = int(self.rows("SELECT value FROM meta WHERE key = 'generation'")[0][0])
        self.memory: dict[str, Any] = {}

    @property
    def folder(self) -> Path:
        """Where the catalog lies, with what is derived from it."""
        return Path(self.rows("PRAGMA database_list")[0][2]).parent

    def rows(self, sql: str, values: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        """All rows of one statement."""
        return self._connection.execute(sql, values).fetchall()

    def meta(self) -> dict[str, Any]:
        """Schema version, generation, embedder identity, pipeline, the catalog's own id."""
        return {key: json.loads(value) for key, value in self.rows("SELECT key, value FROM meta")}

    def roots(self) -> list[RootRow]:
        """Every root, oldest first."""
        return [RootRow(*row) for row in self.rows("SELECT id, path, kind, mount FROM roots ORDER BY id")]

    def chunk_count(self) -> int:
        """How many chunks there are."""
        return int(self.rows("SELECT count(*) FROM chunks INDEXED BY chunks_document")[0][0])

    def chunk_ids(self) -> NDArray[np.int64]:
        """The ids of all chunks, ascending, shape (n,)."""
        found = self._connection.execute("SELECT id FROM chunks INDEXED BY chunks_document")
        return np.sort(np.fromiter(chain.from_iterable(found), dtype=np.int64))

    def known_chunks(self, ids: Iterable[int]) -> NDArray[np.int64]:
        """Those of these ids that are chunks, ascending, shape (n,)."""
        sql = "SELECT chunk FROM vectors WHERE chunk IN (SELECT value FROM json_each(?)) ORDER BY chunk"
        return np.array([row[0] for row in self.rows(sql, (as_json(ids),))], dtype=np.int64)

    def chunk_ids_of(self, document_id: int) -> list[int]:
        """The ids of one document's chunks, in reading order."""
        return [
            row[0] for row in self.rows("SELECT id FROM chunks WHERE document = ? ORDER BY start, id", (document_id,))
        ]

    def chunks(self, ids: Iterable[int]) -> dict[int, ChunkRow]:
        """The chunks with these ids; unknown ids are left out."""
        sql = "SELECT id, document, start, end, text FROM chunks WHERE id IN (SELECT value FROM json_each(?))"
        found = {row[0]: ChunkRow(*row) for row in self.rows(sql, (as_json(ids),))}
        return {int(id_): found[int(id_)] for id_ in ids if int(id_) in found}

    def words(self, ids: Iterable[int]) -> dict[int, list[str]]:
        """The search words of chunks in reading order, as they were indexed; unknown ids are left out."""
        sql = "SELECT id, c0 FROM chunk_words_content WHERE id IN (SELECT value FROM json_each(?))"
        return {id_: words.split() for id_, words in self.rows(sql, (as_json(ids),))}

    def vectors(self, ids: Sequence[int] | NDArray[np.int64]) -> NDArray[np.float32]:
        """Unit vectors of chunks, shape (n, d), in the order of `ids`.

        Raises:
            KeyError: An id is not in the catalog.
        """
        wanted = [int(id_) for id_ in ids]
        sql = "SELECT chunk, vector FROM vectors WHERE chunk IN (SELECT value FROM json_each(?))"
        found = dict(self.rows(sql, (as_json(wanted),)))
        if not wanted:
            return np.empty((0, self.dimension()), dtype=np.float32)
        return np.frombuffer(b"".join([found[id_] for id_ in wanted]), dtype="<f4").reshape(len(wanted), -1)

    def vector_blocks(
        self, ids: NDArray[np.int64], size: int = 16_384
    ) -> Iterator[tuple[NDArray[np.int64], NDArray[np.float32]]]:
        """(ids, unit vectors) of many chunks, `size` at a time; `ids` ascending."""
        sql = "SELECT vector FROM vectors WHERE chunk BETWEEN ? AND ? ORDER BY chunk"
        for at in range(0, len(ids), size):
            block = ids[at : at + size]
            found = self.rows(sql, (int(block[0]), int(block[-1])))
            whole = np.frombuffer(b"".join([row[0] for row in found]), dtype="<f4").reshape(len(found), -1)
            yield block, whole if len(found) == len(block) else self.vectors(block)

    def dimension(self) -> int:
        """Numbers per vector."""
        return int(json.loads(self.rows("SELECT value FROM meta WHERE key = 'embedder'")[0][0])["dimension"])

    def document(self, document_id: int) -> DocumentRow:
        """One document.

        Raises:
            KeyError: There is none with this id.
        """
        found = self.rows(f"{_DOCUMENT} WHERE d.id = ?", (document_id,))
        if not found:
            raise KeyError(document_id)
        return self._named(found)[0]

    def documents_by_id(self, ids: Iterable[int]) -> dict[int, DocumentRow]:
        """The documents with these ids; unknown ids are left out."""
        sql = f"{_DOCUMENT} WHERE d.id IN (SELECT value FROM json_each(?))"  # noqa: S608 - no value stands in it  # noqa: S608 - no value stands in it
        found = self.rows(sql, (as_json(ids),))
        shared = self._roots_of_path([row[1] for row in found]) if self._has_roots() else {}
        return {row[0]: _document_row(row, shared.get(row[1], [])) for row in found}

    def documents(self) -> list[DocumentRow]:
        """Every document, whatever its state, by name."""
        return sorted(self._named(self.rows(_DOCUMENT)), key=lambda row: row.name)

    def documents_of(self, root_id: int) -> list[DocumentRow]:
        """Every document of one root."""
        return self._named(self.rows(f"{_DOCUMENT} WHERE d.root = ?", (root_id,)))

    def find(self, name: str) -> DocumentRow | None:
        """The document of this shown name, absolute path, or relative path that only one document has."""
        parts = PurePath(name).parts
        tails = ["/".join(parts[at:]) for at in range(len(parts))] or [name]
        sql = f"{_DOCUMENT} WHERE d.path IN (SELECT value FROM json_each(?))"  # noqa: S608 - no value stands in it
        candidates = self._named(self.rows(sql, (json.dumps([name, *tails]),)))
        exact = [row for row in candidates if name in (row.name, row.path)]
        return exact[0] if exact else None

    def text(self, document_id: int) -> str:
        """The canonical text of a document.

        Raises:
            KeyError: There is none with this id.
        """
        found = self.rows("SELECT text FROM documents WHERE id = ?", (document_id,))
        if not found:
            raise KeyError(document_id)
        return str(found[0][0])

    def page(self, document_id: int, offset: int) -> int | None:
        """The page that holds a character, counted from 1; None where the format has no pages."""
        sql = "SELECT max(number) FROM pages WHERE document = ? AND start <= ?"
        number = self.rows(sql, (document_id, offset))[0][0]
        return None if number is None else int(number)

    def digests_of(self, document_id: int) -> list[bytes]:
        """The digests of one document's chunks, equal ones as often as they occur."""
        return [row[0] for row in self.rows("SELECT digest FROM chunks WHERE document = ?", (document_id,))]

    def vectors_by_digest(self, digests: Iterable[bytes]) -> dict[bytes, bytes]:
        """Vectors (float32, little-endian) that some chunk of the same text already has."""
        sql = "SELECT vector FROM vectors WHERE chunk = (SELECT id FROM chunks WHERE digest = ? LIMIT 1)"
        found = ((digest, self.rows(sql, (digest,))) for digest in digests)
        return {digest: rows[0][0] for digest, rows in found if rows}

    def changes_since(self, generation: int) -> list[tuple[int, str]]:
        """(chunk id, add|remove) of every later change, oldest first."""
        return self.rows("SELECT chunk, op FROM changes WHERE generation > ? ORDER BY generation, chunk", (generation,))

    def _named(self, rows: list[tuple[Any, ...]]) -> list[DocumentRow]:
        shared = self._shared_paths() if len(rows) > 1 else self._roots_of_path([row[1] for row in rows])
        return [_document_row(row, shared.get(row[1], [])) for row in rows]

    def _shared_paths(self) -> dict[str, list[str]]:
        """Paths that several roots have, with those roots."""
        if not self._has_roots():
            return {}
        return self._roots_of_path(
            [row[0] for row in self.rows("SELECT path FROM documents GROUP BY path HAVING count(*) > 1")]
        )

    def _has_roots(self) -> bool:
        """Whether there are several roots, so that paths may be ambiguous."""
        return len(self.rows("SELECT 1 FROM roots LIMIT 2")) > 1

    def _roots_of_path(self, paths: list[str]) -> dict[str, list[str]]:
        sql = (
            "SELECT d.path, r.path FROM documents d JOIN roots r ON r.id = d.root "
            "WHERE d.path IN (SELECT value FROM json_each(?)) ORDER BY r.id"
        )
        found: dict[str, list[str]] = {}
        for path, root in self.rows(sql, (json.dumps(paths),)):
            found.setdefault(path, []).append(root)
        return {path: roots for path, roots in found.items() if len(roots) > 1}


def ascending(ids: Sequence[int] | NDArray[np.int64]) -> NDArray[np.int64]:
    """Ids in ascending order without repetition, shape (n,)."""
    values = np.asarray(ids, dtype=np.int64)
    return values if (values[1:] > values[:-1]).all() else np.unique(values)


def as_json(ids: Iterable[Any]) -> str:
    """Ids as one bound value of `json_each`, however many there are."""
    return "[" + ",".join([str(int(id_)) for id_ in ids]) + "]"


def _document_row(row: tuple[Any, ...], sharing: list[str]) -> DocumentRow:
    path, root_path, kind = row[1], row[11], row[12]
    absolute = root_path if kind == "file" else str(PurePath(root_path) / path)
    name = path
    if sharing:
        own = _root_name(root_path, kind)
        alike = sum(1 for other in sharing if _root_name(other, kind) == own)
        name = f"{own}/{path}" if alike == 1 else absolute
    return DocumentRow(*(row[0], name, absolute, *row[2:11], path))


def _root_name(root_path: str, kind: str) -> str:
    return PurePath(root_path).parent.name if kind == "file" else PurePath(root_path).name
