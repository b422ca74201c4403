"""Each thing that is missing or broken is named with its fix."""

from __future__ import annotations

import json
import os
import shutil
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from typer.testing import CliRunner

from kb import doctor
from kb.cli.app import app
from kb.doctor import Finding, examine


def findings(storage: Path, settings: Path | None = None) -> dict[str, Finding]:
    return {finding.name: finding for finding in examine(settings, storage)}


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty working folder."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_a_new_machine_misses_what_is_fetched_by_itself_and_nothing_is_broken(folder: Path) -> None:
    found = findings(folder / "storage")
    assert [name for name, finding in found.items() if finding.state == "broken"] == []
    assert found["embedder"] == Finding(
        "embedder",
        "missing",
        "intfloat/multilingual-e5-small is not prepared",
        "kb models pull intfloat/multilingual-e5-small",
    )
    assert found["index"].state == "missing"
    assert "kb index" in found["index"].fix
    assert found["network"].value == "needed once, to prepare the embedder"
    assert found["settings"].value == "the defaults"
    assert found["python"].value == ".".join(map(str, sys.version_info[:3]))
    assert not (folder / "storage").exists()


def test_what_is_found_is_measured(folder: Path) -> None:
    found = findings(folder)
    cores = len(os.sched_getaffinity(0))
    assert found["processor"].value.endswith(f", {cores} core{'s' if cores > 1 else ''}")
    free = shutil.disk_usage(folder).free / 2**30
    assert float(found["disk"].value.split()[0]) == pytest.approx(free, abs=0.5)
    assert "openvino" in found["libraries"].value
    assert found["storage"].value == f"{folder}, writable"


def test_little_memory_is_named(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doctor, "available_memory", lambda: 2**30)
    found = findings(folder)["memory"]
    assert (found.state, found.value) == ("missing", "1.0 GiB available")
    assert found.fix == "Close programs until 2 GiB are available"


def test_a_full_disk_is_broken(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doctor.shutil, "disk_usage", lambda place: SimpleNamespace(free=2**28))
    found = findings(folder)["disk"]
    assert (found.state, found.value) == ("broken", "0.2 GiB free")
    assert "--storage" in found.fix


def test_read_only_storage_is_broken(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(**_: Any) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(doctor.tempfile, "TemporaryFile", refuse)
    found = findings(folder)["storage"]
    assert (found.state, found.value) == ("broken", f"{folder}: Permission denied")


def test_an_old_python_is_broken(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doctor.sys, "version_info", (3, 10, 1))
    assert findings(folder)["python"].state == "broken"


def test_an_absent_library_is_named(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doctor, "_version", lambda name: None if name in ("openvino", "torch") else "1.0")
    found = findings(folder)
    assert (found["libraries"].state, found["libraries"].value) == ("broken", "not installed: openvino")
    assert (found["models extra"].state, found["models extra"].value) == ("missing", "not installed: torch")
    assert "make models" in found["models extra"].fix


def test_wrong_settings_are_broken(folder: Path) -> None:
    file = folder / "settings.toml"
    file.write_text("[answer]\nquotes = 0\n")
    found = findings(folder)["settings"]
    assert found.state == "broken"
    assert "answer.quotes" in found.value


def test_no_model_and_no_download_is_broken(folder: Path) -> None:
    file = folder / "settings.toml"
    file.write_text("[models]\ndownload = false\n")
    found = findings(folder)
    assert (found["embedder"].state, found["network"].state) == ("broken", "broken")


def test_a_damaged_index_is_broken(folder: Path) -> None:
    (folder / "index").mkdir()
    (folder / "index" / "CURRENT").write_text("nonsense")
    found = findings(folder)["index"]
    assert found.state == "broken"
    assert "--rebuild" in found.fix


def test_the_command_fails_when_something_is_broken(folder: Path) -> None:
    run = CliRunner().invoke
    result = run(app, ["doctor", "--storage", str(folder)])
    assert result.exit_code == 0
    assert result.stdout.splitlines()[0].startswith("ok      python")
    (folder / "settings.toml").write_text("[answer]\nquotes = 0\n")
    result = run(app, ["doctor", "--storage", str(folder), "--json"])
    document = json.loads(result.stdout)
    assert result.exit_code == 1
    assert document["ok"] is False
    assert [finding["name"] for finding in document["findings"] if finding["state"] == "broken"] == ["settings"]
