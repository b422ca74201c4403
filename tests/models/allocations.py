"""A function -> the most bytes that torch had allocated at once while it ran, seen by torch's own profiler."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

from torch.profiler import ProfilerActivity, profile


def peak(run: Callable[[], object], place: Path) -> int:
    """Bytes beyond those at the start; every allocation on the CPU counts, also inside an operation."""
    with profile(activities=[ProfilerActivity.CPU], profile_memory=True) as profiler:
        run()
    file = place / "trace.json"
    profiler.export_chrome_trace(str(file))
    seen = [event for event in json.loads(file.read_text())["traceEvents"] if event.get("name") == "[memory]"]
    seen.sort(key=lambda event: event["ts"])
    totals = [event["args"]["Total Allocated"] for event in seen]
    return int(max(totals) - (totals[0] - seen[0]["args"]["Bytes"]))
