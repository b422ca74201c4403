"""A document and a question -> why it is not among the sources."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from kb.index import lexical
from kb.index.absent import find_loosely, why_unknown, why_unreadable
from kb.index.phrases import chunks_holding
from kb.index.scope import Filters, outside
from kb.index.snapshot import DocumentRow, Snapshot
from kb.retrieval import trace as traces
from kb.retrieval.query import Query
from kb.retrieval.retriever import HybridRetriever, Request, candidates
from kb.retrieval.trace import Trace, Traced, trace

NOT_INDEXED = "not indexed"
FILTERED = "filtered out"
PHRASE = "phrase"
NOT_FOUND = "not found"

_BUT = {traces.BELOW: "its ", traces.DUPLICATE: "it ", traces.DISPLACED: "it was "}
Ids = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Rank:
    """The best place of a document's passages in one leg of one variant, among all `of` passages looked at.

    `rank` and `score` are None where the leg finds none of them: no word in common.
    """

    variant: str
    leg: str
    rank: int | None
    score: float | None
    of: int


@dataclass(frozen=True, slots=True)
class WhyNot:
    """Why a document is not among the sources, or that it is.

    `document` is its name, or what was typed where there is none; `reason` one of the short words of this module and
    of `kb.retrieval.trace`; `detail` says it in a sentence with its numbers; `fix` what would change it, empty where
    nothing simple does. `ranks` are counted over the whole corpus; those of a document that is filtered out, or lacks
    a phrase, as if nothing had been asked of it. `best` is its best passage, where one was judged.
    """

    document: str
    question: str
    reason: str
    detail: str
    fix: str = ""
    ranks: tuple[Rank, ...] = ()
    best: Traced | None = None

    def as_dict(self) -> dict[str, Any]:
        """The same as plain lists, dicts, strings and numbers, ready for JSON."""
        return asdict(self)


@dataclass(frozen=True, slots=True)
class Asked:
    """A question as it was searched, and its filters."""

    question: str
    filters: Filters


def why_not(snapshot: Snapshot, retriever: HybridRetriever, name: str, asked: Asked) -> WhyNot:
    """Say what kept a document from the sources.

    Args:
        snapshot: One read transaction, which also spans the search.
        retriever: What searches.
        name: The document as it is shown, an absolute path, or a path that only one document has.
        asked: The question and the filters.

    Raises:
        QuestionError: The question holds no word.
    """
    query = retriever.understand(asked.question)
    row = snapshot.find(name) or find_loosely(snapshot, name)
    if row is None:
        return WhyNot(name, asked.question, NOT_INDEXED, *why_unknown(snapshot, name))
    chunks = np.sort(np.array(snapshot.chunk_ids_of(row.id), dtype=np.int64))
    if row.state != "ok" or not len(chunks):
        return WhyNot(row.name, asked.question, NOT_INDEXED, *why_unreadable(row))
    case = _Case(snapshot, retriever, query, row, chunks)
    return case.not_looked_at(asked.filters) or case.judged(asked.filters)


@dataclass(frozen=True, slots=True)
class _Case:
    """A document that is indexed, and a question."""

    snapshot: Snapshot
    retriever: HybridRetriever
    query: Query
    row: DocumentRow
    chunks: Ids

    def not_looked_at(self, filters: Filters) -> WhyNot | None:
        """Why the document was no candidate; None when it was."""
        why = outside(filters, self.row)
        if why is not None:
            detail = f"{_capital(why)}"
            return self._said(FILTERED, detail, "Search without that filter", self._ranks(None, []))
        if len(chunks_holding(self.snapshot, self.query.phrases, self.chunks)):
            return None
        missing = [
            phrase for phrase in self.query.phrases if not len(chunks_holding(self.snapshot, [phrase], self.chunks))
        ]
        shown = " and ".join(f'"{phrase}"' for phrase in missing or self.query.phrases)
        detail = f"No passage of it holds {shown}" if missing else f"No single passage of it holds {shown} together"
        return self._said(PHRASE, detail, "Search without the quotation marks", self._ranks(None, []))

    def judged(self, filters: Filters) -> WhyNot:
        """What became of the passages of a document that was a candidate."""
        told = trace(self.snapshot, self.retriever.find(self.query.typed, Request(filters=filters)))
        own = [passage for passage in told.judged if passage.document == self.row.name]
        allowed = candidates(self.snapshot, self.query, filters)
        ranks = self._ranks(allowed, [p for p in told.passages if p.document == self.row.name])
        if not own:
            return self._said(NOT_FOUND, _not_found(told, ranks), "", ranks)
        best = min(own, key=lambda passage: (passage.source is None, passage.source or 0, passage.number or 0))
        return WhyNot(self.row.name, self.query.typed, best.fate, _fate(best, told), _fix(best), ranks=ranks, best=best)

    def _said(self, reason: str, detail: str, fix: str, ranks: tuple[Rank, ...]) -> WhyNot:
        return WhyNot(self.row.name, self.query.typed, reason, detail, fix, ranks)

    def _ranks(self, allowed: Ids | None, known: Sequence[Traced]) -> tuple[Rank, ...]:
        """The best place of the document in each leg of each variant, exactly, however far down."""
        ids = self.snapshot.chunk_ids() if allowed is None else allowed
        own = np.intersect1d(self.chunks, ids)
        dense = self._dense(ids, own)
        found = []
        for number, variant in enumerate(self.query.variants):
            found.append(Rank(variant.name, "dense", *dense[number], len(ids)))
            found.append(Rank(variant.name, "lexical", *self._lexical(variant.text, ids, own), len(ids)))
        return tuple(_as_searched(rank, known) for rank in found)

    def _dense(self, ids: Ids, own: Ids) -> list[tuple[int, float]]:
        """For each variant 1 + the number of passages with a higher cosine, and the cosine; one pass over all."""
        queries = self.retriever.encode([variant.text for variant in self.query.variants])
        cosines = self.snapshot.vectors(own) @ queries.T
        best = cosines.max(axis=0)
        above = np.zeros(len(queries), dtype=np.int64)
        for _, block in self.snapshot.vector_blocks(ids):
            above += ((block @ queries.T) > best + _ROUNDING).sum(axis=0)
        return [(int(count) + 1, float(cosine)) for count, cosine in zip(above, best, strict=True)]

    def _lexical(self, text: str, ids: Ids, own: Ids) -> tuple[int | None, float | None]:
        hits = lexical.search(self.snapshot, text, max(len(ids), 1), ids)
        held = set(own.tolist())
        for rank, (chunk, score) in enumerate(zip(hits.ids, hits.scores, strict=True), start=1):
            if chunk in held:
                return rank, float(score)
        return None, None


_ROUNDING = 1e-6  # cosines that are closer come from equal texts


def _as_searched(rank: Rank, known: Sequence[Traced]) -> Rank:
    """The place that the search itself gave, where it got so far: of equals it put the older first."""
    places = [place for passage in known if (place := passage.place(rank.variant, rank.leg)) is not None]
    if not places:
        return rank
    best = min(places, key=lambda place: place.rank)
    return Rank(rank.variant, rank.leg, best.rank, best.score, rank.of)


def _not_found(told: Trace, ranks: Sequence[Rank]) -> str:
    pool = len(told.judged)
    meaning = min((rank for rank in ranks if rank.leg == "dense" and rank.rank), key=lambda rank: rank.rank or 0)
    words = [rank for rank in ranks if rank.leg == "lexical" and rank.rank]
    by_words = min((rank.rank or 0 for rank in words), default=None)
    second = f"{_th(by_words)} by its words" if by_words else "it holds no word of the question"
    return (
        f"Its best passage is {_th(meaning.rank or 0)} of {meaning.of:,} by meaning, and {second}; "
        f"the best {pool} of both were judged"
    )


def _fate(best: Traced, told: Trace) -> str:
    if best.fate == traces.SOURCE:
        return f"It is source {best.source} of {len(told.order)}: {best.why}"
    place = f"Its best passage came {_th(best.number or 0)} of the {len(told.judged)} that were judged"
    if best.fate == traces.CUT:
        return f"{place}, and fewer were kept: {best.why}"
    return f"{place}, but {_BUT.get(best.fate, '')}{best.why}"


def _fix(best: Traced) -> str:
    if best.fate == traces.CUT:
        return f"Ask for more: --top-k {best.number}"
    if best.fate == traces.BELOW:
        return "Ask with words nearer to the document's own, or lower retrieval.least_relevance"
    if best.fate == traces.DISPLACED:
        return "Ask for more with --top-k, or set retrieval.mmr_lambda to 1"
    return ""


def _th(number: int) -> str:
    ending = "th" if number % 100 in (11, 12, 13) else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return f"{number:,}{ending}"


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
