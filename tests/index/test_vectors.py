"""The vector index against a brute force over the catalog, through every kind of change and damage."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kb.index import base as base_file
from kb.index import nearest
from kb.index.catalog import Catalog, Snapshot
from kb.index.stamp import read_stamp
from kb.index.vectors import VectorIndex
from kb.settings import IndexSettings
from tests.benchmarks.catalogs import fill, made_document, made_vectors

COUNT = 3_000


@pytest.fixture
def catalog(tmp_path: Path) -> Catalog:
    """3,000 chunks, ten a document."""
    return fill(tmp_path / "index", [f"text {number}" for number in range(COUNT)], made_vectors(COUNT))


class Brute:
    """Every vector of a snapshot, in double precision."""

    def __init__(self, snapshot: Snapshot, allowed: list[int] | None = None) -> None:
        ids = snapshot.chunk_ids()
        self.ids = ids if allowed is None else ids[np.isin(ids, allowed)]
        self.vectors = snapshot.vectors(self.ids).astype(np.float64)

    def search(self, query: np.ndarray, k: int) -> tuple[list[int], list[float]]:
        scores = self.vectors @ query.astype(np.float64)
        order = np.lexsort((self.ids, -scores))[:k]
        return self.ids[order].tolist(), scores[order].tolist()


def assert_agrees(index: VectorIndex, snapshot: Snapshot, seed: int = 1, allowed: list[int] | None = None) -> None:
    """Ids and cosines are those of the brute force, for queries near chunks and far from all."""
    numbers = np.random.default_rng(seed)
    ids = snapshot.chunk_ids()
    brute = Brute(snapshot, allowed)
    for k in (1, 10, 50):
        near = snapshot.vectors([int(numbers.choice(ids))])[0] + numbers.normal(size=384).astype(np.float32) * 0.05
        for raw in (near, numbers.normal(size=384).astype(np.float32)):
            query = nearest.unit(raw[None, :])[0]
            found, cosines = index.search(snapshot, raw * 4, k, allowed)
            expected, scores = brute.search(query, k)
            assert cosines.tolist() == pytest.approx(scores, abs=1e-7)
            assert found.tolist() == expected


def remove(catalog: Catalog, documents: range) -> None:
    with catalog.write() as writer:
        for number in documents:
            writer.delete(number)


def add(catalog: Catalog, name: str, count: int, seed: int) -> None:
    with catalog.write() as writer:
        writer.put(1, *made_document(name, [f"{name} {number}" for number in range(count)], made_vectors(count, seed)))


def test_the_base_gives_what_the_catalog_holds(catalog: Catalog) -> None:
    with catalog.read() as snapshot:
        index = VectorIndex(catalog)
        assert_agrees(index, snapshot)
        base = index.view(snapshot).base
        assert base is not None
        assert base.stamp is not None


def test_tail_and_removals_are_merged_and_the_base_is_written_anew_in_time(catalog: Catalog) -> None:
    index = VectorIndex(catalog, IndexSettings(rewrite_share=0.1))
    before = read_stamp(catalog.folder / base_file.FILE)
    for round_ in range(4):
        remove(catalog, range(5 + 10 * round_, 8 + 10 * round_))
        add(catalog, f"new {round_}", 30, seed=round_ + 5)
        with catalog.read() as snapshot:
            assert_agrees(index, snapshot, round_)
            assert_agrees(VectorIndex(catalog), snapshot, round_)
        assert index.maintain() is False
    assert read_stamp(catalog.folder / base_file.FILE) == before
    add(catalog, "many", 200, seed=50)
    assert index.maintain() is True
    assert read_stamp(catalog.folder / base_file.FILE) != before
    with catalog.read() as snapshot:
        assert index.view(snapshot).changes() == 0
        assert snapshot.changes_since(0) == []
        assert_agrees(index, snapshot)


def test_a_reader_that_fell_behind_the_change_log_starts_again(catalog: Catalog) -> None:
    index = VectorIndex(catalog)
    with catalog.read() as snapshot:
        assert_agrees(index, snapshot)
    remove(catalog, range(10, 200))
    VectorIndex(catalog).maintain()
    add(catalog, "late", 5, seed=9)
    with catalog.read() as snapshot:
        assert_agrees(index, snapshot)
        assert len(index.view(snapshot).tail_ids) == 5


def test_an_older_snapshot_is_searched_as_it_was(catalog: Catalog) -> None:
    index = VectorIndex(catalog)
    with Catalog.open(catalog.folder) as old, old.read() as snapshot:
        assert_agrees(index, snapshot)
        remove(catalog, range(1, 20))
        with catalog.read() as fresh:
            assert_agrees(index, fresh)
        assert_agrees(index, snapshot)
        VectorIndex(catalog).rewrite()
        with catalog.read() as fresh:
            assert_agrees(index, fresh)
        assert_agrees(index, snapshot)


def test_a_filtered_search_is_exact(catalog: Catalog) -> None:
    remove(catalog, range(1, 12))
    add(catalog, "new", 40, seed=4)
    with catalog.read() as snapshot:
        index = VectorIndex(catalog)
        ids = snapshot.chunk_ids().tolist()
        for allowed in ([*ids[::2], 1, 10**9], ids[::40], ids[-3:], [ids[0]], [], [7], ids * 2):
            assert_agrees(index, snapshot, len(allowed), allowed)


def test_equal_vectors_come_in_the_order_of_their_ids(tmp_path: Path) -> None:
    vectors = np.repeat(made_vectors(1), 3_000, axis=0)
    with fill(tmp_path / "index", [f"text {number}" for number in range(3_000)], vectors) as catalog:
        add(catalog, "tail", 3, seed=0)
        with catalog.read() as snapshot:
            _, cosines = VectorIndex(catalog).search(snapshot, vectors[0], 20)
            assert cosines.tolist() == pytest.approx([1.0] * 20)


def damage(kind: str) -> Callable[[Path], None]:
    def flip(path: Path, at: int) -> None:
        content = bytearray(path.read_bytes())
        content[at] ^= 0x10
        path.write_bytes(content)

    return {
        "missing": lambda path: path.unlink(),
        "empty": lambda path: path.write_bytes(b""),
        "garbage": lambda path: path.write_bytes(os.urandom(5_000)),
        "truncated": lambda path: path.write_bytes(path.read_bytes()[:-1_000]),
        "cut in the codes": lambda path: path.write_bytes(path.read_bytes()[:100_000]),
        "longer": lambda path: path.write_bytes(path.read_bytes() + b"x"),
        "flip in the header": lambda path: flip(path, 20),
        "flip in the codes": lambda path: flip(path, 500_000),
        "flip in the ids": lambda path: flip(path, path.stat().st_size - 2_000),
        "flip in the stamp": lambda path: flip(path, path.stat().st_size - 480),
        "a folder": lambda path: (path.unlink(), path.mkdir())[0],
    }[kind]


KINDS = [
    *("missing", "empty", "garbage", "truncated", "cut in the codes", "longer", "flip in the header"),
    *("flip in the codes", "flip in the ids", "flip in the stamp"),
]


@pytest.mark.parametrize("kind", KINDS)
def test_a_damaged_base_is_not_trusted_and_is_made_again(catalog: Catalog, kind: str) -> None:
    path = catalog.folder / base_file.FILE
    damage(kind)(path)
    with catalog.read() as snapshot:
        index = VectorIndex(catalog)
        assert_agrees(index, snapshot)
        base = index.view(snapshot).base
        assert base is not None
        assert base.stamp is None
    assert VectorIndex(catalog).maintain() is True
    with catalog.read() as snapshot:
        known = snapshot.meta()["base"]
        assert base_file.open_base(path, known["key"], 384) is not None


@settings(deadline=None, max_examples=150)
@given(data=st.data())
def test_no_flipped_byte_is_trusted(tmp_path_factory: pytest.TempPathFactory, data: st.DataObject) -> None:
    folder = tmp_path_factory.getbasetemp() / "flips"
    path = folder / base_file.FILE
    if not folder.exists():
        fill(folder, [f"t {number}" for number in range(300)], made_vectors(300)).close()
        (folder / "whole").write_bytes(path.read_bytes())
    with Catalog.open(folder) as catalog, catalog.read() as snapshot:
        key = snapshot.meta()["base"]["key"]
    content = bytearray((folder / "whole").read_bytes())
    at = data.draw(st.integers(0, len(content) - 1))
    content[at] ^= data.draw(st.integers(1, 255))
    path.write_bytes(content)
    opened = base_file.open_base(path, key, 384)
    stamp = read_stamp(path)
    padding = stamp is not None and at >= stamp.length
    assert opened is None or padding


def test_a_flip_that_hides_its_time_is_found_where_faiss_would_trust_it(catalog: Catalog) -> None:
    path = catalog.folder / base_file.FILE
    time = path.stat().st_mtime_ns
    content = bytearray(path.read_bytes())
    for at in (4, 20, 60, 200, len(content) - 600, len(content) - 20_000):
        changed = bytearray(content)
        changed[at] ^= 1
        path.write_bytes(changed)
        os.utime(path, ns=(time, time))
        with catalog.read() as snapshot:
            assert base_file.open_base(path, snapshot.meta()["base"]["key"], 384) is None


def test_a_base_of_another_state_is_not_trusted(catalog: Catalog) -> None:
    path = catalog.folder / base_file.FILE
    older = path.read_bytes()
    remove(catalog, range(1, 100))
    VectorIndex(catalog).rewrite()
    path.write_bytes(older)
    with catalog.read() as snapshot:
        assert_agrees(VectorIndex(catalog), snapshot)


def test_a_copied_index_is_trusted_after_its_checksum(catalog: Catalog) -> None:
    path = catalog.folder / base_file.FILE
    os.utime(path)
    with catalog.read() as snapshot:
        assert base_file.open_base(path, snapshot.meta()["base"]["key"], 384) is not None


@pytest.mark.parametrize("exact_chunks", [COUNT, 100])
def test_a_filter_of_any_size_is_exact(catalog: Catalog, exact_chunks: int) -> None:
    index = VectorIndex(catalog, IndexSettings(exact_chunks=exact_chunks))
    index.maintain()
    remove(catalog, range(1, 20))
    add(catalog, "new", 40, seed=4)
    numbers = np.random.default_rng(8)
    with catalog.read() as snapshot:
        ids = snapshot.chunk_ids()
        for size in (1, 20, 299, 300, 301, 1_500, len(ids)):
            allowed = np.sort(numbers.choice(ids, size, replace=False))
            brute = Brute(snapshot, allowed.tolist())
            query = nearest.unit(numbers.normal(size=(1, 384)).astype(np.float32))[0]
            for given_ids in (allowed, allowed[::-1].copy(), allowed.tolist(), np.repeat(allowed, 2)):
                found, cosines = index.search(snapshot, query, 10, given_ids)
                expected, scores = brute.search(query, 10)
                assert found.tolist() == expected
                assert cosines.tolist() == pytest.approx(scores, abs=1e-7)


def test_k_of_zero_and_more_than_there_is(catalog: Catalog) -> None:
    with catalog.read() as snapshot:
        index = VectorIndex(catalog)
        query = np.ones(384, dtype=np.float32)
        assert index.search(snapshot, query, 0)[0].tolist() == []
        assert sorted(index.search(snapshot, query, 10 * COUNT)[0].tolist()) == snapshot.chunk_ids().tolist()
