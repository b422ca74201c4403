"""The C library's heap -> memory that goes back to the system when it is freed."""

from __future__ import annotations

import ctypes
import sys

MAPPED_FROM = 4 << 20  # bytes: blocks of this size and more are mapped one by one, and unmapped when they are freed
KEPT = 8 << 20  # bytes of free memory at the end of the heap that are kept
_M_TRIM_THRESHOLD, _M_MMAP_THRESHOLD = -1, -3  # malloc.h


def give_back() -> None:
    """Let glibc hand freed blocks of 4 MiB and more back at once; elsewhere nothing happens.

    Without it glibc raises that size to 32 MiB as soon as a block of so many bytes was freed, and puts what is smaller
    into a heap whose holes are seldom filled: after an answer of a four-layer model of Mistral's sizes in 4 bits it
    held 1,876 MiB where 1,480 were in use. It costs what the kernel takes to clear the pages that come anew: some 10 %
    of the time to read a long prompt with a model of 135 million parameters, nothing for each token that is written.
    """
    if sys.platform != "linux":
        return
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None)  # musl has none
    if mallopt is not None:
        mallopt(_M_MMAP_THRESHOLD, MAPPED_FROM)
        mallopt(_M_TRIM_THRESHOLD, KEPT)
