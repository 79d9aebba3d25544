"""One set of demands in many worlds: the numbers of all worlds side by side."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from accord._errors import ModelError
from accord.theory.bargaining.demand import Demand
from accord.theory.bargaining.elimination import BARRED, Table, aligned
from accord.theory.bargaining.space import Bargain

__all__ = ["Stacked", "stacked"]

Integers = NDArray[np.int64]
Booleans = NDArray[np.bool_]

MOST_CELLS = 5_000
"""Cells up to which a walk-away condition becomes a truth table."""


@dataclass(frozen=True, eq=False)
class Stacked:
    """What K walk-away conditions and some truth tables ask in W worlds.

    Attributes
    ----------
    sizes : tuple of J int
    slack : tuple of Table (K, …, W)
        Each condition's tables, the conditions along the first axis; their sum over tables is
        not negative exactly where it is met. Every provision has one.
    barred : tuple of Table
        Nought where allowed, ``BARRED`` elsewhere.
    """

    sizes: tuple[int, ...]
    slack: tuple[Table, ...]
    barred: tuple[Table, ...]

    @property
    def worlds(self) -> int:
        """Number of worlds, W."""
        return int(self.slack[0].numbers.shape[-1])

    def within(self, worlds: Integers) -> Stacked:
        """The same demands in some of the worlds."""
        return replace(
            self,
            slack=tuple(Table(t.provisions, t.numbers[..., worlds]) for t in self.slack),
            barred=tuple(Table(t.provisions, t.numbers[..., worlds]) for t in self.barred),
        )

    def slacks(self, packages: Integers, worlds: Integers | None = None) -> Integers:
        """Slack (K, P) of every condition at some packages (P, J), one each in some worlds (P,).

        By default one package a world.
        """
        here = np.arange(self.worlds) if worlds is None else worlds
        total = np.zeros((len(self.slack[0].numbers), len(here)), dtype=np.int64)
        for table in self.slack:
            levels = (packages[:, j] for j in table.provisions)
            at: tuple[Any, ...] = (slice(None), *levels, here)
            total += table.numbers[at]
        return total

    def allowed(self, packages: Integers, worlds: Integers | None = None) -> Booleans:
        """Whether the truth tables allow some packages (P, J), one each in some worlds, (P,)."""
        here = np.arange(self.worlds) if worlds is None else worlds
        found = np.ones(len(here), dtype=np.bool_)
        for table in self.barred:
            at = tuple(packages[:, j] for j in table.provisions)
            found &= table.numbers[(*at, here)] == 0
        return found

    def lacking(self, packages: Integers) -> Integers:
        """What each of some packages (P, J) lacks to meet every demand in each world, (P, W).

        The sum of what its slacks lack, and the negative of ``BARRED`` for every truth table
        that it breaks; nought where it meets all.
        """
        found = np.zeros((len(packages), self.worlds), dtype=np.int64)
        for table in self.barred:
            found -= table.numbers[tuple(packages[:, j] for j in table.provisions)]
        for row in range(len(self.slack[0].numbers)):
            total = np.zeros((len(packages), self.worlds), dtype=np.int64)
            for table in self.slack:
                total += table.numbers[(row, *(packages[:, j] for j in table.provisions))]
            found += np.maximum(0, -total)
        return found


def stacked(bargains: Sequence[Bargain], demands: Sequence[Demand]) -> Stacked:
    """Lay the worlds of one problem side by side.

    Parameters
    ----------
    bargains : sequence of W Bargain
        Of equal shape: the same parties, levels, and provisions of joints and limits.

    Raises
    ------
    ModelError
        If a world has another shape than the first.
    """
    _refuse_other_shapes(bargains)
    sums: list[list[Table]] = []
    barred: list[Table] = []
    for demand in demands:
        if demand.kind == "limit":
            limits = [b.limits[demand.index] for b in bargains]
            allowed = np.stack([x.allowed for x in limits], axis=-1)
            barred.append(_barred(bargains[0].sizes, demand, limits[0].provisions, allowed))
            continue
        tables = _terms(bargains, demand.index)
        scope = _scope(tables)
        if math.prod(bargains[0].sizes[j] for j in scope) <= MOST_CELLS:
            allowed = _sum(tables, scope) >= 0
            barred.append(_barred(bargains[0].sizes, demand, scope, allowed))
        else:
            sums.append(tables + _waived(demand, tables))
    return Stacked(bargains[0].sizes, _side_by_side(bargains, sums), tuple(barred))


def _refuse_other_shapes(bargains: Sequence[Bargain]) -> None:
    shapes = {
        (
            b.parties, b.sizes, tuple(j.provisions for j in b.joints),
            tuple(x.provisions for x in b.limits),
        )
        for b in bargains
    }  # fmt: skip
    if len(shapes) != 1:
        raise ModelError(f"found worlds of {len(shapes)} shapes, wanted at least one, all alike")


def _terms(bargains: Sequence[Bargain], party: int) -> list[Table]:
    """A party's utility less its walk-away value as a sum of tables (…, W)."""
    first = bargains[0]
    tables = [Table((), -np.array([b.walk_away[party] for b in bargains], dtype=np.int64))]
    for j in range(len(first.sizes)):
        tables.append(Table((j,), np.stack([b.values[j][party] for b in bargains], axis=-1)))
    for k, joint in enumerate(first.joints):
        points = np.stack([b.joints[k].points[party] for b in bargains], axis=-1)
        if points.any():
            tables.append(Table(joint.provisions, points))
    return tables


def _scope(tables: Sequence[Table]) -> tuple[int, ...]:
    """Provisions whose level makes a difference in some world."""
    found: set[int] = set()
    for table in tables:
        rows = table.numbers.reshape(-1, table.numbers.shape[-1])
        if (rows != rows[0]).any():
            found |= set(table.provisions)
    return tuple(sorted(found))


def _sum(tables: Sequence[Table], scope: tuple[int, ...]) -> Integers:
    """The sum of tables along the axes of a scope; what lies outside makes no difference."""
    total = np.zeros((1,) * (len(scope) + 1), dtype=np.int64)
    for table in tables:
        if set(table.provisions) <= set(scope):
            total = total + aligned(table.numbers, table.provisions, scope)
        else:
            total = total + table.numbers.reshape(-1, table.numbers.shape[-1])[0]
    return total


def _barred(
    sizes: tuple[int, ...], demand: Demand, provisions: tuple[int, ...], allowed: Booleans
) -> Table:
    """A truth table (…, W) as numbers, outside the demand's condition all allowed."""
    scope = provisions
    if demand.when is not None:
        when = demand.when
        scope = tuple(sorted({*provisions, *when.provisions}))
        waived = aligned(~when.allowed[..., None], when.provisions, scope)
        allowed = aligned(allowed, provisions, scope) | waived
    shape = (*(sizes[j] for j in scope), allowed.shape[-1])
    return Table(scope, np.where(np.broadcast_to(allowed, shape), 0, BARRED))


def _waived(demand: Demand, tables: Sequence[Table]) -> list[Table]:
    """What lifts a conditional walk-away value out of reach where it does not count."""
    if demand.when is None:
        return []
    least = sum(t.numbers.reshape(-1, t.numbers.shape[-1]).min(axis=0) for t in tables)
    lift = np.maximum(0, -np.asarray(least, dtype=np.int64))
    return [Table(demand.when.provisions, np.where(demand.when.allowed[..., None], 0, lift))]


def _side_by_side(
    bargains: Sequence[Bargain], sums: Sequence[Sequence[Table]]
) -> tuple[Table, ...]:
    """Tables of equal scope of all conditions in one, (K, …, W)."""
    sizes = bargains[0].sizes
    scopes: list[tuple[int, ...]] = [(j,) for j in range(len(sizes))]
    scopes += [t.provisions for tables in sums for t in tables if len(t.provisions) != 1]
    found = []
    for scope in dict.fromkeys(scopes):
        shape = (len(sums), *(sizes[j] for j in scope), len(bargains))
        numbers = np.zeros(shape, dtype=np.int64)
        for row, tables in enumerate(sums):
            for table in tables:
                if table.provisions == scope:
                    numbers[row] += table.numbers
        found.append(Table(scope, numbers))
    return tuple(found)
