"""On what credibility hangs: the deterrence game solved again with some of its numbers changed.

Every question here is of one kind: some numbers of the game are set, all else stays as it is in
each world, and the chance of an attack is compared *in the same world*. Many changed games are put
side by side as further worlds of one game, so that all of them are solved by the kernel of
:mod:`accord.theory.deterrence` and nothing here knows how a game is solved.

Break-even: the least value of a number at which P(attack) falls to a target. Sanctions and
concessions have it in closed form, because guarantors and protege look at neither. One-at-a-time
swings: Eschenbach 1992 (tornado diagrams). Free riding on the strong: Olson and Zeckhauser 1966.
That the order of contributors matters: Varian 1994. The game: Signorino 1999; Morrow 2000.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import permutations
from typing import Any, Literal, TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray

from accord._errors import ModelError
from accord.theory.choice import log_odds, logistic
from accord.theory.deterrence import attack_threshold, solve
from accord.theory.game import Game, Guarantor, Number, restrict, worlds_of

__all__ = [
    "Answers",
    "Slot",
    "Variant",
    "absent",
    "by_order",
    "certain",
    "changed",
    "least_concession",
    "least_sanction",
    "least_value",
    "orders",
    "reading",
    "sanctioned",
    "slots_of",
    "solve_variants",
    "swings",
]

BoolArray: TypeAlias = NDArray[np.bool_]
FloatArray: TypeAlias = NDArray[np.float64]
Part: TypeAlias = Literal["challenger", "protege", "contest", "guarantor", "mode"]
Tiers: TypeAlias = tuple[tuple[int, ...], ...]

_RUINOUS = 1e3
"""In units of the protege's stake: what nobody would pay at any precision of at least one."""


@dataclass(frozen=True, slots=True)
class Slot:
    """The place of one number in a game.

    Attributes
    ----------
    part : str
        ``challenger``, ``protege``, ``contest``, ``guarantor`` or ``mode``.
    field : str
        Attribute of its record; ``leans_on`` asks for ``enabler`` as well.
    index : int
        Of the guarantor or mode.
    enabler : int or None
        On whom the guarantor leans.
    """

    part: Part
    field: str
    index: int = 0
    enabler: int | None = None


Variant: TypeAlias = Mapping[Slot, Number]
"""What is set, each to a number or to one number a world (W,)."""


@dataclass(frozen=True, slots=True, eq=False)
class Answers:
    """Solutions of V variants of a game.

    Attributes
    ----------
    p_attack : float array (V, W)
    honour : float array (V, n, W)
        Chance that each guarantor fights in the first mode, given that the attack is resisted.
    unique : bool array (V, W)
        Whether the solution is certified to be the only one.
    """

    p_attack: FloatArray
    honour: FloatArray
    unique: BoolArray


def slots_of(game: Game) -> tuple[Slot, ...]:
    """Every number of a game, in the order of its records."""
    found = [Slot("challenger", field) for field in game.challenger.__dataclass_fields__]
    found += [Slot("protege", field) for field in game.protege.__dataclass_fields__]
    found += [Slot("contest", field) for field in game.contest.__dataclass_fields__]
    for g, guarantor in enumerate(game.guarantors):
        found += [
            Slot("guarantor", field, g)
            for field in guarantor.__dataclass_fields__
            if field != "leans_on"
        ]
        found += [Slot("guarantor", "leans_on", g, other) for other in guarantor.leans_on]
    for m, mode in enumerate(game.modes):
        found += [Slot("mode", field, m) for field in mode.__dataclass_fields__ if field != "name"]
    return tuple(found)


def reading(game: Game, slot: Slot) -> FloatArray:
    """The number at a place, shape (W,) or (1,)."""
    record = _record(game, slot)
    if slot.field == "leans_on":
        assert slot.enabler is not None
        return np.atleast_1d(np.asarray(record.leans_on[slot.enabler], dtype=np.float64))
    return np.atleast_1d(np.asarray(getattr(record, slot.field), dtype=np.float64))


def changed(game: Game, variant: Variant) -> Game:
    """A copy of a game with some of its numbers set."""
    guarantors, modes = list(game.guarantors), list(game.modes)
    parts: dict[str, Any] = {}
    for slot, value in variant.items():
        if slot.part == "guarantor":
            one = guarantors[slot.index]
            if slot.field == "leans_on":
                assert slot.enabler is not None
                guarantors[slot.index] = replace(
                    one, leans_on={**one.leans_on, slot.enabler: value}
                )
            else:
                guarantors[slot.index] = _set(one, slot.field, value)
        elif slot.part == "mode":
            modes[slot.index] = _set(modes[slot.index], slot.field, value)
        else:
            record = parts.get(slot.part, getattr(game, slot.part))
            parts[slot.part] = _set(record, slot.field, value)
    return replace(game, guarantors=tuple(guarantors), modes=tuple(modes), **parts)


def solve_variants(
    game: Game, variants: Sequence[Variant], goes: BoolArray | bool = False
) -> Answers:
    """Solve the game with each variant's numbers set, all else as it is in every world.

    Parameters
    ----------
    game : Game
        As the challenger sees it.
    variants : sequence of Variant, V >= 1
        An empty one is the game itself.
    goes : bool or bool array (W,)
        The world's coin, see :func:`accord.theory.deterrence.solve`.

    Returns
    -------
    Answers

    Raises
    ------
    ModelError
        When there is no variant or a changed game has no meaning.
    """
    if not variants:
        raise ModelError("at least one variant of the game is needed")
    worlds = max(worlds_of(game), np.asarray(goes).size)
    count = len(variants)
    coin = np.tile(np.broadcast_to(np.asarray(goes, dtype=np.bool_), (worlds,)), count)
    many = changed(restrict(game, np.tile(np.arange(worlds), count)), {})
    touched: dict[Slot, FloatArray] = {}
    for row, variant in enumerate(variants):
        for slot, value in variant.items():
            if slot not in touched:
                plain = np.broadcast_to(reading(game, slot), (worlds,))
                touched[slot] = np.tile(plain, (count, 1))
            touched[slot][row] = value
    many = changed(many, {slot: values.ravel() for slot, values in touched.items()})
    found = solve(many, goes=coin)
    honour = found.honour.reshape(len(game.guarantors), count, worlds)
    return Answers(
        found.p_attack.reshape(count, worlds),
        np.moveaxis(honour, 1, 0),
        found.unique.reshape(count, worlds),
    )


def absent(game: Game, guarantor: int) -> Variant:
    """The settings that keep a guarantor out: never bound, and war is ruinous to it."""
    place = _Place(game, guarantor)
    return place.settings(automatic=0.0, cost=_RUINOUS, shared_cost=0.0, reneging=0.0)


def certain(game: Game, guarantor: int) -> Variant:
    """The settings that bring a guarantor in, whatever the mode: reneging is ruinous to it."""
    return _Place(game, guarantor).settings(reneging=_RUINOUS)


def sanctioned(
    attack_value: FloatArray, game: Game, snapback: ArrayLike | None = None,
    without_attack: ArrayLike | None = None,
) -> FloatArray:  # fmt: skip
    """P(attack) with other sanctions x or another s_C, in closed form.

    P = logistic(lambda_C (U-bar + x - x' - s_C')): neither guarantors nor protege look at them.

    Parameters
    ----------
    attack_value : float array (W,)
        U-bar of the solved game, see :class:`accord.theory.deterrence.Equilibrium`.
    game : Game
        Of which it is the solution, as the challenger sees it.
    snapback, without_attack : float or array (W,) or (V, 1), optional
        x' and s_C'; as they are when left out.
    """
    now = np.asarray(game.challenger.snapback)
    sanction = now if snapback is None else np.asarray(snapback)
    peace = np.asarray(game.challenger.without_attack if without_attack is None else without_attack)
    gain: FloatArray = attack_value + now - sanction - peace
    return logistic(np.asarray(game.challenger.precision) * gain)


def least_sanction(attack_value: FloatArray, game: Game, target: float) -> FloatArray:
    """The least x >= 0 at which P(attack) <= target, shape (W,); infinite where none is enough.

    The threshold form of the game, tau - s_C, with the target in place of the temptation.
    """
    least = _threshold(attack_value, game, target) - np.asarray(game.challenger.without_attack)
    result: FloatArray = np.maximum(least, 0.0)
    return result


def least_concession(attack_value: FloatArray, game: Game, target: float) -> FloatArray:
    """The least s_C at which P(attack) <= target, tau - x, shape (W,); it may be negative."""
    least = _threshold(attack_value, game, target) - np.asarray(game.challenger.snapback)
    result: FloatArray = np.asarray(least, dtype=np.float64)
    return result


def least_value(values: FloatArray, chances: FloatArray, target: float) -> FloatArray:
    """The first value at which a curve falls to a target, by log-odds linear between points.

    A curve may rise again further on: nothing is taken to be monotone.

    Parameters
    ----------
    values : float array (V,), ascending
    chances : float array (V, W)
        P(attack) at each value.
    target : float, in (0, 1)

    Returns
    -------
    float array (W,)
        The first value itself where the curve begins at or below the target; infinite where it
        never falls to it.
    """
    reached = chances <= target
    first = np.argmax(reached, axis=0)
    before = np.maximum(first - 1, 0)
    at = np.arange(chances.shape[1])
    # chances of nought or one would have infinite odds, and no slope
    odds = log_odds(np.clip(chances, 1e-15, 1.0 - 1e-15))
    upper, lower = odds[before, at], odds[first, at]
    drop = np.where(upper > lower, upper - lower, 1.0)
    part = np.clip((upper - log_odds(np.asarray(target))) / drop, 0.0, 1.0)
    between = values[before] + part * (values[first] - values[before])
    result: FloatArray = np.where(first == 0, values[0], between)
    return np.where(reached.any(axis=0), result, np.inf)


def swings(
    game: Game, moved: Sequence[tuple[Sequence[Slot], float, float]],
    goes: BoolArray | bool = False,
) -> FloatArray:  # fmt: skip
    """P(attack) with one input after the other at its low and at its high end (tornado).

    Parameters
    ----------
    game : Game
        As the challenger sees it.
    moved : sequence of (places, low, high)
        The places that an input fills, and the two ends of its range.
    goes : bool or bool array (W,)

    Returns
    -------
    float array (D, 2, W)
        At the low and at the high end, all else as it is in each world.
    """
    variants: list[Variant] = [dict.fromkeys(slots, end) for slots, *ends in moved for end in ends]
    if not variants:
        return np.zeros((0, 2, max(worlds_of(game), np.asarray(goes).size)))
    chances = solve_variants(game, variants, goes).p_attack
    return chances.reshape(len(moved), 2, -1)


def orders(tiers: Tiers, moving: Sequence[int]) -> tuple[Tiers, ...]:
    """Queues in which some guarantors change places and the others keep theirs.

    Parameters
    ----------
    tiers : tuple of tuples of int
        The declared order; guarantors that decide at once stand in the queue as listed.
    moving : sequence of int
        Who changes places: k of them make k! queues.
    """
    queue = [g for tier in tiers for g in tier]
    places = [place for place, g in enumerate(queue) if g in moving]
    found = []
    for arrangement in permutations(queue[place] for place in places):
        other = list(queue)
        for place, g in zip(places, arrangement, strict=True):
            other[place] = g
        found.append(tuple((g,) for g in other))
    return tuple(found)


def by_order(
    game: Game, ways: Sequence[Tiers], goes: BoolArray | bool = False
) -> tuple[FloatArray, BoolArray]:
    """P(attack) under each order of decision, and where its solution is the only one.

    Parameters
    ----------
    game : Game
        As the challenger sees it.
    ways : sequence of tiers
    goes : bool or bool array (W,)

    Returns
    -------
    p_attack : float array (O, W)
    unique : bool array (O, W)
    """
    found = [solve(replace(game, tiers=tiers), goes=goes) for tiers in ways]
    return (
        np.stack([each.p_attack for each in found]),
        np.stack([each.unique for each in found]),
    )


@dataclass(frozen=True, slots=True)
class _Place:
    game: Game
    guarantor: int

    def settings(self, **fields: float) -> Variant:
        """Settings of one guarantor, which then errs too little to do otherwise."""
        precise = np.maximum(self.game.guarantors[self.guarantor].precision, 1.0)
        places = {Slot("guarantor", field, self.guarantor): v for field, v in fields.items()}
        return {**places, Slot("guarantor", "precision", self.guarantor): precise}


def _threshold(attack_value: FloatArray, game: Game, target: float) -> FloatArray:
    challenger = game.challenger
    gross = attack_value + np.asarray(challenger.snapback)
    return attack_threshold(gross, challenger.precision, target)


def _record(game: Game, slot: Slot) -> Any:
    if slot.part == "guarantor":
        guarantor: Guarantor = game.guarantors[slot.index]
        return guarantor
    return game.modes[slot.index] if slot.part == "mode" else getattr(game, slot.part)


def _set(record: Any, field: str, value: Number) -> Any:
    return replace(record, **{field: value})
