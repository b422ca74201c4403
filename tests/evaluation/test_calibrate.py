"""Fitting: the logistic against its gradient, the curve against counting."""

from __future__ import annotations

import math

import numpy as np
import pytest

from kb.evaluation.calibrate import Evidence, fit, fit_half, fit_logistic, gather
from kb.evaluation.datasets import Question, QuestionSet
from kb.retrieval.calibration import Calibration, logistic
from kb.retrieval.retriever import Hit, Rankings

START = Calibration("m", "d", "p", {"low": 0.7, "high": 1.0}, 0.5, (0.0, 0.0), (0.0, 0.0), 0.0)


def test_logistic_regression_finds_the_coefficients_it_was_drawn_from() -> None:
    random = np.random.default_rng(1)
    x = random.normal(size=(20_000, 2))
    p = 1 / (1 + np.exp(-(0.5 + 2.0 * x[:, 0] - 1.0 * x[:, 1])))
    y = (random.random(20_000) < p).astype(float)
    assert fit_logistic(x, y, np.ones(20_000)) == pytest.approx((0.5, 2.0, -1.0), abs=0.08)


def test_logistic_regression_weighs_its_rows() -> None:
    x = np.array([[0.0], [0.0], [0.0]])
    y = np.array([1.0, 0.0, 0.0])
    intercept, _ = fit_logistic(x, y, np.array([6.0, 1.0, 1.0]))
    assert logistic((intercept,), ()) == pytest.approx(0.75, abs=1e-4)


def test_separable_data_gives_finite_coefficients() -> None:
    found = fit_logistic(np.array([[0.0], [1.0]]), np.array([0.0, 1.0]), np.ones(2))
    assert all(math.isfinite(b) for b in found)


def evidence(seed: int, n: int = 400) -> Evidence:
    random = np.random.default_rng(seed)
    good, bad = random.normal(0.7, 0.1, n), random.normal(0.3, 0.1, n)
    candidates = [((float(g), True), (float(b), False)) for g, b in zip(good, bad, strict=True)]
    left_out = [(float(b), float(b) - 0.05) for b in bad]
    return Evidence(tuple(candidates), tuple(left_out), tuple(good), tuple(bad), tuple(bad + 0.1), ())


def test_a_fit_promises_and_keeps_its_share_of_false_refusals() -> None:
    found = fit({"a": evidence(1), "b": evidence(2)}, START, 0.05, "drawn")
    fresh = evidence(3, n=5000)
    refused = np.mean([found.answers((score,)) < found.threshold for score in fresh.answerable])
    assert 0.02 < refused < 0.08
    assert found.threshold == found.threshold_at(0.05)
    assert found.n == {"a": 400, "b": 400}
    first, second = found.relevant([0.9, 0.1])
    assert first > 0.95 > 0.05 > second
    assert max(found.relevant([0.3, 0.25])) < 0.2  # as when what answers is left out


def test_the_curve_refuses_more_when_more_may_be_refused() -> None:
    curve = fit({"a": evidence(1)}, START, 0.05, "drawn").curve
    assert [point["threshold"] for point in curve] == sorted(point["threshold"] for point in curve)
    foreign, sibling = ([point[f"refused_{kind}"] for point in curve] for kind in ("foreign", "sibling"))
    assert foreign == sorted(foreign)
    assert all(f >= s for f, s in zip(foreign, sibling, strict=True))
    assert "refused_adversarial" not in curve[0]


class Rows:
    """Answers every question with the same ranking."""

    def rankings(self, question: str) -> Rankings:
        hits = [Hit("cats-1.txt", 0.9), Hit("cats-2.txt", 0.5), Hit("dogs-1.txt", 0.2)]
        return Rankings([], [], hits)


def test_gathering_leaves_out_the_paragraph_or_its_article() -> None:
    articles = {"cats-1": "Cats", "cats-2": "Cats", "dogs-1": "Dogs"}
    asked = [
        Question("1", "how many lives", ("nine",), "cats-1", answerable=True, half="fit"),
        Question("2", "how many tails", (), "cats-1", answerable=False, half="fit"),
    ]
    found = gather(Rows(), asked, articles)  # type: ignore[arg-type]
    assert found.candidates == (((0.9, True), (0.5, False), (0.2, False)),)
    assert found.left_out == ((0.2,),)
    assert (found.answerable, found.sibling, found.foreign) == ((0.9,), (0.5,), (0.2,))
    assert found.adversarial == (0.9,)


def test_only_the_fit_half_is_drawn_from() -> None:
    questions = tuple(Question(str(i), "?", ("x",), f"p{i}", True, "fit" if i % 2 else "report") for i in range(20))
    paragraphs = {f"p{i}": "x" for i in range(20)}
    drawn, texts = fit_half(QuestionSet("s", "en", paragraphs, {p: p for p in paragraphs}, questions), most=5)
    assert len(drawn) == 5
    assert {question.half for question in drawn} == {"fit"}
    assert sorted(texts) == sorted(question.paragraph for question in drawn)
