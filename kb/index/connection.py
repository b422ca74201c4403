"""A catalog file -> SQLite connections; what SQLite and the disk refuse -> StorageError."""

from __future__ import annotations

import errno
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

from kb.errors import StorageError

_FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
_REFUSED = {errno.EROFS, errno.EACCES, errno.EPERM}


@contextmanager
def sqlite_errors(path: Path) -> Iterator[None]:
    """Turn what SQLite refuses into one line with the next step.

    Args:
        path: The database; named in the message.

    Raises:
        StorageError: The disk is full, read-only or failing, or the file is damaged.
    """
    try:
        yield
    except sqlite3.DatabaseError as error:
        raise _database_error(path, error) from error


@contextmanager
def storage_errors(path: Path) -> Iterator[None]:
    """Turn what SQLite or the disk refuses into one line with the next step.

    Args:
        path: What is being read or written; named in the message.

    Raises:
        StorageError: The disk is full, read-only or failing, or the file is damaged.
    """
    with sqlite_errors(path):
        try:
            yield
        except OSError as error:
            raise _disk_error(path, error) from error


def _database_error(path: Path, error: sqlite3.DatabaseError) -> Exception:
    name = str(getattr(error, "sqlite_errorname", ""))
    if name.startswith(("SQLITE_CORRUPT", "SQLITE_NOTADB")) or "no such table" in str(error):
        return StorageError(f"{path} is damaged ({error})", "Run `kb index --rebuild`; your documents are not touched")
    if name.startswith(("SQLITE_FULL", "SQLITE_IOERR")):
        return StorageError(
            f"{path} cannot be written or read: the disk is full or failing ({error})",
            "What was indexed before is kept; free some space and run the command again",
        )
    if name.startswith(("SQLITE_READONLY", "SQLITE_CANTOPEN", "SQLITE_PERM", "SQLITE_AUTH")):
        return StorageError(
            f"{path} is read-only or not accessible ({error})",
            "Make the folder writable, or name another with --storage",
        )
    if name.startswith(("SQLITE_BUSY", "SQLITE_LOCKED")):
        return StorageError(f"{path} stays locked by another program ({error})", "Close it and run the command again")
    return error


def _disk_error(path: Path, error: OSError) -> Exception:
    if error.errno in _FULL:
        return StorageError(
            f"{path} cannot be written: the disk is full ({error.strerror})",
            "What was indexed before is kept; free some space and run the command again",
        )
    if error.errno in _REFUSED:
        return StorageError(
            f"{path} is read-only or not accessible ({error.strerror})",
            "Make the folder writable, or name another with --storage",
        )
    return StorageError(
        f"{path} cannot be read or written ({error.strerror})", "Check the disk and run the command again"
    )


def connect_writer(path: Path) -> sqlite3.Connection:
    """The connection of the one writer: WAL, every commit on the disk before it returns."""
    connection = sqlite3.connect(path, isolation_level=None, check_same_thread=False, timeout=10.0)
    try:
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = FULL")
        connection.execute("PRAGMA foreign_keys = ON")
        connection.execute("PRAGMA cache_size = -16000")
    except BaseException:
        connection.close()
        raise
    return connection


def connect_reader(path: Path) -> sqlite3.Connection:
    """A read-only connection; on read-only storage the file is taken as unchanging.

    Raises:
        sqlite3.DatabaseError: The file does not open.
    """
    try:
        return _probed(path, "mode=ro")
    except sqlite3.OperationalError:
        log = path.with_name(path.name + "-wal")
        if not path.exists() or (log.exists() and log.stat().st_size > 0):
            raise
        return _probed(path, "mode=ro&immutable=1")


def _probed(path: Path, options: str) -> sqlite3.Connection:
    """Connect and read once: SQLite opens lazily and would fail later."""
    connection = sqlite3.connect(
        f"file:{quote(str(path))}?{options}", uri=True, isolation_level=None, check_same_thread=False, timeout=10.0
    )
    try:
        connection.execute("PRAGMA query_only = ON")
        connection.execute("SELECT count(*) FROM sqlite_schema").fetchone()
    except BaseException:
        connection.close()
        raise
    return connection
