"""Members taken out of a coalition: who follows them, and what is no longer covered."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from accord.criteria.pledging import PledgeTable, available, coalition_of, coin, going, table
from accord.criteria.setting import Setting
from accord.theory.capacity import coverage, taken_alone
from accord.theory.coalition import cascade, joining
from accord.theory.loss import Coalition

__all__ = ["taken_out"]

Booleans = NDArray[np.bool_]


def taken_out(setting: Setting, package: str, members: Sequence[str]) -> dict[str, Any]:
    """What a coalition is without some of its members, JSON-ready.

    Returns
    -------
    dict
        ``before``, ``after``: share of worlds that deliver. ``follows``: per contributor that is
        not among the members, the share of worlds in which it brings something before and nothing
        after. ``rounds``: in the central case with everybody available, who leaves in which round,
        the members first. ``coverage``: per capability and phase that is required, the share of
        worlds in which it is covered before and after, taken alone.
    """
    own, coalition = table(setting), coalition_of(setting, package)
    gone = [m for member in members for m in own.of(member)]
    ready = available(setting).copy()
    ready[gone] = False
    here = going(setting, package)
    left = joining(ready, coalition.conditions, coin(setting))
    return {
        "schema": 1,
        "members": list(members),
        "before": setting.share(_delivers(coalition, here)),
        "after": setting.share(_delivers(coalition, left)),
        "follows": _follows(setting, own, coalition, (here, left), frozenset(members)),
        "rounds": _rounds(setting.central(), package, gone),
        "coverage": _coverage(setting, own, coalition, (here, left)),
    }


def _delivers(coalition: Coalition, here: Booleans) -> Booleans:
    found = coverage(here, coalition.usable, coalition.roles, coalition.requirement, coalition.cuts)
    return found.delivered


def _follows(
    setting: Setting, own: PledgeTable, coalition: Coalition, sets: tuple[Booleans, Booleans],
    members: frozenset[str],
) -> dict[str, Any]:  # fmt: skip
    brings = coalition.usable.max(axis=(1, 2)) > 0 if len(own.owners) else np.zeros(0)
    result = {}
    for contributor in own.contributors:
        pools = [m for m in own.of(contributor) if brings[m]]
        before, after = (each[pools].any(axis=0) for each in sets)
        away = before & ~after
        if contributor not in members and away.any():
            result[contributor] = setting.share(away)
    return dict(sorted(result.items(), key=lambda item: (-item[1]["share"], item[0])))


def _rounds(central: Setting, package: str, gone: Sequence[int]) -> list[list[str]]:
    """Names of those who leave with everything they brought, round by round."""
    own, coalition = table(central), coalition_of(central, package)
    everybody = np.ones((len(own.owners), 1), dtype=np.bool_)
    here = joining(everybody, coalition.conditions, goes=True)
    ready = everybody.copy()
    ready[list(gone)] = False
    remaining, rounds = here.copy(), []
    for leaving in cascade(here, ready, coalition.conditions):
        before = _present(own, remaining)
        remaining &= ~leaving
        rounds.append([name for name in before if name not in _present(own, remaining)])
    return [names for names in rounds if names]


def _present(own: PledgeTable, here: Booleans) -> list[str]:
    return [name for name in own.contributors if here[list(own.of(name))].any()]


def _coverage(
    setting: Setting, own: PledgeTable, coalition: Coalition, sets: tuple[Booleans, Booleans]
) -> list[dict[str, Any]]:
    weights = None if setting.weights is None else setting.weights.astype(np.float64)
    alone = [
        taken_alone(each, coalition.usable, coalition.roles, coalition.requirement, weights)
        for each in sets
    ]
    return [
        {
            "capability": name,
            "phase": phase,
            "before": float(alone[0].covered[k, t]),
            "after": float(alone[1].covered[k, t]),
        }
        for k, name in enumerate(own.capabilities)
        for t, phase in enumerate(own.phases)
        if coalition.requirement[k, t].any()
    ]
