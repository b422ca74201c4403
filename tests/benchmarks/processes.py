"""A command line -> how long it took and how much memory it held, seen from outside."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

MARK = "#mark "
SAMPLE_SECONDS = 0.01
MEBIBYTE = 1024.0


@dataclass(frozen=True)
class Memory:
    """Proportional set size in MiB of a process and its children at the moment of its highest sum."""

    total: float
    anonymous: float
    file: float


@dataclass(frozen=True)
class Run:
    """One run; times in seconds since the process was started, on one clock for parent and child.

    `first_output` is the first byte on stdout that is no mark; `marks` are the moments the child named; `memory` is
    None where nobody looked.
    """

    seconds: float
    first_output: float
    marks: Mapping[str, float]
    output: str
    memory: Memory | None = None


@dataclass
class _Watch:
    """Looks at a process tree until it is told to stop."""

    pid: int
    peak: Memory | None = None
    samples: int = 0
    stop: threading.Event = field(default_factory=threading.Event)

    def __call__(self) -> None:
        while not self.stop.wait(SAMPLE_SECONDS):
            now = resident(self.pid)
            self.samples += 1
            if self.peak is None or now.total > self.peak.total:
                self.peak = now


def mark(name: str) -> None:
    """Called in a child: name this moment."""
    print(f"{MARK}{time.monotonic():.6f} {name}", flush=True)


def run(command: Sequence[str], *, watched: bool = False, environment: Mapping[str, str] | None = None) -> Run:
    """Run a command to its end.

    Args:
        command: Program and arguments.
        watched: Whether memory is sampled; that costs the child time, so a watched run is not for the clock.
        environment: Variables set on top of this process's own.

    Raises:
        RuntimeError: It failed; the message ends with what it said on stderr.
    """
    with tempfile.TemporaryFile("w+") as complaints:
        started = time.monotonic()
        child = subprocess.Popen(
            list(command),
            stdout=subprocess.PIPE,
            stderr=complaints,
            env={**os.environ, **quiet(), **(environment or {})},
        )
        watch = _Watch(child.pid)
        thread = threading.Thread(target=watch)
        if watched:
            thread.start()
        marks, output, first = _listen(child, started)
        code = child.wait()
        seconds = time.monotonic() - started
        watch.stop.set()
        if watched:
            thread.join()
        if code:
            complaints.seek(0)
            raise RuntimeError(f"{' '.join(command)} ended with {code}: {complaints.read()[-2000:]}")
    return Run(seconds, first, marks, output, watch.peak)


def python(module: str, *arguments: object) -> list[str]:
    """The command line that runs a module with this interpreter."""
    return [sys.executable, "-m", module, *map(str, arguments)]


def quiet() -> dict[str, str]:
    """Variables that keep every library from the network and from talking."""
    return {
        "HF_HUB_OFFLINE": "1",
        "TRANSFORMERS_OFFLINE": "1",
        "TOKENIZERS_PARALLELISM": "false",
        "HF_HUB_DISABLE_PROGRESS_BARS": "1",
        "TRANSFORMERS_VERBOSITY": "error",
        "PYTHONUNBUFFERED": "1",
    }


def resident(pid: int) -> Memory:
    """What a process and its children hold now; zeros when it is gone."""
    total = anonymous = file = 0.0
    for each in family(pid):
        values = _rollup(each)
        total += values.get("Pss", 0.0)
        anonymous += values.get("Pss_Anon", 0.0)
        file += values.get("Pss_File", 0.0) + values.get("Pss_Shmem", 0.0)
    return Memory(total / MEBIBYTE, anonymous / MEBIBYTE, file / MEBIBYTE)


def family(pid: int) -> Iterator[int]:
    """A process and all its descendants."""
    yield pid
    for children in Path(f"/proc/{pid}/task").glob("*/children"):
        for child in _read(children).split():
            yield from family(int(child))


def _rollup(pid: int) -> dict[str, float]:
    """The fields of smaps_rollup in KiB."""
    values = {}
    for line in _read(Path(f"/proc/{pid}/smaps_rollup")).splitlines()[1:]:
        name, rest = line.split(":", 1)
        values[name] = float(rest.split()[0])
    return values


def _read(path: Path) -> str:
    try:
        return path.read_text()
    except (FileNotFoundError, ProcessLookupError, PermissionError):
        return ""  # it ended between two looks


def _listen(child: subprocess.Popen[bytes], started: float) -> tuple[dict[str, float], str, float]:
    marks: dict[str, float] = {}
    lines: list[str] = []
    first = 0.0
    assert child.stdout is not None
    for raw in child.stdout:
        now = time.monotonic() - started
        line = raw.decode("utf-8", "replace")
        if line.startswith(MARK):
            moment, name = line.removeprefix(MARK).rstrip("\n").split(" ", 1)
            marks[name] = float(moment) - started
        else:
            first = first or now
            lines.append(line)
    child.stdout.close()
    return marks, "".join(lines), first
