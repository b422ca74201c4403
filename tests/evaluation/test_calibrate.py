"""Fitting: what is taken for relevant, and what goes into the file."""

from __future__ import annotations

import numpy as np

from kb.evaluation.calibrate import Evidence, fit_half, gather, relevance, with_gates
from kb.evaluation.datasets import Question, QuestionSet
from kb.evaluation.gating import AT_LOSS, SHARES, gates
from kb.retrieval.calibration import Calibration
from kb.retrieval.retriever import Hit, Rankings
from tests.evaluation.test_gating import every


def evidence(seed: int, n: int = 400) -> Evidence:
    random = np.random.default_rng(seed)
    good, bad = random.normal(0.7, 0.1, n), random.normal(0.3, 0.1, n)
    candidates = [((float(g), True), (float(b), False)) for g, b in zip(good, bad, strict=True)]
    left_out = [(float(b), float(b) - 0.05) for b in bad]
    return Evidence(tuple(candidates), tuple(left_out))


def test_relevance_tells_what_was_annotated_from_the_rest() -> None:
    found = Calibration("m", "d", "p", {"low": 0.7, "high": 1.0}, 0.5, relevance({"a": evidence(1), "b": evidence(2)}))
    first, second = found.relevant([0.9, 0.1])
    assert first > 0.95 > 0.05 > second
    assert max(found.relevant([0.3, 0.25])) < 0.2  # as when what answers is left out


def test_the_gates_come_with_their_curve_and_the_point_for_adversarial_questions() -> None:
    scenes = every(5)
    found = with_gates(Calibration("m", "d", "p", {"low": 0.7, "high": 1.0}, 0.5, (0.0, 0.0, 0.0)), scenes)
    assert found.gates == gates(scenes)
    assert len(found.curve) == len(SHARES) * len(scenes)
    fresh = every(50)["squad2"]
    gate, bar = found.gates["detail en many"], found.points[AT_LOSS]
    refused = {
        kind: np.mean([gate.odds(scene.signs) < bar for scene in fresh if (scene.kind, scene.size) == (kind, "many")])
        for kind in ("answerable", "adversarial")
    }
    assert refused["answerable"] < 0.2
    assert refused["adversarial"] > 0.5
    assert found.n["xquad-en"] == len({scene.question for scene in scenes["xquad-en"]})


class Rows:
    """Answers every question with the same ranking."""

    def rankings(self, question: str) -> Rankings:
        hits = [Hit("cats-1.txt", 0.9), Hit("cats-2.txt", 0.5), Hit("dogs-1.txt", 0.2)]
        return Rankings([], [], hits)


def test_gathering_leaves_out_the_article() -> None:
    articles = {"cats-1": "Cats", "cats-2": "Cats", "dogs-1": "Dogs"}
    asked = [
        Question("1", "how many lives", ("nine",), "cats-1", answerable=True, half="fit"),
        Question("2", "how many tails", (), "cats-1", answerable=False, half="fit"),
    ]
    found = gather(Rows(), asked, articles)  # type: ignore[arg-type]
    assert found.candidates == (((0.9, True), (0.5, False), (0.2, False)),)
    assert found.left_out == ((0.2,),)


def test_only_the_fit_half_is_drawn_from() -> None:
    questions = tuple(Question(str(i), "?", ("x",), f"p{i}", True, "fit" if i % 2 else "report") for i in range(20))
    paragraphs = {f"p{i}": "x" for i in range(20)}
    drawn, texts = fit_half(QuestionSet("s", "en", paragraphs, {p: p for p in paragraphs}, questions), most=5)
    assert len(drawn) == 5
    assert {question.half for question in drawn} == {"fit"}
    assert sorted(texts) == sorted(question.paragraph for question in drawn)
