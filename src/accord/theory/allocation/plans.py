"""Least-cost and fair plans of who carries what, plain, with a reserve, or secure against a loss.

A plan says what is used of each pool in each phase and which lots are added. Which pools serve
what is a transport problem; that lots are whole makes it a mixed-integer program. Objectives are
met one after the other:

- least cost: the total, then as little as possible by additional lots; contributors whose costs
  are alike count as one, and split their lots by fair shares
- secure against the loss of any one: additional lots, since what is pledged stands ready anyway
- fair: the largest excess of a contributor's cost over its fair share of the *least* total (of
  its own total it would fall by waste), the total and additional lots weighing next to nothing

and then, with the lots kept, what everyone pays: the largest excess, the second-largest, and so
on (leximin). The order declared settles the rest.

References
----------
Gale 1957 (when a transport problem has a solution); Ogryczak, Pioro and Tomaszewski 2005 (leximin
in programs of sharing); Wood, Wollenberg and Sheble 2014 (security against the loss of any one).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from accord._errors import ModelError
from accord.theory.allocation.layout import CutRow, Layout, broken, cut_rows
from accord.theory.allocation.problem import (
    Burden,
    Missing,
    merged,
    split,
    with_requirement,
)
from accord.theory.allocation.program import Program
from accord.theory.allocation.verified import Contingency, losses_of_one, short_cuts, verified
from accord.theory.sketch import INFINITY, Sketch

__all__ = ["Plan", "Secure", "Unmet", "fair", "least_cost", "reserved", "secure"]

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

_WHOLE = 1e-4  # grid steps by which a solver may miss a whole one
_MOST_NODES = 200  # branches tried for a fairer plan in whole lots
_FEW_NODES = 20  # the same where fairness settles ties alone
_SECOND = 1e-6  # what a second aim weighs
_GAP = 1e-4  # of the cost: between a fair plan that is found and the best there could be


@dataclass(frozen=True, slots=True, eq=False)
class Plan:
    """Who carries what.

    Attributes
    ----------
    used : int64 array (M, K, T)
        What each pool brings to each capability in each phase, in grid steps.
    lots : int64 array (C, K)
        Additional lots, in every phase.
    cost : float array (C,)
        What each contributor carries.
    total : float
    additional : float
        Part of the total that additional lots cost.
    """

    used: Integers
    lots: Integers
    cost: Floats
    total: float
    additional: float


@dataclass(frozen=True, slots=True)
class Unmet:
    """No plan exists, whatever everybody adds that may.

    Attributes
    ----------
    missing : tuple of Missing
        What stays short when everything is brought and added.
    """

    missing: tuple[Missing, ...]


@dataclass(frozen=True, slots=True)
class Secure:
    """A plan that survives the loss of any one contributor, and whose loss none survives.

    Attributes
    ----------
    plan : Plan
    unprotected : tuple of (contributor, Missing)
        Losses that nobody else may make good; the plan is secure against all others.
    """

    plan: Plan
    unprotected: tuple[tuple[int, Missing], ...]


def least_cost(burden: Burden, *, settle: bool = True) -> Plan | Unmet:
    """The cheapest plan that meets every requirement in every phase.

    Parameters
    ----------
    burden : Burden
    settle : bool
        Whether to settle fairly what each pays; without, some least-cost use of the pools.
    """
    short = _hopeless(burden, _nobody_lost(burden))
    if short:
        return Unmet(short)
    few, kind = merged(burden)
    layout = Layout(few)
    together, _ = _cheapest(layout)
    lots = np.zeros_like(burden.limit)
    for each, k in np.argwhere(together > 0):
        own = np.flatnonzero(kind == each)
        total, most = int(together[each, k]), burden.most_lots[own, k]
        lots[own, k] = split(total, burden.shares[own], most)
    return _used(burden, lots, (), "cost" if settle else None)


def fair(burden: Burden) -> Plan | Unmet:
    """The plan whose largest excess over a fair share of the least cost is smallest.

    To a ten-thousandth of the cost, or as near as 200 branches come where lots are large.
    """
    short = _hopeless(burden, _nobody_lost(burden))
    if short:
        return Unmet(short)
    few, _ = merged(burden)
    merged_layout = Layout(few)
    _, least = _cheapest(merged_layout)
    least *= merged_layout.unit
    layout = Layout(burden)
    relaxed = Program(layout.sketch, whole=False)
    broken_lots = _leximin(layout, relaxed, least / layout.unit, layout.additional)
    bound = _largest(layout, broken_lots, least)
    # mostly one of the whole lots around a broken one will do; else every number is tried
    near = _fairest(_around(burden, layout, broken_lots), least)
    if near is None or _largest(layout, near, least) > bound + _GAP:
        every = _fairest(layout, least)
        if every is None and near is None:
            raise ModelError("the solver finds no plan although one exists")
        if every is not None and (
            near is None or _largest(layout, every, least) < _largest(layout, near, least) - _GAP
        ):
            near = every
    assert near is not None
    return _used(burden, layout.lots(near), (), "fairness", least)


def _around(burden: Burden, layout: Layout, values: Floats) -> Layout:
    """The same program with lots between the whole numbers around broken ones."""
    result = Layout(burden)
    for column in range(len(layout.pairs), layout.excess):
        result.sketch.lower[column] = float(np.floor(values[column] + 1e-7))
        result.sketch.upper[column] = float(np.ceil(values[column] - 1e-7))
    return result


def _fairest(layout: Layout, least: float) -> Floats | None:
    """The smallest largest excess in whole lots, cost and additional lots weighing little."""
    program = Program(layout.sketch)
    layout.share_out(program, least / layout.unit)
    aim = layout.worst + 1e-3 * (layout.total + 1e-3 * layout.additional)
    found = program.least(aim, _GAP, _MOST_NODES)
    return None if found is None else found[1]


def _largest(layout: Layout, values: Floats, least: float) -> float:
    """The largest excess over fair shares of a solution, in units of the layout."""
    paid = np.bincount(
        layout.payer[:-1], (layout.total * values)[:-1], minlength=layout.burden.contributors
    )
    return float((paid - layout.burden.shares * (least / layout.unit)).max())


def reserved(burden: Burden, reserve: float) -> Plan | Unmet:
    """The cheapest plan once every requirement is larger by a share, rounded up."""
    if not reserve >= 0:
        raise ModelError(f"a reserve must not be negative, found {reserve}")
    # a requirement that is a whole multiple must not be rounded up for the last bit of a float
    larger = np.ceil(burden.requirement * (1.0 + reserve) - 1e-6).astype(np.int64)
    return least_cost(with_requirement(burden, larger), settle=False)


def secure(burden: Burden) -> Secure | Unmet:
    """The fewest additional lots after which the loss of any one contributor leaves all met.

    What is pledged stands ready anyway, so the additional cost counts, not the total. Ties go to
    the smallest excess in proportion to fair shares, nearly. The lost contributor takes its
    pools and its additional lots with it; the others allocate theirs anew and stay, even where
    they had waited for it.
    """
    everyone = _nobody_lost(burden)
    base = _hopeless(burden, everyone)
    if base:
        return Unmet(base)
    unprotected: list[tuple[int, Missing]] = []
    cases = [everyone]
    for lost, case in enumerate(losses_of_one(burden)):
        short = _hopeless(burden, case)
        unprotected += [(lost, each) for each in short]
        if not short:
            cases.append(case)
    rows = list(cut_rows(burden, cases))
    while True:
        lots = np.zeros_like(burden.limit)
        for component in burden.cuts.components:
            own = [row for row in rows if row.capabilities[0] in component]
            if own:
                lots += _standing_ready(burden, own, component)
        # of a component too large to list, the cuts that matter are found one by one
        more = [row for row in broken(burden, lots, cases) if row not in rows]
        if not more:
            return Secure(_used(burden, lots, cases, None), tuple(unprotected))
        rows += more


def _standing_ready(burden: Burden, rows: Sequence[CutRow], component: tuple[int, ...]) -> Integers:
    """The cheapest lots of one component that meet every row, of equals the fairest."""
    inside = np.isin(np.arange(len(burden.lot)), component)
    layout = Layout(replace(burden, limit=np.where(inside, burden.limit, 0)), rows, pools=False)
    program = Program(layout.sketch)
    found = program.least(layout.additional)
    if found is None:
        raise ModelError("the solver finds no lots although there are some")
    program.keep(layout.additional, found[0])
    layout.share_out(program, found[0])
    fairest = program.least(layout.worst, 10 * _GAP * found[0], _FEW_NODES)
    return layout.lots(found[1] if fairest is None else fairest[1])


def _nobody_lost(burden: Burden) -> Contingency:
    return Contingency(
        np.ones(len(burden.owner), dtype=np.bool_), np.ones(burden.contributors, dtype=np.bool_)
    )


def _hopeless(burden: Burden, case: Contingency) -> tuple[Missing, ...]:
    """What stays short in a contingency when everybody left adds all that it may."""
    return _without_sums(short_cuts(burden, burden.most_lots, case))


def _without_sums(found: Sequence[Missing]) -> tuple[Missing, ...]:
    """What is missing, without sets that lack no more than their parts."""
    told: list[Missing] = []
    for each in sorted(found, key=lambda m: (m.phase, len(m.capabilities), m.capabilities)):
        inside = set(each.capabilities)
        parts = sum(
            m.amount for m in told if m.phase == each.phase and set(m.capabilities) < inside
        )
        if each.amount > parts:
            told.append(each)
    return tuple(told)


def _cheapest(layout: Layout) -> tuple[Integers, float]:
    """Lots of the least total, of equals those with the least additional cost; and that total."""
    found = Program(layout.sketch).least(layout.total + _SECOND * layout.additional)
    if found is None:
        raise ModelError("the solver finds no plan although one exists")
    return layout.lots(found[1]), float(layout.total @ found[1])


def _used(
    burden: Burden,
    lots: Integers,
    cases: Sequence[Contingency],
    first: Literal["cost", "fairness"] | None,
    least: float = 0.0,
) -> Plan:
    """The plan with these lots, held against everything that it has to meet.

    Parameters
    ----------
    least : float
        The total whose fair shares count; this plan's own where that is the least.
    """
    layout = Layout(burden)
    for j, (c, k) in enumerate(layout.adds):
        column = len(layout.pairs) + j
        layout.sketch.lower[column] = layout.sketch.upper[column] = float(lots[c, k])
    program = Program(layout.sketch, whole=False)
    found = program.least(layout.total)
    if found is None:
        raise ModelError("the solver's lots leave a requirement unmet")
    total, values = found
    if first == "cost":
        program.keep(layout.total, total)
        values = _leximin(layout, program, total, layout.order)
    elif first == "fairness":
        values = _leximin(layout, program, least / layout.unit, layout.order)
    used = _whole(layout, layout.used(values), lots)
    verified(burden, used, lots, (_nobody_lost(burden), *cases))
    return _priced(burden, used, lots)


def _leximin(layout: Layout, program: Program, least: float, then: Floats) -> Floats:
    """What everyone pays: the smallest largest excess, the next largest, and so on.

    ``then`` is the objective that settles what is still open.
    """
    layout.share_out(program, least)
    active = set(range(layout.burden.contributors))
    while active:
        # a total that is not kept weighs next to nothing, so that nobody pays for waste
        found = program.least(layout.worst + _SECOND * layout.total)
        if found is None:
            raise ModelError("the solver cannot meet its own fairness")
        excess = float(found[1][layout.excess])
        prices, _ = program.duals()
        tight = {c for c in active if abs(prices[layout.carry[c]]) > 1e-7} or set(active)
        for c in tight:
            _settle(layout, program, c, least, excess)
        active -= tight
    settled = program.least(then)
    if settled is None:
        raise ModelError("the solver cannot meet its own fairness")
    return settled[1]


def _settle(layout: Layout, program: Program, c: int, least: float, excess: float) -> None:
    """Contributor c pays no more than this excess, and no longer counts for the largest one."""
    program.bound_row(layout.carry[c], -INFINITY, INFINITY)
    own = np.flatnonzero(layout.payer == c)
    most = float(layout.burden.shares[c]) * least + excess + 1e-9
    program.add_row(-INFINITY, most, [(int(j), float(layout.total[j])) for j in own])


def _whole(layout: Layout, used: Floats, lots: Integers) -> Integers:
    """The same use of pools in whole grid steps, each the step below or above.

    What is left to round is again a transport problem, whose vertices are whole.
    """
    burden = layout.burden
    below = np.floor(used + _WHOLE).astype(np.int64)
    result = np.zeros((*burden.roles.shape, burden.requirement.shape[1]), dtype=np.int64)
    m, k, t = layout.pairs.T
    result[m, k, t] = below
    lacks = burden.requirement - (lots * burden.lot).sum(axis=0)[:, None] - result.sum(axis=0)
    if not np.any(lacks > 0):
        return result
    open_pairs = np.flatnonzero(used - below > _WHOLE)
    room = burden.usable - result.sum(axis=1)
    sketch = Sketch()
    for _ in open_pairs:
        sketch.column(0.0, 1.0)
    for key in np.argwhere(lacks > 0):
        own = np.flatnonzero((k[open_pairs] == key[0]) & (t[open_pairs] == key[1]))
        sketch.row(float(lacks[tuple(key)]), INFINITY, [(int(j), 1.0) for j in own])
    for pool, phase in sorted({(int(m[j]), int(t[j])) for j in open_pairs}):
        own = np.flatnonzero((m[open_pairs] == pool) & (t[open_pairs] == phase))
        sketch.row(-INFINITY, float(room[pool, phase]), [(int(j), 1.0) for j in own])
    found = Program(sketch).least(1.0 - (used - below)[open_pairs])
    if found is None:
        raise ModelError("the solver's plan cannot be rounded to whole grid steps")
    chosen = open_pairs[np.rint(found[1]).astype(np.bool_)]
    result[m[chosen], k[chosen], t[chosen]] += 1
    return result


def _priced(burden: Burden, used: Integers, lots: Integers) -> Plan:
    """The plan with its costs, worked out from whole amounts."""
    own = burden.cost[burden.owner] * used.sum(axis=2)
    cost = np.zeros(burden.contributors)
    np.add.at(cost, burden.owner, own.sum(axis=1))
    added = (burden.lot_cost * lots).sum(axis=1)
    return Plan(used, lots, cost + added, float((cost + added).sum()), float(added.sum()))
