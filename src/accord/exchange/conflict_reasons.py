"""Why a state of a conflict holds or not, and the shortest ways from it, by numbers of states."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from accord._errors import UsageError
from accord.exchange.conflict_questions import Question
from accord.theory.conflict import CONCEPTS, Concept
from accord.theory.witness import Move, Route, Witness, status_quo_paths, witness

__all__ = ["MOST_WAYS", "reasons"]

MOST_WAYS = 40
"""Equilibria to which ways are told."""

_STRONGEST: tuple[Concept, ...] = ("nash", "sseq", "smr", "seq", "gmr")


def reasons(
    question: Question, number: int, settled: Mapping[Concept, NDArray[np.bool_]]
) -> dict[str, Any]:
    """The witnesses of one state, and the ways from it to equilibria.

    Parameters
    ----------
    question : Question
    number : int
        Of the state, counted from 1.
    settled : mapping of concept to bool array (S,)
        The equilibria.

    Returns
    -------
    dict
        ``state``; ``parties``: by party and concept ``stable``, the ``escape`` that nobody answers
        or None, and ``sanctions``, for each improvement the path that answers it; ``ways``: for
        each equilibrium by the strongest concept that has any, the shortest path by moves and by
        improvements, or None. A move tells its ``party``, where it comes ``from`` and goes ``to``.

    Raises
    ------
    UsageError
        If there is no such state, or the conflict is in graph form.
    """
    if question.inside is None:
        raise UsageError("found --why with a conflict in graph form, wanted one in options")
    if not 1 <= number <= question.count:
        raise UsageError(f"found --why {number}, wanted a state from 1 to {question.count:,}")
    conflict, ranks, places = question.inside()
    teller = _Teller(question.parties, places)
    here = int(places[number - 1])
    strongest = next((settled[c] for c in _STRONGEST if settled[c].any()), np.zeros(1))
    targets = [int(n) + 1 for n in np.flatnonzero(strongest) if n + 1 != number][:MOST_WAYS]
    routes = status_quo_paths(conflict, ranks, here, [int(places[n - 1]) for n in targets])
    return {
        "state": number,
        "parties": {
            name: {c: teller.witness(witness(conflict, ranks, c, party, here)) for c in CONCEPTS}
            for party, name in enumerate(question.parties)
        },
        "ways": [teller.way(n, route) for n, route in zip(targets, routes, strict=True)],
    }


class _Teller:
    """Moves by the names of parties and the numbers of states."""

    def __init__(self, parties: tuple[str, ...], places: NDArray[np.intp]) -> None:
        self._parties = parties
        self._places = places

    def witness(self, found: Witness) -> dict[str, Any]:
        return {
            "stable": found.stable,
            "escape": None if found.escape is None else self._move(found.escape),
            "sanctions": [
                {"improvement": self._move(each.improvement), "path": self._path(each.path)}
                for each in found.sanctions
            ],
        }

    def way(self, number: int, route: Route) -> dict[str, Any]:
        return {
            "state": number,
            "by_moves": self._path(route.by_moves),
            "by_improvements": self._path(route.by_improvements),
        }

    def _path(self, steps: tuple[Move, ...] | None) -> list[dict[str, Any]] | None:
        return None if steps is None else [self._move(step) for step in steps]

    def _move(self, one: Move) -> dict[str, Any]:
        start, end = (np.searchsorted(self._places, [one.start, one.end]) + 1).tolist()
        return {"party": self._parties[one.party], "from": start, "to": end}
