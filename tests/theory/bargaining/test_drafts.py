"""Exchanges and improvements against plain enumeration; two plain forecasts."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest

from accord._errors import ModelError
from accord.theory.bargaining.drafts import exchanges, improvements
from accord.theory.bargaining.forecasts import compromise, median_voter
from oracles import drafts as oracle
from oracles.bargain_cases import as_record, random_package, random_problem


@pytest.mark.parametrize("seed", range(1000, 1200))
def test_exchanges_are_those_of_plain_enumeration(seed):
    problem = random_problem(seed)
    draft = random_package(seed, problem)
    found = exchanges(as_record(problem), np.array(draft))
    told = {
        (x.first, x.second, x.first_giver, x.second_giver): tuple(x.change.tolist()) for x in found
    }
    expected = {
        (x.first, x.second, x.first_giver, x.second_giver): x.change
        for x in oracle.exchanges(problem, draft)
    }
    assert told == expected
    for exchange in found:
        losers = {i for i, change in enumerate(exchange.change) if change < 0}
        assert set(exchange.losers) == losers
    assert [x.gain for x in found] == sorted((x.gain for x in found), reverse=True)


@pytest.mark.parametrize("seed", range(1200, 1320))
def test_improvements_are_the_nearest_packages_that_all_prefer_and_accept(seed):
    problem = random_problem(seed)
    draft = random_package(seed, problem)
    wanting = list(problem.parties)[: 1 + seed % len(problem.walk_away)]
    expected = oracle.improve(problem, draft, wanting)
    record = as_record(problem)
    found, again = improvements(
        record, np.array(draft), [wanting, wanting], accepted=True, most_changes=len(draft)
    )
    assert [x.package.tolist() for x in found] == [x.package.tolist() for x in again]
    if expected is None:
        assert found == []
        return
    distance, packages = expected
    told = {tuple(x.package.tolist()) for x in found}
    assert told == set(packages)
    assert {len(x.changed) for x in found} == {distance}


def test_a_forecast_weighs_positions_by_power_times_salience():
    # Emission standards for cars: Bueno de Mesquita 1994, page 78; years until they are introduced
    power = [0.08, 0.08, 0.03, 0.16, 0.16, 0.16, 0.16, 0.05, 0.05, 0.08]
    salience = [80, 40, 20, 80, 60, 60, 90, 10, 100, 70]
    position = [4, 7, 4, 4, 10, 10, 10, 7, 4, 7]
    expected = sum(
        Fraction(str(p)) * s * x for p, s, x in zip(power, salience, position, strict=True)
    ) / sum(Fraction(str(p)) * s for p, s in zip(power, salience, strict=True))
    assert compromise(power, salience, position) == pytest.approx(float(expected), abs=1e-12)
    assert median_voter(power, salience, position) == 7


@pytest.mark.parametrize("seed", range(200))
def test_forecasts_are_those_of_exact_fractions(seed):
    rng = np.random.default_rng(seed)
    power, salience = rng.integers(0, 4, 6).tolist(), rng.integers(0, 4, 6).tolist()
    position = rng.integers(0, 5, 6).tolist()
    expected = oracle.compromise(power, salience, position)
    if expected is None:
        with pytest.raises(ModelError, match="nobody"):
            compromise(power, salience, position)
        return
    assert compromise(power, salience, position) == pytest.approx(float(expected))
    assert median_voter(power, salience, position) == oracle.median_voter(power, salience, position)
