"""Whether an agreement withstands the attacks that its years bring."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from accord.criteria.fighting import Pressure, build_game
from accord.criteria.pledging import coin
from accord.criteria.setting import Setting
from accord.criteria.temptation import temptation
from accord.criteria.years import YearState, year_states
from accord.theory.deterrence import solve
from accord.theory.game import restrict

__all__ = ["Withstood", "withstood"]

Floats = NDArray[np.float64]
Booleans = NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class Withstood:
    """Attacks over the years.

    Attributes
    ----------
    year : ndarray (W,)
        Year of the first attack, 0 for none.
    closest : ndarray (W,)
        Smallest e_t − P_t over tempted years without an attack, infinite where never tempted.
    through_reversal : mapping of guarantor to ndarray (W,)
        Where the attack would not have come had that reversal not stood.
    """

    year: NDArray[np.int64]
    closest: Floats
    through_reversal: dict[str, Booleans]


def withstood(setting: Setting, package: str) -> Withstood:
    """Follow a package through the years; worlds that were attacked are left alone afterwards."""
    record = setting.case.file.deterrence
    assert record is not None
    count = setting.worlds.count
    year = np.zeros(count, dtype=np.int64)
    closest = np.full(count, np.inf)
    through: dict[str, Booleans] = {}
    for state in year_states(setting, package):
        where = np.flatnonzero(state.tempted & (year == 0))
        if not where.size:
            continue
        bar = temptation(setting.worlds, record.persistence, state.year)[where]
        slack = bar - _chance(setting, package, state.pressure, where)
        closest[where] = np.minimum(closest[where], slack)
        fallen = slack < 0
        year[where[fallen]] = state.year
        _blame_reversals(setting, package, state, where[fallen], bar[fallen], through)
    return Withstood(year, closest, through)


def _chance(setting: Setting, package: str, pressure: Pressure, where: NDArray[np.intp]) -> Floats:
    """P(attack) by the challenger's beliefs in some of the worlds."""
    game = build_game(setting, package, beliefs=True, pressure=pressure)
    return solve(restrict(game, where), goes=coin(setting)[where]).p_attack


def _blame_reversals(
    setting: Setting, package: str, state: YearState, where: NDArray[np.intp], bar: Floats,
    through: dict[str, Booleans],
) -> None:  # fmt: skip
    """Note the worlds in which the attack came only because a reversal stood."""
    stands = {name: here[where] for name, here in state.reversed_by.items()}
    any_stands = np.zeros(where.size, dtype=np.bool_)
    for here in stands.values():
        any_stands |= here
    if not any_stands.any():
        return
    picked = where[any_stands]
    without = _chance(setting, package, state.unreversed, picked)
    caused = bar[any_stands] >= without
    for name, here in stands.items():
        mask = through.setdefault(name, np.zeros(setting.worlds.count, dtype=np.bool_))
        blamed = picked[caused & here[any_stands]]
        first = np.array(
            [not any(other[w] for n, other in through.items() if n != name) for w in blamed],
            dtype=np.bool_,
        )
        mask[blamed[first]] = True
