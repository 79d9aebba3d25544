"""How far an assessment is, and how long it will still take."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass

__all__ = ["STEPS", "Reached", "Stopwatch"]

STEPS: Mapping[str, float] = {
    "acceptable": 0.12,
    "deliverable": 0.23,
    "credible": 0.1,
    "durable": 0.5,
    "deals, demands and burdens": 0.05,
}
"""What part of the time each step of an assessment takes in a case with many actors."""


@dataclass(frozen=True, slots=True)
class Reached:
    """How far something is.

    Attributes
    ----------
    step : str
        What is being done now.
    elapsed : float
        Seconds since the beginning.
    done : float
        Part of the whole that lies behind, 0..1.
    left : float or None
        Seconds that are left, where anything lies behind from which to tell.
    """

    step: str
    elapsed: float
    done: float
    left: float | None


class Stopwatch:
    """Told the name of each step as it begins, tells how far the whole is.

    Parameters
    ----------
    shares : mapping of step to float
        What part of the whole each step usually takes; only ratios count.
    clock : function, optional
        Seconds.
    """

    def __init__(
        self, shares: Mapping[str, float], clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._shares = dict(shares)
        self._clock = clock
        self._started = clock()
        self._behind = 0.0
        self._current = ""

    def begin(self, step: str) -> Reached:
        """A step begins."""
        self._behind += self._shares.get(self._current, 0.0)
        self._current = step
        elapsed = self._clock() - self._started
        whole = sum(self._shares.values())
        done = min(self._behind / whole, 1.0) if whole else 0.0
        left = elapsed * max(1.0 - done, 0.0) / done if done else None
        return Reached(step, elapsed, done, left)
