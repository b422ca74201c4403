"""Passages too close to call are told apart by their sentences; vectors are written by hand."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
import pytest
from numpy.typing import NDArray

from kb.retrieval.fusion import Fused, FusionWeights
from kb.retrieval.sentences import (
    Asked,
    Cut,
    SentenceBank,
    SentenceRules,
    contenders,
    distinct,
    evidence,
    settle,
    telling,
    weigh,
)

WHOLE = FusionWeights(0.0, 1.0, 0.5)
RULES = SentenceRules(margin=0.1, most=3, telling=2, enough=0.2, cosine=0.6, overlap=0.2, pairs=0.2)


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
    assert [hit.chunk for hit in contenders(hits(0.8, 0.79, 0.78, 0.77), SentenceRules(reach=3))] == [1, 2, 3]


def test_a_passage_that_stands_alone_is_not_looked_at() -> None:
    assert contenders(hits(0.8, 0.6), RULES) == []
    assert contenders(hits(0.8), RULES) == []
    assert contenders([], RULES) == []


def cut(*sentences: Sequence[str]) -> Cut:
    """Sentences of these words, one character long as far as spans are concerned."""
    spans = tuple((at, at + 1) for at in range(len(sentences)))
    return Cut(spans, tuple(" ".join(words) for words in sentences), tuple(tuple(words) for words in sentences))


NOWHERE = np.zeros(2, np.float32)


def test_passages_with_the_same_words_count_as_one() -> None:
    long = [f"word{number}" for number in range(20)]
    words = [long, ["mill"], [*long[:19], "other"], ["mill", "mill"], ["toll"], ["gate"]]
    assert distinct(words, SentenceRules(most=3, same=0.9)) == [[0, 2], [1, 3], [4]]
    assert distinct(words[:1] + words[2:3], SentenceRules(same=0.9)) == []
    assert distinct([[], ["mill"]], RULES) == [[0], [1]]


def test_evidence_is_the_weighted_sum_of_its_three_parts() -> None:
    asked = Asked(NOWHERE, {"mill": 3.0, "wheel": 1.0}, ("the", "mill", "wheel"))
    found = evidence(asked, cut(["mill", "stone"], ["mill", "wheel"]), 0.5, RULES)
    assert math.isclose(found, 0.6 * 0.5 + 0.2 * 1.0 + 0.2 * (1.0 / 4.0), rel_tol=1e-6)


def test_words_apart_are_no_pair_and_an_empty_passage_is_no_evidence() -> None:
    asked = Asked(NOWHERE, {"mill": 3.0, "wheel": 1.0}, ("mill", "wheel"))
    assert math.isclose(evidence(asked, cut(["wheel", "mill"]), 0.0, RULES), 0.2 * 1.0)
    assert evidence(asked, cut(), 0.0, RULES) == 0.0


def test_words_count_together_in_neighbouring_sentences_alone() -> None:
    asked = Asked(NOWHERE, {"mill": 3.0, "wheel": 1.0})
    assert math.isclose(evidence(asked, cut(["mill"], ["wheel"], []), 0.0, RULES), 0.2 * 1.0)
    assert math.isclose(evidence(asked, cut(["mill"], [], ["wheel"]), 0.0, RULES), 0.2 * 0.75)


def test_a_question_without_search_words_is_judged_by_its_vector() -> None:
    assert evidence(Asked(NOWHERE, {}), cut(["wheel"]), 1.0, RULES) == pytest.approx(0.6)


def test_only_the_sentences_with_most_of_the_words_are_read() -> None:
    asked = Asked(NOWHERE, {"mill": 3.0, "wheel": 1.0})
    passages = [cut(["wheel"], ["toll"], ["mill"], ["mill", "wheel"]), cut(["toll"], ["tower"], ["gate"])]
    assert telling(asked, passages, RULES) == [[2, 3], [0, 1]]


def test_all_sentences_are_read_where_words_tell_nothing() -> None:
    asked = Asked(NOWHERE, {"mill": 3.0, "wheel": 0.5})
    assert telling(asked, [cut(["wheel"], ["toll"], ["gate"]), cut(["tower"])], RULES) == [[0, 1, 2], [0]]


def test_passages_are_weighed_by_their_best_telling_sentence() -> None:
    asked = Asked(np.array([0.1, 0.0], np.float32), {"mill": 1.0})
    encoder = Encoder()
    found = weigh(asked, ["A mill. A mill too. No.", "No mill."], SentenceBank(encoder, split), WHOLE, RULES)
    assert encoder.asked == [["A mill.", "A mill too.", "No mill."]]
    assert found == pytest.approx([0.6 * 1.1 + 0.2, 0.6 * 0.8 + 0.2])


def test_contenders_move_around_their_mean_and_the_rest_stays() -> None:
    found = hits(0.8, 0.75, 0.3)
    settled = settle(found, {1: 0.2, 2: 0.4})
    assert [(hit.chunk, round(hit.score, 9)) for hit in settled] == [(2, 0.85), (1, 0.7), (3, 0.3)]
    assert settle(found, {}) == found


def test_the_bank_encodes_a_sentence_once() -> None:
    encoder = Encoder()
    bank = SentenceBank(encoder, split)
    first, second = bank.cut(["One mill. Two wheels.", "A bridge."])
    assert first == Cut(((0, 9), (10, 21)), ("One mill.", "Two wheels."), (("one", "mill"), ("two", "wheels")))
    assert second.pieces == ("A bridge.",)
    assert bank.vectors([*first.pieces, "A bridge."]).tolist() == [[9, 1], [11, 1], [9, 1]]
    assert bank.vectors(["A bridge.", "A toll.", "A toll."]).tolist() == [[9, 1], [7, 1], [7, 1]]
    assert encoder.asked == [["One mill.", "Two wheels.", "A bridge."], ["A toll."]]


def test_the_bank_forgets_what_was_not_asked_for_longest() -> None:
    encoder = Encoder()
    bank = SentenceBank(encoder, split, most=1)
    for number in [*range(8), 0, 8, 0, 1]:
        bank.vectors([f"Number {number}."])
    assert [batch[0] for batch in encoder.asked] == [f"Number {number}." for number in [*range(9), 1]]


def test_a_passage_without_sentences_is_known_too() -> None:
    encoder = Encoder()
    bank = SentenceBank(encoder, split)
    assert bank.cut([" "]) == [Cut((), (), ())]
    assert len(bank.vectors([])) == 0
    assert encoder.asked == []
