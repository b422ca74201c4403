"""Questions -> milliseconds of one way to search, in a process of its own; prints one JSON object.

What is timed is asked once before; the other way, if there is one, takes turns with it, all questions after another.
"""

from __future__ import annotations

import json
import os
import statistics
import sys
import time
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Any

K = 10
ROUNDS = 7


def vectors(folder: str, queries: str) -> None:
    """The vectors of a catalog: our search beside numpy over all of them in memory."""
    import numpy as np

    from kb.index.catalog import Catalog
    from kb.index.vectors import VectorIndex

    asked = np.load(queries)
    with Catalog.open(Path(folder)) as catalog, catalog.read() as snapshot:
        index = VectorIndex(catalog)
        ids = snapshot.chunk_ids()
        whole = np.concatenate([block for _, block in snapshot.vector_blocks(ids)])

        def brute(query: Any) -> Any:
            scores = whole @ query
            near = np.argpartition(scores, -K)[-K:]
            return ids[near[np.argsort(-scores[near])]]

        def ours(query: Any) -> Any:
            return index.search(snapshot, query, K)[0]

        recall = [len(set(brute(query).tolist()) & set(ours(query).tolist())) / K for query in asked]
        times = _in_rounds({"ours": ours, "plain": brute}, list(asked))
        swept = []
        for query in asked:
            brute(query)
            swept.append(_milliseconds(partial(ours, query)))
    _tell({**times, "recall": statistics.mean(recall), "swept": statistics.median(swept)})


def words(folder: str, questions: str) -> None:
    """The words of a catalog: every question in a catalog that was just opened, and again at once."""
    from kb.index import lexical
    from kb.index.catalog import Catalog

    times: dict[str, list[float]] = {"cold": [], "warm": []}
    asked = _read(questions)
    for question in [asked[0], *asked]:
        with Catalog.open(Path(folder)) as catalog, catalog.read() as snapshot:
            for name in ("cold", "warm"):
                times[name].append(_milliseconds(partial(lexical.search, snapshot, question, 50)))
    _tell({name: values[1:] for name, values in times.items()})


def whole(storage: str, questions: str) -> None:
    """The whole of our search, encoder included."""
    from kb.knowledge_base import KnowledgeBase
    from kb.settings import Settings

    with KnowledgeBase.open(Settings(), storage=storage) as kb:
        _ask(lambda question: kb.search(question, 5), _read(questions))


def plain(model: str, folder: str, questions: str) -> None:
    """LlamaIndex's retriever over what it persisted, with the encoder as it comes."""
    from llama_index.core import load_index_from_storage

    from tests.benchmarks.plain import TOP_K, embed_model, stored

    index = load_index_from_storage(stored(folder), embed_model=embed_model(model))
    _ask(index.as_retriever(similarity_top_k=TOP_K).retrieve, _read(questions))


def large(folder: str, queries: str, truth: str) -> None:
    """A catalog too large for memory: opening, memory after it, first and later searches, recall."""
    import faiss  # noqa: F401 - imported before the clock
    import numpy as np

    from kb.index import lexical
    from kb.index.catalog import Catalog
    from kb.index.vectors import VectorIndex
    from tests.benchmarks.processes import resident

    asked, expected = np.load(queries), np.load(truth)
    lexical.terms("warm up อุ่นเครื่อง")
    before = resident(os.getpid()).anonymous
    start = time.perf_counter()
    with Catalog.open(Path(folder)) as catalog, catalog.read() as snapshot:
        index = VectorIndex(catalog)
        index.view(snapshot)
        opened = (time.perf_counter() - start) * 1000
        memory = resident(os.getpid()).anonymous
        first = _milliseconds(lambda: index.search(snapshot, asked[0], K))
        found = [index.search(snapshot, query, K)[0].tolist() for query in asked]
        recall = [len({*ids} & {*best}) / K for ids, best in zip(found, expected.tolist(), strict=True)]
        times = _in_rounds({"search": lambda query: index.search(snapshot, query, K)}, list(asked))
        read = [_milliseconds(lambda text=text: lexical.search(snapshot, text, 50)) for text in _of(snapshot)]
    _tell(
        {
            **times,
            **{"words": read, "recall": statistics.mean(recall), "opened": opened, "first": first},
            **{"memory": memory, "before": before, "after": resident(os.getpid()).anonymous},
        }
    )


def _of(snapshot: Any) -> list[str]:
    """Five words of each of some chunks."""
    ids = snapshot.chunk_ids()
    rows = snapshot.chunks(ids[:: max(1, len(ids) // 30)].tolist())
    return [" ".join(row.text.split()[:5]) for row in rows.values()]


def _in_rounds(ways: dict[str, Callable[[Any], Any]], asked: Sequence[Any]) -> dict[str, list[float]]:
    """The median over the questions, a round of all of them for each way in turn."""
    medians: dict[str, list[float]] = {name: [] for name in ways}
    for _ in range(ROUNDS):
        for name, way in ways.items():
            medians[name].append(statistics.median(_milliseconds(partial(way, one)) for one in asked))
    return medians


def _ask(search: Callable[[str], Any], questions: Sequence[str]) -> None:
    search(questions[0])
    found = {question: _milliseconds(lambda question=question: search(question)) for question in questions}
    _tell({"times": list(found.values()), "hits": len(search(questions[-1]))})


def _milliseconds(work: Callable[[], Any]) -> float:
    start = time.perf_counter()
    work()
    return (time.perf_counter() - start) * 1000


def _read(questions: str) -> list[str]:
    return list(json.loads(Path(questions).read_text(encoding="utf-8")))


def _tell(values: dict[str, Any]) -> None:
    print(json.dumps(values), flush=True)


if __name__ == "__main__":
    ways = {"vectors": vectors, "words": words, "whole": whole, "plain": plain, "large": large}
    ways[sys.argv[1]](*sys.argv[2:])
