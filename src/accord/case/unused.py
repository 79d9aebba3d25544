"""What a case says without anything hanging on it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from accord._errors import CaseError
from accord.case.case import Case, conditions_in
from accord.case.consistency import package_numbers_in
from accord.case.doubt import doubt
from accord.case.expressions import Choice, Shock, atoms
from accord.case.numbers import PackageNumber
from accord.case.records.watching import MilestoneLikelihood
from accord.case.tree import Path, Tree

__all__ = ["cited_claims", "unused"]

_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]*")


def unused(case: Case, cited: frozenset[str]) -> Iterator[CaseError]:
    """A doubt for every input that nothing hangs on.

    Parameters
    ----------
    cited : set of str
        Claims that are cited somewhere, updates of other dates included.
    """
    yield from _provisions(case)
    yield from _capabilities(case)
    yield from _shocks(case)
    yield from _stages(case)
    yield from _meanings(case)
    yield from _milestones(case)
    yield from _conflicts(case)
    for name in case.file.claims:
        if name not in cited:
            yield doubt(case, ("claims", name), f"the claim {name!r}, which nobody cites",
                        "claims that stand behind something",
                        f"write because: [{name}] where it belongs, or leave it out")  # fmt: skip


def cited_claims(trees: Iterable[Tree]) -> frozenset[str]:
    """Every claim that a ``because`` or the words of a judgement name, in any of the files."""
    found: set[str] = set()
    for tree in trees:
        for path, node in tree.mappings():
            because = node.get("because", [])
            found.update(map(str, because if isinstance(because, list) else [because]))
            if path[:1] != ("sources",):
                words = f"{node.get('judgement', '')} {node.get('disputed_by', '')}"
                found.update(_ID.findall(words))
    return frozenset(found)


def _provisions(case: Case) -> Iterator[CaseError]:
    mentioned = {
        atom.provision
        for _, condition in conditions_in(case.file)
        for atom in atoms(condition.expression)
        if isinstance(atom, Choice)
    }
    for position in case.file.positions.values():
        mentioned |= set(position.values)
    for name, provision in case.file.provisions.items():
        if name not in mentioned and not any(x.requires for x in provision.levels.values()):
            yield doubt(case, ("provisions", name),
                        f"the provision {name!r}, which nobody values and nothing mentions",
                        "a provision that matters to somebody",
                        "give it a weight in a position, or leave it out")  # fmt: skip


def _capabilities(case: Case) -> Iterator[CaseError]:
    required = {
        capability
        for provision in case.file.provisions.values()
        for level in provision.levels.values()
        for capability in level.requires
    }
    served = {
        capability
        for pledges in case.file.pledges.values()
        for pledge in pledges.values()
        if not _is_nought(pledge.amount)
        for capability in pledge.serves
    }
    for name in case.file.capabilities:
        path: Path = ("capabilities", name)
        if name not in required:
            yield doubt(
                case,
                path,
                f"the capability {name!r}, which no level requires",
                "a level that requires it",
                f"write requires: {{{name}: AMOUNT}} at a level",
            )
        if name not in served:
            yield doubt(
                case,
                path,
                f"the capability {name!r}, which nobody serves",
                "a pledge that serves it",
                "where a level requires it, no package with that level is deliverable",
            )


def _is_nought(number: PackageNumber) -> bool:
    """Whether a pledge is an entry of amount nought, refused or not specified."""
    distribution = number.base.distribution
    return distribution.is_point and number.base.central == 0 and not number.steps


def _shocks(case: Case) -> Iterator[CaseError]:
    mentioned = {
        atom.name
        for _, condition in conditions_in(case.file)
        for atom in atoms(condition.expression)
        if isinstance(atom, Shock)
    }
    if case.file.durability is not None:
        mentioned |= {e.of for e in case.file.durability.elections.values() if e.of is not None}
    for name, shock in case.file.shocks.items():
        if name not in mentioned and not shock.hits:
            yield doubt(case, ("shocks", name), f"the shock {name!r}, which changes nothing",
                        "a condition on it, or contributors that it hits",
                        f"write when: shocks.{name} where it matters")  # fmt: skip


def _stages(case: Case) -> Iterator[CaseError]:
    used = {p.stage for pledges in case.file.pledges.values() for p in pledges.values()}
    for name in case.file.stages:
        if name not in used:
            yield doubt(case, ("stages", name), f"the stage {name!r}, at which no pledge stands",
                        "stages that pledges use", "leave it out")  # fmt: skip


def _meanings(case: Case) -> Iterator[CaseError]:
    used = {number.like for _, number in package_numbers_in(case.file)}
    for name in case.file.levels_meaning:
        if name not in used:
            yield doubt(
                case,
                ("levels_meaning", name),
                f"the meaning {name!r}, to which nothing refers",
                f"{{like: levels_meaning.{name}}} somewhere",
                "refer to it, or leave it out",
            )


def _milestones(case: Case) -> Iterator[CaseError]:
    used = {need for milestone in case.file.milestones.values() for need in milestone.needs}
    for indicator in case.file.watch.values():
        if isinstance(indicator.likelihood, MilestoneLikelihood):
            used.add(indicator.likelihood.milestone)
    for name in case.file.milestones:
        if name not in used:
            yield doubt(case, ("milestones", name),
                        f"the milestone {name!r}, which no indicator uses",
                        "an indicator that asks for it",
                        f"write likelihood: {{milestone: {name}}} in the watch block")  # fmt: skip


def _conflicts(case: Case) -> Iterator[CaseError]:
    years = case.file.durability
    kept = years.conflict.name if years is not None and years.conflict is not None else None
    for name, conflict in case.file.conflicts.items():
        if conflict.uses_package and name != kept:
            yield doubt(case, ("conflicts", name),
                        f"the conflict {name!r}, which depends on the package and is never played",
                        "the conflict that durability names",
                        f"write durability: {{conflict: {{name: {name}}}}}")  # fmt: skip
