"""What a computation of power finds, and exact power from sums of worth by size."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import factorial
from typing import Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray

__all__ = ["Errors", "Method", "Value", "VotingPower", "power_of_size_sums", "power_of_swings"]
__all__ += ["with_null_players"]

Value: TypeAlias = Fraction | float
Method = Literal[
    "counting by weight",
    "two halves",
    "states",
    "quadrature",
    "dividends",
    "table",
    "sampling",
]


@dataclass(frozen=True, slots=True)
class Errors:
    """How far estimates may be off, one value a player: standard errors or bounds."""

    shapley_shubik: tuple[float, ...]
    banzhaf: tuple[float, ...]
    banzhaf_shares: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class VotingPower:
    """Power of the players of one game.

    Attributes
    ----------
    shapley_shubik : tuple of n Fraction, or of float where not exact
        Share of orders in which each player is pivotal; they sum to v(N) - v(empty).
    banzhaf : tuple of n Fraction or float
        The absolute index: the mean of what a player adds over all sets of others.
    banzhaf_shares : tuple of n Fraction or float, or None
        The index divided by its sum: all 0 where nobody ever swings, None where values that are
        not all 0 sum to 0.
    method : str
    swings : tuple of n int, or None
        Sets of others that each player turns from losing to winning; None where not counted.
    exact : bool
        Whether every index is the exact number.
    standard_errors : Errors, optional
        From the spread of drawn orders and sets; None where nothing was drawn.
    within : float, optional
        How far an index may be off where it was neither exact nor drawn.
    """

    shapley_shubik: tuple[Value, ...]
    banzhaf: tuple[Value, ...]
    banzhaf_shares: tuple[Value, ...] | None
    method: Method
    swings: tuple[int, ...] | None = None
    exact: bool = True
    standard_errors: Errors | None = None
    within: float | None = None


def power_of_swings(
    swings: Sequence[Sequence[int]], gain: int, method: Method, scale: int = 1
) -> VotingPower:
    """Exact indices from what each player adds to the sets of others, summed by their size.

    Parameters
    ----------
    swings : sequence of n sequences of n integers
        Entry [i][s]: sum of v(S + i) - v(S) over the sets S of s others; in a simple game, the
        number of those that i turns from losing to winning.
    gain : int
        v(N) - v(empty), which the Shapley values must sum to.
    method : str
    scale : int
        What the worths were multiplied by to become integers.

    Returns
    -------
    VotingPower

    References
    ----------
    Shapley 1953; Shapley and Shubik 1954; Banzhaf 1965.
    """
    players = len(swings)
    orders = [factorial(s) * factorial(players - s - 1) for s in range(players)]
    known: dict[tuple[int, ...], tuple[Fraction, int]] = {}
    for counts in map(tuple, swings):
        if counts not in known:  # players who can change places cost one computation
            pivots = sum(order * count for order, count in zip(orders, counts, strict=True))
            share = Fraction(pivots, factorial(players) * scale)
            known[counts] = share, sum(counts)
    found = [known[tuple(counts)] for counts in swings]
    shapley = tuple(share for share, _ in found)
    assert sum(shapley) == Fraction(gain, scale)
    sums = tuple(number for _, number in found)
    banzhaf = tuple(Fraction(number, scale << max(players - 1, 0)) for number in sums)
    total = sum(sums)
    shares: tuple[Fraction, ...] | None = None
    if total or not any(sums):
        shares = tuple(Fraction(number, total) if total else Fraction(0) for number in sums)
    return VotingPower(shapley, banzhaf, shares, method, sums if scale == 1 else None)


def power_of_size_sums(
    totals: Sequence[int],
    containing: Sequence[Sequence[int]] | NDArray[np.int64],
    method: Method,
    scale: int = 1,
) -> VotingPower:
    """Exact indices from the worth of all sets of a size, and of those that contain a player.

    Parameters
    ----------
    totals : sequence of n + 1 integers
        Sum of v(S) over the sets of s players: in a simple game, how many of them win.
    containing : sequence of n sequences of n + 1 integers
        The same over the sets that contain player i.
    method : str
    scale : int
        What the worths were multiplied by to become integers.

    Returns
    -------
    VotingPower
    """
    total = [int(number) for number in totals]
    swings = []
    for row in containing:
        own = [int(number) for number in row]
        swings.append([own[s + 1] - (total[s] - own[s]) for s in range(len(total) - 1)])
    return power_of_swings(swings, total[-1] - total[0], method, scale)


def with_null_players(power: VotingPower, places: Sequence[int], players: int) -> VotingPower:
    """The power in a game to which players who never matter are added.

    Parameters
    ----------
    power : VotingPower
        Of the players that matter.
    places : sequence of int
        Where each of them stands among all.
    players : int
    """
    if players == len(places):
        return power
    more = players - len(places)

    def spread(values: Sequence[Value] | None) -> tuple[Value, ...] | None:
        if values is None:
            return None
        nothing: Value = Fraction(0) if power.exact else 0.0
        known = dict(zip(places, values, strict=True))
        return tuple(known.get(i, nothing) for i in range(players))

    def spread_errors(errors: Errors | None) -> Errors | None:
        if errors is None:
            return None
        rows = (errors.shapley_shubik, errors.banzhaf, errors.banzhaf_shares)
        return Errors(*(tuple(map(float, spread(row) or ())) for row in rows))

    swings = None
    if power.swings is not None:  # every set of others now comes once with each set of them
        counted = dict(zip(places, power.swings, strict=True))
        swings = tuple(counted.get(i, 0) << more for i in range(players))
    return VotingPower(
        spread(power.shapley_shubik) or (),
        spread(power.banzhaf) or (),
        spread(power.banzhaf_shares),
        power.method,
        swings,
        power.exact,
        spread_errors(power.standard_errors),
        power.within,
    )
