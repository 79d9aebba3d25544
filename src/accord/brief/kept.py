"""A run with all that is kept beside its case: about the whole space, and under stress."""

from __future__ import annotations

from pathlib import Path

from accord.brief.explored import with_explored
from accord.brief.stressed import with_stressed
from accord.run.run import Run

__all__ = ["with_kept"]


def with_kept(run: Run, folder: Path) -> Run:
    """The run with what its brief tells from the folder in which runs of the case stand."""
    return with_stressed(with_explored(run, folder), folder)
