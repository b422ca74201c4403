"""What a run does to the catalog, document by document."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

from kb.errors import DocumentError
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


def test_a_document_without_text_is_reported(shelf: Shelf) -> None:
    shelf.put("empty.txt", "")
    assert shelf.sync().failed[0][0] == "empty.txt"
    assert shelf.states() == {"empty.txt": "failed"}


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
