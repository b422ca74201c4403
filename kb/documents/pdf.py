"""PDF -> pages of text; damaged glyphs weighed, the better reading kept page by page."""

from __future__ import annotations

import contextlib
import logging
import re
import signal
import warnings
from collections.abc import Iterator
from pathlib import Path
from types import FrameType
from typing import Any

from kb.errors import DocumentError

PASSWORD = "needs a password"  # noqa: S105 - a reason, not a password
_PDFIUM_HYPHEN = "\x02"  # pdfium's mark for a hyphen at the end of a line

# Signs of a bad reading: replacement and private-use characters, controls, glyph names, Arabic presentation forms,
# a letter four times in a row (fake bold).
_BAD = re.compile(
    "[\ufffd\ue000-\uf6ff\uf71b-\uf8ff\x00-\x08\x0e-\x1f\ufb50-\ufdff\ufe70-\ufeff]"
    r"|\(cid:\d+\)|([^\W\d_])\1{3}"
)
# Thai that has to be guessed: a space inside what may be a word, a mark without its consonant.
_THAI_GAP = re.compile("(?<=[ก-๎]) +(?=[ก-๎])")
_DANGLING = re.compile("(?:^|(?<=[\\s]))[ัิ-ฺ็-๎]", re.MULTILINE)

GAP_WEIGHT = 0.25  # most spaces between Thai letters are right: one counts as a quarter of a bad glyph
LEAST_SHARE = 0.5  # a reading with less than half of the other's letters has lost text


def read_pages(path: Path, pages: int, seconds: float) -> list[str]:
    """Read the text of every page with pypdf and with pdfium and keep the better reading of each page.

    Args:
        path: A PDF; one with an empty user password opens.
        pages: The most pages it may have.
        seconds: How long pypdf may take; after that pdfium's reading stands alone.

    Returns:
        One raw string per page, line breaks as they stand on the page.

    Raises:
        DocumentError: It needs a password, is damaged, has no page or too many, or no text at all.
    """
    first = _attempt(_with_pypdf, path, pages, seconds)
    second = _attempt(_with_pdfium, path, pages, seconds)
    readings = [reading for reading in (first, second) if isinstance(reading, list)]
    if not any(readings):
        raise _why(readings, [reason for reason in (first, second) if isinstance(reason, str)])
    if len(readings) == 2 and len(readings[0]) == len(readings[1]):
        chosen = [better(one, other) for one, other in zip(*readings, strict=True)]
    else:
        chosen = max(readings, key=len)
    if not any(page.strip() for page in chosen):
        raise _no_text(path, len(chosen))
    return [page.replace(_PDFIUM_HYPHEN, "-") for page in chosen]


def better(first: str, second: str) -> str:
    """The less damaged of two readings of one page; the first when they are equally good."""
    letters, others = _letters(first), _letters(second)
    if letters < LEAST_SHARE * others:
        return second
    if others < LEAST_SHARE * letters:
        return first
    return second if damage(second) < damage(first) else first


def damage(page: str) -> float:
    """How much of a page has to be guessed: bad glyphs per visible character (0 is clean)."""
    page = page.replace(_PDFIUM_HYPHEN, "-")
    bad = len(_BAD.findall(page)) + len(_DANGLING.findall(page)) + GAP_WEIGHT * len(_THAI_GAP.findall(page))
    return bad / max(1, _letters(page))


def _letters(page: str) -> int:
    return sum(not sign.isspace() for sign in page)


def _attempt(read: Any, path: Path, pages: int, seconds: float) -> list[str] | str:  # noqa: ANN401 - a reader of this module
    """The pages, or the reason why there are none."""
    try:
        found: list[str] = read(path, pages, seconds)
    except DocumentError:
        raise
    except Exception as error:  #  the libraries raise whatever a broken file provokes
        return f"{type(error).__name__}: {error}"
    return found


def _with_pypdf(path: Path, pages: int, seconds: float) -> list[str]:
    import pypdf

    logging.getLogger("pypdf").setLevel(logging.CRITICAL)
    with warnings.catch_warnings(), _alarm(seconds), path.open("rb") as file:
        warnings.simplefilter("ignore")
        reader = pypdf.PdfReader(file)
        if reader.is_encrypted and not reader.decrypt(""):
            raise ValueError(PASSWORD)
        _check_pages(len(reader.pages), pages)
        return [_pypdf_page(page) for page in reader.pages]


def _pypdf_page(page: Any) -> str:  # noqa: ANN401 - pypdf.PageObject
    """The text of one page; nothing when this page alone is broken, so that pdfium's reading of it wins."""
    try:
        return str(page.extract_text())
    except TimeoutError:
        raise
    except Exception:  #  whatever a broken content stream provokes
        return ""


def _with_pdfium(path: Path, pages: int, seconds: float) -> list[str]:
    import pypdfium2

    del seconds  # one page takes milliseconds; the worker's own limit holds
    with contextlib.closing(pypdfium2.PdfDocument(path)) as document:
        _check_pages(len(document), pages)
        return [_pdfium_page(document, number) for number in range(len(document))]


def _pdfium_page(document: Any, number: int) -> str:  # noqa: ANN401 - pypdfium2.PdfDocument
    import pypdfium2

    try:
        page = document[number]
        return str(page.get_textpage().get_text_range()).replace("\r\n", "\n")
    except pypdfium2.PdfiumError:
        return ""


def _check_pages(count: int, most: int) -> None:
    if count > most:
        raise DocumentError(f"{count} pages, the limit is {most}", "Raise documents.pages in settings.toml")


@contextlib.contextmanager
def _alarm(seconds: float) -> Iterator[None]:
    """Raise TimeoutError in this (main) thread after a while; works between two Python instructions."""

    def ring(signum: int, frame: FrameType | None) -> None:
        raise TimeoutError(f"pypdf took more than {seconds:g} seconds")

    before = signal.signal(signal.SIGALRM, ring)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


def _why(readings: list[list[str]], reasons: list[str]) -> DocumentError:
    """The one reason why no page came out."""
    if any(PASSWORD in reason or "password" in reason.lower() for reason in reasons):
        return DocumentError(PASSWORD, "Save a copy without a password and index that")
    if readings:
        return DocumentError("a PDF without pages", "Check that the file is complete")
    return DocumentError("not a readable PDF: damaged or cut off", "Open it in a viewer and save it again")


def _no_text(path: Path, count: int) -> DocumentError:
    pictures = _pages_with_pictures(path)
    if pictures:
        what = (
            f"no text layer; {pictures} of {count} pages are pictures"
            if pictures < count
            else (f"no text layer; {'its page is a picture' if count == 1 else f'all {count} pages are pictures'}")
        )
        return DocumentError(what, "Run text recognition (OCR) on it and index the result")
    where = "its page" if count == 1 else f"any of its {count} pages"
    return DocumentError(f"no text on {where}", "Check the file in a viewer")


def _pages_with_pictures(path: Path) -> int:
    import pypdfium2
    from pypdfium2.raw import FPDF_PAGEOBJ_IMAGE

    try:
        with contextlib.closing(pypdfium2.PdfDocument(path)) as document:
            return sum(
                any(True for _ in document[number].get_objects(filter=[FPDF_PAGEOBJ_IMAGE]))
                for number in range(len(document))
            )
    except pypdfium2.PdfiumError:
        return 0
