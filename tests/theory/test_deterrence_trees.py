"""The deterrence game against closed forms, limits and its own fixed-point equations."""

from __future__ import annotations

from dataclasses import replace
from math import exp, log

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from random_games import games, random_game, with_challenger, with_guarantor

from accord.theory.deterrence import solve
from accord.theory.game import Challenger, Contest, Game, Guarantor, Protege, restrict


def choice(precision, gain):
    return 1 / (1 + exp(-precision * gain))


def first_world(game):
    return restrict(game, np.array([0]))


def at(value):
    return float(np.asarray(value).ravel()[0])


@given(games(most=0, modes=1))
def test_without_guarantors_the_game_is_signorinos_two_player_tree(game):
    c, d = game.challenger, game.protege
    power = (at(d.strength) * at(game.contest.defence_advantage) / at(c.strength)) ** at(
        game.contest.steepness
    )
    defeated = power / (1 + power)
    resist = choice(at(d.precision), -(1 - defeated) * 1.0 - at(d.cost_of_war) + 1.0)
    war = (1 - defeated) * at(c.stake) - at(c.cost_of_war) - at(c.snapback)
    value = resist * war + (1 - resist) * (at(c.stake) - at(c.snapback))
    attack = choice(at(c.precision), value - at(c.without_attack))
    result = solve(first_world(game))
    assert result.p_attack[0] == pytest.approx(attack, abs=1e-12)
    assert result.p_resist[0] == pytest.approx(resist, abs=1e-12)
    assert result.p_defeated[0] == pytest.approx(defeated, abs=1e-12)
    assert result.attack_value[0] == pytest.approx(value, abs=1e-12)
    assert result.honour.shape == (0, 1)


@given(games(least=1, most=1, modes=1))
def test_with_one_guarantor_the_game_is_signorinos_three_player_tree(game):
    c, d, g = game.challenger, game.protege, game.guarantors[0]

    def defeated(strength):
        odds = log(strength) + log(at(game.contest.defence_advantage)) - log(at(c.strength))
        return 1 / (1 + exp(-at(game.contest.steepness) * odds))

    alone, together = defeated(at(d.strength)), defeated(at(d.strength) + at(g.strength))
    # a single fighter carries the whole shared cost, and the backstop never pays for itself
    fight = together * at(g.stake) - at(g.cost)
    stay = alone * at(g.stake) - at(g.reneging) - at(g.tripwire)
    honour = at(g.automatic) + (1 - at(g.automatic)) * choice(at(g.precision), fight - stay)
    chance = honour * together + (1 - honour) * alone
    resist = choice(at(d.precision), chance - at(d.cost_of_war))
    war = (1 - chance) * at(c.stake) - at(c.cost_of_war) - honour * at(g.punishes)
    value = resist * war + (1 - resist) * at(c.stake) - at(c.snapback)
    result = solve(first_world(game))
    assert result.honour[0, 0] == pytest.approx(honour, abs=1e-12)
    assert result.p_attack[0] == pytest.approx(
        choice(at(c.precision), value - at(c.without_attack)), abs=1e-12
    )


def perfect(game):
    """Backward induction with best replies, two guarantors one after the other."""
    c, d, (g, h) = game.challenger, game.protege, game.guarantors

    def defeated(fights):
        joint = at(d.strength)
        for i, player in enumerate((g, h)):
            if fights[i]:
                share = 1.0 if fights[1 - i] else at(player.leans_on[1 - i])
                joint += at(player.strength) * share
        odds = joint * at(game.contest.defence_advantage) / at(c.strength)
        return odds ** at(game.contest.steepness) / (1 + odds ** at(game.contest.steepness))

    def payoff(i, fights):
        player = (g, h)[i]
        value = defeated(fights) * at(player.stake)
        if not fights[i]:
            return value - at(player.reneging) - at(player.tripwire)
        total = sum(at(each.strength) for each, f in zip((g, h), fights, strict=True) if f)
        shared = at(player.shared_cost)
        value -= at(player.cost) * (1 - shared + shared * at(player.strength) / total)
        return value - (at(player.alone) if i == 1 and not fights[0] else 0.0)

    gaps = []

    def best(options):
        ranked = sorted(options, key=lambda option: option[0], reverse=True)
        gaps.append(ranked[0][0] - ranked[1][0])
        return ranked[0][1]

    def last(first):
        return best([(payoff(1, (first, f)), (first, f)) for f in (False, True)])

    fights = best([(payoff(0, last(f)), last(f)) for f in (False, True)])
    win = defeated(fights)
    resist = best([(win - at(d.cost_of_war), True), (0.0, False)])
    punish = sum(at(each.punishes) for each, f in zip((g, h), fights, strict=True) if f)
    war = (1 - win) * at(c.stake) - at(c.cost_of_war) - punish
    attack_value = (war if resist else at(c.stake)) - at(c.snapback)
    attack = best([(attack_value, 1.0), (at(c.without_attack), 0.0)])
    return attack, fights, resist, min(gaps)


@given(st.integers(0, 2**32 - 1))
def test_endless_precision_is_subgame_perfection(seed):
    game = first_world(random_game(seed, 2, ((0,), (1,)), modes=1))
    game = with_challenger(game, precision=1e6)
    game = replace(game, protege=replace(game.protege, precision=1e6))
    for g in (0, 1):
        game = with_guarantor(game, g, precision=1e6, automatic=0.0)
    attack, fights, resist, gap = perfect(game)
    assume(gap > 1e-4)
    result = solve(game)
    assert result.p_attack[0] == pytest.approx(attack, abs=1e-9)
    assert result.honour[:, 0] == pytest.approx([float(f) for f in fights], abs=1e-9)
    assert result.p_resist[0] == pytest.approx(float(resist), abs=1e-9)


def two_at_once(strength=6.0, eta=0.2, precision=40.0, alone=0.0, stake=1.0, cost=0.3):
    """Two alike who decide at once: complements by leaning on each other."""

    def guarantor(other):
        return Guarantor(
            stake, cost, 0.0, 0.0, precision, 0.0, 0.0, alone, 0.0, strength, {other: eta}
        )

    return Game(
        Challenger(1.0, 0.2, 5.0, 0.1, 0.0, 10.0),
        Protege(1.0, 0.2, 5.0, 2.0),
        Contest(2.0, 1.0),
        (guarantor(1), guarantor(0)),
        ((0, 1),),
    )


def test_partners_who_need_each_other_either_both_go_or_both_wait():
    game = two_at_once()
    waits, goes = solve(game, goes=False), solve(game, goes=True)
    assert goes.honour[0, 0] > 0.9
    assert waits.honour[0, 0] < 0.1
    assert not waits.unique[0]
    assert waits.coordination[0]
    assert waits.low[0] == goes.p_attack[0] < waits.p_attack[0] == waits.high[0]
    mixed = solve(game, goes=np.array([True, False, True]))
    assert mixed.p_attack.tolist() == [goes.p_attack[0], waits.p_attack[0], goes.p_attack[0]]


def test_rivals_in_restraint_have_solutions_in_which_only_one_goes():
    # one is enough to win: each would rather leave it to the other
    game = two_at_once(strength=30.0, eta=1.0, precision=60.0, cost=0.25, stake=0.5)
    result = solve(game)
    assert not result.unique[0]
    assert result.coordination[0]
    assert result.honour[0, 0] == pytest.approx(result.honour[1, 0], abs=1e-9)


@given(games(least=2, most=2), st.booleans())
def test_chances_of_those_who_decide_at_once_answer_one_another(game, goes):
    game = replace(game, tiers=((0, 1),), modes=game.modes[:1])
    result = solve(game, goes=goes)
    c, d = game.challenger, game.protege
    for g, other in ((0, 1), (1, 0)):
        own, partner = game.guarantors[g], game.guarantors[other]

        def defeated(mine, theirs, own=own, partner=partner, g=g, other=other):
            joint = d.strength + own.strength * mine * (1 if theirs else own.leans_on[other])
            joint = joint + partner.strength * theirs * (1 if mine else partner.leans_on[g])
            power = (joint * game.contest.defence_advantage / c.strength) ** (
                game.contest.steepness
            )
            return power / (1 + power)

        def cost(theirs, own=own, partner=partner, g=g):
            total = own.strength + partner.strength * theirs
            shared = 1 - own.shared_cost + own.shared_cost * own.strength / total
            return own.cost * shared + own.alone * (g == 1 and not theirs)

        gain = 0.0
        for theirs, weight in ((1, result.honour[other]), (0, 1 - result.honour[other])):
            rise = defeated(1, theirs) - defeated(0, theirs)
            gain = gain + weight * (rise * own.stake - cost(theirs))
        gain = gain + own.reneging + own.tripwire
        answer = own.automatic + (1 - own.automatic) / (1 + np.exp(-own.precision * gain))
        assert np.allclose(result.honour[g], answer, atol=1e-9)


def test_forces_of_no_strength_lose_and_share_nothing():
    nobody = Guarantor(1.0, 0.2, 0.5, 0.0, 5.0, 0.0, 0.0, 0.0, 0.0, 0.0)
    game = Game(
        Challenger(1.0, 0.2, 5.0, 0.1, 0.0, 10.0),
        Protege(1.0, 0.2, 5.0, 0.0),
        Contest(np.array([2.0, 0.0]), 1.0),
        (nobody,),
        ((0,),),
    )
    result = solve(game)
    assert result.p_defeated.tolist() == [0.0, 0.0]
    # shares are 0 when nobody brings strength: only the part of the cost that is not shared
    assert result.honour[0, 0] == pytest.approx(choice(5.0, -0.2 * 0.5))
