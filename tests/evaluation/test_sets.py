"""Sets by name and by path, in every layout."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from kb.evaluation import sets
from kb.evaluation.datasets import DataError, Question, QuestionSet, half_of
from tests.evaluation.sets_fixtures import GAINS, QUERIES, TEXTS, beir_folder, squad_file


def test_a_beir_folder_of_ones_own_is_asked_whole(tmp_path: Path) -> None:
    known = sets.open_set(str(beir_folder(tmp_path / "my set")), tmp_path)
    assert known.name == "my_set"
    assert known.half == "all"
    assert known.judged.documents == TEXTS
    assert known.judged.judgements == GAINS
    assert {query.id: query.text for query in known.asked()} == QUERIES
    halves = {query.id for half in ("fit", "report") for query in known.judged.of(half)}  # type: ignore[arg-type]
    assert halves == set(QUERIES)
    assert known.relevant("q3", "d1")
    assert not known.relevant("q3", "d4")


@pytest.mark.parametrize("qrels", ["dev", "judged"])
def test_judgements_may_have_another_name(tmp_path: Path, qrels: str) -> None:
    assert sets.open_set(str(beir_folder(tmp_path / "set", qrels)), tmp_path).judged.judgements == GAINS


def test_judgements_for_testing_are_taken_before_others(tmp_path: Path) -> None:
    folder = beir_folder(tmp_path / "set")
    (folder / "qrels" / "dev.tsv").write_text("query-id\tcorpus-id\tscore\nq1\td4\t1\n")
    (folder / "qrels" / "train.tsv").write_text("query-id\tcorpus-id\tscore\nq1\td4\t1\n")
    assert sets.open_set(str(folder), tmp_path).judged.judgements == GAINS


def test_judgements_without_a_heading_lose_none(tmp_path: Path) -> None:
    folder = beir_folder(tmp_path / "set")
    (folder / "qrels" / "test.tsv").write_text("q1\td1\t1\r\nq2\td2\t1\r\n\r\n")
    assert sets.open_set(str(folder), tmp_path).judged.judgements == {"q1": {"d1": 1}, "q2": {"d2": 1}}


def test_a_folder_without_judgements_is_refused(tmp_path: Path) -> None:
    folder = beir_folder(tmp_path / "set")
    (folder / "qrels" / "test.tsv").unlink()
    with pytest.raises(DataError, match=r"Cannot read .*qrels/test\.tsv"):
        sets.open_set(str(folder), tmp_path)


def test_a_squad_file_asks_what_it_answers(tmp_path: Path) -> None:
    known = sets.open_set(str(squad_file(tmp_path / "mine.json")), tmp_path)
    assert sorted(known.judged.documents.values()) == ["Bern is old", "แม่น้ำโขงยาว river"]
    assert [query.text for query in known.asked()] == ["แม่น้ำโขง river", "Bern how old"]
    for query in known.asked():
        (paragraph,) = known.judged.judgements[query.id]
        assert set(query.text.split()) & set(known.judged.documents[paragraph].split())
        assert paragraph.isascii()


def test_titles_in_other_scripts_do_not_collide(tmp_path: Path) -> None:
    article = {"paragraphs": [{"context": "x", "qas": []}]}
    file = tmp_path / "thai.json"
    file.write_text(json.dumps({"data": [{"title": "กขค", **article}, {"title": "งจฉ", **article}]}))
    assert len(sets.open_set(str(file), tmp_path).judged.documents) == 2


def test_ids_that_are_no_file_names_become_such(tmp_path: Path) -> None:
    folder = beir_folder(tmp_path / "set")
    long = "https://example.org/" + "x" * 300
    rows = [{"_id": name, "text": name} for name in (long, long + "y", ".hidden", "a/b")]
    (folder / "corpus.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    (folder / "qrels" / "test.tsv").write_text(f"query-id\tcorpus-id\tscore\nq1\t{long}\t1\n")
    known = sets.open_set(str(folder), tmp_path)
    assert [len(name) < 150 and not set(name) & set("/:") for name in known.judged.documents] == [True] * 4
    assert "_hidden" in known.judged.documents
    ((relevant, _),) = known.judged.judgements["q1"].items()
    assert known.judged.documents[relevant] == long


def test_lines_of_questions_are_recognised(tmp_path: Path) -> None:
    wiki = {
        "question_id": "q1",
        "article_id": "A1",
        "title": "วัด",
        "question": "ที่ไหน",
        "answers": {"text": ["เชียงใหม่"]},
        "context": "อยู่เชียงใหม่",
    }
    typed = {
        "id": "7",
        "input": "who kept the light",
        "passages": [{"title": "Lights", "text": "A keeper kept it."}],
        "output": [{"selected_sentences": ["A keeper kept it."]}],
        "answerable": True,
    }
    for name, row, documents in (("wiki", wiki, {"A1": "อยู่เชียงใหม่"}), ("typed", typed, {"7": "A keeper kept it."})):
        (tmp_path / f"{name}.jsonl").write_text(json.dumps(row, ensure_ascii=False) + "\n", encoding="utf-8")
        assert sets.open_set(str(tmp_path / f"{name}.jsonl"), tmp_path).judged.documents == documents


@pytest.mark.parametrize(
    ("name", "content", "complaint"),
    [
        ("a.csv", "", r"a\.csv is in no known layout\. Name a BEIR folder"),
        ("b.jsonl", "\n", r"b\.jsonl is empty"),
        ("c.jsonl", "[1]\n", r"c\.jsonl, line 1: "),
    ],
)
def test_what_is_no_data_set_is_refused(tmp_path: Path, name: str, content: str, complaint: str) -> None:
    (tmp_path / name).write_text(content)
    with pytest.raises(DataError, match=complaint):
        sets.open_set(str(tmp_path / name), tmp_path)


def test_what_is_not_there_is_refused_with_the_names(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"There is no data set sifact\. Name a folder, a file, or one of xquad-en"):
        sets.open_set("sifact", tmp_path)


def test_a_half_without_questions_is_refused(tmp_path: Path) -> None:
    folder = beir_folder(tmp_path / "set")
    (folder / "qrels" / "test.tsv").write_text("query-id\tcorpus-id\tscore\nq1\td1\t1\n")
    known = sets.open_set(str(folder), tmp_path)
    other = "report" if half_of("q1") == "fit" else "fit"
    assert [query.id for query in known.asked(half_of("q1"))] == ["q1"]
    with pytest.raises(DataError, match=f"set holds no question in the half '{other}'"):
        known.asked(other)  # type: ignore[arg-type]


def test_beside_a_split_only_the_report_half_is_asked(tmp_path: Path) -> None:
    folder = beir_folder(tmp_path / "data" / "beir-dev" / "set")
    assert sets.open_set(str(folder), tmp_path).half == "all"
    (tmp_path / "data" / "splits.json").write_text("{}")
    assert sets.open_set(str(folder), tmp_path).half == "report"


def test_one_id_for_two_questions_is_refused() -> None:
    asked = tuple(Question("1", text, ("x",), "p", True, "fit") for text in ("a", "b"))
    with pytest.raises(DataError, match="twins: two questions have one id"):
        sets.judged(QuestionSet("twins", "en", {"p": "x"}, {"p": "T"}, asked))


def test_the_digest_follows_the_content(tmp_path: Path) -> None:
    one, two = (sets.open_set(str(beir_folder(tmp_path / name)), tmp_path) for name in ("one", "two"))
    assert one.digest() == two.digest()
    assert one.corpus != two.corpus
    (tmp_path / "two" / "qrels" / "test.tsv").write_text("query-id\tcorpus-id\tscore\nq1\td1\t1\n")
    assert sets.open_set(str(tmp_path / "two"), tmp_path).digest() != one.digest()


def test_the_sets_of_the_data_folder(data: Path) -> None:
    read = {name: sets.open_set(name, data) for name in sets.NAMED}
    found = {name: (len(known.judged.documents), len(known.asked())) for name, known in read.items()}
    assert found == {
        "xquad-en": (120, 260),
        "xquad-th": (120, 260),
        "xquad-th-en": (120, 260),
        "iapp": (1693, 737),
        "squad2": (325, 529),
        "clapnq": (299, 72),
        "scifact": (5183, 165),
        "cranfield": (1398, 111),
    }
    for known in read.values():
        judged = {name for query in known.asked() for name in known.judged.judgements[query.id]}
        assert len(judged - known.judged.documents.keys()) <= (1 if known.name == "cranfield" else 0)
