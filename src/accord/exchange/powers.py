"""Power indices of a voting game in a file, in a stable shape."""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction
from pathlib import Path
from typing import Any

from accord.formats.voting_game import Coalitions, Worths, read_voting_game
from accord.theory.voting import (
    VotingPower,
    coalition_power,
    formula_power,
    worth_power,
)

__all__ = ["solve_power"]


def solve_power(file: str | Path, seed: int = 1) -> dict[str, Any]:
    """The Shapley-Shubik and Banzhaf indices of a voting game, or of any game given by its worths.

    Parameters
    ----------
    file : path
        JSON with weights and a quota; games and a formula; winning coalitions; or values.
    seed : int
        Of the draws, where a game is too large for anything else.

    Returns
    -------
    dict
        The shape that ``accord solve power --json`` prints. ``shapley_shubik``, ``banzhaf``
        (shares of their sum: all 0 where nobody ever turns anything, null where values that are
        not all 0 sum to 0) and ``banzhaf_absolute`` by player; ``exact``: whether each is the
        exact number, to the last digit of a float; then ``fractions`` and ``swings`` hold it as
        it is. Otherwise ``within`` bounds what is missing, or ``standard_errors`` tell it.

    Raises
    ------
    CaseErrors
        With every mistake in the file.
    """
    read = read_voting_game(file)
    game = read.game
    if isinstance(game, Coalitions):
        power = coalition_power(len(read.players), game.winning, seed)
    elif isinstance(game, Worths):
        power = worth_power(game.values)
    else:
        power = formula_power(game, seed)

    def named(values: Iterable[object] | None) -> dict[str, Any]:
        if values is None:
            return dict.fromkeys(read.players)
        return dict(zip(read.players, values, strict=True))

    errors = power.standard_errors
    shares = power.banzhaf_shares
    return {
        "players": list(read.players),
        "form": read.form,
        "method": power.method,
        "exact": power.exact,
        "shapley_shubik": named(map(float, power.shapley_shubik)),
        "banzhaf": named(None if shares is None else map(float, shares)),
        "banzhaf_absolute": named(map(float, power.banzhaf)),
        "swings": None if power.swings is None else named(power.swings),
        "fractions": _fractions(power, read.players) if power.exact else None,
        "within": power.within,
        "standard_errors": None
        if errors is None
        else {
            "shapley_shubik": named(errors.shapley_shubik),
            "banzhaf": named(errors.banzhaf_shares),
            "banzhaf_absolute": named(errors.banzhaf),
        },
        "notes": list(read.notes),
        "ignored": list(read.ignored),
    }


def _fractions(power: VotingPower, players: tuple[str, ...]) -> dict[str, dict[str, str | None]]:
    """The exact indices as texts such as 421/2145."""
    nothing: tuple[Fraction | None, ...] = (None,) * len(players)
    rows = {
        "shapley_shubik": power.shapley_shubik,
        "banzhaf": power.banzhaf_shares or nothing,
        "banzhaf_absolute": power.banzhaf,
    }
    return {
        name: {
            player: None if value is None else str(value)
            for player, value in zip(players, row, strict=True)
        }
        for name, row in rows.items()
    }
