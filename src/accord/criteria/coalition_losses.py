"""What the loss of any one contributor, or of any two, does to delivery, with its cascades."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from accord.criteria.pledging import available, coalition_of, coin, delivered, table
from accord.criteria.setting import Setting
from accord.theory.coalition import waits_for
from accord.theory.delivery.bearing import bearing_contributors
from accord.theory.loss import (
    Coalition,
    Losses,
    birnbaum,
    deliver,
    in_some_worlds,
    losses,
    single_points_of_failure,
    stays_away,
)

__all__ = ["losses_of"]

MOST_PAIRS = 12
"""Pairs that are listed, those whose loss together costs most beyond either alone."""

Booleans = NDArray[np.bool_]


def losses_of(setting: Setting, package: str) -> dict[str, Any]:
    """Loss of one and of two contributors, cascades and Birnbaum's importance, JSON-ready.

    Returns
    -------
    dict
        ``single_points_of_failure``: without any one of them no world that delivers would.
        ``without``: share of worlds delivered after a loss, for contributors whose loss matters.
        ``pairs``: the same after the loss of two, where both together cost more than either.
        ``stays_away``: per contributor, who else then brings nothing, in which share of worlds.
        ``birnbaum``: P(deliver | all its pledges available) - P(deliver | none).
    """
    own, coalition = table(setting), coalition_of(setting, package)
    ready, flips = available(setting), coin(setting)
    names = own.contributors
    mixed = delivered(setting, package).delivered
    where = np.flatnonzero(mixed)
    result: dict[str, Any] = {
        "single_points_of_failure": [],
        "without": {},
        "pairs": [],
        "stays_away": _cascades(setting, coalition, ready, flips),
        "birnbaum": _birnbaum(setting, coalition, ready, flips),
    }
    if not where.size:
        return result
    few, here = in_some_worlds(coalition, where), ready[:, where]
    active = bearing_contributors(few, here)
    single = losses(few, here, flips[where], among=active)

    def share(row: Booleans) -> dict[str, float]:
        after = np.zeros(mixed.shape, dtype=np.bool_)
        after[where] = row
        return setting.share(after)

    rows = {gone[0]: row for gone, row in zip(single.lost, single.after, strict=True)}
    result["single_points_of_failure"] = [names[c] for c in single_points_of_failure(single)]
    result["without"] = {names[c]: share(row) for c, row in rows.items() if not row.all()}
    double = losses(few, here, flips[where], 2, _weakened(rows))
    result["pairs"] = [
        {"lost": [names[c] for c in pair], **share(row)} for pair, row in _worse(rows, double)
    ]
    return result


def _weakened(rows: dict[int, Booleans]) -> tuple[int, ...]:
    """Contributors some world delivers without; two of the others lose no more than one."""
    return tuple(c for c, row in rows.items() if row.any())


def _worse(rows: dict[int, Booleans], double: Losses) -> list[tuple[tuple[int, ...], Booleans]]:
    """Pairs whose loss stops more worlds than the two losses one by one, the worst first."""
    found = []
    for pair, row in zip(double.lost, double.after, strict=True):
        beyond = int((rows[pair[0]] & rows[pair[1]] & ~row).sum())
        if beyond:
            found.append((beyond, pair, row))
    found.sort(key=lambda entry: (-entry[0], entry[1]))
    return [(pair, row) for _, pair, row in found[:MOST_PAIRS]]


def _cascades(
    setting: Setting, coalition: Coalition, ready: Booleans, flips: Booleans
) -> dict[str, dict[str, Any]]:
    """Who else stays away when somebody is lost that others wait for."""
    names = table(setting).contributors
    awaited = {
        coalition.owner[other]
        for m, condition in enumerate(coalition.conditions)
        for other in waits_for(condition, m)
    }
    result = {}
    for lost in sorted(awaited):
        gone = stays_away(coalition, ready, flips, lost)
        others = {names[o]: setting.share(row) for o, row in enumerate(gone) if row.any()}
        if others:
            result[names[lost]] = others
    return result


def _birnbaum(
    setting: Setting, coalition: Coalition, ready: Booleans, flips: Booleans
) -> dict[str, float]:
    """Importance of contributors that bear on delivery in some world."""
    everybody = np.ones_like(ready)
    active = bearing_contributors(coalition, everybody)
    able = deliver(coalition, everybody, goes=True).delivered
    where = np.flatnonzero(able)
    if not where.size:
        return {}
    small = in_some_worlds(coalition, where)
    found = birnbaum(small, ready[:, where], flips[where], setting.in_worlds(where), active)
    heavy = float(setting.share(able)["share"])
    return {
        table(setting).contributors[c]: heavy * float(value)
        for c, value in zip(active, found, strict=True)
        if value > 0
    }
