"""Every plan is held against the requirements again, in integers, before it is returned."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from accord._errors import ModelError
from accord.theory.allocation.problem import Burden, Missing, missing
from accord.theory.capacity import Coverage, coverage

__all__ = ["Contingency", "losses_of_one", "most_missing", "short_cuts", "verified"]

Booleans = NDArray[np.bool_]
Integers = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Contingency:
    """A situation in which the requirements have to be met: some pools and adders are lost.

    Attributes
    ----------
    kept : bool array (M,)
        Pools that remain.
    adds : bool array (C,)
        Contributors whose additional lots remain.
    """

    kept: Booleans
    adds: Booleans


def losses_of_one(burden: Burden) -> tuple[Contingency, ...]:
    """The loss of each contributor, with its pools and what it adds."""
    everybody = np.arange(burden.contributors)
    return tuple(
        Contingency(np.asarray(burden.owner != lost), np.asarray(everybody != lost))
        for lost in range(burden.contributors)
    )


def short_cuts(burden: Burden, lots: Integers, case: Contingency) -> tuple[Missing, ...]:
    """The cuts that are short in a contingency, exactly; empty where all is met.

    Parameters
    ----------
    lots : int64 array (C, K)

    Returns
    -------
    tuple of Missing
        All of them where they can be listed, a tightest one of components that are too large.
    """
    usable = np.where(case.kept[:, None], burden.usable, 0)
    kept = np.where(case.adds[:, None], lots, 0)
    short = missing(burden, usable, kept, burden.cuts.sets)
    if short or not burden.cuts.large:
        return short
    found = _covered(burden, lots, [case])
    if found.delivered[0]:
        return ()
    _, members = found.labels[found.reason[0]]
    return missing(burden, usable, kept, [members])


def _covered(burden: Burden, lots: Integers, cases: Sequence[Contingency]) -> Coverage:
    """What pools and lots cover in each contingency; lots are pools with one role."""
    phases = burden.requirement.shape[1]
    c, k = np.nonzero(lots)
    more = np.repeat((lots * burden.lot)[c, k][:, None], phases, axis=1)
    # and one that brings nothing, so that there always is one
    pools = np.concatenate([burden.usable, more, np.zeros((1, phases), dtype=np.int64)])
    lots_serve = np.eye(len(burden.lot), dtype=np.bool_)[k]
    roles = np.concatenate([burden.roles, lots_serve, np.zeros((1, len(burden.lot)), np.bool_)])
    going = [np.concatenate([case.kept, case.adds[c], [True]]) for case in cases]
    return coverage(np.stack(going, axis=1), pools, roles, burden.requirement, burden.cuts)


def most_missing(short: Sequence[Missing]) -> tuple[Missing, ...]:
    """For every set that is short the phase in which it lacks most.

    A set is told only where it lacks more than its parts that were told before.
    """
    largest: dict[tuple[int, ...], Missing] = {}
    for each in short:
        known = largest.get(each.capabilities)
        if known is None or each.amount > known.amount:
            largest[each.capabilities] = each
    told: list[Missing] = []
    for each in sorted(largest.values(), key=lambda m: (len(m.capabilities), m.capabilities)):
        parts = sum(m.amount for m in told if set(m.capabilities) < set(each.capabilities))
        if each.amount > parts:
            told.append(each)
    return tuple(told)


def verified(
    burden: Burden, used: Integers, lots: Integers, cases: tuple[Contingency, ...]
) -> None:
    """Hold a plan against everything that it has to meet.

    Parameters
    ----------
    used : int64 array (M, K, T)
    lots : int64 array (C, K)

    Raises
    ------
    ModelError
        If it does not, which would be a fault of the solver.
    """
    brought = used.sum(axis=0) + (lots * burden.lot).sum(axis=0)[:, None]
    limits = np.all(lots >= 0) and np.all(lots <= burden.most_lots)
    fits = np.all(used >= 0) and not np.any(used[~burden.roles])
    if not (limits and fits and np.all(used.sum(axis=1) <= burden.usable)):
        raise ModelError("the solver's plan uses what is not there")
    if np.any(brought < burden.requirement) or not _covered(burden, lots, cases).delivered.all():
        raise ModelError("the solver's plan leaves a requirement unmet")
