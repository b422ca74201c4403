"""Text -> the model's token ids."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from kb.errors import ModelUnavailable

_PIECES, _RULES = "pieces.npy", "pieces.json"
_PIECE = np.dtype([("digest", "<u8"), ("score", "<f8"), ("id", "<i4")])
_UNKNOWN = "<unk>"


class Tokens:
    """The tokenizer.json of a model's folder.

    Raises:
        ModelUnavailable: It is missing or damaged.
    """

    def __init__(self, folder: Path) -> None:
        from tokenizers import Tokenizer

        path = folder / "tokenizer.json"
        try:
            self._tokenizer: Any = Tokenizer.from_file(str(path))
        except Exception as error:  # the library raises nothing more exact
            raise ModelUnavailable(
                f"{path} cannot be read ({error})", "Remove the model's folder and run: kb models pull"
            ) from None
        self._tokenizer.no_truncation()
        self._tokenizer.no_padding()
        first, *last = self._tokenizer.encode("").ids  # [first, last]: what surrounds every text
        self._first, self._last = [first], last

    def count(self, texts: Sequence[str]) -> list[int]:
        """How many tokens each text has, without the special ones."""
        return [len(row) for row in self._rows(texts)]

    def ids(self, texts: Sequence[str], longest: int) -> list[list[int]]:
        """The ids of each text between the special ones, cut to `longest` in all."""
        room = longest - len(self._first) - len(self._last)
        return [self._first + row.ids[:room] + self._last for row in self._rows(texts)]

    def _rows(self, texts: Sequence[str]) -> list[Any]:
        rows: list[Any] = self._tokenizer.encode_batch_fast(list(texts), add_special_tokens=False) if texts else []
        return rows


class ShortTexts:
    """The same ids for a few sentences, without loading a quarter of a million pieces.

    Only pieces that occur in a text can be chosen for it. They are found by their digests in a table on disk and put
    into a unigram model (Kudo 2018) of their own; unknown characters cost the lowest score of all pieces less 10, so
    the piece with that score always belongs to it.
    """

    LIMIT = 12_000  # characters in all; beyond, the whole tokenizer is quicker

    def __init__(self, folder: Path) -> None:
        from tokenizers import Tokenizer

        try:
            rules = json.loads((folder / _RULES).read_text(encoding="utf-8"))
            self._tokenizer: Any = Tokenizer.from_str(json.dumps(rules["tokenizer"]))
            self._table = np.load(folder / _PIECES, mmap_mode="r")
        except (OSError, ValueError, KeyError) as error:
            raise ModelUnavailable(
                f"The tokenizer in {folder} is damaged ({error})", "Remove that folder and run: kb models pull"
            ) from None
        self._longest: int = rules["longest"]
        self._lowest: float = rules["lowest"]
        self._unknown: int = rules["unknown"]
        self._special: list[str] = rules["special"]
        self._first: list[int] = rules["first"]
        self._last: list[int] = rules["last"]

    def fits(self, texts: Sequence[str]) -> bool:
        """Whether these texts are short, and free of the special tokens' names."""
        if sum(map(len, texts)) > self.LIMIT:
            return False
        return not any(name in text for name in self._special for text in texts)

    def ids(self, texts: Sequence[str], longest: int) -> list[list[int]]:
        """The ids of each text between the special ones, cut to `longest` in all."""
        from tokenizers.models import Unigram

        pieces = sorted(self._candidates(texts))
        digests = np.array([_digest(piece) for piece in pieces], np.uint64)
        places = np.searchsorted(self._table["digest"], digests)
        places[places == len(self._table)] = 0
        found = self._table["digest"][places] == digests
        rows = self._table[places[found]]
        known = [piece for piece, hit in zip(pieces, found, strict=True) if hit]
        vocabulary = [(_UNKNOWN, 0.0), ("", self._lowest), *zip(known, rows["score"].tolist(), strict=True)]
        ids = [self._unknown, self._unknown, *rows["id"].tolist()]
        self._tokenizer.model = Unigram(vocabulary, unk_id=0, byte_fallback=False)
        room = longest - len(self._first) - len(self._last)
        encoded = self._tokenizer.encode_batch_fast(list(texts), add_special_tokens=False)
        return [self._first + [ids[token] for token in row.ids[:room]] + self._last for row in encoded]

    def _candidates(self, texts: Iterable[str]) -> set[str]:
        """Every piece-long part of the words that the tokenizer would cut these texts into."""
        normalise, cut = self._tokenizer.normalizer.normalize_str, self._tokenizer.pre_tokenizer.pre_tokenize_str
        words = {word for text in texts for word, _span in cut(normalise(text))}
        return {
            word[start:end]
            for word in words
            for start in range(len(word))
            for end in range(start + 1, min(start + self._longest, len(word)) + 1)
        }


def write_short_texts(folder: Path) -> None:
    """Write what `ShortTexts` reads, out of a unigram tokenizer.json."""
    whole = json.loads((folder / "tokenizer.json").read_text(encoding="utf-8"))
    vocabulary = whole["model"]["vocab"]
    table = np.empty(len(vocabulary), _PIECE)
    table["digest"] = [_digest(piece) for piece, _score in vocabulary]
    table["score"] = [score for _piece, score in vocabulary]
    table["id"] = np.arange(len(vocabulary))
    table.sort(order="digest")
    if (table["digest"][1:] == table["digest"][:-1]).any():
        raise ModelUnavailable("Two pieces of the tokenizer share a digest", "Report this")
    np.save(folder / _PIECES, table)
    first, *last = Tokens(folder).ids([""], 2)[0]
    rules = {
        "longest": max(len(piece) for piece, _score in vocabulary),
        "lowest": min(score for _piece, score in vocabulary),
        "unknown": whole["model"]["unk_id"],
        "special": [token["content"] for token in whole["added_tokens"]],
        "first": [first],
        "last": last,
        "tokenizer": {
            **whole,
            "added_tokens": [],
            "post_processor": None,
            "model": {**whole["model"], "unk_id": 0, "vocab": [[_UNKNOWN, 0.0]]},
        },
    }
    (folder / _RULES).write_text(json.dumps(rules) + "\n", encoding="utf-8")


def _digest(piece: str) -> int:
    return int.from_bytes(hashlib.blake2b(piece.encode("utf-8", "surrogatepass"), digest_size=8).digest(), "little")
