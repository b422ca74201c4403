"""Fusion against its definition."""

from __future__ import annotations

import math

from hypothesis import given, settings
from hypothesis import strategies as st

from kb.retrieval.fusion import FusionWeights, fuse

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
