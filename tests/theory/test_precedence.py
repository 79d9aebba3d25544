"""Milestones that need others first."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from accord._errors import ModelError
from accord.theory.precedence import arrival

RATE = st.floats(0.01, 3.0)
TIME = st.floats(0.0, 40.0)


def column(*rates):
    return np.array(rates)[:, None]


@given(RATE, TIME)
def test_one_milestone_alone_waits_exponentially(rate, time):
    result = arrival(column(rate), [()], 0, time)
    assert result.chance[0] == pytest.approx(1 - np.exp(-rate * time), abs=1e-12)
    assert result.density[0] == pytest.approx(rate * np.exp(-rate * time), abs=1e-12)


@given(RATE, TIME, st.integers(1, 5))
def test_a_chain_of_equal_stages_is_an_erlang_wait(rate, time, stages):
    needs = [() if i == 0 else (i - 1,) for i in range(stages)]
    result = arrival(column(*[rate] * stages), needs, stages - 1, time)
    terms = [
        np.exp(-rate * time) * (rate * time) ** k / np.prod(range(1, k + 1), initial=1.0)
        for k in range(stages)
    ]
    assert result.chance[0] == pytest.approx(1 - sum(terms), abs=1e-10)
    assert result.density[0] == pytest.approx(rate * terms[-1], abs=1e-10)


@given(RATE, RATE, TIME)
def test_two_prerequisites_are_waited_for_side_by_side(one, two, time):
    # the third comes at once: what is left is the later of the first two
    result = arrival(column(one, two, 1e4), [(), (), (0, 1)], 2, time)
    later = (1 - np.exp(-one * time)) * (1 - np.exp(-two * time))
    assert result.chance[0] == pytest.approx(later, abs=2e-3)


@given(RATE, RATE, TIME)
def test_of_two_rivals_only_one_happens(one, two, time):
    rates = column(one, two)
    rivals = [(1,), (0,)]
    total = one + two
    for target, rate in ((0, one), (1, two)):
        result = arrival(rates, [(), ()], target, time, rivals)
        expected = rate / total * (1 - np.exp(-total * time))
        assert result.chance[0] == pytest.approx(expected, abs=1e-12)


@given(st.integers(0, 2**32 - 1))
def test_drawn_histories_agree_with_the_computed_chance(seed):
    generator = np.random.default_rng(seed)
    needs = [(), (), (0,), (0, 1), (2, 3)]
    rates = generator.uniform(0.1, 1.5, (5, 1))
    times = np.empty((5, 4000))
    for milestone, required in enumerate(needs):
        start = times[list(required)].max(axis=0) if required else 0.0
        times[milestone] = start + generator.exponential(1 / rates[milestone, 0], 4000)
    chance = arrival(rates, needs, 4, 4.0).chance[0]
    assert abs((times[4] <= 4.0).mean() - chance) < 6 * np.sqrt(0.25 / 4000)


def test_the_density_is_the_slope_of_the_chance():
    rates = np.array([[0.3, 0.1], [0.5, 2.0], [1.0, 0.0]])
    needs = [(), (), (0, 1)]
    around = [arrival(rates, needs, 2, time).chance for time in (1.999, 2.001)]
    slope = (around[1] - around[0]) / 0.002
    assert np.allclose(arrival(rates, needs, 2, 2.0).density, slope, atol=1e-6)


def test_what_has_no_hazard_never_happens_and_time_nought_is_too_early():
    assert arrival(column(0.0), [()], 0, 100.0).chance[0] == 0.0
    assert arrival(column(0.0, 1.0), [(), (0,)], 1, 100.0).chance[0] == 0.0
    assert arrival(column(2.0), [()], 0, 0.0).chance[0] == 0.0


def test_a_very_long_time_is_certain_and_does_not_underflow():
    assert arrival(column(5.0), [()], 0, 10_000.0).chance[0] == pytest.approx(1.0, abs=1e-12)


def test_circles_and_negative_numbers_are_refused():
    with pytest.raises(ModelError, match="one another"):
        arrival(column(1.0, 1.0), [(1,), (0,)], 0, 1.0)
    with pytest.raises(ModelError, match="negative"):
        arrival(column(-1.0), [()], 0, 1.0)
    with pytest.raises(ModelError, match="negative"):
        arrival(column(1.0), [()], 0, -1.0)
    with pytest.raises(ModelError, match="too many"):
        arrival(np.ones((14, 1)), [()] * 13 + [tuple(range(13))], 13, 1.0)
