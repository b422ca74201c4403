"""The child process that reads files: one JSON line asks, one JSON line answers."""

from __future__ import annotations

import ctypes
import json
import os
import resource
import signal
import sys
from pathlib import Path
from typing import Any, BinaryIO

PR_SET_PDEATHSIG = 1


def main() -> None:
    """Serve until standard input ends. Arguments: one JSON object with the limits of DocumentSettings."""
    limits = json.loads(sys.argv[1])
    _die_with_parent(int(limits["parent"]))
    answers = os.fdopen(os.dup(1), "wb", buffering=0)
    silent = os.open(os.devnull, os.O_WRONLY)
    os.dup2(silent, 1)  # what libraries print is no answer
    read = _reader(limits)
    _limit_memory(int(limits["memory_mb"]))
    _answer(answers, {"ready": True})
    for line in sys.stdin.buffer:
        _limit_cpu(float(limits["seconds"]))
        _answer(answers, read(Path(json.loads(line)["path"])))


def _reader(limits: dict[str, Any]) -> Any:  # noqa: ANN401 - a function Path -> answer
    from llama_index.core import SimpleDirectoryReader

    from kb.documents.extractors import PdfReader, TextReader
    from kb.errors import DocumentError

    text = TextReader(limits["characters"])
    pdf = PdfReader(limits["characters"], limits["pages"], limits["seconds"])

    def read(path: Path) -> dict[str, Any]:
        try:
            extractors = {".txt": text, ".md": text, ".pdf": pdf}
            found = SimpleDirectoryReader.load_file(path, lambda _: {}, extractors, raise_on_error=True)
        except Exception as error:  # LlamaIndex wraps what the extractor raised
            return _reason(error.__cause__ or error, limits)
        return {"text": found[0].text, "metadata": found[0].metadata}

    def _reason(error: BaseException, limits: dict[str, Any]) -> dict[str, Any]:
        if isinstance(error, DocumentError):
            return {"what": error.what, "fix": error.fix}
        if isinstance(error, MemoryError):
            return {"what": f"needs more than {limits['memory_mb']} MB of memory", "fix": MEMORY_FIX}
        if isinstance(error, OSError):
            return {"what": f"cannot be opened: {error.strerror or error}", "fix": "Check its permissions"}
        what = " ".join(f"cannot be read ({type(error).__name__}: {error})".split())
        return {"what": what[:200], "fix": "Save it again or in another format"}

    return read


MEMORY_FIX = "Raise documents.memory_mb in settings.toml"


def _answer(answers: BinaryIO, answer: dict[str, Any]) -> None:
    data = json.dumps(answer).encode("ascii") + b"\n"
    while data:
        data = data[answers.write(data) :]


def _die_with_parent(parent: int) -> None:
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:  # it died before the line above
        os._exit(0)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the parent's to handle; its end ends this


def _limit_memory(megabytes: int) -> None:
    """What a file may take, on top of the address space that the libraries hold already."""
    pages = int(Path("/proc/self/statm").read_text().split()[0]) if Path("/proc/self/statm").exists() else 0
    limit = pages * resource.getpagesize() + megabytes * 1024 * 1024
    resource.setrlimit(resource.RLIMIT_AS, (limit, limit))


def _limit_cpu(seconds: float) -> None:
    """A last line of defence behind the parent's clock: the CPU time of this file."""
    usage = resource.getrusage(resource.RUSAGE_SELF)
    spent = usage.ru_utime + usage.ru_stime
    resource.setrlimit(resource.RLIMIT_CPU, (int(spent + 2 * seconds) + 5, resource.RLIM_INFINITY))


if __name__ == "__main__":
    main()
