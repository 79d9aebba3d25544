"""How far a long command is, and how long it will still take."""

from __future__ import annotations

import sys
import time
from collections.abc import Mapping

__all__ = ["Progress"]

SILENT_SECONDS = 1.0


class Progress:
    """Told the name of each step as it begins; speaks on stderr once a second has passed.

    Parameters
    ----------
    shares : mapping of step to float
        What part of the whole each step usually takes; only ratios count.
    """

    def __init__(self, shares: Mapping[str, float]) -> None:
        self._shares = dict(shares)
        self._started = time.monotonic()
        self._done = 0.0
        self._current = ""

    def __call__(self, step: str) -> None:
        """A step begins."""
        self._done += self._shares.get(self._current, 0.0)
        self._current = step
        elapsed = time.monotonic() - self._started
        if elapsed < SILENT_SECONDS:
            return
        left = ""
        if self._done > 0:
            remaining = max(sum(self._shares.values()) - self._done, 0.0)
            left = f", about {max(1, round(elapsed * remaining / self._done))} s left"
        sys.stderr.write(f"{step} … ({elapsed:.0f} s{left})\n")
