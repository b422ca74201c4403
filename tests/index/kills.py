"""Runs that are killed at random moments -> what the index was worth afterwards."""

from __future__ import annotations

import os
import random
import shutil
import signal
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

import pytest

from kb.errors import IndexMissing, KBError
from kb.index import base as base_file
from kb.index import postings
from kb.index.check import check
from kb.index.sync import SyncParts, sync
from tests.index.doubles import IDENTITY
from tests.index.shelf import Shelf

Texts = dict[str, list[str]]
DOCUMENTS = 60
KINDS = ("index", "change", "delete", "rebuild")


@dataclass
class Verdict:
    """How many kills hit a running process, and what was wrong after which."""

    kills: int = 0
    kinds: dict[str, int] = field(default_factory=dict)
    unopenable: list[str] = field(default_factory=list)
    lost: list[str] = field(default_factory=list)
    half: list[str] = field(default_factory=list)
    unlike_fresh: list[str] = field(default_factory=list)

    def faults(self) -> list[str]:
        """Everything that was wrong."""
        return [*self.unopenable, *self.lost, *self.half, *self.unlike_fresh]


def kill_runs(folder: Path, kills: int, seed: int) -> Verdict:
    """Index, change, delete and rebuild; kill each run at a random moment; look; finish it; compare with a fresh build.

    Args:
        folder: An empty folder.
        kills: How many runs must have been killed while they were at work.
        seed: Decides contents and moments.
    """
    draw = random.Random(seed)
    verdict = Verdict()
    shelf = Shelf(folder)
    held: Texts = {}
    typical = 0.3  # seconds; follows what undisturbed runs take
    while verdict.kills < kills:
        kind = draw.choice(KINDS if held else ("index",))
        if kind == "index":
            shutil.rmtree(shelf.storage.folder, ignore_errors=True)
            held = {}
        wanted = _mutate(shelf, draw, kind)
        journal = folder / "journal"
        journal.write_bytes(b"")
        seconds = _run_and_kill(partial(_work, shelf, kind, journal), draw.uniform(0, typical))
        if seconds is None:
            verdict.kills += 1
            verdict.kinds[kind] = verdict.kinds.get(kind, 0) + 1
        else:
            typical = 0.7 * typical + 0.3 * seconds
        label = f"kill {verdict.kills} ({kind})"
        _look(shelf, verdict, label, (held, wanted, len(journal.read_bytes()) if kind != "rebuild" else 0))
        _finish(shelf, verdict, label)
        held = wanted
    return verdict


def _mutate(shelf: Shelf, draw: random.Random, kind: str) -> Texts:
    """Write what the next run has to find; returns it."""
    names = [f"{number:03}.txt" for number in range(DOCUMENTS)]
    chosen = draw.sample(names, DOCUMENTS // 3) if kind in ("change", "delete") else []
    for name in names if kind == "index" else chosen:
        path = shelf.docs / name
        if kind == "delete" and path.exists():
            path.unlink()
        else:
            shelf.put(name, *(f"{name} {draw.random()} fox {part}" for part in range(draw.randint(1, 6))))
    return {path.name: path.read_text().split("\n\n") for path in sorted(shelf.docs.iterdir())}


def _work(shelf: Shelf, kind: str, journal: Path) -> None:
    handle = os.open(journal, os.O_WRONLY | os.O_APPEND)

    def note(stage: str, done: int, _: int) -> None:
        if stage == "documents" and done:
            os.write(handle, b".")

    double = shelf.parts.parts()
    parts = SyncParts(double.read, double.split, double.encode, note)
    with shelf.storage.writer() as writer:
        opened = writer.rebuild(IDENTITY) if kind == "rebuild" else writer.open(IDENTITY)
        with opened as catalog:
            sync(catalog, [shelf.docs], parts, shelf.settings, prune=True)


def _run_and_kill(work: Callable[[], None], after: float) -> float | None:
    """Run in a child and kill it; its seconds when it was done before, else None."""
    started = time.monotonic()
    child = os.fork()
    if child == 0:
        try:
            work()
            os._exit(0)
        except BaseException:
            os._exit(1)
    while time.monotonic() - started < after:
        if os.waitpid(child, os.WNOHANG) != (0, 0):
            return time.monotonic() - started
        time.sleep(0.0005)
    os.kill(child, signal.SIGKILL)
    _, status = os.waitpid(child, 0)
    assert os.WIFSIGNALED(status) or os.WEXITSTATUS(status) == 0
    return None if os.WIFSIGNALED(status) else time.monotonic() - started


def _look(shelf: Shelf, verdict: Verdict, label: str, state: tuple[Texts, Texts, int]) -> None:
    """The index as a reader finds it right after the kill."""
    held, wanted, done = state
    try:
        found = shelf.texts()
    except IndexMissing:
        if held or done:
            verdict.unopenable.append(f"{label}: nothing there")
        return
    except KBError as error:
        verdict.unopenable.append(f"{label}: {error}")
        return
    for name in {*found, *held, *wanted}:
        if found.get(name) not in (held.get(name), wanted.get(name)):
            verdict.half.append(f"{label}: {name}")
    jobs = sorted(name for name in wanted if wanted[name] != held.get(name))
    verdict.lost += [f"{label}: {name}" for name in jobs[:done] if found.get(name) != wanted[name]]
    with shelf.storage.open(IDENTITY) as catalog:
        wrong = [finding for finding in check(catalog) if finding.part not in (base_file.FILE, postings.FILE)]
    verdict.half += [f"{label}: {finding.what}" for finding in wrong]
    for text in [content[0] for content in found.values()][:2]:
        if shelf.nearest(text, 1)[0] != (text, pytest.approx(1.0)):
            verdict.half.append(f"{label}: {text!r} is not found")


def _finish(shelf: Shelf, verdict: Verdict, label: str) -> None:
    """Run again to the end; the results are those of an index that was never disturbed."""
    shelf.sync(prune=True)
    fresh_folder = shelf.docs.parent / "fresh"
    shutil.rmtree(fresh_folder, ignore_errors=True)
    fresh_folder.mkdir()
    fresh = Shelf(fresh_folder)
    shutil.rmtree(fresh.docs)
    shutil.copytree(shelf.docs, fresh.docs)
    fresh.sync()
    if shelf.findings() or shelf.texts() != fresh.texts():
        verdict.unlike_fresh.append(f"{label}: {shelf.findings() or 'other chunks'}")
    for question in ("fox 3", "0.5 fox", next(iter(shelf.texts().values()))[0]):
        same_vectors = shelf.nearest(question, 10) == [
            (text, pytest.approx(cosine)) for text, cosine in fresh.nearest(question, 10)
        ]
        if not same_vectors or shelf.word_scores(question) != pytest.approx(fresh.word_scores(question)):
            verdict.unlike_fresh.append(f"{label}: {question!r} finds something else")
