"""The tightest cuts of a component with too many capability sets to list.

The tightest cut of one phase and world is the linear programme

    min sum_r supply_r z_r   with  z_r >= y_k for every k that role set r may serve,
                                   sum_k requirement_k y_k = 1,  y, z >= 0,

the dual of "largest factor by which all requirements can be met" (Gale 1957; Ford and
Fulkerson 1962). Every level set {k : y_k >= c} of a solution is a tightest cut, since cost and
demand are both averages over level sets. Cuts are only *found* here; the caller compares supply
and demand at the found cuts in integers.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from accord._errors import ModelError
from accord.theory.silent import silent_highs

__all__ = ["connected_parts", "tight_cuts"]

BoolArray: TypeAlias = NDArray[np.bool_]
FloatArray: TypeAlias = NDArray[np.float64]

_LEVEL_GAP = 1e-9  # relative gap below which two values of y are one level


def connected_parts(
    members: Iterable[int], neighbours: Sequence[set[int]]
) -> tuple[tuple[int, ...], ...]:
    """The connected parts of ``members`` in the graph that ``neighbours`` lists.

    Returns
    -------
    tuple of sorted tuples, in the order of their first members
    """
    left = set(members)
    parts: list[tuple[int, ...]] = []
    while left:
        part: set[int] = set()
        reached = {min(left)}
        while reached:
            part |= reached
            reached = set().union(*(neighbours[k] for k in reached)) & left - part
        left -= part
        parts.append(tuple(sorted(part)))
    return tuple(parts)


def tight_cuts(
    component: tuple[int, ...], roles: BoolArray, supply: FloatArray, demand: FloatArray
) -> tuple[tuple[int, ...], ...]:
    """One or more tightest cuts for every phase and world, each connected.

    Parameters
    ----------
    component : tuple of int
        Capabilities, a component of the pool-capability graph.
    roles : bool array (M, K)
    supply : float array (M, T, W)
        What each pool brings, 0 where it does not go.
    demand : float array (K, T, W)

    Returns
    -------
    tuple of capability sets, over all phases and worlds, without repetition
    """
    inside = list(component)
    table = np.asarray(roles, dtype=np.bool_)[:, inside]
    pools = np.flatnonzero(table.any(axis=1))
    patterns, kind = np.unique(table[pools], axis=0, return_inverse=True)
    by_kind = np.zeros((len(patterns), *supply.shape[1:]))
    np.add.at(by_kind, kind.ravel(), supply[pools])
    columns = np.concatenate([by_kind, demand[inside]]).reshape(len(patterns) + len(inside), -1)
    columns = np.unique(columns[:, columns[len(patterns) :].any(axis=0)], axis=1)
    neighbours = [
        set(np.flatnonzero(patterns[patterns[:, k]].any(axis=0)).tolist())
        for k in range(len(inside))
    ]
    programme = _Programme(patterns)
    found: set[tuple[int, ...]] = set()
    for column in columns.T:
        needs = column[len(patterns) :]
        for level_set in _level_sets(programme.solve(column[: len(patterns)], needs)):
            for part in connected_parts(level_set, neighbours):
                if needs[list(part)].any():
                    found.add(tuple(inside[k] for k in part))
    return tuple(sorted(found))


def _level_sets(height: FloatArray) -> list[list[int]]:
    """The sets of coordinates at or above each distinct positive value."""
    values = np.unique(height)[::-1]
    values = values[values > _LEVEL_GAP * values[0]]
    ends = [high for high, low in pairwise(values) if high - low > _LEVEL_GAP * values[0]]
    return [np.flatnonzero(height >= value).tolist() for value in [*ends, values[-1]]]


class _Programme:
    """One HiGHS model, solved again and again with new amounts from its last basis."""

    def __init__(self, patterns: BoolArray) -> None:
        import highspy  # noqa: PLC0415  slow to import, and needed by few cases

        self._kinds, self._capabilities = patterns.shape

        self._solver = silent_highs()
        self._solver.setOptionValue("threads", 1)
        self._optimal = highspy.HighsModelStatus.kOptimal
        for _ in range(self._capabilities + self._kinds):
            self._solver.addVar(0.0, highspy.kHighsInf)
        for kind, capability in np.argwhere(patterns):
            self._solver.addRow(
                0.0,
                highspy.kHighsInf,
                2,
                np.array([self._capabilities + kind, capability], dtype=np.int32),
                np.array([1.0, -1.0]),
            )
        self._total = int(patterns.sum())
        self._solver.addRow(
            1.0,
            1.0,
            self._capabilities,
            np.arange(self._capabilities, dtype=np.int32),
            np.ones(self._capabilities),
        )

    def solve(self, supply: FloatArray, needs: FloatArray) -> FloatArray:
        """The height y of every capability in a tightest cut."""
        unit = needs.max()
        for kind, amount in enumerate(supply):
            self._solver.changeColCost(self._capabilities + kind, float(amount / unit))
        for capability, amount in enumerate(needs):
            self._solver.changeCoeff(self._total, capability, float(amount / unit))
        self._solver.run()
        if self._solver.getModelStatus() != self._optimal:
            status = self._solver.modelStatusToString(self._solver.getModelStatus())
            raise ModelError(f"the programme for the tightest cut ended with {status}")
        return np.array(self._solver.getSolution().col_value[: self._capabilities])
