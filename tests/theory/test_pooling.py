import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from accord._errors import ModelError
from accord.theory.distributions import Metalog
from accord.theory.pooling import calibration, classical_model, interval_counts, linear_pool

CALIBRATED = np.array([0.1] + [3.0] * 9 + [6.0] * 9 + [20.0])


def panel(*experts, questions=20):
    return np.array([[expert] * questions for expert in experts], dtype=float)


def test_a_pool_weighs_experts_equally_unless_told():
    pool = linear_pool([[1, 2, 4], [3, 5, 6]], "amount")
    values = pool.quantile([0.1, 0.5, 0.9])
    parts = [Metalog(1, 2, 4, "amount"), Metalog(3, 5, 6, "amount")]
    found = (parts[0].cdf(values) + parts[1].cdf(values)) / 2
    np.testing.assert_allclose(found, [0.1, 0.5, 0.9], atol=1e-12)
    alone = linear_pool([[1, 2, 4], [3, 5, 6]], "amount", weights=[0, 1])
    np.testing.assert_allclose(alone.quantile([0.05, 0.5, 0.95]), [3, 5, 6])


def test_an_expert_whose_quantiles_do_not_fit_is_named_by_number():
    with pytest.raises(ModelError, match=r"expert 2: .*p05 < p50 < p95"):
        linear_pool([[1, 2, 4], [3, 2, 6]], "real")
    with pytest.raises(ModelError, match="shape"):
        linear_pool([1, 2, 4], "real")


def test_counts_put_a_realisation_on_a_quantile_into_the_interval_below():
    counts = interval_counts(panel([1, 5, 9], questions=5), np.array([1.0, 5.0, 9.0, 9.1, -3.0]))
    assert counts.tolist() == [[2, 1, 1, 1]]


def test_a_perfect_fit_is_calibrated_at_one_and_misses_lower_it():
    assert calibration(np.array([[1, 9, 9, 1]])) == pytest.approx([1.0])
    found = calibration(np.array([[0, 5, 5, 0], [3, 2, 2, 3], [10, 0, 0, 0]]))
    # 2·10·ln(.5/.45), 2·10·(.6 ln 6 + .4 ln(.2/.45)), 2·10·ln 20
    statistics = [
        20 * math.log(0.5 / 0.45),
        20 * (0.6 * math.log(6) + 0.4 * math.log(0.2 / 0.45)),
        20 * math.log(20),
    ]
    np.testing.assert_allclose(found, stats.chi2.sf(statistics, 3), rtol=1e-10)


def test_information_is_relative_to_the_background_range():
    # range 0..10 widened by a tenth to -1..11; quantiles at 0, 5, 10
    found = classical_model(panel([0, 5, 10]), np.full(20, 5.0))
    background = np.array([1, 5, 5, 1]) / 12
    stated = np.array([0.05, 0.45, 0.45, 0.05])
    assert found.information == pytest.approx([(stated * np.log(stated / background)).sum()])


def test_weight_is_calibration_times_information_for_those_above_the_cutoff():
    answers = panel([0.5, 4, 10], [-40, 4, 60], [4, 4.1, 4.2])
    found = classical_model(answers, CALIBRATED)
    raw = found.calibration * found.information
    np.testing.assert_allclose(found.weights, raw / raw.sum())
    assert found.calibration[0] == pytest.approx(1.0)
    assert found.information[2] > found.information[0] > found.information[1]
    assert found.calibration[2] < 1e-6
    strict = classical_model(answers, CALIBRATED, significance=0.05)
    assert strict.weights[2] == 0
    assert strict.weights.sum() == pytest.approx(1)


@given(st.integers(0, 2**32), st.floats(0.1, 50), st.floats(-100, 100))
def test_the_unit_and_the_zero_of_a_question_change_nothing(seed, factor, offset):
    draw = np.random.default_rng(seed)
    answers = np.sort(draw.normal(size=(3, 8, 3)), axis=2)
    outcomes = draw.normal(size=8)
    one = classical_model(answers, outcomes)
    other = classical_model(answers * factor + offset, outcomes * factor + offset)
    np.testing.assert_allclose(other.weights, one.weights, rtol=1e-6, atol=1e-12)


@given(st.integers(0, 2**32), st.floats(0.1, 5))
def test_a_logarithmic_question_knows_no_unit_and_takes_any_power(seed, power):
    draw = np.random.default_rng(seed)
    answers = np.exp(np.sort(draw.normal(size=(3, 8, 3)), axis=2))
    outcomes = np.exp(draw.normal(size=8))
    logs = np.ones(8, dtype=bool)
    one = classical_model(answers, outcomes, logs)
    other = classical_model(7 * answers**power, 7 * outcomes**power, logs)
    np.testing.assert_allclose(other.weights, one.weights, rtol=1e-6, atol=1e-12)


def test_mixed_scales_use_the_logarithm_only_where_marked():
    draw = np.random.default_rng(1)
    answers = np.exp(np.sort(draw.normal(size=(2, 6, 3)), axis=2))
    outcomes = np.exp(draw.normal(size=6))
    logs = np.array([True, False] * 3)
    parts = [
        classical_model(answers[:, logs == mark], outcomes[logs == mark], np.full(3, mark))
        for mark in (True, False)
    ]
    mixed = classical_model(answers, outcomes, logs)
    halves = (parts[0].information + parts[1].information) / 2
    np.testing.assert_allclose(mixed.information, halves)


def test_nobody_left_is_an_error_that_shows_the_best():
    with pytest.raises(ModelError, match="no expert keeps a weight"):
        classical_model(panel([4, 4.1, 4.2]), CALIBRATED, significance=0.05)


@pytest.mark.parametrize(
    ("answers", "realisations", "logs", "complaint"),
    [
        (np.ones((1, 2, 2)), np.ones(2), None, "shape"),
        (np.ones((1, 2, 3)), np.ones(2), None, "p05 < p50 < p95"),
        (panel([1, 2, 3], questions=2), np.ones(3), None, "shape"),
        (panel([-1, 2, 3], questions=2), np.ones(2), [True, False], "above 0"),
        (panel([1, 2, 3], questions=2), np.ones(2), [True], "marks of scale"),
        (panel([1, 2, np.inf], questions=2), np.ones(2), None, "finite"),
        (np.ones((1, 0, 3)), np.ones(0), None, "at least one"),
    ],
)
def test_answers_that_make_no_panel_are_refused(answers, realisations, logs, complaint):
    with pytest.raises(ModelError, match=complaint):
        classical_model(answers, realisations, logs)
