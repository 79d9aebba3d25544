"""A negotiation as plain data of a case: provisions, actors, positions, one package.

Utilities are moved and scaled by party: with m_j and M_j the least and the greatest contribution
of issue j, a level is worth 100·(c − m_j)/(M_j − m_j) points and the issue weighs
100·(M_j − m_j)/Σ(M − m). So a package is worth 100·(u − Σm)/Σ(M − m) points, and the walk-away
value moves alike: who prefers what to what, and to walking away, stays the same up to the grid of
1/256 point.
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from accord.exchange.naming import identifiers
from accord.formats.negotiation import SCALE, Negotiation, Profile

__all__ = ["case_of"]

_DECIMALS = 6
_TIE = 0.5 / SCALE
"""Utilities that are nearer than half a step of the grid of files are equal."""

_BEYOND = 90.0
"""Points below 0 and above 100 at which a walk-away value is set down: packages are worth 0 to 100,
and a walk-away value lies within 200 points of every package."""


@dataclass(frozen=True)
class _Ids:
    provisions: list[str]
    levels: list[list[str]]
    actors: list[str]


def case_of(
    negotiation: Negotiation, origin: str, as_of: dt.date, origins: Mapping[str, str]
) -> tuple[dict[str, Any], tuple[str, ...]]:
    """The data of ``case.yaml``, in the order to write it, and notes on what was changed.

    Parameters
    ----------
    origin : str
        The files that it was imported from.
    origins : mapping of profile to str
        The file of each profile that has one of its own, for judgements.
    """
    ids = _Ids(
        identifiers((issue.name for issue in negotiation.issues), "issue"),
        [identifiers(issue.levels, "level") for issue in negotiation.issues],
        identifiers((p.name for p in negotiation.profiles), "party", lower=False),
    )
    notes: list[str] = []
    positions = {
        actor: _position(profile, ids, origins.get(profile.name, origin), notes)
        for actor, profile in zip(ids.actors, negotiation.profiles, strict=True)
    }
    title = negotiation.title.strip() or "Imported negotiation"
    return {
        "accord": 1,
        "title": title,
        "as_of": as_of,
        "categories": ["Imported"],
        "byline": f"imported from {origin}",
        "actors": _actors(negotiation, ids, origin),
        "consent": {"default": "everyone", "everyone": {"all": list(ids.actors)}},
        "provisions": _provisions(negotiation, ids),
        "positions": positions,
        "packages": {"best-sum": _package(negotiation, ids)},
    }, tuple(notes)


def _actors(negotiation: Negotiation, ids: _Ids, origin: str) -> dict[str, Any]:
    found: dict[str, Any] = {}
    titles = [profile.title.strip() for profile in negotiation.profiles]
    for actor, profile, title in zip(ids.actors, negotiation.profiles, titles, strict=True):
        name = title if title and titles.count(title) == 1 else profile.name.strip()
        found[actor] = {"name": name or actor, "role": "party"}
        if profile.power is not None:
            found[actor] |= {"power": _plain(profile.power), "judgement": _imported(origin)}
    return found


def _provisions(negotiation: Negotiation, ids: _Ids) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for j, issue in enumerate(negotiation.issues):
        levels = {
            level: title.strip() or level
            for level, title in zip(ids.levels[j], issue.levels, strict=True)
        }
        body: dict[str, Any] = {"title": issue.name.strip() or ids.provisions[j]}
        if not issue.ordered:
            body["ordered"] = False
        found[ids.provisions[j]] = body | {"levels": levels}
    return found


def _position(profile: Profile, ids: _Ids, origin: str, notes: list[str]) -> dict[str, Any]:
    lows = [min(row) for row in profile.contributions]
    spans = [
        span if (span := max(row) - low) > _TIE else 0.0
        for row, low in zip(profile.contributions, lows, strict=True)
    ]
    total, least = math.fsum(spans), math.fsum(lows)
    values = {
        ids.provisions[j]: {
            "weight": _plain(100 * span / total),
            "levels": {
                level: _plain(100 * (value - lows[j]) / span)
                for level, value in zip(ids.levels[j], profile.contributions[j], strict=True)
            },
        }
        for j, span in enumerate(spans)
        if span > 0
    }
    points = _walk_away(profile, least, total, notes)
    position: dict[str, Any] = {"judgement": _imported(origin), "walk_away": points}
    if values:
        position["values"] = values
    return position


def _walk_away(profile: Profile, least: float, total: float, notes: list[str]) -> float | int:
    """The walk-away value in points, set down a little beyond what packages can be worth."""
    above = profile.reservation - least
    if not total:
        notes.append(f"{profile.name} is indifferent between all packages")
        # levels and walk-away value were each rounded to the files' grid
        return 0 if above <= (len(profile.contributions) + 1) / (2 * SCALE) else 1
    points = 100 * above / total
    bounded = min(100 + _BEYOND, max(-_BEYOND, points))
    if bounded != points:
        which = "below" if points < 0 else "above"
        notes.append(
            f"{profile.name}: the walk-away value {profile.reservation:g} lies far {which} every "
            f"package and was set down as {bounded:g} points"
        )
    return _plain(bounded)


def _package(negotiation: Negotiation, ids: _Ids) -> dict[str, Any]:
    """The package with the greatest sum of utilities; the first where several have it."""
    chosen = {}
    for j, provision in enumerate(ids.provisions):
        sums = [
            math.fsum(profile.contributions[j][k] for profile in negotiation.profiles)
            for k in range(len(ids.levels[j]))
        ]
        chosen[provision] = ids.levels[j][sums.index(max(sums))]
    return {"title": "The package with the greatest sum of utilities", "choose": chosen}


def _imported(origin: str) -> str:
    return f"Imported from {origin}"


def _plain(value: float) -> float | int:
    """A number as an analyst would write it."""
    rounded = round(value, _DECIMALS)
    return int(rounded) if rounded == int(rounded) else rounded
