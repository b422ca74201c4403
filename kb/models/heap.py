"""The C library's heap -> memory that goes back to the system when it is freed."""

from __future__ import annotations

import ctypes
import sys

MAPPED_FROM = 4 << 20  # bytes: blocks of this size and more are mapped one by one, and unmapped when they are freed
TRAINING_MAPPED_FROM = 256 << 10
KEPT = 8 << 20  # bytes of free memory at the end of the heap that are kept
_M_TRIM_THRESHOLD, _M_MMAP_THRESHOLD = -1, -3  # malloc.h


def give_back(mapped_from: int = MAPPED_FROM) -> None:
    """Let glibc hand back what is free now, later freed blocks of some size and more at once; elsewhere do nothing.

    Without it glibc raises that size to 32 MiB as soon as a block of so many bytes was freed, and puts what is smaller
    into a heap whose holes are seldom filled: after an answer of a four-layer model of Mistral's sizes in 4 bits it
    held 1,876 MiB where 1,480 were in use; a step of training on SmolLM2-135M held 1,195 MiB where 693 were. It costs
    what the kernel takes to clear the pages that come anew: with 4 MiB some 10 % of the time to read a long prompt with
    a model of 135 million parameters and nothing for each token that is written, with 256 KiB a quarter of the time of
    a step of training.

    Args:
        mapped_from: That size, in bytes; `TRAINING_MAPPED_FROM` for training, whose blocks are many and small.
    """
    if sys.platform != "linux":
        return
    library = ctypes.CDLL(None)
    if not hasattr(library, "mallopt"):  # musl has none
        return
    library.mallopt(_M_MMAP_THRESHOLD, mapped_from)
    library.mallopt(_M_TRIM_THRESHOLD, min(KEPT, 2 * mapped_from))
    library.malloc_trim(0)  # what imports left
