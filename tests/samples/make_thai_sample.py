"""mangrove-guide.md + Noto Sans Thai -> storage/documents/mangrove-guide.pdf.

    npm pack @expo-google-fonts/noto-sans-thai@0.4.2      # Noto Sans Thai 2.002, SIL OFL 1.1; unpack it
    python -m tests.samples.make_thai_sample NotoSansThai_400Regular.ttf NotoSansThai_700Bold.ttf [OUT.pdf]

Run it in the checkout. The same fonts give the same bytes: dates are fixed, the file's id is the digest of its content.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass
from pathlib import Path

import regex
from pythainlp.tokenize import word_tokenize

from tests.samples.cluster_font import ClusterFont
from tests.samples.pdf_file import Objects, add_font

SOURCE = Path(__file__).with_name("mangrove-guide.md")
TARGET = Path(__file__).parents[2] / "storage" / "documents" / "mangrove-guide.pdf"
TITLE = "ศูนย์เรียนรู้ป่าชายเลนคลองหิ่งห้อย: คู่มือผู้เยี่ยมชม"
DATE = "D:20250101000000Z"
BINDS_NEXT = regex.compile(r"(\d|พ\.ศ\.|ละ) $|[\d.]$|^(ผู้|ไฟ|การ)$")
PAGE_WIDTH, PAGE_HEIGHT, MARGIN = 595.28, 841.89, 68.0  # points, A4


@dataclass(frozen=True)
class Style:
    """How one kind of block is set; lengths in points."""

    bold: bool
    size: float
    leading: float
    before: float
    colour: str = "0 0 0"


STYLES = {
    "# ": Style(bold=True, size=20, leading=34, before=0, colour="0.05 0.32 0.27"),
    "## ": Style(bold=True, size=14, leading=25, before=13, colour="0.05 0.32 0.27"),
    "": Style(bold=False, size=12, leading=21.5, before=5),
}


def blocks(source: str) -> list[tuple[Style, str]]:
    """The source's paragraphs and headings, in order."""
    out = []
    for paragraph in source.strip().split("\n\n"):
        mark = next(mark for mark in STYLES if paragraph.startswith(mark))
        out.append((STYLES[mark], paragraph.removeprefix(mark)))
    return out


def unbreakable(text: str) -> list[str]:
    """The words of a text; numbers stay with their units, eras with their years, a space with the word before."""
    words: list[str] = []
    for word in word_tokenize(text, engine="newmm"):
        if words and (word == "ละ" or word[0] in " .," or BINDS_NEXT.search(words[-1])):
            words[-1] += word
        else:
            words.append(word)
    return words


def lines(text: str, style: Style, font: ClusterFont) -> list[str]:
    """A block, broken between words; a space at a line's end is kept, so that the text layer still tells it."""
    out, room = [""], (PAGE_WIDTH - 2 * MARGIN) * 1000 / style.size
    for word in unbreakable(text):
        if font.width(out[-1] + word.rstrip()) > room:
            out.append("")
        out[-1] += word
    return out


@dataclass(frozen=True)
class Line:
    """One line on its page; y in points from the bottom."""

    page: int
    y: float
    style: Style
    text: str


def layout(source: str, fonts: dict[bool, ClusterFont]) -> list[Line]:
    """Every line in its place: no paragraph is split, and a heading stays with what follows it."""
    placed: list[Line] = []
    page, y, heading = 0, PAGE_HEIGHT - MARGIN, False
    todo = [(style, lines(text, style, fonts[style.bold])) for style, text in blocks(source)]
    for i, (style, rows) in enumerate(todo):
        follower = todo[i + 1] if style.bold and i + 1 < len(todo) else None
        need = sum(s.before + s.leading * len(r) for s, r in [(style, rows), *([follower] if follower else [])])
        if y - need < MARGIN and not heading:
            page, y = page + 1, PAGE_HEIGHT - MARGIN
        y -= style.before
        for row in rows:
            y -= style.leading
            placed.append(Line(page, y, style, row))
        heading = style.bold
    return placed


def content(page: list[Line], fonts: dict[bool, ClusterFont]) -> bytes:
    """The drawing operators of one page."""
    return "\n".join(
        f"BT {line.style.colour} rg /F{int(line.style.bold)} {line.style.size:g} Tf "
        f"1 0 0 1 {MARGIN:g} {line.y:.2f} Tm <{fonts[line.style.bold].codes(line.text).hex().upper()}> Tj ET"
        for line in page
    ).encode("ascii")


def pdf(regular: Path, bold: Path) -> bytes:
    """The sample as a PDF file."""
    fonts = {False: ClusterFont(regular), True: ClusterFont(bold)}
    placed = layout(SOURCE.read_text(encoding="utf-8"), fonts)
    objects = Objects()
    resources = " ".join(f"/F{int(key)} {add_font(objects, font)} 0 R" for key, font in fonts.items())
    streams = [
        objects.stream(content([line for line in placed if line.page == number], fonts))
        for number in range(placed[-1].page + 1)
    ]
    parent = len(objects.bodies) + len(streams) + 1
    kids = [
        objects.add(
            f"<< /Type /Page /Parent {parent} 0 R /MediaBox [0 0 {PAGE_WIDTH} {PAGE_HEIGHT}] "
            f"/Resources << /Font << {resources} >> >> /Contents {stream} 0 R >>"
        )
        for stream in streams
    ]
    objects.add(f"<< /Type /Pages /Count {len(kids)} /Kids [{' '.join(f'{kid} 0 R' for kid in kids)}] >>")
    root = objects.add(
        f"<< /Type /Catalog /Pages {parent} 0 R /Lang (th-TH) /ViewerPreferences << /DisplayDocTitle true >> >>"
    )
    title = ("\ufeff" + TITLE).encode("utf-16-be").hex().upper()
    info = objects.add(f"<< /Title <{title}> /CreationDate ({DATE}) /ModDate ({DATE}) >>")
    return objects.file(root, info)


def main() -> None:
    """Write the sample."""
    if len(sys.argv) not in (3, 4):
        raise SystemExit(__doc__)
    target = Path(sys.argv[3]) if len(sys.argv) == 4 else TARGET
    data = pdf(Path(sys.argv[1]), Path(sys.argv[2]))
    target.write_bytes(data)
    print(f"{target}: {len(data):,} bytes")


if __name__ == "__main__":
    main()
