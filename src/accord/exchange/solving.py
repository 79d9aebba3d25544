"""Solve other tools' files with one kernel alone, and report in a stable shape."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from accord._errors import UsageError
from accord.exchange.large import GRID, large_conflicts, large_ideals, large_solutions
from accord.formats.negotiation import Negotiation, bargain_of
from accord.formats.read import read_negotiation
from accord.theory.bargaining import solutions
from accord.theory.bargaining.forecasts import compromise, median_voter
from accord.theory.bargaining.frontier import Frontier, pareto_frontier
from accord.theory.bargaining.patterns import Patterns, acceptance_patterns
from accord.theory.bargaining.solutions import RESCALABLE, Solution
from accord.theory.bargaining.space import Bargain
from accord.theory.monotone import minimal_sets

__all__ = ["Convention", "Ideal", "solve_bargain"]

Integers = NDArray[np.int64]
Convention = Literal["textbook", "genius", "negmas"]
Ideal = Literal["acceptable", "all"]


def solve_bargain(
    files: Sequence[str | Path], convention: Convention = "textbook", ks_ideal: Ideal | None = None
) -> dict[str, Any]:
    """Frontier, solutions, counts and conflicts of a negotiation in other tools' files.

    Parameters
    ----------
    files : sequence of path
        A domain and its profiles, or a folder with them.
    convention : str
        ``textbook`` and ``genius``: the disagreement point is the walk-away value. ``negmas``: it
        is never below the worst package, and Kalai–Smorodinsky is the least spread of gain ratios.
    ks_ideal : str, optional
        Over which packages a party's ideal is taken: those ``acceptable`` to all, or ``all``. By
        default acceptable, for ``negmas`` all.

    Returns
    -------
    dict
        The shape that ``accord solve bargain --json`` prints.

    Raises
    ------
    CaseErrors
        With every mistake in the files.
    UsageError
        If the options contradict each other.
    """
    if convention == "negmas" and ks_ideal == "acceptable":
        raise UsageError(
            "found --ks-ideal acceptable with --convention negmas, wanted all; "
            "NegMAS takes ideals over all packages"
        )
    ideal: Ideal = ks_ideal or ("all" if convention == "negmas" else "acceptable")
    negotiation = read_negotiation(files)
    bargain = bargain_of(negotiation)
    patterns = acceptance_patterns(bargain)
    whole = pareto_frontier(bargain)
    placed = _disagreement(bargain, convention)
    agreed = pareto_frontier(placed, acceptable=True)
    number, error = patterns.acceptable_to_all()
    return {
        "parties": [profile.name for profile in negotiation.profiles],
        "format": negotiation.format,
        "convention": convention,
        "packages": bargain.combinations,
        "acceptable_to_all": number,
        "acceptable_to_all_error": error,
        "walk_away": _units(bargain, bargain.walk_away),
        "disagreement": _units(bargain, placed.walk_away),
        "frontier": _frontier(bargain, whole),
        "acceptable_frontier": _frontier(bargain, agreed),
        "conflicts": _conflicts(negotiation, bargain, patterns),
        **_solutions(negotiation, placed, agreed, convention, ideal),
        "blockers": _blockers(negotiation, patterns),
        "forecasts": _forecasts(negotiation),
        "ignored": list(negotiation.ignored),
    }


def _disagreement(bargain: Bargain, convention: Convention) -> Bargain:
    if convention != "negmas":
        return bargain
    worst = sum(table.min(axis=1) for table in bargain.values)
    return replace(bargain, walk_away=np.maximum(bargain.walk_away, worst))


def _units(bargain: Bargain, steps: Integers) -> list[float]:
    return [float(x) for x in steps / bargain.scale]


def _frontier(bargain: Bargain, frontier: Frontier) -> dict[str, Any]:
    return {
        "size": int(frontier.utilities.shape[1]),
        "packages": frontier.packages,
        "points": (frontier.utilities.T / bargain.scale).tolist(),
        "exact": frontier.exact,
        "within": _units(bargain, frontier.slack),
    }


def _solutions(
    negotiation: Negotiation,
    bargain: Bargain,
    agreed: Frontier,
    convention: Convention,
    ideal: Ideal,
) -> dict[str, Any]:
    """The four solutions, by name."""
    below, scale = bargain.walk_away, bargain.scale
    best = sum(table.max(axis=1) for table in bargain.values)
    if ideal == "acceptable" and agreed.utilities.shape[1]:
        best = agreed.utilities.max(axis=1)
    spread = convention == "negmas"
    if not agreed.exact and not spread:
        return _by_programs(negotiation, bargain, best, ideal)
    smorodinsky = (solutions.least_spread if spread else solutions.kalai_smorodinsky)(
        agreed, below, best
    )
    found = {
        "nash": solutions.nash(agreed, below, scale),
        "egalitarian": solutions.egalitarian(agreed, below, scale),
        "kalai_smorodinsky": smorodinsky,
        "utilitarian": solutions.utilitarian(agreed, scale),
    }
    told = {name: _solution(negotiation, bargain, name, one) for name, one in found.items()}
    if told["kalai_smorodinsky"] is not None:
        told["kalai_smorodinsky"]["ideal"] = ideal
    return told


def _by_programs(
    negotiation: Negotiation, bargain: Bargain, best: Integers, ideal: Ideal
) -> dict[str, Any]:
    """The solutions where the frontier is too large to scan."""
    if ideal == "acceptable":
        best = large_ideals(bargain)
    told: dict[str, Any] = {}
    for name, found in large_solutions(bargain, best.tolist()).items():
        if found is None:
            told[name] = None
            continue
        told[name] = {
            "utilities": _units(bargain, found.utilities),
            "package": _named(negotiation, found.package),
            "value": found.value,
            "ties": None,
            "survives_rescaling": name in RESCALABLE,
            "certificate": {"program": found.proven, "grid": GRID},
            "left_out": [],
        }
    if told["kalai_smorodinsky"] is not None:
        told["kalai_smorodinsky"]["ideal"] = ideal
    return told


def _named(negotiation: Negotiation, package: Integers) -> dict[str, str]:
    return {
        issue.name: issue.levels[int(level)]
        for issue, level in zip(negotiation.issues, package, strict=True)
    }


def _solution(
    negotiation: Negotiation, bargain: Bargain, name: str, found: Solution | None
) -> dict[str, Any] | None:
    if found is None:
        return None
    return {
        "utilities": _units(bargain, found.utilities),
        "package": _named(negotiation, found.package),
        "value": found.value,
        "ties": found.ties,
        "survives_rescaling": name in RESCALABLE,
        "certificate": {"compared": found.compared, "next_best": found.next_best},
        "left_out": [negotiation.profiles[i].name for i in found.left_out],
    }


def _conflicts(negotiation: Negotiation, bargain: Bargain, patterns: Patterns) -> list[list[str]]:
    """Minimal sets of walk-away values that no package meets together, by party."""
    if patterns.acceptable_to_all()[0]:
        return []

    def conflicts(members: int) -> bool:
        return all(members & ~mask for mask in patterns.counts)

    # a sample that shows no deal proves nothing
    sets = (
        minimal_sets(conflicts, patterns.parties).sets
        if patterns.exact
        else large_conflicts(bargain)
    )
    return [[negotiation.profiles[i].name for i in members] for members in sets]


def _blockers(negotiation: Negotiation, patterns: Patterns) -> dict[str, Any]:
    """By party: packages it accepts, packages it alone blocks, the Shapley value of its veto."""
    values = patterns.veto_values() if patterns.counts else [0.0] * patterns.parties
    return {
        profile.name: {
            "accepts": patterns.accepted_by(i)[0],
            "alone_blocks": patterns.blocked_by(i)[0],
            "veto": values[i],
        }
        for i, profile in enumerate(negotiation.profiles)
    }


def _forecasts(negotiation: Negotiation) -> dict[str, Any]:
    """Compromise model and median voter of ordered issues, where the files state power."""
    power = [profile.power for profile in negotiation.profiles]
    if any(strength is None for strength in power):
        return {}
    found = {}
    for j, issue in enumerate(negotiation.issues):
        tables = [profile.contributions[j] for profile in negotiation.profiles]
        salience = [max(table) - min(table) for table in tables]
        places = _places(issue.levels)
        where = [places[int(np.argmax(table))] for table in tables]
        if issue.ordered and sum(s * (p or 0) for s, p in zip(salience, power, strict=True)) > 0:
            strengths = [p or 0.0 for p in power]
            found[issue.name] = {
                "compromise": compromise(strengths, salience, where),
                "median": median_voter(strengths, salience, where),
            }
    return found


def _places(levels: Sequence[str]) -> list[float]:
    """Where levels stand: at their number where all are numbers, else at their rank."""
    try:
        return [float(level) for level in levels]
    except ValueError:
        return [float(rank) for rank in range(len(levels))]
