"""Exact phrases -> the chunks that hold them."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Sequence
from functools import lru_cache

import numpy as np
import regex
from numpy.typing import NDArray

from kb.index import lexical
from kb.index.snapshot import Snapshot, as_json
from kb.language.normalize import canonical
from kb.language.segment import word_spans

_BLOCK = 2_000  # texts that are looked at together
_UNSPACED = r"\p{Thai}\p{Lao}\p{Khmer}\p{Myanmar}\p{Tibetan}\p{Han}\p{Hiragana}\p{Katakana}"
_IN_WORD = rf"(?:(?![{_UNSPACED}])[\p{{L}}\p{{N}}\p{{M}}])"  # what belongs to a word between spaces
_WORD_AT_START = regex.compile(_IN_WORD)
_WORD_AT_END = regex.compile(rf"{_IN_WORD}\Z")
_MARK = r"[\p{M}\u0e33]"  # it belongs to the letter before it
_UNSPACED_LETTER = regex.compile(f"[{_UNSPACED}]")
_CJK = regex.compile(r"[\p{Han}\p{Hiragana}\p{Katakana}]+\Z")
_UNCHANGED = regex.compile(  # by folding: letters without case, marks of scripts without spaces, most punctuation
    rf"(?:(?![\p{{Nd}}'’\"“”\-‐‑‒–—])[\p{{Lo}}\p{{P}}\p{{Sc}}\p{{Sm}}{_UNSPACED}])+"
)
_DIGIT = regex.compile(r"(?![0-9])\p{Nd}")  # as in kb.index.lexical
_ALIKE = dict(zip("’“”‐‑‒–—", '\'""-----', strict=True))


def folded(text: str) -> str:
    """Canonical text in the form in which phrases are compared.

    Lower case; any white space is one space; typographic quotes, apostrophes and dashes are plain; digits of every
    script are 0 to 9.
    """
    text = text.lower()
    if not text.isascii():
        for typographic, plain in _ALIKE.items():
            text = text.replace(typographic, plain)
        text = _DIGIT.sub(lambda found: str(unicodedata.decimal(found[0])), text)
    return " ".join(text.split())


def holds(text: str, phrase: str) -> bool:
    """Whether a canonical text says exactly this; see `chunks_holding`."""
    wanted = folded(canonical(phrase))
    return _occurs(wanted, text)


def chunks_holding(
    snapshot: Snapshot, phrases: Sequence[str], allowed: NDArray[np.int64] | None = None
) -> NDArray[np.int64]:
    """The chunks whose text holds every phrase.

    Phrase and text are compared as `folded` leaves them. In scripts with spaces a phrase begins and ends with a word:
    "cat" is not in "category". Thai and the like have no spaces, so there any run of letters counts, but a phrase
    never ends inside a letter and its marks. Operators and quotes are text.

    Args:
        snapshot: What is searched.
        phrases: As they stand between the quotes; an empty one asks for nothing.
        allowed: Only these chunk ids, ascending; None: all.

    Returns:
        Chunk ids, ascending, shape (n,).
    """
    for phrase in phrases:
        wanted = folded(canonical(phrase))
        if wanted:
            found = [id_ for id_, text in _candidates(snapshot, wanted, allowed) if _occurs(wanted, text)]
            allowed = np.array(found, dtype=np.int64)
    return snapshot.chunk_ids() if allowed is None else allowed


def _occurs(wanted: str, text: str) -> bool:
    if not wanted:
        return True
    if text.isascii():  # as most English is: nothing but white space can hide the phrase in its lower case
        plain = text.lower()
        if wanted in plain and _pattern(wanted).search(plain) is not None:
            return True
        if " " not in wanted:
            return False
    text = folded(text)
    return wanted in text and _pattern(wanted).search(text) is not None


@lru_cache(maxsize=64)
def _pattern(wanted: str) -> regex.Pattern[str]:
    """The phrase where it begins and ends as it should."""
    before = f"(?<!{_IN_WORD})" if _WORD_AT_START.match(wanted) else ""
    after = f"(?!{_IN_WORD}|{_MARK})" if _WORD_AT_END.search(wanted) else f"(?!{_MARK})"
    return regex.compile(before + regex.escape(wanted) + after)


def _candidates(snapshot: Snapshot, wanted: str, allowed: NDArray[np.int64] | None) -> Iterator[tuple[int, str]]:
    """(chunk id, text), ascending, of every chunk that may hold a phrase."""
    query = _words_query(wanted)
    if query:
        sql = "SELECT rowid FROM chunk_words WHERE chunk_words MATCH ? ORDER BY rowid"
        rows = snapshot.rows(sql, (query,))
        ids = np.fromiter((row[0] for row in rows), dtype=np.int64, count=len(rows))
        allowed = ids if allowed is None else np.intersect1d(ids, allowed)
    needle = _needle(wanted)
    if allowed is None:
        sql = "SELECT id, text FROM chunks WHERE instr(text, ?) ORDER BY id"
        yield from snapshot.rows(sql, (needle,))
        return
    sql = "SELECT id, text FROM chunks WHERE id IN (SELECT value FROM json_each(?)) AND instr(text, ?) ORDER BY id"
    for at in range(0, len(allowed), _BLOCK):
        yield from snapshot.rows(sql, (as_json(allowed[at : at + _BLOCK]), needle))


def _words_query(wanted: str) -> str:
    """What FTS5 finds in every chunk that holds a phrase: its words that are words in any text around them.

    Thai words are not: where they end depends on their neighbours. Neither is a word of letters and digits, a lone s
    (it may be a possessive), nor one with a sigma, whose lower case depends on its neighbours.
    """
    runs: list[list[str]] = [[]]
    for start, end in word_spans(wanted):
        word = wanted[start:end]
        if _stands_alone(word):
            runs[-1] += lexical.terms(word)
        elif runs[-1]:
            runs.append([])
    return " AND ".join(f'"{" ".join(run)}"' for run in runs if run)


def _stands_alone(word: str) -> bool:
    if _CJK.match(word):
        return True
    if _UNSPACED_LETTER.search(word) or word == "s" or any(letter in "σς" for letter in word):
        return False
    return word.isascii() and word.isdigit() if any(letter in "0123456789" for letter in word) else True


def _needle(wanted: str) -> str:
    """The longest part of a phrase that folding leaves as it is, so that it stands in the text as in the phrase."""
    return max(_UNCHANGED.findall(wanted), key=len, default="")
