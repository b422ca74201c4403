"""The multiplied corpus: what it keeps of the original and what it changes."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from tests.benchmarks.corpus import Chunks, multiplied, once


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
