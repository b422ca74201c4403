"""Refusals counted by hand: shares by kind, the chosen point, and the picture."""

from __future__ import annotations

from pathlib import Path

import pytest

from kb.evaluation import gating, pictures
from kb.evaluation.refusal import Staged
from kb.evaluation.scenes import Kind, Scene
from kb.retrieval.calibration import Calibration
from kb.retrieval.gates import Gate, Size

TOPIC = Gate(0.0, {"strength": 1.0}, ((0.05, 0.5), (0.1, 2.5)))
DETAIL = Gate(0.0, {"order": -1.0}, ((0.05, -9.0), (0.1, -1.5)))
CALIBRATION = Calibration(
    "m",
    "d",
    "p",
    {"low": 0.0, "high": 1.0},
    0.5,
    (0.0, 0.0, 0.0),
    {"topic en many": TOPIC, "topic en few": TOPIC, "detail en many": DETAIL},
    points={gating.AT_LOSS: -0.5},
)


def scenes(kind: Kind, size: Size, *signs: tuple[float, float]) -> list[Scene]:
    return [Scene(str(i), kind, size, {"strength": s, "order": o}) for i, (s, o) in enumerate(signs)]


SQUAD2 = [
    *scenes("answerable", "many", (3.0, 0.0), (3.0, 0.0), (2.0, 0.0), (0.0, 1.0)),
    *scenes("adversarial", "many", (3.0, 2.0), (3.0, 0.0)),
    *scenes("answerable", "few", (3.0, 9.0), (0.0, 9.0)),
]
STAGED = Staged(CALIBRATION, {"squad2": SQUAD2})


def test_each_kind_is_counted_at_the_setting_that_is_used() -> None:
    def values(share: float) -> dict[str, float]:
        return {line.measure: line.interval.value for line in STAGED.lines(share)}

    assert values(0.05) == {
        "few passages, answerable: refused": 0.5,
        "many passages, adversarial: refused": 0.0,
        "many passages, answerable: refused": 0.25,
    }
    assert values(0.1) == {
        "few passages, answerable: refused": 0.5,
        "many passages, adversarial: refused": 0.5,
        "many passages, answerable: refused": 0.5,
    }
    assert set(values(0.001).values()) == {0.0}


def test_at_the_chosen_point_only_the_test_of_details_refuses() -> None:
    adversarial, answerable = STAGED.at_the_loss()
    assert (adversarial.interval.value, adversarial.interval.n) == (0.5, 2)
    assert (answerable.interval.value, answerable.interval.n) == (0.25, 4)
    assert Staged(CALIBRATION, {"squad2": SQUAD2[:4]}).at_the_loss() == [answerable]


def test_the_curve_is_drawn(tmp_path: Path) -> None:
    pytest.importorskip("matplotlib")
    assert STAGED.curve() == [{"set": "squad2", "false_refusal": share} for share in gating.SHARES]
    points = STAGED.curve(fewest=1)
    pictures.refusals(points, 0.05, "a title", tmp_path / "r.png")
    assert (tmp_path / "r.png").read_bytes().startswith(b"\x89PNG")
