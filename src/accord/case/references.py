"""Every name in a case must mean something: actors, levels, capabilities, conditions."""

from __future__ import annotations

from accord.case.burden_references import check_burden
from accord.case.case import Case, conditions_in
from accord.case.conditions import Condition
from accord.case.conflict_references import check_conflicts
from accord.case.consistency import check_consistency
from accord.case.deterrence_references import check_deterrence
from accord.case.expressions import (
    Accepts,
    Atom,
    Choice,
    JoinCount,
    Joins,
    Option,
    Shock,
    atoms,
    negated,
    write,
)
from accord.case.known import Known
from accord.case.records.agreement import ConsentNode
from accord.case.tree import Path, Tree

__all__ = ["check_references"]


def check_references(case: Case, tree: Tree) -> None:
    """Note every name that means nothing in ``tree.errors``."""
    known = Known(case, tree)
    _check_conditions(known)
    _check_consent(known)
    _check_positions(known)
    _check_pledges(known)
    check_deterrence(known)
    _check_durability(known)
    _check_watch(known)
    _check_packages(known)
    check_burden(case, tree)
    check_conflicts(case, tree)
    check_consistency(case, tree)


def _check_conditions(known: Known) -> None:
    for path, condition in conditions_in(known.file):
        for atom in atoms(condition.expression):
            _check_atom(known, path, condition, atom)
        if condition.kind == "pledge":
            _check_monotone(known, path, condition)


def _check_monotone(known: Known, path: Path, condition: Condition) -> None:
    """A pledge that wants others to stay away has no least or greatest coalition."""
    for atom in negated(condition.expression):
        if isinstance(atom, Joins | JoinCount):
            known.tree.error(
                path,
                f"not … {write(atom)}",
                "a condition that more joining can only help",
                "'only if X does not join' has no stable answer; describe it as two packages",
                atom.offset,
            )


def _check_atom(known: Known, path: Path, condition: Condition, atom: Atom) -> None:
    at = atom.offset
    match atom:
        case Choice(provision, _, levels):
            if condition.kind == "shocks":
                hint = "here a condition speaks of shocks alone"
                known.tree.error(path, repr(provision), "shocks.NAME", hint, at)
            elif known.require(provision, known.file.provisions, path, "provision", at):
                for level in levels:
                    known.level(provision, level, path, at)
                _check_order(known, path, atom)
        case Shock(name):
            known.require(name, known.file.shocks, path, "shock", at)
        case Joins() | JoinCount() | Accepts():
            _check_joining(known, path, condition, atom)
        case Option() if condition.kind != "conflict":
            found = f"{atom.party}.{atom.option}"
            hint = "options of a conflict are known only inside it"
            known.tree.error(path, repr(found), "a condition on provisions or shocks", hint, at)


def _check_order(known: Known, path: Path, atom: Choice) -> None:
    provision = known.file.provisions[atom.provision]
    if atom.relation not in {"<=", ">="}:
        return
    if not provision.ordered:
        hint = "its levels are not ordered: use ==, != or in"
        known.tree.error(path, atom.relation, "a relation without order", hint, atom.offset)
    for level in atom.levels:
        if level in provision.levels and provision.levels[level].apart:
            hint = f"{level} stands apart from the order: use ==, != or in"
            known.tree.error(path, atom.relation, "a relation without order", hint, atom.offset)


def _check_joining(
    known: Known, path: Path, condition: Condition, atom: Joins | JoinCount | Accepts
) -> None:
    if condition.kind != "pledge":
        hint = "joins, n of […] and accepts belong to the conditions of pledges"
        known.tree.error(
            path, "a condition on who joins", "provisions or shocks", hint, atom.offset
        )
        return
    match atom:
        case Joins(actor, pledge):
            if known.require(actor, known.file.pledges, path, "contributor", atom.offset):
                names = known.file.pledges[actor]
                known.require(pledge, names, path, f"pledge of {actor}", atom.offset)
        case JoinCount(count, actors):
            for actor in actors:
                known.require(actor, known.file.pledges, path, "contributor", atom.offset)
            if not 1 <= count <= len(actors):
                known.tree.error(
                    path, f"{count} of {len(actors)}", f"1 to {len(actors)}", "", atom.offset
                )
        case Accepts(actor):
            known.require(actor, known.file.positions, path, "actor with a position", atom.offset)


def _check_consent(known: Known) -> None:
    consent = known.file.consent
    if consent is None:
        return
    known.require(consent.default, consent.rules, ("consent", "default"), "consent rule")
    if not consent.rules:
        known.tree.error(("consent",), "no rule", "at least one rule such as {all: [A, B]}")
    for name, node in consent.rules.items():
        _check_node(known, node, ("consent", name))


def _check_node(known: Known, node: ConsentNode, path: Path) -> None:
    if node.actor is not None:
        known.require(node.actor, known.file.positions, path, "actor with a position")
    if node.at_least is not None:
        own, inner = node.at_least, (*path, "at_least")
        total = (
            sum(own.weights.get(m.actor or "", 1) for m in own.of) if own.weights else len(own.of)
        )
        if own.k > total:
            known.tree.error(inner, f"k: {own.k}", f"at most {total}, what all members bring")
        names = [member.actor for member in own.of if member.actor]
        for name in own.weights:
            known.require(name, names, (*inner, "weights", name), "member of this rule")
    kind = "all" if node.all else "any" if node.any else "at_least"
    prefix = (*path, kind, "of") if kind == "at_least" else (*path, kind)
    for i, member in enumerate(node.members):
        _check_node(known, member, (*prefix, i))


def _check_positions(known: Known) -> None:
    for actor, position in known.file.positions.items():
        path: Path = ("positions", actor)
        known.actor(actor, path)
        if position.walk_away is not None:
            known.require(
                position.walk_away.like,
                known.file.packages,
                (*path, "walk_away", "like"),
                "package",
            )
        for name, value in position.values.items():
            at = (*path, "values", name)
            if not known.require(name, known.file.provisions, at, "provision"):
                continue
            levels = known.file.provisions[name].levels
            if value.levels is not None:
                for level in value.levels:
                    known.level(name, level, (*at, "levels", level))
                missing = [level for level in levels if level not in value.levels]
                if missing:
                    found = f"no value for {', '.join(missing)}"
                    known.tree.error((*at, "levels"), found, "0 to 100 points for every level")
            elif not isinstance(value.prefers, str) and value.prefers is not None:
                known.level(name, value.prefers.peak, (*at, "prefers", "peak"))


def _check_pledges(known: Known) -> None:
    file = known.file
    for name, provision in file.provisions.items():
        for level, record in provision.levels.items():
            for capability, requirement in record.requires.items():
                at: Path = ("provisions", name, "levels", level, "requires", capability)
                known.require(capability, file.capabilities, at, "capability")
                for phase in (requirement.since, requirement.until):
                    known.require(phase, file.phases, at, "phase")
    for contributor, pledges in file.pledges.items():
        known.actor(contributor, ("pledges", contributor))
        for name, pledge in pledges.items():
            at = ("pledges", contributor, name)
            known.require(pledge.stage, file.stages, (*at, "stage"), "stage")
            for i, capability in enumerate(pledge.serves):
                known.require(capability, file.capabilities, (*at, "serves", i), "capability")
    for name, shock in file.shocks.items():
        for contributor in shock.hits:
            at = ("shocks", name, "hits", contributor)
            known.require(contributor, file.pledges, at, "contributor")
    if file.pledges and not file.phases:
        known.tree.error(
            ("pledges",), "pledges without phases", "a phases block: when they must stand"
        )


def _check_durability(known: Known) -> None:
    years = known.file.durability
    if years is None:
        return
    path: Path = ("durability",)
    if years.conflict is not None:
        at = (*path, "conflict", "name")
        if known.require(years.conflict.name, known.file.conflicts, at, "conflict"):
            conflict = known.file.conflicts[years.conflict.name]
            if conflict.kept is None:
                at = ("conflicts", years.conflict.name)
                known.tree.error(
                    at, "no kept state", "kept: the options that are on while it is kept"
                )
    named = known.file.deterrence.guarantors.named if known.file.deterrence else {}
    everyone = [*known.file.actors, *named]
    for name, election in years.elections.items():
        known.require(name, everyone, (*path, "elections", name), "actor")
        known.require(election.of, known.file.shocks, (*path, "elections", name, "of"), "shock")
    for name, attention in years.attention.items():
        for actor, capabilities in attention.leaves.items():
            at = (*path, "attention", name, "leaves", actor)
            known.require(actor, everyone, at, "actor")
            for capability in capabilities:
                known.require(capability, known.file.capabilities, at, "capability")
    for name in years.erosion:
        known.require(name, ["default", *everyone], (*path, "erosion", name), "contributor")
    for name in years.drift:
        known.require(name, known.file.positions, (*path, "drift", name), "actor with a position")


def _check_watch(known: Known) -> None:
    file = known.file
    for name, milestone in file.milestones.items():
        for need in milestone.needs:
            known.require(need, file.milestones, ("milestones", name, "needs"), "milestone")
    for name, indicator in file.watch.items():
        at: Path = ("watch", name, "likelihood")
        if isinstance(indicator.likelihood, tuple):
            last = indicator.likelihood[-1:]
            if not last or last[0].when is not None:
                known.tree.error(at, "a last clause with a condition", "a last clause {p: NUMBER}")
        else:
            known.require(indicator.likelihood.milestone, file.milestones, at, "milestone")
    for i, entry in enumerate(file.journal):
        known.require(entry.indicator, file.watch, ("journal", i), "indicator of the case")
    for i, correlation in enumerate(file.correlations):
        for end in correlation.between:
            known.require(end, known.case.numbers, ("correlations", i), "number")


def _check_packages(known: Known) -> None:
    file = known.file
    for i, name in enumerate(file.what_if):
        known.require(name, file.provisions, ("what_if", i), "provision")
    for name, package in file.packages.items():
        path: Path = ("packages", name)
        known.require(package.base, file.packages, (*path, "base"), "package")
        for provision, level in package.choose.items():
            at = (*path, "choose", provision)
            if known.require(provision, file.provisions, at, "provision"):
                known.level(provision, level, at)
        trail, base = [name], package.base
        while base is not None and base in file.packages:
            if base in trail:
                found = " → ".join([*trail, base])
                known.tree.error(
                    (*path, "base"), f"a circle: {found}", "a base that ends somewhere"
                )
                return
            trail.append(base)
            base = file.packages[base].base
        missing = [
            p
            for p in file.provisions
            if all(p not in file.packages[t].choose for t in trail if t in file.packages)
        ]
        if missing:
            found = f"no level for {', '.join(missing)}"
            known.tree.error(path, found, "a level for every provision, chosen or from its base")
