"""No deal, and why: every minimal set of demands that no package meets together.

A set of demands is in *conflict* when every package breaks one of them; it is minimal when giving
up any one of its members lets some package meet the others, its *witness*. The minimal sets of
demands to give up are the minimal hitting sets of the conflicts, and the other way round (Reiter
1987; Liffiton, Previti, Malik and Marques-Silva 2016).

Two routes lead to the same sets: the sets of demands that packages break, where the packages can be
listed, and joint generation with a mixed-integer program as oracle at any size.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from accord.theory.bargaining.demand import Demand, bitmask, members_of
from accord.theory.bargaining.oracle import Oracle
from accord.theory.bargaining.signatures import least_broken
from accord.theory.bargaining.space import MOST_LISTED, Bargain
from accord.theory.monotone import minimal_sets

__all__ = ["Impasse", "impasses"]

Integers = NDArray[np.int64]

Route = Literal["listing", "program"]


@dataclass(frozen=True, slots=True, eq=False)
class Impasse:
    """Why no package meets some demands.

    Attributes
    ----------
    demands : tuple of Demand
    deal : ndarray (J,) or None
        A package that meets all of them; nothing conflicts then.
    conflicts : tuple of tuples of int
        Minimal conflicting sets of demands by their place, smallest first.
    witnesses : tuple of ndarrays (members, J)
        For each member of each set a package that breaks that member alone of the set.
    give_up : tuple of tuples of int
        Minimal sets of demands without which some package meets all others, smallest first.
    outcomes : ndarray (len(give_up), J)
        For each such set a package that meets all others.
    complete : bool
        Whether all sets were found within the limit.
    """

    demands: tuple[Demand, ...]
    deal: Integers | None
    conflicts: tuple[tuple[int, ...], ...]
    witnesses: tuple[Integers, ...]
    give_up: tuple[tuple[int, ...], ...]
    outcomes: Integers
    complete: bool


def impasses(
    bargain: Bargain,
    groups: Sequence[Sequence[Demand]],
    limit: int = 1000,
    route: Route | None = None,
) -> tuple[Impasse, ...]:
    """Minimal conflicting sets for several groups of demands over one problem.

    What is found for one group serves the others. Only the demands of a group bind: packages
    outside a constraint that is not among them count as possible.

    Parameters
    ----------
    groups : sequence of sequences of Demand
        For instance the demands of every minimal consenting set. Demands are the same where they
        are equal, tables of ``when`` being compared by identity.
    limit : int
        Conflicts and sets to give up of one group after which its search stops.
    route : str, optional
        ``listing`` or ``program``; by default listing up to five million packages.

    Returns
    -------
    tuple of Impasse
        One a group, in order.

    Raises
    ------
    ModelError
        If the problem is too large for the route, or its grid too fine for the program.
    """
    demands = tuple(dict.fromkeys(demand for group in groups for demand in group))
    if route is None:
        route = "listing" if bargain.combinations <= MOST_LISTED else "program"
    oracle = Oracle(bargain, demands)
    if route == "listing":
        oracle.settle(least_broken(bargain, demands))
    return tuple(_impasse(oracle, group, limit) for group in groups)


def _impasse(oracle: Oracle, group: Sequence[Demand], limit: int) -> Impasse:
    places = [oracle.demands.index(demand) for demand in group]

    def mask(members: Sequence[int]) -> int:
        return bitmask([places[member] for member in members])

    deal = oracle.package(mask(range(len(group))))
    if deal is not None:
        nothing = np.zeros((0, deal.size), dtype=np.int64)
        return Impasse(tuple(group), deal, (), (), (), nothing, complete=True)
    found = minimal_sets(
        lambda members: oracle.conflict(mask(members_of(members))), len(group), limit
    )
    witnesses = tuple(
        _packages(oracle, [mask([d for d in members if d != gone]) for gone in members])
        for members in found.sets
    )
    cuts = found.cuts if found.complete else _cuts(oracle, places, limit) or found.cuts
    others = [mask([d for d in range(len(group)) if d not in cut]) for cut in cuts]
    outcomes = _packages(oracle, others)
    return Impasse(tuple(group), None, found.sets, witnesses, cuts, outcomes, found.complete)


def _cuts(oracle: Oracle, places: Sequence[int], limit: int) -> tuple[tuple[int, ...], ...]:
    """Sets to give up that a listing knows, although the search stopped short of them."""
    known = oracle.given_up(bitmask(places), limit) or ()
    return tuple(tuple(d for d, at in enumerate(places) if mask >> at & 1) for mask in known)


def _packages(oracle: Oracle, wanted: Sequence[int]) -> Integers:
    """A package for each set of demands, none of which conflicts, as rows."""
    rows = np.array([oracle.package(demands) for demands in wanted], dtype=np.int64)
    return rows.reshape(len(wanted), oracle.provisions)
