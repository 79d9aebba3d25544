"""What the years do to a package: erosion, elections, attention elsewhere, growth."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from accord.case.records.durability import Durability
from accord.criteria.fighting import Pressure, guarantor_names
from accord.criteria.pledging import table
from accord.criteria.setting import Setting
from accord.theory import survival as theory

__all__ = ["Calendar", "calendar", "horizon_years"]

Floats = NDArray[np.float64]
Booleans = NDArray[np.bool_]
Integers = NDArray[np.int64]
Places: TypeAlias = slice | NDArray[np.intp]
_ALL = slice(None)
DAYS_A_YEAR = 365.25


@dataclass(frozen=True, eq=False)
class Calendar:
    """Years 1..T of a package in every world.

    Attributes
    ----------
    tempted : ndarray (T, W)
        Where the challenger is tempted.
    stands : mapping of actor to ndarray (T, W)
        Where its policy stands reversed.
    supply : mapping of (contributor, capability or "") to ndarray (T, W)
        Factors from erosion and attention elsewhere.
    growth : ndarray (T, W)
        Factor on the challenger's strength.
    """

    tempted: Booleans
    stands: Mapping[str, Booleans]
    supply: Mapping[tuple[str, str], Floats]
    growth: Floats

    def calm(self, year: int | Integers, worlds: Places = _ALL) -> Pressure:
        """What a year from 1 to T has done apart from reversals, or years of as many worlds."""
        at = year - 1, worlds
        return Pressure(
            {key: factor[at] for key, factor in self.supply.items()}, {}, self.growth[at]
        )

    def pressure(self, setting: Setting, year: int | Integers, worlds: Places = _ALL) -> Pressure:
        """The same with the reversals that stand in that year."""
        years = setting.case.file.durability
        assert years is not None
        calm = self.calm(year, worlds)
        supply, values = dict(calm.supply), dict(calm.values)
        game = setting.case.file.deterrence
        deciders = guarantor_names(game) if game is not None else ()
        for name, election in years.elections.items():
            for what, number in election.keeps.items():
                kept = setting.worlds.value(number)[worlds]
                factor = np.where(self.stands[name][year - 1, worlds], kept, 1.0)
                if what == "pledges":
                    for member in _behind(setting, name):
                        supply[member, ""] = supply.get((member, ""), 1.0) * factor
                elif name in deciders:
                    values[name, what] = factor
        return replace(calm, supply=supply, values=values)


def horizon_years(years: Durability) -> int:
    """Whole years of the horizon, at least one."""
    return max(1, round(years.horizon.days / DAYS_A_YEAR))


def calendar(setting: Setting, package: str) -> Calendar:
    """The years of a package; its text moves chances of reversal, the luck is shared by all."""
    years = setting.case.file.durability
    assert years is not None
    worlds, horizon = setting.worlds, horizon_years(years)
    shared = setting.once_for_all(("calendar",), lambda: _shared(setting, years, horizon))
    stands = {}
    for name, election in years.elections.items():
        stands[name] = theory.reversals(
            np.stack([worlds.chance(f"election.{name}.{year}") for year in election.years]),
            setting.number(package, election.reversal),
            election.years,
            horizon,
            worlds.shock(election.of) if election.of is not None else None,
        )
    return replace(shared, stands=stands)


def _shared(setting: Setting, years: Durability, horizon: int) -> Calendar:
    """What does not depend on the package."""
    worlds = setting.worlds
    uniforms = np.stack([worlds.chance(f"tempted.{t}") for t in range(1, horizon + 1)])
    growth = np.ones((horizon, worlds.count))
    if years.growth is not None:
        growth = theory.growth_factors(worlds.value(years.growth.challenger), horizon)
    return Calendar(
        theory.tempted(uniforms, worlds.value(years.temptation)),
        {},
        _supply(setting, years, horizon),
        growth,
    )


def _behind(setting: Setting, name: str) -> tuple[str, ...]:
    """The contributors behind a name: the members of a group of guarantors, else itself."""
    game = setting.case.file.deterrence
    group = game.guarantors.named.get(name) if game is not None else None
    return (group.members if group is not None else ()) or (name,)


def _supply(setting: Setting, years: Durability, horizon: int) -> dict[tuple[str, str], Floats]:
    worlds = setting.worlds
    factors: dict[tuple[str, str], Floats] = {}
    # a contributor's own erosion comes before that of its group, and both before the default
    erosion = {m: n for name, n in years.erosion.items() for m in _behind(setting, name)}
    erosion |= years.erosion
    for contributor in table(setting).contributors:
        number = erosion.get(contributor, erosion.get("default"))
        if number is not None:
            factors[contributor, ""] = theory.erosion_factors(worlds.value(number), horizon)
    for name, attention in years.attention.items():
        away = theory.attention_elsewhere(
            np.stack([worlds.chance(f"attention.{name}.{t}") for t in range(1, horizon + 1)]),
            worlds.value(attention.probability),
            attention.lasts.days / DAYS_A_YEAR,
        )
        for actor, capabilities in attention.leaves.items():
            for capability, number in capabilities.items():
                factor = np.where(away, worlds.value(number), 1.0)
                for contributor in _behind(setting, actor):
                    key = (contributor, capability)
                    factors[key] = factors.get(key, 1.0) * factor
    return factors
