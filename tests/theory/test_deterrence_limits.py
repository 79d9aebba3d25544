"""The deterrence game against Signorino's outcome formulas and against best replies."""

from __future__ import annotations

from dataclasses import replace
from math import exp

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from random_games import WORLDS, games, random_game, with_challenger, with_guarantor
from test_deterrence_oracle import as_tree

from accord.theory.deterrence import solve
from accord.theory.game import restrict
from oracles.war import war_payoffs


def first_world(game):
    return restrict(game, np.array([0]))


def shares(*utilities):
    """p of every action: exp(u) over the sum, utilities in units of their disturbance."""
    powers = [exp(utility) for utility in utilities]
    return [power / sum(powers) for power in powers]


def utilities(game, joined):
    """Of challenger, protege and the only guarantor, each times its precision, by outcome."""
    tree = as_tree(game)
    war = war_payoffs(tree, tree["guarantors"], {}, frozenset(joined))
    c, d = tree["challenger"], tree["protege"]
    return (
        c["precision"] * war["challenger"],
        d["precision"] * war["protege"],
        *(one["precision"] * war[g] for g, one in tree["guarantors"].items()),
    )


@given(games(most=0, modes=1))
def test_outcomes_of_two_players(game):
    """Signorino 1999, crisis model; numbered as in egame12 of Signorino and Kenkel (games, R).

    1: the first stays (outcome 1) or moves; 2: the second gives in (3) or resists (4).
    p4 = e^u24 / (e^u23 + e^u24), p2 = e^(p3 u13 + p4 u14) / (e^u11 + e^(p3 u13 + p4 u14)).
    """
    game = first_world(game)
    c, d = as_tree(game)["challenger"], as_tree(game)["protege"]
    u11 = c["precision"] * c["without_attack"]
    u13 = c["precision"] * (c["stake"] - c["snapback"])
    u23 = -d["precision"] * d["stake"]
    u14, u24 = utilities(game, [])
    p3, p4 = shares(u23, u24)
    p1, p2 = shares(u11, p3 * u13 + p4 * u14)
    found = solve(game)
    attack, resist = found.p_attack[0], found.p_resist[0]
    outcomes = [1 - attack, attack * (1 - resist), attack * resist]
    assert outcomes == pytest.approx([p1, p2 * p3, p2 * p4], abs=1e-12)


@given(games(least=1, most=1, modes=1))
def test_outcomes_of_three_players(game):
    """Signorino 1999; numbered as in egame123 of Signorino and Kenkel (games, R).

    As with two, and 4: the third stays out (outcome 5) or fights (6).
    p6 = e^u36 / (e^u35 + e^u36), p4 = e^(p5 u25 + p6 u26) / (e^u23 + e^(p5 u25 + p6 u26)),
    p2 = e^(p3 u13 + p4 (p5 u15 + p6 u16)) / (e^u11 + e^(...)).
    """
    game = with_guarantor(first_world(game), 0, automatic=0.0)
    c, d = as_tree(game)["challenger"], as_tree(game)["protege"]
    u11 = c["precision"] * c["without_attack"]
    u13 = c["precision"] * (c["stake"] - c["snapback"])
    u23 = -d["precision"] * d["stake"]
    u15, u25, u35 = utilities(game, [])
    u16, u26, u36 = utilities(game, [0])
    p5, p6 = shares(u35, u36)
    p3, p4 = shares(u23, p5 * u25 + p6 * u26)
    p1, p2 = shares(u11, p3 * u13 + p4 * (p5 * u15 + p6 * u16))
    found = solve(game)
    attack, resist, joins = found.p_attack[0], found.p_resist[0], found.honour[0, 0]
    outcomes = [1 - attack, attack * (1 - resist),
                attack * resist * (1 - joins), attack * resist * joins]  # fmt: skip
    expected = [p1, p2 * p3, p2 * p4 * p5, p2 * p4 * p6]
    assert outcomes == pytest.approx(expected, abs=1e-12)
    assert sum(outcomes) == pytest.approx(1, abs=1e-12)


class Perfect:
    """Backward induction with best replies in a queue, chance binding some beforehand."""

    def __init__(self, tree):
        self.tree = tree
        self.gaps = []

    def best(self, options):
        """The better of (own payoff, what follows)."""
        ranked = sorted(options, key=lambda option: option[0], reverse=True)
        self.gaps.append(ranked[0][0] - ranked[1][0])
        return ranked[0][1]

    def war(self, mode, waiting, joined):
        """{set of fighters: chance} once those waiting have decided."""
        if not waiting:
            return {joined: 1.0}
        g, rest = waiting[0], waiting[1:]
        fights, stays = (self.war(mode, rest, s) for s in (joined | {g}, joined))
        choice = self.best([(self.worth(mode, sets, g), sets) for sets in (fights, stays)])
        bound = self.tree["guarantors"][g]["automatic"] * mode["automatic"]
        mixed = {s: (1 - bound) * chance for s, chance in choice.items()}
        for s, chance in fights.items():
            mixed[s] = mixed.get(s, 0.0) + bound * chance
        return mixed

    def worth(self, mode, sets, player):
        guarantors = self.tree["guarantors"]
        return sum(
            chance * war_payoffs(self.tree, guarantors, mode, s)[player]
            for s, chance in sets.items()
        )

    def solved(self):
        """(mode of the attack or None, its worth, in the first mode: resists, honour)."""
        tree, told = self.tree, []
        c, d = tree["challenger"], tree["protege"]
        queue = [g for (g,) in tree["tiers"]]
        for name, mode in tree["modes"].items():
            sets = self.war(mode, queue, frozenset())
            conceded = (-d["stake"] * mode["stake"], False)
            resists = self.best([(self.worth(mode, sets, "protege"), True), conceded])
            gained = c["stake"] * mode["stake"] - c["snapback"]
            value = self.worth(mode, sets, "challenger") if resists else gained
            told.append((value, name, resists, sets))
        chosen = self.best([(c["without_attack"], None), *((v, m) for v, m, *_ in told)])
        honour = [sum(p for s, p in told[0][3].items() if g in s) for g in tree["guarantors"]]
        return chosen, max(value for value, *_ in told), told[0][2], honour


def precisely(game, precision=1e7):
    game = with_challenger(game, precision=precision)
    game = replace(game, protege=replace(game.protege, precision=precision))
    for g in range(len(game.guarantors)):
        game = with_guarantor(game, g, precision=precision)
    return game


QUEUES = [(), ((0,),), ((1,), (0,)), ((2,), (0,), (1,)), ((0,), (3,), (1,), (2,))]


@pytest.mark.parametrize("order", QUEUES, ids=len)
@pytest.mark.parametrize("bound", [True, False], ids=["bound at times", "free"])
def test_endless_precision_is_subgame_perfection_in_modes_and_among_those_who_lean(order, bound):
    """Hundreds of random games with two modes, a backstop, and each leaning on the next."""
    compared = 0
    for seed in range(10):
        several = precisely(random_game(seed, len(order), order))
        for g in range(0 if bound else len(order)):
            several = with_guarantor(several, g, automatic=0.0)
        for world in range(WORLDS):
            game = restrict(several, np.array([world]))
            perfect = Perfect(as_tree(game))
            mode, worth, resists, honour = perfect.solved()
            if min(perfect.gaps) < 1e-4:
                continue
            compared += 1
            found = solve(game)
            for name, chance in found.modes.items():
                assert chance[0] == pytest.approx(float(name == (mode or "none")), abs=1e-9)
            assert found.attack_value[0] == pytest.approx(worth, abs=1e-6)
            assert found.p_resist[0] == pytest.approx(float(resists), abs=1e-9)
            assert found.honour[:, 0] == pytest.approx(honour, abs=1e-9)
    assert compared > 60


@given(st.integers(0, 2**32 - 1))
def test_a_mode_is_chosen_with_odds_of_its_worth(seed):
    """P(mode | attack) in the ratio exp(lambda U): two games of one mode each say what U is."""
    both = random_game(seed, 2, ((0,), (1,)))
    alone = [solve(replace(both, modes=(mode,))).attack_value for mode in both.modes]
    found = solve(both)
    odds = np.exp(both.challenger.precision * (alone[0] - alone[1]))
    full, probe = found.modes["full"], found.modes["probe"]
    assert np.allclose(full, odds * probe, rtol=1e-9, atol=1e-14)
    mean = np.exp(both.challenger.precision * np.array(alone)).mean(axis=0)
    assert np.allclose(found.attack_value, np.log(mean) / both.challenger.precision, atol=1e-10)
