"""Exams end to end on tiny data with a knowledge base of words."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import pytest

from kb.evaluation import compound, exams, plain, report, selection, sets
from kb.evaluation.compound import Compound
from kb.evaluation.datasets import DataError, Query, Question, QuestionSet, half_of
from kb.evaluation.exams import EXAMS
from kb.evaluation.lines import Bound, Line
from kb.evaluation.metrics import Interval
from kb.evaluation.refusal import without_every_second_paragraph, without_report_articles
from kb.evaluation.room import Exam, thinned
from kb.evaluation.sets import RankingSet
from kb.evaluation.shelf import Shelf
from kb.retrieval.source import Source
from kb.settings import Settings
from tests.evaluation.doubles import Hit, Rankings, WordKnowledgeBase


@pytest.fixture
def words(monkeypatch: pytest.MonkeyPatch) -> Iterator[type[WordKnowledgeBase]]:
    """The double in the place of the real knowledge base."""

    class Fresh(WordKnowledgeBase):
        opened: list[WordKnowledgeBase] = []  # noqa: RUF012

    def in_reverse(known: RankingSet, queries: tuple[Query, ...], shelf: Shelf) -> plain.Orders:
        return {query.id: tuple(sorted(known.judged.documents, reverse=True)) for query in queries}

    monkeypatch.setattr("kb.knowledge_base.KnowledgeBase", Fresh)
    monkeypatch.setattr(plain, "rank", in_reverse)
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
    # the three files in reverse order: those of the report half at ranks 1 to 3
    names = sorted([*titles("report", 2), *titles("fit", 1)], reverse=True)
    theirs = [1 / math.log2(names.index(name) + 2) for name in titles("report", 2)]
    assert found["plain LlamaIndex", "ndcg@10"] == pytest.approx(sum(theirs) / 2)
    assert found["fused", "ndcg@10 over plain LlamaIndex"] == pytest.approx(1 - sum(theirs) / 2)
    # both files share one word of two letters or more with their question: dense 1, lexical 1, P = 2 / 2; the rest 0
    assert found["calibration", "expected calibration error"] == 0.0
    assert found["quotes", "first quote holds the answer"] == 1.0
    assert found["quotes", "characters in a quote"] == 5.0
    assert found["refusal", "declined: answerable"] == 0.0
    assert {line.interval.n for line in result.exams[0].lines} == {2}
    # two questions are too few to be surely above chance
    assert {line.measure for _, line in result.missed} <= {"first quote over the random window"}


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
    thin = thinned(questions)
    assert len(thin) == kept
    assert len({int(b.id) - int(a.id) for a, b in pairwise(thin)}) == 1


def line(part: str, measure: str, value: float) -> Line:
    return Line(part, measure, Interval(value, value, value, 10))


@pytest.mark.parametrize(
    ("value", "low", "reached"), [(0.06, 0.055, True), (0.07, 0.05, True), (0.07, 0.051, False), (0.03, 0.0, True)]
)
def test_a_value_may_be_above_its_bound_while_its_interval_reaches_far_enough_down(
    value: float, low: float, reached: bool
) -> None:
    bound = Bound("at most", 0.06, reaching=0.05)
    assert bound.reached_by(Interval(value, low, 0.2, 100)) is reached
    assert Bound("at most", 0.06).reached_by(Interval(value, low, 0.2, 100)) is (value <= 0.06)


def test_bounds_are_laid_on_their_lines_and_misses_are_listed() -> None:
    taken = [line("fused", "ndcg@10 over the better leg (dense)", -0.004), line("fused", "ndcg@10", 0.98)]
    taken += [line("dense", "ndcg@10", 0.5), line("quotes", "characters in a quote", 240.0)]
    bounds = EXAMS["xquad-en"].bounds
    lines = Exam("about", lambda room: taken, bounds).lines(None)  # type: ignore[arg-type]
    assert [(found.bound, found.reached) for found in lines] == [
        (Bound("at least", -0.005), True),
        (Bound("at least", 0.99), False),
        (None, None),
        (Bound("at most", 240), True),
    ]
    result = report.EvaluationReport("e5", (report.ExamReport("x", "about", tuple(lines), 1.0),))
    assert [(name, missed.measure) for name, missed in result.missed] == [("x", "ndcg@10")]
    assert result.as_dict()["reached"] is False
    assert result.as_dict()["exams"][0]["lines"][1] == {
        "part": "fused", "measure": "ndcg@10", "value": 0.98, "low": 0.98, "high": 0.98, "n": 10,
        "bound": {"side": "at least", "limit": 0.99, "reaching": None}, "reached": False,
    }  # fmt: skip
    text = result.as_text()
    assert "at least 0.99: MISSED" in text
    assert "at most 240: reached" in text
    assert text.endswith("2 of 3 bounds reached")
    json.dumps(result.as_dict())


def test_bounds_are_on_measures_and_not_on_what_begins_like_them() -> None:
    taken = [line("fused", "ndcg@10 over plain LlamaIndex", 0.1), line("plain LlamaIndex", "ndcg@10", 0.1)]
    lines = Exam("about", lambda room: taken, EXAMS["xquad-en"].bounds).lines(None)  # type: ignore[arg-type]
    assert [found.bound for found in lines] == [None, None]


def test_the_bounds_of_ranking() -> None:
    bounds = {name: exam.bounds.get(("fused", "ndcg@10")) for name, exam in EXAMS.items()}
    assert {name: bound.limit for name, bound in bounds.items() if bound} == {
        "xquad-en": 0.990, "xquad-th": 0.985, "xquad-th-en": 0.870, "iapp": 0.972, "squad2": 0.930, "scifact": 0.700,
    }  # fmt: skip
    legs = {name: exam.bounds.get(("fused", "ndcg@10 over the better leg")) for name, exam in EXAMS.items()}
    assert {name: bound.limit for name, bound in legs.items() if bound} == {
        **dict.fromkeys(("xquad-en", "xquad-th", "xquad-th-en", "iapp", "squad2", "clapnq", "scifact"), -0.005),
        "cranfield": 0.025,
    }


def test_every_bound_is_on_a_line_that_its_exam_has(words: type[WordKnowledgeBase], tiny: Path, tmp_path: Path) -> None:
    (exam,) = report.run(["xquad-en"], tiny, Settings(), tmp_path / "storage").exams
    bounded = {(line.part, line.measure.partition(" (")[0]) for line in exam.lines if line.bound}
    assert bounded == set(EXAMS["xquad-en"].bounds)


def test_calibration_is_read_on_every_set_and_drawn(
    words: type[WordKnowledgeBase], tiny: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sets, "NAMED", {name: sets.NAMED[name] for name in ("xquad-en",)})
    (exam,) = report.run(["calibration"], tiny, Settings(), tmp_path / "storage").exams
    assert [(found.part, found.measure, found.bound) for found in exam.lines] == [
        ("xquad-en", "expected calibration error", Bound("at most", 0.05))
    ]
    assert (tmp_path / "storage" / "evaluation" / "results" / "reliability.png").read_bytes()[:4] == b"\x89PNG"


def test_surely_above_is_with_the_whole_interval() -> None:
    bound = Bound("surely above", 0.0)
    reached = {low: bound.reached_by(Interval(0.1, low, 0.2, 9)) for low in (-0.01, 0.0, 0.01)}
    assert reached == {-0.01: False, 0.0: False, 0.01: True}


def test_two_part_questions_are_asked_with_and_without_their_parts(
    words: type[WordKnowledgeBase], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    class PartsHelp(words):  # type: ignore[valid-type, misc]
        """Finds both paragraphs of a question with its parts, and one without."""

        def rankings(self, question: str) -> Rankings:
            found = [Hit("texts/a.txt", 2.0), Hit("texts/b.txt", 1.0)]
            return Rankings([], [], found if self.settings.retrieval.parts else found[:1])

        def search(self, question: str) -> list[Source]:
            found = self.rankings(question).fused
            return [Source(hit.document, None, 0, 1, "x", 0.5) for hit in reversed(found) for _ in range(2)]

    asked = tuple(
        Compound(f"{n}{language}", language, f"{n} {language}?", ("a", "b"), "x")
        for n in range(5)
        for language in ("en", "th")
    )
    monkeypatch.setattr("kb.knowledge_base.KnowledgeBase", PartsHelp)
    monkeypatch.setattr(compound, "read", lambda half: asked if half == "report" else ())
    monkeypatch.setattr(compound, "documents", lambda language, data: {"a": "x", "b": "y"})
    (exam,) = report.run(["compound"], tmp_path, Settings(), tmp_path / "storage").exams
    found = {(line.part, line.measure): line for line in exam.lines}
    for group, count in (("both languages", 10), ("en", 5), ("th", 5)):
        for both in ("both passages among the sources", "both passages among the first 5"):
            assert found[group, f"parts on, {both}"].interval == Interval(1.0, 1.0, 1.0, count)
            assert found[group, f"parts off, {both}"].interval == Interval(0.0, 0.0, 0.0, count)
            assert found[group, f"parts, {both}: on less off"].interval.value == 1.0
    assert [(line.part, line.reached) for line in exam.lines if line.bound] == [("both languages", True)] * 2


def test_what_reaches_the_prompt_is_measured_on_sets_with_marked_answers(
    words: type[WordKnowledgeBase], tiny: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    taken = []

    def take(known: QuestionSet, asked: list[Question], shelf: Shelf, *, doubled: bool) -> list[Line]:
        taken.append((known.name, [question.half for question in asked], doubled))
        gain = Interval(0.1, 0.02 if doubled else -0.02, 0.2, len(asked))
        return [Line("selected", "over plain top-k", gain)]

    monkeypatch.setattr(selection, "take", take)
    monkeypatch.setattr(exams, "PROMPTS", {name: exams.PROMPTS[name] for name in ("xquad-en", "xquad-en, twice")})
    (exam,) = report.run(["selection"], tiny, Settings(), tmp_path / "storage").exams
    assert taken == [("xquad-en", ["report"] * 2, False), ("xquad-en", ["report"] * 2, True)]
    assert [(line.part, line.measure, line.bound, line.reached) for line in exam.lines] == [
        ("xquad-en", "selected: over plain top-k", Bound("at least", 0.0), True),
        ("xquad-en, twice", "selected: over plain top-k", Bound("surely above", 0.0), True),
    ]
