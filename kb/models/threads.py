"""This machine -> how many cores a model may use, and threads that do not hold on to one while they wait."""

from __future__ import annotations

import os


def cores() -> int:
    """How many cores this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def share_cores() -> None:
    """Let the threads of torch sleep while they wait for each other; to be called before torch is first imported.

    Else they spin, and where other programs want the cores too, they spin for a thread that has none: on two busy cores
    a token of a model of 135 million parameters took .5 to 1.1 s, and .06 s with this. A value that the user has set
    stays.
    """
    os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
