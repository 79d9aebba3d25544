"""The chance of an attack in each year in which the challenger is tempted."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from accord.criteria.fighting import Pressure, build_game
from accord.criteria.pledging import coin
from accord.criteria.setting import Setting
from accord.criteria.temptation import temptation
from accord.criteria.years import calendar
from accord.theory.deterrence import solve
from accord.theory.game import restrict

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
    p_attack : P_t, worked out only in tempted years before the first attack
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
    alive = np.ones(setting.worlds.count, dtype=np.bool_)
    for t in range(horizon):
        where = np.flatnonzero(years.tempted[t] & alive)
        if not where.size:
            continue
        chances[t, where] = _chance(setting, package, years.pressure(setting, t + 1), where)
        fallen = where[bars[t, where] < chances[t, where]]
        alive[fallen] = False
        reversal = np.zeros(setting.worlds.count, dtype=np.bool_)
        for stands in years.stands.values():
            reversal |= stands[t]
        doubtful = fallen[reversal[fallen]]
        if doubtful.size:
            calm[t, doubtful] = _chance(setting, package, years.calm(t + 1), doubtful)
    return Pressed(years.tempted, bars, chances, calm, years.stands)


def _chance(setting: Setting, package: str, pressure: Pressure, where: NDArray[np.intp]) -> Floats:
    """P(attack) by the challenger's beliefs in some of the worlds."""
    game = build_game(setting, package, beliefs=True, pressure=pressure)
    return solve(restrict(game, where), goes=coin(setting)[where]).p_attack
