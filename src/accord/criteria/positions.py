"""Every actor's utility, walk-away value and red lines in every world, on the integer grid."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from accord._errors import CaseError, CaseErrors, ModelError
from accord.case.records.positions import Peak, Position, RedLine, Value
from accord.criteria.setting import Setting
from accord.theory import bargaining
from accord.worlds.worlds import Worlds

__all__ = ["ActorPosition", "level_points", "line_binds", "margins", "position_of", "positions"]

Integers = NDArray[np.int64]
Booleans = NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class ActorPosition:
    """One actor's position in all worlds.

    Attributes
    ----------
    contributions : mapping of provision to ndarray (L, W)
        Grid steps that each level adds; provisions without a value are missing.
    walk_away : ndarray (W,)
        Grid steps.
    binding : mapping of line to ndarray (W,)
        Where each red line is real.
    """

    actor: str
    record: Position
    contributions: Mapping[str, Integers]
    walk_away: Integers
    binding: Mapping[str, Booleans]
    worlds: Worlds

    def among(self, at: NDArray[np.intp], worlds: Worlds) -> ActorPosition:
        """The same in worlds that were gathered, those at an array of numbers (K,)."""
        return replace(
            self,
            contributions={name: table[:, at] for name, table in self.contributions.items()},
            walk_away=self.walk_away[at],
            binding={name: where[at] for name, where in self.binding.items()},
            worlds=worlds,
        )

    def utility(self, chosen: Mapping[str, str]) -> Integers:
        """Utility of a package in grid steps, or a public's support, shape (W,)."""
        worlds, record = self.worlds, self.record
        if record.support is not None:
            return bargaining.on_grid(worlds.package_value(record.support, chosen))
        total = np.zeros(worlds.count, dtype=np.int64)
        for provision, table in self.contributions.items():
            total += table[worlds.case.file.provisions[provision].index(chosen[provision])]
        for interaction in record.interactions:
            here = worlds.holds(interaction.when, chosen)
            if here is not False:
                points = bargaining.on_grid(worlds.value(interaction.points))
                total += np.where(np.broadcast_to(here, points.shape), points, 0)
        return total

    def crosses(self, line: RedLine, chosen: Mapping[str, str]) -> Booleans:
        """Where a package crosses a line, whether it binds or not, shape (W,)."""
        if line.never is not None:
            here = self.worlds.holds(line.never, chosen)
        else:
            assert line.always is not None
            held = self.worlds.holds(line.always, chosen)
            here = not held if isinstance(held, bool) else ~held
        return np.broadcast_to(np.asarray(here, dtype=np.bool_), (self.worlds.count,))

    def crossed(self, chosen: Mapping[str, str]) -> dict[str, Booleans]:
        """Where each line binds and is crossed, lines that never are left out."""
        found = {
            name: self.binding[name] & self.crosses(line, chosen)
            for name, line in self.record.red_lines.items()
        }
        return {name: where for name, where in found.items() if where.any()}

    def slack(self, chosen: Mapping[str, str]) -> Integers:
        """Utility above the walk-away value in grid steps, lines apart, shape (W,)."""
        return self.utility(chosen) - self.walk_away


def positions(setting: Setting) -> dict[str, ActorPosition]:
    """The positions of every actor that has one, in the order declared."""

    def compute() -> dict[str, ActorPosition]:
        if setting.whole is not None:
            # worked out once in all worlds, not for each gathering of some
            whole, at = setting.whole
            return {
                actor: position.among(at, setting.worlds)
                for actor, position in positions(whole).items()
            }
        return {
            actor: position_of(setting.worlds, actor, record)
            for actor, record in setting.case.file.positions.items()
        }

    return setting.once_for_all(("positions",), compute)


def margins(setting: Setting, package: str) -> Integers:
    """Margin of every actor for one package, shape (N, W), in grid steps."""

    def compute() -> Integers:
        if setting.whole is not None:
            whole, at = setting.whole
            return margins(whole, package)[:, at]
        chosen = setting.packages[package]
        rows = [_margin(position, chosen) for position in positions(setting).values()]
        return np.stack(rows) if rows else np.zeros((0, setting.worlds.count), dtype=np.int64)

    return setting.once(("margins", package), compute)


def _margin(position: ActorPosition, chosen: Mapping[str, str]) -> Integers:
    crossed = np.zeros(position.worlds.count, dtype=np.int64)
    for where in position.crossed(chosen).values():
        crossed += where
    try:
        return bargaining.margin(position.utility(chosen), position.walk_away, crossed)
    except ModelError as error:
        path = f"positions.{position.actor}.walk_away"
        place = position.worlds.case.place(path)
        raise CaseErrors(
            [
                CaseError(
                    path, place.file, place.line, place.column, str(error),
                    "a walk-away value within 200 points of every package",
                    "narrow the walk-away value or the interactions", place.text,
                )
            ]
        ) from None  # fmt: skip


def position_of(worlds: Worlds, actor: str, record: Position) -> ActorPosition:
    """One actor's position in some worlds."""
    binding = {
        name: line_binds(worlds, actor, name, line) for name, line in record.red_lines.items()
    }
    contributions = _contributions(worlds, record)
    bare = ActorPosition(
        actor, record, contributions, np.zeros(worlds.count, dtype=np.int64), binding, worlds
    )
    return ActorPosition(actor, record, contributions, _walk_away(worlds, bare), binding, worlds)


def _contributions(worlds: Worlds, record: Position) -> dict[str, Integers]:
    if not record.values:
        return {}
    weights = np.stack([worlds.value(value.weight) for value in record.values.values()])
    points = [level_points(worlds, name, value) for name, value in record.values.items()]
    tables = bargaining.contributions(weights, points)
    return dict(zip(record.values, tables, strict=True))


def level_points(worlds: Worlds, provision: str, value: Value) -> NDArray[np.float64]:
    """Points 0..100 of every level, shape (L, W)."""
    levels = list(worlds.case.file.provisions[provision].levels)
    if value.levels is not None:
        return np.stack([worlds.value(value.levels[level]) for level in levels])
    count = len(levels)
    steps = np.linspace(0.0, 100.0, count) if count > 1 else np.full(1, 100.0)
    if value.prefers == "falling":
        steps = steps[::-1]
    elif isinstance(value.prefers, Peak):
        top = levels.index(value.prefers.peak)
        far = max(top, count - 1 - top)
        steps = 100.0 * (1 - np.abs(np.arange(count) - top) / far) if far else np.full(1, 100.0)
    return np.repeat(steps[:, None], worlds.count, axis=1)


def _walk_away(worlds: Worlds, position: ActorPosition) -> Integers:
    record = position.record
    if record.needs is not None:
        return bargaining.on_grid(worlds.value(record.needs))
    assert record.walk_away is not None
    if record.walk_away.points is not None:
        return bargaining.on_grid(worlds.package_value(record.walk_away.points, {}))
    assert record.walk_away.like is not None
    below = worlds.case.chosen(record.walk_away.like)
    result = position.utility(below)
    if record.walk_away.plus is not None:
        result = result + bargaining.on_grid(worlds.package_value(record.walk_away.plus, below))
    return result


def line_binds(worlds: Worlds, actor: str, name: str, line: RedLine) -> Booleans:
    """Where a line is real: one uniform a line, shared by lines of the same bluff, shape (W,)."""
    if worlds.lines == "none":
        return np.zeros(worlds.count, dtype=np.bool_)
    if worlds.lines == "hard" or line.binding is None:
        return np.ones(worlds.count, dtype=np.bool_)
    column = f"bluff.{line.bluff}" if line.bluff else f"line.{actor}.{name}"
    return np.asarray(worlds.chance(column) < worlds.value(line.binding))
