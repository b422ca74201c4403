"""Cases -> who catches the false claims, whom true ones alarm, and how well scores tell them apart."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from kb.evaluation import metrics
from kb.evaluation.claims.case import NEGATIVES, POSITIVES, Case
from kb.evaluation.lines import Bound, Line
from kb.evaluation.metrics import Interval

Scores = NDArray[np.float64]

LANGUAGES = {"en": "English", "th": "Thai"}
CAUGHT, ALARMS = "false claims caught", "false alarms"
VERIFIER = "verifier"
RESAMPLES = 2000


@dataclass(frozen=True, slots=True)
class Scored:
    """A claim's scores, one of each judge; claims of one group (one answer, its rewrites) are resampled together."""

    group: str
    supported: bool
    scores: tuple[float, ...]


def bounds() -> dict[tuple[str, str], Bound]:
    """What the verifier must reach in every language, over all classes and in each."""
    found: dict[tuple[str, str], Bound] = {}
    for language in LANGUAGES.values():
        part = f"{language}, {VERIFIER}"
        for measure, classes, bound in (
            (CAUGHT, NEGATIVES, Bound("at least", 0.97)),
            (ALARMS, POSITIVES, Bound("at most", 0.03)),
        ):
            found.update({(part, _named(measure, cls)): bound for cls in ("", *classes)})
    return found


def lines(cases: Sequence[Case], judges: Mapping[str, Callable[[Case], bool]]) -> list[Line]:
    """Recall of false claims and false alarms, for every language, over all classes and in each, the judges in turn.

    Args:
        cases: Claims that are known to be supported or not.
        judges: Name -> whether it calls a claim supported. A false claim is caught when it is not called supported; a
            true one that is not called supported is a false alarm.
    """
    refused = {name: [float(not judge(case)) for case in cases] for name, judge in judges.items()}
    measured: list[Line] = []
    for language in dict.fromkeys(case.language for case in cases):
        for expected, measure in (("refuted", CAUGHT), ("supported", ALARMS)):
            places = [n for n, case in enumerate(cases) if (case.language, case.expected) == (language, expected)]
            for cls in ("", *dict.fromkeys(cases[place].cls for place in places)):
                some = [place for place in places if cls in ("", cases[place].cls)]
                measured += [
                    Line(f"{LANGUAGES[language]}, {name}", _named(measure, cls), metrics.mean([of[n] for n in some]))
                    for name, of in refused.items()
                ]
    return measured


def threshold(scores: Sequence[float], alarms: float) -> float:
    """The score from which on a claim is called supported, so that at most this share of true claims lies below it."""
    ordered = sorted(scores)
    return ordered[min(len(ordered) - 1, int(alarms * len(ordered)))]


def areas(part: str, scored: Sequence[Scored], judges: Sequence[str]) -> list[Line]:
    """How well each judge's scores tell supported claims from others, and how far the first one's does so better.

    AUROC, the chance that a supported claim scores higher than one that is not, ties counted half (Mann & Whitney
    1947), with the 95 % interval of 2,000 bootstrap resamples of whole groups, the same for all judges.
    """
    groups = sorted({one.group for one in scored})
    where = {group: [n for n, one in enumerate(scored) if one.group == group] for group in groups}
    scores = np.asarray([one.scores for one in scored], dtype=np.float64)
    supported = np.asarray([one.supported for one in scored], dtype=np.bool_)
    random = np.random.default_rng(0)
    drawn: list[list[float]] = []
    while len(drawn) < RESAMPLES:
        picked = [n for g in random.integers(len(groups), size=len(groups)) for n in where[groups[g]]]
        if 0 < supported[picked].sum() < len(picked):
            drawn.append([auroc(scores[picked, j], supported[picked]) for j in range(len(judges))])
    whole = [auroc(scores[:, j], supported) for j in range(len(judges))]
    samples = np.asarray(drawn)
    found = [
        Line(f"{part}, {name}", "AUROC", _interval(whole[j], samples[:, j], len(scored)))
        for j, name in enumerate(judges)
    ]
    for j, name in enumerate(judges[1:], start=1):
        over = _interval(whole[0] - whole[j], samples[:, 0] - samples[:, j], len(scored))
        found.append(Line(f"{part}, {judges[0]}", f"AUROC over {name}", over))
    return found


def auroc(scores: Scores, supported: NDArray[np.bool_]) -> float:
    """The area under the ROC curve.

    Args:
        scores: One for each claim, the higher the better supported.
        supported: Whether each is; both kinds are there.
    """
    low, high = np.sort(scores[~supported]), scores[supported]
    below = np.searchsorted(low, high, side="left").sum()
    equal = np.searchsorted(low, high, side="right").sum() - below
    return float((below + equal / 2) / (len(low) * len(high)))


def _named(measure: str, cls: str) -> str:
    return f"{measure}: {cls}" if cls else measure


def _interval(value: float, samples: Scores, n: int) -> Interval:
    low, high = np.percentile(samples, [2.5, 97.5])
    return Interval(value, float(low), float(high), n)
