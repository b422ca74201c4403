"""A claim and its passages -> how well simple means think it supported."""

from __future__ import annotations

import hashlib
import itertools
from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache
from pathlib import Path

import numpy as np

from kb.durable import becoming_file
from kb.evaluation.claims.wording import squeezed
from kb.language import segment
from kb.models.e5 import FloatArray

Encode = Callable[[Sequence[str]], FloatArray]
"""Texts -> unit rows."""

BATCH = 256  # texts between two reports of progress
KEPT = 8192  # texts between two writes of the file


def longest_run(claim: str, quotes: Sequence[str]) -> float:
    """The share of a claim that stands in one quote without a gap, case and spaces and the final stop aside."""
    said = squeezed(claim)
    texts = [squeezed(quote) for quote in quotes]
    longest = 0
    for start in range(len(said)):
        while start + longest < len(said) and any(said[start : start + longest + 1] in text for text in texts):
            longest += 1
    return longest / max(1, len(said))


class Cosines:
    """Cosines of claims to the sentences of their quotes; vectors are kept from run to run in one file.

    Args:
        encode: Encodes texts.
        file: Where vectors are kept; made by `prepare`.
        identity: Of the embedder: vectors of another one are not used.
    """

    def __init__(self, encode: Encode, file: Path, identity: str) -> None:
        self._encode, self._file, self._identity = encode, file, identity
        self._known: dict[str, FloatArray] = {}

    def prepare(self, texts: Iterable[str], told: Callable[[int, int], None]) -> None:
        """Encode what is not known yet, and keep it."""
        self._load()
        missing = [text for text in dict.fromkeys(texts) if self._key(text) not in self._known]
        for start in range(0, len(missing), BATCH):
            some = missing[start : start + BATCH]
            self._known.update(zip(map(self._key, some), self._encode(some), strict=True))
            told(start + len(some), len(missing))
            if start + len(some) == len(missing) or (start + BATCH) % KEPT == 0:
                self._keep()

    def _keep(self) -> None:
        """Write all vectors, so that a run that is stopped need not make them again."""
        self._file.parent.mkdir(parents=True, exist_ok=True)
        keys, rows = np.asarray(list(self._known)), np.asarray(list(self._known.values()), dtype=np.float16)
        with becoming_file(self._file) as file, file.open("wb") as stream:
            np.savez(stream, keys=keys, rows=rows)

    def best(self, claim: str, quotes: Sequence[str]) -> float:
        """The highest cosine of a claim to a sentence of the quotes."""
        return max(self.similarity(claim, sentences(quotes)), default=0.0)

    def similarity(self, claim: str, others: Sequence[str]) -> list[float]:
        """Cosines of a claim to sentences."""
        if not others:
            return []
        rows = np.asarray([self._vector(sentence) for sentence in others], dtype=np.float32)
        return [float(value) for value in rows @ self._vector(claim).astype(np.float32)]

    def _vector(self, text: str) -> FloatArray:
        key = self._key(text)
        if key not in self._known:
            self._known[key] = self._encode([text])[0]
        return self._known[key]

    def _key(self, text: str) -> str:
        return hashlib.sha256(f"{self._identity}\0{text}".encode()).hexdigest()[:24]

    def _load(self) -> None:
        if self._file.exists() and not self._known:
            with np.load(self._file) as kept:
                self._known = dict(zip(kept["keys"].tolist(), kept["rows"], strict=True))


def sentences(quotes: Iterable[str]) -> list[str]:
    """The sentences of quotes; those of a quote are found once."""
    return list(itertools.chain.from_iterable(map(_sentences, quotes)))


@lru_cache(maxsize=20_000)
def _sentences(quote: str) -> tuple[str, ...]:
    return tuple(quote[start:end] for start, end in segment.sentences(quote))
