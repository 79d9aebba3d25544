"""Who carries a coalition: Shapley and Banzhaf values, from a table, from draws, from votes.

A game on n players gives every set S of players a worth v(S); a set is a bitmask, bit i for
player i. The Shapley value (Shapley 1953; Shapley and Shubik 1954) is a player's mean marginal
contribution over all orders, the Banzhaf value (Banzhaf 1965) over all sets of others.

From a table, all n values take O(2^n) together: with a_s = 1/(s C(n,s)), b_s = 1/((n-s) C(n,s)),
D_S = (a_|S| + b_|S|) v(S) and B = sum of b_|S| v(S), player i gets

    phi_i = sum of D_S over the sets S that contain i, minus B,

and those n sums come from folding the table in half once per player.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from math import comb
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from accord._errors import ModelError

__all__ = [
    "PermutationEstimate",
    "banzhaf_from_table",
    "powers_from_table",
    "shapley_by_permutations",
    "shapley_from_table",
]

FloatArray: TypeAlias = NDArray[np.float64]

_LOW_PLAYERS = 10  # a row of 2**10 doubles, its weights and its columns stay in the cache
_MOST_PLAIN_ROWS = 16  # beyond, compiled code is worth loading
_ROUNDING = 1e-9  # of the largest absolute worth: what summation may lose


@dataclass(frozen=True, slots=True, eq=False)
class PermutationEstimate:
    """Shapley values estimated from drawn orders.

    Attributes
    ----------
    values : float array (n,)
        They sum to v(N) - v(empty).
    standard_errors : float array (n,)
        From the spread over antithetic pairs.
    pairs : int
        Orders drawn, each used forwards and backwards.
    coalitions : int
        Distinct coalitions whose worth was computed.
    """

    values: FloatArray
    standard_errors: FloatArray
    pairs: int
    coalitions: int


def powers_from_table(values: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Shapley and Banzhaf value of every player from the worth of all 2^n sets, in one pass.

    The table is cut into rows of at most 2^10 sets. Columns are summed by the size of what the
    row adds, which yields all that is asked of low players; of each row two sums are kept, which
    are folded for the high players.

    Parameters
    ----------
    values : float array (2**n,)
        v(S) at index S, bit i of which says whether player i is in S.

    Returns
    -------
    shapley : float array (n,), summing to v(N) - v(empty)
    banzhaf : float array (n,)
        The mean of v(S + i) - v(S) over all S without i.

    Raises
    ------
    ModelError
        When the number of worths is no power of 2.

    References
    ----------
    Shapley 1953; Banzhaf 1965; the weights are split into one term per set.
    """
    worth, players = _table(values)
    if players == 0:
        return np.zeros(0), np.zeros(0)
    low = min(players, _LOW_PLAYERS)
    high = players - low
    inside, outside = _size_weights(players)
    sizes = np.add.outer(np.arange(high + 1), np.bitwise_count(np.arange(1 << low)))
    weights = (inside + outside)[sizes]
    columns, weighted, plain = _row_sums(worth.reshape(1 << high, 1 << low), weights)
    shared = float((columns * outside[sizes]).sum())
    shapley = np.concatenate([_sums_with((columns * weights).sum(axis=0)), _sums_with(weighted)])
    shapley -= shared
    _assert_efficient(shapley, worth)
    total = float(plain.sum())
    sums = np.concatenate([_sums_with(columns.sum(axis=0)), _sums_with(plain)])
    return shapley, (2.0 * sums - total) / (1 << (players - 1))


def shapley_from_table(values: FloatArray) -> FloatArray:
    """The Shapley value of every player from the worth of all 2^n sets.

    Parameters
    ----------
    values : float array (2**n,)
        v(S) at index S, bit i of which says whether player i is in S.

    Returns
    -------
    float array (n,), summing to v(N) - v(empty)

    References
    ----------
    Shapley 1953, "A value for n-person games".
    """
    return powers_from_table(values)[0]


def banzhaf_from_table(values: FloatArray) -> FloatArray:
    """The Banzhaf value of every player: the mean of v(S + i) - v(S) over all S without i.

    Parameters
    ----------
    values : float array (2**n,)

    Returns
    -------
    float array (n,); for a simple game, the share of sets of others in which i is decisive

    References
    ----------
    Banzhaf 1965; Owen 1972: the multilinear extension's derivatives at 1/2.
    """
    return powers_from_table(values)[1]


def shapley_by_permutations(
    value: Callable[[int], float],
    players: int,
    pairs: int,
    generator: np.random.Generator,
    many: Callable[[Sequence[int]], Iterable[float]] | None = None,
) -> PermutationEstimate:
    """Estimate Shapley values from orders drawn in antithetic pairs.

    Each drawn order is also walked backwards: a player that came early then comes late, which
    cancels most of what the order alone decides (Mitchell et al. 2022). Every walk telescopes,
    so the values always sum to v(N) - v(empty).

    Parameters
    ----------
    value : function of a bitmask
        Called once per coalition.
    players : int
    pairs : int
        At least 2, or there is no standard error.
    generator : numpy Generator
    many : function of a sequence of bitmasks, optional
        The worths of several coalitions at once, where that is cheaper than one by one.

    Returns
    -------
    PermutationEstimate
    """
    if pairs < 2:
        raise ModelError(f"at least 2 pairs of orders are needed, found {pairs}")
    known: dict[int, float] = {}

    def worth(coalition: int) -> float:
        if coalition not in known:
            known[coalition] = float(value(coalition))
        return known[coalition]

    gains = np.empty((pairs, players))
    for pair in range(pairs):
        order = generator.permutation(players).tolist()
        if many is not None:
            fresh = [c for c in _prefixes(order) + _prefixes(order[::-1]) if c not in known]
            known.update(zip(fresh, map(float, many(fresh)), strict=True))
        gains[pair] = (_walk(worth, order) + _walk(worth, order[::-1])) / 2.0
    values = gains.mean(axis=0)
    everybody = (1 << players) - 1
    scale = max(abs(each) for each in known.values()) if known else 0.0
    gap = abs(values.sum() - (worth(everybody) - worth(0)))
    assert gap <= _ROUNDING * max(scale, 1e-300) * max(players, 1)
    errors = gains.std(axis=0, ddof=1) / np.sqrt(pairs)
    return PermutationEstimate(values, errors, pairs, len(known))


def _prefixes(order: Sequence[int]) -> list[int]:
    """The coalitions that a walk passes, nobody first."""
    return [0, *itertools.accumulate(1 << player for player in order)]


def _walk(worth: Callable[[int], float], order: Sequence[int]) -> FloatArray:
    """What each player adds when the players come in this order."""
    gains = np.empty(len(order))
    coalition = 0
    before = worth(0)
    for player in order:
        coalition |= 1 << player
        after = worth(coalition)
        gains[player] = after - before
        before = after
    return gains


def _table(values: FloatArray) -> tuple[FloatArray, int]:
    worth = np.ascontiguousarray(values, dtype=np.float64)
    players = worth.size.bit_length() - 1
    if worth.ndim != 1 or worth.size != 1 << max(players, 0):
        raise ModelError(f"a table of 2**n worths is wanted, found shape {worth.shape}")
    return worth, players


def _row_sums(rows: FloatArray, weights: FloatArray) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Columns by the size of the row's number (h + 1, L), weighted and plain sums of rows (R,)."""
    columns = np.zeros_like(weights)
    weighted, plain = np.empty(len(rows)), np.empty(len(rows))
    if len(rows) > _MOST_PLAIN_ROWS:
        from accord.theory.power_compiled import sum_rows  # noqa: PLC0415

        sum_rows(rows, weights, columns, weighted, plain)
        return columns, weighted, plain
    for row, line in enumerate(rows):
        size = row.bit_count()
        columns[size] += line
        weighted[row] = (line * weights[size]).sum()
        plain[row] = line.sum()
    return columns, weighted, plain


def _size_weights(players: int) -> tuple[FloatArray, FloatArray]:
    """a_s and b_s for s = 0..n."""
    inside = [0.0] + [1.0 / (s * comb(players, s)) for s in range(1, players + 1)]
    outside = [1.0 / ((players - s) * comb(players, s)) for s in range(players)] + [0.0]
    return np.array(inside), np.array(outside)


def _sums_with(table: FloatArray) -> FloatArray:
    """For every bit, the sum of the entries whose index has it, by folding from the top."""
    sums = []
    while table.size > 1:
        half = table.size // 2
        sums.append(table[half:].sum())
        table = table[:half] + table[half:]
    return np.array(sums[::-1], dtype=np.float64)


def _assert_efficient(result: FloatArray, worth: FloatArray) -> None:
    gap = abs(float(result.sum()) - float(worth[-1] - worth[0]))
    allowed = _ROUNDING * max(result.size, 1)
    if gap <= allowed * abs(float(worth[-1])):
        return  # without another pass over the table
    scale = max(float(worth.max()), -float(worth.min()), 1e-300)
    assert gap <= allowed * scale, f"values miss v(N) - v(0) by {gap}"
