"""Damaged Thai -> the Thai that was written.

What is repaired here can stand in no Thai text that is right: glyphs of the Private Use Area, marks in the wrong order
or after a space, SARA AM in pieces, a leading vowel without its consonant. PyThaiNLP's normalize also deletes marks it
cannot place, and fixthaipdf rewrites words by a list ("มำ" -> "มา") and maps U+F705 and U+F710 to other marks than the
fonts do; both lose text that was right, so only their ideas are used.
"""

from __future__ import annotations

import os
import re
from functools import cache, lru_cache
from typing import Any

# Glyph variants of the Windows Thai fonts, shifted left or lowered: U+F700 to U+F71A, in this order.
_PRIVATE = dict(
    zip(
        range(0xF700, 0xF71B),
        "\u0e10\u0e34\u0e35\u0e36\u0e37\u0e48\u0e49\u0e4a\u0e4b\u0e4c\u0e48\u0e49\u0e4a\u0e4b"
        "\u0e4c\u0e0d\u0e31\u0e4d\u0e47\u0e48\u0e49\u0e4a\u0e4b\u0e4c\u0e38\u0e39\u0e3a",
        strict=True,
    )
)
_MARKS = "ัิ-ฺ็-๎"
_CONSONANTS = "ก-ฮ"
_DIGITS = str.maketrans("0123456789", "๐๑๒๓๔๕๖๗๘๙")
# Order of marks over one consonant; it agrees with the canonical order of Unicode where that is defined.
_RANK = {"ฺ": 0, "ุ": 1, "ู": 1, "่": 3, "้": 3, "๊": 3, "๋": 3, "์": 4}

CONTEXT = 20  # characters on either side that are looked at to choose between two vowels

_ANY_THAI = re.compile("[\u0e01-\u0e5b\uf700-\uf71a]")
_SPACE_BEFORE_MARK = re.compile(f"(?<=[{_CONSONANTS}{_MARKS}]) +(?=[{_MARKS}ะำ])")
_SPACE_AFTER_LEADING_VOWEL = re.compile(f"(?<=[เแโใไ]) +(?=[{_CONSONANTS}])")
# MAI HAN-AKAT, SARA UEE and MAITAIKHU need a consonant after them, but for the word "ก็".
_SPACE_AFTER_OPEN_VOWEL = re.compile(f"(?:(?<=[ัื])|(?<=[ัื][่้๊๋])|(?<=[ก-ฮ]็)(?<!(?<![เแ])ก็)) +(?=[{_CONSONANTS}])")
_LOST_AM = re.compile(f"(?<=[{_CONSONANTS}]) +([่้๊๋]?)า|(?<=[่้๊๋]) +()า")
_TAIL = re.compile(f"[{_MARKS}ะาำ]{{2,}}")
_DISPLACED = re.compile(f"^([่้๊๋์])([เแโใไ]?)([{_CONSONANTS}]{{1,2}})([^\\s]{{0,20}})", re.MULTILINE)
_GAP_AFTER_AM = re.compile("(?<=ำ) (?=[ก-ฮเแโใไ])")
_LONE_BYTE = re.compile(r"(?<!\S)ï(?!\S)")
_OLD_AA = re.compile("(?<![ฤฦ])ๅ")
_MIXED_NUMBER = re.compile(r"[0-9]*[๐-๙][0-9๐-๙]*")


def has_thai(text: str) -> bool:
    """Whether the text holds a Thai character, private-use glyphs included."""
    return _ANY_THAI.search(text) is not None


def with_letters(text: str) -> str:
    """Every glyph as the letter it stands for, marks in order.

    Private-use glyphs are mapped back, two SARA E are SARA AE, LAKKHANGYAO is SARA AA, SARA AM is one character.
    """
    return _TAIL.sub(_ordered, _OLD_AA.sub("า", text.translate(_PRIVATE).replace("เเ", "แ")))


def repair(text: str) -> str:
    """Put damaged Thai right; text without damage, and text that is not Thai, comes back as it was.

    Args:
        text: NFC text of single spaces, `with_letters` applied.

    Returns:
        The text with marks in order, SARA AM whole and impossible spaces closed.
    """
    if " " in text:
        text = _LOST_AM.sub(_am_or_aa, text)
        text = _SPACE_BEFORE_MARK.sub("", text)
        text = _SPACE_AFTER_LEADING_VOWEL.sub("", text)
        text = _SPACE_AFTER_OPEN_VOWEL.sub("", text)
        text = _TAIL.sub(_ordered, text)
    return _MIXED_NUMBER.sub(_one_kind_of_digit, text)


def with_marks_in_place(text: str) -> str:
    """Put a mark that stands before the first word of a line (where none can) over that word, by the dictionary."""
    return _DISPLACED.sub(_with_mark_in_place, text)


def _with_mark_in_place(found: re.Match[str]) -> str:
    mark, vowel, consonants, rest = found.groups()
    places = range(1, len(consonants) + 1)
    words = [f"{vowel}{consonants[:place]}{mark}{consonants[place:]}{rest}" for place in places]
    best = min(words, key=_strangeness)
    return best if _strangeness(best)[0] == 0 else found.group()


def without_gaps(page: str) -> str:
    """Repairs that only the text of a PDF page needs, where a wrong one costs a space.

    Takes out the gap after SARA AM when it splits a dictionary word (the glyph is wider than its two halves), and reads
    a lone Latin-1 letter as the TIS-620 sign it was.
    """
    return _GAP_AFTER_AM.sub(_joined_if_a_word, _LONE_BYTE.sub("๏", page))


def _joined_if_a_word(found: re.Match[str]) -> str:
    text = found.string
    return (
        ""
        if belong_together(
            text[max(0, found.start() - CONTEXT) : found.start()], text[found.end() : found.end() + CONTEXT]
        )
        else " "
    )


def belong_together(before: str, after: str) -> bool:
    """Whether the end of one text and the start of another read better as one run: fewer strange letters or words."""
    left, right = _run_before(before, len(before)), _run_after(after, 0)
    (strange, words), (more_strange, more_words) = _strangeness(left), _strangeness(right)
    return _strangeness(left + right) < (strange + more_strange, words + more_words)


def _run_before(text: str, end: int) -> str:
    return re.split(r"\s", text[max(0, end - CONTEXT) : end])[-1]


def _run_after(text: str, start: int) -> str:
    return re.split(r"\s", text[start : start + CONTEXT], maxsplit=1)[0]


def _ordered(found: re.Match[str]) -> str:
    """The marks and following vowels of one consonant, in order and without repeats."""
    run = found.group()
    marks = sorted(dict.fromkeys(sign for sign in run if sign not in "ะาำ"), key=lambda sign: _RANK.get(sign, 2))
    follow = "".join(sign for sign in run if sign in "ะาำ")
    if "ํ" in marks and follow.startswith("า"):
        follow = "ำ" + follow[1:]
    follow = re.sub("ำ[าำ]*", "ำ", follow)
    if follow.startswith("ำ"):
        marks = [sign for sign in marks if sign != "ํ"]
    return "".join(marks) + follow


def _am_or_aa(found: re.Match[str]) -> str:
    """Which vowel stood at `C า`: SARA AM, unless SARA AA alone makes words of its surroundings."""
    text, tone = found.string, found.group(1) or ""
    left, right = _run_before(text, found.start()), _run_after(text, found.end())
    am, aa = (_strangeness(f"{left}{tone}{vowel}{right}") for vowel in "ำา")
    return tone + ("า" if aa < am else "ำ")


def _strangeness(run: str) -> tuple[int, int]:
    """How many characters are in no dictionary word, and how many words there are."""
    words = newmm(run)
    return sum(len(word) for word in words if word not in dictionary()), len(words)


def _one_kind_of_digit(found: re.Match[str]) -> str:
    """A number of mostly Thai digits, whole: fonts lose single ones to their Latin twins."""
    number = found.group()
    latin = sum(sign.isascii() for sign in number)
    return number.translate(_DIGITS) if 2 * latin < len(number) else number


def pythainlp_module(name: str) -> Any:  # noqa: ANN401 - a module
    """A module of PyThaiNLP, imported so that it neither downloads nor makes a folder in the home directory."""
    import importlib

    os.environ.setdefault("PYTHAINLP_OFFLINE", "1")
    if "PYTHAINLP_READ_MODE" not in os.environ:  # its old name; both together are an error
        os.environ.setdefault("PYTHAINLP_READ_ONLY", "1")
    return importlib.import_module(name)


@cache
def dictionary() -> Any:  # noqa: ANN401 - a pythainlp Trie
    """PyThaiNLP's word list as a trie, loaded once."""
    return pythainlp_module("pythainlp.tokenize").word_dict_trie()


@lru_cache(maxsize=16384)
def newmm(run: str) -> tuple[str, ...]:
    """The words of a run of Thai letters; long runs go in pieces, else newmm's graph grows too large."""
    segment = pythainlp_module("pythainlp.tokenize.newmm").segment
    return tuple(segment(run, dictionary(), safe_mode=True))
