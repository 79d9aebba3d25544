"""The chance of an attack in each year in which the challenger is tempted."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from accord.criteria.fighting import Pressure, build_game
from accord.criteria.pledging import coin
from accord.criteria.setting import Setting
from accord.criteria.temptation import temptation
from accord.criteria.years import calendar
from accord.theory.deterrence import solve
from accord.theory.game import restrict, side_by_side

__all__ = ["Pressed", "pressed"]

Floats = NDArray[np.float64]
Booleans = NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class Pressed:
    """Years 1..T of a package, each array (T, W).

    Attributes
    ----------
    tempted : where the challenger is tempted
    temptations : e_t
    p_attack : P_t in tempted years
    p_calm : P_t had no reversal stood, worked out only for that attack; 1 elsewhere
    stands : where each actor's policy stands reversed
    """

    tempted: Booleans
    temptations: Floats
    p_attack: Floats
    p_calm: Floats
    stands: Mapping[str, Booleans]


def pressed(setting: Setting, package: str) -> Pressed:
    """Follow a package through the years; a world that was attacked is left alone afterwards."""
    record = setting.case.file.deterrence
    assert record is not None
    years = calendar(setting, package)
    horizon = len(years.tempted)
    bars = np.stack(
        [temptation(setting.worlds, record.persistence, t) for t in range(1, horizon + 1)]
    )
    chances, calm = np.zeros(bars.shape), np.ones(bars.shape)
    asked = [(t, np.flatnonzero(years.tempted[t])) for t in range(horizon)]
    _fill(chances, setting, package, asked, lambda t: years.pressure(setting, t + 1))
    attacked = years.tempted & (bars < chances)
    reversal = np.zeros(bars.shape, dtype=np.bool_)
    for stands in years.stands.values():
        reversal |= stands
    doubtful = attacked & reversal & (np.cumsum(attacked, axis=0) == 1)
    asked = [(t, np.flatnonzero(doubtful[t])) for t in range(horizon)]
    _fill(calm, setting, package, asked, lambda t: years.calm(t + 1))
    return Pressed(years.tempted, bars, chances, calm, years.stands)


def _fill(
    chances: Floats, setting: Setting, package: str,
    asked: Sequence[tuple[int, NDArray[np.intp]]], pressure: Callable[[int], Pressure],
) -> None:  # fmt: skip
    """Write P(attack) by the challenger's beliefs in some worlds of some years."""
    asked = [(t, where) for t, where in asked if where.size]
    if not asked:
        return
    games = [
        restrict(build_game(setting, package, beliefs=True, pressure=pressure(t)), where)
        for t, where in asked
    ]
    sizes = [where.size for _, where in asked]
    coins = np.concatenate([coin(setting)[where] for _, where in asked])
    found = solve(side_by_side(games, sizes), goes=coins).p_attack
    for (t, where), part in zip(asked, np.split(found, np.cumsum(sizes)[:-1]), strict=True):
        chances[t, where] = part
