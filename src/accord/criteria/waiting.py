"""What pledges wait for, apart: contributors, consent, events, clauses of the package."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from accord.case.case import Case
from accord.case.expressions import (
    Accepts,
    And,
    Choice,
    Expression,
    JoinCount,
    Joins,
    Not,
    Or,
    Shock,
    atoms,
    write,
)
from accord.case.records.delivery import Pledge
from accord.case.truth import package_truth
from accord.criteria.pledging import table
from accord.criteria.setting import Setting
from accord.theory.monotone import minimal_sets

__all__ = ["asks"]

_Name = tuple[str, str]
"""Contributor and pledge."""

MOST_GROUPS = 60
"""Groups of contributors that are listed for one pledge."""


def asks(setting: Setting, package: str) -> dict[str, Any]:
    """What the pledges of a package ask for, by pledge, JSON-ready; those that ask nothing apart.

    Returns
    -------
    dict of pledge to dict
        ``groups``: the smallest groups of other contributors, any one of which has to go;
        ``accepts``: actors whose consent is asked; ``shocks``: events named; ``unmet``: clauses
        that the package does not hold and that the pledge cannot do without; ``stranded``:
        whether it waits for pledges all of which fall away with this package.
    """
    own, chosen = table(setting), setting.packages[package]
    left: dict[_Name, Expression | bool] = {}
    for owner, name, pledge in zip(own.owners, own.names, own.records, strict=True):
        asked = pledge.condition
        left[owner, name] = (
            True if asked is None else _settled(setting.case, asked.expression, chosen)
        )
    alive = _alive(left)
    result: dict[str, Any] = {}
    for (owner, name), pledge in zip(left, own.records, strict=True):
        if pledge.condition is None:
            continue
        rest = left[owner, name]
        found = _asked(owner, pledge, rest, setting.case, chosen)
        found["stranded"] = rest is not False and (owner, name) not in alive
        if any(found.values()):
            result[f"{owner}.{name}"] = found
    return result


def _alive(left: Mapping[_Name, Expression | bool]) -> set[_Name]:
    """Pledges that can go with this package, everything else turning out well."""
    alive = {name for name, rest in left.items() if rest is not False}
    while True:
        kept = {name for name in alive if _holds(left[name], partial(_others_join, alive, name))}
        if kept == alive:
            return alive
        alive = kept


def _others_join(alive: set[_Name], name: _Name, actor: str, pledge: str | None) -> bool:
    """Whether some pledge of an actor, or the one that is named, goes beside the one that asks."""
    return any(
        other != name and other[0] == actor and pledge in {None, other[1]} for other in alive
    )


def _asked(
    owner: str, pledge: Pledge, left: Expression | bool, case: Case, chosen: Mapping[str, str]
) -> dict[str, Any]:
    rest = list(atoms(left)) if not isinstance(left, bool) else []
    assert pledge.condition is not None
    return {
        "groups": _groups(owner, left),
        "accepts": list(dict.fromkeys(a.actor for a in rest if isinstance(a, Accepts))),
        "shocks": list(dict.fromkeys(a.name for a in rest if isinstance(a, Shock))),
        "unmet": _unmet(pledge.condition.expression, case, chosen) if left is False else [],
    }


def _groups(owner: str, left: Expression | bool) -> list[list[str]]:
    """The smallest groups of other contributors that have to go, all else being as it asks."""
    if isinstance(left, bool):
        return []
    named: dict[str, None] = {}
    for atom in atoms(left):
        if isinstance(atom, Joins):
            named[atom.actor] = None
        elif isinstance(atom, JoinCount):
            named |= dict.fromkeys(atom.actors)
    others = [actor for actor in named if actor != owner]

    def holds(members: int) -> bool:
        going = {owner, *(other for i, other in enumerate(others) if members >> i & 1)}
        return _holds(left, lambda actor, _: actor in going)

    found = minimal_sets(holds, len(others), MOST_GROUPS)
    return [[others[i] for i in members] for members in found.sets if members]


def _holds(part: Expression | bool, joins: Callable[[str, str | None], bool]) -> bool:
    """Whether a condition can hold, given who joins, everything else turning out well."""
    match part:
        case bool():
            return part
        case Joins(actor, pledge):
            return joins(actor, pledge)
        case JoinCount(count, actors):
            return sum(joins(actor, None) for actor in actors) >= count
        case And(parts):
            return all(_holds(each, joins) for each in parts)
        case Or(parts):
            return any(_holds(each, joins) for each in parts)
    return True


def _unmet(expression: Expression, case: Case, chosen: Mapping[str, str]) -> list[dict[str, Any]]:
    """The clauses whose failing alone makes the condition fail."""
    parts = expression.parts if isinstance(expression, And) else (expression,)
    return [_clause(part) for part in parts if _settled(case, part, chosen) is False]


def _clause(part: Expression) -> dict[str, Any]:
    """A clause as written and, where it speaks of one provision, what it asks of it."""
    clause: dict[str, Any] = {"text": write(part)}
    if isinstance(part, Choice):
        clause |= {
            "provision": part.provision,
            "relation": part.relation,
            "levels": list(part.levels),
        }
    return clause


def _settled(case: Case, part: Expression, chosen: Mapping[str, str]) -> Expression | bool:
    """The condition with what the package decides filled in."""
    match part:
        case Choice():
            return bool(package_truth(case, part, chosen, {}))
        case Not(inner):
            found = _settled(case, inner, chosen)
            return not found if isinstance(found, bool) else Not(found)
        case And(parts) | Or(parts):
            decisive = isinstance(part, Or)
            left = [_settled(case, each, chosen) for each in parts]
            if any(each is decisive for each in left):
                return decisive
            open_parts = tuple(each for each in left if not isinstance(each, bool))
            if not open_parts:
                return not decisive
            return open_parts[0] if len(open_parts) == 1 else type(part)(open_parts)
    return part
