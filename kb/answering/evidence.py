"""A question and its best passages -> the signs that they answer it, or do not."""

from __future__ import annotations

import math
from bisect import bisect_left
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TypeVar

from kb.answering import kinds, opposites
from kb.language.segment import language
from kb.retrieval.fusion import FusionWeights
from kb.retrieval.sentences import Asked, Cut, SentenceBank

PASSAGES = 3
SURE = 6.0  # of log odds; beyond it a P is as good as certain
STANDS_ALONE = 0.1  # the lead of a passage that is the only one
SIGNS = (
    "odds",
    "strength",
    "lead",
    "sentence",
    "peak",
    "held in two",
    "words around",
    "words in the passage",
    "words in all",
    "names missing",
    "names missing around",
    "numbers missing",
    "no figure",
    "no figure around",
    "opposite",
    "question denies",
    "denial of one",
    "order",
    "run",
    "words asked",
)
"""What `signs` gives, by name."""

_ASKING_WORDS = (
    "what who whom whose which when where why how mani much kind type name "  # stems
    "อะไร ใคร ใด ไหน เมื่อไร เมื่อไหร่ เมื่อใด กี่ เท่าไร เท่าไหร่ เท่าใด ทำไม อย่างไร ไหม หรือไม่ บ้าง "
    "คือ ที่ ของ ใน เป็น มี ได้ และ การ ความ ว่า ให้ จาก โดย ถูก กับ ซึ่ง นี้ นั้น อยู่ คน ปี แห่ง"
)
_ASKING = frozenset(_ASKING_WORDS.split())

Part = TypeVar("Part")


@dataclass(frozen=True, slots=True)
class Passage:
    """A passage, its fused score (about 0 to 1) and its P(relevant)."""

    text: str
    score: float
    relevant: float


def group(question: str, passage: str) -> str:
    """Which gates judge: those of "th", of "en" (and every other language), or of "across" two languages."""
    asked, read = (language(text) == "th" for text in (question, passage))
    if asked != read:
        return "across"
    return "th" if asked else "en"


def signs(asked: Asked, passages: Sequence[Passage], bank: SentenceBank, weights: FusionWeights) -> dict[str, float]:
    """What speaks for and against a question being answered by passages.

    odds: of the best passage being relevant; strength: its fused score; lead: by how much it is ahead; sentence: the
    best cosine of a sentence, in the range of the embedder; peak: how far that is above the mean of all sentences;
    held: the share of the question's idf mass; words: the share of its telling words, each counted once; around: in
    the sentence that fits best and its neighbours; missing: names and numbers of the question; no figure: a number or
    a time is asked for and there is none; opposite, denies: what is said is turned round; order, run: how the words of
    the question stand in the sentence. None of them is a proof; what they weigh is fitted.

    Args:
        asked: The question, with its text and all its words.
        passages: Best first; the first three are read.
        bank: Cuts and encodes their sentences.
        weights: The range of the embedder.

    Returns:
        Each of SIGNS; zeros where there is no sentence to read.
    """
    read = passages[:PASSAGES]
    cuts = bank.cut([passage.text for passage in read])
    cosines = [_cosines(asked, cut, bank, weights) for cut in cuts]
    spots = [
        (_fit(asked, cut.terms[j], own[j], max(own), passage.score), -i, -j)
        for i, (passage, cut, own) in enumerate(zip(read, cuts, cosines, strict=True))
        for j in range(len(own))
    ]
    if not spots:
        return dict.fromkeys(SIGNS, 0.0)
    _, i, j = max(spots)
    cut, at = cuts[-i], -j
    every = [cosine for own in cosines for cosine in own]
    return {
        **_strength(read),
        "sentence": max(every),
        "peak": max(every) - math.fsum(every) / len(every),
        **_held(asked, cuts, cut, at),
        **_missing(asked.text, read[-i].text, cut, at),
        **_turned(asked, cut, at),
        **_sequence(asked, cut, at),
    }


def telling_words(words: Iterable[str]) -> list[str]:
    """The search words of a question that are not about the asking; all, where no other is left."""
    every = list(words)
    return [word for word in every if word not in _ASKING] or every


def _cosines(asked: Asked, cut: Cut, bank: SentenceBank, weights: FusionWeights) -> list[float]:
    if not cut.pieces:
        return []
    return [weights.share(cosine) for cosine in (bank.vectors(cut.pieces) @ asked.vector).tolist()]


def _fit(asked: Asked, terms: Sequence[str], cosine: float, best: float, passage: float) -> float:
    """How well a sentence fits, about as quotes are chosen."""
    return 0.3 * cosine + 0.4 * best + 0.2 * asked.share(asked.idf.keys() & set(terms)) + 1.4 * passage


def _strength(passages: Sequence[Passage]) -> dict[str, float]:
    scores = sorted((passage.score for passage in passages), reverse=True)
    p = max(passage.relevant for passage in passages)
    odds = math.log(p / (1 - p)) if 0 < p < 1 else math.copysign(SURE, p - 0.5)
    return {
        "odds": max(-SURE, min(SURE, odds)),
        "strength": scores[0],
        "lead": scores[0] - scores[1] if len(scores) > 1 else STANDS_ALONE,
    }


def _held(asked: Asked, cuts: Sequence[Cut], cut: Cut, at: int) -> dict[str, float]:
    """Which of the question's words stand where, by their weight and by their number."""
    words = telling_words(asked.idf)
    weight = {word: asked.idf[word] for word in words}
    once = dict.fromkeys(words, 1.0)
    two = [{*here, *after} for own in cuts for here, after in pairwise([*own.terms, ()])]
    return {
        "held in two": max(_share(weight, terms) for terms in two),
        "words around": _share(once, _all(_around(cut.terms, at))),
        "words in the passage": _share(once, _all(cut.terms)),
        "words in all": _share(once, set().union(*(_all(own.terms) for own in cuts))),
        "words asked": min(len(words), 12) / 12,
    }


def _missing(question: str, text: str, cut: Cut, at: int) -> dict[str, float]:
    """Names and numbers of the question that are not there, and figures that it asks for."""
    around, named = " ".join(_around(cut.pieces, at)), kinds.names(question)
    wanted = kinds.kind(question)
    figure = wanted in ("time", "number")
    return {
        "names missing": _few(name not in text.lower() for name in named),
        "names missing around": _few(name not in around.lower() for name in named),
        "numbers missing": _few(number not in text for number in kinds.numbers(question)),
        "no figure": float(figure and kinds.holds(wanted, cut.pieces[at], question) is False),
        "no figure around": float(figure and kinds.holds(wanted, around, question) is False),
    }


def _turned(asked: Asked, cut: Cut, at: int) -> dict[str, float]:
    denied = opposites.denies(asked.text)
    return {
        "opposite": float(opposites.turned(asked.words, _all(_around(cut.terms, at)))),
        "question denies": float(denied),
        "denial of one": float(denied != opposites.denies(cut.pieces[at])),
    }


def _sequence(asked: Asked, cut: Cut, at: int) -> dict[str, float]:
    """Whether the words of the question stand in its order in the sentence, or in a row in its passage."""
    words = [word for word in asked.words if word in asked.idf]
    places: dict[str, int] = {}
    for place, word in enumerate(cut.terms[at]):
        places.setdefault(word, place)
    met = [places[word] for word in words if word in places]
    return {
        "order": _rising(met) / len(met) if met else 0.0,
        "run": max(_longest_run(words, terms) for terms in cut.terms) / max(1, len(words)),
    }


def _around(parts: Sequence[Part], at: int) -> Sequence[Part]:
    """A sentence with its neighbours."""
    return parts[max(0, at - 1) : at + 2]


def _all(parts: Sequence[Sequence[str]]) -> set[str]:
    return {word for part in parts for word in part}


def _share(weight: Mapping[str, float], words: Collection[str]) -> float:
    mass = math.fsum(weight.values())
    return math.fsum(own for word, own in weight.items() if word in words) / mass if mass > 0 else 1.0


def _few(missing: Iterable[bool]) -> float:
    """How many are missing; more than three is no worse."""
    return min(sum(missing), 3) / 3


def _rising(places: Sequence[int]) -> int:
    """The length of the longest run of rising places, others in between or not."""
    tails: list[int] = []
    for place in places:
        at = bisect_left(tails, place)
        tails[at : at + 1] = [place]
    return len(tails)


def _longest_run(one: Sequence[str], other: Sequence[str]) -> int:
    """How many words the two share in a row."""
    best = 0
    before: dict[int, int] = {}
    for word in one:
        here = {place: before.get(place - 1, 0) + 1 for place, own in enumerate(other) if own == word}
        best, before = max(best, *here.values(), 0) if here else best, here
    return best
