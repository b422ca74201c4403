"""A root on the disk -> the documents it holds, without reading any."""

from __future__ import annotations

import os
import stat
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

SUFFIXES = (".txt", ".md", ".pdf")
_TICK = 0.02  # seconds: a file this young could change again without a new modification time


@dataclass(frozen=True, slots=True)
class FileStat:
    """Size in bytes and modification time in nanoseconds."""

    size: int
    mtime: int


@dataclass(slots=True)
class Listing:
    """What a root holds: `files` by relative path, `refused` with reasons, `hidden` folders that cannot be listed."""

    files: dict[str, FileStat] = field(default_factory=dict)
    refused: dict[str, str] = field(default_factory=dict)
    hidden: list[str] = field(default_factory=list)

    def unknown(self, path: str) -> bool:
        """Whether a path lies where nothing could be seen."""
        return any(path.startswith(f"{folder}/") for folder in self.hidden)


def scan_folder(root: Path) -> Listing:
    """List a folder root: .txt, .md and .pdf in it and below, hidden names left out.

    A link to a file inside the root counts as a file, unless its target is listed by itself; one that leaves the root
    is refused. Linked folders are not followed.

    Raises:
        OSError: The root itself is missing or cannot be listed.
    """
    listing = Listing()
    links: list[tuple[str, Path]] = []
    for entry, relative in _walk(root, listing):
        if entry.is_symlink():
            links.append((relative, Path(entry.path)))
        elif entry.is_file(follow_symlinks=False):
            _add(listing, relative, Path(entry.path))
        elif relative.lower().endswith(SUFFIXES):
            listing.refused[relative] = "is not a regular file"
    real = Path(os.path.realpath(root))
    targets = {str(real / relative) for relative in listing.files}
    for relative, path in links:
        _add_link(listing, relative, path, (real, targets))
    settle(listing, root)
    return listing


def scan_file(root: Path) -> Listing:
    """List a root that is one file.

    Raises:
        OSError: It is missing or not a regular file.
    """
    listing = Listing()
    if not root.is_file():
        raise FileNotFoundError(2, "No such file", str(root))
    listing.files[root.name] = file_stat(root)
    settle(listing, root.parent)
    return listing


def file_stat(path: Path) -> FileStat:
    """Size and modification time; links are followed.

    Raises:
        OSError: The file is missing.
    """
    found = path.stat()
    return FileStat(found.st_size, found.st_mtime_ns)


def settle(listing: Listing, folder: Path) -> None:
    """Wait out files that were written this instant, so that a later change cannot go unseen."""
    now = time.time_ns()
    young = [path for path, found in listing.files.items() if 0 <= now - found.mtime < _TICK * 1e9]
    if not young:
        return
    time.sleep(_TICK)
    for path in young:
        try:
            listing.files[path] = file_stat(folder / path)
        except OSError:
            del listing.files[path]


def mount_of(path: Path) -> str:
    """The mount point that a path lives on."""
    while not os.path.ismount(path) and path != path.parent:
        path = path.parent
    return str(path)


def _walk(root: Path, listing: Listing) -> Iterator[tuple[os.DirEntry[str], str]]:
    """Entries that are not folders, with their paths below the root."""
    folders = [""]
    while folders:
        folder = folders.pop()
        try:
            entries = sorted(os.scandir(root / folder), key=lambda entry: entry.name)
        except OSError as error:
            if not folder:
                raise
            listing.hidden.append(folder)
            listing.refused[folder] = f"the folder cannot be listed ({error.strerror}); what was indexed in it is kept"
            continue
        for entry in entries:
            if entry.name.startswith((".", "~$")):
                continue
            relative = f"{folder}/{entry.name}" if folder else entry.name
            if entry.is_dir(follow_symlinks=False):
                folders.append(relative)
            else:
                yield entry, relative


def _add(listing: Listing, relative: str, path: Path) -> None:
    if not relative.lower().endswith(SUFFIXES):
        return
    try:
        relative.encode("utf-8")
    except UnicodeEncodeError:
        listing.refused[relative.encode("utf-8", "backslashreplace").decode()] = (
            "its name is not valid UTF-8: rename it"
        )
        return
    try:
        found = path.stat()
    except OSError as error:
        listing.refused[relative] = f"cannot be looked at ({error.strerror})"
        return
    if stat.S_ISREG(found.st_mode):
        listing.files[relative] = FileStat(found.st_size, found.st_mtime_ns)


def _add_link(listing: Listing, relative: str, path: Path, inside: tuple[Path, set[str]]) -> None:
    real_root, targets = inside
    target = Path(os.path.realpath(path))
    if not relative.lower().endswith(SUFFIXES) or target.is_dir():
        return
    if not target.is_relative_to(real_root):
        listing.refused[relative] = "is a link that leaves the folder: index its target by naming it"
    elif not target.exists():
        listing.refused[relative] = "is a link to nothing"
    elif str(target) not in targets:
        _add(listing, relative, path)
