"""Logistic regression against the coefficients that data were drawn from."""

from __future__ import annotations

import math

import numpy as np
import pytest

from kb.evaluation.logistic import fit_logistic
from kb.retrieval.calibration import logistic


def test_it_finds_the_coefficients_it_was_drawn_from() -> None:
    random = np.random.default_rng(1)
    x = random.normal(size=(20_000, 2))
    p = 1 / (1 + np.exp(-(0.5 + 2.0 * x[:, 0] - 1.0 * x[:, 1])))
    y = (random.random(20_000) < p).astype(float)
    assert fit_logistic(x, y, np.ones(20_000)) == pytest.approx((0.5, 2.0, -1.0), abs=0.08)


def test_it_weighs_its_rows() -> None:
    x, y = np.array([[0.0], [0.0], [0.0]]), np.array([1.0, 0.0, 0.0])
    intercept, _ = fit_logistic(x, y, np.array([6.0, 1.0, 1.0]))
    assert logistic((intercept,), ()) == pytest.approx(0.75, abs=1e-4)


def test_separable_data_give_finite_coefficients() -> None:
    assert all(math.isfinite(b) for b in fit_logistic(np.array([[0.0], [1.0]]), np.array([0.0, 1.0]), np.ones(2)))


def test_at_the_optimum_a_ridge_balances_the_gradient() -> None:
    random = np.random.default_rng(2)
    x, ridge = random.normal(size=(200, 3)), 5.0
    y = (random.random(200) < 0.4).astype(float)
    beta = np.array(fit_logistic(x, y, np.ones(200), ridge))
    left = y - 1 / (1 + np.exp(-(beta[0] + x @ beta[1:])))
    assert left.sum() == pytest.approx(0.0, abs=1e-4)
    assert x.T @ left == pytest.approx(ridge * beta[1:], abs=1e-8)
