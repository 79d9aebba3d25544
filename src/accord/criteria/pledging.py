"""Pledges, requirements and who goes, in every world: what tests 2 and 3 share."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from accord.case.case import Case
from accord.case.expressions import (
    Accepts,
    And,
    Expression,
    JoinCount,
    Joins,
    Not,
    Or,
    atoms,
)
from accord.case.records.delivery import Pledge
from accord.case.truth import package_truth
from accord.criteria.positions import margins
from accord.criteria.setting import Setting
from accord.theory import coalition as conditions
from accord.theory.capacity import GRID, Coverage, coverage, cuts_of, round_to_grid
from accord.theory.loss import Coalition

__all__ = [
    "PledgeTable", "available", "brought", "chances", "coalition_of", "coin", "condition",
    "delivered", "going",
    "gridded_requirement", "gridded_usable", "requirements", "requiring", "table", "usable",
]  # fmt: skip

Booleans = NDArray[np.bool_]
Integers = NDArray[np.int64]
Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class PledgeTable:
    """The pledges of a case in the order declared, and the grid of each capability.

    Attributes
    ----------
    owners : tuple of str
        Contributor of each pledge, M of them.
    names : tuple of str
    records : tuple of Pledge
    contributors : tuple of str
        Each once, in the order declared.
    capabilities, phases : tuple of str
    roles : ndarray (M, K)
    grid : ndarray (K,)
        The largest power of ten within the largest requirement of each capability's unit; 1e-6
        of it is one grid step.
    """

    owners: tuple[str, ...]
    names: tuple[str, ...]
    records: tuple[Pledge, ...]
    contributors: tuple[str, ...]
    capabilities: tuple[str, ...]
    phases: tuple[str, ...]
    roles: Booleans
    grid: Floats

    @property
    def step(self) -> Floats:
        """What one grid step is in the unit of each capability, shape (K,)."""
        return self.grid / GRID

    def of(self, actor: str) -> tuple[int, ...]:
        """Indices of an actor's pledges."""
        return tuple(m for m, owner in enumerate(self.owners) if owner == actor)


def table(setting: Setting) -> PledgeTable:
    """The table of the case's pledges."""
    return setting.once_for_all(("pledges",), lambda: _table(setting.case))


def _table(case: Case) -> PledgeTable:
    file = case.file
    entries = [(c, n, p) for c, pledges in file.pledges.items() for n, p in pledges.items()]
    capabilities = tuple(file.capabilities)
    roles = np.zeros((len(entries), len(capabilities)), dtype=np.bool_)
    for m, (_, _, pledge) in enumerate(entries):
        roles[m, [capabilities.index(k) for k in pledge.serves]] = True
    return PledgeTable(
        tuple(c for c, _, _ in entries),
        tuple(n for _, n, _ in entries),
        tuple(p for _, _, p in entries),
        tuple(file.pledges),
        capabilities,
        tuple(file.phases),
        roles,
        _grid(case, roles),
    )


def _grid(case: Case, roles: Booleans) -> Floats:
    """The largest requirement of every unit: 95% quantiles, the largest level of each provision.

    It depends on the case alone, so that every block of worlds is rounded alike.
    """
    capabilities = list(case.file.capabilities)
    largest = np.zeros(len(capabilities))
    for provision in case.file.provisions.values():
        most = np.zeros(len(capabilities))
        for level in provision.levels.values():
            for name, requirement in level.requires.items():
                high = float(requirement.amount.distribution.quantile(np.array([0.95]))[0])
                k = capabilities.index(name)
                most[k] = max(most[k], high)
        largest += most
    result = largest.copy()
    for component in cuts_of(roles).components if capabilities else ():
        members = list(component)
        result[members] = max(float(largest[members].max()), 0.0)
    # a power of ten, so that amounts written as decimals lie on the grid and add up exactly
    return np.asarray(10.0 ** np.floor(np.log10(np.where(result > 0, result, 1.0))))


def requirement(setting: Setting, capability: str, chosen: Mapping[str, str]) -> Floats:
    """What a package needs of one capability, in its unit, shape (T, W); not to be changed."""
    levels = [chosen[name] for name in requiring(setting, capability)]
    return setting.once_for_all(
        ("requirement", capability, *levels), lambda: _requirement(setting, capability, chosen)
    )


def requiring(setting: Setting, capability: str) -> tuple[str, ...]:
    """Provisions of which some level requires a capability."""
    provisions = setting.case.file.provisions.items()
    return setting.once_for_all(
        ("requiring", capability),
        lambda: tuple(
            name
            for name, provision in provisions
            if any(capability in level.requires for level in provision.levels.values())
        ),
    )


def _requirement(setting: Setting, capability: str, chosen: Mapping[str, str]) -> Floats:
    file, worlds, own = setting.case.file, setting.worlds, table(setting)
    needs = np.zeros((len(own.phases), worlds.count))
    largest = file.capabilities[capability].combine == "max"
    for name, provision in file.provisions.items():
        required = provision.levels[chosen[name]].requires.get(capability)
        if required is None:
            continue
        first = own.phases.index(required.since) if required.since else 0
        last = own.phases.index(required.until) if required.until else len(own.phases) - 1
        amount = worlds.value(required.amount)
        for phase in range(first, last + 1):
            needs[phase] = np.maximum(needs[phase], amount) if largest else needs[phase] + amount
    return needs


def brought(setting: Setting, pledge: Pledge, chosen: Mapping[str, str]) -> Floats:
    """What a pool brings in each phase after lead and rotation, in its unit, shape (T, W).

    Not to be changed.
    """
    return setting.once_for_all(
        ("brought", *setting.levels_for(pledge.amount, chosen)),
        lambda: _brought(setting, pledge, chosen),
    )


def _brought(setting: Setting, pledge: Pledge, chosen: Mapping[str, str]) -> Floats:
    worlds, own = setting.worlds, table(setting)
    result = np.zeros((len(own.phases), worlds.count))
    amount = worlds.package_value(pledge.amount, chosen)
    for t, name in enumerate(own.phases):
        phase = setting.case.file.phases[name]
        if pledge.lead is not None and pledge.lead.days > phase.by.days:
            continue
        rotated = phase.sustained and pledge.rotation is not None
        result[t] = amount / worlds.value(pledge.rotation) if rotated else amount  # type: ignore[arg-type]
    return result


def requirements(setting: Setting, chosen: Mapping[str, str]) -> Floats:
    """What a package needs, in the units of the case, shape (K, T, W)."""
    own = table(setting)
    rows = [requirement(setting, name, chosen) for name in own.capabilities]
    return np.array(rows).reshape(-1, len(own.phases), setting.worlds.count)


def usable(setting: Setting, chosen: Mapping[str, str]) -> Floats:
    """What each pool brings in each phase after lead and rotation, shape (M, T, W)."""
    own = table(setting)
    rows = [brought(setting, pledge, chosen) for pledge in own.records]
    return np.array(rows).reshape(-1, len(own.phases), setting.worlds.count)


def chances(setting: Setting) -> Floats:
    """The chance that each pledge is available, with shocks that hit its contributor, (M, W)."""
    worlds, own = setting.worlds, table(setting)
    rows = np.zeros((len(own.records), worlds.count))
    for m, pledge in enumerate(own.records):
        probability = worlds.value(pledge.chance or setting.case.file.stages[pledge.stage])
        for name, shock in setting.case.file.shocks.items():
            if own.owners[m] in shock.hits:
                factor = worlds.value(shock.hits[own.owners[m]])
                probability = np.where(worlds.shock(name), probability * factor, probability)
        rows[m] = probability
    return rows


def available(setting: Setting) -> Booleans:
    """Which pledges are available, shape (M, W): one uniform a contributor unless independent."""

    def compute() -> Booleans:
        own, likely = table(setting), chances(setting)
        luck = np.ones(likely.shape)
        for m, pledge in enumerate(own.records):
            column = f"availability.{own.owners[m]}"
            if pledge.independent:
                column += f".{own.names[m]}"
            luck[m] = setting.worlds.chance(column)
        return np.asarray(luck < likely)

    return setting.once_for_all(("available",), compute)


def coin(setting: Setting) -> Booleans:
    """Where mutually waiting pledges go together: one coin a world, shared by all packages."""
    worlds, number = setting.worlds, setting.case.file.coordination
    if number is None:
        return np.zeros(worlds.count, dtype=np.bool_)
    return np.asarray(worlds.chance("coordination") < worlds.value(number))


def coalition_of(setting: Setting, package: str) -> Coalition:
    """The coalition that a package asks for, amounts and requirements on the grid."""

    def compute() -> Coalition:
        own, chosen = table(setting), setting.packages[package]
        shape = (len(own.phases), setting.worlds.count)
        amounts = [gridded_usable(setting, m, chosen) for m in range(len(own.records))]
        needed = [gridded_requirement(setting, k, chosen) for k in range(len(own.capabilities))]
        return Coalition(
            conditions=tuple(condition(setting, package, p) for p in own.records),
            owner=tuple(own.contributors.index(owner) for owner in own.owners),
            contributors=len(own.contributors),
            usable=np.array(amounts, dtype=np.int64).reshape(-1, *shape),
            roles=own.roles,
            requirement=np.array(needed, dtype=np.int64).reshape(-1, *shape),
            cuts=setting.once_for_all(("cuts",), lambda: cuts_of(own.roles)),
        )

    return setting.once(("coalition", package), compute)


def gridded_usable(setting: Setting, pledge: int, chosen: Mapping[str, str]) -> Integers:
    """What a pool brings, in grid steps, shape (T, W)."""
    own = table(setting)
    # capabilities that a pool shares stand in one component, and so on one grid
    step = own.grid[int(np.argmax(own.roles[pledge]))]
    # up, so that thirds which a rotation leaves still add up to what they are thirds of
    return round_to_grid(brought(setting, own.records[pledge], chosen), float(step), up=True)


def gridded_requirement(setting: Setting, capability: int, chosen: Mapping[str, str]) -> Integers:
    """What a package needs of a capability, in grid steps, shape (T, W)."""
    own = table(setting)
    needs = requirement(setting, own.capabilities[capability], chosen)
    return round_to_grid(needs, float(own.grid[capability]))


def going(setting: Setting, package: str) -> Booleans:
    """Which pledges go, the world's coin choosing between waiting and going, shape (M, W)."""

    def compute() -> Booleans:
        rules = coalition_of(setting, package).conditions
        return conditions.joining(available(setting), rules, coin(setting))

    return setting.once(("going", package), compute)


def delivered(setting: Setting, package: str) -> Coverage:
    """What goes against what is needed, in every world."""

    def compute() -> Coverage:
        own = coalition_of(setting, package)
        here = going(setting, package)
        return coverage(here, own.usable, own.roles, own.requirement, own.cuts)

    return setting.once(("delivered", package), compute)


def condition(setting: Setting, package: str, pledge: Pledge) -> conditions.Condition:
    """What a pledge waits for, with what the package and the world decide filled in."""
    if pledge.condition is None:
        return conditions.Always()
    return _translated(setting, package, pledge.condition.expression)


def _translated(setting: Setting, package: str, part: Expression) -> conditions.Condition:
    """A condition with what the package and the world decide filled in."""
    own = table(setting)
    match part:
        case Joins(actor, None):
            return conditions.Goes(own.of(actor))
        case Joins(actor, pledge):
            return conditions.Goes(tuple(m for m in own.of(actor) if own.names[m] == pledge))
        case JoinCount(count, actors):
            return conditions.AtLeast(count, tuple(conditions.Goes(own.of(a)) for a in actors))
        case And(parts) if _waits(part):
            return conditions.All(tuple(_translated(setting, package, p) for p in parts))
        case Or(parts) if _waits(part):
            return conditions.Any(tuple(_translated(setting, package, p) for p in parts))
        case Not(And(parts)):
            return _translated(setting, package, Or(tuple(Not(p) for p in parts)))
        case Not(Or(parts)):
            return _translated(setting, package, And(tuple(Not(p) for p in parts)))
        case Not(Not(inner)):
            return _translated(setting, package, inner)
        case Not(inner):
            return _of_world(setting, _truth(setting, package, inner), negate=True)
    return _of_world(setting, _truth(setting, package, part))


def _waits(part: Expression) -> bool:
    return any(isinstance(atom, Joins | JoinCount | Accepts) for atom in atoms(part))


def _truth(setting: Setting, package: str, part: Expression) -> Booleans | bool:
    if isinstance(part, Accepts):
        actor = list(setting.case.file.positions).index(part.actor)
        return np.asarray(margins(setting, package)[actor] >= 0)
    shocks = setting.worlds.shocks()
    return package_truth(setting.case, part, setting.packages[package], shocks)


def _of_world(
    setting: Setting, truth: Booleans | bool, *, negate: bool = False
) -> conditions.Condition:
    if isinstance(truth, bool):
        return conditions.Always() if truth != negate else conditions.Never()
    mask = np.asarray(~truth if negate else truth, dtype=np.bool_)
    return conditions.World(np.broadcast_to(mask, (setting.worlds.count,)))
