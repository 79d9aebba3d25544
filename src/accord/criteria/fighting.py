"""The deterrence game of a package in every world, with strengths from the joined pledges."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from accord.case.numbers import PackageNumber
from accord.case.records.delivery import Pledge
from accord.case.records.deterrence import Belief, Deterrence, Guarantor, Shift
from accord.criteria.pledging import brought, going, requirement, table
from accord.criteria.setting import Setting
from accord.theory import game as theory
from accord.theory.strength import round_strength, tripwire_cost

__all__ = [
    "Pressure", "build_game", "fielded", "fighting_pledges", "gathered_setting", "guarantor_names",
    "needs", "strengths",
]  # fmt: skip

Floats = NDArray[np.float64]
Booleans = NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class Pressure:
    """What a year has done to the strengths and values of the game.

    Attributes
    ----------
    supply : mapping of (contributor, capability or "") to ndarray (W,)
        Factors on what a contributor's pledges supply.
    values : mapping of (guarantor, field) to ndarray (W,)
        Factors on ``reneging``, ``automatic`` and ``stake``.
    growth : ndarray (W,)
        Factor on the challenger's strength.
    """

    supply: Mapping[tuple[str, str], Floats] = field(default_factory=dict)
    values: Mapping[tuple[str, str], Floats] = field(default_factory=dict)
    growth: Floats | float = 1.0


def guarantor_names(game: Deterrence) -> tuple[str, ...]:
    """The deciders in the order in which they move."""
    return tuple(
        name
        for tier in game.guarantors.order
        for name in ((tier,) if isinstance(tier, str) else tier)
    )


def build_game(
    setting: Setting, package: str, *, beliefs: bool = False, pressure: Pressure | None = None
) -> theory.Game:
    """The game of one package, by true values or as the challenger sees it.

    Strengths are those of the pledges that go in the same world, in the phase that counts.
    """
    record = setting.case.file.deterrence
    assert record is not None
    worlds = setting.worlds
    force = pressure or Pressure()
    names = guarantor_names(record)
    strength = strengths(setting, package, force)
    challenger, protege = record.challenger, record.protege

    def value(number: PackageNumber | None) -> Floats | float:
        return 0.0 if number is None else setting.number(package, number)

    tiers, position = [], 0
    for tier in record.guarantors.order:
        size = 1 if isinstance(tier, str) else len(tier)
        tiers.append(tuple(range(position, position + size)))
        position += size
    backstop = record.guarantors.backstop
    return theory.Game(
        theory.Challenger(
            value(challenger.stake), value(challenger.cost_of_war),
            worlds.value(challenger.precision), value(challenger.without_attack),
            value(challenger.snapback),
            _positive(round_strength(value(challenger.strength) * np.asarray(force.growth))),
        ),
        theory.Protege(
            value(protege.stake), value(protege.cost_of_war), worlds.value(protege.precision),
            round_strength(value(protege.strength)),
        ),
        theory.Contest(
            worlds.value(record.contest.steepness), worlds.value(record.contest.defence_advantage)
        ),
        tuple(_guarantor(setting, package, name, strength[name], beliefs, force) for name in names),
        tuple(tiers),
        names.index(backstop) if backstop is not None else None,
        _modes(setting, record),
    )  # fmt: skip


def gathered_setting(setting: Setting, package: str, at: NDArray[np.intp]) -> Setting:
    """A setting of worlds at an array of their numbers, (K,), for games of one package.

    What the whole setting knows of pools and needs is gathered, so that nothing hangs on which
    worlds are asked for.
    """
    result = setting.gathered(at)
    result.once_for_all(("pledges",), lambda: table(setting))
    result.once_for_all(("combat weights",), lambda: _weights(setting)[:, at])
    result.once_for_all(("that fight",), lambda: _that_fight(setting))
    result.once(("needs", package), lambda: needs(setting, package)[:, at])
    rows = fielded(setting, package)
    result.once(("fielded", package), lambda: {m: row[at] for m, row in rows.items()})
    return result


def _positive(strength: Floats) -> Floats:
    # a challenger whose strength rounds to nought would win or lose by division by nought
    return np.maximum(strength, 0.125)


def _modes(setting: Setting, record: Deterrence) -> tuple[theory.Mode, ...]:
    def factor(scale: object) -> Floats | float:
        return 1.0 if scale is None else setting.worlds.value(scale.times)  # type: ignore[attr-defined]

    return tuple(
        theory.Mode(
            name, factor(mode.stake), factor(mode.cost_of_war), factor(mode.automatic),
            factor(mode.guarantor_stake),
        )
        for name, mode in record.modes.items()
    )  # fmt: skip


def _guarantor(
    setting: Setting, package: str, name: str, fielded: tuple[Floats, Floats], beliefs: bool,
    pressure: Pressure,
) -> theory.Guarantor:  # fmt: skip
    record = setting.case.file.deterrence
    assert record is not None
    own: Guarantor = record.guarantors.named[name]
    worlds = setting.worlds
    seen = record.beliefs.get(name, Belief()) if beliefs else Belief()
    names = guarantor_names(record)
    strength, forces = fielded

    def value(number: PackageNumber | None, what: str) -> Floats:
        plain = np.zeros(worlds.count) if number is None else setting.number(package, number)
        return _perceived(setting, plain * pressure.values.get((name, what), 1.0), seen, what)

    tripwire = np.zeros(worlds.count)
    if own.tripwire is not None:
        limit = worlds.value(own.tripwire.at_most)
        if own.tripwire.half_at is None:
            tripwire = np.where(forces > 0, limit, 0.0)
        else:
            tripwire = tripwire_cost(limit, worlds.value(own.tripwire.half_at), forces)
    return theory.Guarantor(
        value(own.stake, "stake"),
        value(own.cost, "cost"),
        worlds.value(own.shared_cost),
        value(own.punishes, "punishes"),
        _perceived(setting, worlds.value(own.precision), seen, "precision"),
        value(own.reneging, "reneging"),
        np.minimum(value(own.automatic, "automatic"), 1.0),
        value(own.alone, "alone"),
        tripwire,
        round_strength(_perceived(setting, strength, seen, "strength")),
        {names.index(other): worlds.value(share) for other, share in own.leans_on.items()},
    )


def _perceived(setting: Setting, true: Floats, seen: Belief, what: str) -> Floats:
    shift: Shift | None = getattr(seen, what, None)
    if shift is None:
        return true
    moved = true
    if shift.times is not None:
        moved = moved * setting.worlds.value(shift.times)
    if shift.shift is not None:
        moved = moved + setting.worlds.value(shift.shift)
    # a perceived value below nought would turn a cost into a gain
    return np.maximum(moved, 0.0)


def strengths(
    setting: Setting, package: str, pressure: Pressure
) -> dict[str, tuple[Floats, Floats]]:
    """Strength in index points and forces at the tripwire of every guarantor, each (W,).

    forward_g = Σ_k weight_k · min(1, r_kt / S_kt) · supply, in the phase that counts; a pool with
    several roles counts once, in the role in which it is strongest. Reinforcements come on top,
    discounted by exp(−delay / τ). Forces are told in the unit of the first capability that fights.
    """
    record = setting.case.file.deterrence
    assert record is not None
    pools = _pool_strengths(setting, package, pressure)
    result = {}
    for name in guarantor_names(record):
        members = record.guarantors.named[name].members or (name,)
        index = np.zeros(setting.worlds.count)
        forces = np.zeros(setting.worlds.count)
        for member in members:
            for m in table(setting).of(member):
                if m in pools:
                    index += pools[m][0]
                    forces += pools[m][1]
        result[name] = (index, forces)
    return result


def _pool_strengths(
    setting: Setting, package: str, pressure: Pressure
) -> dict[int, tuple[Floats, Floats]]:
    """Index points and forces of every pool that can fight, by its number."""
    own, weights = table(setting), _weights(setting)
    record = setting.case.file.deterrence
    assert record is not None
    need = needs(setting, package)
    scaled: dict[int, dict[int, Floats]] = {}
    supply = np.zeros(need.shape)
    for m, row in fielded(setting, package).items():
        each = {}
        for name in own.records[m].serves:
            k = own.capabilities.index(name)
            each[k] = row * _factor(pressure, own.owners[m], name)
            supply[k] += each[k]
        scaled[m] = each
    used = np.divide(need, supply, out=np.zeros_like(need), where=supply > 0)
    used = np.minimum(used, 1.0)
    fights = np.flatnonzero(_that_fight(setting))
    unit = weights[fights[0]] if fights.size else np.ones(setting.worlds.count)
    return {
        m: _pool_strength(own.records[m], each, weights, used, unit, record)
        for m, each in scaled.items()
    }


def _counted(setting: Setting) -> int:
    """Index of the phase whose deployed pledges fight."""
    record = setting.case.file.deterrence
    assert record is not None
    return table(setting).phases.index(record.timeline.counts)


def fighting_pledges(setting: Setting) -> tuple[int, ...]:
    """Numbers of the pledges that serve some capability that fights."""
    fights = table(setting).roles[:, _that_fight(setting)]
    return tuple(np.flatnonzero(fights.any(axis=1)).tolist())


def _that_fight(setting: Setting) -> Booleans:
    """Which capabilities fight in some world, shape (K,)."""
    return setting.once_for_all(("that fight",), lambda: np.any(_weights(setting), axis=1))


def _weights(setting: Setting) -> Floats:
    """Index points per unit of each capability, nought where it does not fight, shape (K, W)."""
    nothing = np.zeros(setting.worlds.count)
    capabilities = setting.case.file.capabilities.values()
    return setting.once_for_all(
        ("combat weights",),
        lambda: np.stack(
            [
                nothing if c.combat_weight is None else setting.worlds.value(c.combat_weight)
                for c in capabilities
            ]
        ),
    )


def needs(setting: Setting, package: str) -> Floats:
    """What is required in the phase that counts of each capability that fights, shape (K, W)."""

    def compute() -> Floats:
        phase, chosen = _counted(setting), setting.packages[package]
        result = np.zeros_like(_weights(setting))
        for k in np.flatnonzero(_that_fight(setting)):
            name = table(setting).capabilities[k]
            result[k] = requirement(setting, name, chosen)[phase]
        return result

    return setting.once(("needs", package), compute)


def fielded(setting: Setting, package: str) -> dict[int, Floats]:
    """What every pool that goes has in the phase that counts; pools that cannot fight left out.

    A pool matters when it serves a capability that fights, for its own strength or because it
    takes part in meeting that requirement.
    """

    def compute() -> dict[int, Floats]:
        own, here, chosen = table(setting), going(setting, package), setting.packages[package]
        rows = {
            m: np.where(here[m], _amount(setting, own.records[m], chosen), 0.0)
            for m in fighting_pledges(setting)
        }
        return {m: row for m, row in rows.items() if row.any()}

    return setting.once(("fielded", package), compute)


def _amount(setting: Setting, pledge: Pledge, chosen: Mapping[str, str]) -> Floats:
    """What a pool has in the phase that counts; reinforcements whatever their lead, (W,)."""
    if pledge.place == "behind":
        return setting.worlds.package_value(pledge.amount, chosen)
    result: Floats = brought(setting, pledge, chosen)[_counted(setting)]
    return result


def _pool_strength(
    pledge: Pledge, each: Mapping[int, Floats], weights: Floats, used: Floats, unit: Floats,
    record: Deterrence,
) -> tuple[Floats, Floats]:  # fmt: skip
    in_roles = [weights[k] * used[k] * brought for k, brought in each.items()]
    index: Floats = np.max(np.stack(in_roles), axis=0)
    if pledge.place == "forward":
        return index, np.divide(index, unit, out=np.zeros_like(index), where=unit > 0)
    delay = pledge.lead.days if pledge.lead is not None else 0.0
    late = float(np.exp(-delay / record.contest.fait_accompli.days))
    return index * late, np.zeros_like(index)


def _factor(pressure: Pressure, contributor: str, capability: str) -> Floats | float:
    everything = pressure.supply.get((contributor, ""), 1.0)
    return everything * pressure.supply.get((contributor, capability), 1.0)
