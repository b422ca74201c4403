"""Objects -> the bytes of a PDF file, the same bytes every time."""

from __future__ import annotations

import hashlib
import zlib

from tests.samples.cluster_font import ClusterFont


class Objects:
    """The numbered objects of a PDF file."""

    def __init__(self) -> None:
        self.bodies: list[bytes] = []

    def add(self, body: bytes | str) -> int:
        """Number an object."""
        self.bodies.append(body.encode("ascii") if isinstance(body, str) else body)
        return len(self.bodies)

    def stream(self, data: bytes, entries: str = "") -> int:
        """Number a compressed stream."""
        packed = zlib.compress(data, 9)
        head = f"<< /Length {len(packed)} /Filter /FlateDecode {entries}>>\nstream\n"
        return self.add(head.encode("ascii") + packed + b"\nendstream")

    def file(self, root: int, info: int) -> bytes:
        """The whole file, with its cross-reference table."""
        out = bytearray(b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n")
        places = []
        for number, body in enumerate(self.bodies, 1):
            places.append(len(out))
            out += b"%d 0 obj\n%b\nendobj\n" % (number, body)
        digest = hashlib.sha256(out).hexdigest()[:32]
        start, size = len(out), len(places) + 1
        out += f"xref\n0 {size}\n0000000000 65535 f \n".encode("ascii")
        out += b"".join(b"%010d 00000 n \n" % place for place in places)
        out += f"trailer\n<< /Size {size} /Root {root} 0 R /Info {info} 0 R ".encode("ascii")
        out += f"/ID [<{digest}> <{digest}>] >>\nstartxref\n{start}\n%%EOF\n".encode("ascii")
        return bytes(out)


def add_font(objects: Objects, font: ClusterFont) -> int:
    """Embed a cluster font as a Type 0 font with two-byte codes."""
    program = font.program()
    tag = "".join(chr(65 + byte % 26) for byte in hashlib.sha256(program).digest()[:6])
    name = f"{tag}+NotoSansThai-{'Bold' if font.source['OS/2'].usWeightClass > 500 else 'Regular'}"
    head, hhea = font.source["head"], font.source["hhea"]
    file = objects.stream(program, f"/Length1 {len(program)} ")
    descriptor = objects.add(
        f"<< /Type /FontDescriptor /FontName /{name} /Flags 4 /ItalicAngle 0 /CapHeight 714 /StemV 80 "
        f"/FontBBox [{head.xMin} {head.yMin} {head.xMax} {head.yMax}] "
        f"/Ascent {hhea.ascent} /Descent {hhea.descent} /FontFile2 {file} 0 R >>"
    )
    widths = " ".join(str(width) for _, width in font.shapes)
    descendant = objects.add(
        f"<< /Type /Font /Subtype /CIDFontType2 /BaseFont /{name} /FontDescriptor {descriptor} 0 R "
        f"/CIDSystemInfo << /Registry (Adobe) /Ordering (Identity) /Supplement 0 >> /CIDToGIDMap /Identity "
        f"/DW 0 /W [{len(font.parts)} [{widths}]] >>"
    )
    return objects.add(
        f"<< /Type /Font /Subtype /Type0 /BaseFont /{name} /Encoding /Identity-H "
        f"/DescendantFonts [{descendant} 0 R] /ToUnicode {objects.stream(font.to_unicode())} 0 R >>"
    )
