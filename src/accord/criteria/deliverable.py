"""Test 2: can the coalition really field it, with pledges that wait for one another?"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from accord.case.case import Case
from accord.criteria.coalition_detail import coalition_detail
from accord.criteria.pledging import delivered, table
from accord.criteria.setting import Setting, TestResult

__all__ = ["assess", "cut_name", "not_assessed"]

Booleans = NDArray[np.bool_]


def not_assessed(case: Case) -> str | None:
    """Why the test cannot be put, or None."""
    if not case.file.capabilities:
        return "the case has no capabilities"
    return None if case.file.pledges else "the case has no pledges"


def cut_name(phase: str, capabilities: tuple[str, ...]) -> str:
    """The name of a bottleneck: a phase and the capabilities that fall short together."""
    return f"cut:{phase}:{'+'.join(capabilities)}"


def assess(setting: Setting) -> TestResult:
    """Margin ln λ* and the first tightest cut (MODELS, section 2)."""
    own = table(setting)
    names: list[str] = ["nothing-required"]
    shape = (1, len(setting.packages), setting.worlds.count)
    values, reasons = np.zeros(shape), np.full(shape, -1, dtype=np.int64)
    details: dict[str, Any] = {}
    for column, package in enumerate(setting.packages):
        found = delivered(setting, package)
        labels = [
            cut_name(own.phases[phase], tuple(own.capabilities[k] for k in members))
            for phase, members in found.labels
        ]
        for name in labels:
            if name not in names:
                names.append(name)
        index = np.array([names.index(name) for name in labels] or [0], dtype=np.int64)
        values[0, column] = found.log_lambda
        reasons[0, column] = np.where(found.reason >= 0, index[np.maximum(found.reason, 0)], 0)
        if package not in setting.brief:
            details[package] = coalition_detail(setting, package)
    return TestResult((None,), values, reasons, tuple(names), details)
