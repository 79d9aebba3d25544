"""A conflict from a file or a case, ready to be solved and to be told in words."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from accord._errors import UsageError
from accord.case.load import AsOf, load
from accord.case.records.durability import ConflictOption
from accord.case.tree import Tree
from accord.criteria.conflicts import Model, state_of
from accord.exchange.conflict_of_case import CaseConflict, conflict_of_case, named_conflict
from accord.formats.conflict_graph import read_conflict_graph_tree
from accord.formats.gmcr import read_gmcr_tree
from accord.formats.gmcr_record import Gmcr
from accord.formats.gmcr_states import gmcr_conflict, gmcr_order, gmcr_ranks
from accord.formats.located_json import read_json
from accord.formats.source import read_source
from accord.theory.conflict import Concept, Conflict, stability
from accord.theory.graph_conflict import graph_stability

__all__ = ["Question", "asked"]

Masks = dict[Concept, NDArray[np.bool_]]

_DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"
_WANTED = "a conflict (.gmcr, or JSON in graph form) or a case"


@dataclass(frozen=True, slots=True, eq=False)
class Question:
    """A conflict whose states are numbered.

    Attributes
    ----------
    about : str
        What it is, in words.
    parties : tuple of str
        ``NAME#index``, counted from 0.
    count : int
        Possible states S.
    codes : function
        What each state looks like, in the order of their numbers: S texts.
    words : function of int
        A state's options in words, by its number.
    solve : function
        For each concept a bool array (n, S).
    today, kept : int or None
        Numbers of today's state, and of the one in which an agreement is kept.
    notes : tuple of str
        What the file says and the report does not use.
    inside : function or None
        The option form, the ranks (n, N) and the places of the possible states in it; None in
        graph form.
    """

    about: str
    parties: tuple[str, ...]
    count: int
    codes: Callable[[], list[str]]
    words: Callable[[int], tuple[str, ...]]
    solve: Callable[[], Masks]
    today: int | None = None
    kept: int | None = None
    notes: tuple[str, ...] = ()
    inside: Callable[[], tuple[Conflict, NDArray[np.int32], NDArray[np.intp]]] | None = None


def asked(
    source: str | Path, conflict: str | None, package: str | None, world: int | None, seed: int,
    as_of: AsOf, assume: Sequence[str],
) -> Question:  # fmt: skip
    """The conflict of a file, or one of a case.

    Raises
    ------
    CaseErrors
        With every mistake in the file or the case.
    UsageError
        For an option that does not fit, or a conflict that is too large.
    """
    path = Path(source)
    if path.suffix.lower() in {".gmcr", ".json"} and not path.is_dir():
        tree = read_json(read_source(source, _WANTED))
        if "accord" not in tree.data:
            if any(x is not None for x in (conflict, package, world, as_of)) or assume:
                raise UsageError(
                    "found --conflict, --package, --world, --as-of or --assume with "
                    f"{source}, wanted them with a case; such a file holds one conflict"
                )
            graph = path.suffix.lower() == ".json" and "decisionMakers" not in tree.data
            return _of_graph(tree, path.stem) if graph else _of_gmcr(read_gmcr_tree(tree), path)
    case = load(path, as_of, assume)
    found = conflict_of_case(case, named_conflict(case, conflict), package, world, seed)
    how = "at central values" if world is None else f"in world {world} of seed {seed}"
    return _of_case(found, {actor: case.actor_name(actor) for actor in case.file.actors}, how)


def _of_gmcr(record: Gmcr, path: Path) -> Question:
    form = gmcr_conflict(record)
    order = gmcr_order(len(record.options), (maker.options for maker in record.makers))
    owner = {option: maker.name for maker in record.makers for option in maker.options}
    places = np.flatnonzero(form.feasible)

    def words(number: int) -> tuple[str, ...]:
        place = int(places[number - 1])
        return tuple(
            _said(owner.get(option, ""), record.options[option].name)
            for digit, option in enumerate(order)
            if place >> digit & 1
        )

    return Question(
        path.stem,
        _numbered([maker.name for maker in record.makers]),
        places.size,
        lambda: _codes([places >> digit & 1 for digit in range(len(order))], ["NY"] * len(order)),
        words,
        lambda: _solved(form, gmcr_ranks(record, form.feasible), places),
        notes=_unused(record),
        inside=lambda: (form, gmcr_ranks(record, form.feasible), places),
    )


def _unused(record: Gmcr) -> tuple[str, ...]:
    together = [
        " + ".join(record.makers[party].name for party in members)
        for members in record.coalitions or ()
        if len(members) > 1
    ]
    if not together:
        return ()
    return (f"coalitions have no weight here, every party decides alone: {'; '.join(together)}",)


def _of_case(found: CaseConflict, names: Mapping[str, str], how: str) -> Question:
    model, written = found.model, found.model.written
    places = np.flatnonzero(model.conflict.feasible)
    told = [written.parties[party][option] for party, option in model.options]
    for record in told:
        if record.levels and len(record.levels) > len(_DIGITS):
            raise UsageError(
                f"found an option of {len(record.levels)} levels ({record.title}), "
                f"wanted at most {len(_DIGITS)}"
            )

    def words(number: int) -> tuple[str, ...]:
        digits = model.digits[:, places[number - 1]]
        return tuple(
            _said(names.get(party, party), _at_level(record, int(digit)))
            for (party, _), record, digit in zip(model.options, told, digits, strict=True)
            if digit or record.levels
        )

    package = f", package {found.package}" if found.package else ""
    return Question(
        f"{found.name}: {written.question} ({how}{package})",
        _numbered(model.parties),
        places.size,
        lambda: _codes(
            [row[places] for row in model.digits],
            ["NY" if levels == ("off", "on") else _DIGITS for levels in model.levels],
        ),
        words,
        lambda: _solved(model.conflict, found.ranks, places),
        _number(model, places, written.today),
        _number(model, places, written.kept),
        inside=lambda: (model.conflict, found.ranks, places),
    )


def _of_graph(tree: Tree, name: str) -> Question:
    file = read_conflict_graph_tree(tree)
    return Question(
        name,
        _numbered(file.parties),
        len(file.states),
        lambda: list(file.states),
        lambda _: (),
        lambda: graph_stability(file.conflict, file.ranks),
    )


def _solved(form: Conflict, ranks: NDArray[np.int32], places: NDArray[np.intp]) -> Masks:
    return {concept: stable[:, places] for concept, stable in stability(form, ranks).items()}


def _number(model: Model, places: NDArray[np.intp], texts: tuple[str, ...] | None) -> int | None:
    if texts is None:
        return None
    return int(np.searchsorted(places, state_of(model, texts))) + 1


def _numbered(names: Sequence[str]) -> tuple[str, ...]:
    return tuple(f"{name}#{index}" for index, name in enumerate(names))


def _codes(digits: Sequence[NDArray[Any]], alphabets: Sequence[str]) -> list[str]:
    """A letter for each option of each state."""
    letters = [
        np.frombuffer(alphabet.encode("ascii"), dtype=np.uint8)[row]
        for row, alphabet in zip(digits, alphabets, strict=True)
    ]
    signs = np.ascontiguousarray(np.stack(letters, axis=1))
    return [str(text) for text in signs.view(f"S{len(letters)}").ravel().astype(str)]


def _said(party: str, what: str) -> str:
    return f"{party}: {what}" if party else what


def _at_level(record: ConflictOption, digit: int) -> str:
    if not record.levels:
        return record.title
    return f"{record.title}: {list(record.levels.values())[digit]}"
