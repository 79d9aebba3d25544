"""Whether guarantees deter, and whether they would be honoured.

The solution of the game of :mod:`accord.theory.game` by logistic choice from the last mover
back. Three things are kept apart: worlds (what the analyst does not know), precisions (what the
players do not know of one another) and beliefs (how the challenger sees the others). So there
are two outputs: *deters*, by the challenger's beliefs, and *would be honoured*, by the true
values.

Signorino 1999; McKelvey and Palfrey 1998; Kilgour and Zagare 1994; Fearon 1997; Morrow 2000;
Leeds 2003; Benson 2012.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, fields
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray

from accord.theory.backward import HIGH, LOW, MIDDLE, Fold, Stance, Worlds, fold_back
from accord.theory.choice import log_odds, logistic, mixing, soft_value
from accord.theory.game import Game, Number, check_game, worlds_of

__all__ = [
    "CHALLENGERS_STAKE",
    "NO_SINGLE_GUARANTOR",
    "PROTEGE_ALONE",
    "Attack",
    "Equilibrium",
    "Lever",
    "attack_threshold",
    "gross_value",
    "solve",
    "solve_attack",
    "strongest_pillar",
    "weakest_link",
]

BoolArray: TypeAlias = NDArray[np.bool_]
FloatArray: TypeAlias = NDArray[np.float64]

NO_SINGLE_GUARANTOR = -1
CHALLENGERS_STAKE = -2
PROTEGE_ALONE = -3
_APART = 1e-9  # solutions whose chances of attack differ by more are two
_LEAVES_AT_ONCE = 1 << 17  # leaves times worlds: fewer, and threads wait for one another


@dataclass(frozen=True, slots=True, eq=False)
class Equilibrium:
    """The solved game, one column a world.

    Attributes
    ----------
    p_attack : float array (W,)
        Chance of an attack, by the challenger's beliefs.
    modes : mapping from mode to float array (W,)
        "none" and every mode, by the challenger's beliefs; they sum to 1.
    gross_value : float array (W,)
        U~ = U-bar + x, what attacking is worth to the challenger beforehand, by its beliefs and
        before the snap-back that follows.
    attack_value : float array (W,)
        U-bar, the same less the snap-back.
    low, high : float array (W,)
        Hull of the chances of attack over the solutions found.
    unique : bool array (W,)
        Whether the solution is certified to be the only one.
    coordination : bool array (W,)
        Whether solutions with different chances of attack were found.
    p_resist : float array (W,)
        Chance that the protege resists an attack in the first mode, by the true values.
    honour : float array (n, W)
        Chance that g fights given that the attack is resisted, automatic entry included, in the
        first mode, by the true values.
    p_defeated : float array (W,)
        Chance that an attack in the first mode that is resisted is defeated, by the true values.
    """

    p_attack: FloatArray
    modes: Mapping[str, FloatArray]
    gross_value: FloatArray
    attack_value: FloatArray
    low: FloatArray
    high: FloatArray
    unique: BoolArray
    coordination: BoolArray
    p_resist: FloatArray
    honour: FloatArray
    p_defeated: FloatArray


@dataclass(frozen=True, slots=True, eq=False)
class Attack:
    """What an :class:`Equilibrium` says of the challenger, under the same names."""

    p_attack: FloatArray
    gross_value: FloatArray
    attack_value: FloatArray


@dataclass(frozen=True, slots=True, eq=False)
class Lever:
    """Which guarantor a verdict hangs on.

    Attributes
    ----------
    guarantor : int array (W,)
        Its index, or one of the negative constants of this module.
    p_attack : float array (n, W)
        Chance of attack with each guarantor certain, or absent.
    """

    guarantor: NDArray[np.intp]
    p_attack: FloatArray


def solve(
    game: Game,
    beliefs: Game | None = None,
    goes: BoolArray | bool = False,
    *,
    workers: int = 1,
) -> Equilibrium:
    """Solve the deterrence game in every world.

    Parameters
    ----------
    game : Game
        With the true values.
    beliefs : Game, optional
        As the challenger sees it; the true game when left out.
    goes : bool or bool array (W,)
        The world's coin: where guarantors that decide at once have several solutions, the
        greatest is taken where it is true and the least elsewhere.
    workers : int
        Threads; the result is the same for any number.

    Returns
    -------
    Equilibrium

    Raises
    ------
    ModelError
        When the game has no meaning, see :func:`accord.theory.game.check_game`.
    """
    seen = game if beliefs is None else beliefs
    check_game(game)
    if seen is not game:
        check_game(seen)
    worlds = max(worlds_of(game), worlds_of(seen), np.asarray(goes).size)
    coin = np.broadcast_to(np.asarray(goes, dtype=np.bool_), (worlds,))
    size = max(1, _LEAVES_AT_ONCE >> len(game.guarantors))
    if worlds <= size:
        return _solve(game, seen, slice(0, worlds), coin)
    whole = _unwritten(len(game.guarantors), [mode.name for mode in seen.modes], worlds)

    def write(start: int) -> None:
        part = slice(start, start + size)
        _copy(_solve(game, seen, part, coin[part]), whole, part)

    with ThreadPoolExecutor(workers) as threads:
        for _ in threads.map(write, range(0, worlds, size)):
            pass
    return whole


def solve_attack(game: Game, goes: BoolArray | bool = False) -> Attack:
    """The challenger's side of :func:`solve` alone, to the same digits and for less work.

    Parameters
    ----------
    game : Game
        As the challenger sees it.
    goes : bool or bool array (W,)
    """
    (chance,), (gross,) = _under(game, [Stance()], np.zeros(1), goes)
    return Attack(chance, gross, gross - np.asarray(game.challenger.snapback))


def gross_value(game: Game, goes: BoolArray | bool = False) -> FloatArray:
    """U~ alone, what attacking is worth to the challenger before any snap-back, shape (W,).

    Parameters
    ----------
    game : Game
        As the challenger sees it.
    goes : bool or bool array (W,)
        The world's coin, see :func:`solve`.
    """
    return solve_attack(game, goes).gross_value


def attack_threshold(
    gross_value: FloatArray, precision: ArrayLike, temptation: ArrayLike
) -> FloatArray:
    """The least s_C + x at which the attack does not come, given how strong the temptation is.

    Guarantors and protege never look at s_C or x, so with U~ = U-bar + x the test e >= P_attack
    reads s_C + x >= tau = U~ - logit(e) / lambda_C, and one game serves every combination of
    clauses that only touch s_C and x.

    Parameters
    ----------
    gross_value : float array (W,)
        U~ of a solution.
    precision : float or array (W,)
        lambda_C; at 0 the chance of attack is one half whatever the stakes, and tau is infinite.
    temptation : float or array (W,)
        e, in 0..1.

    Returns
    -------
    float array (W,)
    """
    odds = log_odds(np.asarray(temptation, dtype=np.float64))
    steep = np.asarray(precision, dtype=np.float64)
    with np.errstate(divide="ignore", invalid="ignore"):
        needed = odds / steep
    needed = np.where(steep == 0.0, np.where(odds >= 0.0, np.inf, -np.inf), needed)
    result: FloatArray = np.asarray(gross_value) - needed
    return result


def weakest_link(game: Game, temptation: FloatArray, goes: BoolArray | bool = False) -> Lever:
    """Whose certainty would do most to prevent the attack that the temptation brings.

    Parameters
    ----------
    game : Game
        As the challenger sees it.
    temptation : float array (W,)
        e, in 0..1: there is no attack iff e >= P_attack.
    goes : bool or bool array (W,)

    Returns
    -------
    Lever
        The guarantor whose certainty (a_g = 1 in every mode) lowers P_attack most, if that is
        enough. If not: ``NO_SINGLE_GUARANTOR`` where all of them together would be enough,
        ``CHALLENGERS_STAKE`` where not even they would. p_attack is with each one certain.
    """
    everyone = frozenset(range(len(game.guarantors)))
    each = [Stance(certain=frozenset({g})) for g in sorted(everyone)]
    stances = [*each, Stance(certain=everyone)]
    chances = _under(game, stances, temptation, goes)[0]
    singly, together = chances[:-1], chances[-1]
    bar = np.broadcast_to(np.asarray(temptation, dtype=np.float64), together.shape)
    reason = np.where(bar >= together, NO_SINGLE_GUARANTOR, CHALLENGERS_STAKE)
    if everyone:
        reason = np.where(bar >= singly.min(axis=0), np.argmin(singly, axis=0), reason)
    else:
        reason = np.full(together.shape, CHALLENGERS_STAKE)
    return Lever(reason.astype(np.intp), singly)


def strongest_pillar(game: Game, goes: BoolArray | bool = False) -> Lever:
    """Whose absence would raise the chance of an attack most.

    Parameters
    ----------
    game : Game
        As the challenger sees it.
    goes : bool or bool array (W,)

    Returns
    -------
    Lever
        ``PROTEGE_ALONE`` where nobody's absence raises P_attack. p_attack is with each absent.
    """
    everyone = range(len(game.guarantors))
    absent = [Stance(absent=frozenset({g})) for g in everyone]
    chances = _under(game, [Stance(), *absent], np.zeros(1), goes)[0]
    before, after = chances[0], chances[1:]
    reason = np.full(before.shape, PROTEGE_ALONE)
    if everyone:
        reason = np.where(after.max(axis=0) > before, np.argmax(after, axis=0), reason)
    return Lever(reason.astype(np.intp), after)


@dataclass(frozen=True, slots=True, eq=False)
class _Choice:
    """The challenger's side under each of S stances, worlds last."""

    chance: FloatArray
    gross: FloatArray
    mixing: FloatArray
    fold: Fold


def _under(
    game: Game, stances: list[Stance], like: FloatArray, goes: BoolArray | bool
) -> tuple[FloatArray, FloatArray]:
    """Chance of attack and gross value under each stance, both (len(stances), W)."""
    check_game(game)
    worlds = max(worlds_of(game), np.asarray(goes).size, np.asarray(like).size)
    coin = np.broadcast_to(np.asarray(goes, dtype=np.bool_), (worlds,))
    chance, gross = np.empty((2, len(stances), worlds))
    size = max(1, _LEAVES_AT_ONCE >> len(game.guarantors))
    for start in range(0, worlds, size):
        part = slice(start, start + size)
        choice = _choose(game, part, coin[part], stances)
        chance[:, part], gross[:, part] = choice.chance, choice.gross
    return chance, gross


def _solve(game: Game, seen: Game, part: slice, coin: BoolArray) -> Equilibrium:
    attack = _choose(seen, part, coin, [Stance()])
    chance, gross = attack.chance[0], attack.gross[0]
    low, high = _hull(seen, part, coin, attack)
    true = attack.fold
    if seen is not game:
        true = fold_back(game, game.modes[:1], part, coin, [Stance()])
    modes = {"none": 1.0 - chance}
    modes |= {
        mode.name: chance * share
        for mode, share in zip(seen.modes, attack.mixing[:, 0], strict=True)
    }
    return Equilibrium(
        p_attack=chance,
        modes=modes,
        gross_value=gross,
        attack_value=gross - _taken(seen.challenger.snapback, part),
        low=low,
        high=high,
        unique=attack.fold.unique[0],
        coordination=high - low > _APART,
        p_resist=true.resist,
        honour=true.honour,
        p_defeated=true.defeated,
    )


def _choose(seen: Game, part: Worlds, coin: BoolArray, stances: Sequence[Stance]) -> _Choice:
    """Fold every mode and let the challenger choose."""
    fold = fold_back(seen, seen.modes, part, coin, stances)
    values = np.moveaxis(fold.values, 1, 0)
    challenger = seen.challenger
    precision = np.atleast_1d(_taken(challenger.precision, part))
    gross = soft_value(values, precision)
    without = _taken(challenger.snapback, part) + _taken(challenger.without_attack, part)
    return _Choice(logistic(precision * (gross - without)), gross, mixing(values, precision), fold)


def _taken(value: Number, part: Worlds) -> FloatArray:
    """One number of a game in a choice of its worlds."""
    numbers = np.asarray(value, dtype=np.float64)
    return numbers[part] if numbers.size > 1 else numbers


def _hull(
    seen: Game, part: slice, coin: BoolArray, attack: _Choice
) -> tuple[FloatArray, FloatArray]:
    """Least and largest chance of attack over the solutions found."""
    low, high = attack.chance[0].copy(), attack.chance[0].copy()
    open_worlds = np.flatnonzero(~attack.fold.unique[0])
    if not open_worlds.size:
        return low, high
    at_once = [g for tier in seen.tiers if len(tier) > 1 for g in tier]
    stances = [Stance(dict.fromkeys(at_once, start)) for start in (LOW, HIGH)]
    if not attack.fold.complements[0, open_worlds].all():
        stances.append(Stance(dict.fromkeys(at_once, MIDDLE)))
        for g in at_once:
            for start, other in ((LOW, HIGH), (HIGH, LOW)):
                stances.append(Stance({**dict.fromkeys(at_once, start), g: other}))
    found = _choose(seen, part.start + open_worlds, coin[open_worlds], stances).chance
    low[open_worlds] = np.minimum(low[open_worlds], found.min(axis=0))
    high[open_worlds] = np.maximum(high[open_worlds], found.max(axis=0))
    return low, high


def _unwritten(guarantors: int, modes: Sequence[str], worlds: int) -> Equilibrium:
    """A solution with room for all worlds."""
    columns: dict[str, Any] = {
        f.name: np.empty(worlds, dtype=np.bool_ if f.name in _TRUTHS else np.float64)
        for f in fields(Equilibrium)
    }
    columns["honour"] = np.empty((guarantors, worlds))
    columns["modes"] = {name: np.empty(worlds) for name in ("none", *modes)}
    return Equilibrium(**columns)


def _copy(part: Equilibrium, whole: Equilibrium, worlds: slice) -> None:
    """Put the solutions of some worlds into their place."""
    for f in fields(Equilibrium):
        if f.name == "modes":
            for name, chance in part.modes.items():
                whole.modes[name][worlds] = chance
        else:
            getattr(whole, f.name)[..., worlds] = getattr(part, f.name)


_TRUTHS = {"unique", "coordination"}
