"""What was measured -> PNG files."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kb.durable import becoming_file
from kb.evaluation.measures import CURVE
from kb.evaluation.ranking import LEGS
from kb.evaluation.tools import tool

if TYPE_CHECKING:
    from kb.evaluation.reliability import Bin, Judgement

# Colours that are told apart with any kind of colour blindness (Okabe & Ito 2008), and by their lines without colour.
_BLUE, _ORANGE, _BLACK, _GREY, _LIGHT = "#0072B2", "#E69F00", "#000000", "#999999", "#F3CF80"
_LEGS = {"dense": (_BLUE, "--"), "lexical": (_ORANGE, "-."), "fused": (_BLACK, "-")}
_NAMES = {"dense": "dense: by meaning", "lexical": "lexical: by words", "fused": "fused: the whole"}
_REFUSED = {
    "foreign, many": (_BLACK, "-", "their article is not there"),
    "sibling, many": (_BLUE, "--", "only their paragraph is missing"),
    "adversarial, many": (_ORANGE, "-.", "made to look answerable"),
}
_PANEL = (5.2, 4.2)
_DPI = 140


def by_rank(curves: Mapping[str, Mapping[str, Sequence[float]]], title: str, file: Path) -> None:
    """Recall and nDCG of each leg by how many documents are looked at.

    Args:
        curves: Leg -> ndcg or recall -> mean at rank 1, 2, ...
        title: Above the picture.
        file: The PNG to write.
    """
    figure, (left, right) = _figure(1, 2, title)
    lowest = min(min(curves[leg][name]) for leg in LEGS for name in ("recall", "ndcg"))
    for panel, name, label in ((left, "recall", "recall at k"), (right, "ndcg", "nDCG at k")):
        for leg in reversed(LEGS):  # the whole below, so that a leg under it still shows
            colour, style = _LEGS[leg]
            values = curves[leg][name]
            panel.plot(CURVE[: len(values)], values, color=colour, linestyle=style, linewidth=2, label=_NAMES[leg])
        panel.set(title=label, xlabel="k (documents)", ylabel="mean over questions", xscale="log")
        panel.set_xticks([1, 2, 3, 5, 10, 20, 50], labels=["1", "2", "3", "5", "10", "20", "50"])
        panel.minorticks_off()
        panel.set_ylim(math.floor(lowest * 20 - 0.5) / 20, 1.01)
    handles, labels = right.get_legend_handles_labels()
    figure.legend(handles, labels, loc="outside lower center", ncols=len(LEGS), frameon=False)
    _save(figure, file)


def scores(judgements: Sequence[Judgement], title: str, file: Path) -> None:
    """How P is spread over relevant and other passages.

    Args:
        judgements: P and truth of the first passages of all questions.
        title: Above the picture.
        file: The PNG to write.
    """
    figure, (panel,) = _figure(1, 1, title)
    edges = [step / 25 for step in range(26)]
    relevant = [p for p, truth in judgements if truth]
    others = [p for p, truth in judgements if not truth]
    panel.hist(others, edges, weights=_shares(others), color=_LIGHT, label=f"not relevant ({len(others):,})")
    panel.hist(
        relevant,
        edges,
        weights=_shares(relevant),
        histtype="step",
        color=_BLUE,
        linewidth=2.2,
        label=f"relevant ({len(relevant):,})",
    )
    panel.set(title="the first ten passages of each question", xlabel="P(relevant)", xlim=(0, 1))
    panel.set(ylabel="% of the passages of each kind")
    panel.legend(framealpha=0.9)
    _save(figure, file)


def reliability(sets: Mapping[str, Sequence[Bin]], file: Path) -> None:
    """Predicted against observed relevance, one panel for each set.

    Args:
        sets: Name -> its bins.
        file: The PNG to write.
    """
    columns = min(3, len(sets))
    figure, panels = _figure(math.ceil(len(sets) / columns), columns, "Is P(relevant) the share that is relevant?")
    for panel, (name, bins) in zip(panels, sets.items(), strict=False):
        total = sum(one.n for one in bins)
        error = sum(one.n / total * abs(one.predicted - one.observed) for one in bins)
        panel.plot([0, 1], [0, 1], color=_GREY, linestyle=":", linewidth=1.4, label="as predicted")
        panel.vlines(
            [one.predicted for one in bins],
            [one.predicted for one in bins],
            [one.observed for one in bins],
            color=_ORANGE,
            linewidth=3,
            label="error",
        )
        points = [one.predicted for one in bins], [one.observed for one in bins]
        panel.plot(*points, color=_BLUE, marker="o", markersize=5, linewidth=1.4, label="a tenth of the passages")
        panel.set(title=f"{name}: error {error:.3f} ({total:,} passages)", xlabel="mean P(relevant)", aspect="equal")
        panel.set(ylabel="share relevant", xlim=(-0.02, 1.02), ylim=(-0.02, 1.02))
    for panel in panels[len(sets) :]:
        panel.set_axis_off()
    figure.legend(*panels[0].get_legend_handles_labels(), loc="outside lower center", ncols=3, frameon=False)
    _save(figure, file)


def refusals(points: Sequence[Mapping[str, float | str]], share: float, title: str, file: Path) -> None:
    """What is refused of unanswerable questions against what is refused of answerable ones, one panel for each set.

    Args:
        points: What `kb.evaluation.gating.curve` gives.
        share: The setting that is in use, marked.
        title: Above the picture.
        file: The PNG to write.
    """
    names = list(dict.fromkeys(str(point["set"]) for point in points))
    columns = min(3, len(names))
    figure, panels = _figure(math.ceil(len(names) / columns), columns, title)
    for panel, name in zip(panels, names, strict=False):
        own = [point for point in points if point["set"] == name]
        for kind, (colour, style, label) in _REFUSED.items():
            if kind in own[0]:
                wrongly, rightly = [point["answerable, many"] for point in own], [point[kind] for point in own]
                panel.plot(wrongly, rightly, color=colour, linestyle=style, linewidth=2, marker=".", label=label)
        in_use = next(float(point["answerable, many"]) for point in own if point["false_refusal"] == share)
        panel.axvline(in_use, color=_GREY, linestyle=":", linewidth=1.4, label=f"max_false_refusal = {share:g}")
        panel.set(title=name, xlabel="answerable, wrongly refused", ylabel="unanswerable, refused")
        panel.set(xlim=(0, max(0.3, 1.2 * in_use)), ylim=(0, 1.02))
    for panel in panels[len(names) :]:
        panel.set_axis_off()
    named = {
        label: handle for panel in panels for handle, label in zip(*panel.get_legend_handles_labels(), strict=True)
    }
    figure.legend(named.values(), named.keys(), loc="outside lower center", ncols=3, frameon=False)
    _save(figure, file)


def _shares(passages: Sequence[float]) -> list[float]:
    """What each passage adds to a column, in per cent of its kind."""
    return [100 / len(passages) for _ in passages]


def _figure(rows: int, columns: int, title: str) -> tuple[Any, list[Any]]:
    """An empty picture and its panels, row by row; of no screen and no state that others share."""
    figure = tool("matplotlib.figure").Figure(
        figsize=(_PANEL[0] * columns, _PANEL[1] * rows + 0.4), dpi=_DPI, layout="constrained"
    )
    figure.suptitle(title)
    panels = [figure.add_subplot(rows, columns, number + 1) for number in range(rows * columns)]
    for panel in panels:
        panel.grid(visible=True, color="#dddddd", linewidth=0.7)
        panel.set_axisbelow(True)
    return figure, panels


def _save(figure: Any, file: Path) -> None:  # noqa: ANN401 - a matplotlib Figure
    with becoming_file(file) as incoming:
        figure.savefig(incoming, format="png")
