"""Each step of retrieval off in turn -> what every set loses, as a table."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kb.evaluation import metrics, ranking, selection, sets
from kb.evaluation.compare import LEVEL
from kb.evaluation.datasets import DataError, Question, QuestionSet
from kb.evaluation.exams import PROMPTS
from kb.evaluation.metrics import Interval
from kb.evaluation.room import thinned
from kb.evaluation.sets import Asked, RankingSet
from kb.evaluation.shelf import Shelf

if TYPE_CHECKING:
    from kb.settings import RetrievalSettings, Settings

MOST = 150
"""How many questions of a set are asked for what reaches the prompt; of more, every n-th."""

SWITCHES = ("keywords", "parts", "scripts", "sentences")
"""The settings of retrieval that are a step of ranking; each is put to the other value in turn."""

PROMPT: Mapping[str, tuple[Any, Any]] = {
    "least_relevance": (0.0, 0.01),
    "near_duplicates": (False, True),
    "auto_top_k": (False, True),
    "mmr_lambda": (1.0, 0.7),
}
"""The settings that choose what reaches the prompt: off, and on where the settings have it off."""

LEGS: Mapping[str, Mapping[str, Any]] = {"words alone": {"dense_weight": 0.0}, "meaning alone": {"dense_weight": 1.0}}

Values = dict[str, float]  # query -> nDCG@10


@dataclass(frozen=True, slots=True)
class Cell:
    """One change on one set: nDCG@10, how it differs from the settings as they are, and whether that may be chance."""

    value: float
    difference: Interval
    p: float


@dataclass(frozen=True, slots=True)
class Ablation:
    """What every change costs on every set; `whole` is set -> nDCG@10 with nothing changed.

    `prompt` is change -> set -> how much more often than with plain top-k the sentence that answers reaches the prompt,
    in as many characters.
    """

    half: str
    whole: Mapping[str, Interval]
    changes: Mapping[str, Mapping[str, Cell]]
    prompt: Mapping[str, Mapping[str, Interval]]

    def as_dict(self) -> dict[str, Any]:
        """Plain values, ready for JSON."""
        return asdict(self)

    def as_text(self) -> str:
        """The table in markdown, as it stands in docs/experiments.md."""
        whole = {name: f"{value.value:.3f}".removeprefix("0") for name, value in self.whole.items()}
        ranked = {"none": whole, **{change: _shown(cells) for change, cells in self.changes.items()}}
        selected = {change: _shown_surely(cells) for change, cells in self.prompt.items()}
        parts = [f"nDCG@10, half {self.half!r}; below it what each change adds, * where p < {LEVEL:g}:", _table(ranked)]
        if any(selected.values()):
            parts += [
                "How much more often than with plain top-k the sentence that answers reaches the prompt, in as many\n"
                "characters, * where the 95 % interval leaves out 0:",
                _table(selected),
            ]
        return "\n\n".join(parts)


def changes(defaults: RetrievalSettings) -> dict[str, dict[str, Any]]:
    """What is changed, by a name that says it: each step off where it is on, and on where it is off."""
    found: dict[str, dict[str, Any]] = {}
    for name in SWITCHES:
        on = bool(getattr(defaults, name))
        found[f"{'without' if on else 'with'} {name}"] = {name: not on}
    return {**found, **{name: dict(change) for name, change in LEGS.items()}}


def selections(defaults: RetrievalSettings) -> dict[str, dict[str, Any]]:
    """What is changed of the steps that choose what reaches the prompt, by a name that says it."""
    found: dict[str, dict[str, Any]] = {"none": {}}
    for name, (off, on) in PROMPT.items():
        is_off = getattr(defaults, name) == off
        found[f"{'with' if is_off else 'without'} {name}"] = {name: on if is_off else off}
    return found


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
    folder, retrieving = sets.data_folder(data), shelf.settings.retrieval
    whole: dict[str, Interval] = {}
    cells: dict[str, dict[str, Cell]] = {name: {} for name in changes(retrieving)}
    for name in names or tuple(sets.NAMED):
        known = sets.open_set(name, folder)
        before = _ndcg(known, shelf, half, "as it is")
        whole[name] = metrics.mean(list(before.values()))
        for change, update in changes(retrieving).items():
            after = _ndcg(known, shelf.under(_changed(shelf.settings, update)), half, change)
            cells[change][name] = _cell(before, after)
    texts = {name: (read(folder), doubled) for name, (read, doubled) in PROMPTS.items() if _named(name, names)}
    asked = {name: _asked(known, half) for name, (known, _) in texts.items()}
    prompt = {
        change: {
            name: _over_plain(known, asked[name], doubled, shelf.under(_changed(shelf.settings, update)))
            for name, (known, doubled) in texts.items()
            if asked[name]
        }
        for change, update in selections(retrieving).items()
    }
    return Ablation(half or "report", whole, cells, prompt)


def _named(name: str, names: Sequence[str]) -> bool:
    return not names or name.partition(",")[0] in names


def _asked(known: QuestionSet, half: Asked | None) -> list[Question]:
    some = known.questions if half == "all" else known.of(half or "report")
    return thinned([question for question in some if question.answerable], MOST)


def _over_plain(known: QuestionSet, asked: Sequence[Question], doubled: bool, shelf: Shelf) -> Interval:
    shelf.progress(f"{known.name}: what reaches the prompt", 0, 1)
    lines = selection.take(known, asked, shelf, doubled=doubled)
    return next(line.interval for line in lines if line.measure == "over plain top-k")


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


def _shown(cells: Mapping[str, Cell]) -> dict[str, str]:
    return {name: _signed(cell.difference.value, cell.p < LEVEL) for name, cell in cells.items()}


def _shown_surely(cells: Mapping[str, Interval]) -> dict[str, str]:
    return {name: _signed(cell.value, cell.low > 0 or cell.high < 0) for name, cell in cells.items()}


def _signed(value: float, sure: bool) -> str:
    """A difference, with a star where it is hardly chance."""
    return f"{value:+.3f}".replace("0.", ".", 1) + ("*" if sure else "")


def _table(rows: Mapping[str, Mapping[str, str]]) -> str:
    """A table in markdown: one row for each change, one column for each set."""
    names = list(dict.fromkeys(name for cells in rows.values() for name in cells))
    lines = [["change", *names], ["---"] * (len(names) + 1)]
    lines += [[change, *(cells[name] for name in names)] for change, cells in rows.items()]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)
