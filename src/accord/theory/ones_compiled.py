"""The number of ones in a word: one instruction, which numba has no name for."""

from __future__ import annotations

from typing import Any

import numba
from numba.extending import intrinsic

__all__ = ["population_count"]


def _generate_ones(_context: Any, _word: Any) -> Any:  # pragma: no cover
    """Ones of a word, as numba compiles it."""

    def generate(_context: Any, builder: Any, _signature: Any, arguments: Any) -> Any:
        return builder.ctpop(arguments[0])

    return numba.types.uint64(numba.types.uint64), generate


population_count: Any = intrinsic(_generate_ones)
"""A function of an unsigned word, to be called from compiled code."""
