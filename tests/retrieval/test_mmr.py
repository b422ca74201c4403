from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from kb.retrieval.mmr import mmr

Problem = tuple[NDArray[np.float64], NDArray[np.float64], int]


def by_definition(relevance: list[float], similarity: list[list[float]], k: int, balance: float) -> list[int]:
    picked: list[int] = []
    while len(picked) < min(k, len(relevance)):
        rest = [i for i in range(len(relevance)) if i not in picked]
        merit = [
            balance * relevance[i] - (1 - balance) * max((similarity[i][j] for j in picked), default=0) for i in rest
        ]
        picked.append(rest[merit.index(max(merit))])
    return picked


@st.composite
def problems(draw: st.DrawFn, step: int = 0) -> Problem:
    n = draw(st.integers(0, 12))
    # a grid makes ties, and its arithmetic exact
    value = st.integers(0, step).map(lambda i: i / step) if step else st.floats(0, 1)
    relevance = np.array(draw(st.lists(value, min_size=n, max_size=n)))
    half = np.array(draw(st.lists(value, min_size=n * n, max_size=n * n))).reshape(n, n)
    return relevance, np.maximum(half, half.T), draw(st.integers(0, 14))


@settings(deadline=None, max_examples=300)
@given(problems(), st.floats(0, 1))
def test_it_is_its_definition(problem: Problem, balance: float) -> None:
    relevance, similarity, k = problem
    assert mmr(relevance, similarity, k, balance) == by_definition(relevance.tolist(), similarity.tolist(), k, balance)


@settings(deadline=None, max_examples=300)
@given(problems(step=8), st.sampled_from([0.0, 0.25, 0.5, 0.75, 1.0]))
def test_of_equals_the_earlier_is_picked(problem: Problem, balance: float) -> None:
    relevance, similarity, k = problem
    assert mmr(relevance, similarity, k, balance) == by_definition(relevance.tolist(), similarity.tolist(), k, balance)


@settings(deadline=None)
@given(problems())
def test_a_balance_of_one_changes_nothing(problem: Problem) -> None:
    relevance, similarity, k = problem
    relevance = np.sort(relevance)[::-1]
    assert mmr(relevance, similarity, k, 1.0) == list(range(min(k, len(relevance))))


def test_a_repetition_gives_way_to_something_else() -> None:
    alike = np.array([[1.0, 0.9, 0.1], [0.9, 1.0, 0.1], [0.1, 0.1, 1.0]])
    assert mmr(np.array([0.9, 0.8, 0.5]), alike, 2, 0.5) == [0, 2]
    assert mmr(np.array([0.9, 0.8, 0.5]), alike, 2, 0.9) == [0, 1]


@pytest.mark.parametrize("balance", [-0.01, 1.01, float("nan"), float("inf")])
def test_a_balance_outside_its_range_is_refused(balance: float) -> None:
    with pytest.raises(ValueError, match="not within 0 to 1"):
        mmr(np.array([0.5]), np.eye(1), 1, balance)
