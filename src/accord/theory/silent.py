"""A HiGHS solver that prints nothing."""

from __future__ import annotations

from typing import Any

__all__ = ["silent_highs"]


def silent_highs() -> Any:
    """A new solver; its header would be printed before any option of its own could be set."""
    import highspy  # noqa: PLC0415  slow to import, and needed by few cases

    class Silent(highspy.Highs):
        def enableCallbacks(self) -> None:  # noqa: N802  HiGHS prints its header here
            self.setOptionValue("output_flag", False)
            parent: Any = super()
            parent.enableCallbacks()

    solver: Any = Silent
    return solver()
