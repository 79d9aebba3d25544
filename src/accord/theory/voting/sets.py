"""Power in games that are listed: minimal winning coalitions, or the worth of every set."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction
from itertools import pairwise
from math import lcm
from typing import Any

import numpy as np
from numpy.typing import NDArray

from accord._errors import ModelError
from accord.theory.voting.drawing import PAIRS, power_by_drawing
from accord.theory.voting.record import (
    VotingPower,
    power_of_size_sums,
    power_of_swings,
    with_null_players,
)

__all__ = ["coalition_power", "worth_power"]

_FEW = 16
"""Players whose sets are listed at once."""
_MOST_IN_TABLE = 24
_MOST_UNIONS = 100_000
_EXACT_IN_WORDS = 1 << 62

Booleans = NDArray[np.bool_]


def coalition_power(
    players: int, winning: Sequence[int], seed: int = 1, pairs: int = PAIRS
) -> VotingPower:
    """The indices of the game in which a set wins iff it holds one of some coalitions.

    The worth is written as a sum of unanimity games over the unions of coalitions, with Harsanyi's
    dividends d_U: then Shapley's value is the sum of d_U / |U| over the unions that hold a player,
    Banzhaf's of d_U / 2^(|U| - 1). Where there are few players, or too many unions, up to 2^24
    sets are listed instead; beyond, orders and sets are drawn.

    Parameters
    ----------
    players : int
    winning : sequence of bitmasks
        At least one, none of them empty; what holds another changes nothing.
    seed : int
        Of the draws, where nothing exact is in reach.
    pairs : int
        How many are drawn.

    Returns
    -------
    VotingPower

    Raises
    ------
    ModelError
        When there is no coalition, or one is empty or names players beyond the last.

    References
    ----------
    Harsanyi 1963, dividends; Shapley 1953; Banzhaf 1965.
    """
    if not winning or min(winning) < 1 or max(winning) >> players:
        raise ModelError("wanted: at least one coalition, each of at least one of the players")
    minimal: list[int] = []
    for coalition in sorted(set(winning), key=lambda one: (one.bit_count(), one)):
        if not any(known & coalition == known for known in minimal):
            minimal.append(coalition)
    named = 0
    for coalition in minimal:
        named |= coalition
    places = [i for i in range(players) if named >> i & 1]
    small = [sum((c >> i & 1) << k for k, i in enumerate(places)) for c in minimal]
    found = _by_dividends(len(places), small) if len(places) > _FEW else None
    if found is None and len(places) <= _MOST_IN_TABLE:
        found = _listed(len(places), small)
    if found is None:
        rule = _CoalitionRule(len(places), small)
        found = power_by_drawing(rule, np.random.default_rng(seed), pairs)
    return with_null_players(found, places, players)


def worth_power(values: Sequence[Fraction | int]) -> VotingPower:
    """The exact indices of any game from the worth of all its sets.

    Parameters
    ----------
    values : sequence of 2**n rational numbers
        v(S) at index S, bit i of which says whether player i is in S.

    Returns
    -------
    VotingPower

    Raises
    ------
    ModelError
        When their number is no power of 2.
    """
    players = len(values).bit_length() - 1
    if len(values) != 1 << max(players, 0):
        raise ModelError(f"a table of 2**n worths is wanted, found {len(values)}")
    scale = lcm(*{value.denominator for value in values})
    whole = [int(value * scale) for value in values]
    exact = max(map(abs, whole)) << players < _EXACT_IN_WORDS
    dtype: Any = np.int64 if exact else np.object_
    worth = np.array(whole, dtype=dtype)
    found = _by_table(players, worth, scale)
    return found if _simple(worth) else replace(found, swings=None)


def _simple(worth: NDArray[np.int64]) -> bool:
    """Whether sets win or lose, and whoever joins a winning set leaves it winning."""
    if not set(worth.tolist()) <= {0, 1}:
        return False
    halves = (worth.reshape(-1, 2, 1 << i) for i in range(worth.size.bit_length() - 1))
    return all(bool((pair[:, 0] <= pair[:, 1]).all()) for pair in halves)


def _listed(players: int, minimal: Sequence[int]) -> VotingPower:
    wins = np.zeros(1 << players, dtype=np.bool_)
    wins[list(minimal)] = True
    for i in range(players):  # whoever joins a winning set leaves it winning
        halves = wins.reshape(-1, 2, 1 << i)
        halves[:, 1] |= halves[:, 0]
    winners = np.flatnonzero(wins)
    sizes = np.bitwise_count(winners)
    totals = np.bincount(sizes, minlength=players + 1)
    containing = [
        np.bincount(sizes[winners >> i & 1 == 1], minlength=players + 1) for i in range(players)
    ]
    return power_of_size_sums(totals.tolist(), [row.tolist() for row in containing], "table")


def _by_table(players: int, worth: NDArray[np.int64], scale: int) -> VotingPower:
    """Sums of worth by size, over all sets and over those that hold each player."""
    every = np.arange(worth.size, dtype=np.int64)
    sizes = np.bitwise_count(every)
    order = np.argsort(sizes, kind="stable")
    every, worth = every[order], worth[order]
    starts = np.searchsorted(sizes[order], np.arange(players + 1))
    totals = np.add.reduceat(worth, starts)
    containing = [np.add.reduceat(worth * (every >> i & 1), starts) for i in range(players)]
    return power_of_size_sums(totals.tolist(), [row.tolist() for row in containing], "table", scale)


def _by_dividends(players: int, minimal: Sequence[int]) -> VotingPower | None:
    """From the dividends of unions, None where there are too many."""
    dividends: dict[int, int] = {}
    for coalition in minimal:
        # v or w = v + w - v w, and a product of unanimity games is that of the union
        joined: dict[int, int] = {coalition: 1}
        for union, dividend in dividends.items():
            whole = union | coalition
            joined[whole] = joined.get(whole, 0) - dividend
        for union, dividend in joined.items():
            dividends[union] = dividends.get(union, 0) + dividend
        dividends = {union: dividend for union, dividend in dividends.items() if dividend}
        if len(dividends) > _MOST_UNIONS:
            return None
    # a unanimity game of u players: each turns the sets of others that hold the u - 1 others
    by_size = [[0] * (players + 1) for _ in range(players)]
    for union, dividend in dividends.items():
        size = union.bit_count()
        for i in range(players):
            if union >> i & 1:
                by_size[i][size] += dividend
    return power_of_swings([_swings(row, players) for row in by_size], 1, "dividends")


def _swings(dividends: list[int], players: int) -> list[int]:
    """Sets of s others that a player turns, from the sums of its dividends by size."""
    pascal = _pascal(players)
    return [
        sum(
            dividends[u] * pascal[players - u][s - u + 1]
            for u in range(1, s + 2)
            if dividends[u] and s - u + 1 <= players - u
        )
        for s in range(players)
    ]


def _pascal(most: int) -> list[list[int]]:
    rows = [[1]]
    for _ in range(most):
        last = rows[-1]
        rows.append([1, *(a + b for a, b in pairwise(last)), 1])
    return rows


class _CoalitionRule:
    """Minimal winning coalitions as a rule for many sets at once."""

    def __init__(self, players: int, minimal: Sequence[int]) -> None:
        self.players = players
        self._holds = np.array(
            [[coalition >> i & 1 for coalition in minimal] for i in range(players)],
            dtype=np.float64,
        )

    def wins(self, members: Booleans) -> Booleans:
        """Which sets (B, n) hold a winning coalition."""
        return np.asarray(((~members).astype(np.float64) @ self._holds == 0).any(axis=1))

    def swings(self, members: Booleans) -> Booleans:
        """Whether each player's change of side (B, n) would change the outcome of each set."""
        missing = (~members).astype(np.float64) @ self._holds
        whole = (missing == 0).astype(np.float64)
        needed = whole @ self._holds.T == whole.sum(axis=1)[:, None]
        lacking = (missing == 1).astype(np.float64) @ self._holds.T > 0
        won = whole.any(axis=1)[:, None]
        return np.asarray(np.where(won, members & needed, ~members & lacking))
