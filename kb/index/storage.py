"""storage/index -> the live catalog; one writer; a rebuilt index takes the old one's place at once."""

from __future__ import annotations

import fcntl
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from kb.durable import becoming_file, sync
from kb.errors import Busy, IndexMismatch, IndexMissing, KBError, StorageError
from kb.index.carry import Encode, carry_over
from kb.index.catalog import Catalog, Identity
from kb.index.connection import storage_errors

_CURRENT = "CURRENT"
_LOCK = "writer.lock"


class IndexStorage:
    """The folder storage/index: CURRENT names the live folder among its numbered ones.

    Args:
        folder: storage/index; made by the first writer.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def exists(self) -> bool:
        """Whether something was indexed here."""
        return (self.folder / _CURRENT).exists()

    def current(self) -> Path:
        """The live folder.

        Raises:
            IndexMissing: Nothing was indexed here.
            StorageError: CURRENT does not name a folder.
        """
        try:
            name = (self.folder / _CURRENT).read_text(encoding="ascii", errors="replace").strip()
        except (FileNotFoundError, NotADirectoryError):
            raise IndexMissing(f"Nothing is indexed in {self.folder}", "Run `kb index FOLDER` first") from None
        except OSError as error:
            raise StorageError(
                f"{self.folder / _CURRENT} cannot be read ({error.strerror})", "Make it readable"
            ) from None
        if not name.isdigit():
            raise StorageError(
                f"{self.folder / _CURRENT} is damaged", "Run `kb index --rebuild`; your documents are not touched"
            )
        return self.folder / name

    def open(self, identity: Identity | None = None) -> Catalog:
        """Open the live catalog for reading; its folder stays while it is open.

        Raises:
            IndexMissing: Nothing was indexed here.
            IndexMismatch: It was made with another identity.
            StorageError: It is damaged or not accessible.
        """
        while True:
            folder = self.current()
            lock = _share(folder)
            if lock is not None and self.current() == folder:
                break
            if lock is not None:
                os.close(lock)
            elif self.current() == folder:
                raise StorageError(f"{folder} is missing", "Run `kb index --rebuild`; your documents are not touched")
        try:
            catalog = Catalog.open(folder, identity)
        except BaseException:
            os.close(lock)
            raise
        catalog.on_close(lambda: os.close(lock))
        return catalog

    @contextmanager
    def writer(self) -> Iterator[IndexWriter]:
        """Hold the writer's lock.

        Raises:
            Busy: Another process holds it.
            StorageError: The folder cannot be written.
        """
        with storage_errors(self.folder):
            self.folder.mkdir(parents=True, exist_ok=True)
            handle = os.open(self.folder / _LOCK, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
        try:
            _lock_or_busy(handle, self.folder)
            yield IndexWriter(self)
        finally:
            os.close(handle)


class IndexWriter:
    """What only the one writer may do; made by `IndexStorage.writer`."""

    def __init__(self, storage: IndexStorage) -> None:
        self._storage = storage
        self._folder = storage.folder
        self._sweep()

    @contextmanager
    def open(self, identity: Identity | None) -> Iterator[Catalog]:
        """The live catalog for writing, made empty where there is none; None opens one that is there, unchecked.

        Raises:
            IndexMismatch: It was made with another identity.
            StorageError: It is damaged or cannot be written.
        """
        if identity is not None and not self._storage.exists():
            self._create(1, identity).close()
            self._point_to(1)
        folder = self._storage.current()
        if not folder.is_dir():
            raise StorageError(f"{folder} is missing", "Run `kb index --rebuild`; your documents are not touched")
        with Catalog.open(folder, identity, writable=True) as catalog:
            yield catalog

    @contextmanager
    def rebuild(self, identity: Identity, encode: Encode | None = None) -> Iterator[Catalog]:
        """An empty catalog beside the live one; it becomes the live one when the block ends without an error.

        Roots, exclusions and added nodes of the old one are carried over as far as it can be read.

        Args:
            identity: What the new one is made with.
            encode: Texts -> vectors, for added nodes when the embedder is another one.
        """
        number = max([0, *self._numbers()]) + 1
        catalog = self._create(number, identity)
        try:
            with catalog:
                self._carry_over(catalog, encode)
                yield catalog
            self._point_to(number)
        except BaseException:
            shutil.rmtree(self._folder / str(number), ignore_errors=True)
            raise
        self._sweep()

    def _create(self, number: int, identity: Identity) -> Catalog:
        folder = self._folder / str(number)
        with storage_errors(folder):
            shutil.rmtree(folder, ignore_errors=True)
            folder.mkdir()
            catalog = Catalog.create(folder, identity)
            sync(folder)
        return catalog

    def _point_to(self, number: int) -> None:
        with storage_errors(self._folder), becoming_file(self._folder / _CURRENT) as incoming:
            incoming.write_text(f"{number}\n", encoding="ascii")

    def _numbers(self) -> list[int]:
        return [int(path.name) for path in self._folder.iterdir() if path.name.isdigit() and path.is_dir()]

    def _carry_over(self, catalog: Catalog, encode: Encode | None) -> None:
        try:
            with Catalog.open(self._storage.current()) as old, old.read() as snapshot:
                carry_over(snapshot, catalog, encode)
        except (IndexMissing, IndexMismatch, StorageError):
            return  # nothing to carry over, or too damaged to be read: the named folders are indexed

    def _sweep(self) -> None:
        """Remove folders that CURRENT does not name and nobody reads."""
        try:
            live = self._storage.current()
        except KBError:
            return
        for number in self._numbers():
            folder = self._folder / str(number)
            if folder != live and _claim(folder):
                shutil.rmtree(folder, ignore_errors=True)


def _lock_or_busy(handle: int, folder: Path) -> None:
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        raise Busy(
            f"Another process is writing to {folder}", "Wait until it is done and run the command again"
        ) from None


def _share(folder: Path) -> int | None:
    """A handle that keeps a folder from being swept; None where there is no such folder."""
    try:
        handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    except (FileNotFoundError, NotADirectoryError):
        return None
    except OSError as error:
        raise StorageError(f"{folder} cannot be read ({error.strerror})", "Make it readable") from None
    try:
        fcntl.flock(handle, fcntl.LOCK_SH)
    except OSError:
        return handle  # a file system without locks: nothing sweeps there either
    return handle


def _claim(folder: Path) -> bool:
    """Whether nobody reads a folder any more."""
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    else:
        return True
    finally:
        os.close(handle)
