"""The catalog -> documents as they are listed, and quotes in their surroundings."""

from __future__ import annotations

import difflib
from collections.abc import Sequence
from dataclasses import dataclass

from kb.errors import DocumentError
from kb.index.snapshot import Snapshot


@dataclass(frozen=True, slots=True)
class Excerpt:
    """A quote inside its surroundings: `before + quote + after` is canonical text of the document."""

    before: str
    quote: str
    after: str


@dataclass(frozen=True, slots=True)
class IndexedDocument:
    """A document as it is listed.

    `name` is how every output calls it; `path` is absolute; `pages` is 0 for formats without pages; `size` in bytes;
    `state` is ok, failed or excluded, with a `reason` when it failed.
    """

    name: str
    path: str
    sha256: str
    type: str
    language: str
    pages: int
    chunks: int
    size: int
    state: str
    reason: str


def listed(snapshot: Snapshot) -> list[IndexedDocument]:
    """Every document, by name."""
    chunks = dict(snapshot.rows("SELECT document, count(*) FROM chunks GROUP BY document"))
    shown = [name for name in IndexedDocument.__slots__ if name != "chunks"]
    rows = sorted(snapshot.documents(), key=lambda row: row.name)
    return [
        IndexedDocument(chunks=chunks.get(row.id, 0), **{name: getattr(row, name) for name in shown}) for row in rows
    ]


def excerpt(snapshot: Snapshot, name: str, quote: tuple[int, int, str], characters: int) -> Excerpt:
    """A quote (start, end, text) of a document, with as many characters before and after.

    Raises:
        DocumentError: The document is not indexed any more, or says something else there by now.
    """
    start, end, said = quote
    row = snapshot.find(name)
    text = snapshot.text(row.id) if row is not None else ""
    if text[start:end] != said:
        raise DocumentError(f"{name} has changed since it was quoted", "Ask again")
    return Excerpt(text[max(0, start - characters) : start], said, text[end : end + characters])


def near_names(name: str, names: Sequence[str], most: int = 3) -> list[str]:
    """Document names and folders that resemble what was typed, most alike first."""
    folders = {name[: at + 1] for name in names for at, letter in enumerate(name) if letter == "/"}
    forms: dict[str, str] = {}
    for known in [*sorted(folders), *names]:
        forms.setdefault(known.casefold().rstrip("/"), known)
        forms.setdefault(known.casefold().rstrip("/").rpartition("/")[2], known)
    typed = name.casefold().strip().rstrip("/*").lstrip("./")[:200]
    within = sorted((form for form in forms if typed and typed in form), key=lambda form: (len(form), form))
    likely = [form for form in forms if abs(len(form) - len(typed)) <= max(4, len(typed) // 2)]
    found = difflib.get_close_matches(typed, likely[:20_000], n=most, cutoff=0.6)
    return [*dict.fromkeys(forms[form] for form in [*within, *found])][:most]
