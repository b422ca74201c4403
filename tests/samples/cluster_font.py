"""Thai text -> a TrueType font with one glyph for every grapheme cluster of it.

Thai stacks vowels and tone marks on a consonant, and the layout tables of the font say where each mark goes; PDF
libraries do not read them. Here HarfBuzz shapes every cluster once, and the cluster becomes ONE glyph composed of the
shaped parts, with ONE ToUnicode entry. The page then shows the marks where the font wants them, and every reader gets
the cluster back as it was written: น้ำ is never taken apart.
"""

from __future__ import annotations

import io
from pathlib import Path

import regex
import uharfbuzz as hb
from fontTools.fontBuilder import FontBuilder
from fontTools.pens.recordingPen import DecomposingRecordingPen
from fontTools.pens.ttGlyphPen import TTGlyphPen
from fontTools.ttLib import TTFont

FONT_EPOCH = 3_818_448_000  # 2025-01-01, seconds since 1904
NAMES = {
    "copyright": 0,
    "familyName": 1,
    "styleName": 2,
    "version": 5,
    "licenseDescription": 13,
    "licenseInfoURL": 14,
}


class ClusterFont:
    """A TrueType font of the clusters asked for, each composed as HarfBuzz shapes it.

    Args:
        path: A static TrueType font with Thai layout tables.
    """

    def __init__(self, path: Path) -> None:
        self.source = TTFont(path)
        self.shaper = hb.Font(hb.Face(path.read_bytes()))
        self.glyphs = self.source.getGlyphSet()
        self.parts: dict[str, object] = {".notdef": self._outline(".notdef")}
        self.clusters: dict[str, int] = {}
        self.shapes: list[tuple[object, int]] = []

    def _outline(self, name: str) -> object:
        recording = DecomposingRecordingPen(self.glyphs)
        self.glyphs[name].draw(recording)
        pen = TTGlyphPen(None)
        recording.replay(pen)
        return pen.glyph()

    def number(self, cluster: str) -> int:
        """The place of a cluster among the clusters, in order of first use; composes it when it is new."""
        if cluster not in self.clusters:
            self.clusters[cluster] = len(self.shapes)
            self.shapes.append(self._compose(cluster))
        return self.clusters[cluster]

    def _compose(self, cluster: str) -> tuple[object, int]:
        buffer = hb.Buffer()
        buffer.add_str(cluster)
        buffer.guess_segment_properties()
        hb.shape(self.shaper, buffer, {"kern": False, "liga": False})
        pen, x = TTGlyphPen(self.parts), 0
        for info, place in zip(buffer.glyph_infos, buffer.glyph_positions, strict=True):
            if info.codepoint == 0:
                raise SystemExit(f"the font has no glyph for {cluster!r}")
            name = self.source.getGlyphName(info.codepoint)
            self.parts.setdefault(name, self._outline(name))
            pen.addComponent(name, (1, 0, 0, 1, x + place.x_offset, place.y_offset))
            x += place.x_advance
        return pen.glyph(), x

    def width(self, text: str) -> float:
        """The width of a text, in thousandths of its size."""
        return sum(self.shapes[self.number(c)][1] for c in regex.findall(r"\X", text)) * 1000 / self.units

    @property
    def units(self) -> int:
        """Units per em."""
        return int(self.source["head"].unitsPerEm)

    def codes(self, text: str) -> bytes:
        """The two-byte glyph numbers of a text; call after every cluster is known, for the parts stand before them."""
        return b"".join((len(self.parts) + self.number(c)).to_bytes(2, "big") for c in regex.findall(r"\X", text))

    def program(self) -> bytes:
        """The font file, with its copyright and licence inside."""
        names = [f"cluster{number}" for number in range(len(self.shapes))]
        glyphs = self.parts | {name: shape for name, (shape, _) in zip(names, self.shapes, strict=True)}
        widths = [0] * len(self.parts) + [width for _, width in self.shapes]
        hhea, strings = self.source["hhea"], self.source["name"]
        builder = FontBuilder(self.units, isTTF=True)
        builder.font.recalcTimestamp = False
        builder.updateHead(created=FONT_EPOCH, modified=FONT_EPOCH)
        builder.setupGlyphOrder(list(glyphs))
        builder.setupCharacterMap({})
        builder.setupGlyf(glyphs)
        table = builder.font["glyf"]
        builder.setupHorizontalMetrics(
            {n: (w, getattr(table[n], "xMin", 0)) for n, w in zip(glyphs, widths, strict=True)}
        )
        builder.setupHorizontalHeader(ascent=hhea.ascent, descent=hhea.descent)
        builder.setupNameTable({key: str(strings.getDebugName(number)) for key, number in NAMES.items()}, mac=False)
        builder.setupPost(keepGlyphNames=False)
        out = io.BytesIO()
        builder.save(out)
        return out.getvalue()

    def to_unicode(self) -> bytes:
        """The CMap from glyph numbers to text (PDF 32000-1, 9.10.3)."""
        lines = [
            f"<{len(self.parts) + number:04X}> <{cluster.encode('utf-16-be').hex().upper()}>"
            for cluster, number in self.clusters.items()
        ]
        blocks = [lines[i : i + 100] for i in range(0, len(lines), 100)]
        body = "\n".join(f"{len(b)} beginbfchar\n" + "\n".join(b) + "\nendbfchar" for b in blocks)
        return (
            "/CIDInit /ProcSet findresource begin\n12 dict begin\nbegincmap\n"
            "/CIDSystemInfo << /Registry (Adobe) /Ordering (UCS) /Supplement 0 >> def\n"
            "/CMapName /Adobe-Identity-UCS def\n/CMapType 2 def\n"
            f"1 begincodespacerange\n<0000> <FFFF>\nendcodespacerange\n{body}\n"
            "endcmap\nCMapName currentdict /CMap defineresource pop\nend\nend\n"
        ).encode("ascii")
