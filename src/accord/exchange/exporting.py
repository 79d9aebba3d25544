"""What other tools read, from cases: negotiations, deterrence games as trees, and conflicts."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Literal, get_args

from accord._errors import UsageError
from accord.case.case import Case
from accord.criteria.positions import ActorPosition, positions
from accord.criteria.setting import Setting
from accord.exchange.conflict_export import write_conflicts
from accord.exchange.game_of_case import game_of_case
from accord.exchange.placing import place, refuse_occupied
from accord.exchange.report import Report
from accord.formats.efg import efg_text
from accord.formats.efg_numbers import with_numbers
from accord.formats.genius_writer import write_genius
from accord.formats.geniusweb_writer import write_geniusweb
from accord.formats.negotiation import Issue, Negotiation, Profile
from accord.theory.bargaining import GRID
from accord.worlds.worlds import central_case

__all__ = ["Format", "export_case", "negotiation_of"]

Format = Literal["genius", "geniusweb", "efg", "gmcr"]

_WRITERS = {"genius": write_genius, "geniusweb": write_geniusweb}
_TESTS = {
    "pledges": "who brings what (capabilities, requirements, pledges)",
    "deterrence": "whether it deters",
    "conflicts": "what parties could do next",
    "durability": "how it is tested over the years",
}


def export_case(
    case: Case, folder: str | Path, format: Format, package: str | None = None,  # noqa: A002
    world: int | None = None, seed: int = 1, conflicts: Sequence[str] = (),
) -> Report:  # fmt: skip
    """Write a case for another tool: its bargaining, a package's deterrence game, or its conflicts.

    Of the bargaining the central case is written. Utilities run from 0 to 1, a hundredth of
    points, of every actor with a walk-away value. Of the game what the challenger sees is
    written, the same tree as ``solve_deterrence(…, efg=FILE)`` writes. Of conflicts the states,
    moves and preferences are written, a file each; states keep their numbers.

    Parameters
    ----------
    folder : path
        A folder that does not exist yet, or is empty.
    format : str
        ``genius`` (XML), ``geniusweb`` (JSON), ``efg`` (Gambit's extensive form) or ``gmcr``
        (the graph model's conflicts in options).
    package : str, optional
        Of a tree, the case's first by default; of conflicts that depend on it.
    world : int, optional
        Of a tree or of conflicts, counted from 0 in the draws of ``seed``; the central world by
        default.
    seed : int
        Of the draws.
    conflicts : sequence of str
        Which conflicts; without any all that do not depend on a package, or with one all.

    Returns
    -------
    Report
        The files written, the domain first, and everything that the format cannot say.

    Raises
    ------
    UsageError
        If the format is unknown or has no package and world, nobody has a walk-away value, there
        is no game or no conflict, or the folder holds anything or cannot be written. Nothing is
        written then.
    """
    if format not in get_args(Format):
        *first, last = get_args(Format)
        raise UsageError(f"found the format {format!r}, wanted {', '.join(first)} or {last}")
    refuse_occupied(folder)
    if format == "gmcr":
        told = write_conflicts(case, conflicts, package, world, seed)
        return Report(place(folder, told.files), told.notes)
    if conflicts:
        raise UsageError(f"found --conflict with the format {format}, wanted it with gmcr")
    if format == "efg":
        return _export_game(case, folder, package, world, seed)
    if package is not None or world is not None:
        raise UsageError(
            f"found --package or --world with the format {format}, wanted them with efg or gmcr; "
            "a negotiation holds every package"
        )
    negotiation = negotiation_of(case)
    written = _WRITERS[format](negotiation)
    return Report(place(folder, written.files), (*negotiation.ignored, *written.notes))


def _export_game(
    case: Case, folder: str | Path, package: str | None, world: int | None, seed: int
) -> Report:
    question = game_of_case(case, package, world, seed)
    tree = with_numbers(question.seen, question.names)
    notes = [
        f"the game of the package {question.package}, "
        + ("with every uncertain number at its median or most likely value" if world is None
           else f"in world {world} of seed {seed}")
    ]  # fmt: skip
    if question.seen is not question.true:
        seen = ", ".join(case.file.deterrence.beliefs) if case.file.deterrence else ""
        notes.append(f"as the challenger sees it: the true values of {seen} were left out")
    if any(len(tier) > 1 for tier in question.seen.tiers):
        notes.append("which solution is played, where several exist, was left out")
    others = [name for name in case.file.packages if name != question.package]
    if others:
        notes.append(f"the other packages ({', '.join(others)}) were left out")
    left = [block for block in ("conflicts", "durability") if getattr(case.file, block)]
    notes += [f"left out: {what}" for what in ("who wants what", *(_TESTS[b] for b in left))]
    return Report(place(folder, {f"{question.package}.efg": efg_text(tree)}), tuple(notes))


def negotiation_of(case: Case) -> Negotiation:
    """The central case as a negotiation; what a negotiation cannot say stands in ``ignored``.

    Raises
    ------
    UsageError
        If no actor has a walk-away value.
    """
    found = positions(Setting(case, central_case(case), {}))
    bargaining = {actor: one for actor, one in found.items() if not one.record.is_public}
    if not bargaining:
        raise UsageError("found no actor with a walk-away value, wanted at least one")
    profiles = tuple(_profile(case, actor, one) for actor, one in bargaining.items())
    return Negotiation(case.file.title, _issues(case), profiles, _unsaid(case, found), "accord")


def _issues(case: Case) -> tuple[Issue, ...]:
    provisions = case.file.provisions
    names = _told_apart({name: record.title for name, record in provisions.items()})
    return tuple(
        Issue(
            names[name],
            tuple(_told_apart({k: level.title for k, level in record.levels.items()}).values()),
            record.ordered,
        )
        for name, record in provisions.items()
    )


def _told_apart(titles: dict[str, str]) -> dict[str, str]:
    """Titles, with the id behind those that stand twice or are blank."""
    said = [title.strip() for title in titles.values()]
    return {
        name: title if said.count(title.strip()) == 1 and title.strip() else f"{title} ({name})"
        for name, title in titles.items()
    }


def _profile(case: Case, actor: str, position: ActorPosition) -> Profile:
    unit = 100.0 * GRID
    rows = []
    for provision, record in case.file.provisions.items():
        table = position.contributions.get(provision)
        steps = [0] * len(record.levels) if table is None else [int(row[0]) for row in table]
        rows.append(tuple(step / unit for step in steps))
    walk_away = int(position.walk_away[0]) / unit
    return Profile(actor, tuple(rows), walk_away, None, case.actor_name(actor))


def _unsaid(case: Case, found: dict[str, ActorPosition]) -> tuple[str, ...]:
    """A sentence for everything in the case that additive utilities cannot say."""
    file = case.file
    notes = []
    if any(not number.distribution.is_point for number in case.numbers.values()):
        notes.append("every uncertain number was written as its median or most likely value")
    for actor, position in found.items():
        record = position.record
        if record.interactions:
            count = len(record.interactions)
            notes.append(f"{actor}: {_counted(count, 'interaction')} of provisions left out")
        if record.red_lines:
            notes.append(f"{actor}: the red lines {', '.join(record.red_lines)} were left out")
    notes += _unsaid_of_actors(case, found)
    if file.constraints:
        limits = _counted(len(file.constraints), "constraint")
        notes.append(f"{limits} left out: other tools will count packages that do not exist")
    if file.consent is not None:
        rules = ", ".join(file.consent.rules)
        notes.append(f"the consent rules ({rules}) were left out: other tools ask everybody")
    notes += [f"left out: {what}" for block, what in _TESTS.items() if getattr(file, block)]
    if file.packages:
        notes.append(f"the packages ({', '.join(file.packages)}) were left out")
    return tuple(notes)


def _unsaid_of_actors(case: Case, found: dict[str, ActorPosition]) -> list[str]:
    """Actors of whom something is left out, by what it is."""
    actors = case.file.actors
    like = [
        f"{actor} ({one.record.walk_away.like})"
        for actor, one in found.items()
        if one.record.walk_away is not None and one.record.walk_away.like is not None
    ]
    groups = {
        "walking away is worth a package, written as a number": like,
        "publics, with support in place of a walk-away value, left out": [
            actor for actor, one in found.items() if one.record.is_public
        ],
        "actors without a position, left out": [actor for actor in actors if actor not in found],
        "actors whose power was left out": [
            actor for actor, record in actors.items() if record.power is not None
        ],
    }
    return [f"{what}: {', '.join(names)}" for what, names in groups.items() if names]


def _counted(count: int, word: str) -> str:
    return f"{count} {word}{'s' * (count != 1)}"
