"""The shipped documents say what their sources say; a book is fetched whole or not at all."""

from __future__ import annotations

import http.server
import io
import json
import os
import re
import socket
import subprocess
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pypdf
import pypdfium2
import pytest
from fontTools.ttLib import TTFont

from kb.documents import samples
from kb.documents.samples import SAMPLES, Sample, body, fetch
from kb.errors import DocumentError, StorageError

ROOT = Path(__file__).parents[2]
SHIPPED = ROOT / "storage" / "documents"
ENGLISH, THAI = SHIPPED / "lighthouse-guide.txt", SHIPPED / "mangrove-guide.pdf"
SOURCE = ROOT / "tests" / "samples" / "mangrove-guide.md"
QUESTIONS: list[dict[str, Any]] = json.loads((ROOT / "tests/samples/questions.json").read_text(encoding="utf-8"))


def solid(text: str) -> str:
    return re.sub(r"\s", "", text)


def pypdf_pages() -> list[str]:
    return [page.extract_text() for page in pypdf.PdfReader(THAI).pages]


def pdfium_pages() -> list[str]:
    with pypdfium2.PdfDocument(THAI) as document:
        return [page.get_textpage().get_text_bounded() for page in document]


# what is shipped


@pytest.mark.parametrize("extract", [pypdf_pages, pdfium_pages])
def test_thai_pdf_extracts_as_its_source_to_the_character(extract: Any) -> None:
    source = re.sub(r"^#+ ", "", SOURCE.read_text(encoding="utf-8"), flags=re.MULTILINE)
    assert solid("".join(extract())) == solid(source)


def test_thai_pdf_is_two_or_three_pages_small_and_dated_for_good() -> None:
    reader = pypdf.PdfReader(THAI)
    assert 2 <= len(reader.pages) <= 3
    assert THAI.stat().st_size < 120_000
    assert str(reader.metadata.creation_date) == "2025-01-01 00:00:00+00:00"  # type: ignore[union-attr]
    assert reader.root_object["/Lang"] == "th-TH"


def fonts() -> list[tuple[TTFont, dict[int, str]]]:
    """The embedded fonts, each with what its glyph numbers stand for."""
    out = []
    for font in pypdf.PdfReader(THAI).pages[0]["/Resources"]["/Font"].values():
        program = font["/DescendantFonts"][0]["/FontDescriptor"]["/FontFile2"].get_data()
        pairs = re.findall(r"<([0-9A-F]{4})> <([0-9A-F]+)>\n", font["/ToUnicode"].get_data().decode())
        table = {int(code, 16): bytes.fromhex(text).decode("utf-16-be") for code, text in pairs if text != "FFFF"}
        out.append((TTFont(io.BytesIO(program)), table))
    return out


def test_tone_marks_stand_clear_above_the_vowels_they_follow() -> None:
    seen = set()
    for font, table in fonts():
        glyphs, order = font["glyf"], font.getGlyphOrder()
        for number, cluster in table.items():
            if not re.search("[\u0e31\u0e34-\u0e37\u0e47][\u0e48-\u0e4c]|[\u0e48-\u0e4b]\u0e33", cluster):
                continue
            boxes = []
            for part in glyphs[order[number]].components[1:]:
                shape = glyphs[part.glyphName]
                boxes.append((shape.yMin + part.y, shape.yMax + part.y))
            marks = sorted(box for box in boxes if box[0] > 500)  # above the consonants, whose height is about 560
            assert len(marks) == 2, cluster
            assert marks[1][0] >= marks[0][1] - 20, cluster  # a hair may touch, no more
            seen.add(cluster)
    assert {"ที่", "นี้", "ปั๊", "น้ำ", "ซึ่", "มื่"} <= seen


def test_embedded_fonts_carry_their_copyright_and_licence() -> None:
    for font, _ in fonts():
        assert "Noto Project Authors" in font["name"].getDebugName(0)
        assert "SIL Open Font License, Version 1.1" in font["name"].getDebugName(13)


def test_english_sample_is_two_to_three_pages_of_words() -> None:
    assert 1000 <= len(ENGLISH.read_text(encoding="utf-8").split()) <= 1300


def test_only_the_samples_are_committed_of_a_documents_folder() -> None:
    if not (ROOT / ".git").exists():
        pytest.skip("not a git checkout")
    names = ["lighthouse-guide.txt", "mangrove-guide.pdf", "mine.txt", "mine/deep.pdf", "notes.md", "sherlock-1661.txt"]
    asked = "\n".join(f"storage/documents/{name}" for name in names)
    run = subprocess.run(
        ["git", "-C", str(ROOT), "check-ignore", "--no-index", "--stdin"], input=asked, capture_output=True, text=True
    )
    assert run.stdout.split() == [f"storage/documents/{name}" for name in names[2:]]


# the questions over them


def test_every_gold_answer_stands_once_in_its_document_and_on_its_page() -> None:
    pages = {ENGLISH.name: [ENGLISH.read_text(encoding="utf-8")], THAI.name: pypdf_pages()}
    for row in QUESTIONS:
        for gold in row["answers"]:
            hits = [
                n for n, page in enumerate(pages[row["document"]], 1) for _ in range(solid(page).count(solid(gold)))
            ]
            assert hits == [row["page"] or 1], row["id"]


def test_questions_are_enough_distinct_and_a_third_has_no_answer() -> None:
    assert len({row["question"] for row in QUESTIONS}) == len({row["id"] for row in QUESTIONS}) == len(QUESTIONS)
    for language in ("en", "th"):
        mine = [row for row in QUESTIONS if row["language"] == language]
        assert len(mine) >= 20
        assert sum(not row["answers"] for row in mine) * 3 == len(mine)


def test_questions_do_not_copy_the_sentence_that_answers() -> None:
    for row in QUESTIONS:
        for gold in row["answers"]:
            assert solid(gold) not in solid(row["question"]), row["id"]


# fetching a book

HEAD = "\ufeffThe Project Gutenberg eBook of The Tin Heron\r\n\r\nThis header explains the terms of use.\r\n\r\n"
STORY = "THE TIN HERON\r\n\r\nIt stood in the mill pond, café side, and never blinked.\r\n"
START = "*** START OF THE PROJECT GUTENBERG EBOOK THE TIN HERON:\r\nA TALE ***\r\n\r\n\r\n"
END = "\r\n\r\n*** END OF THE PROJECT GUTENBERG EBOOK THE TIN HERON ***\r\n\r\nThe full licence follows.\r\n"
BOOK = (HEAD + START + STORY + END).encode()
PLAIN = "THE TIN HERON\n\nIt stood in the mill pond, café side, and never blinked.\n"


class Mirror(http.server.BaseHTTPRequestHandler):
    """Answers by path, and counts what it was asked."""

    asked: list[str]

    def do_GET(self) -> None:
        self.asked.append(self.path)
        bodies = {
            "/book.txt": BOOK,
            "/cut.txt": BOOK[: len(BOOK) // 2],
            "/page.html": b"<html>log in first</html>",
            "/latin.txt": BOOK.decode("utf-8-sig").encode("latin-1"),
            "/huge.txt": BOOK + b"x" * 10_000,
        }
        content = bodies.get(self.path)
        self.send_response(404 if content is None else 200)
        self.send_header("Content-Length", str(len(content or b"")))
        self.end_headers()
        self.wfile.write(content or b"")

    def log_message(self, *_: Any) -> None:
        pass


@pytest.fixture
def mirror(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    monkeypatch.setenv("no_proxy", "*")
    Mirror.asked = []
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Mirror)
    thread = threading.Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


def offer(monkeypatch: pytest.MonkeyPatch, *urls: str) -> None:
    sample = Sample("The Tin Heron", "tin-heron.txt", "ours", urls, limit=5_000)
    monkeypatch.setattr(samples, "SAMPLES", {"heron": sample})


def test_fetch_keeps_the_book_and_drops_the_licence_around_it(
    mirror: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    offer(monkeypatch, f"{mirror}/book.txt")
    told: list[tuple[str, int, int]] = []
    path = fetch("heron", tmp_path / "new" / "documents", lambda *step: told.append(step))
    assert path == tmp_path / "new" / "documents" / "tin-heron.txt"
    assert path.read_bytes() == PLAIN.encode()
    assert told[-1] == ("heron", len(BOOK), len(BOOK))
    assert [entry.name for entry in path.parent.iterdir()] == ["tin-heron.txt"]


def test_fetch_goes_on_to_the_next_mirror_until_the_book_is_whole(
    mirror: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    paths = ["/gone.txt", "/cut.txt", "/page.html", "/latin.txt", "/huge.txt", "/book.txt", "/never.txt"]
    offer(monkeypatch, *(mirror + path for path in paths))
    assert fetch("heron", tmp_path).read_text(encoding="utf-8") == PLAIN
    assert Mirror.asked == paths[:-1]


def test_fetch_leaves_a_present_file_alone(mirror: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    offer(monkeypatch, f"{mirror}/book.txt")
    (tmp_path / "tin-heron.txt").write_text("mine", encoding="utf-8")
    assert fetch("heron", tmp_path).read_text(encoding="utf-8") == "mine"
    assert Mirror.asked == []


def test_fetch_without_a_network_says_so_and_what_to_do(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    def unknown(*_: Any, **__: Any) -> None:
        raise socket.gaierror(-3, "Temporary failure in name resolution")

    monkeypatch.setattr(socket, "getaddrinfo", unknown)
    with pytest.raises(DocumentError) as caught:
        fetch("sherlock", tmp_path)
    assert "could not be downloaded, is there a network?" in caught.value.what
    assert f"kb index {tmp_path / 'sherlock-1661.txt'}" in caught.value.fix
    assert list(tmp_path.iterdir()) == []


def test_fetch_gives_up_on_a_mirror_that_drips(mirror: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    offer(monkeypatch, f"{mirror}/book.txt")
    monkeypatch.setattr(samples, "SECONDS_TOTAL", -1.0)
    with pytest.raises(DocumentError, match="not done after"):
        fetch("heron", tmp_path)


def test_fetch_names_the_samples_there_are(tmp_path: Path) -> None:
    with pytest.raises(DocumentError, match=r"no sample 'sherlok'. There are: sherlock"):
        fetch("sherlok", tmp_path)


def test_fetch_into_a_full_disk_leaves_nothing_behind(
    mirror: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    offer(monkeypatch, f"{mirror}/book.txt")

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(StorageError, match="No space left on device"):
        fetch("heron", tmp_path)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("start", "end"),
    [
        ("*** START OF THIS PROJECT GUTENBERG EBOOK X ***", "*** END OF THIS PROJECT GUTENBERG EBOOK X ***"),
        ("***START OF THE PROJECT GUTENBERG EBOOK X***", "***END OF THE PROJECT GUTENBERG EBOOK X***"),
        (
            "*** START OF THE PROJECT GUTENBERG EBOOK X ***",
            "End of the Project Gutenberg EBook of X\n*** END OF THE PROJECT GUTENBERG EBOOK X ***",
        ),
    ],
)
def test_body_knows_the_older_markers(start: str, end: str) -> None:
    assert body(f"terms\n{start}\n\nText.\n\n{end}\nterms".encode()) == "Text.\n"


def test_every_sample_is_asked_for_over_tls_and_has_a_text_name() -> None:
    for sample in SAMPLES.values():
        assert sample.file.endswith(".txt")
        assert all(url.startswith("https://") for url in sample.urls)
