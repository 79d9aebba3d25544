"""How many packages each test can tell apart.

A test looks at some provisions only, so packages fall into classes that it treats alike (MODELS,
section 5): searches answer a class once.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from accord.case.case import Case, conditions_in
from accord.case.consistency import package_numbers_in
from accord.case.expressions import Accepts, Choice, JoinCount, Joins, atoms

__all__ = ["Class", "classes", "classes_of"]


@dataclass(frozen=True, slots=True)
class Class:
    """What a test looks at in a package.

    Attributes
    ----------
    provisions : set of str
        Provisions whose levels it sees.
    consents : set of str
        Actors of whom it sees only whether they accept.
    """

    provisions: frozenset[str] = frozenset()
    consents: frozenset[str] = frozenset()

    def __or__(self, other: Class) -> Class:
        return Class(self.provisions | other.provisions, self.consents | other.consents)

    def count(self, case: Case) -> int:
        """How many kinds of packages it tells apart in one world."""
        sizes = (len(case.file.provisions[name].levels) for name in self.provisions)
        return math.prod(sizes) << len(self.consents)


def classes(case: Case) -> dict[str, int | None]:
    """Number of classes by test; None where the blocks that it needs are left out."""
    return {
        test: None if seen is None else seen.count(case) for test, seen in classes_of(case).items()
    }


def classes_of(case: Case) -> dict[str, Class | None]:
    """What each test looks at; None where the blocks that it needs are left out."""
    file = case.file
    credible = _war(case) if file.deterrence else None
    durable = credible | _years(case) if credible is not None and file.durability else None
    return {
        "acceptable": Class(frozenset(file.provisions)) if file.positions else None,
        "deliverable": _delivery(case) if file.capabilities else None,
        "credible": credible,
        "durable": durable,
    }


def _delivery(case: Case) -> Class:
    """Provisions whose levels require something, and what pledges look at."""
    return Class(
        frozenset(
            name
            for name, provision in case.file.provisions.items()
            if any(level.requires for level in provision.levels.values())
        )
    ) | _mentioned(case.file.pledges)


def _mentioned(node: object) -> Class:
    """What the conditions below a record mention."""
    found = [atom for _, condition in conditions_in(node) for atom in atoms(condition.expression)]
    return Class(
        frozenset(atom.provision for atom in found if isinstance(atom, Choice)),
        frozenset(atom.actor for atom in found if isinstance(atom, Accepts)),
    )


def _war(case: Case) -> Class:
    """The war class: what touches strengths and what guarantors would do.

    The challenger's value of peace and the snap-back are additive in levels and left out.
    """
    game = case.file.deterrence
    assert game is not None
    additive = {("challenger", "without_attack"), ("challenger", "snapback")}
    fighting = {n for n, c in case.file.capabilities.items() if c.combat_weight is not None}
    found = Class(
        frozenset(
            name
            for name, provision in case.file.provisions.items()
            if any(fighting & set(level.requires) for level in provision.levels.values())
        )
    )
    for path, number in package_numbers_in(game):
        if path[:2] not in additive:
            found |= _mentioned(tuple(step.when for step in number.steps))
    for contributor, name in _fighting_pledges(case, fighting):
        found |= _mentioned(case.file.pledges[contributor][name])
    return found


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


def _years(case: Case) -> Class:
    years = case.file.durability
    assert years is not None
    found = _mentioned(years.elections)
    if years.conflict is not None:
        found |= _mentioned(case.file.conflicts[years.conflict.name])
    return found
