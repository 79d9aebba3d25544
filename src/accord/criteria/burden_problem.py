"""The burden of one package in one world, as the problem that the theory takes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from accord.case.case import Case
from accord.case.records.burden import Burden as Block
from accord.criteria.pledging import (
    PledgeTable,
    coalition_of,
    going,
    gridded_requirement,
    table,
)
from accord.criteria.setting import Setting
from accord.theory.allocation import UNLIMITED, Burden
from accord.theory.capacity import GRID, coverage
from accord.theory.coalition import greatest_fixed_point
from accord.theory.loss import Coalition, at_world
from accord.verdict.verdict import Row, Verdict, signed32

__all__ = ["Shared", "central_burden", "requirement_without", "stressed_burden"]

RESERVE = 0.1
"""Held beyond every requirement where the case does not say."""

Booleans = NDArray[np.bool_]
Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

_FINEST = 1000


@dataclass(frozen=True, eq=False)
class Shared:
    """The burden of a package in one world.

    Attributes
    ----------
    pledges : PledgeTable
    coalition : Coalition
        Of that world alone.
    world : int or None
        Which of the drawn worlds; None for the central case.
    burden : Burden
        Pools that stay away bring nothing.
    step : float array (K,)
        A grid step in the unit of each capability.
    finer : int64 array (K,)
        Grid steps of the burden in one of the coalition.
    reserve : float
    """

    pledges: PledgeTable
    coalition: Coalition
    world: int | None
    burden: Burden
    step: Floats
    finer: Integers
    reserve: float


def central_burden(setting: Setting, package: str) -> Shared:
    """Where every input is central, every pledge is available and everyone goes."""

    def compute() -> Shared:
        there = setting.central()
        coalition = at_world(coalition_of(there, package), 0)
        everybody = np.ones((len(coalition.owner), 1), dtype=np.bool_)
        goes = greatest_fixed_point(everybody, coalition.conditions)[:, 0]
        return _shared(setting, package, coalition, None, goes)

    return setting.once(("central burden", package), compute)


def stressed_burden(setting: Setting, package: str) -> Shared:
    """In the drawn world at the 20th percentile of the deliverable margin, as it was drawn."""
    coalition, goes = coalition_of(setting, package), going(setting, package)
    margins = coverage(
        goes, coalition.usable, coalition.roles, coalition.requirement, coalition.cuts
    ).log_lambda
    world = _stressed(setting, package, margins)
    return _shared(setting, package, at_world(coalition, world), world, goes[:, world])


def requirement_without(setting: Setting, package: str, provision: str) -> Integers:
    """What the central case needs if one provision required nothing, on the burden's grid."""
    case = setting.case
    record = case.file.provisions[provision]
    chosen = setting.packages[package][provision]
    bare = record.levels[chosen].model_copy(update={"requires": {}})
    levels = {**record.levels, chosen: bare}
    provisions = {**case.file.provisions, provision: record.model_copy(update={"levels": levels})}
    file = case.file.model_copy(update={"provisions": provisions})
    lean = Setting(replace(case, file=file), setting.central().worlds, setting.packages)
    own = lean.once(("pledges",), lambda: table(setting))
    needs = [
        gridded_requirement(lean, k, setting.packages[package])[:, 0]
        for k in range(len(own.capabilities))
    ]
    return np.stack(needs) * central_burden(setting, package).finer[:, None]


def _stressed(setting: Setting, package: str, margins: Floats) -> int:
    """The world that the verdict will call stressed."""
    weights = np.ones(len(margins), dtype=np.int64) if setting.weights is None else setting.weights
    row = Row("deliverable")
    verdict = Verdict(
        ("deliverable",), {}, ("",), (row,), (package,), signed32(margins)[None, None],
        np.full((1, 1, len(margins)), -1, dtype=np.int16), (), weights,
    )  # fmt: skip
    return verdict.stressed("deliverable", "", package)


def _shared(
    setting: Setting, package: str, coalition: Coalition, world: int | None, goes: Booleans
) -> Shared:
    own, block = table(setting), setting.case.file.burden or Block()
    sizes = _lot_sizes(block, own)
    finer = _finer(sizes, own)
    step = own.grid / (GRID * finer)
    lead = np.argmax(own.roles, axis=1)
    usable = coalition.usable.reshape(coalition.usable.shape[:2]) * finer[lead][:, None]
    requirement = coalition.requirement.reshape(coalition.requirement.shape[:2]) * finer[:, None]
    present = _present(own, goes & (usable > 0).any(axis=1)) if world is not None else None
    lot = np.maximum(np.rint(sizes / step), 1).astype(np.int64)
    limit = _limits(setting, block, (lot, step), world, present)
    costs = _unit_costs(setting, package, block, requirement * step[:, None], world)
    everyone = tuple(own.contributors)
    burden = Burden(
        usable=np.where(goes[:, None], usable, 0),
        roles=own.roles,
        owner=np.array([everyone.index(o) for o in own.owners], dtype=np.intp),
        requirement=requirement,
        cost=np.repeat((costs * step)[None], len(everyone), axis=0),
        lot=lot,
        limit=limit,
        shares=np.full(len(everyone), 1.0 / len(everyone)),
        cuts=coalition.cuts,  # type: ignore[arg-type]  # listed anew where None
    )
    usual = None if world is None else central_burden(setting, package).burden.shares
    shares = _fair_shares(setting, block, burden, usual)
    reserve = RESERVE if block.reserve is None else _value(setting, block.reserve, world)
    return Shared(
        own, coalition, world, replace(burden, shares=shares), step, finer, float(reserve)
    )


def _value(setting: Setting, number: object, world: int | None) -> float:
    """A number of the case in a world."""
    worlds = setting.central().worlds if world is None else setting.worlds
    return float(worlds.value(number)[world or 0])  # type: ignore[arg-type]


def _lot_sizes(block: Block, own: PledgeTable) -> Floats:
    """Sizes of lots in units; the central value where the case is uncertain of one."""
    sizes = np.where(own.grid >= 10, 1.0, 0.1)
    for name, number in block.lots.items():
        sizes[own.capabilities.index(name)] = number.central
    return sizes


def _finer(sizes: Floats, own: PledgeTable) -> Integers:
    """How much finer the burden's grid is, so that lots are whole steps; one for shared pools."""
    result = np.ones(len(sizes), dtype=np.int64)
    for k, steps in enumerate(sizes * (GRID / own.grid)):
        while abs(steps * result[k] - np.rint(steps * result[k])) > 1e-6 * steps:
            if result[k] == _FINEST:
                break
            result[k] *= 10
    joined = own.roles.T.astype(np.int64) @ own.roles > 0
    for _ in range(len(sizes)):
        result = np.array([result[row].max(initial=result[k]) for k, row in enumerate(joined)])
    return result


def _present(own: PledgeTable, pools: Booleans) -> Booleans:
    """Contributors that bring at least something, (C,)."""
    return np.array([pools[list(own.of(name))].any() for name in own.contributors])


def _limits(
    setting: Setting,
    block: Block,
    grid: tuple[Integers, Floats],
    world: int | None,
    present: Booleans | None,
) -> Integers:
    """How many lots each contributor may add; none where it stays away from this world."""
    own, (lot, step) = table(setting), grid
    result = np.zeros((len(own.contributors), len(own.capabilities)), dtype=np.int64)
    for m, pledge in enumerate(own.records):
        # refused and unspecified pledges are entries of amount nought
        if pledge.amount.base.central > 0:
            result[own.contributors.index(own.owners[m]), own.roles[m]] = UNLIMITED
    for name, additions in block.adds.items():
        row = own.contributors.index(name)
        for capability in additions.without_limit:
            result[row, own.capabilities.index(capability)] = UNLIMITED
        for capability, number in additions.limits.items():
            k = own.capabilities.index(capability)
            most = _value(setting, number, world) / float(lot[k] * step[k])
            # a limit of just so many lots must not lose one to the last bit of a float
            result[row, k] = int(np.floor(min(most, 1e9) * (1 + 1e-9) + 1e-9))
    return result if present is None else np.where(present[:, None], result, 0)


def _unit_costs(
    setting: Setting, package: str, block: Block, needs: Floats, world: int | None
) -> Floats:
    """Cost of a unit in a phase, (K,): as the case says, or so that each requirement costs one."""
    own = table(setting)
    if block.cost is not None:
        result = np.ones(len(own.capabilities))
        for name, number in block.cost.items():
            result[own.capabilities.index(name)] = _value(setting, number, world)
        return result
    total = needs.sum(axis=1)
    if world is not None:
        central = central_burden(setting, package)
        usual = (central.burden.requirement * central.step[:, None]).sum(axis=1)
        total = np.where(usual > 0, usual, total)
    return 1.0 / np.where(total > 0, total, own.grid)


def _fair_shares(setting: Setting, block: Block, burden: Burden, usual: Floats | None) -> Floats:
    """The key, among those who bring or may add something that is needed.

    ``usual`` are the shares of the central case, which hold in other worlds as well.
    """
    own = table(setting)
    needed = (burden.requirement > 0).any(axis=1)
    dear = np.where(burden.roles & needed, burden.cost[burden.owner], np.inf)
    cheapest = dear.min(axis=1, initial=np.inf)
    worth = np.where(np.isinf(cheapest), 0.0, cheapest) * burden.usable.sum(axis=1)
    pledged = np.zeros(len(own.contributors))
    np.add.at(pledged, burden.owner, worth)
    able = (pledged > 0) | ((burden.limit != 0) & needed).any(axis=1)
    key = _weights(setting.case, block, own, pledged) if usual is None else usual
    weights = np.where(able, key, 0.0)
    if not weights.sum() > 0:
        weights = able.astype(np.float64) if able.any() else np.ones(len(able))
    return np.asarray(weights / weights.sum())


def _weights(case: Case, block: Block, own: PledgeTable, pledged: Floats) -> Floats:
    rule = "pledged" if block.key is None else block.key.by
    if block.key is not None and rule is None:
        found: Mapping[str, float] = {n: w.central for n, w in block.key.weights.items()}
        return np.array([found.get(name, 0.0) for name in own.contributors])
    if rule == "power":
        powers = (case.file.actors[name].power for name in own.contributors)
        return np.array([0.0 if p is None else p.central for p in powers])
    return pledged if rule == "pledged" else np.ones(len(pledged))
