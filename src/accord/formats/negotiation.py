"""A negotiation as other tools know it: issues with values, and who gains what from which.

Utilities are additive over issues (Keeney and Raiffa 1976, chapter 3) and on the scale of the
file that they came from, usually 0 to 1.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from accord._errors import ModelError
from accord.theory.bargaining.space import Bargain

__all__ = ["SCALE", "Issue", "Negotiation", "Profile", "bargain_of"]

SCALE = 1e9
"""Grid steps in one unit of utility: imported tables lie on the 1e-9 grid (MODELS, section 1)."""

_MOST = 1e9


@dataclass(frozen=True, slots=True)
class Issue:
    """A subject of the negotiation.

    Attributes
    ----------
    name : str
        As the file writes it.
    levels : tuple of str
        Its values in the order of the file, as text, each once.
    ordered : bool
        Whether the file says that their order means more or less of the same.
    """

    name: str
    levels: tuple[str, ...]
    ordered: bool


@dataclass(frozen=True, slots=True)
class Profile:
    """What one party wants.

    Attributes
    ----------
    name : str
        Stem of the file's name, or the actor's name where one file holds all; unique.
    contributions : tuple of J tuples of float
        Utility that each level of each issue adds.
    reservation : float
        Utility of walking away, on the same scale.
    power : float or None
        Influence, where the format states one.
    title : str
        Its name in words.
    """

    name: str
    contributions: tuple[tuple[float, ...], ...]
    reservation: float
    power: float | None = None
    title: str = ""


@dataclass(frozen=True, slots=True)
class Negotiation:
    """A domain and the profiles of its parties.

    Attributes
    ----------
    title : str
    issues : tuple of J Issue
    profiles : tuple of N Profile
    ignored : tuple of str
        One sentence for each thing in the files that was not used, with its file.
    format : str
        ``genius``, ``geniusweb``, ``negmas`` or ``ktab``; ``accord`` where it came from a case.
    """

    title: str
    issues: tuple[Issue, ...]
    profiles: tuple[Profile, ...]
    ignored: tuple[str, ...]
    format: str


def bargain_of(negotiation: Negotiation) -> Bargain:
    """The bargaining problem behind a negotiation, on the grid of 1e-9 (half to even), int64.

    Raises
    ------
    ModelError
        If a party's utilities are too large for that grid.
    """
    for profile in negotiation.profiles:
        numbers = [value for row in profile.contributions for value in row]
        worst = math.fsum(abs(value) for value in (*numbers, profile.reservation))
        if worst >= _MOST:
            raise ModelError(
                f"found utilities of {profile.name} that reach {worst:.3g}, wanted at most "
                f"{_MOST:.0e}; state them on a scale such as 0 to 1"
            )
    values = tuple(
        np.stack([_on_grid(profile.contributions[j]) for profile in negotiation.profiles])
        for j in range(len(negotiation.issues))
    )
    walk_away = _on_grid(tuple(profile.reservation for profile in negotiation.profiles))
    return Bargain(values, walk_away, scale=SCALE)


def _on_grid(numbers: tuple[float, ...]) -> np.ndarray[tuple[int, ...], np.dtype[np.int64]]:
    return np.rint(np.asarray(numbers, dtype=np.float64) * SCALE).astype(np.int64)
