"""What an import or an export did."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

__all__ = ["Report"]


@dataclass(frozen=True, slots=True)
class Report:
    """What was written and what could not be carried over.

    Attributes
    ----------
    files : tuple of Path
        In the order written.
    notes : tuple of str
        One sentence for each thing that the other side cannot say or that was changed.
    """

    files: tuple[Path, ...]
    notes: tuple[str, ...]
