"""One file -> one Document, in the form LlamaIndex's SimpleDirectoryReader asks for."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from llama_index.core.readers.base import BaseReader
from llama_index.core.schema import Document

from kb.documents import pages, pdf
from kb.documents.encoding import NotTextError, decode
from kb.errors import DocumentError
from kb.language.normalize import canonical
from kb.language.segment import language

_HIDDEN = ("page_starts", "language", "type")


class TextReader(BaseReader):
    """A .txt or .md file -> its canonical text."""

    def __init__(self, characters: int) -> None:
        self.characters = characters

    def load_data(self, file: Path, extra_info: dict[str, Any] | None = None) -> list[Document]:
        """Read one file.

        Raises:
            DocumentError: The file is empty, not text, or too long.
        """
        try:
            raw = decode(Path(file).read_bytes())
        except NotTextError as error:
            raise DocumentError(str(error), "Save it as UTF-8") from None
        return [_document(Path(file), canonical(raw), [], self.characters)]


class PdfReader(BaseReader):
    """A .pdf file -> the canonical text of its pages and where each starts."""

    def __init__(self, characters: int, most_pages: int, seconds: float) -> None:
        self.characters = characters
        self.most_pages = most_pages
        self.seconds = seconds

    def load_data(self, file: Path, extra_info: dict[str, Any] | None = None) -> list[Document]:
        """Read one file.

        Raises:
            DocumentError: The file is empty, damaged, locked, too long or without text.
        """
        if Path(file).stat().st_size == 0:
            raise DocumentError("an empty file of 0 bytes", "Copy it again from where it came from")
        raw = pdf.read_pages(Path(file), self.most_pages, self.seconds / 2)
        if sum(map(len, raw)) > 2 * self.characters:
            raise _too_long(sum(map(len, raw)), self.characters)
        text, starts = pages.join(raw)
        return [_document(Path(file), text, starts, self.characters)]


def _document(file: Path, text: str, starts: list[int], characters: int) -> Document:
    if not text:
        raise DocumentError("no text in it", "Put text into it or take it out of the folder")
    if len(text) > characters:
        raise _too_long(len(text), characters)
    return Document(
        text=text,
        metadata={
            "file_name": file.name,
            "type": file.suffix.lower().lstrip("."),
            "language": language(text),
            "page_starts": starts,
        },
        excluded_embed_metadata_keys=["file_name", *_HIDDEN],
        excluded_llm_metadata_keys=["file_name", *_HIDDEN],
    )


def _too_long(found: int, most: int) -> DocumentError:
    return DocumentError(f"{found} characters, the limit is {most}", "Raise documents.characters in settings.toml")
