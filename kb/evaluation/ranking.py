"""Rankings of chunks -> nDCG, recall and MRR of each leg and of the whole."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from kb.evaluation import metrics
from kb.evaluation.lines import Line
from kb.evaluation.shelf import document

if TYPE_CHECKING:
    from kb.evaluation.datasets import JudgedSet, QuestionSet

LEGS = ("dense", "lexical", "fused")
DEPTH = 10

_MEASURES: Mapping[str, Callable[[Sequence[str], Mapping[str, int], int], float]] = {
    "ndcg@10": metrics.ndcg,
    "recall@10": metrics.recall,
    "mrr@10": metrics.reciprocal_rank,
}


class Hit(Protocol):
    """A chunk that was found: the name of its document, and a score (higher is better)."""

    @property
    def document(self) -> str:
        """The name of the document the chunk is from."""

    @property
    def score(self) -> float:
        """How well the chunk fits, in the unit of its leg."""


class Rankings(Protocol):
    """What each leg found and what became of it, before filter, near-duplicates, top-k and MMR."""

    @property
    def dense(self) -> Sequence[Hit]:
        """By cosine."""

    @property
    def lexical(self) -> Sequence[Hit]:
        """By BM25."""

    @property
    def fused(self) -> Sequence[Hit]:
        """By both."""


@dataclass(frozen=True, slots=True)
class Judged:
    """A query and its relevant documents (name -> gain)."""

    text: str
    relevant: Mapping[str, int]


def judged_questions(questions: QuestionSet) -> list[Judged]:
    """The answerable questions of the report half; relevant is the paragraph a question was asked on."""
    return [
        Judged(question.text, {question.paragraph: 1}) for question in questions.of("report") if question.answerable
    ]


def judged_queries(queries: JudgedSet) -> list[Judged]:
    """The queries of the report half."""
    return [Judged(query.text, queries.judgements[query.id]) for query in queries.of("report")]


def documents(hits: Iterable[Hit]) -> list[str]:
    """The texts that some chunks are from, best first; the score of a text is the maximum over its chunks."""
    best: dict[str, float] = {}
    for hit in hits:
        name = document(hit.document)
        best[name] = max(best.get(name, hit.score), hit.score)
    return sorted(best, key=lambda name: -best[name])


def measure(queries: Sequence[Judged], rank: Callable[[str], Rankings]) -> list[Line]:
    """Every measure of every leg, and how the whole compares with the better leg (nDCG@10, paired by query).

    Args:
        queries: What to ask.
        rank: A question -> its rankings.
    """
    values: dict[tuple[str, str], list[float]] = {(leg, name): [] for leg in LEGS for name in _MEASURES}
    for query in queries:
        rankings = rank(query.text)
        for leg in LEGS:
            order = documents(getattr(rankings, leg))
            for name, function in _MEASURES.items():
                values[leg, name].append(function(order, query.relevant, DEPTH))
    lines = [Line(leg, name, metrics.mean(found)) for (leg, name), found in values.items()]
    better = max(LEGS[:2], key=lambda leg: sum(values[leg, "ndcg@10"]))
    gap = metrics.paired(values["fused", "ndcg@10"], values[better, "ndcg@10"])
    return [*lines, Line("fused", f"ndcg@10 over the better leg ({better})", gap)]
