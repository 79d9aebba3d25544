"""Two plain forecasts of where a bargain on one ordered provision ends, to stand beside the rest.

They need no preferences beyond one position each, and know nothing of walking away, of lines or of
other provisions: a yardstick, not a result.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from accord._errors import ModelError

__all__ = ["compromise", "median_voter"]


def compromise(power: ArrayLike, salience: ArrayLike, position: ArrayLike) -> float:
    """The compromise model: the mean position, weighted by power times salience.

    The Nash bargaining solution for quadratic losses when no agreement is far worse for all
    (Van den Bos 1991; Achen 2006).

    Parameters
    ----------
    power, salience, position : array_like (N,)
        Power and salience not negative; positions in any one unit.

    Raises
    ------
    ModelError
        If nobody has both power and salience, or a weight is negative.
    """
    weight, where = _weighed(power, salience, position)
    return float((weight * where).sum() / weight.sum())


def median_voter(power: ArrayLike, salience: ArrayLike, position: ArrayLike) -> float:
    """The position of the median voter, votes being power times salience (Black 1948).

    The lowest position such that those at or below it hold at least half of all votes.
    """
    weight, where = _weighed(power, salience, position)
    order = np.argsort(where, kind="stable")
    reached = np.cumsum(weight[order])
    # votes are sums of products, so a tie at one half is decided up to rounding
    at = int(np.argmax(reached >= weight.sum() * (0.5 - 1e-12)))
    return float(where[order][at])


def _weighed(
    power: ArrayLike, salience: ArrayLike, position: ArrayLike
) -> tuple[np.ndarray, np.ndarray]:
    strength, concern = np.asarray(power, dtype=np.float64), np.asarray(salience, dtype=np.float64)
    if (strength < 0).any() or (concern < 0).any():
        raise ModelError("found negative power or salience, wanted numbers from 0")
    weight = strength * concern
    if not weight.sum() > 0:
        raise ModelError("found nobody with both power and salience, wanted at least one")
    return weight, np.asarray(position, dtype=np.float64)
