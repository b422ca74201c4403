"""A part of a file -> memory that is backed by it, without holding the file open."""

from __future__ import annotations

import ctypes
import mmap
import os
import weakref
from collections.abc import Callable
from functools import cache
from pathlib import Path

_FAILED = ctypes.c_void_p(-1).value


def private_pages(path: Path, start: int, length: int) -> ctypes.Array[ctypes.c_char]:
    """Map bytes of a file; a writable buffer whose changes never reach the file.

    The pages count as memory when they are used, and go when the buffer and all that was made of it are gone. Python's
    own `mmap` keeps a file descriptor for every map: a 7B model has more tensors than a process may have open files.

    Args:
        path: The file.
        start: The first byte.
        length: How many; at least 1, and the file has them.

    Raises:
        OSError: The file cannot be read, or the system gives no more maps.
    """
    skipped = start % mmap.ALLOCATIONGRANULARITY
    map_pages, unmap_pages = _calls()
    access, kind = mmap.PROT_READ | mmap.PROT_WRITE, mmap.MAP_PRIVATE
    with path.open("rb") as file:
        address = map_pages(None, length + skipped, access, kind, file.fileno(), start - skipped)
    if address == _FAILED or address is None:
        error = ctypes.get_errno()
        raise OSError(error, os.strerror(error), str(path))
    buffer = (ctypes.c_char * length).from_address(address + skipped)
    weakref.finalize(buffer, unmap_pages, address, length + skipped)
    return buffer


@cache
def _calls() -> tuple[Callable[..., int | None], Callable[[int, int], int]]:
    """mmap(2) and munmap(2)."""
    library = ctypes.CDLL(None, use_errno=True)
    library.mmap.restype = ctypes.c_void_p
    library.mmap.argtypes = [
        ctypes.c_void_p, ctypes.c_size_t, ctypes.c_int, ctypes.c_int, ctypes.c_int, ctypes.c_longlong,
    ]  # fmt: skip
    library.munmap.argtypes = [ctypes.c_void_p, ctypes.c_size_t]
    return library.mmap, library.munmap
