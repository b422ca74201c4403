"""Questions -> how many are declined, by why they should or should not be."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence

from kb.answering.answer import Answer
from kb.evaluation import metrics
from kb.evaluation.datasets import Question, QuestionSet
from kb.evaluation.lines import Line

Remaining = tuple[Mapping[str, str], tuple[Question, ...]]


def declined(questions: Iterable[str], ask: Callable[[str], Answer]) -> list[float]:
    """1 for each question that is declined, 0 for each that is answered."""
    return [float(ask(question).status == "declined") for question in questions]


def line(kind: str, refused: Sequence[float]) -> Line:
    """The share of the questions of one kind that is declined at the threshold in use.

    Args:
        kind: Why these questions should be declined, or "answerable" when they should not.
        refused: What `declined` says of each.
    """
    return Line("refusal", f"declined: {kind}", metrics.mean(refused))


def without_report_articles(known: QuestionSet) -> Remaining:
    """What is left when the articles of the report half are taken away, and the questions on what was taken."""
    gone = {known.articles[question.paragraph] for question in known.of("report")}
    return _without(known, {paragraph for paragraph, article in known.articles.items() if article in gone})


def without_every_second_paragraph(known: QuestionSet) -> Remaining:
    """What is left when every second paragraph is taken away: its siblings on the same topic remain."""
    return _without(known, set(list(known.paragraphs)[1::2]))


def _without(known: QuestionSet, gone: set[str]) -> Remaining:
    kept = {name: text for name, text in known.paragraphs.items() if name not in gone}
    asked = (question for question in known.of("report") if question.answerable and question.paragraph in gone)
    return kept, tuple(asked)
