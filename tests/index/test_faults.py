"""Full, read-only and unreadable storage: one line with the next step, and nothing lost."""

from __future__ import annotations

import errno
import os
import resource
import shutil
import signal
import traceback
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import faiss
import pytest

from kb.errors import KBError, StorageError
from kb.index import base as base_file
from kb.index import postings
from tests.index.shelf import Shelf

NOBODY = 65534


def in_child(work: Callable[[], str], uid: int | None = None, file_limit: int | None = None) -> str:
    """What `work` returns in a forked process, as another user or with a limit on the size of files."""
    faiss.omp_set_num_threads(1)
    ours, theirs = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            if file_limit is not None:
                signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
                resource.setrlimit(resource.RLIMIT_FSIZE, (file_limit, file_limit))
            if uid is not None:
                os.setgroups([])
                os.setgid(uid)
                os.setuid(uid)
            os.write(theirs, work().encode())
        except BaseException:
            os.write(theirs, traceback.format_exc().encode())
        finally:
            os._exit(0)
    os.close(theirs)
    with os.fdopen(ours) as pipe:
        said = pipe.read()
    os.waitpid(child, 0)
    return said


def told(work: Callable[[], object]) -> str:
    """The error that work ends with, or what it returns."""
    try:
        return f"done: {work()}"
    except KBError as error:
        return f"{type(error).__name__}: {error}"


def open_up(folder: Path) -> None:
    """Let everybody read: folders above the test's own are private to the user who runs it."""
    for place in [*folder.rglob("*"), folder, *folder.parents][:-1]:
        if place.stat().st_uid == os.getuid() and str(place).startswith("/tmp/"):
            place.chmod(place.stat().st_mode | 0o055 if place.is_dir() else place.stat().st_mode | 0o044)


@pytest.mark.parametrize("limit", [200_000, 300_000, 500_000, 700_000])
def test_a_full_disk_is_one_line_and_keeps_what_was_done(shelf: Shelf, limit: int) -> None:
    for number in range(20):
        shelf.put(f"old {number}.txt", f"old text {number}")
    shelf.sync()
    before = shelf.texts()
    for number in range(300):
        shelf.put(f"{number}.txt", *(f"text {number} {part} " * 20 for part in range(3)))
    said = in_child(lambda: told(shelf.sync), file_limit=limit)
    assert said.startswith("StorageError")
    assert "full" in said
    assert "kept" in said
    after = shelf.texts()
    assert {name: after[name] for name in before} == before
    assert shelf.findings() == []
    shelf.sync()
    assert len(shelf.texts()) == 320
    assert shelf.findings() == []


@pytest.mark.parametrize(("module", "name"), [(base_file, "_write_index"), (postings, "_write_content")])
def test_a_disk_that_fills_while_the_base_is_written_keeps_the_catalog(
    shelf: Shelf, monkeypatch: pytest.MonkeyPatch, module: ModuleType, name: str
) -> None:
    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    shelf.put("a.txt", "red fox")
    monkeypatch.setattr(module, name, full)
    with pytest.raises(StorageError, match="full"):
        shelf.sync()
    monkeypatch.undo()
    assert shelf.texts() == {"a.txt": ["red fox"]}
    assert shelf.nearest("red fox", 1) == [("red fox", pytest.approx(1.0))]
    assert shelf.worded("red fox", 1) == ["red fox"]
    assert [path.name for path in shelf.storage.current().iterdir() if "new" in path.name] == []


@pytest.mark.skipif(os.getuid() != 0, reason="only root can become somebody else")
@pytest.mark.parametrize("with_base", [True, False])
def test_read_only_storage_is_searched_but_not_written(shelf: Shelf, with_base: bool) -> None:
    for number in range(20):
        shelf.put(f"{number}.txt", f"text {number}")
    shelf.sync()
    if not with_base:
        (shelf.storage.current() / base_file.FILE).unlink()
        (shelf.storage.current() / postings.FILE).unlink()
    open_up(shelf.storage.folder)
    open_up(shelf.docs)
    said = in_child(lambda: told(lambda: shelf.nearest("text 7", 1)), uid=NOBODY)
    assert said.startswith("done: [('text 7', 0.9")
    assert in_child(lambda: told(lambda: shelf.worded("text 7", 1)), uid=NOBODY) == "done: ['text 7']"
    said = in_child(lambda: told(shelf.sync), uid=NOBODY)
    assert said.startswith("StorageError")
    assert "read-only" in said


@pytest.mark.skipif(os.getuid() != 0, reason="only root can become somebody else")
def test_unreadable_files_and_folders_keep_what_was_indexed(shelf: Shelf) -> None:
    shelf.put("a.txt", "red fox")
    shelf.put("closed/b.txt", "grey wolf")
    shelf.sync()
    shelf.put("new.txt", "green frog").chmod(0)
    shelf.put("a.txt", "red fox, changed").chmod(0)
    (shelf.docs / "closed").chmod(0)
    for place in [shelf.storage.folder, *shelf.storage.folder.rglob("*"), shelf.docs]:
        os.chown(place, NOBODY, NOBODY)
    open_up(shelf.docs.parent / "index")
    shelf.docs.chmod(0o755)
    for place in list(shelf.docs.parents)[:-2]:
        if place.stat().st_uid == 0:
            place.chmod(place.stat().st_mode | 0o055)

    def work() -> str:
        synced = shelf.sync()
        return f"{sorted(synced.failed)} {synced.deleted} {shelf.texts()}"

    said = in_child(work, uid=NOBODY)
    assert "('a.txt', 'cannot be read (Permission denied)')" in said
    assert "('new.txt', 'cannot be read (Permission denied)')" in said
    assert "'closed', 'the folder cannot be listed (Permission denied); what was indexed in it is kept'" in said
    assert "[] {'a.txt': ['red fox'], 'closed/b.txt': ['grey wolf']}" in said
    (shelf.docs / "new.txt").chmod(0o644)
    assert "new.txt" in shelf.sync().added


def test_a_storage_that_cannot_be_made_is_named(shelf: Shelf) -> None:
    shelf.storage.folder.write_text("a file stands here")
    with pytest.raises(StorageError, match="index"):
        shelf.sync()


def test_an_index_opens_on_a_copy_that_lost_its_log(shelf: Shelf, tmp_path: Path) -> None:
    """A clean close folds the log into the database; the file alone is then the whole catalog."""
    shelf.put("a.txt", "red fox")
    shelf.sync()
    moved = Shelf(tmp_path / "docs")
    moved.storage.folder.mkdir()
    shutil.copytree(
        shelf.storage.current(), moved.storage.folder / "1", ignore=shutil.ignore_patterns("*-wal", "*-shm")
    )
    (moved.storage.folder / "CURRENT").write_text("1")
    assert moved.texts() == {"a.txt": ["red fox"]}


def test_a_reader_of_a_damaged_catalog_is_told(shelf: Shelf) -> None:
    for number in range(300):
        shelf.put(f"{number}.txt", f"text {number} " * 100)
    shelf.sync()
    file = shelf.storage.current() / "catalog.db"
    content = bytearray(file.read_bytes())
    content[8192:] = b"\xee" * (len(content) - 8192)
    file.write_bytes(content)
    with pytest.raises(StorageError, match="--rebuild"):
        shelf.texts()
