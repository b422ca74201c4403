"""Data sets: hand-written files of each layout, malformed ones, and the real ones against their own split."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from kb.evaluation import datasets
from kb.evaluation.datasets import DataError, Question


def squad_file(folder: Path, articles: list[dict[str, Any]], name: str = "squad.json") -> Path:
    file = folder / name
    file.write_text(json.dumps({"version": "2.0", "data": articles}, ensure_ascii=False), encoding="utf-8")
    return file


def article(title: str, context: str, *questions: dict[str, Any]) -> dict[str, Any]:
    return {"title": title, "paragraphs": [{"context": context, "qas": list(questions)}]}


CAPITAL = {"id": "1", "question": "Which city?", "answers": [{"text": "Bern", "answer_start": 0}] * 2}
NOTHING = {
    "id": "2",
    "question": "Which moon?",
    "answers": [],
    "plausible_answers": [{"text": "Bern"}],
    "is_impossible": True,
}


def test_squad_keeps_text_answers_and_halves(tmp_path: Path) -> None:
    file = squad_file(tmp_path, [article("Old town", "Bern is old.", CAPITAL, NOTHING)])
    read = datasets.squad(file, "swiss", "en")
    half = datasets.half_of("Old town")
    assert read.paragraphs == {"Old_town-000": "Bern is old."}
    assert read.articles == {"Old_town-000": "Old town"}
    assert read.questions == (
        Question("1", "Which city?", ("Bern",), "Old_town-000", True, half),
        Question("2", "Which moon?", (), "Old_town-000", False, half),
    )


def test_questions_of_a_half(tmp_path: Path) -> None:
    titles = [f"article {number}" for number in range(12)]
    file = squad_file(tmp_path, [article(title, title, {**CAPITAL, "id": title}) for title in titles])
    read = datasets.squad(file, "many", "en")
    fit, report = ({question.id for question in read.of(half)} for half in ("fit", "report"))
    assert fit | report == set(titles)
    assert fit == {title for title in titles if datasets.half_of(title) == "fit"}
    assert fit
    assert report


def test_composed_and_decomposed_titles_share_a_half() -> None:
    assert datasets.half_of("Caf\u00e9 du Nord") == datasets.half_of("Cafe\u0301 du Nord")


def test_across_asks_in_one_language_about_the_other(tmp_path: Path) -> None:
    thai_question = {"id": "1", "question": "เมืองไหน", "answers": [{"text": "เบิร์น"}]}
    english = datasets.squad(squad_file(tmp_path, [article("T", "Bern is old.", CAPITAL)], "en.json"), "en", "en")
    thai = datasets.squad(squad_file(tmp_path, [article("T", "เบิร์นเก่าแก่", thai_question)], "th.json"), "th", "th")
    crossed = datasets.across(thai, english, "th-en")
    assert crossed.language == "th"
    assert crossed.paragraphs == english.paragraphs
    assert crossed.questions == (Question("1", "เมืองไหน", ("Bern",), "T-000", True, datasets.half_of("T")),)


def test_across_refuses_sets_that_are_no_translations(tmp_path: Path) -> None:
    one = datasets.squad(squad_file(tmp_path, [article("T", "x", CAPITAL)], "1.json"), "one", "en")
    two = datasets.squad(squad_file(tmp_path, [article("T", "x", {**CAPITAL, "id": "9"})], "2.json"), "two", "th")
    with pytest.raises(DataError, match="one and two do not hold the same questions"):
        datasets.across(one, two, "x")


def iapp_row(**changes: Any) -> dict[str, Any]:
    row = {
        "question_id": "q1",
        "article_id": "A1",
        "title": "วัด",
        "question": "ที่ไหน",
        "answers": {"text": ["เชียงใหม่"], "answer_start": [3], "answer_end": [12]},
        "context": "อยู่เชียงใหม่",
    }
    return {**row, **changes}


def lines(file: Path, *rows: dict[str, Any]) -> Path:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), encoding="utf-8")
    return file


def test_iapp_groups_questions_by_article(tmp_path: Path) -> None:
    read = datasets.iapp(lines(tmp_path / "i.jsonl", iapp_row(), iapp_row(question_id="q2")), "iapp", "report")
    assert read.paragraphs == {"A1": "อยู่เชียงใหม่"}
    assert read.articles == {"A1": "วัด"}
    assert [question.id for question in read.of("report")] == ["q1", "q2"]
    assert read.questions[0].answers == ("เชียงใหม่",)
    assert read.of("fit") == ()


def test_iapp_refuses_two_texts_of_one_article(tmp_path: Path) -> None:
    file = lines(tmp_path / "i.jsonl", iapp_row(), iapp_row(context="อื่น"))
    with pytest.raises(DataError, match=r"i\.jsonl, line 2: article A1 comes with two different contexts"):
        datasets.iapp(file, "iapp", "fit")


def beir_folder(folder: Path) -> Path:
    lines(
        folder / "corpus.jsonl",
        {"_id": "d1", "title": "Wings", "text": "Wings lift."},
        {"_id": "d2", "title": "Heat", "text": "It flows."},
        {"_id": "d3", "title": "", "text": " "},
    )
    lines(folder / "queries.jsonl", {"_id": "q1", "text": "lift?"}, {"_id": "q2", "text": "never judged"})
    (folder / "qrels").mkdir()
    (folder / "qrels" / "test.tsv").write_text("query-id\tcorpus-id\tscore\nq1\td1\t2\nq1\td2\t0\nq1\td3\t1\n")
    return folder


def test_beir_joins_titles_and_keeps_positive_judgements(tmp_path: Path) -> None:
    read = datasets.beir(beir_folder(tmp_path), "tiny")
    assert read.documents == {"d1": "Wings lift.", "d2": "Heat\n\nIt flows."}
    assert read.judgements == {"q1": {"d1": 2, "d3": 1}}
    assert [query.text for query in read.queries] == ["lift?"]
    assert read.queries[0].half == datasets.half_of("q1")


def test_beir_refuses_a_judgement_on_nothing(tmp_path: Path) -> None:
    folder = beir_folder(tmp_path)
    with (folder / "qrels" / "test.tsv").open("a") as file:
        file.write("q9\td1\t1\n")
    with pytest.raises(DataError, match="unknown query q9"):
        datasets.beir(folder, "tiny")


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("{", "squad.json: "),
        ("[]", "squad.json: "),
        ('{"version": "1.1"}', "'data' is missing"),
        ('{"data": [{"title": "T", "paragraphs": [{"context": 7, "qas": []}]}]}', "expected text, found 7"),
        (
            json.dumps({"data": [article("T", "x", {**CAPITAL, "answers": []})]}),
            "question 1 is answerable but has no answer",
        ),
        (json.dumps({"data": [article("T", "x"), article("T", "y")]}), "T-000 occurs twice"),
    ],
)
def test_a_malformed_squad_file_is_named(tmp_path: Path, text: str, complaint: str) -> None:
    file = tmp_path / "squad.json"
    file.write_text(text)
    with pytest.raises(DataError, match=complaint) as caught:
        datasets.squad(file, "x", "en")
    assert str(file) in str(caught.value)


def test_missing_and_undecodable_files(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"No such file or directory\. Set KB_DATA"):
        datasets.squad(tmp_path / "none.json", "x", "en")
    (tmp_path / "bad.jsonl").write_bytes(b"\xff\xfe")
    with pytest.raises(DataError, match=r"bad\.jsonl is not UTF-8"):
        datasets.iapp(tmp_path / "bad.jsonl", "x", "fit")


def test_a_malformed_judgement_is_named_by_line(tmp_path: Path) -> None:
    folder = beir_folder(tmp_path)
    with (folder / "qrels" / "test.tsv").open("a") as file:
        file.write("q1 d1 1\n")
    with pytest.raises(DataError, match=r"test\.tsv, line 5"):
        datasets.beir(folder, "tiny")


def test_the_rule_gives_the_published_split(data: Path) -> None:
    split = json.loads((data / "splits.json").read_text(encoding="utf-8"))
    keys = [(key, half) for name in split if name != "rule" for half in ("fit", "report") for key in split[name][half]]
    assert len(keys) > 900
    assert [key for key, half in keys if datasets.half_of(key) != half] == []


def test_the_real_sets_hold_what_their_description_says(data: Path) -> None:
    english = datasets.squad(data / "xquad-dev-en.json", "xquad-en", "en")
    thai = datasets.squad(data / "xquad-dev-th.json", "xquad-th", "th")
    adversarial = datasets.squad(data / "squad2-dev.json", "squad2", "en")
    wiki = datasets.iapp(data / "iapp-dev.jsonl", "iapp", "report")
    assert [(len(s.paragraphs), len(s.questions)) for s in (english, thai, adversarial, wiki)] == [
        (120, 587), (120, 587), (325, 3017), (190, 737),
    ]  # fmt: skip
    assert sum(not question.answerable for question in adversarial.questions) == 1565
    for read in (english, thai, adversarial, wiki):
        assert all(answer in read.paragraphs[q.paragraph] for q in read.questions for answer in q.answers)
    assert {q.id: q.half for q in english.questions} == {q.id: q.half for q in thai.questions}
    assert len(datasets.across(thai, english, "th-en").questions) == 587


def test_the_real_judged_sets(data: Path) -> None:
    scifact = datasets.beir(data / "beir-dev" / "scifact", "scifact")
    cranfield = datasets.beir(data / "beir-dev" / "cranfield", "cranfield")
    assert (len(scifact.documents), len(scifact.of("fit")), len(scifact.of("report"))) == (5183, 135, 165)
    assert (len(cranfield.documents), len(cranfield.of("fit")), len(cranfield.of("report"))) == (1398, 114, 111)
    assert sum(len(judged) for judged in scifact.judgements.values()) == 339
    assert sum(len(judged) for judged in cranfield.judgements.values()) == 1837


def test_clapnq_gives_a_question_and_its_passage(tmp_path: Path) -> None:
    file = tmp_path / "clapnq.jsonl"
    row = {
        "id": "7",
        "input": "who kept the light",
        "passages": [{"title": "Lights", "text": "A keeper kept it. It shone."}],
        "output": [{"selected_sentences": ["A keeper kept it."]}],
        "answerable": True,
    }
    other = row | {"id": "8", "output": [{"selected_sentences": []}], "answerable": False}
    file.write_text(f"{json.dumps(row)}\n{json.dumps(other)}\n", encoding="utf-8")
    found = datasets.clapnq(file, "clapnq")
    assert found.paragraphs["7"] == "A keeper kept it. It shone."
    assert [(q.text, q.answers, q.answerable) for q in found.questions] == [
        ("who kept the light", ("A keeper kept it.",), True),
        ("who kept the light", (), False),
    ]
