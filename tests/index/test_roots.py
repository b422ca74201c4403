"""Which folders and files a run looks at, and when it refuses to delete."""

from __future__ import annotations

import os
import shutil
import time
from pathlib import Path

import pytest

from kb.errors import DocumentError, KBError
from kb.index.scan import scan_folder
from tests.index.shelf import Shelf


def test_a_missing_root_is_an_error_and_deletes_nothing(shelf: Shelf, tmp_path: Path) -> None:
    shelf.put("a.txt", "one")
    shelf.sync()
    shelf.docs.rename(tmp_path / "elsewhere")
    with pytest.raises(DocumentError, match="docs"):
        shelf.sync_known()
    with pytest.raises(DocumentError, match="nothing was changed"):
        shelf.sync(tmp_path / "never")
    assert shelf.texts() == {"a.txt": ["one"]}


def test_one_missing_root_does_not_stop_the_others(shelf: Shelf, tmp_path: Path) -> None:
    other = tmp_path / "other"
    other.mkdir()
    (other / "x.txt").write_text("x")
    shelf.put("a.txt", "one")
    shelf.sync(shelf.docs, other)
    shutil.rmtree(other)
    shelf.put("b.txt", "two")
    synced = shelf.sync_known()
    assert synced.added == ["b.txt"]
    assert synced.failed[0][0] == str(other)
    assert set(shelf.texts()) == {"a.txt", "b.txt", "x.txt"}


def test_an_unmounted_root_deletes_nothing(shelf: Shelf, monkeypatch: pytest.MonkeyPatch) -> None:
    path = shelf.put("a.txt", "one")
    real = os.path.ismount
    monkeypatch.setattr(os.path, "ismount", lambda place: str(place) == str(shelf.docs) or real(place))
    shelf.sync()
    monkeypatch.setattr(os.path, "ismount", real)
    path.unlink()
    with pytest.raises(DocumentError, match="not mounted"):
        shelf.sync_known()
    assert shelf.texts() == {"a.txt": ["one"]}


def test_losing_most_of_a_root_needs_prune(shelf: Shelf) -> None:
    paths = [shelf.put(f"{number}.txt", f"text {number}") for number in range(10)]
    shelf.sync()
    for path in paths[:6]:
        path.unlink()
    shelf.put("new.txt", "new")
    with pytest.raises(KBError, match="--prune"):
        shelf.sync()
    assert len(shelf.texts()) == 10
    assert len(shelf.sync(prune=True).deleted) == 6
    assert len(shelf.texts()) == 5


def test_half_of_a_root_and_small_roots_go_without_a_question(shelf: Shelf) -> None:
    paths = [shelf.put(f"{number}.txt", f"text {number}") for number in range(10)]
    shelf.sync()
    for path in paths[:5]:
        path.unlink()
    assert len(shelf.sync().deleted) == 5
    for path in paths[5:]:
        path.unlink()
    assert len(shelf.sync().deleted) == 5


def test_a_file_is_a_root_of_its_own(shelf: Shelf, tmp_path: Path) -> None:
    book = tmp_path / "book.txt"
    book.write_text("words")
    assert shelf.sync(book).added == ["book.txt"]
    book.write_text("other words")
    assert shelf.sync_known().changed == ["book.txt"]
    book.unlink()
    with pytest.raises(DocumentError):
        shelf.sync_known()
    assert shelf.texts() == {"book.txt": ["other words"]}


def test_a_folder_around_roots_takes_them_over(shelf: Shelf) -> None:
    file = shelf.put("top.txt", "top")
    inner = shelf.put("inner/a.txt", "one").parent
    shelf.sync(inner, file)
    before = _ids(shelf, "a.txt")
    synced = shelf.sync(shelf.docs)
    assert (synced.unchanged, synced.added) == (2, [])
    assert _ids(shelf, "inner/a.txt") == before
    assert set(shelf.texts()) == {"inner/a.txt", "top.txt"}
    assert shelf.parts.encoded == ["one", "top"]


def test_a_path_inside_a_root_is_looked_at_alone(shelf: Shelf) -> None:
    one = shelf.put("one/a.txt", "a")
    two = shelf.put("two/b.txt", "b")
    shelf.sync()
    one.unlink()
    two.unlink()
    assert shelf.sync(shelf.docs / "two").deleted == ["two/b.txt"]
    assert set(shelf.texts()) == {"one/a.txt"}


def test_names_are_prefixed_where_they_are_ambiguous(shelf: Shelf, tmp_path: Path) -> None:
    other = tmp_path / "other"
    other.mkdir()
    (other / "a.txt").write_text("theirs")
    (other / "b.txt").write_text("alone")
    shelf.put("a.txt", "ours")
    shelf.sync(shelf.docs, other)
    assert shelf.texts() == {"docs/a.txt": ["ours"], "other/a.txt": ["theirs"], "b.txt": ["alone"]}
    with shelf.storage.open() as catalog, catalog.read() as snapshot:
        for name in ("docs/a.txt", str(shelf.docs / "a.txt")):
            row = snapshot.find(name)
            assert row is not None
            assert snapshot.document(row.id).name == "docs/a.txt"
        assert snapshot.find("a.txt") is None


def test_links_that_leave_the_root_are_refused(shelf: Shelf, tmp_path: Path) -> None:
    (tmp_path / "secret.txt").write_text("secret")
    (shelf.docs / "out.txt").symlink_to(tmp_path / "secret.txt")
    (shelf.docs / "up").symlink_to(tmp_path)
    (shelf.docs / "nothing.txt").symlink_to(shelf.docs / "missing.txt")
    shelf.put("real.txt", "real")
    (shelf.docs / "again.txt").symlink_to(shelf.docs / "real.txt")
    shelf.put(".store/x.txt", "stored")
    (shelf.docs / "x.txt").symlink_to(shelf.docs / ".store" / "x.txt")
    synced = shelf.sync()
    assert shelf.texts() == {"real.txt": ["real"], "x.txt": ["stored"]}
    assert dict(synced.failed).keys() == {"out.txt", "nothing.txt"}


def test_odd_names_and_other_files_are_left_alone(shelf: Shelf) -> None:
    shelf.put("a.TXT", "shouted")
    shelf.put("notes.docx", "no")
    shelf.put("~$lock.txt", "no")
    os.mkfifo(shelf.docs / "pipe.txt")
    with (shelf.docs / os.fsdecode(b"bad\xff.txt")).open("w") as file:
        file.write("x")
    synced = shelf.sync()
    assert shelf.texts() == {"a.TXT": ["shouted"]}
    assert sorted(name for name, _ in synced.failed) == ["bad\\udcff.txt", "pipe.txt"]
    with pytest.raises(DocumentError, match=r"\.txt, \.md or \.pdf"):
        shelf.sync(shelf.docs / "notes.docx")


def test_an_empty_folder_is_no_error(shelf: Shelf) -> None:
    synced = shelf.sync()
    assert (synced.added, synced.failed, synced.chunks) == ([], [], 0)


def test_a_file_of_this_instant_is_waited_for(shelf: Shelf) -> None:
    """A second change within one tick of the file system's clock would keep the modification time."""
    path = shelf.put("a.txt", "one")
    listing = scan_folder(shelf.docs)
    assert time.time_ns() - path.stat().st_mtime_ns >= 20_000_000
    assert listing.files["a.txt"].mtime == path.stat().st_mtime_ns


def _ids(shelf: Shelf, name: str) -> list[int]:
    with shelf.storage.open() as catalog, catalog.read() as snapshot:
        row = snapshot.find(name)
        assert row is not None
        return snapshot.chunk_ids_of(row.id)
