"""Where things settle if nothing is signed: equilibria of the conflicts without a package."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from accord.case.case import Case
from accord.criteria.conflict_points import move_record, point, state_record, witness_record
from accord.criteria.conflicts import Model, model_of, party_ranks, state_of
from accord.criteria.setting import Setting
from accord.theory.conflict import CONCEPTS, Concept, equilibria, stability
from accord.theory.sampling import BLOCK
from accord.theory.witness import Move, Route, status_quo_paths, witness
from accord.worlds.worlds import central_case, draw

__all__ = ["standoff"]

Ranks = NDArray[np.int32]
MOST_LISTED = 40


def standoff(case: Case) -> dict[str, Any]:
    """Equilibria in the central case by every concept, with witnesses, conflict by conflict."""
    return {
        "schema": 1,
        "conflicts": {
            name: _settled(case, name)
            for name, conflict in case.file.conflicts.items()
            if not conflict.uses_package
        },
    }


def _settled(case: Case, name: str) -> dict[str, Any]:
    model = model_of(case, name)
    setting = Setting(case, central_case(case), {})
    ranks = party_ranks(setting, model, None, None)[0]
    stable = stability(model.conflict, ranks)
    settled = {
        concept: np.flatnonzero(equilibria(model.conflict, stable[concept])) for concept in CONCEPTS
    }
    strongest = next((c for c in CONCEPTS if settled[c].size), None)
    today = None if model.written.today is None else state_of(model, model.written.today)
    listed = [int(s) for s in settled[strongest][:MOST_LISTED]] if strongest else []
    record: dict[str, Any] = {
        "question": model.written.question,
        "states": int(model.conflict.feasible.sum()),
        "equilibria": {
            c: [state_record(model, int(s)) for s in settled[c][:MOST_LISTED]] for c in CONCEPTS
        },
        "counts": {c: int(settled[c].size) for c in CONCEPTS},
        "concept": strongest,
        "shares": [],
    }
    block = Setting(case, draw(case, BLOCK), {})
    drawn = party_ranks(block, model, None, None)
    if strongest is not None:
        found = stability(model.conflict, drawn, (strongest,))
        held = equilibria(model.conflict, found[strongest])
        record["shares"] = [int(held[:, state].sum()) for state in listed]
        record["witnesses"] = [
            witness_record(model, witness(model.conflict, ranks, strongest, party, state))
            for state in listed[:8]
            for party in range(len(model.parties))
        ]
    if today is not None:
        concept = strongest or CONCEPTS[0]
        record["point"] = point(block, model, drawn, ranks, today, concept)
        record |= _from_today(model, ranks, stable, today, listed)
    return record


def _from_today(
    model: Model, ranks: Ranks, stable: Mapping[Concept, NDArray[np.bool_]], today: int,
    listed: list[int],
) -> dict[str, Any]:  # fmt: skip
    """For whom today's state holds, and the shortest ways from there to where things settle."""
    parties = list(enumerate(model.parties))
    return {
        "today": state_record(model, today),
        "today_stable": {c: [p for i, p in parties if stable[c][i, today]] for c in CONCEPTS},
        "paths": [
            _route(model, route) for route in status_quo_paths(model.conflict, ranks, today, listed)
        ],
    }


def _route(model: Model, route: Route) -> dict[str, Any]:
    def steps(path: tuple[Move, ...] | None) -> list[dict[str, Any]] | None:
        return None if path is None else [move_record(model, step) for step in path]

    return {
        "state": state_record(model, route.state),
        "by_moves": steps(route.by_moves),
        "by_improvements": steps(route.by_improvements),
    }
