"""Example questions -> their vectors and forms, remembered in a file."""

from __future__ import annotations

import hashlib
import threading
import zipfile
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

import numpy as np

from kb.durable import becoming_file
from kb.models import quantities, question_form
from kb.models.question_form import Form, form_of

if TYPE_CHECKING:
    from kb.models.e5 import FloatArray


class Encoder(Protocol):
    """What routing needs of an embedding."""

    def encode_queries(self, texts: Sequence[str]) -> FloatArray:
        """Unit vectors (texts, dimension) in the order of the texts."""
        ...


class Examples:
    """Encodes each text once, and once for all processes where there is a file. Safe to share between threads.

    Args:
        embedding: What encodes.
        file: Where vectors and forms are kept, for this embedder alone; None: in memory only. It is derived: a damaged
            or older one is made anew, and one that cannot be written is done without.
    """

    def __init__(self, embedding: Encoder, file: Path | None = None) -> None:
        self._embedding, self._file = embedding, file
        self._lock = threading.Lock()
        self._known: dict[str, tuple[FloatArray, Form]] | None = None

    def __call__(self, texts: Sequence[str]) -> tuple[FloatArray, tuple[Form, ...]]:
        """Vectors (texts, dimension) and forms, in the order of the texts."""
        with self._lock:
            known = self._known = _read(self._file) if self._known is None else self._known
            new = [text for text in dict.fromkeys(texts) if text not in known]
            if new:
                vectors = self._embedding.encode_queries(new)
                known.update((text, (vector, form_of(text))) for text, vector in zip(new, vectors, strict=True))
                _write(self._file, known)
            chosen = [known[text] for text in texts]
        return np.stack([vector for vector, _ in chosen]), tuple(form for _, form in chosen)


def _read(file: Path | None) -> dict[str, tuple[FloatArray, Form]]:
    if file is None or not file.exists():
        return {}
    try:
        with file.open("rb") as handle, np.load(handle, allow_pickle=False) as kept:
            if str(kept["code"]) != _code():
                return {}
            forms = (Form(*map(bool, row)) for row in kept["forms"])
            rows = zip(map(str, kept["texts"]), zip(kept["vectors"], forms, strict=True), strict=True)
            return dict(rows)
    except (OSError, ValueError, KeyError, TypeError, EOFError, zipfile.BadZipFile):
        return {}


def _write(file: Path | None, known: dict[str, tuple[FloatArray, Form]]) -> None:
    if file is None:
        return
    vectors, forms = zip(*known.values(), strict=True)
    try:
        with becoming_file(file) as incoming, incoming.open("wb") as out:
            np.savez(out, code=_code(), texts=np.array(list(known)), vectors=np.stack(vectors), forms=np.array(forms))
    except OSError:
        return  # the next process encodes again


def _code() -> str:
    """What forms depend on: how a question is read."""
    sources = (Path(str(module.__file__)).read_bytes() for module in (quantities, question_form))
    return hashlib.sha256(b"".join(sources)).hexdigest()
