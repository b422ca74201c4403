"""The knowledge base as a whole, with an embedder whose vectors can be written by hand."""

from __future__ import annotations

import dataclasses
import json
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from kb.answering.answer import Answer
from kb.errors import Busy, DocumentError, IndexMismatch, IndexMissing, QuestionError, SettingsError
from kb.knowledge_base import KnowledgeBase
from kb.settings import AnswerSettings, RetrievalSettings, Settings, SplitterSettings
from tests.index.test_faults import NOBODY, in_child, open_up
from tests.word_engine import WordEngine, word_embedding

BRIDGE = "The bridge was built in 1871. It crosses the river Aln near the mill.\n\nThe toll was two pence."
MILL = "The mill ground barley for the village. Its wheel stopped in 1930."
OPEN = Settings(answer=AnswerSettings(refuse=False), retrieval=RetrievalSettings(least_relevance=0.0))

Open = Callable[..., KnowledgeBase]


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """A folder with two documents, and room for a storage beside it."""
    (tmp_path / "papers").mkdir()
    (tmp_path / "papers" / "bridge.txt").write_text(BRIDGE, encoding="utf-8")
    (tmp_path / "papers" / "mill.md").write_text(MILL, encoding="utf-8")
    return tmp_path


@pytest.fixture
def opened(place: Path) -> Iterator[Open]:
    """Open knowledge bases over one storage, with the word embedder."""
    bases: list[KnowledgeBase] = []
    embedding = word_embedding()

    def make(settings: Settings = OPEN) -> KnowledgeBase:
        base = KnowledgeBase.open(settings, storage=place / "storage")
        base._embedder = embedding
        bases.append(base)
        return base

    yield make
    for base in bases:
        base.close()


@pytest.fixture
def base(opened: Open, place: Path) -> KnowledgeBase:
    base = opened()
    base.index([place / "papers"])
    return base


def assert_proven(answer: Answer, texts: dict[str, str]) -> None:
    """Every sentence cites, every citation is the very text of its document."""
    assert [citation.number for citation in answer.citations] == list(range(1, len(answer.citations) + 1))
    for citation in answer.citations:
        assert texts[citation.document][citation.start : citation.end] == citation.quote
    for sentence in answer.sentences:
        assert sentence.citations
        assert [answer.citations[number - 1].quote for number in sentence.citations] == [sentence.text]


def test_an_answer_quotes_the_sentence_and_says_where_it_stands(base: KnowledgeBase) -> None:
    answer = base.ask("When was the bridge built?")
    assert answer.status == "answered"
    assert answer.mode == "quote"
    assert answer.citations[0].document == "bridge.txt"
    assert "built in 1871" in answer.citations[0].quote
    assert_proven(answer, {"bridge.txt": BRIDGE, "mill.md": MILL})


def test_the_json_of_an_answer_has_the_agreed_shape(base: KnowledgeBase) -> None:
    document = json.loads(json.dumps(base.ask("When was the bridge built?").as_dict()))
    assert list(document) == [
        "question", "standalone_question", "status", "reason", "mode", "text", "sentences", "dropped", "draft",
        "citations", "sources", "model", "adapter", "adapter_reason", "receipt", "seconds",
    ]  # fmt: skip
    assert list(document["citations"][0]) == ["number", "document", "page", "page_end", "start", "end", "quote"]
    assert list(document["sources"][0]) == ["document", "page", "start", "end", "text", "score", "steps"]
    assert list(document["sources"][0]["steps"][0]) == ["step", "variant", "rank", "score", "kept", "why"]
    assert list(document["seconds"]) == ["retrieve", "quote", "draft", "verify", "total"]
    assert document["receipt"] == base.receipt("last").id
    assert document["draft"] is document["model"] is None


def test_sources_come_best_first_with_a_probability_and_their_steps(base: KnowledgeBase) -> None:
    sources = base.search("Which barley did the mill grind?", top_k=2)
    assert [source.document for source in sources] == ["mill.md", "bridge.txt"]
    assert 1 > sources[0].score > sources[1].score > 0
    ranking = ["dense", "lexical", "fusion", "calibration"]
    cutting = ["relevance", "near-duplicate", "top-k", "mmr"]
    assert [step.step for step in sources[0].steps] == [*ranking, *cutting]
    assert [step.rank for step in sources[0].steps] == [1] * 8
    assert [step.rank for step in sources[1].steps[4:]] == [2] * 4


def test_a_passage_that_only_one_leg_finds_is_scored_by_both(opened: Open, place: Path) -> None:
    base = opened(OPEN.model_copy(update={"retrieval": OPEN.retrieval.model_copy(update={"pool": 1, "top_k": 1})}))
    base.index([place / "papers"])
    rankings = base.rankings("mill mill mill bridge built")
    both = {hit.document for hit in [*rankings.dense, *rankings.lexical]}
    assert {hit.document for hit in rankings.fused} == both
    assert base.rankings("mill", limit=2).fused[0].document == "mill.md"


def test_weak_evidence_is_declined_with_the_nearest_sources(opened: Open, place: Path) -> None:
    base = opened(Settings())
    base.index([place / "papers"])
    answer = base.ask("Who won the chess championship?")
    assert answer.status == "declined"
    assert answer.text == "The documents do not answer this question."
    assert answer.sentences == answer.citations == ()
    assert answer.sources
    assert "too weak" in answer.reason
    assert "uncalibrated" in answer.reason  # nothing was fitted for the word embedder
    assert base.ask("ใครชนะการแข่งขันหมากรุก").text.startswith("เอกสาร")


def test_a_deleted_document_is_never_quoted_again(base: KnowledgeBase, place: Path) -> None:
    assert base.ask("When was the bridge built?").citations[0].document == "bridge.txt"
    (place / "papers" / "bridge.txt").unlink()
    assert base.index([place / "papers"]).deleted == ["bridge.txt"]
    answer = base.ask("When was the bridge built?")
    assert {source.document for source in answer.sources} == {"mill.md"}


def test_a_removed_document_stays_out_until_it_is_named(base: KnowledgeBase, place: Path) -> None:
    assert base.remove("mill.md") == "mill.md"
    base.index()
    assert {source.document for source in base.search("mill")} == {"bridge.txt"}
    base.index([place / "papers" / "mill.md"])
    assert base.search("barley")[0].document == "mill.md"


def test_an_unchanged_folder_costs_no_encoding(base: KnowledgeBase, place: Path) -> None:
    engine = base.embedding()._engine
    assert isinstance(engine, WordEngine)
    engine.encoded.clear()
    synced = base.index([place / "papers"])
    assert (synced.unchanged, synced.added, engine.encoded) == (2, [], [])


def test_a_change_encodes_only_what_changed(base: KnowledgeBase, place: Path) -> None:
    engine = base.embedding()._engine
    assert isinstance(engine, WordEngine)
    engine.encoded.clear()
    (place / "papers" / "mill.md").write_text("The mill burned down.", encoding="utf-8")
    assert base.index().changed == ["mill.md"]
    assert engine.encoded == ["The mill burned down."]


def test_another_reader_sees_a_change_at_its_next_question(base: KnowledgeBase, opened: Open, place: Path) -> None:
    other = opened()
    assert other.search("mill")[0].document == "mill.md"
    (place / "papers" / "castle.txt").write_text("The castle burned in 1566.", encoding="utf-8")
    base.index()
    assert other.search("castle")[0].document == "castle.txt"
    base.index(rebuild=True)
    assert other.search("castle")[0].document == "castle.txt"


def test_a_rebuild_of_one_folder_keeps_the_others(base: KnowledgeBase, place: Path) -> None:
    (place / "castle.txt").write_text("The castle burned in 1566.", encoding="utf-8")
    base.index([place / "castle.txt"], rebuild=True)
    assert [row.name for row in base.documents()] == ["bridge.txt", "castle.txt", "mill.md"]


def test_a_rebuild_without_a_missing_folder_is_refused_unless_pruned(base: KnowledgeBase, place: Path) -> None:
    (place / "castle.txt").write_text("The castle burned in 1566.", encoding="utf-8")
    base.index([place / "castle.txt"])
    (place / "papers").rename(place / "away")
    with pytest.raises(DocumentError, match=r"papers.*not rebuilt.*--prune"):
        base.index(rebuild=True)
    assert base.search("barley")[0].document == "mill.md"
    base.index(rebuild=True, prune=True)
    assert [row.name for row in base.documents()] == ["castle.txt"]


def test_a_question_is_answered_while_the_index_is_replaced(base: KnowledgeBase) -> None:
    reading = base._read()
    base.index(rebuild=True)
    assert base.search("barley")[0].document == "mill.md"
    assert reading.retriever.find("barley").kept[0].node.metadata["document"] == "mill.md"


def test_documents_are_listed_with_what_became_of_them(base: KnowledgeBase, place: Path) -> None:
    (place / "papers" / "empty.txt").write_bytes(b"")
    base.index()
    rows = {row.name: row for row in base.documents()}
    assert list(rows) == ["bridge.txt", "empty.txt", "mill.md"]
    assert (rows["mill.md"].state, rows["mill.md"].chunks, rows["mill.md"].type) == ("ok", 1, "md")
    assert rows["empty.txt"].state == "failed"
    assert "empty" in rows["empty.txt"].reason


def test_a_quote_opens_in_its_surroundings(base: KnowledgeBase, place: Path) -> None:
    citation = base.ask("What was the toll?").citations[0]
    excerpt = base.open_context(citation, characters=10)
    assert excerpt.before + excerpt.quote + excerpt.after == BRIDGE[max(0, citation.start - 10) : citation.end + 10]
    (place / "papers" / "bridge.txt").write_text("Gone.", encoding="utf-8")
    base.index()
    with pytest.raises(DocumentError, match=r"bridge\.txt has changed"):
        base.open_context(citation)


def test_check_finds_nothing_wrong_and_repairs_a_lost_base(base: KnowledgeBase, place: Path) -> None:
    assert base.check() == []
    for file in (place / "storage" / "index").glob("*/vectors.faiss"):
        file.unlink()
    assert base.search("mill")[0].document == "mill.md"
    base.check(repair=True)
    assert base.check() == []


@pytest.mark.parametrize("question", ["", "   ", "?!", "\u200b", "🙂"])
def test_a_question_without_a_word_is_refused(base: KnowledgeBase, question: str) -> None:
    with pytest.raises(QuestionError, match="no word"):
        base.ask(question)
    with pytest.raises(QuestionError, match="no word"):
        base.search(question)


@pytest.mark.parametrize("question", ["AND OR (NOT mill*)", "mill NEAR bridge", "mill " * 5000, "'; DROP TABLE chunks"])
def test_operators_and_long_questions_are_words(base: KnowledgeBase, question: str) -> None:
    assert base.ask(question).sources


def test_a_quoted_phrase_must_occur(base: KnowledgeBase) -> None:
    assert [source.document for source in base.search('mill "near the mill"', top_k=9)] == ["bridge.txt"]
    assert base.search('mill "AND OR NOT"') == []
    answer = base.ask('Who turned the "golden wheel" of the mill?')
    assert answer.status == "declined"
    assert answer.reason.startswith("No passage holds the exact words “golden wheel”. Ask without quote marks")


def test_top_k_is_checked(base: KnowledgeBase) -> None:
    assert len(base.search("mill", top_k=50)) == 2
    for wrong in (0, -3):
        with pytest.raises(SettingsError, match="at least one"):
            base.search("mill", top_k=wrong)


def test_another_mode_is_refused(base: KnowledgeBase) -> None:
    with pytest.raises(SettingsError, match="no answer mode"):
        base.ask("mill", mode="poem")


def test_asking_before_indexing_says_what_to_do(opened: Open) -> None:
    with pytest.raises(IndexMissing, match="kb index"):
        opened().ask("When was the bridge built?")


def test_a_missing_folder_is_named(opened: Open, place: Path) -> None:
    with pytest.raises(DocumentError, match="nowhere"):
        opened().index([place / "nowhere"])
    with pytest.raises(DocumentError, match="kb index FOLDER"):
        opened().index()


def test_a_folder_without_documents_is_named(opened: Open, place: Path) -> None:
    (place / "empty").mkdir()
    with pytest.raises(DocumentError, match=r"no \.txt, \.md, \.pdf file in .*empty"):
        opened().index([place / "empty"])


def test_an_index_of_another_pipeline_is_refused_and_rebuilt(base: KnowledgeBase, opened: Open) -> None:
    other = opened(OPEN.model_copy(update={"splitter": SplitterSettings(chunk_tokens=99)}))
    with pytest.raises(IndexMismatch, match=r"chunk_tokens.*--rebuild"):
        other.ask("mill")
    assert [row.name for row in other.documents()] == ["bridge.txt", "mill.md"]
    other.index(rebuild=True)
    assert other.search("mill")[0].document == "mill.md"


def test_a_second_writer_is_told_at_once(base: KnowledgeBase, opened: Open) -> None:
    with base._storage().writer(), pytest.raises(Busy):
        opened().index()


def test_threads_share_one_knowledge_base(base: KnowledgeBase) -> None:
    asked = ["When was the bridge built?", "What did the mill grind?"] * 8
    answers: dict[int, Answer] = {}

    def ask(number: int) -> None:
        answers[number] = base.ask(asked[number])

    threads = [threading.Thread(target=ask, args=(number,)) for number in range(len(asked))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    own = {"seconds": answers[0].seconds, "receipt": None}
    expected = [dataclasses.replace(base.ask(question), **own) for question in asked[:2]]
    assert len({answer.receipt for answer in answers.values()}) == len(asked)
    for number, answer in answers.items():
        assert dataclasses.replace(answer, **own) == expected[number % 2]


def test_a_read_only_storage_still_answers(base: KnowledgeBase, place: Path) -> None:
    base.close()
    storage = place / "storage"
    open_up(place)
    for path in [storage, *storage.rglob("*")]:
        path.chmod(0o555 if path.is_dir() else 0o444)
    said = in_child(lambda: base.ask("Was barley ground?").citations[0].quote, uid=NOBODY)
    assert said.startswith("The mill ground barley")
