"""Which pledges can bear on a delivery at all; the others are null players, whatever happens."""

from __future__ import annotations

from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from accord.theory.coalition import greatest_fixed_point, waits_for
from accord.theory.loss import Coalition

__all__ = ["bearing_contributors", "bearing_pledges"]

Booleans: TypeAlias = NDArray[np.bool_]


def bearing_pledges(coalition: Coalition, available: Booleans) -> Booleans:
    """Pledges that may go and serve what is required somewhere, and those they wait for.

    Parameters
    ----------
    coalition : Coalition
    available : bool array (M, W)

    Returns
    -------
    bool array (M,)
        Leaving out all others changes no delivery in any world.
    """
    can_go = np.asarray(np.any(greatest_fixed_point(available, coalition.conditions), axis=1))
    brings = _somewhere(coalition.usable)
    wanted = (coalition.roles.astype(np.int64) @ _somewhere(coalition.requirement)) > 0
    bears = np.asarray(can_go & (wanted & brings).any(axis=1))
    pending = np.flatnonzero(bears).tolist()
    while pending:
        pledge = pending.pop()
        for other in waits_for(coalition.conditions[pledge], pledge):
            if can_go[other] and not bears[other]:
                bears[other] = True
                pending.append(other)
    return bears


def bearing_contributors(coalition: Coalition, available: Booleans) -> tuple[int, ...]:
    """Contributors with a pledge that bears on the delivery, in their order."""
    bears = bearing_pledges(coalition, available)
    return tuple(sorted({coalition.owner[m] for m in np.flatnonzero(bears)}))


def _somewhere(amounts: NDArray[np.int64]) -> Booleans:
    """Whether an amount is above nought in some world, by row and phase."""
    return np.asarray(np.any(np.atleast_3d(amounts > 0), axis=2))
