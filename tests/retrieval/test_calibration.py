"""Calibration: the promise of the threshold, and files that are refused."""

from __future__ import annotations

import json
import math
from pathlib import Path

import numpy as np
import pytest

from kb.errors import StorageError
from kb.models.identity import EmbedderIdentity
from kb.retrieval.calibration import Calibration, conformal_threshold, load, logistic, save, uncalibrated
from kb.retrieval.gates import Gate

GATE = Gate(-1.0, {"lead": 2.0}, ((0.01, -0.5), (0.05, 0.25)))


def example(**changes: object) -> Calibration:
    values: dict[str, object] = {
        "model": "some/model",
        "embedder_digest": "abc",
        "pipeline": "p",
        "cosine": {"low": 0.7, "high": 1.0},
        "w": 0.5,
        "relevance": (-2.0, 4.0, 3.0),
    }
    return Calibration(**(values | changes))  # type: ignore[arg-type]


def test_logistic_matches_its_formula_and_never_overflows() -> None:
    assert math.isclose(logistic((1.0, 2.0), (0.25,)), 1 / (1 + math.exp(-1.5)))
    assert logistic((0.0, 1.0), (-5000.0,)) == 0.0
    assert logistic((0.0, 1.0), (5000.0,)) == 1.0


def test_a_passage_is_judged_among_the_first_ten() -> None:
    scores = [0.9, 0.5, *[0.1] * 8, 0.1, 0.0]
    mean = (0.9 + 0.5 + 8 * 0.1) / 10
    found = example().relevant(scores)
    assert found == pytest.approx([1 / (1 + math.exp(2.0 - 4.0 * s - 3.0 * (s - mean))) for s in scores])
    assert example().relevant([]) == []
    assert example().relevant([0.5]) == pytest.approx([0.5])


def test_threshold_refuses_at_most_the_promised_share_of_new_questions() -> None:
    random = np.random.default_rng(0)
    refused = []
    for _ in range(2000):
        scores = random.beta(5, 2, size=60)
        threshold = conformal_threshold(scores[:59].tolist(), 0.05)
        refused.append(scores[59] < threshold)
    assert 0.03 < np.mean(refused) <= 0.06


def test_threshold_of_too_few_scores_refuses_nothing() -> None:
    assert conformal_threshold([0.9, 0.8, 0.7], 0.05) == -math.inf


def test_threshold_is_the_kth_smallest_score() -> None:
    scores = [i / 100 for i in range(1, 100)]
    assert conformal_threshold(scores, 0.05) == 0.05
    assert conformal_threshold(scores, 0.10) == 0.10


def test_the_users_own_file_wins(tmp_path: Path) -> None:
    (tmp_path / "abc.json").write_text(json.dumps(example(w=0.25).as_dict()))
    found = load("some/model", "abc", tmp_path)
    assert found is not None
    assert found.w == 0.25
    assert load("other/model", "unknown", tmp_path) is None


def test_a_calibration_is_read_back_as_it_was_saved(tmp_path: Path) -> None:
    saved = example(curve=({"false_refusal": 0.05, "set": "a"},), n={"th": 3}, gates={"topic en many": GATE})
    save(saved, tmp_path / "new")
    assert load("other/model", "abc", tmp_path / "new") == saved


def test_the_engines_of_one_model_share_its_calibration(tmp_path: Path) -> None:
    shipped = load("intfloat/multilingual-e5-small", "digest of another engine", tmp_path)
    assert shipped is not None
    assert shipped.fitted


@pytest.mark.parametrize("content", ["", "[]", '{"schema": 3}', '{"schema": 3, "gates": {"topic en few": {}}}'])
def test_a_damaged_file_is_refused_by_name(tmp_path: Path, content: str) -> None:
    (tmp_path / "abc.json").write_text(content)
    with pytest.raises(StorageError, match=r"abc\.json cannot be used"):
        load("some/model", "abc", tmp_path)


@pytest.mark.parametrize("schema", [2, 4, None])
def test_a_file_of_another_version_is_refused_with_what_to_do(tmp_path: Path, schema: int | None) -> None:
    (tmp_path / "abc.json").write_text(json.dumps({**example().as_dict(), "schema": schema}))
    with pytest.raises(StorageError, match=r"abc\.json is of another version \(schema \w+, not 3\)") as refused:
        load("some/model", "abc", tmp_path)
    assert "kb calibrate" in refused.value.fix


def test_an_unknown_embedder_gets_its_own_range_and_says_so() -> None:
    identity = EmbedderIdentity("other/model", "xyz", 2, "", "", "torch")
    angles = np.linspace(0, np.pi / 2, 30)
    vectors = np.column_stack([np.cos(angles), np.sin(angles)]).astype(np.float32)
    pairs = [float(vectors[i] @ vectors[j]) for i in range(30) for j in range(i + 1, 30)]
    calibration = uncalibrated(identity, vectors)
    assert calibration.cosine["low"] == pytest.approx(float(np.quantile(pairs, 0.05)), abs=1e-6)
    assert (calibration.cosine["high"], calibration.embedder_digest, calibration.fitted) == (1.0, "xyz", False)
    assert {frozenset(gate.weights) for gate in calibration.gates.values()} == {frozenset({"strength"})}
