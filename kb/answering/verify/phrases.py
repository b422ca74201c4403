"""Pieces of text that are one word together -> that word."""

from __future__ import annotations

from collections.abc import Sequence

from kb.answering.verify import lexicon_en, lexicon_th
from kb.answering.verify.atoms import Atom

_TIMES = [
    "year",
    "years",
    "month",
    "week",
    "day",
    "night",
    "century",
    "decade",
    "summer",
    "winter",
    "spring",
    "autumn",
    "season",
]
_PHRASES = {(word, time): f"{word}_{time}" for word in ("last", "next", "this", "that") for time in _TIMES} | {
    tuple(phrase.split()): by for table in (lexicon_en.PHRASES, lexicon_th.PHRASES) for phrase, by in table.items()
}
for _counts in lexicon_th.CLASSIFIERS - {"คน"}:  # ครั้งละ, ต่อครั้ง
    for _said in ((_counts, "ละ"), ("ต่อ", _counts), (f"{_counts}ละ",)):
        _PHRASES.setdefault(_said, f"per_{_counts}")
_LONGEST_PHRASE = max(len(phrase) for phrase in _PHRASES)


def phrase(pieces: Sequence[Atom], at: int) -> tuple[str, int] | None:
    """The word that the pieces from a place on stand for, and how many they are; the longest phrase first."""
    for length in range(min(_LONGEST_PHRASE, len(pieces) - at), 0, -1):
        by = _PHRASES.get(tuple(piece.low for piece in pieces[at : at + length]))
        if by is not None and (length == 1 or all(piece.kind != "mark" for piece in pieces[at : at + length])):
            return by, length
    return None
