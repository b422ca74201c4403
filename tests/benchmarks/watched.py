"""A folder -> which of its files any process opens, counted by the kernel."""

from __future__ import annotations

import ctypes
import os
import struct
from pathlib import Path
from types import TracebackType
from typing import Self

_OPENED = 0x20
_IS_FOLDER = 0x40000000
_LOST = 0x4000


class OpenedFiles:
    """Notes every opening of a file in a folder while the block runs, whichever process does it (inotify).

    `names` lists the openings in order; looking at a folder or at a file's size and time opens nothing.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.names: list[str] = []

    def __enter__(self) -> Self:
        library = ctypes.CDLL(None, use_errno=True)
        self._handle = library.inotify_init1(os.O_NONBLOCK | os.O_CLOEXEC)
        if self._handle < 0 or library.inotify_add_watch(self._handle, os.fsencode(self._folder), _OPENED) < 0:
            raise OSError(ctypes.get_errno(), "inotify")
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        while True:
            try:
                events = os.read(self._handle, 1 << 20)
            except BlockingIOError:
                break
            self._note(events)
        os.close(self._handle)

    def _note(self, events: bytes) -> None:
        at = 0
        while at < len(events):
            _, mask, _, length = struct.unpack_from("iIII", events, at)
            if mask & _LOST:
                raise OSError("the kernel dropped events: watch a smaller folder")
            name = events[at + 16 : at + 16 + length].rstrip(b"\0")
            if name and not mask & _IS_FOLDER:
                self.names.append(os.fsdecode(name))
            at += 16 + length
