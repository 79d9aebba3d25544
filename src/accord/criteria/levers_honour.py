"""Deterrence and honour apart, and honour among those attacked against honour at large.

An attacker picks its worlds: where it doubts the guarantors it comes, so promises that are tested
are not a sample of promises (Fearon 1997; Leeds 2003; Benson 2012). Every mode counts with its
chance; the protege resists by the true values.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from accord.criteria.levers_ground import Ground
from accord.criteria.temptation import temptation
from accord.theory.deterrence import Equilibrium, solve
from accord.theory.game import Game

__all__ = ["honour_apart"]

Floats = NDArray[np.float64]

PERSISTENCES = (0.0, 0.9)


def honour_apart(ground: Ground) -> dict[str, Any]:
    """The three readings of credibility side by side, JSON-ready.

    Returns
    -------
    dict
        ``deters``: share of worlds that pass the first temptation, and at ``persistence`` 0 and
        0.9; ``attacked``, the mean chance of an attack; ``resisted``, the chance that an attack is
        resisted; ``defeated`` and, by guarantor, ``honour``: each ``at_large`` (the mean over
        worlds of the chance given an attack that is resisted), ``if_attacked`` (the same among
        worlds weighed by the chance that such an attack comes) and their ``difference``;
        ``defeated_if_attacked``, conceded attacks counted as not defeated.
    """
    attacked, honour, defeated = _by_mode(ground)
    chance = ground.solved.p_attack
    coming = ground.mean(attacked)

    def apart(values: Floats) -> dict[str, float]:
        large = ground.mean(values)
        # an attack that never comes picks no worlds
        there = ground.mean(values * attacked) / coming if coming > 0 else large
        return {"at_large": large, "if_attacked": there, "difference": there - large}

    won = ground.mean(defeated * attacked)
    return {
        "deters": ground.block.share_in_block(ground.first >= chance),
        "persistence": _persistence(ground),
        "attacked": ground.mean(chance),
        "resisted": coming / ground.mean(chance),
        "defeated": apart(defeated),
        "defeated_if_attacked": won / ground.mean(chance),
        "honour": {name: apart(honour[g]) for g, name in enumerate(ground.names)},
    }


def _persistence(ground: Ground) -> dict[str, dict[str, float]]:
    """Whether it deters were moments of temptation unrelated, and were they nearly the same."""
    found = {}
    for rho in PERSISTENCES:
        bar = temptation(ground.block.worlds, rho, 0)
        found[f"{rho:g}"] = ground.block.share(bar >= ground.solved.p_attack)
    return found


def _by_mode(ground: Ground) -> tuple[Floats, Floats, Floats]:
    """Chance of an attack that is resisted (W,), honour (n, W) and defeat (W,) given one."""
    modes = ground.true.modes
    attacked = np.zeros(ground.worlds)
    honour = np.zeros((len(ground.names), ground.worlds))
    defeated = np.zeros(ground.worlds)
    for m, mode in enumerate(modes):
        solved = ground.solved if m == 0 else _in_mode(ground, m)
        resisted = ground.solved.modes[mode.name] * solved.p_resist
        attacked += resisted
        honour += resisted * solved.honour
        defeated += resisted * solved.p_defeated
    known = np.where(attacked > 0.0, attacked, 1.0)
    return attacked, honour / known, defeated / known


def _in_mode(ground: Ground, m: int) -> Equilibrium:
    """The game by true values with another mode as the one that is told."""
    game: Game = replace(ground.true, modes=(ground.true.modes[m],))
    return solve(game, goes=ground.goes)
