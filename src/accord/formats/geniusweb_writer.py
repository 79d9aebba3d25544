"""GeniusWeb JSON from a negotiation: a domain, and profiles whose walk-away value is a bid."""

from __future__ import annotations

import json
import math
from typing import Any

import numpy as np

from accord.formats.nearest_bid import nearest_bid
from accord.formats.negotiation import SCALE, Negotiation, Profile
from accord.formats.written import Written, file_stems, unsaid

__all__ = ["write_geniusweb"]

_DECIMALS = 12
_NEAR = 1e-9


def write_geniusweb(negotiation: Negotiation) -> Written:
    """GeniusWeb files with the negotiation's utilities.

    GeniusWeb wants weights that sum to 1 and utilities of values from 0 to 1; utilities below 0
    or above 1 are shifted or scaled, which is told. A walk-away value can only be written as the
    utility of a bid: the least that is not below it, so that the same bids are accepted; the
    difference is told.

    Raises
    ------
    UsageError
        If there is nothing to write.
    """
    domain, stems = file_stems(negotiation)
    notes: list[str] = []
    space = _domain(negotiation)
    files = {f"{domain}.json": _text(space)}
    for stem, profile in zip(stems, negotiation.profiles, strict=True):
        files[f"{stem}.json"] = _text(_profile(negotiation, profile, space, notes))
    return Written(files, (*notes, *unsaid(negotiation, "GeniusWeb")))


def _text(content: dict[str, Any]) -> str:
    return json.dumps(content, ensure_ascii=False, indent=1, allow_nan=False) + "\n"


def _domain(negotiation: Negotiation) -> dict[str, Any]:
    issues = {issue.name: {"values": list(issue.levels)} for issue in negotiation.issues}
    return {"name": negotiation.title, "issuesValues": issues}


def _profile(
    negotiation: Negotiation, profile: Profile, space: dict[str, Any], notes: list[str]
) -> dict[str, Any]:
    rows, reservation = _within_bounds(negotiation, profile, notes)
    weights = _weights([max(row) for row in rows])
    shares = [
        [min(1.0, value / weight) if weight else 0.0 for value in row]
        for row, weight in zip(rows, weights, strict=True)
    ]
    names = [issue.name for issue in negotiation.issues]
    utilities = {
        issue.name: {"discreteutils": {"valueUtilities": dict(zip(issue.levels, row, strict=True))}}
        for issue, row in zip(negotiation.issues, shares, strict=True)
    }
    bid = _reservation_bid(negotiation, profile, (rows, reservation), notes)
    return {
        "LinearAdditiveUtilitySpace": {
            "name": profile.title or profile.name,
            "issueUtilities": utilities,
            "issueWeights": dict(zip(names, weights, strict=True)),
            "domain": space,
            "reservationBid": {"issuevalues": bid},
        }
    }


def _within_bounds(
    negotiation: Negotiation, profile: Profile, notes: list[str]
) -> tuple[list[list[float]], float]:
    """Contributions not below 0 that sum to at most 1, and the walk-away value moved with them."""
    rows, reservation = [], profile.reservation
    for issue, row in zip(negotiation.issues, profile.contributions, strict=True):
        lift = max(0.0, -min(row))
        if lift:
            notes.append(
                f"{profile.name}: GeniusWeb wants utilities of at least 0, so those of "
                f"{issue.name!r} and the walk-away value were raised by {lift:g}"
            )
        rows.append([value + lift for value in row])
        reservation += lift
    total = math.fsum(max(row) for row in rows)
    if total > 1 + _NEAR:
        notes.append(
            f"{profile.name}: GeniusWeb wants utilities of at most 1, so all of them and the "
            f"walk-away value were divided by {total:g}"
        )
        return [[value / total for value in row] for row in rows], reservation / total
    return rows, reservation


def _weights(tops: list[float]) -> list[float]:
    """Weights of twelve decimals that sum to 1 exactly, each at least the issue's greatest part."""
    total = math.fsum(tops)
    grid = 10**_DECIMALS
    parts = [top / total if total else 1 / len(tops) for top in tops]
    whole = [round(part * grid) for part in parts]
    # what rounding left over goes to the largest, where it matters least
    largest = whole.index(max(whole))
    whole[largest] += grid - sum(whole)
    return [number / grid for number in whole]


def _reservation_bid(
    negotiation: Negotiation,
    profile: Profile,
    moved: tuple[list[list[float]], float],
    notes: list[str],
) -> dict[str, str]:
    """The bid of least utility that is not below the walk-away value."""
    rows, reservation = moved
    values = [np.rint(np.asarray(row) * SCALE).astype(np.int64) for row in rows]
    bid = nearest_bid(values, round(reservation * SCALE))
    found = math.fsum(row[level] for row, level in zip(rows, bid.levels, strict=True))
    if abs(found - reservation) > _NEAR:
        above = found > reservation
        effect = "the same bids are accepted" if above else "no bid reaches the walk-away value"
        if not bid.exact:
            effect = "there may be a nearer one"
        notes.append(
            f"{profile.name}: the walk-away value {reservation:.9g} was written as the bid worth "
            f"{found:.9g}; {effect}"
        )
    return {
        issue.name: issue.levels[level]
        for issue, level in zip(negotiation.issues, bid.levels, strict=True)
    }
