"""A file that one process at a time may change: the case room's lock, where watch looks for it."""

from __future__ import annotations

from accord.case.locking import locked

__all__ = ["locked"]
