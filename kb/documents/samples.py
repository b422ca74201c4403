"""The name of a free book -> its plain text in the documents folder."""

from __future__ import annotations

import http.client
import re
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from kb.durable import becoming_file
from kb.errors import DocumentError, StorageError
from kb.progress import Progress

SECONDS_SILENT = 20.0
"""How long a mirror may say nothing before the next one is asked."""
SECONDS_TOTAL = 180.0
"""How long one mirror may take for the whole file, so that a dripping one does not hold us for ever."""
BLOCK = 64 * 1024

_START = re.compile(r"^\*\*\* ?START OF TH(?:E|IS) PROJECT GUTENBERG EBOOK[^*]*\*\*\*", re.MULTILINE)
_END = re.compile(
    r"^(?:\*\*\* ?END OF TH(?:E|IS) PROJECT GUTENBERG EBOOK|End of (?:the )?Project Gutenberg)", re.MULTILINE
)


@dataclass(frozen=True, slots=True)
class Sample:
    """A book that can be fetched.

    Args:
        title: What it is, for people.
        file: Its file name in the documents folder.
        licence: Under which terms it stands.
        urls: Where its plain text lies, the first that answers is taken.
        limit: The most bytes that are read.
    """

    title: str
    file: str
    licence: str
    urls: tuple[str, ...]
    limit: int = 4_000_000


SAMPLES: dict[str, Sample] = {
    "sherlock": Sample(
        title="The Adventures of Sherlock Holmes, Project Gutenberg book 1661, 0.6 MB",
        file="sherlock-1661.txt",
        licence="public domain in the USA",
        urls=(
            "https://www.gutenberg.org/cache/epub/1661/pg1661.txt",
            "https://www.gutenberg.org/files/1661/1661-0.txt",
            "https://gutenberg.pglaf.org/1/6/6/1661/1661-0.txt",
            "https://aleph.gutenberg.org/1/6/6/1661/1661-0.txt",
        ),
    ),
}


def fetch(name: str, folder: Path, progress: Progress | None = None) -> Path:
    """Put a sample into the documents folder; a file that is already there is left as it is.

    Args:
        name: A key of `SAMPLES`.
        folder: The documents folder, made when missing.
        progress: Called with (what, bytes done, bytes in all or 0 when unknown).

    Returns:
        The path of the file, complete and on disk.

    Raises:
        DocumentError: There is no such sample, or no mirror gave the book.
        StorageError: The folder cannot be written.
    """
    sample = SAMPLES.get(name)
    if sample is None:
        raise DocumentError(f"there is no sample {name!r}", f"There are: {', '.join(sorted(SAMPLES))}")
    target = folder / sample.file
    if target.exists():
        return target
    text = _download(name, sample, target, progress)
    try:
        _write(target, text)
    except OSError as error:
        raise StorageError(
            f"{target} could not be written: {error.strerror or error}",
            "Make room or give yourself the right to write there, or name another --storage",
        ) from error
    return target


def body(raw: bytes) -> str:
    """The book without the licence text around it.

    Args:
        raw: A plain text file of Project Gutenberg, UTF-8.

    Returns:
        What stands between its START and END lines, with Unix line ends.

    Raises:
        ValueError: It is not such a file, or it is cut off.
    """
    text = raw.decode("utf-8-sig").replace("\r\n", "\n")
    start = _START.search(text)
    end = _END.search(text, start.end()) if start else None
    if start is None or end is None:
        raise ValueError("what came is not the whole book")
    return text[start.end() : end.start()].strip() + "\n"


def _download(name: str, sample: Sample, target: Path, progress: Progress | None) -> str:
    reasons: dict[str, list[str]] = {}
    for url in sample.urls:
        try:
            return body(_read(url, sample.limit, lambda done, total: progress and progress(name, done, total)))
        except (OSError, http.client.HTTPException, ValueError) as error:
            reasons.setdefault(_reason(error), []).append(urlsplit(url).hostname or url)
    told = "; ".join(f"{', '.join(dict.fromkeys(hosts))}: {reason}" for reason, hosts in reasons.items())
    raise DocumentError(
        f"the sample {name!r} could not be downloaded, is there a network? ({told})",
        f"Try again with a network, or put the text at {target} yourself and run: kb index {target}",
    )


def _reason(error: Exception) -> str:
    """Why a mirror gave nothing, in a few words."""
    inner = error.reason if isinstance(error, urllib.error.URLError) else error
    return str(getattr(inner, "strerror", None) or inner or type(error).__name__)


def _read(url: str, limit: int, report: Callable[[int, int], object]) -> bytes:
    request = urllib.request.Request(url, headers={"User-Agent": "kb"})  # noqa: S310 - only addresses of SAMPLES
    deadline = time.monotonic() + SECONDS_TOTAL
    out = bytearray()
    with urllib.request.urlopen(request, timeout=SECONDS_SILENT) as response:  # noqa: S310 - the same
        total = int(response.headers.get("Content-Length") or 0)
        while block := response.read1(BLOCK):
            out += block
            if len(out) > limit:
                raise ValueError(f"more than {limit:,} bytes came")
            if time.monotonic() > deadline:
                raise TimeoutError(f"not done after {SECONDS_TOTAL:.0f} seconds")
            report(len(out), total)
    return bytes(out)


def _write(target: Path, text: str) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    with becoming_file(target) as incoming:
        incoming.write_text(text, encoding="utf-8", newline="\n")
