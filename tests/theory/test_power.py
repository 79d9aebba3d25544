"""Shapley and Banzhaf values, and power in weighted votes."""

from __future__ import annotations

import json
from fractions import Fraction
from itertools import permutations
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from accord._errors import ModelError
from accord.theory.power import (
    banzhaf_from_table,
    powers_from_table,
    shapley_by_permutations,
    shapley_from_table,
)
from accord.theory.voting import voting_power

REFERENCE = Path(__file__).parents[2].parent / "shared" / "reference" / "coalition"


def tables(players):
    return st.integers(0, 2**32 - 1).map(
        lambda seed: np.random.default_rng(seed).normal(size=1 << players)
    )


def by_definition(table, players):
    values = np.zeros(players)
    orders = list(permutations(range(players)))
    for order in orders:
        coalition = 0
        for player in order:
            values[player] += table[coalition | 1 << player] - table[coalition]
            coalition |= 1 << player
    return values / len(orders)


@given(st.integers(0, 5).flatmap(tables))
def test_the_folded_shapley_value_is_the_mean_over_all_orders(table):
    players = table.size.bit_length() - 1
    assert np.allclose(shapley_from_table(table), by_definition(table, players), atol=1e-12)


@pytest.mark.parametrize("players", [12, 13, 15])
def test_large_tables_agree_with_the_sum_over_sets(players):
    table = np.random.default_rng(players).normal(size=1 << players)
    sizes = np.bitwise_count(np.arange(1 << players))
    from math import comb  # noqa: PLC0415

    weight = np.array([1.0 / (players * comb(players - 1, s)) for s in range(players)])
    values = shapley_from_table(table)
    for player in (0, players // 2, players - 1):
        without = np.flatnonzero(~np.arange(1 << players) >> player & 1)
        gains = table[without | 1 << player] - table[without]
        assert values[player] == pytest.approx(weight[sizes[without]] @ gains, abs=1e-10)


@given(st.integers(0, 6).flatmap(tables))
def test_one_pass_yields_both_values(table):
    players = table.size.bit_length() - 1
    shapley, banzhaf = powers_from_table(table)
    assert np.allclose(shapley, shapley_from_table(table), atol=1e-12)
    index = np.arange(table.size)
    for player in range(players):
        without = index[index >> player & 1 == 0]
        gains = table[without | 1 << player] - table[without]
        assert banzhaf[player] == pytest.approx(gains.mean(), abs=1e-12)


def test_one_pass_over_a_large_table_never_changes_its_order():
    table = np.random.default_rng(1).normal(size=1 << 16) * 1e6
    first, second = powers_from_table(table), powers_from_table(table.copy())
    assert np.array_equal(first[0], second[0])
    assert np.array_equal(first[1], second[1])
    index = np.arange(table.size)
    for player in (0, 9, 10, 15):
        without = index[index >> player & 1 == 0]
        gains = table[without | 1 << player] - table[without]
        assert first[1][player] == pytest.approx(gains.mean(), rel=1e-9, abs=1e-6)


@given(tables(4), st.integers(0, 3))
def test_a_null_player_gets_nothing_and_a_carrier_shares_everything(table, null):
    index = np.arange(16)
    table = table[index & ~(1 << null)]
    assert abs(shapley_from_table(table)[null]) < 1e-12
    assert abs(banzhaf_from_table(table)[null]) < 1e-12
    others = [p for p in range(4) if p != null]
    assert shapley_from_table(table)[others].sum() == pytest.approx(table[15] - table[0])


@given(tables(4))
def test_players_that_can_change_places_get_the_same(table):
    index = np.arange(16)
    swapped = index & 0b1100 | (index & 1) << 1 | (index & 2) >> 1
    symmetric = (table + table[swapped]) / 2
    for value in (shapley_from_table(symmetric), banzhaf_from_table(symmetric)):
        assert value[0] == pytest.approx(value[1], abs=1e-12)


@given(tables(5))
def test_banzhaf_is_the_slope_of_the_expected_worth_when_all_join_with_one_half(table):
    index = np.arange(32)
    step = 1e-3
    for player, value in enumerate(banzhaf_from_table(table)):
        inside = (index >> player & 1).astype(bool)
        at = [np.where(inside, p, 1 - p) / 16 @ table for p in (0.5 - step, 0.5 + step)]
        assert value == pytest.approx((at[1] - at[0]) / (2 * step), abs=1e-8)


@given(tables(4))
def test_shapley_is_the_mean_slope_along_the_diagonal(table):
    # Owen 1972: integral over t of dE/dp_i at p = (t, ..., t); Gauss-Legendre is exact here
    nodes, weights = np.polynomial.legendre.leggauss(4)
    sizes = np.bitwise_count(np.arange(16)).astype(int)
    values = np.zeros(4)
    for node, weight in zip((nodes + 1) / 2, weights / 2, strict=True):
        for player in range(4):
            without = np.array([s for s in range(16) if not s >> player & 1])
            chance = node ** sizes[without] * (1 - node) ** (3 - sizes[without])
            values[player] += weight * chance @ (table[without | 1 << player] - table[without])
    assert np.allclose(values, shapley_from_table(table), atol=1e-12)


@given(tables(5), st.integers(0, 1000))
def test_drawn_orders_sum_to_the_worth_of_all_and_come_near_the_value(table, seed):
    generator = np.random.default_rng(seed)
    estimate = shapley_by_permutations(lambda s: table[s], 5, 300, generator)
    assert estimate.values.sum() == pytest.approx(table[-1] - table[0], abs=1e-10)
    assert estimate.coalitions <= 32
    exact = shapley_from_table(table)
    assert (np.abs(estimate.values - exact) <= 6 * estimate.standard_errors + 1e-12).all()


def test_an_additive_game_is_estimated_without_error():
    worth = np.array([1.0, 2.0, 4.0])
    estimate = shapley_by_permutations(
        lambda s: sum(worth[i] for i in range(3) if s >> i & 1), 3, 2, np.random.default_rng(0)
    )
    assert np.allclose(estimate.values, worth)
    assert np.allclose(estimate.standard_errors, 0)


def test_what_is_no_table_is_refused():
    with pytest.raises(ModelError, match=r"2\*\*n"):
        shapley_from_table(np.zeros(3))
    with pytest.raises(ModelError, match=r"2\*\*n"):
        banzhaf_from_table(np.zeros(0))
    with pytest.raises(ModelError, match="pairs"):
        shapley_by_permutations(float, 2, 1, np.random.default_rng(0))


def test_the_security_council_of_the_united_nations():
    # Shapley and Shubik 1954 for 11 members; for 15: permanent 421/2145, elected 4/2145
    power = voting_power([7] * 5 + [1] * 10, 39)
    assert power.shapley_shubik[0] == Fraction(421, 2145)
    assert power.shapley_shubik[-1] == Fraction(4, 2145)
    assert power.swings[0] == 848
    assert power.swings[-1] == 84


def test_luxembourg_had_no_power_in_the_first_economic_community():
    power = voting_power([4, 4, 4, 2, 2, 1], 12)
    assert power.shapley_shubik[-1] == 0
    assert power.banzhaf_shares == tuple(Fraction(n, 42) for n in (10, 10, 10, 6, 6, 0))


@given(st.lists(st.integers(0, 9), min_size=1, max_size=7), st.integers(1, 40))
def test_votes_agree_with_the_table_of_the_same_game(weights, quota):
    players = len(weights)
    totals = [sum(w for i, w in enumerate(weights) if s >> i & 1) for s in range(1 << players)]
    table = (np.array(totals) >= quota).astype(float)
    power = voting_power(weights, quota)
    assert np.allclose([float(v) for v in power.shapley_shubik], shapley_from_table(table))
    assert np.allclose([float(v) for v in power.banzhaf], banzhaf_from_table(table))


def test_a_parliament_of_190_is_counted_without_rounding():
    power = voting_power([3] * 90 + [2] * 100, 236)
    assert sum(power.shapley_shubik) == 1
    assert len(set(power.shapley_shubik)) == 2


def test_a_vote_that_makes_no_sense_is_refused():
    for weights, quota in (([], 1), ([-1, 2], 1), ([1], 0)):
        with pytest.raises(ModelError):
            voting_power(weights, quota)


@pytest.mark.parametrize(
    "name",
    ["eec_1958", "eu27_nice_votes_only", "un_security_council", "us_electoral_college_1996"],
)
def test_published_voting_games_are_reproduced(name):
    path = REFERENCE / f"{name}.json"
    if not path.exists():
        pytest.skip("the reference cases are not beside this checkout")
    game = json.loads(path.read_text())
    power = voting_power(game["weights"], game["quota"])
    assert list(power.swings) == game["expected"]["banzhaf_swings"]
    assert [str(v) for v in power.shapley_shubik] == game["expected"]["shapley_exact"]
