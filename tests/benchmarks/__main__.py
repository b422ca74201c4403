"""`python -m tests.benchmarks [NAME...] [--quick]`: measure, and print ratio tables."""

from __future__ import annotations

import argparse
import os
import sys
import time
from collections.abc import Callable
from pathlib import Path

from tests.benchmarks import bench_ingest, bench_start, bench_sync
from tests.benchmarks.compare import Options, Outcome, machine, revision
from tests.conftest import shared_data

BENCHES: dict[str, Callable[[Options, Path], Outcome]] = {
    "sync": bench_sync.bench,
    "ingest": bench_ingest.bench,
    "start": bench_start.bench,
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
    for name in asked.names or BENCHES:
        started, load = time.monotonic(), os.getloadavg()[0]
        outcome = BENCHES[name](options, data)
        print(outcome.as_text())
        print(
            f"  {time.monotonic() - started:.0f} s, load {load:.2f} before and {os.getloadavg()[0]:.2f} after\n",
            flush=True,
        )
        missed += [f"{name}: {what}" for what in outcome.missed]
    print("\n".join(["missed:", *missed]) if missed else "every bound reached")
    return 3 if missed else 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks", description=__doc__)
    parser.add_argument(
        "names", nargs="*", metavar="NAME", choices=[*BENCHES, []], help=f"of {', '.join(BENCHES)}; none: all"
    )
    parser.add_argument("--quick", action="store_true", help="try it out: fewer pairs, less data; proves nothing")
    parser.add_argument("--storage", type=Path, default=Path("storage"), help="the storage that holds the models")
    parser.add_argument("--cache", type=Path, default=Path("build/bench-cache"), help="where corpora are kept")
    return parser


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
