"""Passages -> questions that they answer: their telling words, or a sentence with a gap."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

import regex

from kb.answering.evidence import telling_words
from kb.index import lexical
from kb.language.segment import Span, is_heading, language, sentences, word_spans

Form = Literal["keywords", "cloze"]
FORMS: tuple[Form, ...] = ("keywords", "cloze")

SHORTEST, LONGEST = 40, 320  # characters of a sentence that is asked about
FEWEST, MOST = 4, 6  # keywords of a question
LEFT_OUT = 0.35  # of the words of a question, so many are left out: people remember other words than are written

_GAPS = {"en": ("how many", "who or what", "what"), "th": ("เท่าไร", "ใคร", "อะไร")}
_NUMBER = re.compile(r"[0-9๐-๙]+(?:[.,:][0-9๐-๙]+)*")
_NAME = regex.compile(r"(?<=[\p{Ll}\p{N},;] )\p{Lu}[\p{L}\p{M}’'\-]+(?: \p{Lu}[\p{L}\p{M}’'\-]+)*")


@dataclass(frozen=True, slots=True)
class Made:
    """A question made from a sentence of a passage.

    `passage` is its place in what the questions were made of; `text` the question with all its words; `heard` the same
    with some of them left out, which is what it is looked for with; `missing` are those that were left out.
    """

    passage: int
    form: Form
    language: Literal["en", "th"]
    text: str
    heard: str
    missing: tuple[str, ...]


def made(passages: Sequence[str], most: int, seed: int = 0) -> list[Made]:
    """Make questions, at most one from each passage and half of them of each form.

    Args:
        passages: Texts.
        most: How many at most.
        seed: Which passages, sentences and words are taken.

    Returns:
        Questions in an order drawn at random; none from a passage without a sentence to ask about.
    """
    draw = random.Random(seed)  # noqa: S311 - a sample, not a secret
    order = list(range(len(passages)))
    draw.shuffle(order)
    found: list[Made] = []
    for place in order:
        if len(found) == most:
            break
        question = _from(passages[place], place, FORMS[len(found) % 2], draw)
        if question:
            found.append(question)
    return found


def _from(passage: str, place: int, form: Form, draw: random.Random) -> Made | None:
    spans = [span for span in sentences(passage) if _asks_well(passage, span)]
    if not spans:
        return None
    start, end = draw.choice(spans)
    sentence = passage[start:end]
    spoken: Literal["en", "th"] = "th" if language(sentence) == "th" else "en"
    text = _keywords(sentence, draw) if form == "keywords" else _cloze(sentence, spoken, draw)
    heard, missing = _half_heard(text, draw)
    return Made(place, form, spoken, text, heard, missing)


def _asks_well(passage: str, span: Span) -> bool:
    """Whether a sentence is of a length to ask about, no heading, and holds enough telling words."""
    start, end = span
    sentence = passage[start:end]
    alone = (start == 0 or passage[start - 1] == "\n") and passage[end : end + 1] in ("", "\n")
    if not SHORTEST <= len(sentence) <= LONGEST or (alone and is_heading(sentence)):
        return False
    return len(telling_words(lexical.query_terms(sentence))) >= FEWEST + 2


def _keywords(sentence: str, draw: random.Random) -> str:
    """Some of the telling words, in their order."""
    spans = list(_telling_spans(sentence))
    chosen = sorted(draw.sample(range(len(spans)), min(len(spans), draw.randint(FEWEST, MOST))))
    return " ".join(sentence[spans[at][0] : spans[at][1]] for at in chosen)


def _cloze(sentence: str, spoken: Literal["en", "th"], draw: random.Random) -> str:
    """The sentence with a number, a name or else one of its telling words replaced by what asks for it."""
    number, name, thing = _GAPS[spoken]
    gaps = [(found.span(), number) for found in _NUMBER.finditer(sentence)]
    gaps += [(found.span(), name) for found in _NAME.finditer(sentence)]
    (start, end), asking = draw.choice(gaps or [(span, thing) for span in _telling_spans(sentence)])
    return f"{sentence[:start]}{asking}{sentence[end:]}".rstrip(" .!;:") + "?"


def _half_heard(text: str, draw: random.Random) -> tuple[str, tuple[str, ...]]:
    """The text with some of its telling words left out, at least two of them staying, and those left out."""
    spans = list(_telling_spans(text))
    gone = [span for span in spans if draw.random() < LEFT_OUT][: max(0, len(spans) - 2)]
    pieces, last = [], 0
    for start, end in gone:
        pieces.append(text[last:start])
        last = end
    heard = " ".join("".join([*pieces, text[last:]]).split())
    return heard, tuple(text[start:end] for start, end in gone)


def _telling_spans(text: str) -> Iterator[Span]:
    words = set(telling_words(lexical.query_terms(text)))
    for start, end in word_spans(text):
        if not words.isdisjoint(lexical.terms(text[start:end])):
            yield start, end
