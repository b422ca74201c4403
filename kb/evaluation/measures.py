"""Ranked documents and judgements -> nDCG, recall, reciprocal rank and hits of every query, by ir-measures."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from kb.evaluation.tools import tool

MEASURES: Mapping[str, str] = {"ndcg@10": "nDCG@10", "recall@10": "R@10", "mrr@10": "RR@10", "hit@1": "Success@1"}
"""Our names of the measures that are printed, and those of ir-measures."""

CURVE = tuple(range(1, 51))

Judgements = Mapping[str, Mapping[str, int]]
Orders = Mapping[str, Sequence[str]]


def values(orders: Orders, judgements: Judgements) -> dict[str, dict[str, float]]:
    """The value of every measure for every query.

    nDCG has linear gains, as trec_eval has them: gain / log2(rank + 1), over that of the best order (Järvelin &
    Kekäläinen 2002). A query without a relevant document has 0 everywhere.

    Args:
        orders: Query -> distinct documents, best first.
        judgements: Query -> document -> gain; what is absent has gain 0.

    Returns:
        Measure (a name of MEASURES) -> query -> value, the queries in the order of `orders`.

    Raises:
        ToolsMissing: ir-measures is not installed.
    """
    found = _calculated(list(MEASURES.values()), orders, judgements)
    return {name: {query: found[theirs, query] for query in orders} for name, theirs in MEASURES.items()}


def curves(orders: Orders, judgements: Judgements) -> dict[str, list[float]]:
    """The means of nDCG and recall over the queries at each rank of CURVE.

    Raises:
        ToolsMissing: ir-measures is not installed.
    """
    wanted = {"ndcg": "nDCG", "recall": "R"}
    found = _calculated([f"{theirs}@{k}" for theirs in wanted.values() for k in CURVE], orders, judgements)
    return {
        name: [sum(found[f"{theirs}@{k}", query] for query in orders) / len(orders) for k in CURVE]
        for name, theirs in wanted.items()
    }


def _calculated(measures: Sequence[str], orders: Orders, judgements: Judgements) -> dict[tuple[str, str], float]:
    """The values by measure and query. The place in the list goes in as the score, so that ties stay in our order."""
    ir_measures = tool("ir_measures")
    run = {
        query: {document: float(len(documents) - place) for place, document in enumerate(documents)}
        for query, documents in orders.items()
    }
    qrels = {query: dict(judgements[query]) for query in orders}
    parsed = {ir_measures.parse_measure(name): name for name in measures}
    found = dict.fromkeys(((name, query) for name in measures for query in orders), 0.0)
    for metric in ir_measures.iter_calc(list(parsed), qrels, run):
        found[parsed[metric.measure], metric.query_id] = float(metric.value)
    return found
