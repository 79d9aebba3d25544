"""Who accepts and who stays, as formulas over points, red lines and combinations of levels."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from accord._errors import UsageError
from accord.case.expressions import Expression
from accord.criteria import bargains
from accord.criteria.durable import drift_of
from accord.criteria.setting import Setting
from accord.explore.search.literals import TRUE, Literals, either, every
from accord.theory.bargaining import CROSSED, on_grid
from accord.theory.bargaining.space import CONSTRAINT
from accord.theory.search.formula import Formula
from accord.theory.survival import turning_thresholds

__all__ = ["Parties"]

Integers = NDArray[np.int64]


@dataclass(eq=False)
class Parties:
    """The parties of a case in the worlds of a setting, and the literals that speak of them.

    Attributes
    ----------
    setting : Setting
    literals : Literals
        Added to as parties are asked about.
    both : frozenset of str
        Parties that have to accept and to stay: one literal serves for both.
    """

    setting: Setting
    literals: Literals
    both: frozenset[str] = frozenset()
    _known: dict[tuple[str, bytes], Formula] = field(default_factory=dict)

    @cached_property
    def space(self) -> bargains.Space:
        """Values, walk-away values, combinations and lines."""
        return bargains.space_of(self.setting)

    def accepts(self, actor: str) -> Formula:
        """Where an actor prefers the package to walking away and no line of its is crossed."""
        return every(self._reaches(actor, self._needed(actor)), *self._lines(actor))

    def refuses(self, actor: str) -> Formula:
        """Where it does not."""
        return either(self._below(actor), *self._crossed(actor))

    def stays(self, actor: str) -> Formula:
        """Where it does not turn away in the years, whatever lines it crossed at signing."""
        if actor in self.both:
            return TRUE
        return self._reaches(actor, self._asked(actor) + self._threshold(actor))

    def gains(self, actor: str, points: float) -> Formula:
        """Where an actor gains at least so many points over walking away, lines apart."""
        if actor not in self.space.actors:
            raise UsageError(
                f"found the actor {actor}, wanted one of {', '.join(self.space.actors)}"
            )
        return self._reaches(actor, self._asked(actor) + int(on_grid(points)))

    def constraints(self) -> Formula:
        """Where the package is one that the case allows."""
        found = [
            self._holds(table) for _, party, table, _ in self.space.parts[3] if party == CONSTRAINT
        ]
        return every(*found)

    def truth(self, expression: Expression) -> Formula:
        """Where a condition on provisions and shocks holds."""
        return self._holds(self.space.table(expression))

    def _holds(self, table: bargains.Table) -> Formula:
        return self.literals.table(table.provisions, np.asarray(table.values, dtype=np.bool_))

    def _asked(self, actor: str) -> Integers:
        walk_away: Integers = self.space.parts[1][self._party(actor)]
        return walk_away

    def _needed(self, actor: str) -> Integers:
        asked = self._asked(actor)
        if actor not in self.both:
            return asked
        return np.asarray(asked + np.maximum(self._threshold(actor), 0))

    def _threshold(self, actor: str) -> Integers:
        # where nobody can turn the threshold lies below all points there are
        found = turning_thresholds(drift_of(self.setting)[actor])
        return np.asarray(np.maximum(found, -4 * CROSSED), dtype=np.int64)

    def _party(self, actor: str) -> int:
        return self.space.actors.index(actor)

    def _joints(self, actor: str) -> list[tuple[tuple[int, ...], Integers]]:
        own = self._party(actor)
        return [
            (table.provisions, np.asarray(table.values, dtype=np.int64))
            for party, table in self.space.parts[2]
            if party == own
        ]

    def _reaches(self, actor: str, asked: Integers) -> Formula:
        """Where utility, or support, reaches what is asked."""
        key = (actor, asked.tobytes())
        if key not in self._known:
            self._known[key] = self._literal(actor, asked, 1)
        return self._known[key]

    def _below(self, actor: str) -> Formula:
        """Where it falls short of the walk-away value: u < r is r - 1 - u ≥ 0 on whole steps."""
        return self._literal(actor, 1 - self._asked(actor), -1)

    def _literal(self, actor: str, asked: Integers, sign: int) -> Formula:
        own, joints = self._party(actor), self._joints(actor)
        points = [sign * values[own] for values in self.space.parts[0]]
        if not any(part.any() for part in points) and len(joints) == 1:
            # support hangs on few provisions together, so what it reaches is a table
            provisions, values = joints[0]
            return self.literals.table(provisions, sign * values >= asked)
        return self.literals.additive(asked, points, [(p, sign * v) for p, v in joints])

    def _lines(self, actor: str) -> list[Formula]:
        return [self.literals.table(p, kept) for p, kept in self._kept(actor)]

    def _crossed(self, actor: str) -> list[Formula]:
        return [self.literals.table(p, ~kept) for p, kept in self._kept(actor)]

    def _kept(self, actor: str) -> Sequence[tuple[tuple[int, ...], NDArray[np.bool_]]]:
        own, found = self._party(actor), []
        for _, party, table, binds in self.space.parts[3]:
            if party == own:
                kept = np.asarray(table.values, dtype=np.bool_)
                found.append((table.provisions, kept if binds is None else kept | ~binds))
        return found

    def formulas(self, actors: Sequence[str], *, stay: bool) -> Mapping[str, Formula]:
        """Where each of some actors accepts, or stays."""
        ask = self.stays if stay else self.accepts
        return {actor: ask(actor) for actor in actors}
