"""From settings to a language model: what is told and refused before anything is loaded, and what then speaks."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import torch

from kb.errors import MemoryPlanError, ModelUnavailable
from kb.models import devices, loading, remote
from kb.models.language_model import KBLanguageModel
from kb.models.memory import Plan
from kb.models.opening import open_language_model
from kb.models.profiles import Profile
from kb.settings import LanguageModelSettings, Settings
from tests.models.adapters_fixtures import random_adapter, with_card
from tests.models.tiny_language import tiny, write

MIB = 2**20
QUESTION = "Who founded the league?"


@pytest.fixture
def storage(tmp_path: Path) -> Path:
    """A storage with a tiny Mistral in a folder, and adapters: one passed, one unjudged."""
    write("mistral", tmp_path / "mistral")
    model, _words = tiny("mistral")
    with_card(random_adapter(model, tmp_path / "adapters", "docs"), base_digest=digest_of(tmp_path))
    random_adapter(model, tmp_path / "adapters", "notes", seed=1)
    return tmp_path


def digest_of(storage: Path) -> str:
    precision = loading.Precision("none", "float32")
    folder = str(storage / "mistral")
    return loading.prepare_language_model(folder, storage / "models", precision, download=False).base_digest


def asking(storage: Path, **llm: Any) -> Settings:
    values = {"profile": str(storage / "mistral"), "context": 300, "max_new_tokens": 24, "device": "cpu", **llm}
    return Settings(llm=LanguageModelSettings(**values))


@pytest.fixture
def machine(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Sets what memory this machine has free, in bytes."""

    def has(free: int) -> None:
        monkeypatch.setattr(devices, "devices", lambda: devices.Devices((), free, free, 2))

    has(2**30)
    return has


@pytest.fixture
def no_loading(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> None:
        pytest.fail("something was loaded")

    monkeypatch.setattr(loading, "prepare_language_model", refuse)


def test_the_model_of_a_folder_speaks_within_the_limits_of_the_settings(storage: Path, machine: Any) -> None:
    opened = open_language_model(asking(storage), storage)
    assert isinstance(opened.llm, KBLanguageModel)
    assert (opened.llm.metadata.context_window, opened.llm.metadata.num_output) == (300, 24)
    model, words = tiny("mistral")
    ids = words.apply_chat_template(
        [{"role": "user", "content": QUESTION}], add_generation_prompt=True, return_dict=True, return_tensors="pt"
    )
    whole = model.generate(**ids, max_new_tokens=24, do_sample=False)[0, ids["input_ids"].shape[1] :]
    assert opened.llm.complete(QUESTION).text == words.decode(whole, skip_special_tokens=True).rstrip("\ufffd")
    assert opened.llm.complete(QUESTION, adapter="docs").text != opened.llm.complete(QUESTION).text


def test_choice_and_plan_are_told_before_anything_is_loaded(
    storage: Path, machine: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    order: list[Any] = []
    real = loading.prepare_language_model
    monkeypatch.setattr(
        loading, "prepare_language_model", lambda *args, **how: order.append("load") or real(*args, **how)
    )
    opened = open_language_model(asking(storage), storage, announce=lambda *told: order.append(told))
    assert order == [(opened.profile, opened.plan), "load"]
    assert isinstance(opened.plan, Plan)
    assert opened.profile.kind == "named"


def test_passed_adapters_are_planned_for(storage: Path, machine: Any) -> None:
    plan = open_language_model(asking(storage), storage).plan
    assert plan is not None
    assert [name for name, _bytes in plan.task.adapters] == ["docs"]
    assert [line.what for line in plan.lines if "docs" in line.what]


def test_adapters_have_the_room_that_the_model_leaves(storage: Path, machine: Any) -> None:
    roomy = open_language_model(asking(storage), storage)
    assert roomy.plan is not None
    adapter = dict(roomy.plan.task.adapters)["docs"]
    machine(roomy.plan.total - 1)  # one byte too little for the adapter, enough for the model
    tight = open_language_model(asking(storage), storage)
    assert tight.plan is not None
    assert tight.plan.task.adapters == ()
    assert adapter > 0
    with pytest.raises(MemoryPlanError, match="Adapter docs"):
        tight.llm.complete(QUESTION, adapter="docs")
    assert tight.llm.complete(QUESTION).text == roomy.llm.complete(QUESTION).text


def test_what_does_not_fit_is_told_and_refused_before_anything_is_loaded(
    storage: Path, machine: Any, no_loading: None
) -> None:
    told: list[tuple[Profile, Plan | None]] = []
    machine(MIB)
    with pytest.raises(MemoryPlanError, match="too little"):
        open_language_model(asking(storage), storage, announce=lambda *both: told.append(both))
    assert told[0][1] is not None
    assert not told[0][1].fits


def test_a_large_model_is_not_fetched_without_being_asked_for(storage: Path, machine: Any, no_loading: None) -> None:
    with pytest.raises(ModelUnavailable, match=r"14\.5 GB.*kb models pull mistralai/Mistral-7B-Instruct"):
        open_language_model(asking(storage, profile="mistral"), storage)


def test_the_context_is_no_longer_than_the_model_reads(storage: Path, machine: Any) -> None:
    opened = open_language_model(asking(storage, context=100_000, max_new_tokens=9_000), storage)
    assert opened.llm.metadata.context_window == 1024
    assert opened.plan is not None
    assert opened.plan.task.context == 1024


def test_memory_that_runs_out_though_it_fitted_brings_what_takes_less(
    storage: Path, machine: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    llm = open_language_model(asking(storage, context=1024), storage).llm
    assert isinstance(llm, KBLanguageModel)

    def full(*_: object, **__: object) -> None:
        raise torch.OutOfMemoryError("CUDA out of memory.")

    monkeypatch.setattr(llm.loaded.model, "forward", full)
    with pytest.raises(MemoryPlanError, match=r"What takes less, the least loss first: .*context"):
        llm.complete(QUESTION)


def test_a_server_is_asked_and_nothing_is_planned(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    told: list[tuple[Profile, Plan | None]] = []
    monkeypatch.setattr(remote, "open_remote", lambda llm: ("remote", llm.base_url))
    settings = Settings(llm=LanguageModelSettings(profile="http", base_url="http://127.0.0.1:9/v1"))
    opened = open_language_model(settings, tmp_path, announce=lambda *both: told.append(both))
    assert opened.llm == ("remote", "http://127.0.0.1:9/v1")
    assert opened.plan is None
    assert [(profile.kind, plan) for profile, plan in told] == [("http", None)]


def test_a_card_without_room_is_no_reason_to_load(
    storage: Path, monkeypatch: pytest.MonkeyPatch, no_loading: None
) -> None:
    """A GPU is planned for by what it has free, not by what the host has."""
    card = devices.Gpu("Tesla T4", 15 * 2**30, MIB, (7, 5))
    monkeypatch.setattr(devices, "devices", lambda: devices.Devices((card,), 2**34, 2**34, 2))
    with pytest.raises(MemoryPlanError, match="Tesla T4"):
        open_language_model(asking(storage, device="cuda"), storage)
