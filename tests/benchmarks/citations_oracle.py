"""2,000 quotes -> how many an independent oracle finds where they are cited.

Run with `python -m tests.benchmarks.citations_oracle`; exit code 1 below the bound. The quotes are sentences of our own
chunks, cut and cited (file, page) by the pipeline; the oracle (page_oracle) imports nothing of kb.
"""

from __future__ import annotations

import bisect
import itertools
import json
import random
import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from kb.documents.readers import DocumentReader
from kb.documents.splitter import SpanSplitter
from kb.errors import DocumentError
from kb.language.normalize import canonical
from kb.language.segment import sentences
from kb.settings import DocumentSettings
from tests.benchmarks import page_oracle
from tests.conftest import shared_data

BOUND = 0.995
DECREE = "140A022N0000000000100.pdf"


@dataclass(frozen=True, slots=True)
class Quote:
    """A sentence of a chunk, in the parts that stand on one page each (one part where there are no pages)."""

    path: Path
    text: str
    parts: tuple[tuple[int | None, str], ...]


def tokens(texts: list[str]) -> list[int]:
    """A token for every four characters: near enough to cut chunks of the usual size."""
    return [len(text) // 4 + 1 for text in texts]


def quotes(reader: DocumentReader, path: Path) -> Iterator[Quote]:
    """Every sentence of every chunk of a file, with the page of each of its parts."""
    document = reader.read(path)
    starts = document.metadata["page_starts"]
    for node in SpanSplitter(count_tokens=tokens).get_nodes_from_documents([document]):
        begin = node.start_char_idx
        for start, end in sentences(node.text):
            yield Quote(path, node.text[start:end], tuple(_parts(document.text, begin + start, begin + end, starts)))


def _parts(text: str, start: int, end: int, starts: list[int]) -> Iterator[tuple[int | None, str]]:
    if not starts:
        yield None, text[start:end]
        return
    cuts = [start, *(at for at in dict.fromkeys(starts) if start < at < end), end]
    for left, right in itertools.pairwise(cuts):
        yield bisect.bisect_right(starts, left), text[left:right]


def missed(quote: Quote) -> bool:
    """Whether the oracle does not find it."""
    return not all(page_oracle.stands(part, quote.path, page) for page, part in quote.parts)


def paragraphs(data: Path) -> list[str]:
    """The paragraphs of XQuAD in both languages and of iapp's dev articles."""
    found = []
    for name in ("xquad-dev-en.json", "xquad-dev-th.json"):
        articles = json.loads((data / name).read_text(encoding="utf-8"))["data"]
        found += [paragraph["context"] for article in articles for paragraph in article["paragraphs"]]
    with (data / "iapp-dev.jsonl").open(encoding="utf-8") as lines:
        found += [json.loads(line)["context"] for line in lines]
    return list(dict.fromkeys(found))


def pools(reader: DocumentReader, data: Path, folder: Path) -> dict[str, tuple[int, list[Quote]]]:
    """For each source how many quotes are drawn and all that there are."""
    files = []
    for number, paragraph in enumerate(paragraphs(data)):
        files.append(folder / f"{number:04}.txt")
        files[-1].write_bytes(paragraph.encode("utf-8"))
    pdfs = sorted(path for path in data.rglob("*.pdf") if path.name != DECREE)
    return {
        "sherlock": (700, list(quotes(reader, data / "sherlock-1661.txt"))),
        "paragraphs": (700, [quote for path in files for quote in quotes(reader, path)]),
        "pdfs": (600, [quote for path in pdfs for quote in _readable(reader, path)]),
    }


def _readable(reader: DocumentReader, path: Path) -> list[Quote]:
    try:
        return list(quotes(reader, path))
    except DocumentError:
        return []


def report(say: Callable[[str], None], data: Path, seed: int = 1661, share: float = 1.0) -> float:
    """Draw the quotes, ask the oracle, say the result; returns the share that was found."""
    dice = random.Random(seed)
    total = wrong = 0
    with tempfile.TemporaryDirectory() as folder, DocumentReader(DocumentSettings()) as reader:
        for name, (count, pool) in pools(reader, data, Path(folder)).items():
            drawn = dice.sample(pool, min(int(count * share), len(pool)))
            misses = [quote for quote in drawn if missed(quote)]
            say(f"{name:11} {len(drawn) - len(misses)} of {len(drawn)} found (of {len(pool)} quotes)")
            for quote in misses:
                say(f"  miss {quote.path.name} page {quote.parts[0][0]}: {quote.text[:160]!r}")
            total, wrong = total + len(drawn), wrong + len(misses)
        say(f"citations   {(total - wrong) / total:.4f} of {total} (bound {BOUND})")
        apart(say, reader, data / "thai-pdf")
    return (total - wrong) / total


def apart(say: Callable[[str], None], reader: DocumentReader, folder: Path) -> None:
    """What has no bound: the decree with its lost glyphs, and the booklet against its hand-cleaned text."""
    decree = reader.read(folder / DECREE).text
    pages = "\n".join(page_oracle.page_texts(folder / DECREE))
    say(f"decree      {page_oracle.aligned(decree, pages):.4f} of pdfium's characters aligned with ours")
    booklet = reader.read(folder / "text.pdf").text
    clean = (folder / "text.clean.txt").read_text(encoding="utf-8")
    say(f"booklet     {page_oracle.aligned(booklet, clean):.4f} of the hand-cleaned characters aligned with ours")
    plain = page_oracle.plain(booklet)
    questions = json.loads((folder / "text.questions.json").read_text(encoding="utf-8"))
    gold = [snippet for snippet in _snippets(questions) if snippet]
    found = sum(page_oracle.plain(canonical(snippet)) in plain for snippet in gold)
    say(f"booklet     {found} of {len(gold)} gold snippets stand in it contiguously")


def _snippets(questions: object) -> list[str]:
    rows = questions if isinstance(questions, list) else questions["questions"]  # type: ignore[index]
    return [row.get("gold_snippet") or row.get("gold") or "" for row in rows]


def main() -> int:
    """Print the report; 0 when the bound holds."""
    data = shared_data()
    if data is None:
        print("no real data: set KB_DATA or put it at ../shared/data")
        return 0
    return 0 if report(print, data) >= BOUND else 1


if __name__ == "__main__":
    sys.exit(main())
