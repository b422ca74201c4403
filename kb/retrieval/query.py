"""A question -> its words, its exact phrases and its variants."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import regex

from kb.errors import QuestionError
from kb.language import segment
from kb.language.normalize import canonical
from kb.retrieval.asking import content_spans
from kb.retrieval.parts import parts

ORIGINAL = "original"
PART = "part"
MOST_VARIANTS = 6
MOST_PHRASES = 16  # what is quoted beyond them counts as words
LONGEST = 1000  # characters; a longer question is searched as it is, without variants
MOST_ROUNDS = 5  # of cleaning; two are enough for text that is not badly damaged

_QUOTED = regex.compile(r'(?<![\p{Latin}\p{N}])"([^"]+)"|“([^“”]+)”|«([^«»]+)»|「([^「」]+)」')
_MARK_INSIDE = regex.compile(r'(?<=[\p{L}\p{M}\p{N}])["“”«»「」](?=[\p{L}\p{N}])')
_MARK = re.compile('["“”«»「」]')
_REPEATED = re.compile(r"[!?,;](?: ?[!?,;])+")
_SPACE_BEFORE = re.compile(r" (?=[?!,;:](?: |$))")
_STRAY = " .,;:!?…·•*~|_/\\–—-"
_PHRASE_EDGE = " \n.,;:!?…"
_THAI_DIGITS = str.maketrans("๐๑๒๓๔๕๖๗๘๙", "0123456789")
_SCRIPTS = {"latin": regex.compile(r"\p{Latin}"), "thai": re.compile("[\u0e01-\u0e4e]")}


@dataclass(frozen=True, slots=True)
class Variant:
    """One way to ask; `name` is unique within a query."""

    name: str
    text: str

    @property
    def is_part(self) -> bool:
        """Whether it is one part of a compound question."""
        return self.name.startswith(f"{PART} ")


@dataclass(frozen=True, slots=True)
class QueryRules:
    """Which variants are made; the defaults are those that helped on the fit half of the data.

    `keywords` is the question's telling words alone, made for English only (in Thai they cost .003 to .007 nDCG@10);
    `parts` are the questions of a compound question; `scripts` the Latin and the Thai words of a mixed one.
    """

    keywords: bool = False
    parts: bool = True
    scripts: bool = False


@dataclass(frozen=True, slots=True)
class Query:
    """A question, understood.

    `typed` is as it came; `text` its canonical form without quote marks and stray punctuation, Thai digits as Arabic
    ones (the embedder knows these better, even on documents that are written with Thai ones); `phrases` must occur in a
    passage, word for word; `language` is "th", "en" or "other"; `variants[0]` is the original.
    """

    typed: str
    text: str
    phrases: tuple[str, ...]
    language: str
    variants: tuple[Variant, ...]


def understand(question: str, rules: QueryRules = QueryRules()) -> Query:
    """Read a question.

    Args:
        question: As typed; any string. It is never shortened.
        rules: Which variants are wanted.

    Raises:
        QuestionError: It holds no letter or digit.
    """
    whole = _with_a_word(question)
    text = _cleaned(whole)
    language = segment.language(text)
    variants = [Variant(ORIGINAL, text)]
    if len(text) <= LONGEST:
        variants.extend(_variants(text, language, rules))
    return Query(question, text, _phrases(whole), language, _distinct(variants))


def clean_question(question: str) -> str:
    """The question as it is searched: `Query.text`.

    Raises:
        QuestionError: It holds no letter or digit.
    """
    return _cleaned(_with_a_word(question))


def why_nothing(question: str) -> str:
    """Why a search for this question found nothing, in a sentence without a full stop."""
    phrases = ", ".join(f"“{phrase}”" for phrase in understand(question).phrases)
    return f"No passage holds the exact words {phrases}" if phrases else "No passage resembles the question"


def _with_a_word(question: str) -> str:
    text = canonical(question).strip()
    if not _worded(text):
        raise QuestionError("The question holds no word to look for", "Ask with at least one word or number")
    return text


def _worded(text: str) -> bool:
    """Whether there is a letter or digit; the Thai signs of abbreviation and repetition are none."""
    return any(character.isalnum() and character not in "ฯๆ" for character in text)


def _phrases(text: str) -> tuple[str, ...]:
    """What stands in quote marks, without the punctuation at its ends; in order, each once."""
    found = (next(filter(None, match.groups())).strip(_PHRASE_EDGE) for match in _QUOTED.finditer(text))
    return tuple(dict.fromkeys(filter(_worded, found)))[:MOST_PHRASES]


def _cleaned(text: str) -> str:
    """One tidy line; what is taken out can bring damaged letters together, so it is looked at again."""
    for _ in range(MOST_ROUNDS):
        again = _tidy(_without_marks(text)).translate(_THAI_DIGITS)
        if again == text:
            break
        text = canonical(again)
    return text


def _without_marks(text: str) -> str:
    """Quote marks out; a space where one stood between two words."""
    return _MARK.sub("", _MARK_INSIDE.sub(" ", text))


def _tidy(text: str) -> str:
    """One line; repeated punctuation once, none before the first word, only a stop or question mark after the last."""
    text = _SPACE_BEFORE.sub("", _REPEATED.sub(_once, " ".join(text.split())))
    body = text.lstrip(_STRAY)
    head = text[: len(text) - len(body)]
    if len(head) == 1 and head in ".-/":  # .NET, -40, /etc
        body = head + body
    end = body.rstrip(_STRAY)
    tail = body[len(end) :].strip()
    if "?" in tail:
        return end + "?"
    return end + tail if tail in (".", "!") else end


def _once(run: re.Match[str]) -> str:
    return "?" if "?" in run.group() else run.group()[0]


def _variants(text: str, language: str, rules: QueryRules) -> Iterator[Variant]:
    """The variants beside the original, those that are needed most first."""
    if rules.parts:
        for number, part in enumerate(parts(text, language), start=1):
            yield Variant(f"{PART} {number}", part)
    if rules.scripts:
        for number, part in enumerate(_scripts(text), start=1):
            yield Variant(f"script {number}", part)
    if rules.keywords and language == "en":
        yield Variant("keywords", " ".join(text[start:end] for start, end in content_spans(text)))


def _scripts(text: str) -> list[str]:
    """The Latin words alone and the Thai words alone, of a question that has telling words of both."""
    spans = content_spans(text)
    found = []
    for script in _SCRIPTS.values():
        words = [text[start:end] for start, end in spans if script.search(text, start, end)]
        found.append(" ".join(words))
    return found if all(found) else []


def _distinct(variants: Iterable[Variant]) -> tuple[Variant, ...]:
    """The first of those that ask the same words, at most MOST_VARIANTS, none without a word."""
    seen: dict[str, Variant] = {}
    for variant in filter(lambda variant: _worded(variant.text), variants):
        seen.setdefault(" ".join(variant.text.casefold().split()).rstrip("?.! "), variant)
    return tuple(seen.values())[:MOST_VARIANTS]
