"""Scenes: which worlds a question is put to, and questions in other words."""

from __future__ import annotations

import random
from collections.abc import Callable, Collection, Iterable

import numpy as np
import pytest

from kb.evaluation.datasets import Question
from kb.evaluation.scenes import Asking, Stage, between, reworded
from kb.evaluation.world import Reader, Vectors, World
from kb.index import lexical

ARTICLES = {f"{title}-{n}": title for title in ("cats", "dogs") for n in range(4)} | {"sole-0": "sole"}


class Recording(World):
    """Tells which paragraphs a world holds in place of the evidence there."""

    def only(self, kept: Callable[[str], bool]) -> World:
        return recording(name for name in self.documents if kept(name))

    def signs(self, question: str, vector: Vectors, reader: Reader, absent: Collection[int] = ()) -> dict[str, float]:
        return dict.fromkeys(self.documents, 1.0)


def recording(paragraphs: Iterable[str]) -> Recording:
    names = tuple(sorted(paragraphs))
    return Recording(names, names, tuple((name,) for name in names), np.zeros((len(names), 2), np.float32))


def staged(paragraph: str, *, answerable: bool = True) -> dict[tuple[str, str], set[str]]:
    stage = Stage(recording(ARTICLES), ARTICLES, Reader(None, None, None))  # type: ignore[arg-type]
    question = Question("q", "?", ("x",), paragraph, answerable, "fit")
    scenes = list(stage.scenes(Asking(question, "?", np.zeros(2, np.float32))))
    assert {scene.question for scene in scenes} == {"q"}
    return {(scene.kind, scene.size): set(scene.signs) for scene in scenes}


def test_the_worlds_of_a_question() -> None:
    worlds = staged("cats-1")
    cats, dogs = ({name for name, title in ARTICLES.items() if title == wanted} for wanted in ("cats", "dogs"))
    assert worlds["answerable", "many"] == set(ARTICLES)
    assert worlds["foreign", "many"] == set(ARTICLES) - cats
    assert worlds["sibling", "many"] == set(ARTICLES) - {"cats-1"}
    assert worlds["halved", "many"] == set(sorted(ARTICLES)[::2])
    assert "cats-1" in worlds["answerable", "few"]
    assert worlds["answerable", "few"] - {"cats-1"} == worlds["sibling", "few"]
    assert worlds["sibling", "few"] < cats - {"cats-1"} or worlds["sibling", "few"] == cats - {"cats-1"}
    assert worlds["foreign", "few"] in (dogs, {"sole-0"})


def test_a_paragraph_that_stays_in_the_half_has_no_halved_scene() -> None:
    assert ("halved", "many") not in staged("cats-0")


def test_an_article_of_one_paragraph_has_no_siblings() -> None:
    worlds = staged("sole-0")
    assert {kind for kind, _ in worlds} == {"answerable", "foreign"}
    assert worlds["answerable", "few"] & {"cats-0", "dogs-0"}


def test_an_adversarial_question_is_put_to_everything() -> None:
    assert staged("cats-1", answerable=False) == {("adversarial", "many"): set(ARTICLES)}


def test_a_question_in_other_words_keeps_what_asks_and_loses_what_tells() -> None:
    text = "How many lamps does the keeper of Farholm light in 1864?"
    none, every = (reworded(text, share, random.Random(1)) for share in (0.0, 1.0))
    assert none == text
    assert every.startswith("How many ")
    assert every.endswith(" in 1864?")
    kept = set(lexical.query_terms(text)) & set(lexical.query_terms(every))
    assert kept == {"mani", "1864"}
    assert len(lexical.query_terms(every)) == len(lexical.query_terms(text))


def test_thai_is_reworded_too() -> None:
    text = "ผู้ดูแลประภาคารจุดตะเกียงเมื่อไร"
    assert set(lexical.query_terms(reworded(text, 1.0, random.Random(1)))) & set(lexical.query_terms(text)) <= {"เมื่อไร"}


def test_half_way_between_two_vectors() -> None:
    middle = between(np.array([1.0, 0.0], np.float32), np.array([0.0, 1.0], np.float32))
    assert middle.tolist() == pytest.approx([0.5**0.5, 0.5**0.5])
