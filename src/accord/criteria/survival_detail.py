"""What test 4 tells beyond pass and margin: survival, causes, the commitment problem."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from accord.criteria.credible import games
from accord.criteria.fighting import build_game
from accord.criteria.setting import Setting
from accord.criteria.years import calendar, horizon_years
from accord.theory.deterrence import solve
from accord.theory.estimates import Estimate, share
from accord.theory.game import side_by_side
from accord.theory.survival import Survival, commitment_problem, survival_curve

__all__ = ["commitment", "hazards", "survival_detail"]

Booleans = NDArray[np.bool_]
Floats = NDArray[np.float64]
Integers = NDArray[np.int64]


def survival_detail(
    setting: Setting, lived: Survival, reasons: Integers, names: list[str], horizon: int
) -> dict[str, Any]:
    """Shares still standing after each year, and what ended it when."""
    weights = None if setting.weights is None else setting.weights.astype(np.float64)
    curve = survival_curve(lived.end_year, horizon, weights)
    ended = {}
    for index in np.unique(reasons[~lived.survives & (reasons >= 0)]):
        here = ~lived.survives & (reasons == index)
        ended[names[index]] = [
            setting.share(here & (lived.end_year == year))["share"]
            for year in range(1, horizon + 1)
        ]
    return {
        "survival": [{"share": e.value, "se": e.standard_error} for e in curve],
        "endings": ended,
        "hazards": hazards(lived.end_year, reasons, names, horizon, weights),
        "survives": setting.share(lived.survives),
        "durable": setting.share(lived.margin >= 0),
    }


def hazards(
    end_year: Integers, reasons: Integers, names: list[str], horizon: int, weights: Floats | None
) -> dict[str, Any]:
    """The chance of ending in each year, by each cause and by any, given that it still stood.

    Cause-specific hazards in discrete time (Kalbfleisch and Prentice 2002), with errors between
    the blocks of worlds that still stand when the year begins. ``worlds`` says how many of equal
    weight those are worth and ``blocks`` over how many blocks they lie; a year that no world
    reaches has None.
    """
    ended = end_year > 0
    causes = {names[i]: ended & (reasons == i) for i in np.unique(reasons[ended])}
    found: dict[str, Any] = {
        "worlds": [],
        "blocks": [],
        "any": [],
        "causes": {c: [] for c in causes},
    }
    given = np.ones(end_year.size) if weights is None else weights
    for year in range(1, horizon + 1):
        standing = np.where(~ended | (end_year >= year), given, 0.0)
        reached = bool(standing.any())
        whole = share(end_year == year, standing) if reached else None
        found["worlds"].append(whole.effective_worlds if whole is not None else 0.0)
        found["blocks"].append(whole.blocks if whole is not None else 0)
        found["any"].append(_record(whole) if whole is not None else None)
        for cause, where in causes.items():
            record = _hazard(where & (end_year == year), standing) if reached else None
            found["causes"][cause].append(record)
    return found


def _hazard(where: Booleans, standing: Floats) -> dict[str, float]:
    return _record(share(where, standing)) if where.any() else {"share": 0.0, "se": 0.0}


def _record(found: Estimate) -> dict[str, float]:
    return {"share": found.value, "se": found.standard_error}


def commitment(setting: Setting, package: str) -> dict[str, Any] | None:
    """The first year in which waiting would cost the weakening side more than war wastes.

    In the central case, with π_t the chance that the challenger wins a war begun in year t, the
    commitment to peace fails where δ·π_{t+1} − π_t > c_C / v_C + c_D / v_D (Powell 2006). A
    reading, no part of the verdict.
    """
    years = setting.case.file.durability
    if years is None or years.discount is None:
        return None
    there = setting.central()
    game = games(there, package)[0]
    central = calendar(there, package)
    later = [
        build_game(there, package, pressure=central.pressure(there, year))
        for year in range(1, horizon_years(years) + 1)
    ]
    played = side_by_side([game, *later], [1] * (1 + len(later)))
    wins = 1.0 - solve(played).p_defeated
    ratios = [
        float(np.mean(side.cost_of_war) / np.mean(side.stake))
        for side in (game.challenger, game.protege)
    ]
    first = int(commitment_problem(wins[:, None], years.discount.central, *ratios)[0])
    return {"wins": wins.tolist(), "bound": sum(ratios), "flagged": None if first < 0 else first}
