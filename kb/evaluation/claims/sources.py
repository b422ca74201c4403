"""Data sets -> sentences where they stand, by half."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from kb.evaluation import datasets
from kb.evaluation.claims.case import Place
from kb.evaluation.datasets import DataError, Half, half_of
from kb.language import normalize, segment

MOST_ARTICLES = 450  # of the Thai Wikipedia: more than enough sentences of every kind
LONGEST_PASSAGE = 900
SHORTEST, LONGEST = 30, 280  # characters of a sentence that is rewritten
_STORY = re.compile(r"^(?:ADVENTURE )?[IVX]+\. [A-Z ,’'-]+$", re.MULTILINE)
_ODD = re.compile(r"[\[\]{}=|<>•]|\.\.\.|…|--|\?|!|^[^\w\"“(]|[*_#]")
_PAIRS = ("()", "“”", "‘’", "[]")


def places(data: Path, language: str, half: Half, more: bool = False) -> list[Place]:
    """Every sentence of one half of the data sets that may be rewritten: whole, of middle length, nothing odd in it.

    Args:
        data: The folder of data sets.
        language: "en" or "th".
        half: Which half.
        more: English: the passages of clapnq as well.

    Raises:
        DataError: The data is missing or malformed.
    """
    texts = _english(data, half, more) if language == "en" else _thai(data, half)
    return [place for origin, title, text in texts for place in _places(language, origin, title, text)]


def rows(file: Path) -> Iterator[dict[str, Any]]:
    """The objects of a file of one object a line.

    Raises:
        DataError: It is missing.
    """
    for line in _read(file).split("\n"):
        if line.strip():
            yield json.loads(line)


def spoken(text: str) -> str:
    """Text as it is written, of text that was cut into tokens: "1 , 000" -> "1,000"."""
    text = text.replace("``", '"').replace("''", '"')
    text = re.sub(r" (?=[.,;:!?)%]|'(?:s|re|ve|ll|d|m)\b|n't\b|')", "", text)
    text = re.sub(r"(?<=[($£]) ", "", text)
    text = re.sub(r"(?<=\d), (?=\d{3}\b)", ",", text)
    return re.sub(r"(?<=\w) - (?=\w)", "-", text)


def _english(data: Path, half: Half, more: bool) -> Iterator[tuple[str, str, str]]:
    seen: set[str] = set()
    for file, name in (("xquad-dev-en.json", "xquad"), ("squad2-dev.json", "squad2")):
        for origin, title, text in _paragraphs(datasets.squad(data / file, name, "en"), half):
            if (squeezed := "".join(text.split())[:200]) not in seen:
                seen.add(squeezed)
                yield origin, title, text
    yield from _sherlock(data / "sherlock-1661.txt", half)
    if more:
        yield from _clapnq(data / "clapnq-dev.jsonl", half)


def _thai(data: Path, half: Half) -> Iterator[tuple[str, str, str]]:
    yield from _paragraphs(datasets.squad(data / "xquad-dev-th.json", "xquad", "th"), half)
    name = "train" if half == "fit" else "dev"
    known = datasets.iapp(data / f"iapp-{name}.jsonl", "iapp", half)
    for identity in sorted(known.paragraphs)[:MOST_ARTICLES]:
        yield f"iapp: {identity}", known.articles[identity], known.paragraphs[identity]
    yield from _booklet(data / "thai-pdf" / "text.clean.txt", half)


def _paragraphs(known: datasets.QuestionSet, half: Half) -> Iterator[tuple[str, str, str]]:
    for identity, text in known.paragraphs.items():
        title = known.articles[identity]
        if half_of(title) == half:
            yield f"{known.name}: {identity}", title.replace("_", " "), text


def _clapnq(file: Path, half: Half) -> Iterator[tuple[str, str, str]]:
    """Passages of the English Wikipedia, each once."""
    seen: set[str] = set()
    for row in rows(file):
        passage = row["passages"][0]
        if half_of(passage["title"]) == half and passage["text"] not in seen:
            seen.add(passage["text"])
            text = re.sub(r'" ([^"]*[^" ]) "', r'"\1"', spoken(passage["text"]))
            yield f"clapnq: {row['id']}", passage["title"], text


def _sherlock(file: Path, half: Half) -> Iterator[tuple[str, str, str]]:
    """The narration of each story, not its dialogue: paragraphs without quotation marks."""
    text = _read(file)
    heads = [*_STORY.finditer(text)]
    for head, following in zip(heads, [*heads[1:], None], strict=True):
        if half_of(head.group()) != half:
            continue
        story = text[head.end() : following.start() if following else len(text)]
        for number, paragraph in enumerate(re.split(r"\n\s*\n", story)):
            if not re.search('["“”]', paragraph) and len(paragraph) > 120:
                yield f"sherlock: {head.group()}, paragraph {number}", head.group(), paragraph


def _booklet(file: Path, half: Half) -> Iterator[tuple[str, str, str]]:
    """Pieces of ten paragraphs, halved by their number."""
    for number, paragraph in enumerate(re.split(r"\n\s*\n|\n(?=\S)", _read(file))):
        piece = f"text.clean-{number // 10:03d}"
        if half_of(piece) == half and len(paragraph) > 120:
            yield f"thai-pdf: {piece}, paragraph {number}", piece, paragraph


def _read(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8")
    except OSError as error:
        raise DataError(f"Cannot read {file}: {error.strerror}", "Set KB_DATA to the folder of data sets") from None


def _places(language: str, origin: str, title: str, text: str) -> Iterator[Place]:
    canonical = normalize.canonical(text)
    spans = segment.sentences(canonical)
    said = [canonical[start:end] for start, end in spans]
    for number, sentence in enumerate(said):
        if _usable(sentence, language):
            first, last = _window(spans, number)
            passage = canonical[spans[first][0] : spans[last][1]]
            before = said[number - 1] if number > first else ""
            after = said[number + 1] if number < last else ""
            yield Place(language, sentence, before, after, passage, title, origin)


def _window(spans: list[segment.Span], number: int) -> tuple[int, int]:
    """The sentences around one that make a passage of at most LONGEST_PASSAGE characters, grown on both sides."""
    first = last = number
    grown = True
    while grown:
        grown = False
        if last + 1 < len(spans) and spans[last + 1][1] - spans[first][0] <= LONGEST_PASSAGE:
            last, grown = last + 1, True
        if first > 0 and spans[last][1] - spans[first - 1][0] <= LONGEST_PASSAGE:
            first, grown = first - 1, True
    return first, last


def _usable(sentence: str, language: str) -> bool:
    if not SHORTEST <= len(sentence) <= LONGEST or _ODD.search(sentence):
        return False
    if any(sentence.count(pair[0]) != sentence.count(pair[1]) for pair in _PAIRS) or sentence.count('"') % 2:
        return False
    return language == "th" or (sentence.endswith(".") and sentence[0].isupper())


def strangers(found: list[Place], names: Mapping[str, list[str]]) -> dict[str, list[str]]:
    """Title -> the names of all other titles."""
    titles = {place.title for place in found}
    return {title: [name for other, some in names.items() if other != title for name in some] for title in titles}
