"""Maps of files: the right bytes, nothing written back, no file held open, nothing left when they go."""

from __future__ import annotations

import gc
import mmap
import os
from pathlib import Path

import numpy as np
import pytest

from kb.models.pages import private_pages


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "values"
    np.arange(10_000, dtype=np.int64).tofile(path)
    return path


def mapped(path: Path) -> int:
    """How many maps of this file the process has."""
    return sum(str(path) in line for line in Path("/proc/self/maps").read_text(encoding="utf-8").splitlines())


@pytest.mark.parametrize("first", [0, 1, mmap.ALLOCATIONGRANULARITY // 8, 5_000])
def test_the_bytes_are_those_of_the_file(file: Path, first: int) -> None:
    values = np.frombuffer(private_pages(file, 8 * first, 8 * 100), np.int64)
    assert values.tolist() == list(range(first, first + 100))


def test_what_is_written_stays_here(file: Path) -> None:
    before = file.read_bytes()
    values = np.frombuffer(private_pages(file, 8, 800), np.int64)
    values[:] = -1
    assert values.sum() == -100
    assert file.read_bytes() == before


def test_a_thousand_maps_hold_no_file_open_and_go_with_their_last_user(file: Path) -> None:
    gc.collect()
    files, maps = len(os.listdir("/proc/self/fd")), mapped(file)  # noqa: PTH208
    kept = [np.frombuffer(private_pages(file, 8 * first, 8), np.int64) for first in range(1_000)]
    assert len(os.listdir("/proc/self/fd")) == files  # noqa: PTH208
    assert [int(values[0]) for values in kept] == list(range(1_000))
    assert mapped(file) > maps
    kept.clear()
    gc.collect()
    assert mapped(file) == maps


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(OSError, match="nothing"):
        private_pages(tmp_path / "nothing", 0, 8)


def test_what_the_system_refuses_is_an_error(file: Path) -> None:
    with pytest.raises(OSError, match="values"):
        private_pages(file, 0, 1 << 60)
