"""Scenes -> the gates that tell whether a question is answered, and what they refuse at every setting."""

from __future__ import annotations

import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from kb.evaluation.logistic import fit_logistic
from kb.evaluation.scenes import Kind, Scene
from kb.retrieval.calibration import conformal_threshold
from kb.retrieval.gates import MANY, PLAIN, Gate, Size, judge, name

SHARES = (0.01, 0.02, 0.03, 0.05, 0.08, 0.10, 0.15, 0.20, 0.30)
TOPIC_SHARE, DETAIL_SHARE = 0.8, 0.2
"""How two tests share the wrong refusals that are allowed; together they keep what is promised (Bonferroni)."""

TOPIC = (
    "odds",
    "strength",
    "lead",
    "sentence",
    "peak",
    "held in two",
    "words around",
    "words in all",
    "names missing",
    "numbers missing",
    "words asked",
)
DETAIL = (
    "sentence",
    "peak",
    "held in two",
    "words around",
    "words in the passage",
    "names missing",
    "names missing around",
    "numbers missing",
    "no figure",
    "no figure around",
    "opposite",
    "question denies",
    "denial of one",
    "words asked",
    "run",
    "order",
)
ACROSS_SHARE = 3.0
"""Words tell nothing across languages; with the share that is allowed else, half of what is foreign would pass."""

AT_LOSS = "squad2 by detail alone, 10 % wrongly refused"
"""The name of the point that is chosen for questions which only seem to be answered."""

FOLDS = 5
RIDGE = 0.5
ROWS = 300.0  # what the scenes of one kind of one set weigh together, where their weight is 1,
FULL = 100  # and there are at least so many of them; fewer weigh less, for they say little

# How much each kind of scene counts, by the size of its world.
_MANY: Mapping[tuple[Kind, Size], float] = {
    ("answerable", "many"): 1.0,
    ("foreign", "many"): 0.6,
    ("sibling", "many"): 1.0,
    ("halved", "many"): 1.0,
    ("answerable", "few"): 0.2,
    ("foreign", "few"): 0.1,
    ("sibling", "few"): 0.2,
}
_FEW: Mapping[tuple[Kind, Size], float] = {
    ("answerable", "few"): 1.0,
    ("foreign", "few"): 0.7,
    ("sibling", "few"): 0.5,
}
DETAIL_COUNTS: Mapping[tuple[Kind, Size], float] = {("answerable", "many"): 1.0, ("adversarial", "many"): 1.0}
_PLAIN: Mapping[tuple[Kind, Size], float] = {
    (kind, size): 1.0 for kind in ("answerable", "foreign") for size in ("many", "few")
}

Scenes = Mapping[str, Sequence[Scene]]  # set -> its scenes


@dataclass(frozen=True, slots=True)
class Fitted:
    """A gate without its bars, and the log odds of every scene by one that its question had no part in."""

    gate: Gate
    odds: Mapping[str, Sequence[float]]

    def barred(self, scenes: Scenes, promised: Sequence[str], size: Size, share: float) -> Gate:
        """The gate with the least odds for each of SHARES, by the answerable questions of the promised sets."""
        pool = [
            odds
            for one in promised
            for scene, odds in zip(scenes[one], self.odds[one], strict=True)
            if (scene.kind, scene.size) == ("answerable", size)
        ]
        bars = ((allowed, conformal_threshold(pool, share * allowed)) for allowed in SHARES)
        least = tuple((allowed, bar) for allowed, bar in bars if np.isfinite(bar))
        return Gate(self.gate.intercept, self.gate.weights, least)


def gates(scenes: Scenes) -> dict[str, Gate]:
    """Fit every gate.

    Args:
        scenes: Of `xquad-LANGUAGE` (which the promise is made on), of its reworded questions (`reworded-LANGUAGE`), of
            its questions in the other language (`across-LANGUAGE`), and of the sets that are fitted on beside it; all
            of them from the fit half.
    """
    made: dict[str, Gate] = {}
    for group, own in LANGUAGES.items():
        natural = {one: scenes[one] for one in own}
        words = f"reworded-{group}"
        many = fit(natural, TOPIC, _MANY)
        made[name("topic", group, "many")] = many.barred(natural, [f"xquad-{group}"], "many", TOPIC_SHARE)
        handful = {**natural, words: scenes[words]}
        made[name("topic", group, "few")] = fit(handful, TOPIC, _FEW).barred(handful, [words], "few", 1.0)
    crossed = {one: scenes[one] for one in ACROSS}
    for size, counts in (("many", _MANY), ("few", _FEW)):
        made[name("topic", "across", size)] = fit(crossed, TOPIC, counts).barred(crossed, ACROSS, size, ACROSS_SHARE)  # type: ignore[arg-type]
    detail = fit({"squad2": scenes["squad2"]}, DETAIL, DETAIL_COUNTS)
    for group in LANGUAGES:
        own_scenes = {f"xquad-{group}": scenes[f"xquad-{group}"]}
        known = Fitted(detail.gate, odds_of(detail.gate, own_scenes))
        made[name("detail", group, "many")] = known.barred(own_scenes, list(own_scenes), "many", DETAIL_SHARE)
    natural = {one: scenes[one] for own in LANGUAGES.values() for one in own}
    plain = fit(natural, ("strength",), _PLAIN)
    for size in ("many", "few"):
        made[name("topic", PLAIN, size)] = plain.barred(natural, PROMISED, size, 1.0)  # type: ignore[arg-type]
    return made


LANGUAGES: Mapping[str, tuple[str, ...]] = {"en": ("xquad-en", "squad2", "clapnq"), "th": ("xquad-th", "iapp")}
ACROSS = ("across-en", "across-th")
PROMISED = ("xquad-en", "xquad-th")


def fit(scenes: Scenes, signs: Sequence[str], counts: Mapping[tuple[Kind, Size], float]) -> Fitted:
    """Fit one gate; the odds of each scene come from a fit on the other four fifths of the questions.

    Args:
        scenes: Of each set, all of which weigh the same.
        signs: What the gate reads.
        counts: What each kind of scene weighs; those not named are not fitted on.
    """
    rows = [(one, scene) for one, own in scenes.items() for scene in own]
    x = np.array([[scene.signs[sign] for sign in signs] for _, scene in rows], dtype=np.float64)
    y = np.array([scene.kind == "answerable" for _, scene in rows], dtype=np.float64)
    alike = [(one, scene.kind, scene.size) for one, scene in rows]
    many = {key: alike.count(key) for key in set(alike)}
    weight = np.array([ROWS * counts.get(key[1:], 0.0) / max(FULL, many[key]) for key in alike])
    fold = np.array([zlib.crc32(scene.question.encode()) % FOLDS for _, scene in rows])
    odds = np.zeros(len(rows))
    for held in range(FOLDS):
        part = (fold != held) & (weight > 0)
        beta = np.array(fit_logistic(x[part], y[part], weight[part], RIDGE))
        odds[fold == held] = beta[0] + x[fold == held] @ beta[1:]
    intercept, *slopes = fit_logistic(x[weight > 0], y[weight > 0], weight[weight > 0], RIDGE)
    ends = np.cumsum([len(own) for own in scenes.values()])
    parts = {one: part.tolist() for one, part in zip(scenes, np.split(odds, ends[:-1]), strict=True)}
    return Fitted(Gate(intercept, dict(zip(signs, slopes, strict=True)), ()), parts)


def odds_of(gate: Gate, scenes: Scenes) -> dict[str, list[float]]:
    """The log odds of scenes that a gate was not fitted on."""
    return {one: [gate.odds(scene.signs) for scene in own] for one, own in scenes.items()}


def curve(
    made: Mapping[str, Gate], scenes: Scenes, groups: Mapping[str, str], fewest: int = 20
) -> list[dict[str, float | str]]:
    """What is refused of every kind of scene at every setting, by all tests together.

    Args:
        made: The gates.
        scenes: What is put to them.
        groups: Set -> whose gates judge it.
        fewest: A kind with fewer scenes is left out: its share says nothing.
    """
    points: list[dict[str, float | str]] = []
    for one, own in scenes.items():
        for share in SHARES:
            point: dict[str, float | str] = {"set": one, "false_refusal": share}
            for kind, size in dict.fromkeys((scene.kind, scene.size) for scene in own):
                some = [scene for scene in own if (scene.kind, scene.size) == (kind, size)]
                if len(some) >= fewest:
                    refused = [is_refused(made, groups[one], scene, share) for scene in some]
                    point[f"{kind}, {size}"] = round(float(np.mean(refused)), 4)
            points.append(point)
    return points


def is_refused(made: Mapping[str, Gate], group: str, scene: Scene, share: float) -> bool:
    """Whether a scene is refused at a setting."""
    passages = MANY if scene.size == "many" else 1
    return any(not judged.passed for judged in judge(made, group, passages, scene.signs, share))
