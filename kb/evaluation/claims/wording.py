"""Small facts of the two languages that every family of rewrites needs: where numbers, years and names stand."""
# ruff: noqa: E501, SIM905 - a wording, a pattern and a list of words are read whole

from __future__ import annotations

import re

MONTH = r"(?:January|February|March|April|May|June|July|August|September|October|November|December)"
YEAR = r"(?:1[0-9]|20)\d\d"
NUMBER = re.compile(
    r"(?<![\w.,:/–-])\d{1,3}(?:,\d{3})+(?:\.\d+)?(?![\w:/–-]|[.,]\d)|(?<![\w.,:/–-])\d+(?:\.\d+)?(?![\w:/–-]|[.,]\d)"
)
BOUNDED = re.compile(
    r"(?:more|less|fewer|greater|larger|smaller|higher|lower) than(?: about)? ?$|(?:at least|at most|up to|over|under|about|above|below|"
    r"nearly|almost|approximately|around|some|as many as|as much as|only|than|roughly|circa|c\.|last|past|first) ?\$?$",
    re.IGNORECASE,
)
NAME = re.compile(
    r"(?<=[a-z,] )(?:[A-Z][a-zéü-]{2,}|[A-Z]\.)(?: (?:[A-Z][a-zéü-]{2,}|[A-Z]\.))*(?: (?:of|de|van|von) (?:the )?[A-Z][a-zéü-]{2,})?(?!\w)"
)
NOT_A_NAME = frozenset(
    """
    January February March April May June July August September October November December Monday Tuesday Wednesday
    Thursday Friday Saturday Sunday English French German Roman Catholic Catholics Protestant Protestants Christian
    Christians Muslim Muslims Islamic Islam British American Americans European Europeans Chinese Mongol Mongols Greek
    Latin Arab Arabs Time Lord Lords Act Court Treaty Part Article State States King Queen Emperor Empire Mr Mrs Miss
    Doctor Sir Lord Lady God Earth Sun Church War Western Eastern Northern Southern Huguenot Huguenots Calvinist
    Indian Indians Native Turkish Jewish Jews Spanish Dutch Italian Russian Soviet Japanese Persian Norman Normans
    """.split()
)
NEVER_LOWERED = re.compile(r"^(?:I|I’.*|[A-Z]{2,}.*)$")
LOWERED = frozenset(
    """
    The A An In On At It He She They We This That These Those There His Her Its Their Our My Some Many Most All Several
    Few Both Each Every Other Others Another One Two Three Four Five Six Seven Eight Nine Ten By For From With After
    Before During Until Since Because Although While When If As To Under Over Among Between Such No Not Only Today
    """.split()
)


def lowered(text: str, passage: str) -> str:
    """The text with a small first letter, unless it begins with a name as far as the passage shows."""
    first = re.match(r"[\w’'-]+", text)
    if first is None or NEVER_LOWERED.match(first.group()):
        return text
    word = first.group()
    small = word[0].lower() + word[1:]
    if word in LOWERED or re.search(rf"\b{re.escape(small)}\b", passage):
        return small + text[len(word) :]
    return text


def raised(text: str) -> str:
    """The text with a capital first letter."""
    return text[:1].upper() + text[1:]


def names(text: str) -> list[re.Match[str]]:
    """Where names of people, places and bodies stand, away from the start of the sentence."""
    found = []
    for match in NAME.finditer(text):
        if not any(word in NOT_A_NAME for word in match.group().split()) and len(match.group()) > 3:
            found.append(match)
    return found


def is_year(number: str) -> bool:
    """Whether a number reads as a year of either era."""
    return bool(re.fullmatch(r"1[0-9]\d\d|20\d\d|2[45]\d\d", number))


def squeezed(text: str) -> str:
    """A text without case, spaces and the final stop."""
    return "".join(text.casefold().split()).rstrip(".")


def digits(text: str) -> set[str]:
    """All numbers of a text, plain: 1,200 as 1200; Thai digits as 0 to 9."""
    plain = text.translate(str.maketrans("๐๑๒๓๔๕๖๗๘๙", "0123456789"))
    return {number.replace(",", "") for number in re.findall(r"\d[\d,]*(?:\.\d+)?", plain)}
