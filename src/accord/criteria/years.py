"""What the years do to a package: erosion, elections, attention elsewhere, growth, drift."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from accord.case.records.durability import Attention, Durability, Election
from accord.criteria.fighting import Pressure, guarantor_names
from accord.criteria.pledging import table
from accord.criteria.setting import Setting

__all__ = ["YearState", "horizon_years", "year_states"]

Floats = NDArray[np.float64]
Booleans = NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class YearState:
    """One year in every world.

    Attributes
    ----------
    year : int
        From 1.
    tempted : ndarray (W,)
        Where the challenger is tempted this year.
    reversed_by : mapping of guarantor to ndarray (W,)
        Where each one's policy stands reversed.
    pressure : Pressure
        Everything that this year has done to the game.
    unreversed : Pressure
        The same without the reversals, to tell what they caused.
    """

    year: int
    tempted: Booleans
    reversed_by: dict[str, Booleans]
    pressure: Pressure
    unreversed: Pressure


def horizon_years(years: Durability) -> int:
    """Whole years of the horizon, at least one."""
    return max(1, round(years.horizon.days / 365.25))


def year_states(setting: Setting, package: str) -> list[YearState]:
    """Every year 1..T; chances that a package's text moves are its own, the luck is shared."""
    years = setting.case.file.durability
    assert years is not None
    worlds = setting.worlds
    states: list[YearState] = []
    stands: dict[str, Booleans] = {
        name: _from_the_start(setting, e) for name, e in years.elections.items()
    }
    for year in range(1, horizon_years(years) + 1):
        for name, election in years.elections.items():
            if year in election.years:
                chance = worlds.package_value(election.reversal, setting.packages[package])
                falls = worlds.chance(f"election.{name}.{year}") < chance
                stands[name] = stands[name] | falls
        calm = Pressure(_supply(setting, years, year), {}, _growth(setting, years, year))
        states.append(
            YearState(
                year,
                np.asarray(worlds.chance(f"tempted.{year}") < worlds.value(years.temptation)),
                dict(stands),
                _reversed(setting, years, calm, stands),
                calm,
            )
        )
    return states


def _from_the_start(setting: Setting, election: Election) -> Booleans:
    if election.of is None:
        return np.zeros(setting.worlds.count, dtype=np.bool_)
    return setting.worlds.shock(election.of)


def _growth(setting: Setting, years: Durability, year: int) -> Floats:
    if years.growth is None:
        return np.ones(setting.worlds.count)
    rate = setting.worlds.value(years.growth.challenger)
    return np.asarray(np.maximum(1.0 + rate, 0.0) ** year)


def _supply(setting: Setting, years: Durability, year: int) -> dict[tuple[str, str], Floats]:
    """Factors on supply, by contributor and capability: erosion and attention elsewhere."""
    factors: dict[tuple[str, str], Floats] = {}
    for contributor in table(setting).contributors:
        number = years.erosion.get(contributor, years.erosion.get("default"))
        if number is not None:
            factors[contributor, ""] = (1.0 - setting.worlds.value(number)) ** year
    for name, attention in years.attention.items():
        away = _away(setting, name, attention, year)
        for contributor, capabilities in attention.leaves.items():
            for capability, number in capabilities.items():
                key = (contributor, capability)
                factor = np.where(away, setting.worlds.value(number), 1.0)
                factors[key] = factors.get(key, np.ones(setting.worlds.count)) * factor
    return factors


def _away(setting: Setting, name: str, attention: Attention, year: int) -> Booleans:
    """Where attention is elsewhere in a year: it began in one of the years that it lasts."""
    lasts = max(1, math.ceil(attention.lasts.days / 365.25 - 1e-9))
    result = np.zeros(setting.worlds.count, dtype=np.bool_)
    for began in range(max(1, year - lasts + 1), year + 1):
        chance = setting.worlds.chance(f"attention.{name}.{began}")
        result |= chance < setting.worlds.value(attention.probability)
    return result


def _reversed(
    setting: Setting, years: Durability, calm: Pressure, stands: dict[str, Booleans]
) -> Pressure:
    supply, values = dict(calm.supply), dict(calm.values)
    record = setting.case.file.deterrence
    deciders = guarantor_names(record) if record is not None else ()
    for name, election in years.elections.items():
        for what, number in election.keeps.items():
            factor = np.where(stands[name], setting.worlds.value(number), 1.0)
            if what == "pledges":
                supply[name, ""] = supply.get((name, ""), np.ones(setting.worlds.count)) * factor
            elif name in deciders:
                values[name, what] = factor
    return replace(calm, supply=supply, values=values)
