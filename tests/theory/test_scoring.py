import json
import math
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from accord._errors import ModelError
from accord.theory.scoring import (
    brier,
    brier_parts,
    calibration_bins,
    crps_normal,
    crps_samples,
    log_score,
    skill,
)

REFERENCE = Path(__file__).parents[3] / "shared" / "reference" / "scoring" / "scores.json"


@pytest.fixture
def reference():
    if not REFERENCE.exists():
        pytest.skip("the reference cases beside the checkout are absent")
    return json.loads(REFERENCE.read_text(encoding="utf-8"))


def test_scores_agree_with_an_independent_implementation(reference):
    assert brier(reference["p"], reference["y"]) == pytest.approx(reference["brier"], rel=1e-12)
    assert log_score(reference["p"], reference["y"]) == pytest.approx(reference["log"], rel=1e-12)
    samples, outcomes = reference["ensemble"], reference["obs"]
    for found, wanted in (
        (crps_samples(samples, outcomes), "crps_ensemble_nrg"),
        (crps_samples(samples, outcomes, fair=True), "crps_ensemble_fair"),
        (crps_normal(0, 1, outcomes), "crps_normal_mu0_sd1"),
    ):
        np.testing.assert_allclose(found, reference[wanted], rtol=1e-12)


FORECASTS = st.lists(
    st.tuples(st.integers(0, 20).map(lambda k: k / 20), st.booleans()), min_size=1, max_size=60
)


@given(FORECASTS, st.one_of(st.none(), st.integers(1, 12)))
def test_the_parts_of_the_brier_score_sum_to_it(pairs, bins):
    forecasts, outcomes = zip(*pairs, strict=True)
    parts = brier_parts(forecasts, outcomes, bins)
    assert parts.score == pytest.approx(brier(forecasts, outcomes), abs=1e-12)
    assert min(parts.reliability, parts.resolution, parts.uncertainty) >= 0
    if bins is None:
        assert parts.within == pytest.approx(0, abs=1e-15)


def test_murphys_parts_of_a_small_table():
    # three forecasts of 0.2, one of which happened; two of 0.9, both happened
    parts = brier_parts([0.2, 0.2, 0.2, 0.9, 0.9], [0, 1, 0, 1, 1])
    assert parts.reliability == pytest.approx(0.6 * (0.2 - 1 / 3) ** 2 + 0.4 * 0.01)
    assert parts.resolution == pytest.approx(0.6 * (1 / 3 - 0.6) ** 2 + 0.4 * 0.16)
    assert parts.uncertainty == pytest.approx(0.24)


def test_the_truth_scores_best_in_expectation():
    truth, stated = 0.3, np.linspace(0.01, 0.99, 99)
    for score in (brier, log_score):
        expected = [truth * score([p], [1]) + (1 - truth) * score([p], [0]) for p in stated]
        assert stated[int(np.argmin(expected))] == pytest.approx(truth)


def test_what_was_called_impossible_and_happened_scores_infinity():
    assert log_score([0.0, 0.5], [1, 0]) == math.inf
    assert log_score([0.0, 1.0], [0, 1]) == 0


def test_skill_is_one_for_perfection_zero_for_the_reference_and_negative_below():
    assert [skill(s, 0.25) for s in (0.0, 0.25, 0.5)] == [1, 0, -1]
    with pytest.raises(ModelError, match="reference"):
        skill(0.1, 0.0)


def test_the_consistency_band_is_the_binomial_one_when_forecasts_agree():
    (bin_,) = calibration_bins([0.3] * 40, [1] * 25 + [0] * 15, level=0.9)
    low, high = stats.binom.ppf([0.05, 0.95], 40, 0.3) / 40
    assert (bin_.forecasts, bin_.stated, bin_.observed) == (40, pytest.approx(0.3), 25 / 40)
    assert (bin_.low, bin_.high) == pytest.approx((low, high))


@given(FORECASTS, st.integers(1, 12))
def test_bins_hold_every_forecast_once_and_bands_cover_their_mean(pairs, bins):
    forecasts, outcomes = zip(*pairs, strict=True)
    found = calibration_bins(forecasts, outcomes, bins)
    assert sum(one.forecasts for one in found) == len(forecasts)
    stated = [one.stated for one in found]
    assert stated == sorted(stated)
    for one in found:
        reach = 1 / one.forecasts
        assert one.low - reach <= one.stated <= one.high + reach


def test_crps_of_one_sample_is_the_absolute_error_and_of_many_normal_draws_the_normal_one():
    assert crps_samples([[2.0], [5.0]], [3.0, 1.0]).tolist() == [1, 4]
    grid = stats.norm.ppf((np.arange(20000) + 0.5) / 20000, 1, 2)
    assert crps_samples([grid], [0.5])[0] == pytest.approx(float(crps_normal(1, 2, 0.5)), abs=1e-4)


@pytest.mark.parametrize(
    ("score", "arguments", "complaint"),
    [
        (brier, ([0.5], [1, 0]), "one outcome for each forecast"),
        (brier, ([], []), "one outcome for each forecast"),
        (brier, ([1.5], [1]), "outside"),
        (log_score, ([math.nan], [1]), "outside"),
        (brier, ([0.5], [0.5]), "pending"),
        (brier_parts, ([0.5], [1], 0), "bins"),
        (crps_samples, ([[1.0]], [1.0, 2.0]), "shape"),
        (crps_normal, (0, 0, 1), "above 0"),
    ],
)
def test_what_cannot_be_scored_is_refused(score, arguments, complaint):
    with pytest.raises(ModelError, match=complaint):
        score(*arguments)


def test_a_fair_score_needs_two_samples():
    with pytest.raises(ModelError, match="shape"):
        crps_samples([[1.0]], [1.0], fair=True)
