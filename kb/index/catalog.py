"""storage/index/<n>/catalog.db -> the truth: documents, chunks, vectors, words, in one SQLite file."""

from __future__ import annotations

import json
import sqlite3
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kb.errors import IndexMismatch, StorageError
from kb.index import lexical
from kb.index.connection import connect_reader, connect_writer, sqlite_errors, storage_errors
from kb.index.schema import SCHEMA, SCHEMA_VERSION
from kb.index.snapshot import ChunkRow, DocumentRow, RootRow, Snapshot
from kb.index.writer import Writer

__all__ = ["Catalog", "ChunkRow", "DocumentRow", "Identity", "RootRow", "Snapshot", "Writer"]

FILE = "catalog.db"
_REBUILD = "Run `kb index --rebuild`, or go back to the settings it was made with"


@dataclass(frozen=True)
class Identity:
    """What an index is made with; results of different identities must not be mixed.

    Args:
        embedder: The embedder (model, digest, dimension, prefixes, engine); `dimension` is required.
        pipeline: Reader, normaliser, segmenter and splitter, with the library versions that change results.
    """

    embedder: Mapping[str, Any]
    pipeline: Mapping[str, Any]

    def as_meta(self) -> dict[str, Any]:
        """The two identities as they are stored; the words of the lexical index belong to the pipeline."""
        return {"embedder": _plain(self.embedder), "pipeline": _plain({**self.pipeline, **lexical.identity()})}


class Catalog:
    """Documents, chunks, vectors and words of one index; thread-safe.

    Reads go through `with catalog.read() as snapshot:` (one connection a thread, re-entrant).
    Writes go through `with catalog.write() as writer:` (one transaction) by the holder of the writer's lock.
    """

    def __init__(self, folder: Path, writable: bool = False) -> None:
        self.folder = folder
        self.file = folder / FILE
        self._writable = writable
        self._writer: sqlite3.Connection | None = None
        self._write_lock = threading.RLock()
        self._local = threading.local()
        self._connections: list[tuple[threading.Thread, sqlite3.Connection]] = []
        self._connections_lock = threading.Lock()
        self._memory: tuple[int, dict[str, Any]] = (-1, {})
        self._on_close: list[Callable[[], None]] = []
        self._closed = False

    @classmethod
    def create(cls, folder: Path, identity: Identity) -> Catalog:
        """Make an empty catalog in an existing folder.

        Raises:
            StorageError: The folder cannot be written, or holds a catalog.
        """
        with storage_errors(folder):
            catalog = cls(folder, writable=True)
            connection = catalog._write_connection()
            base = {"key": "", "generation": 0}
            meta = {"schema": SCHEMA_VERSION, "generation": 0, "base": base, **identity.as_meta()}
            rows = [(key, json.dumps(value, ensure_ascii=False, sort_keys=True)) for key, value in meta.items()]
            connection.executescript(f"BEGIN IMMEDIATE; {SCHEMA}")
            connection.executemany("INSERT INTO meta (key, value) VALUES (?, ?)", rows)
            connection.execute("COMMIT")
        return catalog

    @classmethod
    def open(cls, folder: Path, identity: Identity | None = None, writable: bool = False) -> Catalog:
        """Open an existing catalog; loads nothing.

        Args:
            folder: The folder that holds catalog.db.
            identity: What the caller searches and writes with; None leaves it unchecked (see `require`).
            writable: Whether `write` may be used; the caller holds the writer's lock.

        Raises:
            IndexMismatch: It was made with another identity or format.
            StorageError: It is missing, damaged or not accessible.
        """
        catalog = cls(folder, writable)
        try:
            catalog.require(identity)
        except BaseException:
            catalog.close()
            raise
        return catalog

    def require(self, identity: Identity | None) -> None:
        """Refuse an index that was made with something else.

        Raises:
            IndexMismatch: Names what differs and the command to run.
        """
        with self.read() as snapshot:
            meta = snapshot.meta()
        if meta.get("schema") != SCHEMA_VERSION:
            raise IndexMismatch(f"The index has format {meta.get('schema')}, this kb reads {SCHEMA_VERSION}", _REBUILD)
        if identity is None:
            return
        for part, wanted in identity.as_meta().items():
            different = _difference(meta[part], wanted)
            if different:
                raise IndexMismatch(f"The index was made with another {part}: {different}", _REBUILD)

    @contextmanager
    def read(self) -> Iterator[Snapshot]:
        """One read transaction; inside another one on the same thread, that one.

        Raises:
            StorageError: The catalog is damaged or not accessible.
        """
        with sqlite_errors(self.file):
            current: Snapshot | None = getattr(self._local, "snapshot", None)
            if current is not None:
                yield current
                return
            connection = self._read_connection()
            connection.execute("BEGIN")
            try:
                self._local.snapshot = self._remembering(Snapshot(connection))
                yield self._local.snapshot
            finally:
                self._local.snapshot = None
                if connection.in_transaction:
                    connection.execute("ROLLBACK")

    @contextmanager
    def write(self) -> Iterator[Writer]:
        """One transaction, on the disk when the block ends; nothing of it remains when the block raises.

        Raises:
            StorageError: The catalog was opened for reading, or the disk is full, read-only or failing.
        """
        if not self._writable:
            raise StorageError(f"{self.file} was opened for reading", "Open it through IndexStorage.writer()")
        with self._write_lock, sqlite_errors(self.file):
            connection = self._write_connection()
            connection.execute("BEGIN IMMEDIATE")
            try:
                writer = Writer(connection)
                yield writer
                writer.finish()
                connection.execute("COMMIT")
            finally:
                if connection.in_transaction:
                    connection.execute("ROLLBACK")

    @property
    def writable(self) -> bool:
        """Whether `write` may be used."""
        return self._writable

    def on_close(self, action: Callable[[], None]) -> None:
        """Run an action when the catalog is closed, such as giving back its lock."""
        self._on_close.append(action)

    def close(self) -> None:
        """Close every connection; a second call does nothing."""
        self._closed = True
        with self._connections_lock:
            for _, connection in self._connections:
                connection.close()
            self._connections = []
        if self._writer is not None:
            self._writer.close()
            self._writer = None
        for action in self._on_close:
            action()
        self._on_close = []

    def __enter__(self) -> Catalog:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def __reduce__(self) -> str:
        raise TypeError("a Catalog holds connections and locks: open it again in the other process")

    def _read_connection(self) -> sqlite3.Connection:
        if self._closed:
            raise StorageError(f"{self.file} was closed", "Open the knowledge base again")
        connection: sqlite3.Connection | None = getattr(self._local, "connection", None)
        if connection is None:
            connection = connect_reader(self.file)
            self._local.connection = connection
            self._remember(connection)
        return connection

    def _remember(self, connection: sqlite3.Connection) -> None:
        """Keep a connection until its thread ends."""
        with self._connections_lock:
            for thread, old in self._connections:
                if not thread.is_alive():
                    old.close()
            self._connections = [pair for pair in self._connections if pair[0].is_alive()]
            self._connections.append((threading.current_thread(), connection))

    def _remembering(self, snapshot: Snapshot) -> Snapshot:
        """Give snapshots of the newest generation one memory."""
        generation, memory = self._memory
        if snapshot.generation > generation:
            self._memory = (snapshot.generation, snapshot.memory)
        elif snapshot.generation == generation:
            snapshot.memory = memory
        return snapshot

    def _write_connection(self) -> sqlite3.Connection:
        if self._writer is None:
            self._writer = connect_writer(self.file)
        return self._writer


def _plain(values: Mapping[str, Any]) -> dict[str, Any]:
    """As JSON gives it back, so that what is stored compares equal."""
    return dict(json.loads(json.dumps(dict(values), ensure_ascii=False, sort_keys=True)))


def _difference(stored: Mapping[str, Any], wanted: Mapping[str, Any]) -> str:
    keys = [key for key in sorted({*stored, *wanted}) if stored.get(key) != wanted.get(key)]
    keys = ["model"] if "model" in keys else keys  # another model differs in everything
    return "; ".join(f"{key} was {stored.get(key)!r}, is {wanted.get(key)!r}" for key in keys)
