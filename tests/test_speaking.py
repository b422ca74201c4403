"""The knowledge base and who may write in it: adapters chosen, named and refused, the language model shared."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from kb.errors import AdapterError, KBError
from kb.knowledge_base import KnowledgeBase
from kb.models import opening
from kb.models.limits import Limits
from kb.settings import AdapterSettings, AnswerSettings, Settings
from tests.models.adapters_fixtures import random_adapter, with_card
from tests.models.scripted_model import scripted
from tests.models.tiny_language import tiny
from tests.word_engine import word_embedding

OPEN = Settings(answer=AnswerSettings(refuse=False))
SUMMARY = "Summarise the chapter on mills."


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """A folder with one document and a storage with three adapters: one passed, one did not, one is no adapter."""
    (tmp_path / "papers").mkdir()
    (tmp_path / "papers" / "mill.txt").write_text(
        "The mill ground barley. Its wheel stopped in 1930.", encoding="utf-8"
    )
    model, _ = tiny("mistral")
    storage = tmp_path / "storage" / "adapters"
    with_card(random_adapter(model, storage, "summaries"), examples=(SUMMARY, "Give a summary of the chapter."))
    with_card(random_adapter(model, storage, "worse.rejected"), passed=False, reasons=("it fell short",))
    (storage / "broken").mkdir()
    return tmp_path


def opened(place: Path, settings: Settings = OPEN) -> KnowledgeBase:
    base = KnowledgeBase.open(settings, storage=place / "storage")
    base._embedder = word_embedding()
    return base


@pytest.fixture
def base(place: Path) -> KnowledgeBase:
    base = opened(place)
    base.index([place / "papers"])
    return base


def test_adapters_are_listed_with_their_state(base: KnowledgeBase) -> None:
    assert {adapter.name: adapter.state for adapter in base.adapters()} == {
        "broken": "refused",
        "summaries": "passed",
        "worse.rejected": "rejected",
    }


def test_an_answer_says_who_its_question_is_for_and_no_model_wrote_it(base: KnowledgeBase) -> None:
    answer = base.ask("When did the wheel stop?", adapter="summaries")
    assert answer.adapter_reason == "summaries: named by you"
    assert (answer.adapter, answer.model, answer.draft) == (None, None, None)
    assert answer.mode == "quote"


def test_a_question_like_the_examples_goes_to_their_adapter(base: KnowledgeBase) -> None:
    route = base.route(SUMMARY)
    assert route.adapter == "summaries"
    assert base.ask(SUMMARY).adapter_reason == route.reason
    assert f"»{SUMMARY}«" in route.reason


def test_settings_name_the_adapter_where_the_question_does_not(place: Path) -> None:
    base = opened(place, OPEN.model_copy(update={"adapters": AdapterSettings(choose="none")}))
    assert base.route(SUMMARY).reason == "base model: no adapter was wanted"
    assert base.route(SUMMARY, "auto").adapter == "summaries"


def test_a_rejected_adapter_is_used_by_name_and_says_so(base: KnowledgeBase) -> None:
    assert base.route(SUMMARY, "worse.rejected").reason == (
        "worse.rejected: named by you, although it did not pass: it fell short"
    )


@pytest.mark.parametrize("name", ["broken", "nobody", "../adapters/summaries"])
def test_an_adapter_that_cannot_be_used_is_refused_before_anything_is_looked_for(
    base: KnowledgeBase, name: str
) -> None:
    with pytest.raises(AdapterError, match=r"broken|There is no adapter"):
        base.ask("When did the wheel stop?", adapter=name)


def test_without_adapters_no_embedder_is_opened_for_routing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    base = KnowledgeBase.open(OPEN, storage=tmp_path)
    monkeypatch.setattr(base, "embedding", lambda *_: pytest.fail("the embedder was opened"))
    assert base.route("What is 2 + 2?").reason == "base model: no adapter has passed yet"


def test_an_adapter_that_comes_later_is_seen(place: Path, base: KnowledgeBase) -> None:
    assert base.route("Translate the chapter.").adapter != "translations"
    model, _ = tiny("mistral")
    late = random_adapter(model, place / "storage" / "adapters", "translations", seed=1)
    with_card(late, examples=("Translate the chapter.", "Translate this page."))
    assert base.route("Translate the chapter.").adapter == "translations"


@pytest.fixture
def openings(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The profiles for which a language model was opened; each gets one that says its lines."""
    profiles: list[str] = []

    def open_scripted(settings: Settings, storage: Path, progress: Any = None, announce: Any = None) -> Any:
        profiles.append(settings.llm.profile)
        llm = scripted({None: "From the base.", "summaries": "From summaries."}, Limits(1000, 64))
        if announce is not None:
            announce(SimpleNamespace(reason="for the test"), None)
        return SimpleNamespace(llm=llm, profile=None, plan=None)

    monkeypatch.setattr(opening, "open_language_model", open_scripted)
    return profiles


def test_a_language_model_is_opened_once_and_another_takes_its_place(base: KnowledgeBase, openings: list[str]) -> None:
    first = base.language_model()
    assert base.language_model() is first
    assert base.language_model("embedded") is not first
    base.language_model()
    assert openings == ["auto", "embedded", "auto"]


def test_two_adapters_answer_one_question(base: KnowledgeBase, openings: list[str]) -> None:
    ours, theirs = base.compare_adapters("summaries", "none", "When did the wheel stop?")
    assert (ours.adapter, ours.text) == ("summaries", "From summaries.")
    assert (theirs.adapter, theirs.text) == (None, "From the base.")
    assert openings == ["auto"]


def test_a_wrong_adapter_is_told_before_a_model_is_loaded(base: KnowledgeBase, openings: list[str]) -> None:
    with pytest.raises(KBError, match="There is no adapter 'nobody'"):
        base.compare_adapters("none", "nobody", "When did the wheel stop?")
    assert openings == []


def test_the_lab_shows_both_sides_and_what_was_read(base: KnowledgeBase, openings: list[str]) -> None:
    heard: list[str] = []
    watch = SimpleNamespace(
        announced=lambda profile, plan: heard.append(profile.reason),
        begins=lambda side, name: heard.append(side),
        says=lambda side, delta: None,
    )
    found = base.lab("ask", "When did the wheel stop?", watch=watch)
    assert [source.document for source in found.sources] == ["mill.txt"]
    assert found.closed.checks is not None
    assert (found.closed.text, found.grounded.text) == ("From the base.", "From the base.")
    assert heard == ["for the test", "closed", "grounded"]
    assert dataclasses.asdict(found)["task"] == "ask"
