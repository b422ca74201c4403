"""Text -> the model's token ids."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from kb.errors import ModelUnavailable


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
        if not texts:
            return []
        return [len(row) for row in self._tokenizer.encode_batch_fast(list(texts), add_special_tokens=False)]

    def ids(self, texts: Sequence[str], longest: int) -> list[list[int]]:
        """The ids of each text between the special ones, cut to `longest` in all."""
        if not texts:
            return []
        room = longest - len(self._first) - len(self._last)
        rows = self._tokenizer.encode_batch_fast(list(texts), add_special_tokens=False)
        return [self._first + row.ids[:room] + self._last for row in rows]
