"""What a writer made: files by name, and what their format could not say."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from accord._errors import UsageError
from accord.formats.negotiation import Negotiation

__all__ = ["Written", "distinct", "file_stems", "unsaid"]

_UNFIT = re.compile(r'[\x00-\x1f\x7f<>:"/\\|?*]')
_LONGEST = 60


@dataclass(frozen=True, slots=True)
class Written:
    """Files by name, the domain first, and a sentence for each thing that they cannot say."""

    files: dict[str, str]
    notes: tuple[str, ...]


def file_stems(negotiation: Negotiation) -> tuple[str, tuple[str, ...]]:
    """Names of files without ending: the domain's, and one for each profile in order.

    Raises
    ------
    UsageError
        If the negotiation has no issue, or nobody who bargains.
    """
    if not negotiation.issues or not negotiation.profiles:
        raise UsageError("found a negotiation without issues or parties, wanted one of each")
    title = "-".join(negotiation.title[: _LONGEST - 10].split())
    names = [f"{title}-domain", *(profile.name for profile in negotiation.profiles)]
    fit = [_UNFIT.sub("_", name).strip("._ ")[:_LONGEST] or "file" for name in names]
    *profiles, domain = distinct([*fit[1:], fit[0]], fold=True)
    return domain, tuple(profiles)


def unsaid(negotiation: Negotiation, format_name: str) -> list[str]:
    """What neither Genius nor GeniusWeb has a place for."""
    notes = [
        f"{profile.name}: its power {profile.power:g} has no place in {format_name}"
        for profile in negotiation.profiles
        if profile.power is not None
    ]
    ordered = [repr(issue.name) for issue in negotiation.issues if issue.ordered]
    if ordered:
        notes.append(
            f"{format_name} files do not say that the values of these are ordered: "
            f"{', '.join(ordered)}"
        )
    return notes


def distinct(names: Iterable[str], *, fold: bool = False) -> list[str]:
    """Names made distinct by numbers behind them; ``fold``: capital letters do not count."""
    taken: set[str] = set()
    found = []
    for name in names:
        candidate, number = name, 2
        while (candidate.lower() if fold else candidate) in taken:
            candidate, number = f"{name}-{number}", number + 1
        taken.add(candidate.lower() if fold else candidate)
        found.append(candidate)
    return found
