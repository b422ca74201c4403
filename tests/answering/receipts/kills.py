"""Processes that are killed while they keep receipts -> what lies in the folder afterwards."""

from __future__ import annotations

import os
import random
import signal
import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path

from kb.answering.receipts import Receipt, Receipts
from kb.durable import INCOMING

WRITERS = 3
_ID_BYTES = 28  # an id and a line's end


@dataclass
class Verdict:
    """How often writers were killed, how many receipts there were, and what was wrong."""

    kills: int = 0
    written: int = 0
    unfinished: int = 0
    damaged: list[str] = field(default_factory=list)
    lost: list[str] = field(default_factory=list)
    shared: list[str] = field(default_factory=list)

    def faults(self) -> list[str]:
        """Everything that was wrong."""
        return [*self.damaged, *self.lost, *self.shared]


def kill_writers(folder: Path, receipt: Receipt, kills: int, seed: int) -> Verdict:
    """Let processes write receipts into one folder, kill all of them at a random moment, and look.

    Args:
        folder: An empty folder.
        receipt: What is written; the questions differ in length.
        kills: How many processes must have been killed while they wrote.
        seed: Decides the moments.
    """
    draw, verdict = random.Random(seed), Verdict()
    seen: set[str] = set()
    while verdict.kills < kills:
        journals = [folder / f"journal-{verdict.kills}-{number}" for number in range(WRITERS)]
        children = [_begin(partial(_write, folder, receipt, journal)) for journal in journals]
        time.sleep(draw.uniform(0.005, 0.08))
        for child in children:
            os.kill(child, signal.SIGKILL)
        for child in children:
            os.waitpid(child, 0)
        verdict.kills += len(children)
        _look(folder, journals, seen, verdict)
    return verdict


def _begin(work: Callable[[], None]) -> int:
    child = os.fork()
    if child:
        return child
    try:
        work()
        os._exit(0)
    except BaseException:
        os._exit(1)


def _write(folder: Path, receipt: Receipt, journal: Path) -> None:
    receipts = Receipts(folder / "receipts", most=1_000_000)
    handle = os.open(journal, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    for number in range(1_000_000):
        request = replace(receipt.request, question=f"Question {number}? " * (number % 50 * 40 + 1))
        id_ = receipts.write(replace(receipt, request=request))
        os.write(handle, f"{id_}\n".encode())


def _look(folder: Path, journals: list[Path], seen: set[str], verdict: Verdict) -> None:
    """Every receipt is whole, every one whose id was given is there, and no id was given twice; then clear up."""
    receipts = Receipts(folder / "receipts", most=1_000_000)
    there = {one.id: one for one in receipts.listed()}
    given = [id_ for journal in journals if journal.exists() for id_ in _ids(journal)]
    verdict.shared += [f"{id_} was given twice" for id_ in given if id_ in seen or given.count(id_) > 1]
    verdict.lost += [f"{id_} was given and is not there" for id_ in given if id_ not in there]
    seen.update(given)
    for id_, one in there.items():
        try:
            whole = one.status == "complete" and receipts.read(id_).id == id_
        except Exception as error:
            verdict.damaged.append(f"{id_}: {error}")
        else:
            verdict.damaged += [] if whole else [f"{id_}: {one.why}"]
    verdict.written += len(there)
    for file in (folder / "receipts").iterdir():
        verdict.unfinished += file.name.startswith(INCOMING)
        file.unlink()


def _ids(journal: Path) -> list[str]:
    """The ids in a journal; one that was being noted at the kill is left out."""
    text = journal.read_bytes()
    return [line.decode() for line in text[: len(text) // _ID_BYTES * _ID_BYTES].splitlines()]
