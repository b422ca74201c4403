"""The instruments of the benchmarks, tried on things that are known."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.benchmarks.compare import Fact, Outcome, Row, alternate
from tests.benchmarks.processes import Memory, run
from tests.benchmarks.watched import OpenedFiles


def test_marks_and_first_output_are_on_one_clock() -> None:
    code = (
        "import time; from tests.benchmarks.processes import mark\n"
        "mark('born'); time.sleep(.2); print('result', flush=True); time.sleep(.2); mark('end')"
    )
    seen = run([sys.executable, "-c", code])
    assert seen.output == "result\n"
    assert 0 < seen.marks["born"] < seen.first_output < seen.marks["end"] <= seen.seconds
    assert seen.first_output - seen.marks["born"] == pytest.approx(0.2, abs=0.15)
    assert seen.memory is None


def test_memory_tells_anonymous_from_mapped_and_sees_children(tmp_path: Path) -> None:
    file = tmp_path / "mapped"
    file.write_bytes(b"\1" * (64 << 20))
    child = (
        "import mmap, time; held = bytearray(b'x') * (96 << 20);"
        f"f = open({str(file)!r}, 'rb'); m = mmap.mmap(f.fileno(), 0, prot=mmap.PROT_READ);"
        "sum(m[i] for i in range(0, len(m), 4096)); time.sleep(.3)"
    )
    code = f"import subprocess, sys; subprocess.run([sys.executable, '-c', {child!r}], check=True)"
    memory = run([sys.executable, "-c", code], watched=True).memory
    assert memory is not None
    assert 96 <= memory.anonymous <= 96 + 40
    assert 64 <= memory.file <= 64 + 40
    assert memory.total == pytest.approx(memory.anonymous + memory.file, abs=1)


def test_a_failing_command_says_why() -> None:
    with pytest.raises(RuntimeError, match="ended with 3: boom"):
        run([sys.executable, "-c", "import sys; sys.stderr.write('boom'); sys.exit(3)"])


def test_files_opened_by_any_process_are_counted(tmp_path: Path) -> None:
    for name in ("a.txt", "b.txt", "c.txt"):
        (tmp_path / name).write_text(name)
    with OpenedFiles(tmp_path) as opened:
        (tmp_path / "a.txt").read_text()
        subprocess.run([sys.executable, "-c", f"open({str(tmp_path / 'b.txt')!r}).read()"], check=True)
        (tmp_path / "c.txt").stat()
        list(tmp_path.iterdir())
    assert opened.names == ["a.txt", "b.txt"]


def test_sides_take_turns_after_one_warming_run() -> None:
    calls: list[str] = []
    results = alternate({"a": lambda: calls.append("a") or len(calls), "b": lambda: calls.append("b") or len(calls)}, 2)
    assert calls == ["a", "b"] * 3
    assert results == {"a": [3, 5], "b": [4, 6]}


def test_ratios_and_verdicts() -> None:
    faster = Row("start", "s", ours=[1.0, 2.0, 4.0], plain=[8.0, 8.0, 9.0], bound=4.0)
    slower = Row("ingest", "chunks/s", ours=[20.0], plain=[10.0], better="more", bound=2.3)
    facts = [
        Fact("files read", 1, "", wanted=0),
        Fact("floor", 0.5, "s"),
        Fact("recall", 0.99, "", least=0.995),
        Fact("recall@1", 1.0, "", least=0.995),
        Fact("memory", 201, "MiB", most=200),
        Fact("more memory", 200, "MiB", most=200),
    ]
    outcome = Outcome("t", [faster, slower], facts, ["a note"])
    assert (faster.ratio, faster.spread) == (4.0, (2.25, 8.0))
    assert (slower.ratio, slower.spread) == (2.0, (2.0, 2.0))
    assert outcome.missed == ["ingest", "files read", "recall", "memory"]
    text = outcome.as_text()
    assert "4.00 (2.25 to 8.00)  at least 4: reached" in text
    assert "2.00 (2.00 to 2.00)  at least 2.3: MISSED" in text
    assert "must be 0: MISSED" in text
    assert "at least 0.995: reached" in text
    assert "at most 200: MISSED" in text


def test_nothing_is_left_of_a_process_that_ended() -> None:
    done = subprocess.Popen([sys.executable, "-c", ""])
    done.wait()
    from tests.benchmarks.processes import resident

    assert resident(done.pid) == Memory(0, 0, 0)
