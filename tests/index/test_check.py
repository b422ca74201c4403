"""Every kind of disagreement is found under its name, and what is derived is mended."""

from __future__ import annotations

import sqlite3

import pytest

from kb.index import base as base_file
from kb.index import postings
from kb.index.check import check
from tests.index.shelf import Shelf


@pytest.fixture
def full(shelf: Shelf) -> Shelf:
    """A document with pages, one without, one that failed."""
    shelf.put("a.txt", "red fox\fgrey wolf", "green frog")
    shelf.put("b.txt", "blue whale")
    shelf.put("c.txt", "BAD")
    shelf.sync()
    return shelf


BROKEN = {
    "UPDATE chunks SET text = 'other words' WHERE id = 1": "chunks",
    "UPDATE chunks SET start = start + 1 WHERE id = 2": "chunks",
    "UPDATE documents SET text = 'short' WHERE id = 1": "chunks",
    "UPDATE chunks SET digest = x'00' WHERE id = 1": "chunks",
    "DELETE FROM vectors WHERE chunk = 1": "vectors",
    "UPDATE vectors SET vector = x'0000' WHERE chunk = 1": "vectors",
    "UPDATE vectors SET vector = zeroblob(64) WHERE chunk = 2": "vectors",
    "DELETE FROM chunk_words WHERE rowid = 1": "words",
    "UPDATE chunk_words SET words = 'red' WHERE rowid = 1": "words",
    "INSERT INTO chunk_words (rowid, words) VALUES (99, 'ghost')": "words",
    "DELETE FROM pages WHERE number = 1": "pages",
    "UPDATE pages SET start = 99 WHERE number = 1": "pages",
    "UPDATE documents SET text = 'x' WHERE state = 'failed'": "documents",
    "UPDATE documents SET state = 'excluded' WHERE id = 2": "documents",
    "INSERT INTO changes VALUES (999, 1, 'add')": "changes",
    'UPDATE meta SET value = \'{"key": "other", "generation": 0}\' WHERE key = \'base\'': "vectors.faiss",
    "DELETE FROM roots": "catalog",
}


@pytest.mark.parametrize("statement", BROKEN)
def test_a_disagreement_is_found(full: Shelf, statement: str) -> None:
    assert full.findings() == []
    connection = sqlite3.connect(full.storage.current() / "catalog.db")
    connection.execute(statement)
    connection.commit()
    connection.close()
    assert BROKEN[statement] in [finding.split(":")[0] for finding in full.findings()]


def test_damaged_pages_of_the_file_are_found(full: Shelf) -> None:
    for number in range(200):
        full.put(f"more {number}.txt", f"text {number} " * 50)
    full.sync()
    file = full.storage.current() / "catalog.db"
    connection = sqlite3.connect(file)
    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    connection.close()
    content = bytearray(file.read_bytes())
    middle = len(content) // 2 // 4096 * 4096
    content[middle : middle + 4096] = b"\x5a" * 4096
    file.write_bytes(content)
    found = full.findings()
    assert found
    assert found[0].startswith("catalog")


@pytest.mark.parametrize("harm", ["words", "base", "lost base", "postings", "lost postings"])
def test_repair_makes_again_what_is_derived(full: Shelf, harm: str) -> None:
    folder = full.storage.current()
    if harm == "words":
        connection = sqlite3.connect(folder / "catalog.db")
        connection.execute("DELETE FROM chunk_words WHERE rowid = 1")
        connection.commit()
        connection.close()
    else:
        path = folder / (base_file.FILE if harm.endswith("base") else postings.FILE)
        content = bytearray(path.read_bytes())
        content[100] ^= 255
        path.unlink()
        if not harm.startswith("lost"):
            path.write_bytes(content)
    with full.writing() as catalog:
        found = check(catalog, repair=True)
        assert [(finding.derived, finding.repaired) for finding in found] == [(True, True)]
        assert check(catalog) == []
    assert full.worded("fox") == ["red fox\fgrey wolf"]


def test_what_is_not_derived_is_reported_but_not_touched(full: Shelf) -> None:
    connection = sqlite3.connect(full.storage.current() / "catalog.db")
    connection.execute("UPDATE chunks SET digest = x'00' WHERE id = 1")
    connection.commit()
    connection.close()
    with full.writing() as catalog:
        found = check(catalog, repair=True)
        assert [(finding.part, finding.repaired) for finding in found] == [("chunks", False)]
        assert "--rebuild" in found[0].fix
