"""How many packages each test can tell apart.

A test looks at some provisions only, so packages fall into classes that it treats alike (MODELS,
section 5): searches answer a class once.
"""

from __future__ import annotations

import math
from collections.abc import Iterator

from accord.case.case import Case, conditions_in
from accord.case.consistency import package_numbers_in
from accord.case.expressions import Accepts, Choice, Expression, JoinCount, Joins, atoms
from accord.case.records.delivery import Pledge

__all__ = ["classes", "provisions_of"]


def classes(case: Case) -> dict[str, int | None]:
    """Number of classes by test; None where the blocks that it needs are left out."""
    return {
        test: None if names is None else _product(case, names)
        for test, names in provisions_of(case).items()
    }


def provisions_of(case: Case) -> dict[str, frozenset[str] | None]:
    """The provisions that each test looks at."""
    file = case.file
    acceptable = frozenset(file.provisions) if file.positions else None
    deliverable = frozenset(_delivery(case)) if file.capabilities else None
    credible = frozenset(_war(case)) if file.deterrence else None
    durable = None
    if credible is not None and file.durability is not None:
        durable = credible | frozenset(_years(case))
    return {
        "acceptable": acceptable,
        "deliverable": deliverable,
        "credible": credible,
        "durable": durable,
    }


def _product(case: Case, names: frozenset[str]) -> int:
    return math.prod(len(case.file.provisions[name].levels) for name in names)


def _delivery(case: Case) -> Iterator[str]:
    """Provisions whose levels require something, and those that pledges look at."""
    for name, provision in case.file.provisions.items():
        if any(level.requires for level in provision.levels.values()):
            yield name
    for pledges in case.file.pledges.values():
        for pledge in pledges.values():
            yield from _pledge(case, pledge)


def _pledge(case: Case, pledge: Pledge) -> Iterator[str]:
    for _, condition in conditions_in(pledge):
        yield from _mentioned(case, condition.expression)


def _mentioned(case: Case, expression: Expression) -> Iterator[str]:
    """Provisions of a condition; acceptance looks at all that the actor looks at."""
    for atom in atoms(expression):
        if isinstance(atom, Choice):
            yield atom.provision
        elif isinstance(atom, Accepts):
            position = case.file.positions[atom.actor]
            yield from position.values
            for _, condition in conditions_in(position):
                yield from _mentioned(case, condition.expression)
            if position.walk_away is not None and position.walk_away.like is not None:
                yield from position.values


def _war(case: Case) -> Iterator[str]:
    """The war class: what touches strengths and what guarantors would do.

    The challenger's value of peace and the snap-back are additive in levels and left out.
    """
    game = case.file.deterrence
    assert game is not None
    for path, number in package_numbers_in(game):
        if path[:2] not in {("challenger", "without_attack"), ("challenger", "snapback")}:
            for step in number.steps:
                yield from _mentioned(case, step.when.expression)
    fighting = {n for n, c in case.file.capabilities.items() if c.combat_weight is not None}
    for name, provision in case.file.provisions.items():
        if any(fighting & set(level.requires) for level in provision.levels.values()):
            yield name
    for contributor, name in _fighting_pledges(case, fighting):
        yield from _pledge(case, case.file.pledges[contributor][name])


def _fighting_pledges(case: Case, fighting: set[str]) -> set[tuple[str, str]]:
    """Pledges that fight, and those for which they wait, and so on."""
    pledges = {(c, n): p for c, own in case.file.pledges.items() for n, p in own.items()}
    found = {key for key, pledge in pledges.items() if fighting & set(pledge.serves)}
    queue = list(found)
    while queue:
        condition = pledges[queue.pop()].condition
        for atom in atoms(condition.expression) if condition is not None else ():
            if isinstance(atom, Joins):
                wanted = [k for k in pledges if k[0] == atom.actor and atom.pledge in {None, k[1]}]
            elif isinstance(atom, JoinCount):
                wanted = [k for k in pledges if k[0] in atom.actors]
            else:
                continue
            queue.extend(key for key in wanted if key not in found)
            found.update(wanted)
    return found


def _years(case: Case) -> Iterator[str]:
    years = case.file.durability
    assert years is not None
    parts: list[object] = [years.elections]
    if years.conflict is not None:
        parts.append(case.file.conflicts[years.conflict.name])
    for part in parts:
        for _, condition in conditions_in(part):
            yield from _mentioned(case, condition.expression)
