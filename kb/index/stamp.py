"""A derived file <-> the stamp at its end: what it was made from, and whether anybody wrote to it since.

The stamp follows what the file holds. It carries the key by which the catalog knows the file, a checksum of the whole,
and one of the parts that are believed at opening without reading the rest. The file's modification time is set to one
written in the stamp: where it differs, somebody wrote to the file, and the whole checksum decides.
"""

from __future__ import annotations

import json
import os
import time
import zlib
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import BinaryIO

SIZE = 512  # bytes at the end of the file
_MAGIC = "kb-vectors-1"

Ranges = Sequence[tuple[int, int]]


@dataclass(frozen=True, slots=True)
class Stamp:
    """What a derived file is: `count` chunks at one generation of one catalog, in a format named `kind`.

    `key` is also in the catalog that it was made from; `dimension` counts the numbers of a vector; `length` is that of
    the content in bytes; `frame` is the checksum of the byte ranges that are believed at opening, `whole` that of
    everything; `mtime` in nanoseconds.
    """

    key: str
    generation: int
    kind: str
    count: int
    dimension: int
    length: int
    frame: int
    whole: int
    mtime: int
    magic: str = _MAGIC


@dataclass(frozen=True, slots=True)
class Made:
    """What a file was made from, before it is written; the fields are those of `Stamp`."""

    key: str
    generation: int
    kind: str
    count: int
    dimension: int = 0


def read_stamp(path: Path) -> Stamp | None:
    """The stamp at the end of a file; None where there is none that can be read."""
    try:
        with path.open("rb") as file:
            file.seek(-SIZE, os.SEEK_END)
            values = json.loads(file.read(SIZE))
            stamp = Stamp(**values)
            return stamp if stamp.magic == _MAGIC and stamp.length + SIZE == file.tell() else None
    except (OSError, ValueError, TypeError):
        return None


def sound(path: Path, stamp: Stamp, believed: Ranges, whole: bool = False) -> bool:
    """Whether a file is what its stamp says.

    Args:
        path: The file.
        stamp: Its stamp.
        believed: The byte ranges that `stamp.frame` covers.
        whole: Read all of it, also where its modification time says that nobody wrote to it.
    """
    try:
        with path.open("rb") as file:
            if _checksum(file, believed) != stamp.frame:
                return False
            as_left = os.fstat(file.fileno()).st_mtime_ns == stamp.mtime
            return (as_left and not whole) or _checksum(file, [(0, stamp.length)]) == stamp.whole
    except OSError:
        return False


def untouched(path: Path, stamp: Stamp) -> bool:
    """Whether a file ends with this stamp and nobody wrote to it since."""
    try:
        return read_stamp(path) == stamp and path.stat().st_mtime_ns == stamp.mtime
    except OSError:
        return False


def append_stamp(path: Path, made: Made, believed: Callable[[int], Ranges]) -> None:
    """End a file that is complete with its stamp, and wait for the disk.

    Args:
        path: The file.
        made: What it was made from.
        believed: The length of the content -> the byte ranges that are believed at opening.

    Raises:
        OSError: The disk is full or refuses.
    """
    length = path.stat().st_size
    now = time.time_ns() // 1000 * 1000
    with path.open("r+b") as file:
        frame, whole = _checksum(file, believed(length)), _checksum(file, [(0, length)])
        stamp = Stamp(**asdict(made), length=length, frame=frame, whole=whole, mtime=now)
        file.seek(length)
        file.write(json.dumps(asdict(stamp)).encode("ascii").ljust(SIZE))
        file.flush()
        os.utime(file.fileno(), ns=(now, now))
        os.fsync(file.fileno())


def _checksum(file: BinaryIO, ranges: Ranges) -> int:
    """CRC-32 over byte ranges; -1 where the file ends before them."""
    value = 0
    for start, end in ranges:
        file.seek(start)
        left = end - start
        while left > 0:
            block = file.read(min(left, 1 << 20))
            if not block:
                return -1
            value = zlib.crc32(block, value)
            left -= len(block)
    return value
