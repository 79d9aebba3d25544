"""Two halves that meet: exact power in any formula of weighted votes, for some thirty players.

The players are split in two. The far half's sets are ordered by weight in every game; a near set
then wins a game with the first so many of them, which is a row of bits. The formula joins rows
by AND and OR, and counting ones by size gives how many sets of each size win, in all and with
each near player. Exchanging the halves gives the other players. Weights of any size do: only
their order is kept.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from accord.theory.voting.games import FormulaGame, program_of
from accord.theory.voting.record import VotingPower, power_of_size_sums

__all__ = ["MOST_IN_HALVES", "power_by_halves"]

MOST_IN_HALVES = 36
"""Players for whom two halves take seconds and megabytes, not minutes and gigabytes."""

_EXACT_IN_WORDS = 1 << 62

Integers = NDArray[np.int64]


def power_by_halves(game: FormulaGame) -> VotingPower:
    """The exact indices of a formula of weighted games of at most ``MOST_IN_HALVES`` players.

    Parameters
    ----------
    game : FormulaGame

    Returns
    -------
    VotingPower

    References
    ----------
    Horowitz and Sahni 1974, the two lists; Klinz and Woeginger 2005, for power indices.
    """
    players = game.players
    middle = players // 2
    first, second = range(middle), range(middle, players)
    totals, containing = _counted(game, first, second)
    _, others = _counted(game, second, first)
    return power_of_size_sums(totals.tolist(), [*containing, *others], "two halves")


def _counted(game: FormulaGame, near: range, far: range) -> tuple[Integers, Integers]:
    """Winning sets by size (n + 1,), and those with each near player (near, n + 1)."""
    from accord.theory.voting.halves_compiled import winning_by_size  # noqa: PLC0415

    positions, bounds = _layout(len(far))
    ranks = np.empty((len(game.games), 1 << len(near)), dtype=np.int64)
    orders = np.empty((len(game.games), 1 << len(far)), dtype=np.int64)
    for g, one in enumerate(game.games):
        exact = sum(one.weights) + one.quota < _EXACT_IN_WORDS
        have = _subset_sums([one.weights[i] for i in far], exact=exact)
        need = one.quota - _subset_sums([one.weights[i] for i in near], exact=exact)
        order = np.argsort(have, kind="stable")
        ranks[g] = have.size - np.searchsorted(have[order], need)
        orders[g] = positions[order[::-1]]
    program = program_of(game.formula)
    depth = len(program) // 2 + 1
    found = winning_by_size(
        ranks, orders, bounds, np.array(program, dtype=np.int64), depth, len(near)
    )
    return found[-1], found[:-1]


def _subset_sums(weights: Sequence[int], *, exact: bool) -> Integers:
    """The weight of every set, bit i of whose number says whether the i-th is in it."""
    dtype: Any = np.int64 if exact else np.object_
    sums = np.zeros(1 << len(weights), dtype=dtype)
    for i, weight in enumerate(weights):
        sums[1 << i : 2 << i] = sums[: 1 << i] + weight
    return sums


def _layout(players: int) -> tuple[Integers, Integers]:
    """A bit for every set, and the word at which each size begins; no word holds two sizes."""
    sizes = np.bitwise_count(np.arange(1 << players, dtype=np.int64)).astype(np.int64)
    number = np.bincount(sizes, minlength=players + 1)
    bounds = np.concatenate([[0], np.cumsum((number + 63) // 64)]).astype(np.int64)
    positions = np.empty(sizes.size, dtype=np.int64)
    order = np.argsort(sizes, kind="stable")
    starts = np.cumsum(number) - number
    positions[order] = np.arange(sizes.size) - np.repeat(starts - 64 * bounds[:-1], number)
    return positions, bounds
