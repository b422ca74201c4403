"""Relevant passages -> relevant and different ones."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.floating]


def mmr(relevance: Array, similarity: Array, k: int, balance: float) -> list[int]:
    """Maximal marginal relevance.

    Picks, one after the other, the passage with the largest
    balance * relevance - (1 - balance) * (its similarity to the most alike of those picked; 0 for the first)
    (Carbonell & Goldstein 1998, "The use of MMR, diversity-based reranking for reordering documents and producing
    summaries"; balance is their lambda). With balance 1 a list that is sorted by relevance stays as it is.

    Args:
        relevance: Shape (n,).
        similarity: Shape (n, n), symmetric, 0 to 1.
        k: How many to pick; no more than n are.
        balance: 1 looks at relevance alone, 0 at difference alone.

    Returns:
        Places in the order they were picked; of equals the earlier first.

    Raises:
        ValueError: `balance` is not within 0 to 1.
    """
    if not 0.0 <= balance <= 1.0:
        raise ValueError(f"the balance of relevance and difference is {balance}, not within 0 to 1")
    merit = balance * np.asarray(relevance, dtype=np.float64)
    alike = np.zeros(len(merit))
    left = np.ones(len(merit), dtype=bool)
    picked: list[int] = []
    while len(picked) < min(k, len(merit)):
        best = int(np.argmax(np.where(left, merit - (1.0 - balance) * alike, -np.inf)))
        picked.append(best)
        left[best] = False
        alike = np.maximum(alike, similarity[best]) if len(picked) > 1 else np.asarray(similarity[best], np.float64)
    return picked
