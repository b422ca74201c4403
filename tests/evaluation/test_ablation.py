"""Steps put off in turn, with a knowledge base that does worse without some of them."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from kb.evaluation import ablation, selection, sets
from kb.evaluation.datasets import DataError, Question, QuestionSet
from kb.evaluation.lines import Line
from kb.evaluation.metrics import Interval
from kb.evaluation.shelf import Shelf
from kb.settings import RetrievalSettings, Settings
from tests.evaluation.doubles import Hit, Rankings, WordKnowledgeBase
from tests.evaluation.sets_fixtures import beir_folder

TOTAL = 30
STEPS = RetrievalSettings(
    keywords=False, parts=True, scripts=True, sentences=True,
    least_relevance=0.1, near_duplicates=True, auto_top_k=True, mmr_lambda=1.0,
)  # fmt: skip


class Stepwise(WordKnowledgeBase):
    """Every question finds its document second; with sentences first, and with words alone never."""

    opened: list[WordKnowledgeBase] = []  # noqa: RUF012

    def rankings(self, question: str) -> Rankings:
        retrieval = self.settings.retrieval
        other = Hit("texts/other.txt", 2.0)
        right = Hit(f"texts/{question}.txt", 3.0 if retrieval.sentences else 1.0)
        fused = [other] if retrieval.dense_weight == 0.0 else sorted([other, right], key=lambda hit: -hit.score)
        return Rankings(fused, fused, fused)


def questions(data: Path) -> QuestionSet:
    """One question of each half and one without an answer."""
    asked = (
        Question("1", "one", ("x",), "p", True, "report"),
        Question("2", "two", (), "p", False, "report"),
        Question("3", "three", ("x",), "p", True, "fit"),
    )
    return QuestionSet("mine", "en", {"p": "x"}, {"p": "T"}, asked)


def took(known: QuestionSet, asked: Sequence[Question], shelf: Shelf, *, doubled: bool) -> list[Line]:
    """Near-duplicates help where everything is there twice; only the answerable question for reporting is asked."""
    assert [question.id for question in asked] == ["1"]
    gain = 0.25 if doubled and shelf.settings.retrieval.near_duplicates else 0.0
    measured = Interval(gain, gain - 0.1, gain + 0.1, len(asked))
    return [Line("selected", "passages", Interval(5.0, 5.0, 5.0, 1)), Line("selected", "over plain top-k", measured)]


@pytest.fixture
def shelf(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Shelf:
    """One set of thirty questions, indexed by the double."""
    folder = beir_folder(tmp_path / "mine")
    names = [f"q{number}" for number in range(TOTAL)]
    for file, rows in (
        ("corpus", [{"_id": name, "text": name} for name in [*names, "other"]]),
        ("queries", [{"_id": name, "text": name} for name in names]),
    ):
        (folder / f"{file}.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    (folder / "qrels" / "test.tsv").write_text("".join(f"{name}\t{name}\t1\n" for name in names))
    Stepwise.opened = []
    monkeypatch.setattr("kb.knowledge_base.KnowledgeBase", Stepwise)
    monkeypatch.setattr(sets, "NAMED", {"mine": lambda data: sets.open_set(str(folder), data)})
    monkeypatch.setattr(ablation, "PROMPTS", {"mine": (questions, False), "mine, twice": (questions, True)})
    monkeypatch.setattr(selection, "take", took)
    return Shelf(tmp_path / "storage", Settings(retrieval=STEPS))


def test_each_step_is_put_to_its_other_value() -> None:
    assert ablation.changes(STEPS) == {
        "with keywords": {"keywords": True},
        "without parts": {"parts": False},
        "without scripts": {"scripts": False},
        "without sentences": {"sentences": False},
        "words alone": {"dense_weight": 0.0},
        "meaning alone": {"dense_weight": 1.0},
    }


def test_each_choice_of_what_is_shown_is_put_to_its_other_value() -> None:
    assert ablation.selections(STEPS) == {
        "none": {},
        "without least_relevance": {"least_relevance": 0.0},
        "without near_duplicates": {"near_duplicates": False},
        "without auto_top_k": {"auto_top_k": False},
        "with mmr_lambda": {"mmr_lambda": 0.7},
    }


def test_what_each_change_costs(shelf: Shelf, tmp_path: Path) -> None:
    result = ablation.run((), tmp_path, shelf)
    assert result.whole["mine"].value == 1.0
    assert result.whole["mine"].n == TOTAL
    lost = {change: cells["mine"] for change, cells in result.changes.items()}
    second = 1 / 1.5849625007211562
    assert lost["without sentences"].value == pytest.approx(second)
    assert lost["without sentences"].difference.value == pytest.approx(second - 1)
    assert (lost["words alone"].value, lost["words alone"].difference.value) == (0.0, -1.0)
    assert lost["words alone"].p < 0.001
    assert (lost["without parts"].difference.value, lost["without parts"].p) == (0.0, 1.0)
    assert result.as_text().splitlines()[2:11] == [
        "| change | mine |",
        "| --- | --- |",
        "| none | 1.000 |",
        "| with keywords | +.000 |",
        "| without parts | +.000 |",
        "| without scripts | +.000 |",
        "| without sentences | -.369* |",
        "| words alone | -1.000* |",
        "| meaning alone | +.000 |",
    ]
    assert result.as_text().splitlines()[15:] == [
        "| change | mine | mine, twice |",
        "| --- | --- | --- |",
        "| none | +.000 | +.250* |",
        "| without least_relevance | +.000 | +.250* |",
        "| without near_duplicates | +.000 | +.000 |",
        "| without auto_top_k | +.000 | +.250* |",
        "| with mmr_lambda | +.000 | +.250* |",
    ]
    assert json.loads(json.dumps(result.as_dict()))["changes"]["words alone"]["mine"]["value"] == 0.0


def test_a_set_without_marked_answers_has_no_second_table(
    shelf: Shelf, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ablation, "PROMPTS", {"another": (questions, False)})
    lines = ablation.run(["mine"], tmp_path, shelf).as_text().splitlines()
    assert (len(lines), lines[-1]) == (11, "| meaning alone | +.000 |")


def test_the_set_is_indexed_once_for_all_changes(shelf: Shelf, tmp_path: Path) -> None:
    told: list[Any] = []
    shelf.progress = lambda *step: told.append(step)
    ablation.run(["mine"], tmp_path, shelf)
    assert sum(len(kb.indexed) for kb in Stepwise.opened) == 1
    assert ("mine, without parts", TOTAL, TOTAL) in told


def test_a_set_that_is_not_there_is_refused(shelf: Shelf, tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"There is no set 'yours'\. Choose from mine"):
        ablation.run(["yours"], tmp_path, shelf)
