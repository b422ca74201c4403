"""The exam on the sample documents with the real embedder and a model whose words are written here."""

from __future__ import annotations

from dataclasses import astuple
from pathlib import Path
from typing import Any

import pytest

from kb import prompts
from kb.evaluation.answers.exam import Job, run, take
from kb.evaluation.answers.questions import own
from kb.knowledge_base import KnowledgeBase
from kb.language.segment import language, sentences
from kb.models.opening import Opened
from kb.models.profiles import Profile
from kb.progress import silent
from kb.settings import AnswerSettings, BarSettings, LanguageModelSettings, Settings
from tests.scripted_llm import ScriptedLLM

SERVED = LanguageModelSettings(profile="http", base_url="http://127.0.0.1:9/v1", remote_model="wise")
LOW = BarSettings(questions=12, answerable=8, unanswerable=4, false_refusals=1.0)
ASKED = own().at_most(12).questions


def wise(prompt: str, adapter: str | None) -> str:
    """The sentence with the answer out of the sources of the prompt and a made-up one, or the refusal."""
    asked = next(one for one in own().questions if one.text in prompt)
    sources = [line for line in prompt.splitlines() if asked.text not in line]
    for line in sources:
        for start, end in sentences(line):
            if any(answer in line[start:end] for answer in asked.answers):
                return f"{line[start:end].strip()} [1] The keeper was called Zacharias Quill. [1]"
    return prompts.refusal(language(asked.text))


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch) -> list[ScriptedLLM]:
    """The models that were opened."""
    models: list[ScriptedLLM] = []

    def open_scripted(settings: Any, storage: Path, progress: Any = None, announce: Any = None) -> Opened:
        profile = Profile("http", "wise", "none", "float32", "cpu", "http: the test")
        models.append(ScriptedLLM(wise))
        if announce is not None:
            announce(profile, None)
        return Opened(models[-1], profile, None)

    monkeypatch.setattr("kb.models.opening.open_language_model", open_scripted)
    return models


def test_what_is_shown_is_proven_and_auto_writes_only_above_the_bar(
    models_folder: Path, tmp_path: Path, opened: list[ScriptedLLM]
) -> None:
    (tmp_path / "models").mkdir()
    for owner in models_folder.iterdir():
        (tmp_path / "models" / owner.name).symlink_to(owner)
    settings = Settings(llm=SERVED, answer=AnswerSettings(bar=LOW, max_false_refusal=0.01))
    report = run(Job(most=12), settings, tmp_path)
    (model,) = opened
    assert model.asked
    measured = {name: score.value for name, score in report.composed.items()}
    assert measured["citation_precision"] == measured["foreign_refused"] == measured["same_topic_refused"] == 1.0
    assert measured["answer_accuracy"] == 1.0 - measured["false_refusals"] > 0
    assert 0.4 <= measured["sentences_kept"] <= 0.7
    assert report.quoted["citation_precision"].value == 1.0
    assert report.passed, report.reasons
    assert report.card.is_relative_to(tmp_path / "models" / "http")
    corpus = tmp_path / "evaluation" / "answers"
    assert not (corpus / "receipts").exists()
    lines = {(line.part, line.measure): line.interval for line in take(settings, tmp_path, 12, silent)}
    assert (
        astuple(lines["written by wise at http://127.0.0.1:9/v1", "answer accuracy"])
        == report.composed["answer_accuracy"]
    )
    assert lines["quotes", "false refusals"].n == own().counts()["answerable"]

    said = next(one.text for one in ASKED if one.answers and any(one.text in prompt for prompt, _ in model.asked))
    quiet = settings.receipts.model_copy(update={"keep": False})
    with KnowledgeBase.open(settings.model_copy(update={"receipts": quiet}), storage=corpus) as kb:
        written = kb.ask(said, mode="auto", adapter="none")
        assert (written.mode, "its card passes the bar" in written.reason) == ("compose", True)
    strict = settings.model_copy(update={"receipts": quiet, "answer": AnswerSettings(max_false_refusal=0.01)})
    with KnowledgeBase.open(strict, storage=corpus) as kb:
        quoted = kb.ask(said, mode="auto", adapter="none")
        assert (quoted.mode, quoted.draft) == ("quote", None)
        assert "12 questions were asked, 100 are needed" in quoted.reason
