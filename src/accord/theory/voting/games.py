"""Weighted games and monotone formulas over them: records, and what can be simplified."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import gcd
from typing import TypeAlias

from accord._errors import ModelError

__all__ = ["AND", "OR", "AllOf", "AnyOf", "Formula", "FormulaGame", "WeightedGame"]
__all__ += ["decided", "program_of", "simplified"]

AND, OR = -1, -2
"""Operations of a formula in postfix notation; numbers from 0 are games."""


@dataclass(frozen=True, slots=True)
class WeightedGame:
    """A set wins iff its weights reach the quota.

    Attributes
    ----------
    weights : tuple of n integers, >= 0
    quota : int
        At least 1.

    Raises
    ------
    ModelError
        When there is no player, a weight is negative, or the quota is not positive.
    """

    weights: tuple[int, ...]
    quota: int

    def __post_init__(self) -> None:
        if not self.weights or min(self.weights) < 0 or self.quota < 1:
            raise ModelError(
                "wanted: at least one voter, weights of 0 or more, a quota of 1 or more"
            )


@dataclass(frozen=True, slots=True)
class AllOf:
    """A set wins iff it wins in every part."""

    parts: tuple[Formula, ...]


@dataclass(frozen=True, slots=True)
class AnyOf:
    """A set wins iff it wins in some part."""

    parts: tuple[Formula, ...]


Formula: TypeAlias = int | AllOf | AnyOf
"""A number is the game at that position."""


@dataclass(frozen=True, slots=True)
class FormulaGame:
    """Weighted games of the same players, joined by a formula without negation.

    Attributes
    ----------
    games : tuple of WeightedGame
    formula : Formula

    Raises
    ------
    ModelError
        When games differ in the number of players, or the formula names a game beyond them.
    """

    games: tuple[WeightedGame, ...]
    formula: Formula

    def __post_init__(self) -> None:
        if len({len(game.weights) for game in self.games}) != 1:
            raise ModelError("wanted: at least one game, and the same players in every game")
        named = [step for step in program_of(self.formula) if step >= 0]
        if not named or max(named) >= len(self.games):
            raise ModelError("wanted: a formula that names the given games")

    @property
    def players(self) -> int:
        """How many players there are."""
        return len(self.games[0].weights)


def program_of(formula: Formula) -> list[int]:
    """The formula in postfix notation: games by number, ``AND`` and ``OR`` of the last two."""
    if isinstance(formula, int):
        return [formula]
    steps: list[int] = []
    for number, part in enumerate(formula.parts):
        steps += program_of(part)
        if number:
            steps.append(AND if isinstance(formula, AllOf) else OR)
    return steps


def decided(formula: Formula, known: Sequence[bool | None]) -> bool | None:
    """Whether a set wins, from what is known of each game; None where that is still open."""
    if isinstance(formula, int):
        return known[formula]
    answers = [decided(part, known) for part in formula.parts]
    decisive = isinstance(formula, AnyOf)
    if decisive in answers:
        return decisive
    return None if None in answers else not decisive


def simplified(game: FormulaGame) -> tuple[FormulaGame, list[int]]:
    """The same game with small numbers and without players that carry no weight.

    Weights are divided by their greatest common divisor; quotas, by the same, are rounded up,
    as only multiples of it can be reached.

    Returns
    -------
    game : FormulaGame
    places : list of int
        Where the players that are left stood; never empty.
    """
    players = game.players
    places = [i for i in range(players) if any(one.weights[i] for one in game.games)] or [0]
    games = []
    for one in game.games:
        step = gcd(*one.weights) or 1
        weights = tuple(one.weights[i] // step for i in places)
        games.append(WeightedGame(weights, -(-one.quota // step)))
    return FormulaGame(tuple(games), game.formula), places
