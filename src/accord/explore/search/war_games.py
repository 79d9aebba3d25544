"""The numbers of the deterrence game of every variant, at signing and in the years after it.

A *moment* is a world at signing, or a world in a later year in which the challenger is tempted,
with the reversals that stand then. A game has a number for each of its fields in every moment,
and each of these hangs on one part of a package at most.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from accord._errors import ModelError
from accord.case.tree import Path
from accord.criteria.delivery_space import take_consents
from accord.criteria.fighting import build_game, gathered_setting, guarantor_names
from accord.criteria.setting import Setting
from accord.criteria.years import calendar
from accord.explore.search.war_parts import Forces, Part, written
from accord.theory.game import Game

__all__ = ["Fields", "Moments", "fields_of", "moments", "named", "numbers_in"]

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Moments:
    """Worlds at signing, then worlds in later years.

    Attributes
    ----------
    worlds : int array (K,)
        The world of each moment; the first W are those at signing, in their order.
    years : int array (K,)
        0 at signing.
    of_variant : tuple of int array (R, …)
        For each variant of the chance of reversal: its moments after signing.
    leader : int array (K,)
        The variant by whose calendar a moment is worked out.
    """

    worlds: Integers
    years: Integers
    of_variant: tuple[Integers, ...]
    leader: Integers


def moments(setting: Setting, reversal: Part) -> Moments:
    """All moments that some package asks about."""
    count = setting.worlds.count
    if setting.case.file.durability is None:
        worlds = np.arange(count, dtype=np.int64)
        return Moments(worlds, np.zeros_like(worlds), (worlds[:0],), np.zeros_like(worlds))
    keys, luck = [], []
    for levels in reversal.packages:
        years = calendar(setting.alone("asked", written(setting, levels)), "asked")
        year, world = np.nonzero(years.tempted)
        key = year * count + world
        for stands in years.stands.values():
            key = key * 2 + stands[year, world]
        keys.append(key)
        luck.append((year + 1, world))
    _, first, number = np.unique(np.concatenate(keys), return_index=True, return_inverse=True)
    ends = np.cumsum([0, *(len(key) for key in keys)])
    year = np.concatenate([each[0] for each in luck])[first]
    world = np.concatenate([each[1] for each in luck])[first]
    leader = np.searchsorted(ends, first, side="right") - 1
    signing = np.arange(count, dtype=np.int64)
    return Moments(
        np.concatenate([signing, world]).astype(np.int64),
        np.concatenate([np.zeros_like(signing), year]).astype(np.int64),
        tuple(count + number[a:b] for a, b in pairwise(ends)),
        np.concatenate([np.zeros_like(signing), leader]).astype(np.int64),
    )


@dataclass(frozen=True, eq=False)
class Fields:
    """The numbers of the game.

    Attributes
    ----------
    plain : Game
        A game whose numbers are (K,) or single; those that some part changes are overwritten.
    changed : tuple of (part, places, float array (V, F, K))
        For each part, by its number, the places of the fields that it changes and their values.
    """

    plain: Game
    changed: tuple[tuple[int, tuple[int, ...], Floats], ...]

    def at(self, variants: Sequence[Integers], moments: Integers) -> Game:
        """Games of some variants in some moments.

        Parameters
        ----------
        variants : for each part, int array (G,)
        moments : int array (G,)
        """
        values = [_taken(value, moments) for value in numbers_in(self.plain)]
        for part, places, table in self.changed:
            picked = table[variants[part], :, moments]
            for column, place in enumerate(places):
                values[place] = np.ascontiguousarray(picked[:, column])
        game: Game = _rebuilt(self.plain, values)
        return game


def fields_of(
    setting: Setting, when: Moments, reversal: Part, values: Sequence[Part], forces: Forces,
    patterns: Sequence[Mapping[str, bool]],
) -> Fields:  # fmt: skip
    """Work out games of a package of each variant of each part, in all moments.

    The parts are the numbers, then the forces.
    """
    maker = _Maker(setting, when, reversal)
    first = np.zeros(len(setting.case.file.provisions), dtype=np.int64)
    plain = maker.game(first, patterns[0])
    changed = []
    for number, part in enumerate(values):
        places = tuple(_place_of(setting, plain, path) for path in part.paths)
        games = (maker.game(levels, patterns[0]) for levels in part.packages)
        changed.append((number, places, _table(games, part.count, places, when)))
    places = tuple(
        _place(plain, ("guarantors", g, name))
        for g in range(len(plain.guarantors))
        for name in ("tripwire", "strength")
    )
    games = (
        maker.game(levels, patterns[s])
        for levels, s in zip(forces.packages, forces.pattern, strict=True)
    )
    table = _table(games, len(forces.packages), places, when)
    return Fields(plain, (*changed, (len(values), places, table)))


def _table(games: Iterable[Game], count: int, places: Sequence[int], when: Moments) -> Floats:
    """Some numbers of games (V, F, K)."""
    table = np.empty((count, len(places), when.worlds.size))
    for v, game in enumerate(games):
        numbers = numbers_in(game)
        for column, place in enumerate(places):
            table[v, column] = numbers[place]
    return table


def _place_of(setting: Setting, plain: Game, path: Path) -> int:
    """Where the number of a case stands among the numbers of its game."""
    record = setting.case.file.deterrence
    assert record is not None
    if path[0] == "guarantors":
        return _place(plain, ("guarantors", guarantor_names(record).index(str(path[1])), path[2]))
    return _place(plain, path)


def _place(plain: Game, path: Sequence[Any]) -> int:
    """Where a field of a game stands among its numbers."""
    names = named(plain, ())
    if tuple(path) not in names:
        raise ModelError(f"{'.'.join(map(str, path))} is no number of the deterrence game")
    return names.index(tuple(path))


def named(record: Any, path: tuple[Any, ...]) -> list[tuple[Any, ...]]:
    """The path of every number of a game, in the order of its fields."""
    if isinstance(record, tuple):
        return [each for i, part in enumerate(record) for each in named(part, (*path, i))]
    if isinstance(record, Mapping):
        return [each for key, part in record.items() for each in named(part, (*path, key))]
    if hasattr(record, "__dataclass_fields__"):
        names = [f.name for f in fields(record) if f.name not in _NO_NUMBERS]
        return [each for n in names for each in named(getattr(record, n), (*path, n))]
    return [path]


class _Maker:
    """Makes games of packages in all moments."""

    def __init__(self, setting: Setting, when: Moments, reversal: Part) -> None:
        self._setting, self._when = setting, when
        self._calendars = []
        if setting.case.file.durability is not None:
            self._calendars = [
                calendar(setting.alone("asked", written(setting, levels)), "asked")
                for levels in reversal.packages
            ]

    def game(self, levels: Integers, accepting: Mapping[str, bool]) -> Game:
        """The game of a package, as the challenger sees it."""
        own = self._setting.alone("asked", written(self._setting, levels))
        take_consents(own, accepting)
        games = [build_game(own, "asked", beliefs=True)]
        count = self._setting.worlds.count
        later = np.arange(count, self._when.worlds.size)
        lengths, places = [count], [np.arange(count)]
        for leader, years in enumerate(self._calendars):
            mine = later[self._when.leader[later] == leader]
            if not mine.size:
                continue
            world, year = self._when.worlds[mine], self._when.years[mine]
            some = gathered_setting(own, "asked", world)
            pressure = years.pressure(self._setting, year, world)
            games.append(build_game(some, "asked", beliefs=True, pressure=pressure))
            lengths.append(mine.size)
            places.append(mine)
        return _in_order(games, lengths, np.concatenate(places))


def _in_order(games: Sequence[Game], lengths: Sequence[int], places: Integers) -> Game:
    """Games of some moments each as one, moments in order."""
    flat = [numbers_in(game) for game in games]
    back = np.argsort(places)
    values = []
    for column in zip(*flat, strict=True):
        parts = [np.broadcast_to(np.asarray(v), n) for v, n in zip(column, lengths, strict=True)]
        values.append(np.concatenate(parts)[back])
    game: Game = _rebuilt(games[0], values)
    return game


def numbers_in(record: Any) -> list[Any]:
    """Every number of a game, in the order of its fields."""
    if isinstance(record, tuple):
        return [number for each in record for number in numbers_in(each)]
    if isinstance(record, Mapping):
        return [number for each in record.values() for number in numbers_in(each)]
    if hasattr(record, "__dataclass_fields__"):
        names = [f.name for f in fields(record) if f.name not in _NO_NUMBERS]
        return [number for name in names for number in numbers_in(getattr(record, name))]
    return [record]


_NO_NUMBERS = frozenset({"tiers", "backstop", "name"})


def _rebuilt(record: Any, values: Sequence[Any]) -> Any:
    """A game with other numbers, in the order of its fields."""
    left = iter(values)

    def build(part: Any) -> Any:
        if isinstance(part, tuple):
            return tuple(build(each) for each in part)
        if isinstance(part, Mapping):
            return {key: build(each) for key, each in part.items()}
        if hasattr(part, "__dataclass_fields__"):
            names = [f.name for f in fields(part) if f.name not in _NO_NUMBERS]
            return replace(part, **{name: build(getattr(part, name)) for name in names})
        return next(left)

    return build(record)


def _taken(value: Any, moments: Integers) -> Any:
    numbers = np.asarray(value)
    return numbers[moments] if numbers.size > 1 else numbers
