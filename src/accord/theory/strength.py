"""From pledged forces to the strengths and tripwires of the deterrence game.

One common index for all: 1 is a brigade.
"""

from __future__ import annotations

from typing import TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray

from accord._errors import ModelError

__all__ = ["forward_strength", "round_strength", "strength", "tripwire_cost"]

FloatArray: TypeAlias = NDArray[np.float64]


def forward_strength(
    combat_weight: FloatArray, requirement: FloatArray, supply: FloatArray
) -> FloatArray:
    """What each contributor's joined forward pools add to the fight.

    forward_g = sum_k weight_k min(1, r_k / S_k) supply_gk, with S_k all joined supply that can
    serve k: what exceeds the requirement does not deploy.

    Parameters
    ----------
    combat_weight : float array (K,)
        Index points per unit of capability k.
    requirement : float array (K,) or (K, W)
        In the phase that counts.
    supply : float array (G, K) or (G, K, W)
        What g's joined pledges supply to k.

    Returns
    -------
    float array (G,) or (G, W)
    """
    brought = np.asarray(supply, dtype=np.float64)
    total = brought.sum(axis=0)
    needed = np.broadcast_to(np.asarray(requirement, dtype=np.float64), total.shape)
    used = np.divide(needed, total, out=np.zeros_like(total), where=total > 0)
    result: FloatArray = np.einsum(
        "k,k...,gk...->g...", combat_weight, np.minimum(used, 1.0), brought
    )
    return result


def strength(
    forward: ArrayLike,
    reinforcement: ArrayLike,
    delay_days: ArrayLike,
    fait_accompli_days: ArrayLike,
) -> FloatArray:
    """Strength that counts before a fait accompli: forward + k exp(-delay / tau).

    Everything broadcasts; for several reinforcements add their terms one after the other, the
    result so far as ``forward``.

    Parameters
    ----------
    forward, reinforcement : index points
    delay_days : days until the reinforcement fights, >= 0
    fait_accompli_days : tau, days in which an attacker can create facts, > 0
    """
    tau = np.asarray(fait_accompli_days, dtype=np.float64)
    if not (tau > 0).all():
        raise ModelError("the time for a fait accompli must be positive")
    late = np.exp(-np.asarray(delay_days, dtype=np.float64) / tau)
    result: FloatArray = np.asarray(forward, dtype=np.float64) + np.asarray(reinforcement) * late
    return result


def tripwire_cost(at_most: ArrayLike, half_at: ArrayLike, forces: ArrayLike) -> FloatArray:
    """What staying out costs because forces stand there: t (1 - (1/2)^(f / f_half)).

    Small tripwires barely move support (Reiter and Poast 2021; Musgrave and Ward 2023).

    Parameters
    ----------
    at_most : t, the cost with any number of forces
    half_at : f_half > 0, the forces that give half of it
    forces : f, in the unit of ``half_at``
    """
    half = np.asarray(half_at, dtype=np.float64)
    if not (half > 0).all():
        raise ModelError("the forces that give half of a tripwire must be positive")
    result: FloatArray = np.asarray(at_most) * (1.0 - np.exp2(-np.asarray(forces) / half))
    return result


def round_strength(value: ArrayLike) -> FloatArray:
    """Strength rounded to 1/8 of the common index, so that near-equal games are one game."""
    result: FloatArray = np.rint(np.asarray(value, dtype=np.float64) * 8.0) / 8.0
    return result
