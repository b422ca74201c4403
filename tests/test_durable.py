"""Whole files or none."""

from __future__ import annotations

from pathlib import Path

import pytest

from kb.durable import becoming_file


def test_a_file_is_replaced_when_the_block_ends_well(tmp_path: Path) -> None:
    target = tmp_path / "note.txt"
    target.write_text("old")
    with becoming_file(target) as incoming:
        incoming.write_text("new")
        assert target.read_text() == "old"
    assert [path.name for path in tmp_path.iterdir()] == ["note.txt"]
    assert target.read_text() == "new"


def test_the_old_file_stays_when_the_block_fails(tmp_path: Path) -> None:
    target = tmp_path / "note.txt"
    target.write_text("old")

    def half() -> None:
        with becoming_file(target) as incoming:
            incoming.write_text("ne")
            raise OSError("full")

    with pytest.raises(OSError, match="full"):
        half()
    assert [path.name for path in tmp_path.iterdir()] == ["note.txt"]
    assert target.read_text() == "old"
