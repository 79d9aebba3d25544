"""One backward fold over the leaves of the deterrence game, for all worlds at once.

A leaf is a set S of guarantors that fight. Arrays over leaves have one axis of length 2 for
every guarantor, the last mover first, and the worlds last, so that folding the last mover is
arithmetic between two halves. What is folded: the chance W(S) that the attack is defeated, what
fighting costs each guarantor still to decide, and how much the later ones will punish.

    K(S) = k_D + sum_{g in S} k_g prod_{b not in S, g leans on b} eta_gb
    W(S) = logistic(m (ln K(S) + ln theta - ln k_C))
    g in S pays c_g ((1 - beta) + beta k_g / sum_S k) + gamma_g [backstop not in S]
    g not in S pays R_g + T_g

Every guarantor decides by the difference of its continuation values (agent quantal response:
McKelvey and Palfrey 1998; in international relations Signorino 1999).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, TypeAlias, TypeVar

import numpy as np
from numpy.typing import NDArray

from accord.theory.choice import logistic
from accord.theory.game import Game, Guarantor, Mode, Number
from accord.theory.tiers import solve_tier

__all__ = ["Fold", "Stance", "War", "chances_of_fighting", "fold_back", "war_of"]

BoolArray: TypeAlias = NDArray[np.bool_]
FloatArray: TypeAlias = NDArray[np.float64]
_Entry = TypeVar("_Entry", bound=np.generic)


@dataclass(frozen=True, slots=True, eq=False)
class Stance:
    """What is taken for granted about some guarantors, and where simultaneous ones start.

    Attributes
    ----------
    start_high : bool array (W,)
        Which fixed point a tier picks: the greatest where true, the least elsewhere.
    exceptions : mapping from guarantor to bool
        Players who start the other way, to look for further solutions.
    certain, absent : sets of guarantors
        Always in (a = 1), never in.
    """

    start_high: BoolArray
    exceptions: Mapping[int, bool] = field(default_factory=dict)
    certain: frozenset[int] = frozenset()
    absent: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True, eq=False)
class War:
    """What the leaves are worth, the same in every mode.

    Attributes
    ----------
    position : mapping from guarantor to its place in the declared order
    defeated : float array (2, ..., 2, W)
        W(S); the axis of the guarantor at place p is -2 - p.
    fighting : mapping from guarantor to float array
        What fighting costs it; its own axis has length 1.
    staying : mapping from guarantor to float array
        What staying out costs it.
    """

    position: Mapping[int, int]
    defeated: FloatArray
    fighting: Mapping[int, FloatArray]
    staying: Mapping[int, FloatArray]


@dataclass(frozen=True, slots=True, eq=False)
class Fold:
    """The game after an attack that is resisted, in one mode.

    Attributes
    ----------
    defeated : float array (W,)
        Expected W.
    punished : float array (W,)
        Expected punishment of the challenger by those who fight.
    chances : mapping from guarantor to float array (2, ..., 2, W)
        Its chance of fighting, by who fought before its tier.
    unique, complements : bool array (W,)
        Whether every tier's solution is certified unique, and free of substitutes.
    """

    defeated: FloatArray
    punished: FloatArray
    chances: Mapping[int, FloatArray]
    unique: BoolArray
    complements: BoolArray


def war_of(game: Game, worlds: int) -> War:
    """Work out the leaves of a game.

    Parameters
    ----------
    game : Game
        Checked, see :func:`accord.theory.game.check_game`.
    worlds : int
        W, at least the length of the game's arrays.
    """
    order = [g for tier in game.tiers for g in tier]
    position = {g: place for place, g in enumerate(order)}
    leaves = (2,) * len(order) + (worlds,)
    joint = np.broadcast_to(_array(game.protege.strength), leaves).copy()
    total = np.zeros(leaves)
    for g in order:
        guarantor = game.guarantors[g]
        share = np.ones((1,) * len(leaves))
        for other, usable in guarantor.leans_on.items():
            pair = np.stack([_array(usable), np.ones_like(_array(usable))])
            share = share * _along(pair, position[other], len(leaves))
        _side(joint, position[g], 1)[...] += _array(guarantor.strength) * share
        _side(total, position[g], 1)[...] += _array(guarantor.strength)
    with np.errstate(divide="ignore", invalid="ignore"):
        odds = np.log(_array(game.contest.defence_advantage) / _array(game.challenger.strength))
        slope = np.log(joint)
        slope += odds
        slope *= _array(game.contest.steepness)
    if not joint.all():
        # nobody to defend: the attack is not defeated, however flat the contest
        slope = np.where(joint > 0.0, slope, -np.inf)
    fighting = {g: _cost_of_fighting(game, g, position, total) for g in order}
    staying = {g: _staying_out(game.guarantors[g]) for g in order}
    return War(position, logistic(slope), fighting, staying)


def fold_back(war: War, game: Game, mode: Mode, stance: Stance) -> Fold:
    """Fold the leaves tier by tier, the last tier first.

    Parameters
    ----------
    war : War
        ``war_of(game)``.
    game : Game
    mode : Mode
        Whose multipliers apply.
    stance : Stance

    Returns
    -------
    Fold
    """
    rest = _Rest(war.defeated, np.zeros((1,) * war.defeated.ndim), war.fighting)
    worlds = war.defeated.shape[-1]
    chances: dict[int, FloatArray] = {}
    unique = np.ones(worlds, dtype=np.bool_)
    complements = np.ones(worlds, dtype=np.bool_)
    for tier in reversed(game.tiers):
        for g in reversed(tier):
            if g in stance.absent:
                rest = rest.without(g, war.position[g])
        # the axis of the tier's last member comes first
        present = tuple(g for g in reversed(tier) if g not in stance.absent)
        gains = tuple(_gain(war, game, mode, g, rest, axis) for axis, g in enumerate(present))
        found, certified, rising = _decide(gains, present, game, mode, stance)
        rest = rest.after(found, war.position, game)
        unique &= certified
        complements &= rising
        chances |= found
    punished = np.broadcast_to(rest.punished, (worlds,))
    return Fold(rest.defeated, punished, chances, unique, complements)


def chances_of_fighting(game: Game, fold: Fold, worlds: int) -> FloatArray:
    """The chance that each guarantor fights, given that the attack is resisted.

    Parameters
    ----------
    game : Game
    fold : Fold
    worlds : int

    Returns
    -------
    float array (n, W)
    """
    reach = np.ones((worlds,))
    result = np.zeros((len(game.guarantors), worlds))
    for tier in game.tiers:
        before = reach
        for g in tier:
            chance = fold.chances[g]
            result[g] = (before * chance).reshape(-1, worlds).sum(axis=0)
            reach = np.stack([reach * (1.0 - chance), reach * chance])
    return result


@dataclass(frozen=True, slots=True, eq=False)
class _Rest:
    """What is left of the leaves once the last movers are folded away.

    An axis of length 1 stands for a guarantor whose choice makes no difference.
    """

    defeated: FloatArray
    punished: FloatArray
    fighting: Mapping[int, FloatArray]

    def without(self, g: int, place: int) -> _Rest:
        """Take for granted that g, of the last tier, stays out."""
        out: tuple[Any, ...] = (..., 0, *(slice(None),) * (place + 1))
        costs = {other: cost[out] for other, cost in self.fighting.items() if other != g}
        return _Rest(self.defeated[out], self.punished[out], costs)

    def after(
        self, found: Mapping[int, FloatArray], position: Mapping[int, int], game: Game
    ) -> _Rest:
        """Take the mean over what the members of the last tier do."""
        defeated, punished = self.defeated, self.punished
        fighting = {g: cost for g, cost in self.fighting.items() if g not in found}
        for chance in found.values():
            defeated = _mean(defeated, chance)
            punished = _mean(punished, chance)
            fighting = {
                g: _mean(cost, _side(chance, position[g], 1)) for g, cost in fighting.items()
            }
        for g, chance in found.items():
            punished = punished + chance * _array(game.guarantors[g].punishes)
        return _Rest(defeated, punished, fighting)


def _mean(branches: FloatArray, chance: FloatArray) -> FloatArray:
    """Mean over the first axis: index 1 with ``chance``, index 0 otherwise."""
    out: FloatArray = branches[0]
    return out if branches.shape[0] == 1 else out + chance * (branches[1] - out)


def _gain(war: War, game: Game, mode: Mode, g: int, rest: _Rest, axis: int) -> FloatArray:
    """What fighting gains g over staying out; its own axis is left with length 1."""
    stake = _array(game.guarantors[g].stake) * _array(mode.guarantor_stake)
    gain: FloatArray = stake * np.diff(rest.defeated, axis=axis)
    return gain - (rest.fighting[g] - war.staying[g])


def _decide(
    gains: tuple[FloatArray, ...],
    members: tuple[int, ...],
    game: Game,
    mode: Mode,
    stance: Stance,
) -> tuple[dict[int, FloatArray], BoolArray, BoolArray]:
    """The chances of a tier's members at every node, with certificates per world."""
    surely = np.ones(stance.start_high.size, dtype=np.bool_)
    automatic = [_bound(game, mode, g, stance) for g in members]
    precision = [_array(game.guarantors[g].precision) for g in members]
    if not members:
        return {}, surely, surely
    if len(members) == 1:
        choice = logistic(precision[0] * gains[0][0])
        return {members[0]: automatic[0] + (1.0 - automatic[0]) * choice}, surely, surely
    nodes = gains[0].shape[len(members) :]
    high = [
        np.full(1, stance.exceptions[g]) if g in stance.exceptions else stance.start_high
        for g in members
    ]
    solution = solve_tier(
        tuple(gain.reshape(*gain.shape[: len(members)], -1) for gain in gains),
        _spread(automatic, nodes),
        _spread(precision, nodes),
        _spread(high, nodes),
    )
    chances = {g: row.reshape(nodes) for g, row in zip(members, solution.chances, strict=True)}
    unique: BoolArray = np.all(solution.unique.reshape(-1, nodes[-1]), axis=0)
    complements: BoolArray = np.all(solution.complements.reshape(-1, nodes[-1]), axis=0)
    return chances, unique, complements


def _spread(rows: list[NDArray[_Entry]], nodes: tuple[int, ...]) -> NDArray[_Entry]:
    """One row a member, one column a node."""
    return np.stack([np.broadcast_to(row, nodes).ravel() for row in rows])


def _bound(game: Game, mode: Mode, g: int, stance: Stance) -> FloatArray:
    if g in stance.certain:
        return np.ones(1)
    return _array(game.guarantors[g].automatic) * _array(mode.automatic)


def _cost_of_fighting(
    game: Game, g: int, position: Mapping[int, int], total: FloatArray
) -> FloatArray:
    """c_g ((1 - beta) + beta k_g / sum_S k) + gamma_g [backstop not in S]."""
    guarantor = game.guarantors[g]
    cost, shared = _array(guarantor.cost), _array(guarantor.shared_cost)
    price = np.zeros((1,) * total.ndim) + cost * (1.0 - shared)
    if (shared * cost != 0.0).any():
        together = _side(total, position[g], 1)
        own = np.broadcast_to(_array(guarantor.strength), together.shape)
        share = np.divide(own, together, out=np.zeros_like(together), where=together > 0.0)
        price = price + cost * shared * share
    if game.backstop is not None and game.backstop != g:
        alone = _array(guarantor.alone)
        without = np.stack([alone, np.zeros_like(alone)])
        price = price + _along(without, position[game.backstop], total.ndim)
    return price


def _staying_out(guarantor: Guarantor) -> FloatArray:
    return _array(guarantor.reneging) + _array(guarantor.tripwire)


def _along(pair: FloatArray, place: int, dimensions: int) -> FloatArray:
    """A pair of rows (2, W) laid along the axis of the guarantor at ``place``."""
    shape = [1] * dimensions
    shape[-2 - place] = 2
    shape[-1] = pair.shape[-1]
    return pair.reshape(shape)


def _side(array: FloatArray, place: int, choice: int) -> FloatArray:
    """The half in which the guarantor at ``place`` made this choice, axis kept; a view."""
    half: tuple[Any, ...] = (..., slice(choice, choice + 1), *(slice(None),) * (place + 1))
    result: FloatArray = array[half]
    return result


def _array(value: Number) -> FloatArray:
    return np.atleast_1d(np.asarray(value, dtype=np.float64))
