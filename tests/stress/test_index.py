"""The full counts of the index's proofs; KB_STRESS_KILLS and KB_STRESS_STEPS change them."""

from __future__ import annotations

import os
from pathlib import Path

import faiss
import pytest

from tests.index.kills import kill_runs
from tests.index.run_machine import run_machine

pytestmark = pytest.mark.stress


def test_two_hundred_kills(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    faiss.omp_set_num_threads(1)
    kills = int(os.environ.get("KB_STRESS_KILLS", "200"))
    verdict = kill_runs(tmp_path, kills, seed=int(os.environ.get("KB_STRESS_SEED", "7")))
    with capsys.disabled():
        print(
            f"\n{verdict.kills} kills {verdict.kinds}: {len(verdict.unopenable)} unopenable, {len(verdict.lost)} lost, "
            f"{len(verdict.half)} half documents, {len(verdict.unlike_fresh)} unlike a fresh build"
        )
    assert verdict.faults() == []
    assert verdict.kills == kills


def test_twenty_thousand_steps(capsys: pytest.CaptureFixture[str]) -> None:
    wanted = int(os.environ.get("KB_STRESS_STEPS", "20000"))
    steps = run_machine(wanted)
    with capsys.disabled():
        print(f"\n{steps} steps of the state machine: 0 mismatches")
    assert steps >= wanted
