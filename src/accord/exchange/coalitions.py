"""Test 2 alone: of a capability file, or of a package of a case at central requirements."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import lcm
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from accord._errors import UsageError
from accord.case.load import AsOf, load
from accord.criteria.central_delivery import central_delivery
from accord.formats.capability_file import CapabilityCoalition, read_capability_file
from accord.theory.coalition import All, Always, Condition, Goes, Never
from accord.theory.coalition import Any as AnyOf
from accord.theory.delivery.exact import Chances, Outlook, chances_of_delivery
from accord.theory.delivery.states import Situation, States
from accord.theory.loss import Coalition, lead_sets

__all__ = ["solve_coalition"]

MOST_LEAD_SETS = 200
"""Groups that are looked for, and their opposites."""

_FIXED_POINTS = ("waits", "goes")


@dataclass(frozen=True, slots=True)
class _Labels:
    """How results are told: who, what, in which unit."""

    players: tuple[str, ...]
    everybody: tuple[str, ...]
    capabilities: tuple[str, ...]
    phases: tuple[str, ...]
    steps: tuple[float, ...]
    """Of each capability, what one grid unit is."""


def solve_coalition(
    source: str | Path, package: str | None = None, as_of: AsOf = None, assume: Sequence[str] = ()
) -> dict[str, Any]:
    """Who can be counted on, and on whom it hangs, for a capability file or a case.

    Parameters
    ----------
    source : path
        A capability coalition in JSON, or a case, whose requirements and amounts are then central.
    package : str, optional
        Of a case; its first by default.
    as_of, assume
        Of a case, as elsewhere.

    Returns
    -------
    dict
        The shape that ``accord solve coalition --json`` prints. Each of its measures has a value
        where everyone waits (least fixed point) and where everyone goes (greatest). ``lead_sets``
        are the smallest groups that bring delivery, with everyone available, by waiting no
        longer: ``[[]]`` where nobody has to, empty where even everyone together fails.

    Raises
    ------
    CaseErrors
        With every mistake in the file or the case.
    UsageError
        If the package is unknown, or an option of cases stands beside a file.
    """
    path = Path(source)
    if path.suffix.lower() not in {"", ".yaml", ".yml"} and not path.is_dir():
        if package is not None or as_of is not None or assume:
            raise UsageError(
                f"found --package, --as-of or --assume with {source}, "
                "wanted them with a case; a capability file holds one coalition"
            )
        return _of_file(read_capability_file(path))
    return _of_case(path, package, as_of, assume)


def _of_file(file: CapabilityCoalition) -> dict[str, Any]:
    coalition, scale = _coalition(file)
    names = file.players
    states = [_available(coalition, c, float(p)) for c, p in enumerate(file.availability)]
    situation = Situation(1.0, coalition, states)
    outlook = chances_of_delivery([situation])
    labels = _Labels(names, names, file.capabilities, (), (1 / scale,) * len(file.capabilities))
    return _report(None, outlook, situation, labels) | {"ignored": list(file.ignored)}


def _coalition(file: CapabilityCoalition) -> tuple[Coalition, int]:
    """Every player's pools as pledges with one condition, in whole steps of 1/scale."""
    numbers = [*file.requirements, *(pool.amount for offer in file.pools for pool in offer)]
    scale = lcm(*(number.denominator for number in numbers))
    owner: list[int] = []
    pools: list[tuple[tuple[int, ...], Fraction]] = []
    of: list[tuple[int, ...]] = []
    for player, offer in enumerate(file.pools):
        # who brings nothing can still be waited for
        entries = [(p.serves, p.amount) for p in offer] or [((), Fraction(0))]
        of.append(tuple(range(len(pools), len(pools) + len(entries))))
        owner += [player] * len(entries)
        pools += entries
    roles = np.zeros((len(pools), len(file.capabilities)), dtype=np.bool_)
    for m, (serves, _) in enumerate(pools):
        roles[m, list(serves)] = True
    coalition = Coalition(
        tuple(_condition(file.conditions[player], of) for player in owner),
        tuple(owner),
        len(file.players),
        np.array([[int(amount * scale)] for _, amount in pools], dtype=np.int64),
        roles,
        np.array([[int(need * scale)] for need in file.requirements], dtype=np.int64),
    )
    return coalition, scale


def _condition(
    groups: tuple[tuple[int, ...], ...] | None, of: Sequence[tuple[int, ...]]
) -> Condition:
    if groups is None or () in groups:
        return Always()
    if not groups:
        return Never()
    return AnyOf(tuple(All(tuple(Goes(of[player]) for player in group)) for group in groups))


def _available(coalition: Coalition, player: int, chance: float) -> States:
    own = np.asarray(coalition.owner) == player
    return States(np.stack([np.zeros_like(own), own]), np.array([1.0 - chance, chance]))


def _of_case(path: Path, package: str | None, as_of: AsOf, assume: Sequence[str]) -> dict[str, Any]:
    case = load(path, as_of, assume)
    if not case.file.capabilities or not case.file.pledges:
        raise UsageError(f"found no capabilities and pledges in {path}, wanted a case with both")
    known = tuple(case.file.packages)
    if package is not None and package not in known:
        raise UsageError(f"no package {package!r} in the case; there are {', '.join(known)}")
    name = package or known[0]
    found = central_delivery(case, case.chosen(name))
    own = found.pledges
    labels = _Labels(
        found.contributors, own.contributors, own.capabilities, own.phases,
        tuple(float(step) for step in own.step),
    )  # fmt: skip
    return _report(name, found.outlook, found.undisturbed, labels) | {"ignored": []}


def _report(
    package: str | None, outlook: Outlook, situation: Situation, labels: _Labels
) -> dict[str, Any]:
    both = dict(zip(_FIXED_POINTS, (outlook.waits, outlook.goes), strict=True))
    report: dict[str, Any] = {
        "exact": outlook.goes.exact,
        "package": package,
        "players": list(labels.everybody),
        "p_deliver": {key: found.p_deliver for key, found in both.items()},
        "coordination_gap": outlook.goes.p_deliver - outlook.waits.p_deliver,
    }
    parts = {key: _one(found, labels) for key, found in both.items()}
    for measure in parts["goes"]:
        report[measure] = {key: part[measure] for key, part in parts.items()}
    report["without"] = {
        name: {key: part["without"][name] for key, part in parts.items()}
        for name in labels.everybody
    }
    report["lead_sets"] = _lead_sets(situation, labels)
    return report


def _lead_sets(situation: Situation, labels: _Labels) -> list[list[str]]:
    """Smallest groups that, by waiting no longer, bring delivery with everyone available."""
    available = np.zeros((len(situation.coalition.owner), 1), dtype=np.bool_)
    for each in situation.states:
        available[:, 0] |= each.available[-1]
    found = lead_sets(situation.coalition, available, MOST_LEAD_SETS)
    return [[labels.players[c] for c in members] for members in found.sets]


def _one(found: Chances, labels: _Labels) -> dict[str, Any]:
    minimal = found.minimal
    able = bool(minimal.sets)

    def values(numbers: NDArray[np.float64], otherwise: float = 0.0) -> dict[str, float]:
        told = dict(zip(labels.players, map(float, numbers), strict=False))
        return {name: told.get(name, otherwise) for name in labels.everybody}

    def named(sets: Sequence[Sequence[int]]) -> list[list[str]]:
        return [[labels.players[c] for c in members] for members in sets]

    part: dict[str, Any] = {
        "shapley": values(found.shapley),
        "birnbaum": values(found.birnbaum),
        "single_points_of_failure": [labels.players[c] for c in found.single_points],
        "minimum_viable": named(minimal.sets),
        "minimal_cuts": named(minimal.cuts) if able else [],
        "coverage": _coverage(found, labels),
        "without": values(found.without, found.p_deliver),
    }
    if not found.exact:
        part["shapley_standard_error"] = values(found.shapley_error)
        part["complete"] = minimal.complete
    return part


def _coverage(found: Chances, labels: _Labels) -> dict[str, Any]:
    alone = found.alone
    result: dict[str, Any] = {}
    for k, name in enumerate(labels.capabilities):
        step = labels.steps[k]
        result[name] = {
            "covered": float(alone.covered_throughout[k]),
            "expected_shortfall": float(alone.worst_shortfall[k] * step),
        }
        if labels.phases:
            result[name]["phases"] = {
                phase: {
                    "covered": float(alone.covered[k, t]),
                    "expected_shortfall": float(alone.shortfall[k, t] * step),
                }
                for t, phase in enumerate(labels.phases)
            }
    return result
