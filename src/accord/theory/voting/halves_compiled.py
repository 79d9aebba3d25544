"""Count winning sets half by half, compiled; imported where it is used, as numba loads slowly."""

from __future__ import annotations

import numba
import numpy as np
from numpy.typing import NDArray

from accord.theory.ones_compiled import population_count

__all__ = ["winning_by_size"]

Integers = NDArray[np.int64]
Words = NDArray[np.uint64]


@numba.njit(cache=True)
def _write_prefixes(order: Integers, table: Words) -> None:  # pragma: no cover
    """Row k: the bits of the first 64 k positions. The first row is blank."""
    for k in range(1, table.shape[0]):
        for word in range(table.shape[1]):
            table[k, word] = table[k - 1, word]
        for place in range(64 * (k - 1), 64 * k):
            at = order[place]
            table[k, at >> 6] |= np.uint64(1) << np.uint64(at & 63)


@numba.njit(cache=True)
def _copy_row(source: Words, target: Words) -> None:  # pragma: no cover
    for word in range(target.size):
        target[word] = source[word]


@numba.njit(cache=True)
def _join(target: Words, other: Words, both: bool) -> None:  # pragma: no cover
    if both:
        for word in range(target.size):
            target[word] &= other[word]
    else:
        for word in range(target.size):
            target[word] |= other[word]


@numba.njit(cache=True)
def winning_by_size(
    ranks: Integers, orders: Integers, bounds: Integers, program: Integers, depth: int, players: int
) -> Integers:  # pragma: no cover
    """Count winning sets by size, all of them and those with each near player.

    Parameters
    ----------
    ranks : ndarray (G, A)
        How many far halves win each game with each near half.
    orders : ndarray (G, B)
        Bit positions of the far halves, the heaviest in the game first.
    bounds : ndarray (S + 1,)
        The word at which each size of far halves begins; no word holds two sizes.
    program : ndarray (P,)
        The formula in postfix notation.
    depth : int
        Results that wait at once while the formula is worked out.
    players : int
        Near players: A = 2^players, a near half's number has a bit for each of its members.

    Returns
    -------
    ndarray (players + 1, players + S)
        Row i counts the winning sets with near player i, the last row all of them.
    """
    games, nears = ranks.shape
    sizes = bounds.size - 1
    words = bounds[-1]
    tables = np.zeros((games, orders.shape[1] // 64 + 1, words), dtype=np.uint64)
    for g in range(games):
        _write_prefixes(orders[g], tables[g])
    stack = np.empty((depth, words), dtype=np.uint64)
    found = np.zeros((players + 1, players + sizes), dtype=np.int64)
    for near in range(nears):
        top = 0
        for step in program:
            if step >= 0:
                rank = ranks[step, near]
                _copy_row(tables[step, rank >> 6], stack[top])
                for place in range(rank & ~63, rank):
                    at = orders[step, place]
                    stack[top, at >> 6] |= np.uint64(1) << np.uint64(at & 63)
                top += 1
            else:
                top -= 1
                _join(stack[top - 1], stack[top], step == -1)
        own = int(population_count(np.uint64(near)))
        for size in range(sizes):
            ones = np.uint64(0)
            for word in range(bounds[size], bounds[size + 1]):
                ones += population_count(stack[0, word])
            number = np.int64(ones)
            found[players, own + size] += number
            for i in range(players):
                found[i, own + size] += number * (near >> i & 1)
    return found
