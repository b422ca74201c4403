"""A file in the making -> a whole file or none, whatever happens in between."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator
from pathlib import Path

INCOMING = ".incoming-"  # begins the name of everything that is not finished


@contextlib.contextmanager
def becoming_file(target: Path) -> Iterator[Path]:
    """A temporary file beside `target` that replaces it in one step when the block ends well.

    The block writes the file; it is on the disk, and so is its name, when the statement ends.
    """
    incoming = target.with_name(f"{INCOMING}{target.name}")
    try:
        yield incoming
        sync(incoming)
        incoming.replace(target)
        sync(target.parent)
    finally:
        incoming.unlink(missing_ok=True)


def sync(path: Path) -> None:
    """Make a file, or the entries of a folder, outlive a power cut."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
