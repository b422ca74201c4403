"""Twenty runs killed at random moments: everything opens, nothing is lost, no document is half there."""

from __future__ import annotations

from pathlib import Path

import faiss

from tests.index.kills import kill_runs


def test_a_killed_run_loses_nothing(tmp_path: Path) -> None:
    faiss.omp_set_num_threads(1)  # the killed runs are forks, which OpenMP does not survive
    verdict = kill_runs(tmp_path, 20, seed=1)
    assert verdict.faults() == []
    assert verdict.kills == 20
