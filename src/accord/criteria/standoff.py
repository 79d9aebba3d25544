"""Where things settle if nothing is signed: equilibria of the conflicts without a package."""

from __future__ import annotations

from typing import Any

import numpy as np

from accord.case.case import Case
from accord.criteria.conflicts import Model, model_of, party_ranks, state_of, state_text
from accord.criteria.setting import Setting
from accord.theory.conflict import CONCEPTS, Concept, equilibria, stability
from accord.theory.sampling import BLOCK
from accord.theory.witness import Move, Route, Witness, status_quo_paths, witness
from accord.worlds.worlds import central_case, draw

__all__ = ["standoff"]

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
            c: [_state(model, int(s)) for s in settled[c][:MOST_LISTED]] for c in CONCEPTS
        },
        "counts": {c: int(settled[c].size) for c in CONCEPTS},
        "concept": strongest,
        "shares": _shares(case, model, strongest, listed),
    }
    if strongest is not None:
        record["witnesses"] = [
            _witnessed(model, witness(model.conflict, ranks, strongest, party, state))
            for state in listed[:8]
            for party in range(len(model.parties))
        ]
    if today is not None:
        record["today"] = _state(model, today)
        record["today_stable"] = {
            c: [p for i, p in enumerate(model.parties) if stable[c][i, today]] for c in CONCEPTS
        }
        record["paths"] = [
            _route(model, route) for route in status_quo_paths(model.conflict, ranks, today, listed)
        ]
    return record


def _shares(case: Case, model: Model, concept: Concept | None, listed: list[int]) -> list[int]:
    """In how many of the first 256 worlds each listed state is an equilibrium by a concept."""
    if concept is None:
        return []
    setting = Setting(case, draw(case, BLOCK), {})
    found = stability(model.conflict, party_ranks(setting, model, None, None), (concept,))
    settled = equilibria(model.conflict, found[concept])
    return [int(settled[:, state].sum()) for state in listed]


def _state(model: Model, state: int) -> list[str]:
    return list(state_text(model, state))


def _move(model: Model, move: Move) -> dict[str, Any]:
    return {
        "party": model.parties[move.party],
        "from": _state(model, move.start),
        "to": _state(model, move.end),
    }


def _witnessed(model: Model, found: Witness) -> dict[str, Any]:
    return {
        "concept": found.concept,
        "party": model.parties[found.party],
        "state": _state(model, found.state),
        "stable": found.stable,
        "escape": _move(model, found.escape) if found.escape is not None else None,
        "sanctions": [
            {
                "improvement": _move(model, sanction.improvement),
                "path": [_move(model, step) for step in sanction.path],
            }
            for sanction in found.sanctions
        ],
    }


def _route(model: Model, route: Route) -> dict[str, Any]:
    def steps(path: tuple[Move, ...] | None) -> list[dict[str, Any]] | None:
        return None if path is None else [_move(model, step) for step in path]

    return {
        "state": _state(model, route.state),
        "by_moves": steps(route.by_moves),
        "by_improvements": steps(route.by_improvements),
    }
