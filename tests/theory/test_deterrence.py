"""The extended-deterrence game: laws that hold exactly."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from random_games import ORDERS, WORLDS, games, random_game, with_challenger, with_guarantor

from accord._errors import ModelError
from accord.theory.deterrence import (
    CHALLENGERS_STAKE,
    NO_SINGLE_GUARANTOR,
    PROTEGE_ALONE,
    attack_threshold,
    solve,
    strongest_pillar,
    weakest_link,
)
from accord.theory.game import Mode, restrict, side_by_side


@settings(max_examples=40)
@given(games())
def test_a_challenger_attacks_more_for_more_and_less_for_higher_costs(game):
    before = solve(game).p_attack
    inside = (before > 1e-6) & (before < 1 - 1e-6)
    challenger = game.challenger
    more = solve(with_challenger(game, stake=challenger.stake + 0.1)).p_attack
    assert (more[inside] > before[inside]).all()
    for field in ("cost_of_war", "without_attack", "snapback"):
        dearer = with_challenger(game, **{field: getattr(challenger, field) + 0.1})
        assert (solve(dearer).p_attack[inside] < before[inside]).all()


@settings(max_examples=40)
@given(games(least=1), st.data())
def test_a_guarantor_who_punishes_more_deters_more(game, data):
    g = data.draw(st.integers(0, len(game.guarantors) - 1))
    before = solve(game).p_attack
    punishing = with_guarantor(game, g, punishes=game.guarantors[g].punishes + 0.1)
    assert (solve(punishing).p_attack < before).all()


@settings(max_examples=40)
@given(games())
def test_a_challenger_without_precision_tosses_a_coin(game):
    result = solve(with_challenger(game, precision=0.0))
    assert (result.p_attack == 0.5).all()
    nearly = solve(with_challenger(game, precision=1e-12))
    assert np.allclose(result.attack_value, nearly.attack_value, atol=1e-10)


@settings(max_examples=40)
@given(games(least=1, modes=1), st.data())
def test_who_is_bound_in_any_case_always_fights(game, data):
    g = data.draw(st.integers(0, len(game.guarantors) - 1))
    honour = solve(with_guarantor(game, g, automatic=1.0)).honour[g]
    assert np.allclose(honour, 1.0, rtol=0, atol=1e-14)


@settings(max_examples=40)
@given(games(least=1), st.data())
def test_a_guarantor_for_whom_war_is_ruinous_is_as_good_as_absent(game, data):
    g = data.draw(st.integers(0, len(game.guarantors) - 1))
    ruined = with_guarantor(game, g, cost=1e9, shared_cost=0.0, automatic=0.0)
    absent = strongest_pillar(game).p_attack[g]
    assert np.allclose(solve(ruined).p_attack, absent, atol=1e-9)


@settings(max_examples=40)
@given(games(least=2, most=3), st.data())
def test_without_a_guarantor_nobody_leans_on_the_game_is_the_smaller_one(game, data):
    g = len(game.guarantors) - 1
    apart = tuple(replace(each, leans_on={}) for each in game.guarantors)
    game = replace(game, guarantors=apart)
    tiers = tuple(tuple(i for i in tier if i != g) for tier in game.tiers)
    smaller = replace(game, guarantors=apart[:-1], tiers=tuple(tier for tier in tiers if tier))
    assert np.allclose(strongest_pillar(game).p_attack[g], solve(smaller).p_attack, atol=1e-9)


PAYOFFS = {
    "challenger": ("stake", "cost_of_war", "without_attack", "snapback"),
    "protege": ("stake", "cost_of_war"),
    "guarantor": ("stake", "cost", "punishes", "reneging", "alone", "tripwire"),
}


def scaled(record, fields, factor):
    return replace(record, **{field: getattr(record, field) * factor for field in fields})


@settings(max_examples=40)
@given(games(), st.sampled_from([0.25, 4.0, 3.7]))
def test_another_unit_of_payoff_changes_no_chance(game, z):
    def rescale(record, kind):
        return scaled(scaled(record, PAYOFFS[kind], z), ("precision",), 1 / z)

    other = replace(
        game,
        challenger=rescale(game.challenger, "challenger"),
        protege=rescale(game.protege, "protege"),
        guarantors=tuple(rescale(g, "guarantor") for g in game.guarantors),
    )
    one, two = solve(game), solve(other)
    assert np.allclose(one.p_attack, two.p_attack, atol=1e-9)
    assert np.allclose(one.honour, two.honour, atol=1e-9)
    assert np.allclose(one.attack_value * z, two.attack_value, atol=1e-8)


@settings(max_examples=40)
@given(games(), st.sampled_from([0.125, 8.0, 2.3]))
def test_another_unit_of_strength_changes_nothing(game, z):
    other = replace(
        game,
        challenger=scaled(game.challenger, ("strength",), z),
        protege=scaled(game.protege, ("strength",), z),
        guarantors=tuple(scaled(g, ("strength",), z) for g in game.guarantors),
    )
    assert np.allclose(solve(game).p_attack, solve(other).p_attack, atol=1e-9)


@settings(max_examples=40)
@given(games())
def test_listing_every_mode_twice_changes_no_chance_of_attack(game):
    again = tuple(replace(mode, name=mode.name + " again") for mode in game.modes)
    twice = solve(replace(game, modes=game.modes + again))
    once = solve(game)
    assert np.allclose(once.p_attack, twice.p_attack, atol=1e-12)
    assert np.allclose(once.modes["probe"], twice.modes["probe"] + twice.modes["probe again"])


@settings(max_examples=40)
@given(games())
def test_the_chances_of_all_modes_and_of_none_sum_to_one(game):
    result = solve(game)
    assert list(result.modes) == ["none", "full", "probe"]
    assert np.allclose(sum(result.modes.values()), 1.0, atol=1e-12)


@settings(max_examples=40)
@given(games(), st.booleans())
def test_where_the_solution_is_certified_the_coin_does_not_matter(game, goes):
    one, two = solve(game, goes=goes), solve(game, goes=not goes)
    sure = one.unique & two.unique
    assert np.allclose(one.p_attack[sure], two.p_attack[sure], atol=1e-9)
    assert (one.low <= one.p_attack).all()
    assert (one.p_attack <= one.high).all()
    assert np.array_equal(one.low[sure], one.high[sure])


@settings(max_examples=40)
@given(games(), st.permutations(range(WORLDS)), st.booleans())
def test_worlds_do_not_touch_one_another(game, order, goes):
    whole = solve(game, goes=goes)
    part = solve(restrict(game, np.array(order[:3])), goes=goes)
    assert np.array_equal(part.p_attack, whole.p_attack[order[:3]])
    assert np.array_equal(part.honour, whole.honour[:, order[:3]])


def test_any_number_of_threads_finds_the_same_bits(monkeypatch):
    monkeypatch.setattr("accord.theory.deterrence._LEAVES_AT_ONCE", 32)
    game = restrict(random_game(3, 4, ORDERS[4][0]), np.arange(50) % WORLDS)
    coin = np.arange(50) % 2 == 0
    alone = solve(game, None, coin)
    for workers in (2, 3):
        together = solve(game, None, coin, workers=workers)
        for name in ("p_attack", "honour", "p_defeated", "low", "high"):
            np.testing.assert_array_equal(getattr(together, name), getattr(alone, name))


def test_many_worlds_are_solved_in_parts_that_fit_together():
    game = random_game(3, 4, ORDERS[4][0])
    many = np.arange(20_000) % WORLDS
    whole = solve(restrict(game, many))
    assert np.array_equal(whole.p_attack, solve(game).p_attack[many])
    assert np.array_equal(whole.modes["probe"], solve(game).modes["probe"][many])


@settings(max_examples=40)
@given(games(), st.floats(0, 1), st.booleans())
def test_games_side_by_side_have_the_answers_of_each(game, snapback, goes):
    other = with_challenger(game, snapback=snapback)
    both = solve(side_by_side([game, other, restrict(game, [1])], [WORLDS, WORLDS, 1]), goes=goes)
    apart = [solve(each, goes=goes).p_attack for each in (game, other)]
    assert np.array_equal(both.p_attack, np.concatenate([*apart, apart[0][1:2]]))


@settings(max_examples=40)
@given(games(least=1), st.data())
def test_beliefs_move_the_attack_and_true_values_move_the_honouring(game, data):
    g = data.draw(st.integers(0, len(game.guarantors) - 1))
    doubted = with_guarantor(game, g, stake=game.guarantors[g].stake * 0.1)
    result = solve(game, beliefs=doubted)
    assert np.array_equal(result.p_attack, solve(doubted).p_attack)
    assert np.array_equal(result.honour, solve(game).honour)
    assert np.array_equal(result.p_resist, solve(game).p_resist)
    assert np.array_equal(result.p_defeated, solve(game).p_defeated)


@settings(max_examples=40)
@given(games(), st.floats(0.01, 0.99))
def test_the_threshold_form_gives_the_same_verdict(game, temptation):
    result = solve(game)
    tau = attack_threshold(result.gross_value, game.challenger.precision, temptation)
    clear = np.abs(temptation - result.p_attack) > 1e-9
    passes = game.challenger.without_attack + game.challenger.snapback >= tau
    assert np.array_equal(passes[clear], (temptation >= result.p_attack)[clear])
    dearer = with_challenger(game, snapback=game.challenger.snapback + 0.2)
    value = solve(dearer).gross_value
    assert np.array_equal(tau, attack_threshold(value, game.challenger.precision, temptation))


def test_the_threshold_at_the_ends_of_temptation_and_precision():
    ends = attack_threshold(np.zeros(2), 4.0, np.array([0.0, 1.0]))
    assert ends.tolist() == [np.inf, -np.inf]
    coin = attack_threshold(np.zeros(3), 0.0, np.array([0.4, 0.5, 0.6]))
    assert coin.tolist() == [np.inf, -np.inf, -np.inf]


@settings(max_examples=40)
@given(games(least=1), st.floats(0.05, 0.95))
def test_the_weakest_link_is_whose_certainty_lowers_the_chance_most_if_enough(game, temptation):
    lever = weakest_link(game, np.full(WORLDS, temptation))
    sure = [
        solve(
            with_guarantor(
                replace(game, modes=tuple(replace(m, automatic=1.0) for m in game.modes)),
                g,
                automatic=1.0,
            )
        ).p_attack
        for g in range(len(game.guarantors))
    ]
    for world, reason in enumerate(lever.guarantor):
        column = lever.p_attack[:, world]
        if reason >= 0:
            assert reason == np.argmin(column)
            assert column[reason] <= temptation
        else:
            assert column.min() > temptation
            assert reason in (NO_SINGLE_GUARANTOR, CHALLENGERS_STAKE)
    if len(game.guarantors) == 1:
        assert np.allclose(lever.p_attack[0], sure[0], atol=1e-9)


@settings(max_examples=40)
@given(games(least=1))
def test_the_strongest_pillar_is_whose_absence_raises_the_chance_most(game):
    lever = strongest_pillar(game)
    before = solve(game).p_attack
    for world, reason in enumerate(lever.guarantor):
        column = lever.p_attack[:, world]
        if reason == PROTEGE_ALONE:
            assert column.max() <= before[world]
        else:
            assert reason == np.argmax(column)
            assert column[reason] > before[world]


def test_without_guarantors_nobody_is_a_link_or_a_pillar():
    game = random_game(0, 0, ())
    assert (weakest_link(game, np.zeros(1)).guarantor == CHALLENGERS_STAKE).all()
    assert (strongest_pillar(game).guarantor == PROTEGE_ALONE).all()


def test_solving_changes_no_input_and_repeats_to_the_bit():
    game = random_game(1, 3, ((0,), (1, 2)))
    before = game.guarantors[1].stake.copy()
    first, second = solve(game), solve(game)
    assert np.array_equal(game.guarantors[1].stake, before)
    assert np.array_equal(first.p_attack, second.p_attack)


@pytest.mark.parametrize(
    "broken",
    [
        lambda g: replace(g, tiers=((0,),)),
        lambda g: replace(g, tiers=((0,), (1,), ())),
        lambda g: replace(g, backstop=5),
        lambda g: replace(g, modes=()),
        lambda g: replace(g, modes=(Mode("none"),)),
        lambda g: replace(g, modes=(Mode("full", automatic=9.0),)),
        lambda g: with_challenger(g, strength=0.0),
        lambda g: with_challenger(g, precision=-1.0),
        lambda g: with_challenger(g, stake=np.ones(3)),
        lambda g: with_guarantor(g, 0, shared_cost=1.5),
        lambda g: with_guarantor(g, 0, leans_on={0: 0.5}),
        lambda g: with_guarantor(g, 0, leans_on={1: 1.5}),
    ],
)
def test_a_game_without_meaning_is_refused(broken):
    with pytest.raises(ModelError):
        solve(broken(random_game(0, 2, ((0,), (1,)))))
