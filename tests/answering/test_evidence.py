"""Signs of evidence, on passages and vectors written by hand."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
import pytest
from numpy.typing import NDArray

from kb.answering import opposites
from kb.answering.evidence import SIGNS, Passage, group, signs
from kb.index import lexical
from kb.retrieval.fusion import FusionWeights
from kb.retrieval.sentences import Asked, SentenceBank

LIGHT = "The keeper of Farholm lit the lamp in 1864. It burned oil. Gulls nest below it."


def encode(texts: Sequence[str]) -> NDArray[np.float32]:
    """The first axis is what has to do with the lamp."""
    rows = [[1.0, 0.0] if "lamp" in text else [0.6, 0.8] if "oil" in text else [0.0, 1.0] for text in texts]
    return np.array(rows, dtype=np.float32)


BANK, RANGE = SentenceBank(encode, lexical.terms), FusionWeights(0.0, 1.0, 0.5)


def found(question: str, *passages: Passage) -> dict[str, float]:
    words = lexical.query_terms(question)
    asked = Asked(
        np.array([1.0, 0.0], dtype=np.float32), dict.fromkeys(words, 2.0), tuple(lexical.terms(question)), question
    )
    return signs(asked, passages, BANK, RANGE)


def test_what_the_scores_and_vectors_say() -> None:
    got = found("Who lit the lamp?", Passage(LIGHT, 0.7, 0.9), Passage("Boats land here.", 0.4, 0.2))
    assert tuple(got) == SIGNS or set(got) == set(SIGNS)
    assert (got["odds"], got["strength"], got["lead"]) == pytest.approx((math.log(9), 0.7, 0.3))
    assert (got["sentence"], got["peak"]) == pytest.approx((1.0, 1.0 - (1.0 + 0.6 + 0.0 + 0.0) / 4))


def test_certainty_has_bounds_and_a_passage_alone_has_a_lead() -> None:
    for p, odds in ((0.0, -6.0), (1.0, 6.0)):
        got = found("Who lit the lamp?", Passage(LIGHT, 0.7, p))
        assert (got["odds"], got["lead"]) == (odds, 0.1)


def test_which_words_are_held_where() -> None:
    got = found("Did the keeper burn whale oil?", Passage(LIGHT, 0.7, 0.9), Passage("A whale.", 0.1, 0.1))
    # keeper, burn, whale, oil: three stand in the first two sentences, and whale in the other passage
    assert (got["held in two"], got["words around"]) == pytest.approx((0.75, 0.75))
    assert (got["words in the passage"], got["words in all"]) == pytest.approx((0.75, 1.0))
    assert got["words asked"] == pytest.approx(4 / 12)


def test_names_and_numbers_of_the_question_that_are_not_there() -> None:
    got = found("Was the lamp of Farholm or of Skerry lit in 1846?", Passage(LIGHT, 0.7, 0.9))
    assert (got["names missing"], got["names missing around"], got["numbers missing"]) == pytest.approx([1 / 3] * 3)
    there = found("Was the lamp of Farholm lit in 1864?", Passage(LIGHT, 0.7, 0.9))
    assert (there["names missing"], there["numbers missing"]) == (0.0, 0.0)


def test_a_figure_is_asked_for_and_there_is_none() -> None:
    assert found("When was the lamp lit?", Passage(LIGHT, 0.7, 0.9))["no figure"] == 0.0
    got = found("How many lamps burn?", Passage("The lamp burns oil.", 0.7, 0.9))
    assert (got["no figure"], got["no figure around"]) == (1.0, 1.0)


def test_what_is_said_is_turned_round() -> None:
    got = found("Who closed the lamp room first?", Passage("The lamp room opened last.", 0.7, 0.9))
    assert got["opposite"] == 1.0
    got = found("Who did not light the lamp?", Passage(LIGHT, 0.7, 0.9))
    assert (got["question denies"], got["denial of one"]) == (1.0, 1.0)
    got = found("Who lit the lamp?", Passage("Nobody has not seen the lamp.", 0.7, 0.9))
    assert (got["question denies"], got["denial of one"]) == (0.0, 1.0)


def test_how_the_words_of_the_question_stand() -> None:
    got = found("keeper lit lamp", Passage("The keeper lit lamp after lamp.", 0.7, 0.9))
    assert (got["order"], got["run"]) == pytest.approx((1.0, 1.0))
    got = found("lamp lit keeper", Passage("The keeper lit lamp after lamp.", 0.7, 0.9))
    assert (got["order"], got["run"]) == pytest.approx((1 / 3, 1 / 3))


def test_passages_without_a_sentence_speak_for_nothing() -> None:
    assert found("Who lit the lamp?", Passage("  ", 0.7, 0.9)) == dict.fromkeys(SIGNS, 0.0)
    assert found("Who lit the lamp?") == dict.fromkeys(SIGNS, 0.0)


def test_the_languages_of_question_and_passage_choose_the_gate() -> None:
    thai = "ประภาคารอยู่บนแหลม"
    assert [group(*pair) for pair in ((LIGHT, LIGHT), (thai, thai), (thai, LIGHT), (LIGHT, thai), ("灯", LIGHT))] == [
        "en", "th", "across", "across", "en",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("asked", "said"), [("largest", "smallest"), ("won", "lost"), ("สูง", "ต่ำ"), ("allow", "forbids")]
)
def test_opposites_are_known_both_ways(asked: str, said: str) -> None:
    one, other = lexical.terms(asked), lexical.terms(said)
    assert opposites.turned(one, other)
    assert opposites.turned(other, one)
    assert not opposites.turned(one, [*one, *other])
    assert not opposites.turned(one, [])


def test_what_denies() -> None:
    assert all(map(opposites.denies, ("It isn't so", "It is not", "ไม่ใช่", "Never", "all except one")))
    assert not any(map(opposites.denies, ("It is so", "notable", "คือ", "")))
