"""What a run tells beside the four tests: deals, demands, the standoff, the burden, defections."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from accord.criteria import credible, deliverable
from accord.criteria.acceptable import not_assessed
from accord.criteria.blockers import veto_values
from accord.criteria.burden import burden
from accord.criteria.demands import conflicting_demands
from accord.criteria.drafting import drafting
from accord.criteria.impasse import impasse
from accord.criteria.kept import defections
from accord.criteria.levers import levers
from accord.criteria.setting import Setting, rule_names
from accord.criteria.standoff import standoff
from accord.criteria.turning import turning_points

__all__ = ["beside"]


def beside(setting: Setting, names: Sequence[str]) -> dict[str, Any]:
    """The details that need no verdict, by kind, JSON-ready.

    Parameters
    ----------
    setting : Setting
        With all packages of the run.
    names : sequence of str
        The packages that were asked for; the brief is about the first.
    """
    return {
        "standoff": standoff(setting.case),
        "demands": conflicting_demands(setting),
        "bargaining": _bargaining(setting, names),
        "burden": _burden(setting, names),
        "levers": _levers(setting, names),
        "defections": {name: defections(setting, name) for name in names[:1]},
    }


def _bargaining(setting: Setting, names: Sequence[str]) -> dict[str, Any]:
    """What test 1 says over the whole space, and around the named packages."""
    if not_assessed(setting.case) is not None:
        nothing = {"sets": [], "rules": {}, "complete": True}
        return {"schema": 1, "impasse": nothing, "drafts": {}, "turning": {}, "veto": {}}
    rules = rule_names(setting.case)
    return {
        "schema": 1,
        "impasse": impasse(setting),
        "drafts": drafting(setting),
        # of the package that the brief is about
        "turning": {name: turning_points(setting, name, rules) for name in names[:1]},
        "veto": {rule: veto_values(setting, rule, names) for rule in rules},
    }


def _burden(setting: Setting, names: Sequence[str]) -> dict[str, Any]:
    """Who would carry what of the package that the brief is about."""
    if deliverable.not_assessed(setting.case) is not None:
        return {}
    return {name: burden(setting, name) for name in names[:1]}


def _levers(setting: Setting, names: Sequence[str]) -> dict[str, Any]:
    """On what the credibility of the package hangs that the brief is about."""
    if credible.not_assessed(setting.case) is not None:
        return {}
    return {name: levers(setting, name) for name in names[:1]}
