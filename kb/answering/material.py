"""A document's name or the path of a file -> its canonical text, and as much of a text as a model can read."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from kb.errors import DocumentError, IndexMissing, QuestionError
from kb.settings import DocumentSettings

if TYPE_CHECKING:
    from kb.index.catalog import Catalog
    from kb.index.snapshot import DocumentRow, Snapshot

_LONGEST_TOKEN = 16  # characters: no tokenizer needs fewer tokens for ordinary prose


@dataclass(frozen=True, slots=True)
class Material:
    """A text to work on.

    `starts` are the offsets at which its pages start; empty where its format has none.
    """

    name: str
    text: str
    language: str
    starts: tuple[int, ...] = ()

    def page(self, offset: int) -> int | None:
        """The page of a character, counted from 1."""
        return bisect_right(self.starts, offset) if self.starts else None


class Shelf:
    """Where texts are found: first among the indexed documents, then on disk.

    Args:
        catalog: Opens the catalog of the live index.
        limits: On reading a file that is not indexed.
    """

    def __init__(self, catalog: Callable[[], AbstractContextManager[Catalog]], limits: DocumentSettings) -> None:
        self._catalog = catalog
        self._limits = limits

    def document(self, name: str) -> Material:
        """The document of this name, or the file at this path.

        Raises:
            QuestionError: The name is empty.
            DocumentError: There is none, or it cannot be read.
        """
        if not name.strip():
            raise QuestionError("No document is named", "Name one of kb documents, or a file")
        found = self.find(name)
        if found is None:
            raise DocumentError(f"There is no document {name!r}", self._hint(name))
        return found

    def find(self, name: str) -> Material | None:
        """As `document`; None where there is nothing of this name, be it a folder.

        Raises:
            DocumentError: There is such a document, and it cannot be read.
        """
        return self._indexed(name) or self._on_disk(Path(name))

    def _indexed(self, name: str) -> Material | None:
        from kb.index.absent import find_loosely, why_unreadable

        try:
            with self._catalog() as catalog, catalog.read() as snapshot:
                row = snapshot.find(name) or find_loosely(snapshot, name)
                if row is None or row.state == "excluded":  # its file may still be read
                    return None
                if row.state == "failed":
                    what, fix = why_unreadable(row)
                    raise DocumentError(f"{row.name}: {what}", fix)
                return indexed(snapshot, row)
        except IndexMissing:
            return None

    def _on_disk(self, path: Path) -> Material | None:
        try:
            path = path.expanduser()
            if not path.exists() or path.is_dir():
                return None
        except (OSError, ValueError, RuntimeError):  # too long, a null byte, no such home: no path
            return None
        from kb.documents.readers import DocumentReader

        try:
            with DocumentReader(self._limits) as reader:
                read = reader.read(path)
        except DocumentError as error:
            raise DocumentError(f"{path}: {error.what}", error.fix) from None
        return Material(path.name, read.text, read.metadata["language"], tuple(read.metadata["page_starts"]))

    def _hint(self, name: str) -> str:
        from kb.index.listing import near_names

        try:
            with self._catalog() as catalog, catalog.read() as snapshot:
                near = near_names(name, [row.name for row in snapshot.documents()])
        except IndexMissing:
            near = []
        return f"Did you mean {' or '.join(near)}?" if near else "Name one of kb documents, or a file"


def indexed(snapshot: Snapshot, row: DocumentRow) -> Material:
    """A document of the catalog as material."""
    starts = snapshot.rows("SELECT start FROM pages WHERE document = ? ORDER BY number", (row.id,))
    return Material(row.name, snapshot.text(row.id), row.language, tuple(start for (start,) in starts))


def beginning(text: str, room: int, count: Callable[[str], int]) -> int:
    """Where the beginning of a text ends that takes at most so many tokens.

    Args:
        text: Canonical.
        room: In tokens.
        count: Tokens of a text.

    Returns:
        The end of a sentence where there is one, else of a grapheme cluster; 0 where nothing fits.
    """
    from kb.language.segment import grapheme_starts, sentences

    if room < 1:
        return 0
    low, high = 0, min(len(text), room * _LONGEST_TOKEN)
    if high == len(text) and count(text) <= room:
        return len(text)
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if count(text[:middle]) <= room else (low, middle - 1)
    ends = [end for _, end in sentences(text[: low + 1]) if end <= low]
    if ends and ends[-1] > low // 2:
        return ends[-1]
    return max((start for start in grapheme_starts(text[: low + 1]) if start <= low), default=0)
