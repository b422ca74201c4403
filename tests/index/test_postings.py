"""The postings file against a count of the words by hand, through changes, damage and other states."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kb.index import lexical, postings
from kb.index.catalog import Catalog, Snapshot
from kb.index.postings import open_postings
from kb.index.stamp import read_stamp
from kb.index.vectors import VectorIndex
from tests.benchmarks.catalogs import fill, made_document, made_texts, made_vectors
from tests.index.test_lexical import textbook

words = st.text(st.sampled_from("abcก่éß中٣🙂é"), min_size=1, max_size=4)
documents = st.lists(st.lists(words, min_size=1, max_size=40).map(" ".join), min_size=1, max_size=12)


def opened(catalog: Catalog) -> postings.Postings | None:
    with catalog.read() as snapshot:
        return open_postings(catalog.folder / postings.FILE, snapshot.meta()["base"]["key"])


@settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(texts=documents)
def test_it_holds_what_the_texts_hold(tmp_path_factory: pytest.TempPathFactory, texts: list[str]) -> None:
    counted = [Counter(lexical.terms(text)) for text in texts]
    with fill(tmp_path_factory.mktemp("postings") / "index", texts, made_vectors(len(texts))) as catalog:
        found = opened(catalog)
    assert found is not None
    assert found.lengths.tolist() == [sum(counts.values()) for counts in counted]
    for word in {word for counts in counted for word in counts} | {"missing", "", "a" * 99, "\ud800"}:
        places, frequencies = found.find(word)
        expected = [(place, counts[word]) for place, counts in enumerate(counted) if word in counts]
        assert [*zip(places.tolist(), frequencies.tolist(), strict=True)] == expected


def test_a_word_that_fills_a_chunk_is_counted_beyond_a_byte(tmp_path: Path) -> None:
    texts = ["fox " * 70_000, "fox wolf", "wolf " * 300]
    with fill(tmp_path / "index", texts, made_vectors(3)) as catalog:
        found = opened(catalog)
    assert found is not None
    assert [column.tolist() for column in found.find("fox")] == [[0, 1], [70_000, 1]]
    assert [column.tolist() for column in found.find("wolf")] == [[1, 2], [1, 300]]


def test_many_blocks_give_what_one_gives(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with fill(tmp_path / "index", made_texts(200), made_vectors(200)) as catalog:
        whole = (catalog.folder / postings.FILE).read_bytes()
        monkeypatch.setattr(postings, "_TOGETHER", 50)
        VectorIndex(catalog).rewrite()
        blocks = (catalog.folder / postings.FILE).read_bytes()
    assert blocks[:-512] == whole[:-512]


def assert_textbook(snapshot: Snapshot, questions: list[str]) -> None:
    """Scores, best chunks, allowed chunks and known chunks are those of the formula."""
    chunks = {id_: row.text for id_, row in snapshot.chunks(snapshot.chunk_ids().tolist()).items()}
    for question in questions:
        expected, mass = textbook(chunks, question)
        hits = lexical.search(snapshot, question, len(chunks))
        assert dict(zip(hits.ids, hits.scores, strict=True)) == pytest.approx(expected, abs=1e-9)
        assert hits.mass == pytest.approx(mass, abs=1e-9)
        half = np.array([*[id_ for id_ in chunks if id_ % 2], 10**7])
        some = lexical.search(snapshot, question, 5, allowed=half)
        best = sorted((score for id_, score in expected.items() if id_ % 2), reverse=True)[:5]
        assert some.scores == pytest.approx(best, abs=1e-9)
        assert all(id_ % 2 for id_ in some.ids)
        known = [*list(chunks)[::7][::-1], 10**7, next(iter(chunks))]
        told = {id_: score for id_, score in expected.items() if id_ in known}
        assert lexical.score(snapshot, question, known) == pytest.approx(told, abs=1e-9)


QUESTIONS = ["w1 w2 w3 w5 w8", "w1 w2", "w1", "w40 w700 w1", "w59999 w2", "nothing", "w1 " * 30]


@pytest.mark.parametrize("few", [2_000, 0])
def test_scores_stay_those_of_the_textbook_through_changes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, few: int
) -> None:
    monkeypatch.setattr(lexical, "_FEW", few)
    with fill(tmp_path / "index", made_texts(300), made_vectors(300)) as catalog:
        with catalog.read() as snapshot:
            assert_textbook(snapshot, QUESTIONS)
        with catalog.write() as writer:
            writer.delete(3)
            writer.delete(30)
            writer.put(1, *made_document("new", made_texts(40, seed=4), made_vectors(40, seed=4)))
        with catalog.read() as snapshot:
            assert_textbook(snapshot, QUESTIONS)
        with catalog.write() as writer:
            writer.remove_chunks([302, 1])
            writer.put(1, *made_document("newer", made_texts(9, seed=5), made_vectors(9, seed=5)))
        with catalog.read() as snapshot:
            assert_textbook(snapshot, QUESTIONS)
        VectorIndex(catalog).rewrite()
        with catalog.read() as snapshot:
            assert_textbook(snapshot, QUESTIONS)
            assert snapshot.memory["corpus"].base is not None


def test_an_older_snapshot_is_searched_as_it_was(tmp_path: Path) -> None:
    with (
        fill(tmp_path / "index", made_texts(100), made_vectors(100)) as catalog,
        Catalog.open(catalog.folder) as old,
        old.read() as snapshot,
    ):
        assert_textbook(snapshot, QUESTIONS)
        with catalog.write() as writer:
            writer.delete(2)
        VectorIndex(catalog).rewrite()
        assert_textbook(snapshot, QUESTIONS)
        snapshot.memory.clear()
        assert_textbook(snapshot, QUESTIONS)


def flip(path: Path, at: int) -> None:
    content = bytearray(path.read_bytes())
    content[at] ^= 0x10
    path.write_bytes(content)


HARM: dict[str, Callable[[Path], object]] = {
    "missing": lambda path: path.unlink(),
    "empty": lambda path: path.write_bytes(b""),
    "garbage": lambda path: path.write_bytes(os.urandom(5_000)),
    "truncated": lambda path: path.write_bytes(path.read_bytes()[:-1_000]),
    "longer": lambda path: path.write_bytes(path.read_bytes() + b"x"),
    "flip in the header": lambda path: flip(path, 9),
    "flip in the ids": lambda path: flip(path, 100),
    "flip in the middle": lambda path: flip(path, path.stat().st_size // 2),
    "flip in the stamp": lambda path: flip(path, path.stat().st_size - 480),
    "a folder": lambda path: (path.unlink(), path.mkdir()),
}


@pytest.mark.parametrize("kind", HARM)
def test_a_damaged_file_is_not_trusted_and_is_made_again(tmp_path: Path, kind: str) -> None:
    with fill(tmp_path / "index", made_texts(100), made_vectors(100)) as catalog:
        path = catalog.folder / postings.FILE
        HARM[kind](path)
        assert opened(catalog) is None
        with catalog.read() as snapshot:
            assert_textbook(snapshot, QUESTIONS)
        if path.is_dir():
            path.rmdir()
        assert VectorIndex(catalog).maintain() is True
        assert opened(catalog) is not None
        with catalog.read() as snapshot:
            assert_textbook(snapshot, QUESTIONS)


@settings(deadline=None, max_examples=150)
@given(data=st.data())
def test_no_flipped_byte_is_trusted(tmp_path_factory: pytest.TempPathFactory, data: st.DataObject) -> None:
    folder = tmp_path_factory.getbasetemp() / "flipped words"
    path = folder / postings.FILE
    if not folder.exists():
        fill(folder, made_texts(50), made_vectors(50)).close()
        (folder / "whole").write_bytes(path.read_bytes())
    content = bytearray((folder / "whole").read_bytes())
    at = data.draw(st.integers(0, len(content) - 1))
    content[at] ^= data.draw(st.integers(1, 255))
    path.write_bytes(content)
    with Catalog.open(folder) as catalog:
        found = opened(catalog)
    stamp = read_stamp(path)
    padding = stamp is not None and at >= stamp.length
    assert found is None or padding


def test_a_file_of_another_state_is_not_trusted(tmp_path: Path) -> None:
    with fill(tmp_path / "index", made_texts(100), made_vectors(100)) as catalog:
        path = catalog.folder / postings.FILE
        older = path.read_bytes()
        with catalog.write() as writer:
            writer.delete(2)
        VectorIndex(catalog).rewrite()
        path.write_bytes(older)
        assert opened(catalog) is None
        with catalog.read() as snapshot:
            assert_textbook(snapshot, QUESTIONS)


def test_a_copied_file_is_trusted_after_its_checksum(tmp_path: Path) -> None:
    with fill(tmp_path / "index", made_texts(100), made_vectors(100)) as catalog:
        os.utime(catalog.folder / postings.FILE)
        assert opened(catalog) is not None


def test_an_empty_catalog_has_empty_postings(tmp_path: Path) -> None:
    with fill(tmp_path / "index", made_texts(20), made_vectors(20)) as catalog:
        with catalog.write() as writer:
            writer.delete(1)
            writer.delete(2)
        VectorIndex(catalog).rewrite()
        found = opened(catalog)
        assert found is not None
        assert found.ids.tolist() == []
        with catalog.read() as snapshot:
            assert lexical.search(snapshot, "w1", 5).ids == []
        with catalog.write() as writer:
            writer.put(1, *made_document("new", made_texts(5, seed=4), made_vectors(5, seed=4)))
        with catalog.read() as snapshot:
            assert_textbook(snapshot, QUESTIONS)
