"""Permuted indices: their band, the chance beyond it, and many inputs compared at once."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import gamma, norm

from accord._errors import ModelError
from accord.theory.null_band import null_band, stand_out

CHANCES = st.lists(st.floats(0, 1), min_size=1, max_size=30)


def holm(chances, level):
    """By the book: step down from the smallest until one fails."""
    result = [False] * len(chances)
    for step, place in enumerate(sorted(range(len(chances)), key=lambda i: (chances[i], i))):
        if chances[place] * (len(chances) - step) > level:
            break
        result[place] = True
    return result


@given(CHANCES, st.floats(0.01, 0.5))
def test_inputs_stand_out_as_holm_says(chances, level):
    assert stand_out(chances, level).tolist() == holm(chances, level)


def test_the_tail_is_that_of_the_distribution_where_it_is_gamma_or_normal():
    quantiles = (np.arange(4000) + 0.5) / 4000
    for law in (gamma(5, scale=0.1), norm(2, 3)):
        band = null_band(law.ppf(quantiles))
        far = law.isf(1e-6)
        assert np.log10(band.chance(far)) == pytest.approx(-6, abs=0.3)
        assert (band.low, band.high) == pytest.approx(law.ppf([0.05, 0.95]), abs=0.01)


def test_where_permuted_indices_reach_they_are_counted():
    band = null_band(np.arange(99))
    assert band.chance(50) == pytest.approx((49 + 1) / 100)
    assert band.chance(-1) == 1
    assert band.chance(98) == pytest.approx(2 / 100)


@given(st.integers(0, 2**32), st.floats(-5, 5), st.floats(0, 5))
def test_a_higher_index_is_never_likelier(seed, value, more):
    band = null_band(np.random.default_rng(seed).gamma(0.5, size=100))
    assert 0 <= band.chance(value + more) <= band.chance(value) <= 1


def test_permuted_indices_that_are_all_the_same_have_no_tail():
    band = null_band(np.zeros(50))
    assert (band.low, band.high, band.deviation) == (0, 0, 0)
    assert band.chance(0.0) == 1
    assert band.chance(0.1) == pytest.approx(1 / 51)


@pytest.mark.parametrize("wrong", [np.zeros(5), np.full(30, np.nan), np.zeros((30, 2))])
def test_too_few_or_no_numbers_are_refused(wrong):
    with pytest.raises(ModelError, match="permuted"):
        null_band(wrong)


@pytest.mark.parametrize(("chances", "level"), [([1.2], 0.05), ([[0.1]], 0.05), ([0.1], 0.0)])
def test_what_is_no_chance_is_refused(chances, level):
    with pytest.raises(ModelError, match="wanted one"):
        stand_out(chances, level)
