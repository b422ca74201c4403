"""Search words of one generation <-> words.postings: which chunks hold a word, and how often; stamped, mapped.

FTS5 answers how often each chunk holds a word at about a microsecond a chunk; this file, made from FTS5's own lists,
answers in one look. Sections, each at a multiple of 8 bytes: a header of 8 int64 (chunks, words, postings, bytes of all
words, bytes of one frequency), chunk ids, where each word ends, where its postings end, the words in UTF-8 in their
byte order, the places (into the chunk ids) of its chunks, the lengths of the chunks in words, the frequencies.
"""

from __future__ import annotations

import mmap
import sqlite3
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from itertools import chain, islice
from pathlib import Path
from typing import BinaryIO

import numpy as np
from numpy.typing import NDArray

from kb.index import stamp as stamps
from kb.index.connection import connect_reader
from kb.index.stamp import Made, Stamp, append_stamp, read_stamp

FILE = "words.postings"
_KIND = "words"
_HEADER = 64  # bytes
_TOGETHER = 1 << 20  # occurrences that are read at a time

Places = NDArray[np.uint32]
Counts = NDArray[np.unsignedinteger]
Layout = tuple[int, int, int, int, int]  # the numbers of the header


@dataclass(frozen=True, slots=True)
class Postings:
    """An opened file: chunk `ids`, ascending, and the `lengths` of these chunks in search words, both of shape (n,)."""

    stamp: Stamp
    ids: NDArray[np.int64]
    lengths: NDArray[np.uint32]
    _word_ends: NDArray[np.int64]
    _posting_ends: NDArray[np.int64]
    _words: memoryview
    _places: Places
    _frequencies: Counts

    def find(self, word: str) -> tuple[Places, Counts]:
        """The places in `ids` of the chunks that hold a word, ascending, and how often each does."""
        wanted = word.encode("utf-8", "surrogatepass")
        at = bisect_left(range(len(self._word_ends)), wanted, key=self._word)
        found = at < len(self._word_ends) and self._word(at) == wanted
        start, end = (self._posting_ends[at - 1] if at else 0, self._posting_ends[at]) if found else (0, 0)
        return self._places[start:end], self._frequencies[start:end]

    def _word(self, at: int) -> bytes:
        return bytes(self._words[self._word_ends[at - 1] if at else 0 : self._word_ends[at]])


def write(path: Path, catalog: Path, key: str, generation: int) -> None:
    """Write the words of a catalog's present generation to a new file and wait for the disk.

    Args:
        path: Where to; not a file that anybody reads.
        catalog: The database file, which nobody writes to meanwhile.
        key: The name that the catalog will know it by.
        generation: Which state of the catalog it is.

    Raises:
        OSError: The disk is full or refuses.
    """
    with closing(connect_reader(catalog)) as connection:
        connection.execute("PRAGMA query_only = OFF")  # for the two temporary tables; the file is opened read-only
        connection.execute("CREATE VIRTUAL TABLE temp.word_rows USING fts5vocab('main', 'chunk_words', 'row')")
        connection.execute("CREATE VIRTUAL TABLE temp.word_places USING fts5vocab('main', 'chunk_words', 'instance')")
        connection.execute("BEGIN")
        with path.open("wb") as file:
            count = _write_content(file, connection)
    append_stamp(path, Made(key, generation, _KIND, count), lambda length: [(0, min(_HEADER, length))])


def open_postings(path: Path, key: str) -> Postings | None:
    """Map a file; None where it is missing, damaged, or not the one that the catalog knows."""
    for _ in range(3):
        stamp = read_stamp(path)
        if stamp is None or (stamp.key, stamp.kind) != (key, _KIND) or not sound(path, stamp):
            return None
        try:
            with path.open("rb") as file:
                content = mmap.mmap(file.fileno(), 0, prot=mmap.PROT_READ)
        except (OSError, ValueError):
            return None
        if read_stamp(path) == stamp:
            return _mapped(content, stamp)
    return None


def sound(path: Path, stamp: Stamp, whole: bool = False) -> bool:
    """Whether a file is what its stamp says; `whole` reads all of it."""
    return stamps.sound(path, stamp, [(0, min(_HEADER, stamp.length))], whole)


def _mapped(content: mmap.mmap, stamp: Stamp) -> Postings | None:
    chunks, words, postings, size, width = np.frombuffer(content, "<i8", 5).tolist()
    starts = _starts((chunks, words, postings, size, width))
    if chunks != stamp.count or starts[-1] != stamp.length:
        return None
    return Postings(
        stamp,
        np.frombuffer(content, "<i8", chunks, starts[0]),
        np.frombuffer(content, "<u4", chunks, starts[5]),
        np.frombuffer(content, "<i8", words, starts[1]),
        np.frombuffer(content, "<i8", words, starts[2]),
        memoryview(content)[starts[3] : starts[3] + size],
        np.frombuffer(content, "<u4", postings, starts[4]),
        np.frombuffer(content, f"<u{width}", postings, starts[6]),
    )


def _starts(layout: Layout) -> list[int]:
    """Where each section begins, and where the last one ends, in bytes."""
    chunks, words, postings, size, width = layout
    starts = [_HEADER]
    for length in (8 * chunks, 8 * words, 8 * words, size, 4 * postings, 4 * chunks, width * postings):
        starts.append(starts[-1] + -(-length // 8) * 8)
    return starts


def _write_content(file: BinaryIO, connection: sqlite3.Connection) -> int:
    """All sections; returns the number of chunks."""
    rows = connection.execute("SELECT term, doc, cnt FROM temp.word_rows").fetchall()
    found = connection.execute("SELECT id FROM chunk_words_docsize ORDER BY id")
    ids = np.fromiter(chain.from_iterable(found), dtype=np.int64)
    words = [row[0].encode("utf-8") for row in rows]
    file.write(bytes(_HEADER))
    _section(file, ids)
    _section(file, np.cumsum([len(word) for word in words], dtype=np.int64))
    _section(file, np.cumsum([row[1] for row in rows], dtype=np.int64))
    _section(file, np.frombuffer(b"".join(words), dtype=np.uint8))
    lengths, frequencies = np.zeros(len(ids), dtype=np.int64), []
    instances = connection.execute("SELECT doc FROM temp.word_places")
    total = 0
    for places, counts in _pairs(instances, ids, [row[2] for row in rows]):
        file.write(places.astype("<u4").tobytes())
        frequencies.append(counts.astype(np.min_scalar_type(int(counts.max()))))
        lengths += np.bincount(places, weights=counts, minlength=len(ids)).astype(np.int64)
        total += len(places)
    if total != sum(row[1] for row in rows):
        raise sqlite3.DatabaseError("the two views of the words do not agree")
    _pad(file)
    _section(file, lengths.astype("<u4"))
    width = max([part.itemsize for part in frequencies], default=1)
    for part in frequencies:
        file.write(part.astype(f"<u{width}").tobytes())
    _pad(file)
    file.seek(0)
    file.write(np.array([len(ids), len(rows), total, sum(map(len, words)), width], dtype="<i8").tobytes())
    return len(ids)


def _pairs(
    instances: Iterator[tuple[int]], ids: NDArray[np.int64], occurrences: Sequence[int]
) -> Iterator[tuple[NDArray[np.int64], NDArray[np.int64]]]:
    """(places, frequencies) of whole words at a time, from one chunk id for each occurrence, word after word."""
    at = 0
    while at < len(occurrences):
        starts, size = [], 0
        while at < len(occurrences) and size < _TOGETHER:
            starts.append(size)
            size += occurrences[at]
            at += 1
        chunks = np.fromiter(chain.from_iterable(islice(instances, size)), dtype=np.int64, count=size)
        first = np.concatenate([[True], chunks[1:] != chunks[:-1]])
        first[starts] = True
        begins = np.flatnonzero(first)
        yield np.searchsorted(ids, chunks[begins]), np.diff(begins, append=size)


def _section(file: BinaryIO, values: NDArray[np.generic]) -> None:
    file.write(values.astype(values.dtype.newbyteorder("<"), copy=False).tobytes())
    _pad(file)


def _pad(file: BinaryIO) -> None:
    file.write(bytes(-file.tell() % 8))
