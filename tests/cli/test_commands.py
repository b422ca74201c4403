"""Each command prints what it was given, for people and as one JSON document."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pytest

from kb import prompts
from kb.index.check import Finding
from kb.models.cards import write_card
from tests.cli.conftest import PASSAGE, QUOTE, THAI_QUOTE, Book, Run, row
from tests.models.adapters_fixtures import SMOLLM2, card

RunJson = Callable[..., tuple[int, Any]]


def as_json(answer: Any) -> Any:
    """The dataclass as JSON gives it back: tuples are lists."""
    import json

    return json.loads(json.dumps(asdict(answer)))


def test_ask_shows_document_page_and_the_quote_in_its_context(book: Book, run: Run) -> None:
    result = run("ask", "เปิดวันไหน")
    assert result.exit_code == 0
    assert result.stdout.splitlines()[0] == "[1] office.pdf, page 2"
    assert f"»{THAI_QUOTE}«" in result.stdout.replace("\n    ", "")
    assert "ผู้อำนวยการ" in result.stdout


def test_ask_wraps_at_100_in_a_pipe_and_loses_nothing(book: Book, run: Run) -> None:
    lines = run("ask", "How much a week?").stdout.splitlines()
    assert lines[0] == "[1] holmes.txt"
    assert " ".join(" ".join(lines[1:]).split()) == PASSAGE.replace(QUOTE, f"»{QUOTE}«")
    assert all(len(line) <= 100 and line == line.rstrip() for line in lines)


def test_ask_says_who_the_question_is_for_where_that_was_asked(book: Book, run: Run) -> None:
    assert "Adapter:" not in run("ask", "How much a week?").stdout
    told = run("ask", "How much a week?", "--adapter", "math")
    assert told.exit_code == 0
    assert told.stdout.splitlines()[-1] == "Adapter: math: named by you"


def test_ask_json_is_the_answer(book: Book, run_json: RunJson) -> None:
    code, document = run_json("ask", "How much a week?")
    assert code == 0
    assert document == as_json(book.answers["How much a week?"])
    assert document["citations"][0]["quote"] == QUOTE


def test_a_refusal_names_its_reason_and_the_nearest_passage(book: Book, run: Run, run_json: RunJson) -> None:
    result = run("ask", "Who won in 2030?")
    assert result.exit_code == 0
    assert result.stdout.splitlines() == [
        "The documents do not answer this question.",
        "P(answerable) 0.11 is below 0.40",
        "",
        "Nearest: letters/a.txt",
        "    A letter from Bath.",
        "",
    ]
    assert run_json("ask", "Who won in 2030?")[1]["status"] == "declined"


def test_search_ranks(book: Book, run: Run, run_json: RunJson) -> None:
    assert run("search", "เปิดวันไหน").stdout.startswith("1. office.pdf, page 2  0.93\n    สำนักงาน")
    code, document = run_json("search", "How much a week?", "--top-k", "7")
    assert code == 0
    assert document["question"] == "How much a week?"
    assert document["results"] == [{"rank": 1, **as_json(book.answers["How much a week?"])["sources"][0]}]
    assert ("How much a week?", 7) in book.asked


def test_index_counts_and_lists_what_failed(book: Book, run: Run, run_json: RunJson) -> None:
    result = run("index", "letters", "notes.txt", "--prune")
    assert result.exit_code == 0
    assert result.stdout.splitlines() == [
        "2 added, 1,234 unchanged; 45 chunks, 1.2 s",
        "failed: bad.pdf: needs a password",
    ]
    assert result.stderr == "Reading: 2\n"
    assert book.asked[0] == ((Path("letters"), Path("notes.txt")), {"rebuild": False, "prune": True})
    code, document = run_json("index", "--rebuild")
    assert code == 0
    assert document == {
        "added": 2,
        "changed": 0,
        "renamed": 0,
        "deleted": 0,
        "unchanged": 1234,
        "failed": [{"document": "bad.pdf", "reason": "needs a password"}],
        "chunks": 45,
        "stale_answers": 0,
        "seconds": 1.235,
    }
    assert ((), {"rebuild": True, "prune": False}) in book.asked


def test_documents_lists_each_with_its_reason(book: Book, run: Run, run_json: RunJson) -> None:
    lines = run("documents").stdout.splitlines()
    assert lines[0].split() == ["document", "type", "language", "pages", "chunks", "state", "reason"]
    assert lines[1].split() == ["holmes.txt", "txt", "en", "1,234", "ok"]
    assert lines[2].split(maxsplit=5) == ["bad.pdf", "pdf", "en", "0", "failed", "needs a password"]
    first, second = run_json("documents")[1]["documents"]
    assert (first["document"], first["chunks"], first["pages"], first["state"]) == ("holmes.txt", 1234, None, "ok")
    assert (second["document"], second["reason"]) == ("bad.pdf", "needs a password")


def test_a_long_name_is_not_cut_in_a_pipe(book: Book, run: Run) -> None:
    name = "folder/" * 40 + "a.txt"
    book.rows = [row(name, 1)]
    assert run("documents").stdout.splitlines()[1].split() == [name, "txt", "en", "1", "ok"]


def test_remove(book: Book, run_json: RunJson) -> None:
    assert run_json("remove", "holmes.txt") == (0, {"removed": "holmes.txt"})
    assert ("remove", "holmes.txt") in book.asked


def test_check_fails_when_something_disagrees(book: Book, run: Run, run_json: RunJson) -> None:
    assert (run("check").exit_code, run("check").stdout) == (0, "Everything agrees\n")
    book.findings = [Finding("vectors", "2 of 9 are missing", "Run `kb check --repair`", derived=True)]
    result = run("check")
    assert (result.exit_code, result.stdout) == (1, "wrong    vectors: 2 of 9 are missing. Run `kb check --repair`\n")
    result = run("check", "--repair")
    assert (result.exit_code, result.stdout) == (0, "repaired vectors: 2 of 9 are missing\n")
    book.findings.append(Finding("documents", "a.txt: a chunk is not its span", "Run `kb index --rebuild`"))
    code, document = run_json("check", "--repair")
    assert (code, document["ok"]) == (1, False)
    assert [(finding["part"], finding["repaired"]) for finding in document["findings"]] == [
        ("vectors", True),
        ("documents", False),
    ]


def test_an_error_is_one_line_with_the_next_step(book: Book, run: Run, run_json: RunJson) -> None:
    result = run("ask", "?")
    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr == "The question holds no word to look for. Ask with at least one word\n"
    error = {
        "type": "QuestionError",
        "what": "The question holds no word to look for",
        "fix": "Ask with at least one word",
    }
    assert run_json("ask", "?") == (1, {"error": error})


def test_a_defect_says_how_to_report_it(
    book: Book, run: Run, run_json: RunJson, monkeypatch: pytest.MonkeyPatch
) -> None:
    result = run("ask", "broken")
    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr.count("\n") == 1
    assert result.stderr.startswith("Unexpected KeyError: 'kaput'. This is a defect of kb")
    assert run_json("ask", "broken")[1]["error"]["type"] == "Defect"
    monkeypatch.setenv("KB_DEBUG", "1")
    assert "Traceback" in run("ask", "broken").stderr


def test_interrupted_is_130(book: Book, run: Run, run_json: RunJson) -> None:
    result = run("ask", "slow")
    assert (result.exit_code, result.stderr) == (130, "Interrupted; what was done is kept\n")
    assert run_json("ask", "slow")[0] == 130


@pytest.mark.parametrize("arguments", [["ask"], ["ask", "a", "b"], ["frobnicate"], ["search", "a", "--top-k", "0"]])
def test_wrong_usage_is_2(book: Book, run: Run, arguments: list[str]) -> None:
    result = run(*arguments)
    assert (result.exit_code, result.stdout) == (2, "")
    assert "kb" in result.stderr


def test_no_arguments_is_help(run: Run) -> None:
    result = run()
    assert result.exit_code == 0
    assert result.stdout == run("--help").stdout
    assert all(name in result.stdout for name in ("index", "ask", "chat", "doctor", "evaluate"))


def test_settings_that_are_wrong_are_refused_under_their_name(run: Run, run_json: RunJson, tmp_path: Path) -> None:
    file = tmp_path / "my.toml"
    file.write_text("[retrieval]\ntop_kk = 3\n")
    code, document = run_json("ask", "x", "--settings", str(file), "--storage", str(tmp_path))
    assert code == 1
    assert document["error"]["type"] == "SettingsError"
    assert "retrieval.top_kk is not a setting; did you mean retrieval.top_k?" in document["error"]["what"]


@pytest.mark.parametrize(
    ("passes", "prompts_of", "said"),
    [(True, "", "passes"), (False, "", "does not pass"), (True, "other", "of other prompts"), (None, "", "damaged")],
)
def test_models_say_whether_a_card_passes(
    run_json: RunJson,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    passes: bool | None,
    prompts_of: str,
    said: str,
) -> None:
    file = tmp_path / "models" / SMOLLM2 / "card.json"
    file.parent.mkdir(parents=True)
    own = card(SMOLLM2, base=SMOLLM2, prompt_digest=prompts_of or prompts.digest(), passed=False)
    write_card(own, file)
    if passes is None:
        file.write_text("{", encoding="utf-8")
    monkeypatch.setattr("kb.answering.permission.meets", lambda card, bar: () if passes else ("too little",))
    _, document = run_json("models", "--storage", str(tmp_path))
    assert {row["name"]: row["card"] for row in document["models"]}[SMOLLM2] == said


def test_models_are_listed_with_their_licence(run_json: RunJson, run: Run, tmp_path: Path) -> None:
    code, document = run_json("models", "--storage", str(tmp_path))
    assert code == 0
    models = {row["name"]: row for row in document["models"]}
    assert models["intfloat/multilingual-e5-small"]["prepared"] is False
    assert models["intfloat/multilingual-e5-small"]["card"] is None
    assert models[SMOLLM2]["card"] == "not judged"
    assert all(row["licence"] and row["megabytes"] > 0 for row in models.values())
    assert run("models", "pull").exit_code == 2


def test_samples_are_listed(run_json: RunJson, tmp_path: Path) -> None:
    code, document = run_json("sample", "--storage", str(tmp_path))
    assert code == 0
    assert [row["name"] for row in document["samples"]] == ["sherlock"]
    code, document = run_json("sample", "nothing", "--storage", str(tmp_path))
    assert (code, document["error"]["type"]) == (1, "DocumentError")
