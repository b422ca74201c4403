"""CURRENT, the writer's lock, rebuilding, and what must not be mixed."""

from __future__ import annotations

import json
import multiprocessing
import pickle
import sqlite3
import threading
from pathlib import Path

import pytest

from kb.errors import Busy, IndexMismatch, IndexMissing, StorageError
from kb.index.catalog import Catalog, Identity, Writer
from kb.index.sync import remove, sync
from tests.index.doubles import DIMENSION, IDENTITY
from tests.index.shelf import Shelf

OTHER = Identity({**IDENTITY.embedder, "digest": "2"}, IDENTITY.pipeline)


def rebuild(shelf: Shelf, *paths: Path, identity: Identity = IDENTITY) -> None:
    with shelf.storage.writer() as writer, writer.rebuild(identity) as catalog:
        sync(catalog, paths, shelf.parts.parts(), shelf.settings)


def test_nothing_indexed_says_what_to_run(shelf: Shelf) -> None:
    assert shelf.storage.exists() is False
    with pytest.raises(IndexMissing, match="kb index"):
        shelf.storage.open()


def test_another_embedder_or_pipeline_is_refused_with_both_values(shelf: Shelf) -> None:
    shelf.put("a.txt", "one")
    shelf.sync()
    with pytest.raises(IndexMismatch, match=r"embedder: digest was '1', is '2'.*--rebuild"):
        shelf.storage.open(OTHER)
    with pytest.raises(IndexMismatch), shelf.writing(OTHER):
        pass
    reader = Identity(IDENTITY.embedder, {"reader": "double 2"})
    with pytest.raises(IndexMismatch, match="pipeline: reader was 'double 1', is 'double 2'"):
        shelf.storage.open(reader)
    with shelf.storage.open() as catalog, pytest.raises(IndexMismatch):
        catalog.require(OTHER)


def test_another_format_is_refused(shelf: Shelf) -> None:
    shelf.sync()
    connection = sqlite3.connect(shelf.storage.current() / "catalog.db")
    connection.execute("UPDATE meta SET value = '99' WHERE key = 'schema'")
    connection.commit()
    connection.close()
    with pytest.raises(IndexMismatch, match="format 99"):
        shelf.storage.open()


def test_a_rebuild_takes_the_place_at_once_and_keeps_roots_and_exclusions(shelf: Shelf) -> None:
    shelf.put("a.txt", "one")
    shelf.put("b.txt", "two")
    shelf.sync()
    with shelf.writing() as catalog:
        remove(catalog, "b.txt")
    with shelf.storage.open() as reader:
        rebuild(shelf, identity=OTHER)
        with reader.read() as snapshot:
            assert snapshot.meta()["embedder"]["digest"] == "1"
            assert [row.name for row in snapshot.documents()] == ["a.txt", "b.txt"]
        assert sorted(path.name for path in shelf.storage.folder.iterdir() if path.is_dir()) == ["1", "2"]
    with shelf.storage.open(OTHER) as catalog, catalog.read() as snapshot:
        assert {row.name: row.state for row in snapshot.documents()} == {"a.txt": "ok", "b.txt": "excluded"}
    with shelf.writing(OTHER):
        pass
    assert sorted(path.name for path in shelf.storage.folder.iterdir() if path.is_dir()) == ["2"]
    assert shelf.parts.encoded == ["one", "two", "one"]


def test_a_rebuild_that_fails_leaves_the_old_index(shelf: Shelf) -> None:
    shelf.put("a.txt", "one")
    shelf.sync()

    def fails(*_: object) -> None:
        raise RuntimeError("the encoder died")

    shelf.parts.encode = fails  # type: ignore[method-assign,assignment]
    with pytest.raises(RuntimeError):
        rebuild(shelf)
    assert shelf.texts() == {"a.txt": ["one"]}
    assert sorted(path.name for path in shelf.storage.folder.iterdir() if path.is_dir()) == ["1"]


@pytest.mark.parametrize("content", [b"garbage", b"", b"SQLite format 3\x00" + b"\xff" * 5000])
def test_a_damaged_catalog_is_named_and_a_rebuild_mends_it(shelf: Shelf, content: bytes) -> None:
    shelf.put("a.txt", "one")
    shelf.sync()
    file = shelf.storage.current() / "catalog.db"
    for path in file.parent.iterdir():
        path.unlink()
    file.write_bytes(content)
    with pytest.raises(StorageError, match="--rebuild"):
        shelf.storage.open(IDENTITY)
    with pytest.raises(StorageError, match="--rebuild"), shelf.writing():
        pass
    rebuild(shelf, shelf.docs)
    assert shelf.texts() == {"a.txt": ["one"]}


def test_a_lost_folder_and_a_damaged_pointer_are_named(shelf: Shelf) -> None:
    shelf.put("a.txt", "one")
    shelf.sync()
    live = shelf.storage.current()
    live.rename(live.with_name("aside"))
    with pytest.raises(StorageError, match=r"is missing.*--rebuild"):
        shelf.storage.open()
    with pytest.raises(StorageError, match=r"is missing.*--rebuild"), shelf.writing():
        pass
    (shelf.storage.folder / "CURRENT").write_bytes(b"\xff\xfe")
    with pytest.raises(StorageError, match="CURRENT is damaged"):
        shelf.storage.open()
    rebuild(shelf, shelf.docs)
    assert shelf.texts() == {"a.txt": ["one"]}


def _hold(folder: Path, ready: object, done: object) -> None:
    with Shelf(folder).writing():
        ready.set()  # type: ignore[attr-defined]
        done.wait(30)  # type: ignore[attr-defined]


def test_a_second_writer_is_told_at_once_and_readers_go_on(shelf: Shelf, tmp_path: Path) -> None:
    shelf.put("a.txt", "one")
    shelf.sync()
    context = multiprocessing.get_context("spawn")
    ready, done = context.Event(), context.Event()
    other = context.Process(target=_hold, args=(tmp_path, ready, done))
    other.start()
    assert ready.wait(60)
    try:
        with pytest.raises(Busy, match="Another process"):
            shelf.sync()
        assert shelf.texts() == {"a.txt": ["one"]}
    finally:
        done.set()
        other.join(30)
    shelf.put("b.txt", "two")
    assert shelf.sync().added == ["b.txt"]


def test_the_lock_of_a_killed_writer_is_free(shelf: Shelf, tmp_path: Path) -> None:
    context = multiprocessing.get_context("spawn")
    ready, done = context.Event(), context.Event()
    other = context.Process(target=_hold, args=(tmp_path, ready, done))
    other.start()
    assert ready.wait(60)
    other.kill()
    other.join(30)
    shelf.put("a.txt", "one")
    assert shelf.sync().added == ["a.txt"]


def test_a_snapshot_stays_what_it_was_and_reads_nest(shelf: Shelf) -> None:
    shelf.put("a.txt", "one")
    shelf.sync()
    with shelf.storage.open() as catalog:
        with catalog.read() as outer:
            shelf.put("b.txt", "two")
            shelf.sync()
            with catalog.read() as inner:
                assert inner is outer
                assert [row.name for row in inner.documents()] == ["a.txt"]
            assert outer.chunk_count() == 1
        with catalog.read() as later:
            assert later.generation > outer.generation
            assert later.chunk_count() == 2


def test_threads_read_side_by_side(shelf: Shelf) -> None:
    shelf.put("a.txt", "one")
    shelf.sync()
    found: list[list[str]] = []
    with shelf.storage.open() as catalog:

        def look() -> None:
            with catalog.read() as snapshot:
                found.append([row.name for row in snapshot.documents()])

        threads = [threading.Thread(target=look) for _ in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert found == [["a.txt"]] * 8


def test_a_transaction_that_raises_leaves_nothing(shelf: Shelf) -> None:
    shelf.put("a.txt", "one")
    shelf.sync()
    with shelf.writing() as catalog:
        with pytest.raises(KeyError), catalog.write() as writer:
            _delete_and_fail(writer)
        with catalog.read() as snapshot:
            assert [row.name for row in snapshot.documents()] == ["a.txt"]
    assert shelf.findings() == []


def _delete_and_fail(writer: Writer) -> None:
    writer.delete(1)
    raise KeyError


def test_chunk_ids_are_never_used_again(shelf: Shelf) -> None:
    path = shelf.put("a.txt", "one", "two")
    shelf.sync()
    path.unlink()
    shelf.sync()
    shelf.put("b.txt", "three")
    shelf.sync()
    with shelf.storage.open() as catalog, catalog.read() as snapshot:
        assert snapshot.chunk_ids().tolist() == [3]


def test_a_reader_cannot_write_and_nothing_is_pickled(shelf: Shelf) -> None:
    shelf.sync()
    with shelf.storage.open() as catalog:
        with pytest.raises(StorageError, match="opened for reading"), catalog.write():
            pass
        with pytest.raises(TypeError, match="open it again"):
            pickle.dumps(catalog)
    with pytest.raises(StorageError, match="closed"), catalog.read():
        pass


def test_what_is_stored_is_what_the_design_says(shelf: Shelf) -> None:
    shelf.put("a.txt", "page one\ftwo", "three")
    shelf.sync()
    folder = shelf.storage.current()
    assert {path.name for path in folder.iterdir()} >= {"catalog.db", "vectors.faiss"}
    connection = sqlite3.connect(folder / "catalog.db")
    assert connection.execute("PRAGMA journal_mode").fetchone() == ("wal",)
    strict = dict(
        connection.execute("SELECT name, strict FROM pragma_table_list WHERE schema = 'main' AND type = 'table'")
    )
    assert all(strict[name] for name in ("meta", "roots", "documents", "pages", "chunks", "vectors", "changes"))
    for start, end, chunk, text in connection.execute(
        "SELECT c.start, c.end, c.text, d.text FROM chunks c JOIN documents d ON d.id = c.document"
    ):
        assert text[start:end] == chunk
    assert {len(row[0]) for row in connection.execute("SELECT vector FROM vectors")} == {DIMENSION * 4}
    assert (
        json.loads(connection.execute("SELECT value FROM meta WHERE key = 'embedder'").fetchone()[0])["dimension"] == 16
    )
    connection.close()


def test_pages_are_looked_up_by_offset(shelf: Shelf) -> None:
    shelf.put("a.txt", "one\ftwo\f\fthree")
    shelf.put("b.txt", "no pages")
    shelf.sync()
    with shelf.storage.open() as catalog, catalog.read() as snapshot:
        row, plain = snapshot.find("a.txt"), snapshot.find("b.txt")
        assert row is not None
        assert plain is not None
        assert (row.pages, plain.pages) == (4, 0)
        text = snapshot.text(row.id)
        expected = {"one": 1, "two": 2, "three": 4}
        assert {word: snapshot.page(row.id, text.index(word)) for word in expected} == expected
        assert snapshot.page(plain.id, 3) is None
        with pytest.raises(KeyError):
            snapshot.document(99)
        with pytest.raises(KeyError):
            snapshot.vectors([99])


def test_opening_imports_and_reads_little(shelf: Shelf) -> None:
    shelf.put("a.txt", "one")
    shelf.sync()
    before = len([*Path("/proc/self/fd").iterdir()])
    for _ in range(20):
        with shelf.storage.open(IDENTITY) as catalog, catalog.read():
            pass
    assert len([*Path("/proc/self/fd").iterdir()]) == before
    assert isinstance(catalog, Catalog)
