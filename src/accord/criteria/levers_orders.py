"""Whether it matters who decides first: all orders of up to four guarantors, and all at once.

Whoever decides later sees what the earlier ones did, so the order moves the burden (Varian 1994)
and with it the chance of an attack. Where more than four decide, the four whose absence would
raise that chance most change places and the others keep theirs.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from accord.criteria.levers_ground import Ground
from accord.theory.levers import absent, by_order, orders, solve_variants

__all__ = ["MOVING", "order_sensitivity"]

MOVING = 4
"""Guarantors that change places at most: twenty-four orders."""


def order_sensitivity(ground: Ground) -> dict[str, Any]:
    """The range of the mean chance of an attack over orders of decision, JSON-ready.

    Returns
    -------
    dict
        ``moving``, who changes places; ``orders``, how many; ``declared`` with its ``mean``;
        ``lowest`` and ``highest``, each a ``queue`` and its ``mean``; ``at_once``, all in one
        tier: ``mean``, and ``unique``, the share of worlds in which its solution is certified to
        be the only one; ``range``, the least and the greatest mean of all; ``changes``, the share
        of worlds whose verdict is not the same under all of them.
    """
    game = ground.seen
    moving = _moving(ground)
    queues = orders(game.tiers, moving)
    ways = [game.tiers, *queues]
    together = len(moving) > 1
    if together:
        ways.append((tuple(g for tier in game.tiers for g in tier),))
    chances, unique = by_order(game, ways, ground.goes)
    means = [ground.mean(row) for row in chances]
    of_queues = means[1 : len(queues) + 1]
    passes = ground.first >= chances
    return {
        "moving": [ground.names[g] for g in moving],
        "orders": len(queues),
        "declared": means[0],
        "lowest": _queue(ground, queues, of_queues, int(np.argmin(of_queues))),
        "highest": _queue(ground, queues, of_queues, int(np.argmax(of_queues))),
        "at_once": {"mean": means[-1], "unique": ground.block.share(unique[-1])}
        if together
        else None,
        "range": [min(means), max(means)],
        "changes": ground.block.share_in_block(passes.any(axis=0) & ~passes.all(axis=0)),
    }


def _moving(ground: Ground) -> tuple[int, ...]:
    """Who changes places, in the order of the game."""
    count = len(ground.names)
    if count <= MOVING:
        return tuple(range(count))
    game = ground.seen
    without = solve_variants(game, [absent(game, g) for g in range(count)], ground.goes).p_attack
    rises = [ground.mean(row) for row in without]
    ranked = sorted(range(count), key=lambda g: (-rises[g], g))
    return tuple(sorted(ranked[:MOVING]))


def _queue(
    ground: Ground, queues: tuple[tuple[tuple[int, ...], ...], ...], means: list[float], at: int
) -> dict[str, Any]:
    return {"queue": [ground.names[g] for (g,) in queues[at]], "mean": means[at]}
