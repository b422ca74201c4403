"""Vectors of one generation <-> vectors.faiss: immutable, stamped, opened by memory map.

The file is a plain FAISS index (ids are chunk ids) followed by a stamp, which FAISS does not read. The stamp holds the
key by which the catalog knows the file, its generation and length, a checksum of the whole, and one of the parts that
FAISS trusts when it opens a file (headers and ids). The file's modification time is set to one written in the stamp:
where it differs, somebody wrote to the file, and the whole checksum decides. FAISS aborts the process on some damage.
"""

from __future__ import annotations

import json
import os
import time
import zlib
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, BinaryIO

import faiss
import numpy as np
from numpy.typing import NDArray

from kb.durable import becoming_file

FILE = "vectors.faiss"
_STAMP = 512  # bytes at the end of the file
_HEAD = 4096
_MAGIC = "kb-vectors-1"


@dataclass(frozen=True, slots=True)
class Stamp:
    """What a base file is: `count` vectors of `dimension` numbers at one generation of one catalog.

    `key` is also in the catalog that it was made from; `length` is that of the FAISS index in bytes; `frame` is the
    checksum of the byte ranges that FAISS trusts at opening, `whole` that of everything; `mtime` in nanoseconds.
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
class Base:
    """An opened base; `ids` are its chunk ids, ascending, shape (n,)."""

    stamp: Stamp | None
    index: Any
    ids: NDArray[np.int64]
    kind: str


@dataclass(frozen=True, slots=True)
class Source:
    """Vectors to build from: `ids` ascending, `blocks` of (ids, unit vectors) in that order, `sample` for training."""

    ids: NDArray[np.int64]
    dimension: int
    sample: NDArray[np.float32]
    blocks: Iterable[tuple[NDArray[np.int64], NDArray[np.float32]]]


def write(path: Path, key: str, generation: int, source: Source, kind: str) -> None:
    """Write a base file: temporary file, fsync, rename, fsync of the folder.

    Args:
        path: Where to; replaced in one step.
        key: The name that the catalog will know it by.
        generation: Which state of the catalog the vectors are.
        source: The vectors.
        kind: A FAISS factory string, SQfp16 or a compressed one with refinement.

    Raises:
        OSError: The disk is full or refuses.
    """
    with becoming_file(path) as incoming:
        _write_index(build(source, kind).index, incoming)
        _append_stamp(incoming, (key, generation, kind, len(source.ids), source.dimension))


def build(source: Source, kind: str) -> Base:
    """The same index in memory."""
    inner: Any = faiss.index_factory(source.dimension, kind, faiss.METRIC_INNER_PRODUCT)
    inner.train(source.sample)
    index: Any = faiss.IndexIDMap(inner)
    for ids, vectors in source.blocks:
        index.add_with_ids(vectors, ids)
    return Base(None, index, source.ids, kind)


def open_base(path: Path, key: str, dimension: int) -> Base | None:
    """Map a base file; None where it is missing, damaged, or not the one that the catalog knows."""
    for _ in range(3):
        stamp = read_stamp(path)
        if stamp is None or (stamp.key, stamp.dimension) != (key, dimension) or not sound(path, stamp):
            return None
        try:
            index: Any = faiss.read_index(str(path), faiss.IO_FLAG_MMAP_IFC)
        except RuntimeError:
            return None
        if read_stamp(path) == stamp:
            break
    else:
        return None
    ids = faiss.vector_to_array(index.id_map)
    return Base(stamp, index, ids, stamp.kind) if len(ids) == stamp.count and index.d == dimension else None


def read_stamp(path: Path) -> Stamp | None:
    """The stamp at the end of a base file; None where there is none that can be read."""
    try:
        with path.open("rb") as file:
            file.seek(-_STAMP, os.SEEK_END)
            values = json.loads(file.read(_STAMP))
            stamp = Stamp(**values)
            return stamp if stamp.magic == _MAGIC and stamp.length + _STAMP == file.tell() else None
    except (OSError, ValueError, TypeError):
        return None


def sound(path: Path, stamp: Stamp, whole: bool = False) -> bool:
    """Whether a file is what its stamp says.

    Args:
        path: The file.
        stamp: Its stamp.
        whole: Read all of it, also where its modification time says that nobody wrote to it.
    """
    try:
        with path.open("rb") as file:
            if _checksum(file, _frame(stamp.length, stamp.count, stamp.dimension)) != stamp.frame:
                return False
            untouched = os.fstat(file.fileno()).st_mtime_ns == stamp.mtime
            return (untouched and not whole) or _checksum(file, [(0, stamp.length)]) == stamp.whole
    except OSError:
        return False


def untouched(path: Path, stamp: Stamp) -> bool:
    """Whether a file ends with this stamp and nobody wrote to it since."""
    try:
        return read_stamp(path) == stamp and path.stat().st_mtime_ns == stamp.mtime
    except OSError:
        return False


def _frame(length: int, count: int, dimension: int) -> list[tuple[int, int]]:
    """The byte ranges around the codes: the header, where the half-precision codes begin, what follows them."""
    end = max(0, length - count * 8 - _HEAD)
    start = max(0, end - count * dimension * 2)
    return [(0, min(_HEAD, length)), (start, min(start + 2 * _HEAD, length)), (end, length)]


def _write_index(index: faiss.Index, path: Path) -> None:
    try:
        faiss.write_index(index, str(path))
    except RuntimeError as error:
        raise _disk_problem(path, error) from error
    with path.open("rb") as file:
        os.fsync(file.fileno())


def _disk_problem(path: Path, error: RuntimeError) -> OSError:
    """FAISS gives only a text; ask the disk itself."""
    with path.open("ab") as file:
        file.write(b"\0" * 65_536)
        file.flush()
        os.fsync(file.fileno())
    return OSError(5, f"FAISS could not write it: {error}")


def _append_stamp(path: Path, what: tuple[str, int, str, int, int]) -> None:
    length = path.stat().st_size
    now = time.time_ns() // 1000 * 1000
    with path.open("r+b") as file:
        frame = _checksum(file, _frame(length, what[3], what[4]))
        stamp = Stamp(*what, length, frame, _checksum(file, [(0, length)]), now)
        file.seek(length)
        file.write(json.dumps(asdict(stamp)).encode("ascii").ljust(_STAMP))
        file.flush()
        os.utime(file.fileno(), ns=(now, now))
        os.fsync(file.fileno())


def _checksum(file: BinaryIO, ranges: list[tuple[int, int]]) -> int:
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
