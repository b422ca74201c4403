"""Writers that are killed leave whole receipts or none."""

from __future__ import annotations

from pathlib import Path

from tests.answering.receipts.kept import BRIDGE, MILL, asked
from tests.answering.receipts.kills import kill_writers
from tests.index.shelf import Shelf


def test_killed_writers_leave_whole_receipts_or_none(shelf: Shelf, tmp_path: Path) -> None:
    verdict = kill_writers(tmp_path, asked(shelf, ("bridge.txt", BRIDGE), ("mill.txt", MILL)), kills=21, seed=3)
    assert verdict.faults() == []
    assert verdict.written > 0
