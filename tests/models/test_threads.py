"""Threads of torch that wait for each other leave the cores to others, unless the user wants it otherwise."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from kb.models.threads import cores, share_cores

SCRIPT = (
    "import os; from kb.models.loading import library; library(); import torch; "
    "print(os.environ['OMP_WAIT_POLICY'], 'torch' in __import__('sys').modules)"
)


@pytest.mark.parametrize(("set_by_user", "seen"), [(None, "PASSIVE"), ("ACTIVE", "ACTIVE")])
def test_the_policy_is_set_before_torch_is_there(set_by_user: str | None, seen: str) -> None:
    environment = {name: value for name, value in os.environ.items() if name != "OMP_WAIT_POLICY"}
    if set_by_user:
        environment["OMP_WAIT_POLICY"] = set_by_user
    told = subprocess.run(
        [sys.executable, "-c", f"import sys\nassert 'torch' not in sys.modules\n{SCRIPT}"],
        env=environment,
        capture_output=True,
        text=True,
        check=True,
    )
    assert told.stdout.split() == [seen, "True"]


def test_nothing_but_the_policy_is_set(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("OMP_WAIT_POLICY", raising=False)
    share_cores()
    assert os.environ["OMP_WAIT_POLICY"] == "PASSIVE"


def test_cores_are_those_this_process_may_use(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "sched_getaffinity", lambda pid: {0, 3, 5})
    assert cores() == 3
