"""Test 2 at central requirements: only who is available stays uncertain, and is summed exactly."""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from accord.case.case import Case, conditions_in
from accord.case.expressions import Accepts, Shock, atoms
from accord.criteria.pledging import PledgeTable, chances, coalition_of, table
from accord.criteria.setting import Setting
from accord.theory.delivery.bearing import bearing_pledges
from accord.theory.delivery.exact import Outlook, chances_of_delivery
from accord.theory.delivery.states import Situation, States
from accord.theory.loss import Coalition, at_world
from accord.worlds.worlds import Worlds

__all__ = ["CentralDelivery", "central_delivery"]

Booleans = NDArray[np.bool_]
Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class CentralDelivery:
    """What a package's delivery hangs on where requirements and amounts are central.

    Attributes
    ----------
    pledges : PledgeTable
    contributors : tuple of str
        Those whose pledges can matter, in the order of the results; all others change nothing.
    undisturbed : Situation
        In which no shock falls.
    outlook : Outlook
        Under the least and the greatest fixed point.
    """

    pledges: PledgeTable
    contributors: tuple[str, ...]
    undisturbed: Situation
    outlook: Outlook

    @property
    def requirement(self) -> NDArray[np.int64]:
        """What is required in grid units, shape (K, T)."""
        needs = self.undisturbed.coalition.requirement
        return needs.reshape(needs.shape[:2])


def central_delivery(case: Case, chosen: Mapping[str, str]) -> CentralDelivery:
    """Sum over who is available, and over the shocks that bear on it.

    Parameters
    ----------
    chosen : mapping of provision to level
        The package.
    """
    shocks = _shocks(case)
    setting = _setting(case, shocks, chosen)
    own, likely = table(setting), chances(setting)
    coalition = coalition_of(setting, _PACKAGE)
    weights = _weights(case, setting, shocks)
    everybody = np.ones((len(own.owners), setting.worlds.count), dtype=np.bool_)
    matters = bearing_pledges(coalition, everybody)
    names = tuple(name for name in own.contributors if matters[list(own.of(name))].any())
    situations = [
        Situation(
            float(weight),
            _of_active(at_world(coalition, world), own, names),
            [_states(own, name, matters, likely[:, world]) for name in names],
        )
        for world, weight in enumerate(weights)
        if weight > 0
    ]
    return CentralDelivery(
        own,
        names,
        situations[0],
        chances_of_delivery(situations),
    )


_PACKAGE = "package"


def _shocks(case: Case) -> tuple[str, ...]:
    """Shocks that hit a contributor, or bear on a pledge, be it through a consent that it asks."""
    atoms_of_pledges = [
        atom
        for _, condition in conditions_in(case.file.pledges)
        for atom in atoms(condition.expression)
    ]
    asked = {atom.name for atom in atoms_of_pledges if isinstance(atom, Shock)}
    for actor in {atom.actor for atom in atoms_of_pledges if isinstance(atom, Accepts)}:
        for _, condition in conditions_in(case.file.positions.get(actor)):
            asked |= {a.name for a in atoms(condition.expression) if isinstance(a, Shock)}
    return tuple(
        name
        for name, shock in case.file.shocks.items()
        if name in asked or set(shock.hits) & set(case.file.pledges)
    )


def _setting(case: Case, shocks: Sequence[str], chosen: Mapping[str, str]) -> Setting:
    """The central case once for every way the shocks may fall; none falls in the first."""
    ways = list(itertools.product((0.0, 1.0), repeat=len(shocks)))
    falls = np.array(ways).reshape(len(ways), len(shocks))
    fixed = {case.file.shocks[n].probability.path: falls[:, i] for i, n in enumerate(shocks)}
    worlds = Worlds(case, 0, (), "hard", len(falls), fixed)
    return Setting(case, worlds, {_PACKAGE: chosen})


def _weights(case: Case, setting: Setting, shocks: Sequence[str]) -> Floats:
    """The probability of every way the shocks may fall."""
    result = np.ones(setting.worlds.count)
    for name in shocks:
        chance = case.file.shocks[name].probability
        result *= np.where(
            setting.worlds.fixed[chance.path] > 0, chance.central, 1 - chance.central
        )
    return result


def _of_active(coalition: Coalition, own: PledgeTable, names: tuple[str, ...]) -> Coalition:
    """The coalition of those contributors alone; pledges of others are never available."""
    owner = tuple(names.index(name) if name in names else 0 for name in own.owners)
    return replace(coalition, owner=owner, contributors=len(names))


def _states(own: PledgeTable, name: str, matters: Booleans, likely: Floats) -> States:
    """What a contributor may have available: pledges that share its luck fall in order."""
    pledges = [m for m in own.of(name) if matters[m]]
    together = [m for m in pledges if not own.records[m].independent]
    parts = [_one_luck(together, likely, len(own.owners))] if together else []
    parts += [
        _one_luck([m], likely, len(own.owners)) for m in pledges if own.records[m].independent
    ]
    result = parts[0]
    for part in parts[1:]:
        both = result.available[:, None] | part.available[None]
        chance = np.multiply.outer(result.probability, part.probability)
        result = States(both.reshape(-1, len(own.owners)), chance.ravel())
    return result


def _one_luck(pledges: Sequence[int], likely: Floats, count: int) -> States:
    """One uniform number decides: the likelier a pledge, the sooner it is available."""
    steps = sorted({float(likely[m]) for m in pledges}, reverse=True)
    available = np.zeros((len(steps) + 1, count), dtype=np.bool_)
    for row, step in enumerate(steps, 1):
        available[row, [m for m in pledges if likely[m] >= step]] = True
    reached = np.array([1.0, *steps, 0.0])
    return States(available, np.maximum(reached[:-1] - reached[1:], 0.0))
