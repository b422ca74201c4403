"""Questions -> what each leg and the whole ranked, and how good that is."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from kb.errors import FilterError, QuestionError
from kb.evaluation import measures, metrics
from kb.evaluation.datasets import Query
from kb.evaluation.lines import Line
from kb.evaluation.shelf import document

LEGS = ("dense", "lexical", "fused")


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
class Ranked:
    """What was ranked for one query.

    `orders` holds the documents of each leg, best first; `passages` the document and the fused score of every
    passage of the whole, best first.
    """

    query: Query
    orders: Mapping[str, tuple[str, ...]]
    passages: tuple[tuple[str, float], ...]


def watched(queries: Sequence[Query], ask: Callable[[str], Rankings], tell: Callable[[int], None]) -> list[Ranked]:
    """Ask every query; one without a word to look for, or with a quoted phrase that occurs nowhere, finds nothing.

    Args:
        queries: What to ask.
        ask: A question -> its rankings.
        tell: Told how many have been asked.
    """
    ranked = []
    for query in queries:
        ranked.append(_ranked(query, ask))
        tell(len(ranked))
    return ranked


def documents(hits: Iterable[Hit]) -> tuple[str, ...]:
    """The texts that some chunks are from, best first; the score of a text is the maximum over its chunks."""
    best: dict[str, float] = {}
    for hit in hits:
        name = document(hit.document)
        best[name] = max(best.get(name, hit.score), hit.score)
    return tuple(sorted(best, key=lambda name: -best[name]))


def values(ranked: Sequence[Ranked], judgements: measures.Judgements) -> dict[str, dict[str, dict[str, float]]]:
    """Leg -> measure -> query -> value.

    Raises:
        ToolsMissing: ir-measures is not installed.
    """
    return {leg: measures.values(orders(ranked, leg), judgements) for leg in LEGS}


def orders(ranked: Sequence[Ranked], leg: str) -> dict[str, tuple[str, ...]]:
    """Query -> the documents of one leg, best first."""
    return {one.query.id: one.orders[leg] for one in ranked}


def lines(found: Mapping[str, Mapping[str, Mapping[str, float]]]) -> list[Line]:
    """Every measure of every leg, and how the whole compares with the better leg (nDCG@10, paired by query).

    Args:
        found: What `values` gave.
    """
    every = [
        Line(leg, name, metrics.mean(list(by_query.values())))
        for leg, by_measure in found.items()
        for name, by_query in by_measure.items()
    ]
    ndcg = {leg: list(found[leg]["ndcg@10"].values()) for leg in LEGS}
    better = max(LEGS[:2], key=lambda leg: sum(ndcg[leg]))
    gap = metrics.paired(ndcg["fused"], ndcg[better])
    return [*every, Line("fused", f"ndcg@10 over the better leg ({better})", gap)]


def _ranked(query: Query, ask: Callable[[str], Rankings]) -> Ranked:
    try:
        rankings = ask(query.text)
    except (QuestionError, FilterError):
        return Ranked(query, dict.fromkeys(LEGS, ()), ())
    passages = tuple((document(hit.document), hit.score) for hit in rankings.fused)
    return Ranked(query, {leg: documents(getattr(rankings, leg)) for leg in LEGS}, passages)
