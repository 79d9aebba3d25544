"""Exponentials and logarithms by polynomials that run on several numbers at once, compiled.

The C library's take one number at a time. Reduction and series are the textbook's (Muller,
Elementary Functions, 2016, chapters 3 and 11): exp x = 2^k exp r with |r| at most half of ln 2, and
ln x = e ln 2 + 2 artanh((m - 1) / (m + 1)) with m between the roots of one half and two.
"""

from __future__ import annotations

import numba
import numpy as np
from numpy.typing import NDArray

__all__ = ["exponentials", "logarithms", "logistics"]

Floats = NDArray[np.float64]

LOG2E = 1.4426950408889634
LN2_HIGH = 0.693147180369123816490
LN2_LOW = 1.90821492927058770002e-10
SHIFTER = 6755399441055744.0
HALF_ROOT = 0x3FE6A09E667F3BCD
BIAS = 1024
WHOLE = 4503599627370496.0
WHOLE_BITS = 0x4330000000000000


@numba.njit(cache=True, nogil=True)
def exponentials(x: Floats, scratch: Floats, result: Floats) -> None:  # pragma: no cover
    """Exponentials of numbers that are not above nought, to nine digits."""
    for i in range(x.size):
        z = max(x[i], -700.0)
        shifted = z * LOG2E + SHIFTER
        k = shifted - SHIFTER
        r = z - k * LN2_HIGH - k * LN2_LOW
        p = 1.0 / 362880.0
        p = p * r + 1.0 / 40320.0
        p = p * r + 1.0 / 5040.0
        p = p * r + 1.0 / 720.0
        p = p * r + 1.0 / 120.0
        p = p * r + 1.0 / 24.0
        p = p * r + 1.0 / 6.0
        p = p * r + 0.5
        p = p * r + 1.0
        result[i] = p * r + 1.0
        scratch[i] = shifted
    bits, power = result.view(np.int64), scratch.view(np.int64)
    for i in range(x.size):
        bits[i] += power[i] << 52


@numba.njit(cache=True, nogil=True)
def logarithms(x: Floats, scratch: Floats, result: Floats) -> None:  # pragma: no cover
    """Natural logarithms of numbers above nought, to nine digits."""
    bits, power, rest = x.view(np.int64), scratch.view(np.int64), result.view(np.int64)
    for i in range(x.size):
        biased = (bits[i] - HALF_ROOT + (BIAS << 52)) >> 52
        rest[i] = bits[i] - ((biased - BIAS) << 52)
        power[i] = biased | WHOLE_BITS
    for i in range(x.size):
        e = scratch[i] - WHOLE - BIAS
        m = result[i]
        s = (m - 1.0) / (m + 1.0)
        t = s * s
        p = 1.0 / 11.0
        p = p * t + 1.0 / 9.0
        p = p * t + 1.0 / 7.0
        p = p * t + 1.0 / 5.0
        p = p * t + 1.0 / 3.0
        p = p * t + 1.0
        result[i] = e * (LN2_HIGH + LN2_LOW) + 2.0 * s * p


@numba.njit(cache=True, nogil=True)
def logistics(z: Floats, room: Floats, result: Floats) -> None:  # pragma: no cover
    """1 / (1 + exp(-z)); ``room`` (3, B) is written over."""
    for i in range(z.size):
        room[0, i] = -abs(z[i])
    exponentials(room[0], room[1], room[2])
    for i in range(z.size):
        small = room[2, i]
        result[i] = (1.0 if z[i] >= 0.0 else small) / (1.0 + small)
