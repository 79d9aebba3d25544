"""The deterrence kernel against a scalar tree written independently."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from random_games import ORDERS, random_game

from accord.theory.deterrence import (
    CHALLENGERS_STAKE,
    NO_SINGLE_GUARANTOR,
    PROTEGE_ALONE,
    solve,
    strongest_pillar,
    weakest_link,
)
from accord.theory.game import restrict
from oracles import deterrence as oracle

CASES = 24  # worlds, hence games, of each order


def number(value):
    return float(np.asarray(value).ravel()[0])


def plain(record, *fields):
    return {field: number(getattr(record, field)) for field in fields}


def as_guarantors(game):
    fields = (
        "stake",
        "cost",
        "shared_cost",
        "punishes",
        "reneging",
        "tripwire",
        "automatic",
        "alone",
        "precision",
        "strength",
    )
    return {
        g: plain(one, *fields) | {"leans_on": {k: number(v) for k, v in one.leans_on.items()}}
        for g, one in enumerate(game.guarantors)
    }


def as_tree(game, coin="waits", beliefs=None):
    """One world of a game in the oracle's words."""
    tree = {
        "challenger": plain(
            game.challenger,
            "stake",
            "cost_of_war",
            "strength",
            "precision",
            "without_attack",
            "snapback",
        ),
        "protege": plain(game.protege, "stake", "cost_of_war", "strength", "precision"),
        "contest": plain(game.contest, "steepness", "defence_advantage"),
        "tiers": [list(tier) for tier in game.tiers],
        "backstop": game.backstop,
        "guarantors": as_guarantors(game),
        "modes": {
            mode.name: plain(mode, "stake", "cost_of_war", "automatic", "guarantor_stake")
            for mode in game.modes
        },
        "coin": coin,
    }
    if beliefs is not None:
        tree["beliefs"] = as_guarantors(beliefs)
    return tree


def worlds_of_game(seed, count, order):
    generator = np.random.default_rng(seed)
    game = random_game(int(generator.integers(2**32)), count, order)
    return [restrict(game, np.array([world])) for world in range(7)]


def compare(mine, theirs, first):
    assert mine.p_attack[0] == pytest.approx(theirs["attack"], abs=1e-9)
    assert mine.attack_value[0] == pytest.approx(theirs["attack_value"], abs=1e-9)
    for mode, chance in theirs["modes"].items():
        assert mine.modes[mode][0] == pytest.approx(chance * theirs["attack"], abs=1e-9)
    tree = theirs["trees"]["true"][first]
    sets = oracle.joining_chances(tree["war"])
    assert mine.p_resist[0] == pytest.approx(tree["resist"], abs=1e-9)
    for g, honour in enumerate(mine.honour[:, 0]):
        fights = sum(chance for joined, chance in sets.items() if g in joined)
        assert honour == pytest.approx(fights, abs=1e-9)


QUEUES = [
    (n, order)
    for n, orders in ORDERS.items()
    for order in orders
    if all(len(tier) == 1 for tier in order)
]
PAIRS = [(2, ((0, 1),)), (3, ((0,), (1, 2))), (3, ((1, 2), (0,)))]


@pytest.mark.parametrize(("count", "order"), QUEUES)
def test_queues_agree(count, order):
    for seed in range(CASES):
        for game in worlds_of_game(seed, count, order):
            compare(solve(game), oracle.solve(as_tree(game)), "full")


@pytest.mark.parametrize(("count", "order"), PAIRS)
@pytest.mark.parametrize("coin", ["waits", "goes"])
def test_pairs_that_decide_at_once_agree(count, order, coin, monkeypatch):
    monkeypatch.setattr(oracle, "SCAN", 60)
    for seed in range(4):
        for game in worlds_of_game(seed, count, order):
            theirs = oracle.solve(as_tree(game, coin))
            mine = solve(game, goes=coin == "goes")
            if theirs["unique"]:
                compare(mine, theirs, "full")
            else:
                assert not mine.unique[0]


def test_three_that_decide_at_once_agree():
    for seed in range(2):
        for game in worlds_of_game(seed, 3, ORDERS[3][3])[:2]:
            theirs = oracle.solve(as_tree(game))
            if theirs["unique"]:
                compare(solve(game), theirs, "full")


def leaning(game, eta, precision):
    """The same game, with partners of equal mind who count for little without each other."""
    pair = tuple(
        replace(
            g, leans_on={1 - i: eta}, precision=precision, strength=6.0, alone=0.0, shared_cost=0.5
        )
        for i, g in enumerate(game.guarantors)
    )
    return replace(game, guarantors=pair, contest=replace(game.contest, steepness=2.5))


def test_the_least_and_the_greatest_solution_agree_where_partners_need_each_other():
    several = 0
    for seed in range(14):
        for plain_game in worlds_of_game(seed, 2, ((0, 1),)):
            game = leaning(plain_game, 0.1, 30.0)
            trees = {coin: oracle.solve(as_tree(game, coin)) for coin in ("waits", "goes")}
            if trees["waits"]["unique"]:
                continue
            several += 1
            waits, goes = solve(game, goes=False), solve(game, goes=True)
            compare(waits, trees["waits"], "full")
            compare(goes, trees["goes"], "full")
            assert waits.coordination[0]
            assert not waits.unique[0]
            assert waits.low[0] <= goes.p_attack[0] + 1e-12
            assert waits.high[0] >= waits.p_attack[0]
    assert several >= 8


@given(st.integers(0, 2**32 - 1), st.sampled_from(QUEUES), st.floats(0.02, 0.98))
@settings(max_examples=60)
def test_links_and_pillars_agree(seed, queue, temptation):
    count, order = queue
    game = worlds_of_game(seed, count, order)[0]
    margin, kind, name = oracle.credible(as_tree(game), temptation)
    if abs(margin) < 1e-9:
        return
    if margin > 0:
        mine = strongest_pillar(game).guarantor[0]
        expected = PROTEGE_ALONE if name is None else name
    else:
        mine = weakest_link(game, np.array([temptation])).guarantor[0]
        codes = {
            "no single guarantor": NO_SINGLE_GUARANTOR,
            "challenger's stake": CHALLENGERS_STAKE,
        }
        expected = codes.get(kind, name)
    assert mine == expected


def test_beliefs_agree():
    for seed in range(CASES):
        pair = [worlds_of_game(each, 3, ORDERS[3][0])[0] for each in (seed, seed + 100)]
        game = pair[0]
        believed = replace(game, guarantors=pair[1].guarantors)
        mine = solve(game, beliefs=believed)
        compare(mine, oracle.solve(as_tree(game, beliefs=believed)), "full")
