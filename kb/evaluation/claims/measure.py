"""Cases -> who catches the false claims, and whom true ones alarm."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from kb.evaluation import metrics
from kb.evaluation.claims.case import Case
from kb.evaluation.lines import Line

Score = Callable[[Case], float]
"""How well a claim is supported; the higher, the better."""

LANGUAGES = {"en": "English", "th": "Thai"}


@dataclass(frozen=True, slots=True)
class Judge:
    """Something that says of each case whether its claim is supported."""

    name: str
    supported: Callable[[Case], bool]


def lines(cases: Sequence[Case], judges: Iterable[Judge]) -> list[Line]:
    """Recall of false claims and false alarms of each judge, for every language and class, and over all classes.

    A false claim is caught when it is not called supported; a true one that is not called supported is a false alarm.
    """
    measured: list[Line] = []
    for judge in judges:
        wrong = [(case, float(not judge.supported(case))) for case in cases]
        for language in dict.fromkeys(case.language for case in cases):
            for expected, measure in (("refuted", "false claims caught"), ("supported", "false alarms")):
                some = [
                    (case.cls, value) for case, value in wrong if (case.language, case.expected) == (language, expected)
                ]
                part = f"{LANGUAGES[language]}, {judge.name}"
                measured.append(Line(part, measure, metrics.mean([value for _, value in some])))
                for cls in dict.fromkeys(cls for cls, _ in some):
                    of_class = [value for other, value in some if other == cls]
                    measured.append(Line(part, f"{measure}: {cls}", metrics.mean(of_class)))
    return measured


def threshold(scores: Sequence[float], alarms: float) -> float:
    """The score from which on a claim is called supported, so that at most this share of true claims lies below.

    Args:
        scores: Scores of true claims, of the half that is fitted on.
        alarms: The share of them that may lie below.
    """
    ordered = sorted(scores)
    return ordered[min(len(ordered) - 1, int(alarms * len(ordered)))]


def auroc(supported: Sequence[float], refuted: Sequence[float]) -> float:
    """The chance that a supported claim scores higher than one that is not, ties counted half (Mann & Whitney 1947).

    Raises:
        ValueError: One side is empty.
    """
    import numpy as np

    if not supported or not refuted:
        raise ValueError("no scores on one side")
    low = np.sort(np.asarray(refuted, dtype=np.float64))
    high = np.asarray(supported, dtype=np.float64)
    below = np.searchsorted(low, high, side="left").sum()
    equal = np.searchsorted(low, high, side="right").sum() - below
    return float((below + equal / 2) / (len(low) * len(high)))
