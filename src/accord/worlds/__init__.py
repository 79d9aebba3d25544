"""Worlds: joint draws of every input, and what each world weighs."""

from accord.worlds.worlds import Lines, Worlds, central_case, draw

__all__ = ["Lines", "Worlds", "central_case", "draw"]
