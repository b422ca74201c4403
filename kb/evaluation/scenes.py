"""Questions with known passages -> the evidence they get with the passage there, and in worlds that lack it."""

from __future__ import annotations

import random
import string
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from kb.answering.evidence import telling_words
from kb.evaluation.datasets import Question
from kb.evaluation.world import Reader, Vectors, World
from kb.index import lexical
from kb.language.segment import word_spans
from kb.retrieval.gates import Size

Kind = Literal["answerable", "foreign", "sibling", "halved", "adversarial"]
FOREIGN: tuple[Kind, ...] = ("foreign", "sibling", "halved")
HANDFULS = (1, 3, 6)  # other paragraphs of a small world


@dataclass(frozen=True, slots=True)
class Scene:
    """One question in one world: what should become of it, how large the world is, and its signs of evidence.

    `kind` is "answerable", or why nothing answers it: its whole article is not there (`foreign`), only its paragraph is
    missing (`sibling`), every second paragraph is (`halved`), or its paragraph is there and does not say it
    (`adversarial`).
    """

    question: str
    kind: Kind
    size: Size
    signs: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Asking:
    """A question as it is put: its words, and the vector that it is looked for with."""

    known: Question
    text: str
    vector: Vectors


class Stage:
    """Puts questions to a world of paragraphs and to parts of it.

    Args:
        world: One document a paragraph, named after it.
        articles: Paragraph -> title of its article.
        reader: How evidence is read.
        seed: Which paragraphs make up the small worlds.
    """

    def __init__(self, world: World, articles: Mapping[str, str], reader: Reader, seed: int = 0) -> None:
        self._world = world
        self._articles = articles
        self._reader = reader
        self._draw = random.Random(seed)  # noqa: S311 - a sample, not a secret
        self._paragraphs = sorted(set(world.documents))
        self._siblings: dict[str, list[str]] = defaultdict(list)
        for paragraph in self._paragraphs:
            self._siblings[articles[paragraph]].append(paragraph)
        self._second = frozenset(self._paragraphs[1::2])
        self._lacking: dict[str, World] = {}

    def scenes(self, asking: Asking) -> Iterator[Scene]:
        """All scenes of one question; those without siblings have no scene where only the paragraph is missing."""
        paragraph = asking.known.paragraph
        if not asking.known.answerable:
            yield self._scene(asking, "adversarial", "many", self._world)
            return
        article = self._articles[paragraph]
        siblings = [name for name in self._siblings[article] if name != paragraph]
        yield self._scene(asking, "answerable", "many", self._world)
        yield self._scene(asking, "foreign", "many", self._without(article, self._siblings[article]))
        if siblings:
            yield self._scene(asking, "sibling", "many", self._without(paragraph, [paragraph]))
            if paragraph in self._second:
                yield self._scene(asking, "halved", "many", self._without("every second one", self._second))
        yield from self._small(asking, article, siblings)

    def _small(self, asking: Asking, article: str, siblings: list[str]) -> Iterator[Scene]:
        """The same among a handful of paragraphs, of its own article where there are others, and of another one."""
        paragraph = asking.known.paragraph
        others = [title for title in self._siblings if title != article]
        if not others:
            return
        beside = siblings or [self._siblings[title][0] for title in self._draw.sample(others, min(6, len(others)))]
        some = set(self._draw.sample(beside, min(self._draw.choice(HANDFULS), len(beside))))
        yield self._scene(asking, "answerable", "few", self._world.only(lambda name: name in some or name == paragraph))
        if siblings:
            yield self._scene(asking, "sibling", "few", self._world.only(some.__contains__))
        elsewhere = self._siblings[self._draw.choice(others)][: max(HANDFULS)]
        yield self._scene(asking, "foreign", "few", self._world.only(elsewhere.__contains__))

    def _without(self, key: str, gone: Sequence[str] | frozenset[str]) -> World:
        if key not in self._lacking:
            if len(self._lacking) > 200:
                self._lacking.clear()
            self._lacking[key] = self._world.only(lambda name: name not in gone)
        return self._lacking[key]

    def _scene(self, asking: Asking, kind: Kind, size: Size, world: World) -> Scene:
        signs = world.signs(asking.text, asking.vector, self._reader) if len(world) else {}
        return Scene(asking.known.id, kind, size, signs)


def reworded(text: str, share: float, draw: random.Random) -> str:
    """A question some of whose telling words are replaced by words that stand nowhere, as if it were put in others.

    Args:
        text: Clean.
        share: How likely a telling word is replaced, 0 to 1.
        draw: Which ones, and by what.
    """
    kept = set(telling_words(lexical.query_terms(text)))
    pieces, last = [], 0
    for start, end in word_spans(text):
        told = not kept.isdisjoint(lexical.terms(text[start:end])) and not text[start:end].isdigit()
        if told and draw.random() < share:
            pieces += [text[last:start], " q" + "".join(draw.choices(string.ascii_lowercase, k=6)) + "q "]
            last = end
    return " ".join("".join([*pieces, text[last:]]).split())


def between(one: Vectors, other: Vectors) -> Vectors:
    """The unit vector half-way between two: what a question and a translation of it have in common."""
    middle = one + other
    return (middle / np.linalg.norm(middle)).astype(np.float32)
