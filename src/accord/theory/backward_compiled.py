"""Steps of the backward fold over the leaves of the deterrence game, compiled.

The last mover chooses between the two halves of every array over leaves, so folding it away is
arithmetic between them. What is folded: the chance W(S) that the attack is defeated, what
fighting costs each guarantor still to decide, and how much the later ones will punish. Every
guarantor decides by the difference of its continuation values (agent quantal response: McKelvey
and Palfrey 1998; in international relations Signorino 1999).

Worlds do not touch, and each is worked out in one fixed order, so that its digits depend neither
on its company nor on threads. Layout as in :mod:`accord.theory.leaves_compiled`: guarantors by
their place in the declared order, worlds last. Arrays that most steps share:

- ``mode`` (4, W): multipliers of stakes, costs of war, automatic entry and guarantors' stakes
- ``rest`` (2, 2^n, W): what is left of W(S) and of the punishment once later movers are folded
- ``costs`` (n, 2^n, W): what is left of the costs of fighting
- ``chances`` (n, 2^n, W): the chance of fighting at each node before the mover's tier
"""

from __future__ import annotations

import numba
import numpy as np
from numpy.typing import NDArray

from accord.theory.leaves_compiled import (
    AUTOMATIC,
    COST_OF_WAR,
    PRECISION,
    PROTEGE_COST,
    PROTEGE_PRECISION,
    PROTEGE_STAKE,
    PUNISHES,
    STAKE,
    STAYING,
    logistic,
)
from accord.theory.pair_tiers_compiled import MIDDLE, NEAREST
from accord.theory.tiers_compiled import settle

__all__ = ["average", "decide_alone", "decide_at_once", "told", "value_of_attack"]

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]
Booleans = NDArray[np.bool_]
Bytes = NDArray[np.int8]

MODE_STAKE, MODE_COST, MODE_AUTOMATIC, MODE_GUARANTOR_STAKE = range(4)
PARTS = (0.0, 2.0, 1.0)  # halves of the way from being bound to certainty, by where one begins


@numba.njit(cache=True, nogil=True)
def decide_alone(
    guarantors: Floats, mode: Floats, p: int, surely: bool, rest: Floats, costs: Floats,
    chances: Floats,
) -> None:  # fmt: skip  # pragma: no cover
    """Write the chance of a guarantor that moves by itself, at every node before it.

    ``surely``: whether it is bound in any case.
    """
    gain = np.empty(mode.shape[1])
    for node in range(1 << p):
        within = node | (1 << p)
        for w in range(gain.size):
            stake = guarantors[STAKE, p, w] * mode[MODE_GUARANTOR_STAKE, w]
            gain[w] = stake * (rest[0, within, w] - rest[0, node, w])
            gain[w] -= costs[p, within, w] - guarantors[STAYING, p, w]
        for w in range(gain.size):
            choice = logistic(guarantors[PRECISION, p, w] * gain[w])
            bound = guarantors[AUTOMATIC, p, w] * mode[MODE_AUTOMATIC, w]
            if surely:
                bound = 1.0
            chances[p, node, w] = bound + (1.0 - bound) * choice


@numba.njit(cache=True, nogil=True)
def decide_at_once(
    guarantors: Floats, mode: Floats, members: Integers, begin: int, surely: Booleans,
    starts: Bytes, rest: Floats, costs: Floats, chances: Floats, unique: Booleans,
    complements: Booleans,
) -> float:  # fmt: skip  # pragma: no cover
    """Write the chances of those who move at once, at every node before them, world by world.

    Parameters
    ----------
    guarantors, mode, rest, costs, chances
        See the head of this module.
    members : ndarray (t,)
        Places of those of the tier who are present.
    begin : int
        The place at which the tier begins.
    surely : ndarray (t,)
        Who is bound in any case.
    starts : ndarray (t, W)
        Where each begins: 0 at its chance of being bound, 1 at 1, 2 in the middle.
    unique, complements : ndarray (W,)
        Made false where the solution is not certified, or not free of substitutes.

    Returns
    -------
    float
        By how much the largest answer misses.
    """
    size, worst = members.size, 0.0
    gains, scratch = np.empty((size, 1 << (size - 1))), np.empty((4, 1 << size))
    bound, precision, found = np.empty(size), np.empty(size), np.empty(size)
    for node in range(1 << begin):
        for w in range(unique.size):
            _gains(guarantors, mode, members, node, w, rest[0], costs, gains)
            for i in range(size):
                p = members[i]
                bound[i] = guarantors[AUTOMATIC, p, w] * mode[MODE_AUTOMATIC, w]
                if surely[i]:
                    bound[i] = 1.0
                precision[i] = guarantors[PRECISION, p, w]
                found[i] = bound[i] + 0.5 * (1.0 - bound[i]) * PARTS[starts[i, w]]
            choice = _choice(starts[:, w])
            missed, only, rising = settle(gains, bound, precision, found, choice, scratch)
            worst = max(worst, missed)
            unique[w] &= only
            complements[w] &= rising
            for i in range(size):
                chances[members[i], node, w] = found[i]
    return worst


@numba.njit(cache=True, nogil=True)
def _choice(starts: Bytes) -> int:  # pragma: no cover
    """Which solution is wanted when each begins where it does, see ``settle``."""
    for i in range(1, starts.size):
        if starts[i] != starts[0]:
            return NEAREST
    return MIDDLE if starts[0] == 2 else starts[0]


@numba.njit(cache=True, nogil=True)
def _gains(
    guarantors: Floats, mode: Floats, members: Integers, node: int, w: int, defeated: Floats,
    costs: Floats, gains: Floats,
) -> None:  # fmt: skip  # pragma: no cover
    """What fighting gains each member over staying out, by which others of the tier fight."""
    for i in range(members.size):
        p = members[i]
        stake = guarantors[STAKE, p, w] * mode[MODE_GUARANTOR_STAKE, w]
        for m in range(gains.shape[1]):
            without = node
            for k in range(members.size - 1):
                if (m >> k) & 1:
                    without |= 1 << members[k if k < i else k + 1]
            within = without | (1 << p)
            gain = stake * (defeated[within, w] - defeated[without, w])
            gains[i, m] = gain - (costs[p, within, w] - guarantors[STAYING, p, w])


@numba.njit(cache=True, nogil=True)
def average(
    guarantors: Floats, p: int, begin: int, rest: Floats, costs: Floats, chances: Floats
) -> None:  # pragma: no cover
    """Take the mean over what the guarantor at place p does, whose tier begins at a place."""
    half, mask = 1 << p, (1 << begin) - 1
    for node in range(half):
        chance = chances[p, node & mask]
        for w in range(chance.size):
            out = rest[0, node, w]
            rest[0, node, w] = out + chance[w] * (rest[0, node + half, w] - out)
            out = rest[1, node, w]
            inside = rest[1, node + half, w] + guarantors[PUNISHES, p, w]
            rest[1, node, w] = out + chance[w] * (inside - out)
        for earlier in range(begin):
            if (node >> earlier) & 1:
                for w in range(chance.size):
                    out = costs[earlier, node, w]
                    inside = costs[earlier, node + half, w]
                    costs[earlier, node, w] = out + chance[w] * (inside - out)


@numba.njit(cache=True, nogil=True)
def value_of_attack(
    world: Floats, mode: Floats, rest: Floats, resist: Floats, value: Floats
) -> None:  # pragma: no cover
    """Write the chance that the protege resists, and what the attack is worth before snap-back.

    To resist gains the protege W v_D and costs it c_D. ``resist`` and ``value``: (W,).
    """
    for w in range(value.size):
        defeated, punished = rest[0, 0, w], rest[1, 0, w]
        factor, costs = mode[MODE_STAKE, w], mode[MODE_COST, w]
        gain = defeated * (world[PROTEGE_STAKE, w] * factor) - world[PROTEGE_COST, w] * costs
        resist[w] = logistic(world[PROTEGE_PRECISION, w] * gain)
        stake = world[STAKE, w] * factor
        war = (1.0 - defeated) * stake - world[COST_OF_WAR, w] * costs - punished
        value[w] = resist[w] * war + (1.0 - resist[w]) * stake


@numba.njit(cache=True, nogil=True)
def told(chances: Floats, tiers: Integers) -> Floats:  # pragma: no cover
    """The chance that each guarantor fights (n, W), from the first mover on.

    ``tiers`` (T + 1,): places at which tiers begin, and n.
    """
    fights = np.zeros((chances.shape[0], chances.shape[2]))
    reach = np.ones(chances.shape[1:])
    for tier in range(tiers.size - 1):
        mask = (1 << tiers[tier]) - 1
        for p in range(tiers[tier], tiers[tier + 1]):
            half = 1 << p
            for node in range(half):
                chance = chances[p, node & mask]
                for w in range(chance.size):
                    joined = reach[node, w] * chance[w]
                    reach[node + half, w] = joined
                    reach[node, w] -= joined
                    fights[p, w] += joined
    return fights
