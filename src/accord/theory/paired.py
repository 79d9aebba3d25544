"""How far two shares lie apart that were taken over the same worlds, whatever these weigh.

Where worlds weigh the same on both sides the difference is a mean of paired differences. Where
they do not, each side is a ratio of its own, and the error is the jackknife of the difference over
blocks (Quenouille 1956; Tukey 1958). MODELS, section 0.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from accord._errors import ModelError
from accord.theory.estimates import FEWEST_BLOCKS, Estimate, effective_sample_size, mean
from accord.theory.sampling import BLOCK

__all__ = ["independent_difference", "paired_difference"]

Floats = npt.NDArray[np.float64]


def paired_difference(
    first: npt.ArrayLike,
    second: npt.ArrayLike,
    first_weights: npt.ArrayLike,
    second_weights: npt.ArrayLike,
) -> Estimate:
    """The second mean less the first, over the same worlds.

    Parameters
    ----------
    first, second : array_like, shape (W,)
        Numbers, or events as 0 and 1; W is a multiple of 256.
    first_weights, second_weights : array_like, shape (W,)
        Not negative.

    Returns
    -------
    Estimate
        Rough, from the spread between worlds, where fewer than eight blocks carry weight.

    Raises
    ------
    ModelError
        If W differs or is not a whole number of blocks, or no world has a weight.
    """
    values = [np.asarray(one, dtype=np.float64) for one in (first, second)]
    weights = [np.asarray(one, dtype=np.float64) for one in (first_weights, second_weights)]
    if len({one.shape for one in (*values, *weights)}) > 1:
        shapes = ", ".join(str(one.shape) for one in (*values, *weights))
        raise ModelError(f"found values and weights of shapes {shapes}, wanted one world a row")
    if np.array_equal(weights[0], weights[1]):
        same = bool((weights[0] == weights[0][0]).all())
        return mean(values[1] - values[0], None if same else weights[0])
    effective = min(effective_sample_size(one) for one in weights)
    centres = [mean(v, w).value for v, w in zip(values, weights, strict=True)]
    value = centres[1] - centres[0]
    tops = [(v * w).reshape(-1, BLOCK).sum(axis=1) for v, w in zip(values, weights, strict=True)]
    bottoms = [w.reshape(-1, BLOCK).sum(axis=1) for w in weights]
    carrying = [int(np.count_nonzero(b)) for b in bottoms]
    blocks = int(np.count_nonzero(bottoms[0] + bottoms[1]))
    rough = min(carrying) < FEWEST_BLOCKS
    if rough:
        pull = [
            w * (v - c) / w.sum() for v, w, c in zip(values, weights, centres, strict=True)
        ]  # fmt: skip
        error = float(np.sqrt(np.square(pull[1] - pull[0]).sum()))
    else:
        error = _jackknife(tops, bottoms)
    return Estimate(value, error, rough, blocks, effective)


def independent_difference(first: Estimate, second: Estimate) -> Estimate:
    """The second less the first, where each was taken over worlds of its own."""
    return Estimate(
        second.value - first.value,
        float(np.hypot(first.standard_error, second.standard_error)),
        first.rough or second.rough,
        min(first.blocks, second.blocks),
        min(first.effective_worlds, second.effective_worlds),
    )


def _jackknife(tops: list[Floats], bottoms: list[Floats]) -> float:
    kept = (bottoms[0] + bottoms[1]) > 0
    without = [
        (top.sum() - top[kept]) / (bottom.sum() - bottom[kept])
        for top, bottom in zip(tops, bottoms, strict=True)
    ]
    apart = without[1] - without[0]
    blocks = apart.size
    return float(np.sqrt((blocks - 1) / blocks * np.square(apart - apart.mean()).sum()))
