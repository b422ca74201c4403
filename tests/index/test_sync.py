"""What a run does to the catalog, document by document."""

from __future__ import annotations

import os
import shutil
import time
from pathlib import Path

import pytest

from kb.errors import DocumentError, KBError
from kb.index.scan import scan_folder
from kb.index.sync import remove
from tests.index.shelf import Shelf


def test_a_folder_becomes_documents_chunks_words_and_vectors(shelf: Shelf) -> None:
    shelf.put("a.txt", "the red fox", "a grey wolf")
    shelf.put("deep/b.md", "one green frog")
    synced = shelf.sync()
    assert (synced.added, synced.chunks, synced.failed) == (["a.txt", "deep/b.md"], 3, [])
    assert shelf.texts() == {"a.txt": ["the red fox", "a grey wolf"], "deep/b.md": ["one green frog"]}
    assert shelf.nearest("a grey wolf", 1) == [("a grey wolf", pytest.approx(1.0))]
    assert shelf.worded("frogs") == ["one green frog"]
    assert shelf.findings() == []


def test_an_unchanged_folder_reads_and_encodes_nothing(shelf: Shelf, monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(30):
        shelf.put(f"{number}.txt", f"text {number}")
    shelf.sync()
    shelf.parts.encoded.clear()
    opened = []
    real_open = Path.open

    def watched(path: Path, *args: object, **kwargs: object) -> object:
        opened.append(path)
        return real_open(path, *args, **kwargs)  # type: ignore[call-overload]

    monkeypatch.setattr(Path, "open", watched)
    synced = shelf.sync_known()
    assert synced.unchanged == 30
    assert shelf.parts.encoded == []
    assert len(shelf.parts.read_paths) == 30
    assert [path for path in opened if path.is_relative_to(shelf.docs)] == []


def test_one_changed_chunk_encodes_one_chunk_and_keeps_the_ids_of_the_others(shelf: Shelf) -> None:
    shelf.put("a.txt", "one", "two", "three")
    shelf.put("b.txt", "four")
    shelf.sync()
    before = _ids(shelf, "a.txt")
    shelf.parts.encoded.clear()
    shelf.parts.read_paths.clear()
    path = shelf.put("a.txt", "one", "changed", "three")
    synced = shelf.sync()
    assert (synced.changed, synced.unchanged) == (["a.txt"], 1)
    assert shelf.parts.encoded == ["changed"]
    assert shelf.parts.read_paths == [path]
    after = _ids(shelf, "a.txt")
    assert (after[0], after[2]) == (before[0], before[2])
    assert after[1] > max(before)
    assert shelf.texts()["a.txt"] == ["one", "changed", "three"]
    assert shelf.findings() == []


def test_equal_paragraphs_keep_apart_and_move(shelf: Shelf) -> None:
    shelf.put("a.txt", "same", "same", "other")
    shelf.sync()
    shelf.put("a.txt", "new first", "same", "other", "same", "same")
    shelf.sync()
    assert shelf.texts()["a.txt"] == ["new first", "same", "other", "same", "same"]
    assert shelf.parts.encoded == ["same", "other", "new first"]
    assert shelf.findings() == []


def test_a_new_time_alone_changes_nothing(shelf: Shelf) -> None:
    path = shelf.put("a.txt", "one")
    shelf.sync()
    os.utime(path, ns=(1, 1))
    synced = shelf.sync()
    assert (synced.unchanged, synced.changed) == (1, [])
    assert len(shelf.parts.read_paths) == 1
    shelf.sync()
    assert shelf.parts.encoded == ["one"]


def test_a_renamed_file_keeps_its_ids_and_is_neither_read_nor_encoded(shelf: Shelf) -> None:
    path = shelf.put("a.txt", "one", "two")
    shelf.put("b.txt", "three")
    shelf.sync()
    before = _ids(shelf, "a.txt")
    (shelf.docs / "sub").mkdir()
    path.rename(shelf.docs / "sub" / "z.txt")
    synced = shelf.sync()
    assert (synced.renamed, synced.added, synced.deleted) == (["sub/z.txt"], [], [])
    assert _ids(shelf, "sub/z.txt") == before
    assert (len(shelf.parts.read_paths), len(shelf.parts.encoded)) == (2, 3)


def test_a_copy_is_a_new_document_that_needs_no_encoding(shelf: Shelf) -> None:
    path = shelf.put("a.txt", "one", "two")
    shelf.sync()
    shutil.copy(path, shelf.docs / "b.txt")
    assert shelf.sync().added == ["b.txt"]
    assert shelf.parts.encoded == ["one", "two"]
    assert shelf.texts() == {"a.txt": ["one", "two"], "b.txt": ["one", "two"]}


def test_a_deleted_file_is_gone_at_the_next_search(shelf: Shelf) -> None:
    shelf.put("a.txt", "keep me")
    path = shelf.put("b.txt", "forget me")
    shelf.sync()
    with shelf.storage.open() as catalog:
        with catalog.read() as snapshot:
            assert snapshot.chunk_count() == 2
        path.unlink()
        assert shelf.sync().deleted == ["b.txt"]
        with catalog.read() as snapshot:
            assert [row.name for row in snapshot.documents()] == ["a.txt"]
    assert shelf.worded("forget") == []
    assert [text for text, _ in shelf.nearest("forget me")] == ["keep me"]


def test_a_damaged_file_is_listed_and_tried_again_only_when_it_changes(shelf: Shelf) -> None:
    shelf.put("a.txt", "good")
    shelf.put("b.txt", "BAD bytes")
    synced = shelf.sync()
    assert (synced.added, synced.failed) == (["a.txt"], [("b.txt", "is damaged. Mend it")])
    assert shelf.sync().failed == [("b.txt", "is damaged. Mend it")]
    assert len(shelf.parts.read_paths) == 2
    shelf.put("b.txt", "mended")
    assert shelf.sync().added == ["b.txt"]
    assert shelf.states() == {"a.txt": "ok", "b.txt": "ok"}


def test_a_file_that_turns_bad_shows_nothing_old(shelf: Shelf) -> None:
    shelf.put("a.txt", "good")
    shelf.sync()
    shelf.put("a.txt", "BAD now")
    assert [name for name, _ in shelf.sync().failed] == ["a.txt"]
    assert shelf.texts() == {}
    assert shelf.findings() == []


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


def test_a_removed_document_stays_out_until_it_is_named(shelf: Shelf) -> None:
    path = shelf.put("a.txt", "one")
    shelf.put("b.txt", "two")
    shelf.sync()
    with shelf.writing() as catalog:
        assert remove(catalog, "a.txt").name == "a.txt"
        with pytest.raises(DocumentError, match="kb documents"):
            remove(catalog, "a.txt")
    shelf.put("a.txt", "one, changed")
    assert shelf.sync().added == []
    assert shelf.states() == {"a.txt": "excluded", "b.txt": "ok"}
    assert shelf.sync(path).added == ["a.txt"]
    assert shelf.texts() == {"a.txt": ["one, changed"], "b.txt": ["two"]}


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


def test_a_document_without_text_is_reported(shelf: Shelf) -> None:
    shelf.put("empty.txt", "")
    assert shelf.sync().failed[0][0] == "empty.txt"
    assert shelf.states() == {"empty.txt": "failed"}


def test_an_empty_folder_is_no_error(shelf: Shelf) -> None:
    synced = shelf.sync()
    assert (synced.added, synced.failed, synced.chunks) == ([], [], 0)


def test_an_interrupted_run_keeps_what_was_finished(shelf: Shelf, monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(400):
        shelf.put(f"{number:03}.txt", f"text {number}")
    real = shelf.parts.encode

    def stops(texts: list[str]) -> object:
        if "text 200" in texts:
            raise KeyboardInterrupt
        return real(texts)

    monkeypatch.setattr(shelf.parts, "encode", stops)
    with pytest.raises(KeyboardInterrupt):
        shelf.sync()
    monkeypatch.undo()
    assert shelf.findings() == []
    kept = len(shelf.texts())
    assert 0 < kept < 400
    assert len(shelf.sync().added) == 400 - kept


def _ids(shelf: Shelf, name: str) -> list[int]:
    with shelf.storage.open() as catalog, catalog.read() as snapshot:
        row = snapshot.find(name)
        assert row is not None
        return snapshot.chunk_ids_of(row.id)


def test_a_file_of_this_instant_is_waited_for(shelf: Shelf) -> None:
    """A second change within one tick of the file system's clock would keep the modification time."""
    path = shelf.put("a.txt", "one")
    listing = scan_folder(shelf.docs)
    assert time.time_ns() - path.stat().st_mtime_ns >= 20_000_000
    assert listing.files["a.txt"].mtime == path.stat().st_mtime_ns
