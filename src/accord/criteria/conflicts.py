"""A case's conflicts as graph models: states, what the parties prefer, what is kept."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from accord.case.case import Case
from accord.case.conditions import Condition
from accord.case.expressions import Atom, Choice, Option, Shock, Truth, evaluate
from accord.case.records.durability import Conflict as Written
from accord.case.records.durability import Preference
from accord.case.truth import choice_holds
from accord.criteria.setting import Setting
from accord.theory.preference import (
    dense_ranks,
    ranks_from_ranking,
    ranks_from_statements,
    worth_on_grid,
)
from accord.theory.reachability import Conflict, Direction

__all__ = ["Model", "model_of", "party_ranks", "party_worths", "state_of", "state_text"]

Booleans = NDArray[np.bool_]
Ranks = NDArray[np.int32]
Integers = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Space:
    """The states of a conflict by the levels of its options.

    Attributes
    ----------
    options : tuple of (party, option)
        In the order of the parties; option 0 is the least significant digit of a state's number.
    levels : tuple of tuple of str
        Names of each option's levels; ("off", "on") for one that is on or off.
    digits : ndarray (options, states)
        Level of every option in every state.
    """

    options: tuple[tuple[str, str], ...]
    levels: tuple[tuple[str, ...], ...]
    digits: NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Model(Space):
    """A conflict with its names: as written, its parties, and its option form."""

    written: Written
    parties: tuple[str, ...]
    conflict: Conflict


def model_of(case: Case, name: str) -> Model:
    """The graph model of one of the case's conflicts."""
    written = case.file.conflicts[name]
    options, levels, owners = [], [], []
    for index, (party, own) in enumerate(written.parties.items()):
        for option, record in own.items():
            options.append((party, option))
            levels.append(tuple(record.levels) if record.levels else ("off", "on"))
            owners.append(index)
    sizes = tuple(len(names) for names in levels)
    digits = np.indices(tuple(reversed(sizes))).reshape(len(sizes), -1)[::-1].astype(np.int64)
    space = Space(tuple(options), tuple(levels), digits)
    feasible = np.ones(digits.shape[1], dtype=np.bool_)
    for condition in written.impossible:
        feasible &= ~_holds(space, case, condition, {}, {})
    directions: tuple[Direction, ...] = tuple(
        "up" if f"{party}.{option}" in written.one_way else "both" for party, option in options
    )
    parties = tuple(written.parties)
    conflict = Conflict(len(parties), sizes, tuple(owners), directions, feasible)
    return Model(space.options, space.levels, digits, written, parties, conflict)


def state_of(model: Model, texts: tuple[str, ...]) -> int:
    """Number of the state in which exactly the named options are on (``P.o`` or ``P.o=level``)."""
    chosen = dict.fromkeys(model.options, 0)
    for text in texts:
        name, _, level = text.partition("=")
        party, _, option = name.partition(".")
        index = model.options.index((party, option))
        chosen[party, option] = model.levels[index].index(level) if level else 1
    number, step = 0, 1
    for place, names in zip(model.options, model.levels, strict=True):
        number += chosen[place] * step
        step *= len(names)
    return number


def state_text(model: Model, state: int) -> tuple[str, ...]:
    """The options that are not at their first level in a state."""
    texts = []
    for index, (party, option) in enumerate(model.options):
        digit = int(model.digits[index, state])
        if digit:
            level = "" if model.levels[index] == ("off", "on") else f"={model.levels[index][digit]}"
            texts.append(f"{party}.{option}{level}")
    return tuple(texts)


def party_ranks(
    setting: Setting, model: Model, package: str | None, game_value: NDArray[np.float64] | None
) -> Ranks:
    """What every party prefers in every world, higher is better, shape (W, n, N).

    ``game_value`` are the points of the attack of the deterrence game, (W,), for worth with
    ``value: game``.
    """
    rows = [
        dense_ranks(row) if row.dtype == np.int64 else row
        for row in _worths(setting, model, package, game_value)
    ]
    worlds = setting.worlds.count
    return np.stack([np.broadcast_to(row, (worlds, row.shape[-1])) for row in rows], axis=1).astype(
        np.int32
    )


def party_worths(
    setting: Setting, model: Model, package: str | None, game_value: NDArray[np.float64] | None
) -> Integers:
    """As :func:`party_ranks`, numbers that only say which state a party prefers, not its rank.

    Where nothing but comparisons is asked for, sorting the states of every world is spared.
    """
    rows = _worths(setting, model, package, game_value)
    result = np.empty((setting.worlds.count, len(rows), rows[0].shape[-1]), dtype=np.int64)
    for party, row in enumerate(rows):
        result[:, party] = row
    return result


def _worths(
    setting: Setting, model: Model, package: str | None, game_value: NDArray[np.float64] | None
) -> list[Integers | Ranks]:
    """What orders the states for each party: 64-bit sums of worth, or else 32-bit ranks."""
    chosen = setting.packages[package] if package is not None else {}
    return [
        _worth(setting, model, model.written.preferences[party], chosen, game_value)
        for party in model.parties
    ]


def _worth(
    setting: Setting,
    model: Model,
    preference: Preference,
    chosen: Mapping[str, str],
    game_value: NDArray[np.float64] | None,
) -> Integers | Ranks:
    worlds = setting.worlds
    if preference.ranking is not None:
        groups = [(s,) if isinstance(s, int) else s for s in preference.ranking]
        return ranks_from_ranking(_unnumbered(model, groups), model.conflict.feasible)
    if preference.statements is not None:
        holds = [_by_world(setting, model, c, chosen) for c in preference.statements]
        # those that no shock touches hold alike in all worlds and come as one row
        return ranks_from_statements(np.stack(np.broadcast_arrays(*holds), axis=-2))
    total = np.zeros((worlds.count, model.digits.shape[1]), dtype=np.int64)
    holds, amounts = [], []
    for worth in preference.worth or ():
        points = game_value if worth.add is None else worlds.value(worth.add)
        assert points is not None
        here = _by_world(setting, model, worth.when, chosen)
        if len(here) == 1:
            holds.append(here[0])
            amounts.append(points)
        else:
            units = worth_on_grid(points[:, None], np.ones((1, 1), dtype=np.bool_))
            total += np.where(here, units, 0)
    if holds:
        # most states differ in nothing that is worth anything
        patterns, which = np.unique(np.stack(holds), axis=1, return_inverse=True)
        sums = worth_on_grid(np.stack(amounts, axis=1), patterns)
        total += np.take(sums, which.reshape(-1), axis=1)
    return total


def _unnumbered(model: Model, groups: list[tuple[int, ...]]) -> list[list[int]]:
    """Numbers 1..N of feasible states, as analysts count them, to positions in the tensor."""
    feasible = np.flatnonzero(model.conflict.feasible)
    return [[int(feasible[number - 1]) for number in group] for group in groups]


def _by_world(
    setting: Setting, model: Model, condition: Condition, chosen: Mapping[str, str]
) -> Booleans:
    """Truth in every world and state, (W, N), or (1, N) where worlds do not matter."""
    shocks = {name: where[:, None] for name, where in setting.worlds.shocks().items()}
    truth = _holds(model, setting.case, condition, chosen, shocks)
    return np.atleast_2d(truth)


def _holds(
    model: Space,
    case: Case,
    condition: Condition,
    chosen: Mapping[str, str],
    shocks: Mapping[str, Booleans],
) -> Booleans:
    def truth(atom: Atom) -> Truth:
        match atom:
            case Option():
                return _option_holds(model, atom)
            case Choice():
                return choice_holds(case, chosen, atom)
            case Shock(name):
                return shocks[name]
        raise TypeError(f"{atom} has no place in a conflict")

    result = evaluate(condition.expression, truth)
    if isinstance(result, bool):
        return np.full(model.digits.shape[1], result)
    return result


def _option_holds(model: Space, atom: Option) -> Booleans:
    index = model.options.index((atom.party, atom.option))
    digits = model.digits[index]
    if atom.relation is None or atom.level is None:
        return np.asarray(digits > 0)
    level = model.levels[index].index(atom.level)
    holds = {
        "==": digits == level,
        "!=": digits != level,
        "<=": digits <= level,
        ">=": digits >= level,
    }
    return np.asarray(holds[atom.relation])
