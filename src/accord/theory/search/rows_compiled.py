"""Worlds as bits, compiled: what they weigh, and in which of them literals and formulas hold.

Imported where it is used, as numba loads slowly. Kernels take points of any whole type.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

import numba
import numpy as np
from numpy.typing import NDArray

from accord.theory.ones_compiled import population_count
from accord.theory.search.lanes_compiled import at_least, below

__all__ = ["all_hold", "entered", "keep", "reaches", "rest_holds", "weighs", "within"]

Integers = NDArray[np.int64]
Points = NDArray[Any]
Words = NDArray[np.uint64]

_Function = TypeVar("_Function", bound=Callable[..., object])


def within(function: _Function) -> _Function:
    """Compile what is called from compiled code alone: ways in from elsewhere take long.

    Nothing here makes an array, so nobody has to count who holds one: threads that share a space
    would wait for one another at every slice of it.
    """
    compiling: Any = numba.njit
    found: _Function = compiling(
        nogil=True, no_cpython_wrapper=True, no_cfunc_wrapper=True, _nrt=False
    )(function)
    return found


def entered(function: _Function) -> _Function:
    """Compile what is called from elsewhere, once for all runs; it makes no array either."""
    compiling: Any = numba.njit
    found: _Function = compiling(cache=True, nogil=True, _nrt=False)(function)
    return found


@within
def weighs(word: np.uint64, at: int, planes: Words) -> int:  # pragma: no cover
    """What the worlds of a word weigh."""
    total = 0
    for b in range(planes.shape[0]):
        total += int(np.int64(population_count(word & planes[b, at]))) << b
    return total


@within
def keep(
    words: Words, at: int, leaves: Words, beyond: Words, number: int
) -> None:  # pragma: no cover
    """Keep of a row of words what holds in another too: of the leaves, then of those beyond."""
    if number < leaves.shape[0]:
        for i in range(words.shape[1]):
            words[at, i] &= leaves[number, i]
    else:
        for i in range(words.shape[1]):
            words[at, i] &= beyond[number - leaves.shape[0], i]


@within
def reaches(
    grades: Points, beyond: Points, have: int, need: int, block: int
) -> np.uint64:  # pragma: no cover
    """Worlds of a block in which a row of grades is at least another.

    ``grades`` (R, W), then ``beyond`` (B, W) of the same type, hold the rows by their numbers.
    """
    own, worlds, at = grades.shape[0], grades.shape[1], 64 * block
    had, needed = have * worlds + at, need * worlds + at
    more, most = had - own * worlds, needed - own * worlds
    if have < own:
        if need < own:
            return np.uint64(at_least(grades, had, grades, needed))
        return np.uint64(at_least(grades, had, beyond, most))
    if need < own:
        return np.uint64(at_least(beyond, more, grades, needed))
    return np.uint64(at_least(beyond, more, beyond, most))


@within
def all_hold(sums: Points, at: int, every: Integers) -> np.uint64:  # pragma: no cover
    """Worlds of a block in which every one of some rows of sums is not below nought.

    Parameters
    ----------
    sums : array
        From ``at`` on, as it lies in memory, one block of 64 worlds, row after row.
    every : int array
        The rows.
    """
    short = np.uint64(0)
    for k in range(every.size):
        short |= below(sums, at + 64 * every[k])
    return ~short


@within
def _reaching(
    members: Words, votes: Integers, need: int, counts: Words
) -> np.uint64:  # pragma: no cover
    """Worlds in which the votes of the members that hold reach what is needed.

    counts[k] are the worlds in which at least k votes were seen so far.
    """
    for k in range(1, need + 1):
        counts[k] = np.uint64(0)
    counts[0] = ~np.uint64(0)
    for m in range(members.size):
        if votes[m] > 0:
            for k in range(need, 0, -1):
                counts[k] |= counts[max(k - votes[m], 0)] & members[m]
    return np.uint64(counts[need])


@within
def rest_holds(
    sums: Points, at: int, additive: int, steps: Integers, votes: Integers, told: Words,
    stack: Words, counts: Words, block: int,
) -> np.uint64:  # fmt: skip  # pragma: no cover
    """Worlds of a block in which the steps of a program hold; see ``Program``.

    ``sums`` are those of the block from ``at`` on, N rows of 64; ``told`` (S, words) are the worlds
    of the literals that steps name from N on.
    """
    top, vote = 0, 0
    for s in range(steps.shape[0]):
        first, second = steps[s, 0], steps[s, 1]
        if second >= 0:
            top -= second
            stack[top] = _reaching(
                stack[top : top + second], votes[vote : vote + second], first, counts
            )
            vote += second
        elif first < additive:
            stack[top] = ~below(sums, at + 64 * first)
        else:
            stack[top] = told[first - additive, block]
        top += 1
    word = ~np.uint64(0)
    for k in range(top):
        word &= stack[k]
    return word
