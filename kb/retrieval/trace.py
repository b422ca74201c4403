"""A retrieval -> why each passage is here, or is not."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from llama_index.core.schema import NodeWithScore, TextNode

from kb.index.snapshot import Snapshot
from kb.language.segment import grapheme_starts
from kb.retrieval.legs import Leg
from kb.retrieval.query import Variant
from kb.retrieval.retriever import Retrieval, as_source, candidates
from kb.retrieval.source import Source, Step

SOURCE = "among the sources"
FOUND = "found, not judged"  # by a leg, but beyond the pool
BELOW = "below the similarity cut"
DUPLICATE = "near-duplicate"
CUT = "cut by top-k"
DISPLACED = "displaced by MMR"
_DROPS = {"relevance": BELOW, "near-duplicate": DUPLICATE}
_BEGINS = 160  # characters


@dataclass(frozen=True, slots=True)
class Place:
    """Where one list has a passage: `rank` counts from 1, `score` is in the unit of the leg.

    `leg` is dense (cosine), lexical (BM25), fused (both), or combined (all variants).
    """

    variant: str
    leg: str
    rank: int
    score: float


@dataclass(frozen=True, slots=True)
class Traced:
    """A passage that some leg found, and what became of it.

    `number` counts all that were judged, best first; the rest, beyond the pool, have None, and no `score`. `score` is
    P(relevant); `source` the place among the sources; `fate` one of the words above; `why` the reason in a sentence
    with its numbers; `begins` the first words of its text.
    """

    number: int | None
    document: str
    page: int | None
    start: int
    end: int
    begins: str
    score: float | None
    source: int | None
    fate: str
    why: str
    places: tuple[Place, ...]
    steps: tuple[Step, ...] = ()

    def place(self, variant: str, leg: str) -> Place | None:
        """Where one list has it."""
        return next((place for place in self.places if (place.variant, place.leg) == (variant, leg)), None)

    def step(self, name: str) -> Step | None:
        """What the step of this name did with it."""
        return next((step for step in self.steps if step.step == name), None)


@dataclass(frozen=True, slots=True)
class Trace:
    """All that became of a question.

    `question` is as typed, `text` as searched; `filters` by name, None where none; `looked_at` of `indexed` passages
    passed the filters and hold the phrases; `passages` are those that a leg found, those that were judged first;
    `top_k` is the sentence that says why so many; `order` the numbers of the sources in the order MMR picked them;
    `seconds` are those of each part.
    """

    question: str
    text: str
    language: str
    phrases: tuple[str, ...]
    variants: tuple[Variant, ...]
    filters: dict[str, str | None]
    looked_at: int
    indexed: int
    passages: tuple[Traced, ...]
    top_k: str
    order: tuple[int, ...]
    seconds: dict[str, float]
    sources: tuple[Source, ...] = field(default=(), repr=False)

    def as_dict(self) -> dict[str, Any]:
        """The same as plain lists, dicts, strings and numbers, ready for JSON; the sources are left to the caller."""
        whole = asdict(self)
        del whole["sources"]
        return whole

    @property
    def judged(self) -> list[Traced]:
        """The passages of the pool, best first."""
        return [passage for passage in self.passages if passage.number is not None]


def trace(snapshot: Snapshot, found: Retrieval) -> Trace:
    """Tell what every step did.

    Args:
        snapshot: Where the passages beyond the pool are read.
        found: From `HybridRetriever.find`.
    """
    places = _places(found.legs)
    kept = {id(hit): place for place, hit in enumerate(found.kept, start=1)}
    pool = sorted(found.pool, key=_reranked)
    judged = [
        _judged(hit, number, kept.get(id(hit)), places.get(int(hit.node.node_id), ()))
        for number, hit in enumerate(pool, start=1)
    ]
    numbers = {id(hit): number for number, hit in enumerate(pool, start=1)}
    known = {int(hit.node.node_id) for hit in pool}
    beyond = [chunk for chunk in places if chunk not in known]
    query, allowed, indexed = found.query, candidates(snapshot, found.query, found.filters), snapshot.chunk_count()
    return Trace(
        question=query.typed,
        text=query.text,
        language=query.language,
        phrases=query.phrases,
        variants=query.variants,
        filters=found.filters.as_dict(),
        looked_at=indexed if allowed is None else len(allowed),
        indexed=indexed,
        passages=(*judged, *_beyond(snapshot, beyond, places)),
        top_k=_sentence(judged),
        order=tuple(numbers[id(hit)] for hit in found.kept),
        seconds=dict(found.seconds),
        sources=tuple(as_source(hit) for hit in found.kept),
    )


def fate_of(steps: Sequence[Step], source: int | None) -> tuple[str, str]:
    """What became of a judged passage, and why: by its place among the sources, else by the step that dropped it."""
    by_name = {step.step: step for step in steps}
    if source is not None:
        step = by_name.get("mmr")
        return SOURCE, step.why if step else f"place {source}"
    for name, fate in _DROPS.items():
        if name in by_name and not by_name[name].kept:
            return fate, by_name[name].why
    within = by_name.get("top-k")
    if within is not None and not within.kept:
        return CUT, within.why
    last = by_name.get("mmr")
    return DISPLACED, last.why if last else ""


def _places(legs: Sequence[Leg]) -> dict[int, tuple[Place, ...]]:
    """Where the lists have each chunk."""
    places: dict[int, list[Place]] = {}
    for leg in legs:
        for hit in leg.hits:
            places.setdefault(hit.chunk, []).append(Place(leg.variant, leg.leg, hit.rank, hit.score))
    return {chunk: tuple(own) for chunk, own in places.items()}


def _reranked(hit: NodeWithScore) -> int:
    """The place that a reranker gave; the order of the pool where there is none."""
    return next((step["rank"] for step in hit.node.metadata["steps"] if step["step"] == "reranker"), 0)


def _judged(hit: NodeWithScore, number: int, source: int | None, places: tuple[Place, ...]) -> Traced:
    shown = as_source(hit)
    assert isinstance(hit.node, TextNode)
    fate, why = fate_of(shown.steps, source)
    span = (shown.document, shown.page, shown.start, shown.end)
    return Traced(number, *span, _opening(shown.text), shown.score, source, fate, why, places, shown.steps)


def _beyond(snapshot: Snapshot, chunks: Sequence[int], places: Mapping[int, tuple[Place, ...]]) -> list[Traced]:
    """What a leg found but the pool had no room for, in the order of the combined list."""
    rows = snapshot.chunks(chunks)
    documents = snapshot.documents_by_id({row.document for row in rows.values()})
    traced = []
    for row in rows.values():
        page = snapshot.page(row.document, row.start)
        span = (documents[row.document].name, page, row.start, row.end)
        why = "better passages filled the pool"
        traced.append(Traced(None, *span, _opening(row.text), None, None, FOUND, why, places[row.id]))
    return sorted(traced, key=_last_rank)


def _last_rank(passage: Traced) -> int:
    return passage.places[-1].rank if passage.places else 0


def _sentence(judged: Sequence[Traced]) -> str:
    steps = [step for passage in judged if (step := passage.step("top-k")) is not None]
    return steps[0].why if steps else "k = 0: no passage is left"


def _opening(text: str) -> str:
    """The first words, no more than `_BEGINS` characters, not cut inside a letter and its marks."""
    line = " ".join(text[: 2 * _BEGINS].split())
    return line[: max((at for at in grapheme_starts(line) if at <= _BEGINS), default=0)]
