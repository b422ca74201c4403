"""Token ids, one at a time -> text in whole characters, up to a stop string."""

from __future__ import annotations

from collections.abc import Callable, Sequence

_BROKEN = "\N{REPLACEMENT CHARACTER}"  # what decoders write for a part of a character


class Characters:
    """Decodes each token with a few before it, not the whole text again.

    The texts of `push` and `flush`, one after the other, are what decoding all ids at once gives, but for a character
    that the last ids leave unfinished. The window is that of Hugging Face's text-generation-inference: a token is
    decoded behind those of the last text that was whole, so that a decoder that looks back (SentencePiece's spaces,
    bytes of one character in several tokens) sees what it needs.

    Args:
        decode: Ids -> text, without special tokens.
    """

    def __init__(self, decode: Callable[[list[int]], str]) -> None:
        self._decode = decode
        self._ids: list[int] = []  # those of the last whole text, then those since
        self._known = 0  # how many of them
        self._before = ""  # what those say
        self._text = ""  # what all say

    def push(self, token: int) -> str:
        """The text that is whole since the last call; "" while a character has parts to come."""
        self._ids.append(token)
        self._text = self._decode(self._ids)
        if self._text.endswith(_BROKEN) or len(self._text) <= len(self._before):
            return ""
        new = self._text[len(self._before) :]
        del self._ids[: self._known]
        self._known = len(self._ids)
        self._before = self._text = self._decode(self._ids)
        return new

    def flush(self) -> str:
        """What is left when no more tokens come, without a character that is not whole."""
        return self._text[len(self._before) :].rstrip(_BROKEN)


class Until:
    """Lets text through up to the first of some strings, and never a part of one.

    Args:
        stop: The strings; empty ones are left out.

    Attributes:
        stopped: Whether one has come; what follows it is not wanted.
    """

    def __init__(self, stop: Sequence[str]) -> None:
        self._stop = tuple(filter(None, stop))
        self._held = ""
        self.stopped = False

    def push(self, text: str) -> str:
        """The text that may be shown now."""
        self._held += text
        found = [at for at in map(self._held.find, self._stop) if at >= 0]
        self.stopped = bool(found)
        cut = min(found) if found else len(self._held) - self._doubtful()
        shown, self._held = self._held[:cut], self._held[cut:]
        return shown

    def flush(self) -> str:
        """What was held back, when no more text comes and none of the strings has come."""
        return self._held

    def _doubtful(self) -> int:
        """How many characters at the end may be the beginning of a stop string."""
        longest = min(max(map(len, self._stop), default=1) - 1, len(self._held))
        return next((size for size in range(longest, 0, -1) if self._may_begin(self._held[-size:])), 0)

    def _may_begin(self, end: str) -> bool:
        return any(stop.startswith(end) for stop in self._stop)
