"""Five hundred hostile drafts; `make stress` runs ten thousand."""

from __future__ import annotations

from pathlib import Path

from tests.answering.compose.fuzz import check, drafts
from tests.answering.compose.world import shelf


def test_nothing_unproven_is_shown_of_five_hundred_hostile_drafts(tmp_path: Path) -> None:
    with shelf(tmp_path) as base:
        faults = {case.draft: found for case in drafts(1, 500) if (found := check(base, case))}
    assert faults == {}
