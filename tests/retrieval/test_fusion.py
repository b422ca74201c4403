"""Fusion against its definition."""

from __future__ import annotations

import math

from hypothesis import given, settings
from hypothesis import strategies as st

from kb.retrieval.fusion import Fused, FusionWeights, balanced, combine, fuse

E5 = FusionWeights(low=0.7, high=1.0, dense=0.5)
unit = st.floats(0, 1, allow_nan=False)


def test_both_legs_count_in_their_own_range() -> None:
    hits = fuse({1: 0.85, 2: 0.91}, {1: 6.0}, mass=12.0, weights=E5)
    assert [hit.chunk for hit in hits] == [1, 2]
    assert math.isclose(hits[0].score, 0.5 * 0.5 + 0.5 * 0.5)
    assert math.isclose(hits[1].score, 0.5 * 0.7)


def test_a_question_without_known_words_is_ranked_by_the_dense_leg() -> None:
    hits = fuse({1: 0.8, 2: 0.9, 3: 0.85}, {}, mass=0.0, weights=E5)
    assert [hit.chunk for hit in hits] == [2, 3, 1]


def test_equal_scores_keep_the_order_of_the_catalog() -> None:
    hits = fuse({9: 0.8, 2: 0.8, 5: 0.8}, {}, mass=1.0, weights=E5)
    assert [hit.chunk for hit in hits] == [2, 5, 9]


@settings(deadline=None)
@given(
    st.dictionaries(st.integers(1, 99), st.tuples(unit, unit), min_size=1),
    st.floats(0.1, 50),
    st.floats(0, 1),
)
def test_every_score_is_the_weighted_sum(candidates: dict[int, tuple[float, float]], mass: float, dense: float) -> None:
    cosines = {i: cosine for i, (cosine, _) in candidates.items()}
    bm25 = {i: share * mass for i, (_, share) in candidates.items()}
    hits = fuse(cosines, bm25, mass, FusionWeights(0.7, 1.0, dense))
    assert sorted(hit.chunk for hit in hits) == sorted(candidates)
    for hit in hits:
        cosine, share = candidates[hit.chunk]
        assert math.isclose(hit.score, dense * (cosine - 0.7) / 0.3 + (1 - dense) * share, abs_tol=1e-9)
    assert [hit.score for hit in hits] == sorted((hit.score for hit in hits), reverse=True)


def test_the_range_of_the_embedder_is_0_to_1() -> None:
    assert [round(E5.share(cosine), 9) for cosine in (0.7, 0.85, 1.0)] == [0.0, 0.5, 1.0]


def test_a_variant_lifts_what_it_finds_and_the_question_keeps_half_the_weight() -> None:
    original = [Fused(1, 0.8, 0, 0), Fused(2, 0.3, 0, 0), Fused(3, 0.2, 0, 0)]
    parts = [[Fused(2, 0.9, 0, 0), Fused(1, 0.1, 0, 0)], [Fused(3, 0.1, 0, 0)]]
    combined = combine(original, parts)
    assert [(hit.chunk, round(hit.score, 9)) for hit in combined] == [(1, 0.8), (2, 0.6), (3, 0.2)]


def test_without_variants_nothing_changes() -> None:
    original = fuse({1: 0.85, 2: 0.91}, {1: 6.0}, mass=12.0, weights=E5)
    assert combine(original, []) == original


def test_the_sides_of_a_compound_question_weigh_the_same() -> None:
    strong = [Fused(1, 0.8, 0, 0), Fused(2, 0.6, 0, 0)]
    weak = [Fused(3, 0.4, 0, 0), Fused(1, 0.1, 0, 0)]
    scaled = balanced([strong, weak, []])
    assert scaled[0] == strong
    assert [(hit.chunk, round(hit.score, 9)) for hit in scaled[1]] == [(3, 0.8), (1, 0.2)]
    assert balanced([[Fused(1, -0.1, 0, 0)]]) == [[Fused(1, -0.1, 0, 0)]]


scored = st.dictionaries(st.integers(1, 9), unit, min_size=1)


@settings(deadline=None)
@given(scored, st.lists(scored, max_size=5))
def test_no_number_of_variants_drowns_the_question(own: dict[int, float], others: list[dict[int, float]]) -> None:
    lists = [[Fused(chunk, score, 0, 0) for chunk, score in found.items()] for found in (own, *others)]
    combined = {hit.chunk: hit.score for hit in combine(lists[0], lists[1:])}
    assert combined.keys() == own.keys()
    for chunk, score in own.items():
        best = max([score, *(found.get(chunk, 0.0) for found in others)])
        assert math.isclose(combined[chunk], (score + best) / 2, abs_tol=1e-12)
