"""Questions to a whole knowledge base: who writes, what is shown, what came before, and the receipt of it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from kb.answering.answer import Answer
from kb.answering.asking import Asker
from kb.answering.conversation import Turn
from kb.answering.events import Drafted, Judged, Quoted, Retrieved
from kb.answering.permission import Permission
from kb.errors import DocumentError, SettingsError
from kb.knowledge_base import KnowledgeBase
from kb.models import opening
from kb.models.profiles import Profile
from kb.settings import AnswerSettings, ReceiptSettings, Settings
from tests.scripted_llm import ScriptedLLM
from tests.word_engine import word_embedding

MILL = "The mill at Dunmore was built in 1823. Its wheel is 4 metres wide. The miller was Tom Reed."
BOAT = "The ferry crosses at noon. It carries 12 people. Ann Lee built the ferry in 1901."
OPEN = Settings(answer=AnswerSettings(refuse=False))
QUESTION = "When was the mill at Dunmore built?"
PROFILE = Profile("named", "test/scripted", "none", "float32", "cpu", "for the test")
TRUE, FALSE = "The mill at Dunmore was built in 1823.", "The mill at Dunmore was built in 1923."


@pytest.fixture
def base(tmp_path: Path) -> KnowledgeBase:
    return opened(tmp_path)


def opened(place: Path, settings: Settings = OPEN) -> KnowledgeBase:
    papers = place / "papers"
    if not papers.exists():
        papers.mkdir()
        (papers / "mill.txt").write_text(MILL, encoding="utf-8")
        (papers / "boat.txt").write_text(BOAT, encoding="utf-8")
    base = KnowledgeBase.open(settings, storage=place / "storage")
    base._embedder = word_embedding()
    base.index([papers])
    return base


Script = Callable[[str], ScriptedLLM]


@pytest.fixture
def writes(monkeypatch: pytest.MonkeyPatch) -> Script:
    """Lets a model of these words be the language model of every knowledge base."""

    def write(text: str) -> ScriptedLLM:
        llm = ScriptedLLM(lambda prompt, adapter: text)

        def open_scripted(*arguments: Any) -> opening.Opened:
            return opening.Opened(llm, PROFILE, None)

        monkeypatch.setattr(opening, "open_language_model", open_scripted)
        return llm

    return write


def test_auto_quotes_and_says_why_while_no_model_is_judged(base: KnowledgeBase, writes: Script) -> None:
    llm = writes(TRUE)
    answer = base.ask(QUESTION)
    assert (answer.mode, answer.status, llm.asked) == ("quote", "answered", [])
    assert answer.reason.endswith("no model is judged yet: kb evaluate answers")
    assert "no model is judged" not in base.ask(QUESTION, "quote").reason


def test_compose_shows_what_is_proven_and_drops_the_rest(base: KnowledgeBase, writes: Script) -> None:
    writes(f"{TRUE} [1] Its wheel is 9 metres wide. [1]")
    answer = base.ask(QUESTION, "compose")
    assert (answer.mode, answer.status, answer.model) == ("compose", "answered", "scripted")
    assert answer.text == f"{TRUE} [1]"
    assert answer.citations[0].quote == TRUE == MILL[answer.citations[0].start : answer.citations[0].end]
    (dropped,) = answer.dropped
    assert (dropped.text, dropped.status) == ("Its wheel is 9 metres wide.", "contradicted")


def test_a_false_draft_is_declined_when_compose_was_asked_for(base: KnowledgeBase, writes: Script) -> None:
    writes(FALSE)
    answer = base.ask(QUESTION, "compose")
    assert (answer.status, answer.sentences, answer.citations) == ("declined", (), ())
    assert FALSE not in answer.text


def test_a_sentence_is_shown_only_after_its_verdict(base: KnowledgeBase, writes: Script) -> None:
    writes(f"{TRUE} {FALSE}")
    events = list(base.ask_stream(QUESTION, "compose"))
    kinds = [type(event) for event in events]
    assert kinds[:2] == [Retrieved, Quoted]
    assert kinds[-1] is Answer
    assert set(kinds[2:-1]) == {Drafted, Judged}
    assert [event.shown for event in events if isinstance(event, Judged)] == [TRUE, None]


def test_the_mode_of_the_settings_counts_where_none_is_named(tmp_path: Path, writes: Script) -> None:
    writes(TRUE)
    settings = Settings(answer=AnswerSettings(refuse=False, mode="compose"))
    assert opened(tmp_path, settings).ask(QUESTION).mode == "compose"


def test_a_mode_that_there_is_not_is_refused(base: KnowledgeBase) -> None:
    with pytest.raises(SettingsError, match="There is no answer mode 'poem'"):
        base.ask(QUESTION, "poem")
    assert base.receipts() == []


def test_a_follow_up_is_understood_by_what_was_said(base: KnowledgeBase) -> None:
    turns = [Turn("When does the ferry cross?", "When does the ferry cross?", "The ferry crosses at noon.")]
    answer = base.ask("Who built it?", "quote", history=turns)
    assert answer.question == "Who built it?"
    assert "ferry" in answer.standalone_question
    assert answer.citations[0].document == "boat.txt"
    assert all("noon" not in citation.quote or citation.document == "boat.txt" for citation in answer.citations)


def test_a_model_that_passed_words_the_follow_up_and_one_that_did_not_does_not(
    base: KnowledgeBase, monkeypatch: pytest.MonkeyPatch
) -> None:
    def says(prompt: str, adapter: str | None) -> str:
        return "Ann Lee built the ferry in 1901." if "crosses at noon. It carries" in prompt else "Who built the ferry?"

    llm = ScriptedLLM(says)
    monkeypatch.setattr(opening, "open_language_model", lambda *_: opening.Opened(llm, PROFILE, None))
    turns = [Turn("When does the ferry cross?", "When does the ferry cross?", "The ferry crosses at noon.")]
    named = base.ask("And who made it?", "compose", history=turns)
    assert len(llm.asked) == 1
    passed = Permission("compose", "auto", None, "its card passes the bar")
    monkeypatch.setattr(Asker, "_permission", lambda *_: (passed, None))
    answer = base.ask("And who made it?", history=turns)
    assert len(llm.asked) == 3
    assert answer.standalone_question == "Who built the ferry?" != named.standalone_question
    assert answer.text == "Ann Lee built the ferry in 1901. [1]"


def test_a_receipt_makes_the_same_answer_again(base: KnowledgeBase, writes: Script) -> None:
    llm = writes(f"{TRUE} {FALSE}")
    base.language_model()  # else the first reason names the model that the settings would choose
    for mode in ("quote", "compose"):
        answer = base.ask(QUESTION, mode)
        replayed = base.replay("last")
        assert replayed.receipt.id == answer.receipt
        assert (replayed.identical, replayed.differences, replayed.changes) == (True, (), ())
    assert [one.mode for one in base.receipts()] == ["compose", "quote"]
    writer = base.receipt("last").writer
    assert writer is not None
    assert (writer.model, writer.quantisation) == ("scripted", "none")
    assert writer.prompt_sha256 == hashlib.sha256(llm.asked[-1][0].encode()).hexdigest()


def test_an_answer_whose_source_changed_is_stale(base: KnowledgeBase, tmp_path: Path) -> None:
    base.ask(QUESTION, "quote")
    base.ask("Who built the ferry?", "quote")
    (tmp_path / "papers" / "mill.txt").write_text(MILL.replace("1823", "1832"), encoding="utf-8")
    assert base.index([tmp_path / "papers"]).stale_answers == len(
        [one for one in base.receipts() if any(doc.document == "mill.txt" and doc.cited for doc in one.documents)]
    )
    first = base.receipts()[-1]
    replayed = base.replay(first.id)
    assert not replayed.identical
    assert [(change.document, change.kind) for change in replayed.changes] == [("mill.txt", "quote gone")]


def test_stopping_in_the_middle_leaves_a_receipt_that_says_so(base: KnowledgeBase, writes: Script) -> None:
    llm = writes(f"{TRUE} {FALSE}")
    events = base.ask_stream(QUESTION, "compose")
    for event in events:
        if isinstance(event, Drafted):
            events.close()  # type: ignore[attr-defined]
            break
    assert llm.closed == 1
    (told,) = base.receipts()
    assert (told.status, told.question) == ("interrupted", QUESTION)
    assert base.receipt("last").answer is None
    assert base.ask(QUESTION, "compose").status == "answered"


def test_no_receipt_is_kept_where_none_is_wanted(tmp_path: Path) -> None:
    settings = Settings(answer=AnswerSettings(refuse=False), receipts=ReceiptSettings(keep=False))
    base = opened(tmp_path, settings)
    assert base.ask(QUESTION).receipt is None
    assert base.receipts() == []
    with pytest.raises(DocumentError, match="There is no receipt"):
        base.receipt("last")


def test_events_and_receipts_are_plain_json(base: KnowledgeBase, writes: Script) -> None:
    writes(TRUE)
    answer = base.ask(QUESTION, "compose")
    assert json.loads(json.dumps(answer.as_dict()))["sentences"][0]["text"] == TRUE
    receipt = json.loads(json.dumps(base.receipt("last").as_dict()))
    assert receipt["answer"]["text"] == answer.text
    assert receipt["id"] == answer.receipt
