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

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, fields, replace
from typing import TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray

from accord.theory.backward import Fold, Stance, War, chances_of_fighting, fold_back, war_of
from accord.theory.choice import log_odds, logistic, mixing, soft_value
from accord.theory.game import Game, Mode, check_game, restrict, worlds_of

__all__ = [
    "CHALLENGERS_STAKE",
    "NO_SINGLE_GUARANTOR",
    "PROTEGE_ALONE",
    "Equilibrium",
    "Lever",
    "attack_threshold",
    "solve",
    "strongest_pillar",
    "weakest_link",
]

BoolArray: TypeAlias = NDArray[np.bool_]
FloatArray: TypeAlias = NDArray[np.float64]

NO_SINGLE_GUARANTOR = -1
CHALLENGERS_STAKE = -2
PROTEGE_ALONE = -3
_APART = 1e-9  # solutions whose chances of attack differ by more are two
_LEAVES_AT_ONCE = 1 << 17  # leaves times worlds: one megabyte an array


@dataclass(frozen=True, slots=True, eq=False)
class Equilibrium:
    """The solved game, one column a world.

    Attributes
    ----------
    p_attack : float array (W,)
        Chance of an attack, by the challenger's beliefs.
    modes : mapping from mode to float array (W,)
        "none" and every mode, by the challenger's beliefs; they sum to 1.
    attack_value : float array (W,)
        U-bar, what attacking is worth to the challenger beforehand, by its beliefs.
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
    attack_value: FloatArray
    low: FloatArray
    high: FloatArray
    unique: BoolArray
    coordination: BoolArray
    p_resist: FloatArray
    honour: FloatArray
    p_defeated: FloatArray


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

    def part_of(start: int) -> Equilibrium:
        part = slice(start, start + size)
        own = restrict(game, part)
        return _solve(own, own if seen is game else restrict(seen, part), coin[part])

    starts = range(0, worlds, size)
    if workers == 1:
        return _joined([part_of(start) for start in starts])
    with ThreadPoolExecutor(workers) as threads:
        return _joined(list(threads.map(part_of, starts)))


def attack_threshold(
    attack_value: FloatArray, snapback: ArrayLike, precision: ArrayLike, temptation: ArrayLike
) -> FloatArray:
    """The least s_C + x at which the attack does not come, given how strong the temptation is.

    Guarantors and protege never look at s_C or x, so with U~ = U-bar + x the test e >= P_attack
    reads s_C + x >= tau = U~ - logit(e) / lambda_C, and one game serves every combination of
    clauses that only touch s_C and x.

    Parameters
    ----------
    attack_value : float array (W,)
        U-bar of a solution.
    snapback : float or array (W,)
        The x of that solution.
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
    result: FloatArray = np.asarray(attack_value) + np.asarray(snapback) - needed
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
    each = [Stance(_NOBODY, certain=frozenset({g})) for g in sorted(everyone)]
    chances = _chances(game, [*each, Stance(_NOBODY, certain=everyone)], temptation, goes)
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
    absent = [Stance(_NOBODY, absent=frozenset({g})) for g in everyone]
    chances = _chances(game, [Stance(_NOBODY), *absent], np.zeros(1), goes)
    before, after = chances[0], chances[1:]
    reason = np.full(before.shape, PROTEGE_ALONE)
    if everyone:
        reason = np.where(after.max(axis=0) > before, np.argmax(after, axis=0), reason)
    return Lever(reason.astype(np.intp), after)


_NOBODY = np.zeros(1, dtype=np.bool_)


@dataclass(frozen=True, slots=True, eq=False)
class _Attack:
    """The challenger's side of one solution."""

    chance: FloatArray
    value: FloatArray
    mixing: FloatArray
    folds: tuple[Fold, ...]


def _chances(
    game: Game, stances: list[Stance], like: FloatArray, goes: BoolArray | bool
) -> FloatArray:
    """P_attack under each stance, the coin put in; shape (len(stances), W)."""
    check_game(game)
    worlds = max(worlds_of(game), np.asarray(goes).size, np.asarray(like).size)
    coin = np.broadcast_to(np.asarray(goes, dtype=np.bool_), (worlds,))
    result = np.empty((len(stances), worlds))
    size = max(1, _LEAVES_AT_ONCE >> len(game.guarantors))
    for start in range(0, worlds, size):
        part = slice(start, start + size)
        own = restrict(game, part)
        war = war_of(own, coin[part].size)
        for row, stance in enumerate(stances):
            result[row, part] = _attack(own, war, replace(stance, start_high=coin[part])).chance
    return result


def _solve(game: Game, seen: Game, coin: BoolArray) -> Equilibrium:
    worlds = coin.size
    war = war_of(seen, worlds)
    attack = _attack(seen, war, Stance(coin))
    unique = np.logical_and.reduce([fold.unique for fold in attack.folds])
    low, high = _hull(seen, coin, attack, unique)
    first = game.modes[0]
    if seen is game:
        true = attack.folds[0]
    else:
        true = fold_back(war_of(game, worlds), game, first, Stance(coin))
    modes = {"none": 1.0 - attack.chance}
    modes |= {
        mode.name: attack.chance * share
        for mode, share in zip(seen.modes, attack.mixing, strict=True)
    }
    return Equilibrium(
        p_attack=attack.chance,
        modes=modes,
        attack_value=attack.value,
        low=low,
        high=high,
        unique=unique,
        coordination=high - low > _APART,
        p_resist=_resistance(game, first, true),
        honour=chances_of_fighting(game, true, worlds),
        p_defeated=true.defeated,
    )


def _attack(seen: Game, war: War, stance: Stance) -> _Attack:
    """Fold every mode and let the challenger choose."""
    worlds = war.defeated.shape[-1]
    folds = tuple(fold_back(war, seen, mode, stance) for mode in seen.modes)
    values = np.stack(
        [
            np.broadcast_to(_value_of_mode(seen, mode, fold), (worlds,))
            for mode, fold in zip(seen.modes, folds, strict=True)
        ]
    )
    precision = np.atleast_1d(np.asarray(seen.challenger.precision, dtype=np.float64))
    value = soft_value(values, precision)
    gain = value - np.asarray(seen.challenger.without_attack)
    return _Attack(logistic(precision * gain), value, mixing(values, precision), folds)


def _value_of_mode(game: Game, mode: Mode, fold: Fold) -> FloatArray:
    """What an attack in this mode is worth to the challenger."""
    challenger = game.challenger
    stake = np.asarray(challenger.stake) * np.asarray(mode.stake)
    war_costs = np.asarray(challenger.cost_of_war) * np.asarray(mode.cost_of_war)
    war = (1.0 - fold.defeated) * stake - war_costs - fold.punished
    resist = _resistance(game, mode, fold)
    result: FloatArray = resist * war + (1.0 - resist) * stake - np.asarray(challenger.snapback)
    return result


def _resistance(game: Game, mode: Mode, fold: Fold) -> FloatArray:
    """The chance that the protege resists: fighting gains W v_D and costs c_D."""
    protege = game.protege
    stake = np.asarray(protege.stake) * np.asarray(mode.stake)
    gain = fold.defeated * stake - np.asarray(protege.cost_of_war) * np.asarray(mode.cost_of_war)
    return logistic(np.asarray(protege.precision) * gain)


def _hull(
    seen: Game, coin: BoolArray, attack: _Attack, unique: BoolArray
) -> tuple[FloatArray, FloatArray]:
    """Least and largest chance of attack over the solutions found."""
    low, high = attack.chance.copy(), attack.chance.copy()
    open_worlds = np.flatnonzero(~unique)
    if not open_worlds.size:
        return low, high
    part = restrict(seen, open_worlds) if coin.size > 1 else seen
    nobody = np.zeros(open_worlds.size, dtype=np.bool_)
    stances = [Stance(nobody), Stance(~nobody)]
    if not all(fold.complements[open_worlds].all() for fold in attack.folds):
        for g in (g for tier in seen.tiers if len(tier) > 1 for g in tier):
            stances.append(Stance(nobody, {g: True}))
            stances.append(Stance(~nobody, {g: False}))
    war = war_of(part, open_worlds.size)
    found = np.stack([_attack(part, war, stance).chance for stance in stances])
    low[open_worlds] = np.minimum(low[open_worlds], found.min(axis=0))
    high[open_worlds] = np.maximum(high[open_worlds], found.max(axis=0))
    return low, high


def _joined(parts: list[Equilibrium]) -> Equilibrium:
    """Put the solutions of consecutive worlds side by side."""
    if len(parts) == 1:
        return parts[0]
    columns = {
        f.name: np.concatenate([getattr(part, f.name) for part in parts], axis=-1)
        for f in fields(Equilibrium)
        if f.name != "modes"
    }
    modes = {name: np.concatenate([part.modes[name] for part in parts]) for name in parts[0].modes}
    return Equilibrium(modes=modes, **columns)
