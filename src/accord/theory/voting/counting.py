"""Counting by weight: exact power in weighted votes with a generating function of integers.

Coalitions are counted by weight and by size with prod_i (1 + y x^w_i) in exact integers: the
polynomial in y that belongs to one weight is one Python integer (Kronecker substitution), so
adding a player is one shift and one addition per weight. Leaving player i out divides by
(1 + y x^w_i). With P(z) for what lies below weight z, what lies below z without i is

    P(z) - y P(z - w_i) + y^2 P(z - 2 w_i) - ...

so a player costs at most n additions once all are counted. Floats would lose everything in this
division from about fifty players on; integers lose nothing.

As sizes are counted, votes in which all players weigh the same come free: for each size, a
formula of them and of one uneven set of weights is a threshold on the weight alone.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from math import comb
from typing import TypeAlias

from accord.theory.voting.games import FormulaGame, decided, program_of
from accord.theory.voting.record import VotingPower, power_of_swings

__all__ = ["counting_cost", "power_by_counting"]

Thresholds: TypeAlias = list[int | None]
"""By size, the weight that wins; None where none does."""

_HOPELESS = 10**12
"""Beyond, an estimate would only overflow."""


def counting_cost(game: FormulaGame) -> tuple[float, float]:
    """About how many seconds and bytes counting takes; infinite where it does not apply."""
    weights = _weights(game)
    if weights is None:
        return math.inf, math.inf
    players = len(weights)
    quota = _highest(_smaller(game, weights))
    if quota > _HOPELESS:
        return math.inf, math.inf
    seconds, reach = players**2 * 1e-6, 0
    for number, weight in enumerate(sorted(weights)):
        reach = min(reach + weight, quota)
        size = number * (players + 1) / 8  # of the polynomial at one weight, at most
        seconds += max(reach - weight, 0) * (1e-7 + 0.15e-9 * size)
    return seconds, quota * (players * (players + 1) / 8 + 40.0)


def power_by_counting(game: FormulaGame) -> VotingPower:
    """The exact indices of a formula of votes by counting coalitions by weight and size.

    A game and its dual, in which a set wins when the others cannot win without it, have the same
    indices; the one with the smaller quota is counted.

    Parameters
    ----------
    game : FormulaGame
        Of games that share their weights, and of games in which all weigh the same. Memory grows
        with the quotas, which are not to be large.

    Returns
    -------
    VotingPower

    References
    ----------
    Generating functions: Mann and Shapley 1962; Brams and Affuso 1976.
    """
    weights = _weights(game)
    assert weights is not None
    players = len(weights)
    thresholds = _smaller(game, weights)
    gain = int(thresholds[players] is not None and thresholds[0] != 0)
    digit = players + 1  # counts stay below 2**players, so digits of one more bit never carry
    below = _below(weights, _highest(thresholds), digit)
    swings = {weight: _swings(below, weight, thresholds, digit) for weight in set(weights)}
    return power_of_swings([swings[weight] for weight in weights], gain, "counting by weight")


def _weights(game: FormulaGame) -> tuple[int, ...] | None:
    """The weights that matter beside sizes, None where there are several sets of them."""
    games = [
        game.games[g] for g in sorted({step for step in program_of(game.formula) if step >= 0})
    ]
    uneven = {one.weights for one in games if len(set(one.weights)) > 1}
    if len(uneven) > 1:
        return None
    return uneven.pop() if uneven else games[0].weights


def _smaller(game: FormulaGame, weights: tuple[int, ...]) -> Thresholds:
    """The thresholds of the game or of its dual, whichever reach less high."""
    own, total = _thresholds(game, weights), sum(weights)
    # a set wins in the dual when what it leaves, of n - s players, stays below their threshold
    dual: Thresholds = [
        0 if other is None else total - other + 1 if other else None for other in reversed(own)
    ]
    return min(own, dual, key=_highest)


def _thresholds(game: FormulaGame, weights: tuple[int, ...]) -> Thresholds:
    even = [one.weights != weights for one in game.games]
    total = sum(weights)
    quotas = {one.quota for one, same in zip(game.games, even, strict=True) if not same}
    steps = sorted(quota for quota in {0, *quotas} if quota <= total)

    def wins(size: int, weight: int) -> bool | None:
        known = [
            (size * one.weights[0] if same else weight) >= one.quota
            for one, same in zip(game.games, even, strict=True)
        ]
        return decided(game.formula, known)

    return [
        next((weight for weight in steps if wins(size, weight)), None)
        for size in range(len(weights) + 1)
    ]


def _highest(thresholds: Thresholds) -> int:
    return max((threshold for threshold in thresholds if threshold is not None), default=0)


def _below(weights: Sequence[int], quota: int, digit: int) -> list[int]:
    """Entry z: the coalitions whose weight is below z, z = 0..quota, by size."""
    if quota == 0:
        return [0]
    losing = [1] + [0] * (quota - 1)
    reach = 0
    for weight in sorted(weights):
        reach = min(reach + weight, quota - 1)
        for total in range(reach, weight - 1, -1):
            losing[total] += losing[total - weight] << digit
    for total in range(1, quota):
        losing[total] += losing[total - 1]
    return [0, *losing]


def _swings(below: list[int], weight: int, thresholds: Thresholds, digit: int) -> list[int]:
    """How many losing sets of each size, player left out, win once the player joins."""
    players = len(thresholds) - 1
    known: dict[int, list[int]] = {}

    def losing(size: int, threshold: int | None) -> int:
        """Sets of others of a size below a threshold."""
        if threshold is None:
            return comb(players - 1, size)
        if threshold <= 0:
            return 0
        if threshold not in known:
            known[threshold] = _without(below, threshold, weight, digit)
        return known[threshold][size]

    swings = []
    for size in range(players):
        joined = thresholds[size + 1]
        after = None if joined is None else joined - weight
        swings.append(losing(size, thresholds[size]) - losing(size, after))
    return swings


def _without(below: list[int], threshold: int, weight: int, digit: int) -> list[int]:
    """Sets below a threshold by size, one player of some weight left out."""
    players = digit - 1
    counted, taken = 0, 0
    while taken < players and threshold - taken * weight > 0:
        block = below[threshold - taken * weight] << (digit * taken)
        counted = counted - block if taken & 1 else counted + block
        taken += 1
    # sizes of n and more cannot remain: what stands there is what the series left undone
    counted &= (1 << (digit * players)) - 1
    mask = (1 << digit) - 1
    return [(counted >> (digit * size)) & mask for size in range(players)]
