"""One state of a conflict looked at closely: for whom it holds, why, and what would undo it.

Shares are over worlds; reasons are those of the central case. What would undo a party's stability
are the other parties' single changes, each tried in every world; what would mend its instability
are answers that the others could give but do not want to (MODELS, section 4a).
"""

from __future__ import annotations

from collections import Counter
from typing import Any

import numpy as np
from numpy.typing import NDArray

from accord.criteria.conflicts import Model, state_text
from accord.criteria.setting import Setting
from accord.theory.conflict import CONCEPTS, Concept, stability
from accord.theory.conflict_coalitions import CoalitionConcept, coalition_stability
from accord.theory.conflict_inverse import missing_sanctions
from accord.theory.party_moves import PartyMoves
from accord.theory.witness import Move, Witness, witness

__all__ = ["move_record", "point", "state_record", "witness_record"]

Booleans = NDArray[np.bool_]
Ranks = NDArray[np.int32]

MOST_CHANGES = 24
MOST_PARTIES = 8
"""Of a conflict all of whose groups are tried."""

SAMPLE = 12
"""Worlds of which the moves are looked at."""


def point(
    setting: Setting, model: Model, ranks: Ranks, central: Ranks, state: int, concept: Concept
) -> dict[str, Any]:
    """What is told of one state.

    Parameters
    ----------
    setting : Setting
        Whose worlds count.
    model : Model
    ranks : int array (W, n, N)
        Preferences in those worlds.
    central : int array (n, N)
        Preferences in the central case.
    state : int
        A possible state.
    concept : str
        By which reasons are told.
    """
    stable = stability(model.conflict, ranks)
    own = {c: stable[c][:, :, state] for c in CONCEPTS}
    return {
        "state": state_record(model, state),
        "concept": concept,
        "worlds": setting.worlds.count,
        "stable": {c: setting.share(own[c].all(axis=1)) for c in CONCEPTS},
        "together": _together(model, central, state, concept),
        "parties": {
            name: {
                "stable": {c: setting.share(own[c][:, party]) for c in CONCEPTS},
                "why": witness_record(
                    model, witness(model.conflict, central, concept, party, state)
                ),
                "next_best": _next_best(setting, model, ranks[:, party], party, state),
                "escapes": _escapes(model, ranks, concept, party, state, own[concept][:, party]),
                "changes": _changes(setting, model, stable[concept][:, party], party, state),
            }
            for party, name in enumerate(model.parties)
        },
    }


def _together(
    model: Model, central: Ranks, state: int, concept: Concept
) -> list[dict[str, Any]] | None:
    """Groups of two or more that gain by moving together; None where they are too many to try."""
    asked: CoalitionConcept = "seq" if concept in {"seq", "sseq"} else "nash"
    if len(model.parties) > MOST_PARTIES:
        return None
    (verdict,) = coalition_stability(model.conflict, central, [state], concepts=(asked,))
    return [
        {
            "parties": [model.parties[member] for member in escape.coalition],
            "path": [move_record(model, move) for move in escape.path],
        }
        for escape in verdict.escapes
    ]


def _changes(
    setting: Setting, model: Model, stable: Booleans, party: int, state: int
) -> list[dict[str, Any]]:
    """Where a party would be stable after each single change by others, largest effect first."""
    now = setting.share(stable[:, state])["share"]
    found = []
    for option, (owner, _) in enumerate(model.options):
        if model.parties.index(owner) == party:
            continue
        for after in _neighbours(model, option, state):
            move = Move(model.parties.index(owner), state, after)
            share = setting.share(stable[:, after])
            found.append({"change": move_record(model, move), "stable": share})
    found.sort(key=lambda each: -abs(each["stable"]["share"] - now))
    return found[:MOST_CHANGES]


def _neighbours(model: Model, option: int, state: int) -> list[int]:
    """Possible states that differ in one option only, by a change that its owner may make."""
    conflict = model.conflict
    step = int(np.prod(conflict.sizes[:option], dtype=np.int64))
    level = int(model.digits[option, state])
    levels = {
        "both": range(conflict.sizes[option]),
        "up": range(level, conflict.sizes[option]),
        "down": range(level + 1),
    }[conflict.directions[option]]
    states = [state + (other - level) * step for other in levels if other != level]
    return [other for other in states if conflict.feasible[other]]


def _next_best(
    setting: Setting, model: Model, rank: Ranks, party: int, state: int
) -> dict[str, Any] | None:
    """Of what a party can move to alone, what is best in most worlds; None if it cannot move."""
    reached = PartyMoves.of(model.conflict, party).ends(state)
    if not len(reached):
        return None
    best = reached[np.argmax(rank[:, reached], axis=1)]
    states, counts = np.unique(best, return_counts=True)
    chosen = int(states[np.argmax(counts)])
    return {
        "state": state_record(model, chosen),
        "preferred": setting.share(rank[:, chosen] > rank[:, state]),
    }


def _escapes(
    model: Model, ranks: Ranks, concept: Concept, party: int, state: int, stable: Booleans
) -> dict[str, Any]:
    """By what moves a party leaves, and whose unwillingness lets it, in an even sample of worlds.

    Returns
    -------
    dict
        ``worlds`` in which it leaves, ``sampled`` of them; ``moves`` and ``answers``, each a state
        with its number of worlds: where it goes, and where those end that the others could give
        with the fewest moves that they do not want, ``unwilling``; ``unanswerable`` where none
        would do.
    """
    where = np.flatnonzero(~stable)
    sample = _even_sample(where)
    moves: Counter[int] = Counter()
    answers: Counter[tuple[int, tuple[Move, ...]]] = Counter()
    unanswerable = 0
    for world in sample:
        found = witness(model.conflict, ranks[world], concept, party, state).escape
        assert found is not None
        moves[found.end] += 1
        missing = missing_sanctions(model.conflict, ranks[world], concept, party, state)
        reactions = next(m.reactions for m in missing if m.improvement == found)
        if reactions:
            best = min(reactions, key=lambda r: (len(r.unwilling), len(r.path), r.state))
            answers[best.state, best.unwilling] += 1
        unanswerable += not reactions
    return {
        "worlds": len(where),
        "sampled": len(sample),
        "moves": [{"to": state_record(model, end), "worlds": n} for end, n in moves.most_common()],
        "answers": [
            {
                "state": state_record(model, end),
                "unwilling": [move_record(model, move) for move in unwilling],
                "worlds": n,
            }
            for (end, unwilling), n in answers.most_common()
        ],
        "unanswerable": unanswerable,
    }


def _even_sample(where: NDArray[np.intp]) -> NDArray[np.intp]:
    """A few of some worlds, evenly spread."""
    places = np.linspace(0, len(where) - 1, min(SAMPLE, len(where)))
    return where[np.unique(places.astype(np.intp))]


def state_record(model: Model, state: int) -> list[str]:
    """The options that are on in a state."""
    return list(state_text(model, state))


def move_record(model: Model, move: Move) -> dict[str, Any]:
    """Who moves, from where to where."""
    return {
        "party": model.parties[move.party],
        "from": state_record(model, move.start),
        "to": state_record(model, move.end),
    }


def witness_record(model: Model, found: Witness) -> dict[str, Any]:
    """Why a state is stable for a party, or is not."""
    return {
        "concept": found.concept,
        "party": model.parties[found.party],
        "state": state_record(model, found.state),
        "stable": found.stable,
        "escape": move_record(model, found.escape) if found.escape is not None else None,
        "sanctions": [
            {
                "improvement": move_record(model, sanction.improvement),
                "path": [move_record(model, step) for step in sanction.path],
            }
            for sanction in found.sanctions
        ],
    }
