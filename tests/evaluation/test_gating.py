"""Gates fitted on scenes drawn at random: what they promise, what they weigh, what the curve counts."""

from __future__ import annotations

import numpy as np
import pytest

from kb.answering.evidence import SIGNS
from kb.evaluation import gating
from kb.evaluation.scenes import Kind, Scene
from kb.evaluation.staging import GROUPS
from kb.retrieval.gates import Gate, Size


def drawn(seed: int, kinds: dict[tuple[Kind, Size], float], n: int = 150) -> list[Scene]:
    """Scenes whose strength is normal about a mean of their kind; all other signs are noise."""
    random = np.random.default_rng(seed)
    scenes = []
    for (kind, size), mean in kinds.items():
        for i in range(n):
            signs = dict(zip(SIGNS, random.normal(0, 1, len(SIGNS)).tolist(), strict=True))
            signs["strength"] = float(random.normal(mean, 1))
            signs["order"] = float(random.normal(2.0 if kind == "adversarial" else 0.0, 1))
            scenes.append(Scene(f"{seed}-{kind}-{i}", kind, size, signs))
    return scenes


KINDS: dict[tuple[Kind, Size], float] = {
    ("answerable", "many"): 3.0,
    ("foreign", "many"): 0.0,
    ("sibling", "many"): 0.5,
    ("answerable", "few"): 2.0,
    ("foreign", "few"): -2.0,
}
ADVERSARIAL: dict[tuple[Kind, Size], float] = {**KINDS, ("adversarial", "many"): 3.0}


def every(seed: int) -> dict[str, list[Scene]]:
    return {name: drawn(seed + i, ADVERSARIAL if name == "squad2" else KINDS) for i, name in enumerate(GROUPS)}


@pytest.fixture(scope="module")
def made() -> dict[str, Gate]:
    return gating.gates(every(1))


def test_there_is_a_gate_for_every_kind_of_question(made: dict[str, Gate]) -> None:
    sizes = [f"topic {group} {size}" for group in ("en", "th", "across", "plain") for size in ("many", "few")]
    assert set(made) == {*sizes, "detail en many", "detail th many"}
    assert set(made["detail th many"].weights) == set(gating.DETAIL)


def test_what_tells_weighs_most(made: dict[str, Gate]) -> None:
    weights = {sign: abs(weight) for sign, weight in made["topic en many"].weights.items()}
    assert max(weights, key=weights.__getitem__) == "strength"
    detail = made["detail en many"].weights
    assert min(detail, key=detail.__getitem__) == "order"


def test_new_answerable_questions_are_refused_as_rarely_as_was_promised(made: dict[str, Gate]) -> None:
    for share in (0.05, 0.2):
        for name, size in (("xquad-en", "many"), ("reworded-th", "few")):
            fresh = drawn(99, {("answerable", size): KINDS["answerable", size]}, n=2000)  # type: ignore[dict-item,index]
            refused = np.mean([gating.is_refused(made, GROUPS[name], scene, share) for scene in fresh])
            assert refused < share + 0.04, (name, share)


def test_across_languages_more_may_be_refused(made: dict[str, Gate]) -> None:
    fresh = drawn(97, {("answerable", "many"): 3.0}, n=2000)
    refused = np.mean([gating.is_refused(made, "across", scene, 0.05) for scene in fresh])
    assert abs(refused - gating.ACROSS_SHARE * 0.05) < 0.05


def test_what_is_foreign_is_refused(made: dict[str, Gate]) -> None:
    fresh = drawn(98, {("foreign", "many"): 0.0}, n=500)
    assert np.mean([gating.is_refused(made, "en", scene, 0.05) for scene in fresh]) > 0.8


def test_odds_of_a_scene_come_from_a_fit_without_its_question() -> None:
    scenes = {"a": drawn(3, KINDS, n=10)}
    counts: dict[tuple[Kind, Size], float] = {("answerable", "many"): 1.0, ("foreign", "many"): 1.0}
    fitted = gating.fit(scenes, ("strength",), counts)
    again = gating.fit({"a": scenes["a"][:-1]}, ("strength",), counts)  # the last one is not fitted on
    assert fitted.odds["a"][:-1] == pytest.approx(again.odds["a"])
    inside = [fitted.gate.odds(scene.signs) for scene in scenes["a"]]
    assert fitted.odds["a"] != pytest.approx(inside)


def test_the_curve_counts_what_is_refused_at_every_setting(made: dict[str, Gate]) -> None:
    scenes = {"squad2": every(1)["squad2"]}
    points = gating.curve(made, scenes, GROUPS)
    assert [point["false_refusal"] for point in points] == list(gating.SHARES)
    adversarial = [scene for scene in scenes["squad2"] if scene.kind == "adversarial"]
    counted = np.mean([gating.is_refused(made, "en", scene, 0.05) for scene in adversarial])
    (at,) = [point for point in points if point["false_refusal"] == 0.05]
    assert at["adversarial, many"] == pytest.approx(counted, abs=1e-4)
    for kind in ("foreign, many", "adversarial, many", "answerable, many"):
        values = [float(point[kind]) for point in points]
        assert values == sorted(values)
