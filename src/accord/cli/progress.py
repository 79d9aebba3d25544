"""How far a long command is, and how long it will still take."""

from __future__ import annotations

import sys
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
        from accord.run.progress import Stopwatch  # noqa: PLC0415  no command waits for runs

        self._stopwatch = Stopwatch(shares)

    def __call__(self, step: str) -> None:
        """A step begins."""
        reached = self._stopwatch.begin(step)
        if reached.elapsed < SILENT_SECONDS:
            return
        left = "" if reached.left is None else f", about {max(1, round(reached.left))} s left"
        sys.stderr.write(f"{step} … ({reached.elapsed:.0f} s{left})\n")
