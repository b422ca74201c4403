"""`python -m tests.benchmarks [NAME...] [--quick]`: measure, and print ratio tables."""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from tests.benchmarks import bench_ingest, bench_load, bench_memory, bench_search, bench_start, bench_sync
from tests.benchmarks.compare import Options, Outcome, machine, revision
from tests.benchmarks.processes import python
from tests.conftest import shared_data

TABLES: dict[str, Callable[[Options, Path], Outcome]] = {
    "sync": bench_sync.bench,
    "ingest": bench_ingest.bench,
    "start": bench_start.bench,
    "search": bench_search.bench,
    "load": bench_load.bench,
    "memory": bench_memory.bench,
}

# Programs with tables of their own: module, arguments, arguments to try it out.
PROGRAMS: dict[str, tuple[str, Sequence[object], Sequence[object]]] = {
    "citations": ("tests.benchmarks.citations_oracle", (), ()),
    "encoder": ("tests.benchmarks.bench_encoder", (), (20, 2)),
    "durable": ("tests.benchmarks.bench_durable", (), (5_000,)),
    "switch": ("tests.benchmarks.bench_switch", (), (7, 256)),
    "generate": ("tests.benchmarks.bench_generate", (), (2, 16)),
}


def main(arguments: list[str]) -> int:
    """Run benchmarks; 0 when every bound is reached, 3 when one is missed, 2 when there is nothing to measure on."""
    asked = _parser().parse_args(arguments)
    data = shared_data()
    if data is None:
        print("No real data: set KB_DATA or put it at ../shared/data", file=sys.stderr)
        return 2
    options = Options(asked.storage, asked.cache, asked.quick)
    options.cache.mkdir(parents=True, exist_ok=True)
    print(f"{machine()}; revision {revision()}; {options.pairs} pairs, medians\n", flush=True)
    missed = []
    for name in asked.names or [*TABLES, *PROGRAMS]:
        started, load = time.monotonic(), os.getloadavg()[0]
        missed += _table(name, options, data) if name in TABLES else _program(name, options)
        seconds = time.monotonic() - started
        print(f"  {name}: {seconds:.0f} s, load {load:.2f} before and {os.getloadavg()[0]:.2f} after\n", flush=True)
    print("\n".join(["missed:", *missed]) if missed else "every bound reached")
    return 3 if missed else 0


def _table(name: str, options: Options, data: Path) -> list[str]:
    outcome = TABLES[name](options, data)
    print(outcome.as_text())
    return [f"{name}: {what}" for what in outcome.missed]


def _program(name: str, options: Options) -> list[str]:
    module, whole, quick = PROGRAMS[name]
    print(f"{name}\n{'-' * len(name)}", flush=True)
    code = subprocess.run(python(module, *(quick if options.quick else whole)), check=False).returncode
    return [f"{name}: ended with {code}"] if code else []


def _parser() -> argparse.ArgumentParser:
    names = [*TABLES, *PROGRAMS]
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks", description=__doc__)
    parser.add_argument(
        "names", nargs="*", metavar="NAME", help=f"of {', '.join(names)}; none: all", type=_known(names)
    )
    parser.add_argument("--quick", action="store_true", help="try it out: fewer pairs, less data; proves nothing")
    parser.add_argument("--storage", type=Path, default=Path("storage"), help="the storage that holds the models")
    parser.add_argument("--cache", type=Path, default=Path("build/bench-cache"), help="where corpora are kept")
    return parser


def _known(names: Sequence[str]) -> Callable[[str], str]:
    def benchmark(name: str) -> str:
        if name not in names:
            raise argparse.ArgumentTypeError(f"there is no benchmark {name!r}; choose from {', '.join(names)}")
        return name

    return benchmark


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
