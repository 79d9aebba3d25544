"""The chance of an attack in each year in which the challenger is tempted."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial

import numpy as np
from numpy.typing import NDArray

from accord.criteria.fighting import Pressure, build_game, gathered_setting
from accord.criteria.pledging import coin
from accord.criteria.setting import Setting
from accord.criteria.temptation import temptation
from accord.criteria.years import calendar
from accord.theory.deterrence import solve_attack

__all__ = ["Pressed", "pressed"]

Floats = NDArray[np.float64]
Booleans = NDArray[np.bool_]
Places = NDArray[np.intp]


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


def pressed(setting: Setting, package: str, where: Booleans | None = None) -> Pressed:
    """Follow a package through the years; a world that was attacked is left alone afterwards.

    Parameters
    ----------
    where : bool array (W,), optional
        Worlds that are followed; elsewhere chances of attack are nought.
    """
    record = setting.case.file.deterrence
    assert record is not None
    years = calendar(setting, package)
    horizon = len(years.tempted)
    bars = setting.once_for_all(
        ("temptations",),
        lambda: np.stack(
            [temptation(setting.worlds, record.persistence, t) for t in range(1, horizon + 1)]
        ),
    )
    chances, calm = np.zeros(bars.shape), np.ones(bars.shape)
    asked = years.tempted if where is None else years.tempted & where
    _fill(chances, setting, package, asked, partial(years.pressure, setting))
    attacked = years.tempted & (bars < chances)
    reversal = np.zeros(bars.shape, dtype=np.bool_)
    for stands in years.stands.values():
        reversal |= stands
    doubtful = attacked & reversal & (np.cumsum(attacked, axis=0) == 1)
    _fill(calm, setting, package, doubtful, years.calm)
    return Pressed(years.tempted, bars, chances, calm, years.stands)


def _fill(
    chances: Floats, setting: Setting, package: str, asked: Booleans,
    pressure: Callable[[Places, Places], Pressure],
) -> None:  # fmt: skip
    """Write P(attack) by the challenger's beliefs in some worlds of some years, (T, W)."""
    year, world = np.nonzero(asked)
    if not world.size:
        return
    own = gathered_setting(setting, package, world)
    game = build_game(own, package, beliefs=True, pressure=pressure(year + 1, world))
    chances[year, world] = solve_attack(game, coin(setting)[world]).p_attack
