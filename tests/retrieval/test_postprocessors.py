from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from llama_index.core import VectorStoreIndex
from llama_index.core.callbacks import CallbackManager
from llama_index.core.indices.prompt_helper import ChatPromptHelper, PromptHelper
from llama_index.core.postprocessor.types import BaseNodePostprocessor
from llama_index.core.query_engine import RetrieverQueryEngine
from llama_index.core.response_synthesizers.no_text import NoText
from llama_index.core.schema import MetadataMode, NodeWithScore, TextNode

from kb.answering.silent_model import SilentModel
from kb.retrieval.cutoff import Bounds, figure
from kb.retrieval.fusion import FusionWeights
from kb.retrieval.mmr import mmr
from kb.retrieval.postprocessors import AutoTopK, Diversity, NearDuplicateFilter, RelevanceFilter, similarities
from tests.word_engine import word_embedding

RANGE = FusionWeights(0.5, 1.0, 0.5)
PEACE = "They signed the treaty in the old harbour town after a long winter of talks and one last quarrel."
TRADE = "Ships carried salt, amber and dried fish along the coast as soon as the ice had gone."


def found(score: float | None, text: str = PEACE, name: str = "a.txt", **more: Any) -> NodeWithScore:
    metadata = {"document": name, "document_id": hash(name), "page": None, "fused": 0.5, "tokens": 20, "steps": []}
    keys = list(metadata)
    node = TextNode(
        text=text,
        start_char_idx=more.get("start", 0),
        end_char_idx=more.get("start", 0) + len(text),
        embedding=more.get("embedding"),
        metadata=metadata,
        excluded_llm_metadata_keys=keys,
        excluded_embed_metadata_keys=list(keys),
    )
    return NodeWithScore(node=node, score=score)


def bare(score: float, text: str) -> NodeWithScore:
    return NodeWithScore(node=TextNode(text=text), score=score)


def last(hit: NodeWithScore) -> tuple[str, int | None, float | None, bool, str]:
    step = hit.node.metadata["steps"][-1]
    assert step["variant"] == "all"
    return step["step"], step["rank"], step["score"], step["kept"], step["why"]


def unit(*angles: float) -> list[list[float]]:
    return [[float(np.cos(np.radians(a))), float(np.sin(np.radians(a)))] for a in angles]


class TestRelevanceFilter:
    def test_it_drops_what_is_below_and_says_so_on_every_node(self) -> None:
        nodes = [found(0.81), found(0.02), found(0.05), found(None)]
        assert RelevanceFilter(similarity_cutoff=0.05).postprocess_nodes(nodes) == [nodes[0], nodes[2]]
        assert [last(hit) for hit in nodes] == [
            ("relevance", 1, 0.81, True, "P .81 is at least .05"),
            ("relevance", None, 0.02, False, "P .02 is below .05"),
            ("relevance", 2, 0.05, True, "P .05 is at least .05"),
            ("relevance", None, None, False, "P .00 is below .05"),
        ]

    def test_a_hair_below_is_told_as_such(self) -> None:
        nodes = [found(0.0199)]
        assert RelevanceFilter(similarity_cutoff=0.02).postprocess_nodes(nodes) == []
        assert last(nodes[0])[4] == "P is just below .02"


class TestNearDuplicateFilter:
    def test_the_same_text_in_another_file_goes_and_its_place_is_named(self) -> None:
        nodes = [
            found(0.9, name="letters/a.txt", start=10),
            found(0.8, TRADE, "b.txt"),
            found(0.7, PEACE.replace("old", "new")),
        ]
        assert NearDuplicateFilter(sameness=0.8).postprocess_nodes(nodes) == nodes[:2]
        assert last(nodes[1]) == ("near-duplicate", 2, None, True, "repeats no better passage")
        words = len(PEACE.split()) - 2
        share = (words - 3) / words
        why = f"repeats letters/a.txt, characters 10 to {10 + len(PEACE)} ({share:.0%} of it)"
        assert last(nodes[2]) == ("near-duplicate", None, share, False, why)

    def test_overlapping_spans_of_one_document(self) -> None:
        nodes = [found(0.9, "x" * 100), found(0.8, "y" * 100, start=10), found(0.7, "z" * 100, "b.txt", start=10)]
        assert NearDuplicateFilter(sameness=0.8).postprocess_nodes(nodes) == [nodes[0], nodes[2]]


class TestAutoTopK:
    def test_it_cuts_and_every_node_knows_why(self) -> None:
        nodes = [found(0.81), found(0.8), found(0.012), found(0.01)]
        assert AutoTopK(bounds=Bounds(1, 10, 1000)).postprocess_nodes(nodes) == nodes[:2]
        why = "k = 2: P falls from .80 to .012 after place 2"
        assert [last(hit) for hit in nodes] == [
            ("top-k", 1, 0.81, True, why),
            ("top-k", 2, 0.8, True, why),
            ("top-k", None, 0.012, False, why),
            ("top-k", None, 0.01, False, why),
        ]

    def test_it_leaves_the_cutting_to_diversity(self) -> None:
        nodes = [found(0.81), found(0.012), found(0.01)]
        assert AutoTopK(bounds=Bounds(1, 10, 1000), cut=False).postprocess_nodes(nodes) == nodes
        assert [last(hit)[1:4] for hit in nodes] == [(1, 0.81, True), (2, 0.012, False), (3, 0.01, False)]

    def test_tokens_count_against_the_budget_and_characters_where_nobody_counted_them(self) -> None:
        assert len(AutoTopK(bounds=Bounds(1, 10, 59)).postprocess_nodes([found(0.5) for _ in range(5)])) == 2
        assert len(AutoTopK(bounds=Bounds(1, 10, 59)).postprocess_nodes([bare(0.5, "x" * 77) for _ in range(5)])) == 2


class TestDiversity:
    def nodes(self) -> list[NodeWithScore]:
        scores, angles = [0.9, 0.85, 0.6, 0.5, 0.1], [0, 10, 50, 52, 90]
        return [found(s, f"text {s}", embedding=e) for s, e in zip(scores, unit(*angles), strict=True)]

    def marked(self, k: int) -> list[NodeWithScore]:
        return AutoTopK(bounds=Bounds(k, k, 1000), cut=False).postprocess_nodes(self.nodes())

    @pytest.mark.parametrize("k", [1, 2, 3, 5])
    def test_a_balance_of_one_gives_the_first_k(self, k: int) -> None:
        nodes = self.marked(k)
        assert Diversity(balance=1.0, range=RANGE).postprocess_nodes(nodes) == nodes[:k]
        assert last(nodes[k - 1])[3:] == (True, f"added at place {k}: P {figure(nodes[k - 1].score or 0)}")

    @pytest.mark.parametrize("balance", [0.0, 0.3, 0.5, 0.8])
    def test_it_is_mmr_over_scaled_cosines(self, balance: float) -> None:
        nodes = self.marked(3)
        radians = np.radians([0, 10, 50, 52, 90])
        alike = np.clip((np.cos(radians[:, None] - radians) - 0.5) / 0.5, 0, 1)
        expected = mmr(np.array([0.9, 0.85, 0.6, 0.5, 0.1]), alike, 3, balance)
        assert Diversity(balance=balance, range=RANGE).postprocess_nodes(nodes) == [nodes[i] for i in expected]

    def test_each_node_tells_why_it_was_picked_or_not(self) -> None:
        nodes = self.marked(2)
        assert Diversity(balance=0.5, range=RANGE).postprocess_nodes(nodes) == [nodes[0], nodes[2]]
        beside, across = (np.cos(np.radians(angle)) * 2 - 1 for angle in (10, 50))
        assert [last(hit)[:2] + last(hit)[3:] for hit in nodes] == [
            ("mmr", 1, True, "added at place 1: P .90"),
            ("mmr", None, False, "displaced by less similar passages: P .85, most alike .97"),
            ("mmr", 2, True, "added at place 2: P .60, most alike .29"),
            ("mmr", None, False, "not among the 2 picked: P .50, most alike 1.00"),
            ("mmr", None, False, "not among the 2 picked: P .10, most alike .53"),
        ]
        assert last(nodes[0])[2] == pytest.approx(0.45)
        assert last(nodes[1])[2] == pytest.approx(0.5 * 0.85 - 0.5 * beside)
        assert last(nodes[2])[2] == pytest.approx(0.5 * 0.6 - 0.5 * across)
        assert [step["kept"] for step in nodes[2].node.metadata["steps"]] == [False, True]

    def test_longer_passages_do_not_break_the_budget(self) -> None:
        nodes = AutoTopK(bounds=Bounds(3, 3, 1000), cut=False).postprocess_nodes([found(0.9) for _ in range(3)])
        assert Diversity(balance=0.5, range=RANGE, budget=59).postprocess_nodes(nodes) == nodes[:2]
        assert Diversity(balance=0.5, range=RANGE, budget=5).postprocess_nodes(nodes) == nodes[:1]

    def test_without_embeddings_nothing_is_alike(self) -> None:
        nodes = [bare(0.9, PEACE), bare(0.8, PEACE), found(0.7, embedding=unit(0)[0])]
        assert Diversity(balance=0.2, range=RANGE).postprocess_nodes(nodes) == nodes
        assert similarities(nodes, RANGE).tolist() == [[0, 0, 0], [0, 0, 0], [0, 0, 1]]

    @pytest.mark.parametrize("balance", [-0.1, 1.1])
    def test_a_balance_outside_its_range_is_refused(self, balance: float) -> None:
        with pytest.raises(ValueError, match="balance"):
            Diversity(balance=balance, range=RANGE)


def pipeline(balance: float) -> list[BaseNodePostprocessor]:
    return [
        RelevanceFilter(similarity_cutoff=0.05),
        NearDuplicateFilter(sameness=0.8),
        AutoTopK(bounds=Bounds(1, 10, 1000), cut=False),
        Diversity(balance=balance, range=RANGE),
    ]


@pytest.mark.parametrize("step", pipeline(0.5))
def test_nothing_in_nothing_out(step: BaseNodePostprocessor) -> None:
    assert step.postprocess_nodes([]) == []


@pytest.mark.parametrize("step", pipeline(0.5))
def test_each_works_alone_on_nodes_it_knows_nothing_about(step: BaseNodePostprocessor) -> None:
    nodes = [bare(0.9, PEACE), bare(0.8, TRADE)]
    assert step.postprocess_nodes(nodes)[0] is nodes[0]
    for hit in nodes:
        assert len(hit.node.metadata["steps"]) == 1
        assert hit.node.get_content(MetadataMode.LLM) in (PEACE, TRADE)
        assert hit.node.get_content(MetadataMode.EMBED) in (PEACE, TRADE)


def test_they_follow_each_other_in_a_query_engine_of_llama_index() -> None:
    texts = [PEACE, PEACE.replace("old", "new"), TRADE, "Nobody wrote about whales."]
    embedding = word_embedding()
    index = VectorStoreIndex(
        [TextNode(text=text) for text in texts], embed_model=embedding, transformations=[embedding]
    )
    model = SilentModel()
    helper = PromptHelper.from_llm_metadata(model.metadata, tokenizer=str.split)
    chat_helper = ChatPromptHelper.from_llm_metadata(model.metadata, tokenizer=str.split)
    silent = NoText(llm=model, callback_manager=CallbackManager(), prompt_helper=helper, chat_prompt_helper=chat_helper)
    retriever = index.as_retriever(similarity_top_k=4)
    engine = RetrieverQueryEngine(retriever, silent, node_postprocessors=pipeline(0.9))
    kept = engine.query("who signed the treaty in the old harbour town").source_nodes
    assert [hit.node.get_content() for hit in kept] == [PEACE, TRADE]
    steps = [[(step["step"], step["rank"]) for step in hit.node.metadata["steps"]] for hit in kept]
    assert steps[0] == [("relevance", 1), ("near-duplicate", 1), ("top-k", 1), ("mmr", 1)]
    assert steps[1] == [("relevance", 3), ("near-duplicate", 2), ("top-k", 2), ("mmr", 2)]
