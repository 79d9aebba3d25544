"""Test 1: does everyone whose consent is needed prefer the package to walking away?"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from accord.case.case import Case
from accord.criteria.consent import consent_tree
from accord.criteria.positions import margins, positions
from accord.criteria.setting import Setting, TestResult, rule_names
from accord.theory.bargaining import GRID, fold

__all__ = ["assess", "not_assessed"]

Integers = NDArray[np.int64]


def not_assessed(case: Case) -> str | None:
    """Why the test cannot be put, or None."""
    if not case.file.positions:
        return "the case has no positions"
    return None if case.file.consent else "the case has no consent rule"


def assess(setting: Setting) -> TestResult:
    """Margins in points under every consent rule, and whose margin it is (MODELS, section 1)."""
    rules = rule_names(setting.case)
    names = [f"actor:{actor}" for actor in positions(setting)]
    shape = (len(rules), len(setting.packages), setting.worlds.count)
    values, reasons = np.zeros(shape), np.full(shape, -1, dtype=np.int64)
    details: dict[str, Any] = {}
    for column, package in enumerate(setting.packages):
        each = margins(setting, package)
        speakers = _speakers(setting, package, names)
        chosen = setting.packages[package]
        for row, rule in enumerate(rules):
            tree = consent_tree(setting.case, setting.worlds, rule, chosen)
            steps, actor = fold(tree, each)
            values[row, column] = steps / GRID
            at = np.arange(setting.worlds.count)
            reasons[row, column] = np.where(actor >= 0, speakers[np.maximum(actor, 0), at], -1)
        if package not in setting.brief:
            details[package] = _detail(setting, package, each)
    return TestResult(rules, values, reasons, tuple(names), details)


def _speakers(setting: Setting, package: str, names: list[str]) -> Integers:
    """What each actor would name as its reason, (N, W): its first crossed line, else itself."""
    rows = []
    for index, position in enumerate(positions(setting).values()):
        row = np.full(setting.worlds.count, index, dtype=np.int64)
        crossed = position.crossed(setting.packages[package])
        for line in reversed(list(crossed)):
            name = f"line:{position.actor}.{line}"
            if name not in names:
                names.append(name)
            row = np.where(crossed[line], names.index(name), row)
        rows.append(row)
    return np.stack(rows)


def _detail(setting: Setting, package: str, each: Integers) -> dict[str, Any]:
    chosen = setting.packages[package]
    actors: dict[str, Any] = {}
    for index, position in enumerate(positions(setting).values()):
        slack = position.slack(chosen) / GRID
        actors[position.actor] = {
            "accepts": setting.share(each[index] >= 0),
            "gain": setting.spread(slack),
            "lines": {
                line: setting.share(where) for line, where in position.crossed(chosen).items()
            },
        }
    return {"schema": 1, "actors": actors}
