"""Claims held against quotes, against the index and against a file: the verdict, and where the proof stands."""

from __future__ import annotations

from pathlib import Path

import pytest

from kb.answering.checking import Checker, in_quotes, in_text, sentences
from kb.answering.material import Material
from kb.errors import DocumentError, IndexMissing, QuestionError
from kb.knowledge_base import KnowledgeBase
from kb.settings import Settings
from tests.word_engine import word_embedding

MILL = (
    "The mill at Dunmore was built in 1823. Its wheel is 4 metres wide. The miller was Tom Reed.\n\n"
    "In 1891 the wheel stopped. A fire had destroyed the roof."
)
THAI = "โรงสีสร้างขึ้นในปี พ.ศ. ๒๓๖๖ กังหันกว้าง 4 เมตร เจ้าของชื่อนายทองคำ"


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> KnowledgeBase:
    """Two documents, found by an embedder whose vectors are the words."""
    folder = tmp_path_factory.mktemp("checking")
    documents = folder / "documents"
    documents.mkdir()
    (documents / "mill.txt").write_text(MILL, encoding="utf-8")
    (documents / "thai.txt").write_text(THAI, encoding="utf-8")
    base = KnowledgeBase.open(Settings(), folder)
    base._embedder = word_embedding()
    base.index([documents])
    return base


def test_a_claim_is_proven_by_the_shortest_words_of_a_document(base: KnowledgeBase) -> None:
    checked = base.verify("Its wheel is 4 metres wide.")
    assert checked.status == "supported"
    (citation,) = checked.citations
    assert (citation.number, citation.document, citation.page) == (1, "mill.txt", None)
    assert citation.quote == "Its wheel is 4 metres wide." == MILL[citation.start : citation.end]


def test_another_number_is_contradicted_by_name(base: KnowledgeBase) -> None:
    checked = base.verify("Its wheel is 9 metres wide.")
    assert (checked.status, checked.citations) == ("contradicted", ())
    assert "4 metres" in checked.why
    assert "9 metres" in checked.why


def test_a_thai_claim_in_other_digits_is_proven(base: KnowledgeBase) -> None:
    checked = base.verify("โรงสีสร้างขึ้นในปี พ.ศ. 2366")
    assert checked.status == "supported"
    assert checked.citations[0].document == "thai.txt"


def test_words_in_quotation_marks_are_no_demand_on_the_search(base: KnowledgeBase) -> None:
    assert base.verify('The mill at "Dunmore Bay" was built in 1823.').status != "supported"


def test_given_quotes_are_all_there_is(base: KnowledgeBase) -> None:
    assert base.verify("Its wheel is 4 metres wide.", ["Tom Reed was the miller."]).status == "not_found"
    checked = base.verify("The miller was Tom Reed.", ["Nothing of it.", "The miller was Tom Reed. He was tall."])
    assert [(one.document, one.start, one.quote) for one in checked.citations] == [
        ("quote 2", 0, "The miller was Tom Reed.")
    ]


def test_quotes_need_no_index(tmp_path: Path) -> None:
    base = KnowledgeBase.open(Settings(), tmp_path)
    assert base.verify("The miller was Tom Reed.", ["The miller was Tom Reed."]).status == "supported"
    with pytest.raises(IndexMissing):
        base.verify("The miller was Tom Reed.")


@pytest.mark.parametrize("claim", ["", "  ", "...", "[1]"])
def test_a_claim_without_a_word_is_refused(base: KnowledgeBase, claim: str) -> None:
    if claim != "[1]":
        with pytest.raises(QuestionError, match="holds no word"):
            base.verify(claim)
    assert sentences(claim) == []


def test_an_empty_quote_is_refused_by_its_number() -> None:
    with pytest.raises(QuestionError, match="Quote 2 holds no word"):
        in_quotes(["A mill.", " "])


def test_every_sentence_of_a_file_is_checked_without_its_markers(base: KnowledgeBase, tmp_path: Path) -> None:
    file = tmp_path / "draft.txt"
    file.write_text("# Mills\n\nIts wheel is 4 metres wide. [1] The miller was Ann Reed. [2, 3]\n", encoding="utf-8")
    told: list[tuple[str, int, int]] = []
    first, second = base.verify_file(file, progress=lambda *step: told.append(step))
    assert (first.claim, first.status) == ("Its wheel is 4 metres wide.", "supported")
    assert second.claim == "The miller was Ann Reed."
    assert second.status != "supported"
    assert told == [("checking", 1, 2), ("checking", 2, 2)]


def test_a_file_that_is_not_there_or_holds_nothing_is_refused(base: KnowledgeBase, tmp_path: Path) -> None:
    with pytest.raises(DocumentError, match="There is no document"):
        base.verify_file(tmp_path / "gone.txt")
    (tmp_path / "dots.txt").write_text("# ...\n\n* * *\n", encoding="utf-8")
    with pytest.raises(DocumentError, match="no sentence to check"):
        base.verify_file(tmp_path / "dots.txt")


def test_a_document_that_is_not_indexed_is_searched_by_its_rare_words() -> None:
    story = "The rain fell. " * 40 + "The miller was Tom Reed. " + "The sun shone. " * 40
    checked = Checker(in_text(Material("story", story, "en"))).claim("The miller was Tom Reed.")
    assert checked.status == "supported"
    assert checked.citations[0].start == story.index("The miller")
