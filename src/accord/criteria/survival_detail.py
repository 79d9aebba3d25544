"""What test 4 tells beyond pass and margin: survival, causes, the commitment problem."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from accord.criteria.credible import games
from accord.criteria.fighting import build_game
from accord.criteria.kept import Kept
from accord.criteria.setting import Setting
from accord.criteria.years import year_states
from accord.theory.deterrence import solve
from accord.worlds.worlds import central_case

__all__ = ["commitment", "survival_detail"]

Integers = NDArray[np.int64]


def survival_detail(
    setting: Setting, end: Integers, cause: Integers, names: list[str], horizon: int,
    keeping: Kept | None,
) -> dict[str, Any]:  # fmt: skip
    """Shares still standing after each year, endings by cause and year, both parts of the test."""
    lasts = end == 0
    stable = np.ones(end.shape, dtype=np.bool_) if keeping is None else keeping.stable
    ended = {
        names[index]: [
            setting.share((end == year) & (cause == index))["share"]
            for year in range(1, horizon + 1)
        ]
        for index in np.unique(cause[~lasts & stable])
    }
    return {
        "survival": [setting.share(lasts | (end > year)) for year in range(1, horizon + 1)],
        "endings": ended,
        "lasts": setting.share(lasts),
        "both": setting.share(lasts & stable),
    }


def commitment(setting: Setting, package: str) -> dict[str, Any] | None:
    """The first year in which waiting would cost the challenger more than war does.

    In the central case, with π_t the chance that the challenger wins a war begun in year t, the
    commitment to peace fails where δ·π_{t+1} − π_t > c_C / v_C + c_D / v_D (Powell 2006). A
    reading, no part of the verdict.
    """
    years = setting.case.file.durability
    if years is None or years.discount is None:
        return None
    there = Setting(setting.case, central_case(setting.case), {package: setting.packages[package]})
    game = games(there, package)[0]
    wins = [1.0 - float(solve(game).p_defeated[0])]
    for state in year_states(there, package):
        later = build_game(there, package, pressure=state.pressure)
        wins.append(1.0 - float(solve(later).p_defeated[0]))
    bound = float(np.mean(game.challenger.cost_of_war) / np.mean(game.challenger.stake))
    bound += float(np.mean(game.protege.cost_of_war) / np.mean(game.protege.stake))
    discount = years.discount.central
    flagged = [t for t in range(len(wins) - 1) if discount * wins[t + 1] - wins[t] > bound]
    return {"wins": wins, "bound": bound, "flagged": flagged[0] if flagged else None}
