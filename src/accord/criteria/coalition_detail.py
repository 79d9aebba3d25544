"""What test 2 tells beyond pass and margin: who waits, who is pivotal, what falls short."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from accord.criteria.coalition_losses import losses_of
from accord.criteria.coalition_shares import shapley_shares
from accord.criteria.pledging import (
    PledgeTable,
    available,
    coalition_of,
    delivered,
    going,
    table,
)
from accord.criteria.setting import Setting
from accord.criteria.waiting import asks
from accord.theory.capacity import coverage, taken_alone
from accord.theory.coalition import Condition, Never, joining, mutual_waits, waits_for
from accord.theory.loss import Coalition, at_world, deliver, lead_sets, minimal_coalitions

__all__ = ["coalition_detail"]

Booleans = NDArray[np.bool_]

MOST_SETS = 40
"""Minimal sets listed."""

MOST_COVER = 1e6
"""Stands for a requirement of nought, which any supply covers."""


def coalition_detail(setting: Setting, package: str) -> dict[str, Any]:
    """A JSON-ready record of one package's coalition."""
    own, coalition = table(setting), coalition_of(setting, package)
    ready, found = available(setting), delivered(setting, package)
    sets = {
        "waits": joining(ready, coalition.conditions, goes=False),
        "goes": joining(ready, coalition.conditions, goes=True),
        "mixed": going(setting, package),
    }
    required = ~np.isinf(found.ratio)
    ratio = setting.spread(np.minimum(found.ratio, MOST_COVER)) if required.any() else None
    asked = asks(setting, package)
    circles = mutual_waits(_live(own, coalition, asked))
    return {
        "schema": 1,
        **{key: setting.share(_covered(coalition, sets[key])) for key in ("waits", "goes")},
        "mixed": setting.share(found.delivered),
        "ratio": ratio,
        "exact": found.exact,
        "coverage": _coverage(setting, coalition, sets["mixed"]),
        "participation": _participation(setting, coalition, sets),
        "waits_for": _waits_for(setting, coalition),
        "circles": [[f"{own.owners[m]}.{own.names[m]}" for m in circle] for circle in circles],
        "asks": asked,
        "loss": losses_of(setting, package),
        "central": _central(setting, package),
        "shapley": shapley_shares(setting, package),
    }


def _live(own: PledgeTable, coalition: Coalition, asked: dict[str, Any]) -> tuple[Condition, ...]:
    """Conditions, those of pledges that fall away with this package never holding."""
    gone = {name for name, asks in asked.items() if asks["unmet"] or asks["stranded"]}
    return tuple(
        Never() if f"{own.owners[m]}.{own.names[m]}" in gone else condition
        for m, condition in enumerate(coalition.conditions)
    )


def _covered(coalition: Coalition, here: Booleans) -> Booleans:
    """Worlds in which those who go meet every requirement."""
    found = coverage(here, coalition.usable, coalition.roles, coalition.requirement, coalition.cuts)
    return found.delivered


def _coverage(setting: Setting, coalition: Coalition, here: Booleans) -> list[dict[str, Any]]:
    own = table(setting)
    weights = None if setting.weights is None else setting.weights.astype(np.float64)
    alone = taken_alone(here, coalition.usable, coalition.roles, coalition.requirement, weights)
    needed = np.average(coalition.requirement, axis=2, weights=weights)
    return [
        {
            "capability": name,
            "phase": phase,
            "covered": float(alone.covered[k, t]),
            "shortfall": float(alone.shortfall[k, t] * own.step[k]),
            "required": float(needed[k, t] * own.step[k]),
        }
        for k, name in enumerate(own.capabilities)
        for t, phase in enumerate(own.phases)
        if needed[k, t] > 0
    ]


def _participation(
    setting: Setting, coalition: Coalition, sets: dict[str, Booleans]
) -> dict[str, Any]:
    own = table(setting)
    brings = coalition.usable.max(axis=(1, 2)) > 0 if len(own.owners) else np.zeros(0)
    result = {}
    for contributor in own.contributors:
        pools = [m for m in own.of(contributor) if brings[m]]
        if pools:
            result[contributor] = {
                key: setting.share(s[pools].any(axis=0)) for key, s in sets.items()
            }
    return result


def _waits_for(setting: Setting, coalition: Coalition) -> dict[str, list[str]]:
    own = table(setting)
    result: dict[str, list[str]] = {}
    for m, condition in enumerate(coalition.conditions):
        others = sorted({own.owners[o] for o in waits_for(condition, m)} - {own.owners[m]})
        if others:
            result[f"{own.owners[m]}.{own.names[m]}"] = others
    return result


def _central(setting: Setting, package: str) -> dict[str, Any]:
    """Minimum viable coalitions, cut sets and lead sets where every input is central."""
    there = setting.central()
    own, coalition = table(there), coalition_of(there, package)
    one = at_world(coalition, 0)
    everybody = np.ones((len(own.owners), 1), dtype=np.bool_)

    def named(sets: Any) -> list[list[str]]:
        return [[own.contributors[c] for c in members] for members in sets]

    if not deliver(one, everybody, goes=True).delivered[0]:
        return {"minimum_viable": [], "minimal_cuts": [], "lead_sets": [], "complete": True}
    viable = minimal_coalitions(one, goes=True, limit=MOST_SETS)
    leads = lead_sets(one, everybody, limit=MOST_SETS)
    return {
        "minimum_viable": named(viable.sets),
        "minimal_cuts": named(viable.cuts),
        "lead_sets": named(leads.sets),
        "complete": viable.complete and leads.complete,
    }
