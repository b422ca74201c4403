"""A knowledge base of real documents: answers leave receipts that replay, and go stale."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from kb.errors import StorageError
from kb.knowledge_base import KnowledgeBase
from kb.settings import AnswerSettings, ReceiptSettings, RetrievalSettings, Settings
from tests.answering.receipts.kept import BRIDGE, MILL, TOLL
from tests.word_engine import word_embedding

ANSWERING = AnswerSettings(mode="quote", refuse=False)
SETTINGS = Settings(answer=ANSWERING, retrieval=RetrievalSettings(least_relevance=0.0))
QUESTIONS = ("When was the bridge built?", "What was the toll?", "โรงสีหยุดเมื่อใด")


@pytest.fixture
def papers(tmp_path: Path) -> Path:
    folder = tmp_path / "papers"
    folder.mkdir()
    (folder / "bridge.txt").write_text(f"{BRIDGE}\n\n{TOLL}", encoding="utf-8")
    (folder / "mill.md").write_text(MILL, encoding="utf-8")
    return folder


@pytest.fixture
def base(tmp_path: Path, papers: Path) -> Iterator[KnowledgeBase]:
    with KnowledgeBase.open(SETTINGS, storage=tmp_path / "storage") as opened:
        opened._embedder = word_embedding()
        opened.index([papers])
        yield opened


def test_every_answer_replays_identically(base: KnowledgeBase, papers: Path) -> None:
    ids = [base.ask(question).receipt for question in QUESTIONS]
    assert [one.id for one in base.receipts()] == ids[::-1]
    (papers / "other.txt").write_text("A tower of 31 metres, of stone.", encoding="utf-8")
    for id_ in ids:
        assert id_ is not None
        replayed = base.replay(id_)
        assert (replayed.differences, replayed.changes, replayed.circumstances) == ((), (), ())
        assert replayed.identical
        assert replayed.answer.receipt is None
    assert len(base.receipts()) == 3
    assert base.index([papers]).stale_answers == 0


def test_an_edit_makes_answers_stale_and_a_replay_says_which_quote_is_gone(base: KnowledgeBase, papers: Path) -> None:
    base.ask(QUESTIONS[0])
    base.ask(QUESTIONS[2], filters=None)
    (papers / "mill.md").write_text("โรงสียังเดินเครื่องอยู่", encoding="utf-8")
    assert base.index([papers]).stale_answers == sum(
        "mill.md" in {doc.document for doc in one.documents if doc.cited} for one in base.receipts()
    )
    replayed = base.replay("last")
    gone = [change for change in replayed.changes if change.kind == "quote gone"]
    assert [change.document for change in gone] == ["mill.md"]
    assert not replayed.identical
    assert any(told.startswith(("text", "citations")) for told in replayed.differences)


def test_other_settings_are_told(base: KnowledgeBase, tmp_path: Path) -> None:
    base.ask(QUESTIONS[0])
    other = SETTINGS.model_copy(update={"answer": ANSWERING.model_copy(update={"quotes": 1})})
    with KnowledgeBase.open(other, storage=tmp_path / "storage") as again:
        again._embedder = word_embedding()
        replayed = again.replay("last")
    assert replayed.circumstances == ("settings.answer.quotes was 3, is 1",)


def test_no_receipt_is_kept_where_none_is_wanted(tmp_path: Path, base: KnowledgeBase) -> None:
    silent = SETTINGS.model_copy(update={"receipts": ReceiptSettings(keep=False)})
    with KnowledgeBase.open(silent, storage=tmp_path / "storage") as opened:
        opened._embedder = word_embedding()
        assert opened.ask(QUESTIONS[0]).receipt is None
        assert opened.receipts() == []


def test_a_damaged_receipt_is_said_to_be_damaged(base: KnowledgeBase, tmp_path: Path) -> None:
    id_ = base.ask(QUESTIONS[0]).receipt
    file = tmp_path / "storage" / "receipts" / f"{id_}.json"
    file.write_bytes(file.read_bytes()[:-30])
    for use in (base.receipt, base.replay):
        with pytest.raises(StorageError, match="its end is missing"):
            use("last")
    assert base.ask(QUESTIONS[1]).receipt is not None


def test_an_answer_comes_where_no_receipt_can_be_written(base: KnowledgeBase, tmp_path: Path) -> None:
    (tmp_path / "storage" / "receipts").write_text("a file in the place of the folder", encoding="utf-8")
    answer = base.ask(QUESTIONS[0])
    assert answer.status == "answered"
    assert answer.receipt is None
