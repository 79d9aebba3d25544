"""Levers of the deterrence game: an independent solver, closed forms, games worked out by hand."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from random_games import ORDERS, WORLDS, games, random_game, with_challenger, with_guarantor
from test_deterrence_oracle import as_tree

from accord._errors import ModelError
from accord.theory.deterrence import solve, strongest_pillar, weakest_link
from accord.theory.game import Challenger, Contest, Game, Guarantor, Mode, Protege, restrict
from accord.theory.levers import (
    Slot,
    absent,
    by_order,
    certain,
    changed,
    least_concession,
    least_sanction,
    least_value,
    orders,
    reading,
    sanctioned,
    slots_of,
    solve_variants,
    swings,
)
from oracles import deterrence as oracle


def attack(game, world, **marks):
    """P(attack) in one world by the recursive solver."""
    tree = as_tree(restrict(game, np.array([world])))
    for name, mark in marks.items():
        tree = oracle.changed(tree, int(name[1:]), mark)
    return oracle.solve(tree)["attack"]


QUEUES = [((0,),), ((0,), (1,)), ((1,), (0,)), ((2,), (0,), (1,))]


@pytest.mark.parametrize("order", QUEUES)
@pytest.mark.parametrize(
    ("field", "values"),
    [("reneging", (0.0, 0.2, 0.4)), ("automatic", (0.0, 0.5)), ("strength", (0.0, 3.0))],
)
def test_a_curve_is_the_chance_of_attack_of_the_changed_game(order, field, values):
    count = len(order)
    for seed in range(4):
        game = random_game(seed, count, order)
        for g in range(count):
            found = solve_variants(game, [{Slot("guarantor", field, g): v} for v in values])
            for row, value in enumerate(values):
                other = with_guarantor(game, g, **{field: value})
                for world in (0, 3):
                    expected = attack(other, world)
                    assert found.p_attack[row, world] == pytest.approx(expected, abs=1e-9)


@pytest.mark.parametrize("order", ORDERS[3])
def test_what_is_usable_without_the_enabler_and_the_protege(order):
    game = random_game(11, 3, order)
    usable = Slot("guarantor", "leans_on", 0, 1)
    own = Slot("protege", "strength")
    found = solve_variants(game, [{usable: 0.0}, {usable: 1.0, own: 9.0}, {}]).p_attack
    bare = with_guarantor(game, 0, leans_on={1: 0.0})
    full = with_guarantor(game, 0, leans_on={1: 1.0})
    full = replace(full, protege=replace(full.protege, strength=9.0))
    for row, other in enumerate((bare, full, game)):
        assert np.array_equal(found[row], solve(other).p_attack)


@settings(max_examples=30)
@given(games(least=1), st.data(), st.booleans())
def test_kept_out_and_brought_in_are_what_the_turning_points_use(game, data, goes):
    g = data.draw(st.integers(0, len(game.guarantors) - 1))
    found = solve_variants(game, [absent(game, g), certain(game, g)], goes).p_attack
    assert np.allclose(found[0], strongest_pillar(game, goes).p_attack[g], atol=1e-8)
    bar = np.full(WORLDS, 0.5)
    assert np.allclose(found[1], weakest_link(game, bar, goes).p_attack[g], atol=1e-8)


@pytest.mark.parametrize("order", QUEUES)
def test_kept_out_and_brought_in_by_the_recursive_solver(order):
    game = random_game(5, len(order), order)
    for g in range(len(order)):
        found = solve_variants(game, [absent(game, g), certain(game, g)]).p_attack
        for row, mark in enumerate(("absent", "certain")):
            expected = attack(game, 2, **{f"g{g}": mark})
            assert found[row, 2] == pytest.approx(expected, abs=1e-9)


def test_a_guarantor_that_tosses_a_coin_can_be_kept_out():
    game = with_guarantor(random_game(6, 2, ORDERS[2][0]), 0, precision=0.0)
    honour = solve_variants(game, [absent(game, 0), certain(game, 0)]).honour[:, 0]
    assert np.allclose(honour[0], 0.0)
    assert np.allclose(honour[1], 1.0)


@settings(max_examples=30)
@given(games(), st.floats(0.0, 1.0))
def test_sanctions_and_concessions_in_closed_form_are_the_direct_form(game, amount):
    value = solve(game).attack_value
    for field in ("snapback", "without_attack"):
        direct = solve(with_challenger(game, **{field: amount})).p_attack
        assert np.allclose(sanctioned(value, game, **{field: amount}), direct, atol=1e-12)
        slot = Slot("challenger", field)
        assert np.allclose(solve_variants(game, [{slot: amount}]).p_attack[0], direct, atol=1e-12)


@settings(max_examples=30)
@given(games(), st.sampled_from([0.5, 0.25, 0.1]))
def test_the_least_sanction_brings_the_chance_to_the_target(game, target):
    value = solve(game).attack_value
    least = least_sanction(value, game, target)
    there = solve(with_challenger(game, snapback=least)).p_attack
    assert np.allclose(there[least > 0], target, atol=1e-9)
    assert (there[least == 0] <= target + 1e-12).all()
    peace = solve(with_challenger(game, without_attack=least_concession(value, game, target)))
    assert np.allclose(peace.p_attack, target, atol=1e-9)


def test_a_challenger_that_tosses_a_coin_is_not_moved_by_sanctions():
    game = with_challenger(random_game(1, 1, ORDERS[1][0]), precision=0.0)
    value = solve(game).attack_value
    assert np.isinf(least_sanction(value, game, 0.25)).all()
    assert (least_sanction(value, game, 0.5) == 0).all()


def test_the_least_value_on_a_curve_by_hand():
    values = np.array([0.0, 1.0, 2.0])
    half = 1 / (1 + math.exp(-1))
    curves = np.array([[half, 0.4, 0.9, 0.9], [1 - half, 0.6, 0.8, 0.4], [0.1, 0.6, 0.7, 0.6]])
    least = least_value(values, curves, 0.5)
    assert least[0] == pytest.approx(0.5)
    assert least[1] == 0.0
    assert np.isinf(least[2])
    odds = [math.log(9), math.log(0.4 / 0.6)]
    assert least[3] == pytest.approx(odds[0] / (odds[0] - odds[1]))


def test_sure_attacks_have_no_infinite_odds():
    least = least_value(np.array([0.0, 1.0]), np.array([[1.0], [0.0]]), 0.5)
    assert 0 < least[0] < 1


def guarantor(**fields):
    plain = {
        "stake": 1.0, "cost": 0.2, "shared_cost": 0.0, "punishes": 0.0, "precision": 60.0,
        "reneging": 0.0, "automatic": 0.0, "alone": 0.0, "tripwire": 0.0, "strength": 5.0,
    }  # fmt: skip
    return Guarantor(**(plain | fields))


def pair(first, second, order=((0,), (1,))):
    """Challenger 10, protege 5, so that W is 1/3 alone, 1/2 with 5 more, 0.6 with 10, 2/3 all."""
    return Game(
        Challenger(1.0, 0.2, 5.0, 0.0, 0.0, 10.0),
        Protege(1.0, 0.2, 5.0, 5.0),
        Contest(1.0, 1.0),
        (first, second),
        order,
        0,
        (Mode("attack"),),
    )


def test_a_swing_by_hand_with_guarantors_that_toss_coins():
    """Precision nought: each fights with a + (1 - a)/2, whatever the other does."""
    game = pair(guarantor(precision=0.0), guarantor(precision=0.0, strength=10.0))

    def sigma(z):
        return 1 / (1 + math.exp(-z))

    def by_hand(bound, own):
        q = bound + (1 - bound) / 2
        won = {k: (own + k) / (own + k + 10) for k in (0, 5, 10, 15)}
        defeated = (1 - q) * (won[0] + won[10]) / 2 + q * (won[5] + won[15]) / 2
        resist = sigma(5 * (defeated - 0.2))
        value = resist * (1 - defeated - 0.2) + (1 - resist)
        return sigma(5 * value)

    found = swings(
        game,
        [([Slot("guarantor", "automatic", 0)], 0.0, 0.4), ([Slot("protege", "strength")], 2, 8)],
    )[..., 0]
    expected = [[by_hand(0, 5), by_hand(0.4, 5)], [by_hand(0, 2), by_hand(0, 8)]]
    assert found == pytest.approx(np.array(expected), abs=1e-12)
    assert swings(game, []).shape == (0, 2, 1)


def test_places_with_one_input_move_together():
    game = random_game(9, 2, ORDERS[2][0])
    both = [Slot("guarantor", "reneging", g) for g in (0, 1)]
    low, high = swings(game, [(both, 0.1, 0.3)])[0]
    for value, row in ((0.1, low), (0.3, high)):
        other = with_guarantor(with_guarantor(game, 0, reneging=value), 1, reneging=value)
        assert np.array_equal(row, solve(other).p_attack)


def test_a_stronger_promise_that_invites_attack_because_the_strong_one_counts_on_it():
    """The second, twice as strong, gains 0.27 by fighting alone and 0.17 beside the first."""
    game = pair(guarantor(stake=0.1, cost=0.02), guarantor(cost=0.217, strength=10.0))
    found = solve_variants(game, [{}, {Slot("guarantor", "reneging", 0): 0.05}])
    first, second = (found.honour[1] - found.honour[0])[:, 0]
    assert found.p_attack[1, 0] > found.p_attack[0, 0] + 0.01
    assert first > 0.3
    assert second < -0.3


def test_a_more_conditional_follower_makes_the_leader_pivotal():
    """Alone the follower gains 0.22 less its price of going alone; the leader fights if all hangs
    on it."""
    game = pair(guarantor(), guarantor(cost=0.05, alone=0.19, strength=10.0))
    found = solve_variants(game, [{}, {Slot("guarantor", "alone", 1): 0.24}])
    leader, _ = (found.honour[1] - found.honour[0])[:, 0]
    assert found.p_attack[1, 0] < found.p_attack[0, 0] - 0.01
    assert leader > 0.3


def test_with_one_guarantor_nobody_can_ride_free():
    for seed in range(20):
        game = random_game(seed, 1, ORDERS[1][0])
        more = game.guarantors[0].reneging + 0.05
        found = solve_variants(game, [{}, {Slot("guarantor", "reneging", 0): more}]).p_attack
        assert (found[1] <= found[0] + 1e-12).all()


def test_orders_are_all_queues_or_those_of_some():
    assert set(orders(((0, 1),), (0, 1))) == {((0,), (1,)), ((1,), (0,))}
    assert len(orders(((2,), (0,), (1, 3)), range(4))) == 24
    some = orders(((2,), (0,), (1,)), (2, 1))
    assert set(some) == {((2,), (0,), (1,)), ((1,), (0,), (2,))}
    assert orders((), ()) == ((),)


def test_each_order_is_its_own_game_and_a_queue_is_solved_only_once():
    game = random_game(21, 3, ORDERS[3][0])
    ways = orders(game.tiers, range(3))
    chances, unique = by_order(game, ways)
    assert unique.all()
    for row, tiers in zip(chances, ways, strict=True):
        other = replace(game, tiers=tiers)
        assert row[4] == pytest.approx(attack(other, 4), abs=1e-9)


def test_every_number_of_a_game_has_its_place():
    game = random_game(2, 2, ORDERS[2][0])
    places = slots_of(game)
    assert len(set(places)) == len(places) == 6 + 4 + 2 + 2 * 11 + 2 * 4
    other = changed(game, {slot: reading(game, slot) for slot in places})
    assert np.array_equal(solve(other).p_attack, solve(game).p_attack)
    for slot in places:
        assert reading(changed(game, {slot: 0.5}), slot) == pytest.approx([0.5])


@settings(max_examples=20)
@given(games(least=1), st.booleans())
def test_variants_do_not_touch_one_another(game, goes):
    slot = Slot("guarantor", "reneging", 0)
    alone = solve_variants(game, [{slot: 0.3}], goes)
    among = solve_variants(game, [{}, {slot: 0.3}, absent(game, 0)], goes)
    assert np.array_equal(alone.p_attack[0], among.p_attack[1])
    assert np.array_equal(alone.honour[0], among.honour[1])
    assert np.array_equal(among.p_attack[0], solve(game, goes=goes).p_attack)


def test_one_world_and_the_coin_of_many():
    game = restrict(random_game(4, 2, ORDERS[2][2]), np.array([0]))
    coin = np.array([True, False, True])
    found = solve_variants(game, [{}, {Slot("protege", "strength"): 3.0}], coin)
    assert found.p_attack.shape == (2, 3)
    assert np.array_equal(found.p_attack[0], solve(game, goes=coin).p_attack)


def test_what_makes_no_sense_is_refused():
    game = random_game(0, 1, ORDERS[1][0])
    with pytest.raises(ModelError, match="at least one variant"):
        solve_variants(game, [])
    with pytest.raises(ModelError, match="automatic entry"):
        solve_variants(game, [{Slot("guarantor", "automatic", 0): 1.5}])
