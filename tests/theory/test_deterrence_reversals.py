"""What holds on average over many worlds, and the worlds in which it does not hold.

Free riding turns laws that look certain around in single worlds: where another is stronger, or is
bound, or can do without the others, the first to decide leaves it to them. So these are asserted of
means alone, and every reversal that is known of stands here with its numbers.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import random_games
from random_games import random_game, with_challenger, with_guarantor
from test_deterrence_oracle import as_tree

from accord.theory.deterrence import solve
from accord.theory.game import Challenger, Contest, Game, Guarantor, Mode, Protege
from oracles import deterrence as oracle

WORLDS = 1500
ORDERS = [((0,), (1,)), ((0, 1),), ((2,), (0,), (1,))]


@pytest.fixture
def many(monkeypatch):
    """Random games of many worlds."""
    monkeypatch.setattr(random_games, "WORLDS", WORLDS)

    def drawn(order):
        return random_game(11, sum(map(len, order)), order)

    return drawn


def everybody(**shifts):
    """A number of all guarantors is moved."""

    def moved(game):
        for g, one in enumerate(game.guarantors):
            fields = {name: getattr(one, name) + shift for name, shift in shifts.items()}
            game = with_guarantor(game, g, **fields)
        return game

    return moved


def usable(game):
    """All lean less on others."""
    for g, one in enumerate(game.guarantors):
        leans = {k: np.minimum(share + 0.3, 1.0) for k, share in one.leans_on.items()}
        game = with_guarantor(game, g, leans_on=leans)
    return game


def protege(game):
    return replace(game, protege=replace(game.protege, strength=game.protege.strength + 2))


def terrain(game):
    contest = replace(game.contest, defence_advantage=game.contest.defence_advantage + 0.5)
    return replace(game, contest=contest)


def challenger(game):
    return with_challenger(game, strength=game.challenger.strength - 2)


# name: (what is done, by how much the mean of P(attack) falls at the least)
DETERRING = {
    "reneging costs more": (everybody(reneging=0.2), 0.03),
    "entry is automatic more often": (everybody(automatic=0.2), 0.02),
    "forces stand in the way": (everybody(tripwire=0.1), 0.02),
    "fighting costs less": (everybody(cost=-0.1), 0.01),
    "more is at stake for the guarantors": (everybody(stake=0.2), 0.005),
    "guarantors are stronger": (everybody(strength=2.0), 0.02),
    "going without the backstop costs less": (everybody(alone=-0.2), 0.001),
    "guarantors can do without one another": (usable, 0.003),
    "the protege is stronger": (protege, 0.01),
    "the terrain favours defence": (terrain, 0.02),
    "the challenger is weaker": (challenger, 0.02),
}


@pytest.mark.parametrize("order", ORDERS, ids=str)
@pytest.mark.parametrize("name", DETERRING)
def test_over_many_worlds_it_deters(many, name, order):
    change, least = DETERRING[name]
    game = many(order)
    fall = solve(game).p_attack - solve(change(game)).p_attack
    error = fall.std() / WORLDS**0.5
    assert fall.mean() > max(least, 5 * error)


@pytest.mark.parametrize("order", ORDERS, ids=str)
def test_a_dearer_promise_of_all_is_honoured_more_by_nearly_everybody(many, order):
    game = many(order)
    rise = solve(everybody(reneging=0.2)(game)).honour - solve(game).honour
    assert rise.mean() > 0.1
    assert (rise > 0).mean() > 0.98


def guarantor(stake, cost, precision, reneging, strength, **more):
    plain = {"shared_cost": 0.0, "punishes": 0.0, "automatic": 0.0, "alone": 0.0, "tripwire": 0.0}
    fields = {"stake": stake, "cost": cost, "precision": precision, "reneging": reneging}
    return Guarantor(**(plain | fields | {"strength": strength} | more))


def queue(attacker, defender, steepness, leader, follower):
    """Stake, cost, precision and strength of challenger and protege; the leader is the backstop."""
    stake, cost, precision, strength = attacker
    return Game(
        Challenger(stake, cost, precision, 0.0, 0.0, strength),
        Protege(1.0, *defender),
        Contest(steepness, 1.0),
        (leader, follower),
        ((0,), (1,)),
        0,
        (Mode("attack"),),
    )


LEAVING_IT = queue(
    (1.8, 0.5, 10.0, 4.0), (0.4, 11.0, 2.0), 2.7,
    guarantor(1.3, 0.7, 8.0, 0.1, 7.0), guarantor(1.3, 0.6, 10.0, 0.0, 2.0),
)  # fmt: skip
BOUND = queue(
    (0.8, 0.3, 11.0, 4.0), (0.2, 11.0, 3.0), 2.6,
    guarantor(1.2, 0.7, 12.0, 0.1, 8.0), guarantor(0.4, 0.6, 7.0, 0.1, 3.0),
)  # fmt: skip
LEANING = queue(
    (0.9, 0.5, 11.0, 9.0), (0.5, 9.0, 5.0), 2.8,
    guarantor(1.2, 0.6, 12.0, 0.1, 6.0), guarantor(1.5, 0.5, 7.0, 0.2, 8.0, leans_on={0: 0.2}),
)  # fmt: skip
TOGETHER = queue(
    (1.2, 0.5, 9.0, 9.0), (0.2, 9.0, 4.0), 3.0,
    guarantor(1.0, 0.8, 12.0, 0.2, 8.0), guarantor(0.4, 0.3, 8.0, 0.3, 7.0),
)  # fmt: skip

# name: (the game, what should deter, P(attack) before and after, by how much the leader gives way)
REVERSALS = {
    "a stronger protege": (LEAVING_IT, protege, 0.128, 0.797, 0.3),
    "a follower for whom reneging costs more": (
        LEAVING_IT, lambda game: with_guarantor(game, 1, reneging=0.2), 0.128, 0.665, 0.2,
    ),
    "a follower who is bound at times": (
        BOUND, lambda game: with_guarantor(game, 1, automatic=0.2), 0.195, 0.360, 0.2,
    ),
    "a follower who can do without the leader": (
        LEANING, lambda game: with_guarantor(game, 1, leans_on={0: 0.6}), 0.134, 0.960, 0.7,
    ),
    "a follower for whom going alone costs less": (
        with_guarantor(TOGETHER, 1, alone=0.6), lambda game: with_guarantor(game, 1, alone=0.3),
        0.234, 0.859, 0.4,
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", REVERSALS)
def test_in_some_worlds_what_should_deter_invites_the_attack(name):
    game, change, before, after, way = REVERSALS[name]
    first, then = solve(game), solve(change(game))
    assert first.p_attack[0] == pytest.approx(before, abs=5e-4)
    assert then.p_attack[0] == pytest.approx(after, abs=5e-4)
    # because the leader counts on what was strengthened
    assert first.honour[0, 0] - then.honour[0, 0] > way
    for each, found in ((game, first), (change(game), then)):
        assert oracle.solve(as_tree(each))["attack"] == pytest.approx(found.p_attack[0], abs=1e-9)


@pytest.mark.parametrize("name", REVERSALS)
def test_it_is_not_a_reversal_once_the_leader_is_certain(name):
    """The turn comes from the leader's choice alone, and so goes with it."""
    game, change, *_ = REVERSALS[name]
    sure = with_guarantor(game, 0, automatic=1.0)
    assert solve(change(sure)).p_attack[0] <= solve(sure).p_attack[0] + 1e-12
