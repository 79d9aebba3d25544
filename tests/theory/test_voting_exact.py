"""Every way to power indices against their definition, and the ways against one another."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from accord._errors import ModelError
from accord.theory.voting import (
    AllOf,
    AnyOf,
    FormulaGame,
    WeightedGame,
    coalition_power,
    formula_power,
    voting_power,
    worth_power,
)
from accord.theory.voting import choice as choice_module
from accord.theory.voting import sets as sets_module
from accord.theory.voting.counting import counting_cost, power_by_counting
from accord.theory.voting.halves import power_by_halves
from accord.theory.voting.quadrature import power_by_quadrature
from accord.theory.voting.states import power_by_states
from oracles import voting as oracle

BIG = 10**40 + 7


def single(weights, quota):
    return FormulaGame((WeightedGame(tuple(weights), quota),), 0)


def assert_same(power, worth, n):
    assert list(power.shapley_shubik) == oracle.shapley_by_sets(worth, n)
    expected = oracle.banzhaf(worth, n)
    assert list(power.banzhaf) == expected
    total = sum(expected)
    if total:
        assert list(power.banzhaf_shares) == [value / total for value in expected]
    assert power.exact


@st.composite
def weighted_games(draw, most=7, weight=9):
    weights = draw(st.lists(st.integers(0, weight), min_size=1, max_size=most))
    return weights, draw(st.integers(1, sum(weights) + 2))


@st.composite
def formula_games(draw, most=6):
    n = draw(st.integers(1, most))
    games = [
        (draw(st.lists(st.integers(0, 6), min_size=n, max_size=n)), draw(st.integers(1, 14)))
        for _ in range(draw(st.integers(1, 4)))
    ]
    leaves = st.integers(0, len(games) - 1)
    trees = st.recursive(
        leaves,
        lambda inner: st.tuples(
            st.sampled_from([all, any]), st.lists(inner, min_size=1, max_size=3)
        ),
        max_leaves=6,
    )
    return games, draw(trees), n


def built(games, tree):
    def node(part):
        if isinstance(part, int):
            return part
        join, parts = part
        return (AllOf if join is all else AnyOf)(tuple(map(node, parts)))

    return FormulaGame(tuple(WeightedGame(tuple(w), q) for w, q in games), node(tree))


@given(weighted_games(most=5))
@settings(max_examples=100)
def test_the_value_over_sets_is_the_mean_over_orders(game):
    weights, quota = game
    worth = oracle.weighted(weights, quota)
    n = len(weights)
    assert oracle.shapley_by_sets(worth, n) == oracle.shapley_by_orders(worth, n)


@given(weighted_games())
@settings(max_examples=300)
def test_every_exact_way_through_a_weighted_vote_follows_the_definition(game):
    weights, quota = game
    n, worth = len(weights), oracle.weighted(weights, quota)
    assert_same(voting_power(weights, quota), worth, n)
    assert_same(power_by_halves(single(weights, quota)), worth, n)
    assert_same(power_by_states(single(weights, quota)), worth, n)
    assert_same(power_by_counting(single(weights, quota)), worth, n)
    assert list(voting_power(weights, quota).swings) == oracle.swings(worth, n)


@given(weighted_games())
@settings(max_examples=150)
def test_the_integral_comes_to_twelve_decimals_of_the_exact_indices(game):
    weights, quota = game
    exact = power_by_counting(single(weights, quota))
    power = power_by_quadrature(WeightedGame(tuple(weights), quota))
    assert not power.exact
    assert power.within < 1e-11
    for ours, known in (
        (power.shapley_shubik, exact.shapley_shubik),
        (power.banzhaf, exact.banzhaf),
        (power.banzhaf_shares, exact.banzhaf_shares),
    ):
        assert np.allclose(ours, [float(v) for v in known], rtol=0, atol=1e-12)


@given(formula_games())
@settings(max_examples=300)
def test_a_formula_of_votes_follows_the_definition(case):
    games, tree, n = case
    worth = oracle.formula(games, tree)
    game = built(games, tree)
    assert_same(formula_power(game), worth, n)
    assert_same(power_by_halves(game), worth, n)
    assert_same(power_by_states(game), worth, n)
    if counting_cost(game)[0] < np.inf:
        assert_same(power_by_counting(game), worth, n)
    assert list(formula_power(game).swings) == oracle.swings(worth, n)


@st.composite
def games_of_one_set_of_weights(draw):
    n = draw(st.integers(1, 6))
    weights = draw(st.lists(st.integers(0, 6), min_size=n, max_size=n))
    games = [
        (weights if draw(st.booleans()) else [1] * n, draw(st.integers(1, 16)))
        for _ in range(draw(st.integers(1, 4)))
    ]
    parts = draw(st.permutations(range(len(games))))
    cut = draw(st.integers(0, len(games) - 1))
    tree = (any, [(all, parts[cut:]), *([(any, parts[:cut])] if cut else [])])
    return games, tree, n


@given(games_of_one_set_of_weights())
@settings(max_examples=200)
def test_sizes_and_one_set_of_weights_are_counted_together(case):
    games, tree, n = case
    game = built(games, tree)
    assert counting_cost(game)[0] < np.inf
    assert_same(power_by_counting(game), oracle.formula(games, tree), n)


@given(
    st.integers(1, 6).flatmap(
        lambda n: st.tuples(
            st.just(n), st.lists(st.sets(st.integers(0, n - 1), min_size=1), min_size=1, max_size=7)
        )
    )
)
@settings(max_examples=200)
def test_winning_coalitions_follow_the_definition(case):
    n, coalitions = case
    masks = [sum(1 << i for i in one) for one in coalitions]
    worth = oracle.listed(coalitions)
    assert_same(coalition_power(n, masks), worth, n)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sets_module, "_FEW", 0)
        power = coalition_power(n, masks)
    assert power.method == "dividends"
    assert_same(power, worth, n)
    assert list(power.swings) == oracle.swings(worth, n)


@given(
    st.integers(0, 5).flatmap(
        lambda n: st.lists(
            st.fractions(-9, 9, max_denominator=12) | st.integers(-BIG, BIG),
            min_size=1 << n, max_size=1 << n,
        )
    )
)  # fmt: skip
@settings(max_examples=200)
def test_any_table_of_worths_follows_the_definition(values):
    n = len(values).bit_length() - 1
    power = worth_power(values)
    worth = oracle.tabled(values)
    assert_same(power, worth, n)
    if sum(power.banzhaf) == 0:
        assert (power.banzhaf_shares is None) == any(power.banzhaf)
    assert sum(power.shapley_shubik) == values[-1] - values[0]


@given(weighted_games(most=6), st.integers(1, BIG))
@settings(max_examples=100)
def test_weights_beyond_64_bits_change_nothing_but_the_unit(game, unit):
    weights, quota = game
    power = voting_power(weights, quota)
    # not every quota between two multiples is reached, so it may stand anywhere above the last
    scaled = [weight * unit for weight in weights]
    for other in (quota * unit, (quota - 1) * unit + 1):
        assert voting_power(scaled, other) == power
    offset = single(scaled, quota * unit)
    assert power_by_halves(offset).shapley_shubik == power.shapley_shubik
    assert power_by_states(offset).shapley_shubik == power.shapley_shubik


def test_uneven_weights_beyond_64_bits_are_counted_exactly():
    rng = np.random.default_rng(3)
    weights = [int(rng.integers(1, 2**62)) * 2**40 + int(rng.integers(2**40)) for _ in range(24)]
    quota = sum(weights) // 2 + 1
    power = voting_power(weights, quota)
    assert power.exact
    assert power.method == "two halves"
    ranked = sorted(range(24), key=weights.__getitem__)
    values = [power.shapley_shubik[i] for i in ranked]
    assert values == sorted(values)


# -- laws


@given(formula_games(), st.data())
@settings(max_examples=100)
def test_laws_of_power(case, data):
    games, tree, n = case
    power = formula_power(built(games, tree))
    worth = oracle.formula(games, tree)
    everybody = frozenset(range(n))
    # efficiency
    assert sum(power.shapley_shubik) == worth(everybody) - worth(frozenset())
    # renaming
    order = data.draw(st.permutations(range(n)))
    renamed = formula_power(built([([w[i] for i in order], q) for w, q in games], tree))
    assert list(renamed.shapley_shubik) == [power.shapley_shubik[i] for i in order]
    assert list(renamed.banzhaf) == [power.banzhaf[i] for i in order]
    # a null player changes nothing, and has nothing
    wider = formula_power(built([([*w, 0], q) for w, q in games], tree))
    assert wider.shapley_shubik == (*power.shapley_shubik, 0)
    assert wider.banzhaf == (*power.banzhaf, 0)
    assert wider.swings == (*(2 * number for number in power.swings), 0)
    # who carries the same weights has the same power
    for i in range(n):
        for j in range(i):
            if all(w[i] == w[j] for w, _ in games):
                assert power.shapley_shubik[i] == power.shapley_shubik[j]
                assert power.banzhaf[i] == power.banzhaf[j]


@given(formula_games())
@settings(max_examples=100)
def test_a_game_and_its_dual_have_the_same_power(case):
    games, tree, n = case
    worth = oracle.formula(games, tree)
    everybody = frozenset(range(n))
    dual = [
        worth(everybody) - worth(everybody - frozenset(i for i in range(n) if s >> i & 1))
        for s in range(1 << n)
    ]
    power, other = formula_power(built(games, tree)), worth_power(dual)
    assert other.shapley_shubik == power.shapley_shubik
    assert other.banzhaf == power.banzhaf


@given(formula_games())
@settings(max_examples=60)
def test_indices_are_slopes_of_the_multilinear_extension(case):
    games, tree, n = case
    worth = oracle.formula(games, tree)
    power = formula_power(built(games, tree))

    def slope(player, chance):
        total = Fraction(0)
        for others in oracle.all_sets(set(range(n)) - {player}):
            likely = chance ** len(others) * (1 - chance) ** (n - 1 - len(others))
            total += likely * (worth(others | {player}) - worth(others))
        return total

    nodes, weights = np.polynomial.legendre.leggauss(n)
    for player in range(n):
        assert power.banzhaf[player] == slope(player, Fraction(1, 2))
        integral = sum(
            float(w) / 2 * float(slope(player, Fraction(float(x) / 2 + 0.5)))
            for x, w in zip(nodes, weights, strict=True)
        )
        assert float(power.shapley_shubik[player]) == pytest.approx(integral, abs=1e-12)


# -- large games


def test_the_ways_agree_on_a_game_of_26():
    rng = np.random.default_rng(11)
    weights, quota = rng.integers(1, 60, 26).tolist(), 400
    counted = power_by_counting(single(weights, quota))
    halved = power_by_halves(single(weights, quota))
    walked = power_by_states(single(weights, quota))
    for other in (halved, walked):
        assert other.shapley_shubik == counted.shapley_shubik
        assert other.swings == counted.swings
    power = power_by_quadrature(WeightedGame(tuple(weights), quota))
    assert np.allclose(power.shapley_shubik, [float(v) for v in counted.shapley_shubik], atol=1e-13)


def fund(members, seed=7):
    """Votes like those of the International Monetary Fund: a few hold most of them."""
    ranks = np.arange(1, members + 1)
    votes = 1500 + 830_000 / ranks**1.25
    return [int(v) for v in np.random.default_rng(seed).normal(votes, 20)]


def test_a_fund_of_190_members_is_counted_exactly_at_the_quota_of_85_in_100():
    weights = [weight // 1000 for weight in fund(190)]
    quota = -(-sum(weights) * 85 // 100)
    power = voting_power(weights, quota)
    assert power.exact
    assert power.method == "counting by weight"
    assert sum(power.shapley_shubik) == 1
    assert all(0 <= value <= 1 for value in power.shapley_shubik)
    integral = power_by_quadrature(WeightedGame(tuple(weights), quota))
    assert np.allclose(
        integral.shapley_shubik, [float(v) for v in power.shapley_shubik], atol=1e-12
    )
    assert np.allclose(integral.banzhaf, [float(v) for v in power.banzhaf], atol=1e-12)


def test_an_integral_over_190_players_does_not_run_away():
    # dividing a float generating function in the wrong direction gave -1e35 here
    weights = [weight // 200 for weight in fund(190)]
    quota = sum(weights) // 2 + 1
    power = power_by_quadrature(WeightedGame(tuple(weights), quota))
    assert sum(power.shapley_shubik) == pytest.approx(1, abs=1e-12)
    assert min(power.shapley_shubik) > 0
    ranked = sorted(range(190), key=weights.__getitem__)
    assert (np.diff([power.shapley_shubik[i] for i in ranked]) > -1e-13).all()
    assert (np.diff([power.banzhaf[i] for i in ranked]) > -1e-13).all()


@pytest.mark.parametrize("joined", [AllOf, AnyOf])
def test_two_majorities_of_60_are_followed_state_by_state(joined):
    weights = (5,) * 10 + (1,) * 50
    games = (WeightedGame(weights, 70), WeightedGame((1,) * 60, 31))
    power = power_by_states(FormulaGame(games, joined((0, 1))))
    counted = formula_power(FormulaGame(games, joined((0, 1))))
    assert counted.method == "counting by weight"
    assert power.shapley_shubik == counted.shapley_shubik
    assert power.swings == counted.swings
    assert sum(power.shapley_shubik) == 1
    assert len(set(power.shapley_shubik)) == 2


def test_a_fund_may_ask_for_votes_and_members_at_once():
    weights = tuple(weight // 1000 for weight in fund(190))
    votes = WeightedGame(weights, -(-sum(weights) * 85 // 100))
    power = formula_power(FormulaGame((votes, WeightedGame((1,) * 190, 114)), AllOf((0, 1))))
    assert power.exact
    assert power.method == "counting by weight"
    alone = voting_power(votes.weights, votes.quota)
    assert power.shapley_shubik[0] < alone.shapley_shubik[0]
    assert power.shapley_shubik[-1] > alone.shapley_shubik[-1]


def test_what_no_exact_way_reaches_is_drawn_and_says_so():
    rng = np.random.default_rng(5)
    weights = [10**20 + int(rng.integers(10**15)) * 10**5 + k for k in range(60)]
    games = (WeightedGame(tuple(weights), sum(weights) // 2), WeightedGame((1,) * 60, 31))
    power = formula_power(FormulaGame(games, AllOf((0, 1))), pairs=400)
    assert not power.exact
    assert power.method == "sampling"
    assert sum(power.shapley_shubik) == pytest.approx(1)
    assert power == formula_power(FormulaGame(games, AllOf((0, 1))), pairs=400)
    assert max(power.standard_errors.shapley_shubik) < 0.02


@given(formula_games(most=6), st.integers(0, 99))
@settings(max_examples=25)
def test_drawn_indices_lie_within_their_errors(case, seed):
    games, tree, _ = case
    game = built(games, tree)
    exact = formula_power(game)
    if sum(exact.shapley_shubik) == 0:
        return
    rule = choice_module.WeightedRule(game)
    drawn = choice_module.power_by_drawing(rule, np.random.default_rng(seed), 2000)
    for ours, known, errors in (
        (drawn.shapley_shubik, exact.shapley_shubik, drawn.standard_errors.shapley_shubik),
        (drawn.banzhaf, exact.banzhaf, drawn.standard_errors.banzhaf),
        (drawn.banzhaf_shares, exact.banzhaf_shares, drawn.standard_errors.banzhaf_shares),
    ):
        gaps = np.abs(np.array(ours) - [float(v) for v in known])
        assert (gaps <= 6 * np.array(errors) + 2e-3).all()


def test_many_large_coalitions_are_drawn_with_the_right_rule(monkeypatch):
    rng = np.random.default_rng(2)
    coalitions = [int(sum(1 << i for i in rng.permutation(8)[:4])) for _ in range(12)]
    exact = coalition_power(8, coalitions)
    monkeypatch.setattr(sets_module, "_FEW", 0)
    monkeypatch.setattr(sets_module, "_MOST_IN_TABLE", 0)
    monkeypatch.setattr(sets_module, "_MOST_UNIONS", 3)
    drawn = coalition_power(8, coalitions, pairs=4000)
    assert drawn.method == "sampling"
    for ours, known in (
        (drawn.shapley_shubik, exact.shapley_shubik),
        (drawn.banzhaf, exact.banzhaf),
    ):
        assert np.allclose(ours, [float(v) for v in known], atol=0.03)


def test_listing_sets_and_adding_dividends_agree_on_18_players(monkeypatch):
    rng = np.random.default_rng(4)
    coalitions = [int(sum(1 << i for i in rng.permutation(18)[:6])) for _ in range(9)]
    added = coalition_power(18, coalitions)
    assert added.method == "dividends"
    monkeypatch.setattr(sets_module, "_FEW", 18)
    listed = coalition_power(18, coalitions)
    assert listed.method == "table"
    assert listed.swings == added.swings
    assert listed.shapley_shubik == added.shapley_shubik


def test_games_that_make_no_sense_are_refused():
    for weights, quota in (([], 1), ([-1, 2], 1), ([1], 0)):
        with pytest.raises(ModelError, match="at least one voter"):
            voting_power(weights, quota)
    with pytest.raises(ModelError, match="the same players"):
        FormulaGame((WeightedGame((1,), 1), WeightedGame((1, 1), 1)), 0)
    with pytest.raises(ModelError, match="names the given games"):
        FormulaGame((WeightedGame((1,), 1),), 1)
    for players, coalitions in ((2, []), (2, [0]), (2, [4])):
        with pytest.raises(ModelError, match="at least one coalition"):
            coalition_power(players, coalitions)
    for values in ([], [1, 2, 3]):
        with pytest.raises(ModelError, match=r"2\*\*n"):
            worth_power(values)


def test_a_quota_that_all_together_miss_leaves_nobody_with_power():
    power = voting_power([3, 2, 1], 7)
    assert power.shapley_shubik == power.banzhaf == power.banzhaf_shares == (0, 0, 0)
    assert power.exact
