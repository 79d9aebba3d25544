"""Shares of P(deliver) by the Shapley value: what each contributor adds, over all orders."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from accord.criteria.pledging import available, coalition_of, coin, table
from accord.criteria.setting import Setting
from accord.theory.delivery.bearing import bearing_contributors
from accord.theory.delivery.programs import shares_of_worlds
from accord.theory.delivery.space import space_of
from accord.theory.loss import Coalition, deliver, in_some_worlds, worths_of
from accord.theory.power import shapley_by_permutations, shapley_from_table

__all__ = ["EXACT_PLAYERS", "shapley_shares"]

EXACT_PLAYERS = 18
"""Contributors up to which every coalition is tried; above, orders are drawn."""

PAIRS = 64
"""Antithetic pairs of orders."""

MOST_WORTHS = 2**26
"""Coalitions times worlds that are tried; with more, the first worlds alone speak."""

FEW_WORTHS = 2**18
"""Up to so many, what is compiled would take longer to load than to run."""

_AT_ONCE = 2**15

Booleans = NDArray[np.bool_]
Floats = NDArray[np.float64]
Worths = Callable[[Sequence[int]], Floats]


def shapley_shares(setting: Setting, package: str) -> dict[str, Any]:
    """The Shapley value of u(S) = P(deliver when only S may join), JSON-ready.

    A world in which even everyone together fails, or nobody is needed, gives nobody anything, so
    only the others are tried; contributors that bear on none of them are null players.

    Returns
    -------
    dict
        ``of`` = u(everyone) - u(nobody), ``shares`` by contributor as [value, standard error],
        which sum to ``of``, ``exact`` and the number of ``worlds``.
    """
    own, coalition = table(setting), coalition_of(setting, package)
    first, pivotal, total = _pivotal(setting, coalition)
    if not pivotal.size:
        return {"of": total, "shares": {}, "exact": True, "worlds": first}
    few, here = in_some_worlds(coalition, pivotal), available(setting)[:, pivotal]
    active = bearing_contributors(few, here)
    if pivotal.size << min(len(active), EXACT_PLAYERS) > MOST_WORTHS:
        first = max(1, MOST_WORTHS >> min(len(active), EXACT_PLAYERS))
        first, pivotal, total = _pivotal(setting, coalition, first)
        few, here = in_some_worlds(coalition, pivotal), available(setting)[:, pivotal]
    worths = _worths(few, here, coin(setting)[pivotal], setting.in_worlds(pivotal), active)
    values, errors = _values(worths, len(active), setting.worlds.seed)
    names = [own.contributors[c] for c in active]
    return {
        "of": total,
        "shares": {
            name: [total * float(value), total * float(error)]
            for name, value, error in zip(names, values, errors, strict=True)
        },
        "exact": len(active) <= EXACT_PLAYERS,
        "worlds": first,
    }


def _pivotal(
    setting: Setting, coalition: Coalition, most: int | None = None
) -> tuple[int, NDArray[np.intp], float]:
    """How many worlds speak, those in which contributors decide, and u(all) - u(nobody)."""
    first = np.arange(min(most or setting.worlds.count, setting.worlds.count))
    small = in_some_worlds(coalition, first)
    ready, flips = available(setting)[:, first], coin(setting)[first]
    able = deliver(small, ready, flips).delivered
    nobody = deliver(small, np.zeros_like(ready), flips).delivered
    total = setting.share_of(able, first) - setting.share_of(nobody, first)
    return len(first), np.flatnonzero(able & ~nobody), total


def _worths(
    coalition: Coalition,
    ready: Booleans,
    flips: Booleans,
    weights: Floats | None,
    active: Sequence[int],
) -> Worths:
    """The worths of sets of active contributors, given as bitmasks over them."""
    if ready.shape[1] << len(active) > FEW_WORTHS:
        return _compiled(coalition, ready, flips, weights, active)
    some = worths_of(coalition, ready, flips, weights)
    step = max(1, _AT_ONCE // ready.shape[1])

    def worths(sets: Sequence[int]) -> Floats:
        masks = [sum(1 << c for i, c in enumerate(active) if s >> i & 1) for s in sets]
        parts = [some(masks[i : i + step]) for i in range(0, len(masks), step)]
        return np.concatenate(parts) if parts else np.zeros(0)

    return worths


def _compiled(
    coalition: Coalition,
    ready: Booleans,
    flips: Booleans,
    weights: Floats | None,
    active: Sequence[int],
) -> Worths:
    # slow to load, and needed where contributors are many
    from accord.theory.delivery.rows import delivered_rows  # noqa: PLC0415

    space = space_of(coalition, ready, flips)

    def worths(sets: Sequence[int]) -> Floats:
        allowed = np.zeros((len(sets), coalition.contributors), dtype=np.bool_)
        masks = np.asarray(sets, dtype=np.int64)
        for i, c in enumerate(active):
            allowed[:, c] = masks >> i & 1
        rows = delivered_rows(space, np.zeros(len(sets), dtype=np.int64), allowed)
        return shares_of_worlds(rows, space.worlds, weights)

    return worths


def _values(worths: Worths, players: int, seed: int) -> tuple[Floats, Floats]:
    if players <= EXACT_PLAYERS:
        return shapley_from_table(worths(range(1 << players))), np.zeros(players)
    generator = np.random.Generator(np.random.Philox(key=seed))
    estimate = shapley_by_permutations(
        lambda members: float(worths([members])[0]), players, PAIRS, generator, worths
    )
    return estimate.values, estimate.standard_errors
