"""Files -> Documents, within limits."""

from __future__ import annotations

import contextlib
import importlib.metadata
import json
import os
import select
import stat
import subprocess
import sys
import threading
import time
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

from kb.errors import DocumentError
from kb.settings import DocumentSettings

if TYPE_CHECKING:
    from llama_index.core.schema import Document

SUFFIXES = (".txt", ".md", ".pdf")
START_SECONDS = 120.0  # for the child to import its libraries, on a slow disk


class DocumentReader:
    """Reads files in one child process, which is started by the first file and replaced after a crash or a timeout.

    Nothing a file does can hurt the caller: a crash, a loop or a memory bomb ends the child, and the file gets a
    DocumentError. Safe to share between threads; files are read one after the other.
    """

    def __init__(self, settings: DocumentSettings) -> None:
        self._settings = settings
        self._child: subprocess.Popen[bytes] | None = None
        self._lock = threading.Lock()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """End the child process."""
        with self._lock:
            self._stop()

    def read(self, path: Path) -> Document:
        """Read one file.

        Args:
            path: A file with one of SUFFIXES.

        Returns:
            Its Document: canonical text, and metadata type, language, page_starts (code points; [] where a format has
            no pages) and file_name.

        Raises:
            DocumentError: Why this file cannot be read, in one line.
        """
        self._check(path)
        with self._lock:
            answer = self._ask(path)
        if "what" in answer:
            raise DocumentError(answer["what"], answer["fix"])
        from llama_index.core.schema import Document

        hidden = list(answer["metadata"])
        return Document(
            text=answer["text"],
            metadata=answer["metadata"],
            excluded_embed_metadata_keys=hidden,
            excluded_llm_metadata_keys=hidden,
        )

    def _check(self, path: Path) -> None:
        """Refuse what need not be opened to be refused."""
        if path.suffix.lower() not in SUFFIXES:
            raise DocumentError(f"a {path.suffix or 'nameless'} file is not read", f"Known are {', '.join(SUFFIXES)}")
        try:
            found = path.stat()
        except OSError as error:
            raise DocumentError(f"cannot be opened: {error.strerror}", "Check the path and its permissions") from None
        if not stat.S_ISREG(found.st_mode):
            raise DocumentError("not a regular file", "Name a file or a folder of files")
        if found.st_size == 0:
            raise DocumentError("an empty file of 0 bytes", "Copy it again from where it came from")
        if found.st_size > self._settings.file_mb * 1_000_000:
            raise DocumentError(
                f"{found.st_size / 1e6:.0f} MB, the limit is {self._settings.file_mb} MB",
                "Raise documents.file_mb in settings.toml",
            )

    def _ask(self, path: Path) -> dict[str, Any]:
        child = self._child if self._child is not None and self._child.poll() is None else self._start()
        assert child.stdin is not None
        try:
            child.stdin.write(json.dumps({"path": str(path.absolute())}).encode("ascii") + b"\n")
            child.stdin.flush()
            answer = self._line(child, self._settings.seconds)
        except BaseException:  # an interrupted question must not answer the next one
            self._stop()
            raise
        return answer

    def _start(self) -> subprocess.Popen[bytes]:
        self._stop()
        limits = self._settings.model_dump(mode="json", exclude={"folder"}) | {"parent": os.getpid()}
        environment = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path)), "OMP_NUM_THREADS": "1"}
        self._child = subprocess.Popen(
            [sys.executable, "-m", "kb.documents.worker", json.dumps(limits)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=environment,
        )
        try:
            self._line(self._child, START_SECONDS)
        except BaseException:
            self._stop()
            raise
        return self._child

    def _line(self, child: subprocess.Popen[bytes], seconds: float) -> dict[str, Any]:
        """One line of the child, within a wall-clock limit."""
        assert child.stdout is not None
        pipe, deadline = child.stdout.fileno(), time.monotonic() + seconds
        parts: list[bytes] = []
        while not (parts and parts[-1].endswith(b"\n")):
            ready, _, _ = select.select([pipe], [], [], max(0.0, deadline - time.monotonic()))
            if not ready:
                raise DocumentError(
                    f"reading took more than {seconds:g} seconds", "Raise documents.seconds in settings.toml"
                )
            data = os.read(pipe, 1 << 20)
            if not data:
                raise DocumentError(
                    f"the reader stopped ({_ending(child.wait())}), as it does when memory runs out",
                    "Save it again, or raise documents.memory_mb in settings.toml",
                )
            parts.append(data)
        answer: dict[str, Any] = json.loads(b"".join(parts))
        return answer

    def _stop(self) -> None:
        child, self._child = self._child, None
        if child is None:
            return
        child.kill()
        for pipe in (child.stdin, child.stdout):
            with contextlib.suppress(OSError):  # a broken pipe of a dead child
                if pipe is not None:
                    pipe.close()
        child.wait()


def _ending(code: int) -> str:
    return f"signal {-code}" if code < 0 else f"exit code {code}"


def identity() -> dict[str, str]:
    """What decides the text of a file, beside the file: versions of the libraries and of this code."""
    libraries = ("pypdf", "pypdfium2", "cryptography", "pythainlp", "regex")
    return {"reader": "1", "normalizer": "1", **{name: importlib.metadata.version(name) for name in libraries}}
