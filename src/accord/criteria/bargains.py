"""A case's positions as bargaining problems, one a world, over the whole space of packages."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from accord._errors import ModelError
from accord.case.case import Case
from accord.case.conditions import Condition
from accord.case.expressions import Atom, Choice, Expression, Not, Or, Shock, atoms, evaluate
from accord.case.numbers import PackageNumber
from accord.case.records.positions import RedLine
from accord.case.truth import choice_holds
from accord.criteria.positions import ActorPosition, positions
from accord.criteria.setting import Setting
from accord.theory import bargaining
from accord.theory.bargaining.space import CONSTRAINT, MOST_LISTED, Bargain, Joint, Limit

__all__ = ["Space", "demanded", "space_of"]

Integers = NDArray[np.int64]
Booleans = NDArray[np.bool_]


def demanded(line: RedLine) -> Expression:
    """What a package must satisfy so as not to cross a line."""
    condition = line.always or line.never
    assert condition is not None
    return condition.expression if line.always else Not(condition.expression)


@dataclass(frozen=True, eq=False)
class Table:
    """Something that depends on the levels of a few provisions and on the world.

    ``values`` has an axis for each provision, in the case's order, and one for worlds, of length
    1 where it is the same in all.
    """

    provisions: tuple[int, ...]
    values: NDArray[np.generic]

    def world(self, world: int) -> NDArray[np.generic]:
        """The table of one world."""
        return self.values[..., world if self.values.shape[-1] > 1 else 0]


@dataclass(frozen=True, eq=False)
class Space:
    """The whole space of packages of a case, in the worlds of a setting.

    Attributes
    ----------
    setting : Setting
        Its packages play no part.
    actors : tuple of str
        Everybody who has a position, in the order declared; publics and parliaments among them,
        whose utility is their support.
    provisions : tuple of str
    """

    setting: Setting
    actors: tuple[str, ...]
    provisions: tuple[str, ...]

    @property
    def case(self) -> Case:
        """The case."""
        return self.setting.case

    @property
    def sizes(self) -> tuple[int, ...]:
        """Number of levels of every provision."""
        return tuple(len(self.case.file.provisions[name].levels) for name in self.provisions)

    def levels(self, chosen: Mapping[str, str]) -> Integers:
        """A package as levels (J,)."""
        return np.array(
            [self.case.file.provisions[name].index(chosen[name]) for name in self.provisions],
            dtype=np.int64,
        )

    def chosen(self, levels: Sequence[int] | Integers) -> dict[str, str]:
        """A package given as levels, by names."""
        return {
            name: list(self.case.file.provisions[name].levels)[int(level)]
            for name, level in zip(self.provisions, levels, strict=True)
        }

    def bargain(self, world: int = 0) -> Bargain:
        """The bargaining problem of one world; a red line that does not bind there allows all."""
        values, walk_away, joints, lines = self.parts
        limits = []
        for name, party, table, binds in lines:
            allowed = np.asarray(table.world(world), dtype=np.bool_)
            if binds is not None and not binds[world]:
                allowed = np.ones_like(allowed)
            limits.append(Limit(name, table.provisions, allowed, party))
        found = []
        tables = [table[:, :, world] for table in values]
        for party, table in joints:
            if not table.provisions:
                # the same for every package, so it may stand with the levels of any provision
                tables[0] = tables[0].copy()
                tables[0][party] += table.world(world)
                continue
            points = np.zeros((len(self.actors), *table.values.shape[:-1]), dtype=np.int64)
            points[party] = table.world(world)
            found.append(Joint(table.provisions, points))
        return Bargain(
            tuple(tables), walk_away[:, world], tuple(found), tuple(limits),
            float(bargaining.GRID),
        )  # fmt: skip

    def table(self, expression: Expression) -> Table:
        """Where a condition on provisions and shocks holds."""
        scope = self._scope([expression])
        truth = self._truth(expression, scope)
        return Table(scope, self._filled(truth, scope))

    @cached_property
    def parts(
        self,
    ) -> tuple[
        list[Integers],
        Integers,
        list[tuple[int, Table]],
        list[tuple[str, int, Table, Booleans | None]],
    ]:
        """Values (N, L, W) by provision, walk-away values (N, W), joints, and limits.

        Joints are (party, points) of combinations; limits (name, party, where it is kept, worlds
        in which it binds).
        """
        known = list(positions(self.setting).values())
        worlds = self.setting.worlds.count
        values = [np.zeros((len(known), size, worlds), dtype=np.int64) for size in self.sizes]
        walk_away = np.zeros((len(known), worlds), dtype=np.int64)
        joints: list[tuple[int, Table]] = []
        limits: list[tuple[str, int, Table, Booleans | None]] = []
        for party, position in enumerate(known):
            walk_away[party] = position.walk_away
            for provision, points in position.contributions.items():
                values[self.provisions.index(provision)][party] = points
            joints += [(party, table) for table in self._added(position)]
            for name, line in position.record.red_lines.items():
                table = self.table(demanded(line))
                limits.append(
                    (f"line:{position.actor}.{name}", party, table, position.binding[name])
                )
        for i, constraint in enumerate(self.case.file.constraints):
            expression = Or((Not(constraint.when.expression), constraint.require.expression))
            limits.append((f"constraint:{i}", CONSTRAINT, self.table(expression), None))
        return values, walk_away, joints, limits

    def _added(self, position: ActorPosition) -> list[Table]:
        """What an actor's interactions add, and a public's support."""
        worlds, found = self.setting.worlds, []
        for interaction in position.record.interactions:
            where = self.table(interaction.when.expression)
            points = bargaining.on_grid(worlds.value(interaction.points))
            found.append(Table(where.provisions, np.where(where.values, points, 0)))
        if position.record.support is not None:
            found.append(self._support(position.record.support))
        return found

    def _support(self, number: PackageNumber) -> Table:
        scope = self._scope([step.when.expression for step in number.steps])
        sizes = [self.sizes[j] for j in scope]
        if math.prod(sizes) * self.setting.worlds.count > 40 * MOST_LISTED:
            raise ModelError(f"found {math.prod(sizes):,} kinds of packages in one public's eyes")

        def truth(condition: Condition) -> Booleans:
            return self._truth(condition.expression, scope)

        points = self.setting.worlds.stepped(number, truth)
        return Table(scope, self._filled(bargaining.on_grid(points), scope))

    def _scope(self, expressions: Sequence[Expression]) -> tuple[int, ...]:
        """Provisions that some conditions mention, rising."""
        mentioned = {
            atom.provision
            for expression in expressions
            for atom in atoms(expression)
            if isinstance(atom, Choice)
        }
        return tuple(j for j, name in enumerate(self.provisions) if name in mentioned)

    def _truth(self, expression: Expression, scope: tuple[int, ...]) -> Booleans:
        """Truth of a condition with an axis for each provision of the scope, and one for worlds."""

        def truth(atom: Atom) -> Booleans:
            shape = [1] * (len(scope) + 1)
            if isinstance(atom, Shock):
                fell = self.setting.worlds.shock(atom.name)
                shape[-1] = fell.size
                return fell.reshape(shape)
            assert isinstance(atom, Choice)
            name = atom.provision
            levels = self.case.file.provisions[name].levels
            shape[scope.index(self.provisions.index(name))] = len(levels)
            holds = [choice_holds(self.case, {name: level}, atom) for level in levels]
            return np.array(holds, dtype=np.bool_).reshape(shape)

        return np.asarray(evaluate(expression, truth), dtype=np.bool_)

    def _filled(self, values: NDArray[np.generic], scope: tuple[int, ...]) -> NDArray[np.generic]:
        """The same values with every axis of the scope at its full length."""
        shape = (*(self.sizes[j] for j in scope), values.shape[-1] if values.ndim else 1)
        return np.broadcast_to(values, shape)


def space_of(setting: Setting) -> Space:
    """The space of a setting, made once."""
    return setting.once(
        ("space",),
        lambda: Space(setting, tuple(positions(setting)), tuple(setting.case.file.provisions)),
    )
