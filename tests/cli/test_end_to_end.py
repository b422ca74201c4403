"""The real program in processes of its own: the shipped samples, the real embedder."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from tests.readme_transcript import chat, new_storage, written
from tests.readme_tree import ROOT

SAMPLES = ROOT / "storage" / "documents"


@pytest.fixture(scope="module")
def storage(tmp_path_factory: pytest.TempPathFactory, models_folder: Path) -> Path:
    """A storage with the samples and the embedder in it, nothing indexed yet."""
    return new_storage(tmp_path_factory.mktemp("kb"), models_folder)


def kb(storage: Path, *arguments: str, stdin: str = "") -> subprocess.CompletedProcess[str]:
    """Run `python -m kb` in the storage's folder."""
    command = [sys.executable, "-m", "kb", *arguments, "--storage", str(storage)]
    return subprocess.run(command, input=stdin, capture_output=True, text=True, cwd=storage.parent, env=environment())


def bash(command: str, folder: Path) -> subprocess.CompletedProcess[str]:
    """Run a line of shell in a folder."""
    return subprocess.run(["bash", "-c", command], capture_output=True, text=True, env=environment(), cwd=folder)


def environment() -> dict[str, str]:
    return {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONDONTWRITEBYTECODE": "1"}


def one_document(result: subprocess.CompletedProcess[str]) -> Any:
    """The one JSON document on stdout."""
    document, end = json.JSONDecoder().raw_decode(result.stdout)
    assert result.stdout[end:] == "\n"
    return document


def test_the_first_chat_indexes_the_samples_and_answers_in_both_languages(storage: Path) -> None:
    result = chat(storage)
    assert result.returncode == 0, result.stderr
    english, rest = result.stdout.split("> ป่าชายเลน", 1)
    thai, foreign = rest.split("> Who won", 1)
    assert "[1] lighthouse-guide.txt\n" in english
    assert "167 steps" in " ".join(english.split())
    assert "[1] mangrove-guide.pdf, page 1\n" in thai
    assert "486ไร่" in "".join(thai.split())
    assert "The documents do not answer this question." in foreign
    assert "Nothing is indexed yet: indexing" in result.stderr
    assert "Traceback" not in result.stderr
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    assert result.stdout == written(readme), "run: python -m tests.readme_transcript"


def test_json_is_one_document_and_nothing_else(storage: Path) -> None:
    assert one_document(kb(storage, "index", "--json"))["unchanged"] == 2
    answer = one_document(kb(storage, "ask", "What does the family ticket cost?", "--json"))
    assert answer["status"] == "answered"
    citation = answer["citations"][0]
    text = (SAMPLES / "lighthouse-guide.txt").read_text(encoding="utf-8")
    assert "".join(citation["quote"].split()) in "".join(text.split())
    assert "£27" in citation["quote"]
    assert set(answer) == {
        *("question", "standalone_question", "status", "reason", "mode", "text", "sentences", "dropped", "draft"),
        *("citations", "sources", "model", "adapter", "adapter_reason", "receipt", "seconds"),
    }
    found = one_document(kb(storage, "search", "ค่าเข้าชมผู้ใหญ่", "--top-k", "2", "--json"))
    assert [result["rank"] for result in found["results"]] == [1, 2]
    assert found["results"][0]["document"] == "mangrove-guide.pdf"
    assert 0 < found["results"][1]["score"] <= found["results"][0]["score"] <= 1
    rows = one_document(kb(storage, "documents", "--json"))["documents"]
    assert {(row["document"], row["language"], row["pages"]) for row in rows} == {
        ("lighthouse-guide.txt", "en", None),
        ("mangrove-guide.pdf", "th", 3),
    }
    assert one_document(kb(storage, "check", "--json")) == {"ok": True, "findings": []}
    examined = {row["name"]: row for row in one_document(kb(storage, "doctor", "--json"))["findings"]}
    assert examined["index"]["value"].startswith("2 documents, ")
    assert examined["network"]["state"] == "ok"


def test_errors_of_the_real_program(storage: Path, tmp_path: Path) -> None:
    result = kb(storage, "index", "/no/such/folder")
    assert (result.returncode, result.stdout, result.stderr.count("\n")) == (1, "", 1)
    result = kb(tmp_path / "new", "ask", "Anything?", "--json")
    assert result.returncode == 1
    assert one_document(result)["error"]["type"] == "IndexMissing"
    assert not (tmp_path / "new").exists()


def test_text_that_the_terminal_cannot_show_is_escaped(storage: Path) -> None:
    command = [sys.executable, "-m", "kb", "search", "ค่าเข้าชม", "--storage", str(storage)]
    ascii_only = {**environment(), "PYTHONIOENCODING": "ascii", "PYTHONUTF8": "0"}
    plain = subprocess.run(command, capture_output=True, env=ascii_only, cwd=storage)
    assert plain.returncode == 0
    assert b"\\u0e04\\u0e48\\u0e32" in plain.stdout
    document = subprocess.run([*command, "--json"], capture_output=True, env=ascii_only, cwd=storage)
    assert json.loads(document.stdout)["question"] == "ค่าเข้าชม"


def test_a_closed_pipe_is_no_error(storage: Path) -> None:
    result = bash(f"{sys.executable} -m kb search tower --storage {storage} | head -c 1", storage)
    assert (result.stdout, result.stderr) == ("1", "")


@pytest.mark.parametrize("options", ["", "--json"])
def test_output_that_goes_nowhere(storage: Path, options: str) -> None:
    closed = bash(f"{sys.executable} -m kb documents {options} --storage {storage} >&-", storage)
    assert (closed.returncode, closed.stderr) == (0, "")
    full = bash(f"{sys.executable} -m kb documents {options} --storage {storage} >/dev/full", storage)
    assert (full.returncode, full.stderr) == (1, "The output cannot be written: No space left on device\n")


def test_an_interrupt_leaves_the_index_as_it_was(storage: Path, tmp_path: Path) -> None:
    papers = tmp_path / "papers"
    papers.mkdir()
    for number in range(60):
        (papers / f"{number}.txt").write_text(f"Paper {number}. " + "The bridge was built of stone. " * 200)
    command = [sys.executable, "-m", "kb", "index", str(papers), "--storage", str(storage)]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True, env=environment(), cwd=storage) as process:
        assert process.stderr is not None
        while "chunks" not in (line := process.stderr.readline()):
            assert line, "the run ended before it began to encode"
        time.sleep(0.5)
        process.send_signal(signal.SIGINT)
        assert process.wait(60) == 130
        assert process.stderr.read() == "Interrupted; what was done is kept\n"
    assert one_document(kb(storage, "check", "--json"))["ok"] is True
    assert one_document(kb(storage, "ask", "What does the family ticket cost?", "--json"))["status"] == "answered"
