"""Nodes with P -> the few that reach the prompt, as LlamaIndex postprocessors.

They are made to follow each other, and each works alone in any query engine:

    RelevanceFilter -> NearDuplicateFilter -> AutoTopK(cut=False) -> Diversity

`AutoTopK` reads k off the scores and cuts there. With `cut=False` it only writes k down (`metadata["top_k"]`) and lets
everything pass, so that `Diversity` can pick those k out of all that is left; with a balance of 1 that is the first k
again. Each appends a `Step` to `metadata["steps"]` of every node it sees, also of those it drops; the last step of a
node tells whether it is a source. So a passage that the top-k step leaves out (`kept` false) and the mmr step adds
(`kept` true) was brought in for being different, and the reverse one was displaced by it.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from itertools import accumulate

import numpy as np
from llama_index.core.bridge.pydantic import Field
from llama_index.core.postprocessor import SimilarityPostprocessor
from llama_index.core.postprocessor.types import BaseNodePostprocessor
from llama_index.core.schema import NodeWithScore, QueryBundle, TextNode
from numpy.typing import NDArray

from kb.index import lexical
from kb.retrieval.cutoff import Bounds, Candidate, auto_top_k, figure, near_duplicates, share_within
from kb.retrieval.fusion import FusionWeights
from kb.retrieval.mmr import mmr
from kb.retrieval.source import ALL, Step

CHARACTERS_A_TOKEN = 4  # where nobody counted the tokens


class RelevanceFilter(SimilarityPostprocessor):
    """Drops what is less likely than `similarity_cutoff` to be relevant."""

    @classmethod
    def class_name(cls) -> str:
        """The name LlamaIndex stores it under."""
        return "RelevanceFilter"

    def _postprocess_nodes(
        self, nodes: list[NodeWithScore], query_bundle: QueryBundle | None = None
    ) -> list[NodeWithScore]:
        kept = super()._postprocess_nodes(nodes, query_bundle)
        places = _places(kept)
        for hit in nodes:
            is_kept = id(hit) in places
            side = "is at least" if is_kept else "is below"
            p, cutoff = figure(_score(hit)), figure(self.similarity_cutoff)
            why = f"P {p} {side} {cutoff}" if is_kept or p != cutoff else f"P is just below {cutoff}"
            note(hit, Step("relevance", ALL, places.get(id(hit)), hit.score, is_kept, why))
        return kept


class NearDuplicateFilter(BaseNodePostprocessor):
    """Drops what a better passage says already, in this or another document.

    `sameness` is the share of a passage, 0 to 1, from which it counts as said.
    """

    sameness: float = Field(default=0.8, gt=0, le=1)

    @classmethod
    def class_name(cls) -> str:
        """The name LlamaIndex stores it under."""
        return "NearDuplicateFilter"

    def _postprocess_nodes(
        self, nodes: list[NodeWithScore], query_bundle: QueryBundle | None = None
    ) -> list[NodeWithScore]:
        candidates = _candidates(nodes)
        repeats = near_duplicates(candidates, self.sameness)
        kept: list[NodeWithScore] = []
        for hit, candidate, repeated in zip(nodes, candidates, repeats, strict=True):
            if repeated is None:
                kept.append(hit)
                note(hit, Step("near-duplicate", ALL, len(kept), None, True, "repeats no better passage"))
                continue
            other = candidates[repeated]
            share = share_within(candidate, other)
            where = f"{_document(nodes[repeated])}, characters {other.start} to {other.end}"
            note(hit, Step("near-duplicate", ALL, None, share, False, f"repeats {where} ({share:.0%} of it)"))
        return kept


class AutoTopK(BaseNodePostprocessor):
    """Reads off the scores how many passages are enough.

    Nodes tell their length in `metadata["tokens"]`; else four characters count as a token.
    """

    bounds: Bounds
    cut: bool = True

    @classmethod
    def class_name(cls) -> str:
        """The name LlamaIndex stores it under."""
        return "AutoTopK"

    def _postprocess_nodes(
        self, nodes: list[NodeWithScore], query_bundle: QueryBundle | None = None
    ) -> list[NodeWithScore]:
        found = auto_top_k([_score(hit) for hit in nodes], [_tokens(hit) for hit in nodes], self.bounds)
        for place, hit in enumerate(nodes, start=1):
            is_within = place <= found.k
            rank = place if is_within or not self.cut else None
            note(hit, Step("top-k", ALL, rank, hit.score, is_within, found.why))
            _hide(hit, "top_k", found.k)
        return nodes[: found.k] if self.cut else nodes


class Diversity(BaseNodePostprocessor):
    """Picks passages that are relevant and unlike those picked before (maximal marginal relevance).

    It picks as many as `AutoTopK` wrote down, else all, and no more than `budget` tokens have room for. How alike two
    passages are is the cosine of their embeddings between those of unrelated and of identical text (`range`), cut to
    0 to 1; a node without embedding is like no other.
    """

    balance: float = Field(ge=0, le=1)
    range: FusionWeights
    budget: int | None = Field(default=None, ge=1)

    @classmethod
    def class_name(cls) -> str:
        """The name LlamaIndex stores it under."""
        return "Diversity"

    def _postprocess_nodes(
        self, nodes: list[NodeWithScore], query_bundle: QueryBundle | None = None
    ) -> list[NodeWithScore]:
        k = min([hit.node.metadata.get("top_k", len(nodes)) for hit in nodes], default=0)
        weighs = self.balance < 1.0
        alike = similarities(nodes, self.range) if weighs else np.zeros((len(nodes), len(nodes)))
        picked = mmr(np.array([_score(hit) for hit in nodes]), alike, k, self.balance)
        picked = picked[: self._room([_tokens(nodes[place]) for place in picked])]
        for place, hit in enumerate(nodes):
            rank = picked.index(place) + 1 if place in picked else None
            before = picked[: rank - 1] if rank else picked
            likest = float(alike[place, before].max()) if before and weighs else None
            why = _why_picked(hit, rank, place, (k, likest))
            note(hit, Step("mmr", ALL, rank, self._merit(hit, likest), rank is not None, why))
        return [nodes[place] for place in picked]

    def _merit(self, hit: NodeWithScore, likest: float | None) -> float:
        return self.balance * _score(hit) - (1.0 - self.balance) * (likest or 0.0)

    def _room(self, lengths: Sequence[int]) -> int:
        if self.budget is None:
            return len(lengths)
        return max(1, sum(total <= self.budget for total in accumulate(lengths)))


def note(hit: NodeWithScore, step: Step) -> None:
    """Write down what a step did with a node, where no prompt shows it."""
    metadata = hit.node.metadata
    if "steps" not in metadata:
        _hide(hit, "steps", [])
    metadata["steps"].append(step.as_dict())


def similarities(nodes: Sequence[NodeWithScore], scale: FusionWeights) -> NDArray[np.float64]:
    """How alike the passages are: clip((cos - low) / (high - low), 0, 1), shape (n, n); 0 without embeddings."""
    alike = np.zeros((len(nodes), len(nodes)))
    known = [place for place, hit in enumerate(nodes) if hit.node.embedding is not None]
    if known:
        vectors = np.array([nodes[place].node.embedding for place in known], dtype=np.float64)
        vectors /= np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-12)
        cosines = vectors @ vectors.T
        alike[np.ix_(known, known)] = np.clip((cosines - scale.low) / (scale.high - scale.low), 0.0, 1.0)
    return alike


def _why_picked(hit: NodeWithScore, rank: int | None, place: int, others: tuple[int, float | None]) -> str:
    k, likest = others
    facts = f"P {figure(_score(hit))}" + ("" if likest is None else f", most alike {figure(likest)}")
    if rank is not None:
        return f"added at place {rank}: {facts}"
    return f"displaced by less similar passages: {facts}" if place < k else f"not among the {k} picked: {facts}"


def _hide(hit: NodeWithScore, key: str, value: object) -> None:
    """Put a value into a node's metadata, out of sight of prompts and embedders."""
    hit.node.metadata[key] = value
    for hidden in (hit.node.excluded_llm_metadata_keys, hit.node.excluded_embed_metadata_keys):
        if key not in hidden:
            hidden.append(key)


def _places(kept: Sequence[NodeWithScore]) -> dict[int, int]:
    return {id(hit): place for place, hit in enumerate(kept, start=1)}


def _candidates(nodes: Sequence[NodeWithScore]) -> list[Candidate]:
    documents: dict[object, int] = {}
    candidates = []
    for hit in nodes:
        node = hit.node
        start, end = (node.start_char_idx, node.end_char_idx) if isinstance(node, TextNode) else (None, None)
        document = documents.setdefault(node.metadata.get("document_id", node.ref_doc_id or id(node)), len(documents))
        text = node.get_content()
        terms = node.metadata.get("words") or _terms(text)
        candidates.append(Candidate(document, start or 0, end or 0, text, terms))
    return candidates


@lru_cache(maxsize=2048)
def _terms(text: str) -> tuple[str, ...]:
    """Cutting Thai into words takes most of a millisecond a passage, and the same passages come up again."""
    return tuple(lexical.terms(text))


def _document(hit: NodeWithScore) -> str:
    metadata = hit.node.metadata
    return str(metadata.get("document") or metadata.get("file_name") or hit.node.ref_doc_id or hit.node.node_id)


def _tokens(hit: NodeWithScore) -> int:
    return int(hit.node.metadata.get("tokens") or -(-len(hit.node.get_content()) // CHARACTERS_A_TOKEN))


def _score(hit: NodeWithScore) -> float:
    return float(hit.score or 0.0)
