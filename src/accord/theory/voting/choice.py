"""Which way to the power indices of weighted votes: exact wherever that is in reach."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from accord.theory.voting.counting import counting_cost, power_by_counting
from accord.theory.voting.drawing import PAIRS, WeightedRule, power_by_drawing
from accord.theory.voting.games import FormulaGame, WeightedGame, decided, simplified
from accord.theory.voting.halves import MOST_IN_HALVES, power_by_halves
from accord.theory.voting.quadrature import power_by_quadrature, quadrature_cost
from accord.theory.voting.record import VotingPower, power_of_swings, with_null_players
from accord.theory.voting.states import affordable_states, power_by_states

__all__ = ["formula_power", "voting_power"]

_PATIENCE = 60.0
"""Seconds that a method may be expected to take."""
_SHORT = 0.05
_FEW = 12
"""Players whose states are counted before compiled code is loaded."""
_MEMORY = 1e9


def voting_power(weights: Sequence[int], quota: int) -> VotingPower:
    """The Shapley-Shubik and Banzhaf indices of a weighted majority game.

    Parameters
    ----------
    weights : sequence of n integers, >= 0
        Of any size.
    quota : int
        The weight that wins, >= 1. Above the sum of all weights nobody ever wins, and all
        indices are 0.

    Returns
    -------
    VotingPower
        Exact by counting by weight, by two halves or by states where one of them is in reach;
        otherwise to some twelve decimals by quadrature; as a last resort estimated from draws.

    Raises
    ------
    ModelError
        When there is no voter, a weight is negative, or the quota is not positive.

    References
    ----------
    Shapley and Shubik 1954; Banzhaf 1965.
    """
    return formula_power(FormulaGame((WeightedGame(tuple(weights), quota),), 0))


def formula_power(game: FormulaGame, seed: int = 1, pairs: int = PAIRS) -> VotingPower:
    """The indices of a formula of weighted games, by the best method that is in reach.

    Parameters
    ----------
    game : FormulaGame
    seed : int
        Of the draws, where nothing else is in reach.
    pairs : int
        How many are drawn.

    Returns
    -------
    VotingPower
    """
    small, places = simplified(game)
    return with_null_players(_chosen(small, seed, pairs), places, game.players)


def _chosen(game: FormulaGame, seed: int, pairs: int) -> VotingPower:
    players = game.players
    if not decided(game.formula, [sum(one.weights) >= one.quota for one in game.games]):
        return power_of_swings([[0] * players] * players, 0, "counting by weight")
    seconds, memory = counting_cost(game)
    halved = players <= MOST_IN_HALVES and seconds > _SHORT
    if seconds <= _PATIENCE / 4 and memory <= _MEMORY and not halved:
        return power_by_counting(game)
    if _FEW < players <= MOST_IN_HALVES:
        return power_by_halves(game)
    found = power_by_states(game, affordable_states(players))
    if found is not None:
        return found
    if isinstance(game.formula, int):
        single = game.games[game.formula]
        seconds, memory = quadrature_cost(single)
        if seconds <= _PATIENCE and memory <= _MEMORY:
            return power_by_quadrature(single)
    return power_by_drawing(WeightedRule(game), np.random.default_rng(seed), pairs)
