"""One thing that was looked at, and its fix."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

State = Literal["ok", "missing", "broken"]


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at.

    `missing` is not here yet but not needed or fetched by itself; `broken` keeps something from working. `fix` is one
    line, empty when all is well.
    """

    name: str
    state: State
    value: str
    fix: str = ""
