"""Features and labels -> the coefficients of a logistic function."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


def fit_logistic(x: Floats, y: Floats, weight: Floats, ridge: float = 1e-6) -> tuple[float, ...]:
    """Weighted maximum likelihood by Newton's method; a ridge keeps separable data finite.

    Args:
        x: Features, shape (n, k).
        y: Labels 0 or 1, shape (n,).
        weight: Weight of each row, shape (n,).
        ridge: Half the penalty on the square of each slope; the intercept goes free but for 1e-6.

    Returns:
        Intercept and k slopes.
    """
    rows = np.column_stack([np.ones(len(x)), x])
    penalty = np.full(rows.shape[1], ridge)
    penalty[0] = min(ridge, 1e-6)
    beta = np.zeros(rows.shape[1])
    for _ in range(100):
        p = 1.0 / (1.0 + np.exp(-np.clip(rows @ beta, -40, 40)))
        gradient = rows.T @ (weight * (y - p)) - penalty * beta
        hessian = (rows * (weight * p * (1 - p))[:, None]).T @ rows + np.diag(penalty)
        step = np.linalg.solve(hessian, gradient)
        beta += step
        if float(np.abs(step).max()) < 1e-10:
            break
    return tuple(float(b) for b in beta)
