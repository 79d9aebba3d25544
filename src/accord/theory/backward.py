"""The game after an attack, laid out for the compiled fold over its leaves.

What is worked out, and the formulas, stand in :mod:`accord.theory.leaves_compiled` and
:mod:`accord.theory.backward_compiled`; here a :class:`~accord.theory.game.Game` becomes arrays,
one row a number, and answers come back as records.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray

from accord._errors import ModelError
from accord.theory.game import Game, Guarantor, Mode

__all__ = [
    "HIGH", "LOW", "MIDDLE", "Fold", "Leaves", "Stance", "Worlds", "fold_back", "leaves_of",
]  # fmt: skip

BoolArray: TypeAlias = NDArray[np.bool_]
FloatArray: TypeAlias = NDArray[np.float64]
Worlds: TypeAlias = slice | NDArray[np.intp]

LOW, HIGH, MIDDLE = 0, 1, 2
_TOLERATED = 1e-10  # what the answers of guarantors that decide at once may miss by
_NUMBERS, _STAYING = 9, 5  # of a guarantor, and which of them is what staying out costs
_MODE = ("stake", "cost_of_war", "automatic", "guarantor_stake")


@dataclass(frozen=True, slots=True)
class Stance:
    """What is taken for granted about some guarantors, and where simultaneous ones start.

    Attributes
    ----------
    starts : mapping from guarantor to int
        Where those who decide at once begin: ``LOW``, ``HIGH`` or in the ``MIDDLE``; who is not
        listed follows the coin of each world, low or high, and so comes to the least or the
        greatest solution.
    certain, absent : sets of guarantors
        Always in (a = 1), never in.
    """

    starts: Mapping[int, int] = field(default_factory=dict)
    certain: frozenset[int] = frozenset()
    absent: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True, eq=False)
class Leaves:
    """What the sets of guarantors that fight are worth in one world, the same in every mode.

    Attributes
    ----------
    order : tuple of int
        Guarantors in the declared order; the one at place p has bit p of a leaf's number.
    defeated : float array (2^n,)
        The chance W(S) that the attack is defeated.
    fighting : float array (n, 2^n)
        By place: what fighting costs it, where its bit is set.
    staying : float array (n,)
        By place: what staying out costs it.
    """

    order: tuple[int, ...]
    defeated: FloatArray
    fighting: FloatArray
    staying: FloatArray


@dataclass(frozen=True, slots=True, eq=False)
class Fold:
    """The game after an attack, under S stances and in M modes.

    Attributes
    ----------
    values : float array (S, M, W)
        What an attack is worth to the challenger, before any snap-back.
    unique, complements : bool array (S, W)
        Whether every tier's solution is certified unique, and free of substitutes.
    resist, defeated : float array (W,)
        In the first stance and mode: the chances that the protege resists, and that the attack
        is defeated given that it is resisted.
    honour : float array (n, W)
        In the first stance and mode: the chance that each guarantor fights, given that the
        attack is resisted.
    """

    values: FloatArray
    unique: BoolArray
    complements: BoolArray
    resist: FloatArray
    defeated: FloatArray
    honour: FloatArray


def leaves_of(game: Game) -> Leaves:
    """Work out the leaves of the first world of a game.

    Parameters
    ----------
    game : Game
        Checked, see :func:`accord.theory.game.check_game`.
    """
    laid = _Layout(game, slice(0, 1), 1)
    defeated, fighting = laid.leaves()
    return Leaves(laid.order, defeated[:, 0], fighting[:, :, 0], laid.guarantors[_STAYING, :, 0])


def fold_back(
    game: Game, modes: Sequence[Mode], worlds: Worlds, coin: BoolArray, stances: Sequence[Stance]
) -> Fold:
    """Fold the leaves tier by tier, the last tier first, in a choice of worlds.

    Parameters
    ----------
    game : Game
        Checked.
    modes : sequence of M modes, at least one
        Whose multipliers apply.
    worlds : slice or int array
        Which worlds of the game.
    coin : bool array (W,)
        Of those worlds: true where guarantors that decide at once settle on the greatest
        solution, false for the least.
    stances : sequence of S Stance, at least one

    Returns
    -------
    Fold

    Raises
    ------
    ModelError
        When guarantors that decide at once did not settle, with the residual.
    """
    from accord.theory.backward_compiled import told, value_of_attack  # noqa: PLC0415

    laid = _Layout(game, worlds, coin.size)
    leaves, factors = laid.leaves(), [laid.factors(mode) for mode in modes]
    values = np.empty((len(stances), len(modes), coin.size))
    unique = np.ones((len(stances), coin.size), dtype=np.bool_)
    complements = np.ones_like(unique)
    resist = np.empty(coin.size)
    for s, stance in enumerate(stances):
        for m, mode in enumerate(factors):
            certified = unique[s], complements[s]
            again = (s + 1, m + 1) != values.shape[:2]
            rest, chances = _folded(laid, mode, stance, coin, leaves, certified, again=again)
            value_of_attack(laid.world, mode, rest, resist, values[s, m])
            if s == m == 0:
                first = resist.copy(), rest[0, 0], told(chances, laid.tiers)
    by_guarantor = [laid.place[g] for g in range(len(laid.order))]
    return Fold(values, unique, complements, first[0], first[1], first[2][by_guarantor])


def _folded(
    laid: _Layout, mode: FloatArray, stance: Stance, coin: BoolArray,
    leaves: tuple[FloatArray, FloatArray], certified: tuple[BoolArray, BoolArray], *, again: bool,
) -> tuple[FloatArray, FloatArray]:  # fmt: skip
    """What is left of the leaves in one mode, and the chances at every node.

    The leaves are used up unless they are needed ``again``.
    """
    from accord.theory.backward_compiled import average  # noqa: PLC0415

    rest = np.empty((2, *leaves[0].shape))
    rest[0], rest[1] = leaves[0], 0.0
    costs = leaves[1].copy() if again else leaves[1]
    chances = np.empty_like(costs)
    for begin, end in reversed(list(pairwise(laid.tiers.tolist()))):
        present = [p for p in range(begin, end) if laid.order[p] not in stance.absent]
        for p in set(range(begin, end)).difference(present):
            chances[p, : 1 << begin] = 0.0
        _decide(laid, mode, stance, coin, (begin, present), rest, costs, chances, certified)
        for p in range(end - 1, begin - 1, -1):
            average(laid.guarantors, p, begin, rest, costs, chances)
    return rest, chances


def _decide(
    laid: _Layout, mode: FloatArray, stance: Stance, coin: BoolArray, tier: tuple[int, list[int]],
    rest: FloatArray, costs: FloatArray, chances: FloatArray,
    certified: tuple[BoolArray, BoolArray],
) -> None:  # fmt: skip
    """Write the chances of those of a tier who are present."""
    from accord.theory.backward_compiled import decide_alone, decide_at_once  # noqa: PLC0415

    begin, present = tier
    surely = [laid.order[p] in stance.certain for p in present]
    if len(present) == 1:
        decide_alone(laid.guarantors, mode, present[0], surely[0], rest, costs, chances)
        return
    if not present:
        return
    starts = np.stack([coin.astype(np.int8)] * len(present))
    for row, p in zip(starts, present, strict=True):
        row[:] = stance.starts.get(laid.order[p], row)
    missed = decide_at_once(
        laid.guarantors, mode, np.array(present), begin, np.array(surely), starts, rest, costs,
        chances, *certified,
    )  # fmt: skip
    if missed > _TOLERATED:
        raise ModelError(f"guarantors that decide at once did not settle: residual {missed:.2g}")


class _Layout:
    """Some worlds of a game as arrays, guarantors by their place in the declared order."""

    def __init__(self, game: Game, worlds: Worlds, count: int) -> None:
        self._worlds = worlds
        self._count = count
        self.order = tuple(g for tier in game.tiers for g in tier)
        self.place = {g: place for place, g in enumerate(self.order)}
        self.backstop = -1 if game.backstop is None else self.place[game.backstop]
        self.tiers = np.cumsum([0, *(len(tier) for tier in game.tiers)], dtype=np.int64)
        self.world = self._world(game)
        self.guarantors = np.empty((_NUMBERS, len(self.order), count))
        for place, g in enumerate(self.order):
            one = game.guarantors[g]
            self._fill(self.guarantors[:, place], _numbers(one))
            self.guarantors[_STAYING, place] += self._row(one.tripwire)
        leans = [
            (place, self.place[other], usable)
            for place, g in enumerate(self.order)
            for other, usable in game.guarantors[g].leans_on.items()
        ]
        self._leans = np.array([pair for *pair, _ in leans], dtype=np.int64).reshape(-1, 2)
        self._usable = np.empty((len(leans), count))
        self._fill(self._usable, [usable for *_, usable in leans])

    def leaves(self) -> tuple[FloatArray, FloatArray]:
        """W(S) (2^n, W) and the costs of fighting (n, 2^n, W)."""
        from accord.theory.leaves_compiled import leaves  # noqa: PLC0415

        size = 1 << len(self.order)
        defeated = np.empty((size, self._count))
        fighting = np.zeros((len(self.order), size, self._count))
        leaves(
            self.world, self.guarantors, self._leans, self._usable, self.backstop, defeated,
            fighting,
        )  # fmt: skip
        return defeated, fighting

    def factors(self, mode: Mode) -> FloatArray:
        """The multipliers of a mode (4, W)."""
        rows = np.empty((len(_MODE), self._count))
        self._fill(rows, [getattr(mode, name) for name in _MODE])
        return rows

    def _fill(self, rows: FloatArray, values: Sequence[ArrayLike]) -> None:
        """Write one number, or one number a world, into each row."""
        for row, value in zip(rows, values, strict=True):
            numbers = np.asarray(value)
            row[:] = numbers[self._worlds] if numbers.size > 1 else numbers

    def _row(self, value: ArrayLike) -> FloatArray:
        rows = np.empty((1, self._count))
        self._fill(rows, [value])
        row: FloatArray = rows[0]
        return row

    def _world(self, game: Game) -> FloatArray:
        challenger, protege, contest = game.challenger, game.protege, game.contest
        values = (
            challenger.stake, challenger.cost_of_war, protege.stake, protege.cost_of_war,
            protege.precision, protege.strength, contest.steepness, contest.defence_advantage,
        )  # fmt: skip
        rows = np.empty((len(values), self._count))
        self._fill(rows, values)
        rows[-1] = np.log(rows[-1] / self._row(challenger.strength))
        return rows


def _numbers(one: Guarantor) -> tuple[ArrayLike, ...]:
    """In the order of the rows of :func:`accord.theory.leaves_compiled.leaves`."""
    return (
        one.stake, one.cost, one.shared_cost, one.punishes, one.precision, one.reneging,
        one.automatic, one.alone, one.strength,
    )  # fmt: skip
