"""The multiplied corpus: what it keeps of the original and what it changes."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from tests.benchmarks.bench_search import _Truth
from tests.benchmarks.corpus import Chunks, multiplied, multiplied_blocks, once


def original() -> Chunks:
    vectors = np.random.default_rng(0).normal(size=(2, 384)).astype(np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    return Chunks(["one two three four five", "แมวกินปลาทุกวัน"], vectors)


def test_copies_have_the_same_words_and_nearly_the_same_vector() -> None:
    chunks = multiplied(original(), 6)
    assert list(chunks.texts[:2]) == list(original().texts)
    np.testing.assert_allclose(chunks.vectors[:2], original().vectors, atol=1e-6)
    assert sorted(chunks.texts[4].split()) == sorted(original().texts[0].split())
    assert sorted(chunks.texts[5]) == sorted(original().texts[1])
    assert chunks.texts[2] != chunks.texts[4] or chunks.texts[3] != chunks.texts[5]
    np.testing.assert_allclose(np.linalg.norm(chunks.vectors, axis=1), 1, atol=1e-6)
    # noise of .02 in each of 384 dimensions has length .39: the cosine with the original is about 1 / sqrt(1 + .39^2)
    assert chunks.vectors[4] @ chunks.vectors[0] == pytest.approx(1 / np.sqrt(1 + 384 * 0.02**2), abs=0.03)


def test_the_same_corpus_every_time() -> None:
    assert list(multiplied(original(), 9).texts) == list(multiplied(original(), 9).texts)


def test_blocks_are_copies_too() -> None:
    blocks = list(multiplied_blocks(original(), 7, size=3))
    texts = [text for part, _ in blocks for text in part]
    vectors = np.concatenate([part for _, part in blocks])
    assert [len(part) for part, _ in blocks] == [3, 3, 1]
    assert texts[:2] == list(original().texts)
    np.testing.assert_allclose(vectors[:2], original().vectors, atol=1e-6)
    assert {" ".join(sorted(text.split())) for text in texts[2::2]} == {"five four one three two"}
    assert (vectors[2:] @ original().vectors.T).argmax(axis=1).tolist() == [0, 1, 0, 1, 0]
    assert vectors[4] @ vectors[2] == pytest.approx(1 / (1 + 384 * 0.02**2), abs=0.03)
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-6)


def test_the_truth_is_that_of_all_vectors_at_once() -> None:
    numbers = np.random.default_rng(1)
    queries = numbers.normal(size=(4, 8)).astype(np.float32)
    vectors = numbers.normal(size=(50, 8)).astype(np.float32)
    truth = _Truth(queries)
    passed = list(truth.watching(iter([([], vectors[:7]), ([], vectors[7:40]), ([], vectors[40:])])))
    assert sum(len(part) for _, part in passed) == 50
    assert truth.ids.tolist() == (np.argsort(-(queries @ vectors.T), axis=1)[:, :10] + 1).tolist()


def test_a_folder_is_made_once_and_whole(tmp_path: Path) -> None:
    made = []

    def make(folder: Path) -> None:
        made.append(folder)
        (folder / "a").write_text("x")

    assert (once(tmp_path / "f", make) / "a").read_text() == "x"
    once(tmp_path / "f", make)
    assert len(made) == 1

    def fail(folder: Path) -> None:
        raise OSError("full")

    with pytest.raises(OSError, match="full"):
        once(tmp_path / "g", fail)
    assert not (tmp_path / "g").exists()
