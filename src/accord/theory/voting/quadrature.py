"""Power in large weighted votes as an integral, by Gauss-Legendre quadrature.

If every other player joins with chance t, player i turns the outcome with chance
beta_i(t) = P(q - w_i <= X_i < q). The Banzhaf index is beta_i(1/2), the Shapley-Shubik index the
integral of beta_i from 0 to 1, which n/2 nodes of a Gauss-Legendre rule give without error of
their own, since beta_i is a polynomial of degree n - 1 (Owen 1972).

The weight X of all who join is summed with positive additions only. Leaving player i out divides
its generating function by (1 - t) + t x^w_i; the quotient summed from q - w_i to q - 1 is

    1/(1 - t) * sum over k of (-t/(1 - t))^k (P(q - k w_i) - P(q - (k + 1) w_i)),

whose blocks are shares of all sets. Up to t = 1/2 its terms do not grow, so rounding stays near
that of the shares; beyond 1/2 the game is replaced by its dual with the chance 1 - t, which has
the same beta_i. Dividing in the other direction is what multiplies errors until they are all.
"""

from __future__ import annotations

import itertools
import math

import numpy as np
from numpy.typing import NDArray

from accord.theory.voting.games import WeightedGame
from accord.theory.voting.record import VotingPower

__all__ = ["power_by_quadrature", "quadrature_cost"]

FloatArray = NDArray[np.float64]

_ROUNDING = 1e-12
"""Some hundred times what sums of shares lose beside exact counts."""
_HOPELESS = 10**12
"""Beyond, an estimate would only overflow."""
_LEAST_FACTOR = 1e-20
_ROW = 1024


def quadrature_cost(game: WeightedGame) -> tuple[float, float]:
    """About how many seconds and bytes the integral takes."""
    total = sum(game.weights)
    if total > _HOPELESS:
        return math.inf, math.inf
    quotas = (game.quota, max(total - game.quota + 1, 0))
    sums = list(itertools.accumulate(sorted(game.weights)))
    steps = sum(min(reach, quota) for reach in sums for quota in quotas) / 2
    return steps * (_nodes(game) + 1) * 1e-9, 24.0 * max(quotas)


def power_by_quadrature(game: WeightedGame) -> VotingPower:
    """The indices of a weighted game to some twelve decimals, by integrating over the diagonal.

    Parameters
    ----------
    game : WeightedGame
        Time and memory grow with the sum of the weights.

    Returns
    -------
    VotingPower
        Not exact; ``within`` is measured by what the Shapley values fail to sum to.

    References
    ----------
    Owen 1972, "Multilinear extensions of games"; Leech 2003, "Computing power indices for large
    voting games".
    """
    players, total = len(game.weights), sum(game.weights)
    won = 1.0 if total >= game.quota else 0.0
    nodes, shares = np.polynomial.legendre.leggauss(_nodes(game))
    shapley = np.zeros(players)
    for node, share in zip((nodes + 1.0) / 2.0, shares / 2.0, strict=True):
        shapley += share * _turning(game, float(node))
    banzhaf = _turning(game, 0.5)
    gap = abs(float(shapley.sum()) - won)
    assert gap <= 1e-9, f"values miss v(N) - v(0) by {gap}"
    sum_ = float(banzhaf.sum())
    return VotingPower(
        tuple(shapley.tolist()),
        tuple(banzhaf.tolist()),
        tuple((banzhaf / sum_ if sum_ else banzhaf).tolist()),
        "quadrature",
        exact=False,
        within=max(10 * gap, _ROUNDING),
    )


def _nodes(game: WeightedGame) -> int:
    return (len(game.weights) + 1) // 2


def _turning(game: WeightedGame, chance: float) -> FloatArray:
    """For every player, the chance to turn the outcome when others join with a chance."""
    quota = game.quota
    if chance > 0.5:  # the dual
        quota, chance = max(sum(game.weights) - quota + 1, 0), 1.0 - chance
    if not 0 < quota <= sum(game.weights):
        return np.zeros(len(game.weights))
    below = _below(game.weights, quota, chance)
    known = {weight: _turned(below, weight, chance) for weight in set(game.weights)}
    return np.array([known[weight] for weight in game.weights])


def _below(weights: tuple[int, ...], quota: int, chance: float) -> FloatArray:
    """Entry z: the chance that those who join weigh less than z, z = 0..quota."""
    from accord.theory.voting.quadrature_compiled import add_player  # noqa: PLC0415

    now, after = np.empty(quota), np.empty(quota)
    now[0] = 1.0
    last = 0
    for weight in sorted(weights):  # the lightest first: what can be reached stays short
        reach = min(last + weight, quota - 1)
        add_player(now, after, last, reach, min(weight, quota), chance)
        now, after, last = after, now, reach
    now[last + 1 :] = 0.0
    return _running_sums(now)


def _running_sums(shares: FloatArray) -> FloatArray:
    """Sums of the first z entries, z = 0, 1 …, by rows: one long sum would gather rounding."""
    rows = -(-shares.size // _ROW)
    padded = np.zeros(rows * _ROW)
    padded[: shares.size] = shares
    inside = np.cumsum(padded.reshape(rows, _ROW), axis=1)
    inside[1:] += np.cumsum(inside[:-1, -1])[:, None]
    return np.concatenate([[0.0], inside.ravel()[: shares.size]])


def _turned(below: FloatArray, weight: int, chance: float) -> float:
    """The chance that all but a player of some weight stand within it below the quota."""
    if weight == 0:
        return 0.0
    quota = below.size - 1
    ratio = chance / (1.0 - chance)
    blocks = -(-quota // weight)
    if ratio < 1.0:
        blocks = min(blocks, 1 + math.ceil(math.log(_LEAST_FACTOR) / math.log(ratio)))
    number = np.arange(blocks + 1)
    ends = below[np.maximum(quota - number * weight, 0)]
    return float((-ratio) ** number[:-1] @ (ends[:-1] - ends[1:])) / (1.0 - chance)
