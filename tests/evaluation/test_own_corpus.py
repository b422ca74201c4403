"""Calibrating to one's own documents, with the real encoder: what is written, what it changes, when it is refused."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from rich.console import Console
from typer.testing import CliRunner

from kb.cli.app import app
from kb.cli.calibrate import show_report
from kb.cli.screen import THEME
from kb.evaluation import own_corpus
from kb.evaluation.gating import SHARES
from kb.evaluation.own_corpus import Report, TooSmall, Trial, calibrate_corpus
from kb.knowledge_base import KnowledgeBase
from kb.progress import silent
from kb.retrieval.calibration import load, shipped
from kb.retrieval.gates import Gate
from kb.settings import Settings

TRADES = ("baker", "miller", "smith", "weaver", "potter", "cooper", "tanner", "glazier", "mason", "fisher")
PLACES = ("Farholm", "Skerry", "Lindwell", "Oxmoor", "Tarnsby", "Ellwick", "Brackness", "Dunmere", "Hollin", "Wexcombe")
GOODS = (
    "salted herring",
    "oak barrels",
    "rye flour",
    "iron hooks",
    "blue glass",
    "sheep wool",
    "roof slate",
    "beeswax",
)


def page(number: int) -> str:
    trade, place, goods = TRADES[number % 10], PLACES[number // 10 % 10], GOODS[number % 8]
    return (
        f"The {trade} of {place} opened a workshop beside the {GOODS[(number + 3) % 8]} market in {1700 + number}. "
        f"Every spring {3 + number % 40} carts brought {goods} over the pass to the workshop of the {trade}. "
        f"A fire in {1750 + number} destroyed its roof, and {PLACES[(number + 4) % 10]} lent {5 + number} masons."
    )


@pytest.fixture(scope="module")
def storage(tmp_path_factory: pytest.TempPathFactory, models_folder: Path) -> Path:
    folder = tmp_path_factory.mktemp("own")
    (folder / "texts").mkdir()
    for number in range(110):
        (folder / "texts" / f"page-{number:03d}.txt").write_text(page(number), encoding="utf-8")
    storage = folder / "storage"
    storage.mkdir()
    (storage / "models").symlink_to(models_folder, target_is_directory=True)
    with KnowledgeBase.open(Settings(), storage=storage) as base:
        base.index([folder / "texts"])
    return storage


@pytest.fixture(scope="module")
def base(storage: Path) -> Iterator[KnowledgeBase]:
    with KnowledgeBase.open(Settings(), storage=storage) as base:
        yield base


@pytest.fixture(scope="module")
def steps() -> list[tuple[int, int]]:
    return []


@pytest.fixture(scope="module")
def report(base: KnowledgeBase, steps: list[tuple[int, int]]) -> Report:
    return calibrate_corpus(base, lambda what, done, total: steps.append((done, total)))


def test_the_file_is_what_the_next_run_answers_by(
    base: KnowledgeBase, report: Report, steps: list[tuple[int, int]]
) -> None:
    identity = base.embedding().identity
    assert report.file == base.storage / "calibration" / f"{identity.digest}.json"
    assert steps[-1] == (report.made, report.made) == (110, 110)
    own, before = load(identity.model, identity.digest, report.file.parent), shipped(identity.model, identity.digest)
    assert own is not None
    assert before is not None
    assert own == base.calibration()
    changed = {name for name, gate in own.gates.items() if gate != before.gates[name]}
    assert changed == {"topic en many", "detail en many"}
    assert own.gates["topic en many"].weights == before.gates["topic en many"].weights
    assert "110 questions made here" in own.data


def test_calibrating_again_begins_with_what_was_shipped(storage: Path, report: Report) -> None:
    before = report.file.read_bytes()
    run = CliRunner().invoke(app, ["calibrate", "--storage", str(storage), "--json"])
    assert run.exit_code == 0, run.output
    assert json.loads(run.stdout) == json.loads(json.dumps(report.as_dict()))
    assert report.file.read_bytes() == before


def test_the_report_says_what_changes_on_the_half_held_out(report: Report) -> None:
    kinds = {change.should: change for change in report.changes}
    assert set(kinds) == {"answered", "passage missing", "document missing"}
    held = kinds["answered"].before.n
    assert 30 < held < 80
    assert kinds["answered"].after.value < kinds["answered"].before.value
    assert kinds["answered"].before.value < kinds["document missing"].before.value
    document = json.loads(json.dumps(report.as_dict()))
    assert document["changes"][0]["before"]["n"] == held
    assert document["file"] == str(report.file)


def test_a_small_index_is_refused_with_the_numbers(tmp_path: Path, models_folder: Path) -> None:
    (tmp_path / "texts").mkdir()
    (tmp_path / "texts" / "a.txt").write_text(page(1), encoding="utf-8")
    (tmp_path / "storage").mkdir()
    (tmp_path / "storage" / "models").symlink_to(models_folder, target_is_directory=True)
    with KnowledgeBase.open(Settings(), storage=tmp_path / "storage") as base:
        base.index([tmp_path / "texts"])
        with pytest.raises(TooSmall, match=r"holds 1 passages, too few to calibrate on \(at least 60\)"):
            calibrate_corpus(base, silent)
    assert not (tmp_path / "storage" / "calibration").exists()


def test_too_few_sentences_to_ask_about_are_refused(
    base: KnowledgeBase, report: Report, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = report.file.read_bytes()
    monkeypatch.setattr(own_corpus, "MOST_QUESTIONS", 20)
    with pytest.raises(TooSmall, match="Only 20 questions could be made out of 110 passages"):
        calibrate_corpus(base, silent)
    assert report.file.read_bytes() == before


GATE = Gate(0.0, {"strength": 1.0}, tuple((share, 0.0) for share in SHARES))


def trials(odds: list[float], language: str = "en") -> list[Trial]:
    return [Trial(language, "answered", True, {"strength": own}) for own in odds]


def test_bars_move_to_what_the_questions_ask_for() -> None:
    odds = np.linspace(-2.0, 1.0, 99).tolist()
    gates, kept = own_corpus._moved({"topic en many": GATE}, trials(odds))
    assert kept == {}
    # of 100 places a share of .8 * .05 are refused: the fourth smallest is the bar
    assert gates["topic en many"].bar(0.05) == pytest.approx(odds[3])


def test_made_questions_raise_no_bar_far() -> None:
    gates, _ = own_corpus._moved({"topic en many": GATE}, trials([5.0] * 99))
    assert gates["topic en many"].bar(0.05) == own_corpus.MOST_RAISED


def test_a_language_with_too_few_questions_is_left_as_it_was() -> None:
    both = [
        *trials([0.5] * 60),
        *trials([0.5] * 39, "th"),
        *[replace(t, fitted_on=False) for t in trials([1.0] * 9, "th")],
    ]
    gates, kept = own_corpus._moved({"topic en many": GATE, "topic th many": GATE}, both)
    assert set(gates) == {"topic en many"}
    assert kept == {"th": "39 questions to fit on, 40 are needed"}


def test_the_report_is_a_table_for_people(report: Report) -> None:
    screen = Console(width=120, file=io.StringIO(), theme=THEME)
    show_report(screen, replace(report, kept={"th": "3 questions to fit on, 40 are needed"}))
    shown = screen.file.getvalue()  # type: ignore[attr-defined]
    assert "110 questions made out of 110 passages" in shown
    change = report.changes[0].after
    assert f"{change.value:.1%} ({change.low:.1%} to {change.high:.1%})" in shown
    assert "th: left as it was; 3 questions" in shown
    assert f"Written to {report.file}. Delete it to go back" in shown


def test_the_command_on_nothing_says_what_to_do(tmp_path: Path, models_folder: Path) -> None:
    (tmp_path / "models").symlink_to(models_folder, target_is_directory=True)
    run = CliRunner().invoke(app, ["calibrate", "--storage", str(tmp_path)])
    assert run.exit_code == 1
    assert "kb index" in run.stderr
