"""Files -> Documents, within limits."""

from __future__ import annotations

import csv
import os
import re
import signal
import threading
import time
import zlib
from collections.abc import Iterator
from pathlib import Path

import pytest

from kb.documents.encoding import NotTextError, decode
from kb.documents.readers import DocumentReader
from kb.errors import DocumentError
from kb.language.normalize import canonical
from kb.settings import DocumentSettings

THAI = "สยามประกาศสงครามกับเยอรมนีในปี พ.ศ. 2460"
WESTERN = "Café Müller – naïve façade, déjà vu"


@pytest.fixture(scope="module")
def reader() -> Iterator[DocumentReader]:
    with DocumentReader(DocumentSettings()) as one:
        yield one


def put(folder: Path, name: str, content: bytes) -> Path:
    path = folder / name
    path.write_bytes(content)
    return path


def why(reader: DocumentReader, path: Path) -> str:
    with pytest.raises(DocumentError) as caught:
        reader.read(path)
    assert "\n" not in str(caught.value)
    return caught.value.what


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        (THAI, "utf-8"),
        (THAI, "utf-8-sig"),
        (THAI, "utf-16"),
        (THAI, "utf-16-le"),
        (THAI, "utf-16-be"),
        (THAI, "utf-32"),
        (THAI, "cp874"),
        (THAI, "tis-620"),
        (WESTERN, "utf-8"),
        (WESTERN, "cp1252"),
        (WESTERN, "utf-16-le"),
        ("plain ascii", "ascii"),
    ],
)
def test_encodings(text: str, encoding: str) -> None:
    assert decode(text.encode(encoding)).removeprefix("\ufeff") == text


@pytest.mark.parametrize(
    "content", [bytes(range(256)) * 8, b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR" * 9, "Привет, я".encode("cp1251")]
)
def test_what_is_not_text_is_refused(content: bytes) -> None:
    with pytest.raises(NotTextError, match="not text"):
        decode(content)


def test_a_text_file_becomes_a_document(reader: DocumentReader, tmp_path: Path) -> None:
    document = reader.read(put(tmp_path, "สยาม.md", f"# Siam\n\n{THAI}\n".encode()))
    assert document.text == f"# Siam\n\n{THAI}"
    assert document.metadata == {"file_name": "สยาม.md", "type": "md", "language": "th", "page_starts": []}


def test_bad_files_get_a_reason_and_the_next_is_read(reader: DocumentReader, tmp_path: Path) -> None:
    assert "0 bytes" in why(reader, put(tmp_path, "a.pdf", b""))
    assert "0 bytes" in why(reader, put(tmp_path, "a.txt", b""))
    assert "no text" in why(reader, put(tmp_path, "b.txt", b" \n\n"))
    assert "not text" in why(reader, put(tmp_path, "c.txt", bytes(range(256))))
    assert "not a readable PDF" in why(reader, put(tmp_path, "d.pdf", b"%PDF-1.7 nonsense"))
    assert "No such file" in why(reader, tmp_path / "missing.txt")
    assert "not read" in why(reader, put(tmp_path, "e.docx", b"x"))
    os.mkfifo(tmp_path / "f.txt")
    assert "not a regular file" in why(reader, tmp_path / "f.txt")
    assert reader.read(put(tmp_path, "g.txt", b"fine")).text == "fine"


def test_limits_of_the_settings_hold(tmp_path: Path) -> None:
    with DocumentReader(DocumentSettings(characters=10, file_mb=1)) as small:
        assert "11 characters, the limit is 10" in why(small, put(tmp_path, "a.txt", b"01234567890"))
        assert "MB, the limit is 1 MB" in why(small, put(tmp_path, "b.txt", b"x" * 1_600_000))


def test_a_slow_file_is_stopped_and_the_next_is_read(tmp_path: Path) -> None:
    with DocumentReader(DocumentSettings(seconds=0.3)) as hasty:
        slow = put(tmp_path, "slow.txt", ("น้ำ a-\nb " * 1_500_000).encode())
        assert "more than 0.3 seconds" in why(hasty, slow)
        assert hasty.read(put(tmp_path, "next.txt", b"fine")).text == "fine"


def test_a_memory_bomb_is_refused_and_the_next_is_read(tmp_path: Path) -> None:
    stream = zlib.compress(zlib.compress(b"\0" * 800_000_000, 1), 9)
    body = (
        b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n"
        b"3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]/Contents 4 0 R>>endobj\n"
        b"4 0 obj<</Filter[/FlateDecode/FlateDecode]/Length " + str(len(stream)).encode() + b">>stream\n" + stream
        + b"\nendstream endobj\ntrailer<</Root 1 0 R>>"
    )  # fmt: skip
    with DocumentReader(DocumentSettings(memory_mb=256, seconds=20)) as small:
        assert re.search("memory|stopped|no text", why(small, put(tmp_path, "bomb.pdf", body)))
        assert small.read(put(tmp_path, "next.txt", b"fine")).text == "fine"


def test_a_crash_of_the_child_is_one_files_reason(tmp_path: Path) -> None:
    with DocumentReader(DocumentSettings()) as one:
        one.read(put(tmp_path, "first.txt", b"first"))
        child = one._child
        assert child is not None
        slow = put(tmp_path, "slow.txt", ("น้ำ a-\nb " * 1_500_000).encode())
        threading.Timer(0.3, os.kill, (child.pid, signal.SIGSEGV)).start()
        assert "signal 11" in why(one, slow)
        assert one.read(put(tmp_path, "next.txt", b"fine")).text == "fine"


def test_the_child_ends_with_the_reader(tmp_path: Path) -> None:
    with DocumentReader(DocumentSettings()) as one:
        one.read(put(tmp_path, "a.txt", b"a"))
        child = one._child
        assert child is not None
    assert child.returncode is not None


def test_every_hard_pdf_gives_text_or_a_reason(reader: DocumentReader, data: Path) -> None:
    with (data / "hard-pdfs" / "manifest.tsv").open(encoding="utf-8") as lines:
        rows = list(csv.DictReader(lines, delimiter="\t"))
    start = time.monotonic()
    for row in rows:
        path = data / "hard-pdfs" / row["file"]
        if row["password"] and "needed" in row["category"]:
            assert why(reader, path) == "needs a password"
        elif row["category"].startswith("scan"):
            assert why(reader, path) == "no text layer; its page is a picture"
        elif "characters" in row["pdfium"] and ", 0 char" not in row["pdfium"]:
            document = reader.read(path)
            assert len(document.metadata["page_starts"]) == int((row["pdfium"]).split(" ")[0])
            assert canonical(document.text) == document.text
        elif "Pages-tree" not in row["file"]:
            why(reader, path)
    assert time.monotonic() - start < 60
