"""A number of steps -> the state machine run for that many."""

from __future__ import annotations

from hypothesis import HealthCheck, settings
from hypothesis.stateful import run_state_machine_as_test

from tests.index.machine import Library
from tests.index.second_process import SecondProcess

STEPS_A_RUN = 50


def run_machine(steps: int) -> int:
    """Run until at least so many steps were taken; returns how many were."""
    Library.steps = 0
    Library.other = SecondProcess()
    rounds = settings(
        deadline=None,
        max_examples=max(1, steps // STEPS_A_RUN),
        stateful_step_count=STEPS_A_RUN,
        suppress_health_check=list(HealthCheck),
        database=None,
    )
    try:
        while Library.steps < steps:
            run_state_machine_as_test(Library, settings=rounds)  # type: ignore[no-untyped-call]
    finally:
        Library.other.close()
    return Library.steps
