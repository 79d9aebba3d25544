"""Smooth expected outcomes: the penalised regression solved directly, and the likelihood."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import multivariate_normal

from accord.theory.smooth import basis_of, design_of, fit, normal_scores, residual_covariance


def drawn(seed, count=400, width=1):
    random = np.random.default_rng(seed)
    scores = np.stack([normal_scores(random.random(count)) for _ in range(width)], axis=1)
    weights = random.random(count) + 0.1
    return scores, weights * count / weights.sum(), random


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 2**32), st.integers(1, 3))
def test_columns_are_orthonormal_and_reproduce_straight_lines(seed, width):
    scores, weights, _ = drawn(seed, width=width)
    basis = basis_of(design_of(scores), weights)
    gram = basis.columns.T @ (weights[:, None] * basis.columns)
    assert gram == pytest.approx(np.eye(len(gram)), abs=1e-7)
    assert (basis.penalty == 0).sum() == width + 1
    line = 3 + scores @ np.arange(1, width + 1)
    found = fit(basis, line[None], weights)
    assert found.expected(basis)[0] == pytest.approx(line, abs=1e-6)


@pytest.mark.parametrize("shape", [np.sin, np.tanh, lambda z: 0.2 * z, lambda z: z**2])
def test_smooth_functions_are_found(shape):
    errors = []
    for seed in range(10):
        scores, weights, random = drawn(seed, count=4000)
        truth = shape(scores[:, 0])
        noisy = truth + random.normal(size=4000)
        basis = basis_of(design_of(scores), weights)
        found = fit(basis, noisy[None], weights).expected(basis)
        errors.append(np.average((found[0] - truth) ** 2, weights=weights))
    # 13 functions at the most, in 4,000 worlds of which weights leave about 3,200
    assert np.mean(errors) < 13 / 3200 * 1.3


def test_the_smoothness_has_the_highest_restricted_likelihood():
    # against the density of contrasts that no straight line reaches, world by world
    scores, _, random = drawn(6, count=120)
    weights = np.ones(120)
    outcome = np.sin(2 * scores[:, 0]) + 0.4 * random.normal(size=120)
    basis = basis_of(design_of(scores), weights)
    found = fit(basis, outcome[None], weights)
    bent = basis.penalty > 0
    straight = basis.columns[:, ~bent]
    contrasts = np.linalg.qr(straight, mode="complete")[0][:, 2:]
    told = contrasts.T @ outcome

    def likelihood(smoothness):
        scale = (basis.columns[:, bent] / (smoothness * basis.penalty[bent])) @ (
            basis.columns[:, bent].T
        )
        shape = contrasts.T @ (np.eye(120) + scale) @ contrasts
        variance = told @ np.linalg.solve(shape, told) / told.size
        return multivariate_normal.logpdf(told, cov=variance * shape)

    kept = found.shrinkage[bent, 0]
    chosen = ((1 - kept) / kept / basis.penalty[bent]).mean()
    assert likelihood(chosen) >= max(likelihood(chosen * np.exp(0.5 * k)) for k in (-2, -1, 1, 2))


def test_the_fit_is_the_minimum_of_misfit_and_penalty():
    scores, weights, random = drawn(7)
    outcome = np.cos(scores[:, 0]) + random.normal(size=400)
    basis = basis_of(design_of(scores), weights)
    found = fit(basis, outcome[None], weights)
    bent = basis.penalty > 0
    kept = found.shrinkage[bent, 0]
    smoothness = ((1 - kept) / kept / basis.penalty[bent]).mean()
    design = basis.columns.T @ (weights[:, None] * basis.columns)
    direct = np.linalg.solve(
        design + smoothness * np.diag(basis.penalty), basis.columns.T @ (weights * outcome)
    )
    assert found.coefficients[:, 0] == pytest.approx(direct, abs=1e-6)


def test_the_covariance_of_what_is_left_is_that_of_the_noise():
    scores, weights, random = drawn(8, count=20_000)
    noise = random.multivariate_normal([0, 0], [[1, 0.6], [0.6, 2]], size=20_000)
    basis, outcomes = basis_of(design_of(scores), weights), (np.sin(scores) + noise).T
    left = residual_covariance(basis, fit(basis, outcomes, weights), outcomes, weights)
    assert left == pytest.approx(np.array([[1, 0.6], [0.6, 2]]), abs=0.06)


def test_equal_inputs_of_a_group_are_no_obstacle():
    scores, weights, random = drawn(9)
    both = np.concatenate([scores, scores], axis=1)
    outcome = np.sin(scores[:, 0]) + 0.1 * random.normal(size=400)
    for points in (both, np.concatenate([scores, scores > 0], axis=1)):
        basis = basis_of(design_of(points), weights)
        found = fit(basis, outcome[None], weights).expected(basis)
        assert np.mean((found[0] - np.sin(scores[:, 0])) ** 2) < 0.02


@given(st.lists(st.integers(-5, 5), min_size=1, max_size=40))
def test_scores_share_their_rank_and_rise_with_the_values(numbers):
    values = np.array(numbers, dtype=float)
    scores = normal_scores(values)
    assert scores == pytest.approx(-normal_scores(-values))
    for a, b in zip(values, scores, strict=True):
        assert ((values < a) == (scores < b)).all()
