"""The full count of hostile drafts; KB_STRESS_DRAFTS and KB_STRESS_SEED change it."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.answering.compose.fuzz import Tally, check, drafts
from tests.answering.compose.world import shelf

pytestmark = pytest.mark.stress


def test_ten_thousand_drafts(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    count = int(os.environ.get("KB_STRESS_DRAFTS", "10000"))
    tally = Tally()
    with shelf(tmp_path) as base:
        for case in drafts(int(os.environ.get("KB_STRESS_SEED", "7")), count):
            tally.add(case, check(base, case, tally))
    with capsys.disabled():
        print(f"\n{tally}")
    assert tally.drafts == count
    assert tally.shown > count / 4
    assert tally.faults == []
