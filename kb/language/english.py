"""A line of text -> sentences, by English rules."""

from __future__ import annotations

from collections.abc import Iterator

import regex


def _set(listed: str) -> frozenset[str]:
    return frozenset(listed.split())


# Never the end of a sentence: a name, a number or an example follows.
_TITLES = _set("""
    mr mrs ms mx dr prof st rev hon fr sr jr capt col gen lt sgt cpl maj cmdr adm gov sen rep pres supt insp messrs mme
    mlle mgr mt ft vs cf e.g i.e viz fig figs eq eqs ref refs sec secs ch chap vol vols pp ed eds trans approx ca nr art
    arts para paras jan feb mar apr jun jul aug sep sept oct nov dec
""")
# The end of a sentence only before a word that begins one.
_MAYBE = _set("""
    etc inc ltd co corp bros al est dept univ assn ave blvd rd a.m p.m am pm u.s u.k u.n e.u d.c b.c a.d ph.d m.d
    b.a m.a
""")
_NUMBERED = _set("no nos p")  # an abbreviation before a number, a word elsewhere
_STARTERS = _set("""
    the a an in on at it its he she they we you i this that these those there but and or so if when while what who how
    why his her their our my as for from with after before however although by to not no yes then
""")
_END = regex.compile(
    r"""(?P<stop>[.!?…]+|[。！？；؟۔।])(?P<close>["'”’»)\]}」』]*(?:\[\d{1,3}\])*)(?P<gap>\s+|(?<=[。！？；])(?=\S))"""
)
_OPENING = r"""["'“‘«(\[{「『¿¡—–*_-]*"""
_NEXT_WORD = regex.compile(_OPENING + r"(?P<word>[\p{L}\p{N}](?:[\p{L}\p{N}\p{M}'’]*))?")
_LIST_NUMBER = regex.compile(r"\(?(?:[0-9๐-๙]{1,3}|[IVXLC]{1,5}|\p{Alpha})[.)]")  # at the start of a line
_THAI_SHORT = regex.compile(r"(?:\p{Thai}{1,4}\.)*\p{Thai}{1,4}")  # น. พ.ศ. ดร. and the like
_WORD_BEFORE = regex.compile(r"[\p{L}\p{M}\p{N}][\p{L}\p{M}\p{N}.]*$")


def sentences(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Spans of the sentences of one line.

    Args:
        text: The whole text.
        start, end: The line in it, without line breaks.

    Yields:
        Spans without outer white space, in order.
    """
    begin = start
    for found in _END.finditer(text, start, end):
        cut = found.start("gap")
        if cut > begin and not _LIST_NUMBER.fullmatch(text, start, cut) and _ends(text, found, begin, end):
            yield from trimmed(text, begin, cut)
            begin = found.end()
    yield from trimmed(text, begin, end)


def trimmed(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """The span without its outer white space; nothing when nothing is left."""
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    if start < end:
        yield start, end


def _ends(text: str, found: regex.Match[str], begin: int, end: int) -> bool:
    """Whether the stop that was found ends a sentence."""
    following = _NEXT_WORD.match(text, found.end(), end)
    word = (following and following.group("word")) or ""
    if word and word[0].islower():
        return False
    if found.group("stop") != ".":
        return True
    before = _WORD_BEFORE.search(text, max(begin, found.start() - 30), found.start())
    return before is None or _period_ends(before.group(), word)


def _period_ends(before: str, word: str) -> bool:
    """Whether a full stop after `before` and before `word` ends a sentence."""
    if _THAI_SHORT.fullmatch(before) and (word[:1].isdigit() or _THAI_SHORT.match(word)):
        return False
    short = before.lower().lstrip(".")
    if short in _TITLES:
        return False
    if short in _NUMBERED:
        return not word[:1].isdigit()
    if short in _MAYBE:
        return word.lower() in _STARTERS
    if len(before) == 1 and before.isalpha() and before.isupper():
        return before == "I" and word.lower() in _STARTERS
    if "." in before and all(len(part) <= 1 for part in before.split(".")) and before[0].isalpha():
        return word.lower() in _STARTERS
    return True
