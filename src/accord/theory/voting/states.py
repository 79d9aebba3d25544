"""States of a count of votes: exact power where few different situations can arise.

Players declare in turn. What is still needed in each game is all that matters of what was said,
and a game that is won, or cannot be won any more, needs nothing. Forward, every state counts the
ways to reach it, by size; backward, the ways in which it ends in a win. Where they meet at a
player stand the sets of others that the player turns (a decision diagram in all but name).
"""

from __future__ import annotations

from math import comb
from typing import TypeAlias

from accord.theory.voting.games import FormulaGame, decided
from accord.theory.voting.record import VotingPower, power_of_swings

__all__ = ["MOST_STATES", "affordable_states", "power_by_states"]

MOST_STATES = 100_000

State: TypeAlias = tuple[int, ...]
"""What each game still needs: 0 where it is won, -1 where it is lost."""


def affordable_states(players: int) -> int:
    """How many states take some seconds: each costs a product of polynomials."""
    digits = players * (players + 1) / 30
    return min(MOST_STATES, int(10.0 / (1e-6 + 1e-9 * digits**1.6)))


def power_by_states(game: FormulaGame, most: int = MOST_STATES) -> VotingPower | None:
    """The exact indices of a formula of weighted games, None where there are too many states.

    Parameters
    ----------
    game : FormulaGame
        Of any number of players.
    most : int
        States over all players.

    Returns
    -------
    VotingPower or None

    References
    ----------
    Bolus 2011, "Power indices of simple games and vector-weighted majority games by means of
    binary decision diagrams".
    """
    walk = _Walk(game)
    levels = walk.levels(most)
    if levels is None:
        return None
    swings = walk.swings(levels)
    everybody = decided(game.formula, [sum(one.weights) >= one.quota for one in game.games])
    return power_of_swings(swings, int(bool(everybody)), "states")


class _Walk:
    """One game, its players from the heaviest to the lightest."""

    def __init__(self, game: FormulaGame) -> None:
        self._formula = game.formula
        self._n = game.players
        self._digit = self._n + 1  # counts by size as digits that never carry
        totals = [max(sum(one.weights), 1) for one in game.games]
        weights = list(zip(*(one.weights for one in game.games), strict=True))

        def heaviness(i: int) -> tuple[float, tuple[int, ...]]:
            return max(w / t for w, t in zip(weights[i], totals, strict=True)), weights[i]

        self._order = sorted(range(self._n), key=heaviness, reverse=True)
        self._weights = [weights[i] for i in self._order]
        self._left = [(0,) * len(totals)]
        for own in reversed(self._weights):
            after = zip(self._left[-1], own, strict=True)
            self._left.append(tuple(rest + weight for rest, weight in after))
        self._left.reverse()
        self._start = self._state(tuple(one.quota for one in game.games), 0)

    def levels(self, most: int) -> list[dict[State, int]] | None:
        """By player, the open states before it speaks and the ways to reach each, by size."""
        level: dict[State, int] = {} if isinstance(self._start, bool) else {self._start: 1}
        levels, known = [], 0
        for k in range(self._n):
            levels.append(level)
            known += len(level)
            if known > most:
                return None
            following: dict[State, int] = {}
            for state, ways in level.items():
                for after, more in self._steps(state, k, ways):
                    if not isinstance(after, bool):
                        following[after] = following.get(after, 0) + more
            level = following
        return levels

    def swings(self, levels: list[dict[State, int]]) -> list[list[int]]:
        """By player as numbered in the game, the sets of others it turns, by size."""
        digit, mask = self._digit, (1 << self._digit) - 1
        found: list[list[int]] = [[]] * self._n
        wins: dict[State, int] = {}
        for k in reversed(range(self._n)):
            every = sum(comb(self._n - k - 1, s) << (digit * s) for s in range(self._n - k))
            here: dict[State, int] = {}
            turned = 0
            same = k + 1 < self._n and self._weights[k] == self._weights[k + 1]
            for state, ways in levels[k].items():
                without, joined = (
                    (every if after else 0) if isinstance(after, bool) else wins[after]
                    for after, _ in self._steps(state, k, 0)
                )
                here[state] = without + (joined << digit)
                if not same and joined != without:
                    turned += ways * (joined - without)
            found[self._order[k]] = (
                found[self._order[k + 1]]
                if same
                else [(turned >> (digit * s)) & mask for s in range(self._n)]
            )
            wins = here
        return found

    def _steps(self, state: State, k: int, ways: int) -> list[tuple[State | bool, int]]:
        """Where a state goes without and with player k, and the ways there."""
        taken = zip(state, self._weights[k], strict=True)
        joined = tuple(need if need <= 0 else max(need - weight, 0) for need, weight in taken)
        return [
            (self._state(state, k + 1), ways),
            (self._state(joined, k + 1), ways << self._digit),
        ]

    def _state(self, needs: State, k: int) -> State | bool:
        """What is still open when the players from k on may join, or who won."""
        open_ = tuple(
            -1 if need > rest else need for need, rest in zip(needs, self._left[k], strict=True)
        )
        answer = decided(
            self._formula, [True if need == 0 else False if need < 0 else None for need in open_]
        )
        return open_ if answer is None else answer
