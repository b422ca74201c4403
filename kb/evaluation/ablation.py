"""Each step of retrieval off in turn -> what every set loses, as a table."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kb.evaluation import metrics, ranking, sets
from kb.evaluation.compare import LEVEL
from kb.evaluation.datasets import DataError
from kb.evaluation.metrics import Interval
from kb.evaluation.sets import Asked, RankingSet
from kb.evaluation.shelf import Shelf

if TYPE_CHECKING:
    from kb.settings import RetrievalSettings, Settings

SWITCHES = ("keywords", "parts", "scripts", "sentences")
"""The settings of retrieval that are a step of ranking; each is put to the other value in turn."""

LEGS: Mapping[str, Mapping[str, Any]] = {"words alone": {"dense_weight": 0.0}, "meaning alone": {"dense_weight": 1.0}}

Values = dict[str, float]  # query -> nDCG@10


@dataclass(frozen=True, slots=True)
class Cell:
    """One change on one set: nDCG@10, how it differs from the settings as they are, and whether that may be chance."""

    value: float
    difference: Interval
    p: float

    def __str__(self) -> str:
        """The difference, with a star where chance makes one as large less often than once in twenty."""
        return f"{self.difference.value:+.3f}".replace("0.", ".") + ("*" if self.p < LEVEL else "")


@dataclass(frozen=True, slots=True)
class Ablation:
    """What every change costs on every set; `whole` is set -> nDCG@10 with nothing changed."""

    half: str
    whole: Mapping[str, Interval]
    changes: Mapping[str, Mapping[str, Cell]]

    def as_dict(self) -> dict[str, Any]:
        """Plain values, ready for JSON."""
        return asdict(self)

    def as_text(self) -> str:
        """The table in markdown, as it stands in docs/experiments.md."""
        names = list(self.whole)
        rows = [
            ["change", *names],
            ["---"] * (len(names) + 1),
            ["none", *(f"{value.value:.3f}".removeprefix("0") for value in self.whole.values())],
            *([change, *(str(cells[name]) for name in names)] for change, cells in self.changes.items()),
        ]
        table = "\n".join(f"| {' | '.join(row)} |" for row in rows)
        return f"nDCG@10, half {self.half!r}; below it what each change adds, * where p < {LEVEL:g}\n\n{table}"


def changes(defaults: RetrievalSettings) -> dict[str, dict[str, Any]]:
    """What is changed, by a name that says it: each step off where it is on, and on where it is off."""
    found: dict[str, dict[str, Any]] = {}
    for name in SWITCHES:
        on = bool(getattr(defaults, name))
        found[f"{'without' if on else 'with'} {name}"] = {name: not on}
    return {**found, **{name: dict(change) for name, change in LEGS.items()}}


def run(names: Sequence[str], data: Path | None, shelf: Shelf, half: Asked | None = None) -> Ablation:
    """Measure every change on every set.

    Args:
        names: Sets of sets.NAMED; none takes all.
        data: Where they lie.
        shelf: The settings that are changed, and where the indexes are.
        half: Which questions; None takes those that are quoted.

    Raises:
        DataError: There is no such set.
    """
    if unknown := [name for name in names if name not in sets.NAMED]:
        raise DataError(f"There is no set {unknown[0]!r}", f"Choose from {', '.join(sets.NAMED)}")
    whole: dict[str, Interval] = {}
    cells: dict[str, dict[str, Cell]] = {name: {} for name in changes(shelf.settings.retrieval)}
    for name in names or tuple(sets.NAMED):
        known = sets.open_set(name, sets.data_folder(data))
        before = _ndcg(known, shelf, half, "as it is")
        whole[name] = metrics.mean(list(before.values()))
        for change, update in changes(shelf.settings.retrieval).items():
            after = _ndcg(known, shelf.under(_changed(shelf.settings, update)), half, change)
            cells[change][name] = _cell(before, after)
    return Ablation(half or "report", whole, cells)


def _changed(settings: Settings, update: Mapping[str, Any]) -> Settings:
    return settings.model_copy(update={"retrieval": settings.retrieval.model_copy(update=dict(update))})


def _ndcg(known: RankingSet, shelf: Shelf, half: Asked | None, change: str) -> Values:
    queries = known.asked(half)
    with shelf.open(known.corpus, known.judged.documents) as kb:
        ranked = ranking.watched(
            queries, kb.rankings, lambda done: shelf.progress(f"{known.name}, {change}", done, len(queries))
        )
    return ranking.values(ranked, known.judged.judgements)["fused"]["ndcg@10"]


def _cell(before: Values, after: Values) -> Cell:
    old, new = list(before.values()), [after[query] for query in before]
    return Cell(sum(new) / len(new), metrics.paired(new, old), metrics.randomised(new, old))
