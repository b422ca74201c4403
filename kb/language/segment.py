"""Canonical text -> sentences, words."""

from __future__ import annotations

import importlib.metadata
import itertools
import re
from collections.abc import Iterator

import regex

from kb.language import english, thai

Span = tuple[int, int]

_WORD = regex.compile(
    r"[\u0E01-\u0E2E\u0E30-\u0E3A\u0E40-\u0E45\u0E47-\u0E4E]+"  # a run of Thai letters, for newmm
    r"|[\u0E50-\u0E59]+"
    r"|[\p{Han}\p{Hiragana}\p{Katakana}]"
    r"|(?:(?![\u0E00-\u0E7F\p{Han}\p{Hiragana}\p{Katakana}])[\p{L}\p{N}\p{M}])+"
)
_GRAPHEME = regex.compile(r"\X")
_THAI_LETTER = re.compile("[\u0e01-\u0e5b]")
_LATIN_LETTER = regex.compile(r"\p{Latin}")
_OTHER_LETTER = regex.compile(r"(?![\p{Latin}\p{Thai}])\p{L}")
_THAI_DIGITS = str.maketrans("๐๑๒๓๔๕๖๗๘๙", "0123456789")
_NUMBER_ALONE = re.compile(r"(?:[IVXLC]+|[0-9๐-๙]+)[.)]?$")
_STOP = re.compile(r"[.!?…。！？:;,”\"')\]]$")
_LINE = re.compile("[^\n]+")
_FULL_STOP = re.compile(r"(?<!\.)\.$")  # ends Thai abbreviations and Latin initials; English rules judged it already

SHORTEST_THAI = 16  # characters: a shorter piece is part of its neighbour


def sentences(text: str) -> list[Span]:
    """Where the sentences stand.

    A line break always ends a sentence. English rules for what is not Thai; Thai by PyThaiNLP's crfcut, whose cuts are
    kept only where a space stands.

    Args:
        text: Canonical text.

    Returns:
        Spans without white space at their ends, in order, disjoint; together they hold every visible character.
    """
    spans: list[Span] = []
    for line in _LINE.finditer(text):
        for start, end in english.sentences(text, line.start(), line.end()):
            if _THAI_LETTER.search(text, start, end):
                spans.extend(_thai_sentences(text, start, end))
            else:
                spans.append((start, end))
    return spans


def words(text: str) -> list[str]:
    """The search words: lower-cased, Thai by newmm, Thai digits as 0 to 9."""
    return [text[start:end].lower().translate(_THAI_DIGITS) for start, end in word_spans(text)]


def word_spans(text: str) -> list[Span]:
    """Where the search words stand, in order; the `s` of a possessive is none."""
    spans: list[Span] = []
    for found in _WORD.finditer(text):
        start, end = found.span()
        if "\u0e00" < text[start] < "\u0e4f":
            for word in thai.newmm(text[start:end]):
                spans.append((start, start + len(word)))
                start += len(word)
        elif not (end - start == 1 and text[start] in "sS" and start and text[start - 1] in "'’"):
            spans.append((start, end))
    return spans


def is_heading(line: str) -> bool:
    """Whether a line that is one sentence looks like a heading: numbered alone, or short and without a stop."""
    if line.startswith("#") or _NUMBER_ALONE.match(line):
        return True
    return line.count(" ") < 12 and len(line) < 80 and not _STOP.search(line)


def grapheme_starts(text: str) -> list[int]:
    """The offsets at which text may be cut: the start of every extended grapheme cluster, and the end."""
    return [found.start() for found in _GRAPHEME.finditer(text)] + [len(text)]


def language(text: str) -> str:
    """By the share of letters: "th" (from three in ten), "en" (Latin script) or "other"."""
    thai_letters = len(_THAI_LETTER.findall(text))
    latin = len(_LATIN_LETTER.findall(text))
    letters = thai_letters + latin + len(_OTHER_LETTER.findall(text))
    if not letters:
        return "other"
    if thai_letters >= 0.3 * letters:
        return "th"
    return "en" if 2 * latin >= letters else "other"


def identity() -> dict[str, str]:
    """What changes the result beside this code: the versions of the libraries."""
    libraries = ("pythainlp", "python-crfsuite", "regex")
    return {"segment": "2", **{name: importlib.metadata.version(name) for name in libraries}}


def _thai_sentences(text: str, start: int, end: int) -> Iterator[Span]:
    """Crfcut's cuts that fall on a space, brackets, numbers and abbreviations kept whole."""
    piece = text[start:end]
    begin = 0
    for cut in _cuts(piece):
        if cut - begin >= SHORTEST_THAI and len(piece) - cut >= SHORTEST_THAI and _thai_ends(piece, begin, cut):
            yield from english.trimmed(text, start + begin, start + cut)
            begin = cut
    yield from english.trimmed(text, start + begin, end)


def _cuts(piece: str) -> list[int]:
    """The offsets at which crfcut begins a new sentence."""
    if len(piece) < 2 * SHORTEST_THAI or " " not in piece:
        return []
    parts = thai.pythainlp_module("pythainlp.tokenize.crfcut").segment(piece)
    cuts = list(itertools.accumulate(len(part) for part in parts))
    return cuts[:-1] if cuts[-1] == len(piece) else []


def _thai_ends(piece: str, begin: int, cut: int) -> bool:
    """Whether a sentence may end before `cut`."""
    if not (piece[cut - 1] == " " or piece[cut] == " " or piece[cut - 1] in "!?…"):
        return False
    before, after = piece[begin:cut].rstrip(), piece[cut : cut + 3].lstrip()
    if _FULL_STOP.search(before) or after[:1] in "ๆฯ)]”’»" or after[:1].isdigit():
        return False
    return not any(before.count(left) > before.count(right) for left, right in ("()", "[]", "“”", "‘’"))
