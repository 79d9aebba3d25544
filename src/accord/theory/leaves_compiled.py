"""The leaves of the deterrence game: what each set of guarantors that fight is worth, compiled.

Bit p of a leaf's number belongs to the guarantor at place p of the declared order.

    K(S) = k_D + sum_{g in S} k_g prod_{b not in S, g leans on b} eta_gb
    W(S) = logistic(m (ln K(S) + ln theta - ln k_C))
    g in S pays c_g ((1 - beta) + beta k_g / sum_S k) + gamma_g [backstop not in S]
    g not in S pays R_g + T_g

Worlds are the last axis of every array, so that the innermost loops run over them.
"""

from __future__ import annotations

import math

import numba
import numpy as np
from numpy.typing import NDArray

__all__ = ["leaves", "logistic"]

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

# rows of what belongs to a world and to a guarantor
STAKE, COST_OF_WAR, PROTEGE_STAKE, PROTEGE_COST, PROTEGE_PRECISION = range(5)
PROTEGE_STRENGTH, STEEPNESS, ODDS = range(5, 8)
COST, SHARED, PUNISHES, PRECISION, STAYING, AUTOMATIC, ALONE, STRENGTH = range(1, 9)


@numba.njit(cache=True, nogil=True)
def logistic(z: float) -> float:  # pragma: no cover
    """1 / (1 + exp(-z)), accurate in both tails and without overflow."""
    small = math.exp(-abs(z))
    return (1.0 if z >= 0.0 else small) / (1.0 + small)


@numba.njit(cache=True, nogil=True)
def leaves(
    world: Floats, guarantors: Floats, leans: Integers, usable: Floats, backstop: int,
    defeated: Floats, fighting: Floats,
) -> None:  # fmt: skip  # pragma: no cover
    """Work out the leaves of some worlds; they are the same in every mode.

    Parameters
    ----------
    world : ndarray (8, W)
        Stakes and costs of challenger and protege, the protege's precision and strength, m, and
        ln theta - ln k_C.
    guarantors : ndarray (9, n, W)
        By place in the declared order: v, c, beta, h, lambda, R + T, a, gamma, k.
    leans : ndarray (L, 2)
        Pairs of places, who leans on whom.
    usable : ndarray (L, W)
        eta of each pair.
    backstop : int
        Its place, -1 for none.
    defeated : ndarray (2^n, W)
        Written: W(S).
    fighting : ndarray (n, 2^n, W)
        Written where bit p is set: what fighting costs the guarantor at place p.
    """
    total, joint = np.empty(world.shape[1]), np.empty(world.shape[1])
    for leaf in range(defeated.shape[0]):
        _strengths(world, guarantors, leans, usable, leaf, joint, total)
        for w in range(total.size):
            # nobody to defend: the attack is not defeated, however flat the contest
            slope = -np.inf
            if joint[w] > 0.0:
                slope = world[STEEPNESS, w] * (math.log(joint[w]) + world[ODDS, w])
            defeated[leaf, w] = logistic(slope)
        for p in range(guarantors.shape[1]):
            if (leaf >> p) & 1:
                alone = backstop >= 0 and backstop != p and not (leaf >> backstop) & 1
                _prices(guarantors, p, alone, total, fighting[p, leaf])


@numba.njit(cache=True, nogil=True)
def _strengths(
    world: Floats, guarantors: Floats, leans: Integers, usable: Floats, leaf: int, joint: Floats,
    total: Floats,
) -> None:  # fmt: skip  # pragma: no cover
    """Write K(S), and the strength of those in S as if nobody leant on anybody."""
    own = np.empty_like(total)
    for w in range(total.size):
        joint[w], total[w] = world[PROTEGE_STRENGTH, w], 0.0
    for p in range(guarantors.shape[1]):
        if not (leaf >> p) & 1:
            continue
        for w in range(total.size):
            own[w] = guarantors[STRENGTH, p, w]
            total[w] += own[w]
        for pair in range(leans.shape[0]):
            if leans[pair, 0] == p and not (leaf >> leans[pair, 1]) & 1:
                for w in range(total.size):
                    own[w] *= usable[pair, w]
        for w in range(total.size):
            joint[w] += own[w]


@numba.njit(cache=True, nogil=True)
def _prices(
    guarantors: Floats, p: int, alone: bool, total: Floats, prices: Floats
) -> None:  # pragma: no cover
    """Write what fighting costs one guarantor; without any strength in S nothing is shared."""
    for w in range(total.size):
        cost, shared = guarantors[COST, p, w], guarantors[SHARED, p, w]
        share = guarantors[STRENGTH, p, w] / total[w] if total[w] > 0.0 else 0.0
        prices[w] = cost * (1.0 - shared) + cost * shared * share
        if alone:
            prices[w] += guarantors[ALONE, p, w]
