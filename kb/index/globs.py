"""A pattern of paths -> whether a document's name fits it."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator

LONGEST = 1_000  # characters of a pattern
_MOST = 64  # patterns that braces may stand for
_BRACES = re.compile(r"\{([^{}]*,[^{}]*)\}")
_ESCAPE = re.compile(r"\\(.)")
_CLASS = re.compile(r"\[(?P<not>[!^]?)(?P<held>\]?[^\]/]+|\])\]")
_STAR = "*"


def same_form(path: str) -> str:
    """A path in the form in which paths are compared: NFC, without letter case."""
    if path.isascii():
        return path.lower()
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", path).casefold())


def matcher(pattern: str) -> Callable[[str], bool]:
    """Whether paths fit a pattern, as ripgrep's --glob and .gitignore have it.

    With a slash inside, a pattern describes the path from its beginning, without one any name in it; a folder stands
    for all it holds. `*` and `?` stay within a name, `**` crosses folders, `[a-c]` is one of these characters,
    `{a,b}` one of these words, a backslash takes the next character literally, and a leading `!` turns the meaning
    round. A path always fits itself. Letter case does not matter.

    Args:
        pattern: Not empty, at most `LONGEST` characters.

    Returns:
        A function of a path with forward slashes; it takes time linear in the path for patterns without `**`.
    """
    pattern = same_form(pattern.strip())
    turned = pattern.startswith("!") and len(pattern) > 1
    pattern = pattern[turned:]
    literal = pattern.removeprefix("./")
    fits = re.compile("|".join(_expression(part) for part in _expanded(pattern)), re.DOTALL).fullmatch

    def test(path: str) -> bool:
        path = same_form(path)
        found = path == literal or path.startswith(f"{literal.rstrip('/')}/") or fits(path) is not None
        return found is not turned

    return test


def _expanded(pattern: str) -> Iterator[str]:
    """The patterns that one with braces stands for; too many are taken as they are written."""
    done, waiting = 0, [pattern]
    while waiting:
        part = waiting.pop()
        found = _BRACES.search(part) if done + len(waiting) < _MOST else None
        if found is None:
            done += 1
            yield part
        else:
            waiting += [part[: found.start()] + word + part[found.end() :] for word in found[1].split(",")]


def _expression(pattern: str) -> str:
    """A regular expression for whole paths."""
    only_inside = pattern.endswith("/")
    pattern = pattern.rstrip("/").removeprefix("./")
    anywhere = "/" not in pattern
    segments = [part for part in pattern.split("/") if part not in ("", ".")]
    below = "/.*" if only_inside else "(?:/.*)?"
    if not segments:
        return ".*"
    wild = "(?:.*/)?"
    parts = [wild] if anywhere else ["/"] if pattern.startswith("/") else []
    for at, segment in enumerate(segments):
        last = at == len(segments) - 1
        if segment != "**":
            parts.append(_name(segment) + ("" if last else "/"))
        elif last:
            parts.append(".+")
        elif parts[-1:] != [wild]:
            parts.append(wild)
    return "".join(parts) + below


def _name(segment: str) -> str:
    """A regular expression for one name; what a star skips is never taken back, so that many stars cost little."""
    pieces: list[list[str]] = [[]]
    at = 0
    while at < len(segment):
        at, piece = _piece(segment, at)
        if piece == _STAR:
            pieces.append([])
        else:
            pieces[-1].append(piece)
    first, *rest = ("".join(piece) for piece in pieces)
    rest = [piece for piece in rest[:-1] if piece] + rest[-1:]
    inner = "".join(f"(?>[^/]*?{piece})" for piece in rest[:-1])
    return first + inner + "".join(f"[^/]*{piece}" for piece in rest[-1:])


def _piece(segment: str, at: int) -> tuple[int, str]:
    """What stands at an offset of a name, as a regular expression, and where the next piece begins."""
    if segment[at] == "*":
        return at + 1, _STAR
    if segment[at] == "?":
        return at + 1, "[^/]"
    escaped = _ESCAPE.match(segment, at)
    if escaped:
        return escaped.end(), re.escape(escaped[1])
    one_of = _CLASS.match(segment, at)
    if one_of:
        held = re.sub(r"([\\\[\]^&~|])", r"\\\1", one_of["held"])
        expression = f"(?!/)[{'^' if one_of['not'] else ''}{held}]"
        if _compiles(expression):
            return one_of.end(), expression
    return at + 1, re.escape(segment[at])


def _compiles(expression: str) -> bool:
    """Whether a class is one: [z-a] is not."""
    try:
        re.compile(expression)
    except re.error:
        return False
    return True
