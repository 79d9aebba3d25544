"""Names inside conflicts: parties, options, levels, states."""

from __future__ import annotations

import difflib

from accord.case.case import Case, conditions_in
from accord.case.expressions import Option, atoms
from accord.case.records.durability import Conflict
from accord.case.tree import Path, Tree

__all__ = ["check_conflicts"]

MAXIMUM_STATES = 2**24


def check_conflicts(case: Case, tree: Tree) -> None:
    """Note every mistake inside the case's conflicts in ``tree.errors``."""
    for name, conflict in case.file.conflicts.items():
        path: Path = ("conflicts", name)
        _check_parties(case, tree, conflict, path)
        for where, condition in conditions_in(conflict, path):
            for atom in atoms(condition.expression):
                if isinstance(atom, Option):
                    _check_option(tree, conflict, atom, where)
        _check_lists(tree, conflict, path)
        _check_preferences(case, tree, conflict, path)


def _check_parties(case: Case, tree: Tree, conflict: Conflict, path: Path) -> None:
    states = 1
    for party, options in conflict.parties.items():
        if party not in case.file.actors:
            near = difflib.get_close_matches(party, list(case.file.actors), 1)
            hint = f"did you mean {near[0]!r}?" if near else ""
            tree.error((*path, "parties", party), repr(party), "an actor of the case", hint)
        if not options:
            tree.error((*path, "parties", party), "a party without options", "at least one option")
        for option in options.values():
            states *= len(option.levels) if option.levels else 2
    if states > MAXIMUM_STATES:
        tree.error(path, f"{states:,} states", f"at most {MAXIMUM_STATES:,}", "use fewer options")


def _check_option(tree: Tree, conflict: Conflict, atom: Option, path: Path) -> None:
    options = conflict.parties.get(atom.party)
    name = f"{atom.party}.{atom.option}"
    if options is None or atom.option not in options:
        known = [f"{p}.{o}" for p, os in conflict.parties.items() for o in os]
        near = difflib.get_close_matches(name, known, 1)
        hint = f"did you mean {near[0]!r}?" if near else f"known: {', '.join(known)}"
        tree.error(path, repr(name), "an option of this conflict", hint, atom.offset)
        return
    levels = options[atom.option].levels
    if atom.level is not None and (levels is None or atom.level not in levels):
        known = list(levels or {})
        hint = f"known: {', '.join(known)}" if known else "it is on or off and has no levels"
        tree.error(path, repr(atom.level), f"a level of {name}", hint, atom.offset)
    if atom.level is None and levels is not None:
        hint = f"such as {name} == {next(iter(levels))}"
        tree.error(path, name, "a relation to one of its levels", hint, atom.offset)


def _check_lists(tree: Tree, conflict: Conflict, path: Path) -> None:
    for field in ("today", "kept", "one_way"):
        for i, text in enumerate(getattr(conflict, field) or ()):
            party, _, rest = text.partition(".")
            option, _, level = rest.partition("=")
            options = conflict.parties.get(party, {})
            if option not in options:
                known = [f"{p}.{o}" for p, os in conflict.parties.items() for o in os]
                near = difflib.get_close_matches(text, known, 1)
                hint = f"did you mean {near[0]!r}?" if near else f"known: {', '.join(known)}"
                tree.error((*path, field, i), repr(text), "an option of this conflict", hint)
            elif level and level not in (options[option].levels or {}):
                tree.error((*path, field, i), repr(level), f"a level of {party}.{option}")


def _check_preferences(case: Case, tree: Tree, conflict: Conflict, path: Path) -> None:
    for party in conflict.parties:
        if party not in conflict.preferences:
            tree.error((*path, "preferences"), f"nothing for {party}", "what every party wants")
    for party, preference in conflict.preferences.items():
        at = (*path, "preferences", party)
        if party not in conflict.parties:
            tree.error(at, repr(party), "a party of this conflict")
        for i, worth in enumerate(preference.worth or ()):
            if worth.value == "game" and case.file.deterrence is None:
                tree.error((*at, "worth", i), "value: game", "a deterrence block to take it from")
