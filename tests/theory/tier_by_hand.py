"""Guarantors that decide at once, in scalars and by hand; nothing is shared with the kernel.

For games of one tier and one mode whose numbers are floats. Every fixed point of a pair lies on
the curve on which the second answers the first, so a scan of that curve misses none, unless two
lie between neighbouring points of the scan.
"""

from __future__ import annotations

from functools import lru_cache
from itertools import product
from math import exp, prod

STEPS = 500


def choice(precision, gain):
    return 1 / (1 + exp(-precision * gain)) if precision * gain > -700 else 0.0


def defeated(game, fighting):
    """W of a set of guarantors."""
    joint = game.protege.strength
    for g in fighting:
        one = game.guarantors[g]
        joint += one.strength * prod(
            share for other, share in one.leans_on.items() if other not in fighting
        )
    odds = joint * game.contest.defence_advantage / game.challenger.strength
    return odds**game.contest.steepness / (1 + odds**game.contest.steepness)


def payoff(game, g, fighting):
    one = game.guarantors[g]
    value = defeated(game, fighting) * one.stake
    if g not in fighting:
        return value - one.reneging - one.tripwire
    total = sum(game.guarantors[other].strength for other in fighting)
    value -= one.cost * (1 - one.shared_cost + one.shared_cost * one.strength / total)
    alone = game.backstop is not None and game.backstop != g and game.backstop not in fighting
    return value - one.alone * alone


@lru_cache(maxsize=10_000)
def gain(game, g, others):
    """What fighting gains over staying out beside a set of others."""
    return payoff(game, g, others | {g}) - payoff(game, g, others)


def sets_of(game, chances, without=None):
    """Every set of those who may fight, with its chance."""
    free = [g for g in range(len(game.guarantors)) if g != without]
    for joins in product((False, True), repeat=len(free)):
        fighting = frozenset(g for g, each in zip(free, joins, strict=True) if each)
        yield fighting, prod(chances[g] if g in fighting else 1 - chances[g] for g in free)


def answers(game, chances):
    """q = a + (1 - a) sigma(lambda E[D]) of everybody in answer to the others."""
    found = []
    for g, one in enumerate(game.guarantors):
        expected = sum(p * gain(game, g, s) for s, p in sets_of(game, chances, without=g))
        found.append(one.automatic + (1 - one.automatic) * choice(one.precision, expected))
    return tuple(found)


def attack(game, chances):
    """P(attack) where the guarantors fight with these chances."""
    c, d = game.challenger, game.protege
    won = sum(p * defeated(game, s) for s, p in sets_of(game, chances))
    punished = sum(q * one.punishes for q, one in zip(chances, game.guarantors, strict=True))
    resist = choice(d.precision, won * d.stake - d.cost_of_war)
    war = (1 - won) * c.stake - c.cost_of_war - punished
    worth = resist * war + (1 - resist) * c.stake - c.snapback
    return choice(c.precision, worth - c.without_attack)


def fixed_points(game):
    """Those of a pair by rising chance of the first, by sign changes and bisection."""

    def second(first):
        return answers(game, (first, 0.0))[1]

    def missed(first):
        return answers(game, (0.0, second(first)))[0] - first

    found = []
    edges = [step / STEPS for step in range(STEPS + 1)]
    misses = [missed(edge) for edge in edges]
    for step in range(STEPS):
        if misses[step] * misses[step + 1] <= 0:
            first = bisected(missed, edges[step], edges[step + 1])
            found.append((first, second(first)))
    return found


def bisected(function, low, high):
    """Where a function changes its sign."""
    left = function(low)
    for _ in range(60):
        middle = (low + high) / 2
        low, high = (middle, high) if function(middle) * left > 0 else (low, middle)
    return low


def contraction(game):
    """L of a pair: below 1 the fixed point is certainly the only one."""
    one, two = game.guarantors
    rise = [abs(gain(game, g, frozenset({1 - g})) - gain(game, g, frozenset())) for g in range(2)]
    others = max(
        one.precision / 4 * (1 - two.automatic) * rise[0],
        two.precision / 4 * (1 - one.automatic) * rise[1],
    )
    own = max(
        one.precision / 4 * (1 - one.automatic) * rise[0],
        two.precision / 4 * (1 - two.automatic) * rise[1],
    )
    return min(others, own)
