"""Passages too close to call are told apart by their sentences; vectors are written by hand."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
import pytest
from numpy.typing import NDArray

from kb.retrieval.fusion import Fused, FusionWeights
from kb.retrieval.sentences import Asked, PassageSentences, SentenceBank, SentenceRules, contenders, evidence, settle

WHOLE = FusionWeights(0.0, 1.0, 0.5)
RULES = SentenceRules(margin=0.1, most=3, cosine=0.6, overlap=0.2, pairs=0.2)


class Encoder:
    """The length of a text as the first of two numbers; remembers what it was asked for."""

    def __init__(self) -> None:
        self.asked: list[list[str]] = []

    def __call__(self, texts: Sequence[str]) -> NDArray[np.float32]:
        self.asked.append(list(texts))
        return np.array([[len(text), 1] for text in texts], dtype=np.float32)


def split(text: str) -> list[str]:
    return text.lower().replace(".", "").split()


def hits(*scores: float) -> list[Fused]:
    return [Fused(number, score, 0, 0) for number, score in enumerate(scores, start=1)]


def test_only_passages_near_the_best_compete() -> None:
    assert [hit.chunk for hit in contenders(hits(0.8, 0.75, 0.69, 0.2), RULES)] == [1, 2]
    assert [hit.chunk for hit in contenders(hits(0.8, 0.79, 0.78, 0.77), RULES)] == [1, 2, 3]


def test_a_passage_that_stands_alone_is_not_looked_at() -> None:
    assert contenders(hits(0.8, 0.6), RULES) == []
    assert contenders(hits(0.8), RULES) == []
    assert contenders([], RULES) == []


def test_evidence_is_the_weighted_sum_of_its_three_parts() -> None:
    asked = Asked(np.array([1.0, 0.0], np.float32), {"mill": 3.0, "wheel": 1.0}, ("the", "mill", "wheel"))
    vectors = np.array([[0.5, 0.0], [0.25, 0.0]], np.float32)
    passage = PassageSentences(((0, 5), (6, 9)), vectors, (("mill", "stone"), ("mill", "wheel")))
    assert math.isclose(evidence(asked, passage, WHOLE, RULES), 0.6 * 0.5 + 0.2 * 1.0 + 0.2 * (1.0 / 4.0), rel_tol=1e-6)


def test_words_apart_are_no_pair_and_an_empty_passage_is_no_evidence() -> None:
    asked = Asked(np.array([0.0, 1.0], np.float32), {"mill": 3.0, "wheel": 1.0}, ("mill", "wheel"))
    apart = PassageSentences(((0, 5),), np.array([[1.0, 0.0]], np.float32), (("wheel", "mill"),))
    assert math.isclose(evidence(asked, apart, WHOLE, RULES), 0.2 * 1.0)
    assert evidence(asked, PassageSentences((), np.empty((0, 0), np.float32), ()), WHOLE, RULES) == 0.0


def test_words_count_together_in_neighbouring_sentences_alone() -> None:
    asked = Asked(np.array([0.0, 1.0], np.float32), {"mill": 3.0, "wheel": 1.0})
    vectors = np.zeros((3, 2), np.float32)
    near = PassageSentences(((0, 1), (1, 2), (2, 3)), vectors, (("mill",), ("wheel",), ()))
    far = PassageSentences(((0, 1), (1, 2), (2, 3)), vectors, (("mill",), (), ("wheel",)))
    assert math.isclose(evidence(asked, near, WHOLE, RULES), 0.2 * 1.0)
    assert math.isclose(evidence(asked, far, WHOLE, RULES), 0.2 * 0.75)


def test_a_question_without_search_words_is_judged_by_its_vector() -> None:
    passage = PassageSentences(((0, 5),), np.array([[1.0, 0.0]], np.float32), (("wheel",),))
    assert evidence(Asked(np.array([1.0, 0.0], np.float32), {}), passage, WHOLE, RULES) == pytest.approx(0.6)


def test_contenders_move_around_their_mean_and_the_rest_stays() -> None:
    found = hits(0.8, 0.75, 0.3)
    settled = settle(found, {1: 0.2, 2: 0.4})
    assert [(hit.chunk, round(hit.score, 9)) for hit in settled] == [(2, 0.85), (1, 0.7), (3, 0.3)]
    assert settle(found, {}) == found


def test_the_bank_encodes_a_passage_once() -> None:
    encoder = Encoder()
    bank = SentenceBank(encoder, split)
    first = bank.of(["One mill. Two wheels.", "A bridge."])
    again = bank.of(["A bridge.", "A toll.", "A toll."])
    assert encoder.asked == [["One mill.", "Two wheels.", "A bridge."], ["A toll."]]
    assert first[0].spans == ((0, 9), (10, 21))
    assert first[0].terms == (("one", "mill"), ("two", "wheels"))
    assert again[0].vectors.tolist() == first[1].vectors.tolist() == [[9, 1]]
    assert again[1].vectors.tolist() == again[2].vectors.tolist() == [[7, 1]]


def test_the_bank_forgets_what_was_not_asked_for_longest() -> None:
    encoder = Encoder()
    bank = SentenceBank(encoder, split, most=2)
    for text in ("A.", "B.", "A.", "C.", "A.", "B."):
        bank.of([text])
    assert [batch[0] for batch in encoder.asked] == ["A.", "B.", "C.", "B."]


def test_a_passage_without_sentences_is_known_too() -> None:
    encoder = Encoder()
    assert SentenceBank(encoder, split).of([" "])[0].spans == ()
    assert encoder.asked == []
