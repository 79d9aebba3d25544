"""Power from drawn orders and drawn sets, for games that nothing exact can master."""

from __future__ import annotations

import math
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from accord.theory.voting.games import AllOf, Formula, FormulaGame
from accord.theory.voting.record import Errors, VotingPower

__all__ = ["PAIRS", "Rule", "WeightedRule", "power_by_drawing"]

PAIRS = 50_000
"""Orders and sets that are drawn, each with its reverse or complement."""

_BATCH = 500
_EXACT_IN_WORDS = 1 << 61

Booleans = NDArray[np.bool_]
Integers = NDArray[np.int64]
FloatArray = NDArray[np.float64]


class Rule(Protocol):
    """Which of many sets win, in a game where more players never harm."""

    @property
    def players(self) -> int:
        """How many players there are."""

    def wins(self, members: Booleans) -> Booleans:
        """Which sets (B, n) win."""

    def swings(self, members: Booleans) -> Booleans:
        """Whether each player's change of side (B, n) would change the outcome of each set."""


class WeightedRule:
    """A formula of weighted games as a rule for many sets at once; weights of any size."""

    def __init__(self, game: FormulaGame) -> None:
        exact = all(sum(one.weights) + one.quota < _EXACT_IN_WORDS for one in game.games)
        dtype: Any = np.int64 if exact else np.object_
        self.players = game.players
        self._formula = game.formula
        self._weights: list[Integers] = [np.array(one.weights, dtype=dtype) for one in game.games]
        self._quotas = [one.quota for one in game.games]

    def wins(self, members: Booleans) -> Booleans:
        """Which sets (B, n) win."""
        known = [
            _booleans(self._sums(members, weights) >= quota)
            for weights, quota in zip(self._weights, self._quotas, strict=True)
        ]
        return _joined(self._formula, known)

    def swings(self, members: Booleans) -> Booleans:
        """Whether each player's change of side (B, n) would change the outcome of each set."""
        known = []
        for weights, quota in zip(self._weights, self._quotas, strict=True):
            changed = np.where(members, -weights, weights)
            sums = self._sums(members, weights)[:, None] + changed
            known.append(_booleans(sums >= quota))
        changed_outcome = _joined(self._formula, known) != self.wins(members)[:, None]
        return np.asarray(changed_outcome)

    @staticmethod
    def _sums(members: Booleans, weights: NDArray[np.int64]) -> NDArray[np.int64]:
        return np.asarray(np.where(members, weights, 0).sum(axis=1))


def _booleans(answers: NDArray[np.generic]) -> Booleans:
    """Comparisons of integers of any size come as objects."""
    return answers.astype(np.bool_)


def _joined(formula: Formula, known: list[Booleans]) -> Booleans:
    """A formula of arrays of answers, element by element."""
    if isinstance(formula, int):
        return known[formula]
    step = np.logical_and if isinstance(formula, AllOf) else np.logical_or
    return np.asarray(step.reduce([_joined(part, known) for part in formula.parts]))


def power_by_drawing(rule: Rule, generator: np.random.Generator, pairs: int = PAIRS) -> VotingPower:
    """Estimate the indices of a simple game from orders and sets drawn in antithetic pairs.

    Every order is also walked backwards and every set exchanged for its complement, which
    cancels part of the error. The Shapley values sum to v(N) - v(empty) whatever is drawn.

    Parameters
    ----------
    rule : Rule
        Of a game in which all together win and the empty set loses.
    generator : numpy Generator
    pairs : int
        At least 2.

    Returns
    -------
    VotingPower
        Not exact, with standard errors.

    References
    ----------
    Mann and Shapley 1960; Bachrach et al. 2010; antithetic orders: Mitchell et al. 2022.
    """
    n = rule.players
    pivots, turned = _Moments(n), _Moments(n)
    for start in range(0, pairs, _BATCH):
        size = min(_BATCH, pairs - start)
        orders = generator.permuted(np.tile(np.arange(n), (size, 1)), axis=1)
        pivots.add((_pivotal(rule, orders) + _pivotal(rule, orders[:, ::-1])) / 2.0)
        members = generator.random((size, n)) < 0.5
        swung = rule.swings(members).astype(np.float64) + rule.swings(~members)
        turned.add(swung / 2.0)
    shapley, shapley_errors = pivots.means()
    banzhaf, banzhaf_errors = turned.means()
    assert abs(float(shapley.sum()) - 1.0) < 1e-9
    shares, share_errors = turned.shares()
    return VotingPower(
        tuple(shapley.tolist()),
        tuple(banzhaf.tolist()),
        tuple(shares.tolist()),
        "sampling",
        exact=False,
        standard_errors=Errors(
            tuple(shapley_errors.tolist()),
            tuple(banzhaf_errors.tolist()),
            tuple(share_errors.tolist()),
        ),
    )


def _pivotal(rule: Rule, orders: Integers) -> FloatArray:
    """1 for the player (B, n) with whom those who came before win, found by bisection."""
    size, n = orders.shape
    places = np.empty_like(orders)
    np.put_along_axis(places, orders, np.arange(n)[None, :], axis=1)
    low, high = np.zeros(size, dtype=np.int64), np.full(size, n)  # the first `low` lose
    while (high - low > 1).any():
        middle = (low + high) // 2
        won = rule.wins(places < middle[:, None])
        high, low = np.where(won, middle, high), np.where(won, low, middle)
    found = np.zeros((size, n))
    found[np.arange(size), orders[np.arange(size), high - 1]] = 1.0
    return found


class _Moments:
    """Sums of draws, of their squares, and of their products with the sum over players."""

    def __init__(self, players: int) -> None:
        self._number = 0
        self._sum = np.zeros(players)
        self._squares = np.zeros(players)
        self._products = np.zeros(players)
        self._square_of_all = 0.0

    def add(self, draws: FloatArray) -> None:
        """Take in draws (B, n)."""
        whole = draws.sum(axis=1)
        self._number += len(draws)
        self._sum += draws.sum(axis=0)
        self._squares += (draws**2).sum(axis=0)
        self._products += whole @ draws
        self._square_of_all += float(whole @ whole)

    def means(self) -> tuple[FloatArray, FloatArray]:
        """Means, and their standard errors."""
        means = self._sum / self._number
        spread = np.maximum(self._squares / self._number - means**2, 0.0)
        errors = np.sqrt(spread / (self._number - 1))
        # who was never seen to turn anything may still do so once in as many draws
        return means, np.maximum(errors, 1.0 / self._number)

    def shares(self) -> tuple[FloatArray, FloatArray]:
        """Shares of the sum over players, and their standard errors to first order."""
        whole = float(self._sum.sum())
        if whole == 0.0:  # nobody was ever seen to turn anything
            return np.zeros_like(self._sum), np.full_like(self._sum, math.nan)
        shares = self._sum / whole
        spread = self._squares - 2 * shares * self._products + shares**2 * self._square_of_all
        errors = np.sqrt(np.maximum(spread, 0.0)) / whole
        return shares, np.maximum(errors, 1.0 / whole)
