"""Files in the making -> a complete folder or none, that can be checked at a glance."""

from __future__ import annotations

import contextlib
import errno
import fcntl
import hashlib
import json
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from kb.durable import INCOMING, sync
from kb.errors import ModelUnavailable, StorageError
from kb.progress import Progress

MANIFEST = "manifest.json"
_LOCK = ".lock"
_ROOM = "Make room or choose another folder with --storage"
_REASONS = {
    errno.ENOSPC: "has no room left",
    errno.EDQUOT: "has no room left in your quota",
    errno.EFBIG: "may not hold files of this size",
    errno.EROFS: "is read-only",
    errno.EACCES: "may not be written by this user",
    errno.EPERM: "may not be written by this user",
}


@contextlib.contextmanager
def storage_errors(models: Path) -> Iterator[None]:
    """Turn a full or read-only disk into a StorageError that names the folder."""
    try:
        yield
    except OSError as error:
        reason = _REASONS.get(error.errno or 0)
        if reason is None:
            raise
        raise StorageError(f"{models} {reason}", "Make room or choose another folder with --storage") from None


def check_room(folder: Path, needed: int, what: str, fix: str = _ROOM) -> None:
    """Refuse to begin what cannot end for lack of room.

    Args:
        folder: Where it would be written; need not exist yet.
        needed: Bytes.
        what: What takes them.
        fix: What the user can do.

    Raises:
        StorageError: The disk has less free.
    """
    place = folder.absolute()
    while not place.exists():
        place = place.parent
    free = shutil.disk_usage(place).free
    if free < needed:
        room = f"{gigabytes(needed)} are needed and the disk of {place} has {gigabytes(free)} free"
        raise StorageError(f"No room for {what}: {room}", fix)


def gigabytes(count: int) -> str:
    """Bytes as a person reads them."""
    return f"{count / 1e9:.1f} GB"


@contextlib.contextmanager
def locked(models: Path, progress: Progress) -> Iterator[None]:
    """Hold the right to prepare models here; waits for another process that holds it, and sweeps what a kill left."""
    models.mkdir(parents=True, exist_ok=True)
    with (models / _LOCK).open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            progress("waiting for another process that prepares a model", 0, 1)
            fcntl.flock(lock, fcntl.LOCK_EX)
        for rest in models.glob(f"{INCOMING}*"):
            shutil.rmtree(rest)
        yield


@contextlib.contextmanager
def becoming(target: Path, models: Path) -> Iterator[Path]:
    """A temporary folder that replaces `target` in one step when the block ends well, and goes away when not."""
    incoming = Path(tempfile.mkdtemp(prefix=INCOMING, dir=models))
    try:
        yield incoming
        incoming.chmod(0o755)
        for path in incoming.rglob("*"):
            sync(path)
        sync(incoming)
        if target.exists():  # damaged: it would have been used otherwise
            target.rename(Path(tempfile.mkdtemp(prefix=INCOMING, dir=models)) / "old")
        target.parent.mkdir(parents=True, exist_ok=True)
        incoming.rename(target)
        sync(target.parent)
    finally:
        for rest in models.glob(f"{INCOMING}*"):
            shutil.rmtree(rest, ignore_errors=True)


def sha256(path: Path) -> str:
    """The SHA-256 of a file, in hexadecimal digits."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def write_manifest(folder: Path, facts: dict[str, Any]) -> None:
    """Write size and SHA-256 of every file of a folder beside `facts`."""
    files = {
        str(path.relative_to(folder)): {"size": path.stat().st_size, "sha256": sha256(path)}
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path.name != MANIFEST
    }
    text = json.dumps({**facts, "files": files}, indent=1)
    (folder / MANIFEST).write_text(text + "\n", encoding="utf-8")


def read_manifest(folder: Path) -> dict[str, Any] | None:
    """The manifest of a complete folder: None where there is none, or a file is missing or has another size."""
    try:
        manifest = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
        complete = all((folder / name).stat().st_size == facts["size"] for name, facts in manifest["files"].items())
    except (OSError, ValueError, KeyError, TypeError):
        return None
    return manifest if complete else None


def damaged_files(folder: Path) -> list[str]:
    """Every file of a folder that is missing or is not what its manifest says; reads them all."""
    try:
        files = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))["files"]
        digests = {name: facts["sha256"] for name, facts in files.items()}
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return [MANIFEST]
    return [name for name, digest in digests.items() if not _is(folder / name, digest)]


def _is(path: Path, digest: str) -> bool:
    try:
        return sha256(path) == digest
    except OSError:
        return False


def local_folder(name: str) -> Path | None:
    """The folder that a setting names, None where it names a model of a hub.

    Raises:
        ModelUnavailable: It reads like a path and no such folder is there.
    """
    path = Path(name).expanduser()
    if path.is_dir():
        return path
    if name.startswith((".", "/", "~")):
        raise ModelUnavailable(f"There is no folder {name}", "Correct the name, in settings.toml or in the command")
    return None
