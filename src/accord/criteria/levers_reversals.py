"""Reversals: where more commitment invites attack, and where less of it deters.

A stronger commitment of one guarantor can raise the chance of an attack, because others count on
it and stay out (free riding: Olson and Zeckhauser 1966). A follower that makes its help more
conditional can lower it, because the leader then knows that all hangs on it. Both are looked for
by small rises of one number, world by world; nothing is told that is not found.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from accord.criteria.levers_ground import Ground
from accord.theory.estimates import mean
from accord.theory.game import Game
from accord.theory.levers import Slot, Variant, reading, solve_variants

__all__ = ["RISES", "TOLD", "reversals"]

Floats = NDArray[np.float64]

RISES = {"reneging": 0.05, "automatic": 0.05, "strength": 0.5, "alone": 0.05, "leans_on": -0.1}
"""By how much each number is moved: a step between two instruments, half a brigade, a tenth."""

TOLD = 1e-4
"""A change of the chance of attack below this, a hundredth of a point, is not told."""

_COMMITMENTS = ("reneging", "automatic", "strength")


@dataclass(frozen=True)
class _Rise:
    """A small rise of commitment, or of conditionality.

    Attributes
    ----------
    stronger : bool
        Whether it is a stronger commitment, so that a rise of P(attack) is the surprise; a fall
        is, where help becomes more conditional.
    guarantor : int
        Whose number it is.
    slot : Slot
    """

    stronger: bool
    guarantor: int
    slot: Slot


def reversals(ground: Ground) -> dict[str, Any]:
    """What small rises of each commitment do against expectation, JSON-ready.

    Returns
    -------
    dict
        ``tried``, how many rises; ``rises``, by how much each number was moved; ``rows``, the
        weightiest first: ``kind`` (``stronger commitment`` or ``conditional follower``),
        ``mechanism``, ``field``, ``guarantor``, ``enabler``, the ``share`` of worlds in which the
        chance of an attack moves the wrong way, by how much there on the ``mean`` and at the
        ``largest``, the mean change ``overall`` with its ``se``, and the changes there of each
        one's chance of fighting as the challenger expects it (``honour``).

    Notes
    -----
    A tripwire enters a guarantor's payoff in one sum with its reneging cost, so a rise of either
    does the same and only the latter is tried.
    """
    rises = _rises(ground)
    if not rises:
        return {"tried": 0, "rises": RISES, "rows": []}
    found = solve_variants(
        ground.seen, [{}, *(_moved(ground.seen, rise) for rise in rises)], ground.goes
    )
    change = found.p_attack[1:] - found.p_attack[0]
    honour = found.honour[1:] - found.honour[0]
    rows = [
        row
        for rise, moved, by in zip(rises, change, honour, strict=True)
        if (row := _row(ground, rise, moved, by)) is not None
    ]
    ranked = sorted(rows, key=lambda row: -row["share"]["share"] * abs(row["mean"]))
    return {"tried": len(rises), "rises": RISES, "rows": ranked}


def _rises(ground: Ground) -> list[_Rise]:
    game = ground.seen
    found = []
    for g, one in enumerate(game.guarantors):
        found += [_Rise(True, g, Slot("guarantor", what, g)) for what in _COMMITMENTS]
        if game.backstop is not None and game.backstop != g:
            found.append(_Rise(False, g, Slot("guarantor", "alone", g)))
        found += [_Rise(False, g, Slot("guarantor", "leans_on", g, b)) for b in one.leans_on]
    return found


def _moved(game: Game, rise: _Rise) -> Variant:
    """The number moved, kept where it is a chance or a share."""
    values = reading(game, rise.slot) + RISES[rise.slot.field]
    if rise.slot.field == "automatic":
        loudest = np.max(np.stack([np.max(np.asarray(mode.automatic)) for mode in game.modes]))
        values = np.minimum(values, 1.0 / max(float(loudest), 1.0))
    return {rise.slot: np.maximum(values, 0.0)}


def _row(ground: Ground, rise: _Rise, change: Floats, honour: Floats) -> dict[str, Any] | None:
    wrong = change > TOLD if rise.stronger else change < -TOLD
    weights = ground.block.weights
    heavy = np.ones(wrong.size) if weights is None else weights.astype(np.float64)
    if not heavy[wrong].sum() > 0:
        return None
    overall = mean(change, weights)
    changes = {
        name: float(np.average(honour[g, wrong], weights=heavy[wrong]))
        for g, name in enumerate(ground.names)
    }
    there = change[wrong]
    enabler = rise.slot.enabler
    return {
        "kind": "stronger commitment" if rise.stronger else "conditional follower",
        "mechanism": _mechanism(rise, changes, ground.names),
        "field": rise.slot.field,
        "guarantor": ground.names[rise.guarantor],
        "enabler": None if enabler is None else ground.names[enabler],
        "share": ground.block.share_in_block(wrong),
        "mean": float(np.average(there, weights=heavy[wrong])),
        "largest": float(there[np.argmax(np.abs(there))]),
        "overall": overall.value,
        "se": overall.standard_error,
        "honour": changes,
    }


def _mechanism(rise: _Rise, honour: dict[str, float], names: tuple[str, ...]) -> str:
    """What explains it: whose expected chance of fighting moved most in the way that does.

    ``free riding``: somebody else's fell most. ``burden``: its own did. ``pivotal``: somebody
    else's rose most. ``other``: nobody's chance in the first mode moved that way.
    """
    own = names[rise.guarantor]
    if rise.stronger:
        name = min(honour, key=lambda each: honour[each])
        moved = honour[name] < 0
        return ("burden" if name == own else "free riding") if moved else "other"
    name = max(honour, key=lambda each: honour[each])
    return "pivotal" if honour[name] > 0 and name != own else "other"
