"""The tornado: what each uncertain input of the game does between its 5% and its 95% quantile.

An input is a number of the game as the challenger sees it. Places that hold the very same draws,
such as a reneging cost that several guarantors take from the meaning of one level, are one input
and move together.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from accord.criteria.levers_ground import Ground
from accord.criteria.setting import weighted_quantiles
from accord.theory.estimates import mean
from accord.theory.levers import Slot, reading, slots_of, swings

__all__ = ["MOST", "tornado"]

Floats = NDArray[np.float64]

MOST = 12
"""Inputs told, of those with the largest swing."""


def tornado(ground: Ground) -> dict[str, Any]:
    """The inputs with the largest swing of the mean chance of an attack, JSON-ready.

    Returns
    -------
    dict
        ``inputs``, how many were moved; ``rows``, the largest first: ``part``, ``field``,
        ``guarantors`` or ``mode``, ``enabler``, ``low`` and ``high`` of the input, the mean chance
        of an attack ``at_low`` and ``at_high``, their paired difference ``swing`` and its ``se``.
    """
    moved = [(slots, *ends) for slots in _inputs(ground) if (ends := _ends(ground, slots[0]))]
    chances = swings(ground.seen, moved, ground.goes)
    rows = [
        _row(ground, slots, low, high, each)
        for (slots, low, high), each in zip(moved, chances, strict=True)
    ]
    ranked = sorted(rows, key=lambda row: -abs(row["swing"]))
    return {"inputs": len(rows), "rows": ranked[:MOST]}


def _inputs(ground: Ground) -> list[list[Slot]]:
    """Places of uncertain numbers, those with the same draws together."""
    found: list[tuple[Floats, list[Slot]]] = []
    for slot in slots_of(ground.seen):
        values = reading(ground.seen, slot)
        if values.size == 1 or values.min() == values.max():
            continue
        for known, slots in found:
            alike = (slots[0].part, slots[0].field) == (slot.part, slot.field)
            if alike and np.array_equal(known, values):
                slots.append(slot)
                break
        else:
            found.append((values, [slot]))
    return [slots for _, slots in found]


def _ends(ground: Ground, slot: Slot) -> tuple[float, float] | None:
    low, high = weighted_quantiles(reading(ground.seen, slot), (0.05, 0.95), ground.block.weights)
    return (low, high) if low < high else None


def _row(
    ground: Ground, slots: list[Slot], low: float, high: float, chances: Floats
) -> dict[str, Any]:
    first = slots[0]
    swing = mean(chances[1] - chances[0], ground.block.weights)
    names = [ground.names[slot.index] for slot in slots] if first.part == "guarantor" else []
    return {
        "part": first.part,
        "field": first.field,
        "guarantors": names,
        "mode": ground.seen.modes[first.index].name if first.part == "mode" else None,
        "enabler": None if first.enabler is None else ground.names[first.enabler],
        "low": low,
        "high": high,
        "at_low": ground.mean(chances[0]),
        "at_high": ground.mean(chances[1]),
        "swing": swing.value,
        "se": swing.standard_error,
    }
