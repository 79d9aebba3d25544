"""The extended-deterrence game as records: who plays, what each gains, in which order.

Challenger C attacks or not and chooses a mode; protege D resists or concedes; every guarantor,
in the declared order, is bound automatically or else honours or reneges. Every number is a float
or an array (W,), one value a world; the unit of all payoffs is the protege's stake (Signorino
1999; Kilgour and Zagare 1994; Morrow 2000).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from typing import Any, TypeAlias, TypeVar

import numpy as np
from numpy.typing import NDArray

from accord._errors import ModelError

__all__ = [
    "Challenger",
    "Contest",
    "Game",
    "Guarantor",
    "Mode",
    "Number",
    "Protege",
    "check_game",
    "restrict",
    "side_by_side",
    "worlds_of",
]

Number: TypeAlias = float | NDArray[np.float64]
_Record = TypeVar("_Record")
_MOST_GUARANTORS = 14


@dataclass(frozen=True, slots=True, eq=False)
class Challenger:
    """Who may attack.

    Attributes
    ----------
    stake : v_C, what a conquest or a concession is worth
    cost_of_war : c_C
    precision : lambda_C, >= 0
    without_attack : s_C, what not attacking yields
    snapback : x, what an attack loses in any case (sanctions that return)
    strength : k_C, > 0
    """

    stake: Number
    cost_of_war: Number
    precision: Number
    without_attack: Number
    snapback: Number
    strength: Number


@dataclass(frozen=True, slots=True, eq=False)
class Protege:
    """Who may be attacked.

    Attributes
    ----------
    stake : v_D
    cost_of_war : c_D
    precision : lambda_D, >= 0
    strength : k_D, >= 0
    """

    stake: Number
    cost_of_war: Number
    precision: Number
    strength: Number


@dataclass(frozen=True, slots=True, eq=False)
class Contest:
    """How strengths decide a war.

    Attributes
    ----------
    steepness : m, >= 0
    defence_advantage : theta, > 0
    """

    steepness: Number
    defence_advantage: Number


@dataclass(frozen=True, slots=True, eq=False)
class Guarantor:
    """Who has promised to help.

    Attributes
    ----------
    stake : v_g, what the attack's defeat is worth
    cost : c_g, of fighting
    shared_cost : beta in 0..1, the part of the cost that comrades share by strength
    punishes : h_g, what its fighting costs the challenger beside the battlefield
    precision : lambda_g, >= 0
    reneging : R_g, what staying out costs by the instrument
    automatic : a_g in 0..1, the chance of being bound without a choice
    alone : gamma_g, the price of going without the backstop
    tripwire : T_g, what staying out costs by the forces that stand there
    strength : k_g, >= 0
    leans_on : mapping from another guarantor's index to eta in 0..1, the share of strength
        usable without that one
    """

    stake: Number
    cost: Number
    shared_cost: Number
    punishes: Number
    precision: Number
    reneging: Number
    automatic: Number
    alone: Number
    tripwire: Number
    strength: Number
    leans_on: Mapping[int, Number] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, eq=False)
class Mode:
    """A way to attack, as multipliers.

    Attributes
    ----------
    name : str
    stake : of the stakes of challenger and protege
    cost_of_war : of the costs of challenger and protege
    automatic : of every guarantor's automatic entry
    guarantor_stake : of every guarantor's stake
    """

    name: str
    stake: Number = 1.0
    cost_of_war: Number = 1.0
    automatic: Number = 1.0
    guarantor_stake: Number = 1.0


@dataclass(frozen=True, slots=True, eq=False)
class Game:
    """The whole game.

    Attributes
    ----------
    challenger, protege, contest : their records
    guarantors : tuple of n Guarantor
    tiers : tuple of tuples of int
        Guarantors in the declared order; those in one tuple decide at once.
    backstop : int or None
        The guarantor without whom going costs ``alone``; None leaves that price out.
    modes : tuple of Mode, at least one; "would be honoured" is told for the first
    """

    challenger: Challenger
    protege: Protege
    contest: Contest
    guarantors: tuple[Guarantor, ...]
    tiers: tuple[tuple[int, ...], ...]
    backstop: int | None = None
    modes: tuple[Mode, ...] = (Mode("attack"),)


def worlds_of(game: Game) -> int:
    """The number of worlds: the length of its arrays, 1 where all are plain numbers.

    Raises
    ------
    ModelError
        When two arrays differ in length.
    """
    arrays = [value for value in _numbers(game) if isinstance(value, np.ndarray)]
    lengths = {value.size for value in arrays if value.ndim} - {1}
    if any(value.ndim > 1 for value in arrays) or len(lengths) > 1:
        raise ModelError(f"every parameter must be a number or have one length, found {lengths}")
    return lengths.pop() if lengths else 1


def restrict(game: Game, worlds: NDArray[np.intp] | slice) -> Game:
    """The same game in a choice of its worlds."""
    return _picked(game, worlds)


def side_by_side(games: Sequence[Game], worlds: Sequence[int]) -> Game:
    """Games of one shape as one game, the worlds of the first coming first.

    Parameters
    ----------
    games : sequence of Game
        With the same guarantors, order and modes; only numbers may differ.
    worlds : sequence of int
        How many worlds each counts for.
    """
    return replace(_joined(games, worlds), tiers=games[0].tiers, backstop=games[0].backstop)


def check_game(game: Game) -> None:
    """Refuse a game that has no meaning.

    Raises
    ------
    ModelError
        When tiers do not list every guarantor once, there is no mode or two of one name, a
        strength, precision or probability is out of range, or there are too many guarantors.
    """
    count = len(game.guarantors)
    listed = [index for tier in game.tiers for index in tier]
    if sorted(listed) != list(range(count)) or not all(game.tiers):
        raise ModelError(f"tiers must list each of {count} guarantors once, found {game.tiers}")
    if count > _MOST_GUARANTORS:
        raise ModelError(f"{count} guarantors decide apart; at most {_MOST_GUARANTORS} can")
    if game.backstop is not None and not 0 <= game.backstop < count:
        raise ModelError(f"the backstop {game.backstop} is none of the {count} guarantors")
    names = [mode.name for mode in game.modes]
    if not names or "none" in names or len(set(names)) != len(names):
        raise ModelError(f"modes need different names, none of them 'none', found {names}")
    _check_range("the challenger's strength", game.challenger.strength, above=0.0)
    _check_range("the defence advantage", game.contest.defence_advantage, above=0.0)
    _check_range("the steepness of the contest", game.contest.steepness)
    _check_range("the protege's strength", game.protege.strength)
    _check_range("the challenger's precision", game.challenger.precision)
    _check_range("the protege's precision", game.protege.precision)
    for guarantor in game.guarantors:
        _check_range("a guarantor's precision", guarantor.precision)
        _check_range("a guarantor's strength", guarantor.strength)
        _check_range("a shared cost", guarantor.shared_cost, most=1.0)
        for mode in game.modes:
            bound = np.asarray(guarantor.automatic) * np.asarray(mode.automatic)
            _check_range("a chance of automatic entry", bound, most=1.0)
        for other, usable in guarantor.leans_on.items():
            if not 0 <= other < count or game.guarantors[other] is guarantor:
                raise ModelError(f"a guarantor leans on {other}, which is no other guarantor")
            _check_range("a share usable without another", usable, most=1.0)


def _check_range(what: str, value: Number, above: float = -1.0, most: float = np.inf) -> None:
    numbers = np.asarray(value, dtype=np.float64)
    least = float(numbers.min())
    largest = float(numbers.max())
    fits = least >= 0.0 and least > above and largest <= most and np.isfinite(largest)
    if not fits:
        wanted = "positive" if above == 0.0 else f"from 0 to {most:g}"
        raise ModelError(f"{what} must be {wanted}, found {least:g} to {largest:g}")


def _numbers(record: Any) -> list[Any]:
    """Every number in a record, however deep."""
    if isinstance(record, np.ndarray | float | int):
        return [record]
    if isinstance(record, tuple):
        return [number for each in record for number in _numbers(each)]
    if isinstance(record, Mapping):
        return [number for each in record.values() for number in _numbers(each)]
    if hasattr(record, "__dataclass_fields__"):
        names = record.__dataclass_fields__
        return [number for name in names for number in _numbers(getattr(record, name))]
    return [] if isinstance(record, str | None) else [record]


def _picked(record: _Record, worlds: NDArray[np.intp] | slice) -> _Record:
    """A copy of a record whose arrays are taken at ``worlds``."""
    value: Any = record
    if isinstance(value, Mapping):
        value = {key: _picked(each, worlds) for key, each in value.items()}
    elif isinstance(value, np.ndarray):
        value = value[worlds] if value.size > 1 else value
    elif isinstance(value, tuple):
        value = tuple(_picked(each, worlds) for each in value)
    elif hasattr(value, "__dataclass_fields__"):
        parts = {f.name: _picked(getattr(value, f.name), worlds) for f in fields(value)}
        value = replace(value, **parts)
    return value  # type: ignore[no-any-return]


def _joined(records: Sequence[_Record], worlds: Sequence[int]) -> _Record:
    """A record whose numbers are those of several, one after the other."""
    first: Any = records[0]
    value: Any = first
    if isinstance(first, Mapping):
        value = {key: _joined([each[key] for each in records], worlds) for key in first}  # type: ignore[index]
    elif isinstance(first, np.ndarray | float | int):
        parts = [np.broadcast_to(np.asarray(x), n) for x, n in zip(records, worlds, strict=True)]
        value = np.concatenate(parts)
    elif isinstance(first, tuple):
        value = tuple(_joined(each, worlds) for each in zip(*records, strict=True))
    elif hasattr(first, "__dataclass_fields__"):
        names = first.__dataclass_fields__
        parts_of = {n: _joined([getattr(r, n) for r in records], worlds) for n in names}
        value = replace(first, **parts_of)
    return value  # type: ignore[no-any-return]
