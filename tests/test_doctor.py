"""Each thing that is missing or broken is named with its fix."""

from __future__ import annotations

import ast
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from typer.testing import CliRunner

from kb.cli.app import app
from kb.doctor import Finding, examine, machine
from kb.models.base_card import Base
from kb.models.devices import GIB, Devices, Gpu
from tests.models.adapters_fixtures import SMOLLM2, card


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
    monkeypatch.setattr(machine, "available_memory", lambda: 2**30)
    found = findings(folder)["memory"]
    assert (found.state, found.value) == ("missing", "1.0 GiB available")
    assert found.fix == "Close programs until 2 GiB are available"


def test_a_full_disk_is_broken(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(machine.shutil, "disk_usage", lambda place: SimpleNamespace(free=2**28))
    found = findings(folder)["disk"]
    assert (found.state, found.value) == ("broken", "0.2 GiB free")
    assert "--storage" in found.fix


def test_read_only_storage_is_broken(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(**_: Any) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(machine.tempfile, "TemporaryFile", refuse)
    found = findings(folder)["storage"]
    assert (found.state, found.value) == ("broken", f"{folder}: Permission denied")


def test_an_old_python_is_broken(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(machine.sys, "version_info", (3, 10, 1))
    assert findings(folder)["python"].state == "broken"


def test_an_absent_library_is_named(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(machine, "_version", lambda name: None if name in ("openvino", "torch") else "1.0")
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


class TestSpeech:
    """What the doctor says of language models, adapters and GPUs."""

    def test_the_model_that_would_speak_is_named_with_what_fetches_it(self, folder: Path) -> None:
        found = findings(folder)["language model"]
        assert found.state == "missing"
        assert found.value.startswith(
            "embedded: HuggingFaceTB/SmolLM2-135M-Instruct, unquantised in float32 on the CPU"
        )
        assert found.fix == "kb models pull HuggingFaceTB/SmolLM2-135M-Instruct"
        assert findings(folder)["models"].fix.startswith("kb models lists them")

    def test_a_card_that_does_not_pass_leaves_answers_to_quotes(
        self, folder: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        found = findings(folder)["its card"]
        assert (found.state, found.value) == ("missing", "it is not judged yet: answers are quotes")
        assert found.fix == "kb evaluate answers (about 53 minutes)"
        own = card(SMOLLM2, base=SMOLLM2, base_digest="w", prompt_digest="p", scores={"base": {}}, passed=False)
        base = Base(SMOLLM2, "w", own.quantisation, "p", folder / "card.json", 53, own)
        monkeypatch.setattr("kb.models.base_card.find", lambda settings, storage: base)
        found = findings(folder)["its card"]
        assert (found.state, found.fix) == ("ok", "")
        assert found.value.startswith("does not pass, answers are quotes: 0 questions were asked, 100 are needed")
        monkeypatch.setattr("kb.answering.permission.meets", lambda card, bar: ())
        assert findings(folder)["its card"] == Finding("its card", "ok", "passes the bar")

    def test_a_damaged_card_is_broken(self, folder: Path) -> None:
        file = folder / "models" / SMOLLM2 / "card.json"
        file.parent.mkdir(parents=True)
        file.write_text("{", encoding="utf-8")
        assert findings(folder)["its card"].state == "broken"
        assert findings(folder)["language model"].state == "missing"

    def test_a_server_plans_its_own_memory(self, folder: Path) -> None:
        file = folder / "settings.toml"
        file.write_text('[llm]\nprofile = "http"\nbase_url = "http://127.0.0.1:8000/v1"\n')
        found = findings(folder)
        assert found["language model"].value == "http: the server at http://127.0.0.1:8000/v1"
        assert "its memory" not in found

    def test_a_context_without_room_is_broken_and_says_what_helps(
        self, folder: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        little = Devices((), 2 * GIB, GIB // 2, 2)
        monkeypatch.setattr("kb.doctor.planning.devices", lambda: little)
        found = findings(folder)["its memory"]
        assert found.state == "broken"
        assert found.value.endswith("too little")
        assert found.fix.startswith("quantisation nf4 saves 0.")

    def test_a_refused_adapter_is_named_with_its_reason(self, folder: Path) -> None:
        (folder / "adapters" / "math").mkdir(parents=True)
        found = findings(folder)["adapters"]
        assert (found.state, found.value) == ("missing", "math (refused)")
        assert found.fix.startswith("math: ")

    @pytest.mark.parametrize(
        ("cuda", "version", "torch", "said"),
        [
            ((), "", "2.13.0", ("ok", "none; language models run on the processor", "")),
            ((), "550.54", None, ("missing", "driver 550.54, but torch is not installed", "make models")),
            (
                (Gpu("Tesla T4", 15 * GIB, 14 * GIB, (7, 5), "550.54"),), "550.54", "2.13.0",
                ("ok", "Tesla T4, 15.0 GiB, 14.0 free, driver 550.54", ""),
            ),
        ],
    )  # fmt: skip
    def test_a_gpu_is_told_with_its_driver(
        self, cuda: Any, version: str, torch: str | None, said: Any, folder: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(machine, "devices", lambda: Devices(cuda, 24 * GIB, 20 * GIB, 2))
        monkeypatch.setattr(machine, "driver", lambda: version)
        known = machine._version
        monkeypatch.setattr(machine, "_version", lambda name: torch if name == "torch" else known(name))
        found = findings(folder)["gpu"]
        assert (found.state, found.value, found.fix) == said

    def test_a_torch_without_cuda_is_named(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(machine, "driver", lambda: "550.54")
        assert "built for CUDA" in findings(folder)["gpu"].fix


class TestPlan:
    """`kb doctor --plan`."""

    def run(self, folder: Path, *arguments: str) -> Any:
        return CliRunner().invoke(app, ["doctor", "--plan", "--storage", str(folder), *arguments])

    def test_mistral_on_a_t4_needs_neither_weights_nor_torch_nor_network(self, folder: Path) -> None:
        script = (
            "import sys; sys.argv = ['kb', *sys.argv[1:]]\n"
            "from kb.__main__ import main\n"
            "try: main()\n"
            "finally: print(sorted({name.split('.')[0] for name in sys.modules}), file=sys.stderr)"
        )
        command = [sys.executable, "-c", script, "doctor", "--plan", "--model", "mistral", "--device", "t4"]
        result = subprocess.run([*command, "--json"], capture_output=True, text=True, cwd=folder)
        assert result.returncode == 0, result.stderr
        document = json.loads(result.stdout)
        assert document["profile"]["model"] == "mistralai/Mistral-7B-Instruct-v0.3"
        assert document["plan"]["fits"] is True
        assert 3.6e9 < sum(line["bytes"] for line in document["plan"]["lines"] if "weights" in line["what"]) < 4.2e9
        assert {"torch", "transformers", "llama_index"}.isdisjoint(ast.literal_eval(result.stderr.splitlines()[-1]))

    def test_what_does_not_fit_ends_with_1_and_three_changes(self, folder: Path) -> None:
        result = self.run(folder, "--model", "mistral", "--device", "t4", "--context", "16384")
        assert result.exit_code == 1
        told = result.stdout.splitlines()
        assert told[-4] == "What helps, the least loss first:"
        assert told[-3].startswith("  context 6656 instead of 16384 saves ")
        assert told[-3].endswith("which is enough")

    def test_training_has_lines_of_its_own(self, folder: Path) -> None:
        result = self.run(folder, "--model", "mistral", "--device", "15", "--train")
        assert result.exit_code == 0
        for what in ("gradients", "optimizer", "kept activations"):
            assert f"\n{what}" in result.stdout

    def test_the_cpu_can_be_asked_for(self, folder: Path) -> None:
        document = json.loads(self.run(folder, "--model", "microsoft/phi-2", "--device", "cpu", "--json").stdout)
        assert (document["profile"]["device"], document["profile"]["quantisation"]) == ("cpu", "nf4")

    @pytest.mark.parametrize(
        ("arguments", "said"),
        [
            (("--device", "t9"), "There is no card 't9' in the list"),
            (("--model", "nobody/model"), "The sizes of nobody/model are not known before it is here"),
            (("--model", "microsoft/phi-2", "--context", "4096"), "microsoft/phi-2 reads at most 2,048 tokens"),
        ],
    )
    def test_bad_wishes_are_one_line(self, folder: Path, arguments: tuple[str, ...], said: str) -> None:
        result = self.run(folder, *arguments)
        assert result.exit_code == 1
        assert said in result.stderr
        assert len(result.stderr.strip().splitlines()) == 1

    def test_a_wish_without_plan_is_wrong_usage(self, folder: Path) -> None:
        result = CliRunner().invoke(app, ["doctor", "--device", "t4"])
        assert result.exit_code == 2
        assert "--plan" in result.stderr
