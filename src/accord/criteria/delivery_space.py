"""Test 2 for whole lists of packages: what is alike in them is worked out once."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from accord.case.case import Case
from accord.case.expressions import Accepts, Choice, Expression, atoms
from accord.case.records.delivery import Pledge
from accord.criteria.pledging import (
    available,
    coin,
    condition,
    gridded_requirement,
    gridded_usable,
    table,
)
from accord.criteria.setting import Setting
from accord.theory import coalition as conditions
from accord.theory.delivery.classes import classes_of
from accord.theory.delivery.space import DeliverySpace

__all__ = ["delivery_space"]

Integers = NDArray[np.int64]


def delivery_space(setting: Setting, levels: Integers) -> DeliverySpace:
    """Pledges and requirements of many packages, in the worlds of a setting.

    Parameters
    ----------
    setting : Setting
        Its own packages play no part.
    levels : int array (P, provisions)
        The level of each provision, in the order of the case.

    Returns
    -------
    DeliverySpace
        ``delivered_rows`` of it passes where test 2 passes, bit for bit.
    """
    space = _Packages(setting, np.asarray(levels, dtype=np.int64))
    own = table(setting)
    variants, condition_of = space.conditions()
    amounts, amount_of = space.tables(
        [_amount_provisions(pledge) for pledge in own.records],
        lambda m, chosen: gridded_usable(setting, m, chosen),
    )
    needs, requirement_of = space.tables(
        [_requiring(setting.case, name) for name in own.capabilities],
        lambda k, chosen: gridded_requirement(setting, k, chosen),
    )
    return DeliverySpace(
        available=available(setting),
        owner=tuple(own.contributors.index(owner) for owner in own.owners),
        contributors=len(own.contributors),
        conditions=variants,
        amounts=amounts,
        roles=own.roles,
        requirements=needs,
        condition_of=condition_of,
        amount_of=amount_of,
        requirement_of=requirement_of,
        coin=coin(setting),
    )


class _Packages:
    """Packages by the levels that they choose."""

    def __init__(self, setting: Setting, levels: Integers) -> None:
        self._setting = setting
        self._levels = levels
        self._provisions = tuple(setting.case.file.provisions)

    def chosen(self, row: int) -> dict[str, str]:
        """A package as the case writes it."""
        file = self._setting.case.file
        return {
            name: tuple(file.provisions[name].levels)[level]
            for name, level in zip(self._provisions, self._levels[row].tolist(), strict=True)
        }

    def classes(self, provisions: Sequence[str]) -> tuple[Integers, Integers]:
        """Packages that are alike in some provisions: the first of each kind, and all kinds."""
        columns = [self._levels[:, self._provisions.index(name)] for name in provisions]
        return classes_of(columns, len(self._levels))

    def tables(
        self,
        provisions: Sequence[Sequence[str]],
        table_of: Callable[[int, Mapping[str, str]], Integers],
    ) -> tuple[list[list[Integers]], Integers]:
        """Variants of amounts that hang on a few provisions each, and which each package has."""
        variants: list[list[Integers]] = []
        which = np.zeros((len(self._levels), len(provisions)), dtype=np.int64)
        for place, names in enumerate(provisions):
            first, kind = self.classes(names)
            found = [table_of(place, self.chosen(int(row))) for row in first]
            kept, number = _distinct(found, [each.tobytes() for each in found])
            variants.append(kept or [table_of(place, self.chosen(0))])
            which[:, place] = number[kind]
        return variants, which

    def conditions(self) -> tuple[list[list[conditions.Condition]], Integers]:
        """Variants of every pledge's condition, and which each package follows."""
        own = table(self._setting)
        variants: list[list[conditions.Condition]] = []
        which = np.zeros((len(self._levels), len(own.records)), dtype=np.int64)
        for place, pledge in enumerate(own.records):
            first, kind = self.classes(_condition_provisions(self._setting.case, pledge))
            packages = {f"row {row}": self.chosen(int(row)) for row in first}
            setting = replace(self._setting, packages=packages, _done={})
            found = [condition(setting, name, pledge) for name in packages]
            kept, number = _distinct(found, [_key(each) for each in found])
            variants.append(kept or [conditions.Always()])
            which[:, place] = number[kind]
        return variants, which


def _distinct(found: Sequence[Any], keys: Sequence[Hashable]) -> tuple[list[Any], Integers]:
    """Those that differ, and the number of each."""
    numbers: dict[Hashable, int] = {}
    number = [numbers.setdefault(key, len(numbers)) for key in keys]
    kept = [found[number.index(i)] for i in range(len(numbers))]
    return kept, np.array(number, dtype=np.int64)


def _key(part: conditions.Condition) -> Hashable:
    """What two conditions have in common when they hold in the same worlds for the same joins."""
    match part:
        case conditions.World(mask):
            return mask.tobytes()
        case conditions.All(members) | conditions.Any(members):
            return type(part).__name__, tuple(_key(member) for member in members)
        case conditions.AtLeast(count, members):
            return count, tuple(_key(member) for member in members)
    return part


def _condition_provisions(case: Case, pledge: Pledge) -> tuple[str, ...]:
    """Provisions on which a pledge's condition hangs; all of them where consent is asked."""
    if pledge.condition is None:
        return ()
    asked = list(atoms(pledge.condition.expression))
    if any(isinstance(atom, Accepts) for atom in asked):
        return tuple(case.file.provisions)
    return _named(pledge.condition.expression)


def _amount_provisions(pledge: Pledge) -> tuple[str, ...]:
    """Provisions on which a pledge's amount hangs."""
    named = [_named(step.when.expression) for step in pledge.amount.steps]
    return tuple(dict.fromkeys(name for names in named for name in names))


def _requiring(case: Case, capability: str) -> tuple[str, ...]:
    """Provisions of which some level requires a capability."""
    return tuple(
        name
        for name, provision in case.file.provisions.items()
        if any(capability in level.requires for level in provision.levels.values())
    )


def _named(expression: Expression) -> tuple[str, ...]:
    found = (atom.provision for atom in atoms(expression) if isinstance(atom, Choice))
    return tuple(dict.fromkeys(found))
