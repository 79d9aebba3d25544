"""Have Gambit solve random deterrence games, and keep its answers for the tests.

Needs pygambit 17 beside accord; Gambit is under the GPL and no part of accord, only its answers
are kept. The games are kept in the words of a deterrence file, so that a test reads, solves and
compares without Gambit::

    python tools/record_agent_quantal_response.py
"""

from __future__ import annotations

import datetime as dt
import json
import random
import sys
import tempfile
from pathlib import Path
from typing import Any

from accord.formats.deterrence_file import read_deterrence_file
from accord.formats.efg_answers import answers_of, solved_by_gambit
from accord.formats.efg_deterrence import extensive_form
from accord.theory.deterrence import solve

TARGET = Path(__file__).resolve().parents[1] / "tests/data/agent_quantal_response.json"
ORDERS: tuple[list[Any], ...] = (
    [], ["A"], ["A", "B"], [["A", "B"]], ["C", "A", "B"], ["A", ["B", "C"]], [["C", "B"], "A"],
    [["A", "B", "C"]],
)  # fmt: skip
SEED = 20
EACH = 2
DIGITS = 3


def random_file(draw: random.Random, order: list[Any]) -> dict[str, Any]:
    """A deterrence block within the ranges that judgements start from."""

    def between(low: float, high: float) -> float:
        return round(draw.uniform(low, high), DIGITS)

    names = [name for tier in order for name in tier]
    guarantors = {
        name: {
            "stake": between(0.1, 1.5), "cost": between(0.1, 0.8),
            "shared_cost": between(0, 0.8), "punishes": between(0, 0.3),
            "precision": between(2, 12), "reneging": between(0, 0.4),
            "automatic": draw.choice([0, 1, between(0, 0.5), between(0, 0.5)]),
            "alone": between(0, 0.5), "tripwire": {"at_most": between(0, 0.1), "half_at": 3},
            "forces": between(0, 5), "forward": between(0.5, 8),
            "reinforcement": between(0, 4), "delay": between(0, 30),
            "leans_on": {other: between(0.3, 1) for other in names[:i]},
        }
        for i, name in enumerate(names)
    }  # fmt: skip
    probe = {
        "stake": {"times": 0.3}, "cost_of_war": {"times": 0.2}, "automatic": {"times": 0.3},
        "guarantor_stake": {"times": 0.5},
    }  # fmt: skip
    return {
        "challenger": {
            "stake": between(0.5, 2), "cost_of_war": between(0.05, 0.8),
            "strength": between(4, 18), "precision": between(2, 12),
            "without_attack": between(0, 0.4), "snapback": between(0, 0.4),
        },
        "protege": {
            "stake": 1, "cost_of_war": between(0.1, 0.5), "strength": between(1, 12),
            "precision": between(2, 12),
        },
        "contest": {
            "steepness": between(0.5, 3), "defence_advantage": between(1, 2),
            "fait_accompli": 20,
        },
        "guarantors": {"order": order, "backstop": names[0] if names else None} | guarantors,
        "modes": {"full": {}, "probe": probe},
    }  # fmt: skip


def recorded(block: dict[str, Any], folder: Path) -> dict[str, Any] | None:
    """Gambit's answers, None where the solution may not be the only one."""
    file = folder / "game.json"
    file.write_text(json.dumps(block), encoding="utf-8")
    read = read_deterrence_file(file)
    if not solve(read.true).unique[0]:
        return None
    tree = extensive_form(read.true, read.names)
    found = solved_by_gambit(tree)
    told = answers_of(tree, read.names, list(block["modes"]), found.behaviour)
    return {
        "solver": found.solver,
        "asked": tree.precision,
        "lambda": found.precision,
        "modes": dict(told.modes),
        "p_resist": told.p_resist,
        "honour": dict(zip(read.names, told.honour, strict=True)),
        "file": block,
    }


def main() -> None:
    """Write the data."""
    draw = random.Random(SEED)  # noqa: S311  games, not secrets
    games: list[dict[str, Any]] = []
    with tempfile.TemporaryDirectory() as folder:
        for order in ORDERS:
            mine: list[dict[str, Any]] = []
            while len(mine) < EACH:
                one = recorded(random_file(draw, order), Path(folder))
                mine += [one] if one is not None else []
            games += mine
    content = {
        "what": "Agent quantal response equilibria of random deterrence games, by an independent "
        "solver. lambda is what it reached, near the one asked for: precisions times "
        "lambda/asked give its game to the digit.",
        "solver": games[0]["solver"],
        "made_by": "tools/record_agent_quantal_response.py",
        "on": dt.datetime.now(dt.UTC).date().isoformat(),
        "games": [{key: value for key, value in game.items() if key != "solver"} for game in games],
    }
    TARGET.parent.mkdir(exist_ok=True)
    TARGET.write_text(json.dumps(content, indent=1) + "\n", encoding="utf-8")
    sys.stdout.write(f"{TARGET}: {len(games)} games\n")


if __name__ == "__main__":
    main()
