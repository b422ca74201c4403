"""Vectors of one generation <-> vectors.faiss: immutable, stamped, opened by memory map.

The file is a plain FAISS index (ids are chunk ids) followed by a stamp, which FAISS does not read. FAISS aborts the
process on some damage: the parts that it trusts when it opens a file (headers and ids) are checked first.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import faiss
import numpy as np
from numpy.typing import NDArray

from kb.index import stamp as stamps
from kb.index.stamp import Made, Ranges, Stamp, append_stamp, read_stamp

FILE = "vectors.faiss"
EXACT = "SQfp16"
_HEAD = 4096


@dataclass(frozen=True, slots=True)
class Base:
    """An opened base; `ids` are its chunk ids, ascending, shape (n,)."""

    stamp: Stamp | None
    index: Any
    ids: NDArray[np.int64]
    kind: str


@dataclass(frozen=True, slots=True)
class Source:
    """Vectors to build from: ids ascending, blocks() of (ids, unit vectors) in that order, a sample to train with."""

    ids: NDArray[np.int64]
    dimension: int
    sample: NDArray[np.float32]
    blocks: Callable[[], Iterable[tuple[NDArray[np.int64], NDArray[np.float32]]]]


def write(path: Path, key: str, generation: int, source: Source, kind: str) -> None:
    """Write a base to a new file and wait for the disk.

    Args:
        path: Where to; not a file that anybody reads.
        key: The name that the catalog will know it by.
        generation: Which state of the catalog the vectors are.
        source: The vectors.
        kind: A FAISS factory string, SQfp16 or a compressed one with refinement.

    Raises:
        OSError: The disk is full or refuses.
    """
    if kind == EXACT or not len(source.ids):
        _write_index(build(source, kind).index, path)
    else:
        _write_index(_without_refinement(source, kind), path)
        _insert_refinement(source, path)
    made = Made(key, generation, kind, len(source.ids), source.dimension)
    append_stamp(path, made, lambda length: _frame(length, made.count, made.dimension))


def build(source: Source, kind: str) -> Base:
    """The same index in memory."""
    index: Any = faiss.IndexIDMap(_trained(source, kind))
    for ids, vectors in source.blocks():
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


def sound(path: Path, stamp: Stamp, whole: bool = False) -> bool:
    """Whether a base file is what its stamp says; `whole` reads all of it."""
    return stamps.sound(path, stamp, _frame(stamp.length, stamp.count, stamp.dimension), whole)


def _frame(length: int, count: int, dimension: int) -> Ranges:
    """The byte ranges around the codes: the header, where the half-precision codes begin, what follows them."""
    end = max(0, length - count * 8 - _HEAD)
    start = max(0, end - count * dimension * 2)
    return [(0, min(_HEAD, length)), (start, min(start + 2 * _HEAD, length)), (end, length)]


def _trained(source: Source, kind: str) -> Any:  # noqa: ANN401 - an index as FAISS makes it
    index = faiss.index_factory(source.dimension, kind, faiss.METRIC_INNER_PRODUCT)
    index.train(source.sample)
    return index


def _without_refinement(source: Source, kind: str) -> Any:  # noqa: ANN401 - an index as FAISS makes it
    """The whole index but for the half-precision vectors, which are most of it and never all in memory."""
    refined = _trained(source, kind)
    index: Any = faiss.IndexIDMap(refined)
    codes: Any = faiss.downcast_index(refined.base_index)
    for _, vectors in source.blocks():
        codes.add(vectors)
    index.ntotal = refined.ntotal = refined.refine_index.ntotal = len(source.ids)
    faiss.copy_array_to_vector(np.ascontiguousarray(source.ids), index.id_map)
    return index


def _insert_refinement(source: Source, path: Path) -> None:
    """Put the half-precision vectors where FAISS wrote that there are none.

    Behind them FAISS writes a float32 factor, the number of ids (8 bytes) and the ids; before them their size.
    """
    codec = _trained(source, EXACT)
    with path.open("r+b") as file:
        at = file.seek(-(4 + 8 + 8 * len(source.ids)) - 8, os.SEEK_END)
        size, tail = file.read(8), file.read()
        if size != bytes(8):
            raise ValueError("this version of FAISS writes its indexes in another order")
        file.seek(at)
        file.write((len(source.ids) * source.dimension * 2).to_bytes(8, "little"))
        for _, vectors in source.blocks():
            file.write(codec.sa_encode(vectors).tobytes())
        file.write(tail)
        file.flush()
        os.fsync(file.fileno())


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
