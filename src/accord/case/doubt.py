"""A doubt: something in a case that is allowed and probably not meant."""

from __future__ import annotations

from collections.abc import Iterable

from accord._errors import CaseError
from accord.case.case import Case
from accord.case.tree import Path, dotted

__all__ = ["doubt", "listed"]


def doubt(case: Case, path: Path, found: str, wanted: str, hint: str = "") -> CaseError:
    """A located record of one doubt; ``hint`` says how to remove it."""
    place = case.place(path)
    return CaseError(
        dotted(path), place.file, place.line, place.column, found, wanted, hint, place.text
    )


def listed(names: Iterable[str]) -> str:
    """Names joined as in a sentence: A, B and C."""
    *first, last = names
    return f"{', '.join(first)} and {last}" if first else last
