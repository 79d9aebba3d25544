"""From stated preferences to integer ranks of states, higher is better.

Three ways to state them (MODELS, section 4a): statements in order of priority, compared
lexicographically (Fang, Hipel, Kilgour and Peng 2003); worth, that adds up; or a ranking. Ranks are
integers, so that a tie is a tie: statements compare as bits and worth adds on a grid of 1e-9.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np
import numpy.typing as npt

from accord._errors import ModelError

__all__ = [
    "dense_ranks",
    "ranks_from_ranking",
    "ranks_from_statements",
    "ranks_from_worth",
    "worth_on_grid",
]

_GRID = 1e9
_BITS = 31  # statements packed at a time; with a 32-bit rank before them they fit 63 bits


def dense_ranks(values: npt.ArrayLike) -> npt.NDArray[np.int32]:
    """Position of each number among the different ones, from 0 for the least, along the last axis.

    Parameters
    ----------
    values : array_like, shape (..., N)

    Returns
    -------
    ndarray of int32, shape (..., N)
    """
    given = np.asarray(values)
    order = np.argsort(given, axis=-1, kind="stable")
    rising = np.take_along_axis(given, order, axis=-1)
    steps = np.zeros(given.shape, dtype=np.int32)
    steps[..., 1:] = rising[..., 1:] != rising[..., :-1]
    ranks = np.empty(given.shape, dtype=np.int32)
    np.put_along_axis(ranks, order, np.cumsum(steps, axis=-1, dtype=np.int32), axis=-1)
    return ranks


def ranks_from_statements(holds: npt.ArrayLike) -> npt.NDArray[np.int32]:
    """Ranks by prioritised statements: the first statement that tells two states apart decides.

    Parameters
    ----------
    holds : array_like of bool, shape (..., K, N)
        Whether each statement, the most important first, holds in each state. ``A if B`` holds
        where A does or B does not.

    Returns
    -------
    ndarray of int32, shape (..., N)
        Dense from 0; all 0 without statements.
    """
    true = np.asarray(holds, dtype=np.bool_)
    if true.ndim < 2:
        raise ModelError(
            f"found statements of shape {true.shape}, wanted (..., statements, states)"
        )
    ranks = np.zeros(true.shape[:-2] + true.shape[-1:], dtype=np.int32)
    for start in range(0, true.shape[-2], _BITS):
        some = true[..., start : start + _BITS, :]
        key = ranks.astype(np.int64)
        for number in range(some.shape[-2]):
            key = 2 * key + some[..., number, :]
        ranks = dense_ranks(key)
    return ranks


def worth_on_grid(amounts: npt.ArrayLike, holds: npt.ArrayLike) -> npt.NDArray[np.int64]:
    """Worth of each state: the sum of the amounts of the conditions that hold there.

    Every amount is rounded to 1e-9 before it is added, so sums do not depend on their order.

    Parameters
    ----------
    amounts : array_like, shape (..., K)
        Points of each condition, in each world; up to 1e9 each.
    holds : array_like of bool, shape (K, N)

    Returns
    -------
    ndarray of int64, shape (..., N)
        In units of 1e-9 points.

    Raises
    ------
    ModelError
        If shapes differ, or an amount is not finite or larger than 1e9.
    """
    points = np.asarray(amounts, dtype=np.float64)
    true = np.asarray(holds, dtype=np.bool_)
    if true.ndim != 2 or points.shape[-1:] != true.shape[:1]:
        raise ModelError(
            f"found amounts of shape {points.shape} for conditions of shape {true.shape}"
        )
    if not (np.abs(points) <= 1e9).all():
        raise ModelError("found an amount of worth that is not finite or larger than 1e9")
    units = np.rint(points * _GRID).astype(np.int64)
    total = np.zeros((*points.shape[:-1], true.shape[1]), dtype=np.int64)
    for number in range(true.shape[0]):
        total[..., true[number]] += units[..., number, None]
    return total


def ranks_from_worth(amounts: npt.ArrayLike, holds: npt.ArrayLike) -> npt.NDArray[np.int32]:
    """Ranks by worth; see :func:`worth_on_grid` for the arguments.

    Returns
    -------
    ndarray of int32, shape (..., N)
    """
    return dense_ranks(worth_on_grid(amounts, holds))


def ranks_from_ranking(
    groups: Sequence[Iterable[int]], feasible: npt.ArrayLike
) -> npt.NDArray[np.int32]:
    """Ranks from a list of groups of states, the best first, each group being indifferent.

    Parameters
    ----------
    groups : sequence of iterables of int
        State numbers; every possible state once.
    feasible : array_like of bool, shape (N,)

    Returns
    -------
    ndarray of int32, shape (N,)
        The last group has 1, impossible states have 0.

    Raises
    ------
    ModelError
        Naming the first state that is unknown, impossible, listed twice or missing.
    """
    possible = np.asarray(feasible, dtype=np.bool_)
    ranks = np.zeros(possible.shape, dtype=np.int32)
    for place, group in enumerate(groups):
        for state in group:
            if not (0 <= state < possible.size and possible[state]):
                raise ModelError(f"ranking: state {state} is not a possible state")
            if ranks[state]:
                raise ModelError(f"ranking: state {state} stands there twice")
            ranks[state] = len(groups) - place
    missing = np.flatnonzero(possible & (ranks == 0))
    if missing.size:
        raise ModelError(f"ranking: state {missing[0]} is missing")
    return ranks
