"""The state machine of everything a user can do, for a thousand steps."""

from __future__ import annotations

from tests.index.run_machine import run_machine

STEPS = 1_000


def test_the_index_is_what_a_dict_would_be() -> None:
    assert run_machine(STEPS) >= STEPS
