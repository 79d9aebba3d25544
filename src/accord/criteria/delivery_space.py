"""Test 2 for whole lists of packages: what is alike in them is worked out once."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from accord.case.case import Case
from accord.case.expressions import (
    Accepts,
    Atom,
    Choice,
    Expression,
    JoinCount,
    Joins,
    atoms,
)
from accord.case.records.delivery import Pledge
from accord.criteria.listed import Listed
from accord.criteria.pledging import (
    PledgeTable,
    available,
    coin,
    condition,
    gridded_requirement,
    gridded_usable,
    requiring,
    table,
)
from accord.criteria.setting import Setting
from accord.theory import coalition as conditions
from accord.theory.delivery.space import DeliverySpace

__all__ = ["delivery_space", "going_provisions", "take_consents", "who_is_asked"]

Integers = NDArray[np.int64]


def delivery_space(
    setting: Setting, levels: Integers, accepting: Mapping[str, bool] | None = None
) -> DeliverySpace:
    """Pledges and requirements of many packages, in the worlds of a setting.

    Parameters
    ----------
    setting : Setting
        Its own packages play no part.
    levels : int array (P, provisions)
        The level of each provision, in the order of the case.
    accepting : mapping of actor to bool, optional
        Whether each actor whose consent pledges wait for is taken to give it, in every world;
        asked of every package where left out.

    Returns
    -------
    DeliverySpace
        ``delivered_rows`` of it passes where test 2 passes, bit for bit.
    """
    space = _Variants(Listed(setting, levels), accepting)
    own = table(setting)
    variants, condition_of = space.conditions()
    amounts, amount_of = space.tables(
        [pledge.amount.provisions for pledge in own.records],
        lambda m, chosen: gridded_usable(setting, m, chosen),
    )
    needs, requirement_of = space.tables(
        [requiring(setting, name) for name in own.capabilities],
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


class _Variants:
    """What few provisions decide, worked out once for packages that are alike in them."""

    def __init__(self, packages: Listed, accepting: Mapping[str, bool] | None) -> None:
        self._packages = packages
        self._accepting = accepting

    def tables(
        self,
        provisions: Sequence[Sequence[str]],
        table_of: Callable[[int, Mapping[str, str]], Integers],
    ) -> tuple[list[list[Integers]], Integers]:
        """Variants of amounts that hang on a few provisions each, and which each package has."""
        variants: list[list[Integers]] = []
        which = np.zeros((len(self._packages), len(provisions)), dtype=np.int64)
        for place, names in enumerate(provisions):
            first, kind = self._packages.classes(names)
            found = [table_of(place, self._packages.chosen(int(row))) for row in first]
            kept, number = _distinct(found, [each.tobytes() for each in found])
            variants.append(kept or [table_of(place, self._packages.chosen(0))])
            which[:, place] = number[kind]
        return variants, which

    def conditions(self) -> tuple[list[list[conditions.Condition]], Integers]:
        """Variants of every pledge's condition, and which each package follows."""
        setting = self._packages.setting
        own = table(setting)
        variants: list[list[conditions.Condition]] = []
        which = np.zeros((len(self._packages), len(own.records)), dtype=np.int64)
        for place, pledge in enumerate(own.records):
            known = self._accepting is not None
            hangs_on = _condition_provisions(setting.case, pledge, consents_known=known)
            first, kind = self._packages.classes(hangs_on)
            packages = {f"row {row}": self._packages.chosen(int(row)) for row in first}
            asked = replace(setting, packages=packages, _done={})
            if self._accepting is not None:
                take_consents(asked, self._accepting)
            found = [condition(asked, name, pledge) for name in packages]
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


def take_consents(setting: Setting, accepting: Mapping[str, bool]) -> None:
    """Take it that some actors accept the packages of a setting, or do not, in every world."""
    signs = [1 if accepting.get(actor) else -1 for actor in setting.case.file.positions]
    given = np.repeat(np.array(signs, dtype=np.int64)[:, None], setting.worlds.count, axis=1)
    for name in setting.packages:
        setting.once(("margins", name), lambda: given)


def who_is_asked(case: Case) -> tuple[str, ...]:
    """Actors whose consent some pledge waits for, in the order of the positions."""
    found = {
        atom.actor
        for pledges in case.file.pledges.values()
        for pledge in pledges.values()
        if pledge.condition is not None
        for atom in atoms(pledge.condition.expression)
        if isinstance(atom, Accepts)
    }
    return tuple(actor for actor in case.file.positions if actor in found)


def going_provisions(setting: Setting, pledges: Iterable[int]) -> tuple[str, ...]:
    """Provisions on which it hangs whether some pledges go, consents apart.

    Those of the pledges that they wait for, and so on, are among them.
    """
    own, seen = table(setting), set(pledges)
    found: dict[str, None] = {}
    waiting = list(seen)
    while waiting:
        condition = own.records[waiting.pop()].condition
        if condition is None:
            continue
        found |= dict.fromkeys(_named(condition.expression))
        for atom in atoms(condition.expression):
            further = set(_waited_for(own, atom)) - seen
            seen |= further
            waiting += further
    return tuple(name for name in setting.case.file.provisions if name in found)


def _waited_for(own: PledgeTable, atom: Atom) -> tuple[int, ...]:
    match atom:
        case Joins(actor, None):
            return own.of(actor)
        case Joins(actor, pledge):
            return tuple(m for m in own.of(actor) if own.names[m] == pledge)
        case JoinCount(_, actors):
            return tuple(m for actor in actors for m in own.of(actor))
    return ()


def _condition_provisions(case: Case, pledge: Pledge, *, consents_known: bool) -> tuple[str, ...]:
    """Provisions on which a pledge's condition hangs; all of them where consent is asked."""
    if pledge.condition is None:
        return ()
    asked = list(atoms(pledge.condition.expression))
    if not consents_known and any(isinstance(atom, Accepts) for atom in asked):
        return tuple(case.file.provisions)
    return _named(pledge.condition.expression)


def _named(expression: Expression) -> tuple[str, ...]:
    found = (atom.provision for atom in atoms(expression) if isinstance(atom, Choice))
    return tuple(dict.fromkeys(found))
