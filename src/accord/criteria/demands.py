"""Demands that cannot be met together: red lines and constraints over the levels they mention."""

from __future__ import annotations

import itertools
import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from accord.case.case import Case
from accord.case.conditions import Condition
from accord.case.expressions import Choice, Expression, Not, Or, atoms, write
from accord.criteria.blockers import blockers
from accord.criteria.consent import consenting_sets
from accord.criteria.setting import Setting, rule_names
from accord.theory.demands import Conflicts, minimal_conflicts
from accord.worlds.worlds import Worlds, central_case

__all__ = ["Demand", "conflicting_demands", "demands_of"]

MOST_COMBINATIONS = 5_000_000


@dataclass(frozen=True, slots=True)
class Demand:
    """A red line of an actor, or a constraint of the case (actor empty).

    ``expression`` is what an outcome must satisfy.
    """

    name: str
    actor: str
    expression: Expression
    text: str


def demands_of(case: Case) -> tuple[Demand, ...]:
    """Every red line and constraint, lines first."""
    found = []
    for actor, position in case.file.positions.items():
        for name, line in position.red_lines.items():
            condition = line.always or line.never
            assert condition is not None
            expression = condition.expression if line.always else Not(condition.expression)
            text = f"always {condition.text}" if line.always else f"never {condition.text}"
            found.append(Demand(f"line:{actor}.{name}", actor, expression, text))
    for i, constraint in enumerate(case.file.constraints):
        expression = Or((Not(constraint.when.expression), constraint.require.expression))
        text = f"if {constraint.when.text} then {constraint.require.text}"
        found.append(Demand(f"constraint:{i}", "", expression, text))
    return tuple(found)


def conflicting_demands(setting: Setting) -> dict[str, Any]:
    """Minimal conflicting sets, which rules they block, and who alone blocks which package."""
    case = setting.case
    demands = demands_of(case)
    worlds = central_case(case)
    sets: list[dict[str, Any]] = []
    exact = True
    for cluster in _clusters(demands):
        found = _cluster_conflicts(case, worlds, cluster)
        if found is None:
            exact = False
            continue
        conflicts, table, provisions = found
        exact = exact and conflicts.complete
        for members, witnesses in zip(conflicts.sets, conflicts.witnesses, strict=True):
            sets.append(_record(cluster, members, witnesses, table, provisions))
    return {
        "schema": 1,
        "exact": exact,
        "demands": {d.name: {"actor": d.actor, "text": d.text} for d in demands},
        "sets": sets,
        "rules": {rule: _blocked(case, rule, sets) for rule in rule_names(case)},
        "blockers": {package: blockers(setting, package) for package in setting.packages},
    }


def _clusters(demands: tuple[Demand, ...]) -> list[list[Demand]]:
    """Demands that hang together through the provisions they mention."""
    groups: list[tuple[set[str], list[Demand]]] = []
    for demand in demands:
        mentioned = _provisions(demand)
        joined = [g for g in groups if g[0] & mentioned]
        rest = [g for g in groups if not g[0] & mentioned]
        members = [d for g in joined for d in g[1]]
        groups = [*rest, (mentioned.union(*(g[0] for g in joined)), [*members, demand])]
    order = {d.name: i for i, d in enumerate(demands)}
    return [sorted(group[1], key=lambda d: order[d.name]) for group in groups]


def _provisions(demand: Demand) -> set[str]:
    return {atom.provision for atom in atoms(demand.expression) if isinstance(atom, Choice)}


def _cluster_conflicts(
    case: Case, worlds: Worlds, cluster: list[Demand]
) -> tuple[Conflicts, NDArray[np.int64], list[str]] | None:
    """Conflicts over the whole product of the levels mentioned; None where it is too large."""
    mentioned = set().union(*(_provisions(d) for d in cluster))
    provisions = [name for name in case.file.provisions if name in mentioned]
    sizes = [len(case.file.provisions[name].levels) for name in provisions]
    count = math.prod(sizes)
    if count > MOST_COMBINATIONS:
        return None
    # demands on shocks alone mention no provision: one combination, of nothing
    table = np.indices(tuple(sizes)).reshape(len(sizes), count)
    levels = {name: list(case.file.provisions[name].levels) for name in provisions}
    violated = np.zeros((table.shape[1], len(cluster)), dtype=np.bool_)
    for d, demand in enumerate(cluster):
        own = [name for name in provisions if name in _provisions(demand)]
        rows = [provisions.index(name) for name in own]
        for combination in itertools.product(*(range(len(levels[name])) for name in own)):
            chosen = {name: levels[name][i] for name, i in zip(own, combination, strict=True)}
            if not _holds(worlds, demand, chosen):
                here = np.ones(table.shape[1], dtype=np.bool_)
                for row, level in zip(rows, combination, strict=True):
                    here &= table[row] == level
                violated[here, d] = True
    return minimal_conflicts(violated), table.T, provisions


def _holds(worlds: Worlds, demand: Demand, chosen: Mapping[str, str]) -> bool:
    condition = Condition(write(demand.expression), demand.expression, "package")
    return bool(np.all(worlds.holds(condition, chosen)))


def _record(
    cluster: list[Demand], members: tuple[int, ...], witnesses: tuple[int, ...],
    table: NDArray[np.int64], provisions: list[str],
) -> dict[str, Any]:  # fmt: skip
    return {
        "demands": [cluster[i].name for i in members],
        "actors": sorted({cluster[i].actor for i in members} - {""}),
        "witnesses": {
            cluster[i].name: dict(zip(provisions, map(int, table[w]), strict=True))
            for i, w in zip(members, witnesses, strict=True)
        },
    }


def _blocked(case: Case, rule: str, sets: list[dict[str, Any]]) -> dict[str, Any]:
    """Which minimal conflicting sets stand against every way of satisfying a rule."""
    if case.file.consent is None:
        return {"blocked": False, "consenting": []}
    consenting = []
    for group in consenting_sets(case.file.consent.rules[rule]):
        against = [i for i, record in enumerate(sets) if set(record["actors"]) <= group]
        consenting.append({"actors": sorted(group), "sets": against})
    return {
        "blocked": bool(consenting) and all(entry["sets"] for entry in consenting),
        "consenting": consenting,
    }
