"""Exams end to end on tiny data with a knowledge base of words."""

from __future__ import annotations

import json
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import pytest

from kb.evaluation import exams, report
from kb.evaluation.datasets import DataError, Question, QuestionSet, half_of
from kb.evaluation.exams import EXAMS, Exam
from kb.evaluation.lines import Bound, Line
from kb.evaluation.metrics import Interval
from kb.evaluation.refusal import without_every_second_paragraph, without_report_articles
from kb.evaluation.shelf import Shelf
from kb.settings import Settings
from tests.evaluation.doubles import WordKnowledgeBase


@pytest.fixture
def words(monkeypatch: pytest.MonkeyPatch) -> Iterator[type[WordKnowledgeBase]]:
    """The double in the place of the real knowledge base."""

    class Fresh(WordKnowledgeBase):
        opened: list[WordKnowledgeBase] = []  # noqa: RUF012

    monkeypatch.setattr("kb.knowledge_base.KnowledgeBase", Fresh)
    return Fresh


def titles(half: str, count: int) -> list[str]:
    return [title for title in map("town{}".format, range(100)) if half_of(title) == half][:count]


@pytest.fixture
def tiny(tmp_path: Path) -> Path:
    """Three towns, one of them of the fit half, in the SQuAD layout."""
    folder = tmp_path / "data"
    folder.mkdir()
    articles = [
        {
            "title": title,
            "paragraphs": [
                {
                    "context": f"{title} {word}",
                    "qas": [{"id": title, "question": f"{title} which", "answers": [{"text": word}]}],
                }
            ],
        }
        for title, word in zip([*titles("report", 2), *titles("fit", 1)], ["bears", "lions", "goats"], strict=True)
    ]
    (folder / "xquad-dev-en.json").write_text(json.dumps({"data": articles}))
    return folder


def values(result: report.EvaluationReport) -> dict[tuple[str, str], float]:
    return {(line.part, line.measure): line.interval.value for line in result.exams[0].lines}


def test_questions_are_answered_ranked_and_refused(words: type[WordKnowledgeBase], tiny: Path, tmp_path: Path) -> None:
    result = report.run(["xquad-en"], tiny, Settings(), tmp_path / "storage")
    found = values(result)
    assert found["fused", "ndcg@10"] == 1.0
    assert found["quotes", "first quote holds the answer"] == 1.0
    assert found["quotes", "characters in a quote"] == 5.0
    assert found["refusal", "declined: answerable"] == 0.0
    assert {line.interval.n for line in result.exams[0].lines} == {2}
    assert result.missed == ()


def test_a_corpus_is_indexed_once_in_a_run(words: type[WordKnowledgeBase], tiny: Path, tmp_path: Path) -> None:
    report.run(["xquad-en"], tiny, Settings(), tmp_path / "storage")
    assert len(words.opened) == 3
    assert sum(len(kb.indexed) for kb in words.opened) == 1
    assert [kb.settings.answer.refuse for kb in words.opened] == [True, True, False]


def test_questions_on_what_is_not_indexed(words: type[WordKnowledgeBase], tiny: Path, tmp_path: Path) -> None:
    result = report.run(["foreign-en"], tiny, Settings(), tmp_path / "storage")
    found = values(result)
    # no question shares a word with what is left: everything is declined
    assert found["refusal", "declined: article not indexed"] == 1.0
    assert found["refusal", "declined: paragraph not indexed, its siblings are"] == 1.0


def test_steps_are_told_up_to_their_total(words: type[WordKnowledgeBase], tiny: Path, tmp_path: Path) -> None:
    told: list[tuple[str, int, int]] = []
    report.run(["xquad-en"], tiny, Settings(), tmp_path, lambda *step: told.append(step))
    assert ("xquad-en: encode", 1, 1) in told
    assert [step for step in told if step[0] == "xquad-en: answers"] == [("xquad-en: answers", n, 2) for n in (1, 2)]


def test_an_unknown_exam_is_refused(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"There is no exam 'xquad'\. Choose from xquad-en, xquad-th"):
        report.run(["xquad"], tmp_path, Settings(), tmp_path)


def test_missing_data_is_named(words: type[WordKnowledgeBase], tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"Cannot read .*squad2-dev\.json"):
        report.run(["squad2"], tmp_path, Settings(), tmp_path / "storage")


def test_the_shelf_holds_exactly_the_texts_and_touches_nothing_twice(
    words: type[WordKnowledgeBase], tmp_path: Path
) -> None:
    texts = tmp_path / "evaluation" / "c" / "texts"
    with Shelf(tmp_path, Settings()).open("c", {"a": "one", "b": "two"}):
        before = (texts / "a.txt").stat().st_mtime_ns
    with Shelf(tmp_path, Settings()).open("c", {"a": "one", "d": "สาม"}):
        assert {file.name: file.read_text(encoding="utf-8") for file in texts.iterdir()} == {
            "a.txt": "one",
            "d.txt": "สาม",
        }
        assert (texts / "a.txt").stat().st_mtime_ns == before


def test_the_shelf_uses_the_models_and_the_calibration_of_the_storage(
    words: type[WordKnowledgeBase], tmp_path: Path
) -> None:
    (tmp_path / "calibration").mkdir()
    (tmp_path / "calibration" / "e.json").write_text("fitted")
    with Shelf(tmp_path, Settings()).open("c", {"a": "one"}) as kb:
        assert (kb.storage / "models").resolve() == (tmp_path / "models").resolve()
        (kb.storage / "calibration" / "f.json").write_text("noted by the evaluation")
    assert [file.name for file in (tmp_path / "calibration").iterdir()] == ["e.json"]
    with Shelf(tmp_path, Settings()).open("c", {"a": "one"}) as kb:
        assert [file.read_text() for file in (kb.storage / "calibration").iterdir()] == ["fitted"]


def test_an_index_of_another_embedder_is_built_again(words: type[WordKnowledgeBase], tmp_path: Path) -> None:
    words.mismatched = True
    with Shelf(tmp_path, Settings()).open("c", {"a": "one"}):
        assert [call["rebuild"] for call in words.opened[0].indexed] == [True]


def test_a_text_that_cannot_be_indexed_stops_the_exam(words: type[WordKnowledgeBase], tmp_path: Path) -> None:
    words.unreadable = "a.txt"
    with (
        pytest.raises(DataError, match=r"c: a\.txt could not be indexed: it is empty"),
        Shelf(tmp_path, Settings()).open("c", {"a": ""}),
    ):
        pass


def four_paragraphs() -> QuestionSet:
    paragraphs = {"p0": "a", "p1": "b", "p2": "c", "p3": "d"}
    articles = {"p0": "F", "p1": "F", "p2": "R", "p3": "R"}
    asked = tuple(
        Question(name, f"on {name}?", ("x",), name, True, "report" if article == "R" else "fit")
        for name, article in articles.items()
    )
    impossible = Question("i", "?", (), "p3", False, "report")
    return QuestionSet("four", "en", paragraphs, articles, (*asked, impossible))


def test_what_is_taken_away_and_who_asks_for_it() -> None:
    kept, asked = without_report_articles(four_paragraphs())
    assert (dict(kept), [question.id for question in asked]) == ({"p0": "a", "p1": "b"}, ["p2", "p3"])
    kept, asked = without_every_second_paragraph(four_paragraphs())
    assert (dict(kept), [question.id for question in asked]) == ({"p0": "a", "p2": "c"}, ["p3"])


@pytest.mark.parametrize(("count", "kept"), [(300, 300), (301, 151), (599, 300), (601, 201)])
def test_large_sets_are_thinned_evenly(count: int, kept: int) -> None:
    questions = [Question(str(n), "?", ("x",), "p", True, "report") for n in range(count)]
    thin = exams.thinned(questions)
    assert len(thin) == kept
    assert len({int(b.id) - int(a.id) for a, b in pairwise(thin)}) == 1


def line(part: str, measure: str, value: float) -> Line:
    return Line(part, measure, Interval(value, value, value, 10))


def test_bounds_are_laid_on_their_lines_and_misses_are_listed() -> None:
    taken = [line("fused", "ndcg@10 over the better leg (dense)", -0.004), line("fused", "ndcg@10", 0.98)]
    taken += [line("dense", "ndcg@10", 0.5), line("quotes", "characters in a quote", 260.0)]
    bounds = EXAMS["xquad-en"].bounds
    lines = Exam("about", lambda room: taken, bounds).lines(None)  # type: ignore[arg-type]
    assert [(found.bound, found.reached) for found in lines] == [
        (Bound("at least", -0.005), True),
        (Bound("at least", 0.985), False),
        (None, None),
        (Bound("at most", 260), True),
    ]
    result = report.EvaluationReport("e5", (report.ExamReport("x", "about", tuple(lines), 1.0),))
    assert [(name, missed.measure) for name, missed in result.missed] == [("x", "ndcg@10")]
    assert result.as_dict()["reached"] is False
    assert result.as_dict()["exams"][0]["lines"][1] == {
        "part": "fused", "measure": "ndcg@10", "value": 0.98, "low": 0.98, "high": 0.98, "n": 10,
        "bound": {"side": "at least", "limit": 0.985}, "reached": False,
    }  # fmt: skip
    text = result.as_text()
    assert "at least 0.985: MISSED" in text
    assert "at most 260: reached" in text
    assert text.endswith("2 of 3 bounds reached")
    json.dumps(result.as_dict())


def test_every_exam_bound_names_a_measure_that_exists() -> None:
    measures = {"ndcg@10", "ndcg@10 over the better leg", "first quote holds", "one of three quotes holds"}
    assert {measure for exam in EXAMS.values() for _, measure in exam.bounds} == measures | {"characters in a quote"}
