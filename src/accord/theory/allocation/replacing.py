"""The least-cost additional lots that close a gap, such as the one that a loss opens.

Pools that are there cost nothing here: only what has to be added is asked. Since pools may be
allocated anew, lots are enough iff they meet Gale's condition at every cut, so the program has
no variable but the lots (a covering problem), and falls apart into the components of the
pool-capability graph. Contributors whose costs are alike count as one and split their lots by
fair shares.

References
----------
Gale 1957; Vazirani 2001, "Approximation Algorithms" (covering problems).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from accord._errors import ModelError
from accord.theory.allocation.layout import CutRow, Layout, broken
from accord.theory.allocation.problem import Burden, Missing, merged, split, with_requirement
from accord.theory.allocation.program import Program
from accord.theory.allocation.verified import Contingency, most_missing, short_cuts
from accord.theory.sketch import INFINITY, Sketch

__all__ = ["Closing", "attainable", "closer", "closing", "served"]

Booleans = NDArray[np.bool_]
Integers = NDArray[np.int64]
_Known = dict[tuple[tuple[CutRow, ...], bytes, bytes], Integers]


@dataclass(frozen=True, slots=True, eq=False)
class Closing:
    """What closes a gap.

    Attributes
    ----------
    gaps : tuple of Missing
        What is short before anything is added, for each connected set the phase in which it
        lacks most.
    lots : int64 array (C, K)
        Additional lots, at least cost, for as much as they can close.
    cost : float
    unmet : tuple of Missing
        What stays short when all that may add add all that they may.
    """

    gaps: tuple[Missing, ...]
    lots: Integers
    cost: float
    unmet: tuple[Missing, ...]


def attainable(burden: Burden) -> Integers:
    """As much of the requirement (K, T) as can be met when all that may be added is added.

    It is the requirement itself wherever some plan meets that.
    """
    capabilities, phases = burden.requirement.shape
    most = (burden.most_lots * burden.lot).reshape(-1, 1)
    every = np.repeat(np.eye(capabilities, dtype=np.bool_)[None], burden.contributors, axis=0)
    adders = np.repeat(np.arange(burden.contributors), capabilities).astype(np.intp)
    return served(
        replace(
            burden,
            usable=np.concatenate([burden.usable, np.repeat(most, phases, axis=1)]),
            roles=np.concatenate([burden.roles, every.reshape(-1, capabilities)]),
            owner=np.concatenate([burden.owner, adders]),
        )
    )


def served(burden: Burden) -> Integers:
    """As much of the requirement (K, T) as the pools can meet together, valued at mean cost.

    Without additional lots. Ties go to the capability declared first. It is the requirement
    itself where that is met.
    """
    none = np.zeros_like(burden.limit)
    everyone = Contingency(
        np.ones(len(burden.owner), dtype=np.bool_), np.zeros(burden.contributors, dtype=np.bool_)
    )
    if not short_cuts(burden, none, everyone):
        return burden.requirement
    scale, needs = burden.scale.astype(np.float64), np.argwhere(burden.requirement > 0)
    needed = (burden.requirement > 0)[None]
    pairs = np.argwhere(burden.roles[:, :, None] & (burden.usable > 0)[:, None, :] & needed)
    sketch = Sketch()
    for m, k, t in pairs:
        sketch.column(0.0, float(burden.usable[m, t] / scale[k]))
    for k, t in needs:
        column = sketch.column(0.0, float(burden.requirement[k, t] / scale[k]))
        own = np.flatnonzero((pairs[:, 1] == k) & (pairs[:, 2] == t))
        sketch.row(0.0, INFINITY, [*((int(j), 1.0) for j in own), (column, -1.0)])
    for m, t in sorted({(int(m), int(t)) for m, _, t in pairs}):
        own = np.flatnonzero((pairs[:, 0] == m) & (pairs[:, 2] == t))
        most = float(burden.usable[m, t] / scale[pairs[own[0], 1]])
        sketch.row(-INFINITY, most, [(int(j), 1.0) for j in own])
    worth = burden.cost.mean(axis=0) * scale
    earlier = 1.0 + 1e-6 * (1.0 - np.arange(len(scale)) / len(scale))
    gain = (worth * earlier / worth.max())[needs[:, 0]]
    found = Program(sketch).least(np.concatenate([np.zeros(len(pairs)), -gain]))
    if found is None:
        raise ModelError("the solver finds nothing although nothing is a solution")
    result = np.zeros_like(burden.requirement)
    # the vertices of a transport problem are whole
    met = np.rint(found[1][len(pairs) :] * scale[needs[:, 0]]).astype(np.int64)
    result[needs[:, 0], needs[:, 1]] = met
    if np.any(result > burden.requirement) or short_cuts(
        with_requirement(burden, result), none, everyone
    ):
        raise ModelError("the solver meets more than the pools bring")
    return result


def closing(burden: Burden, kept: Booleans, adds: Booleans) -> Closing:
    """The least-cost lots that meet the requirement with some pools, added by some contributors.

    Parameters
    ----------
    burden : Burden
    kept : bool array (M,)
        Pools that are there.
    adds : bool array (C,)
        Contributors who may add.
    """
    return closer()(burden, kept, adds)


def closer() -> Callable[[Burden, Booleans, Booleans], Closing]:
    """A function like :func:`closing` that remembers the parts it has solved.

    Many questions about one world differ in one component only. It holds for problems that share
    costs, lots, limits, fair shares and roles.
    """
    known: _Known = {}

    def close(burden: Burden, kept: Booleans, adds: Booleans) -> Closing:
        case = Contingency(kept, adds)
        none = np.zeros_like(burden.limit)
        short = short_cuts(burden, none, case)
        if not short:
            return Closing((), none, 0.0, ())
        gaps = most_missing(short)
        most = np.where(adds[:, None], burden.most_lots, 0)
        unmet, within = short_cuts(burden, most, case), burden
        if unmet:
            usable = np.where(kept[:, None], burden.usable, 0)
            left = replace(burden, usable=usable, limit=np.where(adds[:, None], burden.limit, 0))
            within = with_requirement(burden, attainable(left))
            short = short_cuts(within, none, case)
        lots = _lots(within, case, most_missing(short), known)
        cost = float((burden.lot_cost * lots).sum())
        return Closing(gaps, lots, cost, most_missing(unmet))

    return close


def _lots(burden: Burden, case: Contingency, gaps: tuple[Missing, ...], known: _Known) -> Integers:
    adders = tuple(bool(each) for each in case.adds)
    rows = [CutRow(gap.capabilities, adders, gap.amount) for gap in gaps]
    while True:
        lots = np.zeros_like(burden.limit)
        for component in burden.cuts.components:
            own = tuple(row for row in rows if row.capabilities[0] in component)
            if own:
                inside = list(component)
                phases = (burden.requirement[inside] > 0).sum(axis=1)
                key = (own, phases.tobytes(), burden.most_lots[:, inside].tobytes())
                if key not in known:
                    known[key] = _covering(burden, own, component)
                lots += known[key]
        short = broken(burden, lots, [case])
        if not short:
            return lots
        if all(row in rows for row in short):
            raise ModelError("the solver's lots leave a requirement unmet")
        rows += [row for row in short if row not in rows]


def _covering(burden: Burden, rows: tuple[CutRow, ...], component: tuple[int, ...]) -> Integers:
    """The cheapest lots of one component that meet some cuts, all with the same adders."""
    inside = np.zeros(len(burden.lot), dtype=np.bool_)
    inside[list(component)] = True
    adders = np.array(rows[0].adders)
    part = replace(burden, limit=np.where(adders[:, None] & inside, burden.limit, 0))
    few, kind = merged(part)
    if len(component) == 1 and len(few.cost) == 1:
        # nothing to choose: as many as the largest gap needs
        totals = np.zeros_like(few.limit)
        totals[0, component[0]] = max(-(-r.amount // int(few.lot[component[0]])) for r in rows)
    else:
        everyone = (True,) * len(few.cost)
        layout = Layout(few, [replace(row, adders=everyone) for row in rows], pools=False)
        found = Program(layout.sketch).least(layout.additional)
        if found is None:
            raise ModelError("the solver finds no lots although there are some")
        totals = layout.lots(found[1])
    lots = np.zeros_like(burden.limit)
    for each, k in np.argwhere(totals > 0):
        own = np.flatnonzero(kind == each)
        lots[own, k] = split(int(totals[each, k]), part.shares[own], part.most_lots[own, k])
    return lots
