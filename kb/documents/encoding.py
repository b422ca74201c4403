"""Bytes -> text."""

from __future__ import annotations

import codecs
import re

_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),  # before UTF-16, whose mark it begins with
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_CONTROLS = re.compile("[\x00-\x08\x0e-\x1a\x1c-\x1f\x7f]")
_PLAUSIBLE = re.compile("[\t\n\r -~\u00a0-\u024f\u0e00-\u0e7f\u2010-\u2026]")
_HIGH_RUNS = re.compile(b"[\x80-\xff]+")

MOST_CONTROLS = 0.005  # of the characters; text has next to none
PLAUSIBLE_SHARE = 0.95  # of the characters of UTF-16 without a mark must be Latin, Thai or punctuation
SINGLE_BYTE_THAI_RUN = 3  # mean length of runs of high bytes: Thai words make long ones, accents short ones


class NotTextError(ValueError):
    """The bytes are no text in an encoding that is known."""


def decode(data: bytes) -> str:
    """Decode a text file: UTF-8, UTF-16 (without a mark where it is clear), UTF-32 with a mark, CP874 or CP1252.

    Args:
        data: The whole file.

    Raises:
        NotTextError: Binary data, or a damaged or unknown encoding.
    """
    for mark, encoding in _BOMS:
        if data.startswith(mark):
            return _checked(_strict(data, encoding))
    if len(_CONTROLS.findall(data[:65536].decode("latin-1"))) > MOST_CONTROLS * len(data[:65536]):
        return _utf16_without_mark(data)
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return _checked(_single_byte(data))


def _strict(data: bytes, encoding: str) -> str:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        raise NotTextError(f"not text: damaged {error.encoding.upper()} at byte {error.start}") from None


def _checked(text: str) -> str:
    if len(_CONTROLS.findall(text)) > MOST_CONTROLS * len(text):
        raise NotTextError("not text: it holds control characters")
    return text


def _utf16_without_mark(data: bytes) -> str:
    for encoding in ("utf-16-le", "utf-16-be"):
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if len(_PLAUSIBLE.findall(text)) >= PLAUSIBLE_SHARE * len(text):
            return _checked(text)
    raise NotTextError("not text: it holds binary data")


def _single_byte(data: bytes) -> str:
    """Thai (CP874, which holds TIS-620) or Western (CP1252), told apart by how long the runs of high bytes are."""
    runs = _HIGH_RUNS.findall(data)
    high = sum(map(len, runs))
    if high >= SINGLE_BYTE_THAI_RUN * len(runs):
        return _strict_as(data, "cp874")
    return _strict_as(data, "cp1252")


def _strict_as(data: bytes, encoding: str) -> str:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError:
        raise NotTextError("not text in UTF-8, UTF-16, TIS-620 (CP874) or Windows-1252") from None
