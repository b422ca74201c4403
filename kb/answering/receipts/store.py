"""storage/receipts: a file for each answer, complete or absent, the oldest making room."""

from __future__ import annotations

import contextlib
import logging
import os
import re
import threading
import time
from collections.abc import Collection
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any, Literal

from kb.answering.receipts.ids import ID, Ids, made
from kb.answering.receipts.receipt import ReadDocument, Receipt
from kb.answering.receipts.sealed import from_file, head_of, to_file
from kb.durable import INCOMING, sync
from kb.errors import DocumentError, StorageError
from kb.index.snapshot import Snapshot

LAST = "last"
_ENDING = ".json"
_NAME = re.compile(ID.pattern + re.escape(_ENDING))
_TRIES = 100
_LOOKED_EVERY = 64  # writes
_ABANDONED = 3600.0  # seconds after which an unfinished file is nobody's

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Listed:
    """A receipt in a list.

    `outcome` and `mode` are the answer's, None where there is none; `why` tells what is damaged. `stale`: it quotes a
    document that is gone by now, or whose file is another by now; None where that was not looked at.
    """

    id: str
    made: str
    status: Literal["complete", "interrupted", "damaged"]
    question: str = ""
    outcome: str | None = None
    mode: str | None = None
    model: str | None = None
    documents: tuple[ReadDocument, ...] = ()
    why: str = ""
    stale: bool | None = None

    def as_dict(self) -> dict[str, Any]:
        """The same as plain values, ready for JSON."""
        return asdict(self)


class Receipts:
    """The receipts of a storage; any number of processes may write and read them at once.

    Args:
        folder: Where they lie; made by the first that is written.
        most: How many are kept.
    """

    def __init__(self, folder: Path, most: int) -> None:
        self._folder = folder
        self._most = most
        self._ids = Ids()
        self._lock = threading.Lock()
        self._kept: list[str] = []  # oldest first, as of the last look and what was written since
        self._unseen = 0
        self.trouble: str | None = None
        """Why the last one could not be written, in words; None when it could."""

    def write(self, receipt: Receipt) -> str | None:
        """Keep a receipt.

        Args:
            receipt: Its id, its time and `answer.receipt` are filled in.

        Returns:
            The id, when the file is on the disk; None where the storage is read-only or full, and `trouble` says why.
        """
        before, self.trouble = self.trouble, None
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            written = self._written(receipt)
        except OSError as error:
            self.trouble = f"No receipt can be kept in {self._folder}: {error.strerror or error}"
            if before is None:
                _log.warning("%s; the answer stands without one", self.trouble)
            return None
        with contextlib.suppress(OSError):  # this one is kept; the next makes the room
            self._make_room(written)
        return written

    def read(self, id_: str) -> Receipt:
        """A receipt.

        Args:
            id_: Its id, the beginning of its id when no other begins so, or "last".

        Raises:
            DocumentError: There is none, or there are several.
            StorageError: It is damaged.
        """
        path = self._path(self._named(id_.strip()))
        try:
            return from_file(path.read_bytes())
        except OSError as error:
            raise DocumentError(f"Cannot read {path}: {error.strerror}", "kb receipts lists them") from None
        except ValueError as error:
            raise StorageError(f"The receipt {path.stem} is damaged: {error}", f"Delete {path}") from None

    def listed(self, snapshot: Snapshot | None = None) -> list[Listed]:
        """Every receipt, newest first; reads little more than the first line of each.

        Args:
            snapshot: Of the catalog of today, to tell which are stale; None leaves that open.
        """
        listed = [one for id_ in reversed(self._names()) if (one := self._look(id_)) is not None]
        if snapshot is None or not any(one.documents for one in listed):
            return listed
        there = {row[0] for row in snapshot.rows("SELECT sha256 FROM documents WHERE state = 'ok'")}
        return [replace(one, stale=_is_stale(one, there)) for one in listed]

    def stale(self, snapshot: Snapshot) -> int:
        """How many answers quote a document that is gone by now, or whose file is another by now.

        A renamed document is the same. An answer whose quoted words are still there in the changed document counts too:
        what was added may say otherwise; `changed` tells the two apart.
        """
        return sum(one.stale is True for one in self.listed(snapshot))

    def _written(self, receipt: Receipt) -> str:
        for _ in range(_TRIES):
            id_ = self._ids.new()
            answer = replace(receipt.answer, receipt=id_) if receipt.answer else None
            content = to_file(replace(receipt, id=id_, made=made(id_), answer=answer))
            if _take(self._path(id_), content):
                return id_
        raise OSError(f"{_TRIES} names in a row are taken")

    def _make_room(self, written: str) -> None:
        """Let the oldest go. What others wrote is seen at every 64th, for thousands of names take their time."""
        with self._lock:
            if self._unseen:
                self._unseen -= 1
                self._kept.append(written)
            else:
                self._kept = self._names()
                self._sweep()
                self._unseen = _LOOKED_EVERY - 1
            over = max(0, len(self._kept) - self._most)
            oldest, self._kept = self._kept[:over], self._kept[over:]
        for id_ in oldest:
            self._path(id_).unlink(missing_ok=True)

    def _sweep(self) -> None:
        """Delete what a kill left unfinished."""
        for rest in self._folder.glob(f"{INCOMING}*"):
            with contextlib.suppress(FileNotFoundError):  # its writer has just finished it
                if time.time() - rest.stat().st_mtime > _ABANDONED:
                    rest.unlink()

    def _look(self, id_: str) -> Listed | None:
        """What the first line of a receipt says; None where it has just been deleted."""
        try:
            with self._path(id_).open("rb") as file:
                return _listed(id_, head_of(file))
        except FileNotFoundError:
            return None
        except (OSError, ValueError, KeyError, TypeError, RecursionError) as error:
            why = error.strerror or "" if isinstance(error, OSError) else str(error)
            return Listed(id_, made(id_), "damaged", why=why)

    def _named(self, wanted: str) -> str:
        names = self._names()
        if wanted == LAST and names:
            return names[-1]
        found = [name for name in names if name.startswith(wanted)] if wanted else []
        if len(found) > 1:
            raise DocumentError(f"{len(found):,} receipts begin with {wanted}", f"Write more of it: {found[-1]}")
        if not found:
            there = f"there are {len(names):,}" if names else "there is none yet"
            raise DocumentError(f"There is no receipt {wanted!r} in {self._folder}; {there}", "kb receipts lists them")
        return found[0]

    def _names(self) -> list[str]:
        """The ids of all receipts, oldest first; other files in the folder are nobody's business."""
        try:
            files = os.listdir(self._folder)  # noqa: PTH208 - only names are wanted, of thousands
        except FileNotFoundError:
            return []
        return sorted(name[: -len(_ENDING)] for name in files if name.endswith(_ENDING) and _NAME.fullmatch(name))

    def _path(self, id_: str) -> Path:
        return self._folder / f"{id_}{_ENDING}"


def _take(target: Path, content: bytes) -> bool:
    """Write a file that is complete or absent, whatever happens; False when its name is taken.

    The unfinished file reserves the name: only who made it may bring the target into being.
    """
    incoming = target.with_name(f"{INCOMING}{target.name}")
    try:
        handle = os.open(incoming, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o666)
    except FileExistsError:
        return False
    try:
        with os.fdopen(handle, "wb") as file:
            if target.exists():
                return False
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        incoming.replace(target)
        sync(target.parent)
    finally:
        incoming.unlink(missing_ok=True)
    return True


def _is_stale(one: Listed, there: Collection[str]) -> bool | None:
    if one.status == "damaged":
        return None
    return any(document.cited and document.sha256 not in there for document in one.documents)


def _listed(id_: str, head: dict[str, Any]) -> Listed:
    outcome = head["outcome"] or {}
    documents = tuple(ReadDocument(**document) for document in head["documents"])
    question = head["request"]["question"]
    if head["id"] != id_ or head["status"] not in ("complete", "interrupted") or not isinstance(question, str):
        raise ValueError("its first line was altered")
    told = Listed(id_, made(id_), head["status"], question, documents=documents)
    return replace(told, outcome=outcome.get("status"), mode=outcome.get("mode"), model=outcome.get("model"))
