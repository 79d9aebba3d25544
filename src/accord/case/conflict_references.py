"""Names inside conflicts: parties, options, levels, states."""

from __future__ import annotations

import difflib
import itertools
import math

from accord.case.case import Case, conditions_in
from accord.case.expressions import (
    Atom,
    Choice,
    Expression,
    Option,
    Truth,
    atoms,
    evaluate,
    write,
)
from accord.case.records.durability import Conflict
from accord.case.tree import Path, Tree

__all__ = ["check_conflicts"]

MAXIMUM_STATES = 2**24
MAXIMUM_RANKED = 4096


def check_conflicts(case: Case, tree: Tree) -> None:
    """Note every mistake inside the case's conflicts in ``tree.errors``."""
    for name, conflict in case.file.conflicts.items():
        path: Path = ("conflicts", name)
        _check_parties(case, tree, conflict, path)
        for where, condition in conditions_in(conflict, path):
            for atom in atoms(condition.expression):
                if isinstance(atom, Option):
                    _check_option(tree, conflict, atom, where)
                else:
                    _check_outside(tree, conflict, atom, (len(path), where))
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


def _check_outside(tree: Tree, conflict: Conflict, atom: Atom, at: tuple[int, Path]) -> None:
    """Provisions and shocks have a place only where package and world are known."""
    depth, where = at
    if where[depth] == "impossible":
        hint = "what is possible does not depend on package or world"
        tree.error(where, write(atom), "options of this conflict alone", hint, atom.offset)
    elif isinstance(atom, Choice) and not conflict.uses_package:
        hint = "write uses_package: true if it is played once a package is signed"
        found = f"the provision {atom.provision!r} in a conflict without a package"
        tree.error(where, found, "options of this conflict, or shocks", hint, atom.offset)


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
            elif not level and options[option].levels and field != "one_way":
                first = next(iter(options[option].levels or {}))
                wanted = f"one of its levels, such as {text}={first}"
                tree.error((*path, field, i), f"{text} without a level", wanted)
    _check_possible(tree, conflict, path)


def _check_possible(tree: Tree, conflict: Conflict, path: Path) -> None:
    """The states of today and of the kept agreement must not be declared impossible."""
    options = _levels(conflict)
    for field in ("today", "kept"):
        texts = getattr(conflict, field)
        if texts is None:
            continue
        state = {name: levels[0] for name, levels in options.items()}
        state |= {name: level or "on" for name, _, level in (t.partition("=") for t in texts)}
        if any(state.get(name) not in levels for name, levels in options.items()):
            continue
        for condition in conflict.impossible:
            if _true(condition.expression, state, options):
                tree.error((*path, field), f"a state that {condition.text!r} makes impossible",
                           "a possible state")  # fmt: skip


def _levels(conflict: Conflict) -> dict[str, list[str]]:
    """The levels of every option; off and on where it has none."""
    return {
        f"{party}.{name}": list(option.levels) if option.levels else ["off", "on"]
        for party, own in conflict.parties.items()
        for name, option in own.items()
    }


def _check_preferences(case: Case, tree: Tree, conflict: Conflict, path: Path) -> None:
    for party in conflict.parties:
        if party not in conflict.preferences:
            tree.error((*path, "preferences"), f"nothing for {party}", "what every party wants")
    for party, preference in conflict.preferences.items():
        at = (*path, "preferences", party)
        if party not in conflict.parties:
            tree.error(at, repr(party), "a party of this conflict")
        for i, worth in enumerate(preference.worth or ()):
            if worth.value == "game":
                _check_game(case, tree, conflict, path, (*at, "worth", i))
        if preference.ranking is not None:
            _check_ranking(tree, conflict, preference.ranking, (*at, "ranking"))


def _check_game(case: Case, tree: Tree, conflict: Conflict, path: Path, at: Path) -> None:
    """The attack's value comes from the game, in the conflict that test 4 asks about."""
    years = case.file.durability
    if case.file.deterrence is None or not case.file.pledges:
        tree.error(at, "value: game", "a deterrence block and pledges to take it from")
    elif years is None or years.conflict is None or path[-1] != years.conflict.name:
        tree.error(at, "value: game", "a number of points",
                   "only the conflict that durability names knows the game's value")  # fmt: skip
    elif not conflict.uses_package:
        tree.error(at, "value: game in a conflict without a package", "a number of points",
                   "write uses_package: true if it is played once a package is signed")  # fmt: skip


def _check_ranking(
    tree: Tree, conflict: Conflict, ranking: tuple[int | tuple[int, ...], ...], at: Path
) -> None:
    """A ranking names every possible state once, counted from 1."""
    options = _levels(conflict)
    if math.prod(len(levels) for levels in options.values()) > MAXIMUM_RANKED:
        tree.error(at, "a ranking of very many states", "statements or worth")
        return
    states = [
        dict(zip(options, levels, strict=True)) for levels in itertools.product(*options.values())
    ]
    count = sum(
        not any(_true(c.expression, state, options) for c in conflict.impossible)
        for state in states
    )
    numbers = [n for group in ranking for n in (group if isinstance(group, tuple) else (group,))]
    if sorted(numbers) != list(range(1, count + 1)):
        tree.error(
            at, f"{len(numbers)} states", f"each of the {count} possible states once, from 1"
        )


def _true(expression: Expression, state: dict[str, str], options: dict[str, list[str]]) -> bool:
    """Whether a condition on options holds in a state; what it cannot know is held to be false."""

    def truth(atom: Atom) -> Truth:
        name = f"{atom.party}.{atom.option}" if isinstance(atom, Option) else ""
        if not isinstance(atom, Option) or name not in state:
            return False
        levels = options[name]
        mine = levels.index(state[name])
        if atom.relation is None or atom.level not in levels:
            return mine > 0
        other = levels.index(atom.level)
        return {
            "==": mine == other, "!=": mine != other, "<=": mine <= other, ">=": mine >= other
        }[atom.relation]  # fmt: skip

    return bool(evaluate(expression, truth))
