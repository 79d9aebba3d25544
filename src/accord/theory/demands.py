"""Minimal sets of demands that no outcome meets together.

Given which demands each outcome violates, a set of demands conflicts when every outcome violates
one of them. Its minimal conflicting subsets and the minimal sets of demands to give up are duals:
each is the family of minimal hitting sets of the other (Reiter 1987; Liffiton et al. 2016).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from accord._errors import ModelError
from accord.theory.monotone import minimal_sets

__all__ = ["Conflicts", "minimal_conflicts"]

MOST_DEMANDS = 62


@dataclass(frozen=True, slots=True)
class Conflicts:
    """Minimal conflicting sets of demands.

    Attributes
    ----------
    sets : tuple of tuples of int
        Indices of demands; empty where some outcome meets all.
    witnesses : tuple of tuples of int
        For each set and each of its members, an outcome that violates that member alone of the
        set.
    give_up : tuple of tuples of int
        Minimal sets of demands without which some outcome meets all others.
    complete : bool
        Whether all sets were found within the limit.
    """

    sets: tuple[tuple[int, ...], ...]
    witnesses: tuple[tuple[int, ...], ...]
    give_up: tuple[tuple[int, ...], ...]
    complete: bool


def minimal_conflicts(violated: NDArray[np.bool_], limit: int = 1000) -> Conflicts:
    """All minimal conflicting sets.

    Parameters
    ----------
    violated : ndarray (P, D) of bool
        Whether outcome p violates demand d; at least one outcome, at most 62 demands.
    limit : int
        Results after which the search stops; ``complete`` says so.
    """
    outcomes, demands = violated.shape
    if not outcomes:
        raise ModelError("no outcome to put the demands to")
    if demands > MOST_DEMANDS:
        raise ModelError(f"found {demands} demands that hang together, at most {MOST_DEMANDS}")
    bits = (violated.astype(np.int64) << np.arange(demands, dtype=np.int64)).sum(axis=1)
    signatures = np.unique(bits)
    if 0 in signatures:
        return Conflicts((), (), (), complete=True)

    def conflicts(members: int) -> bool:
        return bool(((signatures & members) != 0).all())

    found = minimal_sets(conflicts, demands, limit)
    witnesses = tuple(
        tuple(_only(bits, sum(1 << d for d in members), 1 << member) for member in members)
        for members in found.sets
    )
    return Conflicts(found.sets, witnesses, found.cuts, found.complete)


def _only(bits: NDArray[np.int64], members: int, member: int) -> int:
    """The first outcome that violates one member of a set and no other."""
    return int(np.argmax((bits & members) == member))
