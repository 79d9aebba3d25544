"""Where packages are delivered, component by component of the pool-capability graph.

A component asks for a few provisions only: those that decide whether its pools go, what they bring
and what is needed of them. So each is a table, and a package is delivered where all of them hold
(Gale 1957).
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from accord.criteria.bargains import space_of
from accord.criteria.delivery_space import delivery_space, going_provisions
from accord.criteria.pledging import requiring, table
from accord.criteria.setting import Setting
from accord.explore.search.literals import Literals, every
from accord.theory.delivery.rows import delivered_rows
from accord.theory.search.formula import Formula

__all__ = ["combinations", "delivered"]

Integers = NDArray[np.int64]

MOST_COMBINATIONS = 4_000_000
"""Combinations of levels that one component may be asked about."""


def delivered(
    setting: Setting, literals: Literals, accepting: Mapping[str, bool], *, workers: int = 1
) -> tuple[Formula, bool]:
    """Where packages are delivered, given who accepts.

    Parameters
    ----------
    accepting : mapping of actor to bool
        Of the actors whose consent pledges wait for.

    Returns
    -------
    Formula
    bool
        Whether it is exact; where a component has too many combinations it is taken to hold.
    """
    parts, exact = [], True
    for members in delivery_space(setting, combinations(setting, ()), accepting).cuts.components:
        provisions = _provisions(setting, members)
        if math.prod(literals.sizes[j] for j in provisions) > MOST_COMBINATIONS:
            exact = False
            continue
        space = delivery_space(setting, combinations(setting, provisions), accepting)
        own = [each for each in space.components if each.members == members]
        if own:
            rows = delivered_rows(space, components=own, workers=workers)
            parts.append(literals.rows(provisions, rows))
    return every(*parts), exact


def combinations(setting: Setting, provisions: Sequence[int]) -> Integers:
    """All combinations of some provisions' levels, the others at their first, (P, J)."""
    sizes = space_of(setting).sizes
    count = math.prod(sizes[j] for j in provisions)
    chosen = np.indices([sizes[j] for j in provisions]).reshape(-1, count)
    result = np.zeros((count, len(sizes)), dtype=np.int64)
    for j, column in zip(provisions, chosen, strict=False):
        result[:, j] = column
    return result


def _provisions(setting: Setting, members: Sequence[int]) -> tuple[int, ...]:
    """Provisions on which it hangs whether some capabilities are covered."""
    own = table(setting)
    pools = np.flatnonzero(own.roles[:, list(members)].any(axis=1)).tolist()
    names = set(going_provisions(setting, pools))
    for m in pools:
        names |= set(own.records[m].amount.provisions)
    for k in members:
        names |= set(requiring(setting, own.capabilities[k]))
    order = list(setting.case.file.provisions)
    return tuple(sorted(order.index(name) for name in names))
