"""Shares of P(deliver) by the Shapley value: what each contributor adds, over all orders."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from accord.criteria.pledging import available, coalition_of, coin, delivered, table
from accord.criteria.setting import Setting
from accord.theory.delivery.bearing import bearing_contributors
from accord.theory.delivery.programs import shares_of_worlds
from accord.theory.delivery.space import space_of
from accord.theory.estimates import mean
from accord.theory.loss import Coalition, deliver, in_some_worlds, worths_of
from accord.theory.power import shapley_by_permutations, shapley_from_table
from accord.theory.sampling import BLOCK

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
_ROUNDING = 1e-12  # what sums of a null player's gains leave

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
        which sum to ``of``, ``exact`` (whether every coalition was tried, so that worlds alone
        were sampled) and the number of ``worlds``.
    """
    own, coalition = table(setting), coalition_of(setting, package)
    worlds, pivotal = _pivotal(setting, package, setting.worlds.count)
    here = available(setting)[:, pivotal]
    active = bearing_contributors(in_some_worlds(coalition, pivotal), here) if pivotal.size else ()
    most = max(MOST_WORTHS >> min(len(active), EXACT_PLAYERS), BLOCK) // BLOCK * BLOCK
    if most < worlds:
        worlds, pivotal = _pivotal(setting, package, most)
    by_block, drawn = _by_block(setting, coalition, pivotal, worlds, active)
    weights = None if setting.weights is None else setting.weights[:worlds]
    names = [own.contributors[c] for c in active]
    shares = {}
    for place, name in enumerate(names):
        shares[name] = _estimate(by_block[:, place], weights, float(drawn[place]))
    total = mean(np.repeat(by_block.sum(axis=1), BLOCK), weights).value
    assert abs(total - sum(value for value, _ in shares.values())) < 1e-9, "shares miss their sum"
    return {
        "of": total,
        "shares": shares,
        "exact": len(active) <= EXACT_PLAYERS,
        "worlds": worlds,
    }


def _estimate(by_block: Floats, weights: NDArray[np.int64] | None, drawn: float) -> list[float]:
    """A value and its standard error, that of drawn orders included.

    With too few blocks to compare, the largest error that values between 0 and 1 can have stands
    in: their variance is at most m(1 - m) around a mean m (Bhatia and Davis 2000).
    """
    found = mean(np.repeat(by_block, BLOCK), weights)
    value = found.value if found.value > _ROUNDING else 0.0
    error = found.standard_error
    if found.rough:
        error = float(np.sqrt(value * max(1.0 - value, 0.0) / found.effective_worlds))
    return [value, float(np.hypot(error, drawn))]


def _pivotal(setting: Setting, package: str, most: int) -> tuple[int, NDArray[np.intp]]:
    """How many worlds speak, and those of them in which contributors decide."""
    first = np.arange(min(most, setting.worlds.count))
    small = in_some_worlds(coalition_of(setting, package), first)
    ready, flips = available(setting)[:, first], coin(setting)[first]
    able = delivered(setting, package).delivered[first]
    nobody = deliver(small, np.zeros_like(ready), flips).delivered
    return len(first), np.flatnonzero(able & ~nobody)


def _by_block(
    setting: Setting,
    coalition: Coalition,
    pivotal: NDArray[np.intp],
    worlds: int,
    active: Sequence[int],
) -> tuple[Floats, Floats]:
    """Values in each block of worlds, shape (B, n), and the error of drawn orders (n,)."""
    heavy = np.ones(worlds) if setting.weights is None else setting.weights[:worlds].astype(float)
    blocks = worlds // BLOCK
    values, errors = np.zeros((blocks, len(active))), np.zeros((blocks, len(active)))
    for block in range(blocks):
        where = pivotal[pivotal // BLOCK == block]
        weight = heavy[where].sum() / max(heavy[block * BLOCK : (block + 1) * BLOCK].sum(), 1.0)
        if weight > 0:
            worths = _worths(
                in_some_worlds(coalition, where), available(setting)[:, where],
                coin(setting)[where], heavy[where], active,
            )  # fmt: skip
            # the same orders in every block, so that their errors add up and do not cancel
            found = _values(worths, len(active), setting.worlds.seed)
            values[block], errors[block] = weight * found[0], weight * found[1]
    shares = heavy.reshape(blocks, BLOCK).sum(axis=1)
    return values, shares @ errors / shares.sum()


def _worths(
    coalition: Coalition,
    ready: Booleans,
    flips: Booleans,
    weights: Floats,
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
    weights: Floats,
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
