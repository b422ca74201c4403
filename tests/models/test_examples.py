"""Examples are encoded once, and a file that is of no use is made anew."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from kb.models import examples
from kb.models.examples import Examples
from kb.models.question_form import form_of


class Lengths:
    """The double: a vector is the length of the text and that of its first word."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    def encode_queries(self, texts: Sequence[str]) -> np.ndarray[Any, np.dtype[np.float32]]:
        self.asked += texts
        return np.asarray([[len(text), len(text.split(" ")[0])] for text in texts], np.float32)


TEXTS = ("What is 3 + 4?", "สรุปรายงาน", "What is 3 + 4?")
VECTORS = [[14.0, 4.0], [10.0, 10.0], [14.0, 4.0]]
FORMS = tuple(map(form_of, TEXTS))


def encoded(file: Path | None) -> list[str]:
    """What had to be encoded by an object that begins anew; what it gives is as it must be."""
    lengths = Lengths()
    vectors, forms = Examples(lengths, file)(TEXTS)
    assert vectors.tolist() == VECTORS
    assert forms == FORMS
    return lengths.asked


def test_each_text_once(tmp_path: Path) -> None:
    lengths = Lengths()
    known = Examples(lengths)
    known(TEXTS)
    assert known(["สรุปรายงาน", "new"])[0].tolist() == [[10.0, 10.0], [3.0, 3.0]]
    assert lengths.asked == ["What is 3 + 4?", "สรุปรายงาน", "new"]


def test_the_file_spares_the_next_process(tmp_path: Path) -> None:
    file = tmp_path / "kept.npz"
    assert encoded(file) == list(TEXTS[:2])
    assert encoded(file) == []
    assert list(tmp_path.iterdir()) == [file]


def test_another_reading_of_forms_makes_it_anew(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "kept.npz"
    encoded(file)
    monkeypatch.setattr(examples, "_code", lambda: "changed")
    assert encoded(file) == list(TEXTS[:2])
    assert encoded(file) == []


@pytest.mark.parametrize("damage", [b"", b"PK\x03\x04 no more", None])
def test_a_damaged_file_is_made_anew(tmp_path: Path, damage: bytes | None) -> None:
    file = tmp_path / "kept.npz"
    encoded(file)
    whole = file.read_bytes()
    file.write_bytes(whole[: len(whole) // 2] if damage is None else damage)
    assert encoded(file) == list(TEXTS[:2])
    assert encoded(file) == []


def test_without_a_place_to_keep_it_is_encoded_again(tmp_path: Path) -> None:
    file = tmp_path / "nowhere" / "kept.npz"
    assert encoded(file) == list(TEXTS[:2])
    assert encoded(file) == list(TEXTS[:2])
