"""On what the credibility of a package hangs: curves, swings, reversals, honour, order."""

from __future__ import annotations

from typing import Any

from accord.criteria.levers_curves import curves
from accord.criteria.levers_ground import ground_of
from accord.criteria.levers_honour import honour_apart
from accord.criteria.levers_orders import order_sensitivity
from accord.criteria.levers_reversals import reversals
from accord.criteria.levers_swings import tornado
from accord.criteria.setting import Setting

__all__ = ["levers"]


def levers(setting: Setting, package: str) -> dict[str, Any]:
    """What moves the chance of an attack on a package, in the first block of worlds.

    Parameters
    ----------
    setting : Setting
        Of a case that has a game to play, see :func:`accord.criteria.credible.not_assessed`.
    package : str

    Returns
    -------
    dict
        JSON-ready: ``schema``, ``worlds``, ``p_attack`` as it is (mean, p05, p95), ``curves``,
        ``tornado``, ``reversals``, ``honour`` and ``order``; see the modules that work them out.

    Notes
    -----
    All chances of attack are by the challenger's beliefs, all of honouring by the true values,
    except that a reversal is explained by what the challenger expects of each guarantor.
    """
    ground = ground_of(setting, package)
    return {
        "schema": 1,
        "worlds": ground.worlds,
        "p_attack": ground.spread(ground.solved.p_attack),
        "curves": curves(ground),
        "tornado": tornado(ground),
        "reversals": reversals(ground),
        "honour": honour_apart(ground),
        "order": order_sensitivity(ground),
    }
