"""Conditional pledges and pooled capabilities of one world, by brute force and by programming.

Written from ``docs/models.md`` section 2 alone; slow and obvious.

A condition is a nested tuple: ``("always",)``, ``("never",)``, ``("world", bool)``,
``("goes", pledges)``, ``("all", members)``, ``("any", members)``, ``("at_least", k, members)``.
"""

from itertools import chain, combinations

import numpy as np
from scipy.optimize import linprog


def holds(condition, others):
    """Whether a condition holds when exactly the pledges in ``others`` go beside its own."""
    kind = condition[0]
    if kind == "always":
        return True
    if kind == "never":
        return False
    if kind == "world":
        return condition[1]
    if kind == "goes":
        return any(pledge in others for pledge in condition[1])
    if kind == "all":
        return all(holds(member, others) for member in condition[1])
    if kind == "any":
        return any(holds(member, others) for member in condition[1])
    return sum(holds(member, others) for member in condition[2]) >= condition[1]


def subsets(members):
    """All subsets of a collection, as frozensets."""
    listed = sorted(members)
    sizes = range(len(listed) + 1)
    return map(frozenset, chain.from_iterable(combinations(listed, size) for size in sizes))


def fixed_points(available, conditions):
    """Every G with G = {m available : condition of m holds given G without m}."""
    return [
        going
        for going in subsets(available)
        if going == {m for m in available if holds(conditions[m], going - {m})}
    ]


def least_and_greatest(available, conditions):
    """The fixed points that lie inside, and around, all the others."""
    found = fixed_points(available, conditions)
    least = [one for one in found if all(one <= other for other in found)]
    greatest = [one for one in found if all(one >= other for other in found)]
    assert len(least) == len(greatest) == 1
    return least[0], greatest[0]


def largest_factor(supply, roles, requirement):
    """The largest factor by which all requirements of one phase can be met at once.

    ``supply`` per pool, ``roles`` bool (pools, capabilities), ``requirement`` per capability.
    Maximise z with x_mk >= 0 only where m may serve k, sum_k x_mk <= supply_m and
    sum_m x_mk >= z requirement_k. Infinite when nothing is required.
    """
    needs = np.asarray(requirement, dtype=float)
    if not needs.any():
        return np.inf
    pairs = [(m, k) for m, k in np.argwhere(roles)]
    count = len(pairs)
    brought = np.zeros((len(supply), count + 1))
    needed = np.zeros((len(needs), count + 1))
    for column, (m, k) in enumerate(pairs):
        brought[m, column] = 1.0
        needed[k, column] = -1.0
    needed[:, count] = needs
    cost = np.zeros(count + 1)
    cost[count] = -1.0
    result = linprog(
        cost,
        A_ub=np.vstack([brought, needed]),
        b_ub=np.concatenate([np.asarray(supply, dtype=float), np.zeros(len(needs))]),
        method="highs",
    )
    assert result.status == 0
    return -result.fun


def lambda_star(going, usable, roles, requirement):
    """The least factor over the phases; ``usable`` (pools, phases), ``requirement`` (K, phases)."""
    factors = []
    for phase in range(np.shape(usable)[1]):
        supply = [usable[m][phase] if m in going else 0 for m in range(len(usable))]
        factors.append(largest_factor(supply, roles, [row[phase] for row in requirement]))
    return min(factors)
