"""A name -> what is measured, on which data, and which bounds it must reach."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import TypeVar

from kb.evaluation import datasets, quotes, ranking, refusal
from kb.evaluation.datasets import JudgedSet, Question, QuestionSet
from kb.evaluation.lines import Bound, Line
from kb.evaluation.shelf import Shelf
from kb.progress import Progress

MOST_QUESTIONS = 300
"""How many questions of one kind are asked for quotes and refusals; of more, every n-th, so that all articles count."""

Bounds = Mapping[tuple[str, str], Bound]
Value = TypeVar("Value")

NO_WORSE_THAN_A_LEG: Bounds = {("fused", "ndcg@10 over the better leg"): Bound("at least", -0.005)}


@dataclass(frozen=True, slots=True)
class Room:
    """Where an exam is taken: the data, the knowledge bases, and whom to tell how far it is."""

    data: Path
    shelf: Shelf
    progress: Progress

    def watched(self, what: str, total: int, function: Callable[[str], Value]) -> Callable[[str], Value]:
        """The same function, each call of which is one step of `total`."""
        done = 0

        def call(question: str) -> Value:
            nonlocal done
            value = function(question)
            done += 1
            self.progress(what, done, total)
            return value

        return call


@dataclass(frozen=True, slots=True)
class Exam:
    """What `kb evaluate NAME` measures: `take` gives the lines, `bounds` what some of them must reach.

    A bound belongs to the lines of its part whose measure begins with its measure.
    """

    about: str
    take: Callable[[Room], list[Line]]
    bounds: Bounds = field(default_factory=dict)

    def lines(self, room: Room) -> list[Line]:
        """Take the exam."""
        return [replace(line, bound=self._bound(line)) for line in self.take(room)]

    def _bound(self, line: Line) -> Bound | None:
        for (part, measure), bound in self.bounds.items():
            if part == line.part and line.measure.startswith(measure):
                return bound
        return None


def thinned(questions: Sequence[Question]) -> list[Question]:
    """Every n-th question, n the least that leaves at most MOST_QUESTIONS."""
    return list(questions[:: max(1, -(-len(questions) // MOST_QUESTIONS))])


def _answering(read: Callable[[Path], QuestionSet], room: Room) -> list[Line]:
    """Ranking, quotes and refusals of one question set, every paragraph of it indexed."""
    known = read(room.data)
    answerable = thinned([question for question in known.of("report") if question.answerable])
    impossible = thinned([question for question in known.of("report") if not question.answerable])
    lines = _ranking(ranking.judged_questions(known), known.name, known.paragraphs, room)
    with (
        room.shelf.open(known.name, known.paragraphs) as careful,
        room.shelf.open(known.name, known.paragraphs, refuse=False) as open_handed,
    ):
        ask = room.watched(f"{known.name}: answers", len(answerable) + len(impossible), careful.ask)
        asked = [quotes.ask(question, ask, open_handed.ask) for question in answerable]
        lines += quotes.measure(asked)
        lines.append(refusal.line("answerable", [float(one.declined) for one in asked]))
        if impossible:
            texts = [question.text for question in impossible]
            lines.append(refusal.line("unanswerable, on an indexed paragraph", refusal.declined(texts, ask)))
    return lines


def _crossing(read: Callable[[Path], QuestionSet], room: Room) -> list[Line]:
    """Ranking alone: the questions are not in the language of the paragraphs."""
    known = read(room.data)
    return _ranking(ranking.judged_questions(known), "xquad-en", known.paragraphs, room)


def _judged(read: Callable[[Path], JudgedSet], room: Room) -> list[Line]:
    """Ranking alone: nobody marked an answer."""
    known = read(room.data)
    return _ranking(ranking.judged_queries(known), known.name, known.documents, room)


def _foreign(read: Callable[[Path], QuestionSet], room: Room) -> list[Line]:
    """Refusals of questions whose article, or whose paragraph, is not indexed."""
    known = read(room.data)
    lines = []
    for kind, (texts, asked) in {
        "article not indexed": refusal.without_report_articles(known),
        "paragraph not indexed, its siblings are": refusal.without_every_second_paragraph(known),
    }.items():
        corpus = f"{known.name}-{kind.split()[0]}"
        with room.shelf.open(corpus, texts) as careful:
            questions = [question.text for question in thinned(asked)]
            ask = room.watched(f"{corpus}: refusals", len(questions), careful.ask)
            lines.append(refusal.line(kind, refusal.declined(questions, ask)))
    return lines


def _ranking(queries: Sequence[ranking.Judged], corpus: str, texts: Mapping[str, str], room: Room) -> list[Line]:
    with room.shelf.open(corpus, texts) as kb:
        return ranking.measure(queries, room.watched(f"{corpus}: ranking", len(queries), kb.rankings))


def _xquad(language: str, data: Path) -> QuestionSet:
    return datasets.squad(data / f"xquad-dev-{language}.json", f"xquad-{language}", language)


def _xquad_thai_on_english(data: Path) -> QuestionSet:
    return datasets.across(_xquad("th", data), _xquad("en", data), "xquad-th-en")


def _squad2(data: Path) -> QuestionSet:
    return datasets.squad(data / "squad2-dev.json", "squad2", "en")


def _iapp(data: Path) -> QuestionSet:
    return datasets.iapp(data / "iapp-dev.jsonl", "iapp", "report")


def _beir(name: str, data: Path) -> JudgedSet:
    return datasets.beir(data / "beir-dev" / name, name)


def _quality(first: float, one_of_three: float, ndcg: float) -> Bounds:
    return {
        ("quotes", "first quote holds"): Bound("at least", first),
        ("quotes", "one of three quotes holds"): Bound("at least", one_of_three),
        ("quotes", "characters in a quote"): Bound("at most", 260),
        **NO_WORSE_THAN_A_LEG,
        ("fused", "ndcg@10"): Bound("at least", ndcg),
    }


_ENGLISH, _THAI = partial(_xquad, "en"), partial(_xquad, "th")

EXAMS: Mapping[str, Exam] = {
    "xquad-en": Exam("English questions on paragraphs", partial(_answering, _ENGLISH), _quality(0.82, 0.95, 0.985)),
    "xquad-th": Exam("the same in Thai", partial(_answering, _THAI), _quality(0.79, 0.93, 0.980)),
    "xquad-th-en": Exam(
        "Thai questions on the English paragraphs", partial(_crossing, _xquad_thai_on_english), NO_WORSE_THAN_A_LEG
    ),
    "foreign-en": Exam("English questions whose text is not indexed", partial(_foreign, _ENGLISH)),
    "foreign-th": Exam("Thai questions whose text is not indexed", partial(_foreign, _THAI)),
    "iapp": Exam("Thai questions on long articles", partial(_answering, _iapp), NO_WORSE_THAN_A_LEG),
    "squad2": Exam(
        "English questions, half of them made to look answerable", partial(_answering, _squad2), NO_WORSE_THAN_A_LEG
    ),
    "scifact": Exam("scientific claims on abstracts", partial(_judged, partial(_beir, "scifact")), NO_WORSE_THAN_A_LEG),
    "cranfield": Exam(
        "aerodynamics questions on abstracts", partial(_judged, partial(_beir, "cranfield")), NO_WORSE_THAN_A_LEG
    ),
}
