"""What test 2 tells beyond pass and margin: who waits, who is pivotal, what falls short."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from accord.criteria.pledging import available, coalition_of, coin, table
from accord.criteria.setting import Setting
from accord.theory.capacity import Coverage, taken_alone
from accord.theory.coalition import joining, mutual_waits, restrict_worlds, waits_for
from accord.theory.loss import (
    Coalition,
    at_world,
    deliver,
    lead_sets,
    losses,
    minimal_coalitions,
    single_points_of_failure,
    worths_of,
)
from accord.theory.power import shapley_by_permutations, shapley_from_table

__all__ = ["coalition_detail"]

EXACT_PLAYERS = 7
"""Contributors up to which every coalition is tried; above, orders are sampled."""

PAIRS = 12
"""Antithetic pairs of orders."""

SHAPLEY_WORLDS = 512
"""Worlds over which shares of P(deliver) are told."""

MOST_SETS = 40
"""Minimal sets listed."""

MOST_COVER = 1e6
"""Stands for a requirement of nought, which any supply covers."""

Floats = NDArray[np.float64]


def coalition_detail(setting: Setting, package: str, found: Coverage) -> dict[str, Any]:
    """A JSON-ready record of one package's coalition."""
    own, coalition = table(setting), coalition_of(setting, package)
    ready, flips = available(setting), coin(setting)
    outcomes = {
        "waits": deliver(coalition, ready, goes=False).delivered,
        "goes": deliver(coalition, ready, goes=True).delivered,
        "mixed": found.delivered,
    }
    required = ~np.isinf(found.ratio)
    ratio = setting.spread(np.minimum(found.ratio, MOST_COVER)) if required.any() else None
    circles = mutual_waits(coalition.conditions)
    return {
        "schema": 1,
        **{key: setting.share(where) for key, where in outcomes.items()},
        "ratio": ratio,
        "exact": found.exact,
        "coverage": _coverage(setting, coalition, ready, flips),
        "participation": _participation(setting, coalition, ready, flips),
        "waits_for": _waits_for(setting, coalition),
        "circles": [[f"{own.owners[m]}.{own.names[m]}" for m in circle] for circle in circles],
        "loss": _loss(setting, coalition, ready, flips),
        "central": _central(setting, package),
        "shapley": _shapley(setting, coalition, ready, flips),
    }


def _coverage(
    setting: Setting, coalition: Coalition, ready: Any, flips: Any
) -> list[dict[str, Any]]:
    own = table(setting)
    here = joining(ready, coalition.conditions, flips)
    weights = None if setting.weights is None else setting.weights.astype(np.float64)
    alone = taken_alone(here, coalition.usable, coalition.roles, coalition.requirement, weights)
    needed = np.average(coalition.requirement, axis=2, weights=weights)
    return [
        {
            "capability": name,
            "phase": phase,
            "covered": float(alone.covered[k, t]),
            "shortfall": float(alone.shortfall[k, t] * own.grid[k] / 1e6),
            "required": float(needed[k, t] * own.grid[k] / 1e6),
        }
        for k, name in enumerate(own.capabilities)
        for t, phase in enumerate(own.phases)
        if needed[k, t] > 0
    ]


def _participation(
    setting: Setting, coalition: Coalition, ready: Any, flips: Any
) -> dict[str, Any]:
    own = table(setting)
    sets = {
        "waits": joining(ready, coalition.conditions, goes=False),
        "goes": joining(ready, coalition.conditions, goes=True),
        "mixed": joining(ready, coalition.conditions, flips),
    }
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


def _loss(setting: Setting, coalition: Coalition, ready: Any, flips: Any) -> dict[str, Any]:
    """What the loss of any one contributor does, in the worlds that deliver with everyone."""
    own = table(setting)
    mixed = deliver(coalition, ready, flips).delivered
    where = np.flatnonzero(mixed)
    if not where.size:
        return {"single_points_of_failure": [], "without": {}}
    found = losses(_restricted(coalition, where), ready[:, where], flips[where])
    without = {}
    for gone, row in zip(found.lost, found.after, strict=True):
        if not row.all():
            after = np.zeros(mixed.shape, dtype=np.bool_)
            after[where] = row
            without[own.contributors[gone[0]]] = setting.share(after)
    singles = single_points_of_failure(found)
    return {
        "single_points_of_failure": [own.contributors[c] for c in singles],
        "without": without,
    }


def _restricted(coalition: Coalition, where: NDArray[np.intp]) -> Coalition:
    """The same coalition in some of its worlds."""
    return replace(
        coalition,
        conditions=tuple(restrict_worlds(c, where) for c in coalition.conditions),
        usable=coalition.usable[..., where],
        requirement=coalition.requirement[..., where],
    )


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


def _shapley(setting: Setting, coalition: Coalition, ready: Any, flips: Any) -> dict[str, Any]:
    """Shares of P(deliver) by the Shapley value, over the first blocks of worlds.

    A world in which even everyone together fails, or nobody is needed, gives nobody anything, so
    only the others are tried; and there a contributor is a null player whose pools are never
    available, or bring nothing while nobody waits for them.
    """
    own = table(setting)
    first = np.arange(min(SHAPLEY_WORLDS, setting.worlds.count))
    small = _restricted(coalition, first)
    able = deliver(small, ready[:, first], flips[first]).delivered
    nobody = deliver(small, np.zeros_like(ready[:, first]), flips[first]).delivered
    pivotal = np.flatnonzero(able & ~nobody)
    total = setting.share_of(able, first) - setting.share_of(nobody, first)
    if not pivotal.size:
        return {"of": total, "shares": {}, "exact": True, "worlds": len(first)}
    few = _restricted(small, pivotal)
    here = ready[:, first][:, pivotal]
    matters = few.usable.max(axis=(1, 2)) > 0
    matters[[o for m, c in enumerate(few.conditions) for o in waits_for(c, m)]] = True
    active = [
        c
        for c, name in enumerate(own.contributors)
        if any(matters[m] and here[m].any() for m in own.of(name))
    ]
    worths = worths_of(few, here, flips[first][pivotal], setting.in_worlds(first[pivotal]))
    values, errors = _shapley_values(worths, active, setting.worlds.seed)
    return {
        "of": total,
        "shares": {
            own.contributors[c]: [total * float(v), total * float(e)]
            for c, v, e in zip(active, values, errors, strict=True)
        },
        "exact": len(active) <= EXACT_PLAYERS,
        "worlds": len(first),
    }


def _shapley_values(
    worths: Callable[[Sequence[int]], Floats], active: list[int], seed: int
) -> tuple[Floats, Floats]:
    def many(sets: Sequence[int]) -> Floats:
        return worths([sum(1 << c for i, c in enumerate(active) if s >> i & 1) for s in sets])

    if len(active) <= EXACT_PLAYERS:
        return shapley_from_table(many(range(1 << len(active)))), np.zeros(len(active))
    generator = np.random.Generator(np.random.Philox(key=seed))
    estimate = shapley_by_permutations(
        lambda members: float(many([members])[0]), len(active), PAIRS, generator, many
    )
    return estimate.values, estimate.standard_errors
