"""No deal, and why: under every consent rule, over the whole space of packages.

For each minimal set of actors whose consent satisfies a rule, the demands are their walk-away
conditions, their red lines and the constraints of the case; an actor that is asked only at times
makes its demands only then. Conflicts are those of the central case, where every stated line
binds; each is told with the share of the first 256 worlds in which it holds.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from accord.case.conditions import Condition
from accord.case.expressions import Expression, Or
from accord.criteria.bargains import Space, space_of
from accord.criteria.consent import Asked, consenting_groups
from accord.criteria.setting import Setting, rule_names
from accord.theory.bargaining import GRID
from accord.theory.bargaining.concession import (
    Concession,
    cheapest_concession,
    freed_by_line,
    sole_concessions,
)
from accord.theory.bargaining.demand import Demand
from accord.theory.bargaining.fairness import fairest
from accord.theory.bargaining.holding import holds_in
from accord.theory.bargaining.impasse import Impasse, impasses
from accord.theory.bargaining.space import CONSTRAINT, Bargain, Limit

__all__ = ["impasse"]

Integers = NDArray[np.int64]
When = tuple[Limit, Expression]
"""When an actor is asked: the table of the central case, and the condition for other worlds."""

MOST_SETS = 40
"""Conflicting sets told of all rules together."""

MOST_IN_WORLDS = 16
"""Conflicting sets that are tried in other worlds."""


@dataclass(frozen=True)
class _Asking:
    """One consent rule: for each minimal group, who is asked and what they demand."""

    groups: tuple[frozenset[Asked], ...]
    demands: tuple[tuple[Demand, ...], ...]


def impasse(setting: Setting) -> dict[str, Any]:
    """By rule: a deal, or the conflicts, what to concede, and the line that frees most.

    Returns
    -------
    dict
        ``sets`` (conflicting sets with witnesses and shares) and ``rules``, JSON-ready.
    """
    case = setting.case
    if case.file.consent is None or not case.file.positions:
        return {"schema": 1, "sets": [], "rules": {}, "complete": True}
    space = space_of(setting.central())
    bargain = space.bargain()
    whens: dict[str, When] = {}
    asking = {
        rule: _asking(space, bargain, case.file.consent.rules[rule], whens)
        for rule in rule_names(case)
    }
    every = [demands for one in asking.values() for demands in one.demands]
    found = dict(zip(map(id, every), impasses(bargain, every), strict=True))
    sets: dict[frozenset[str], dict[str, Any]] = {}
    members: dict[frozenset[str], tuple[Demand, ...]] = {}
    rules: dict[str, Any] = {}
    for rule, one in asking.items():
        results = [found[id(demands)] for demands in one.demands]
        for result in results:
            _take_sets(space, result, sets, members)
        rules[rule] = _rule(space, bargain, one, results, list(sets))
    _tell_shares(setting, whens, sets, members)
    complete = all(result.complete for result in found.values()) and len(sets) <= MOST_SETS
    return {"schema": 1, "sets": list(sets.values()), "rules": rules, "complete": complete}


def _asking(space: Space, bargain: Bargain, node: Any, whens: dict[str, When]) -> _Asking:
    groups = consenting_groups(node)
    return _Asking(groups, tuple(_demands(space, bargain, group, whens) for group in groups))


def _demands(
    space: Space, bargain: Bargain, group: frozenset[Asked], whens: dict[str, When]
) -> tuple[Demand, ...]:
    """Walk-away conditions, then lines of those asked, then constraints."""
    asked = {
        space.actors.index(actor): _when(space, conditions, whens)
        for actor, conditions in _conditions(group).items()
    }
    asked = dict(sorted(asked.items()))
    walking = [
        Demand("walk_away", party, f"walk:{space.actors[party]}", when)
        for party, when in asked.items()
    ]
    limits = [
        Demand("limit", place, limit.name, asked.get(limit.party))
        for place, limit in enumerate(bargain.limits)
        if limit.party == CONSTRAINT or limit.party in asked
    ]
    return (*walking, *limits)


def _conditions(group: frozenset[Asked]) -> dict[str, tuple[Condition, ...]]:
    """When each actor is asked; nothing for one that is asked at all times, whatever else."""
    found: dict[str, list[Condition]] = {}
    for one in sorted(group, key=lambda a: (a.actor, a.when.text if a.when else "")):
        if one.when is not None:
            found.setdefault(one.actor, []).append(one.when)
    always = {one.actor for one in group if one.when is None}
    return {one.actor: () if one.actor in always else tuple(found[one.actor]) for one in group}


def _when(space: Space, conditions: tuple[Condition, ...], whens: dict[str, When]) -> Limit | None:
    """The table of when an actor is asked: where any of its conditions holds."""
    if not conditions:
        return None
    text = " or ".join(condition.text for condition in conditions)
    if text not in whens:
        expressions = tuple(condition.expression for condition in conditions)
        expression = expressions[0] if len(expressions) == 1 else Or(expressions)
        table = space.table(expression)
        limit = Limit(text, table.provisions, table.world(0).astype(np.bool_))
        whens[text] = limit, expression
    return whens[text][0]


def _take_sets(
    space: Space,
    result: Impasse,
    sets: dict[frozenset[str], dict[str, Any]],
    members: dict[frozenset[str], tuple[Demand, ...]],
) -> None:
    """Add the conflicts of one group to those known, each once, with its witnesses."""
    for conflict, witnesses in zip(result.conflicts, result.witnesses, strict=True):
        demands = tuple(result.demands[k] for k in conflict)
        key = frozenset(_named(demand) for demand in demands)
        if key in sets or len(sets) >= MOST_SETS:
            continue
        members[key] = demands
        sets[key] = {
            "demands": [_named(demand) for demand in demands],
            "witnesses": {
                _named(demand): space.chosen(package)
                for demand, package in zip(demands, witnesses, strict=True)
            },
        }


def _named(demand: Demand) -> str:
    return demand.name + (f" when {demand.when.name}" if demand.when is not None else "")


def _rule(
    space: Space,
    bargain: Bargain,
    asking: _Asking,
    results: Sequence[Impasse],
    known: list[frozenset[str]],
) -> dict[str, Any]:
    deals = [k for k, result in enumerate(results) if result.deal is not None]
    groups = [
        {
            "asked": sorted(one.actor for one in group if one.when is None),
            "at_times": {
                actor: " or ".join(condition.text for condition in conditions)
                for actor, conditions in sorted(_conditions(group).items())
                if conditions
            },
            "deal": result.deal is not None,
            "sets": _places(result, known),
        }
        for group, result in zip(asking.groups, results, strict=True)
    ]
    told: dict[str, Any] = {"deal": bool(deals), "groups": groups}
    if deals:
        return told | {"fairest": _fairest(space, bargain, asking, deals[0])}
    return told | _concessions(space, bargain, asking, results)


def _places(result: Impasse, known: list[frozenset[str]]) -> list[int]:
    keys = [frozenset(_named(result.demands[k]) for k in own) for own in result.conflicts]
    return [known.index(key) for key in keys if key in known]


def _fairest(space: Space, bargain: Bargain, asking: _Asking, group: int) -> dict[str, Any]:
    """The deal of one group whose smallest gain over walking away is the largest."""
    demands = asking.demands[group]
    parties = [d.index for d in demands if d.kind == "walk_away" and d.when is None]
    package = fairest(bargain, demands, parties)
    assert package is not None
    worth = (bargain.utilities(package[None])[:, 0] - bargain.walk_away)[parties] / GRID
    gains = dict(zip((space.actors[i] for i in parties), map(float, worth), strict=True))
    return {
        "group": group,
        "package": space.chosen(package),
        "gain": min(gains.values(), default=0.0),
        "gains": gains,
    }


def _concessions(
    space: Space, bargain: Bargain, asking: _Asking, results: Sequence[Impasse]
) -> dict[str, Any]:
    """The cheapest concession of all groups, each actor's own, and lines that alone free a deal."""
    costs = _waive_costs(space, bargain)
    cheapest: Concession | None = None
    sole: dict[str, Concession] = {}
    for demands in asking.demands:
        found = cheapest_concession(bargain, demands, costs)
        if found is not None and (cheapest is None or found.total < cheapest.total):
            cheapest = found
        for party, own in sole_concessions(bargain, demands, costs).items():
            actor = space.actors[party]
            if own is not None and (actor not in sole or own.total < sole[actor].total):
                sole[actor] = own
    names = {one.actor for group in asking.groups for one in group}
    return {
        "concession": None if cheapest is None else _told(space, bargain, cheapest),
        "sole": {
            actor: _told(space, bargain, sole[actor]) if actor in sole else None
            for actor in space.actors
            if actor in names
        },
        "freed": _freed(bargain, results),
    }


def _freed(bargain: Bargain, results: Sequence[Impasse]) -> list[dict[str, Any]]:
    """Lines whose removal alone opens a deal for some group, with the gain it leaves."""
    best: dict[str, int] = {}
    for result in results:
        # a line opens a deal alone exactly where it is a smallest set to give up by itself
        alone = {own[0] for own in result.give_up if len(own) == 1}
        lines = [k for k in alone if result.demands[k].name.startswith("line:")]
        if lines:
            for freed in freed_by_line(bargain, result.demands):
                name = bargain.limits[freed.line].name
                if freed.deal and freed.gain is not None:
                    best[name] = max(best.get(name, 0), freed.gain)
    return [
        {"line": name, "gain": gain / GRID}
        for name, gain in sorted(best.items(), key=lambda item: (-item[1], item[0]))
    ]


def _waive_costs(space: Space, bargain: Bargain) -> dict[int, int]:
    """Grid steps at which each line can be waived, for those that say so."""
    found: dict[int, int] = {}
    for place, limit in enumerate(bargain.limits):
        if limit.party == CONSTRAINT:
            continue
        _, _, rest = limit.name.partition(":")
        actor, _, line = rest.partition(".")
        cost = space.case.file.positions[actor].red_lines[line].waive_cost
        if cost is not None:
            found[place] = round(float(space.setting.worlds.value(cost)[0]) * GRID)
    return found


def _told(space: Space, bargain: Bargain, concession: Concession) -> dict[str, Any]:
    return {
        "points": concession.points,
        "lowered": {
            space.actors[i]: float(concession.lowered[i] / GRID)
            for i in np.flatnonzero(concession.lowered)
        },
        "waived": [bargain.limits[place].name for place in concession.waived],
        "package": space.chosen(concession.package),
    }


def _tell_shares(
    setting: Setting,
    whens: Mapping[str, When],
    sets: dict[frozenset[str], dict[str, Any]],
    members: dict[frozenset[str], tuple[Demand, ...]],
) -> None:
    """The share of the first 256 worlds in which each set is a conflict as well."""
    block = setting.first_block()
    space = space_of(block)
    problems = [space.bargain(world) for world in range(block.worlds.count)]
    for rank, (key, record) in enumerate(sets.items()):
        record["share"] = None
        if rank < MOST_IN_WORLDS:
            conflict = np.zeros(len(problems), dtype=np.bool_)
            for demands, worlds in _alike(space, whens, members[key]):
                conflict[worlds] = holds_in([problems[w] for w in worlds], demands)
            record["share"] = block.share_in_block(conflict)


def _alike(
    space: Space, whens: Mapping[str, When], demands: tuple[Demand, ...]
) -> Iterator[tuple[tuple[Demand, ...], list[int]]]:
    """Worlds in which actors that are asked at times are asked for the same packages."""
    worlds = range(space.setting.worlds.count)
    tables = {d.when.name: space.table(whens[d.when.name][1]) for d in demands if d.when}
    groups: dict[tuple[bytes, ...], list[int]] = {}
    for world in worlds:
        key = tuple(table.world(world).tobytes() for table in tables.values())
        groups.setdefault(key, []).append(world)
    for own in groups.values():
        here = {
            name: Limit(name, table.provisions, table.world(own[0]).astype(np.bool_))
            for name, table in tables.items()
        }
        yield tuple(replace(d, when=here[d.when.name] if d.when else None) for d in demands), own
