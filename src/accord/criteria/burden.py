"""Who would carry what of a package: at least cost, fairly, with a reserve, after any one loss.

Two worlds are told apart: the *central case*, with every pledge available and everyone going, and
the *stressed world*, the drawn one at the 20th percentile of the deliverable margin, with what
goes there. Costs are those of the block ``burden``; without one the whole requirement of every
capability costs one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from accord.criteria.burden_problem import (
    Shared,
    central_burden,
    requirement_without,
    stressed_burden,
)
from accord.criteria.setting import Setting
from accord.theory import allocation
from accord.theory.allocation import Burden, Closing, Missing, Plan, Secure, Unmet
from accord.theory.coalition import greatest_fixed_point

__all__ = ["burden"]

Booleans = NDArray[np.bool_]
Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

_NOISE = 2e-6  # of a cost

_Close = Callable[[Burden, Booleans, Booleans], Closing]


def burden(setting: Setting, package: str, *, brief: bool = False) -> dict[str, Any]:
    """A JSON-ready record of how a package's burden could be shared, where test 2 is assessed.

    Parameters
    ----------
    setting : Setting
    package : str
        A named package.
    brief : bool
        Whether the stressed world and the provisions one by one are left out.

    Returns
    -------
    dict
        ``schema``; ``currency`` (None where costs are shares of requirements), ``reserve``,
        ``lots`` and ``costs`` by capability; ``key`` with the rule and shares; ``central`` and
        ``stressed``, what is asked of each world; ``losses``, what the loss of each contributor
        opens and what would close it, ``only_one_brings`` of them what nobody else brings, with
        and without each provision, ``followed`` the losses after which others stay away too.
    """
    central = central_burden(setting, package)
    block = setting.case.file.burden
    own, problem = central.pledges, central.burden
    required = [k for k in range(len(own.capabilities)) if problem.requirement[k].any()]
    key = "pledged" if block is None or block.key is None else block.key.by or "weights"
    losses, followers = _losses(setting, package, central)
    return {
        "schema": 1,
        "currency": block.currency if block is not None and block.cost is not None else None,
        "reserve": central.reserve,
        "lots": {own.capabilities[k]: _told(problem.lot[k] * central.step[k]) for k in required},
        "costs": {
            own.capabilities[k]: _told(problem.cost[0, k] / central.step[k]) for k in required
        },
        "key": {"rule": key, "shares": _by_contributor(central, problem.shares)},
        "central": _of_world(central),
        "stressed": None if brief else _of_world(stressed_burden(setting, package)),
        "losses": losses,
        "only_one_brings": [] if brief else _only_one(setting, package, central, losses),
        "followed": followers,
    }


def _more(value: float, than: float) -> float:
    """How much more one cost is; what solvers leave between equals is nought."""
    difference = value - than
    return 0.0 if abs(difference) <= _NOISE * max(1.0, abs(than)) else _told(difference)


def _told(value: float) -> float:
    """Without the last bits that grids leave, and without a negative nought."""
    return float(f"{value:.12g}") + 0.0


def _of_world(shared: Shared) -> dict[str, Any]:
    """All questions to one world, for as much of the requirement as can be met at all."""
    full = shared.burden
    within = allocation.attainable(full)
    problem = allocation.with_requirement(full, within)
    least, fair = allocation.least_cost(problem), allocation.fair(problem)
    assert isinstance(least, Plan)
    assert isinstance(fair, Plan)
    short = [(int(k), int(t)) for k, t in np.argwhere(within < full.requirement)]
    return {
        "world": shared.world,
        "required": _required(shared),
        "unmet": [
            _amount(shared, k, t, int(full.requirement[k, t] - within[k, t])) for k, t in short
        ],
        "least": _plan(shared, problem, least),
        "fair": {
            **_plan(shared, problem, fair),
            "price": _more(fair.total, least.total),
            "additional_price": _more(fair.additional, least.additional),
        },
        "reserve": _reserve(shared, problem, least),
        "secure": _secure(shared, problem),
        "prices": _prices(shared, problem),
    }


def _required(shared: Shared) -> list[dict[str, Any]]:
    """What is needed, and what the pools that go bring if they serve nothing else."""
    problem = shared.burden
    brought = problem.roles.T.astype(np.int64) @ problem.usable
    return [
        {
            **_amount(shared, int(k), int(t), int(problem.requirement[k, t])),
            "pledged": _told(brought[k, t] * shared.step[k]),
        }
        for k, t in np.argwhere(problem.requirement > 0)
    ]


def _amount(shared: Shared, k: int, t: int, steps: int) -> dict[str, Any]:
    own = shared.pledges
    return {
        "capability": own.capabilities[k],
        "phase": own.phases[t],
        "amount": _told(steps * shared.step[k]),
    }


def _plan(shared: Shared, problem: Burden, plan: Plan) -> dict[str, Any]:
    own = shared.pledges
    total = plan.total or 1.0
    by_contributor: dict[tuple[int, int, int], int] = {}
    for m, k, t in np.argwhere(plan.used > 0):
        place = (int(problem.owner[m]), int(k), int(t))
        by_contributor[place] = by_contributor.get(place, 0) + int(plan.used[m, k, t])
    return {
        "total": plan.total,
        "additional": plan.additional,
        "carries": {
            own.contributors[c]: {
                "cost": float(plan.cost[c]),
                "share": float(plan.cost[c] / total),
                "fair": float(problem.shares[c]),
            }
            for c in np.flatnonzero((plan.cost > 0) | (problem.shares > 0))
        },
        "uses": [
            {"contributor": own.contributors[c], **_amount(shared, k, t, steps)}
            for (c, k, t), steps in sorted(by_contributor.items())
        ],
        "adds": _adds(shared, problem, plan.lots),
    }


def _adds(shared: Shared, problem: Burden, lots: Integers) -> list[dict[str, Any]]:
    own = shared.pledges
    return [
        {
            "contributor": own.contributors[c],
            "capability": own.capabilities[k],
            "lots": int(lots[c, k]),
            "amount": _told(lots[c, k] * problem.lot[k] * shared.step[k]),
            "cost": float(lots[c, k] * problem.lot_cost[c, k]),
        }
        for c, k in np.argwhere(lots > 0)
    ]


def _reserve(shared: Shared, problem: Burden, least: Plan) -> dict[str, Any]:
    """What it costs to hold more than is needed, and who would add it."""
    found = allocation.reserved(problem, shared.reserve)
    if isinstance(found, Unmet):
        nothing = dict.fromkeys(("total", "additional", "price", "additional_price"))
        return {**nothing, "adds": [], "unmet": _gaps(shared, found.missing)}
    return {
        "total": found.total,
        "additional": found.additional,
        "price": _more(found.total, least.total),
        "additional_price": _more(found.additional, least.additional),
        "adds": _adds(shared, problem, found.lots),
        "unmet": [],
    }


def _secure(shared: Shared, problem: Burden) -> dict[str, Any]:
    """What has to be added to survive any one loss, and whose loss nobody could make good.

    Its price is what is added beyond what the requirements want anyway.
    """
    found = allocation.secure(problem)
    assert isinstance(found, Secure)
    everyone = np.ones(problem.contributors, dtype=np.bool_)
    plain = allocation.closing(problem, np.ones(len(problem.owner), dtype=np.bool_), everyone)
    unprotected: dict[str, list[Missing]] = {}
    for c, each in found.unprotected:
        unprotected.setdefault(shared.pledges.contributors[c], []).append(each)
    return {
        "additional": found.plan.additional,
        "price": _more(found.plan.additional, plain.cost),
        "adds": _adds(shared, problem, found.plan.lots),
        "unprotected": {name: _gaps(shared, gaps) for name, gaps in unprotected.items()},
    }


def _prices(shared: Shared, problem: Burden) -> list[dict[str, Any]]:
    """What one more unit in every phase costs in all, and what of it has to be pledged anew."""
    whole = allocation.prices(problem)
    beyond = allocation.prices(problem, pledged_free=True)
    if whole is None or beyond is None:
        return []
    own = shared.pledges
    return [
        {
            "capability": own.capabilities[k],
            "price": _told(whole.price[k].sum() / shared.step[k]),
            "beyond": _told(beyond.price[k].sum() / shared.step[k]),
            "phases": {
                own.phases[t]: _told(whole.price[k, t] / shared.step[k])
                for t in np.flatnonzero(problem.requirement[k])
            },
        }
        for k in np.flatnonzero(problem.requirement.any(axis=1))
    ]


def _losses(
    setting: Setting, package: str, shared: Shared
) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """What each loss opens that pledges met, what would close it, and with those who follow.

    Only what was met is asked for, so a gap that is there anyway is nobody's.
    """
    close = setting.once(("burden closer", package), allocation.closer)
    met = allocation.with_requirement(shared.burden, allocation.served(shared.burden))
    found, followed = [], []
    for c, name in enumerate(shared.pledges.contributors):
        closed = _loss(met, close, c)
        if closed.gaps:
            found.append(_closed(shared, c, name, closed))
        after = _followed(shared, met, close, c)
        if after is not None:
            followed.append(after)
    for entries in (found, followed):
        entries.sort(key=lambda entry: -entry["cost"])
    return found, followed


def _loss(met: Burden, close: _Close, lost: int) -> Closing:
    """The loss of one contributor, the others staying."""
    return close(met, met.owner != lost, np.arange(met.contributors) != lost)


def _only_one(
    setting: Setting, package: str, shared: Shared, losses: list[dict[str, Any]]
) -> list[dict[str, Any]]:
    """What nobody else brings enough of, with what replaces it with and without each provision."""
    close = setting.once(("burden closer", package), allocation.closer)
    chosen, provisions = setting.packages[package], setting.case.file.provisions
    contributors = shared.pledges.contributors
    alone = [entry for entry in losses if any(_is_alone(gap) for gap in entry["gaps"])]
    without: dict[str, dict[str, Any]] = {entry["contributor"]: {} for entry in alone}
    for name, record in provisions.items():
        if alone and record.levels[chosen[name]].requires:
            lean = allocation.with_requirement(
                shared.burden, requirement_without(setting, package, name)
            )
            met = allocation.with_requirement(lean, allocation.served(lean))
            for lost, found in without.items():
                closed = _loss(met, close, contributors.index(lost))
                found[name] = {"cost": closed.cost, "closed": not closed.unmet}
    return [
        {
            "contributor": entry["contributor"],
            "gaps": [gap for gap in entry["gaps"] if _is_alone(gap)],
            "cost": entry["cost"],
            "closed": not entry["unmet"],
            "without": without[entry["contributor"]],
        }
        for entry in alone
    ]


def _is_alone(gap: dict[str, Any]) -> bool:
    """Whether all was met before the loss, or nobody else brings anything."""
    return bool(gap["was_met"] or gap["others_bring"] == 0)


def _followed(shared: Shared, met: Burden, close: _Close, lost: int) -> dict[str, Any] | None:
    """The loss of one and of all who had waited for it; None where nobody had."""
    problem, coalition = shared.burden, shared.coalition
    left = (problem.owner != lost)[:, None]
    goes = greatest_fixed_point(np.asarray(left), coalition.conditions)[:, 0]
    brings = (problem.usable > 0).any(axis=1)
    gone = brings & ~goes & left[:, 0]
    if not gone.any():
        return None
    closed = close(met, goes, np.arange(problem.contributors) != lost)
    entry = _closed(shared, lost, shared.pledges.contributors[lost], closed)
    followers = dict.fromkeys(shared.pledges.owners[m] for m in np.flatnonzero(gone))
    return {**entry, "followers": list(followers)}


def _closed(shared: Shared, lost: int, name: str, closed: Closing) -> dict[str, Any]:
    return {
        "contributor": name,
        "gaps": [
            {**gap, **_around(shared.burden, lost, each, shared.step)}
            for gap, each in zip(_gaps(shared, closed.gaps), closed.gaps, strict=True)
        ],
        "adds": _adds(shared, shared.burden, closed.lots),
        "cost": closed.cost,
        "unmet": _gaps(shared, closed.unmet),
    }


def _around(problem: Burden, lost: int, gap: Missing, step: Floats) -> dict[str, Any]:
    """Whether the set was met in full before the loss, and what the others bring to it."""
    inside = list(gap.capabilities)
    serving = problem.roles[:, inside].any(axis=1)
    brought = int(problem.usable[serving, gap.phase].sum())
    others = int(problem.usable[serving & (problem.owner != lost), gap.phase].sum())
    needed = int(problem.requirement[inside, gap.phase].sum())
    return {"was_met": brought >= needed, "others_bring": _told(others * step[inside[0]])}


def _gaps(shared: Shared, missing: Iterable[Missing]) -> list[dict[str, Any]]:
    own = shared.pledges
    return [
        {
            "capabilities": [own.capabilities[k] for k in each.capabilities],
            "phase": own.phases[each.phase],
            "amount": _told(each.amount * shared.step[each.capabilities[0]]),
        }
        for each in missing
    ]


def _by_contributor(shared: Shared, values: Floats) -> dict[str, float]:
    return {
        name: float(value)
        for name, value in zip(shared.pledges.contributors, values, strict=True)
        if value > 0
    }
