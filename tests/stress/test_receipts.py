"""The full counts of the proofs about receipts; KB_STRESS_WRITERS changes how many are killed."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.answering.receipts.kept import BRIDGE, MILL, TOLL, asked
from tests.answering.receipts.kills import kill_writers
from tests.index.shelf import Shelf

pytestmark = pytest.mark.stress


def test_six_hundred_killed_writers(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    shelf = Shelf(tmp_path)
    shelf.put("bridge.txt", BRIDGE, TOLL)
    shelf.put("mill.txt", MILL)
    shelf.sync()
    kills = int(os.environ.get("KB_STRESS_WRITERS", "600"))
    receipt = asked(shelf, ("bridge.txt", BRIDGE), ("mill.txt", MILL))
    verdict = kill_writers(tmp_path, receipt, kills, seed=int(os.environ.get("KB_STRESS_SEED", "7")))
    with capsys.disabled():
        print(
            f"\n{verdict.kills} writers killed, three at a time, {verdict.unfinished} with a receipt in hand: "
            f"{verdict.written:,} receipts, {len(verdict.damaged)} damaged, {len(verdict.lost)} lost, "
            f"{len(verdict.shared)} ids given twice"
        )
    assert verdict.faults() == []
    assert verdict.kills >= kills
    assert verdict.unfinished > 0
