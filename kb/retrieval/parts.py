"""A compound question -> the questions it is made of.

Rules by hand, and careful ones: a question is cut only where both sides ask something of their own.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import regex

from kb.language.segment import word_spans
from kb.retrieval.asking import (
    THAI_BINDING,
    THAI_FIRST,
    THAI_JOINTS,
    THAI_PARTICLES,
    THAI_PRONOUNS,
    THAI_SPACED_JOINTS,
    content_words,
    thai_asks,
)

MOST_PARTS = 3
OWN_TOPIC = 12  # Thai letters of content: a part with fewer goes on about the topic of the part before it

_AUX = "is|are|was|were|do|does|did|has|have|had|can|could|will|would|should"
_IT = "it|he|she|they|there|this|these|those|its|his|her|their"
_WH = "what|when|where|which|who|whom|whose|why|how"
_PREPOSITION = "in|on|at|by|for|from|to|of|with|under|during|after|before|into|through|against|about|according to"
_IMPERATIVE = "tell|explain|describe|name|list|define|give|compare|show"
_OPENING = r"(?:(?:also|then|in turn|if so|finally|secondly|please),? )?"
_ASKS = (
    rf"{_OPENING}(?:(?:{_PREPOSITION}) )?(?:{_WH})(?:'s|’s)?\b(?! (?:and|or)\b)"
    rf"|{_OPENING}(?:{_AUX}) (?:{_IT})\b|{_OPENING}(?:do|does|did|can|could|will|would) (?:the|a|an|any)\b"
    rf"|{_OPENING}(?:{_IMPERATIVE}) (?:me|the|a|an|two|three|one|some|its|his|her|their)\b"
)
_INVERTED = (
    rf"{_OPENING}(?:in |on |at |by |for |from |to |of |with )?(?:what|why|how|when|where)(?: (?!and\b|or\b)\w+){{0,3}}"
    rf" (?:{_AUX})\b"
)
_ENGLISH_CUT = regex.compile(
    rf"(?:,? (?:and|but|as well as|plus|or)|;|,? & ) ?(?=(?:{_ASKS}))|, (?=(?:{_INVERTED}))", regex.IGNORECASE
)
_SENTENCE = regex.compile(r"(?<=[?？])\s*(?=[^\s?？])|(?<=[.!]) (?=\p{Lu})")
_FIRST_ASKS = regex.compile(rf"\b(?:{_WH})\b|^(?:{_IMPERATIVE}|{_AUX})\b", regex.IGNORECASE)
_ABOUT = regex.compile(rf"{_OPENING}(?:what|how) about\b", regex.IGNORECASE)
_POLITE = regex.compile(
    r"(?:(?:please|and|so|hi|hello|hey)[, ]+)*(?:(?:can|could|would) (?:you|someone|anyone) (?:please )?)?"
    r"(?:tell me|explain(?: to me)?|i(?:'d| would) like to know|i want to know|do you know|i wonder|describe)?[,:]?\s*"
    r"(?:[^:?]{1,60}: )?",
    regex.IGNORECASE,
)
_OPENING_WH = regex.compile(
    rf"{_OPENING}(?:(?:{_PREPOSITION}) )?(?P<word>{_WH})\b"
    rf"(?P<inverted>(?: (?:in|on|at|else|exactly)(?: \w+){{0,3}})? (?:{_AUX})\b)?",
    regex.IGNORECASE,
)
_RELATIVE = ("who", "which", "whose", "where")
_PREPOSITION_NEXT = regex.compile(rf" (?!of\b)(?:{_PREPOSITION})\b", regex.IGNORECASE)
_BETWEEN = regex.compile(r"\bbetween\b", regex.IGNORECASE)
_POINTS = frozenset(f"{_IT}|them|him".split("|")) - {"those"}


def parts(text: str, language: str) -> list[str]:
    """The questions that a compound question is made of, each with the topic it shares with the first.

    Args:
        text: A tidy question.
        language: Of the question: "th", "en" or "other".

    Returns:
        Two to MOST_PARTS questions; none when it is one question, or when there are more of them.
    """
    cut = {"th": _cut_thai, "en": _cut_english}.get(language, _uncut)
    pieces = [piece for sentence in _sentences(text, language) for piece in cut(sentence)]
    if not 2 <= len(pieces) <= MOST_PARTS:
        return []
    carried = _carried_thai if language == "th" else _carried
    return [pieces[0], *(carried(piece, pieces[0]) for piece in pieces[1:])]


def _sentences(text: str, language: str) -> list[str]:
    """The sentences that ask; one that only tells goes with the next that asks."""
    found: list[str] = []
    told = ""
    for sentence in _SENTENCE.split(text):
        whole = f"{told} {sentence.strip()}".strip()
        asks = any(map(thai_asks, _words(sentence))) if language == "th" else _FIRST_ASKS.search(sentence)
        if asks and content_words(sentence):
            found.append(whole)
            told = ""
        else:
            told = whole
    if told and found:
        found[-1] = f"{found[-1]} {told}"
    return found or [text]


def _uncut(sentence: str) -> list[str]:
    return [sentence]


def _cut_english(sentence: str) -> list[str]:
    """The clauses of a sentence, cut before a joint that a question of its own follows."""
    polite = _POLITE.match(sentence)
    begin = polite.end() if polite else 0
    pieces: list[str] = []
    for joint in _ENGLISH_CUT.finditer(sentence, begin):
        if _apart(sentence[begin : joint.start()], sentence[joint.end() :], embedded=bool(begin) and not pieces):
            pieces.append(sentence[begin : joint.start()])
            begin = joint.end()
        if len(pieces) == MOST_PARTS:
            break
    return [*pieces, sentence[begin:]] if pieces else [sentence]


def _apart(left: str, right: str, *, embedded: bool) -> bool:
    """Whether two clauses are two questions: both ask of their own, none of them is a relative or adverbial clause."""
    if not (_FIRST_ASKS.search(left) and content_words(left) and content_words(right)) or _BETWEEN.search(left):
        return False
    first, second = _OPENING_WH.match(left), _OPENING_WH.match(right)
    if not embedded and _adverbial(first):
        return False
    if second is None or (second["inverted"] and second["word"].lower() not in _RELATIVE):
        return True
    word = second["word"].lower()
    if regex.search(rf"\b{word}\b", left[first.end() if first else 0 :]):
        return False
    if word == "which" and _PREPOSITION_NEXT.match(right, second.end()):
        return False
    return embedded or not _adverbial(second)


def _adverbial(opening: regex.Match[str] | None) -> bool:
    """Whether a clause that opens so says when or where something is, instead of asking it."""
    return opening is not None and opening["word"].lower() in ("when", "where") and opening["inverted"] is None


def _adds(right: str, left: str) -> bool:
    """Whether a Thai clause tells something new: of "from which month to which month" the second does not."""
    told = {word.lower() for word in content_words(left)}
    return bool(told) and any(word.lower() not in told for word in content_words(right))


def _carried(piece: str, first: str) -> str:
    """A part with the topic of the first, where it points back to it: names in place of the pronoun, or words added."""
    told = content_words(first)
    names = [word for word in told if word[0].isupper()]
    if _ABOUT.match(piece):
        return _with(piece, [word for word in told if word not in names])
    pronoun = _pointing(piece)
    if pronoun is None:
        return piece
    if not names or pronoun == len(piece):
        return _with(piece, names or told)
    end = pronoun + len(_words(piece[pronoun:])[0])
    return f"{piece[:pronoun]}{' '.join(names)}{piece[end:]}"


def _with(piece: str, topic: list[str]) -> str:
    return f"{piece.rstrip(' ?.')} {' '.join(topic)}?"


def _pointing(piece: str) -> int | None:
    """Where a pronoun stands before any name; the end of a part that is hardly more than a question word; else None."""
    spans = word_spans(piece)
    for start, end in spans:
        if piece[start:end].lower() in _POINTS:
            return start
        if piece[start].isupper() and content_words(piece[start:end]):
            return None
    return len(piece) if len(spans) <= 3 and len(content_words(piece)) <= 1 else None


@dataclass(frozen=True, slots=True)
class _Token:
    """A Thai search word and where it stands."""

    word: str
    start: int
    end: int
    spaced: bool  # white space stands before it
    asks: bool


def _cut_thai(sentence: str) -> list[str]:
    """The clauses of a Thai sentence, cut at a joint, or at a space after a question, with a question on both sides."""
    tokens = _tokens(sentence)
    asking = [place for place, token in enumerate(tokens) if token.asks]
    pieces: list[str] = []
    begin = 0
    for one, other in pairwise(asking):
        joint = _joint(tokens, begin, one, other)
        if joint is None:
            continue
        after = joint
        while after < other and tokens[after].word in THAI_JOINTS | THAI_SPACED_JOINTS:
            after += 1
        left = sentence[tokens[begin].start : tokens[joint - 1].end]
        if _adds(sentence[tokens[after].start :], left):
            pieces.append(left)
            begin = after
        if len(pieces) == MOST_PARTS:
            break
    return [*pieces, sentence[tokens[begin].start :]] if pieces else [sentence]


def _joint(tokens: list[_Token], begin: int, one: int, other: int) -> int | None:
    """The place of the first word of the next clause, between the question words at `one` and `other`."""
    found = [place for place in range(one + 1, other + 1) if _joins(tokens, place)]
    if any(token.word == "ระหว่าง" for token in tokens[begin:one]):
        found = [place for place in found if tokens[place].word != "กับ"]
    if not found:
        return None
    asked_first = tokens[one].word in THAI_FIRST and one - begin <= 1
    return found[-1] if asked_first else found[0]


def _joins(tokens: list[_Token], place: int) -> bool:
    token, before = tokens[place], tokens[place - 1]
    if token.word in THAI_JOINTS or (token.spaced and token.word in THAI_SPACED_JOINTS):
        return True
    return token.spaced and token.word not in THAI_BINDING and (before.asks or before.word in THAI_PARTICLES)


def _carried_thai(piece: str, first: str) -> str:
    """A part with the topic of the first, where it has none itself: few words, or one that points back."""
    told = content_words(piece)
    points = any(word in THAI_PRONOUNS for word in _words(piece))
    if not points and sum(map(len, told)) >= OWN_TOPIC:
        return piece
    return f"{piece.rstrip(' ?')} {' '.join(content_words(first))}"


def _tokens(text: str) -> list[_Token]:
    tokens = []
    for start, end in word_spans(text):
        word = text[start:end]
        asks = thai_asks(word) and not text[end : end + 2].lstrip().startswith("ๆ")
        tokens.append(_Token(word, start, end, start > 0 and text[start - 1].isspace(), asks))
    return tokens


def _words(text: str) -> list[str]:
    return [text[start:end] for start, end in word_spans(text)]
