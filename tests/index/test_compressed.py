"""The compressed base: what it finds, how its file is made, and when it is used."""

from __future__ import annotations

from pathlib import Path

import faiss
import numpy as np
import pytest

from kb.index import base as base_file
from kb.index import nearest
from kb.index.catalog import Catalog
from kb.index.stamp import read_stamp
from kb.index.vectors import COMPRESSED, VectorIndex
from kb.settings import IndexSettings
from tests.benchmarks.catalogs import fill, made_vectors
from tests.index.test_vectors import Brute, add, assert_agrees, remove

COUNT = 3_000


def filled(folder: Path) -> Catalog:
    """3,000 chunks, ten a document."""
    return fill(folder / "index", [f"text {number}" for number in range(COUNT)], made_vectors(COUNT))


def test_the_compressed_base_finds_nearly_everything(tmp_path: Path) -> None:
    count = 20_000
    settings_ = IndexSettings(exact_chunks=1_000)
    with fill(tmp_path / "index", [f"text {number}" for number in range(count)], made_vectors(count)) as catalog:
        index = VectorIndex(catalog, settings_)
        index.rewrite()
        remove(catalog, range(1, 100))
        add(catalog, "new", 40, seed=4)
        numbers = np.random.default_rng(3)
        with catalog.read() as snapshot:
            base = index.view(snapshot).base
            assert base is not None
            assert base.kind != base_file.EXACT
            ids = snapshot.chunk_ids()
            brute = Brute(snapshot)
            hits = 0
            for id_ in numbers.choice(ids, 100):
                raw = snapshot.vectors([int(id_)])[0] + numbers.normal(size=384).astype(np.float32) * 0.03
                query = nearest.unit(raw[None, :])[0]
                found, cosines = index.search(snapshot, query, 10)
                expected, scores = brute.search(query, 10)
                hits += len(set(found.tolist()) & set(expected))
                assert cosines[0] == pytest.approx(scores[0], abs=1e-7)
            assert hits / 1000 >= 0.995
            assert_agrees(index, snapshot, 5, ids[::3].tolist())


def test_the_compressed_file_is_the_one_that_faiss_would_write(tmp_path: Path) -> None:
    with filled(tmp_path) as catalog, catalog.read() as snapshot:
        ids = snapshot.chunk_ids()[::2]
        source = base_file.Source(ids, 384, snapshot.vectors(ids[:500]), lambda: snapshot.vector_blocks(ids, 400))
        base_file.write(tmp_path / "ours", "key", 1, source, COMPRESSED)
        faiss.write_index(base_file.build(source, COMPRESSED).index, str(tmp_path / "theirs"))
    assert (tmp_path / "ours").read_bytes()[:-512] == (tmp_path / "theirs").read_bytes()


def test_a_base_changes_its_shape_with_the_settings(tmp_path: Path) -> None:
    catalog = filled(tmp_path)

    def kind() -> str:
        stamp = read_stamp(catalog.folder / base_file.FILE)
        return stamp.kind if stamp else ""

    assert kind() == base_file.EXACT
    assert VectorIndex(catalog, IndexSettings(exact_chunks=COUNT)).maintain() is False
    assert VectorIndex(catalog, IndexSettings(exact_chunks=COUNT - 1)).maintain() is True
    assert kind() == COMPRESSED
    assert VectorIndex(catalog, IndexSettings(exact_chunks=COUNT - 1)).maintain() is False
    assert VectorIndex(catalog).maintain() is True
    assert kind() == base_file.EXACT
    catalog.close()
