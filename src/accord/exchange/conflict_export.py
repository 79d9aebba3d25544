"""A case's conflicts as ``.gmcr``, and what the format cannot say."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from accord._errors import UsageError
from accord.case.case import Case
from accord.case.expressions import Atom, Choice, Shock, atoms
from accord.case.records.durability import Conflict, ConflictOption
from accord.case.truth import choice_holds
from accord.criteria.conflicts import Model, state_of
from accord.exchange.conflict_conditions import Layout, TooManyConjunctions, conjunctions
from accord.exchange.conflict_of_case import (
    CaseConflict,
    conflict_of_case,
    named_conflict,
)
from accord.formats.gmcr_record import (
    MOST_OPTIONS,
    Condition,
    DecisionMaker,
    Direction,
    Gmcr,
    Option,
)
from accord.formats.gmcr_writer import gmcr_text
from accord.formats.written import Written

__all__ = ["MOST_RANKED", "gmcr_of_case", "write_conflicts"]

MOST_RANKED = 250_000
"""Places that the rankings of a file may have, all parties together."""


def write_conflicts(
    case: Case, names: Sequence[str], package: str | None, world: int | None, seed: int
) -> Written:
    """Conflicts of a case, a file each.

    Parameters
    ----------
    names : sequence of str
        Conflicts of the case; without any all are written, those that depend on a package only
        where there is one.
    package, world, seed
        As for :func:`accord.solve_conflict`.

    Raises
    ------
    UsageError
        If a conflict cannot be written, or none is left.
    """
    conflicts = case.file.conflicts
    named_conflict(case, None)
    chosen = list(dict.fromkeys(named_conflict(case, name) for name in names))
    if not chosen:
        chosen = [n for n, c in conflicts.items() if package is not None or not c.uses_package]
    if not chosen:
        raise UsageError(
            f"found no package for {', '.join(conflicts)}, wanted --package with one of "
            f"{', '.join(case.file.packages)}; these conflicts depend on it"
        )
    depending = [name for name in chosen if conflicts[name].uses_package]
    if package is not None and not depending:
        raise UsageError(
            f"found --package {package} with {', '.join(chosen)}, wanted none; "
            "these conflicts depend on no package"
        )
    files: dict[str, str] = {}
    notes: list[str] = []
    for name in chosen:
        own = package if name in depending else None
        record, told = gmcr_of_case(case, conflict_of_case(case, name, own, world, seed), world)
        files[f"{name}.gmcr"] = gmcr_text(record)
        notes += [f"{name}: {note}" for note in told]
    left = [name for name in conflicts if name not in chosen]
    if left:
        notes.append(f"left out: the conflicts {', '.join(left)}")
    notes.append("left out: everything in the case but its conflicts")
    return Written(files, tuple(notes))


def gmcr_of_case(
    case: Case, found: CaseConflict, world: int | None
) -> tuple[Gmcr, tuple[str, ...]]:
    """A conflict in one world as a record, and a sentence for each thing that it cannot say.

    States have the same numbers as in the case. Preferences are written as statements where all
    parties have them, and as rankings otherwise, since a file takes all from the one or the other.

    Raises
    ------
    UsageError
        If it needs more options, conditions or ranks than a file holds.
    """
    model = found.model
    layout = Layout.of(model.options, model.levels)
    if layout.count > MOST_OPTIONS:
        raise UsageError(
            f"found the conflict {found.name} of {layout.count} two-valued options, "
            f"wanted at most {MOST_OPTIONS}; an option with L levels makes L − 1 of them"
        )

    def truth(atom: Atom) -> bool:
        if isinstance(atom, Shock):
            return found.shocks[atom.name]
        assert isinstance(atom, Choice)
        assert found.package is not None
        return choice_holds(case, case.chosen(found.package), atom)

    try:
        impossible = tuple(
            conjunctions(condition.expression, layout, truth)
            for condition in model.written.impossible
        )
    except TooManyConjunctions:
        raise UsageError(
            f"found a condition for impossible states of {found.name} with very many cases, "
            "wanted shorter ones; several conditions may stand in its place"
        ) from None
    statements = {party: _statements(model, party, layout, truth) for party in model.parties}
    by_ranking = any(own is None for own in statements.values())
    rankings = _rankings(found) if by_ranking else {}
    owned = _owned(model, layout)
    makers = tuple(
        DecisionMaker(party, owned[party], statements[party] or (), (), rankings.get(party))
        for party in model.parties
    )
    infeasibles = (*((step,) for step in layout.steps()), *(each for each in impossible if each))
    record = Gmcr(_options(model), makers, infeasibles, by_ranking)
    return record, _unsaid(found, world, by_ranking=by_ranking)


def _options(model: Model) -> tuple[Option, ...]:
    options = []
    for party, name in model.options:
        record = model.written.parties[party][name]
        ways: dict[bool, Direction] = {True: "fwd", False: "both"}
        way = ways[f"{party}.{name}" in model.written.one_way]
        options += [Option(title, way) for title in _titles(record)]
    return tuple(options)


def _titles(record: ConflictOption) -> list[str]:
    if not record.levels:
        return [record.title]
    return [f"{record.title}: at least {title}" for title in list(record.levels.values())[1:]]


def _owned(model: Model, layout: Layout) -> dict[str, tuple[int, ...]]:
    owned: dict[str, tuple[int, ...]] = dict.fromkeys(model.parties, ())
    for (party, _), first, names in zip(layout.options, layout.firsts, layout.levels, strict=True):
        owned[party] += tuple(range(first, first + len(names) - 1))
    return owned


def _statements(
    model: Model, party: str, layout: Layout, truth: Callable[[Atom], bool]
) -> tuple[Condition, ...] | None:
    """A party's statements that say something in this world; None where it has no statements."""
    stated = model.written.preferences[party].statements
    if stated is None:
        return None
    try:
        found = [conjunctions(each.expression, layout, truth) for each in stated]
    except TooManyConjunctions:
        return None
    return tuple(each for each in found if each and () not in each)


def _rankings(found: CaseConflict) -> dict[str, tuple[tuple[int, ...], ...]]:
    """The groups of indifferent states of every party, the best first."""
    places = np.flatnonzero(found.model.conflict.feasible)
    total = places.size * len(found.model.parties)
    if total > MOST_RANKED:
        raise UsageError(
            f"found rankings of the conflict {found.name} with {total:,} places, "
            f"wanted at most {MOST_RANKED:,}; statements need none"
        )
    rankings = {}
    for party, ranks in zip(found.model.parties, found.ranks, strict=True):
        own = ranks[places]
        rankings[party] = tuple(
            tuple((np.flatnonzero(own == rank) + 1).tolist()) for rank in np.unique(own)[::-1]
        )
    return rankings


def _shocks(written: Conflict) -> list[str]:
    """The shocks that preferences speak of."""
    conditions = [
        condition
        for preference in written.preferences.values()
        for condition in (
            *(preference.statements or ()),
            *(worth.when for worth in preference.worth or ()),
        )
    ]
    spoken = [atom for each in conditions for atom in atoms(each.expression)]
    return sorted({atom.name for atom in spoken if isinstance(atom, Shock)})


def _unsaid(found: CaseConflict, world: int | None, *, by_ranking: bool) -> tuple[str, ...]:
    model, written = found.model, found.model.written
    notes = [f"its question was left out: {written.question}"]
    axes = [
        f"{party}.{option}"
        for (party, option), names in zip(model.options, model.levels, strict=True)
        if len(names) > 2
    ]
    if axes:
        notes.append(
            f"levels became options of their own, at least this or that level: {', '.join(axes)}"
        )
    worth = [p for p, preference in written.preferences.items() if preference.worth is not None]
    if by_ranking:
        how = "at central values" if world is None else "in the world chosen"
        why = f"worth of {', '.join(worth)} {how}" if worth else "what the case says"
        notes.append(f"preferences were written as rankings of states, from {why}")
    if found.package is not None:
        notes.append(f"preferences are those with the package {found.package}")
    notes += [
        f"the shock {shock} {'falls' if found.shocks[shock] else 'does not fall'}"
        for shock in _shocks(written)
    ]
    places = np.flatnonzero(model.conflict.feasible)
    for texts, what in ((written.today, "today's state"), (written.kept, "the agreement as kept")):
        if texts is not None:
            number = int(np.searchsorted(places, state_of(model, texts))) + 1
            notes.append(f"{what} is number {number}, which the file does not say")
    return tuple(notes)
