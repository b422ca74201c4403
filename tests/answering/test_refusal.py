"""Refusals: when, in which language, and what they tell the reader to do."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest
from llama_index.core.schema import NodeWithScore, TextNode
from numpy.typing import NDArray

from kb.answering.refusal import Refuser, nothing
from kb.index import lexical
from kb.retrieval.calibration import Calibration
from kb.retrieval.gates import Gate
from kb.retrieval.sentences import Asked, SentenceBank
from kb.settings import AnswerSettings

TOPIC = Gate(0.0, {"strength": 1.0}, ((0.05, 0.5),))
DETAIL = Gate(0.0, {"numbers missing": -3.0}, ((0.05, -0.5),))
CALIBRATION = Calibration(
    "m", "d", "p", {"low": 0.0, "high": 1.0}, 0.5, (0.0, 0.0, 0.0), {"topic en many": TOPIC, "detail en many": DETAIL}
)
EN, TH = "The documents do not answer this question.", "เอกสารที่มีอยู่ไม่มีข้อความที่ตอบคำถามนี้"


def encode(texts: Sequence[str]) -> NDArray[np.float32]:
    return np.array([[1.0, 0.0]] * len(texts), dtype=np.float32)


def hit(document: str, fused: float, page: int | None = None) -> NodeWithScore:
    node = TextNode(text="The bridge was built in 1901.", metadata={"document": document, "fused": fused, "page": page})
    return NodeWithScore(node=node, score=0.5)


def asked(question: str) -> Asked:
    idf = dict.fromkeys(lexical.query_terms(question), 1.0)
    return Asked(np.array([1.0, 0.0], dtype=np.float32), idf, tuple(lexical.terms(question)), question)


def refuser(calibration: Calibration = CALIBRATION, **settings: object) -> Refuser:
    return Refuser(calibration, AnswerSettings(**settings), SentenceBank(encode, lexical.terms))  # type: ignore[arg-type]


def test_enough_evidence_is_not_refused() -> None:
    assert refuser().judge(asked("Who built the bridge?"), [hit("a.txt", 0.6)], 100) is None


def test_weak_evidence_is_refused_with_the_numbers_and_the_nearest_places() -> None:
    hits = [hit("a.pdf", 0.2, 3), hit("a.pdf", 0.1, 3), hit("b.txt", 0.1), hit("c.txt", 0.1), hit("d.txt", 0.1)]
    refused = refuser().judge(asked("Who built the bridge?"), hits, 100)
    assert refused is not None
    assert refused.text == EN
    assert "about something else (P(answerable) 0.55 is below 0.62)" in refused.reason
    assert "Nearest: a.pdf, page 3; b.txt; c.txt." in refused.reason
    assert "--in" in refused.reason
    assert "kb index FOLDER" in refused.reason
    assert "answer.max_false_refusal" in refused.reason


def test_what_is_about_it_but_does_not_say_it_is_refused_for_that() -> None:
    refused = refuser().judge(asked("Was the bridge built in 1910?"), [hit("a.txt", 0.9)], 100)
    assert refused is not None
    assert "do not seem to say what is asked (P(answerable) 0.27 is below 0.38)" in refused.reason
    assert refuser().judge(asked("Was the bridge built in 1901?"), [hit("a.txt", 0.9)], 100) is None


def test_a_stricter_setting_than_was_ever_fitted_refuses_nothing() -> None:
    assert refuser(max_false_refusal=0.01).judge(asked("Who?"), [hit("a.txt", 0.0)], 100) is None


def test_refusal_can_be_put_off() -> None:
    assert refuser(refuse=False).judge(asked("Who?"), [hit("a.txt", 0.0)], 100) is None


def test_a_calibration_that_was_not_fitted_says_so() -> None:
    refused = refuser(replace(CALIBRATION, fitted=False)).judge(asked("Who?"), [hit("a.txt", 0.0)], 100)
    assert refused is not None
    assert "uncalibrated" in refused.reason


@pytest.mark.parametrize(("question", "text"), [('Who has the "golden wheel"?', EN), ('"ล้อทองคำ" อยู่ที่ไหน', TH)])
def test_nothing_found_is_told_in_the_language_of_the_question(question: str, text: str) -> None:
    refused = nothing(question)
    assert refused.text == text
    assert "exact words" in refused.reason
    assert "Ask without quote marks" in refused.reason
