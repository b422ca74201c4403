"""kb evaluate: which command runs, what it is given, what it prints."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from kb.evaluation import report, retrieval
from kb.evaluation.answers import exam
from kb.evaluation.answers.exam import AnswersReport, Halted, Job
from kb.evaluation.answers.questions import Question, QuestionFile
from kb.evaluation.datasets import DataError
from kb.evaluation.report import EvaluationReport
from kb.models.cards import Score
from kb.models.profiles import Profile
from tests.cli.conftest import Run

RunJson = Callable[..., tuple[int, Any]]


@pytest.fixture
def taken(monkeypatch: pytest.MonkeyPatch) -> list[tuple[Any, ...]]:
    """What the exams were asked to take."""
    calls: list[tuple[Any, ...]] = []

    def run(names: Any, data: Any, settings: Any, storage: Any, progress: Any) -> EvaluationReport:
        calls.append((names, data, storage, settings.embedding.model))
        return EvaluationReport("words", ())

    monkeypatch.setattr(report, "run", run)
    return calls


def test_alone_it_takes_all_exams(taken: list[Any], run: Run, run_json: RunJson) -> None:
    assert run("evaluate").stdout.splitlines()[0].startswith("words, report half")
    assert run_json("evaluate")[1]["embedder"] == "words"
    assert run_json("evaluate", "--storage", "elsewhere", "--data", "d")[0] == 0
    assert [call[:3] for call in taken] == [
        ((), None, Path("storage")),
        ((), None, Path("storage")),
        ((), Path("d"), Path("elsewhere")),
    ]


def test_exams_by_name_with_settings(taken: list[Any], run_json: RunJson, tmp_path: Path) -> None:
    file = tmp_path / "s.toml"
    file.write_text('[embedding]\nmodel = "other"\n')
    assert run_json("evaluate", "exams", "iapp", "squad2", "--settings", str(file))[0] == 0
    assert taken == [(("iapp", "squad2"), None, Path("storage"), "other")]


def test_help_is_that_of_the_group(taken: list[Any], run: Run) -> None:
    result = run("evaluate", "--help")
    assert result.exit_code == 0
    assert all(name in result.stdout for name in ("exams", "retrieval", "compare"))
    assert taken == []


@pytest.mark.parametrize(
    "arguments", [["xquad"], ["retrieval"], ["compare", "a.json"], ["retrieval", "x", "--half", "2"]]
)
def test_wrong_usage_is_2(taken: list[Any], run: Run, arguments: list[str]) -> None:
    result = run("evaluate", *arguments)
    assert (result.exit_code, result.stdout, taken) == (2, "", [])


class Written:
    def as_text(self) -> str:
        return "a table"

    def as_dict(self) -> dict[str, Any]:
        return {"set": {"name": "mine"}}


def test_retrieval_is_given_what_was_said(run: Run, run_json: RunJson, monkeypatch: pytest.MonkeyPatch) -> None:
    jobs = []

    def measure(job: retrieval.Job, settings: Any, storage: Path, progress: Any) -> tuple[Any, Path]:
        jobs.append(job)
        return Written(), Path("results")

    monkeypatch.setattr(retrieval, "run", measure)
    assert run("evaluate", "retrieval", "mine").stdout == "a table\n\nJSON and pictures are in results\n"
    assert run_json("evaluate", "retrieval", "mine", "--half", "fit", "--out", "o", "--data", "d") == (
        0,
        {"set": {"name": "mine"}, "folder": "results"},
    )
    assert jobs == [retrieval.Job("mine"), retrieval.Job("mine", "fit", Path("o"), Path("d"))]


def test_retrieval_on_nothing_is_one_line(run_json: RunJson, tmp_path: Path) -> None:
    code, document = run_json("evaluate", "retrieval", "nothing", "--storage", str(tmp_path))
    assert (code, document["error"]["type"]) == (1, DataError.__name__)
    assert document["error"]["what"] == "There is no data set nothing"


def test_compare_prints_a_verdict_for_each_measure(run: Run, run_json: RunJson, tmp_path: Path) -> None:
    names = [f"q{number}" for number in range(20)]
    for name, value in (("a", 0.5), ("b", 0.75)):
        content = {
            "schema": 1,
            "set": {"name": "mine", "half": "all", "documents": 1, "queries": 20, "digest": "d"},
            "values": {"fused": {"ndcg@10": dict.fromkeys(names, value)}},
        }
        (tmp_path / f"{name}.json").write_text(json.dumps(content))
    a, b = str(tmp_path / "a.json"), str(tmp_path / "b.json")
    line = run("evaluate", "compare", a, b).stdout.splitlines()[1]
    assert line.split() == [
        "fused", "ndcg@10", "0.5000", "->", "0.7500", "+0.2500", "(+0.2500", "to", "+0.2500)", "p", "0.0001", "better",
    ]  # fmt: skip
    code, document = run_json("evaluate", "compare", b, a)
    assert (code, [row["verdict"] for row in document["comparisons"]]) == (0, ["worse"])


ASKED = QuestionFile("own", (Question("How high?", ("31",), "tower", 1), Question("Who?", (), None, 2)))
JUDGED = AnswersReport(
    model="own/big",
    adapter=None,
    asked=ASKED,
    quoted={"answer_accuracy": Score(0.9, 0.8, 1.0, 1), "seconds": Score(0.02, 0.01, 0.03, 2)},
    composed={"answer_accuracy": Score(0.25, 0.0, 0.5, 1), "sentences_kept": Score(0.1, 0.05, 0.2, 40)},
    needed={"answer_accuracy": "at least 0.880"},
    passed=False,
    reasons=("answer accuracy is 0.250, 0.880 is needed", "citation precision was not measured"),
    card=Path("storage/models/own/big/card.json"),
    seconds=12.34,
)


@pytest.fixture
def judging(monkeypatch: pytest.MonkeyPatch) -> list[Job]:
    """The jobs that an examiner was given, who finds JUDGED, or is interrupted where the model is "slow"."""
    jobs: list[Job] = []

    def run(job: Job, settings: Any, storage: Path, progress: Any, announce: Any) -> AnswersReport:
        jobs.append(job)
        if job.model == "slow":
            raise Halted("compose", 40, 158)
        announce(Profile("named", "own/big", "none", "float32", "cpu", "own/big, because you said so"), None)
        return JUDGED

    monkeypatch.setattr(exam, "run", run)
    return jobs


def test_a_model_is_judged_and_the_verdict_shown(judging: list[Job], run: Run, run_json: RunJson) -> None:
    result = run("evaluate", "answers")
    assert result.exit_code == 0
    assert result.stderr.splitlines() == ["own/big, because you said so"]
    assert [line.split() for line in result.stdout.splitlines()] == [
        line.split()
        for line in (
            "own/big, 2 questions (own): 1 answerable, 0 same topic, 1 foreign; mean (95 % bootstrap interval)",
            "measure quotes the model needed",
            "answer accuracy 0.900 (0.800 to 1.000) of 1 0.250 (0.000 to 0.500) of 1 at least 0.880",
            "seconds 0.02 (0.01 to 0.03) of 2",
            "sentences kept 0.100 (0.050 to 0.200) of 40",
            "did not pass: answer.mode auto stays with quotes",
            "- answer accuracy is 0.250, 0.880 is needed",
            "- citation precision was not measured",
            "Its card is storage/models/own/big/card.json",
        )
    ]
    code, document = run_json("evaluate", "answers", "--adapter", "cite", "--data", "q.jsonl", "--most", "20")
    assert (code, document) == (0, json.loads(json.dumps(JUDGED.as_dict())))
    assert document["scores"]["compose"]["sentences_kept"] == [0.1, 0.05, 0.2, 40]
    assert judging == [Job(), Job(adapter="cite", data=Path("q.jsonl"), most=20)]


def test_an_interrupted_exam_says_how_far_it_was(judging: list[Job], run: Run, run_json: RunJson) -> None:
    result = run("evaluate", "answers", "--model", "slow")
    said = "Interrupted: 40 of 158 answers in mode compose are kept, no card was written. "
    assert (result.exit_code, result.stdout) == (130, "")
    assert result.stderr == f"{said}The same command goes on from there\n"
    code, document = run_json("evaluate", "answers", "--model", "slow")
    assert (code, document["error"]["type"]) == (130, "Interrupted")
    assert run("evaluate", "answers", "--most", "0").exit_code == 2
