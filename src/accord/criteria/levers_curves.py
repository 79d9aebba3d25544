"""Break-even curves: the chance of an attack as one commitment or force grows from nothing.

Ranges run from nought to the larger of what models of this kind start from and the case's own 95%
quantile. How much is needed is worked out for each world and then told over worlds.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from accord.criteria.levers_ground import Ground
from accord.criteria.pledging import table
from accord.criteria.setting import weighted_quantiles
from accord.theory.levers import (
    Slot,
    Variant,
    absent,
    certain,
    least_concession,
    least_sanction,
    least_value,
    reading,
    sanctioned,
    solve_variants,
)

__all__ = ["TARGETS", "curves"]

Floats = NDArray[np.float64]

TARGETS = (0.5, 0.25, 0.1)
"""Chances of attack for which the break-even is told."""

_POINTS = 9
_MOST_RENEGING = 0.4  # an integrated command
_MOST_AUTOMATIC = 0.5  # authority delegated, forces engaged
_MOST_SANCTION = 0.4
_LEAST_FORCE = 1.0  # a brigade


@dataclass(frozen=True)
class _Dial:
    """One number that is turned, in all its places.

    Attributes
    ----------
    kind : str
        ``reneging``, ``automatic``, ``strength``, ``usable``, ``protege``.
    guarantors : tuple of int
        None for the protege.
    enabler : int or None
    """

    kind: str
    slots: tuple[Slot, ...]
    most: float
    guarantors: tuple[int, ...] = ()
    enabler: int | None = None


def curves(ground: Ground) -> list[dict[str, Any]]:
    """Every curve, the most powerful first, JSON-ready.

    Returns
    -------
    list of dict
        ``lever``, ``guarantors``, ``enabler``, ``closed_form``; ``now``, the mean of the number as
        it is; ``values``, ``p_attack`` (mean, p05, p95) and ``passes`` (share of worlds that pass
        the first temptation) at each; ``power``, how far the mean chance of an attack falls from
        where it is at the best value; ``needed`` for each target: the shares of worlds that are
        there ``already``, that are there at some value of the range (``reached``) and only so
        (``gained``), among these the ``median`` of the least value, and how many worlds pass the
        first temptation at that value.
    """
    dials = list(_dials(ground))
    grids = [np.linspace(0.0, dial.most, _POINTS) for dial in dials]
    variants: list[Variant] = [
        dict.fromkeys(dial.slots, float(value))
        for dial, grid in zip(dials, grids, strict=True)
        for value in grid
    ]
    enablers = sorted({other for one in ground.seen.guarantors for other in one.leans_on})
    variants += [way(ground.seen, g) for g in enablers for way in (absent, certain)]
    chances = solve_variants(ground.seen, [{}, *variants], ground.goes).p_attack[1:]
    found = []
    for row, (dial, grid) in enumerate(zip(dials, grids, strict=True)):
        of_dial = chances[row * _POINTS : (row + 1) * _POINTS]
        needed = {target: least_value(grid, of_dial, target) for target in TARGETS}
        found.append(_curve(ground, dial, grid, of_dial, needed))
    rest = chances[len(dials) * _POINTS :]
    for row, g in enumerate(enablers):
        found.append(_presence(ground, g, rest[2 * row : 2 * row + 2]))
    found += [_paid(ground, kind) for kind in ("snapback", "without_attack")]
    return sorted(found, key=lambda curve: -curve["power"])


def _dials(ground: Ground) -> Iterator[_Dial]:
    """Commitments and forces of each guarantor and of all, what they lean on, the protege."""
    everyone = tuple(range(len(ground.names)))
    groups = [(g,) for g in everyone] + ([everyone] if len(everyone) > 1 else [])
    reach = [_reach(ground, name) for name in ground.names]
    loudest = max([1.0] + [float(np.max(np.asarray(mode.automatic))) for mode in ground.seen.modes])
    for group in groups:
        for kind, least in (
            ("reneging", _MOST_RENEGING),
            ("automatic", min(_MOST_AUTOMATIC, 1.0 / loudest)),
            ("strength", max(_LEAST_FORCE, *(reach[g] for g in group))),
        ):
            slots = tuple(Slot("guarantor", kind, g) for g in group)
            top = max(least, *(_high(ground, slot) for slot in slots))
            most = min(top, 1.0 / loudest) if kind == "automatic" else top
            yield _Dial(kind, slots, most, group)
    for g, one in enumerate(ground.seen.guarantors):
        for other in one.leans_on:
            yield _Dial("usable", (Slot("guarantor", "leans_on", g, other),), 1.0, (g,), other)
    slot = Slot("protege", "strength")
    # a protege as strong as the challenger may be
    most = max(_high(ground, slot), _high(ground, Slot("challenger", "strength")))
    yield _Dial("protege", (slot,), most)


def _high(ground: Ground, slot: Slot) -> float:
    """The 95% quantile of a number over worlds."""
    values = np.broadcast_to(reading(ground.seen, slot), (ground.worlds,))
    return weighted_quantiles(values, (0.95,), ground.block.weights)[0]


def _reach(ground: Ground, name: str) -> float:
    """The 95% quantile of the strength of all that a guarantor pledges, were it all forward."""
    record = ground.block.case.file.deterrence
    assert record is not None
    own, worlds = table(ground.block), ground.block.worlds
    weights = {
        k: worlds.value(c.combat_weight)
        for k, c in ground.block.case.file.capabilities.items()
        if c.combat_weight is not None
    }
    chosen = ground.block.packages[ground.package]
    total = np.zeros(worlds.count)
    for member in record.guarantors.named[name].members or (name,):
        for m in own.of(member):
            fights = [weights[k] for k in own.records[m].serves if k in weights]
            if fights:
                most = np.max(np.stack(fights), axis=0)
                total += most * worlds.package_value(own.records[m].amount, chosen)
    return weighted_quantiles(total, (0.95,), ground.block.weights)[0]


def _curve(
    ground: Ground, dial: _Dial, grid: Floats, chances: Floats, needed: Mapping[float, Floats]
) -> dict[str, Any]:
    now = np.mean([ground.mean(_full(ground, slot)) for slot in dial.slots])
    return {
        "lever": dial.kind,
        "guarantors": [ground.names[g] for g in dial.guarantors],
        "enabler": None if dial.enabler is None else ground.names[dial.enabler],
        "closed_form": False,
        "now": float(now),
        **_told(ground, grid, chances, needed),
    }


def _paid(ground: Ground, kind: str) -> dict[str, Any]:
    """The curve of sanctions or of what peace yields, in closed form."""
    value = ground.solved.attack_value
    grid = np.linspace(0.0, max(_MOST_SANCTION, _high(ground, Slot("challenger", kind))), _POINTS)
    chances = sanctioned(value, ground.seen, **{kind: grid[:, None]})
    least = least_sanction if kind == "snapback" else least_concession
    needed = {target: np.maximum(least(value, ground.seen, target), 0.0) for target in TARGETS}
    return {
        "lever": kind, "guarantors": [], "enabler": None, "closed_form": True,
        "now": ground.mean(_full(ground, Slot("challenger", kind))),
        **_told(ground, grid, chances, needed),
    }  # fmt: skip


def _presence(ground: Ground, g: int, chances: Floats) -> dict[str, Any]:
    """What hangs on an enabler: the game without it and the game in which it surely fights."""
    grid = np.array([0.0, 1.0])
    needed = {
        target: np.where(chances[0] <= target, 0.0, np.where(chances[1] <= target, 1.0, np.inf))
        for target in TARGETS
    }
    return {
        "lever": "presence", "guarantors": [ground.names[g]], "enabler": None,
        "closed_form": False, "now": ground.mean(ground.solved.honour[g]),
        **_told(ground, grid, chances, needed),
    }  # fmt: skip


def _told(
    ground: Ground, grid: Floats, chances: Floats, needed: Mapping[float, Floats]
) -> dict[str, Any]:
    now = ground.mean(ground.solved.p_attack)
    spreads = [ground.spread(row) for row in chances]
    passes = [ground.mean((ground.first >= row).astype(np.float64)) for row in chances]
    return {
        "values": [float(value) for value in grid],
        "p_attack": spreads,
        "passes": passes,
        "power": now - min(each["mean"] for each in spreads),
        "needed": [
            _needed(ground, target, least, grid, passes) for target, least in needed.items()
        ],
    }


def _needed(
    ground: Ground, target: float, least: Floats, grid: Floats, passes: list[float]
) -> dict[str, Any]:
    """In how many worlds a value of the range is enough; how much, where it is not so already."""
    reached = least <= grid[-1]
    already = ground.solved.p_attack <= target
    gained = reached & ~already
    record: dict[str, Any] = {
        "at_most": target,
        "already": ground.block.share_in_block(already),
        "reached": ground.block.share_in_block(reached),
        "gained": ground.block.share_in_block(gained),
        "median": None,
        "passes": None,
    }
    weights = ground.block.weights
    if gained.any() and (weights is None or weights[gained].sum() > 0):
        some = None if weights is None else weights[gained]
        middle = weighted_quantiles(least[gained], (0.5,), some)[0]
        record |= {"median": middle, "passes": float(np.interp(middle, grid, passes))}
    return record


def _full(ground: Ground, slot: Slot) -> Floats:
    return np.broadcast_to(reading(ground.seen, slot), (ground.worlds,))
